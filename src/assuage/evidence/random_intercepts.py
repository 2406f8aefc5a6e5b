"""Odds ratios of studies whose levels are drawn too: a binomial model with a random intercept beside the random effect."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import log, sqrt

import msgspec
import numpy as np

from assuage.evidence.contrast import odds_ratio
from assuage.evidence.counting import LARGEST_STEP, SETTLED, STEPS, Binomial
from assuage.evidence.glmm import LARGEST_TAU, RISE, STARTS, Best, BinomialPool, Pair, binomial_pool, refuse_few
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Floats, refuse

# Nodes a side of the quadrature about each study's mode; with one node it is Laplace's approximation.
NODES = 13
# A spread below this is 0: the likelihood is even in it, and flat there.
NO_SPREAD = 1e-4
STEP = 1e-3
# A study whose arm is empty wants an endless odds ratio of its own; beyond this nothing is gained.
FARTHEST = 30.0


class RandomIntercepts(msgspec.Struct, frozen=True):
    """The pool, with the mean level of the studies (log odds midway between arms) and the variance of their levels."""

    pool: BinomialPool
    level: float
    level_variance: float
    nodes: int


@dataclass(frozen=True, slots=True)
class At:
    """α and θ of each study, shape (k,), and the spreads σ of levels and τ of effects."""

    alpha: Floats
    theta: Floats
    sigma: float
    tau: float


@dataclass(frozen=True, slots=True)
class Levels:
    """Both arms at α + σ z₁ ± (θ + τ z₂)/2, averaged over z₁ and z₂, by quadrature about each study's mode."""

    one: Binomial
    two: Binomial
    nodes: int

    @classmethod
    def of(cls, pairs: Sequence[Pair], *, nodes: int) -> Levels:
        return cls(Binomial.of([pair[0] for pair in pairs]), Binomial.of([pair[1] for pair in pairs]), nodes)

    def terms(self, at: At, z: Floats) -> tuple[Floats, Floats, Floats]:
        """Log of likelihood times density of z (k, N, 2), without the density's constant; slope; bend, negated."""
        sigma, tau = at.sigma, at.tau
        level, half = at.alpha[:, None] + sigma * z[..., 0], (at.theta[:, None] + tau * z[..., 1]) / 2
        (f1, g1, h1), (f2, g2, h2) = self.one.at(level + half), self.two.at(level - half)
        slope = np.stack([sigma * (g1 + g2), tau * (g1 - g2) / 2], -1) - z
        cross = -sigma * tau * (h1 - h2) / 2
        bend = np.stack([1 - sigma**2 * (h1 + h2), cross, cross, 1 - tau**2 * (h1 + h2) / 4], -1)
        return f1 + f2 - (z * z).sum(-1) / 2, slope, bend.reshape(*z.shape, 2)

    def heights(self, at: At) -> Floats:
        """Log likelihood of each study, shape (k,).

        Source    Liu & Pierce, Biometrika 1994, in two dimensions: nodes about the mode, scaled by the bend there
        """
        z = np.zeros((self.one.k, 1, 2))
        for _ in range(STEPS):
            _, slope, bend = self.terms(at, z)
            step = np.clip(np.linalg.solve(bend, slope[..., None])[..., 0], -LARGEST_STEP, LARGEST_STEP)
            z = z + step
            if float(np.abs(step).max()) < SETTLED:
                break
        root = np.linalg.inv(np.linalg.cholesky(self.terms(at, z)[2][:, 0]))
        x, w = np.polynomial.hermite.hermgauss(self.nodes)
        grid = np.stack(np.meshgrid(x, x, indexing="ij"), -1).reshape(-1, 2)
        away = sqrt(2) * np.einsum("ni,kij->knj", grid, root)
        terms = self.terms(at, z + away)[0] + (grid**2).sum(-1) + np.log(np.outer(w, w)).ravel()
        top = terms.max(-1)
        total = np.log(np.exp(terms - top[:, None]).sum(-1)) + top
        found: Floats = total + np.log(np.linalg.det(root)) - log(np.pi)
        return found

    def height(self, at: Floats) -> float:
        """Log likelihood at (α, θ, σ, τ), one θ for all."""
        alpha, theta, sigma, tau = at
        each = np.ones(self.one.k)
        return float(self.heights(At(alpha * each, theta * each, sigma, tau)).sum())


