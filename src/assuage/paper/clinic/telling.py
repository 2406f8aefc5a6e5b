"""Words that several papers of a clinic use: heads, feet, marks, instants, people, drugs of a session."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from assuage.course.event import Prepared, Started
from assuage.course.gates_today import patient_of
from assuage.course.order import Order, OrderedDrug, OrderedSession
from assuage.course.people import Person
from assuage.course.state import OrderState, SessionState
from assuage.errors import AssuageError, PlanError, Problem
from assuage.paper.clinic.leaf import Filed, Pair
from assuage.paper.words import numbers, said, share, tie
from assuage.patient import Unknown
from assuage.quantity import Quantity, show
from assuage.rule import Watch
from assuage.screening import show_date

MADE_UP = "Made-up patient: for demonstration only"
DEMONSTRATION = "Demonstration: never use a number from this for a person"
STANDINGS = {
    "draft": "DRAFT: NOT SIGNED, NOT VALID", "checked": "DRAFT: NOT SIGNED, NOT VALID", "signed": "",
    "replaced": "REPLACED: DO NOT GIVE", "cancelled": "CANCELLED: DO NOT GIVE",
}  # fmt: skip
DELIVERIES = {
    "none begun": "not begun", "under way": "under way", "given": "given", "not given": "not given",
    "not reconciled": "not settled yet: all of it counts as given until somebody settles it",
    "not known": "not known: all of it counts as given",
}  # fmt: skip


def marks(filed: Filed) -> tuple[str, ...]:
    """What has to stand on every page."""
    found = []
    if filed.is_demonstration:
        found.append(DEMONSTRATION)
    if filed.who.is_synthetic:
        found.append(MADE_UP)
    return tuple(found)


def marks_of(filed: Filed, held: OrderState, session: SessionState | None = None) -> tuple[str, ...]:
    """As `marks`, after how far the order holds: not signed, replaced, cancelled."""
    standing = STANDINGS[held.standing]
    if session is not None and session.has_begun:
        standing = ""  # What went in went in; the sheet of it is a record, not an order.
    elif session is not None and session.status == "cancelled":
        standing = STANDINGS["cancelled"]
    return (*((standing,) if standing else ()), *marks(filed))


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


def last_order(filed: Filed) -> OrderState | None:
    """The order in force, or else the last there was; none where nothing was ordered."""
    return filed.state.order or (filed.state.orders[-1] if filed.state.orders else None)


def order_numbered(filed: Filed, number: int) -> OrderState:
    """An order by its number, whether it holds or not. Errors: `PlanError` where there is none of this number."""
    found = next((one for one in filed.state.orders if one.order.number == number), None)
    if found is None:
        raise PlanError(
            Problem(f"no order {number}", "this paper", "an order of the course", "choose one that is there")
        )
    return found


def session_of(filed: Filed, number: int) -> SessionState:
    """A session. Errors: `PlanError` where there is none of this number."""
    found = filed.state.session(number)
    if found is None:
        raise PlanError(
            Problem(f"no session {number}", "this paper", "a session of the order", "choose one that is there")
        )
    return found


def named(filed: Filed, account: str | None) -> str:
    """The name and role behind an account, as they stood on the record; the account where nobody of it is there."""
    if not account:
        return ""
    for person in _people(filed):
        if person.id == account:
            return f"{person.name}, {person.role}"
    return account


def _people(filed: Filed) -> Iterator[Person]:
    for one in filed.records:
        if isinstance(one.by, Person):
            yield one.by
        if isinstance(one.event, Started):
            yield one.event.second
        elif isinstance(one.event, Prepared):
            yield from (lot.witnessed_by for lot in one.event.lots if lot.witnessed_by)


def allergies(filed: Filed) -> str:
    """As they stand on record now, not as they stood when the order was made: an allergy that came later counts."""
    try:
        found = patient_of(filed.state.facts.document).allergies if filed.state.facts else Unknown("not asked")
    except AssuageError:
        return "not known"
    if isinstance(found, Unknown):
        return "not known"
    return "; ".join(f"{one.name} ({one.detail})" if one.detail else one.name for one in found) or "none known"


def kinds(order: Order) -> tuple[tuple[OrderedSession, ...], ...]:
    """The sessions of an order in groups that differ in nothing but number and day, in the order of their first."""
    found: dict[OrderedSession, list[OrderedSession]] = {}
    for one in order.sessions:
        found.setdefault(msgspec.structs.replace(one, number=0, start=None), []).append(one)
    return tuple(tuple(group) for group in found.values())


def which(group: tuple[OrderedSession, ...]) -> str:
    """“Session 1”, “Sessions 1, 3 and 5”."""
    found = [one.number for one in group]
    return f"Session {found[0]}" if len(found) == 1 else f"Sessions {numbers(found)}"


def dose(one: OrderedDrug) -> str:
    """2,100 mg (8.52 mmol)."""
    equal = f" ({show(one.mmol.to_places(2))})" if one.mmol is not None else ""
    return tie(f"{show(one.dose)}{equal}")


def drugs(session: OrderedSession) -> str:
    """Every drug of a session with its dose."""
    return " and ".join(f"{one.name} {dose(one)}" for one in session.drugs)


def rate_words(session: OrderedSession) -> str:
    """The rate, every one where there are several; portions have none."""
    if session.portions:
        return f"{len(session.portions)} portions"
    return tie(", then ".join(show(one.rate) for one in session.runs) or "as ordered")


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


def watch_lines(filed: Filed, kind: str, *sessions: OrderedSession) -> Iterator[str]:
    """Sentences of one list of the catalog that are about the drugs and routes of these sessions.

    Holds     drug by drug, each in its own order: a line that goes on from the one before it still follows it
    """
    given = list(dict.fromkeys(drug.drug for one in sessions for drug in one.drugs))
    lines = [
        one for one in filed.catalog.watch.values()
        if one.kind == kind and any(_is_about(one.drugs, one.routes, each) for each in sessions)
    ]  # fmt: skip
    for place in range(len(given)):
        mine = [one for one in lines if min(given.index(drug) for drug in one.drugs if drug in given) == place]
        for one in sorted(mine, key=_order):
            yield tie(one.said)


def _order(line: Watch) -> int:
    return line.order


def _is_about(names: tuple[str, ...], routes: tuple[str, ...], session: OrderedSession) -> bool:
    given = {one.drug for one in session.drugs}
    return bool(given & set(names)) and (not routes or session.route in routes)


def volume(value: Quantity | None) -> str:
    """A volume, or that it is not known."""
    return "not known" if value is None else said(value)
