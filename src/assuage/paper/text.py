"""The order sheet as plain text for a terminal: 80 columns, no colour, no number parted from its unit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterable, Iterator, Sequence

from assuage.paper.block import Give, Item, Pair, Part, Sheet, Table, Visit
from assuage.paper.sheet import order_sheet
from assuage.paper.words import untie
from assuage.plan.model import Plan

COLUMNS = 80
GUTTER = len("FOLLOW-UP   ")
INDENT = "  "


def text_sheet(plan: Plan) -> str:
    """The sheet as text. The first line is its standing; lines are at most 80 columns except for words longer than that."""
    return untie("\n".join(_lines(order_sheet(plan)))) + "\n"


def _lines(sheet: Sheet) -> Iterator[str]:
    yield from _wrapped(sheet.standing, "")
    yield from _wrapped(f"{sheet.signature}.", "")
    yield ""
    yield from _wrapped(sheet.title, "")
    yield ""
    yield from _pairs(sheet.band)
    if sheet.is_refused:
        yield from _parts(sheet.parts)
    else:
        blocking = [part for part in sheet.parts if part.key in ("blocks-dose", "blocks-sign")]
        yield from _parts(blocking)
        for visit in sheet.visits:
            yield from _visit(visit)
        yield from _parts(part for part in sheet.parts if part not in blocking)
    yield ""
    yield from _pairs(sheet.foot)


def _parts(parts: Iterable[Part]) -> Iterator[str]:
    for part in parts:
        yield ""
        yield from _part(part)


def _part(part: Part) -> Iterator[str]:
    yield from _wrapped(f"{part.title}{': ' + part.lead if part.lead else ''}", INDENT, first="")
    width = _tag_width(part.items)
    for item in part.items:
        yield from _item(item, width)


def _tag_width(items: Sequence[Item]) -> int:
    """Tags stand in a column of their own while all of them are short."""
    longest = max((len(item.tag) for item in items), default=0)
    return longest if longest <= GUTTER else 0


def _item(item: Item, width: int) -> Iterator[str]:
    text = f"{item.text} {item.refs}".rstrip()
    if width:
        first, hanging = f"{INDENT}{item.tag:<{width}}{INDENT}", " " * (width + 2 * len(INDENT))
    elif item.tag:
        first, hanging, text = f"{INDENT}- ", INDENT * 2, f"{item.tag}: {text}"
    else:
        first, hanging = f"{INDENT}- ", INDENT * 2
    yield from _wrapped(text, hanging, first=first)
    for line in item.more:
        yield from _wrapped(line, hanging)


def _visit(visit: Visit) -> Iterator[str]:
    yield ""
    yield from _wrapped(visit.title.upper(), "")
    for give in visit.gives:
        yield from _give(give)
    for number, line in enumerate(visit.make):
        yield from _labelled("" if number else "MAKE", line)
    for pair in visit.run:
        if visit.is_infusion:
            yield from _labelled("RUN" if pair is visit.run[0] else "", f"{pair.label} {pair.value}")
        else:
            yield from _labelled(pair.label, pair.value)
    for table in (visit.runs, visit.portions):
        if table is not None:
            yield from _labelled(table.caption.upper(), "")
            yield from _table(table)
    if visit.overfill:
        yield from _labelled("OVERFILL", visit.overfill)
    yield from _labelled(visit.dates.caption.upper(), "")
    yield from _table(visit.dates)
    for flag in visit.flags:
        yield from _labelled("NOTE", flag)


def _give(give: Give) -> Iterator[str]:
    equal = f" ({give.equal})" if give.equal else ""
    role = f", {give.role}" if give.role else ""
    yield from _labelled("GIVE", f"{give.name} {give.dose}{equal}{role}")
    yield from _labelled("", give.basis if not give.rounding else f"{give.basis}; {give.rounding}")
    yield from _labelled("DRAW UP", f"{give.draw_up} of {give.product}")
    yield from _labelled("", give.how)


def _labelled(label: str, text: str) -> Iterator[str]:
    if not text:
        yield label
        return
    yield from _wrapped(text, " " * GUTTER, first=f"{label:<{GUTTER}}")


def _pairs(pairs: Sequence[Pair]) -> Iterator[str]:
    width = max(len(pair.label) for pair in pairs) + len(INDENT)
    for pair in pairs:
        yield from _wrapped(pair.value, " " * width, first=f"{pair.label:<{width}}")


def _table(table: Table) -> Iterator[str]:
    """Columns side by side; the last one is wrapped within what is left of the line."""
    rows = [table.head, *table.rows]
    widths = [max(len(row[index]) for row in rows) for index in range(len(table.head))]
    for row in rows:
        cells = [f"{cell:<{width}}" for cell, width in zip(row[:-1], widths[:-1], strict=True)]
        first = INDENT + INDENT.join(cells) + INDENT
        yield from _wrapped(row[-1], " " * len(first), first=first)


def _wrapped(text: str, hanging: str, *, first: str | None = None) -> Iterator[str]:
    """Broken at plain spaces only: what is tied stays on one line."""
    start = hanging if first is None else first
    if not text:
        yield start.rstrip()
        return
    yield from (
        line.rstrip()
        for line in textwrap.wrap(
            text,
            COLUMNS,
            initial_indent=start,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        )
    )
