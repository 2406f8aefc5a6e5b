"""A table in letters: columns side by side where they fit, each row as a card where they do not."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from assuage.paper.block import Table

INDENT = "  "
# No column is squeezed below this, unless its longest word is shorter.
LEAST = 12


def table_lines(table: Table, *, width: int) -> Iterator[str]:
    """The rows of a table in lines of at most `width` columns.

    Holds     every cell stands in full; no word is broken; a row is a card where its longest words do not fit side by side
    """
    widths = _widths(table, width)
    if widths is None:
        yield from _cards(table, width)
        return
    yield from _row(table.head, widths)
    yield INDENT.join("─" * one for one in widths)
    has_tall = any(len(cell) > wide for row in table.rows for cell, wide in zip(row, widths, strict=True))
    for number, row in enumerate(table.rows):
        if number and has_tall:
            yield ""
        yield from _row(row, widths)


def _widths(table: Table, width: int) -> list[int] | None:
    """How wide each column is: as wide as it asks, the widest ones narrowed until all fit; none where they never do."""
    columns = list(zip(table.head, *table.rows, strict=True))
    asked = [max(len(cell) for cell in column) for column in columns]
    least = [min(ask, max(LEAST, _longest(column))) for ask, column in zip(asked, columns, strict=True)]
    room = width - len(INDENT) * (len(columns) - 1)
    if sum(least) > room:
        return None
    while sum(asked) > room:
        free = [index for index in range(len(asked)) if asked[index] > least[index]]
        widest = max(free, key=lambda index: asked[index])
        asked[widest] -= 1
    return asked


def _longest(column: Sequence[str]) -> int:
    return max((len(word) for cell in column for word in cell.split(" ")), default=0)


def _row(cells: Sequence[str], widths: Sequence[int]) -> Iterator[str]:
    lines = [
        textwrap.wrap(cell, wide, break_long_words=False, break_on_hyphens=False) or [""]
        for cell, wide in zip(cells, widths, strict=True)
    ]
    for number in range(max(len(one) for one in lines)):
        parts = [one[number] if number < len(one) else "" for one in lines]
        yield INDENT.join(f"{part:<{wide}}" for part, wide in zip(parts, widths, strict=True)).rstrip()


def _cards(table: Table, width: int) -> Iterator[str]:
    for number, row in enumerate(table.rows):
        if number:
            yield ""
        for index, (head, cell) in enumerate(zip(table.head, row, strict=True)):
            if cell:
                yield from textwrap.wrap(
                    cell if index == 0 else f"{head}: {cell}", width, initial_indent="" if index == 0 else INDENT,
                    subsequent_indent=INDENT * (1 if index == 0 else 2), break_long_words=False, break_on_hyphens=False,
                )  # fmt: skip
