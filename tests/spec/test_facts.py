"""Inputs that have hurt people elsewhere: each is refused, held or told, and never quietly taken."""

from __future__ import annotations

import datetime as dt

import pytest
from tests.spec.given import DAY, blocks_dose, catalog, clinic, of, patient, rules_of, screened

from assuage.errors import DocumentError
from assuage.screening import Formulas, State

MAGNESIUM, KETAMINE, LIDOCAINE = "kim-2015-magnesium", "kim-2015-ketamine", "liu-2018-lidocaine"


def refusal(*changes: str) -> str:
    """Why such a file is refused."""
    with pytest.raises(DocumentError) as caught:
        patient(*changes)
    return str(caught.value)


def told(plan: str, rule: str, *changes: str) -> str:
    """What the finding on a rule says; it must hold, stop or refuse the dose."""
    found = of(screened(plan, *changes), rule)
    assert found is not None
    assert found.blocks == "dose"
    return found.message + " " + found.resolve


# Weight


def test_a_weight_without_a_unit_is_refused() -> None:
    assert "unit" in refusal("weight: {value: 154, on: 2026-11-27}")


def test_pounds_typed_as_kilograms_are_caught_by_the_body_mass_index() -> None:
    said = told(MAGNESIUM, "not-usable-bmi", "weight: {value: 154 kg, on: 2026-11-27}")
    assert "pounds" in said


def test_pounds_typed_as_kilograms_are_caught_by_the_last_weight_and_read_as_pounds() -> None:
    said = told(
        MAGNESIUM, "contradictory-weight",
        "weight: {value: 121 kg, on: 2026-11-27, history: [{value: 55 kg, on: 2026-10-27}]}",
    )  # fmt: skip
    assert "121 kg" in said
    assert "55 kg" in said
    assert "54.9 kg" in said  # 121 lb x 0.45359237


def test_pounds_are_converted_by_the_exact_factor() -> None:
    given = patient("weight: {value: 154 lb, on: 2026-11-27}")
    state = State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))
    weight = state.quantity("weight")
    assert weight is not None
    assert str(weight.to_places(2)) == "69.85 kg"  # 154 x 0.45359237 = 69.853; divided by 2.2 it would be 70


@pytest.mark.parametrize("how", ["stated", "estimated"])
def test_a_weight_that_nobody_measured_holds(how: str) -> None:
    assert how in told(MAGNESIUM, "weight-not-measured", f"weight: {{value: 70 kg, on: 2026-11-27, how: {how}}}")


def test_a_weight_older_than_the_limit_holds() -> None:
    assert "7 days" in told(MAGNESIUM, "weight-unknown", "weight: {value: 70 kg, on: 2026-11-22}")


def test_a_weight_of_the_last_day_that_counts_does_not() -> None:
    assert not blocks_dose(screened(MAGNESIUM, "weight: {value: 70 kg, on: 2026-11-23}"))


@pytest.mark.parametrize(
    ("before", "rule"),
    [
        ("77.7 kg", None),  # 9.9 % different
        ("56 kg", "contradictory-weight"),  # 25 %
        ("77.8 kg", "weight-changed"),  # 10.03 %
        ("87.5 kg", "weight-changed"),  # exactly 20 %
        ("87.6 kg", "contradictory-weight"),
        ("0 kg", "contradictory-weight"),
    ],
)
def test_a_weight_that_changed_is_shown_or_held(before: str, rule: str | None) -> None:
    change = f"weight: {{value: 70 kg, on: 2026-11-27, history: [{{value: {before}, on: 2026-10-27}}]}}"
    assert rules_of(screened(MAGNESIUM, change)) & {"weight-changed", "contradictory-weight"} == (
        {rule} if rule else set()
    )


def test_a_weight_changed_by_exactly_a_tenth_is_shown() -> None:
    change = "weight: {value: 77 kg, on: 2026-11-27, history: [{value: 70 kg, on: 2026-10-27}]}"
    found = of(screened(MAGNESIUM, change), "weight-changed")
    assert found is not None
    assert "10 % different" in found.message


