"""Pools of counts without a logarithm of an empty cell: Mantel and Haenszel's ratios and difference, Peto's odds ratio."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from math import exp, log, sqrt
from typing import Literal

import msgspec
import numpy as np

from assuage.evidence.contrast import odds_ratio, peto_odds_ratio, risk_difference, risk_ratio
from assuage.evidence.distribution import chi2_above, two_sided_z, z_quantile
from assuage.evidence.effect import LOG, Bounds, Count
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Floats, refuse

Ratio = Literal["OR", "RR", "RD", "PETO"]
Pair = tuple[Count, Count]


class Homogeneity(msgspec.Struct, frozen=True):
    """A chi-square that the studies share one effect. `k` studies counted; those that say nothing are left out."""

    statistic: float
    df: int
    p: float
    k: int
    method: str


class PooledCounts(msgspec.Struct, frozen=True):
    """A common effect of counts, on the scale of analysis (logarithm for ratios), for sensitivity beside other pools.

    `k` studies given, `k_informative` of them with any say: nobody or everybody with the event in both arms says
    nothing about a ratio.
    """

    measure: Ratio
    k: int
    k_informative: int
    value: float
    standard_error: float
    lower: float
    upper: float
    confidence: float
    p: float
    homogeneity: Homogeneity
    method: str
    mixed: tuple[str, ...] = ()

    @property
    def statistic(self) -> float:
        return self.value / self.standard_error

    @property
    def estimate(self) -> float:
        """The effect as it is read."""
        return exp(self.value) if self.measure in LOG else self.value

    @property
    def bounds(self) -> Bounds:
        """The interval on the scale that is read."""
        ends = [exp(end) if self.measure in LOG else end for end in (self.lower, self.upper)]
        return Bounds(ends[0], ends[1], self.confidence, self.method)


@dataclass(frozen=True, slots=True)
class Tables:
    """Four cells of every study, shape (k,): events and others of the first arm, then of the second."""

    a: Floats
    b: Floats
    c: Floats
    d: Floats

    @property
    def n1(self) -> Floats:
        return self.a + self.b

    @property
    def n2(self) -> Floats:
        return self.c + self.d

    @property
    def n(self) -> Floats:
        return self.n1 + self.n2

    @property
    def expected(self) -> Floats:
        """Events expected in the first arm, were the arms alike."""
        return self.n1 * (self.a + self.c) / self.n

    @property
    def information(self) -> Floats:
        """Hypergeometric variance of the events of the first arm."""
        n = self.n
        return self.n1 * self.n2 * (self.a + self.c) * (self.b + self.d) / (n * n * (n - 1))


def _tables(pairs: Sequence[Pair]) -> Tables:
    if len(pairs) < 2:
        raise refuse(f"{len(pairs)} study to pool" if pairs else "no study to pool", "at least two studies",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip
    cells = np.array([(one.events, one.others, other.events, other.others) for one, other in pairs], dtype=float)
    return Tables(*cells.T)


def _says_something(pair: Pair) -> bool:
    events, people = pair[0].events + pair[1].events, pair[0].n + pair[1].n
    return 0 < events < people


def _found(
    measure: Ratio, pairs: Sequence[Pair], *, value: float, variance: float, confidence: float, method: str
) -> PooledCounts:
    refuse_confidence(confidence)
    error = sqrt(variance)
    half = z_quantile((1 + confidence) / 2) * error
    return PooledCounts(
        measure, len(pairs), sum(map(_says_something, pairs)), value, error, value - half, value + half, confidence,
        two_sided_z(value / error), _homogeneity(measure, pairs, value), method,
    )  # fmt: skip


def _homogeneity(measure: Ratio, pairs: Sequence[Pair], value: float) -> Homogeneity:
    """Q about the pooled effect. Only here is 1/2 added to tables with an empty cell; the effect itself needs none."""
    telling = [pair for pair in pairs if _says_something(pair)]
    if measure == "PETO":
        effects = [peto_odds_ratio(*pair) for pair in telling]
    else:
        effect = {"OR": odds_ratio, "RR": risk_ratio, "RD": risk_difference}[measure]
        effects = [effect(*pair, add=0.5) for pair in telling]
    q = sum((one.value - value) ** 2 / one.variance for one in effects)
    df = len(telling) - 1
    rest = "" if measure == "PETO" else "; 1/2 added to tables with an empty cell, for this test only"
    return Homogeneity(q, df, chi2_above(q, df), len(telling), f"Q about the pooled effect{rest}")


def mantel_haenszel(
    pairs: Sequence[Pair], *, measure: Literal["OR", "RR", "RD"], confidence: float = 0.95
) -> PooledCounts:
    """The common odds ratio, risk ratio or risk difference, weighted as Mantel and Haenszel did; nothing is added.

    Give      counts of both arms of two or more studies; the measure
    Holds     swapping the arms changes the sign; order does not matter
    Source    Mantel & Haenszel, JNCI 1959; variances: Robins, Breslow & Greenland, Biometrics 1986 (OR); Greenland &
              Robins, Biometrics 1985 (RR); Sato, Greenland & Robins, Biometrics 1989 (RD)
    Checked   tests/against/test_pool_sparse.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two studies, or ratios where no study has an event (or none has others)
    """
    t = _tables(pairs)
    if measure not in ("OR", "RR", "RD"):
        raise refuse(f"the measure “{measure}”", "OR, RR or RD", "write measure='RR'")
    value, variance = {"OR": _odds, "RR": _risks, "RD": _difference}[measure](t)
    return _found(measure, pairs, value=value, variance=variance, confidence=confidence,
                  method="Mantel-Haenszel, common effect, normal interval")  # fmt: skip


def _above_zero(name: str, *sums: float) -> None:
    if min(sums) <= 0:
        raise refuse(f"a pooled {name} of arms that are empty throughout", "events and people without, in both arms",
                     "pool risk differences, or use a binomial model with a prior")  # fmt: skip


def _odds(t: Tables) -> tuple[float, float]:
    p, q = (t.a + t.d) / t.n, (t.b + t.c) / t.n
    r, s = t.a * t.d / t.n, t.b * t.c / t.n
    top, low = float(r.sum()), float(s.sum())
    _above_zero("odds ratio", top, low)
    parts = (p * r).sum() / top**2 + (p * s + q * r).sum() / (top * low) + (q * s).sum() / low**2
    return log(top / low), float(parts) / 2


def _risks(t: Tables) -> tuple[float, float]:
    top, low = float((t.a * t.n2 / t.n).sum()), float((t.c * t.n1 / t.n).sum())
    _above_zero("risk ratio", top, low)
    spread = (t.n1 * t.n2 * (t.a + t.c) - t.a * t.c * t.n) / t.n**2
    variance = float(spread.sum()) / (top * low)
    _above_zero("risk ratio", variance)
    return log(top / low), variance


def _difference(t: Tables) -> tuple[float, float]:
    f1, f2 = t.n1 / t.n, t.n2 / t.n
    weight = float((t.n1 * f2).sum())
    value = float((t.a * f2 - t.c * f1).sum()) / weight
    slope = float((t.c * f1**2 - t.a * f2**2 + f1 * f2 * (t.n2 - t.n1) / 2).sum())
    level = float((t.a * t.d / t.n + t.c * t.b / t.n).sum()) / 2
    variance = (value * slope + level) / weight**2
    _above_zero("risk difference", variance)
    return value, variance


def peto(pairs: Sequence[Pair], *, confidence: float = 0.95) -> PooledCounts:
    """Peto's common odds ratio: observed less expected over their variance. Good for rare events and even arms only.

    Source    Σ(O − E)/ΣV, variance 1/ΣV (Yusuf et al., Prog Cardiovasc Dis 1985)
    Holds     swapping the arms changes the sign; order does not matter; nothing is added
    Checked   tests/against/test_pool_sparse.py
    Errors    `EvidenceError` for fewer than two studies, or where no study has both events and people without
    """
    t = _tables(pairs)
    information = float(t.information.sum())
    _above_zero("odds ratio", information)
    value = float((t.a - t.expected).sum()) / information
    return _found("PETO", pairs, value=value, variance=1 / information, confidence=confidence,
                  method="Peto, common effect, normal interval")  # fmt: skip


def cochran_mantel_haenszel(pairs: Sequence[Pair], *, is_corrected: bool = True) -> tuple[float, float]:
    """Chi-square (1 degree of freedom) and p of no difference in any study; corrected for continuity unless told not to.

    Source    (|Σ(O − E)| − 1/2)²/ΣV (Mantel & Haenszel, JNCI 1959)
    Checked   tests/against/test_pool_sparse.py
    """
    t = _tables(pairs)
    information = float(t.information.sum())
    _above_zero("odds ratio", information)
    gap = max(0.0, abs(float((t.a - t.expected).sum())) - (0.5 if is_corrected else 0.0))
    return gap**2 / information, chi2_above(gap**2 / information, 1)


def tarone(pairs: Sequence[Pair]) -> Homogeneity:
    """Breslow and Day's test that the studies share one odds ratio, with Tarone's adjustment; no empty cell matters.

    Source    Breslow & Day 1980; Tarone, Biometrika 1985
    Checked   tests/against/test_pool_sparse.py
    """
    telling = [pair for pair in pairs if _says_something(pair)]
    t = _tables(telling)
    ratio = exp(_odds(t)[0])
    gap = t.a - _fitted(t, ratio)
    fitted = t.a - gap
    margin = t.a + t.c
    variance = 1 / (1 / fitted + 1 / (t.n1 - fitted) + 1 / (margin - fitted) + 1 / (t.n2 - margin + fitted))
    statistic = max(0.0, float((gap**2 / variance).sum()) - float(gap.sum()) ** 2 / float(variance.sum()))
    df = len(telling) - 1
    return Homogeneity(statistic, df, chi2_above(statistic, df), len(telling), "Breslow-Day, Tarone's adjustment")


def _fitted(t: Tables, ratio: float) -> Floats:
    """Events of the first arm that the margins and this odds ratio imply: the root inside the table."""
    margin = t.a + t.c
    if abs(ratio - 1) < 1e-12:
        return t.n1 * margin / t.n
    square = 1 - ratio
    linear = t.n2 - margin + ratio * (t.n1 + margin)
    constant = -ratio * t.n1 * margin
    # The stable form: with the plus sign the two terms nearly cancel when the ratio is near 1.
    found: Floats = -2 * constant / (linear + np.sqrt(linear**2 - 4 * square * constant))
    return found
