"""No clinical number stands in Python. Those that screen, plan and print take every number from the catalog."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from decimal import Decimal

import pytest
from tests.house.reading import Module, docstring_lines, module, modules

from assuage.errors import QuantityError
from assuage.quantity import parse

ROOMS = ("screening", "plan", "course", "paper")
# Counting and units: none, one, two and the last; minutes and seconds, hours in a day, days in a week; powers of ten.
COUNTING = {Decimal(number) for number in ("0", "1", "2", "3", "-1", "10", "60", "100", "1000", "24", "7")}
# How many results a cache keeps: powers of two from 256.
COUNTING |= {Decimal(2**power) for power in range(8, 17)}
# "path::number as written" → why it is not clinical.
LISTED: dict[str, str] = {
    "src/assuage/course/chain.py::16": "signs of a seal that are printed",
    "src/assuage/course/chain.py::4": "signs of a seal in a group",
    "src/assuage/course/chain.py::8": "bytes of a length",
    "src/assuage/course/event.py::5": "minutes after which an entry is called late; nothing is refused for it",
    "src/assuage/paper/clinic/flow.py::18": "empty rows that fill a page",
    "src/assuage/paper/brief.py::48": "letters of a title on the one-page form",
    "src/assuage/paper/expected.py::0.01": "the least share that prints as a whole per cent",
    "src/assuage/paper/text.py::80": "columns of a terminal",
    "src/assuage/paper/evidence/columns.py::12": "columns of a terminal",
    "src/assuage/paper/evidence/forest.py::160": "columns of a terminal",
    "src/assuage/paper/evidence/pdf.py::0.75": "points a pixel",
    "src/assuage/paper/evidence/pdf.py::640": "points of a sheet of paper",
}


def numbers(one: Module) -> Iterator[tuple[int, str]]:
    """Line and number, as written: literals, decimals from text, and quantities from text."""
    prose = docstring_lines(one.tree)
    for node in ast.walk(one.tree):
        if not isinstance(node, ast.Constant) or isinstance(node.value, bool):
            continue
        if isinstance(node.value, int | float) and Decimal(str(node.value)) not in COUNTING:
            yield node.lineno, str(node.value)
        elif isinstance(node.value, str) and node.lineno not in prose and _is_clinical(node.value):
            yield node.lineno, node.value


def _is_clinical(text: str) -> bool:
    """A text that is a number not used for counting, or a quantity."""
    if re.fullmatch(r"-?\d+(\.\d+)?(e-?\d+)?", text.strip().casefold()):
        return Decimal(text.strip()) not in COUNTING
    try:
        quantity = parse(text)
    except QuantityError:
        return False
    return quantity.value not in COUNTING


def offences(one: Module) -> list[str]:
    return [f"{one.path}:{line} {number}" for line, number in numbers(one) if f"{one.path}::{number}" not in LISTED]


def test_no_clinical_number_stands_in_python() -> None:
    assert [line for one in modules() if one.room in ROOMS for line in offences(one)] == []


def test_each_listed_number_is_still_there() -> None:
    found = {f"{one.path}::{number}" for one in modules() for _, number in numbers(one)}
    assert set(LISTED) <= found


@pytest.mark.parametrize(
    "text", ["LIMIT = 40", "if clearance < 30: ...", "dose = 0.3", 'top = Decimal("2.5")', 'top = parse("30 mg/kg")']
)
def test_a_clinical_number_is_found(text: str) -> None:
    assert len(offences(module(text))) == 1


@pytest.mark.parametrize(
    "text", ["hours = days * 24", "percent = 100 * a / b", '"""At most 30 mg/kg."""', "text[:-1]", 'name = "0.9 %ile"']
)
def test_counting_and_prose_are_not(text: str) -> None:
    assert offences(module(text)) == []
