"""Reading a quantity as people write it, refusing whatever has two readings."""

from __future__ import annotations

import re
from decimal import Decimal
from functools import lru_cache
from typing import NoReturn

from assuage.errors import Problem, QuantityError, nearest
from assuage.quantity.exact import Quantity
from assuage.quantity.unit import NUMBER, REFUSED_UNITS, SPELLINGS, UNITS

LONGEST = 40


@lru_cache(maxsize=8192)
def parse(text: str) -> Quantity:
    """Read “30 mg/kg”. Everything that could be read two ways is refused. Errors: `QuantityError`, four parts.

    >>> parse("30 mg/kg")
    Quantity(value=Decimal('30'), unit='mg/kg')
    """
    if len(text) > LONGEST:
        _refuse(text[:LONGEST] + "…", "a number and a unit, such as 70 kg", "write only the number and its unit")
    _refuse_characters(text)
    number, _, name = text.strip().partition(" ")
    if not name:
        glued = re.fullmatch(r"([0-9.]+)([A-Za-z%µμ\[{/].*)", number)
        number, name = glued.groups() if glued else (number, "")
    if not NUMBER.fullmatch(number):
        _refuse_number(text, number)
    return Quantity(Decimal(number), _unit(text, name.strip()))


def _unit(text: str, name: str) -> str:
    if name in UNITS:
        return name
    if not name:
        _refuse(text, "a number and its unit, such as 70 kg or 154 lb", "write the unit; it is never guessed")
    if name in REFUSED_UNITS:
        _refuse(text, REFUSED_UNITS[name], "write it the way shown")
    code = SPELLINGS.get(name) or "/".join(SPELLINGS.get(part, part) for part in name.split("/"))
    if code in UNITS:
        return code
    near = nearest(name, UNITS)
    _refuse(text, "a unit of the table" + (f", perhaps {' or '.join(near)}" if near else ""),
            "write a UCUM unit, such as mg, mL, mmol/L, umol/L, mg/kg, mL/h")  # fmt: skip


def _refuse_characters(text: str) -> None:
    if any(character.isdigit() and not character.isascii() for character in text):
        _refuse(text, "the digits 0 to 9", "retype the number; it holds full-width or other unusual digits")
    if any(character in text for character in "−–—"):
        _refuse(text, "an unsigned number", "retype the number; it holds a minus sign or a dash")
    if "\xa0" in text or "\u202f" in text or "\u2009" in text:
        _refuse(text, "ordinary spaces", "retype the value; it holds an unusual space")


def _refuse_number(text: str, number: str) -> NoReturn:
    expected, do = "one plain decimal number and a unit, such as 0.5 mg", "write the number with digits and one point"
    if re.fullmatch(r"[0-9]+,[0-9]+", number):
        left, right = number.split(",")
        expected = f"one reading: {left}.{right}, or {left}{right}"
        do = "write a point for decimals and no thousands mark"
    elif re.fullmatch(r"[0-9.]+-[0-9.]+", number):
        expected, do = "one value; this is a range or a subtraction", "write the one value meant"
    elif number.startswith("-"):
        expected, do = "a value of zero or more", "write it without the minus sign if that is what was meant"
    elif number.startswith("."):
        expected, do = "a zero before the point", f"write 0{number} if that is what was meant"
    elif re.fullmatch(r"0[0-9]+(\.[0-9]+)?", number):
        expected, do = "no leading zeros", "write the number without them"
    elif re.search(r"[eE]", number) and any(c.isdigit() for c in number):
        expected, do = "no exponent", "write the number out in full"
    elif number[:1] in "<>~≤≥":
        expected, do = "a measured value, not a bound", "give the measured value, or leave the fact out as not known"
    _refuse(text, expected, do)


def _refuse(text: str, expected: str, do: str) -> NoReturn:
    raise QuantityError(Problem(f"“{text}” is not a quantity that reads one way", "value", expected, do))
