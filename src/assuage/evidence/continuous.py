"""Scores of two arms of different people, compared by means and spreads, and what may be derived from printed ones."""

from __future__ import annotations

from math import exp, isfinite, lgamma, log, sqrt
from typing import Literal

import msgspec

from assuage.evidence.effect import Bounds, Effect, made, refused
from assuage.evidence.proportion import refuse_confidence
from assuage.sourced import Kind


class Scores(msgspec.Struct, frozen=True):
    """Mean and standard deviation of n people. Refuses a mean without a spread: no effect size follows from it."""

    mean: float
    sd: float
    n: int

    def __post_init__(self) -> None:
        refuse_number("the mean", self.mean)
        refuse_spread("the standard deviation", self.sd)
        refuse_people(self.n)

    def __str__(self) -> str:
        return f"{self.mean:g} (SD {self.sd:.4g}, n {self.n})"


class Derived(msgspec.Struct, frozen=True):
    """A number nobody printed, with how it follows from printed ones."""

    value: float
    derivation: str
    kind: Kind = "derived"


def refuse_number(name: str, value: float | None) -> None:
    """Refuse a missing, infinite or undefined number."""
    if value is None or not isfinite(value):
        raise refused(f"{name} is {value}", "a finite number", "leave the effect out, or find the number in the paper")


def refuse_spread(name: str, value: float | None) -> None:
    """Refuse a spread that is missing, zero or negative."""
    if value is None or not isfinite(value) or value <= 0:
        raise refused(
            f"{name} is {value}", "a number above 0",
            "find the SD, SE, t, p or interval in the paper; a mean or median without a spread gives no effect size",
        )  # fmt: skip


def refuse_people(n: int) -> None:
    """Refuse fewer than two people: they have no spread."""
    if isinstance(n, bool) or not isinstance(n, int) or n < 2:
        raise refused(f"n is {n}", "a whole number of people, at least 2", "leave the effect out: one has no spread")


def unbiased(df: float) -> float:
    """The factor that takes the small-sample bias out of a standardised difference, exact by gamma functions.

    Source    J(m) = Γ(m/2) / (√(m/2) Γ((m−1)/2)) (Hedges, J Educ Stat 1981)
    Holds     below 1, and nearly 1 − 3/(4m−1)
    Errors    `EvidenceError` where m is 1 or less: the expectation does not exist
    """
    if not df > 1:
        raise refused(f"{df} degrees of freedom", "more than 1", "leave the standardised difference out")
    return exp(lgamma(df / 2) - lgamma((df - 1) / 2) - log(df / 2) / 2)


def _pooled(first: Scores, second: Scores) -> float:
    freedom = first.n + second.n - 2
    return sqrt(((first.n - 1) * first.sd**2 + (second.n - 1) * second.sd**2) / freedom)


def mean_difference(first: Scores, second: Scores, *, variances: Literal["apart", "pooled"] = "apart") -> Effect:
    """The mean of the first arm less that of the second, in the unit of the score.

    Give      scores of different people; whether each arm keeps its own variance or both share one
    Get       `MD` and its variance
    Source    variance s₁²/n₁ + s₂²/n₂ apart, s²(1/n₁ + 1/n₂) with the pooled s² pooled
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_scores.py
    """
    if variances == "apart":
        variance = first.sd**2 / first.n + second.sd**2 / second.n
    else:
        variance = _pooled(first, second) ** 2 * (1 / first.n + 1 / second.n)
    told = f"{first} − {second}; variances {variances}"
    return made("MD", first.mean - second.mean, variance=variance, derivation=told)


def standardised_difference(first: Scores, second: Scores, *, variance: Literal["LS", "UB"] = "LS") -> Effect:
    """The difference in pooled standard deviations, without small-sample bias (Hedges' g, exact J).

    Give      scores of different people; which variance: LS the large-sample one, UB the unbiased one
    Get       `SMD`
    Holds     shifting or rescaling both arms changes nothing; swapping them changes the sign
    Source    g = J(m) (mean₁ − mean₂)/s, m = n₁ + n₂ − 2; LS 1/n₁ + 1/n₂ + g²/2(n₁+n₂);
              UB 1/n₁ + 1/n₂ + (1 − (m−2)/(m J²)) g² (Hedges 1983, Psychol Bull)
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_scores.py
    """
    freedom = first.n + second.n - 2
    bias = unbiased(freedom)
    g = bias * (first.mean - second.mean) / _pooled(first, second)
    square = 1 / (2 * (first.n + second.n)) if variance == "LS" else 1 - (freedom - 2) / (freedom * bias**2)
    told = f"Hedges' g of {first} and {second}; exact J, {variance} variance"
    return made("SMD", g, variance=1 / first.n + 1 / second.n + square * g * g, derivation=told)


