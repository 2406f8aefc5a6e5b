"""The posterior of a mean and a spread as slices of equal spread, and what it says of the mean and of one more study.

Both directions are summed over nodes at which smooth functions are exact to rounding: even steps of u in τ = a sinh u, with
half a step left out at 0, about which the integrand is even (Trefethen & Weideman, SIAM Rev 2014); Gauss-Legendre in mu, over
each slice's own support.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import lru_cache

import numpy as np

from assuage.evidence.bayes import Prior
from assuage.evidence.counting import NODES, Likelihood, average
from assuage.evidence.weighted import Floats

MU_NODES = 96
TAU_NODES = 36
# While the support is looked for: steps of u, up to a τ, as a multiple of the prior's scale, that only studies which contradict
# each other could come near.
STEP_OF_U, LARGEST_TAU = 0.2, 16.0
# While the support is looked for, the averages need not be exact.
ROUGH = 15
LOOKED_AT, LOOKS = 61, 3
# A drop of log density beyond which less than 1e-12 of the posterior is left.
NOTHING_LEFT = 30.0
# Averages are taken for this many points at once, to bound memory.
AT_ONCE = 2000
# Beside τ this much wider than the spread of mu it is mu that is summed over, else the normal curve: each time the smooth one.
WIDE = 0.5
HERMITE_NODES = 40


@dataclass(frozen=True)
class Surface:
    """The log posterior density of (mu, τ), up to a constant."""

    likelihood: Likelihood
    prior: Prior

    def at(self, mu: Floats, tau: Floats, *, nodes: int = NODES) -> Floats:
        mean, sd = self.centre
        flat_mu, flat_tau = (one.ravel() for one in np.broadcast_arrays(mu, tau))
        parts = [
            average(
                self.likelihood, flat_mu[low : low + AT_ONCE], flat_tau[low : low + AT_ONCE], nodes=nodes
            ).value.sum(1)
            for low in range(0, len(flat_mu), AT_ONCE)
        ]
        height = np.concatenate(parts) - ((flat_mu - mean) / sd) ** 2 / 2
        found: Floats = (height - (flat_tau / self.prior.tau_scale) ** 2 / 2).reshape(
            np.broadcast_shapes(mu.shape, tau.shape)
        )
        return found

    @property
    def centre(self) -> tuple[float, float]:
        """Mean and standard deviation that the prior gives mu."""
        assert self.prior.mean is not None
        assert self.prior.mean_sd is not None
        return self.prior.mean, self.prior.mean_sd

    @property
    def finest(self) -> float:
        """The standard error of the study that says most, which is how finely the spread may have to be followed."""
        mean, sd = self.centre
        wide = np.array([np.hypot(sd, self.prior.tau_scale)])
        theta = average(self.likelihood, np.array([mean]), wide, nodes=ROUGH)
        curvature = -self.likelihood.at(theta.mean(theta.theta)[:, :, None])[2]
        return float(1 / np.sqrt(1 / self.prior.tau_scale**2 + curvature.max()))


@dataclass(frozen=True, slots=True)
class Slices:
    """At each node of τ: its share of the posterior, and mu on nodes over its own support with their shares.

    `ends` (T, 2) are those supports, `below` (T, MU_NODES + 1) the Legendre series of the distribution function on them.
    """

    scale: float
    u: Floats
    tau: Floats
    weights: Floats
    mu: Floats
    shares: Floats
    ends: Floats
    below: Floats

    def mu_below(self, value: Floats, at: int) -> Floats:
        """Distribution function of mu at the τ of this node."""
        low, high = self.ends[at]
        inside = np.clip((2 * value - low - high) / (high - low), -1.0, 1.0)
        found: Floats = np.clip(np.polynomial.legendre.legval(inside, self.below[at]), 0.0, 1.0)
        return found

    def tau_quantile(self, below: float) -> float:
        """The τ with this probability below it, from the series of sinc functions through the even nodes of u."""
        from scipy.optimize import brentq  # type: ignore[import-untyped]
        from scipy.special import sici  # type: ignore[import-untyped]

        step = self.u[1] - self.u[0]
        # Even about 0: the other half is as likely, so that from 0 on everything counts twice.
        u, weights = np.concatenate([-self.u[::-1], self.u]), np.concatenate([self.weights[::-1], self.weights])

        def share(to: float) -> float:
            return float(weights @ sici(np.pi * (to - u) / step)[0] / np.pi)

        return self.scale * float(np.sinh(brentq(lambda to: share(to) - below, 0.0, self.u[-1] + step, xtol=1e-10)))


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
        from scipy.special import ndtr

        one = self.slices
        tau, mu, shares = one.tau[node], one.mu[node], one.shares[node]
        mean = float(shares @ mu)
        sd = float(np.sqrt(shares @ (mu - mean) ** 2))
        if tau > WIDE * sd:
            return float(shares @ ndtr((value - mu) / tau))
        x, w = np.polynomial.hermite_e.hermegauss(HERMITE_NODES)
        return float(one.mu_below(value - tau * x, node) @ w / w.sum())

    def quantile(self, below: float) -> float:
        reach = 12 * float(self.slices.tau.max())
        return _root(self, below, float(self.slices.mu.min()) - reach, float(self.slices.mu.max()) + reach)


def _root(belief: MeanEffect | NewEffect, below: float, low: float, high: float) -> float:
    from scipy.optimize import brentq

    return float(brentq(lambda value: 1 - belief.above(value) - below, low, high, xtol=1e-10))


def slices_of(surface: Surface) -> Slices:
    """The posterior in slices.

    Give      a surface whose prior has a mean
    Holds     each slice is scaled by its own height, so that studies that contradict each other give what is left of the
              posterior at the spreads that are still possible, and never a number that is none
    Source    the module's own words
    Checked   tests/conformance/test_counting_average.py, tests/against/test_pool_bayes.py
    """
    scale = min(surface.finest, surface.prior.tau_scale)
    u, ends = _looked_for(surface, scale)
    tau = scale * np.sinh(u)
    x, w, series = _legendre()
    half = (ends[:, 1] - ends[:, 0])[:, None] / 2
    mu = ends.mean(1)[:, None] + half * x
    heights = surface.at(mu, tau[:, None])
    peaks = heights.max(1)
    density = np.exp(heights - peaks[:, None])
    masses = (density * w * half).sum(1)
    shares = density * w * half / masses[:, None]
    weights = np.exp(peaks - peaks.max()) * masses * np.cosh(u)
    return Slices(scale, u, tau, weights / weights.sum(), mu, shares, ends, (shares / w) @ series)


def _looked_for(surface: Surface, scale: float) -> tuple[Floats, Floats]:
    """Even nodes of u over all of which something is left, and the ends of mu at each; shapes (T,) and (T, 2)."""
    mean, sd = surface.centre
    last = np.arcsinh(LARGEST_TAU * surface.prior.tau_scale / scale)
    u = (np.arange(int(np.ceil(last / STEP_OF_U))) + 0.5) * STEP_OF_U
    ends = np.tile([mean - 8 * sd, mean + 8 * sd], (len(u), 1))
    for _ in range(LOOKS):
        ends, seen = _closer(surface, ends, scale * np.sinh(u))
    height = seen + np.log(ends[:, 1] - ends[:, 0]) + np.log(np.cosh(u))
    kept = np.flatnonzero(height > height.max() - NOTHING_LEFT)
    low, high = u[max(0, kept[0] - 1)], u[min(len(u) - 1, kept[-1] + 1)]
    # Where something is left at 0, half a step is left out there.
    step = high / (TAU_NODES - 0.5) if kept[0] == 0 else (high - low) / (TAU_NODES - 1)
    nodes = (np.arange(TAU_NODES) + 0.5) * step if kept[0] == 0 else low + np.arange(TAU_NODES) * step
    between = np.stack([np.interp(nodes, u, ends[:, side]) for side in (0, 1)], axis=1)
    return nodes, between


def _closer(surface: Surface, ends: Floats, tau: Floats) -> tuple[Floats, Floats]:
    """Ends of mu (T, 2) drawn closer about what is left at each τ, and the greatest height seen there (T,)."""
    mu = np.linspace(ends[:, 0], ends[:, 1], LOOKED_AT, axis=1)
    seen = surface.at(mu, tau[:, None], nodes=ROUGH)
    greatest = seen.max(1)
    kept = seen > greatest[:, None] - NOTHING_LEFT
    first, last = kept.argmax(1), LOOKED_AT - 1 - kept[:, ::-1].argmax(1)
    rows = np.arange(len(tau))
    closer = np.stack([mu[rows, np.maximum(first - 1, 0)], mu[rows, np.minimum(last + 1, LOOKED_AT - 1)]], axis=1)
    return closer, greatest


@lru_cache(maxsize=1)
def _legendre() -> tuple[Floats, Floats, Floats]:
    """Nodes, weights, and what turns values at the nodes into the Legendre series of their integral from the first end.

    The series through the nodes has coefficients (2j + 1)/2 Σ w f P_j; its integral is a series again.
    """
    x, w = np.polynomial.legendre.leggauss(MU_NODES)
    orders = np.arange(MU_NODES)
    through = np.polynomial.legendre.legvander(x, MU_NODES - 1) * w[:, None] * (2 * orders + 1) / 2
    return x, w, np.asarray(np.polynomial.legendre.legint(through, axis=1, lbnd=-1), dtype=np.float64)
