"""What is to be observed next while a session runs, and since when it is overdue: from the start, never by counting.

It is a reminder on a chart, not a monitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from assuage.catalog import Catalog
from assuage.course.bedside import concerns
from assuage.course.state import SessionState
from assuage.rule import Cadence, Watch


class DueObservation(msgspec.Struct, frozen=True):
    """One line that is due: what it asks for, when it was last done (none: not yet), when it is due."""

    line: str
    sentence: str
    what: tuple[str, ...]
    last: dt.datetime | None
    due: dt.datetime


def due_observations(session: SessionState, catalog: Catalog) -> tuple[DueObservation, ...]:
    """The next time of every line with a cadence, soonest first; none before the start or after the session ended.

    Give      a session with what was observed; the catalog whose lines count
    Get       instants; what lies in the past is overdue
    Holds     an observation that covers a line moves it on; one that covers only a part of it does not
    Source    the intervals of the catalog's lines
    Checked   tests/spec/test_course_due.py
    """
    if session.started is None or session.ended_at is not None:
        return ()
    lines = [one for one in catalog.watch.values() if one.cadence is not None and concerns(one, session)]
    found = [each for one in lines for each in _next(one, session)]
    return tuple(sorted(found, key=lambda one: (one.due, one.line)))


def _next(line: Watch, session: SessionState) -> Iterator[DueObservation]:
    assert line.cadence is not None
    assert session.started is not None
    start = session.started.at
    last = _last(line.cadence.what, session)
    due = _fixed(line, start, last) if line.cadence.at else _repeated(line, start, last)
    if due is not None:
        yield DueObservation(line.id, line.said, line.cadence.what, last, due)


def _last(what: tuple[str, ...], session: SessionState) -> dt.datetime | None:
    """When everything that a line asks for was last observed: the earliest of the latest times of each."""
    latest: dict[str, dt.datetime] = {}
    for _, observed in session.observed:
        for one in observed.found:
            if one.what in what and (one.what not in latest or observed.at > latest[one.what]):
                latest[one.what] = observed.at
    if set(latest) != set(what):
        return None
    return min(latest.values())


def _fixed(line: Watch, start: dt.datetime, last: dt.datetime | None) -> dt.datetime | None:
    """The first of the fixed times after the last observation; none when all are past and done."""
    assert line.cadence is not None
    times = sorted(start + _time(line, place) for place in line.cadence.at)
    return next((one for one in times if last is None or last < one - EARLY), None)


# An observation a little before its time counts for it.
EARLY = dt.timedelta(minutes=3)


def _repeated(line: Watch, start: dt.datetime, last: dt.datetime | None) -> dt.datetime:
    cadence: Cadence | None = line.cadence
    assert cadence is not None
    assert cadence.every is not None
    since = start if last is None or last < start else last
    due = since + _time(line, cadence.every)
    if cadence.within is None or cadence.then is None:
        return due
    until = start + _time(line, cadence.within)
    return due if due <= until else max(until, since + _time(line, cadence.then))


def _time(line: Watch, place: int) -> dt.timedelta:
    return dt.timedelta(minutes=float(line.values[place].quantity.to("min").value))
