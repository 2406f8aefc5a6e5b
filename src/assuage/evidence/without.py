"""The mean without each study in turn, for models of counts: every study's likelihood is averaged once, then left out."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from assuage.evidence.bayes import Prior
from assuage.evidence.counting import NODES, Likelihood, average
from assuage.evidence.weighted import Floats, refuse

# Points in mu and nodes in τ; while the support is looked for fewer do, and the averages need not be exact.
POINTS, TAUS = 241, 32
LOOKED_AT, LOOKED_AT_TAU, ROUGH = 81, 21, 9
# A drop of log density beyond which less than 1e-9 of any posterior is left.
NOTHING_LEFT = 24.0
AT_ONCE = 2000


@dataclass(frozen=True, slots=True)
class Mean:
    """Median and central interval of the posterior of mu, on the scale of analysis."""

    median: float
    lower: float
    upper: float


def means_without(likelihood: Likelihood, *, prior: Prior, confidence: float = 0.95) -> tuple[Mean, ...]:
    """The posterior of the mean log odds (or log odds ratio) without each study, in the order of the studies.

    Give      the likelihood of three or more studies; the prior of the pool, with a mean
    Holds     equal to the pool of the others, to a thousandth of its standard deviation
    Source    log p(mu, τ | all but i) = log prior + Σ log ∫ L_j N(θ; mu, τ²) dθ over j ≠ i, each term computed once
    Checked   tests/conformance/test_answer_without.py
    Errors    `EvidenceError` for fewer than three studies, or a flat prior of the mean
    """
    if likelihood.k < 3 or prior.mean is None or prior.mean_sd is None:
        raise refuse(f"{likelihood.k} studies, one of them left out", "three or more, and a prior with a mean",
                     "show the studies one by one")  # fmt: skip
    reach = 8 * prior.mean_sd
    low, high, top = prior.mean - reach, prior.mean + reach, 8 * prior.tau_scale
    for _ in range(2):
        mu, tau = np.linspace(low, high, LOOKED_AT), np.linspace(0, top, LOOKED_AT_TAU)
        seen = _heights(likelihood, prior, mu, tau, ROUGH)
        low, high = _ends(mu, seen.max(1))
        top = _ends(tau, seen.max(2))[1]
    x, w = np.polynomial.legendre.leggauss(TAUS)
    mu, tau = np.linspace(low, high, POINTS), top * (x + 1) / 2
    heights = _heights(likelihood, prior, mu, tau, NODES)
    density = np.einsum("t,itm->im", w, np.exp(heights - heights.max((1, 2), keepdims=True)))
    return tuple(_mean(mu, one, confidence) for one in density)


def _heights(likelihood: Likelihood, prior: Prior, mu: Floats, tau: Floats, nodes: int) -> Floats:
    """Log posterior densities without each study, shape (k, τ, mu), up to a constant each."""
    assert prior.mean is not None
    assert prior.mean_sd is not None
    flat_mu, flat_tau = (one.ravel() for one in np.broadcast_arrays(mu, tau[:, None]))
    parts = [
        average(likelihood, flat_mu[at : at + AT_ONCE], flat_tau[at : at + AT_ONCE], nodes=nodes).value
        for at in range(0, len(flat_mu), AT_ONCE)
    ]
    of_each = np.concatenate(parts)
    believed = -(((flat_mu - prior.mean) / prior.mean_sd) ** 2) / 2 - (flat_tau / prior.tau_scale) ** 2 / 2
    found: Floats = (of_each.sum(1) + believed - of_each.T).reshape(likelihood.k, len(tau), len(mu))
    return found


def _ends(at: Floats, heights: Floats) -> tuple[float, float]:
    """From the first to the last point at which any of the densities has something left."""
    kept = np.flatnonzero((heights > heights.max(1, keepdims=True) - NOTHING_LEFT).any(0))
    return float(at[max(0, kept[0] - 1)]), float(at[min(len(at) - 1, kept[-1] + 1)])


def _mean(mu: Floats, density: Floats, confidence: float) -> Mean:
    from scipy.interpolate import CubicSpline  # type: ignore[import-untyped]
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    below = CubicSpline(mu, density).antiderivative()
    whole = float(below(mu[-1]))

    def quantile(share: float) -> float:
        return float(brentq(lambda at: float(below(at)) / whole - share, mu[0], mu[-1], xtol=1e-10))

    rest = (1 - confidence) / 2
    return Mean(quantile(0.5), quantile(rest), quantile(1 - rest))
