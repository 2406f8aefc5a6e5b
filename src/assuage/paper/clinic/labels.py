"""Labels for bag, syringe and portions: what a hand needs that picks it up, large enough to be read at arm's length."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course.state import OrderState, SessionState
from assuage.paper.clinic.leaf import Filed, Label, Pair
from assuage.paper.clinic.telling import (
    STANDINGS,
    concentration,
    dose,
    instant,
    marks,
    named,
    order_numbered,
    rate_words,
    route,
    session_of,
)
from assuage.paper.words import tie
from assuage.quantity import show
from assuage.screening import show_date

ALERT = "HIGH-ALERT MEDICINE"


def labels(filed: Filed, number: int) -> tuple[Label, ...]:
    """The labels of a session: one for the bag, or one for each portion.

    Errors    `PlanError` where there is no such session
    """
    session = session_of(filed, number)
    if session.planned.portions:
        return tuple(_portion(filed, session, place) for place in range(len(session.planned.portions)))
    return (_bag(filed, session),)


def _bag(filed: Filed, session: SessionState) -> Label:
    planned = session.planned
    large = (
        Pair("Total volume", tie(show(planned.volume))), Pair("Rate", rate_words(planned)), Pair("Time", tie(show(planned.duration))),
    )  # fmt: skip
    held = tuple(
        Pair("In it", tie(f"{one.name} {show(concentration(one, planned))}; {show(one.draw_up)} of {show(one.strength)}"))
        for one in planned.drugs
    )  # fmt: skip
    fluid = Pair("Fluid", tie(planned.fluid or "nothing added"))
    return Label(
        filed.who, " + ".join(one.name for one in planned.drugs), " + ".join(dose(one) for one in planned.drugs), route(planned), large,
        (*held, fluid, *_made(filed, session)), (ALERT, *marks(filed)), _standing(filed, session),
    )  # fmt: skip


def _portion(filed: Filed, session: SessionState, place: int) -> Label:
    planned = session.planned
    portion, drug = planned.portions[place], planned.drugs[0]
    large = (
        Pair("Portion", f"{portion.number} of {len(planned.portions)}"), Pair("Volume", tie(show(portion.draw_up))),
        Pair("After the first", tie(show(portion.after))),
    )  # fmt: skip
    pairs = (
        Pair("Strength", tie(show(drug.strength))),
        Pair("Before it", "rate the pain; any stop line met: do not give"),
        *_made(filed, session),
    )
    return Label(filed.who, drug.name, tie(show(portion.dose)), route(planned), large, pairs, (ALERT, *marks(filed)),
                 _standing(filed, session))  # fmt: skip


def _standing(filed: Filed, session: SessionState) -> str:
    """What forbids to give it: the order is not signed or holds no more, or the session is over or cancelled."""
    if session.status == "cancelled":
        return STANDINGS["cancelled"]
    if session.status in ("stopped", "ended"):
        return "SESSION IS OVER: DO NOT GIVE"
    return STANDINGS[_order(filed, session).standing]


def _order(filed: Filed, session: SessionState) -> OrderState:
    return order_numbered(filed, session.order)


def _made(filed: Filed, session: SessionState) -> Iterator[Pair]:
    held = _order(filed, session)
    made = session.prepared
    order = held.order
    yield Pair("Order", f"{order.number}, record version {filed.state.version}")
    yield Pair("Session", f"{session.number} of {len(order.sessions)}, {_start(filed, session)}")
    yield Pair("Lot", "; ".join(f"{one.lot}, expires {show_date(one.expires)}" for one in made.lots) if made else "")
    yield Pair("Prepared by", named(filed, session.prepared_by))
    yield Pair("Order checked", named(filed, held.agreed[0]) if held.agreed else "")
    yield Pair("This checked by", _witness(session))
    yield Pair("Discard after", instant(made.discard_at, filed.zone) if made else "")


def _start(filed: Filed, session: SessionState) -> str:
    return instant(session.planned.start, filed.zone) if session.planned.start else "day not set"


def _witness(session: SessionState) -> str:
    """Who watched it being made, where that is on record; else an empty place to sign."""
    lots = session.prepared.lots if session.prepared else ()
    found = dict.fromkeys(f"{one.witnessed_by.name}, {one.witnessed_by.role}" for one in lots if one.witnessed_by)
    return "; ".join(found)
