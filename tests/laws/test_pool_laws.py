"""What must hold for every pool: order, shifts, weights, the floor of Hartung and Knapp, arms that swap."""

from __future__ import annotations

from math import exp

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assuage.errors import EvidenceError
from assuage.evidence.bayes import Prior, pool_bayes
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.beta_binomial import pool_beta_binomial
from assuage.evidence.bias import cumulative, leave_one_out
from assuage.evidence.effect import Count, Effect
from assuage.evidence.glmm import pool_arms, pool_contrasts
from assuage.evidence.heterogeneity import NAMES, Estimator
from assuage.evidence.pool import heterogeneity_bounds, pool_common, pool_random, prediction
from assuage.evidence.regression import regress
from assuage.evidence.sparse import mantel_haenszel, peto
from assuage.evidence.weighted import data_of, fit

value = st.integers(-300, 300).map(lambda number: number / 100)
variance = st.integers(2, 400).map(lambda number: number / 100)
several = st.lists(st.tuples(value, variance), min_size=3, max_size=8, unique_by=lambda row: row[0])
arm = st.integers(5, 20).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).map(lambda row: Count(*row))
pairs = st.lists(st.tuples(arm, arm), min_size=3, max_size=6)
# A model of counts takes a tenth of a second: a failing case is shown as found.
NO_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
ESTIMATORS: list[Estimator] = ["DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS"]


def effects(rows: list[tuple[float, float]], *, shift: float = 0.0, turn: float = 1.0) -> list[Effect]:
    return [Effect("MD", turn * y + shift, v, "drawn") for y, v in rows]


@pytest.mark.parametrize("estimator", ESTIMATORS)
@given(rows=several)
@settings(max_examples=25, deadline=None)
def test_order_does_not_matter_and_shifting_shifts_and_turning_turns(estimator: Estimator, rows: list) -> None:
    one = pool_random(effects(rows), estimator=estimator)
    back = pool_random(effects(rows[::-1]), estimator=estimator)
    moved = pool_random(effects(rows, shift=7), estimator=estimator)
    turned = pool_random(effects(rows, turn=-1), estimator=estimator)
    assert one.tau2 is not None
    for other in (back, moved, turned):
        assert other.tau2 is not None
        assert other.tau2.value == pytest.approx(one.tau2.value, rel=1e-7, abs=1e-9)
        assert other.standard_error == pytest.approx(one.standard_error, rel=1e-6)
    assert back.value == pytest.approx(one.value, abs=1e-7)
    assert moved.value - 7 == pytest.approx(one.value, abs=1e-7)
    assert [-turned.upper, -turned.lower] == pytest.approx([one.lower, one.upper], abs=1e-6)


@given(rows=several)
@settings(max_examples=50, deadline=None)
def test_weights_are_shares_and_the_answer_lies_among_the_studies(rows: list) -> None:
    for one in (pool_common(effects(rows)), pool_random(effects(rows))):
        assert sum(one.weights) == pytest.approx(1, abs=1e-12)
        assert min(one.weights) > 0
        assert min(y for y, _ in rows) - 1e-9 <= one.value <= max(y for y, _ in rows) + 1e-9
        assert one.value == pytest.approx(sum(w * y for w, (y, _) in zip(one.weights, rows, strict=True)), abs=1e-9)
        assert one.lower < one.value < one.upper


@given(rows=several)
@settings(max_examples=50, deadline=None)
def test_the_floor_of_hartung_and_knapp_is_never_crossed(rows: list) -> None:
    floored = pool_random(effects(rows), test="hartung-knapp-floor")
    assert floored.standard_error >= pool_random(effects(rows), test="hartung-knapp").standard_error - 1e-12
    assert floored.standard_error >= pool_random(effects(rows), test="normal").standard_error - 1e-12


@given(rows=several, stretch=st.floats(1, 20))
@settings(max_examples=50, deadline=None)
def test_more_heterogeneity_never_narrows_the_floored_interval(rows: list, stretch: float) -> None:
    centre = sum(y for y, _ in rows) / len(rows)
    wider = [(centre + stretch * (y - centre), v) for y, v in rows]
    near = pool_random(effects(rows), test="hartung-knapp-floor", estimator="PM")
    far = pool_random(effects(wider), test="hartung-knapp-floor", estimator="PM")
    assert far.upper - far.lower >= (near.upper - near.lower) * (1 - 1e-9)
    assert far.spread.q >= near.spread.q - 1e-9


@given(rows=several)
@settings(max_examples=50, deadline=None)
def test_the_likeliest_tau_is_as_high_as_any_point_of_a_fine_grid(rows: list) -> None:
    data = data_of(effects(rows))
    y, v = data.values, data.variances

    def height(tau2: float) -> float:
        w = 1 / (v + tau2)
        centre = (w * y).sum() / w.sum()
        return float(np.log(w).sum() - np.log(w.sum()) - (w * (y - centre) ** 2).sum()) / 2

    one = pool_random(effects(rows))
    assert one.tau2 is not None
    assert height(one.tau2.value) >= max(height(t) for t in np.linspace(0, 40, 2000)) - 1e-9


@given(rows=several)
@settings(max_examples=40, deadline=None)
def test_the_profile_of_q_holds_the_estimate_that_solves_q(rows: list) -> None:
    bounds = heterogeneity_bounds(effects(rows))
    one = pool_random(effects(rows), estimator="PM")
    assert one.tau2 is not None
    assert bounds.tau2_lower <= one.tau2.value + 1e-9
    assert one.tau2.value <= bounds.tau2_upper + 1e-9 or bounds.is_empty
    assert 0 <= bounds.i2_lower <= bounds.i2_upper < 1
    residual = fit(data_of(effects(rows)), one.tau2.value).residual.sum()
    assert residual == pytest.approx(0, abs=1e-7)


