"""Random effects by the binomial likelihood itself: no logarithm of an empty cell, no correction, no normal arms."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from math import log, sqrt
from typing import Literal

import msgspec
import numpy as np

from assuage.evidence.binomial import logit_share
from assuage.evidence.contrast import odds_ratio
from assuage.evidence.counting import (
    LARGEST_STEP,
    SETTLED,
    STEPS,
    Averaged,
    Binomial,
    Hypergeometric,
    Likelihood,
    average,
)
from assuage.evidence.distribution import chi2_above, two_sided_z, z_quantile
from assuage.evidence.effect import Bounds, Count, Effect, Measure
from assuage.evidence.heterogeneity import typical_variance
from assuage.evidence.pool import as_read
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.sparse import Homogeneity
from assuage.evidence.weighted import Floats, data_of, refuse

Pair = tuple[Count, Count]
Contrast = Literal["conditional", "conditional, rare events", "study intercepts"]
STARTS = (0.1, 0.7, 2.0)
# A rise of the log likelihood smaller than this is not told from rounding: τ is then 0.
RISE = 1e-9
STEP = 1e-4
# A spread of this many logits puts nearly all true shares at 0 or 1: the search has run away.
LARGEST_TAU = 20.0


class BinomialPool(msgspec.Struct, frozen=True):
    """Mean log odds (PLO) or log odds ratio (OR) of a binomial-normal model, by maximum likelihood.

    `k` studies given, `k_informative` used. `i2` is a fraction that sets τ² against the variance of corrected logits,
    for comparison only. `homogeneity` is the likelihood ratio test that τ is 0 and every study the same.
    """

    measure: Measure
    k: int
    k_informative: int
    value: float
    standard_error: float
    lower: float
    upper: float
    confidence: float
    p: float
    tau2: float
    i2: float
    log_likelihood: float
    homogeneity: Homogeneity
    method: str
    mixed: tuple[str, ...] = ()

    @property
    def estimate(self) -> float:
        """A share, or an odds ratio."""
        return as_read(self.measure, self.value)

    @property
    def bounds(self) -> Bounds:
        """The interval on the scale that is read."""
        ends = [as_read(self.measure, end) for end in (self.lower, self.upper)]
        return Bounds(ends[0], ends[1], self.confidence, self.method)

    def prediction(self) -> Bounds:
        """Where the true value of one more study is expected, on the scale of analysis; normal, so rather narrow."""
        half = z_quantile((1 + self.confidence) / 2) * sqrt(self.standard_error**2 + self.tau2)
        return Bounds(self.value - half, self.value + half, self.confidence, "prediction by normal")


@dataclass
class Intercepts:
    """Both arms' log odds α ± θ/2 with a fixed α a study, held at its best for the θ-distribution asked about."""

    pairs: Sequence[Pair]
    alpha: Floats = field(init=False)

    def __post_init__(self) -> None:
        self.arms = tuple(Binomial.of([pair[at] for pair in self.pairs]) for at in (0, 1))
        total, people = sum(arm.x for arm in self.arms), sum(arm.n for arm in self.arms)
        self.alpha = np.log(total / (people - total))

    @property
    def k(self) -> int:
        return len(self.pairs)

    def both(self, theta: Floats) -> tuple[tuple[Floats, Floats, Floats], tuple[Floats, Floats, Floats]]:
        alpha = self.alpha[:, None]
        return self.arms[0].at(alpha + theta / 2), self.arms[1].at(alpha - theta / 2)

    def at(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        one, two = self.both(theta)
        return one[0] + two[0], (one[1] - two[1]) / 2, (one[2] + two[2]) / 4

    def saturated(self) -> float:
        return sum(arm.saturated() for arm in self.arms)

    def settle(self, mu: Floats, tau: Floats) -> Averaged:
        """Newton's steps on every α at once; the average is log-concave in α as the terms are in (α, θ)."""
        for _ in range(STEPS):
            found = average(self, mu, tau)
            one, two = self.both(found.theta)
            slope = one[1] + two[1]
            mean = found.mean(slope)
            bend = found.mean(one[2] + two[2]) + found.mean((slope - mean[..., None]) ** 2)
            step = np.clip(-(mean / bend)[0], -LARGEST_STEP, LARGEST_STEP)
            self.alpha = self.alpha + step
            if float(np.abs(step).max()) < SETTLED:
                break
        return average(self, mu, tau)


def pool_arms(arms: Sequence[Count], *, confidence: float = 0.95) -> BinomialPool:
    """The share of single arms, as the mean log odds of a binomial-normal model.

    Give      counts of two or more arms; empty and full arms as they are
    Holds     order does not matter; counting the others changes the sign
    Source    x ~ Binomial(n, logit⁻¹ θ), θ ~ N(mu, τ²) (Hamza, van Houwelingen & Stijnen, J Clin Epidemiol 2008)
    Checked   tests/against/test_pool_glmm.py, tests/laws/test_pool_laws.py
    Not for   a contrast: single arms have nobody to be compared with
    Errors    `EvidenceError` for fewer than two arms, when every arm is empty or full, or no clear maximum
    """
    refuse_confidence(confidence)
    refuse_few(len(arms))
    if all(arm.events in (0, arm.n) for arm in arms):
        raise refuse("arms that are all empty or full", "at least one arm in which some but not all had the event",
                     "use the Bayesian binomial model, whose prior keeps the answer finite")  # fmt: skip
    likelihood = Binomial.of(arms)
    effects = [logit_share(arm, add=0.5) for arm in arms]
    start = log(likelihood.x.sum() / (likelihood.n.sum() - likelihood.x.sum()))
    best = _maximised(lambda mu, tau: average(likelihood, mu, tau), likelihood, start=start)
    return binomial_pool("PLO", best, effects=effects, given=len(arms), confidence=confidence,
                   method="binomial-normal model, maximum likelihood, normal interval")  # fmt: skip


def pool_contrasts(pairs: Sequence[Pair], *, model: Contrast = "conditional", confidence: float = 0.95) -> BinomialPool:
    """The log odds ratio of two-armed studies, by a binomial-normal model.

    Give      counts of both arms; conditional (on the events of both arms: exact), conditional, rare events (binomial
              approximation of it), or study intercepts (a fixed intercept for each study, arms at ± half)
    Holds     order does not matter; swapping the arms changes the sign; studies in which nobody or everybody had the
              event say nothing about a ratio and are counted, not used
    Source    Stijnen, Hamza & Özdemir, Stat Med 2010; Jackson et al., Stat Med 2018 (models 4, 5 and 7)
    Checked   tests/against/test_pool_glmm.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two informative studies, where every table is at its limit, or no clear maximum
    """
    refuse_confidence(confidence)
    telling = [pair for pair in pairs if 0 < pair[0].events + pair[1].events < pair[0].n + pair[1].n]
    refuse_few(len(telling))
    exact = Hypergeometric.of(telling)
    if exact.is_extreme:
        raise refuse("studies in which the first arm has every time the fewest, or the most, events it could",
                     "at least one study in between", "use the Bayesian binomial model; no odds ratio is likeliest here")  # fmt: skip
    effects = [odds_ratio(*pair, add=0.5) for pair in telling]
    likelihood: Likelihood = exact
    how: Callable[[Floats, Floats], Averaged] | None = None
    if model == "study intercepts":
        likelihood = intercepts = Intercepts(telling)
        how = intercepts.settle
    elif model == "conditional, rare events":
        likelihood = Binomial.conditional(telling)
    elif model != "conditional":
        raise refuse(f"the model “{model}”", "conditional; conditional, rare events; or study intercepts",
                     "write model='conditional'")  # fmt: skip
    best = _maximised(how or (lambda mu, tau: average(likelihood, mu, tau)), likelihood, start=0.0)
    return binomial_pool("OR", best, effects=effects, given=len(pairs), confidence=confidence,
                   method=f"binomial-normal model, {model}, maximum likelihood, normal interval")  # fmt: skip


def refuse_few(k: int) -> None:
    """Refuse fewer than two studies that say something."""
    if k < 2:
        raise refuse(f"{k} informative study to pool", "at least two in which some but not all had the event",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip


@dataclass(frozen=True, slots=True)
class Best:
    """The maximum: mean, τ, its height and standard error, and the height of what it is tested against."""

    mu: float
    tau: float
    height: float
    error: float
    common: float
    saturated: float


def _maximised(how: Callable[[Floats, Floats], Averaged], likelihood: Likelihood, *, start: float) -> Best:
    """The best of several starts in (mu, τ), and of τ = 0; the likelihood is even in τ, so 0 is always stationary."""
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    def minus(at: Floats) -> tuple[float, Floats]:
        found = how(at[:1], at[1:])
        slope = likelihood.at(found.theta)[1]
        down = np.array([found.mean(slope).sum(), found.mean(found.z * slope).sum()])
        return -float(found.value.sum()), -down

    def flat(at: Floats) -> tuple[float, Floats]:
        height, down = minus(np.array([at[0], 0.0]))
        return height, down[:1]

    options = {"gtol": 1e-8, "maxiter": 100}
    level = minimize(flat, np.array([start]), jac=True, method="BFGS", options=options)
    best, height = np.array([level.x[0], 0.0]), float(level.fun)
    for tau in STARTS:
        found = minimize(minus, np.array([level.x[0], tau]), jac=True, method="BFGS", options=options)
        if found.fun < height - RISE:
            best, height = found.x, float(found.fun)
    rows = [(minus(best + step)[1] - minus(best - step)[1]) / (2 * STEP) for step in STEP * np.eye(2)]
    bend = (np.array(rows) + np.array(rows).T) / 2
    if abs(best[1]) > LARGEST_TAU or bend[0, 0] <= 0 or (best[1] != 0 and np.linalg.det(bend) <= 0):
        raise refuse(f"a likelihood without a clear maximum (τ at {abs(best[1]):.3g})", "studies that settle mean and spread",
                     "use the Bayesian binomial model, whose prior keeps the answer finite")  # fmt: skip
    error = sqrt(1 / bend[0, 0]) if best[1] == 0 else sqrt(np.linalg.inv(bend)[0, 0])
    minus(best)
    return Best(float(best[0]), abs(float(best[1])), -height, error, -float(level.fun), likelihood.saturated())


def binomial_pool(
    measure: Measure, best: Best, *, effects: Sequence[Effect], given: int, confidence: float, method: str
) -> BinomialPool:
    """The pool at a maximum: its interval, I² against corrected logits, and the test of homogeneity."""
    usual = typical_variance(data_of(effects))
    tau2 = best.tau**2
    half = z_quantile((1 + confidence) / 2) * best.error
    # Where studies are alike to the last count, rounding alone may leave this below 0.
    ratio = max(0.0, 2 * (best.saturated - best.common))
    df = len(effects) - 1
    test = Homogeneity(ratio, df, chi2_above(ratio, df), len(effects), "likelihood ratio against one log odds a study")
    return BinomialPool(
        measure, given, len(effects), best.mu, best.error, best.mu - half, best.mu + half, confidence,
        two_sided_z(best.mu / best.error), tau2, tau2 / (tau2 + usual), best.height, test, method,
    )  # fmt: skip
