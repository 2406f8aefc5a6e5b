"""What holds for every level: where the estimate goes, and how sure it is."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.unit.test_measured import BASELINE, MANY, SESSIONS, asked, cast, known, venous

from assuage.exposure.closed import concentrations
from assuage.exposure.ensemble import Cast
from assuage.exposure.measured import Question, Sample, Update, update
from assuage.exposure.population import people

FEW = settings(max_examples=25, deadline=None)
LEVELS = st.floats(0.95, 2.5)
HOURS = st.floats(0.1, 40)


def ratio(found: Update, name: str) -> float:
    return next(one.ratio for one in found.estimates if one.name == name)


@FEW
@given(HOURS)
def test_a_level_on_the_typical_line_leaves_the_patient_near_typical(at_h: float) -> None:
    """Not exactly: a larger prediction has a larger error, which pulls the estimate down a little."""
    typical = asked(venous(1.0, at_h, 0.9)).posterior.prior
    value = float(concentrations(typical.model([0.0] * 4), known().doses, t_h=[at_h])[0])
    found = asked(venous(value, at_h))
    assert all(one.ratio == pytest.approx(1, abs=0.06) for one in found.estimates)
    assert found.tail > 0.7


@FEW
@given(LEVELS, HOURS)
def test_the_less_certain_a_level_the_less_it_moves(value: float, at_h: float) -> None:
    """With an assay error of 99 % on top of the model's 20 %, less than with none."""
    sure, unsure = asked(venous(value, at_h, 0.0)), asked(venous(value, at_h, 0.99))
    prior = asked(venous(1.0, 1.0)).peak_before
    assert unsure.peak_before == prior
    for sharp, dull in zip(sure.estimates, unsure.estimates, strict=True):
        assert dull.sd_now >= sharp.sd_now - 0.05
        assert abs(dull.ratio - 1) < 0.25


def test_with_growing_error_the_peak_returns_to_the_one_before() -> None:
    """2 mmol/L is far above the line; log-variance keeps a small pull, so the limit is near and not exact."""
    away = [abs(asked(venous(2.0, 1.0, error)).peak_now[0] - asked(venous(2.0)).peak_before[0]) for error in (0.0, 0.3, 0.9)]  # fmt: skip
    assert away[0] > away[1] > away[2]
    assert away[2] < 0.03


@FEW
@given(st.floats(1.0, 1.4), st.floats(0.05, 0.8), st.floats(2, 30))
def test_a_higher_level_lowers_clearance(value: float, more: float, at_h: float) -> None:
    assert ratio(asked(venous(value + more, at_h)), "cl") < ratio(asked(venous(value, at_h)), "cl")


@FEW
@given(st.floats(1.0, 1.6), st.floats(0.05, 0.5))
def test_a_higher_level_raises_what_the_next_infusion_gives(value: float, more: float) -> None:
    low, high = asked(venous(value)), asked(venous(value + more))
    assert low.peak_following is not None
    assert high.peak_following is not None
    assert high.peak_following[0] > low.peak_following[0]


def test_two_levels_that_agree_narrow_the_interval() -> None:
    """The second level, on the first estimate, makes the peak surer."""
    one = asked(venous(1.25, 1.0))
    second = Sample(1.5, float(one.posterior.predicted[0]), "venous", 0.05)
    both = asked(venous(1.25, 1.0), second)
    width = [found.peak_now[2] - found.peak_now[1] for found in (one, both)]
    assert width[1] < width[0] < one.peak_before[2] - one.peak_before[1]


def test_the_same_seed_gives_the_same_numbers_and_another_nearly() -> None:
    question = Question(known().doses, (venous(1.2),), SESSIONS[0], SESSIONS[1])
    first, again = (asked(venous(1.2)) for _ in range(2))
    assert (first.peak_now, first.levels) == (again.peak_now, again.levels)
    other = Cast(cast().models, known().covariates, people(MANY.count, 2))
    found = update(known().ensemble, other, baseline=BASELINE, question=question)
    assert found.peak_now != first.peak_now
    assert found.peak_now == pytest.approx(first.peak_now, rel=0.02)  # ends of 4,000 people are right to about 1 %
