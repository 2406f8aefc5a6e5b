"""What holds for any quantity: nothing changes a value but a conversion that was asked for, and that comes back."""

from __future__ import annotations

import itertools
from decimal import Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from assuage.errors import QuantityError
from assuage.quantity import UNITS, Quantity, Substance, active_mass, parse, show, unit

# Thirty-four digits are carried; a conversion there and back rounds twice, in the last of them.
ROUND_TRIP = Fraction(1, 10**30)
FAMILIES = [
    [code for code in UNITS if unit(code).dimension == dimension]
    for dimension in dict.fromkeys(unit(code).dimension for code in UNITS)
]
SHARED = [family for family in FAMILIES if len(family) > 1]

digits = st.integers(0, 10**9)
places = st.integers(0, 6)
numbers = st.builds(lambda whole, scale: Decimal(whole).scaleb(-scale), digits, places)
positive = numbers.filter(bool)
units = st.sampled_from(UNITS)
two_units = st.sampled_from(SHARED).flatmap(lambda family: st.tuples(st.sampled_from(family), st.sampled_from(family)))
substances = st.builds(
    lambda mass, valence: Substance("any", "any substance", mass, valence),
    st.decimals("1", "1000", places=3),
    st.integers(1, 3),
)


def fraction(quantity: Quantity) -> Fraction:
    """Its exact size in the coherent unit of its dimension."""
    return Fraction(quantity.value) * unit(quantity.unit).factor


def near(found: Decimal, wanted: Fraction) -> bool:
    return abs(Fraction(found) - wanted) <= abs(wanted) * ROUND_TRIP


@given(numbers, two_units)
@example(Decimal("0.1"), ("[lb_av]", "kg"))
@example(Decimal(1), ("mg/h", "mg/min"))
def test_there_and_back_is_where_it_was(value: Decimal, pair: tuple[str, str]) -> None:
    there, back = pair
    assert near(Quantity(value, there).to(back).to(there).value, Fraction(value))


@given(numbers, two_units)
def test_a_conversion_keeps_the_size(value: Decimal, pair: tuple[str, str]) -> None:
    quantity = Quantity(value, pair[0])
    assert near(quantity.to(pair[1]).value, fraction(quantity) / unit(pair[1]).factor)


@given(numbers, units)
def test_no_conversion_is_no_change(value: Decimal, code: str) -> None:
    quantity = Quantity(value, code)
    assert quantity.to(code) is quantity


@pytest.mark.parametrize("family", FAMILIES, ids=lambda family: family[0])
def test_units_of_two_dimensions_never_meet(family: list[str]) -> None:
    for here, there in itertools.product(family, set(UNITS) - set(family)):
        with pytest.raises(QuantityError):
            Quantity(Decimal(1), here).compare(Quantity(Decimal(1), there))


@given(st.from_regex(r"[0-9]{1,6}(\.[0-9]{1,6})?", fullmatch=True), units)
def test_reading_never_changes_a_value(number: str, code: str) -> None:
    """What is read is what was written, digit for digit, or it is refused."""
    try:
        quantity = parse(f"{number} {code}")
    except QuantityError:
        return
    assert (str(quantity.value), quantity.unit) == (number, code)


@given(st.text(max_size=50))
def test_reading_anything_gives_a_quantity_or_a_reason(text: str) -> None:
    try:
        quantity = parse(text)
    except QuantityError as refused:
        (problem,) = refused.problems
        assert all((problem.what, problem.where, problem.expected, problem.do))
    else:
        assert quantity.value.is_finite()
        assert not quantity.value.is_signed()


@given(st.decimals("0", "999.999999", places=6), units)
@example(Decimal(1), "d")
def test_what_is_shown_can_be_read_again(value: Decimal, code: str) -> None:
    """Below 1,000, where no comma stands. A bare number is shown without a unit and is refused as such."""
    assume(code not in ("1", "{score}"))
    shown = show(Quantity(value, code))
    assert parse(shown) == Quantity(value, code)
    assert show(parse(shown)) == shown


@given(numbers, two_units)
@example(Decimal(1), ("mg/h", "mg/min"))
def test_order_is_total_within_a_dimension(value: Decimal, pair: tuple[str, str]) -> None:
    code, other = pair
    here = Quantity(value, code)
    there = here.to(other)
    exact = fraction(here) == fraction(there)
    assert (here.compare(there) == 0) is exact
    assert here.compare(there) == -there.compare(here)


@given(st.lists(numbers, min_size=3, max_size=3), st.sampled_from(SHARED), st.data())
def test_order_is_transitive_and_that_of_the_exact_sizes(
    values: list[Decimal], family: list[str], data: st.DataObject
) -> None:
    a, b, c = (Quantity(value, data.draw(st.sampled_from(family))) for value in values)
    for one, two in itertools.product((a, b, c), repeat=2):
        wanted = (fraction(one) > fraction(two)) - (fraction(one) < fraction(two))
        assert one.compare(two) == wanted
    if a.compare(b) <= 0 and b.compare(c) <= 0:
        assert a.compare(c) <= 0


@given(positive, substances, st.permutations(["mg", "mmol", "meq"]))
def test_ways_through_a_substance_meet(value: Decimal, substance: Substance, way: list[str]) -> None:
    """Milligrams to milliequivalents directly, or over millimoles: the same number."""
    start, over, end = way
    quantity = Quantity(value, start)
    direct = quantity.to(end, substance)
    assert near(quantity.to(over, substance).to(end, substance).value, Fraction(direct.value))
    assert near(direct.to(start, substance).value, Fraction(value))


@given(positive, positive)
def test_a_product_divided_gives_back_what_it_was_made_of(dose: Decimal, weight: Decimal) -> None:
    mass = Quantity(dose, "mg/kg").times(Quantity(weight, "kg"), "mg")
    assert near(mass.over(Quantity(weight, "kg"), "mg/kg").value, Fraction(dose))
    assert mass == Quantity(weight, "kg").times(Quantity(dose, "mg/kg"), "mg")


@given(numbers, numbers, two_units)
def test_a_sum_taken_away_again(first: Decimal, second: Decimal, pair: tuple[str, str]) -> None:
    a, b = Quantity(first, pair[0]), Quantity(second, pair[1])
    assert abs(Fraction(a.plus(b).minus(b).value) - Fraction(first)) <= Fraction(a.plus(b).value) * ROUND_TRIP


@given(positive, st.sampled_from([Decimal("0.01"), Decimal("0.02"), Decimal("0.1"), Decimal("0.2"), Decimal(1)]))
def test_rounding_stays_within_a_step_and_keeps_its_direction(value: Decimal, step: Decimal) -> None:
    quantity = Quantity(value, "mL")
    down, nearest, up = (quantity.round_to(step, way).value for way in ("down", "nearest", "up"))
    assert down <= value <= up
    assert up - down in (0, step)
    assert nearest in (down, up)
    assert abs(nearest - value) * 2 <= step
    assert all((rounded / step) % 1 == 0 for rounded in (down, nearest, up))
    assert quantity.round_to(step, "down").round_to(step, "down").value == down


@given(positive, substances)
def test_the_active_part_grows_with_the_mass(value: Decimal, substance: Substance) -> None:
    ion = Substance("ion", "its ion", substance.molar_mass / 2, substance.valence)
    part = active_mass(Quantity(value, "mg"), substance, active=ion)
    assert near(part.value * 2, Fraction(value))
    double = active_mass(Quantity(value * 2, "mg"), substance, active=ion)
    assert near(double.value, Fraction(part.value) * 2)
