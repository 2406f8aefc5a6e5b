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
# More digits than any balance, pump or laboratory gives; few enough that every conversion below stays exact.
MOST_DIGITS = 20


@lru_cache(maxsize=8192)
def parse(text: str) -> Quantity:
    """Read “30 mg/kg”. Everything that could be read two ways is refused. Errors: `QuantityError`, four parts.

    >>> parse("30 mg/kg")
    Quantity(value=Decimal('30'), unit='mg/kg')
    """
    if len(text) > LONGEST:
        _refuse(text[:LONGEST] + "…", "a number and a unit, such as 70 kg", "write only the number and its unit")
    _refuse_characters(text)
    number, name = _split(text)
    if not NUMBER.fullmatch(number):
        _refuse_number(text, number)
    _refuse_two_readings(text, number, name=name)
    return Quantity(Decimal(number), _unit(text, name))


def _split(text: str) -> tuple[str, str]:
    """The number and the unit, with a space between them or without one."""
    number, _, name = text.strip().partition(" ")
    if name:
        return number, name.strip()
    glued = re.fullmatch(r"([0-9.]+)([A-Za-z%µμ°\[{/].*)", number)
    if glued and not re.match(r"[eE][+-]?[0-9]", glued[2]):
        return glued[1], glued[2]
    return number, ""


def _unit(text: str, name: str) -> str:
    if name in UNITS:
        return name
    if not name:
        _refuse(text, "a number and its unit, such as 70 kg or 154 lb", "write the unit; it is never guessed")
    if refused := _why_refused(name):
        _refuse(text, *refused)
    code = SPELLINGS.get(name) or "/".join(SPELLINGS.get(part, part) for part in name.split("/"))
    if code in UNITS:
        return code
    written = {known.casefold(): known for known in UNITS}
    near = [written[folded] for folded in nearest(name, UNITS)]
    _refuse(text, "a unit of the table" + (f", perhaps {' or '.join(near)}" if near else ""),
            "write a UCUM unit, such as mg, mL, mmol/L, umol/L, mg/kg, mL/h")  # fmt: skip


def _why_refused(name: str) -> tuple[str, str] | None:
    """Why a name is no unit and what to write instead; none where it is not on the list."""
    reason = REFUSED_UNITS.get(name) or REFUSED_UNITS.get(name.casefold())
    if reason is None:
        return None
    why, _, instead = reason.partition("; ")
    return why, instead


def _refuse_characters(text: str) -> None:
    if not text.strip():
        _refuse(text, "a number and its unit, such as 70 kg", "write the value, or leave the fact out as not known")
    if any(character.isdigit() and not character.isascii() for character in text):
        _refuse(text, "the digits 0 to 9", "retype the number; it holds full-width or other unusual digits")
    if any(character in text for character in "−–—"):
        _refuse(text, "an unsigned number", "retype the number; it holds a minus sign or a dash")
    if any(character.isspace() and character != " " for character in text):
        _refuse(text, "ordinary spaces", "retype the value; it holds a tab, a new line or an unusual space")


def _refuse_two_readings(text: str, number: str, *, name: str) -> None:
    """Numbers that are well formed and still read two ways."""
    if len(number.replace(".", "")) > MOST_DIGITS:
        _refuse(text, f"at most {MOST_DIGITS} digits", "round the number to what was measured")
    if name == "1":
        return  # a coefficient or a count: printed to three decimals or none, and nobody draws it up
    if re.match(r"[0-9]", name):
        whole = number + name.partition(" ")[0]
        _refuse(text, f"one number without spaces: {whole}, or two numbers", f"write {whole} if that is what was meant")
    grouped = re.fullmatch(r"([1-9][0-9]{0,2})\.([0-9]{2}0)", number)
    if grouped:
        short = number.rstrip("0").removesuffix(".")
        _refuse(text, f"one reading: {short}, or {grouped[1]}{grouped[2]} where a point marks thousands",
                f"write {short}, or {grouped[1]}{grouped[2]}")  # fmt: skip


def _refuse_number(text: str, number: str) -> NoReturn:
    expected, do = "one plain decimal number and a unit, such as 0.5 mg", "write the number with digits and one point"
    if refused := _why_refused(number):
        expected, do = refused
    elif re.fullmatch(r"[0-9]+,[0-9]+", number):
        left, right = number.split(",")
        expected = f"one reading: {left}.{right}, or {left}{right}"
        do = "write a point for decimals and no thousands mark"
    elif re.fullmatch(r"[0-9]{1,3}(,[0-9]{3})+(\.[0-9]+)?", number):
        expected, do = "no thousands mark", f"write {number.replace(',', '')}"
    elif re.fullmatch(r"[0-9.]+-[0-9.]+", number):
        expected, do = "one value; this is a range or a subtraction", "write the one value meant"
    elif number.startswith("-"):
        expected, do = "a value of zero or more", "write it without the minus sign if that is what was meant"
    elif re.fullmatch(r"\.[0-9]+", number):
        expected, do = "a zero before the point", f"write 0{number} if that is what was meant"
    elif re.fullmatch(r"0[0-9]+(\.[0-9]+)?", number):
        expected, do = "no leading zeros", "write the number without them"
    elif re.fullmatch(r"[0-9.]+[eE][+-]?[0-9]+.*", number):
        expected, do = "no exponent", "write the number out in full"
    elif number[:1] in "<>~≤≥":
        expected, do = "a measured value, not a bound", "give the measured value, or leave the fact out as not known"
    _refuse(text, expected, do)


def _refuse(text: str, expected: str, do: str) -> NoReturn:
    raise QuantityError(Problem(f"“{text}” is not a quantity that reads one way", "value", expected, do))
