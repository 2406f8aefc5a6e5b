"""Findings on facts that cannot be used or that contradict each other, word for word as a clinician reads them."""

from __future__ import annotations

import datetime as dt

import msgspec
import pytest
from tests.spec.given import DAY, DAYS, catalog, clinic, of, patient, rules_of, screened

from assuage.finding import Blocks, Finding, Severity
from assuage.screening import Formulas, Screening, State, screen
from assuage.screening.doubts import contradictions, doubt_finding, later_doubts, no_age_limit, renal_estimates
from assuage.screening.scope import scope_of
from assuage.screening.state import Doubted

MAGNESIUM, KETAMINE, LIDOCAINE = "kim-2015-magnesium", "kim-2015-ketamine", "liu-2018-lidocaine"
VITALS = "vitals: {{on: 2026-11-27, bp: {} mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %}}"


def state(*changes: str, without: tuple[str, ...] = (), day: dt.date = DAY) -> State:
    given = patient(*changes, without=without)
    return State(given, day, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


def contradiction(name: str, message: str, resolve: str, blocks: Blocks = "dose") -> Finding:
    reason = "Two entries cannot both be true, so neither is relied on."
    return Finding(f"contradictory-{name}", "hold", blocks, message, reason, resolve, ("editors",))


# A fact that stands in the file and cannot be used


@pytest.mark.parametrize(
    ("name", "doubt", "said"),
    [
        ("height", Doubted("It is short.", "implausible"), "Height is implausible: It is short."),
        ("weight", Doubted("from 01-Nov-2026", "stale"), "Weight is too old: from 01-Nov-2026."),
        ("ecg", Doubted("dated 01-Dec-2026", "later"), "ECG lies in the future: dated 01-Dec-2026."),
        ("magnesium", Doubted("both", "contradictory"), "Serum magnesium is contradicted: both."),
        ("bmi", Doubted("no", "implausible"), "Body mass index is implausible: no."),
        ("knee_jerk.present", Doubted("old", "stale"), "Knee jerk is too old: old."),
    ],
)
def test_what_is_wrong_with_a_fact_is_said_in_words(name: str, doubt: Doubted, said: str) -> None:
    assert doubt_finding(name, doubt, state=state()).message == said


def test_a_fact_that_cannot_be_used_is_a_finding_of_these_words() -> None:
    assert doubt_finding("weight", Doubted("from 22-Nov-2026", "stale"), state=state()) == Finding(
        rule="not-usable-weight",
        severity="hold",
        blocks="dose",
        message="Weight is too old: from 22-Nov-2026.",
        reason="A value that cannot be trusted is not known, and not known is never taken for normal.",
        resolve="Measure it again, or correct the entry and its date.",
        sources=("editors",),
        cause="fact-weight",
    )


@pytest.mark.parametrize(
    ("names", "blocks"),
    [
        ("weight height creatinine magnesium ecg ecg.pr liver egfr_reported age bmi", "dose"),
        ("vitals vitals.rr knee_jerk knee_jerk.present urine setting setting.kit escort drives_home", "start"),
        (
            "alt alp ggt consent pain pain.duration stop_bang calcium potassium psychosis_screen substance_screen"
            " urinary_symptoms",
            "sign",
        ),
    ],
)
def test_what_a_fact_that_cannot_be_used_blocks(names: str, blocks: Blocks) -> None:
    found = [doubt_finding(name, Doubted("old", "stale"), state=state()) for name in names.split()]
    assert [one.blocks for one in found] == [blocks] * len(found)


@pytest.mark.parametrize(
    ("name", "cause"),
    [
        ("alt", "fact-liver"),
        ("alp", "fact-liver"),
        ("ggt", "fact-liver"),
        ("liver", "fact-liver"),
        ("ecg.pr", "fact-ecg"),
    ],
)
def test_doubts_of_one_kind_have_one_cause(name: str, cause: str) -> None:
    assert doubt_finding(name, Doubted("old", "stale"), state=state()).cause == cause


# Soon too old


def renewals(*changes: str, days: tuple[dt.date, ...] = DAYS) -> list[Finding]:
    return later_doubts(state(*changes), days, scope_of(catalog().regimen(MAGNESIUM), catalog()))


def test_a_fact_soon_too_old_names_the_infusions_it_will_not_do_for() -> None:
    assert renewals("magnesium: {value: 0.85 mmol/L, on: 2026-11-01}") == [
        Finding(
            rule="renew-magnesium",
            severity="hold",
            blocks="start",
            message="Serum magnesium from 01-Nov-2026 will be too old for infusion 2 on 02-Dec-2026,"
            " infusion 3 on 04-Dec-2026.",
            reason="Ages of facts are judged at each infusion's start.",
            resolve="Record serum magnesium again before that infusion.",
            sources=("editors",),
            cause="renew-before-later-infusions",
        )
    ]


def test_a_fact_is_soon_too_old_only_for_the_infusions_after_its_last_day() -> None:
    # The limit is 30 days: a creatinine of 02-Nov-2026 counts on 02-Dec-2026 and not on 04-Dec-2026.
    (found,) = renewals("creatinine: {value: 80 umol/L, on: 2026-11-02}")
    assert found.message == "Creatinine from 02-Nov-2026 will be too old for infusion 3 on 04-Dec-2026."
    assert renewals("creatinine: {value: 80 umol/L, on: 2026-11-04}") == []


def test_an_ecg_soon_too_old_is_told_once_and_by_its_name() -> None:
    found = renewals("ecg: {on: 2026-06-03, av_block: none, pr: 160 ms, qtc: 420 ms}")
    assert [one.rule for one in found] == ["renew-ecg"]
    assert (
        found[0].message
        == "ECG from 03-Jun-2026 will be too old for infusion 2 on 02-Dec-2026, infusion 3 on 04-Dec-2026."
    )


def test_several_facts_soon_too_old_are_each_told_also_after_one_that_is_already_or_has_no_date() -> None:
    old = "weight: {value: 70 kg, on: 2026-10-01}"
    found = renewals(
        old, "creatinine: {value: 80 umol/L, on: 2026-11-01}", "magnesium: {value: 0.85 mmol/L, on: 2026-11-01}"
    )
    assert {one.rule for one in found} == {"renew-creatinine", "renew-magnesium"}


def test_facts_soon_too_old_are_one_finding_of_the_screening() -> None:
    found = of(
        screened(
            MAGNESIUM,
            "creatinine: {value: 80 umol/L, on: 2026-11-01}",
            "magnesium: {value: 0.85 mmol/L, on: 2026-11-01}",
        ),
        "renew-magnesium",
    )
    assert found is not None
    assert set(found.merged) == {"renew-creatinine", "renew-magnesium"}


# Age limits that the clinic does not give


def test_age_limits_that_are_not_set_are_named_once_each() -> None:
    profile = msgspec.structs.replace(clinic(), stale_after={"weight": clinic().stale_after["weight"]})
    given = State(patient(), DAY, catalog=catalog(), clinic=profile, formulas=Formulas.of(catalog()))
    assert no_age_limit(given, scope_of(catalog().regimen(KETAMINE), catalog())) == [
        Finding(
            "age-limit-not-set", "hold", "dose",
            "example-clinic does not say how old these may be: vitals, liver, ecg.",
            "Without a limit a fact would count for ever.",
            "Set `stale_after` for vitals, liver, ecg in the clinic profile.",
            ("editors",),
        )
    ]  # fmt: skip


def test_age_limits_that_are_set_are_not_told() -> None:
    assert no_age_limit(state(), scope_of(catalog().regimen(MAGNESIUM), catalog())) == []


# Estimates of renal function


def test_estimates_on_two_sides_of_a_bound_are_told_in_full() -> None:
    given = state('egfr_reported: {value: "58 mL/min/{1.73_m2}", on: 2026-11-25}')
    assert renal_estimates(given, scope_of(catalog().regimen(MAGNESIUM), catalog())) == [
        Finding(
            rule="renal-estimates-disagree",
            severity="warn",
            blocks="none",
            message="Estimates of renal function stand on both sides of 60 mL/min: "
            "70.3 mL/min (CKD-EPI 2021 (creatinine), de-indexed by DuBois body surface area); "
            "64.8 mL/min (Cockcroft-Gault on actual weight); 58 mL/min (as the laboratory reported it); "
            "59.4 mL/min (as reported, for this body's surface). The lowest decides.",
            reason="Formulas differ, and none is right for every body.",
            resolve="Think which fits this patient; cystatin C or a measured clearance can settle it.",
            sources=("editors",),
            cause="renal-function",
        )
    ]


def test_estimates_on_one_side_of_every_bound_are_not_told() -> None:
    scope = scope_of(catalog().regimen(MAGNESIUM), catalog())
    assert renal_estimates(state(), scope) == []
    assert renal_estimates(state(without=("creatinine",)), scope) == []


# Contradictions


def test_an_allergy_list_that_says_none_and_names_some() -> None:
    assert contradictions(state("allergies: [NKDA, latex]")) == [
        contradiction(
            "allergies", "The allergy list says none and names some: “NKDA”, “latex”.", "Ask the patient again."
        )
    ]


@pytest.mark.parametrize("listed", ["[]", "[NKDA]", "[NKDA, no known allergies]", "[latex]", "[latex, penicillin]"])
def test_an_allergy_list_that_agrees_with_itself(listed: str) -> None:
    assert contradictions(state(f"allergies: {listed}")) == []
    assert contradictions(state(without=("allergies",))) == []


def test_an_av_block_that_is_no_other_heart_block_needs_its_degree() -> None:
    term = msgspec.structs.replace(catalog().terms["asthma"], id="made", name="made block", classes=("av-block",))
    changed = msgspec.structs.replace(catalog(), terms={**catalog().terms, "made": term})
    given = patient("ecg: {on: 2026-11-25, pr: 160 ms, text: made block}")
    found = contradictions(State(given, DAY, catalog=changed, clinic=clinic(), formulas=Formulas.of(changed)))
    assert [one.rule for one in found] == ["contradictory-ecg"]


@pytest.mark.parametrize(
    ("block", "text", "said"),
    [
        ("none", "1st-degree block", "name first degree AV block, but av_block is recorded as none"),
        ("none", "complete heart block; 1st-degree block", "name complete heart block, first degree AV block, but av_block is recorded as none"),
        ("none", "1st-degree block; complete heart block", "name complete heart block, first degree AV block, but av_block is recorded as none"),
        ("", "right bundle branch block", "name right bundle branch block, but no degree of AV block is recorded"),
        ("", "1st-degree block", "name first degree AV block, but no degree of AV block is recorded"),
        ("first", "no first degree AV block", "deny first degree AV block, but av_block is recorded as first"),
        ("second", "no right bundle branch block", "deny right bundle branch block, but av_block is recorded as second"),
    ],
)  # fmt: skip
def test_the_words_of_an_ecg_against_the_recorded_degree(block: str, text: str, said: str) -> None:
    degree = f"av_block: {block}, " if block else ""
    given = state(f"ecg: {{on: 2026-11-25, {degree}pr: 160 ms, qrs: 90 ms, qtc: 420 ms, text: '{text}'}}")
    resolve = "Read the ECG again and record the degree of block."
    assert contradictions(given) == [contradiction("ecg", f"The ECG's words {said}.", resolve)]


@pytest.mark.parametrize(
    ("block", "text"),
    [("none", "right bundle branch block"), ("none", "no complete heart block"), ("third", "complete heart block"),
     ("", "no first degree AV block"), ("none", "hypertension"), ("", "hypertension"), ("first", "no hypertension")],
)  # fmt: skip
def test_words_of_an_ecg_that_agree_with_the_recorded_degree(block: str, text: str) -> None:
    degree = f"av_block: {block}, " if block else ""
    assert contradictions(state(f"ecg: {{on: 2026-11-25, {degree}pr: 160 ms, text: '{text}'}}")) == []


def test_a_degree_that_is_too_old_is_not_said_to_be_missing() -> None:
    given = state("ecg: {on: 2020-11-25, av_block: third, text: complete heart block}")
    said = "The ECG's words name complete heart block, but no degree of AV block that can be relied on is recorded."
    assert [one.message for one in contradictions(given)] == [said]


def test_a_man_recorded_as_pregnant() -> None:
    assert contradictions(state("sex: male & pregnancy: pregnant")) == [
        contradiction("pregnancy", "Recorded as male and pregnant.", "Correct the sex or the pregnancy entry.")
    ]


@pytest.mark.parametrize(
    ("changes", "without"),
    [("sex: female & pregnancy: pregnant", ()), ("sex: male & pregnancy: not-pregnant", ()), ("sex: male", ("pregnancy",)),
     ("pregnancy: pregnant", ("sex",))],
)  # fmt: skip
def test_a_sex_and_a_pregnancy_that_agree(changes: str, without: tuple[str, ...]) -> None:
    assert contradictions(state(changes, without=without)) == []


def test_a_grade_without_a_disease_blocks_the_signature() -> None:
    assert contradictions(state("liver: {on: 2026-11-25, child_pugh: a}")) == [
        contradiction("liver", "A Child-Pugh grade is recorded, and no liver disease is listed.",
                      "Add the disease, or remove the grade.", "sign")
    ]  # fmt: skip


@pytest.mark.parametrize(
    "disease",
    [
        "hepatitis",
        "cirrhosis",
        "moderate liver impairment",
        "severe liver impairment",
        "hepatic encephalopathy",
        "zzyzx",
    ],
)
def test_a_grade_beside_a_disease_is_none(disease: str) -> None:
    assert contradictions(state(f"liver: {{on: 2026-11-25, child_pugh: a}} & conditions: [{disease}]")) == []


@pytest.mark.parametrize(
    ("class_", "name"),
    [
        ("moderate-liver-disease", "m"),
        ("severe-liver-disease", "s"),
        ("hepatic-failure", "h"),
        ("cirrhosis", "c"),
        ("liver-disease", "l"),
    ],
)
def test_a_grade_beside_a_class_of_liver_disease_is_none(class_: str, name: str) -> None:
    """Also where a term carries that class alone."""
    term = msgspec.structs.replace(catalog().terms["asthma"], id=name, name=f"made {name}", classes=(class_,))
    changed = msgspec.structs.replace(catalog(), terms={**catalog().terms, name: term})
    given = patient(f"liver: {{on: 2026-11-25, child_pugh: a}} & conditions: [made {name}]")
    assert contradictions(State(given, DAY, catalog=changed, clinic=clinic(), formulas=Formulas.of(changed))) == []


@pytest.mark.parametrize(("pressure", "upper", "lower"), [("78/132", 78, 132), ("120/120", 120, 120)])
def test_a_blood_pressure_upside_down(pressure: str, upper: int, lower: int) -> None:
    told = f"Blood pressure {upper} mm Hg systolic, {lower} mm Hg diastolic: the second must be below the first."
    assert contradictions(state(VITALS.format(pressure))) == [
        contradiction("pressure", told, "Measure again.", "start")
    ]


def test_half_a_blood_pressure_contradicts_nothing() -> None:
    for part in ("sbp: 60 mm[Hg]", "dbp: 150 mm[Hg]"):
        assert contradictions(state(f"vitals: {{on: 2026-11-27, {part}}}")) == []


# Told once


def screened_late(*changes: str) -> Screening:
    """The vital signs of this patient were taken too long ago."""
    old = "vitals: {on: 2026-10-27, bp: 132/78 mm[Hg], hr: 72 /min, rr: 16 /min, spo2: 97 %}"
    return screened(MAGNESIUM, old, *changes)


def test_parts_of_a_group_that_share_its_doubt_are_told_once() -> None:
    said = rules_of(screened_late())
    assert "not-usable-vitals" in said
    assert not {rule for rule in said if rule.startswith("not-usable-vitals.")}


def test_a_part_of_a_group_with_a_doubt_of_its_own_is_told_alone() -> None:
    wild = "vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], hr: 400 /min, rr: 16 /min, spo2: 97 %}"
    found = of(screened(MAGNESIUM, wild), "not-usable-vitals.hr")
    assert found is not None
    said = "Heart rate is implausible: 400/min is outside 25/min to 220/min. Check the value and its unit."
    assert said in found.message
    assert (found.severity, found.blocks) == ("hold", "start")
    assert "not-usable-vitals" not in rules_of(screened(MAGNESIUM, wild))


@pytest.mark.parametrize(("on", "severity"), [("2026-12-01", "hold")])
def test_a_fact_dated_after_the_infusion_lies_in_the_future(on: str, severity: Severity) -> None:
    found = of(screened(MAGNESIUM, f"potassium: {{value: 4.2 mmol/L, on: {on}}}"), "not-usable-potassium")
    assert found is not None
    assert (found.severity, found.blocks) == (severity, "sign")
    assert "Serum potassium lies in the future: dated 01-Dec-2026, after 30-Nov-2026." in found.message


def test_contradictions_and_disagreements_reach_the_screening() -> None:
    changes = "allergies: [NKDA, latex] & sex: male & pregnancy: pregnant"
    regimen = catalog().regimen(KETAMINE)
    found = screen(patient(changes), regimen, catalog=catalog(), clinic=clinic(), days=(DAY,))
    assert {"contradictory-allergies", "contradictory-pregnancy"} <= rules_of(found)
