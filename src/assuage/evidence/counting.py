"""Likelihoods of counts as functions of a log odds or a log odds ratio, and their average over a normal spread."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np

from assuage.evidence.cumulant import Cumulant
from assuage.evidence.effect import Count
from assuage.evidence.weighted import Floats

# Nodes of the quadrature, its centre and scale fitted to each study: at τ = 1 right to 1e-8, at τ = 4 to 1e-6, empty arms too.
NODES = 48
# Standard deviations of the spread beyond which nothing is left: the integrand falls at least as fast as the normal does.
REACH = 9.0
STEPS = 200
LARGEST_STEP = 2.0
SETTLED = 1e-11


class Likelihood(Protocol):
    """Log likelihood of every study at its own parameter θ, with first and second derivative; all concave.

    `at` takes θ of shape (G, k, N) and returns three arrays of that shape.
    """

    @property
    def k(self) -> int: ...

    def at(self, theta: Floats) -> tuple[Floats, Floats, Floats]: ...

    def saturated(self) -> float: ...


def log_choose(n: Floats, x: Floats) -> Floats:
    """Logarithm of the number of ways to choose x of n."""
    from scipy.special import gammaln  # type: ignore[import-untyped]

    found: Floats = gammaln(n + 1) - gammaln(x + 1) - gammaln(n - x + 1)
    return found


@dataclass(frozen=True, slots=True)
class Binomial:
    """x of n with log odds θ + offset, shape (k,) each."""

    x: Floats
    n: Floats
    offset: Floats

    @classmethod
    def of(cls, arms: Sequence[Count]) -> Binomial:
        x, n = np.array([(arm.events, arm.n) for arm in arms], dtype=float).T
        return cls(x, n, np.zeros(len(arms)))

    @classmethod
    def conditional(cls, pairs: Sequence[tuple[Count, Count]]) -> Binomial:
        """Events of the first arm out of those of both: the approximation for rare events."""
        rows = [(one.events, one.events + two.events, one.n / two.n) for one, two in pairs]
        x, n, ratio = np.array(rows, dtype=float).T
        return cls(x, n, np.log(ratio))

    @property
    def k(self) -> int:
        return len(self.x)

    def at(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        from scipy.special import expit

        eta = theta + self.offset[:, None]
        x, n = self.x[:, None], self.n[:, None]
        p = expit(eta)
        value = x * eta - n * np.logaddexp(0, eta) + log_choose(self.n, self.x)[:, None]
        return value, x - n * p, -n * p * expit(-eta)

    def saturated(self) -> float:
        from scipy.special import xlogy

        x, n = self.x, self.n
        return float((xlogy(x, x / n) + xlogy(n - x, 1 - x / n) + log_choose(n, x)).sum())


@dataclass(frozen=True, slots=True)
class Hypergeometric:
    """Events of the first arm given those of both: θ is the log odds ratio; what the arms have in common drops out."""

    a: Floats
    sums: tuple[Cumulant, ...]

    @classmethod
    def of(cls, pairs: Sequence[tuple[Count, Count]]) -> Hypergeometric:
        sums = []
        for one, two in pairs:
            both = one.events + two.events
            j = np.arange(max(0, both - two.n), min(one.n, both) + 1, dtype=float)
            ways = log_choose(np.array(float(one.n)), j) + log_choose(np.array(float(two.n)), both - j)
            sums.append(Cumulant(j, ways))
        return cls(np.array([float(one.events) for one, _ in pairs]), tuple(sums))

    @property
    def k(self) -> int:
        return len(self.a)

    @property
    def is_extreme(self) -> bool:
        """Every study has as few, or as many, events in the first arm as it could: no mean and spread are likeliest."""
        return all(a in (one.j[0], one.j[-1]) for a, one in zip(self.a, self.sums, strict=True))

    def at(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        value, first, second = np.empty_like(theta), np.empty_like(theta), np.empty_like(theta)
        for at, one in enumerate(self.sums):
            whole, mean, variance = one.at(theta[:, at])
            value[:, at] = one.ways[int(self.a[at] - one.j[0])] + self.a[at] * theta[:, at] - whole
            first[:, at] = self.a[at] - mean
            second[:, at] = -np.maximum(0.0, variance)
        return value, first, second

    def saturated(self) -> float:
        """The best each study can reach alone: probability 1 where its count is the least or the most possible."""
        total = 0.0
        for a, one in zip(self.a, self.sums, strict=True):
            if one.j[0] < a < one.j[-1]:
                alone = Hypergeometric(np.array([a]), (one,))
                theta = np.zeros((1, 1, 1))
                for _ in range(STEPS):
                    _, first, second = alone.at(theta)
                    theta = theta + np.clip(-first / second, -LARGEST_STEP, LARGEST_STEP)
                total += float(alone.at(theta)[0][0, 0, 0])
        return total


@dataclass(frozen=True, slots=True)
class Averaged:
    """A likelihood averaged over θ ~ N(mu, τ²): logarithm (G, k), nodes z = (θ − mu)/τ and their weights (G, k, N)."""

    value: Floats
    z: Floats
    weights: Floats
    theta: Floats

    def mean(self, of: Floats) -> Floats:
        """The mean of something over what each study's θ could be."""
        found: Floats = (self.weights * of).sum(-1)
        return found


