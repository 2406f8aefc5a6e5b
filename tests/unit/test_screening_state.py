"""What is known of a patient on one day: ages of facts, plausibility, units, lists and words, on both sides of each bound."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.patient import Dated, Unknown
from assuage.quantity import Quantity, parse
from assuage.screening import Formulas, State
from assuage.screening.state import Doubted
from assuage.screening.truth import Truth


def state(*changes: str, without: tuple[str, ...] = (), day: dt.date = DAY) -> State:
    given = patient(*changes, without=without)
    return State(given, day, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


def undated(name: str, given: State) -> State:
    """The same with one fact's date gone."""
    facts = {**given.patient.facts, name: msgspec.structs.replace(given.patient.facts[name], on=None)}
    changed = msgspec.structs.replace(given.patient, facts=facts)
    return State(changed, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


# Ages of facts


@pytest.mark.parametrize(
    ("name", "on", "reason"),
    [
        ("weight", "2026-11-23", None),
        ("weight", "2026-11-22", "from 22-Nov-2026, 8 days before 30-Nov-2026; the clinic's limit is 7 days"),
        ("creatinine", "2026-10-31", None),
        ("creatinine", "2026-10-30", "from 30-Oct-2026, 31 days before 30-Nov-2026; the clinic's limit is 30 days"),
        ("weight", "2026-11-30", None),
        ("weight", "2026-12-01", "dated 01-Dec-2026, after 30-Nov-2026"),
    ],
)
def test_a_fact_counts_up_to_its_limit_and_not_before_its_day(name: str, on: str, reason: str | None) -> None:
    value = {"weight": "70 kg", "creatinine": "80 umol/L"}[name]
    given = state(f"{name}: {{value: {value}, on: {on}}}")
    fact = given.patient.facts[name]
    doubt = None if reason is None else "later" if "after" in reason else "stale"
    expected = None if reason is None else Doubted(reason, doubt, fact.place)  # type: ignore[arg-type]
    assert fact.place
    assert given.too_old(name, fact) == expected
    assert given.get(name) == (expected or fact.value)


def test_a_fact_without_a_date_counts_only_where_nothing_goes_stale() -> None:
    given = undated("weight", state())
    fact = given.patient.facts["weight"]
    assert given.get("weight") == Doubted("it has no date", "stale", fact.place)
    assert undated("height", state()).get("height") == parse("165 cm")


@pytest.mark.parametrize(
    ("name", "limit"),
    [
        ("weight", "weight"), ("creatinine", "creatinine"), ("egfr_reported", "creatinine"), ("magnesium", "magnesium"),
        ("calcium", "magnesium"), ("potassium", "magnesium"), ("alt", "liver"), ("liver", "liver"),
        ("liver.child_pugh", "liver"), ("ecg", "ecg"), ("ecg.av_block", "ecg"), ("ecg.pr", "ecg"), ("vitals", "vitals"),
        ("vitals.hr", "vitals"), ("knee_jerk", "vitals"), ("knee_jerk.present", "vitals"), ("urine", "vitals"),
        ("urine.last_4h", "vitals"), ("height", None), ("sex", None), ("pregnancy", None), ("pain.score", None),
    ],
)  # fmt: skip
def test_each_fact_goes_stale_as_the_limit_of_its_kind_says(name: str, limit: str | None) -> None:
    none_set = msgspec.structs.replace(clinic(), stale_after={})
    bare = State(patient(), DAY, catalog=catalog(), clinic=none_set, formulas=Formulas.of(catalog()))
    assert bare.age_limit(name) == limit
    assert state().age_limit(name) is None


@pytest.mark.parametrize(
    ("change", "name"),
    [
        ("egfr_reported: {value: 60 mL/min, on: 2026-10-30}", "egfr_reported"),
        ("knee_jerk: {on: 2026-11-22, present: true}", "knee_jerk.present"),
        ("urine: {on: 2026-11-22, normal: true}", "urine.normal"),
        ("liver: {on: 2026-08-31, child_pugh: a}", "liver.child_pugh"),
        ("ecg: {on: 2026-06-02, av_block: none}", "ecg.av_block"),
    ],
)
def test_each_is_too_old_the_day_after_its_limit(change: str, name: str) -> None:
    day_before = DAY - dt.timedelta(days=1)
    late, still = state(change).get(name), state(change, day=day_before).get(name)
    assert isinstance(late, Doubted)
    assert late.doubt == "stale"
    assert not isinstance(still, Unknown)


# What speaks against a value


def test_a_value_beside_a_reason_for_having_none_is_contradicted() -> None:
    given = state("not_obtained: {creatinine: haemolysed}")
    place = given.patient.facts["creatinine"].place
    reason = "a value stands in the file, and also that it was not obtained (haemolysed)"
    assert given.get("creatinine") == Doubted(reason, "contradictory", place)


def test_a_value_that_its_history_overtakes_is_contradicted() -> None:
    newer = state("weight: {value: 70 kg, on: 2026-11-24, history: [{value: 71 kg, on: 2026-11-25}]}")
    reason = "its history holds a newer value, of 25-Nov-2026"
    assert newer.get("weight") == Doubted(reason, "contradictory", newer.patient.facts["weight"].place)
    same = state("weight: {value: 70 kg, on: 2026-11-24, history: [{value: 71 kg, on: 2026-11-24}]}")
    assert same.get("weight") == parse("70 kg")


def test_a_history_without_dates_overtakes_nothing() -> None:
    given = state("weight: {value: 70 kg, on: 2026-11-24, history: [{value: 71 kg, on: 2026-11-20}]}")
    fact = given.patient.facts["weight"]
    loose = msgspec.structs.replace(fact, earlier=(Dated(parse("71 kg"), None, "made"),))
    for one in (loose, msgspec.structs.replace(loose, on=None), msgspec.structs.replace(fact, on=None)):
        changed = msgspec.structs.replace(given.patient, facts={**given.patient.facts, "weight": one})
        again = State(changed, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))
        found = again.recorded("weight")
        assert not isinstance(found, Doubted) or found.doubt == "stale"


