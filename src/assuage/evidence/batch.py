"""Thousands of small pools at once, for simulation and resampling: arrays of shape (B, k) in, arrays of shape (B,) out."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import ArrayLike, NDArray

from assuage.errors import EvidenceError, Problem
from assuage.evidence.bayes import FAR_APART, Prior
from assuage.evidence.distribution import t_quantile
from assuage.evidence.heterogeneity import between_studies
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import LARGEST, LEAST_VARIANCE, LOPSIDED, Data, Floats

WHERE = "a batch of pools"
# Steps of the grid on which the likelihood is looked at, from a hundred-thousandth of the largest scale.
GRID, SMALLEST = 40, 1e-5
NEWTON, SETTLED = 80, 1e-13
# Rows worked on at once: few for posteriors, whose nodes then stay in the processor's cache; many for REML, which is short.
AT_ONCE, REML_AT_ONCE = 250, 10_000
LOOKED_AT, NODES, ZOOMS, NOTHING_LEFT = 32, 56, 2, 32.0
Bools = NDArray[np.bool_]


@dataclass(frozen=True, slots=True)
class RandomBatch:
    """Random-effects pools by REML with Hartung-Knapp intervals, each of shape (B,), on the scale of analysis.

    `maxima` counts the maxima of the restricted likelihood; where it is above 1 the highest was taken.
    """

    k: NDArray[np.int64]
    value: Floats
    standard_error: Floats
    lower: Floats
    upper: Floats
    p: Floats
    tau2: Floats
    q: Floats
    maxima: NDArray[np.int64]
    confidence: float


@dataclass(frozen=True, slots=True)
class BayesBatch:
    """Posteriors of a batch, each of shape (B,), on the scale of analysis; `above_zero` is P(mean effect > 0)."""

    mean: Floats
    sd: Floats
    median: Floats
    lower: Floats
    upper: Floats
    new_lower: Floats
    new_upper: Floats
    above_zero: Floats
    tau_mean: Floats
    confidence: float
    prior: Prior


@dataclass(frozen=True, slots=True)
class Rows:
    """Checked arrays (B, k): values, variances, and which are there. Absent ones have value 0 and variance 1."""

    y: Floats
    v: Floats
    is_there: Bools

    @property
    def k(self) -> NDArray[np.int64]:
        found: NDArray[np.int64] = self.is_there.sum(1)
        return found

    def part(self, at: slice | Bools | NDArray[np.int64]) -> Rows:
        return Rows(self.y[at], self.v[at], self.is_there[at])

    def weights(self, tau2: Floats) -> Floats:
        found: Floats = self.is_there / (self.v + tau2[:, None])
        return found


def _rows(values: ArrayLike, variances: ArrayLike, mask: ArrayLike | None) -> Rows:
    """Refuse shapes that differ, numbers that are none and rows of fewer than two studies; name the first bad places."""
    y, v = np.array(values, dtype=float), np.array(variances, dtype=float)
    there = np.ones(y.shape, dtype=bool) if mask is None else np.array(mask, dtype=bool)
    if y.ndim != 2 or y.shape != v.shape or y.shape != there.shape:
        raise EvidenceError(Problem(f"shapes {y.shape}, {v.shape} and {there.shape}", WHERE, "one shape (B, k) for all",
                                    "write one row a pool; fill short rows and mask what is filled in"))  # fmt: skip
    problems = []
    bad_values, bad_variances = there & ~(np.abs(y) < LARGEST), there & ~((v > LEAST_VARIANCE) & (v < LARGEST))
    for name, bad, expected in (
        ("value", bad_values, "a finite number"),
        ("variance", bad_variances, "a finite number above 0"),
    ):
        if bad.any():
            row, column = np.argwhere(bad)[0]
            found = (y if name == "value" else v)[row, column]
            problems.append(Problem(f"{bad.sum()} {name}s cannot be used, the first {found} in row {row}, column {column}",
                                    WHERE, expected, "mask what is not there; nothing is left out unasked"))  # fmt: skip
    if (short := there.sum(1) < 2).any():
        problems.append(Problem(f"{short.sum()} rows with fewer than two studies, the first row {np.argmax(short)}", WHERE,
                                "at least two studies a row", "leave those rows out: one study is not a pool"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)
    apart = np.where(there, v, -np.inf).max(1) > LOPSIDED * np.where(there, v, np.inf).min(1)
    if apart.any():
        raise EvidenceError(Problem(f"{apart.sum()} rows with variances further apart, the first row {np.argmax(apart)}", WHERE,
                                    f"variances within a factor of {LOPSIDED:.0e} of one another in a row",
                                    "check the units, and that each is a variance"))  # fmt: skip
    return Rows(np.where(there, y, 0.0), np.where(there, v, 1.0), there)


def pool_random_batch(
    values: ArrayLike, variances: ArrayLike, *, mask: ArrayLike | None = None, confidence: float = 0.95
) -> RandomBatch:
    """REML with Hartung-Knapp intervals for every row.

    Give      values and variances of shape (B, k), without NaN where they are used; mask, true where a study is there
    Get       arrays of shape (B,); a row whose effects are all equal has a standard error of 0, and p of 1 or 0
    Holds     each row is what `pool_random` gives for it; rows do not touch each other
    Source    as `pool_random`; REML by a grid, then Newton's steps kept inside the bracket of the best point
    Checked   tests/conformance/test_pool_batch.py
    Errors    `EvidenceError` for shapes that differ, numbers that cannot be used, or rows of fewer than two studies
    """
    refuse_confidence(confidence)
    rows = _rows(values, variances, mask)
    parts = [_reml(rows.part(slice(low, low + REML_AT_ONCE))) for low in range(0, len(rows.y), REML_AT_ONCE)]
    tau2 = np.concatenate([part[0] for part in parts]) if parts else np.empty(0)
    maxima = np.concatenate([part[1] for part in parts]) if parts else np.empty(0, dtype=np.int64)
    w = rows.weights(tau2)
    total = w.sum(1)
    value = (w * rows.y).sum(1) / total
    df = rows.k - 1
    error = np.sqrt((w * (rows.y - value[:, None]) ** 2).sum(1) / df / total)
    reach = _by_df(df, lambda one: t_quantile((1 + confidence) / 2, one))
    return RandomBatch(rows.k, value, error, value - reach * error, value + reach * error, _p(value, error, df), tau2,
                       _q(rows), maxima, confidence)  # fmt: skip


def _by_df(df: NDArray[np.int64], function: Any) -> Floats:
    known, at = np.unique(df, return_inverse=True)
    found: Floats = np.array([function(int(one)) for one in known])[at]
    return found


def _p(value: Floats, error: Floats, df: NDArray[np.int64]) -> Floats:
    from scipy.special import stdtr  # type: ignore[import-untyped]

    flat = error == 0
    ratio = np.where(flat, np.where(value == 0, 0.0, np.inf), np.abs(value) / np.where(flat, 1.0, error))
    found: Floats = np.minimum(1.0, 2 * stdtr(df, -ratio))
    return found


def _q(rows: Rows) -> Floats:
    w = rows.weights(np.zeros(len(rows.y)))
    centre = (w * rows.y).sum(1) / w.sum(1)
    found: Floats = (w * (rows.y - centre[:, None]) ** 2).sum(1)
    return found


def _upright(rows: Rows) -> tuple[Floats, Floats]:
    """Values from their own centre and variances, shape (k, B): sums over studies are then sums of whole rows.

    What is not there has an endless variance, and so no weight.
    """
    y = np.where(rows.is_there, rows.y - ((rows.y * rows.is_there).sum(1) / rows.k)[:, None], 0.0)
    return np.ascontiguousarray(y.T), np.ascontiguousarray(np.where(rows.is_there, rows.v, np.inf).T)


def _slopes(y: Floats, v: Floats, tau2: Floats) -> Floats:
    """Slope of the restricted log likelihood in τ² at each of G τ² of every row, shape (G, B)."""
    square = y * y
    found = np.empty(tau2.shape)
    w, w2 = np.empty_like(v), np.empty_like(v)
    for at, one in enumerate(tau2):
        np.add(v, one, out=w)
        np.reciprocal(w, out=w)
        np.multiply(w, w, out=w2)
        s1, s2 = w.sum(0), w2.sum(0)
        centre = np.einsum("kb,kb->b", w, y) / s1
        crossed = np.einsum("kb,kb->b", w2, y)
        misfit = np.einsum("kb,kb->b", w2, square) - centre * (2 * crossed - centre * s2)
        found[at] = 0.5 * (misfit - s1 + s2 / s1)
    return found


def _slope_and_bend(y: Floats, v: Floats, tau2: Floats) -> tuple[Floats, Floats]:
    """First and second derivative of the restricted log likelihood in τ², shape (B,)."""
    w = 1 / (v + tau2)
    w2 = w * w
    s1, s2, s3 = w.sum(0), w2.sum(0), np.einsum("kb,kb->b", w2, w)
    u = w * (y - np.einsum("kb,kb->b", w, y) / s1)
    slope = 0.5 * (np.einsum("kb,kb->b", u, u) - s1 + s2 / s1)
    inner = np.einsum("kb,kb->b", w, u)
    bend = 0.5 * (s2 - 2 * s3 / s1 + (s2 / s1) ** 2) - (np.einsum("kb,kb,kb->b", w, u, u) - inner**2 / s1)
    return slope, bend


def _reml(rows: Rows) -> tuple[Floats, NDArray[np.int64]]:
    """τ² of every row at the highest maximum, and how many maxima there are."""
    y, v = _upright(rows)
    # Both ends are among what is there: what is not lies at the centre.
    top = (y.max(0) - y.min(0)) ** 2 + np.where(np.isinf(v), 0.0, v).max(0)
    while (rising := _slopes(y, v, top[None])[0] >= 0).any():
        top = np.where(rising, 4 * top, top)
    steps = np.concatenate([[0.0], np.geomspace(SMALLEST, 1, GRID)])
    is_rising = _slopes(y, v, steps[:, None] * top) > 0
    is_peak = np.concatenate([~is_rising[:1], is_rising[:-1] & ~is_rising[1:]])
    maxima: NDArray[np.int64] = is_peak.sum(0)
    first = np.argmax(is_peak, axis=0)
    tau2 = np.zeros(len(top))
    inside = np.flatnonzero(first > 0)
    at = first[inside]
    tau2[inside] = _bracketed(y[:, inside], v[:, inside], steps[at - 1] * top[inside], steps[at] * top[inside])
    for row in np.flatnonzero(maxima > 1):
        # Rare: several maxima, whose heights are compared at the maxima themselves.
        there = rows.is_there[row]
        data = Data(rows.y[row][there], rows.v[row][there], np.ones((int(there.sum()), 1)))
        tau2[row] = between_studies(data, estimator="REML").value
    return tau2, maxima


def _bracketed(y: Floats, v: Floats, low: Floats, high: Floats) -> Floats:
    """The root of the slope between low and high: Newton where it stays inside, else halving."""
    found = (low + high) / 2
    at, busy = found.copy(), np.arange(len(found))
    for _ in range(NEWTON):
        if not len(busy):
            break
        slope, bend = _slope_and_bend(y, v, at)
        low, high = np.where(slope > 0, at, low), np.where(slope > 0, high, at)
        is_hill = bend < 0
        step = at - slope / np.where(is_hill, bend, -np.inf)
        new = np.where((step > low) & (step < high) & is_hill, step, (low + high) / 2)
        found[busy] = new
        moved = np.abs(new - at) > SETTLED * new
        at, low, high, busy = new[moved], low[moved], high[moved], busy[moved]
        y, v = y[:, moved], v[:, moved]
    return found


def pool_bayes_batch(
    values: ArrayLike, variances: ArrayLike, *, prior: Prior, mask: ArrayLike | None = None, confidence: float = 0.95
) -> BayesBatch:
    """Normal-normal posteriors by quadrature for every row, under one prior.

    Give      values and variances of shape (B, k), without NaN where they are used; the prior; mask as above
    Get       arrays of shape (B,), on the scale of analysis
    Holds     each row is what `pool_bayes` gives for it, to 2e-6
    Source    as `pool_bayes`, on fewer nodes over the support of τ of each row
    Checked   tests/conformance/test_pool_batch.py
    Errors    `EvidenceError` as `pool_random_batch`
    """
    refuse_confidence(confidence)
    rows = _rows(values, variances, mask)
    _refuse_far_apart(rows, prior)
    parts = [
        _posteriors(rows.part(slice(low, low + AT_ONCE)), prior, confidence) for low in range(0, len(rows.y), AT_ONCE)
    ]
    columns = np.concatenate(parts, axis=1) if parts else np.empty((9, 0))
    mean, sd, median, lower, upper, new_lower, new_upper, above, tau = columns
    return BayesBatch(mean, sd, median, lower, upper, new_lower, new_upper, above, tau, confidence, prior)


def _refuse_far_apart(rows: Rows, prior: Prior) -> None:
    high, low = np.where(rows.is_there, rows.y, -np.inf).max(1), np.where(rows.is_there, rows.y, np.inf).min(1)
    if prior.mean is not None:
        high, low = np.maximum(high, prior.mean), np.minimum(low, prior.mean)
    allowed = np.sqrt(np.where(rows.is_there, rows.v, 0.0).max(1)) + prior.tau_scale + (prior.mean_sd or 0.0)
    far = high - low > FAR_APART * allowed
    if far.any():
        raise EvidenceError(Problem(f"{far.sum()} rows with effects further apart, the first row {np.argmax(far)}", WHERE,
                                    f"effects within {FAR_APART:.0e} times what errors and prior allow for",
                                    "check the units; or state a wider prior"))  # fmt: skip


def _tau_density(rows: Rows, tau: Floats, prior: Prior) -> tuple[Floats, Floats, Floats]:
    """For τ of shape (B, N): log density of τ, mean and variance of the mean effect at it, each (B, N)."""
    extra = 0.0 if prior.mean_sd is None else 1 / prior.mean_sd**2
    centre = prior.mean or 0.0
    s0, s1, s2, logs = (np.zeros_like(tau) for _ in range(4))
    tau2 = tau * tau
    for column in range(rows.y.shape[1]):
        y, v, there = rows.y[:, column, None], rows.v[:, column, None], rows.is_there[:, column, None]
        w = there / (v + tau2)
        s0 += w
        w *= y
        s1 += w
        w *= y
        s2 += w
        logs += np.log(v + tau2) * there
    variance = 1 / (s0 + extra)
    mean = variance * (s1 + extra * centre)
    misfit = s2 + extra * centre**2 - mean**2 / variance
    return 0.5 * (np.log(variance) - logs - misfit - (tau / prior.tau_scale) ** 2), mean, variance


def _posteriors(rows: Rows, prior: Prior, confidence: float) -> Floats:
    """The nine columns of a BayesBatch."""
    # Values are taken from their own centre: squares of large effects would lose digits.
    w = rows.weights(np.zeros(len(rows.y)))
    middle = (w * rows.y).sum(1) / w.sum(1) if prior.mean is None else np.zeros(len(rows.y))
    own = Rows((rows.y - middle[:, None]) * rows.is_there, rows.v, rows.is_there)
    low, high = _support(own, prior)
    x, g = np.polynomial.legendre.leggauss(NODES)
    tau = low[:, None] + (high - low)[:, None] * (x + 1) / 2
    height, mean, variance = _tau_density(own, tau, prior)
    weights = np.exp(height - height.max(1, keepdims=True)) * g
    weights /= weights.sum(1, keepdims=True)
    average = (weights * mean).sum(1)
    sd = np.sqrt((weights * (variance + (mean - average[:, None]) ** 2)).sum(1))
    error, ahead = np.sqrt(variance), np.sqrt(variance + tau**2)
    rest = (1 - confidence) / 2
    limits = [_quantile(weights, mean, sds, below) for sds, below in
              ((error, 0.5), (error, rest), (error, 1 - rest), (ahead, rest), (ahead, 1 - rest))]  # fmt: skip
    above = 1 - _below(weights, mean, error, -middle)
    return np.array([average + middle, sd, *(limit + middle for limit in limits), above, (weights * tau).sum(1)])


def _support(rows: Rows, prior: Prior) -> tuple[Floats, Floats]:
    """Lower and upper end of τ in every row."""
    low, high = np.zeros(len(rows.y)), np.full(len(rows.y), 10 * prior.tau_scale)
    steps = np.linspace(0, 1, LOOKED_AT)
    zoom = 0
    while zoom < ZOOMS:
        at = low[:, None] + (high - low)[:, None] * steps
        height = _tau_density(rows, at, prior)[0]
        inside = height > height.max(1, keepdims=True) - NOTHING_LEFT
        if (open_ended := inside[:, -1] & (zoom == 0)).any():
            high = np.where(open_ended, 2 * high, high)
            continue
        row = np.arange(len(low))
        first = np.maximum(np.argmax(inside, axis=1) - 1, 0)
        last = np.minimum(LOOKED_AT - np.argmax(inside[:, ::-1], axis=1), LOOKED_AT - 1)
        low, high = at[row, first], at[row, last]
        zoom += 1
    return low, high


def _below(weights: Floats, means: Floats, sds: Floats, value: Floats) -> Floats:
    from scipy.special import ndtr

    found: Floats = (weights * ndtr((value[:, None] - means) / sds)).sum(1)
    return found


def _quantile(weights: Floats, means: Floats, sds: Floats, below: float) -> Floats:
    """Of normal mixtures, one a row: Newton's steps from the moments, kept inside a bracket that always holds the root."""
    from scipy.special import ndtr, ndtri

    z = float(ndtri(below))
    ends = means + z * sds
    low, high = ends.min(1) - 1e-12, ends.max(1) + 1e-12
    centre = (weights * means).sum(1)
    spread = np.sqrt((weights * (sds**2 + (means - centre[:, None]) ** 2)).sum(1))
    at = np.clip(centre + z * spread, low, high)
    scale = 1 / (sds * np.sqrt(2 * np.pi))
    for _ in range(NEWTON):
        u = (at[:, None] - means) / sds
        gap = (weights * ndtr(u)).sum(1) - below
        slope = (weights * scale * np.exp(-u * u / 2)).sum(1)
        low, high = np.where(gap < 0, at, low), np.where(gap < 0, high, at)
        step = at - gap / np.maximum(slope, 1e-300)
        new = np.where((step > low) & (step < high), step, (low + high) / 2)
        done = np.abs(new - at) <= 1e-9 * spread
        at = new
        if done.all():
            break
    found: Floats = at
    return found
