"""What prints beside the preparation: the trial's patients, what was seen, who disagrees, what the nurse watches."""

from __future__ import annotations

import pytest
from tests.examples import example_plan, patient_with, the_catalog

from assuage.plan.beside import relevant
from assuage.plan.model import Plan

KIM = "kim-2015-magnesium"
PAIN = "{{diagnosis: {0}, since: {1}, score: {{scale: {2}, value: {3}, on: 2026-11-27}}, tried: [pregabalin]}}"


def verdicts(plan: Plan) -> dict[str, str]:
    return {one.criterion.split(".")[0]: one.verdict for one in plan.population}


def with_pain(
    diagnosis: str = "postherpetic-neuralgia", since: str = "2025-11-01", scale: str = "vas-0-10", value: str = "8"
) -> Plan:
    return example_plan(KIM, patient_with(pain=PAIN.format(diagnosis, since, scale, value)))


def test_the_example_patient_is_one_of_the_trials() -> None:
    assert set(verdicts(with_pain()).values()) == {"met"}


@pytest.mark.parametrize(
    ("scale", "value", "verdict"),
    [("vas-0-10", "8", "met"), ("vas-0-10", "7", "boundary"), ("vas-0-10", "6", "not met"), ("nrs-0-10", "7", "boundary"),
     ("vas-0-100", "71", "met"), ("vas-0-100", "70", "boundary"), ("vas-0-100", "8", "not met")],
)  # fmt: skip
def test_exactly_seven_is_on_the_boundary_of_above_seven(scale: str, value: str, verdict: str) -> None:
    plan = with_pain(scale=scale, value=value)
    match = next(one for one in plan.population if "above 7" in one.criterion)
    assert match.verdict == verdict
    assert {"vas-0-10": "analogue scale of 0 to 10", "nrs-0-10": "numeric", "vas-0-100": "0 to 100"}[
        scale
    ] in match.found


def test_another_diagnosis_and_a_shorter_time_are_not_met() -> None:
    plan = with_pain(diagnosis="migraine", since="2026-10-01")
    assert [one.verdict for one in plan.population][:2] == ["not met", "not met"]


def test_what_is_not_recorded_is_not_known() -> None:
    plan = example_plan(KIM, patient_with(pain=""))
    assert "not known" in {one.verdict for one in plan.population}


def test_nothing_is_expected_of_a_hypothesis_but_what_stands_against_it_prints() -> None:
    plan = example_plan("alternating-magnesium-ketamine")
    assert plan.expectation is not None
    assert plan.expectation.results == ()
    assert any(one.study == "pickering-2020" for one in plan.expectation.against)


def test_an_outcome_that_is_no_count_gives_no_proportion() -> None:
    plan = example_plan("collins-2009-magnesium")
    assert plan.expectation is not None
    assert all(one.n > 0 for one in plan.expectation.results)


@pytest.mark.parametrize("regimen", sorted(one.id for one in the_catalog().regimens.values()))
def test_every_source_a_plan_names_is_cited(regimen: str) -> None:
    """Every regimen, plannable or not, gives a plan whose findings and disputes name only sources it cites."""
    plan = example_plan(regimen)
    cited = {one.id for one in plan.sources}
    assert {source for one in plan.findings for source in one.sources} <= cited
    assert {claim.source for one in plan.disputes for claim in one.claims} <= cited
    assert plan.preparation is None or {s for one in plan.preparation.watch for s in one.sources} <= cited


@pytest.mark.parametrize("regimen", sorted(one.id for one in the_catalog().regimens.values() if not one.plannable))
def test_what_cannot_be_planned_says_what_is_missing(regimen: str) -> None:
    plan = example_plan(regimen)
    assert plan.is_refused
    (found,) = [one for one in plan.findings if one.rule == "regimen-not-plannable"]
    assert all(missing.rstrip(".") in found.message for missing in the_catalog().regimens[regimen].missing)
    assert found.resolve


def test_disputes_have_labels_a_pharmacist_reads() -> None:
    labels = {one.fact for one in example_plan(KIM).disputes}
    assert {"Dose of magnesium sulfate", "What “in 100 mL” means"} <= labels
    portions = {one.fact for one in example_plan("anodyne-ketamine-im").disputes}
    assert {"Dose of ketamine", "Number of portions", "Time between portions"} <= portions


def test_the_nurse_is_told_where_not_to_put_the_line_and_when_to_stop() -> None:
    plan = example_plan(KIM)
    assert plan.preparation is not None
    kinds = {one.kind for one in plan.preparation.watch}
    assert {"site", "baseline", "during", "stop", "antidote", "after", "discharge"} <= kinds
    assert any("leg" in one.sentence for one in plan.preparation.watch if one.kind == "site")
    assert not any("{" in one.sentence for one in plan.preparation.watch)


def test_ketamine_keeps_a_rescue_in_milligrams_and_never_per_kilogram() -> None:
    plan = example_plan("kim-2015-ketamine")
    assert plan.preparation is not None
    rescue = [one for one in plan.preparation.watch if one.kind == "rescue"]
    assert rescue
    assert not any("mg/kg" in one.sentence for one in rescue)
    assert example_plan(KIM).preparation is not None


def test_recovery_is_the_longest_that_any_drug_asks_for() -> None:
    plan = example_plan("kim-2015-ketamine")
    assert plan.preparation is not None
    session = plan.preparation.sessions[0]
    assert session.recovery is not None
    assert session.recovery.to("min").value >= 60
    assert session.recovery_until is not None
    assert session.end is not None
    assert session.recovery_until > session.end


@pytest.mark.parametrize(
    ("tried", "verdict", "found"),
    [
        ("[pregabalin, lidocaine-patch]", "met", "pregabalin, lidocaine patch"),
        ("[]", "not met", "asked, none"),
        (None, "not known", "not asked: the key is absent from the patient file"),
    ],
)
def test_what_was_tried_before_stands_beside_the_criteria(tried: str | None, verdict: str, found: str) -> None:
    pain = "{diagnosis: postherpetic-neuralgia" + (f", tried: {tried}" if tried else "") + "}"
    last = example_plan(KIM, patient_with(pain=pain)).population[-1]
    assert (last.criterion, last.verdict, last.found) == ("Other treatments were tried before.", verdict, found)


def test_lines_of_two_drugs_are_never_mixed() -> None:
    """“With it: support breathing” is about calcium; between it and calcium stands no line about ketamine."""
    said = [
        one.said
        for one in relevant(the_catalog().regimens["alternating-magnesium-ketamine"], the_catalog())
        if one.kind == "antidote"
    ]
    (place,) = [number for number, one in enumerate(said) if one.startswith("With it:")]
    assert said[place - 1].startswith("Calcium gluconate")
    calcium = [number for number, one in enumerate(said) if "alcium" in one or "With it" in one]
    assert calcium == list(range(calcium[0], calcium[-1] + 1))
