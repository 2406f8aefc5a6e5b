"""Where the rows of a study were read: every reading has a short name, which the rows use or get."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.catalog.exchange.columns import READING, READINGS
from assuage.catalog.exchange.shaped import Fixed, several, shaped
from assuage.catalog.exchange.table import Cell, Row
from assuage.document.shape import FAILED
from assuage.errors import Problem
from assuage.study import Reading

SHORT = "s{}"


class Places(msgspec.Struct, frozen=True):
    """The readings of a study, and of which of them each line is."""

    readings: tuple[Reading, ...]
    of_line: dict[int, tuple[str, ...]]

    def fixed(self, row: Row, problems: list[Problem]) -> Fixed:
        """The fields `reading` and `confidence` of a row; a row that does not say where it was read has a problem."""
        names = self.of_line.get(row.line, ())
        cell = row.cells.get("read_at") or row.cells.get(READINGS)
        own = row.cells.get("confidence")
        if cell is None or own is None:
            return {}
        members = tuple(Cell("text", name, cell.file, cell.line, cell.column, cell.head) for name in names)
        return {"reading": Cell("sequence", members, cell.file, cell.line, cell.column, cell.head), "confidence": own}


def places_of(rows: Sequence[Row], problems: list[Problem]) -> Places:
    """The readings that rows describe.

    A row with `read_at` describes one: under the name in `reading`, or under the next free one of s1, s2 … Rows that
    describe the same get the same name. A row with `reading` alone uses readings that other rows describe.
    """
    known: dict[str, Reading] = {}
    of_line: dict[int, tuple[str, ...]] = {}
    named = {row.line: several(row.cells[READINGS], problems) for row in rows if READINGS in row.cells}
    taken = {name for names in named.values() for name in names}
    for row in rows:
        if any(head in row.cells for head in READING.heads):
            name = _described(row, named.get(row.line, ()), known, taken=taken, problems=problems)
            of_line[row.line] = (name,) if name else ()
    for row in rows:
        if row.line in named and row.line not in of_line:
            of_line[row.line] = named[row.line]
            problems += [
                Problem(f"the reading “{name}” is described by no row of the study", row.cells[READINGS].where,
                        f"one of {', '.join(known)}" if known else "a row with read_at, read_access and read_what under that name",
                        "describe it in a row, or correct the name")
                for name in named[row.line]
                if name not in known
            ]  # fmt: skip
    return Places(tuple(known.values()), of_line)


def _described(
    row: Row, names: tuple[str, ...], known: dict[str, Reading], *, taken: set[str], problems: list[Problem]
) -> str:
    """The name of the reading that a row describes; nothing where it cannot be read."""
    missing = [head for head in READING.heads if head not in row.cells]
    if missing or len(names) > 1:
        what = (
            f"the row says where it was read and lacks {' and '.join(missing)}"
            if missing
            else f"the row describes {len(names)} readings at once"
        )
        problems.append(Problem(what, row.where, "read_at, read_access and read_what of one reading",
                                "fill in the rest, or describe each reading in a row of its own"))  # fmt: skip
        return ""
    fixed = {"id": Cell("text", names[0] if names else "", row.file, row.line, 1, READINGS)}
    cells = {head: row.cells[head] for head in READING.heads}
    found = shaped(Reading, READING.columns, cells, fixed=fixed, problems=problems)
    if found is FAILED:
        return ""
    if names:
        return _named(row, found, known, problems)
    for one in known.values():
        if msgspec.structs.replace(one, id="") == found:
            return one.id
    name = next(
        one
        for one in (SHORT.format(number) for number in range(1, len(known) + len(taken) + 2))
        if one not in known and one not in taken
    )
    known[name] = msgspec.structs.replace(found, id=name)
    return name


def _named(row: Row, found: Reading, known: dict[str, Reading], problems: list[Problem]) -> str:
    same = known.setdefault(found.id, found)
    if same != found:
        problems.append(
            Problem(f"the reading {found.id} is described in two ways", row.cells[READINGS].where,
                    f"{same.read_at}, {same.access}, {same.what}, as above", "give it another name, or make them the same")
        )  # fmt: skip
    return found.id
