"""From screening to a bag: who may order, check, sign and prepare, and on what."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from typing import Any

from assuage.course.command import Command, Surroundings, told
from assuage.course.event import Cancelled, Checked, FactsRecorded, Ordered, Overridden, Prepared, Screened, Signed
from assuage.course.gates_dose import beyond_ceiling
from assuage.course.gates_today import patient_of
from assuage.course.people import Person
from assuage.course.state import Course, OrderState
from assuage.errors import AssuageError
from assuage.finding import Finding


def of(state: Course, number: int) -> OrderState | None:
    """An order of this course by its number."""
    return next((one for one in state.orders if one.order.number == number), None)


def no_order(number: int) -> Finding:
    """There is no such order."""
    return told("no-such-session", f"There is no order {number} in this course.", reason="Nothing is recorded in the air.",
                resolve="Choose an order of this course.", severity="refuse")  # fmt: skip


def _facts(state: Course, event: FactsRecorded, _: Command, __: Surroundings) -> Iterator[Finding]:
    try:
        patient = patient_of(event.document)
    except AssuageError as error:
        yield told("facts-unreadable", f"The facts cannot be read: {error}", reason="What cannot be read is not a fact.",
                   resolve="Mend each problem that is named.", severity="refuse")  # fmt: skip
        return
    if state.patient is not None and patient.id != state.patient:
        yield told("another-patient", f"These are facts of {patient.id}; the course is of {state.patient}.",
                   reason="Facts of one patient never enter the record of another.",
                   resolve="Open the course of that patient.", severity="refuse")  # fmt: skip


def _screened(state: Course, event: Screened, _: Command, around: Surroundings) -> Iterator[Finding]:
    if state.facts is None or event.facts != state.facts_number:
        yield told("screening-of-other-facts", "The screening is not of the facts that stand now.",
                   reason="A verdict holds for the facts it was made on.", resolve="Screen again.",
                   severity="refuse")  # fmt: skip
    if event.regimen not in around.catalog.regimens:
        yield told("no-such-regimen", f"The catalog has no regimen {event.regimen}.", reason="Rules belong to a regimen.",
                   resolve="Choose a regimen of the catalog.", severity="refuse")  # fmt: skip


def _overridden(state: Course, event: Overridden, command: Command, _: Surroundings) -> Iterator[Finding]:
    found = [one for _, screened in state.screenings for one in screened.findings if one.rule == event.rule]
    if not found:
        yield told("nothing-to-override", f"No finding {event.rule} stands.", reason="An override answers a finding.",
                   resolve="Override what was found, or nothing.", severity="refuse")  # fmt: skip
    elif any(one.severity == "refuse" for one in found):
        yield told("never-overridden", f"{event.rule} refuses and cannot be overridden.", reason="Some harms are not weighed.",
                   resolve="Choose another treatment.", severity="refuse")  # fmt: skip
    if isinstance(command.by, Person) and event.second.id == command.by.id:
        yield same_person("An override needs a second clinician.")
    if event.second.role not in ("physician", "pharmacist", "nurse"):
        yield told("not-your-role", f"A {event.second.role} is no second clinician.", reason="Two clinicians take it on.",
                   resolve="Ask a clinician.", severity="refuse")  # fmt: skip
    if not event.reason.strip():
        yield told("reason-missing", "An override without a reason.", reason="The reason is what others will read.",
                   resolve="Say why.", severity="refuse")  # fmt: skip


def same_person(what: str) -> Finding:
    """One person stands in two places."""
    return told("same-person-twice", what, reason="Two pairs of eyes need two people.", resolve="Ask another person.",
                severity="refuse")  # fmt: skip


def _ordered(state: Course, event: Ordered, _: Command, around: Surroundings) -> Iterator[Finding]:
    order = event.order
    yield from beyond_ceiling(order, around.catalog)
    before = state.order
    if order.number != len(state.orders) + 1 or (before is not None and order.replaces != before.order.number):
        yield told("order-out-of-turn", f"Order {order.number} is not the next of this course, or does not name the one it replaces.",
                   reason="An order is replaced in the open.", resolve="Order again from the page of the course.",
                   severity="refuse")  # fmt: skip
    if before is not None and not (event.because or "").strip():
        yield told("reason-missing", "An order that replaces another says why.", reason="The two differ, and somebody will ask.",
                   resolve="Say what changed.", severity="refuse")  # fmt: skip
    if state.running is not None:
        yield told("session-under-way", f"Session {state.running.number} is under way.",
                   reason="An order does not change beneath a running pump.", resolve="End the session first.")  # fmt: skip
    screened = state.screening
    if screened is None or screened[0] != order.screening or screened[1].regimen != order.regimen:
        yield told("not-screened", f"The latest screening is not of {order.regimen} on these facts.",
                   reason="Every rule is judged before a dose.", resolve="Screen for this regimen.",
                   severity="refuse")  # fmt: skip
    elif screened[1].verdict != "eligible" and not _all_taken_on(state):
        yield told("not-eligible", f"The verdict of the screening is: {screened[1].verdict}.",
                   reason="What stops or holds a dose is settled first.", resolve="Settle each finding, or override what may be.")  # fmt: skip
    if order.facts != state.facts_number:
        yield told("facts-changed", "Facts were recorded since this order was worked out.", reason="An order rests on facts.",
                   resolve="Work it out again.")  # fmt: skip


def _all_taken_on(state: Course) -> bool:
    """Every finding that blocks the dose is a stop that two people took on."""
    assert state.screening is not None
    taken_on = {one.rule for one in state.overrides}
    blocking = [
        one
        for one in state.screening[1].findings
        if one.blocks == "dose" and one.severity in ("refuse", "stop", "hold")
    ]
    return all(one.severity == "stop" and one.rule in taken_on for one in blocking)


def _checked(state: Course, event: Checked, command: Command, _: Surroundings) -> Iterator[Finding]:
    order = of(state, event.order)
    if order is None:
        yield no_order(event.order)
        return
    if order.standing in ("replaced", "cancelled"):
        yield not_a_step(f"Order {event.order} is {order.standing}.")
    if isinstance(command.by, Person) and command.by.id == order.by:
        yield own_work("Who worked out an order does not check it.")


def own_work(what: str) -> Finding:
    """Somebody checks their own work."""
    return told("own-work", what, reason="Nobody sees their own slip.", resolve="Ask another person.",
                severity="refuse")  # fmt: skip


def not_a_step(what: str, resolve: str = "Read where the course stands.") -> Finding:
    """The course does not stand where this step could follow."""
    return told("not-a-step", what, reason="Steps follow one another.", resolve=resolve, severity="refuse")


def _signed(state: Course, event: Signed, command: Command, around: Surroundings) -> Iterator[Finding]:
    order = of(state, event.order)
    if order is None:
        yield no_order(event.order)
        return
    if order.standing not in ("draft", "checked"):
        yield not_a_step(f"Order {event.order} is {order.standing}.")
    if not order.order.signable:
        yield told("not-adopted", f"The clinic has not adopted {order.order.regimen}, or something blocks signing.",
                   reason="A proposal is no order.", resolve="Adopt the regimen: a physician and a pharmacist read its source.",
                   severity="refuse")  # fmt: skip
    if order.order.catalog != around.catalog.fingerprint:
        yield told("catalog-changed", "The catalog is not the one this order was worked out with.",
                   reason="A number that was changed since was neither screened nor checked.",
                   resolve="Screen again and order anew.")  # fmt: skip
    if order.agreed is None:
        yield told("not-checked", f"No blind check of order {event.order} agrees with it.",
                   reason="A second person works it out without seeing it.", resolve="Have it checked.")  # fmt: skip
    elif isinstance(command.by, Person) and order.agreed[0] == command.by.id:
        yield own_work("Who checked an order does not also sign it.")
    if order.order.facts != state.facts_number:
        yield told("facts-changed", "Facts were recorded since this order was worked out.", reason="An order rests on facts.",
                   resolve="Screen again and order anew.")  # fmt: skip


def _cancelled(state: Course, event: Cancelled, _: Command, __: Surroundings) -> Iterator[Finding]:
    if of(state, event.order) is None:
        yield no_order(event.order)
    elif event.session is not None:
        session = state.session(event.session)
        if session is None or session.has_begun:
            yield not_a_step(f"Session {event.session} has begun, or there is none.", "Stop a session that runs.")
    elif state.running is not None:
        yield not_a_step(f"Session {state.running.number} is under way.", "Stop it first.")


def _prepared(state: Course, event: Prepared, _: Command, __: Surroundings) -> Iterator[Finding]:
    session = state.session(event.session)
    if session is None:
        yield told("no-such-session", f"There is no session {event.session} in this course.",
                   reason="Nothing is recorded in the air.", resolve="Choose a session of the order.",
                   severity="refuse")  # fmt: skip
        return
    if session.status not in ("planned", "prepared"):
        yield not_a_step(f"Session {event.session} is {session.status}.")
    order = of(state, session.order)
    if order is None or order.standing != "signed":
        yield told("order-not-signed", "The order is not signed.", reason="Nothing is prepared without a signed order.",
                   resolve="Check it blind and sign it.", severity="refuse")  # fmt: skip
    ordered = {one.presentation for one in session.planned.drugs}
    used = {one.presentation for one in event.lots}
    if ordered != used:
        yield told("another-product", f"Ordered: {', '.join(sorted(ordered))}; prepared from: {', '.join(sorted(used)) or 'nothing'}.",
                   reason="Another strength makes another dose.", resolve="Prepare from what was ordered, or order anew.",
                   severity="stop")  # fmt: skip
    if event.discard_at <= event.at:
        yield told("discard-before-preparation", "The time to discard lies before the preparation.",
                   reason="One of the two times is wrong.", resolve="Correct it.", severity="refuse")  # fmt: skip
    for lot in event.lots:
        if lot.expires < event.at.date():
            yield told("product-expired", f"Lot {lot.lot} expired on {lot.expires:%d-%b-%Y}.", reason="An expired product is not given.",
                       resolve="Use another lot.", severity="refuse")  # fmt: skip


JUDGES: dict[type, Callable[[Course, Any, Command, Surroundings], Iterable[Finding]]] = {
    FactsRecorded: _facts, Screened: _screened, Overridden: _overridden, Ordered: _ordered, Checked: _checked,
    Signed: _signed, Cancelled: _cancelled, Prepared: _prepared,
}  # fmt: skip
