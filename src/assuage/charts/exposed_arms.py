"""What the regimens of the catalog would give one reference person, by the arm of the study that each comes from."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.charts.doses import ArmExposure
from assuage.exposure.population import People
from assuage.plan.exposed import Asking, outlook
from assuage.plan.model import Plan
from assuage.regimen import Regimen
from assuage.screening import State

TYPICAL = People(1, 1)
UNITS = {"ug/mL": "mcg/mL"}


def exposures_of(
    plans: Sequence[tuple[Regimen, Plan]], state: State, *, drug: str
) -> tuple[dict[tuple[str, str], ArmExposure], tuple[str, ...]]:
    """Predicted rise and area of one drug for each arm that a planned regimen corresponds to.

    Give      regimens with their plans for the reference person of `state`; the drug's id
    Get       by study and arm; and a sentence for each regimen of the drug of which nothing is predicted
    Holds     a regimen corresponds to an arm of its own study that it names as its expectation, to no other; an arm that
              two regimens name is left out, and said
    Checked   tests/unit/test_charts_dose.py
    """
    found: dict[tuple[str, str], ArmExposure] = {}
    silent: list[str] = []
    for regimen, plan in plans:
        if drug not in {part.drug for step in regimen.steps for part in step.components if part.role == "therapy"}:
            continue
        one = _of(regimen, plan, state, drug)
        if isinstance(one, str):
            silent.append(f"{regimen.id}: {one}")
            continue
        for arm in arms_of(regimen):
            if arm in found:
                silent.append(f"{regimen.id}: its arm is that of {found.pop(arm).regimen} too")
            else:
                found[arm] = one
    return found, tuple(silent)


def arms_of(regimen: Regimen) -> tuple[tuple[str, str], ...]:
    """The arms of its own study that say what to expect of a regimen."""
    named = ((one.study, one.arm) for one in regimen.expectations if one.study == regimen.study)
    return tuple(dict.fromkeys(named))


def _of(regimen: Regimen, plan: Plan, state: State, drug: str) -> ArmExposure | str:
    if plan.is_refused:
        return " ".join(one.message for one in plan.findings if one.blocks == "dose")
    rows = [one for one in outlook(plan, state, asking=Asking(TYPICAL, with_bands=False)).exposed if one.drug == drug]
    if not rows:
        return "no model answers"
    unit = UNITS.get(rows[0].unit, rows[0].unit)
    return ArmExposure(regimen.id, rows[0].rise.median, rows[0].area.median, unit)
