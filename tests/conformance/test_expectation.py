"""The lattice that runs within a plan against slower ways to the same posterior: sums over a fine grid, SciPy, the pools."""

from __future__ import annotations

from collections.abc import Sequence
from math import log

import numpy as np
import pytest
from scipy.integrate import dblquad
from scipy.signal import fftconvolve
from scipy.special import expit, logit, ndtr
from tests.expectations import predicted

from assuage.evidence.bayes import Prior as PoolPrior
from assuage.evidence.bayes_counts import pool_arms_bayes
from assuage.evidence.effect import Count
from assuage.evidence.lattice import belief

Counts = tuple[tuple[int, int], ...]
Numbers = tuple[float, float, float]
PRIORS: list[Numbers] = [(1.0, 0.0, 1.5), (0.5, 0.0, 1.5), (0.5, -0.5, 1.0)]
ARMS: list[Counts] = [
    ((7, 15),), ((0, 5),), ((60, 60),), ((7, 15), (21, 40)), ((0, 12), (0, 30)), ((180, 300), (150, 300)),
    ((4, 12), (10, 15), (21, 40)), ((15, 15), (40, 40), (8, 8)), ((0, 10), (3, 20), (20, 20), (1, 40)),
    ((3, 9), (5, 11), (7, 15), (2, 8), (6, 12)), ((30, 40), (20, 40), (35, 40), (28, 40), (19, 40), (33, 40)),
]  # fmt: skip
# What is asked of a share: a hundredth of a per cent, ten times finer than any sheet shows.
CLOSE = 1e-4
TAILS = (0.025, 0.5, 0.975)


class Summed:
    """The same posterior by brute force: four thousand log odds, two hundred τ, every average a convolution."""

    def __init__(self, counts: Counts, prior: Numbers) -> None:
        scale, centre, sd = prior
        step, nodes = 0.01, 200
        self.mu = np.arange(-2000, 2001) * step
        u = (np.arange(nodes) + 0.5) / nodes
        self.tau = 7 * scale * u**2  # more of them where τ is small
        self.post = np.empty((nodes, len(self.mu)))
        likelihoods = [np.exp(log_likelihood(self.mu, one)) for one in counts]
        for at, tau in enumerate(self.tau):
            self.post[at] = u[at] * np.exp(-(((self.mu - centre) / sd) ** 2) / 2 - (tau / scale) ** 2 / 2)
            kernel = np.exp(-((self.mu / tau) ** 2) / 2)
            for likelihood in likelihoods:
                # Narrower than a step or two, the curve changes nothing that a share could show.
                wide = fftconvolve(likelihood, kernel / kernel.sum(), "same") if tau > 2 * step else likelihood
                self.post[at] *= np.maximum(wide, 0)
        self.post /= self.post.sum()

    def mean_below(self, value: float) -> float:
        return float(np.interp(value, self.mu + (self.mu[1] - self.mu[0]) / 2, self.post.sum(0).cumsum()))

    def new_below(self, value: float) -> float:
        return float((self.post * ndtr((value - self.mu) / self.tau[:, None])).sum())


def log_likelihood(theta: np.ndarray, count: tuple[int, int]) -> np.ndarray:
    events, n = count
    found: np.ndarray = events * -np.logaddexp(0, -theta) - (n - events) * np.logaddexp(0, theta) - best(events, n)
    return found


def best(events: int, n: int) -> float:
    return sum(part * log(part / n) for part in (events, n - events) if part)


@pytest.mark.parametrize("prior", PRIORS, ids=str)
@pytest.mark.parametrize("counts", ARMS, ids=str)
def test_the_lattice_agrees_with_sums_over_a_fine_grid(counts: Counts, prior: Numbers) -> None:
    held, summed = belief(counts, prior), Summed(counts, prior)
    for quantile, below in ((held.mean.quantile, summed.mean_below), (held.new.quantile, summed.new_below)):
        for tail in TAILS:
            share = float(expit(quantile(tail)))
            low, high = (below(float(logit(share + move))) for move in (-CLOSE, CLOSE))
            assert low < tail < high


