"""At the bedside: starting waits for every gate; slowing, pausing and stopping wait for nothing."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterable, Iterator
from decimal import Decimal
from typing import Any

from msgspec.structs import replace

from assuage.course.bedside import standing
from assuage.course.command import Command, Surroundings, told
from assuage.course.decide_order import not_a_step, same_person
from assuage.course.event import (
    Called,
    Discharged,
    Ended,
    Flushed,
    Harmed,
    Observed,
    Paused,
    PortionGiven,
    RateChanged,
    Reconciled,
    Resumed,
    Started,
    Stopped,
)
from assuage.course.gates import gates
from assuage.course.people import Person
from assuage.course.state import Course, SessionState
from assuage.finding import Finding
from assuage.quantity import Quantity, show

HUNDRED = Decimal(100)


def _session(state: Course, number: int) -> tuple[SessionState | None, list[Finding]]:
    session = state.session(number)
    if session is None:
        return None, [told("no-such-session", f"There is no session {number} in this course.",
                           reason="Nothing is recorded in the air.", resolve="Choose a session of the order.",
                           severity="refuse")]  # fmt: skip
    return session, []


def _started(state: Course, event: Started, command: Command, around: Surroundings) -> Iterator[Finding]:
    session, missing = _session(state, event.session)
    yield from missing
    if session is None:
        return
    if session.status != "prepared":
        yield not_a_step(f"Session {event.session} is {session.status}.", "Prepare it, or read where it stands.")
        return
    if isinstance(command.by, Person) and command.by.id == event.second.id:
        yield same_person("A start needs two people.")
    if len(set(event.identity)) < 2:
        yield told("identity-not-checked", "Two identifiers were not checked.", reason="The wrong patient is the gravest slip.",
                   resolve="Ask for the name and the date of birth, and read the wristband.")  # fmt: skip
    ordered = session.planned.rate
    if (ordered is None) != (event.rate is None) or (ordered and event.rate and event.rate.compare(ordered) != 0):
        yield told("another-rate", f"The order begins at {show(ordered) if ordered else 'no rate'}, the pump is set to {show(event.rate) if event.rate else 'none'}.",
                   reason="A pump starts at the ordered rate.", resolve="Set the pump to the order.", severity="stop")  # fmt: skip
    yield from gates(state, session, event, around)


def _running(state: Course, number: int, *, states: tuple[str, ...], verb: str) -> Iterator[Finding]:
    session, missing = _session(state, number)
    yield from missing
    if session is not None and session.status not in states:
        yield not_a_step(f"Session {number} is {session.status}; it cannot be {verb}.")


def _rate_changed(state: Course, event: RateChanged, _: Command, around: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("running",), verb="set to another rate")
    session = state.session(event.session)
    if session is not None:
        yield from _rate(session, event.rate, around)
        yield from _volume(session, event.volume, event.at)


def _resumed(state: Course, event: Resumed, _: Command, around: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("paused",), verb="resumed")
    session = state.session(event.session)
    if session is None:
        return
    if (event.rate is not None) != bool(session.planned.runs):
        yield told("rate-of-resuming", "A pump goes on at a rate; portions go on without one.",
                   reason="What runs is on record as it runs.", resolve="Give the rate of the pump, or leave it out for portions.",
                   severity="refuse")  # fmt: skip
    elif event.rate is not None:
        yield from _rate(session, event.rate, around)
    yield from _volume(session, event.volume, event.at)
    yield from _still_met(session, around)


def _still_met(session: SessionState, around: Surroundings) -> Iterator[Finding]:
    """More drug waits until what met a stop line was observed again and no longer meets it."""
    for one in standing(session, around.catalog):
        if one.severity in ("refuse", "stop", "hold"):
            yield told("stop-line-stands", f"Still standing: {one.message}", reason="More of the drug waits for what stopped it.",
                       resolve="Observe again. When the line is no longer met, go on; otherwise stop.", severity="stop")  # fmt: skip


def _rate(session: SessionState, rate: Quantity, around: Surroundings) -> Iterator[Finding]:
    """A rate above the ordered ones: far above is a slip, somewhat above is not ordered."""
    if rate.value <= 0:
        yield told("rate-not-above-zero", f"A rate of {show(rate)}.", reason="Standing still is a pause.",
                   resolve="Pause, or give a rate.", severity="refuse")  # fmt: skip
        return
    fastest = max((one.rate.to("mL/h").value for one in session.planned.runs), default=None)
    if fastest is None:
        return
    slip = around.catalog.practice["rate-slip"].fact.quantity.to("%").value
    now = rate.to("mL/h").value
    if now * HUNDRED > slip * fastest:
        yield told("rate-slip", f"{show(rate)} is far above the ordered {show(Quantity(fastest, 'mL/h'))}.",
                   reason="A volume typed as a rate looks like this.", resolve="Read the pump again.", severity="stop")  # fmt: skip
    elif now > fastest:
        yield told("rate-above-order", f"{show(rate)} is above the ordered {show(Quantity(fastest, 'mL/h'))}.",
                   reason="Nobody ordered a faster rate.", resolve="Go back to the ordered rate, or order anew.",
                   severity="stop")  # fmt: skip


def _volume(session: SessionState, volume: Quantity | None, at: dt.datetime) -> Iterator[Finding]:
    """A volume read off the pump: never below an earlier one, never above a later one; entries may come late."""
    if volume is None:
        return
    if volume.value < 0:
        yield told("volume-below-zero", f"A volume of {show(volume)}.", reason="A pump does not take back.",
                   resolve="Read the pump again.", severity="refuse")  # fmt: skip
    read = sorted((one for one in session.segments if one.volume is not None), key=lambda one: one.at)
    before = [one.volume for one in read if one.volume is not None and one.at <= at]
    after = [one.volume for one in read if one.volume is not None and one.at > at]
    if before and volume.compare(before[-1]) < 0:
        yield told("volume-runs-back", f"{show(volume)} now, {show(before[-1])} before.", reason="A pump does not run back.",
                   resolve="Read the pump again, or correct the earlier reading.", severity="refuse")  # fmt: skip
    if after and volume.compare(after[0]) > 0:
        yield told("volume-runs-back", f"{show(volume)} then, {show(after[0])} afterwards.", reason="A pump does not run back.",
                   resolve="Read the sheet again, or correct the later reading.", severity="refuse")  # fmt: skip


def _ends(state: Course, event: Stopped | Ended | Paused, _: Command, __: Surroundings) -> Iterator[Finding]:
    verb = {Stopped: "stopped", Ended: "ended", Paused: "paused"}[type(event)]
    states = ("running",) if isinstance(event, Paused) else ("running", "paused")
    yield from _running(state, event.session, states=states, verb=verb)
    session = state.session(event.session)
    if session is not None:
        # A reading that cannot be is asked about; it never stands in the way of stopping.
        yield from (_only_told(one) for one in _volume(session, event.volume, event.at))


def _only_told(one: Finding) -> Finding:
    return replace(one, severity="warn", blocks="none")


def _portion(state: Course, event: PortionGiven, _: Command, around: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("running",), verb="given a portion")
    session = state.session(event.session)
    if session is None:
        return
    planned = {one.number: one for one in session.planned.portions}
    given = {one.portion for one in session.portions}
    if event.portion in given:
        yield told("portion-given-already", f"Portion {event.portion} is on record.", reason="A portion is given once.",
                   resolve="If it is the same one, leave it; if the first entry is wrong, correct it.", severity="stop")  # fmt: skip
    if event.portion not in planned:
        yield not_a_step(f"There is no portion {event.portion}.")
        return
    if event.portion > 1 and event.portion - 1 not in given:
        yield told("portion-out-of-turn", f"Portion {event.portion - 1} is not on record.", reason="Portions follow one another.",
                   resolve="Record it first.", severity="refuse")  # fmt: skip
    if event.volume.compare(planned[event.portion].draw_up) > 0:
        yield told("portion-too-large", f"{show(event.volume)} is more than the ordered {show(planned[event.portion].draw_up)}.",
                   reason="Nobody ordered more.", resolve="Correct the volume, or record an adverse event.",
                   severity="stop")  # fmt: skip
    if event.pain is None and not (event.why_no_pain or "").strip():
        yield told("pain-not-rated", "Pain is rated before each portion.", reason="The rating decides whether the next is given.",
                   resolve="Rate it, or say why it could not be.")  # fmt: skip
    yield from _too_soon(session, event, planned)
    yield from _still_met(session, around)


def _too_soon(session: SessionState, event: PortionGiven, planned: dict[int, Any]) -> Iterator[Finding]:
    before = next((one for one in session.portions if one.portion == event.portion - 1), None)
    if before is None or event.portion - 1 not in planned:
        return
    gap = planned[event.portion].after.to("min").value - planned[event.portion - 1].after.to("min").value
    seconds = Decimal((event.at - before.at).total_seconds())
    if seconds < gap * 60:
        yield told("portion-too-soon", f"{seconds / 60:.0f} min since the portion before; the order leaves {gap:f} min.",
                   reason="What the last portion does shows only after a while.", resolve="Wait.", severity="stop")  # fmt: skip


def _flushed(state: Course, event: Flushed, _: Command, __: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("running", "paused", "stopped", "ended"), verb="flushed")


def _reconciled(state: Course, event: Reconciled, _: Command, __: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("stopped", "ended"), verb="reconciled before it ends")
    session = state.session(event.session)
    if session is None:
        return
    if (event.delivery == "given") != (event.volume is not None):
        yield told("volume-of-delivery", "“Given” needs the volume that went in; “not given” and “not known” have none.",
                   reason="Doses come from volumes.", resolve="Give the volume, or choose another answer.",
                   severity="refuse")  # fmt: skip
        return
    if event.volume is not None and event.volume.compare(session.planned.volume) > 0:
        yield told("more-than-prepared", f"{show(event.volume)} is more than the {show(session.planned.volume)} that was prepared.",
                   reason="More cannot have gone in; perhaps the flush was counted.", resolve="Leave the flush out; read again.",
                   severity="refuse")  # fmt: skip
    if event.volume is not None and event.volume.value < 0:
        yield told("volume-below-zero", f"A volume of {show(event.volume)}.", reason="A pump does not take back.",
                   resolve="Read it again.", severity="refuse")  # fmt: skip


def _discharged(state: Course, event: Discharged, _: Command, __: Surroundings) -> Iterator[Finding]:
    yield from _running(state, event.session, states=("stopped", "ended"), verb="discharged from")
    unmet = [one for one in event.gates if not one.met]
    if (unmet or not event.gates) and not event.left_against_advice:
        words = ", ".join(one.what for one in unmet) or "no gate was judged"
        yield told("discharge-gate-shut", f"Not met: {words}.", reason="Who goes home too early is alone with it.",
                   resolve="Keep the patient until each gate is met; or record that they left against advice.",
                   severity="stop")  # fmt: skip


def _observed(state: Course, event: Observed, _: Command, __: Surroundings) -> Iterator[Finding]:
    missing = _session(state, event.session)[1]
    yield from missing
    if not event.found and not (event.note or "").strip():
        yield told("nothing-observed", "Nothing was observed.", reason="An empty entry hides a missing one.",
                   resolve="Enter a value, or a note.", severity="refuse")  # fmt: skip


def _called(state: Course, event: Called, _: Command, __: Surroundings) -> Iterator[Finding]:
    missing = _session(state, event.session)[1]
    yield from missing


def _harmed(state: Course, event: Harmed, _: Command, around: Surroundings) -> Iterator[Finding]:
    if event.session is not None:
        missing = _session(state, event.session)[1]
        yield from missing
    if not event.spoken.strip():
        yield told("words-missing", "The event has no words.", reason="Codes lose what was said.",
                   resolve="Write what the patient or the witness said.", severity="refuse")  # fmt: skip
    grades = around.catalog.instruments["ctcae-grade"]
    assert grades.lowest is not None
    assert grades.highest is not None
    low, high = grades.lowest.quantity.value, grades.highest.quantity.value
    if not low <= event.grade <= high:
        yield told("grade-not-known", f"Grade {event.grade}.", reason=f"Grades run from {low} to {high}.", resolve="Choose a grade.",
                   severity="refuse")  # fmt: skip


JUDGES: dict[type, Callable[[Course, Any, Command, Surroundings], Iterable[Finding]]] = {
    Started: _started, RateChanged: _rate_changed, Resumed: _resumed, Stopped: _ends, Ended: _ends, Paused: _ends,
    PortionGiven: _portion, Flushed: _flushed, Reconciled: _reconciled, Discharged: _discharged, Observed: _observed,
    Called: _called, Harmed: _harmed,
}  # fmt: skip
