"""What the bedside shows now: how far the pump should be, what is due, which portion is next, what a device needs to judge alone."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import msgspec

from assuage.catalog import Catalog
from assuage.course.bedside import concerns, first_value
from assuage.course.due_observations import due_observations
from assuage.course.ledger import ExpectedVolume, by_clock
from assuage.course.order import OrderedPortion
from assuage.course.state import Segment, SessionState
from assuage.errors import QuantityError
from assuage.quantity import EXACT, Quantity
from assuage.rule import Bound, Watch
from assuage.web.bedside_fields import BEFORE, OBSERVED

SECONDS_AN_HOUR = 60 * 60
UNITS = {one.what: one.unit for one in (*OBSERVED, *BEFORE)}


class Due(msgspec.Struct, frozen=True):
    """Something with a time: its id for the alarm, what it says, since when it is counted, when it is due."""

    id: str
    sentence: str
    since: dt.datetime
    due: dt.datetime


class Running(msgspec.Struct, frozen=True):
    """The pump: its rate, what should have moved by the clock, the last reading, and when all should be in."""

    rate: Quantity
    expected: ExpectedVolume
    reading: Segment | None
    all_in: dt.datetime | None


def running(session: SessionState, now: dt.datetime) -> Running | None:
    """The pump of a session at an instant; none where there is none (portions), or before the start."""
    if not session.segments or not session.planned.runs:
        return None
    segments = sorted(session.segments, key=lambda one: one.at)
    expected = by_clock(session, now)
    read = [one for one in segments if one.volume is not None]
    rate = segments[-1].rate
    return Running(rate, expected, read[-1] if read else None, _all_in(session, expected, rate, now=now))


def _all_in(session: SessionState, expected: ExpectedVolume, rate: Quantity, *, now: dt.datetime) -> dt.datetime | None:
    """Now and (all − expected) ÷ rate; none while the pump stands or the clock is past it."""
    left = session.planned.volume.value - expected.volume.value
    ml_an_hour = rate.to("mL/h").value
    if session.status != "running" or ml_an_hour <= 0:
        return None
    seconds = EXACT.divide(EXACT.multiply(left, Decimal(SECONDS_AN_HOUR)), ml_an_hour)
    return now + dt.timedelta(seconds=float(seconds))


def due_now(session: SessionState, catalog: Catalog, now: dt.datetime) -> tuple[Due, ...]:
    """Everything that has a time, soonest first: lines to observe, the next portion, the end of what is pumped."""
    if session.started is None or session.ended_at is not None:
        return ()
    found = [
        Due(f"{one.line}@{one.due.isoformat()}", one.sentence, one.last or session.started.at, one.due)
        for one in due_observations(session, catalog)
    ]
    portion = next_portion(session)
    if portion is not None and session.status == "running":
        since, at = portion_times(session, portion)
        found.append(Due(f"portion-{portion.number}", f"Portion {portion.number}: ask for the pain first.", since, at))
    pump = running(session, now)
    if pump is not None and pump.all_in is not None:
        said = "By the clock all is in: look at the pump and the bag."
        found.append(Due(f"all-in-{session.number}", said, session.started.at, pump.all_in))
    return tuple(sorted(found, key=lambda one: (one.due, one.id)))


def next_portion(session: SessionState) -> OrderedPortion | None:
    """The first portion that is not on record; none when all are, or where there are none."""
    given = {one.portion for one in session.portions}
    return next((one for one in session.planned.portions if one.number not in given), None)


def portion_times(session: SessionState, portion: OrderedPortion) -> tuple[dt.datetime, dt.datetime]:
    """Since when a portion is counted, and when it is due: the ordered time after the one before, else after the start."""
    assert session.started is not None
    before = next((one for one in session.portions if one.portion == portion.number - 1), None)
    planned = {one.number: one.after for one in session.planned.portions}
    if before is None:
        return session.started.at, session.started.at + _time(portion.after)
    return before.at, before.at + _time(portion.after) - _time(planned[before.portion])


def _time(value: Quantity) -> dt.timedelta:
    return dt.timedelta(minutes=float(value.to("min").value))


def lines_for_device(session: SessionState, catalog: Catalog) -> str:
    """The stop lines as a device without network can judge them, in the units of the fields; the server judges again.

    A line that counts from the first value has it with it; where nothing was observed yet the server alone can say.
    """
    lines = [one for one in catalog.watch.values() if one.bounds and concerns(one, session)]
    found = [each for one in lines for bound in one.bounds for each in _for_device(one, bound, session)]
    return json.dumps(found)


def _for_device(line: Watch, bound: Bound, session: SessionState) -> Iterator[dict[str, Any]]:
    told = {"what": bound.what, "side": bound.side, "action": bound.action, "said": line.said}
    if bound.side == "is":
        yield {**told, "words": list(bound.words)}
        return
    if bound.what not in UNITS or bound.value is None:
        return
    limit = line.values[bound.value].quantity
    try:
        if bound.side in ("falls by", "rises by"):
            first = first_value(session, bound.what)
            if first is not None:
                yield {**told, "limit": f"{limit.to('%').value:f}", "first": f"{first.to(UNITS[bound.what]).value:f}"}
            return
        yield {**told, "limit": f"{limit.to(UNITS[bound.what]).value:f}"}
    except QuantityError:
        # A limit in a unit of another kind cannot be met by this field.
        return
