"""What several studies leave to believe, under a stated prior for how much they differ: by quadrature, no sampler."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from math import isfinite
from typing import Any

import msgspec
import numpy as np

from assuage.evidence.effect import Effect, Measure
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Data, Floats, data_of, measure_of, refuse

# Gauss-Legendre panels over the support of τ, and the drop of log density beyond which nothing is left to find.
PANELS, NODES = 12, 24
LOOKED_AT = 401
NOTHING_LEFT = 40.0
ZOOMS = 3
# Effects this many errors and prior scales apart have nothing in common: no digit of the density is left.
FAR_APART = 1e4


class Prior(msgspec.Struct, frozen=True):
    """Half-normal prior for τ with this scale, on the scale of analysis; the mean flat, or normal where both are given.

    A half-normal of scale s has its median at 0.67 s and 95 % below 1.96 s. For log odds ratios 0.5 is common (Röver
    et al., Res Synth Methods 2021); for a difference the scale is in the units of the difference. There is no default.
    """

    tau_scale: float
    mean: float | None = None
    mean_sd: float | None = None

    def __post_init__(self) -> None:
        if not (isfinite(self.tau_scale) and self.tau_scale > 0):
            raise refuse(
                f"a half-normal prior of scale {self.tau_scale}", "a number above 0", "write Prior(tau_scale=0.5)"
            )
        if (self.mean is None) != (self.mean_sd is None):
            raise refuse("half a prior for the mean", "both its mean and its standard deviation, or neither",
                         "write Prior(tau_scale=0.5, mean=0, mean_sd=1.5)")  # fmt: skip
        if (
            self.mean is not None
            and self.mean_sd is not None
            and not (isfinite(self.mean) and isfinite(self.mean_sd) and self.mean_sd > 0)
        ):
            raise refuse(f"a normal prior of mean {self.mean} and standard deviation {self.mean_sd}",
                         "finite numbers, the second above 0", "write what is believed, or leave the mean flat")  # fmt: skip

    def __str__(self) -> str:
        mean = "flat" if self.mean is None else f"normal({self.mean:g}, {self.mean_sd:g})"
        return f"τ half-normal({self.tau_scale:g}), mean {mean}"


@dataclass(frozen=True, slots=True)
class Mixture:
    """Normal distributions with weights that sum to 1."""

    weights: Floats
    means: Floats
    sds: Floats

    @property
    def mean(self) -> float:
        return float(self.weights @ self.means)

    @property
    def sd(self) -> float:
        return float(np.sqrt(self.weights @ (self.sds**2 + (self.means - self.mean) ** 2)))

    def above(self, value: float) -> float:
        """Probability of more than this."""
        from scipy.special import ndtr  # type: ignore[import-untyped]

        return float(self.weights @ ndtr((self.means - value) / self.sds))

    def quantile(self, below: float) -> float:
        """The value with this probability below it."""
        reach = 40 * float(self.sds.max())
        low, high = float(self.means.min()) - reach, float(self.means.max()) + reach
        return _root(lambda value: 1 - self.above(value) - below, low, high)


class Posterior(msgspec.Struct, frozen=True):
    """What is believed after the studies, on the scale of analysis: mean effect, τ, and the effect of a new study.

    Intervals are central at `confidence`. `probability_above` and `new_above` answer for any threshold.
    """

    measure: Measure
    k: int
    prior: Prior
    mean: float
    sd: float
    median: float
    lower: float
    upper: float
    new_lower: float
    new_upper: float
    tau_median: float
    tau_upper: float
    confidence: float
    method: str
    effect: Any
    new: Any
    mixed: tuple[str, ...] = ()

    def probability_above(self, threshold: float) -> float:
        """Probability that the mean effect is above this, on the scale of analysis."""
        return float(self.effect.above(threshold))

    def new_above(self, threshold: float) -> float:
        """Probability that the true effect of one more study is above this, on the scale of analysis."""
        return float(self.new.above(threshold))


@dataclass(frozen=True, slots=True)
class TauNodes:
    """Nodes of τ with their share of the posterior, and its distribution function."""

    tau: Floats
    weights: Floats
    density: Callable[[Floats], Floats]
    low: float
    high: float

    def quantile(self, below: float) -> float:
        whole = _integral(self.density, self.low, self.high)
        return _root(lambda tau: _integral(self.density, self.low, tau) / whole - below, self.low, self.high)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    return float(brentq(function, low, high, xtol=1e-13, rtol=1e-13))


def _nodes(low: float, high: float) -> tuple[Floats, Floats]:
    """Composite Gauss-Legendre nodes and weights."""
    x, w = np.polynomial.legendre.leggauss(NODES)
    edges = np.linspace(low, high, PANELS + 1)
    half = np.diff(edges)[:, None] / 2
    return (edges[:-1, None] + half * (1 + x)).ravel(), (half * w).ravel()


def _integral(density: Callable[[Floats], Floats], low: float, high: float) -> float:
    if high <= low:
        return 0.0
    at, w = _nodes(low, high)
    return float(density(at) @ w)


def tau_nodes(log_density: Callable[[Floats], Floats], *, scale: float) -> TauNodes:
    """Where τ can be, found by looking closer three times, and nodes over it."""
    low, high = 0.0, 10 * scale
    # The prior falls like a normal, so an end is always found; data far from alike may push it out.
    while log_density(np.array([high]))[0] > float(log_density(np.linspace(0, high, LOOKED_AT)).max()) - NOTHING_LEFT:
        high *= 2
    for _ in range(ZOOMS):
        at = np.linspace(low, high, LOOKED_AT)
        seen = log_density(at)
        inside = np.flatnonzero(seen > seen.max() - NOTHING_LEFT)
        low, high = float(at[max(0, inside[0] - 1)]), float(at[min(LOOKED_AT - 1, inside[-1] + 1)])
    top = float(seen.max())

    def density(tau: Floats) -> Floats:
        found: Floats = np.exp(log_density(tau) - top)
        return found

    tau, w = _nodes(low, high)
    weights = density(tau) * w
    return TauNodes(tau, weights / weights.sum(), density, low, high)


def conditional(data: Data, tau: Floats, *, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """At each τ: log posterior density of τ up to a constant, and mean and variance of the mean effect."""
    w = 1 / (data.variances + tau[:, None] ** 2)
    extra = 0.0 if prior.mean_sd is None else 1 / prior.mean_sd**2
    centre = prior.mean or 0.0
    variance = 1 / (w.sum(1) + extra)
    mean = variance * (w @ data.values + extra * centre)
    misfit = (w * (data.values - mean[:, None]) ** 2).sum(1) + extra * (mean - centre) ** 2
    log_density = 0.5 * (np.log(w).sum(1) + np.log(variance) - misfit - (tau / prior.tau_scale) ** 2)
    return log_density, mean, variance


def pool_bayes(effects: Sequence[Effect], *, prior: Prior, confidence: float = 0.95) -> Posterior:
    """Normal effects with a normal spread, under a half-normal prior for τ.

    Give      effects of two or more studies in one measure; the prior, which must be stated
    Get       the posterior on the scale of analysis (logarithm for ratios)
    Holds     order does not matter; with a flat mean, shifting every effect shifts the answer
    Source    y ~ N(θ, v), θ ~ N(mu, τ²); mu is normal given τ, τ by Gauss-Legendre quadrature (Röver, J Stat Softw 2020)
    Checked   tests/against/test_pool_bayes.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two studies, several measures, or values that are no numbers
    """
    refuse_confidence(confidence)
    data = data_of(effects)
    believed = data.values if prior.mean is None else np.append(data.values, prior.mean)
    apart = float(np.ptp(believed)) / (float(np.sqrt(data.variances.max())) + prior.tau_scale + (prior.mean_sd or 0.0))
    if apart > FAR_APART:
        raise refuse(f"effects, or a prior mean, {apart:.3g} times as far apart as errors and prior allow for", f"at most {FAR_APART:.0e} times",
                     "check the units of the effects, and that each variance is one; or state a wider prior")  # fmt: skip
    nodes = tau_nodes(lambda tau: conditional(data, tau, prior=prior)[0], scale=prior.tau_scale)
    _, mean, variance = conditional(data, nodes.tau, prior=prior)
    effect = Mixture(nodes.weights, mean, np.sqrt(variance))
    new = Mixture(nodes.weights, mean, np.sqrt(variance + nodes.tau**2))
    return _posterior(measure_of(effects), data.k, prior=prior, parts=(effect, new, nodes), confidence=confidence,
                      method="normal-normal model, Bayesian by quadrature")  # fmt: skip


def _posterior(
    measure: Measure, k: int, *, prior: Prior, parts: tuple[Mixture, Mixture, TauNodes], confidence: float, method: str
) -> Posterior:
    effect, new, nodes = parts
    rest = (1 - confidence) / 2
    return Posterior(
        measure, k, prior, effect.mean, effect.sd, effect.quantile(0.5), effect.quantile(rest),
        effect.quantile(1 - rest), new.quantile(rest), new.quantile(1 - rest), nodes.quantile(0.5),
        nodes.quantile(confidence), confidence, f"{method}; {prior}", effect, new,
    )  # fmt: skip