def test_a_history_newer_than_the_value_contradicts_it() -> None:
    said = told(
        MAGNESIUM, "weight-unknown",
        "weight: {value: 70 kg, on: 2026-11-24, history: [{value: 71 kg, on: 2026-11-27}]}",
    )  # fmt: skip
    assert "newer value, of 27-Nov-2026" in said


def test_a_history_that_is_no_list_is_refused() -> None:
    assert "list" in refusal("weight: {value: 70 kg, on: 2026-11-27, history: 71 kg}")


# Kidneys and magnesium


def test_creatinine_in_the_wrong_unit_is_implausible() -> None:
    said = told(MAGNESIUM, "renal-unknown", "creatinine: {value: 88 mg/dL, on: 2026-11-25}")
    assert "7,779" in said  # 88 mg/dL x 88.40
    assert "umol/L" in said


@pytest.mark.parametrize("value", ["pending", "<0.2 mg/dL", "haemolysed"])
def test_words_and_bounds_are_not_a_creatinine(value: str) -> None:
    assert "reads one way" in refusal(f'creatinine: {{value: "{value}", on: 2026-11-25}}')


def test_a_creatinine_not_obtained_holds_and_says_why() -> None:
    found = of(
        screened(MAGNESIUM, "not_obtained: {creatinine: sample haemolysed}", without=("creatinine",)), "renal-unknown"
    )
    assert found is not None
    assert found.blocks == "dose"
    assert "sample haemolysed" in found.message


def test_a_value_and_a_reason_for_having_none_contradict_each_other() -> None:
    assert "pending" in told(MAGNESIUM, "renal-unknown", "not_obtained: {creatinine: pending}")


def test_a_reason_for_a_fact_nobody_knows_is_refused() -> None:
    assert "creatinine" in refusal("not_obtained: {creatinin: pending}")


def test_estimates_on_two_sides_of_a_bound_are_all_shown_and_the_lowest_decides() -> None:
    screening = screened(MAGNESIUM, 'egfr_reported: {value: "58 mL/min/{1.73_m2}", on: 2026-11-25}')
    found = of(screening, "renal-estimates-disagree")
    assert found is not None
    assert found.severity == "warn"
    assert "renal-30-to-59" in found.merged
    assert all(name in found.message for name in ("Cockcroft-Gault", "CKD-EPI 2021", "reported", "60 mL/min"))


def test_an_estimate_exactly_on_a_bound_is_on_the_same_side_as_those_above_it() -> None:
    said = rules_of(screened(MAGNESIUM, "egfr_reported: {value: 60 mL/min, on: 2026-11-25}"))
    assert "renal-estimates-disagree" not in said


def test_a_reported_estimate_is_also_read_for_a_small_body() -> None:
    # 1.35 m2 at 42 kg and 150 cm (DuBois): 36 x 1.35 / 1.73 = 28, below 30.
    small = "weight: {value: 42 kg, on: 2026-11-27} & height: {value: 150 cm, on: 2026-11-27}"
    reported = 'egfr_reported: {value: "36 mL/min/{1.73_m2}", on: 2026-11-25}'
    assert "renal-below-30" in rules_of(screened(MAGNESIUM, small, reported))


def test_a_stale_reported_estimate_is_not_used() -> None:
    old = "egfr_reported: {value: 20 mL/min, on: 2026-06-25}"
    assert "renal-below-30" not in rules_of(screened(MAGNESIUM, old))
    assert blocks_dose(screened(MAGNESIUM, old))


def test_a_creatinine_that_doubled_stops_though_it_looks_normal() -> None:
    doubled = "creatinine: {value: 80 umol/L, on: 2026-11-25, history: [{value: 40 umol/L, on: 2026-11-24}]}"
    assert "doubled" in told(MAGNESIUM, "creatinine-doubled", doubled)


def test_a_magnesium_level_without_a_unit_is_refused() -> None:
    assert "unit" in refusal("magnesium: {value: 4.9, on: 2026-11-25}")


