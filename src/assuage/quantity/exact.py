"""The quantity itself: an exact decimal with a unit, its arithmetic, and how it is shown."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, Inexact
from fractions import Fraction
from functools import lru_cache

import msgspec

from assuage.errors import Problem, QuantityError
from assuage.quantity.unit import SHOWN, unit

# Thirty-four digits: a quotient that is not exact is still nowhere near any limit or step it is compared with.
EXACT = Context(prec=34, rounding=ROUND_HALF_UP)
# A product of a value and a factor of the table is far shorter than this; one that were not is an error, never rounded.
WHOLE = Context(prec=400, traps=[Inexact])


class Substance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One chemical form of a drug: the thing that milligrams are milligrams of.

    `molar_mass` is in g/mol; `valence` is equivalents per mole (none where equivalents are not used);
    `moles_of_active` is moles of the active part (magnesium ion, ketamine base …) per mole of this form.
    """

    id: str
    name: str
    molar_mass: Decimal
    valence: int | None = None
    active: str | None = None
    moles_of_active: int = 1


class Quantity(msgspec.Struct, frozen=True):
    """A decimal and a unit. Arithmetic names the unit it wants back and is refused when the dimensions differ."""

    value: Decimal
    unit: str

    def to(self, code: str, substance: Substance | None = None) -> Quantity:
        """The same quantity in another unit; through `substance` between mass, moles and equivalents."""
        if code == self.unit:
            return self
        return Quantity(_ratio(self.value, Decimal(1), _between(self.unit, "1", code, substance)), code)

    def times(self, other: Quantity, code: str) -> Quantity:
        """self × other, in `code`."""
        ratio = _between(self.unit, other.unit, code, None)
        return Quantity(_ratio(EXACT.multiply(self.value, other.value), Decimal(1), ratio), code)

    def over(self, other: Quantity, code: str) -> Quantity:
        """self ÷ other, in `code`. ZeroDivision is refused with a sentence."""
        if other.value == 0:
            raise QuantityError(
                Problem(
                    f"{show(self)} ÷ {show(other)}", "arithmetic", "a divisor above zero", "give a value above zero"
                )
            )
        return Quantity(_ratio(self.value, other.value, _between_over(self.unit, other.unit, code)), code)

    def plus(self, other: Quantity) -> Quantity:
        """self + other, in the unit of self."""
        return Quantity(EXACT.add(self.value, other.to(self.unit).value), self.unit)

    def minus(self, other: Quantity) -> Quantity:
        """self − other, in the unit of self."""
        return Quantity(EXACT.subtract(self.value, other.to(self.unit).value), self.unit)

    def compare(self, other: Quantity) -> int:
        """−1, 0 or 1 as self is below, equal to or above other. Exact: products are kept whole, so no rounding decides."""
        ours, theirs = self.value, other.value
        if self.unit != other.unit:
            numerator, denominator = _between(other.unit, "1", self.unit, None)
            ours, theirs = WHOLE.multiply(ours, denominator), WHOLE.multiply(theirs, numerator)
        return (ours > theirs) - (ours < theirs)

    def round_to(self, step: Decimal, direction: str = "nearest") -> Quantity:
        """The nearest multiple of `step` (halves up), or the next one `down` or `up`."""
        mode = {"nearest": ROUND_HALF_UP, "down": ROUND_FLOOR, "up": ROUND_CEILING}[direction]
        steps = EXACT.divide(self.value, step).quantize(Decimal(1), rounding=mode, context=EXACT)
        return Quantity(EXACT.multiply(steps, step), self.unit)

    def to_places(self, places: int) -> Quantity:
        """Rounded half up to a number of decimal places, for showing."""
        step = Decimal(1).scaleb(-places)
        return Quantity(self.value.quantize(step, rounding=ROUND_HALF_UP, context=EXACT), self.unit)

    def __str__(self) -> str:
        return show(self)


def _ratio(value: Decimal, divisor: Decimal, ratio: tuple[Decimal, Decimal]) -> Decimal:
    numerator, denominator = ratio
    return EXACT.divide(EXACT.multiply(value, numerator), EXACT.multiply(divisor, denominator))


