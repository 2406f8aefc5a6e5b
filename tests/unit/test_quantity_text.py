"""What is refused as a quantity, and how each refusal says what to write instead."""

from __future__ import annotations

from decimal import Decimal

import pytest

from assuage.errors import QuantityError
from assuage.quantity import UNITS, Quantity, parse, show, unit
from assuage.quantity.unit import ATOMS, REFUSED_UNITS, SHOWN, SPELLINGS

# text → words that the way out must hold
REFUSED = [
    ("154", "write the unit"),
    ("1,5 mg", "write a point"),
    ("1,5", "write a point"),
    ("2,100 mg", "no thousands mark"),
    ("1,234,567 mg", "write 1234567"),
    ("1,234.5 mg", "write 1234.5"),
    ("1.000 mg", "write 1, or 1000"),
    ("2.500 mg", "write 2.5, or 2500"),
    ("1 000 mg", "write 1000"),
    ("12 500", "write 12500"),
    ("0.5.0 mg", "one point"),
    (".5.0 mg", "one point"),
    (".5 mg", "write 0.5"),
    ("5. mg", "digits and one point"),
    ("05 mg", "without them"),
    ("-5 mg", "without the minus sign"),
    ("−5 mg", "minus sign or a dash"),
    ("1–2 mg", "minus sign or a dash"),
    ("1-2 mg", "the one value meant"),
    ("+5 mg", "digits and one point"),
    ("1e3 mg", "in full"),
    ("1e3mg", "in full"),
    ("1E+3", "in full"),
    ("NaN mg", "digits and one point"),
    ("nan", "digits and one point"),
    ("Infinity mg", "digits and one point"),
    ("inf", "digits and one point"),
    ("½ mg", "digits and one point"),
    ("５ mg", "full-width"),
    ("٥ mg", "unusual digits"),
    ("5² mg", "unusual digits"),
    ("5 Mg", "mg for milligrams"),
    ("5Mg", "mg for milligrams"),
    ("MgSO4", "magnesium sulfate"),
    ("2 MgSO4", "magnesium sulfate"),
    ("2 MS", "the drug in full"),
    ("5 M", "m, mo or mol/L"),
    ("QOD", "every other day (48 h apart)"),
    ("eod", "every other day (48 h apart)"),
    ("1 QD", "daily"),
    ("1 amp", "milligrams and millilitres"),
    ("2 Ampoules", "milligrams and millilitres"),
    ("1 vial", "milligrams and millilitres"),
    ("2 units", "the mass or the volume"),
    ("2U", "the unit in full"),
    ("12 IU", "the mass"),
    ("100 cc", "write mL"),
    ("5 MG", "write a UCUM unit"),
    ("5 mg mg", "write a UCUM unit"),
    ("5 stone", "write a UCUM unit"),
    (">5 mg", "the measured value"),
    ("<0.2 mg/dL", "the measured value"),
    ("≤5 mg", "the measured value"),
    ("5\xa0mg", "unusual space"),
    ("5\u202fmg", "unusual space"),
    ("5\u2009mg", "unusual space"),
    ("5\u3000mg", "unusual space"),
    ("5\tmg", "a tab"),
    ("5 mg\n", "a new line"),
    ("", "leave the fact out"),
    ("   ", "leave the fact out"),
    ("5 " + "m" * 60, "only the number and its unit"),
    ("1" * 21 + " mg", "round the number"),
]


@pytest.mark.parametrize(("text", "way_out"), REFUSED)
def test_what_reads_two_ways_is_refused_with_a_way_out(text: str, way_out: str) -> None:
    with pytest.raises(QuantityError) as refused:
        parse(text)
    (problem,) = refused.value.problems
    assert way_out in problem.do
    assert text[:10] in problem.what
    assert problem.where
    assert problem.expected


@pytest.mark.parametrize(
    ("text", "readings"),
    [("1,5 mg", ("1.5", "15")), ("1.000 mg", ("1", "1000")), ("1 000 mg", ("1000", "two numbers"))],
)
def test_both_readings_are_shown(text: str, readings: tuple[str, str]) -> None:
    with pytest.raises(QuantityError) as refused:
        parse(text)
    assert all(reading in refused.value.problems[0].expected for reading in readings)


