"""Laws of what is pumped and what it gives: nothing is lost, nothing is added, more gives more, the same gives the same."""

from __future__ import annotations

import itertools
from functools import cache

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.examples import START, clinic_with, example_plan, patient_with, the_catalog
from tests.plans import PLANNED, SCREENED, plan_of

from assuage.exposure.population import people
from assuage.plan import Plan
from assuage.plan.exposed import exposed
from assuage.plan.model import Exposed
from assuage.plan.pumped import Flow, entering, pumped
from assuage.screening import Formulas, State

FLOWS = st.lists(
    st.builds(Flow, st.floats(0.1, 500), st.one_of(st.just(0.0), st.floats(1, 999)), st.floats(0, 5)), max_size=6
)
VOLUMES = st.floats(0.1, 500)
FEW = people(60, 5)


def state_of(**changes: str) -> State:
    catalog = the_catalog()
    return State(
        patient_with(**changes),
        START.date(),
        catalog=catalog,
        clinic=clinic_with(),
        formulas=Formulas(catalog.formulas),
    )


@cache
def found(regimen: str, kilograms: int) -> tuple[Exposed, ...]:
    changes = {"weight": f"{{value: {kilograms} kg, on: 2026-11-27, how: measured}}"} | (
        SCREENED if "ketamine" in regimen else {}
    )
    return exposed(example_plan(regimen, patient_with(**changes)), state_of(**changes), who=FEW)


@given(FLOWS, VOLUMES, VOLUMES)
def test_no_more_enters_than_there_is_and_no_more_than_is_moved(flows: list[Flow], lag: float, drug: float) -> None:
    moved = sum(flow.volume_ml for flow in flows if flow.rate_ml_per_h > 0)
    entered = sum(volume for _, _, volume in entering(flows, lag_ml=lag, drug_ml=drug))
    assert entered == pytest.approx(min(drug, max(0.0, moved - lag)), rel=1e-9, abs=1e-9)


@given(FLOWS, VOLUMES, VOLUMES)
def test_stretches_follow_one_another_at_rates_of_the_pump(flows: list[Flow], lag: float, drug: float) -> None:
    found = entering(flows, lag_ml=lag, drug_ml=drug)
    assert all(early[0] + early[1] <= late[0] + 1e-9 for early, late in itertools.pairwise(found))
    rates = [flow.rate_ml_per_h for flow in flows]
    assert all(
        min(abs(volume / hours / rate - 1) for rate in rates if rate) < 1e-6
        for _, hours, volume in found
        if hours > 1e-9
    )


@given(FLOWS, VOLUMES, VOLUMES, st.integers(0, 5))
def test_a_pump_that_was_stopped_gave_the_beginning_of_what_it_would_have_given(
    flows: list[Flow], lag: float, drug: float, kept: int
) -> None:
    whole, part = (
        sum(volume for _, _, volume in entering(some, lag_ml=lag, drug_ml=drug)) for some in (flows, flows[:kept])
    )
    assert part <= whole + 1e-9


@pytest.mark.parametrize("name", PLANNED)
def test_what_enters_is_what_the_plan_says_is_delivered(name: str) -> None:
    plan: Plan = plan_of(name)
    assert plan.preparation is not None
    said: dict[str, float] = {}
    for session in plan.preparation.sessions:
        for one in session.components:
            said[one.drug] = said.get(one.drug, 0.0) + float(one.delivered.value)
    entered: dict[str, float] = {}
    for piece in pumped(plan):
        entered[piece.drug] = entered.get(piece.drug, 0.0) + piece.mass_mg
    # `delivered` prints with three decimals at most.
    assert entered == pytest.approx(said, rel=1e-6)


@pytest.mark.parametrize("name", PLANNED)
def test_the_same_question_has_the_same_answer(name: str) -> None:
    screened = SCREENED if "ketamine" in name else {}
    assert exposed(plan_of(name), state_of(**screened), who=FEW) == exposed(
        plan_of(name), state_of(**screened), who=FEW
    )


@pytest.mark.parametrize("name", PLANNED)
def test_every_number_is_in_its_place(name: str) -> None:
    screened = SCREENED if "ketamine" in name else {}
    rows = exposed(plan_of(name), state_of(**screened), who=FEW)
    assert rows
    for one in rows:
        for span in (one.peak, one.area, *(line.peak for line in one.lines)):
            assert 0 < (span.p05 or span.median) <= span.median <= (span.p95 or span.median)
        assert one.peak.median >= one.rise.median > 0
        assert 0 <= one.peak_at_h <= one.until_h
        assert all(0 <= band.above_h.median <= one.until_h for band in one.bands if band.above_h)
        assert one.sources
        assert one.people == FEW.count


@pytest.mark.parametrize("name", PLANNED)
def test_a_higher_band_is_never_stood_above_for_longer(name: str) -> None:
    screened = SCREENED if "ketamine" in name else {}
    for one in exposed(plan_of(name), state_of(**screened), who=FEW):
        bands = sorted((band.low, band.above_h.median) for band in one.bands if band.low is not None and band.above_h)
        assert all(early[1] >= late[1] for early, late in itertools.pairwise(bands))


@settings(max_examples=12)
@given(st.integers(50, 110))
def test_a_dose_by_weight_in_a_model_by_weight_gives_heavy_people_no_less(kilograms: int) -> None:
    """Ketamine by mg/kg, volumes by weight, clearance by weight to the 0.75: a heavier person's area is larger."""
    light, heavy = found("kim-2015-ketamine", 50)[0], found("kim-2015-ketamine", kilograms)[0]
    assert heavy.area.median >= light.area.median * 0.999
