"""What is on record, in a sentence each: for the page of a course, for paper, for a reader who was not there."""

from __future__ import annotations

import datetime as dt

from assuage.course import event as e
from assuage.course.event import Event, Recorded
from assuage.course.part import Measured
from assuage.course.people import Person
from assuage.quantity import show
from assuage.screening import show_date

# What charts call these; everything else is called what it is.
CALLED = {
    "vitals.sbp": "systolic BP", "vitals.dbp": "diastolic BP", "vitals.hr": "heart rate", "vitals.rr": "breaths", "vitals.spo2": "SpO2",
    "moaa-s": "MOAA/S", "nrs": "pain", "urine-4h": "urine in 4 h",
}  # fmt: skip


def who(one: Recorded) -> str:
    """Who put it on record."""
    return f"{one.by.name} ({one.by.role})" if isinstance(one.by, Person) else f"the {one.by.what}"


def told(one: Recorded, zone: dt.tzinfo) -> str:
    """One record in words, without who and when; with the warnings that stood before it and why it was gone on with."""
    despite = (f"Despite “{each.message}”: {each.because}" for each in one.acknowledged)
    return " ".join((sentence(one.event, zone), *despite))


def measured(one: Measured) -> str:
    """One observation in words."""
    value = show(one.value) if one.value is not None else (one.word or "").replace("-", " ")
    name = CALLED.get(one.what) or one.what.removeprefix("vitals.").replace("-", " ")
    scale = f" ({one.scale})" if one.scale and one.scale != name else ""
    return f"{name} {value}{scale}" + (" (hard to believe)" if one.doubted else "")


def sentence(event: Event, zone: dt.tzinfo) -> str:
    """An event in a sentence. Every kind has one: a test goes through all."""
    match event:
        case e.Referred():
            return f"Referred: {event.reason} Indication: {event.indication.replace('-', ' ')}."
        case e.FactsRecorded():
            return f"Facts recorded from a {event.source}."
        case e.Screened():
            return f"Screened for {event.regimen}: {event.verdict}; {len(event.findings)} findings."
        case e.Overridden():
            return f"Stop {event.rule} taken on with {event.second.name}: {event.reason}"
        case e.Ordered():
            return f"Order {event.order.number} of {event.order.regimen}, {len(event.order.sessions)} sessions." + (
                f" Because: {event.because}" if event.because else ""
            )
        case e.Checked():
            return f"Order {event.order} worked out blind: " + (
                "; ".join(event.differences) if event.differences else "it agrees."
            )
        case e.Signed():
            return f"Order {event.order} signed: {event.words}"
        case e.Cancelled():
            return f"Order {event.order}{f', session {event.session},' if event.session else ''} cancelled: {event.because}"
    return _given(event, zone)


def _given(event: Event, zone: dt.tzinfo) -> str:
    match event:
        case e.Prepared():
            lots = ", ".join(
                f"{lot.presentation} lot {lot.lot}, expires {show_date(lot.expires)}" for lot in event.lots
            )
            return (
                f"Session {event.session} prepared from {lots}; discard at {event.discard_at.astimezone(zone):%H:%M}."
            )
        case e.Started():
            rate = f" at {show(event.rate)}" if event.rate else ""
            return f"Session {event.session} started{rate} with {event.second.name}; weight {show(event.weight) if event.weight else 'not known'}."
        case e.Observed():
            return f"Session {event.session}, {event.phase}: {', '.join(measured(one) for one in event.found)}{' ' + event.note if event.note else ''}."
        case e.RateChanged():
            return f"Session {event.session}: rate {show(event.rate)}, because {event.because}"
        case e.Paused():
            return f"Session {event.session} paused: {event.because}"
        case e.Resumed():
            return f"Session {event.session} goes on{f' at {show(event.rate)}' if event.rate else ''}."
        case e.Stopped():
            return f"Session {event.session} stopped: {event.because or 'the reason was not given yet'}"
        case e.Ended():
            return f"Session {event.session} ended{f' at {show(event.volume)}' if event.volume else ''}."
        case e.PortionGiven():
            pain = show(event.pain) if event.pain else f"not rated ({event.why_no_pain})"
            return f"Session {event.session}, portion {event.portion}: {show(event.volume)}, {event.site}; pain before it {pain}."
        case e.Flushed():
            return f"Session {event.session} flushed with {show(event.volume)}."
        case e.Reconciled():
            volume = f" {show(event.volume)}" if event.volume is not None else ""
            return f"Session {event.session} reconciled: {event.delivery}{volume}, by {event.how}."
    return _after(event)


def _after(event: Event) -> str:
    match event:
        case e.Discharged():
            unmet = [one.what for one in event.gates if not one.met]
            return f"Session {event.session}: went home" + (
                f" against advice, not met: {', '.join(unmet)}." if unmet else ", every gate met."
            )
        case e.Harmed():
            return f"Adverse event {event.term.replace('-', ' ')}, grade {event.grade} ({event.standard}): “{event.spoken}”. {event.action}"
        case e.Called():
            return f"Called after session {event.session}: " + (event.said if event.reached else "not reached.")
        case e.Scored():
            value = event.word or (f"{event.value:f}" if event.value is not None else f"missing: {event.why_missing}")
            return f"{event.instrument.upper()}, {event.purpose}, {show_date(event.day)}: {value}."
        case e.Contacted():
            came = "reached" if event.reached else "not reached" if event.way == "call" else "sent"
            return f"Asked for the score of {event.purpose} by {event.way}: {came}.{' ' + event.said if event.said else ''}"
        case e.MeasureBegun():
            return f"Measure begun: {event.name}. {event.aim}"
        case e.MeasureEnded():
            return f"Measure {event.measure}: {event.response}. {event.because}"
        case e.Decided():
            return f"Decided: {event.chosen}. {event.because}"
        case e.Corrected():
            return f"Record {event.number} {'corrected' if event.instead else 'taken back'}: {event.because}"
        case e.Moved():
            return f"Moved from patient {event.left} to {event.patient} ({event.why}): {event.because}"
        case e.Closed():
            return f"Closed: {event.because}"
    raise AssertionError(f"an event without a sentence: {event}")