@given(rows=several)
@settings(max_examples=30, deadline=None)
def test_a_new_study_is_less_sure_than_the_mean_and_t_than_normal(rows: list) -> None:
    one = pool_random(effects(rows))
    ahead = [prediction(one, reference=which) for which in ("normal", "t, k − 1", "t, k − 2")]
    widths = [bounds.upper - bounds.lower for bounds in ahead]
    assert widths[0] < widths[1] < widths[2]
    assert ahead[1].lower <= one.lower + 1e-9


@given(rows=several)
@settings(max_examples=20, deadline=None)
def test_the_last_cumulative_pool_is_the_pool_and_one_is_left_out_each_time(rows: list) -> None:
    found = cumulative(effects(rows))
    assert [one.k for one in found] == list(range(2, len(rows) + 1))
    assert found[-1] == pool_random(effects(rows))
    assert [one.k for one in leave_one_out(effects(rows))] == [len(rows) - 1] * len(rows)


@given(rows=several)
@settings(max_examples=20, deadline=None)
def test_a_shift_changes_the_intercept_of_a_regression_only(rows: list) -> None:
    dose = {"dose": list(range(len(rows)))}
    if len(rows) < 4:
        rows = [*rows, (rows[0][0] + 0.31, 0.5)]
        dose = {"dose": list(range(4))}
    one, moved = regress(effects(rows), dose), regress(effects(rows, shift=5), dose)
    assert moved.coefficients[0].value - 5 == pytest.approx(one.coefficients[0].value, abs=1e-6)
    assert moved.coefficients[1].value == pytest.approx(one.coefficients[1].value, abs=1e-7)
    assert moved.moderators_p == pytest.approx(one.moderators_p, abs=1e-7)


@given(rows=several, scale=st.floats(0.1, 2))
@settings(max_examples=20, deadline=None)
def test_a_posterior_shifts_turns_and_forgets_the_order(rows: list, scale: float) -> None:
    prior = Prior(scale)
    one, moved = pool_bayes(effects(rows), prior=prior), pool_bayes(effects(rows[::-1], shift=3), prior=prior)
    assert [moved.mean - 3, moved.lower - 3, moved.new_upper - 3] == pytest.approx(
        [one.mean, one.lower, one.new_upper], abs=1e-7
    )
    turned = pool_bayes(effects(rows, turn=-1), prior=prior)
    assert 1 - turned.probability_above(0) == pytest.approx(one.probability_above(0), abs=1e-9)
    assert one.lower < one.median < one.upper
    assert one.new_upper > one.upper


@given(rows=pairs)
@settings(max_examples=12, deadline=None, phases=NO_SHRINKING)
def test_ratios_of_counts_invert_when_arms_swap(rows: list) -> None:
    swapped = [(second, first) for first, second in rows][::-1]
    for pool in (
        lambda data: mantel_haenszel(data, measure="OR"), lambda data: mantel_haenszel(data, measure="RR"),
        lambda data: mantel_haenszel(data, measure="RD"), peto, pool_contrasts,
        lambda data: pool_contrasts(data, model="study intercepts"),
    ):  # fmt: skip
        try:
            one = pool(rows)
        except EvidenceError:
            with pytest.raises(EvidenceError):
                pool(swapped)
            continue
        other = pool(swapped)
        assert other.value == pytest.approx(-one.value, abs=1e-4)
        assert other.standard_error == pytest.approx(one.standard_error, rel=1e-3)
        if one.measure != "RD":
            assert other.estimate * one.estimate == pytest.approx(1, abs=1e-3)
            assert one.bounds.lower == pytest.approx(exp(one.lower), rel=1e-12)


@given(rows=st.lists(arm, min_size=3, max_size=6))
@settings(max_examples=20, deadline=None, phases=NO_SHRINKING)
def test_shares_mirror_when_the_others_are_counted(rows: list) -> None:
    others = [Count(one.others, one.n) for one in rows][::-1]
    for pool in (pool_arms, pool_beta_binomial):
        try:
            one = pool(rows)
        except EvidenceError:
            with pytest.raises(EvidenceError):
                pool(others)
            continue
        assert pool(others).value == pytest.approx(-one.value, abs=1e-4)
        assert 0 < one.bounds.lower < one.estimate < one.bounds.upper < 1


def test_a_posterior_of_counts_turns_with_its_prior_and_its_arms() -> None:
    arms = [Count(0, 7), Count(3, 12), Count(9, 9)]
    one = pool_arms_bayes(arms, prior=Prior(0.8, 0.4, 1.5))
    other = pool_arms_bayes([Count(a.others, a.n) for a in arms], prior=Prior(0.8, -0.4, 1.5))
    assert [-other.upper, -other.mean, -other.new_lower] == pytest.approx(
        [one.lower, one.mean, one.new_upper], abs=1e-6
    )
    both = [(Count(5, 7), Count(1, 8)), (Count(6, 12), Count(4, 12))]
    one = pool_contrasts_bayes(both, prior=Prior(0.5, 0, 1.5))
    other = pool_contrasts_bayes([(second, first) for first, second in both], prior=Prior(0.5, 0, 1.5))
    assert [-other.upper, -other.mean] == pytest.approx([one.lower, one.mean], abs=1e-6)


def test_every_estimator_was_tried() -> None:
    assert set(ESTIMATORS) == set(NAMES)
