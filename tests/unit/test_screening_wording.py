"""Sentences of rules: what {value} and {bound} become, and what a finding carries over from its rule."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, fact, of, patient, screened

from assuage.finding import Finding
from assuage.rule import Applies, Condition, Rule, WhenUnknown
from assuage.screening import Formulas, State
from assuage.screening.wording import filled, label, rule_finding, unknown_finding
from assuage.sourced import Claim


def state(*changes: str, without: tuple[str, ...] = ()) -> State:
    given = patient(*changes, without=without)
    return State(given, DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog()))


# The example patient weighs 70 kg, is 165 cm tall and 69 years old.
HEAVY = Condition(fact="weight", above=fact("60 kg"))
LIGHT = Condition(fact="weight", below=fact("60 kg"))
TALL = Condition(fact="height", above=fact("160 cm"))
OLD = Condition(fact="age", at_least=fact("65 a"))
OPIOID = Condition(medication=("opioid",))
UNASKED = Condition(fact="ionised_magnesium", above=fact("1 mmol/L"))


@pytest.mark.parametrize(
    ("condition", "sentence", "said"),
    [
        (None, "As it {stands}: {value}.", "As it {stands}: {value}."),
        (HEAVY, "No place to fill.", "No place to fill."),
        (HEAVY, "Weight {value}, above {bound}.", "Weight 70 kg, above 60 kg."),
        (HEAVY, "Large: {value}.", "Large: weight 70 kg."),
        (Condition(any=(HEAVY, TALL)), "Large: {value}.", "Large: weight 70 kg, height 165 cm."),
        (Condition(any=(HEAVY, TALL)), "Above {bound}.", "Above 60 kg, 160 cm."),
        (Condition(any=(LIGHT, TALL)), "Body: {value}.", "Body: height 165 cm."),
        (Condition(any=(UNASKED, TALL)), "Body: {value}.", "Body: height 165 cm."),
        (Condition(any=(HEAVY, Condition(fact="weight", at_most=fact("80 kg")))), "Body: {value}.", "Body: weight 70 kg."),
        (Condition(fact="weight", at_least=fact("60 kg"), at_most=fact("80 kg")), "Within {bound}.", "Within 80 kg, 60 kg."),
        (Condition(fact="weight", above=fact("60 kg"), below=fact("80 kg")), "Within {bound}.", "Within 80 kg, 60 kg."),
        (Condition(all=(HEAVY, OLD)), "{value}, against {bound}.", "70 kg, 69 years, against 60 kg, 65 years."),
        (Condition(missing="ionised_magnesium"), "Missing: it{value}.", "Missing: it."),
    ],
)  # fmt: skip
def test_what_a_sentence_is_filled_with(condition: Condition | None, sentence: str, said: str) -> None:
    assert filled(sentence, condition, state()) == said


def test_a_true_part_of_a_combination_that_is_not_true_is_no_reason() -> None:
    untrue = Condition(all=(OLD, LIGHT))
    assert filled("Because: {value}.", Condition(any=(untrue, TALL)), state()) == "Because: height 165 cm."
    assert filled("Above {bound}.", Condition(any=(untrue, TALL)), state()) == "Above 160 cm."
    open_ = Condition(all=(OLD, UNASKED))
    assert filled("Because: {value}.", Condition(any=(open_, TALL)), state()) == "Because: height 165 cm."


def test_what_is_denied_is_no_reason() -> None:
    denied = Condition(not_=Condition(any=(LIGHT, Condition(all=(OLD, LIGHT)))))
    assert filled("Because: {value}.", Condition(all=(TALL, denied)), state()) == "Because: height 165 cm."


def test_a_sentence_that_takes_something_names_the_entries_alone() -> None:
    given = state("medications: [tramadol, fentanyl, paracetamol]")
    both = Condition(all=(OPIOID, HEAVY))
    assert filled("Takes {value}, weighs much.", both, given) == "Takes tramadol, fentanyl, weighs much."
    assert filled("Opioid and weight: {value}.", both, given) == "Opioid and weight: tramadol, fentanyl, weight 70 kg."


def test_entries_of_every_list_are_named_once_each() -> None:
    given = state("medications: [tramadol] & conditions: [hypertension] & allergies: [latex]")
    three = Condition(
        any=(OPIOID, Condition(condition=("cardiovascular-risk",)), Condition(allergy=("latex",)), Condition(medication=("tramadol",)))
    )  # fmt: skip
    assert filled("Has: {value}.", three, given) == "Has: tramadol, hypertension, latex."
    assert filled("Has {value}.", three, given) == "Has tramadol, hypertension, latex."


LIVER = "liver: {{on: 2026-11-25, child_pugh: {}}}"
ECG = "ecg: {{on: 2026-11-25, av_block: {}}}"


@pytest.mark.parametrize(
    ("change", "name", "word", "said"),
    [
        (LIVER.format("a"), "liver.child_pugh", "a", "Child-Pugh grade A"),
        (LIVER.format("b"), "liver.child_pugh", "b", "Child-Pugh grade B"),
        (LIVER.format("c"), "liver.child_pugh", "c", "Child-Pugh grade C"),
        (ECG.format("first"), "ecg.av_block", "first", "first degree AV block on the ECG"),
        (ECG.format("second"), "ecg.av_block", "second", "second degree AV block on the ECG"),
        (ECG.format("third"), "ecg.av_block", "third", "third degree AV block on the ECG"),
        (ECG.format("none"), "ecg.av_block", "none", "AV block on the ECG: none"),
        ("pregnancy: pregnant", "pregnancy", "pregnant", "recorded as pregnant"),
        ("urinary_symptoms: true", "urinary_symptoms", "true", "urinary symptoms"),
        ("urinary_symptoms: false", "urinary_symptoms", "false", "urinary symptoms: no"),
        ("urine: {on: 2026-11-27, normal: false}", "urine.normal", "false", "urine not normal"),
        ("urine: {on: 2026-11-27, normal: true}", "urine.normal", "true", "urine normal: yes"),
        ("setting: {kit: false}", "setting.kit", "false", "emergency kit"),
        ("setting: {airway: false}", "setting.airway", "false", "airway skills"),
        ("setting: {monitoring: false}", "setting.monitoring", "false", "continuous monitoring"),
        ("escort: false", "escort", "false", "no escort"),
        ("drives_home: true", "drives_home", "true", "the patient drives home"),
        ("sex: female", "sex", "female", "sex: female"),
    ],
)
def test_a_word_is_said_as_people_say_it(change: str, name: str, word: str, said: str) -> None:
    assert filled("Said: {value}.", Condition(fact=name, is_=(word,)), state(change)) == f"Said: {said}."


def test_a_sentence_that_names_its_fact_is_not_told_a_word() -> None:
    both = Condition(all=(HEAVY, Condition(fact="sex", is_=("female",))))
    assert filled("Weight {value}, and a woman.", both, state()) == "Weight 70 kg, and a woman."


@pytest.mark.parametrize(
    ("change", "name", "said"),
    [
        ("weight: {value: 154 lb, on: 2026-11-27}", "weight", "154 lb (69.85 kg)"),
        ("magnesium: {value: 4.9 mg/dL, on: 2026-11-25}", "magnesium", "4.9 mg/dL (2.02 mmol/L)"),
        ("magnesium: {value: 0.85 mmol/L, on: 2026-11-25}", "magnesium", "0.85 mmol/L"),
        ("sex: female", "renal", "64.8 mL/min (Cockcroft-Gault on actual weight)"),
        ("sex: female", "bmi", "25.7 kg/m2"),
    ],
)
def test_a_quantity_is_said_as_written_and_in_the_unit_it_is_compared_in(change: str, name: str, said: str) -> None:
    unit = {"weight": "kg", "magnesium": "mmol/L", "renal": "mL/min", "bmi": "kg/m2"}[name]
    assert filled("It is {value}.", Condition(fact=name, above=fact(f"0 {unit}")), state(change)) == f"It is {said}."


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("ecg", "ECG"), ("ecg.av_block", "AV block on the ECG"), ("ecg.text", "words of the ECG"),
        ("renal", "renal function"), ("alt", "ALT"), ("alp", "ALP"), ("ggt", "GGT"), ("bmi", "body mass index"),
        ("knee_jerk.present", "knee jerk"), ("liver.child_pugh", "Child-Pugh grade"),
        ("egfr_reported", "reported eGFR"), ("pain.dn4", "DN4"), ("urine.last_4h", "urine in the last 4 h"),
        ("urine.normal", "urine normal"), ("consent.off_label", "off-label consent"),
        ("setting.kit", "emergency kit"), ("setting.airway", "airway skills"),
        ("setting.monitoring", "continuous monitoring"), ("creatinine_doubled", "whether creatinine has doubled"),
        ("stop_bang", "STOP-Bang"), ("drives_home", "whether the patient drives home"), ("escort", "an escort"),
        ("sex", "sex"), ("conditions", "other conditions"), ("magnesium", "serum magnesium"),
        ("vitals.sbp", "systolic blood pressure"), ("substance_screen", "substance screen"),
        ("pain.since", "pain since"), ("creatinine.age", "creatinine age"), ("medications", "medications"),
    ],
)  # fmt: skip
def test_a_fact_has_a_name_for_people(name: str, said: str) -> None:
    assert label(name, state()) == said


RULE = Rule(
    "made", "T-1", Applies(), "stop", "dose", "Weight {value}.", "It matters.", "Weigh again.",
    authority=(Claim("a", "m1", "p. 1"), Claim("b", "m2", "p. 2"), Claim("c", "m1", "p. 3")),
    when=HEAVY,
    when_unknown=WhenUnknown("hold", "sign", "Not known: {value}.", "Find out.", "gap"),
    cause="danger",
)  # fmt: skip


def test_a_finding_says_what_its_rule_says() -> None:
    assert rule_finding(RULE, RULE.sentence, state=state()) == Finding(
        "made", "stop", "dose", "Weight 70 kg.", "It matters.", "Weigh again.", ("m1", "m2"), "danger", ()
    )


def test_a_finding_on_a_gap_says_what_its_rule_says_of_gaps() -> None:
    found = unknown_finding(RULE, ("weight", "ecg.av_block"), "(no scale)", state=state())
    assert found == Finding(
        "made", "hold", "sign", "Not known: weight, AV block on the ECG. (no scale)", "It matters.", "Find out.",
        ("m1", "m2"), "gap", (),
    )  # fmt: skip
    assert unknown_finding(RULE, ("weight",), "", state=state()).message == "Not known: weight."


def test_texts_that_say_otherwise_stand_in_the_reason_and_the_sources() -> None:
    conflicts = (Claim("not so", "m3", "p. 4"), Claim("nor this", "m1", "p. 5"))
    found = rule_finding(msgspec.structs.replace(RULE, conflicts=conflicts), RULE.sentence, state=state())
    assert found.reason == "It matters. Another text says otherwise: not so: p. 4 [m3]. nor this: p. 5 [m1]."
    assert found.sources == ("m1", "m2", "m3")


@pytest.mark.parametrize(
    ("plan", "rule", "change", "message"),
    [
        ("kim-2015-magnesium", "renal-recent-change", "medications: [furosemide] & creatinine: {value: 80 umol/L, on: 2026-11-22}",
         "Takes furosemide; creatinine is older than 7 days."),
        ("kim-2015-magnesium", "urine-low", "urine: {on: 2026-11-27, normal: false, last_4h: 90 mL}",
         "Too little urine: urine not normal, urine in the last 4 h 90 mL."),
        ("kim-2015-magnesium", "hypocalcaemia", "calcium: {value: 1.9 mmol/L, on: 2026-11-25}", "Low calcium: serum calcium 1.9 mmol/L."),
        ("kim-2015-magnesium", "pregnancy-magnesium", "pregnancy: pregnant", "Pregnant: recorded as pregnant."),
        ("kim-2015-ketamine", "midazolam-age-60", "conditions: [frailty]",
         "Older or frail: age 69 years, frailty. Any midazolam goes in smaller steps, to a lower total."),
        ("kim-2015-ketamine", "urinary-symptoms", "urinary_symptoms: true", "Bladder trouble: urinary symptoms."),
        ("kim-2015-ketamine", "monitoring-for-midazolam", "setting: {kit: true, monitoring: false, airway: true}",
         "Not in place: continuous monitoring."),
        ("liu-2018-lidocaine", "severe-liver-or-kidney-disease", "creatinine: {value: 180 umol/L, on: 2026-11-25}",
         "Severe liver or kidney disease: renal function 26.6 mL/min (CKD-EPI 2021 (creatinine), de-indexed by DuBois body surface area)."),
    ],
)  # fmt: skip
def test_sentences_of_the_catalog_as_they_read(plan: str, rule: str, change: str, message: str) -> None:
    found = of(screened(plan, *change.split(" & ")), rule)
    assert found is not None
    assert message in found.message
