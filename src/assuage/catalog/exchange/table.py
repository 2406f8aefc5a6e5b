"""A table as a spreadsheet saves it: which separator it has, its heads, and every cell with its line and column."""

from __future__ import annotations

import csv
import io
import re
from collections import Counter
from collections.abc import Collection, Iterator

import msgspec

from assuage.document import Node
from assuage.errors import DocumentError, Problem

SEPARATORS = {",": "comma", ";": "semicolon", "\t": "tab"}
LETTERS = 26
MOST_ROWS = 50_000
# Seen as nothing, read as something: controls (a line break within a cell apart), marks, halves of characters and
# characters without a meaning of their own.
UNSEEN = re.compile(
    "[\x00-\x09\x0b-\x1f\x7f-\xa0\u00ad\u200b-\u200f\u2028-\u202f\u2060-\u206f\ud800-\uf8ff\ufeff\ufffd-\uffff]"
)

# No text holds these for a reason: controls, halves of characters, characters that have a meaning in one place only.
MEANINGLESS = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f\ud800-\uf8ff\ufffe\uffff]")


class Cell(Node, frozen=True):
    """One cell that holds something. Its place is told as a spreadsheet shows it: line, head and letter."""

    head: str = ""

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}, column {self.head} ({letters(self.column)})"


class Row(msgspec.Struct, frozen=True):
    """One row: the line it begins on, and its cells that hold something, by head."""

    file: str
    line: int
    cells: dict[str, Cell]

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}"


class Table(msgspec.Struct, frozen=True):
    """A table: the separator in a word, the heads with their cells, the rows that hold something, and what is wrong.

    A cell of which something is said in `problems` stands in its row nevertheless, so that the rest can be judged too.
    """

    separator: str
    heads: tuple[Cell, ...]
    rows: tuple[Row, ...]
    problems: tuple[Problem, ...] = ()


def letters(column: int) -> str:
    """The letters of a column as spreadsheets name it, from the first.

    >>> letters(1), letters(26), letters(27)
    ('A', 'Z', 'AA')
    """
    text = ""
    while column > 0:
        column, rest = divmod(column - 1, LETTERS)
        text = chr(ord("A") + rest) + text
    return text


def read_table(text: str, name: str, *, known: Collection[str]) -> Table:
    """The table in a text.

    Give      text    the whole file; a byte order mark at its head says nothing and is passed over
              name    what the file is called in messages
              known   the heads that a table of this kind may have: they tell which separator it has
    Get       the table with its problems: rows longer or shorter than the head, characters that nobody sees, spaces
              around a cell, quotes that do not close
    Holds     no cell is changed
    Errors    `DocumentError` where no two heads are known: then nothing is known of the rest
    """
    text = text.removeprefix("\ufeff")
    separator = _separator(text, name, known)
    problems: list[Problem] = []
    lines = list(_records(text, name, separator, problems))
    if not lines:
        raise DocumentError(*problems)
    heads = tuple(Cell("text", head, name, 1, place, head) for place, head in enumerate(lines[0][1], 1))
    problems += _heads(heads)
    rows = []
    for line, values in lines[1:]:
        if not any(values):
            continue
        if len(values) != len(heads):
            problems.append(_length(f"{name}:{line}", len(values), len(heads)))
            continue
        cells = [
            Cell("text", value, name, line, head.column, head.head)
            for head, value in zip(heads, values, strict=True)
            if value
        ]
        problems += [problem for cell in cells for problem in _unclean(cell)]
        rows.append(Row(name, line, {cell.head: cell for cell in cells}))
    if not rows and not problems:
        problems.append(Problem("the table has heads and no rows", name, "a row for each arm and result", "fill it in"))
    return Table(SEPARATORS[separator], heads, tuple(rows), tuple(problems))


def _separator(text: str, name: str, known: Collection[str]) -> str:
    """The separator under which most heads are known. One head alone tells of no separator."""
    first = text.splitlines()[0] if text.splitlines() else ""
    found = {one: sum(head.strip('" ') in known for head in first.split(one)) for one in SEPARATORS}
    best = max(found, key=lambda one: found[one])
    if found[best] < 2:
        begins = f", such as {', '.join(list(known)[:4])}" if known else ""
        raise DocumentError(
            Problem(f"the first line is “{first[:80]}”, in which no two heads are known", f"{name}:1",
                    f"heads of columns{begins}, separated by commas, semicolons or tabs",
                    "write the heads in the first line; “assuage export studies kim-2015” shows a table that is read")
        )  # fmt: skip
    return best


def _records(text: str, name: str, separator: str, problems: list[Problem]) -> Iterator[tuple[int, list[str]]]:
    """Each record with the line that it begins on; a quote that is not closed ends the reading."""
    reader = csv.reader(io.StringIO(text, newline=""), delimiter=separator, strict=True)
    while True:
        line = reader.line_num + 1
        try:
            yield line, next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            problems.append(
                Problem(f"the row cannot be read: {error}", f"{name}:{line}",
                        "cells in which a quote is doubled, and every opened quote is closed",
                        "save the table again from the spreadsheet as CSV")
            )  # fmt: skip
            return
        if line > MOST_ROWS:
            problems.append(
                Problem("the table is far too long", f"{name}:{line}", f"at most {MOST_ROWS:,} lines", "split it")
            )
            return


def _heads(heads: tuple[Cell, ...]) -> Iterator[Problem]:
    counts = Counter(head.head for head in heads)
    for head in heads:
        if not head.head:
            yield Problem("a column has no head", f"{head.file}:1, column {letters(head.column)}", "a head for each column",
                          "name the column, or remove it")  # fmt: skip
        elif counts[head.head] > 1:
            yield Problem(f"the head “{head.head}” stands {counts[head.head]} times", head.where, "each head once",
                          "keep the column that is meant")  # fmt: skip


def _length(where: str, found: int, wanted: int) -> Problem:
    do = "put a text that holds the separator in quotes" if found > wanted else "fill the row up with empty cells"
    return Problem(f"the row has {found} cells", where, f"{wanted}, as many as there are heads", do)


def _unclean(cell: Cell) -> Iterator[Problem]:
    text: str = cell.value
    unseen = UNSEEN.search(text)
    if unseen:
        yield Problem(f"the cell holds the character U+{ord(unseen[0]):04X}, which is seen as nothing or as a space",
                      cell.where, "characters that are seen, and ordinary spaces", "write the cell again")  # fmt: skip
    elif text != text.strip(" ") or text.startswith("\n"):
        yield Problem(f"the cell begins or ends with a space or a line break: “{text[:40]}”", cell.where,
                      "the text alone", "remove the space; nothing is cut off here")  # fmt: skip
