"""Words that several papers of a clinic use: heads, feet, marks, instants, drugs of a session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage.course.order import OrderedDrug, OrderedSession
from assuage.course.state import OrderState, SessionState
from assuage.errors import PlanError, Problem
from assuage.paper.clinic.leaf import Filed, Pair
from assuage.paper.words import said, share, tie
from assuage.quantity import Quantity, show
from assuage.screening import show_date

EMPTY = ""
MADE_UP = "Made-up patient: for demonstration only"
DEMONSTRATION = "Demonstration: never use a number from this for a person"


def marks(filed: Filed) -> tuple[str, ...]:
    """What has to stand on every page."""
    found = []
    if filed.is_demonstration:
        found.append(DEMONSTRATION)
    if filed.who.is_synthetic:
        found.append(MADE_UP)
    return tuple(found)


def foot(filed: Filed) -> tuple[Pair, ...]:
    """What the foot of every page says."""
    return (
        Pair("course", filed.course), Pair("record", f"{filed.state.version} entries, seal {filed.head}"),
        Pair("clinic", filed.clinic), Pair("printed", instant(filed.at, filed.zone)), Pair("catalog", filed.catalog.fingerprint[:10]),
    )  # fmt: skip


def instant(at: dt.datetime | None, zone: dt.tzinfo) -> str:
    """03-Feb-2026 14:05 in the clinic's zone."""
    if at is None:
        return "not known"
    local = at.astimezone(zone)
    return f"{show_date(local.date())} {local:%H:%M}"


def clock(at: dt.datetime, zone: dt.tzinfo) -> str:
    """14:05."""
    return f"{at.astimezone(zone):%H:%M}"


def order_of(filed: Filed) -> OrderState:
    """The order in force. Errors: `PlanError` where there is none to print."""
    if filed.state.order is None:
        raise PlanError(Problem("a course without an order", "this paper", "a course with an order", "order first"))
    return filed.state.order


def session_of(filed: Filed, number: int) -> SessionState:
    """A session. Errors: `PlanError` where there is none of this number."""
    found = filed.state.session(number)
    if found is None:
        raise PlanError(
            Problem(f"no session {number}", "this paper", "a session of the order", "choose one that is there")
        )
    return found


def dose(one: OrderedDrug) -> str:
    """2,100 mg (8.52 mmol)."""
    equal = f" ({show(one.mmol.to_places(2))})" if one.mmol is not None else ""
    return tie(f"{show(one.dose)}{equal}")


def drugs(session: OrderedSession) -> str:
    """Every drug of a session with its dose."""
    return " and ".join(f"{one.name} {dose(one)}" for one in session.drugs)


def route(session: OrderedSession) -> str:
    """How it goes in, in capitals: a label is read in a hurry."""
    return {"intravenous": "INTRAVENOUS INFUSION ONLY", "intramuscular": "INTRAMUSCULAR ONLY"}.get(
        session.route, session.route.upper()
    )


def concentration(one: OrderedDrug, session: OrderedSession) -> Quantity:
    """mg in each mL of what is given."""
    return one.dose.to("mg").over(session.volume, "mg/mL").to_places(2)


def counted(events: int, n: int) -> str:
    """“7 of 15 (47 %, 95 % interval 25 to 70 %)”."""
    from assuage.evidence import wilson

    seen = wilson(events, n)
    return f"{events} of {n} ({share(seen.mean)}, 95 % interval {share(seen.lower)} to {share(seen.upper)})"


def watch_lines(filed: Filed, kind: str, session: OrderedSession) -> Iterator[str]:
    """Sentences of one list of the catalog that are about the drugs of a session, in their order."""
    given = {one.drug for one in session.drugs}
    lines = [
        one for one in filed.catalog.watch.values()
        if one.kind == kind and given & set(one.drugs) and (not one.routes or session.route in one.routes)
    ]  # fmt: skip
    for one in sorted(lines, key=lambda line: line.order):
        yield tie(one.said)


def volume(value: Quantity | None) -> str:
    """A volume, or that it is not known."""
    return "not known" if value is None else said(value)
