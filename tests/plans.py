"""Plans that paper is tried on: one of each kind, from the shipped example patient and clinic."""

from __future__ import annotations

from functools import cache

import msgspec
from tests.examples import example_plan, patient_with

from assuage.patient import Patient
from assuage.plan import Plan, Request

# One infusion rate; phases; intramuscular portions; two kinds of session in turn; two weeks of infusions.
PLANNED = (
    "kim-2015-magnesium", "tanaka-1998-magnesium", "anodyne-ketamine-im", "alternating-magnesium-ketamine",
    "yousef-2013-magnesium", "kim-2015-ketamine",
)  # fmt: skip
HOSTILE = '<script>alert(1)</script> #panic("x") & \\ $x$ [y] *z* `q` \u200f7'


@cache
def plan_of(regimen: str) -> Plan:
    """The plan of a regimen for the example patient, at the example start."""
    return example_plan(regimen, suited(regimen))


@cache
def suited(regimen: str) -> Patient:
    """The example patient; nothing about them stands against any of the regimens that are tried."""
    return patient_with()


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