@pytest.mark.parametrize(
    ("value", "reason"),
    [
        ("30 kg", None),
        ("29.9 kg", "29.9 kg is outside 30 kg to 250 kg. If it was read in pounds, write lb."),
        ("250 kg", None),
        ("250.1 kg", "250.1 kg is outside 30 kg to 250 kg. If it was read in pounds, write lb."),
        ("600 lb", "600 lb (272.2 kg) is outside 30 kg to 250 kg. If it was read in pounds, write lb."),
    ],
)
def test_a_value_is_plausible_on_its_bounds_and_not_beyond(value: str, reason: str | None) -> None:
    given = state(f"weight: {{value: {value}, on: 2026-11-27}}")
    found = given.get("weight")
    assert found == (Doubted(reason, "implausible", given.patient.facts["weight"].place) if reason else parse(value))


def test_a_slip_that_the_catalog_does_not_name_is_still_asked_after() -> None:
    assert state().implausible("potassium", parse("42 mmol/L")) == (
        "42 mmol/L is outside 2 mmol/L to 8 mmol/L. Check the value and its unit."
    )
    assert state().implausible("urine.last_4h", parse("1 mL")) is None


# Units


@pytest.mark.parametrize(
    ("name", "written", "unit", "value"),
    [
        ("weight", "70000 g", "kg", "70"),
        ("weight", "100 lb", "kg", "45.359237"),
        ("height", "1.65 m", "cm", "165"),
        ("creatinine", "1 mmol/L", "umol/L", "1000"),
        # 2.4305 mg/dL = 24.305 mg/L = 1 mmol/L; 2 mEq/L of a divalent ion = 1 mmol/L.
        ("magnesium", "2.4305 mg/dL", "mmol/L", "1"),
        ("magnesium", "2 meq/L", "mmol/L", "1"),
        ("magnesium", "24.305 mg/L", "mmol/L", "1"),
        ("potassium", "4 meq/L", "mmol/L", "4"),
    ],
)  # fmt: skip
def test_a_value_in_the_unit_it_is_compared_in(name: str, written: str, unit: str, value: str) -> None:
    found = state().in_unit(name, parse(written))
    assert (found.unit, found.value) == (unit, Decimal(value))


def test_only_a_quantity_is_a_quantity() -> None:
    assert state().quantity("weight") == parse("70 kg")
    assert state().quantity("sex") is None
    assert state(without=("weight",)).quantity("weight") is None


# Names and reasons


def test_what_is_lacking_is_named_with_the_reason_the_file_gives() -> None:
    given = state(
        "not_obtained: {weight: in a chair, ecg: refused}", without=("weight", "ecg", "height", "egfr_reported")
    )
    assert given.lacking(("weight", "sex", "height", "egfr_reported")) == "weight (in a chair), height"
    assert given.why_missing("ecg.av_block") == "ecg av block (refused)"
    assert given.why_missing("weight") == "weight (in a chair)"
    assert given.why_missing("knee_jerk.present") == "knee jerk present"
    assert given.get("weight") == Doubted("in a chair")
    assert given.get("height") == Doubted("not in the patient file")


def test_a_birth_date_in_words() -> None:
    assert state().born == "02-Apr-1957"
    assert state(without=("birth_date",)).born == "not known"


def test_a_list_asked_is_known_and_one_not_asked_is_not() -> None:
    asked = state("conditions: [hypertension]")
    assert [asked.get(name) for name in ("conditions", "medications", "allergies", "tried")] == [True] * 4
    assert [asked.is_unknown(name) for name in ("conditions", "medications", "allergies")] == [False] * 3
    bare = state(without=("conditions", "medications", "allergies"))
    for name in ("conditions", "medications", "allergies"):
        assert bare.is_unknown(name)
        assert bare.get(name) == Doubted("not asked: the key is absent from the patient file")


def test_a_list_with_words_nobody_understands_is_not_known() -> None:
    given = state("medications: [zzyzx]")
    assert [given.is_unknown(name) for name in ("conditions", "medications", "allergies")] == [False, True, False]
    assert not given.is_unknown("weight")
    assert state(without=("weight",)).is_unknown("weight")


