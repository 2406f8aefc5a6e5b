"""Weighted least squares of effects on a design, at one or many between-study variances at once."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from assuage.errors import EvidenceError, Problem
from assuage.evidence.effect import Effect, Measure

Floats = NDArray[np.float64]
WHERE = "a pool of studies"
# Numbers beyond these, or variances further apart, leave no digits in a sum of squares: a unit is wrong, or a number.
LEAST_VARIANCE, LARGEST, LOPSIDED = 1e-50, 1e50, 1e10


@dataclass(frozen=True, slots=True)
class Data:
    """Effects to pool: values and variances of shape (k,), a design of shape (k, p), its first column all ones."""

    values: Floats
    variances: Floats
    design: Floats

    @property
    def k(self) -> int:
        return int(self.design.shape[0])

    @property
    def p(self) -> int:
        return int(self.design.shape[1])


@dataclass(frozen=True, slots=True)
class Weighted:
    """Fits at G between-study variances: coefficients (G, p), their covariance (G, p, p), and what the scores need.

    `residual` is P y, shape (G, k); `rss` is y′Py; `trace` is tr P; `w` the weights 1/(v + τ²).
    """

    tau2: Floats
    w: Floats
    beta: Floats
    covariance: Floats
    residual: Floats
    rss: Floats
    trace: Floats


def refuse(what: str, expected: str, do: str) -> EvidenceError:
    """The refusal of a pool, in four parts."""
    return EvidenceError(Problem(what, WHERE, expected, do))


def data_of(effects: Sequence[Effect], *, design: Floats | None = None) -> Data:
    """The arrays of the effects; a column of ones where no design is given.

    Errors    `EvidenceError` naming every study whose value or variance cannot be used, fewer than two studies, or
              more than one measure
    """
    measure_of(effects)
    values = np.array([effect.value for effect in effects], dtype=float)
    variances = np.array([effect.variance for effect in effects], dtype=float)
    return checked(values, variances, design=design)


def measure_of(effects: Sequence[Effect]) -> Measure:
    """The one measure of the effects."""
    if len(effects) < 2:
        raise refuse(f"{len(effects)} study to pool" if effects else "no study to pool", "at least two studies",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip
    measures = sorted({effect.measure for effect in effects})
    if len(measures) > 1:
        raise refuse(f"effects measured as {' and '.join(measures)}", "one measure in a pool",
                     "compute the same measure for every study")  # fmt: skip
    return effects[0].measure


def checked(values: Floats, variances: Floats, *, design: Floats | None = None) -> Data:
    """The arrays, if every value is a number, every variance above zero, and the design can be fitted."""
    problems = []
    for at, (value, variance) in enumerate(zip(values, variances, strict=True), 1):
        if not abs(value) < LARGEST:
            problems.append(Problem(f"the effect of study {at} is {value}", WHERE, "a finite number",
                                    "leave the study out, and say so, or compute its effect"))  # fmt: skip
        if not LEAST_VARIANCE < variance < LARGEST:
            problems.append(Problem(f"the variance of study {at} is {variance}", WHERE, "a finite number above zero",
                                    "check its counts or spreads; zero would give it all the weight"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)
    refuse_lopsided(variances, WHERE)
    k = len(values)
    if k < 2:
        raise refuse(f"{k} study to pool", "at least two studies", "show the one study with its own interval")
    x = np.ones((k, 1)) if design is None else np.asarray(design, dtype=float)
    if x.shape[0] != k or not np.isfinite(x).all() or np.linalg.matrix_rank(x) < x.shape[1] or x.shape[1] >= k:
        raise refuse(f"a design of {x.shape[0]} rows and {x.shape[1]} columns for {k} studies",
                     "one row a study, finite numbers, columns that differ, and fewer columns than studies",
                     "leave out covariates that are constant, repeated or too many")  # fmt: skip
    return Data(values, variances, x)


def refuse_lopsided(variances: Floats, where: str) -> None:
    """Refuse variances so far apart that one study would leave the others no digit."""
    if len(variances) and variances.max() > LOPSIDED * variances.min():
        raise EvidenceError(Problem(
            f"variances from {variances.min():.3g} to {variances.max():.3g}", where,
            f"variances within a factor of {LOPSIDED:.0e} of one another",
            "check the units, and that each is a variance, not an error or a count",
        ))  # fmt: skip


def fit(data: Data, tau2: Floats | float) -> Weighted:
    """Generalised least squares at each τ².

    Source    β = (X′WX)⁻¹X′Wy, P = W − WX(X′WX)⁻¹X′W (Viechtbauer, J Educ Behav Stat 2005)
    Holds     the residuals are orthogonal to the design
    Checked   tests/against/test_pool_metafor.py
    """
    grid = np.atleast_1d(np.asarray(tau2, dtype=float))
    x = data.design
    w = 1 / (data.variances + grid[:, None])
    covariance = np.linalg.inv(np.einsum("gk,ki,kj->gij", w, x, x))
    beta = np.einsum("gij,gj->gi", covariance, np.einsum("gk,ki,k->gi", w, x, data.values))
    raw = data.values - beta @ x.T
    residual = w * raw
    trace = w.sum(1) - np.einsum("gij,gji->g", covariance, np.einsum("gk,ki,kj->gij", w * w, x, x))
    return Weighted(grid, w, beta, covariance, residual, (residual * raw).sum(1), trace)


def projection(data: Data, weights: Floats) -> Floats:
    """P for one set of weights, shape (k, k)."""
    wx = weights[:, None] * data.design
    found: Floats = np.diag(weights) - wx @ np.linalg.inv(data.design.T @ wx) @ wx.T
    return found
