"""Hand arithmetic that every dose rests on. Molar masses 246.47 (MgSO4·7H2O) and 24.305 g/mol (Mg) from the label and the
standard atomic weights; each sum was done on paper and is written out beside its test."""

from __future__ import annotations

from decimal import Decimal
from functools import cache

import pytest

from assuage.catalog import read_catalog
from assuage.errors import QuantityError
from assuage.quantity import Quantity, Substance, active_mass, parse

HEPTAHYDRATE = Substance("magnesium-sulfate-heptahydrate", "magnesium sulfate heptahydrate", Decimal("246.47"), 2)
MAGNESIUM = Substance("magnesium", "magnesium", Decimal("24.305"), 2)
KILOGRAMS = parse("70 kg")


@cache
def shipped(name: str) -> Substance:
    """The substance as the catalog has it, which must give the same numbers."""
    return read_catalog().drugs["magnesium-sulfate"].form(name).substance


def rounded(quantity: Quantity, expected: str) -> str:
    """The value to as many places as the expected number has."""
    places = len(expected.partition(".")[2])
    return f"{quantity.to_places(places).value:f}"


@pytest.mark.parametrize(
    ("given", "unit", "expected"),
    [
        ("1 g", "mmol", "4.057"),  # 1,000 ÷ 246.47
        ("1 g", "meq", "8.115"),  # × 2
        ("500 mg/mL", "mmol/mL", "2.0286"),  # 500 ÷ 246.47
        ("500 mg/mL", "meq/mL", "4.0573"),
        ("493 mg/mL", "mmol/mL", "2.0002"),  # the ampoule of 10 mmol in 5 mL
        ("100 mg/mL", "mmol/mL", "0.4057"),
        ("200 mg/mL", "mmol/mL", "0.8115"),
        ("40 mg/mL", "mmol/mL", "0.1623"),
        ("2100 mg", "mmol", "8.52"),
        ("2100 mg", "meq", "17.04"),
        ("4900 mg", "mmol", "19.88"),
        ("10 meq", "g", "1.232"),  # 10 ÷ 2 × 246.47 ÷ 1,000
        ("1 mmol", "mg", "246.47"),
        ("1 meq", "mg", "123.235"),
    ],
)
@pytest.mark.parametrize("salt", [HEPTAHYDRATE, None], ids=["by hand", "as shipped"])
def test_magnesium_sulfate_in_moles_and_equivalents(
    salt: Substance | None, given: str, unit: str, expected: str
) -> None:
    found = parse(given).to(unit, salt or shipped("magnesium-sulfate-heptahydrate"))
    assert rounded(found, expected) == expected


def test_one_gram_holds_98_6_mg_of_magnesium() -> None:
    """1,000 × 24.305 ÷ 246.47 = 98.612."""
    for salt, ion in ((HEPTAHYDRATE, MAGNESIUM), (shipped("magnesium-sulfate-heptahydrate"), shipped("magnesium"))):
        assert rounded(active_mass(parse("1000 mg"), salt, active=ion), "98.612") == "98.612"


def test_a_millilitre_of_the_50_percent_vial_holds_49_3_mg_of_magnesium() -> None:
    """500 × 24.305 ÷ 246.47 = 49.306."""
    assert rounded(active_mass(parse("500 mg/mL"), HEPTAHYDRATE, active=MAGNESIUM), "49.3") == "49.3"


def test_confusing_the_salt_with_the_metal_is_tenfold() -> None:
    """246.47 ÷ 24.305 = 10.14: the same milligrams read as magnesium would be ten times the dose."""
    metal = active_mass(parse("1 g"), HEPTAHYDRATE, active=MAGNESIUM)
    assert rounded(parse("1 g").over(metal, "1"), "10.14") == "10.14"


@pytest.mark.parametrize(
    ("per_kg", "hours", "dose", "volume", "rate"),
    [
        ("30 mg/kg", "1 h", "2100", "4.2", "35.0"),  # 30 × 70; ÷ 500; ÷ 60
        ("70 mg/kg", "4 h", "4900", "9.8", "20.4"),  # 70 × 70; ÷ 500; ÷ 240
        ("1 mg/kg", "1 h", "70", "0.14", "1.2"),  # the suspected slip: not measurable
    ],
)
def test_from_weight_to_rate(per_kg: str, hours: str, dose: str, volume: str, rate: str) -> None:
    mass = parse(per_kg).times(KILOGRAMS, "mg")
    assert mass == Quantity(Decimal(dose), "mg")
    assert mass.over(parse("500 mg/mL"), "mL") == Quantity(Decimal(volume), "mL")
    assert rounded(mass.over(parse(hours), "mg/min"), rate) == rate


