"""The share of single arms when each arm's true share is a draw from a beta distribution."""

from __future__ import annotations

from collections.abc import Sequence
from math import log, sqrt

import msgspec
import numpy as np

from assuage.evidence.counting import log_choose
from assuage.evidence.distribution import z_quantile
from assuage.evidence.effect import Bounds, Count
from assuage.evidence.pool import as_read
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Floats, refuse

STEP = 1e-4
RISE = 1e-9
STARTS = (0.01, 0.1, 1.0)
# Below this a spread changes nothing in arms of any size, and the likelihood is rounding.
NO_SPREAD = 1e-6


class BetaBinomialPool(msgspec.Struct, frozen=True):
    """Mean share on the logit scale, and how much arms differ: theta = 1/(a + b), correlation theta/(1 + theta).

    Unlike the log-odds model the mean is that of the shares themselves. theta 0 is one share in every arm.
    """

    k: int
    value: float
    standard_error: float
    lower: float
    upper: float
    confidence: float
    theta: float
    log_likelihood: float
    method: str
    mixed: tuple[str, ...] = ()

    @property
    def estimate(self) -> float:
        return as_read("PLO", self.value)

    @property
    def correlation(self) -> float:
        """Between two people of one arm."""
        return self.theta / (1 + self.theta)

    @property
    def bounds(self) -> Bounds:
        """The interval of the mean share."""
        return Bounds(as_read("PLO", self.lower), as_read("PLO", self.upper), self.confidence, self.method)

    def prediction(self) -> Bounds:
        """The share of one more arm's patients in general: quantiles of the fitted beta, its own error left out."""
        from scipy.special import betaincinv  # type: ignore[import-untyped]

        share, rest = self.estimate, (1 - self.confidence) / 2
        if self.theta == 0:
            return Bounds(share, share, self.confidence, "fitted beta distribution, without spread")
        a, b = share / self.theta, (1 - share) / self.theta
        ends = [float(betaincinv(a, b, at)) for at in (rest, 1 - rest)]
        return Bounds(ends[0], ends[1], self.confidence, "fitted beta distribution")


def pool_beta_binomial(arms: Sequence[Count], *, confidence: float = 0.95) -> BetaBinomialPool:
    """The mean share of single arms under a beta-binomial model, by maximum likelihood; nothing is added to any count.

    Give      counts of two or more arms; empty and full arms as they are
    Holds     order does not matter; counting the others mirrors it
    Source    Griffiths, Biometrics 1973; Kuss, Stat Med 2015; normal interval on the logit scale
    Checked   tests/against/test_pool_glmm.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two arms, or when every arm is empty or full
    """
    refuse_confidence(confidence)
    if len(arms) < 2:
        raise refuse(f"{len(arms)} arm to pool" if arms else "no arm to pool", "at least two arms",
                     "show the one arm with its own interval; it is not a pool")  # fmt: skip
    x, n = np.array([(arm.events, arm.n) for arm in arms], dtype=float).T
    if all(arm.events in (0, arm.n) for arm in arms):
        raise refuse("arms that are all empty or full", "at least one arm in which some but not all had the event",
                     "use the Bayesian binomial model, whose prior keeps the answer finite")  # fmt: skip
    logit = log(x.sum() / (n.sum() - x.sum()))
    level = float((x * logit - n * np.logaddexp(0, logit) + log_choose(n, x)).sum())
    value, theta, height = _maximised(x, n, start=logit)
    if theta < NO_SPREAD or height <= level + RISE:
        value, theta, height, error = logit, 0.0, level, sqrt(n.sum() / (x.sum() * (n.sum() - x.sum())))
    else:
        error = _error(x, n, np.array([value, log(theta)]))
    half = z_quantile((1 + confidence) / 2) * error
    return BetaBinomialPool(len(arms), value, error, value - half, value + half, confidence, theta, height,
                            "beta-binomial model, maximum likelihood, normal interval")  # fmt: skip


def _maximised(x: Floats, n: Floats, *, start: float) -> tuple[float, float, float]:
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    best = min(
        (minimize(lambda at: tuple(-one for one in _height(x, n, at)), np.array([start, log(theta)]), jac=True,
                  method="BFGS", options={"gtol": 1e-8}) for theta in STARTS),
        key=lambda found: found.fun,
    )  # fmt: skip
    return float(best.x[0]), float(np.exp(best.x[1])), -float(best.fun)


def _height(x: Floats, n: Floats, at: Floats) -> tuple[float, Floats]:
    """Log likelihood and its slope in the logit of the mean and the logarithm of theta."""
    from scipy.special import betaln, digamma, expit

    share = float(expit(at[0]))
    # Beyond these a beta is one share, or all or nothing; the search may look there, and must not overflow.
    theta = float(np.exp(np.clip(at[1], -18, 18)))
    a, b = share / theta, (1 - share) / theta
    value = float((log_choose(n, x) + betaln(x + a, n - x + b) - betaln(a, b)).sum())
    shared = digamma(a + b) - digamma(n + a + b)
    by_a = float((digamma(x + a) - digamma(a) + shared).sum())
    by_b = float((digamma(n - x + b) - digamma(b) + shared).sum())
    turn = share * (1 - share) / theta
    return value, np.array([(by_a - by_b) * turn, -(by_a * a + by_b * b)])


def _error(x: Floats, n: Floats, at: Floats) -> float:
    rows = [(_height(x, n, at - step)[1] - _height(x, n, at + step)[1]) / (2 * STEP) for step in STEP * np.eye(2)]
    bend = (np.array(rows) + np.array(rows).T) / 2
    return sqrt(float(np.linalg.inv(bend)[0, 0]))