@pytest.mark.parametrize(
    ("text", "value", "code"),
    [
        ("30 mg/kg", "30", "mg/kg"), ("30mg/kg", "30", "mg/kg"), ("  30   mg/kg  ", "30", "mg/kg"),
        ("0.5 mg", "0.5", "mg"), ("0 mg", "0", "mg"), ("5.0 mmol/L", "5.0", "mmol/L"), ("0.500 mg", "0.500", "mg"),
        ("24.305 g/mol", "24.305", "g/mol"), ("1.200 1", "1.200", "1"), ("10 mEq", "10", "meq"), ("10 mL", "10", "mL"),
        ("2 mcg/mL", "2", "ug/mL"), ("37 °C", "37", "Cel"), ("37°C", "37", "Cel"), ("60 bpm", "60", "/min"),
        ("12/min", "12", "/min"), ("120 mm Hg", "120", "mm[Hg]"), ("120mm[Hg]", "120", "mm[Hg]"), ("3 {score}", "3", "{score}"),
        ("90 %", "90", "%"), ("90%", "90", "%"), ("60 mL/min/1.73 m2", "60", "mL/min/{1.73_m2}"), ("154 lbs", "154", "[lb_av]"),
    ],
)  # fmt: skip
def test_what_reads_one_way_is_read(text: str, value: str, code: str) -> None:
    assert parse(text) == Quantity(Decimal(value), code)
    assert str(parse(text).value) == value, "the digits are kept as they were written"


def test_three_ways_to_write_microgram_are_one_unit() -> None:
    assert {parse(f"5 {name}").unit for name in ("ug", "mcg", "µg", "μg")} == {"ug"}


def test_a_near_miss_is_named_as_it_is_written() -> None:
    with pytest.raises(QuantityError) as refused:
        parse("5 MMOL/L")
    assert "mmol/L" in refused.value.problems[0].expected


@pytest.mark.parametrize("name", sorted(SPELLINGS))
def test_every_spelling_names_a_unit_of_the_table(name: str) -> None:
    assert SPELLINGS[name] in UNITS
    assert name not in UNITS
    assert parse(f"5 {name}").unit == SPELLINGS[name]


@pytest.mark.parametrize("name", sorted(REFUSED_UNITS))
def test_every_refused_name_is_refused_and_says_what_to_write(name: str) -> None:
    assert not {name, name.casefold()} & {*UNITS, *SPELLINGS} - {"m", "mg", "ms"}
    for text in (f"5 {name}", f"5{name}", name):
        with pytest.raises(QuantityError) as refused:
            parse(text)
        assert refused.value.problems[0].do == REFUSED_UNITS[name].partition("; ")[2] != ""


@pytest.mark.parametrize("code", UNITS)
def test_every_unit_can_be_written_and_shown(code: str) -> None:
    quantity = parse(f"5 {code}")
    assert quantity == Quantity(Decimal(5), code)
    assert "µ" not in show(quantity)
    assert "{" not in show(quantity)


def test_what_is_shown_is_no_code_of_another_unit() -> None:
    """“5 m” for months would be metres."""
    assert [name for code, name in SHOWN.items() if name in UNITS and name != code] == []


@pytest.mark.parametrize("code", ["mg/stone", "µg", "", "mg/", "mg/h/kg", "kg.m", "MG"])
def test_a_code_outside_the_table_is_refused(code: str) -> None:
    with pytest.raises(QuantityError):
        unit(code)
    with pytest.raises(QuantityError):
        parse("5 mg").to(code)


def test_the_table_is_made_of_its_atoms_only() -> None:
    assert {part for code in UNITS for part in code.split("/") if part} - {*ATOMS, "m2"} == set()
    assert len(set(UNITS)) == len(UNITS)


@pytest.mark.parametrize("code", [code for code in UNITS if "/kg" in code])
def test_every_unit_per_kilogram_has_its_unit_without_it(code: str) -> None:
    """A dose per kilogram times a weight is named by dropping the kilogram."""
    whole = code.replace("/kg", "", 1)
    assert whole in UNITS
    assert parse(f"2 {code}").times(parse("3 kg"), whole) == Quantity(Decimal(6), whole)
