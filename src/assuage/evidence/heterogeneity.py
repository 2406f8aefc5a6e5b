"""How much studies differ beyond chance: τ² by eight estimators, Q, I², H², and intervals for them."""

from __future__ import annotations

from collections.abc import Callable
from typing import Literal

import msgspec
import numpy as np

from assuage.evidence.distribution import chi2_above, chi2_quantile
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Data, Floats, fit, projection, refuse

Estimator = Literal["DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS"]
NAMES: dict[str, str] = {
    "DL": "DerSimonian-Laird", "PM": "Paule-Mandel", "REML": "restricted maximum likelihood",
    "ML": "maximum likelihood", "EB": "empirical Bayes", "SJ": "Sidik-Jonkman", "HE": "Hedges-Olkin",
    "HS": "Hunter-Schmidt",
}  # fmt: skip
# Points at which the likelihood is looked at before the best is polished, from a millionth of the largest scale.
GRID = 241
SMALLEST = 1e-7
TINY = 1e-300


class Tau2(msgspec.Struct, frozen=True):
    """A between-study variance: `value` is never below 0; `before_cut` is what the formula gave, below 0 or not.

    `other_maxima` are further local maxima of the likelihood (REML and ML): where there are any, the data support two
    answers, and the higher one was taken.
    """

    value: float
    standard_error: float
    estimator: Estimator
    before_cut: float
    other_maxima: tuple[float, ...] = ()


class Spread(msgspec.Struct, frozen=True):
    """Cochran's Q with its degrees of freedom and p; I² as a fraction from 0 to 1; H²; `basis` of the last two."""

    q: float
    df: int
    p: float
    i2: float
    h2: float
    basis: str


class SpreadBounds(msgspec.Struct, frozen=True):
    """Q-profile interval of τ² and the I² at its ends; `is_empty` where Q is so small that no τ² ≥ 0 is in it."""

    tau2_lower: float
    tau2_upper: float
    i2_lower: float
    i2_upper: float
    confidence: float
    is_empty: bool


def between_studies(data: Data, *, estimator: Estimator = "REML") -> Tau2:
    """The between-study variance.

    Give      data; one of DL, PM, REML, ML, EB, SJ, HE, HS
    Get       τ², its standard error, and further maxima of the likelihood where there are any
    Holds     never below 0; unchanged by the order of studies and by adding a constant to every effect
    Source    moments: DerSimonian & Laird 1986, Hedges & Olkin 1985, Hunter & Schmidt 1990, Sidik & Jonkman 2005;
              Q(τ²) = k − p: Paule & Mandel 1982, Morris 1983; likelihoods and standard errors: Viechtbauer 2005
    Checked   tests/against/test_pool_metafor.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for a name that is none of the eight
    """
    if estimator not in NAMES:
        raise refuse(f"the estimator “{estimator}”", f"one of {', '.join(NAMES)}", "write estimator='REML'")
    others: tuple[float, ...] = ()
    if estimator in ("REML", "ML"):
        value, others = _likeliest(data, estimator)
    elif estimator in ("PM", "EB"):
        value = _root_of_q(data, data.k - data.p)
    else:
        return _by_moments(data, estimator)
    return Tau2(value, _standard_error(data, value, estimator), estimator, value, others)


def _by_moments(data: Data, estimator: Estimator) -> Tau2:
    k, p = data.k, data.p
    start = float(np.var(data.values))
    if estimator == "SJ" and start == 0:
        raise refuse("Sidik-Jonkman of effects that are all equal", "effects that differ", "use REML or Paule-Mandel")
    weights = {"HE": np.ones(k), "SJ": 1 / (data.variances + start)}.get(estimator, 1 / data.variances)
    pr = projection(data, weights)
    rss = float(data.values @ pr @ data.values)
    pv = pr * data.variances
    trace, crossed = float(np.trace(pr)), float((pv * pv.T).sum())
    if estimator == "HS":
        scale, raw = float(weights.sum()), (rss - k) / float(weights.sum())
    elif estimator == "HE":
        scale, raw = float(k - p), (rss - float(np.trace(pv))) / (k - p)
    elif estimator == "DL":
        scale, raw = trace, (rss - (k - p)) / trace
    else:
        scale, raw = (k - p) / start, start * rss / (k - p)
    value = max(0.0, raw)
    first = 2 * (k - p) if estimator in ("DL", "HS") else 2 * crossed
    second = (
        trace if estimator in ("DL", "HS") else float((pv * pr).sum()) if estimator == "SJ" else float(np.trace(pv))
    )
    error = float(np.sqrt(first + 4 * value * second + 2 * value**2 * float((pr * pr).sum()))) / scale
    return Tau2(value, error, estimator, raw)


