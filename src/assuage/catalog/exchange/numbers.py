"""Numbers as people leave them in a cell, each refused with the readings it could have. None is made to fit."""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assuage.catalog.exchange.table import Cell
from assuage.errors import Problem

NUMBER = re.compile(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?")
COMMA = re.compile(r"-?[0-9]+(?:,[0-9]+)+(?:\.[0-9]+)?")
THOUSANDS = re.compile(r"-?[1-9][0-9]{0,2}(?:,[0-9]{3})+(?:\.[0-9]+)?")
PERCENT = re.compile(r"-?[0-9.,]+ ?%")
RANGE = re.compile(r"(?P<low>-?[0-9.]+) ?(?:-|–|to) ?(?P<high>[0-9.]+)")
OF = re.compile(r"(?P<events>[0-9]+) ?(?:/|of) ?(?P<n>[0-9]+)")
SPREAD = re.compile(r"(?P<value>-?[0-9.]+) ?(?:±|\+/-|\+-) ?(?P<spread>[0-9.]+)")
WITH_UNIT = re.compile(r"(?P<value>-?[0-9.]+) ?(?P<unit>[A-Za-zµμ].*)")
MINUS = "−–"


def wrong_number(cell: Cell, holds: Any) -> Problem | None:
    """What is wrong with a cell that should hold a number; none for one that does."""
    text: str = cell.value
    if NUMBER.fullmatch(text) and (holds is Decimal or "." not in text):
        return None
    what, expected, do = next(_said(cell.head, text, holds))
    return Problem(what, cell.where, expected, do)


def _said(head: str, text: str, holds: Any) -> Iterator[tuple[str, str, str]]:
    """What was found, what was expected, what to do: the first that fits."""
    wanted = "a whole number" if holds is int else "a number with a decimal point, such as 0.5"
    if PERCENT.fullmatch(text):
        is_count = head in ("events", "n")
        do = (
            "count the people and write events and n"
            if is_count
            else "write the number alone; its unit has a column of its own"
        )
        yield f"“{text}” is a percentage", "a count: a percentage of n is not one" if holds is int else wanted, do
    if COMMA.fullmatch(text):
        readings = [text.replace(",", ".")] if text.count(",") == 1 and "." not in text else []
        readings += [text.replace(",", "")] if THOUSANDS.fullmatch(text) else []
        expected = " or ".join(readings) or "a number without commas"
        yield f"“{text}” holds a comma", expected, "write the one that is meant, without a comma"
    yield from _of_two(text, wanted)
    if text[:1] in MINUS and NUMBER.fullmatch(f"-{text[1:]}"):
        yield (
            f"“{text}” begins with a dash that is no minus sign",
            f"-{text[1:]}",
            "write the minus sign of the keyboard",
        )
    if match := WITH_UNIT.fullmatch(text):
        has_unit = head.startswith(("dose", "value"))
        do = (
            f"write {match['value']} here and “{match['unit']}” in the column for the unit"
            if has_unit
            else f"write {match['value']} alone"
        )
        yield f"“{text}” holds a number and a unit", wanted, do
    if holds is int and NUMBER.fullmatch(text):
        yield f"“{text}” is no whole number", "a count of people or sessions", "write the count; is this a percentage?"
    yield f"“{text}” is no number", wanted, "write the number, or leave the cell empty where none was printed"


def _of_two(text: str, wanted: str) -> Iterator[tuple[str, str, str]]:
    """Two numbers in one cell."""
    if match := OF.fullmatch(text):
        yield (
            f"“{text}” is two numbers",
            wanted,
            f"write events {match['events']} and n {match['n']}, each in its column",
        )
    if match := SPREAD.fullmatch(text):
        yield (f"“{text}” is two numbers", wanted,
               f"write value {match['value']}, dispersion {match['spread']}, and in dispersion_type what it is (SD, SE)")  # fmt: skip
    if match := RANGE.fullmatch(text):
        yield (f"“{text}” is a range, or two numbers", f"one number: {match['low']} or {match['high']}",
               "keep the range in the column for text beside it, and write the one number that was printed, or none")  # fmt: skip
