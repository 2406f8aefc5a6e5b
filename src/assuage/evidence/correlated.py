"""Several effects of one study that share people: generalised least squares, and the likelihood of how they differ."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Literal

import numpy as np
from numpy.typing import NDArray

from assuage.errors import EvidenceError, Problem
from assuage.evidence.weighted import LARGEST, LEAST_VARIANCE, WHERE, Floats, refuse, refuse_lopsided

Likelihood = Literal["REML", "ML"]
Estimator = Literal["REML", "ML", "DL"]
# Points at which the slope of the likelihood is looked at, from a ten-millionth of the largest scale.
GRID, SMALLEST, TINY = 121, 1e-7, 1e-300
# An eigenvalue below this share of the largest is rounding: the covariance has no inverse.
SINGULAR = 1e-12
# Effects further apart than this many of the smallest errors leave no digits for how studies differ.
FAR_APART = 1e5


@dataclass(frozen=True, slots=True)
class Grouped:
    """Effects of K studies at up to T places each: values (K, T), covariances (K, T, T), which are there, design (K, T, p).

    What is not there has the value 0, a row of zeros in the design and a variance of 1 by itself, so that it adds nothing.
    """

    values: Floats
    covariances: Floats
    is_there: NDArray[np.bool_]
    design: Floats

    @property
    def n(self) -> int:
        """Effects in all."""
        return int(self.is_there.sum())

    @property
    def p(self) -> int:
        return int(self.design.shape[2])


@dataclass(frozen=True, slots=True)
class Solved:
    """A fit at one covariance between studies: coefficients, their covariance, and what the likelihood needs.

    `rss` is y′Py; `score` (T, T) is the slope of the log likelihood in every element of the covariance between studies.
    """

    beta: Floats
    covariance: Floats
    rss: float
    log_likelihood: float
    score: Floats


def grouped(
    rows: Sequence[tuple[str, Floats, Floats, Floats]], *, places: Sequence[Sequence[int]], width: int
) -> Grouped:
    """The arrays of the studies, each put at its places.

    Give      rows of name, values (m,), covariance (m, m) and design (m, p); where in 0 … width − 1 each effect stands
    Errors    `EvidenceError` naming every study whose values or covariance cannot be used, or a design that fits nothing
    """
    problems = [
        problem for name, values, covariance, _ in rows for problem in unusable(name, values, covariance=covariance)
    ]
    if problems:
        raise EvidenceError(*problems)
    refuse_lopsided(np.concatenate([np.diag(covariance) for _, _, covariance, _ in rows]), WHERE)
    _refuse_far_apart(rows)
    k, p = len(rows), rows[0][3].shape[1]
    y, x = np.zeros((k, width)), np.zeros((k, width, p))
    v, there = np.tile(np.eye(width), (k, 1, 1)), np.zeros((k, width), dtype=bool)
    for at, ((_, values, covariance, design), where) in enumerate(zip(rows, places, strict=True)):
        place = np.array(where)
        y[at, place], x[at, place], there[at, place] = values, design, True
        v[at, place[:, None], place] = covariance
    found = Grouped(y, v, there, x)
    flat = x[there]
    if np.linalg.matrix_rank(flat) < p:
        raise refuse(f"{found.n} effects for {p} coefficients that they do not tell apart", "effects on each of them",
                     "leave out what no study measured")  # fmt: skip
    return found


def _refuse_far_apart(rows: Sequence[tuple[str, Floats, Floats, Floats]]) -> None:
    values = np.concatenate([values for _, values, _, _ in rows])
    error = float(np.sqrt(min(np.diag(covariance).min() for _, _, covariance, _ in rows)))
    if float(np.ptp(values)) > FAR_APART * error:
        raise refuse(f"effects from {values.min():g} to {values.max():g} with errors from {error:.3g}", "effects within "
                     f"{FAR_APART:.0e} of the least error", "check the units, and that each is a variance")  # fmt: skip


def unusable(study: str, values: Floats, *, covariance: Floats) -> list[Problem]:
    """What is wrong with the effects of one study; empty where nothing is."""
    where, problems = f"the effects of {study}", []
    if not (np.abs(values) < LARGEST).all():
        problems.append(Problem(f"effects {_told(values)}", where, "finite numbers",
                                "leave out what is not known, and say so, or compute it"))  # fmt: skip
    variances = np.diag(covariance)
    if not ((np.abs(covariance) < LARGEST).all() and (variances > LEAST_VARIANCE).all()):
        problems.append(Problem(f"variances {_told(variances)}", where, "finite numbers above zero",
                                "check its counts or spreads; zero would give it all the weight"))  # fmt: skip
    elif not np.allclose(covariance, covariance.T, rtol=1e-9, atol=0):
        problems.append(Problem("a covariance that is not the same both ways", where, "cov(a, b) = cov(b, a)",
                                "check the two numbers that differ"))  # fmt: skip
    elif (ends := np.linalg.eigvalsh(covariance))[0] <= SINGULAR * ends[-1]:
        problems.append(Problem("variances and covariances that cannot belong together", where,
                                "a covariance that leaves every difference a variance above zero",
                                "check the correlations, or the variance of the shared arm"))  # fmt: skip
    return problems


def _told(numbers: Floats) -> str:
    return ", ".join(f"{number:g}" for number in numbers)


def solve(data: Grouped, between: Floats, *, likelihood: Likelihood) -> Solved:
    """Generalised least squares, with `between` (T, T) added to the covariance of every study.

    Source    β = (X′M⁻¹X)⁻¹X′M⁻¹y, M = V + G; −2 log L = n log 2π + log|M| + y′Py (ML), and for REML
              (n − p) log 2π − log|X′X| + log|M| + log|X′M⁻¹X| + y′Py (Harville, J Am Stat Assoc 1977)
    Holds     only differences of log likelihoods on one design mean anything
    Checked   tests/against/test_network_metafor.py, tests/against/test_repeated_metafor.py
    """
    pairs = data.is_there[:, :, None] & data.is_there[:, None, :]
    m = data.covariances + np.where(pairs, between, 0.0)
    w = np.linalg.inv(m)
    wx = w @ data.design
    information = np.einsum("kti,ktj->ij", data.design, wx)
    covariance = np.linalg.inv(information)
    beta = covariance @ np.einsum("kti,kt->i", wx, data.values)
    raw = data.values - data.design @ beta
    residual = np.einsum("kts,ks->kt", w, raw)
    rss = float((raw * residual).sum())
    lost = float(np.linalg.slogdet(m)[1].sum())
    # What is not there stands alone with variance 1, and must not pull on the covariance between studies.
    score = np.einsum("kt,ks->kts", residual, residual) - w
    free = data.n
    if likelihood == "REML":
        flat = data.design[data.is_there]
        lost += float(np.linalg.slogdet(information)[1] - np.linalg.slogdet(flat.T @ flat)[1])
        score = score + np.einsum("kti,ij,ksj->kts", wx, covariance, wx)
        free -= data.p
    height = -0.5 * (free * np.log(2 * np.pi) + lost + rss)
    return Solved(beta, covariance, rss, float(height), 0.5 * np.where(pairs, score, 0.0).sum(0))


def moments(data: Grouped, shape: Floats) -> float:
    """What τ² would make the expected y′Py the one seen, where the covariance between studies is τ² times `shape`.

    Source    E y′Py = n − p + τ² tr PR (DerSimonian & Laird 1986, for correlated effects Jackson, White & Riley 2013)
    """
    at = solve(data, np.zeros_like(shape), likelihood="ML")
    pairs = data.is_there[:, :, None] & data.is_there[:, None, :]
    w = np.linalg.inv(data.covariances)
    r = np.where(pairs, shape, 0.0)
    wx = w @ data.design
    pulled = np.einsum("kts,kst->", w, r) - np.einsum("kti,kts,ksj,ij->", wx, r, wx, at.covariance)
    return float((at.rss - (data.n - data.p)) / pulled)


def between_trials(data: Grouped, shape: Floats, *, estimator: Estimator) -> float:
    """τ², where the covariance between studies is τ² times `shape`; by moments it may come out below 0."""
    if estimator == "DL":
        return moments(data, shape)
    return likeliest_tau2(data, shape, likelihood="REML" if estimator == "REML" else "ML")


def likeliest_tau2(data: Grouped, shape: Floats, *, likelihood: Likelihood) -> float:
    """The τ² at the highest of all maxima on [0, ∞).

    Checked   tests/against/test_network_metafor.py, tests/laws/test_network_laws.py
    """
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    def slope(tau2: float) -> float:
        return float((solve(data, tau2 * shape, likelihood=likelihood).score * shape).sum())

    top = float(np.ptp(data.values)) ** 2 + float(data.covariances.max())
    while slope(top) >= 0:
        top *= 4
    grid = [0.0, *(top * np.geomspace(SMALLEST, 1, GRID))]
    slopes = [slope(at) for at in grid]
    found = [0.0] if slopes[0] <= 0 else []
    for low, high, rising, falling in zip(grid, grid[1:], slopes, slopes[1:], strict=False):
        if rising > 0 >= falling:
            found.append(float(brentq(slope, low, high, xtol=TINY, rtol=1e-13)))
    return max(found, key=lambda tau2: solve(data, tau2 * shape, likelihood=likelihood).log_likelihood)