def _standard_error(data: Data, value: float, estimator: Estimator) -> float:
    weights = 1 / (data.variances + value)
    if estimator == "REML":
        pr = projection(data, weights)
        return float(np.sqrt(2 / (pr * pr).sum()))
    if estimator == "ML":
        return float(np.sqrt(2 / (weights**2).sum()))
    return data.k * float(np.sqrt(2 / (data.k - data.p))) / float(weights.sum())


def log_likelihood(data: Data, tau2: Floats | float, *, estimator: Literal["REML", "ML"]) -> Floats:
    """The (restricted) log likelihood at each τ², up to a constant."""
    at = fit(data, tau2)
    found: Floats = 0.5 * (np.log(at.w).sum(1) - at.rss)
    if estimator == "REML":
        found = found + 0.5 * np.linalg.slogdet(at.covariance)[1]
    return found


def _score(data: Data, tau2: Floats | float, estimator: str) -> Floats:
    at = fit(data, tau2)
    lost = at.trace if estimator == "REML" else at.w.sum(1)
    found: Floats = 0.5 * ((at.residual**2).sum(1) - lost)
    return found


def _likeliest(data: Data, estimator: Literal["REML", "ML"]) -> tuple[float, tuple[float, ...]]:
    """The best of all maxima on [0, ∞), and the others: Fisher scoring from one start can end at a lower one."""
    top = float(np.ptp(data.values)) ** 2 + float(data.variances.max())
    while _score(data, top, estimator)[0] >= 0:
        top *= 4
    grid = np.concatenate([[0.0], top * np.geomspace(SMALLEST, 1, GRID)])
    slope = _score(data, grid, estimator)
    found = [0.0] if slope[0] <= 0 else []
    for at in np.flatnonzero((slope[:-1] > 0) & (slope[1:] <= 0)):
        found.append(_root(lambda t: float(_score(data, t, estimator)[0]), float(grid[at]), float(grid[at + 1])))
    heights = log_likelihood(data, np.array(found), estimator=estimator)
    best = int(np.argmax(heights))
    return found[best], tuple(one for at, one in enumerate(found) if at != best)


def _root(function: Callable[[float], float], low: float, high: float) -> float:
    from scipy.optimize import brentq  # type: ignore[import-untyped]

    # Convergence is relative: an absolute tolerance loses τ² on the scale of risk differences.
    return float(brentq(function, low, high, xtol=TINY, rtol=1e-14, maxiter=1000))


def _root_of_q(data: Data, target: float) -> float:
    """The τ² at which the generalised Q equals the target; 0 where Q at 0 is below it already."""
    if float(fit(data, 0.0).rss[0]) <= target:
        return 0.0
    top = float(np.ptp(data.values)) ** 2 + float(data.variances.max())
    while float(fit(data, top).rss[0]) > target:
        top *= 4
    return _root(lambda t: float(fit(data, t).rss[0]) - target, 0.0, top)


def typical_variance(data: Data) -> float:
    """The within-study variance that I² sets τ² against: (k − p)/tr P at τ² = 0 (Higgins & Thompson 2002)."""
    return (data.k - data.p) / float(fit(data, 0.0).trace[0])


def spread(data: Data, *, tau2: float | None) -> Spread:
    """Q, I² and H²: from τ² where one is given (τ²/(τ² + typical variance)), else from Q alone.

    Source    Cochran 1954; Higgins & Thompson, Stat Med 2002
    Checked   tests/against/test_pool_metafor.py
    """
    df = data.k - data.p
    q = float(fit(data, 0.0).rss[0])
    p = chi2_above(q, df)
    if tau2 is None:
        return Spread(q, df, p, max(0.0, (q - df) / q) if q > 0 else 0.0, q / df, "Q and its degrees of freedom")
    usual = typical_variance(data)
    return Spread(q, df, p, tau2 / (tau2 + usual), tau2 / usual + 1, "τ² and the typical variance within studies")


def spread_bounds(data: Data, *, confidence: float = 0.95) -> SpreadBounds:
    """The Q-profile interval of τ² and I²: the τ² at which the generalised Q has the chi-square's tail.

    Source    Viechtbauer, Stat Med 2007
    Holds     contains the Paule-Mandel estimate unless empty; the upper end is found however large it is
    Checked   tests/against/test_pool_metafor.py
    Errors    `EvidenceError` for a confidence that is not between 0 and 1
    """
    refuse_confidence(confidence)
    df = data.k - data.p
    high, low = chi2_quantile((1 + confidence) / 2, df), chi2_quantile((1 - confidence) / 2, df)
    lower, upper = _root_of_q(data, high), _root_of_q(data, low)
    usual = typical_variance(data)
    is_empty = float(fit(data, 0.0).rss[0]) < low
    return SpreadBounds(lower, upper, lower / (lower + usual), upper / (upper + usual), confidence, is_empty)