# Lists


@pytest.mark.parametrize(
    ("entries", "truth"),
    [
        ("[]", "false"), ("[paracetamol]", "false"), ("[tramadol]", "true"), ("[zzyzx]", "unknown"),
        ("[zzyzx, tramadol]", "true"), ("[tramadol, zzyzx]", "true"), ("['paracetamol for years']", "false"),
        ("[paracetamol with tramadol]", "true"), ("[{name: zzyzx, stopped: 2020-01-01}]", "unknown"),
        ("[{name: tramadol, stopped: 2026-11-29}]", "true"), ("[{name: tramadol, stopped: 2026-11-28}]", "false"),
        ("[{name: tramadol, stopped: 2026-11-30}]", "true"),
    ],
)  # fmt: skip
def test_whether_a_drug_of_a_class_is_taken(entries: str, truth: Truth) -> None:
    given = state(f"medications: {entries}")
    assert given.among("medication", ("opioid", "digitalis")) == truth
    listed = given.holding("medication", ("opioid", "digitalis"))
    assert bool(listed) == (truth == "true")


@pytest.mark.parametrize(
    ("change", "which", "wanted", "truth"),
    [
        ("conditions: [{name: pregnancy, stopped: 2026-11-30}]", "condition", "pregnancy", "false"),
        ("conditions: [{name: pregnancy, stopped: 2026-12-01}]", "condition", "pregnancy", "true"),
        ("conditions: [{name: stroke, stopped: 2010-01-01}]", "condition", "stroke", "true"),
        ("allergies: [{name: latex, stopped: 2010-01-01}]", "allergy", "latex", "true"),
    ],
)
def test_what_ended_and_still_counts(change: str, which: str, wanted: str, truth: Truth) -> None:
    assert state(change).among(which, (wanted,)) == truth


def test_a_list_not_asked_is_unknown_and_holds_nothing() -> None:
    given = state(without=("medications",))
    assert given.among("medication", ("opioid",)) == "unknown"
    assert given.holding("medication", ("opioid",)) == ()


def test_what_is_held_is_named_as_written_and_only_while_it_counts() -> None:
    given = state("medications: [Tramadol 50 mg, {name: fentanyl, stopped: 2020-01-01}, paracetamol, zzyzx]")
    assert given.holding("medication", ("opioid",)) == ("Tramadol 50 mg",)


ECG = "ecg: {on: 2026-11-25, av_block: first, text: 'sinus rhythm, 1st-degree block', rhythm: atrial fibrillation}"


def test_words_of_the_ecg_count_among_the_conditions_alone() -> None:
    given = state(ECG, "conditions: [hypertension]")
    assert given.among("condition", ("heart-block",)) == "true"
    assert given.among("condition", ("first-degree-av-block",)) == "true"
    assert given.among("condition", ("pacemaker",)) == "false"
    assert given.among("medication", ("heart-block",)) == "false"
    assert given.holding("condition", ("heart-block",)) == ("1st-degree block (ECG)", "atrial fibrillation (ECG)")
    assert given.holding("condition", ("hypertension",)) == ("hypertension",)
    assert given.holding("medication", ("heart-block",)) == ()
    assert state(ECG, without=("conditions",)).among("condition", ("heart-block",)) == "true"


def test_a_term_has_its_own_id_its_classes_and_those_of_its_parts() -> None:
    given = state()
    assert given.has_class("tramadol", "opioid")
    assert given.has_class("tramadol", "tramadol")
    assert given.has_class("paracetamol-with-tramadol", "opioid")
    assert not given.has_class("paracetamol", "opioid")


def test_the_body_as_formulas_ask_for_it() -> None:
    body = state().body
    assert (body.weight, body.height, body.is_female, body.age) == (parse("70 kg"), parse("165 cm"), True, 69)
    assert body.creatinine_mg_dl is not None
    # 80 umol/L × 113.12 g/mol ÷ 10,000
    assert round(body.creatinine_mg_dl, 5) == Decimal("0.90496")
    assert state("sex: male").body.is_female is False
    empty = state(without=("weight", "height", "sex", "birth_date", "creatinine")).body
    assert (empty.weight, empty.height, empty.is_female, empty.age, empty.creatinine_mg_dl) == (None,) * 5


def test_what_was_worked_out_once_is_kept() -> None:
    given = state("medications: [tramadol]")
    for once in (
        lambda: given.computed("bmi"),
        lambda: given.entries("medications"),
        lambda: given.body,
        lambda: given.ecg,
    ):
        assert once() is once()
    assert given.get("weight") is given.get("weight")
    assert isinstance(given.get("bmi"), Quantity)


def test_a_reason_for_a_part_is_told_before_that_of_its_group() -> None:
    given = state("not_obtained: {ecg: refused, ecg.pr: paper torn}", without=("ecg",))
    assert (given.why_missing("ecg.pr"), given.why_missing("ecg.qtc")) == ("ecg pr (paper torn)", "ecg qtc (refused)")
