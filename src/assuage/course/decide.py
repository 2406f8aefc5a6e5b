"""May this be put on the record of this course? `decide` judges and records; it changes nothing that stands there.

    decide(state, command, surroundings) → Decision: records to append, findings to show

A stop, a pause, an observation, an adverse event are always recorded if their session exists: the bedside never waits
for software. What gives more drug waits for everything.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from typing import Any

from msgspec.structs import replace

from assuage.course import decide_bedside, decide_order, measures
from assuage.course.bedside import doubt_of, judged
from assuage.course.blind import differences
from assuage.course.command import IN_THE_WAY, Command, Decision, Surroundings, told
from assuage.course.event import (
    Acknowledged,
    Checked,
    Closed,
    Corrected,
    Event,
    MeasureBegun,
    MeasureEnded,
    Moved,
    Observed,
    Recorded,
    Referred,
    Scored,
    kind_of,
)
from assuage.course.people import MAY, PATIENT_MAY, Person, System
from assuage.course.state import Course
from assuage.finding import Finding, merge
from assuage.screening import show_date

Judge = Callable[[Course, Any, Command, Surroundings], Iterable[Finding]]
JUDGES: dict[type, Judge] = {**decide_order.JUDGES, **decide_bedside.JUDGES}
# What may come after a course was closed: mending, scores and harms that are learnt of late.
AFTER_CLOSING = ("corrected", "scored", "harmed", "called", "contacted", "moved")
# Clocks of tablets differ; an event further in the future than this is a mistake.
CLOCKS = dt.timedelta(minutes=2)
MILLIMETRES = "mm"


def decide(state: Course, command: Command, around: Surroundings) -> Decision:
    """What comes of a command.

    Give      the state of the course; the command; instant, catalog and clinic, and what the patient's other courses gave
    Get       records to append (none where a finding stands in the way), and every finding, gravest first
    Holds     the same key twice records once; nothing is recorded for a version that has passed, unless it did not
              matter; a record is never changed; an event has the instant its writer gave
    Checked   tests/laws/test_course_machine.py, tests/spec/test_course_*.py
    """
    if command.key in state.keys:
        return Decision(is_repeat=True)
    event = completed(state, command.event, around)
    if isinstance(event, Referred) and state.version:
        return Decision(findings=(_begun_already(),))
    found = [*_anyone(state, command, around), *_judge(state, event, command, around)]
    merged = merge(found)
    # What happened while the system was down is recorded as it was: refusing to write it down would not undo it.
    in_the_way = [one for one in merged if _stands(one, command, around)]
    if in_the_way:
        return Decision(findings=merged)
    record = Recorded(
        number=state.version + 1,
        event=event,
        by=command.by,
        recorded=around.now,
        surface=command.surface,
        key=command.key,
        acknowledged=tuple(_acknowledged(merged, command)),
    )
    return Decision(records=(record,), findings=merged)


def _acknowledged(found: Iterable[Finding], command: Command) -> Iterator[Acknowledged]:
    """The warnings for which the writer gave a reason: only those that stood, whatever else was sent."""
    for one in found:
        because = command.acknowledged.get(one.rule, "").strip()
        if one.severity == "warn" and because:
            yield Acknowledged(one.rule, one.message, because)


def _stands(finding: Finding, command: Command, around: Surroundings) -> bool:
    if finding.rule in MUST:
        return True
    if finding.severity == "warn" and finding.blocks == "start":
        return not command.acknowledged.get(finding.rule, "").strip() and not around.takes_over
    return finding.severity in IN_THE_WAY and finding.blocks != "none" and not around.takes_over


# What no downtime excuses: who may write what, which course, which session, which instant.
MUST = frozenset({
    "not-your-role", "no-such-session", "no-such-event", "course-closed", "not-begun", "course-changed", "instant-without-zone",
    "instant-in-the-future", "same-person-twice", "own-work", "not-a-step", "not-adopted", "not-where-it-is", "order-of-another", "moved-by-move", "no-such-measure", "no-such-instrument", "score-off-its-scale", "score-of-a-day-to-come",
})  # fmt: skip


def completed(state: Course, event: Event, around: Surroundings) -> Event:
    """The event with what we work out ourselves and never take from the writer: differences, doubts."""
    if isinstance(event, Checked):
        order = next((one.order for one in state.orders if one.order.number == event.order), None)
        return replace(event, differences=differences(order, event.entered) if order else ())
    if isinstance(event, Observed):
        found = tuple(replace(one, doubted=doubt_of(one, around.catalog)) for one in event.found)
        return replace(event, found=found)
    if isinstance(event, Corrected) and event.instead is not None:
        return replace(event, instead=completed(state, event.instead, around))
    return event


def _judge(state: Course, event: Event, command: Command, around: Surroundings) -> Iterator[Finding]:
    if not state.version and not isinstance(event, Referred):
        yield told("not-begun", "This course has not begun.", reason="A course begins with a referral.",
                   resolve="Record the referral first.", severity="refuse")  # fmt: skip
        return
    if state.closed is not None and kind_of(event) not in AFTER_CLOSING:
        yield told("course-closed", f"This course is closed: {state.closed}", reason="A closed course is only mended.",
                   resolve="Begin another course.", severity="refuse")  # fmt: skip
        return
    judge = JUDGES.get(type(event))
    if judge is not None:
        yield from judge(state, event, command, around)
    if isinstance(event, Observed) and (session := state.session(event.session)) is not None:
        # Told beside the record, never in its way.
        yield from (replace(one, blocks="none") for one in judged(session, event, around.catalog))


def _anyone(state: Course, command: Command, around: Surroundings) -> Iterator[Finding]:
    kind = kind_of(command.event)
    if isinstance(command.by, Person):
        if command.by.role not in MAY[kind]:
            yield told("not-your-role", f"A {command.by.role} does not record “{kind.replace('-', ' ')}”.",
                       reason="Each act belongs to a role.", resolve=f"Ask a {' or a '.join(MAY[kind])}.",
                       severity="refuse")  # fmt: skip
    elif not _may(command.by, kind):
        yield told("not-your-role", f"“{kind.replace('-', ' ')}” is not recorded by {command.by.what}.",
                   reason="Through a link of their own a patient answers questions.", resolve="Sign in.",
                   severity="refuse")  # fmt: skip
    if command.version is not None and command.version != state.version:
        yield told("course-changed", "Somebody recorded something else since this page was opened.",
                   reason="A decision is made on what is known now.", resolve="Read what is new, then decide again.",
                   severity="refuse")  # fmt: skip
    yield from _instants(command, around)


def _may(by: System, kind: str) -> bool:
    return by.what in ("import", "demonstration") or kind in PATIENT_MAY


def _instants(command: Command, around: Surroundings) -> Iterator[Finding]:
    at = command.event.at
    if at.tzinfo is None:
        yield told("instant-without-zone", f"The time {at} has no zone.", reason="A time without a zone is two times.",
                   resolve="Send the time with its zone.", severity="refuse")  # fmt: skip
    elif at - around.now > CLOCKS:
        yield told("instant-in-the-future", f"{at:%d-%b-%Y %H:%M:%S} lies ahead of the clock of this system.",
                   reason="What has not happened is not recorded.", resolve="Correct the time, or the clock of the device.",
                   severity="refuse")  # fmt: skip


def _begun_already() -> Finding:
    return told("begun-already", "This course has begun.", reason="A course has one beginning.",
                resolve="Begin another course for another referral.", severity="refuse")  # fmt: skip


def _scored(state: Course, event: Scored, _: Command, around: Surroundings) -> Iterator[Finding]:
    if (event.value is None) == (event.why_missing is None) and event.word is None:
        yield told("score-or-reason", "A score is a value, or the reason why there is none.",
                   reason="Missing is a number that shows.", resolve="Give one of the two.", severity="refuse")  # fmt: skip
    if event.session is not None and state.session(event.session) is None:
        yield no_session(event.session)
    yield from _on_the_scale(event, around)
    if event.day > around.now.astimezone(around.clinic.zone).date():
        yield told("score-of-a-day-to-come", f"{show_date(event.day)} lies ahead.", reason="What has not been felt is not scored.",
                   resolve="Correct the day.", severity="refuse")  # fmt: skip


def _on_the_scale(event: Scored, around: Surroundings) -> Iterator[Finding]:
    """A value that its instrument does not have is a slip of the hand, never a score."""
    instrument = around.catalog.instruments.get(event.instrument)
    if instrument is None:
        yield told("no-such-instrument", f"No instrument “{event.instrument}” is in the catalog.",
                   reason="A score means something by its instrument alone.", resolve="Choose an instrument of the catalog.",
                   severity="refuse")  # fmt: skip
        return
    if event.value is None or instrument.lowest is None or instrument.highest is None:
        return
    lowest, highest = instrument.lowest.quantity, instrument.highest.quantity
    if not lowest.value <= event.value <= highest.value:
        yield told("score-off-its-scale", f"{event.value:f} is no score of {instrument.name}.",
                   reason=f"It goes from {lowest.value:f} to {highest}.", resolve="Ask again, and enter what was said.",
                   severity="refuse")  # fmt: skip
    elif highest.unit == MILLIMETRES and event.value != event.value.to_integral_value():
        yield told("score-off-its-scale", f"{event.value:f} is no whole number of millimetres.",
                   reason="Centimetres look like this, and would read as a tenth of the pain.",
                   resolve="Measure again, and enter millimetres.", severity="refuse")  # fmt: skip


def _measure_ended(state: Course, event: MeasureEnded, _: Command, __: Surroundings) -> Iterator[Finding]:
    if not any(one.begun.measure == event.measure and one.ended is None for one in state.measures):
        yield told("no-such-measure", "There is no such measure that has not been judged.",
                   reason="A judgement belongs to one measure, once.", resolve="Choose a measure of the ledger.",
                   severity="refuse")  # fmt: skip


def no_session(number: int) -> Finding:
    """There is no such session."""
    return told("no-such-session", f"There is no session {number} in this course.", reason="Nothing is recorded in the air.",
                resolve="Choose a session of the order.", severity="refuse")  # fmt: skip


def _corrected(state: Course, event: Corrected, command: Command, around: Surroundings) -> Iterator[Finding]:
    yield from _corrects_whose(state, event)
    if not 1 <= event.number <= state.version:
        yield told("no-such-event", f"There is no event {event.number}.", reason="A correction names what it mends.",
                   resolve="Choose an event of this course.", severity="refuse")  # fmt: skip
    if not event.because.strip():
        yield told("reason-missing", "A correction without a reason.", reason="Who reads it later must understand it.",
                   resolve="Say what was wrong.", severity="refuse")  # fmt: skip
    if (
        event.instead is not None
        and isinstance(command.by, Person)
        and command.by.role not in MAY[kind_of(event.instead)]
    ):
        yield told("not-your-role", f"A {command.by.role} does not correct “{kind_of(event.instead).replace('-', ' ')}”.",
                   reason="Who may not record it may not mend it.", resolve="Ask somebody who may.",
                   severity="refuse")  # fmt: skip


def _closed(state: Course, event: Closed, _: Command, __: Surroundings) -> Iterator[Finding]:
    for one in state.sessions:
        if one.delivery in ("under way", "not reconciled"):
            yield told("delivery-not-settled", f"Session {one.number} is not reconciled.",
                       reason="A course closes on doses that are known, or known not to be known.",
                       resolve="Reconcile it.")  # fmt: skip


def _corrects_whose(state: Course, event: Corrected) -> Iterator[Finding]:
    """Whose course it is changes by a move alone, which an administrator answers for."""
    is_move = any(number == event.number for number, _ in state.moves) or isinstance(event.instead, Moved)
    is_other = (
        isinstance(event.instead, Referred)
        and state.referred is not None
        and event.instead.patient != state.referred.patient
    )
    if is_move or is_other:
        yield told("moved-by-move", "A correction does not change whose course this is.",
                   reason="The wrong patient is the gravest slip.", resolve="Let an administrator move the course.",
                   severity="refuse")  # fmt: skip


def _moved(state: Course, event: Moved, _: Command, __: Surroundings) -> Iterator[Finding]:
    if event.left != state.patient or event.patient == event.left:
        yield told("not-where-it-is", f"The course is of {state.patient}, not of {event.left}.",
                   reason="A move names where the course stands and where it goes.", resolve="Read the course again.",
                   severity="refuse")  # fmt: skip
    if not event.because.strip():
        yield told("reason-missing", "A move without a reason.", reason="Who reads it later must understand it.",
                   resolve="Say what was wrong.", severity="refuse")  # fmt: skip
    if event.why == "wrong patient":
        yield from _still_given(state)


def _still_given(state: Course) -> Iterator[Finding]:
    """An order names a patient: it is not carried to another one, and nothing is moved while it runs."""
    if state.running is not None:
        yield told("delivery-not-settled", f"Session {state.running.number} is running.",
                   reason="Nothing is moved from under an infusion.", resolve="End or stop it first.",
                   severity="refuse")  # fmt: skip
    order = state.order
    if order is not None and any(one.order == order.order.number and not one.has_begun and one.status != "cancelled"
                                 for one in state.sessions):  # fmt: skip
        yield told("order-of-another", f"Order {order.order.number} still has sessions to give.",
                   reason="It was written, checked and signed for the patient whose course this was.",
                   resolve="Let a physician cancel the order, then move the course and order anew.",
                   severity="refuse")  # fmt: skip


JUDGES.update(
    {
        Moved: _moved,
        Scored: _scored,
        MeasureBegun: measures.begun,
        MeasureEnded: _measure_ended,
        Corrected: _corrected,
        Closed: _closed,
    }
)
