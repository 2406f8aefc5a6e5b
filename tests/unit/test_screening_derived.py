"""Facts that follow from others: their values, and what is said of one that cannot be had."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, patient

from assuage.patient import Value
from assuage.quantity import Quantity, parse
from assuage.screening import Formulas, State, show_date
from assuage.screening.derived import estimates
from assuage.screening.truth import Doubted

LOW = "creatinine: {value: 200 umol/L, on: 2026-11-25}"


def state(*changes: str, without: tuple[str, ...] = (), day: dt.date = DAY) -> State:
    given = patient(*changes, without=without)
    return State(given, day, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


@pytest.mark.parametrize(
    ("name", "value"),
    [("age", "69 a"), ("bmi", "25.7 kg/m2"), ("renal", "64.8 mL/min"), ("creatinine.age", "5 d"),
     ("ideal_weight", "56.9 kg"), ("adjusted_weight", "62.1 kg"), ("lean_weight", "43.1 kg"),
     ("egfr", "70.3 mL/min"), ("crcl", "64.8 mL/min"), ("egfr_indexed", "68.7 mL/min/{1.73_m2}")],
)  # fmt: skip
def test_what_follows_for_the_example(name: str, value: str) -> None:
    assert state().get(name) == parse(value)


@pytest.mark.parametrize(
    ("name", "without", "reason"),
    [
        ("age", "birth_date", "it cannot be computed without birth date"),
        ("bmi", "weight", "it cannot be computed without weight"),
        ("bmi", "height", "it cannot be computed without height"),
        ("egfr", "creatinine", "it cannot be computed without creatinine"),
        ("egfr_indexed", "sex", "it cannot be computed without sex"),
        ("lean_weight", "sex", "it cannot be computed without sex"),
        ("adjusted_weight", "weight", "it cannot be computed without weight"),
        ("ideal_weight", "height", "it cannot be computed without height"),
        ("crcl", "birth_date", "it cannot be computed without age"),
        ("renal", "weight", "it cannot be computed without weight"),
        ("renal", "creatinine", "it cannot be computed without creatinine"),
        ("renal", "sex", "it cannot be computed without sex"),
        ("renal", "birth_date", "it cannot be computed without age"),
        ("creatinine.age", "creatinine", "creatinine is not known"),
        ("creatinine_doubled", "creatinine", "creatinine is not known"),
        ("pain.duration", "pain", "not in the patient file"),
        ("pain.diagnosis", "pain", "not in the patient file"),
        ("pregnancy", "pregnancy", "not in the patient file"),
    ],
)  # fmt: skip
def test_what_is_lacking_is_named(name: str, without: str, reason: str) -> None:
    assert state(without=(without,)).get(name) == Doubted(reason)


def test_the_reason_the_file_gives_is_told() -> None:
    given = state("not_obtained: {birth_date: no papers}", without=("birth_date",))
    assert given.get("age") == Doubted("it cannot be computed without birth date (no papers)")


@pytest.mark.parametrize(
    ("born", "found"),
    [
        ("2008-11-30", parse("18 a")),
        ("2008-12-01", Doubted("born 01-Dec-2008: 17 years is outside 18 years to 110 years. Check the birth date.", "implausible")),
        ("1916-11-30", parse("110 a")),
        ("1915-11-30", Doubted("born 30-Nov-1915: 111 years is outside 18 years to 110 years. Check the birth date.", "implausible")),
    ],
)  # fmt: skip
def test_an_age_on_either_side_of_what_is_plausible(born: str, found: Value | Doubted) -> None:
    assert state(f"birth_date: {born}").get("age") == found


def test_a_body_mass_index_nobody_has_shows_its_working() -> None:
    # 154 ÷ 1.65² = 56.57
    slip = "A weight in pounds typed as kilograms gives a body mass index like this."
    reason = f"154 kg ÷ (1.65 m)² = 56.6 kg/m2; 56.6 kg/m2 is outside 12 kg/m2 to 55 kg/m2. {slip}"
    assert state("weight: {value: 154 kg, on: 2026-11-27}").get("bmi") == Doubted(reason, "implausible")


# Renal function

DEINDEXED = "CKD-EPI 2021 (creatinine), de-indexed by DuBois body surface area"
ACTUAL = "Cockcroft-Gault on actual weight"
LABORATORY, SURFACE = "as the laboratory reported it", "as reported, for this body's surface"


@pytest.mark.parametrize(
    ("changes", "without", "found"),
    [
        ((), (), {DEINDEXED: "70.3", ACTUAL: "64.8"}),
        ((), ("height",), {ACTUAL: "64.8"}),
        ((), ("creatinine",), {}),
        (("egfr_reported: {value: 58 mL/min, on: 2026-11-25}",), ("creatinine",), {LABORATORY: "58"}),
        # 58 × 1.771 ÷ 1.73 = 59.4
        (('egfr_reported: {value: "58 mL/min/{1.73_m2}", on: 2026-11-25}',), ("creatinine",), {LABORATORY: "58", SURFACE: "59.4"}),
        (('egfr_reported: {value: "58 mL/min/{1.73_m2}", on: 2026-11-25}',), ("creatinine", "height"), {LABORATORY: "58"}),
        (("egfr_reported: {value: 58 mL/min, on: 2025-11-25}",), ("creatinine",), {}),
    ],
)  # fmt: skip
def test_every_estimate_there_is_by_its_name(
    changes: tuple[str, ...], without: tuple[str, ...], found: dict[str, str]
) -> None:
    expected = {name: Quantity(Decimal(value), "mL/min") for name, value in found.items()}
    assert estimates(state(*changes, without=without)) == expected


def test_the_lowest_estimate_decides() -> None:
    assert state("egfr_reported: {value: 58 mL/min, on: 2026-11-25}").get("renal") == parse("58 mL/min")
    assert state("egfr_reported: {value: 90 mL/min, on: 2026-11-25}").get("renal") == parse("64.8 mL/min")


def test_an_estimate_beside_one_that_could_not_be_made_is_a_ceiling() -> None:
    reason = "it cannot be computed without height"
    assert state(without=("height",)).get("renal") == Doubted(reason, at_most=parse("64.8 mL/min"))
    reported = "egfr_reported: {value: 58 mL/min, on: 2026-11-25}"
    assert state(reported, without=("creatinine",)).get("renal") == Doubted(
        "it cannot be computed without creatinine", at_most=parse("58 mL/min")
    )


# Creatinine


def doubled(now: str, *before: tuple[str, str]) -> Value | object:
    """Whether a creatinine of 25-Nov-2026 is twice one before it, each a value and its day."""
    history = ", ".join(f"{{value: {value}, on: {on}}}" for value, on in before)
    return state(f"creatinine: {{value: {now}, on: 2026-11-25, history: [{history}]}}").get("creatinine_doubled")


def test_creatinine_has_doubled_at_twice_a_value_of_two_days() -> None:
    assert doubled("80 umol/L", ("40 umol/L", "2026-11-23")) is True
    assert doubled("80 umol/L", ("40.1 umol/L", "2026-11-23")) is False
    assert doubled("80 umol/L", ("40 umol/L", "2026-11-22")) is False
    assert doubled("80 umol/L") is False
    assert doubled("90 umol/L", ("40 umol/L", "2026-11-23")) is True
    assert doubled("80 umol/L", ("70 umol/L", "2026-11-24"), ("40 umol/L", "2026-11-23")) is True
    # 0.45 mg/dL = 39.8 umol/L
    assert doubled("80 umol/L", ("0.45 mg/dL", "2026-11-24")) is True


def test_a_creatinine_without_a_date_tells_no_age_and_no_doubling() -> None:
    given = state()
    fact = msgspec.structs.replace(given.patient.facts["creatinine"], on=None)
    loose = msgspec.structs.replace(clinic(), stale_after={})
    changed = msgspec.structs.replace(given.patient, facts={**given.patient.facts, "creatinine": fact})
    undated = State(changed, DAY, catalog=catalog(), clinic=loose, formulas=Formulas.of(catalog()))
    assert undated.get("creatinine") == parse("80 umol/L")
    assert undated.get("creatinine.age") == Doubted("creatinine is not known")
    assert undated.get("creatinine_doubled") == Doubted("creatinine is not known")


def test_a_creatinine_that_cannot_be_used_tells_no_age_and_no_doubling() -> None:
    old = state("creatinine: {value: 80 umol/L, on: 2026-10-01, history: [{value: 40 umol/L, on: 2026-09-30}]}")
    assert old.get("creatinine.age") == Doubted("creatinine is not known")
    assert old.get("creatinine_doubled") == Doubted("creatinine is not known")


# Pain, pregnancy, liver


def pain(since: str) -> State:
    return state(
        f"pain: {{diagnosis: postherpetic neuralgia, since: {since}, score: {{scale: nrs-0-10, value: 8, on: 2026-11-27}}}}"
    )


def test_pain_has_lasted_since_its_first_day() -> None:
    assert pain("2026-11-30").get("pain.duration") == Quantity(Decimal(0), "mo")
    # A month is 30.4375 days: 487 days are 16 months.
    assert pain("2025-07-31").get("pain.duration") == Quantity(Decimal(16), "mo")
    late = pain("2026-12-01")
    place = late.patient.facts["pain.since"].place
    assert late.get("pain.duration") == Doubted("it began on 01-Dec-2026, after 30-Nov-2026", "later", place)


def test_a_diagnosis_is_its_term_or_the_words_as_they_stand() -> None:
    assert pain("2025-11-01").get("pain.diagnosis") == "postherpetic-neuralgia"
    score = "score: {scale: nrs-0-10, value: 8, on: 2026-11-27}"
    assert state(f"pain: {{diagnosis: nerve trouble, {score}}}").get("pain.diagnosis") == "nerve trouble"
    assert state(f"pain: {{diagnosis: warfarin, {score}}}").get("pain.diagnosis") == "warfarin"


def test_pregnancy_does_not_arise_in_a_man() -> None:
    assert state("sex: male", without=("pregnancy",)).get("pregnancy") == "not-applicable"
    assert state("sex: male & pregnancy: pregnant").get("pregnancy") == "pregnant"
    assert state("pregnancy: not-pregnant").get("pregnancy") == "not-pregnant"
    assert state(without=("pregnancy", "sex")).get("pregnancy") == Doubted("not in the patient file")


@pytest.mark.parametrize(
    ("conditions", "grade", "found"),
    [
        ("[]", "", "not-applicable"), ("[hypertension]", "", "not-applicable"), ("[]", "c", "c"), ("[cirrhosis]", "b", "b"),
        ("[cirrhosis]", "", Doubted("not in the patient file")), ("[hepatitis]", "", Doubted("not in the patient file")),
        ("[zzyzx]", "", Doubted("not in the patient file")), ("[moderate liver impairment]", "", "not-applicable"),
        ("[severe liver impairment]", "", "not-applicable"), ("[hepatic encephalopathy]", "", "not-applicable"),
        ("[zzyzx, severe liver impairment]", "", "not-applicable"),
    ],
)  # fmt: skip
def test_a_grade_is_asked_only_of_a_liver_disease_that_none_is_told_of(
    conditions: str, grade: str, found: object
) -> None:
    liver = (f"liver: {{on: 2026-11-25, child_pugh: {grade}}}",) if grade else ()
    assert state(f"conditions: {conditions}", *liver).get("liver.child_pugh") == found


def test_the_reason_for_having_no_grade_is_told() -> None:
    given = state("conditions: [cirrhosis] & not_obtained: {liver.child_pugh: albumin pending}")
    assert given.get("liver.child_pugh") == Doubted("albumin pending")


@pytest.mark.parametrize("name", ["liver-disease", "cirrhosis"])
def test_a_class_of_liver_disease_alone_asks_for_a_grade(name: str) -> None:
    term = msgspec.structs.replace(catalog().terms["asthma"], id="made", name="made up", classes=(name,))
    changed = msgspec.structs.replace(catalog(), terms={**catalog().terms, "made": term})
    given = State(
        patient("conditions: [made up]"), DAY, catalog=changed, clinic=clinic(), formulas=Formulas.of(changed)
    )
    assert given.get("liver.child_pugh") == Doubted("not in the patient file")


@pytest.mark.parametrize(
    ("month", "name"),
    list(enumerate("Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split(), 1)),
)
def test_a_date_no_one_can_misread(month: int, name: str) -> None:
    assert show_date(dt.date(2026, month, 3)) == f"03-{name}-2026"
