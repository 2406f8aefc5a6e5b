"""Body size and renal function against the published equations worked by hand, to the one decimal that is shown.

The example patient: woman, 69 years, 70 kg, 165 cm, creatinine 80 umol/L = 80 × 113.12 / 10,000 = 0.905 mg/dL.
"""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.patient import Unknown
from assuage.quantity import parse
from assuage.screening import Formulas, State
from assuage.screening.body import Body

HEAVY = ("weight: {value: 120 kg, on: 2026-11-27}",)


def state(*changes: str, without: tuple[str, ...] = ()) -> State:
    given = patient(*changes, without=without)
    return State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


@pytest.mark.parametrize(
    ("name", "changes", "value", "unit"),
    [
        # 70 / 1.65²
        ("bmi", (), "25.7", "kg/m2"),
        # Devine: 165 cm = 64.961 in; 45.5 + 2.3 × 4.961, and 50 + 2.3 × 4.961
        ("ideal_weight", (), "56.9", "kg"),
        ("ideal_weight", ("sex: male",), "61.4", "kg"),
        # 56.9 + 0.4 × (70 − 56.9)
        ("adjusted_weight", (), "62.1", "kg"),
        # Janmahasatian: 9270 × 70 / (8780 + 244 × 25.712), and 9270 × 70 / (6680 + 216 × 25.712)
        ("lean_weight", (), "43.1", "kg"),
        ("lean_weight", ("sex: male",), "53", "kg"),
        # CKD-EPI 2021: 142 × (0.905/0.7)^−1.2 × 0.9938^69 × 1.012
        ("egfr_indexed", (), "68.7", "mL/min/{1.73_m2}"),
        # below kappa: 40 umol/L = 0.4525 mg/dL; 142 × (0.4525/0.7)^−0.241 × 0.9938^69 × 1.012 = 103.9
        ("egfr_indexed", ("creatinine: {value: 40 umol/L, on: 2026-11-25}",), "103.9", "mL/min/{1.73_m2}"),
        # DuBois: 0.007184 × 70^0.425 × 165^0.725 = 1.771 m²; 68.7 × 1.771 / 1.73
        ("egfr", (), "70.3", "mL/min"),
        # Cockcroft-Gault: (140 − 69) × 70 × 0.85 / (72 × 0.905)
        ("crcl", (), "64.8", "mL/min"),
        # 120 kg is more than 130 % of 56.9 kg: adjusted 56.9 + 0.4 × 63.1 = 82.1; 71 × 82.1 × 0.85 / (72 × 0.905)
        ("crcl", HEAVY, "76", "mL/min"),
    ],
)
def test_a_formula_by_hand(name: str, changes: tuple[str, ...], value: str, unit: str) -> None:
    found = state(*changes).computed(name)
    assert found is not None
    assert (found.value.value, found.value.unit) == (Decimal(value), unit)
    assert found.formula


@pytest.mark.parametrize(
    ("name", "lacking"),
    [
        ("bmi", "height"), ("bmi", "weight"), ("ideal_weight", "height"), ("ideal_weight", "sex"),
        ("adjusted_weight", "weight"), ("adjusted_weight", "sex"), ("lean_weight", "weight"), ("lean_weight", "sex"),
        ("lean_weight", "height"), ("egfr_indexed", "creatinine"), ("egfr_indexed", "birth_date"),
        ("egfr_indexed", "sex"), ("egfr", "height"), ("egfr", "creatinine"), ("crcl", "creatinine"), ("crcl", "sex"),
        ("crcl", "birth_date"), ("crcl", "weight"),
    ],
)  # fmt: skip
def test_a_formula_without_one_of_its_facts_gives_nothing(name: str, lacking: str) -> None:
    assert state(without=(lacking,)).computed(name) is None
    assert isinstance(state(without=(lacking,)).get(name), Unknown)


def test_ideal_weight_is_not_extended_below_the_height_it_begins_at() -> None:
    # 152.4 cm is 60 in, where the formula begins: 45.5 kg.
    begins = state("height: {value: 152.4 cm, on: 2026-11-27}").computed("ideal_weight")
    assert begins is not None
    assert begins.value.value == Decimal("45.5")
    assert state("height: {value: 152 cm, on: 2026-11-27}").computed("ideal_weight") is None