def standardised_by_average(first: Scores, second: Scores) -> Effect:
    """The difference in standard deviations where the arms spread differently: by the root mean of both variances.

    Get       `SMDH`
    Source    Bonett, Psychol Methods 2008: d = J (mean₁ − mean₂)/s, s² = (s₁² + s₂²)/2; variance
              d²(s₁⁴/(n₁−1) + s₂⁴/(n₂−1))/8s⁴ + (s₁²/(n₁−1) + s₂²/(n₂−1))/s². Metafor before 4.6 gave a smaller variance
    Checked   tests/against/test_evidence_escalc.py
    """
    one, other = first.sd**2, second.sd**2
    square = (one + other) / 2
    d = unbiased(first.n + second.n - 2) * (first.mean - second.mean) / sqrt(square)
    fourth = one**2 / (first.n - 1) + other**2 / (second.n - 1)
    variance = d * d * fourth / (8 * square**2) + (one / (first.n - 1) + other / (second.n - 1)) / square
    told = f"difference of {first} and {second} by the root mean variance; exact J, Bonett's variance"
    return made("SMDH", d, variance=variance, derivation=told)


def ratio_of_means(first: Scores, second: Scores, *, is_corrected: bool) -> Effect:
    """The mean of the first arm over that of the second, as a logarithm, for scores that are above zero.

    Give      scores of different people; whether the small-sample bias is corrected, which has to be said since
              programs differ (metafor corrects since 5.0)
    Get       `ROM`
    Source    log(mean₁/mean₂); variance s₁²/(n₁ mean₁²) + s₂²/(n₂ mean₂²); the correction adds half the difference of
              these two terms (Lajeunesse, Ecology 2015)
    Checked   tests/against/test_evidence_escalc.py
    Errors    `EvidenceError` where a mean is not above zero
    """
    if first.mean <= 0 or second.mean <= 0:
        raise refused(
            f"means {first.mean:g} and {second.mean:g}", "two means above 0", "use a difference of means instead"
        )
    one = first.sd**2 / (first.n * first.mean**2)
    other = second.sd**2 / (second.n * second.mean**2)
    value = log(first.mean / second.mean) + (is_corrected and (one - other) / 2)
    told = f"log of {first} over {second}; bias {'corrected' if is_corrected else 'not corrected'}"
    return made("ROM", value, variance=one + other, derivation=told)


def sd_from_se(se: float, n: int) -> Derived:
    """The standard deviation of n people from the standard error of their mean: SE √n."""
    refuse_spread("the standard error", se)
    refuse_people(n)
    return Derived(se * sqrt(n), f"SE {se:g} × √{n}")


def sd_from_interval(lower: float, upper: float, *, n: int, confidence: float = 0.95) -> Derived:
    """The standard deviation of n people from the t interval of their mean: (upper − lower) √n / 2t."""
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    refuse_number("the lower limit", lower)
    refuse_spread("the width of the interval", upper - lower)
    refuse_people(n)
    refuse_confidence(confidence)
    t = float(stdtrit(n - 1, (1 + confidence) / 2))
    told = f"({upper:g} − {lower:g}) × √{n} / (2 × {t:.4g}), t with {n - 1} degrees of freedom"
    return Derived((upper - lower) * sqrt(n) / (2 * t), told)


def after_percentage(baseline_mean: float, percent: float) -> Derived:
    """The mean after a fall of `percent` of the baseline mean, as far as means can say.

    Holds     equal to the mean after only where the percentage was taken of the mean; a mean of each person's own
              percentage is another number, and neither has a spread that follows from the printed one
    Errors    `EvidenceError` where the baseline mean is not above zero or a number is missing
    """
    refuse_spread("the baseline mean", baseline_mean)
    refuse_number("the percentage", percent)
    told = f"{baseline_mean:g} × (1 − {percent:g}/100), if the percentage was of the mean; its spread is not known"
    return Derived(baseline_mean * (1 - percent / 100), told)


def welch(first: Scores, second: Scores, *, confidence: float = 0.95) -> Bounds:
    """The t interval of the difference of means where each arm keeps its own variance.

    Give      scores of different people; two-sided confidence between 0 and 1
    Source    Welch, Biometrika 1947; degrees of freedom by Satterthwaite
    Checked   tests/against/test_evidence_intervals.py, tests/laws/test_evidence_scores.py
    Errors    `EvidenceError` for an impossible confidence
    """
    from scipy.special import stdtrit

    refuse_confidence(confidence)
    one, other = first.sd**2 / first.n, second.sd**2 / second.n
    freedom = (one + other) ** 2 / (one**2 / (first.n - 1) + other**2 / (second.n - 1))
    half = float(stdtrit(freedom, (1 + confidence) / 2)) * sqrt(one + other)
    seen = first.mean - second.mean
    return Bounds(seen - half, seen + half, confidence, f"Welch t, {freedom:.1f} degrees of freedom")
