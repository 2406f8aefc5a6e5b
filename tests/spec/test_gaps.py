"""What is not known is said once, blocks as early as what it hides, and is joined with what it belongs to."""

from __future__ import annotations

import msgspec
import pytest
from tests.spec.given import DAY, catalog, clinic, fact, of, patient, rules_of, screened

from assuage.finding import BLOCKS, Blocks, Severity
from assuage.regimen import Schedule
from assuage.rule import Applies, Condition, Rule
from assuage.screening import Formulas, State, screen
from assuage.screening.scope import applies, is_series
from assuage.sourced import Claim, Fact

TYPICAL = {
    "as the example is": "medications: [pregabalin]",
    "also tramadol and amlodipine": "medications: [pregabalin, amlodipine, tramadol]",
    "also nortriptyline and a thyroid tablet": "medications: [pregabalin, amlodipine, tramadol, nortriptyline, levothyroxine]",
}


@pytest.mark.parametrize("plan", ["kim-2015-magnesium", "kim-2015-ketamine"])
@pytest.mark.parametrize("medicines", TYPICAL.values(), ids=TYPICAL)
def test_a_typical_patient_sees_at_most_three_warnings(plan: str, medicines: str) -> None:
    screening = screened(plan, medicines)
    warnings = [one.rule for one in screening.findings if one.severity == "warn"]
    assert len(warnings) <= 3
    assert not any(one.blocks == "dose" for one in screening.findings)


def test_sedatives_are_one_finding() -> None:
    screening = screened("kim-2015-ketamine", "medications: [pregabalin, tramadol, zopiclone]")
    found = of(screening, "sedative-with-ketamine")
    assert found is not None
    assert {"sedative-with-ketamine", "opioid-with-midazolam", "sedatives-together"} == set(found.merged)
    assert all(name in found.message for name in ("pregabalin", "tramadol", "zopiclone"))
    assert [one.rule for one in screening.findings if one.cause == "sedation"] == [found.rule]


def test_the_bedside_checks_are_one_finding_and_block_the_start_only() -> None:
    screening = screened("kim-2015-ketamine", without=("setting", "drives_home"))
    found = of(screening, "kit-before-start")
    assert found is not None
    assert {"kit-before-start", "monitoring-for-midazolam", "escort"} <= set(found.merged)
    assert (found.severity, found.blocks) == ("hold", "start")


def test_a_gap_is_not_told_together_with_a_danger() -> None:
    screening = screened("kim-2015-ketamine", "setting: {kit: false}")
    danger, gap = of(screening, "kit-before-start"), of(screening, "monitoring-for-midazolam")
    assert danger is not None
    assert (danger.severity, danger.blocks) == ("refuse", "start")
    assert gap is not None
    assert danger.merged == gap.merged or gap.severity == "hold"


def test_vital_signs_missing_in_part_name_the_rules_that_wait() -> None:
    screening = screened("kim-2015-magnesium", "vitals: {on: 2026-11-27, bp: 132/78 mm[Hg], spo2: 97 %}")
    found = of(screening, "vitals-unknown")
    assert found is not None
    assert {"heart-rate-low", "respiratory-rate-below-12"} <= set(found.merged)
    assert (found.severity, found.blocks) == ("hold", "start")
    assert {one.rule for one in screening.not_checked} == {
        "heart-rate-low",
        "respiratory-rate-below-12",
        "respiratory-rate-12-to-15",
    }


def test_an_ecg_without_the_degree_of_block_holds_magnesium() -> None:
    screening = screened("kim-2015-magnesium", "ecg: {on: 2026-11-25, pr: 160 ms}")
    found = of(screening, "heart-block")
    assert found is not None
    assert (found.rule, found.severity, found.blocks) == ("not-known-ecg.av_block", "hold", "dose")
    interval = of(screening, "qtc-long")
    assert interval is not None
    assert (interval.severity, interval.blocks) == ("note", "none")


def test_a_stale_ecg_is_told_once() -> None:
    screening = screened(
        "kim-2015-magnesium", "ecg: {on: 2026-01-25, av_block: none, pr: 160 ms, qrs: 90 ms, qtc: 420 ms}"
    )
    found = of(screening, "ecg-unknown")
    assert found is not None
    assert {"not-usable-ecg", "heart-block", "qtc-long", "pr-long"} <= set(found.merged)
    assert found.message.count("too old") == 1
    assert (found.severity, found.blocks) == ("hold", "dose")


