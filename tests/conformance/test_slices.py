"""The posterior of counts in slices, against the same integrals on one long even lattice by Fourier's way."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
from scipy.interpolate import CubicSpline
from scipy.optimize import brentq

from assuage.evidence.bayes import Prior
from assuage.evidence.bayes_counts import pool_arms_bayes
from assuage.evidence.effect import Count
from assuage.evidence.weighted import Floats

REACH, STEP, STEP_OF_U = 130.0, 0.008, 0.05
SHARES = (0.025, 0.5, 0.975)
Arms = list[tuple[int, int]]
LIKELY: list[tuple[Arms, tuple[float, float, float]]] = [
    ([(180, 300), (150, 300)], (0.5, 0, 1.5)),
    ([(180, 300), (150, 300)], (2, 0, 3)),
    ([(2, 7), (7, 7), (3, 12)], (1, 0, 2)),
    ([(0, 9), (0, 15)], (2, 0, 3)),
    ([(7, 15), (10, 15), (0, 6), (30, 300)], (2, 0, 3)),
    ([(5, 8), (3, 9), (20, 40), (2, 11), (7, 7), (12, 30)], (0.8, 0.4, 1.5)),
]
# All of one and none of another, and a prior that had not thought it possible.
CONTRADICTION: tuple[Arms, tuple[float, float, float]] = ([(0, 300), (300, 300), (150, 150), (0, 40)], (0.3, -1, 1))


class Lattice:
    """Densities of mu and of θ in one more study at even steps of θ; averages over a normal curve are products of transforms."""

    def __init__(self, arms: Arms, prior: tuple[float, float, float]) -> None:
        scale, mean, sd = prior
        size = 2 ** int(np.ceil(np.log2(2 * REACH / STEP)))
        self.theta = mean + (np.arange(size) - size // 2) * STEP
        omega = 2 * np.pi * np.fft.rfftfreq(size, STEP)
        heights = [x * self.theta - n * np.logaddexp(0, self.theta) for x, n in arms]
        turned = [np.fft.rfft(np.exp(one - one.max())) for one in heights]
        # Finer than any arm, so that every node of τ may be as near as it likes to 0.
        fine = min(scale, min(np.sqrt(1 / (x + 0.5) + 1 / (n - x + 0.5)) for x, n in arms))
        self.u = (np.arange(int(np.arcsinh(16 * scale / fine) / STEP_OF_U)) + 0.5) * STEP_OF_U
        self.tau, self.fine = fine * np.sinh(self.u), fine
        self.of_mu, self.of_new, masses = np.zeros(size), np.zeros(size), []
        for u, tau in zip(self.u, self.tau, strict=True):
            curve = np.exp(-((tau * omega) ** 2) / 2)
            density = np.exp(-(((self.theta - mean) / sd) ** 2) / 2 - (tau / scale) ** 2 / 2) * np.cosh(u)
            for one in turned:
                density = density * np.maximum(np.fft.irfft(one * curve, size), 0)
            self.of_mu += density
            self.of_new += np.fft.irfft(np.fft.rfft(density) * curve, size)
            masses.append(density.sum())
        self.of_u = np.array(masses)

    def found(self) -> list[float]:
        near = np.abs(self.theta - self.theta[len(self.theta) // 2]) < REACH / 2
        quantiles = [at for one in (self.of_mu, self.of_new) for at in _quantiles(self.theta[near], one[near], SHARES)]
        both, masses = np.concatenate([-self.u[::-1], self.u]), np.concatenate([self.of_u[::-1], self.of_u])
        taus = [self.fine * np.sinh(at) for at in _quantiles(both, masses, (0.75, 0.975))]
        return [*quantiles, *taus]


def _quantiles(at: Floats, density: Floats, shares: tuple[float, ...]) -> list[float]:
    below = CubicSpline(at, density).antiderivative()
    whole = float(below(at[-1]))
    return [
        brentq(lambda to, share=share: float(below(to)) / whole - share, at[0], at[-1], xtol=1e-12) for share in shares
    ]


def in_slices(arms: Arms, prior: tuple[float, float, float]) -> list[float]:
    one = pool_arms_bayes([Count(*arm) for arm in arms], prior=Prior(*prior))
    return [
        one.lower,
        one.median,
        one.upper,
        one.new_lower,
        one.new.quantile(0.5),
        one.new_upper,
        one.tau_median,
        one.tau_upper,
    ]


@pytest.mark.parametrize(("arms", "prior"), LIKELY)
def test_both_ways_agree(arms: Arms, prior: tuple[float, float, float]) -> None:
    # Both are good to about 1e-9, the quantiles of τ on the lattice to about 1e-6, by the splines between its nodes.
    assert in_slices(arms, prior) == pytest.approx(Lattice(arms, prior).found(), abs=5e-6)


def test_arms_that_contradict_each_other_have_a_posterior_all_the_same() -> None:
    """At spreads that the prior likes nothing is left of the likelihood: this once ended in a number that was none."""
    arms, prior = CONTRADICTION
    found = in_slices(arms, prior)
    assert found == pytest.approx(Lattice(arms, prior).found(), abs=1e-3)
    assert all(one < other for one, other in pairwise(found[:3]))
