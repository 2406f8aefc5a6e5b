"""Derivations as people write them, computed again: “30 mg/kg × 70 kg = 2,100 mg”.

What can be read is exact: numbers are fractions, units come from the one closed table, and a unit that would have to
appear out of nothing is refused. What is written in words is left alone, and said to be.
"""

from __future__ import annotations

import itertools
import re
from collections.abc import Sequence
from decimal import Decimal
from fractions import Fraction
from typing import Literal

import msgspec

from assuage.errors import QuantityError
from assuage.quantity import parse, unit

Verdict = Literal["holds", "fails", "in words"]
NUMBER = r"(?:\d{1,3}(?:,\d{3})+|\d+)(?:\.\d+)?"
TERM = re.compile(rf"({NUMBER})(?:\s*(%|[A-Za-zµμ°\[{{][^\s()×÷*=+,;]*))?")
OPERATORS = {"×": 1, "*": 1, "·": 1, "÷": -1, "/": -1}
ASIDE = re.compile(r"\([^()0-9=]*\)")


class Amount(msgspec.Struct, frozen=True):
    """A number in coherent units with its dimension; `written` is the decimal and the unit where it was one term."""

    value: Fraction
    powers: tuple[tuple[str, int], ...]
    written: tuple[str, str] | None = None


class Recomputed(msgspec.Struct, frozen=True):
    """What came of computing a derivation again. `found` is the last side as written, `computed` what it should be."""

    verdict: Verdict
    found: str = ""
    computed: str = ""


class InWords(Exception):
    """A side of an equation that is not arithmetic."""


def recompute(derivation: str, value: str | None = None) -> Recomputed:
    """Every side of a derivation against the one before it, and its last against the claim's value.

    Sides in words are passed over. With nothing left to compare, the verdict is “in words”.
    A printed side may be rounded to the places it shows, half up, or down where “rounded down” is said.

    >>> recompute("30 mg/kg × 70 kg = 2,100 mg", "2100 mg").verdict
    'holds'
    >>> recompute("10 mL × 0.5 mol/L = 50 mmol")
    Recomputed(verdict='fails', found='50 mmol', computed='5 mmol')
    """
    verdicts = []
    stated = _side(value, is_last=False) if value is not None else None
    for clause in ASIDE.sub("", derivation).split(";"):
        texts = clause.split("=")
        sides = [_side(text, is_last=index == len(texts) - 1) for index, text in enumerate(texts)]
        found = [side for side in sides if side is not None]
        if stated is not None and found and ";" not in derivation and (sides[-1] is not None):
            comparable = _crossed(found[-1].powers) == _crossed(stated.powers)
            # Numbers without any unit say nothing of one with a unit; a finished equation in other units contradicts it.
            found += [stated] if comparable or (len(texts) > 1 and found[-1].powers) else []
        verdicts.append(_chain(found, down="rounded down" in clause, may_cross=any(map(_has_bare_factor, texts))))
    failed = [one for one in verdicts if one.verdict == "fails"]
    held = [one for one in verdicts if one.verdict == "holds"]
    return (failed or held or [Recomputed("in words")])[0]


def _chain(sides: list[Amount], *, down: bool, may_cross: bool) -> Recomputed:
    """Each side of an equation against the one before it."""
    if len(sides) < 2:
        return Recomputed("in words")
    for one, two in itertools.pairwise(sides):
        if not _same(one, two, down=down, may_cross=may_cross):
            return Recomputed("fails", _shown(two, two), _shown(one, two, may_cross=may_cross))
    return Recomputed("holds")


