"""Plans that paper is tried on: one of each kind, from the shipped example patient and clinic."""

from __future__ import annotations

from functools import cache

import msgspec
from tests.examples import clinic_with, example_plan, patient_with

from assuage.plan import Plan, Request

# One infusion rate; phases; intramuscular portions; two kinds of session in turn; two weeks of infusions.
PLANNED = (
    "kim-2015-magnesium", "tanaka-1998-magnesium", "anodyne-ketamine-im", "alternating-magnesium-ketamine",
    "yousef-2013-magnesium", "kim-2015-ketamine",
)  # fmt: skip
HOSTILE = '<script>alert(1)</script> #panic("x") & \\ $x$ [y] *z* `q` \u200f7'


# What ketamine regimens ask for beyond the example patient, and the bag that Yousef's infusions are made in.
SCREENED = {
    "psychosis_screen": "{value: negative, on: 2026-11-25}",
    "substance_screen": "{value: negative, on: 2026-11-25}",
    "stop_bang": "{value: '1 {score}', on: 2026-11-25}",
}
BAGS = """
  - {id: saline-100, fluid: sodium chloride 0.9 %, labelled: 100 mL, actual: 100 mL}
  - {id: saline-250, fluid: sodium chloride 0.9 %, labelled: 250 mL}"""


@cache
def plan_of(regimen: str) -> Plan:
    """The plan of a regimen at the example start: the example patient where the regimen is magnesium alone."""
    patient = patient_with(**SCREENED) if "ketamine" in regimen else patient_with()
    clinic = clinic_with(bags=BAGS) if regimen.startswith("yousef") else clinic_with()
    plan = example_plan(regimen, patient, clinic=clinic)
    assert not plan.is_refused, [finding.message for finding in plan.findings if finding.blocks == "dose"]
    return plan


@cache
def refused() -> Plan:
    """The example plan without a weight: nothing can be planned."""
    return example_plan("kim-2015-magnesium", patient_with(weight=""))


@cache
def undated() -> Plan:
    """The example plan without a start: days are counted and no date is invented."""
    return example_plan("kim-2015-magnesium", request=Request())


def with_patient_id(plan: Plan, name: str) -> Plan:
    """The plan with another patient id."""
    return msgspec.structs.replace(plan, patient=msgspec.structs.replace(plan.patient, id=name))
