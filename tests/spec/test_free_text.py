"""Words in lists and reports: understood, held with the nearest names, or put before a person; never ignored."""

from __future__ import annotations

import pytest
from tests.spec.given import blocks_dose, of, rules_of, screened

MAGNESIUM, KETAMINE, LIDOCAINE = "kim-2015-magnesium", "kim-2015-ketamine", "liu-2018-lidocaine"


def held(plan: str, rule: str, change: str) -> str:
    """What is said of words that were not understood; the dose must be blocked."""
    screening = screened(plan, change)
    found = of(screening, rule)
    assert found is not None
    assert (found.rule, found.severity, found.blocks) == (rule, "hold", "dose")
    return found.message


# Drugs


def test_a_brand_misspelt_or_unknown_holds_with_the_nearest_names() -> None:
    assert "perhaps digoxin" in held(MAGNESIUM, "medications-not-understood", "medications: [digoxine]")


def test_the_rules_that_could_not_be_judged_stand_on_the_words_that_hide_them() -> None:
    found = of(screened(MAGNESIUM, "medications: [zzyzx]"), "digoxin")
    assert found is not None
    assert found.rule == "medications-not-understood"


def test_a_known_misspelling_is_read_and_said() -> None:
    screening = screened(MAGNESIUM, "medications: [pregabaline]")
    found = of(screening, "medications-misspelt-pregabalin")
    assert found is not None
    assert "read as pregabalin" in found.message
    assert not blocks_dose(screening)


def test_a_combination_carries_the_classes_of_its_parts() -> None:
    assert "sedative-with-magnesium" in rules_of(screened(MAGNESIUM, "medications: [paracetamol with tramadol]"))


def test_a_patch_is_told_from_an_infusion() -> None:
    said = rules_of(screened(LIDOCAINE, "medications: [lidocaine 5 % plaster]"))
    assert "topical-local-anaesthetic" in said


@pytest.mark.parametrize("words", ["paracetamol since last year", "paracetamol for years, mild"])
def test_words_that_cannot_matter_block_the_signature_only(words: str) -> None:
    screening = screened(MAGNESIUM, f"medications: ['{words}']")
    found = of(screening, "medications-not-fully-understood")
    assert found is not None
    assert (found.severity, found.blocks) == ("hold", "sign")
    assert not blocks_dose(screening)
    assert screening.not_checked == ()


@pytest.mark.parametrize(
    "words",
    [
        "paracetamol or digoxin",  # names a drug that a rule asks for
        "paracetamol and lanoxxin",  # a word that is no plain word could be any drug
        "since last year",  # names nothing known
        "paracetamol with tramadol or not",  # names a combination that contains an opioid
        "warfarin since last year",  # carries a class, though no rule asks for it
    ],
)
def test_words_that_could_matter_block_the_dose(words: str) -> None:
    held(MAGNESIUM, "medications-not-understood", f"medications: ['{words}']")


@pytest.mark.parametrize(
    ("stopped", "counts"),
    [
        ("stopped: 2026-11-17", True),  # 13 days before: within the 14 days of its wash-out
        ("stopped: 2026-11-16", False),  # 14 days before
        ("stopped: date-not-known", True),
        ("stopped: true", True),
        ("stopped: 2026-12-05", True),  # still taken on the day
    ],
)
def test_a_stopped_drug_counts_until_its_wash_out_is_over(stopped: str, counts: bool) -> None:
    said = rules_of(screened(KETAMINE, f"medications: [{{name: phenelzine, {stopped}}}]"))
    assert ("maoi" in said) == counts


def test_a_drug_past_its_wash_out_is_not_told() -> None:
    found = of(
        screened(MAGNESIUM, "medications: [tramadol, {name: zopiclone, stopped: 2026-01-01}]"),
        "sedative-with-magnesium",
    )
    assert found is not None
    assert "tramadol" in found.message
    assert "zopiclone" not in found.message


def test_a_wash_out_of_months_is_kept() -> None:
    assert "antiarrhythmic" in rules_of(screened(LIDOCAINE, "medications: [{name: amiodarone, stopped: 2026-07-01}]"))
    assert "antiarrhythmic" not in rules_of(
        screened(LIDOCAINE, "medications: [{name: amiodarone, stopped: 2026-05-01}]")
    )


def test_a_combination_washes_out_with_its_slowest_part() -> None:
    both = "medications: [{{name: lidocaine with adrenaline, stopped: {}}}]"
    assert "antiarrhythmic" in rules_of(screened(LIDOCAINE, both.format("2026-07-01")))


def test_a_drug_whose_wash_out_nobody_states_counts_for_two_weeks() -> None:
    assert "digoxin" in rules_of(screened(MAGNESIUM, "medications: [{name: digoxin, stopped: 2026-11-17}]"))
    assert "digoxin" not in rules_of(screened(MAGNESIUM, "medications: [{name: digoxin, stopped: 2026-11-16}]"))


def test_treatments_tried_block_the_signature_at_most() -> None:
    pain = "pain: {diagnosis: postherpetic neuralgia, score: {scale: nrs-0-10, value: 8, on: 2026-11-27}, tried: [scrambler]}"
    screening = screened(MAGNESIUM, pain)
    found = of(screening, "tried-not-fully-understood")
    assert found is not None
    assert found.blocks == "sign"
    assert not blocks_dose(screening)