def test_rounding_rates_the_example_is_exact() -> None:
    assert parse("2100 mg").over(parse("60 min"), "mg/min") == parse("35 mg/min")


@pytest.mark.parametrize(
    ("fluid", "concentration", "delivered"),
    [
        ("100 mL", "20.15", "95.97"),  # 2,100 ÷ 104.2; 100 ÷ 104.2
        ("110 mL", "18.39", "87.57"),  # 10 % overfill: 2,100 ÷ 114.2; 100 ÷ 114.2
    ],
)
def test_adding_4_2_ml_to_a_bag_and_running_only_its_label(fluid: str, concentration: str, delivered: str) -> None:
    total = parse(fluid).plus(parse("4.2 mL"))
    assert rounded(parse("2100 mg").over(total, "mg/mL"), concentration) == concentration
    assert rounded(parse("100 mL").over(total, "%"), delivered) == delivered


def test_withdrawing_first_keeps_the_label_volume() -> None:
    """100 − 4.2 + 4.2 = 100; 2,100 ÷ 100 = 21."""
    total = parse("100 mL").minus(parse("4.2 mL")).plus(parse("4.2 mL"))
    assert parse("2100 mg").over(total, "mg/mL") == parse("21 mg/mL")


def test_ten_millilitres_are_four_times_ten_milliequivalents() -> None:
    """The real mix-up: 10 mL of 50 % = 5 g = 40.6 mEq where 10 mEq = 2.5 mL was meant."""
    drawn = parse("10 mL").times(parse("500 mg/mL"), "mg")
    assert rounded(drawn.to("meq", HEPTAHYDRATE), "40.6") == "40.6"
    with pytest.raises(QuantityError):
        parse("10 mL").compare(parse("10 mEq"))


@pytest.mark.parametrize(("equivalents", "moles"), [("4 mEq/L", "2 mmol/L"), ("10 mEq/L", "5 mmol/L")])
def test_levels_in_equivalents_and_moles(equivalents: str, moles: str) -> None:
    assert parse(equivalents).to("mmol/L", MAGNESIUM) == parse(moles)


@pytest.mark.parametrize(
    ("given", "expected"),
    [("1 mmol/L", "2.43"), ("2 mmol/L", "4.86"), ("5 mmol/L", "12.15")],  # × 24.305 ÷ 10
)
def test_levels_in_milligrams_per_decilitre(given: str, expected: str) -> None:
    assert rounded(parse(given).to("mg/dL", MAGNESIUM), expected) == expected


def test_a_pound_is_less_than_half_a_kilogram() -> None:
    """154 × 0.45359237 = 69.853; the inverse factor, printed in a safety bulletin, would give 338.8 kg."""
    assert rounded(parse("154 lb").to("kg"), "69.85") == "69.85"


@pytest.mark.parametrize(("strength", "volume"), [("50 mg/mL", "1.4"), ("10 mg/mL", "7"), ("100 mg/mL", "0.7")])
def test_ketamine_one_milligram_per_kilogram_in_three_strengths(strength: str, volume: str) -> None:
    mass = parse("1 mg/kg").times(KILOGRAMS, "mg")
    assert mass == parse("70 mg")
    assert mass.over(parse(strength), "mL") == Quantity(Decimal(volume), "mL")


@pytest.mark.parametrize(
    ("share", "dose"),
    [("0.3 mg/kg", "21 mg"), ("0.4 mg/kg", "28 mg"), ("0.1 mg/kg", "7 mg"), ("5 mg/kg", "350 mg")],
)
def test_other_doses_at_70_kg(share: str, dose: str) -> None:
    """Ketamine by injection 21 to 28 mg in all; midazolam that blinded the trial 7 mg; lidocaine 350 mg in the hour."""
    assert parse(share).times(KILOGRAMS, "mg") == parse(dose)


def test_what_nobody_can_read_one_way_is_not_compared() -> None:
    """4.9 is toxic in mmol/L (over twice the 2.0 that stops) and at the stop in mg/dL: the unit decides."""
    stop = parse("2 mmol/L")
    assert parse("4.9 mmol/L").compare(stop) == 1
    assert rounded(parse("4.9 mg/dL").to("mmol/L", MAGNESIUM), "2.02") == "2.02"
    with pytest.raises(QuantityError):
        parse("4.9 mg/dL").compare(stop)
