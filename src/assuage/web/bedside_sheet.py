"""The flow sheet of a session: time down, newest last, a column for each thing observed; nothing that was written is lost.

What was corrected stands struck through, and what it should have been under it; what came late or from paper says so.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec

from assuage.course.event import Corrected, Event, Happening, Observed, Paused, Recorded, Stopped
from assuage.course.part import Measured
from assuage.course.state import SessionState
from assuage.course.story import measured, sentence, who
from assuage.quantity import show_number
from assuage.registry.store import Known
from assuage.web.bedside_fields import BEFORE, OBSERVED, signs_for
from assuage.web.bedside_steps import NOT_SAID

# What a reason that is given afterwards says of itself: it completes an entry and strikes nothing through.
REASON_AFTERWARDS = "The reason was given afterwards."
FIXED = ("prepared", "started")


class Column(msgspec.Struct, frozen=True):
    """A column of the sheet: what is observed, its head, its unit."""

    what: str
    head: str
    unit: str = ""


class Cell(msgspec.Struct, frozen=True):
    """What stands in a column; `doubted` says why it is hard to believe."""

    text: str
    doubted: str | None = None


class Row(msgspec.Struct, frozen=True, kw_only=True):
    """A line of the sheet. Either cells stand in the columns, or a sentence goes across."""

    number: int
    at: dt.datetime
    by: str
    cells: dict[str, Cell] = {}
    sentence: str = ""
    more: str = ""
    marks: tuple[str, ...] = ()
    is_struck: bool = False
    may_be_mended: bool = False


def columns_of(session: SessionState) -> tuple[Column, ...]:
    """The columns of the drugs of a session."""
    urine = tuple(one for one in BEFORE if any(each.what == one.what for _, seen in session.observed for each in seen.found))  # fmt: skip
    values = tuple(Column(one.what, one.label, one.shown_unit) for one in (*OBSERVED, *urine))
    return (*values, *(Column(one.what, one.label) for one in signs_for(session)))


def rows_of(known: Known, session: SessionState, zone: dt.tzinfo) -> tuple[Row, ...]:
    """Everything on record of a session, in the order of time."""
    mends: dict[int, list[Recorded]] = {}
    for one in known.records:
        if isinstance(one.event, Corrected):
            mends.setdefault(one.event.number, []).append(one)
    columns = {one.what for one in columns_of(session)}
    mine = [one for one in known.records if getattr(one.event, "session", None) == session.number]
    rows = [row for one in mine for row in _rows(one, mends.get(one.number, []), columns, zone)]
    return tuple(sorted(rows, key=lambda one: (one.at, one.number)))


def _rows(one: Recorded, mends: list[Recorded], columns: set[str], zone: dt.tzinfo) -> Iterator[Row]:
    """A record, struck through where it was mended, and under it what it should have been."""
    completes = [each for each in mends if _completes(each)]
    if completes and len(mends) == len(completes):
        last = completes[-1]
        assert isinstance(last.event, Corrected)
        assert last.event.instead is not None
        yield _row(one, last.event.instead, columns, zone, marks=(f"reason added by {who(last)}",))
        return
    last_text = "" if not mends else _told(mends[-1], zone)
    yield _row(one, one.event, columns, zone, marks=(last_text,) if last_text else (), is_struck=bool(mends))
    for place, mend in enumerate(mends):
        assert isinstance(mend.event, Corrected)
        if mend.event.instead is not None:
            yield _row(one, mend.event.instead, columns, zone, marks=("corrected value",), is_struck=place + 1 < len(mends))  # fmt: skip


def _completes(one: Recorded) -> bool:
    return isinstance(one.event, Corrected) and one.event.because == REASON_AFTERWARDS and one.event.instead is not None


def _told(mend: Recorded, zone: dt.tzinfo) -> str:
    assert isinstance(mend.event, Corrected)
    word = "Corrected" if mend.event.instead is not None else "Taken back"
    return f"{word} at {mend.recorded.astimezone(zone):%H:%M} by {who(mend)}: {mend.event.because}"


def _row(
    one: Recorded,
    event: Event | Happening,
    columns: set[str],
    zone: dt.tzinfo,
    *,
    marks: tuple[str, ...] = (),
    is_struck: bool = False,
) -> Row:
    given = [
        *(("recorded late",) if one.is_late and one.surface != "paper" else ()),
        *(("from paper",) if one.surface == "paper" else ()),
        *marks,
    ]
    kind = type(event).__struct_config__.tag
    cells, sentence_, more = _content(event, columns, zone)
    return Row(number=one.number, at=event.at, by=who(one), cells=cells, sentence=sentence_, more=more, marks=tuple(given), is_struck=is_struck,
               may_be_mended=not is_struck and kind not in FIXED)  # fmt: skip


def _content(event: Event | Happening, columns: set[str], zone: dt.tzinfo) -> tuple[dict[str, Cell], str, str]:
    """Cells, a sentence across, and what stands beside the cells."""
    if not isinstance(event, Observed):
        return {}, sentence(event, zone), ""
    cells = {one.what: _cell(one) for one in event.found if one.what in columns}
    others = [measured(one) for one in event.found if one.what not in columns and one.what != "reaction-step"]
    words = ". ".join([*others, *([event.note] if event.note else [])])
    return (cells, "", words) if cells else ({}, words or "nothing", "")


def _cell(one: Measured) -> Cell:
    return Cell(show_number(one.value.value) if one.value is not None else (one.word or ""), one.doubted)


def previous(session: SessionState, zone: dt.tzinfo) -> dict[str, str]:
    """What was found last of each thing, with its time: it stands greyed beside the field, never in it."""
    found: dict[str, str] = {}
    for _, observed in sorted(session.observed, key=lambda one: one[1].at):
        for one in observed.found:
            found[one.what] = f"{_cell(one).text} at {observed.at.astimezone(zone):%H:%M}"
    return found


def without_reason(known: Known, session: SessionState) -> Recorded | None:
    """The stop or pause of a session whose reason is not on record yet; the latest one."""
    for one in reversed(known.records):
        event = one.event
        if one.number in known.state.corrected or getattr(event, "session", None) != session.number:
            continue
        if isinstance(event, Stopped) and event.because is None and session.status == "stopped":
            return one
        if isinstance(event, Paused) and event.because == NOT_SAID:
            return one
    return None