def _combine(*terms: tuple[str, int]) -> tuple[dict[str, int], Fraction]:
    powers: dict[str, int] = {}
    factor = Fraction(1)
    for code, sign in terms:
        one = unit(code)
        factor *= one.factor**sign
        for letter, power in one.dimension:
            powers[letter] = powers.get(letter, 0) + sign * power
    return {k: v for k, v in powers.items() if v}, factor


def _decimals(ratio: Fraction) -> tuple[Decimal, Decimal]:
    return Decimal(ratio.numerator), Decimal(ratio.denominator)


@lru_cache(maxsize=4096)
def _between_over(first: str, second: str, code: str) -> tuple[Decimal, Decimal]:
    powers, factor = _combine((first, 1), (second, -1), (code, -1))
    if powers:
        raise _dimensions(f"{first} ÷ {second}", code)
    return _decimals(factor)


@lru_cache(maxsize=4096)
def _between(first: str, second: str, code: str, substance: Substance | None) -> tuple[Decimal, Decimal]:
    powers, factor = _combine((first, 1), (second, 1), (code, -1))
    if powers and substance is not None:
        factor *= _through(powers, substance)
        powers = {}
    if powers:
        raise _dimensions(first if second == "1" else f"{first} × {second}", code)
    return _decimals(factor)


def _through(powers: dict[str, int], substance: Substance) -> Fraction:
    """The factor that one substance supplies between its mass (M), moles (N) and equivalents (Q)."""
    grams_per_mole = Fraction(substance.molar_mass)
    valence = Fraction(substance.valence) if substance.valence else None
    match powers:
        case {"M": 1, "N": -1, **rest} if not rest:
            return 1 / grams_per_mole
        case {"M": -1, "N": 1, **rest} if not rest:
            return grams_per_mole
        case {"N": 1, "Q": -1, **rest} if not rest and valence:
            return valence
        case {"N": -1, "Q": 1, **rest} if not rest and valence:
            return 1 / valence
        case {"M": 1, "Q": -1, **rest} if not rest and valence:
            return valence / grams_per_mole
        case {"M": -1, "Q": 1, **rest} if not rest and valence:
            return grams_per_mole / valence
    raise _dimensions("the unit given", f"the unit asked for, through {substance.name}")


def _dimensions(found: str, wanted: str) -> QuantityError:
    return QuantityError(
        Problem(f"{found} cannot become {wanted}", "conversion", "two units of one dimension, or a named substance",
                "check the unit, or name the substance between mass, moles and equivalents")
    )  # fmt: skip


def active_mass(mass: Quantity, substance: Substance, *, active: Substance) -> Quantity:
    """Mass of the active part (magnesium, ketamine base …) in a mass of one of its forms.

    Source: stoichiometry, mass × n × M(active) ÷ M(form). Molar masses: catalog/data/drugs/. Errors: `QuantityError`
    when what is given is no mass, nor a mass per something.
    """
    if ("M", 1) not in unit(mass.unit).dimension:
        raise _dimensions(mass.unit, f"a mass of {active.name}")
    per = Fraction(active.molar_mass) * substance.moles_of_active / Fraction(substance.molar_mass)
    return Quantity(_ratio(mass.value, Decimal(1), _decimals(per)), mass.unit)


def show(quantity: Quantity, *, places: int | None = None) -> str:
    """Text for people: commas from 1,000, leading zero, no trailing zeros, a space before the unit.

    >>> show(Quantity(Decimal("2100.0"), "mg"))
    '2,100 mg'
    """
    value = quantity.value if places is None else quantity.to_places(places).value
    text = show_number(value)
    shown = SHOWN.get(quantity.unit, quantity.unit.replace("ug", "mcg").replace("meq", "mEq"))
    if quantity.unit in ("d", "wk", "mo", "a", "{infusions}", "{portions}") and value == 1:
        shown = shown.removesuffix("s")
    if shown.startswith("/") or not shown:
        return text + shown
    return f"{text} {shown}"


def show_number(value: Decimal) -> str:
    """A decimal with commas from 1,000 and no trailing zeros."""
    text = f"{EXACT.normalize(value):,f}" if value else "0"
    return text.replace("-", "−")