def test_a_diagnosis_not_understood_blocks_the_signature() -> None:
    pain = "pain: {diagnosis: nerve trouble, score: {scale: nrs-0-10, value: 8, on: 2026-11-27}}"
    found = of(screened(MAGNESIUM, pain), "diagnosis-not-understood")
    assert found is not None
    assert found.blocks == "sign"


# Allergies


def test_an_allergy_in_words_of_its_own_holds() -> None:
    assert "perhaps lidocaine" in held(
        LIDOCAINE, "allergies-not-understood", "allergies: [lidocaine made my heart stop]"
    )


def test_an_allergy_that_no_rule_asks_for_blocks_the_signature_only() -> None:
    screening = screened(LIDOCAINE, "allergies: [penicillin rash as a child]")
    found = of(screening, "allergies-not-fully-understood")
    assert found is not None
    assert found.blocks == "sign"
    assert not blocks_dose(screening)


@pytest.mark.parametrize("words", ["bupivacaine with fentanyl rash as a child", "lignocaine twice"])
def test_an_allergy_to_something_that_a_rule_asks_for_holds(words: str) -> None:
    held(LIDOCAINE, "allergies-not-understood", f"allergies: ['{words}']")


def test_an_allergy_told_with_its_reaction_is_that_allergy() -> None:
    found = of(screened(LIDOCAINE, "allergies: [lignocaine rash]"), "local-anaesthetic-allergy")
    assert found is not None
    assert (found.severity, found.blocks) == ("refuse", "dose")


def test_none_known_and_a_list_of_allergies_contradict_each_other() -> None:
    screening = screened(LIDOCAINE, "allergies: [NKDA, latex]")
    found = of(screening, "contradictory-allergies")
    assert found is not None
    assert (found.severity, found.blocks) == ("hold", "dose")


@pytest.mark.parametrize("allergies", ["[NKDA]", "[NKDA, no known allergies]", "[]"])
def test_none_known_alone_is_an_answer(allergies: str) -> None:
    assert not blocks_dose(screened(LIDOCAINE, f"allergies: {allergies}"))


def test_an_allergy_entered_later_changes_the_answer() -> None:
    assert not blocks_dose(screened(KETAMINE, "allergies: []"))
    found = of(screened(KETAMINE, "allergies: [ketamine]"), "ketamine-allergy")
    assert found is not None
    assert found.severity == "refuse"


# The words of an ECG


def ecg(block: str, text: str, rhythm: str = "") -> str:
    degree = f"av_block: {block}, " if block else ""
    told = f", rhythm: '{rhythm}'" if rhythm else ""
    return f"ecg: {{on: 2026-11-25, {degree}pr: 160 ms, qrs: 90 ms, qtc: 420 ms, text: '{text}'{told}}}"


@pytest.mark.parametrize("block", ["none", ""])
def test_words_that_name_a_block_against_the_number_hold(block: str) -> None:
    screening = screened(MAGNESIUM, ecg(block, "sinus rhythm, 1st-degree block"))
    found = of(screening, "contradictory-ecg")
    assert found is not None
    assert (found.severity, found.blocks) == ("hold", "dose")
    stop = of(screening, "heart-block")
    assert stop is not None
    assert stop.severity == "stop"
    assert "1st-degree block (ECG)" in stop.message


def test_words_that_agree_with_the_number_are_no_contradiction() -> None:
    said = rules_of(screened(MAGNESIUM, ecg("first", "sinus rhythm, 1st-degree block")))
    assert "heart-block" in said
    assert "contradictory-ecg" not in said


def test_words_that_deny_a_recorded_block_hold() -> None:
    assert "contradictory-ecg" in rules_of(screened(MAGNESIUM, ecg("first", "no evidence of first degree AV block")))


@pytest.mark.parametrize(
    "text", ["Normal sinus rhythm, 72 bpm", "sinus rhythm; no first degree AV block", "12-lead ECG: normal"]
)
def test_a_plain_report_says_nothing(text: str) -> None:
    assert screened(LIDOCAINE, ecg("none", text)).findings == screened(LIDOCAINE).findings


def test_no_change_from_a_block_names_it() -> None:
    screening = screened(MAGNESIUM, ecg("none", "no change from complete heart block"))
    assert {"heart-block", "contradictory-ecg", "ecg-words-not-understood"} <= rules_of(screening)


def test_a_bundle_branch_block_stops_without_contradicting() -> None:
    said = rules_of(screened(MAGNESIUM, ecg("none", "right bundle branch block")))
    assert "heart-block" in said
    assert "contradictory-ecg" not in said


def test_the_rhythm_counts_too() -> None:
    assert "conduction-disorder" in rules_of(
        screened(LIDOCAINE, ecg("none", "ventricular rate 80", rhythm="atrial fibrillation"))
    )


def test_words_of_an_ecg_that_nobody_understands_block_the_signature() -> None:
    found = of(screened(MAGNESIUM, ecg("none", "delta wave seen")), "ecg-words-not-understood")
    assert found is not None
    assert found.blocks == "sign"
    assert "delta" in found.message


def test_a_block_seen_on_an_old_ecg_is_not_unseen() -> None:
    old = "ecg: {on: 2020-11-25, av_block: third, text: complete heart block}"
    found = of(screened(MAGNESIUM, old), "heart-block")
    assert found is not None
    assert found.severity == "stop"


def test_a_child_pugh_grade_without_a_liver_disease_is_a_contradiction() -> None:
    found = of(screened(KETAMINE, "liver: {on: 2026-11-25, child_pugh: a}"), "contradictory-liver")
    assert found is not None
    assert found.blocks == "sign"
