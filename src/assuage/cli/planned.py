"""A plan and the patient's state out of what a command was given."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assuage.cli.asked import Asked
from assuage.cli.threads import one_thread
from assuage.plan import Plan, Request, make_plan
from assuage.regimen import Regimen
from assuage.screening import Formulas, State

if TYPE_CHECKING:
    from assuage.charts import Chart


def planned(asked: Asked, regimen: Regimen, request: Request) -> Plan:
    """The plan of one regimen as “assuage plan” makes it."""
    return make_plan(
        asked.patient, regimen, catalog=asked.catalog, clinic=asked.clinic, as_of=asked.day, request=request
    )


def state_of(asked: Asked) -> State:
    """The patient as known on the day of the first session."""
    return State(
        asked.patient, asked.day, catalog=asked.catalog, clinic=asked.clinic, formulas=Formulas(asked.catalog.formulas)
    )


def with_levels(plan: Plan, asked: Asked, *, is_drawn: bool) -> tuple[Plan, tuple[Chart, ...]]:
    """The plan with its expected levels, from the usual number of people and seed, and their charts where it is drawn."""
    one_thread()
    from assuage.exposure.population import USUAL, USUAL_SEED, people
    from assuage.plan.exposed import Asking, outlook, with_exposure

    state, who = state_of(asked), people(USUAL, USUAL_SEED)
    if not is_drawn:
        return with_exposure(plan, outlook(plan, state, asking=Asking(who)).exposed, state), ()
    from assuage.charts.expected import TOLD_H, expected_charts

    found = outlook(plan, state, asking=Asking(who, True, TOLD_H))
    whole = with_exposure(plan, found.exposed, state)
    return whole, expected_charts(whole, found)