def test_a_toxic_magnesium_level_is_implausible_and_a_high_one_stops() -> None:
    assert "mmol/L" in told(MAGNESIUM, "not-usable-magnesium", "magnesium: {value: 4.9 mmol/L, on: 2026-11-25}")
    assert "4.9 mg/dL (2.02 mmol/L)" in told(
        MAGNESIUM, "magnesium-high", "magnesium: {value: 4.9 mg/dL, on: 2026-11-25}"
    )


def test_a_level_dated_after_the_infusion_is_not_known() -> None:
    said = told(MAGNESIUM, "magnesium-level-unknown", "magnesium: {value: 0.8 mmol/L, on: 2026-12-01}")
    assert "after 30-Nov-2026" in said


def test_height_missing_for_lidocaine_holds() -> None:
    found = of(screened(LIDOCAINE, without=("height",)), "height-unknown-lidocaine")
    assert found is not None
    assert found.blocks == "dose"


# Who the patient is


def test_a_birthday_on_29_february_is_reached_on_1_march() -> None:
    given = patient("birth_date: 1952-02-29")
    assert [given.age_on(day) for day in (dt.date(2027, 2, 28), dt.date(2027, 3, 1))] == [74, 75]
    assert given.age_on(dt.date(2028, 2, 29)) == 76


@pytest.mark.parametrize(
    ("born", "says"), [("2030-01-01", "−4 years"), ("2026-11-30", "0 years"), ("1876-01-01", "150 years")]
)
def test_an_age_nobody_has_holds(born: str, says: str) -> None:
    assert says in told(MAGNESIUM, "age-unknown", f"birth_date: {born}")


def test_a_man_is_not_asked_for_a_pregnancy_and_a_pregnant_man_is_a_contradiction() -> None:
    assert not blocks_dose(screened(MAGNESIUM, "sex: male", without=("pregnancy",)))
    assert "male and pregnant" in told(MAGNESIUM, "contradictory-pregnancy", "sex: male", "pregnancy: pregnant")


def test_a_pregnancy_that_ended_does_not_count_and_a_stroke_always_does() -> None:
    past = "conditions: [{name: pregnancy, stopped: 2010-01-01}]"
    assert not blocks_dose(screened(MAGNESIUM, past))
    assert "stroke" in told(KETAMINE, "pressure-rise-hazard", "conditions: [{name: stroke, stopped: 2010-01-01}]")


# Blood pressure


@pytest.mark.parametrize("pressure", ["78/132 mm[Hg]", "120/120 mm[Hg]"])
def test_a_blood_pressure_upside_down_blocks_the_start(pressure: str) -> None:
    change = f"vitals: {{on: 2026-11-27, bp: {pressure}, hr: 72 /min, rr: 16 /min, spo2: 97 %}}"
    found = of(screened(MAGNESIUM, change), "contradictory-pressure")
    assert found is not None
    assert found.blocks == "start"


def test_a_blood_pressure_written_twice_is_refused() -> None:
    assert "twice" in refusal("vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], sbp: 160 mm[Hg]}")


# The pain score


@pytest.mark.parametrize("score", ["{scale: nrs-0-10, value: 11, on: 2026-11-27}", "{value: 8, on: 2026-11-27}"])
def test_a_score_above_its_scale_or_without_one_is_refused(score: str) -> None:
    assert "scale" in refusal(f"pain: {{score: {score}}}")


def test_a_scale_in_centimetres_is_refused() -> None:
    assert "vas-0-100" in refusal("pain: {score: {scale: vas-cm, value: 8, on: 2026-11-27}}")


def test_pain_that_begins_in_the_future_blocks_the_signature() -> None:
    screening = screened(
        MAGNESIUM,
        "pain: {diagnosis: postherpetic neuralgia, since: 2027-01-01, score: {scale: nrs-0-10, value: 8, on: 2026-11-27}}",
    )
    found = of(screening, "not-usable-pain.duration")
    assert found is not None
    assert found.blocks == "sign"
