"""Bayesian pools of counts by the binomial likelihood itself: empty and full arms need no correction, only a prior."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from assuage.evidence.bayes import Posterior, Prior
from assuage.evidence.counting import NODES, Binomial, Hypergeometric, Likelihood, average
from assuage.evidence.effect import Count, Measure
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Floats, refuse

TAU_NODES, MU_NODES = 40, 96
# While the support is looked for, the averages need not be exact.
ROUGH = 9
LOOKED_AT = 61
# A drop of log density beyond which less than 1e-12 of the posterior is left.
NOTHING_LEFT = 30.0
# Averages are taken for this many points at once, to bound memory.
AT_ONCE = 2000


@dataclass(frozen=True)
class Surface:
    """The log posterior density of (mu, τ), up to a constant."""

    likelihood: Likelihood
    prior: Prior

    def at(self, mu: Floats, tau: Floats, *, nodes: int = NODES) -> Floats:
        assert self.prior.mean is not None
        assert self.prior.mean_sd is not None
        flat_mu, flat_tau = (one.ravel() for one in np.broadcast_arrays(mu, tau))
        parts = [
            average(
                self.likelihood, flat_mu[low : low + AT_ONCE], flat_tau[low : low + AT_ONCE], nodes=nodes
            ).value.sum(1)
            for low in range(0, len(flat_mu), AT_ONCE)
        ]
        height = np.concatenate(parts) - ((flat_mu - self.prior.mean) / self.prior.mean_sd) ** 2 / 2
        found: Floats = (height - (flat_tau / self.prior.tau_scale) ** 2 / 2).reshape(
            np.broadcast_shapes(mu.shape, tau.shape)
        )
        return found


@dataclass(frozen=True, slots=True)
class Slices:
    """At each node of τ: its share of the posterior, and the distribution of mu as a spline over its own support."""

    tau: Floats
    weights: Floats
    mu: Floats
    shares: Floats
    splines: tuple[Any, ...]

    def mu_below(self, value: Floats, at: int) -> Floats:
        """Distribution function of mu at the τ of this node."""
        spline = self.splines[at]
        found: Floats = np.clip(spline(np.clip(value, spline.x[0], spline.x[-1])), 0.0, 1.0)
        return found


@dataclass(frozen=True, slots=True)
class MeanEffect:
    """The posterior of mu."""

    slices: Slices

    def above(self, value: float) -> float:
        one = self.slices
        at = np.array(value)
        return 1 - float(sum(w * one.mu_below(at, node) for node, w in enumerate(one.weights)))

    def quantile(self, below: float) -> float:
        return _root(self, below, float(self.slices.mu.min()), float(self.slices.mu.max()))


@dataclass(frozen=True, slots=True)
class NewEffect:
    """The posterior of θ in one more study: mu + τ z.

    Where τ is small beside the spread of mu, z is averaged over; where it is large, mu is: each time the smooth one.
    """

    slices: Slices

    def above(self, value: float) -> float:
        return 1 - float(sum(w * self._below(value, node) for node, w in enumerate(self.slices.weights)))

    def _below(self, value: float, node: int) -> float:
        from scipy.special import ndtr  # type: ignore[import-untyped]

        one = self.slices
        tau, mu, shares = one.tau[node], one.mu[node], one.shares[node]
        mean = float(shares @ mu)
        sd = float(np.sqrt(shares @ (mu - mean) ** 2))
        if tau > 0.5 * sd:
            return float(shares @ ndtr((value - mu) / tau))
        x, w = np.polynomial.hermite_e.hermegauss(40)
        return float(one.mu_below(value - tau * x, node) @ w / w.sum())

    def quantile(self, below: float) -> float:
        reach = 12 * float(self.slices.tau.max())
        return _root(self, below, float(self.slices.mu.min()) - reach, float(self.slices.mu.max()) + reach)


def _root(belief: MeanEffect | NewEffect, below: float, low: float, high: float) -> float:
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    return float(brentq(lambda value: 1 - belief.above(value) - below, low, high, xtol=1e-10))


def pool_arms_bayes(arms: Sequence[Count], *, prior: Prior, confidence: float = 0.95) -> Posterior:
    """Single arms: log odds with a normal spread, under a half-normal prior for τ and a normal prior for their mean.

    Give      counts of two or more arms, empty and full ones too; a prior with `mean` and `mean_sd` (on the logit scale)
    Get       the posterior on the logit scale; `sd` and `mean` too
    Holds     order does not matter; counting the others, with the prior's mean turned, changes the sign
    Source    x ~ Binomial(n, logit⁻¹ θ), θ ~ N(mu, τ²); adaptive Gauss-Hermite in θ, Gauss-Legendre in mu and τ
    Checked   tests/against/test_pool_bayes.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two arms, or a prior that leaves the mean flat
    """
    return _posterior("PLO", Binomial.of(arms) if arms else None, prior=prior, confidence=confidence)


def pool_contrasts_bayes(pairs: Sequence[tuple[Count, Count]], *, prior: Prior, confidence: float = 0.95) -> Posterior:
    """Two-armed studies: log odds ratios with a normal spread, by the likelihood conditional on both arms' events.

    Give      counts of both arms of two or more studies; a prior with `mean` and `mean_sd` (log odds ratio)
    Holds     order does not matter; swapping the arms, with the prior's mean turned, changes the sign; a study in which
              nobody or everybody had the event changes nothing
    Source    non-central hypergeometric (Stijnen, Hamza & Özdemir, Stat Med 2010) with the priors of `pool_arms_bayes`
    Checked   tests/against/test_pool_bayes.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two informative studies, or a prior that leaves the mean flat
    """
    telling = [pair for pair in pairs if 0 < pair[0].events + pair[1].events < pair[0].n + pair[1].n]
    return _posterior("OR", Hypergeometric.of(telling) if telling else None, prior=prior, confidence=confidence)


def _posterior(measure: Measure, likelihood: Likelihood | None, *, prior: Prior, confidence: float) -> Posterior:
    refuse_confidence(confidence)
    if likelihood is None or likelihood.k < 2:
        raise refuse(f"{likelihood.k if likelihood else 0} informative study to pool", "at least two studies",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip
    if prior.mean is None:
        raise refuse("a flat prior for the mean of counts", "a normal prior: with empty arms a flat one has no posterior",
                     "write Prior(tau_scale=0.5, mean=0, mean_sd=1.5)")  # fmt: skip
    slices = _slices(Surface(likelihood, prior))
    effect, new = MeanEffect(slices), NewEffect(slices)
    rest = (1 - confidence) / 2
    means = (slices.shares * slices.mu).sum(1)
    mean = float(slices.weights @ means)
    sd = float(np.sqrt(slices.weights @ (slices.shares * (slices.mu - mean) ** 2).sum(1)))
    return Posterior(
        measure, likelihood.k, prior, mean, sd, effect.quantile(0.5), effect.quantile(rest), effect.quantile(1 - rest),
        new.quantile(rest), new.quantile(1 - rest), _tau_quantile(slices, 0.5), _tau_quantile(slices, confidence),
        confidence, f"binomial-normal model, Bayesian by quadrature; {prior}", effect, new,
    )  # fmt: skip


def _slices(surface: Surface) -> Slices:
    from scipy.interpolate import CubicSpline  # type: ignore[import-untyped]

    low, high, top = _support(surface)
    x, w = np.polynomial.legendre.leggauss(TAU_NODES)
    tau = top * (x + 1) / 2
    coarse = np.linspace(low, high, LOOKED_AT)
    seen = surface.at(coarse, tau[:, None], nodes=ROUGH)
    mu, splines, masses, shares = [], [], [], []
    u, v = np.polynomial.legendre.leggauss(MU_NODES)
    ends = [_inside(coarse, row) for row in seen]
    nodes = np.array([(b - a) * (u + 1) / 2 + a for a, b in ends])
    heights = surface.at(nodes, tau[:, None])
    peak = float(heights.max())
    for at, (a, b) in enumerate(ends):
        density = np.exp(heights[at] - peak)
        share = density * v * (b - a) / 2
        masses.append(share.sum())
        shares.append(share / share.sum())
        mu.append(nodes[at])
        whole = CubicSpline(nodes[at], density / share.sum()).antiderivative()
        splines.append(whole)
    weights = np.array(masses) * w
    return Slices(tau, weights / weights.sum(), np.array(mu), np.array(shares), tuple(splines))


def _inside(at: Floats, height: Floats) -> tuple[float, float]:
    kept = np.flatnonzero(height > height.max() - NOTHING_LEFT)
    return float(at[max(0, kept[0] - 1)]), float(at[min(len(at) - 1, kept[-1] + 1)])


def _support(surface: Surface) -> tuple[float, float, float]:
    """Ends of mu and the upper end of τ, looked for on the prior's support and then closer."""
    prior = surface.prior
    assert prior.mean is not None
    assert prior.mean_sd is not None
    low, high, top = prior.mean - 8 * prior.mean_sd, prior.mean + 8 * prior.mean_sd, 8 * prior.tau_scale
    for _ in range(3):
        mu, tau = np.linspace(low, high, LOOKED_AT), np.linspace(0, top, 21)
        seen = surface.at(mu, tau[:, None], nodes=ROUGH)
        low, high = _inside(mu, seen.max(0))
        top = _inside(tau, seen.max(1))[1]
    return low, high, top


def _tau_quantile(slices: Slices, below: float) -> float:
    """The τ with this probability below it, from the density at the nodes."""
    from scipy.interpolate import CubicSpline
    from scipy.optimize import brentq

    _, w = np.polynomial.legendre.leggauss(TAU_NODES)
    curve = CubicSpline(slices.tau, slices.weights / w)
    whole = curve.antiderivative()
    # The first node is not 0: the curve is continued to both ends of the support.
    step = slices.tau[0]
    first, last = 0.0, float(slices.tau[-1] + step)
    total = float(whole(last) - whole(first))
    return float(brentq(lambda tau: float(whole(tau) - whole(first)) / total - below, first, last, xtol=1e-10))
