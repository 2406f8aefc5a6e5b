"""A plan and the patient's state out of what a command was given."""

from __future__ import annotations

from assuage.cli.asked import Asked
from assuage.plan import Plan, Request, make_plan
from assuage.regimen import Regimen
from assuage.screening import Formulas, State


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


def with_levels(plan: Plan, asked: Asked) -> Plan:
    """The plan with its expected levels, from the usual number of people and seed."""
    from assuage.exposure.population import USUAL, USUAL_SEED, people
    from assuage.plan.exposed import exposed, with_exposure

    state = state_of(asked)
    return with_exposure(plan, exposed(plan, state, who=people(USUAL, USUAL_SEED)), state)
