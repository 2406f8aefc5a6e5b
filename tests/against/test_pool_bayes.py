"""Bayesian pools against R's integrate (every bayes.nnhm case of data/meta/pooling.json); of counts, against plain sums."""

from __future__ import annotations

from math import comb
from typing import Any

import numpy as np
import pytest
from scipy.special import expit
from tests import gold

from assuage.evidence.bayes import Prior, pool_bayes
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.effect import Count
from assuage.evidence.weighted import Floats


@pytest.mark.parametrize("case", gold.cases("bayes.nnhm"), ids=lambda case: case["id"])
def test_a_posterior_agrees(case: dict[str, Any]) -> None:
    scale = float(case["args"]["tau_prior"].removeprefix("half-normal(").removesuffix(")"))
    one = pool_bayes(gold.effects(case), prior=Prior(scale))
    found = {
        "mean": one.mean, "sd": one.sd, "median": one.median, "ci_lb": one.lower, "ci_ub": one.upper,
        "pi_lb": one.new_lower, "pi_ub": one.new_upper, "p_gt0": one.probability_above(0),
        "tau_median": one.tau_median, "tau_ub95": one.tau_upper,
    }  # fmt: skip
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


def test_every_case_is_there() -> None:
    assert len(gold.cases("bayes.nnhm")) == 20


def by_grid(height: Any, mu: Floats, tau: Floats) -> dict[str, float]:
    """Moments and quantiles of a posterior summed over a fine even grid: the slow way."""
    share = np.exp(height - height.max())
    share /= share.sum()
    mean = float((share * mu).sum())
    half_mu, half_tau = (mu[1] - mu[0]) / 2, (tau[1, 0] - tau[0, 0]) / 2
    below = np.interp([0.025, 0.5, 0.975], share.sum(0).cumsum(), mu + half_mu)
    spread = np.interp([0.5, 0.95], share.sum(1).cumsum(), tau[:, 0] + half_tau)
    sd = float(np.sqrt((share * (mu - mean) ** 2).sum()))
    return dict(zip(NAMES, [mean, sd, *below, *spread], strict=True))


NAMES = ("mean", "sd", "lower", "median", "upper", "tau_median", "tau_upper")


@pytest.mark.parametrize(("arms", "spread"), [([(0, 7), (7, 7), (3, 12)], 1.0), ([(0, 9), (0, 15)], 0.5)])
def test_a_posterior_of_single_arms_agrees_with_a_sum_over_a_grid(arms: list[tuple[int, int]], spread: float) -> None:
    z, w = np.polynomial.hermite_e.hermegauss(120)
    mu, tau = np.linspace(-14, 12, 1041), (np.arange(200)[:, None] + 0.5) * spread * 6 / 200
    height = -(mu**2) / (2 * 2.0**2) - tau**2 / (2 * spread**2)
    for events, n in arms:
        # Plain Gauss-Hermite about the prior, not about the mode: another way to the same average.
        p = expit(mu[None, :, None] + tau[:, :, None] * z)
        height = height + np.log((p**events * (1 - p) ** (n - events)) @ w)
    one = pool_arms_bayes([Count(*arm) for arm in arms], prior=Prior(spread, 0, 2))
    found = {name: getattr(one, name) for name in NAMES}
    # The grid's steps of 0.025 in mu and 0.03 in τ, between which shares are interpolated, leave a thousandth.
    assert gold.misses(found, by_grid(height, mu, tau), tol=1e-3) == {}


def test_a_posterior_of_contrasts_agrees_with_a_sum_over_a_grid() -> None:
    pairs = [(Count(5, 7), Count(1, 8)), (Count(0, 10), Count(0, 9)), (Count(6, 12), Count(4, 12))]
    z, w = np.polynomial.hermite_e.hermegauss(40)
    mu, tau = np.linspace(-6, 8, 281), (np.arange(80)[:, None] + 0.5) * 4 / 80
    height = -(mu**2) / (2 * 1.5**2) - tau**2 / (2 * 0.7**2)
    for one, two in pairs:
        odds = np.exp(mu[None, :, None] + tau[:, :, None] * z)
        both = one.events + two.events
        ways = [comb(one.n, j) * comb(two.n, both - j) for j in range(both + 1)]
        chance = ways[one.events] * odds**one.events / sum(way * odds**j for j, way in enumerate(ways))
        height = height + np.log(chance @ w)
    belief = pool_contrasts_bayes(pairs, prior=Prior(0.7, 0, 1.5))
    found = {name: getattr(belief, name) for name in NAMES}
    # As above: the grid is good to a few thousandths.
    assert gold.misses(found, by_grid(height, mu, tau), tol=4e-3) == {}
    assert belief.k == 2  # the study in which nobody had the event says nothing


def test_the_effect_of_a_new_study_is_that_of_draws() -> None:
    one = pool_arms_bayes([Count(2, 7), Count(7, 7), Count(3, 12)], prior=Prior(1.0, 0, 2))
    slices = one.new.slices
    rng = np.random.default_rng(5)
    node = rng.choice(len(slices.tau), 400_000, p=slices.weights)
    column = (slices.shares.cumsum(1)[node] < rng.random((400_000, 1))).sum(1).clip(max=slices.mu.shape[1] - 1)
    drawn = slices.mu[node, column] + slices.tau[node] * rng.normal(size=400_000)
    # 400,000 draws leave about 0.01 on a 95 % limit, and 0.001 on a probability.
    assert [one.new_lower, one.new_upper] == pytest.approx(list(np.quantile(drawn, [0.025, 0.975])), abs=0.05)
    assert one.new_above(0) == pytest.approx(float((drawn > 0).mean()), abs=0.005)
