"""How the true effects of one study hang together over time: structures of their covariance, and the likeliest of each."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from itertools import product
from math import exp, log, sqrt
from typing import Literal

import numpy as np

from assuage.errors import EvidenceError, Problem
from assuage.evidence.correlated import Grouped, Likelihood, solve
from assuage.evidence.weighted import Floats

Structure = Literal["CS", "HCS", "AR", "HAR", "UN"]
STRUCTURES: dict[str, str] = {
    "CS": "one spread and one correlation between studies (CS)",
    "HCS": "a spread for each time and one correlation between studies (HCS)",
    "AR": "one spread and a correlation that falls with the gap in time (AR)",
    "HAR": "a spread for each time and a correlation that falls with the gap in time (HAR)",
    "UN": "a spread for each time and a correlation for each pair of times (UN)",
}
# Starts of the search: spreads as shares of the effects' own, correlations as shares of the way from lowest to 1.
SPREADS, CORRELATIONS = (0.2, 1.0), (0.5, 0.75, 0.95)
# A rise of the log likelihood smaller than this is not told from rounding.
RISE = 1e-8
# A spread below this share of the effects' errors, or a correlation this near its end, has run to its limit.
NO_SPREAD, NEAR = 1e-4, 1e-5
FEWEST = 2
# Spreads this many powers of e from the effects' own are nothing, or everything.
FAR = 12.0
# Beyond this many times the smallest variance the sum with it keeps no digit of it: no likelihood is computed there.
NO_DIGITS, HOPELESS = 1e12, 1e30


@dataclass(frozen=True, slots=True)
class Between:
    """The covariance (T, T) of true effects between studies, its correlations, and where it ran to a limit."""

    covariance: Floats
    correlations: Floats
    parameters: int
    at_limit: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Shape:
    """A structure over T times: from free parameters to the covariance, and from its score to theirs."""

    count: int
    starts: list[Floats]
    covariance: Callable[[Floats], Floats]
    slope: Callable[[Floats, Floats], Floats]


def likeliest(data: Grouped, times: Sequence[float], *, structure: Structure, likelihood: Likelihood) -> Between:
    """The covariance of this structure at the highest maximum found from several starts, or none where that is as high.

    Give      effects of the studies at their times; the structure; REML or ML
    Holds     never lower than the likelihood without any spread
    Source    slopes: ½ Σ (P y y′P − P) dG (Harville 1977); gaps of AR in units of the smallest gap
    Checked   tests/against/test_repeated_metafor.py, tests/laws/test_repeated_laws.py
    Errors    `EvidenceError` where too few studies looked at two times to tell a correlation, or at a time its spread
    """
    from scipy.optimize import minimize  # type: ignore[import-untyped]

    _refuse_untold(data, times, structure)
    width = len(times)
    scale = float(np.std(data.values[data.is_there])) or 1.0
    is_free = structure == "UN" and width > 1
    shape = _free(width, scale) if is_free else _spread_and_correlation(times, structure, scale=scale)

    least = float(np.einsum("ktt->kt", data.covariances)[data.is_there].min())

    def minus(at: Floats) -> tuple[float, Floats]:
        covariance = shape.covariance(at)
        if float(np.diag(covariance).max()) > NO_DIGITS * least:
            return HOPELESS, np.zeros_like(at)
        found = solve(data, covariance, likelihood=likelihood)
        return -found.log_likelihood, -shape.slope(at, found.score)

    flat = solve(data, np.zeros((width, width)), likelihood=likelihood).log_likelihood
    tried = [minimize(minus, start, jac=True, method="BFGS", options={"gtol": 1e-7}) for start in shape.starts]
    best = min(tried, key=lambda found: float(found.fun))
    if -float(best.fun) <= flat + RISE:
        return Between(np.zeros((width, width)), np.eye(width), shape.count, ("no spread between studies",))
    covariance = shape.covariance(best.x)
    spreads = np.sqrt(np.diag(covariance))
    correlations = covariance / np.outer(spreads, spreads)
    return Between(covariance, correlations, shape.count, _limits(times, spreads / sqrt(least), correlations))


def _refuse_untold(data: Grouped, times: Sequence[float], structure: Structure) -> None:
    """Refuse a structure whose parts the studies cannot tell."""
    both = np.einsum("kt,ks->ts", data.is_there.astype(float), data.is_there.astype(float))
    problems = []
    if structure in ("HCS", "HAR", "UN"):
        problems += [(f"the time {time:g}, at which {both[at, at]:.0f} study looked", "two studies or more at each time")
                     for at, time in enumerate(times) if both[at, at] < FEWEST]  # fmt: skip
    if structure == "UN":
        problems += [(f"the times {one:g} and {other:g}, at which {both[i, j]:.0f} studies looked both times",
                      "two studies or more at each pair of times")
                     for i, one in enumerate(times) for j, other in enumerate(times) if i < j and both[i, j] < FEWEST]  # fmt: skip
    elif len(times) > 1 and (data.is_there.sum(1) > 1).sum() < FEWEST:
        problems.append(("fewer than two studies that looked more than once", "two studies or more at two times each"))
    if problems:
        raise EvidenceError(*(Problem(what, f"the structure {structure}", expected,
                                      "use a simpler structure, or pool each time by itself")
                              for what, expected in problems))  # fmt: skip


def _limits(times: Sequence[float], spreads: Floats, correlations: Floats) -> tuple[str, ...]:
    found = [f"no spread at {time:g}" for time, spread in zip(times, spreads, strict=True) if spread < NO_SPREAD]
    apart = correlations[np.triu_indices(len(times), 1)]
    if len(apart) and (np.abs(apart) > 1 - NEAR).any():
        found.append("a correlation of 1 between times" if (apart > 0).all() else "a correlation of −1 between times")
    return tuple(found)


def _spread_and_correlation(times: Sequence[float], structure: Structure, *, scale: float) -> Shape:
    """One spread, or one a time, as logarithms; then one correlation as the logit of its way from lowest to 1."""
    width = len(times)
    spreads = width if structure.startswith("H") else 1
    gaps = np.abs(np.subtract.outer(np.array(times), np.array(times)))
    if width > 1:
        gaps = gaps / np.diff(times).min()
    is_falling = structure.endswith("AR")
    lowest = _lowest(gaps, is_falling=is_falling)

    def parts(at: Floats) -> tuple[Floats, float, float]:
        # Far off the spread is nothing, or all there is; the search may look there, and must find an inverse.
        sds = scale * np.exp(np.clip(np.resize(at[:spreads], width), -FAR, FAR))
        way = 1 / (1 + exp(-float(np.clip(at[-1], -40, 40)))) if width > 1 else 0.0
        return sds, lowest + (1 - lowest) * way, (1 - lowest) * way * (1 - way)

    def correlations(rho: float) -> Floats:
        found: Floats = rho**gaps if is_falling else np.where(gaps == 0, 1.0, rho)
        return found

    def covariance(at: Floats) -> Floats:
        sds, rho, _ = parts(at)
        found: Floats = np.outer(sds, sds) * correlations(rho)
        return found

    def slope(at: Floats, score: Floats) -> Floats:
        sds, rho, bend = parts(at)
        by_sd = 2 * (score * covariance(at)).sum(0)
        turned = np.where(gaps == 0, 0.0, gaps * rho ** np.maximum(gaps - 1, 0) if is_falling else 1.0)
        by_rho = float((score * np.outer(sds, sds) * turned).sum()) * bend
        own = by_sd if spreads == width else np.array([by_sd.sum()])
        return np.array([*own, by_rho] if width > 1 else own)

    ways = [log(way / (1 - way)) for way in CORRELATIONS] if width > 1 else [0.0]
    rows = [[log(share)] * spreads + [way] * (width > 1) for share, way in product(SPREADS, ways)]
    return Shape(spreads + (width > 1), [np.array(row, dtype=float) for row in rows], covariance, slope)


def _lowest(gaps: Floats, *, is_falling: bool) -> float:
    """The lowest correlation that leaves a covariance: −1 between evenly spaced times, 0 where powers are not whole."""
    if not is_falling:
        return -1 / (len(gaps) - 1) if len(gaps) > 1 else 0.0
    return -1.0 if np.allclose(gaps, np.round(gaps), atol=1e-9) else 0.0


def _free(width: int, scale: float) -> Shape:
    """Any covariance, as the product of a triangle with itself."""
    low = np.tril_indices(width)

    def triangle(at: Floats) -> Floats:
        found = np.zeros((width, width))
        found[low] = scale * np.clip(at, -exp(FAR), exp(FAR))
        return found

    def covariance(at: Floats) -> Floats:
        found: Floats = triangle(at) @ triangle(at).T
        return found

    starts: list[Floats] = []
    for share, rho in product(SPREADS, CORRELATIONS):
        root = np.array(np.linalg.cholesky(np.where(np.eye(width) == 1, 1.0, rho) * share**2), dtype=np.float64)
        starts.append(root[low])
    return Shape(len(low[0]), starts, covariance, lambda at, score: 2 * scale * (score @ triangle(at))[low])