def test_a_formula_a_rule_can_ask_for_is_a_fact() -> None:
    assert str(state().get("egfr")) == "70.3 mL/min"
    assert "cannot be computed without height" in getattr(state(without=("height",)).get("egfr"), "reason", "")


def test_at_130_percent_of_ideal_the_actual_weight_is_used() -> None:
    # 130 % of 56.9 kg is 73.97 kg.
    at, above = (state(f"weight: {{value: {kg} kg, on: 2026-11-27}}").computed("crcl") for kg in ("73.97", "73.98"))
    assert at is not None
    assert above is not None
    assert ("actual weight" in at.formula, "adjusted weight" in above.formula) == (True, True)


def test_nobody_clears_less_than_nothing() -> None:
    body = Body(parse("70 kg"), parse("165 cm"), False, 145, Decimal(1))
    found = Formulas.of(catalog()).crcl(body)
    assert found is not None
    assert found.value.value == 0


def test_the_formulas_of_a_catalog_are_made_once() -> None:
    assert Formulas.of(catalog()) is Formulas.of(catalog())


CKD, DUBOIS, DEVINE = "CKD-EPI 2021 (creatinine)", "DuBois body surface area", "Devine ideal weight"


@pytest.mark.parametrize(
    ("name", "changes", "formula", "working"),
    [
        ("bmi", (), "weight ÷ height²", "70 kg ÷ (1.65 m)² = 25.7 kg/m2"),
        ("ideal_weight", (), DEVINE, "45.5 + 2.3 × (65.0 − 60) in = 56.9 kg"),
        ("ideal_weight", ("sex: male",), DEVINE, "50 + 2.3 × (65.0 − 60) in = 61.4 kg"),
        ("adjusted_weight", (), "Adjusted weight", "56.9 kg + 0.4 × (70 kg − 56.9 kg) = 62.1 kg"),
        ("lean_weight", (), "Lean weight (Janmahasatian)", "from 70 kg, 165 cm, female: 43.1 kg"),
        ("lean_weight", ("sex: male",), "Lean weight (Janmahasatian)", "from 70 kg, 165 cm, male: 53 kg"),
        ("egfr_indexed", (), CKD, "creatinine 0.90 mg/dL, 69 years, female: 68.7 mL/min/1.73 m2"),
        # 142 × (0.90496/0.9)^−1.2 × 0.9938^69 = 142 × 0.99343 × 0.65107 = 91.84
        ("egfr_indexed", ("sex: male",), CKD, "creatinine 0.90 mg/dL, 69 years, male: 91.8 mL/min/1.73 m2"),
        ("egfr", (), f"{CKD}, de-indexed by {DUBOIS}", "68.7 mL/min/1.73 m2 × 1.77 m² ÷ 1.73 m² = 70.3 mL/min"),
        ("crcl", (), "Cockcroft-Gault on actual weight", "actual weight 70 kg, creatinine 0.90 mg/dL, 69 years: 64.8 mL/min"),
        ("crcl", HEAVY, "Cockcroft-Gault on adjusted weight", "adjusted weight 82.1 kg, creatinine 0.90 mg/dL, 69 years: 76 mL/min"),
        # (140 − 69) × 70 / (72 × 0.905)
        ("crcl", ("sex: male",), "Cockcroft-Gault on actual weight", "actual weight 70 kg, creatinine 0.90 mg/dL, 69 years: 76.3 mL/min"),
    ],
)  # fmt: skip
def test_a_formula_shows_its_name_and_its_working(
    name: str, changes: tuple[str, ...], formula: str, working: str
) -> None:
    found = state(*changes).computed(name)
    assert found is not None
    assert (found.formula, found.working) == (formula, working)


def test_halves_are_rounded_up() -> None:
    # 64.25 kg ÷ (1 m)² and 64.35 kg ÷ (1 m)²: half up both times, where half to even would give 64.2 and 64.4.
    for weight, shown in (("64.25 kg", "64.3"), ("64.35 kg", "64.4"), ("64.24 kg", "64.2")):
        found = Formulas.of(catalog()).bmi(Body(parse(weight), parse("100 cm"), None, None, None))
        assert found is not None
        assert found.value.value == Decimal(shown)
