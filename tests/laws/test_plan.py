"""What holds for any patient, any clinic and every regimen: no limit crossed after rounding, no dose shown when blocked."""

from __future__ import annotations

import random

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tests.crowd import Crowd, try_many
from tests.invariants import broken
from tests.population import TODAY

# The long recipe is bench/million_plans.py; this is its short form, with seeds of its own.
PLANS = 20_000
PARTS = 8


@pytest.mark.parametrize("part", range(PARTS))
def test_no_plan_of_a_crowd_breaks_what_must_hold(part: int) -> None:
    tried = try_many(seed=part, count=PLANS // PARTS)
    assert tried.faults == []
    assert tried.planned + tried.refused == PLANS // PARTS
    # A crowd in which nobody is planned, or nobody refused, would show nothing.
    assert tried.planned > PLANS // PARTS // 20
    assert tried.refused > PLANS // PARTS // 20


@given(st.integers(min_value=0, max_value=2**32))
def test_the_same_input_gives_the_same_plan(seed: int) -> None:
    crowd = Crowd()
    first, second = (crowd.plan(random.Random(seed)) for _ in range(2))
    assert first == second
    assert broken(first, crowd.catalog) == []
    assert first.as_of == TODAY
