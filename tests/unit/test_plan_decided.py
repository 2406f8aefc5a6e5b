"""Rules that only the planner can decide: each fires where it should and nowhere else, and none is left without a decision."""

from __future__ import annotations

import msgspec
import pytest
from tests.examples import AS_OF, START, clinic_with, example_plan, patient_with, the_catalog

from assuage.plan import Plan, Request, make_plan
from assuage.plan.decided import DECISIONS
from assuage.regimen import Regimen
from assuage.sourced import Claim, Fact


def rules(plan: Plan) -> set[str]:
    return {name for one in plan.findings for name in (one.rule, *one.merged)}


def plan_of(regimen: Regimen, request: Request | None = None) -> Plan:
    return make_plan(
        patient_with(), regimen, catalog=the_catalog(), clinic=clinic_with(), as_of=AS_OF,
        request=request or Request(start=START),
    )  # fmt: skip


def test_every_rule_left_to_the_planner_has_its_decision() -> None:
    left = {rule.id for rule in the_catalog().rules.values() if rule.decided_by == "plan"}
    assert left == set(DECISIONS)


def test_a_controlled_drug_with_waste_waits_for_its_reconciliation() -> None:
    assert "controlled-drug-waste" in rules(example_plan("kim-2015-ketamine"))
    assert "controlled-drug-waste" not in rules(example_plan("kim-2015-magnesium"))


def test_two_drugs_in_one_container_hold_the_dose() -> None:
    regimen = the_catalog().regimens["kim-2015-magnesium"]
    step = regimen.steps[0]
    ketamine = the_catalog().regimens["kim-2015-ketamine"].steps[0].components
    both = msgspec.structs.replace(step, components=(*step.components, *ketamine))
    mixed = plan_of(msgspec.structs.replace(regimen, steps=(both,)))
    assert "one-container" in rules(mixed)
    assert mixed.is_refused
    assert "one-container" not in rules(plan_of(regimen))


def test_sessions_on_one_day_are_stopped() -> None:
    regimen = the_catalog().regimens["kim-2015-magnesium"]
    assert regimen.schedule is not None
    crowded = msgspec.structs.replace(regimen.schedule, every=None)
    plan = plan_of(msgspec.structs.replace(regimen, schedule=crowded))
    assert "same-day-infusions" in rules(plan)
    assert plan.is_refused
    assert "same-day-infusions" not in rules(plan_of(regimen))


@pytest.mark.parametrize("regimen", ["anodyne-ketamine-im", "alternating-magnesium-ketamine"])
def test_a_divided_dose_whose_total_is_unclear_holds_the_dose(regimen: str) -> None:
    clear = the_catalog().regimens[regimen]
    index = next(i for i, step in enumerate(clear.steps) if step.portions is not None)
    step = clear.steps[index]
    bare = Fact("x", (Claim("0.3 mg/kg", "seed", "somewhere"),))
    component = msgspec.structs.replace(step.components[0], dose=bare)
    steps = [*clear.steps]
    steps[index] = msgspec.structs.replace(step, components=(component,))
    unclear = plan_of(msgspec.structs.replace(clear, steps=tuple(steps)))
    assert "intramuscular-total" in rules(unclear)
    assert unclear.is_refused
    assert "intramuscular-total" not in rules(plan_of(clear))


def lidocaine() -> Regimen:
    """A lidocaine regimen with the numbers that its source leaves out, so that its vials can be tried."""
    regimen = the_catalog().regimens["liu-2018-lidocaine"]
    kim = the_catalog().regimens["kim-2015-magnesium"]
    step, like = regimen.steps[0], kim.steps[0]
    whole = msgspec.structs.replace(
        step, fluid=like.fluid, volume=like.volume, volume_means=like.volume_means, duration=like.duration
    )
    return msgspec.structs.replace(regimen, steps=(whole,), schedule=kim.schedule, plannable=True, missing=())


@pytest.mark.parametrize(
    ("presentation", "rule"),
    [
        ("lidocaine-20-mg-per-ml-1-7-ml-adrenaline", "lidocaine-with-adrenaline"),
        ("lidocaine-10-mg-per-ml-50-ml-preserved", "lidocaine-preserved"),
    ],
)
def test_a_vial_that_must_not_go_into_a_vein_blocks_the_dose(presentation: str, rule: str) -> None:
    asked = plan_of(lidocaine(), Request(start=START, presentations=(presentation,)))
    assert rule in rules(asked)
    assert asked.is_refused
    assert rule not in rules(plan_of(lidocaine()))