def test_the_worse_renal_estimate_stops_though_the_other_is_not_known() -> None:
    low = "creatinine: {value: 200 umol/L, on: 2026-11-25}"
    screening = screened("kim-2015-magnesium", low, without=("height",))
    found = of(screening, "renal-below-30")
    assert found is not None
    assert found.severity == "stop"
    assert of(screening, "renal-unknown") is not None


def test_the_better_renal_estimate_alone_is_not_enough() -> None:
    screening = screened("kim-2015-magnesium", without=("height",))
    held = of(screening, "renal-unknown")
    assert held is not None
    assert {"renal-below-30", "renal-30-to-59"} <= set(held.merged)
    assert "height" in held.message
    assert held.blocks == "dose"


def test_a_fact_too_old_only_later_blocks_that_start() -> None:
    screening = screened("kim-2015-magnesium", "creatinine: {value: 80 umol/L, on: 2026-11-01}")
    found = of(screening, "renew-creatinine")
    assert found is not None
    assert (found.severity, found.blocks) == ("hold", "start")
    assert "infusion 2 on 02-Dec-2026, infusion 3 on 04-Dec-2026" in found.message
    assert of(screening, "renal-unknown") is None


def test_a_fact_too_old_already_is_not_announced_for_later() -> None:
    assert "renew-creatinine" not in rules_of(
        screened("kim-2015-magnesium", "creatinine: {value: 80 umol/L, on: 2026-10-01}")
    )


def test_a_fact_that_goes_stale_and_has_no_date_does_not_count() -> None:
    given = patient()
    undated = msgspec.structs.replace(given.facts["creatinine"], on=None)
    changed = msgspec.structs.replace(given, facts={**given.facts, "creatinine": undated})
    screening = screen(
        changed, catalog().regimen("kim-2015-magnesium"), catalog=catalog(), clinic=clinic(), days=(DAY,)
    )
    found = of(screening, "renal-unknown")
    assert found is not None
    assert "no date" in found.message
    assert found.blocks == "dose"


def test_a_gap_names_the_facts_it_lacks() -> None:
    found = of(screened("kim-2015-ketamine", without=("setting", "drives_home")), "escort")
    assert found is not None
    assert "whether the patient drives home" in found.message
    assert "emergency kit" in found.message
    assert "an escort" not in found.message


def test_a_profile_without_an_age_limit_holds_the_dose() -> None:
    profile = msgspec.structs.replace(clinic(), stale_after={"weight": clinic().stale_after["weight"]})
    screening = screen(
        patient(), catalog().regimen("kim-2015-magnesium"), catalog=catalog(), clinic=profile, days=(DAY,)
    )
    found = of(screening, "age-limit-not-set")
    assert found is not None
    assert found.blocks == "dose"
    assert all(name in found.message for name in ("creatinine", "ecg", "magnesium", "vitals"))


def test_without_a_regimen_every_rule_is_asked_that_is_not_for_named_regimens() -> None:
    said = rules_of(screened(None, "allergies: [ketamine, magnesium sulfate, lignocaine]", without=("creatinine",)))
    assert {"ketamine-allergy", "magnesium-allergy", "local-anaesthetic-allergy", "renal-unknown"} <= said
    assert "renal-below-60-daily-magnesium" not in said


def test_a_rescue_is_screened_only_where_the_route_keeps_it() -> None:
    kept = {"drugs": ("ketamine",), "routes": ("intravenous",), "keeps": ("midazolam",)}
    watch = next(one for one in catalog().watch.values() if "midazolam" in one.keeps)
    only_iv = msgspec.structs.replace(watch, id="only-iv", **kept)
    changed = msgspec.structs.replace(catalog(), watch={"only-iv": only_iv})
    said = {
        plan: rules_of(screen(patient(), changed.regimen(plan), catalog=changed, clinic=clinic(), days=(DAY,)))
        for plan in ("kim-2015-ketamine", "anodyne-ketamine-im")
    }
    assert "midazolam-age-60" in said["kim-2015-ketamine"]
    assert "midazolam-age-60" not in said["anodyne-ketamine-im"]


def test_a_count_that_is_not_settled_counts_as_a_series() -> None:
    regimen = catalog().regimen("kim-2015-magnesium")
    several = Fact("count", (Claim("1 {infusions}", "a", "p"), Claim("3 {infusions}", "b", "p", key="b")))
    assert is_series(msgspec.structs.replace(regimen, schedule=Schedule(several)))
    assert is_series(msgspec.structs.replace(regimen, schedule=Schedule(Fact("count", ()))))
    assert is_series(msgspec.structs.replace(regimen, schedule=None))
    assert not is_series(msgspec.structs.replace(regimen, schedule=Schedule(fact("1 {infusions}"))))