def amount(text: str, *, is_last: bool = False) -> Amount:
    """The amount that an expression comes to; words may follow it where it is the last side. Errors: `InWords`."""
    sign, total, at = 1, None, 0
    rest = text.strip()
    while True:
        product, at = _product(rest, at)
        signed = Amount(sign * product.value, product.powers, product.written)
        total = signed if total is None else _sum(total, signed)
        at = _blank(rest, at)
        if at == len(rest):
            return total
        if rest[at] not in "+−-":
            # After the last side the rest may be words: “100 mL in all”.
            if is_last and re.match(r"[,;]?\s*[A-Za-z]", rest[at:]) and not any(one in rest[at:] for one in "×÷*+"):
                return total
            raise InWords(rest[at:])
        sign = 1 if rest[at] == "+" else -1
        at += 1


def _product(text: str, at: int) -> tuple[Amount, int]:
    found, at = _term(text, at)
    while True:
        next_at = _blank(text, at)
        if next_at >= len(text) or text[next_at] not in OPERATORS:
            return found, at
        other, at = _term(text, next_at + 1)
        power = OPERATORS[text[next_at]]
        if power < 0 and other.value == 0:
            raise InWords("a division by zero")
        powers = dict(found.powers)
        for letter, count in other.powers:
            powers[letter] = powers.get(letter, 0) + power * count
        found = Amount(found.value * other.value**power, tuple(sorted((k, v) for k, v in powers.items() if v)))


def _term(text: str, at: int) -> tuple[Amount, int]:
    at = _blank(text, at)
    match = TERM.match(text, at)
    if match is None:
        raise InWords(text[at:])
    number, name = match[1].replace(",", ""), match[2]
    if name is not None:
        try:
            one = unit(parse(f"1 {name}").unit)
        except QuantityError:
            name = None
        else:
            return Amount(Fraction(number) * one.factor, one.dimension, (number, one.code)), match.end()
    return Amount(Fraction(number), (), (number, "1")), match.end(1)


def _sum(one: Amount, two: Amount) -> Amount:
    if one.powers != two.powers:
        raise InWords("a sum of different things")
    return Amount(one.value + two.value, one.powers)


def _blank(text: str, at: int) -> int:
    while at < len(text) and text[at].isspace():
        at += 1
    return at


def _side(text: str, *, is_last: bool) -> Amount | None:
    try:
        return amount(text, is_last=is_last)
    except InWords:
        return None


def _has_bare_factor(text: str) -> bool:
    """Whether an expression multiplies or divides by a bare number, as equivalents per mole are written."""
    return re.search(rf"[×÷*]\s*{NUMBER}\s*(?:$|[=×÷*+])", text.strip()) is not None


def _same(one: Amount, two: Amount, *, down: bool, may_cross: bool) -> bool:
    if one.powers != two.powers and not (may_cross and _crossed(one.powers) == _crossed(two.powers)):
        return False
    if one.value == two.value:
        return True
    return two.written is not None and _rounded(one, two.written, down=down) == Decimal(two.written[0])


def _crossed(powers: Sequence[tuple[str, int]]) -> tuple[tuple[str, int], ...]:
    """A dimension with equivalents taken for moles: a bare number of the derivation stands between them."""
    return tuple(sorted(("N" if letter == "Q" else letter, count) for letter, count in powers))


def _rounded(exact: Amount, written: tuple[str, str], *, down: bool) -> Decimal:
    """An amount in a unit as written, to the places that are shown there."""
    value = exact.value / unit(written[1]).factor
    places = -int(Decimal(written[0]).as_tuple().exponent)
    scaled = value * 10**places
    whole = scaled.numerator // scaled.denominator
    if not down and scaled - whole >= Fraction(1, 2):
        whole += 1
    return Decimal(whole).scaleb(-places)


def _shown(one: Amount, as_written: Amount, *, may_cross: bool = False) -> str:
    """An amount in the unit of what was written."""
    if one.powers != as_written.powers and not (may_cross and _crossed(one.powers) == _crossed(as_written.powers)):
        return "a quantity of another kind"
    code = as_written.written[1] if as_written.written else "1"
    exact = one.value / unit(code).factor
    text = f"{Decimal(exact.numerator) / Decimal(exact.denominator):.6f}".rstrip("0").rstrip(".")
    return f"{text} {code}".removesuffix(" 1")
