"""Arithmetic that names the unit it wants, refuses other dimensions, rounds when told, and shows plain numbers."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assuage.errors import QuantityError
from assuage.quantity import Quantity, Substance, active_mass, parse, show, show_number

SALT = Substance("salt", "the salt", Decimal(100), 2)
UNCHARGED = Substance("base", "the base", Decimal(50))


@pytest.mark.parametrize(
    ("text", "code"),
    [
        ("70 kg", "g"), ("70 kg", "mg"), ("1 g", "kg"), ("1 mg", "[lb_av]"), ("1 mg/kg", "1"), ("1 mg", "mmol"),
        ("1 mmol", "meq"), ("10 mL", "meq"), ("1 h", "mL"), ("60 mL/min/{1.73_m2}", "mL/min"), ("1 mg/kg/h", "/min"),
        ("3 {portions}", "{infusions}"), ("3 {infusions}", "1"), ("37 Cel", "1"), ("1 U/L", "umol/L"),
    ],
)  # fmt: skip
def test_units_of_other_dimensions_are_refused(text: str, code: str) -> None:
    with pytest.raises(QuantityError, match="cannot become") as refused:
        parse(text).to(code)
    assert "name the substance" in refused.value.problems[0].do


@pytest.mark.parametrize(
    ("text", "code", "expected"),
    [
        ("200 mg", "mmol", "2"), ("2 mmol", "mg", "200"), ("2 mmol", "meq", "4"), ("4 meq", "mmol", "2"),
        ("200 mg", "meq", "4"), ("4 meq", "mg", "200"), ("200 mg/mL", "mmol/mL", "2"), ("200 mg/kg", "mmol/kg", "2"),
        ("4 meq/h", "mmol/h", "2"),
    ],
)  # fmt: skip
def test_a_substance_joins_mass_moles_and_equivalents(text: str, code: str, expected: str) -> None:
    assert parse(text).to(code, SALT) == Quantity(Decimal(expected), code)


@pytest.mark.parametrize(
    ("text", "code"),
    [("1 mmol", "meq"), ("1 meq", "mmol"), ("1 mg", "meq"), ("1 meq", "mg"), ("1 mL", "mmol"), ("1 kg", "mmol"), ("1 mg/mL", "mmol")],
)  # fmt: skip
def test_a_substance_joins_nothing_else(text: str, code: str) -> None:
    with pytest.raises(QuantityError, match="through the base"):
        parse(text).to(code, UNCHARGED)


def test_products_and_quotients_of_other_dimensions_are_refused() -> None:
    with pytest.raises(QuantityError, match="mg/kg × h"):
        parse("30 mg/kg").times(parse("2 h"), "mg")
    with pytest.raises(QuantityError, match="mg ÷ h"):
        parse("30 mg").over(parse("2 h"), "mL/h")
    with pytest.raises(QuantityError, match="mg/kg cannot become mg"):
        parse("30 mg").plus(parse("30 mg/kg"))


def test_nothing_is_divided_by_zero() -> None:
    with pytest.raises(QuantityError, match="30 mg ÷ 0 h") as refused:
        parse("30 mg").over(parse("0 h"), "mg/h")
    assert refused.value.problems[0].do == "give a value above zero"


def test_sums_keep_the_first_unit() -> None:
    assert parse("100 mL").plus(parse("0.01 L")) == parse("110 mL")
    assert parse("1 g").minus(parse("200 mg")) == parse("0.8 g")


@pytest.mark.parametrize(
    ("text", "step", "direction", "expected"),
    [
        ("4.25 mL", "0.1", "nearest", "4.3"), ("4.25 mL", "0.1", "down", "4.2"), ("4.21 mL", "0.1", "up", "4.3"),
        ("4.2 mL", "0.2", "down", "4.2"), ("4.2 mL", "0.2", "up", "4.2"), ("0.04 mL", "0.1", "nearest", "0"),
    ],
)  # fmt: skip
def test_rounding_to_what_can_be_drawn_up(text: str, step: str, direction: str, expected: str) -> None:
    assert parse(text).round_to(Decimal(step), direction).value == Decimal(expected)


def test_halves_round_up_when_shown() -> None:
    assert parse("0.125 mL").to_places(2) == parse("0.13 mL")


def test_a_quotient_with_many_digits_can_be_rounded_and_shown() -> None:
    """Thirty-four digits are more than Python's own setting holds; rounding them must not fail."""
    long = Quantity(Decimal("99999999999999999999"), "g").to("ng")
    assert show(long.round_to(Decimal("0.1"))) == "99,999,999,999,999,999,999,000,000,000 ng"
    assert show(long, places=2) == show(long)


def test_order_does_not_depend_on_which_unit_is_asked() -> None:
    """1 mg/h is 1/60 mg/min, which no decimal holds: compared as rounded decimals the two would each seem the larger."""
    hourly = parse("1 mg/h")
    minutely = hourly.to("mg/min")
    assert (hourly.compare(minutely), minutely.compare(hourly)) == (-1, 1)
    assert parse("60 mg/h").compare(parse("1 mg/min")) == 0


def test_the_active_part_of_a_mass() -> None:
    half = Substance("half", "half of it", Decimal(25))
    assert active_mass(parse("8 mg"), SALT, active=half) == parse("2 mg")
    assert active_mass(parse("8 mg/mL"), SALT, active=half) == parse("2 mg/mL")
    double = Substance("salt", "two in one", Decimal(100), moles_of_active=2)
    assert active_mass(parse("8 mg"), double, active=half) == parse("4 mg")


def test_the_active_part_is_asked_of_a_mass_only() -> None:
    with pytest.raises(QuantityError, match="a mass of half of it"):
        active_mass(parse("8 mmol"), SALT, active=Substance("half", "half of it", Decimal(25)))


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("2100.0 mg", "2,100 mg"), ("0.50 mg", "0.5 mg"), ("0 mg", "0 mg"), ("1 d", "1 day"), ("2 d", "2 days"),
        ("1.0 wk", "1 week"), ("1 {infusions}", "1 infusion"), ("3 {infusions}", "3 infusions"), ("12 /min", "12/min"),
        ("3 {score}", "3"), ("20 1", "20"), ("5 ug/kg/min", "5 mcg/kg/min"), ("2 meq/L", "2 mEq/L"), ("90 %", "90 %"),
        ("120 mm[Hg]", "120 mm Hg"), ("37 Cel", "37 °C"), ("60 mL/min/{1.73_m2}", "60 mL/min/1.73 m2"), ("1 mo", "1 month"),
        ("1000000 mL", "1,000,000 mL"),
    ],
)  # fmt: skip
def test_how_quantities_are_shown(text: str, shown: str) -> None:
    assert show(parse(text)) == str(parse(text)) == shown


def test_places_and_signs() -> None:
    assert show(parse("20.1536 mg/mL"), places=2) == "20.15 mg/mL"
    assert show_number(Decimal("-1234.50")) == "−1,234.5"
    assert show_number(Decimal("-0.0")) == "0"
