"""Labels for bag, syringe and portions: what a hand needs that picks it up, large enough to be read at arm's length."""

from __future__ import annotations

from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Label, Pair
from assuage.paper.clinic.telling import concentration, dose, instant, marks, order_of, route, session_of
from assuage.quantity import show
from assuage.screening import show_date

ALERT = "HIGH-ALERT MEDICINE"


def labels(filed: Filed, number: int) -> tuple[Label, ...]:
    """The labels of a session: one for the bag, or one for each portion.

    Errors    `PlanError` where there is no order or no such session
    """
    session = session_of(filed, number)
    if session.planned.portions:
        return tuple(_portion(filed, session, place) for place in range(len(session.planned.portions)))
    return (_bag(filed, session),)


def _bag(filed: Filed, session: SessionState) -> Label:
    planned = session.planned
    first = planned.drugs[0]
    rate = planned.rate
    large = (
        Pair("Total volume", show(planned.volume)), Pair("Rate", show(rate) if rate else "as ordered"),
        Pair("Time", show(planned.duration)),
    )  # fmt: skip
    held = tuple(
        Pair(
            f"{one.name} in it",
            f"{show(one.draw_up)} of {show(one.strength)}; {show(concentration(one, planned))} in the bag",
        )
        for one in planned.drugs
    )
    return Label(
        filed.who, " + ".join(one.name for one in planned.drugs), " + ".join(dose(one) for one in planned.drugs) if len(planned.drugs) > 1 else dose(first),
        route(planned), large, (*held, Pair("In", _fluid(filed, planned.fluid)), *_made(filed, session)), (ALERT, *marks(filed)),
    )  # fmt: skip


def _fluid(filed: Filed, fluid: str | None) -> str:
    return (fluid or "nothing added").replace("-", " ") + (" %" if fluid and fluid[-1].isdigit() else "")


def _portion(filed: Filed, session: SessionState, place: int) -> Label:
    planned = session.planned
    portion, drug = planned.portions[place], planned.drugs[0]
    large = (
        Pair("Portion", f"{portion.number} of {len(planned.portions)}"), Pair("Volume", show(portion.draw_up)),
        Pair("After", show(portion.after)),
    )  # fmt: skip
    pairs = (
        Pair("Strength", show(drug.strength)),
        Pair("Before it", "rate the pain; any stop line met: do not give"),
        *_made(filed, session),
    )
    return Label(filed.who, drug.name, show(portion.dose), route(planned), large, pairs, (ALERT, *marks(filed)))


def _made(filed: Filed, session: SessionState) -> tuple[Pair, ...]:
    order = order_of(filed)
    made = session.prepared
    lots = "; ".join(f"{one.lot}, expires {show_date(one.expires)}" for one in made.lots) if made else ""
    return (
        Pair("Session", f"{session.number} of {len(order.order.sessions)}, {instant(session.planned.start, filed.zone)}"),
        Pair("Lot", lots), Pair("Prepared by", session.prepared_by or ""), Pair("Checked by", order.agreed[0] if order.agreed else ""),
        Pair("Discard after", instant(made.discard_at, filed.zone) if made else ""),
    )  # fmt: skip