def average(likelihood: Likelihood, mu: Floats, tau: Floats, *, nodes: int = NODES) -> Averaged:
    """Each study's likelihood averaged over a normal spread of θ, by a sum about each study's mode.

    Give      mu and tau of shape (G,)
    Holds     at τ = 0 the likelihood at mu; sound for empty and full arms, since the spread keeps the mode finite
    Source    even steps of t in z = mode + s sinh t, with s from the curvature at the mode (Liu & Pierce, Biometrika 1994): fine
              where a large arm is sharp, and reaching to where an empty arm, flat on one side, has ended (sums of smooth
              functions over even steps: Trefethen & Weideman, SIAM Rev 2014)
    Checked   tests/conformance/test_counting_average.py, tests/against/test_pool_glmm.py
    """
    mu3, tau3 = mu[:, None, None], tau[:, None, None]
    z = _modes(likelihood, mu3, tau3)
    _, _, second = likelihood.at(mu3 + tau3 * z)
    width = 1 / np.sqrt(1 - tau3**2 * second)
    furthest = np.arcsinh(REACH / width)
    step = 2 * furthest / (nodes - 1)
    t = furthest * np.linspace(-1, 1, nodes)
    at = z + width * np.sinh(t)
    theta = mu3 + tau3 * at
    terms = likelihood.at(theta)[0] - at**2 / 2 + np.log(width * np.cosh(t) * step) - np.log(2 * np.pi) / 2
    top = terms.max(-1, keepdims=True)
    weights = np.exp(terms - top)
    total = weights.sum(-1, keepdims=True)
    return Averaged((top + np.log(total))[..., 0], at, weights / total, theta)


def _modes(likelihood: Likelihood, mu: Floats, tau: Floats) -> Floats:
    """Where each study's likelihood times the standard normal is highest in z, shape (G, k, 1).

    Far from its mode a large arm is nearly flat where the step starts and steep where it lands, so that bare Newton
    steps can go back and forth for ever: each is kept between the points known to lie on either side of the mode.
    """
    z = np.zeros((len(mu), likelihood.k, 1))
    low, high = np.full_like(z, -np.inf), np.full_like(z, np.inf)
    for _ in range(STEPS):
        _, first, second = likelihood.at(mu + tau * z)
        slope = tau * first - z
        low, high = np.where(slope > 0, z, low), np.where(slope < 0, z, high)
        step = np.clip(slope / (1 - tau**2 * second), -LARGEST_STEP, LARGEST_STEP)
        to = z + step
        is_between = np.isfinite(low) & np.isfinite(high)
        middle = np.where(is_between, (np.where(is_between, low, 0.0) + np.where(is_between, high, 0.0)) / 2, to)
        to = np.where((low < to) & (to < high), to, middle)
        moved = float(np.abs(to - z).max())
        z = to
        if moved < SETTLED:
            break
    return z
