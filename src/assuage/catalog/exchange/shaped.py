"""From cells to the fields of one part of a record, through the same shapes as the YAML, with the place of each cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any, get_origin

from assuage.catalog.exchange.columns import Column, is_list
from assuage.catalog.exchange.numbers import wrong_number
from assuage.catalog.exchange.table import Cell
from assuage.document import Node, Shaper
from assuage.document.shape import FAILED
from assuage.errors import Problem

Cells = Mapping[str, Cell]
Fixed = Mapping[str, Node]
PAIR = "="


def shaped(record: Any, columns: Sequence[Column], cells: Cells, *, fixed: Fixed, problems: list[Problem]) -> Any:
    """A part of a record from its cells.

    Give      record    the type of the part; columns are those that fill it
              cells     the cells of the row, or of the whole study or arm, by head
              fixed     fields that come from elsewhere, as nodes
              problems  what cannot be read is added to it
    Get       the part, or FAILED where a problem was added
    """
    before = len(problems)
    node = mapping_of(columns, cells, fixed, problems)
    if len(problems) > before:
        return FAILED
    shaper = Shaper()
    found = shaper.convert(node, record)
    problems += shaper.problems
    return found


def mapping_of(columns: Sequence[Column], cells: Cells, fixed: Fixed, problems: list[Problem]) -> Node:
    """The cells of a part, with fields that come from elsewhere, as the mapping that its record is read from."""
    pairs: dict[str, Any] = {}
    for column in columns:
        if column.head in cells:
            _put(pairs, column.path, node_of(cells[column.head], column, problems))
    return _mapping({**pairs, **fixed}, next(iter([*cells.values(), *fixed.values()])))


def _put(pairs: dict[str, Any], path: tuple[str, ...], node: Node) -> None:
    for step in path[:-1]:
        pairs = pairs.setdefault(step, {})
    pairs[path[-1]] = node


def _mapping(pairs: Mapping[str, Any], place: Node) -> Node:
    members = [(name, _mapping(one, place) if isinstance(one, dict) else one) for name, one in pairs.items()]
    head = place.head if isinstance(place, Cell) else ""
    return Cell("mapping", tuple(members), place.file, place.line, place.column, head)


def node_of(cell: Cell, column: Column, problems: list[Problem]) -> Node:
    """A cell as the node that its field is read from: several texts as a list, pairs as a mapping."""
    if column.holds in (int, Decimal):
        problem = wrong_number(cell, column.holds)
        problems += [problem] if problem else []
    if not is_list(column):
        return cell
    parts = several(cell, problems)
    if get_origin(column.holds) is not dict:
        return _as(cell, "sequence", tuple(_as(cell, "text", part) for part in parts))
    pairs = [part.partition(PAIR) for part in parts]
    if any(not sign for _, sign, _ in pairs) or len({name for name, _, _ in pairs}) < len(pairs):
        problems.append(Problem(f"“{cell.value}” is no list of pairs", cell.where, "name=value; name=value, each name once",
                                "write a name, an equals sign and the value"))  # fmt: skip
    return _as(cell, "mapping", tuple((name, _as(cell, "text", value)) for name, _, value in pairs))


def _as(cell: Cell, kind: str, value: Any) -> Cell:
    return Cell(kind, value, cell.file, cell.line, cell.column, cell.head)


def several(cell: Cell, problems: list[Problem]) -> tuple[str, ...]:
    """The texts of a cell: one on each line where it has line breaks, else between semicolons."""
    text: str = cell.value
    parts = text.removesuffix("\n").split("\n") if "\n" in text else text.split(";")
    parts = [parts[0], *(part.removeprefix(" ") for part in parts[1:])] if "\n" not in text else parts
    if any(not part or part != part.strip(" ") for part in parts):
        problems.append(
            Problem(f"“{text[:60]}” holds an empty part, or one with spaces around it", cell.where,
                    "texts between semicolons with one space after each, or one on each line", "remove what is empty")
        )  # fmt: skip
    return tuple(parts)


def joined(texts: Iterable[str]) -> str:
    """Several texts as one cell, so that `several` gives them back.

    >>> joined(["Kim YH", "Lee PB"]), joined(["mild; passed"])
    ('Kim YH; Lee PB', 'mild; passed\\n')
    """
    parts = list(texts)
    if any(";" in part for part in parts):
        return "\n".join(parts) + "\n"
    return "; ".join(parts)