def pool_random_intercepts(pairs: Sequence[Pair], *, nodes: int = NODES, confidence: float = 0.95) -> RandomIntercepts:
    """The log odds ratio of two-armed studies, whose levels are normal too and independent of their effects.

    Give      counts of both arms; nodes a side of the quadrature (1 is Laplace's approximation, as lme4 fits it)
    Holds     order does not matter; swapping the arms changes the sign; studies in which nobody or everybody had the
              event are counted, not used
    Source    Jackson et al., Stat Med 2018 (arms at ± half); maximum likelihood, interval by its curvature
    Checked   tests/against/test_pool_glmm.py, tests/laws/test_pool_laws.py
    Not for   few studies: it estimates a spread more than the conditional model, from the same counts
    Errors    `EvidenceError` for fewer than two informative studies, no node, or no clear maximum
    """
    refuse_confidence(confidence)
    if nodes < 1:
        raise refuse(f"a quadrature of {nodes} nodes", "at least 1", "leave nodes out")
    telling = [pair for pair in pairs if 0 < pair[0].events + pair[1].events < pair[0].n + pair[1].n]
    refuse_few(len(telling))
    levels = Levels.of(telling, nodes=nodes)
    at = _highest(telling, levels)
    alpha, theta, sigma, tau = (float(one) for one in at)
    if max(sigma, tau) > LARGEST_TAU or abs(theta) > FARTHEST:
        raise refuse(f"a likelihood without a clear maximum (spreads at {sigma:.3g} and {tau:.3g})", "studies that settle "
                     "mean and spreads", "use the Bayesian binomial model, whose prior keeps the answer finite")  # fmt: skip
    alike = _minimised(lambda part: levels.height(np.array([*part, 0.0])), at[:3])[1]
    best = Best(theta, tau, levels.height(at), _error(levels, at), alike, _apart(levels, at))
    how = "Laplace's approximation" if nodes == 1 else f"quadrature of {nodes} by {nodes} nodes"
    pool = binomial_pool("OR", best, effects=[odds_ratio(*pair, add=0.5) for pair in telling], given=len(pairs),
                         confidence=confidence, method="binomial-normal model, random study intercepts, maximum "
                         f"likelihood, {how}, normal interval")  # fmt: skip
    return RandomIntercepts(pool, alpha, sigma**2, nodes)


def _minimised(height: Callable[[Floats], float], start: Floats) -> tuple[Floats, float]:
    """Where a height is greatest, and how high it is there."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    found = minimize(lambda at: -height(at), start, method="BFGS", options={"gtol": 1e-6})
    return found.x, -float(found.fun)


def _highest(pairs: Sequence[Pair], levels: Levels) -> Floats:
    """(α, θ, σ, τ) at the best of several starts: by Laplace's approximation first, then by the nodes asked for."""
    events, people = (sum(getattr(arm, name) for pair in pairs for arm in pair) for name in ("events", "n"))
    rough = Levels(levels.one, levels.two, 1)
    start = log(events / (people - events))
    best, height = np.array([start, 0.0, 0.0, 0.0]), -np.inf
    for sigma, tau in product(STARTS, STARTS):
        at, found = _minimised(rough.height, np.array([start, 0.0, sigma, tau]))
        if found > height + RISE:
            best, height = at, found
    if levels.nodes > 1:
        best, _ = _minimised(levels.height, best)
    best[2:] = np.abs(best[2:])
    best[2:][best[2:] < NO_SPREAD] = 0.0
    return best


def _error(levels: Levels, at: Floats) -> float:
    """The standard error of θ from the curvature in everything that is not at 0."""
    free = [0, 1, *(place for place in (2, 3) if at[place] > 0)]
    steps = STEP * np.eye(4)[free]

    def height(*moves: Floats) -> float:
        return levels.height(at + np.sum(moves, axis=0))

    bend = -np.array([[height(a, b) - height(a, -b) - height(-a, b) + height(-a, -b) for b in steps] for a in steps])
    found = np.linalg.inv(bend / (2 * STEP) ** 2)[1, 1]
    if not found > 0:
        raise refuse("a likelihood without a clear maximum", "studies that settle mean and spreads",
                     "use the Bayesian binomial model, whose prior keeps the answer finite")  # fmt: skip
    return sqrt(float(found))


def _apart(levels: Levels, at: Floats) -> float:
    """The highest likelihood with an effect of its own for each study: what one common effect is tested against."""
    own = Own(levels, np.full(levels.one.k, at[1]))
    return _minimised(lambda part: own.height(part[0], part[1]), at[[0, 2]])[1]


@dataclass
class Own:
    """Each study at its own best θ for the level and spread asked about, found from the θ of the time before."""

    levels: Levels
    theta: Floats

    def height(self, alpha: float, sigma: float) -> float:
        """By Newton's steps on differences; levels are those midway between the arms."""
        each = np.full(self.levels.one.k, alpha)
        for _ in range(STEPS):
            low, here, high = (
                self.levels.heights(At(each, self.theta + away, sigma, 0.0)) for away in (-STEP, 0, STEP)
            )
            bend = np.minimum((high - 2 * here + low) / STEP**2, -STEP)
            step = np.clip(-(high - low) / (2 * STEP) / bend, -LARGEST_STEP, LARGEST_STEP)
            before, self.theta = self.theta, np.clip(self.theta + step, -FARTHEST, FARTHEST)
            if float(np.abs(self.theta - before).max()) < STEP:
                break
        return float(self.levels.heights(At(each, self.theta, sigma, 0.0)).sum())
