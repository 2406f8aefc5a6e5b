"""The rows of a filled flow sheet: each record of a session at its time, what was wrong struck through, what came late marked."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator, Mapping

import msgspec

from assuage.course import event as e
from assuage.course.event import LATE, Recorded
from assuage.course.part import Measured
from assuage.course.people import Person
from assuage.course.state import SessionState
from assuage.errors import QuantityError
from assuage.paper.clinic.leaf import Filed
from assuage.paper.clinic.telling import clock, instant
from assuage.paper.words import tie
from assuage.quantity import Quantity, show

# What belongs to a session and not to its bedside.
ELSEWHERE = e.Prepared | e.Called | e.Scored | e.Cancelled
DONE = {
    e.Started: "started", e.Paused: "paused", e.Resumed: "goes on", e.Stopped: "stopped", e.Ended: "ended", e.Flushed: "flushed",
    e.RateChanged: "rate changed", e.Reconciled: "reconciled", e.Discharged: "went home",
}  # fmt: skip
STILL = "0"
NUMBER = re.compile(r"[−-]?[\d,.]+")


class Row(msgspec.Struct, frozen=True):
    """One line of the sheet: `values` by what was observed, each in the unit of its column."""

    at: dt.datetime
    time: str
    values: Mapping[str, str]
    rate: str
    volume: str
    note: str
    is_struck: bool


class Entry(msgspec.Struct, frozen=True):
    """One event as it was said: first, or by a correction. `mended` is the correction that struck it."""

    recorded: Recorded
    event: e.Event
    mended: Recorded | None


def rows_of(filed: Filed, session: SessionState, units: Mapping[str, str]) -> Iterator[Row]:
    """Every record of a session in the order in which it happened.

    Give      what is filed; the session; the unit of each column by what is observed
    Holds     a value without a column, or in a unit that is not the column's, is told in words
    """
    begins = session.started.at if session.started else session.planned.start
    day = begins.astimezone(filed.zone).date() if begins else None
    for one in sorted(_entries(filed, session.number), key=lambda entry: entry.event.at):
        local = one.event.at.astimezone(filed.zone).date()
        time = clock(one.event.at, filed.zone) if local == day else instant(one.event.at, filed.zone)
        day = local
        yield _row(filed, one, time, units)


def _entries(filed: Filed, session: int) -> Iterator[Entry]:
    by_number = {one.event.number: one for one in filed.records if isinstance(one.event, e.Corrected)}
    for one in filed.records:
        event = one.event.instead if isinstance(one.event, e.Corrected) else one.event
        if event is None or isinstance(event, ELSEWHERE) or getattr(event, "session", None) != session:
            continue
        yield Entry(one, event, by_number.get(one.number))


def _row(filed: Filed, one: Entry, time: str, units: Mapping[str, str]) -> Row:
    event = one.event
    values, beside = _found(event.found, units) if isinstance(event, e.Observed) else ({}, [])
    said = (*_done(event), *beside, *_more(event), *_kept(filed, one), _initials(one.recorded))
    note = "\n".join(("; ".join(part for part in said if part), *_wrong(filed, one)))
    return Row(event.at, tie(time), values, tie(_rate(event)), tie(_volume(event)), tie(note), one.mended is not None)


def _found(found: tuple[Measured, ...], units: Mapping[str, str]) -> tuple[dict[str, str], list[str]]:
    """What goes into columns, and what is told beside them."""
    values: dict[str, str] = {}
    beside = []
    for one in found:
        text = _plain(one, units.get(one.what))
        if text is not None and one.what not in values:
            values[one.what] = text
        else:
            beside.append(f"{_name(one.what)} {_said(one)}")
        if one.doubted:
            beside.append(f"{_name(one.what)} hard to believe, kept: {one.doubted}")
    return values, beside


def _plain(one: Measured, unit: str | None) -> str | None:
    """A value without its unit, which stands at the head of the column; none where it does not belong there."""
    if unit is None:
        return None
    if one.value is None:
        return (one.word or "").replace("-", " ")
    return _number(one.value, unit) if unit else None


def _name(what: str) -> str:
    return what.removeprefix("vitals.").replace("-", " ")


def _said(one: Measured) -> str:
    return show(one.value) if one.value is not None else (one.word or "").replace("-", " ")


def _rate(event: e.Event) -> str:
    if isinstance(event, e.Flushed):
        return ""
    rate: Quantity | None = getattr(event, "rate", None)
    return (
        _number(rate, "mL/h")
        if rate is not None
        else (STILL if isinstance(event, e.Paused | e.Stopped | e.Ended) else "")
    )


def _volume(event: e.Event) -> str:
    """The drug solution that is in by then; a flush holds none, and a portion is no sum."""
    if isinstance(event, e.Flushed | e.PortionGiven):
        return ""
    found: Quantity | None = getattr(event, "volume", None)
    return _number(found, "mL") if found is not None else ""


def _number(value: Quantity, unit: str) -> str:
    """A value without the unit that stands at the head of its column; with its own where that is another."""
    try:
        shown = NUMBER.match(show(value.to(unit)))
    except QuantityError:
        return show(value)
    return shown.group() if shown else show(value)


def _done(event: e.Event) -> Iterator[str]:
    match event:
        case e.Flushed():
            rate = f" at {show(event.rate)}" if event.rate is not None else ""
            yield f"flushed {show(event.volume)}{rate}"
        case e.PortionGiven():
            pain = f"pain {show(event.pain)}" if event.pain is not None else f"pain not rated: {event.why_no_pain}"
            yield f"portion {event.portion}, {show(event.volume)}, {event.site}; {pain}"
        case e.Harmed():
            yield f"ADVERSE EVENT {event.term.replace('-', ' ')}, grade {event.grade}: “{event.spoken}” {event.action}"
        case e.Reconciled():
            volume = f", {show(event.volume)}" if event.volume is not None else ""
            yield f"reconciled: {event.delivery}{volume}, {event.how}"
        case e.Discharged():
            yield "left against advice" if event.left_against_advice else "went home"
        case _:
            yield DONE.get(type(event), "")


def _more(event: e.Event) -> Iterator[str]:
    yield getattr(event, "because", None) or ""
    yield getattr(event, "note", None) or ""


def _kept(filed: Filed, one: Entry) -> Iterator[str]:
    """That it came late, or stands for something else."""
    recorded = one.recorded
    if recorded.recorded - one.event.at > LATE and not isinstance(recorded.event, e.Corrected):
        yield f"LATE: entered {instant(recorded.recorded, filed.zone)}"
    if isinstance(recorded.event, e.Corrected):
        yield f"CORRECTED LINE, entered {instant(recorded.recorded, filed.zone)}"


def _wrong(filed: Filed, one: Entry) -> Iterator[str]:
    """Why it is struck, on a line of its own that is not."""
    if one.mended is not None:
        wrong = one.mended.event
        assert isinstance(wrong, e.Corrected)
        how = "WRONG" if wrong.instead is not None else "WRONG, TAKEN BACK"
        yield f"{how}: {wrong.because} ({_initials(one.mended)}, {instant(one.mended.recorded, filed.zone)})"


def _initials(one: Recorded) -> str:
    return "".join(part[0] for part in one.by.name.split()) if isinstance(one.by, Person) else one.by.what