@pytest.mark.parametrize("prior", PRIORS, ids=str)
@pytest.mark.parametrize("counts", [one for one in ARMS if len(one) > 1 and max(n for _, n in one) <= 40], ids=str)
def test_the_lattice_agrees_with_the_pools(counts: Counts, prior: Numbers) -> None:
    pool = pool_arms_bayes([Count(*one) for one in counts], prior=PoolPrior(*prior))
    held = belief(counts, prior)
    found = [expit(held.mean.quantile(tail)) for tail in TAILS] + [
        expit(held.new.quantile(tail)) for tail in (0.025, 0.975)
    ]
    expected = [expit(one) for one in (pool.lower, pool.median, pool.upper, pool.new_lower, pool.new_upper)]
    assert found == pytest.approx(expected, abs=CLOSE)


def chance_below(count: tuple[int, int], prior: Numbers, share: float, *, new: bool) -> float:
    """One arm by two-fold adaptive integration over its own log odds θ and τ; mu and a new θ are normal given both.

    θ ~ N(m, s² + τ²); given it, mu has mean m + ρ (θ − m), ρ = s²/(s² + τ²), and variance s² τ²/(s² + τ²); a new θ has
    τ² more.
    """
    (scale, centre, sd), value = prior, float(logit(share))

    def height(theta: float, tau: float) -> float:
        whole = sd**2 + tau**2
        return float(
            np.exp(log_likelihood(np.array(theta), count) - (theta - centre) ** 2 / whole / 2 - (tau / scale) ** 2 / 2)
            / np.sqrt(whole)
        )

    def below(theta: float, tau: float) -> float:
        whole = sd**2 + tau**2
        variance = (sd * tau) ** 2 / whole + (tau**2 if new else 0)
        return float(ndtr((value - centre - sd**2 / whole * (theta - centre)) / np.sqrt(variance)))

    def integral(of: object) -> float:
        ends = (centre - 9 * sd, centre + 9 * sd)
        return float(dblquad(of, 1e-6, 6.5 * scale, *ends, epsabs=1e-7, epsrel=1e-7)[0])  # type: ignore[arg-type]

    return integral(lambda theta, tau: height(theta, tau) * below(theta, tau)) / integral(height)


@pytest.mark.parametrize("count", [(7, 15), (0, 6)], ids=str)
@pytest.mark.parametrize(("new", "tail"), [(False, 0.025), (False, 0.975), (True, 0.025), (True, 0.975)])
def test_one_arm_agrees_with_adaptive_integration(count: tuple[int, int], new: bool, tail: float) -> None:
    held = belief((count,), PRIORS[0])
    share = float(expit((held.new if new else held.mean).quantile(tail)))
    low, high = (chance_below(count, PRIORS[0], share + move, new=new) for move in (-CLOSE, CLOSE))
    assert low < tail < high


def test_every_number_of_arms_from_one_to_six_is_tried() -> None:
    assert {len(one) for one in ARMS} == set(range(1, 7))


def test_the_next_patients_agree_with_a_draw_of_clinics_and_patients() -> None:
    chances = drawn(((7, 15), (21, 40)), PRIORS[0])
    found = predicted([(7, 15), (21, 40)]).next_patients.chances
    # 400,000 drawn clinics leave a standard error below 0.0006 on each chance.
    assert list(found) == pytest.approx(list(chances), abs=0.003)


def drawn(counts: Counts, prior: Numbers) -> Sequence[float]:
    """Chances of the next ten by importance: clinics drawn from the prior, weighed by the likelihood of what was seen."""
    rng = np.random.default_rng(20260101)
    scale, centre, sd = prior
    size = 400_000
    mu, tau = rng.normal(centre, sd, size), np.abs(rng.normal(0, scale, size))
    weight = np.ones(size)
    for events, n in counts:
        z = rng.standard_normal((16, size))
        theta = mu + tau * z
        weight *= np.exp(
            events * -np.logaddexp(0, -theta) - (n - events) * np.logaddexp(0, theta) - best(events, n)
        ).mean(0)
    y = rng.binomial(10, expit(mu + tau * rng.standard_normal(size)))
    return list(np.bincount(y, weights=weight, minlength=11) / weight.sum())