def test_a_rule_that_blocks_blocks_as_early_when_it_cannot_be_judged() -> None:
    later = [
        rule.id
        for rule in catalog().rules.values()
        if rule.severity in ("refuse", "stop", "hold") and rule.when_unknown is not None
        if BLOCKS.index(rule.when_unknown.blocks) > BLOCKS.index(rule.blocks)
    ]
    assert later == []


def test_a_rule_with_an_unknown_list_and_an_unknown_fact_tells_both() -> None:
    screening = screened("liu-2018-lidocaine", without=("creatinine", "conditions"))
    said = [one.rule for one in screening.findings if "severe-liver-or-kidney-disease" in (one.rule, *one.merged)]
    assert len(said) == 2
    assert of(screening, "conditions-not-asked") is not None


SCREEN = Condition(fact="substance_screen", is_=("positive",))
NO_SCREEN = Condition(missing="substance_screen")


def made(identity: str, severity: Severity, blocks: Blocks, when: Condition, applies: Applies | None = None) -> Rule:
    """A rule made for a test."""
    return Rule(
        identity, "T-1", applies or Applies(), severity, blocks, f"Said by {identity}.", "Because.", "Do it.", (), when
    )


def waiting(*rules: Rule) -> list[tuple[str, str, str]]:
    """What is said of a patient without a substance screen by a catalog of these rules alone."""
    small = msgspec.structs.replace(catalog(), rules={one.id: one for one in rules})
    given = patient(without=("substance_screen",))
    screening = screen(given, None, catalog=small, clinic=clinic(), days=(DAY,))
    return [(one.rule, one.severity, one.blocks) for one in screening.findings]


@pytest.mark.parametrize(
    ("severity", "blocks", "said"),
    [
        ("stop", "dose", ("hold", "dose")),
        ("hold", "sign", ("hold", "sign")),
        ("warn", "none", ("note", "none")),
    ],
)
def test_a_rule_that_waits_makes_its_gap_as_grave_as_a_rule_that_blocks(
    severity: Severity, blocks: Blocks, said: tuple[str, str]
) -> None:
    assert waiting(made("lone", severity, blocks, SCREEN)) == [("not-known-substance_screen", *said)]


def test_a_gap_already_told_becomes_as_grave_as_the_rules_that_wait_for_it() -> None:
    told = made("told", "note", "none", NO_SCREEN)
    assert waiting(told, made("waits", "stop", "dose", SCREEN)) == [("told", "hold", "dose")]
    assert waiting(told, made("waits", "note", "none", SCREEN)) == [("told", "note", "none")]


def test_a_rule_for_drugs_together_wants_all_of_them() -> None:
    both = made("both", "warn", "none", NO_SCREEN, Applies(together=("ketamine", "magnesium-sulfate")))
    plans = ("kim-2015-magnesium", "kim-2015-ketamine", "alternating-magnesium-ketamine")
    said = [applies(both, catalog().regimen(plan), frozenset()) for plan in plans]
    assert said == [False, False, True]


def test_state_lists_what_it_lacks_in_words() -> None:
    state = State(
        patient(without=("height", "sex")), DAY, catalog=catalog(), clinic=clinic(), formulas=Formulas.of(catalog())
    )
    assert state.lacking(("weight", "height", "sex")) == "height, sex"
    assert state.born == "02-Apr-1957"


def test_a_sentence_about_a_gap_says_no_more_than_is_known() -> None:
    """A condition nobody understood is no liver disease on record, and urine that was measured is not called missing."""
    findings = screened("kim-2015-ketamine", "conditions: [zzyzx]").findings
    liver = [one.message for one in findings if one.rule == "severe-liver-disease"]
    assert liver == ["Not known whether there is severe liver disease: no Child-Pugh grade."]
    urine = of(screened("kim-2015-magnesium", "urine: {on: 2026-11-27, last_4h: 250 mL}"), "urine-low")
    assert urine is not None
    assert "urine normal" in urine.message
    assert "last 4 h" not in urine.message


def test_a_healthy_kidney_is_not_named_beside_a_liver_disease() -> None:
    found = of(screened("liu-2018-lidocaine", "conditions: [heart failure]"), "moderate-liver-or-kidney-disease")
    assert found is not None
    assert "heart failure" in found.message
    assert "mL/min" not in found.message
