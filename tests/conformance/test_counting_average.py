"""The average of a likelihood over a normal spread, by adaptive quadrature, against a plain sum over a fine grid."""

from __future__ import annotations

import numpy as np
import pytest

from assuage.evidence.bayes import Prior
from assuage.evidence.bayes_counts import pool_arms_bayes
from assuage.evidence.counting import Binomial, Hypergeometric, Likelihood, average
from assuage.evidence.effect import Count

ARMS = [Count(0, 6), Count(30, 300), Count(9, 9), Count(108, 218), Count(1, 2)]
PAIRS = [(Count(30, 300), Count(60, 300)), (Count(0, 5), Count(4, 5)), (Count(9, 10), Count(1, 10))]
Z = np.linspace(-40, 40, 40_001)


def summed(likelihood: Likelihood, mu: float, tau: float) -> np.ndarray:
    """The same average as a Riemann sum, which for so smooth an integrand is exact to rounding."""
    theta = np.broadcast_to(mu + tau * Z, (1, likelihood.k, len(Z)))
    terms = likelihood.at(theta)[0][0] - Z**2 / 2 - np.log(2 * np.pi) / 2
    top = terms.max(1, keepdims=True)
    found: np.ndarray = top[:, 0] + np.log(np.exp(terms - top).sum(1) * (Z[1] - Z[0]))
    return found


@pytest.mark.parametrize("likelihood", [Binomial.of(ARMS), Hypergeometric.of(PAIRS)], ids=["arms", "contrasts"])
@pytest.mark.parametrize("mu", [-6.0, -2.0, 0.0, 3.0, 8.0])
@pytest.mark.parametrize("tau", [0.5, 1.0, 4.0])
def test_the_average_is_the_sum(likelihood: Likelihood, mu: float, tau: float) -> None:
    # At τ = 4 so many nodes follow the turn of an empty arm to about 1e-6 of its logarithm.
    found = average(likelihood, np.array([mu]), np.array([tau])).value[0]
    assert found == pytest.approx(summed(likelihood, mu, tau), abs=2e-6)


@pytest.mark.parametrize(
    ("one", "other"),
    [(Count(300, 600), Count(280, 600)), (Count(3, 900), Count(30, 900)), (Count(20, 40), Count(9, 40))],
)
def test_a_long_sum_is_read_from_a_table_as_it_is_summed(one: Count, other: Count) -> None:
    found = Hypergeometric.of([(one, other)]).sums[0]
    theta = np.concatenate(
        [np.random.default_rng(3).uniform(-30, 30, 3000), [-400.0, -30.0, 0.0, 0.025, 30.0, 31.0, 400.0]]
    )
    # Quintic pieces: the value is right to 1e-10, the mean to 1e-8 and the variance to 1e-6 of their size.
    for read, summed, near in zip(found.at(theta), found.summed(theta), (1e-9, 1e-7, 1e-5), strict=True):
        assert read == pytest.approx(summed, rel=1e-12, abs=near)


def test_a_large_arm_far_from_its_mode_does_not_lose_its_weight() -> None:
    """Bare Newton steps went back and forth here, and the average came out as e to the −98 of what it is."""
    large = Binomial.of([Count(30, 300)])
    assert average(large, np.array([3.0]), np.array([4.0])).value[0] == pytest.approx(summed(large, 3.0, 4.0), abs=1e-6)


def test_the_posterior_with_a_large_arm_is_that_of_a_grid() -> None:
    arms, prior = [Count(0, 6), Count(30, 300), Count(9, 9)], Prior(1, 0, 1.5)
    mu, tau = np.linspace(-9, 9, 301), np.linspace(0.01, 6, 120)
    heights = np.array([[summed_of_all(arms, at, spread) for at in mu] for spread in tau])
    density = np.exp(heights - (mu / 1.5) ** 2 / 2 - tau[:, None] ** 2 / 2 - heights.max()).sum(0)
    below = np.cumsum(density) / density.sum()
    found = pool_arms_bayes(arms, prior=prior)
    # The grid is a tenth of a posterior standard deviation wide at most.
    for value, share in ((found.lower, 0.025), (found.median, 0.5), (found.upper, 0.975)):
        assert float(np.interp(value, mu + (mu[1] - mu[0]) / 2, below)) == pytest.approx(share, abs=2e-3)


def summed_of_all(arms: list[Count], mu: float, tau: float) -> float:
    """The log likelihood of all arms at one mean and spread, by a coarser sum."""
    z = Z[::50]
    theta = np.broadcast_to(mu + tau * z, (1, len(arms), len(z)))
    terms = Binomial.of(arms).at(theta)[0][0] - z**2 / 2
    top = terms.max(1, keepdims=True)
    return float((top[:, 0] + np.log(np.exp(terms - top).sum(1))).sum())
