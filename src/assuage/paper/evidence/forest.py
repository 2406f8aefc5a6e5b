"""A forest of one body in letters: every row with its interval on one axis, the pools beneath, nothing left out."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator

import msgspec

from assuage.charts.forest_rows import (
    counted,
    groups_of,
    named,
    share_of_pool,
    summaries_of,
    treated,
)
from assuage.charts.scale import Scale, drawn, mark_text, scale_of, sides, unit_of
from assuage.evidence.answered import BodyFound, ForestRow, Span, Summary
from assuage.evidence.spoken import unit_words
from assuage.paper.evidence.telling import body_unit, effect_text, is_retracted, joined, reach_text, row_text
from assuage.paper.words import TIED, tie, untie

EXPECTED = "one more clinic"
GAP, INDENT = 2, "  "
# How far a picture in letters goes on growing with its window.
WIDEST = 160
PARTS = 3  # of a narrow line: name, axis, effect
LEAST = 24


class Marks(msgspec.Struct, frozen=True):
    """What an interval is drawn with: its middle, its line, its ends."""

    middle: str
    line: str = "─"
    low: str = "├"
    high: str = "┤"


ROW, DERIVED, OURS, OURS_DERIVED = Marks("■"), Marks("□"), Marks("●"), Marks("○")
LEAD, OTHER, AHEAD = Marks("◆", "═", "╞", "╡"), Marks("◇"), Marks("┄", "┄", "╎", "╎")
GOES_LEFT, GOES_RIGHT, NO_EFFECT, CARRIED = "◀", "▶", "│", "┊"
KEY = {"■": "as counted or printed", "□": "derived", "●": "this clinic", "○": "this clinic, derived",
       "◆": "the pool that leads", "◇": "another pool", "╎": f"expected in {EXPECTED}", "◀": "goes on to the left", "▶": "goes on to the right"}  # fmt: skip


class Frame(msgspec.Struct, frozen=True):
    """The columns of the picture: names, axis and effects, each with its width, in a line of `width`."""

    width: int
    name: int
    plot: int
    effect: int
    scale: Scale
    carried: float | None
    is_stacked: bool

    def column(self, value: float) -> int:
        """Where a drawn value stands on the axis, counted from its left end."""
        return round(self.scale.at(value, ends=(0, self.plot - 1)))


def forest_lines(body: BodyFound, *, width: int) -> tuple[str, ...]:
    """The picture in lines of at most `width` columns.

    Give      a body of evidence with an interval among its rows or a pool; the columns of the terminal
    Holds     every row and every pool stands once; a row without an interval says why; one that leaves the axis has an
              arrow; rows in different units say so at the axis, and each beside its number
    Checked   tests/unit/test_evidence_forest.py
    """
    frame = _frame(body, min(width, WIDEST))
    lines = [*_axis(frame)]
    for group in groups_of(body):
        lines += ["", *_wrapped(f"{group.heading} ({len(group.rows)})", frame.width)]
        lines += [line for row in group.rows for line in _row(body, row, frame)]
    if body.pool is not None:
        lines += ["", "Pools"]
        lines += [line for one in summaries_of(body) for line in _summary(body, one, frame)]
    lines += ["", *_directions(body, frame), *_key(body, lines, frame)]
    return tuple(untie(line).rstrip() for line in lines)


def _frame(body: BodyFound, width: int) -> Frame:
    spans = [row.span for row in body.rows if row.span is not None]
    more: list[float] = []
    if body.pool is not None:
        spans += [one.span for one in body.pool.summaries]
        more = [drawn(body.measure, end) for end in (body.pool.lead.span.lower, body.pool.lead.span.upper)]
    effects = [len(text) for text in _effects(body)]
    names = [len(named(row)) for row in body.rows] + [len(one.name) for one in summaries_of(body)]
    # A number is never broken; a name may be, and takes no more than a share of the line.
    effect = min(max(effects, default=0), width // 2)
    name = min(max(names, default=0), max(LEAST, (width - effect) // PARTS))
    plot = width - name - effect - 2 * GAP
    carried = drawn(body.measure, body.pool.lead.span.value) if body.pool is not None else None
    unit = unit_of(body.rows)
    said = "each row in its own unit" if unit is None else unit_words(unit) if unit else ""
    scale = msgspec.structs.replace(scale_of(body.measure, spans, more), unit=said)
    if plot < LEAST:
        return Frame(width, 0, width, width, scale, carried, is_stacked=True)
    return Frame(width, name, plot, effect, scale, carried, is_stacked=False)


def _effects(body: BodyFound) -> Iterator[str]:
    unit = body_unit(body)
    yield from (row_text(row) for row in body.rows if row.span is not None)
    for one in summaries_of(body):
        yield effect_text(body.measure, one.span, unit=unit)
        if one.expected is not None:
            yield reach_text(body.measure, one.expected, unit=unit)


def _axis(frame: Frame) -> Iterator[str]:
    """Marks and their numbers; a number that would touch the one before it is left out, its mark stays."""
    left = "" if frame.is_stacked else " " * (frame.name + GAP)
    rule, text = ["─"] * frame.plot, [" "] * frame.plot
    end = -1
    for mark in frame.scale.marks:
        at, word = frame.column(mark), mark_text(mark)
        rule[at] = "┴"
        start = min(max(0, at - len(word) // 2), frame.plot - len(word))
        if start > end:
            text[start : start + len(word)] = word
            end = start + len(word)
    yield from textwrap.wrap(frame.scale.title, frame.width)
    yield left + "".join(text)
    yield left + "".join(rule)


def _row(body: BodyFound, row: ForestRow, frame: Frame) -> Iterator[str]:
    marks = (OURS_DERIVED if row.is_ours else DERIVED) if row.is_derived else (OURS if row.is_ours else ROW)
    if row.span is None:
        yield from _hung(f"{named(row)}: {row_text(row)}", frame)
    else:
        yield from _line(
            named(row).replace(" †", f"{TIED}†"), _track(body, row.span, frame, marks), row_text(row), frame
        )
    weight = f"weight {share_of_pool(row.weight)}" if row.weight is not None else ""
    risk = f"risk of bias {row.risk}" if row.risk else ""
    left_out = f"not in the pool: {row.not_pooled}" if row.not_pooled and body.pool is not None else ""
    told = joined(
        (
            "RETRACTED" if is_retracted(row) else "",
            treated(row),
            counted(row),
            weight,
            risk,
            "readings differ" if row.is_disputed else "",
            left_out,
        )
    )
    yield from _hung(told, frame, first=INDENT)


def _summary(body: BodyFound, one: Summary, frame: Frame) -> Iterator[str]:
    unit = body_unit(body)
    track = _track(body, one.span, frame, LEAD if one.is_lead else OTHER)
    yield from _line(one.name, track, effect_text(body.measure, one.span, unit=unit), frame)
    if one.expected is not None:
        track = _track(body, one.expected, frame, AHEAD)
        yield from _line(f"{INDENT}{EXPECTED}", track, reach_text(body.measure, one.expected, unit=unit), frame)


def _line(name: str, track: str, effect: str, frame: Frame) -> Iterator[str]:
    """A name, its interval and its effect on one line; what is left of a long name or effect on the lines below.

    In a narrow window they stand under one another.
    """
    if frame.is_stacked:
        yield from [*_hung(f"{name.strip()}: {effect}", frame), track]
        return
    indent = INDENT if name.startswith(INDENT) else ""
    names = textwrap.wrap(name, frame.name, initial_indent=indent, subsequent_indent=INDENT) or [""]
    effects = textwrap.wrap(tie(effect), frame.effect) or [""]
    for number in range(max(len(names), len(effects))):
        left = names[number] if number < len(names) else ""
        right = effects[number] if number < len(effects) else ""
        middle = track if number == 0 else _ground(frame)
        yield f"{left:<{frame.name}}{' ' * GAP}{middle}{' ' * GAP}{right}"


def _ground(frame: Frame) -> str:
    return "".join(_empty(frame))


def _empty(frame: Frame) -> list[str]:
    track = [" "] * frame.plot
    if frame.carried is not None:
        track[frame.column(frame.carried)] = CARRIED
    if frame.scale.no_effect is not None:
        track[frame.column(frame.scale.no_effect)] = NO_EFFECT
    return track


def _track(body: BodyFound, span: Span, frame: Frame, marks: Marks) -> str:
    """The axis of one row: the line of no effect and the lead pool behind, the interval before them."""
    track = _empty(frame)
    low, value, high = (drawn(body.measure, one) for one in (span.lower, span.value, span.upper))
    first, middle, last = frame.column(low), frame.column(value), frame.column(high)
    for at in range(first, last + 1):
        track[at] = marks.line
    track[first] = GOES_LEFT if low < frame.scale.low else marks.low
    track[last] = GOES_RIGHT if high > frame.scale.high else marks.high
    if marks is not AHEAD:
        track[middle] = marks.middle
    return "".join(track)


def _directions(body: BodyFound, frame: Frame) -> Iterator[str]:
    left, right = sides(body)
    yield from _wrapped(f"◂ {left}; {right} ▸", frame.width)


def _key(body: BodyFound, lines: list[str], frame: Frame) -> Iterator[str]:
    """What the signs that occur mean."""
    seen = "".join(lines)
    told = [f"{sign} {word}" for sign, word in KEY.items() if sign in seen]
    if frame.scale.no_effect is not None:
        told.append(f"{NO_EFFECT} no effect")
    if frame.carried is not None:
        told.append(f"{CARRIED} the leading pool")
    if any(row.is_disputed for row in body.rows):
        told.append("† readings of this study differ")
    yield from _wrapped("; ".join(told), frame.width)


def _wrapped(text: str, width: int) -> list[str]:
    return textwrap.wrap(tie(text), width)


def _hung(text: str, frame: Frame, *, first: str = "") -> list[str]:
    """A line of its own under a row, hanging."""
    parts = text.replace(f" {TIED}", TIED)
    return textwrap.wrap(
        tie(parts), frame.width, initial_indent=first, subsequent_indent=f"{INDENT}{INDENT}", break_on_hyphens=False
    )
