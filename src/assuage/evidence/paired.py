"""The same people under both treatments, or before and after: effects that use the pairing."""

from __future__ import annotations

from math import log, sqrt

import msgspec

from assuage.evidence.continuous import Derived, refuse_number, refuse_people, refuse_spread, unbiased
from assuage.evidence.effect import Bounds, Effect, To, added, made, no_empty, refused
from assuage.evidence.proportion import refuse_count, wilson


class PairedScores(msgspec.Struct, frozen=True, kw_only=True):
    """Means and standard deviations of the same n people twice, and the correlation between the two.

    First is the treatment of interest, or after; second the comparator, or before.
    """

    mean_1: float
    sd_1: float
    mean_2: float
    sd_2: float
    n: int
    correlation: float

    def __post_init__(self) -> None:
        refuse_number("the first mean", self.mean_1)
        refuse_number("the second mean", self.mean_2)
        refuse_spread("the first standard deviation", self.sd_1)
        refuse_spread("the second standard deviation", self.sd_2)
        refuse_people(self.n)
        if not -1 < self.correlation < 1:
            raise refused(
                f"the correlation is {self.correlation}", "a number between −1 and 1",
                "derive it from the spread of the change, or say which correlation you assume",
            )  # fmt: skip

    @property
    def difference(self) -> float:
        return self.mean_1 - self.mean_2

    @property
    def sd_difference(self) -> float:
        """The standard deviation of the differences within people."""
        return sqrt(self.sd_1**2 + self.sd_2**2 - 2 * self.correlation * self.sd_1 * self.sd_2)

    def __str__(self) -> str:
        return (
            f"{self.mean_1:g} (SD {self.sd_1:g}) and {self.mean_2:g} (SD {self.sd_2:g}) of the same {self.n} people, "
            f"correlation {self.correlation:g}"
        )


class PairedCount(msgspec.Struct, frozen=True, kw_only=True):
    """The same people under both treatments: with the event under both, only the first, only the second, neither."""

    both: int
    first_only: int
    second_only: int
    neither: int

    def __post_init__(self) -> None:
        for cell in (self.both, self.first_only, self.second_only, self.neither):
            refuse_count(cell, self.n)

    @property
    def n(self) -> int:
        return self.both + self.first_only + self.second_only + self.neither

    def __str__(self) -> str:
        return (
            f"{self.both} under both, {self.first_only} under the first only, "
            f"{self.second_only} under the second only, {self.neither} under neither"
        )


def mean_change(scores: PairedScores) -> Effect:
    """The mean difference within people, in the unit of the score.

    Get       `MC`: mean₁ − mean₂, variance (s₁² + s₂² − 2 r s₁ s₂)/n
    Source    the variance of a mean of differences
    Checked   tests/against/test_evidence_escalc.py
    """
    variance = scores.sd_difference**2 / scores.n
    return made("MC", scores.difference, variance=variance, derivation=f"mean difference within people: {scores}")


def standardised_change(scores: PairedScores) -> Effect:
    """The mean difference in standard deviations of the differences.

    Get       `SMCC`: J(n−1) (mean₁ − mean₂)/s of the differences, variance 1/n + d²/2n
    Source    Gibbons, Hedeker & Davis, J Educ Stat 1993; J exact
    Checked   tests/against/test_evidence_escalc.py
    """
    d = unbiased(scores.n - 1) * scores.difference / scores.sd_difference
    return made("SMCC", d, variance=1 / scores.n + d * d / (2 * scores.n), derivation=f"by the SD of change: {scores}")


def standardised_by_first(scores: PairedScores, *, is_spread_equal: bool) -> Effect:
    """The mean difference in standard deviations of the first scores.

    Give      whether both spreads are taken as equal (`SMCR`) or each as it is (`SMCRH`)
    Get       d = J(n−1) (mean₁ − mean₂)/s₁; variance 2(1−r)/n + d²/2n where equal (Becker, Br J Math Stat Psychol
              1988), else s²/(s₁²(n−1)) + d²/2(n−1), s the standard deviation of the differences (Bonett, Psychol
              Methods 2008; metafor before 4.6 gave a smaller variance)
    Checked   tests/against/test_evidence_escalc.py
    """
    n = scores.n
    d = unbiased(n - 1) * scores.difference / scores.sd_1
    if is_spread_equal:
        variance = 2 * (1 - scores.correlation) / n + d * d / (2 * n)
        return made("SMCR", d, variance=variance, derivation=f"by the first SD, spreads equal: {scores}")
    variance = scores.sd_difference**2 / (scores.sd_1**2 * (n - 1)) + d * d / (2 * (n - 1))
    return made("SMCRH", d, variance=variance, derivation=f"by the first SD, spreads as they are: {scores}")


def ratio_of_paired_means(scores: PairedScores, *, is_corrected: bool) -> Effect:
    """The first mean over the second of the same people, as a logarithm.

    Get       `ROMC`: log(mean₁/mean₂), variance c₁² + c₂² − 2 r c₁ c₂ with c = s/(mean √n); the correction of the
              small-sample bias adds (c₁² − c₂²)/2
    Source    Lajeunesse, Ecology 2011 and 2015
    Checked   tests/against/test_evidence_escalc.py
    Errors    `EvidenceError` where a mean is not above zero
    """
    if scores.mean_1 <= 0 or scores.mean_2 <= 0:
        raise refused(f"means of {scores}", "two means above 0", "use the mean difference within people instead")
    one, other = (s / (m * sqrt(scores.n)) for s, m in ((scores.sd_1, scores.mean_1), (scores.sd_2, scores.mean_2)))
    value = log(scores.mean_1 / scores.mean_2) + (is_corrected and (one**2 - other**2) / 2)
    told = f"log ratio of {scores}; bias {'corrected' if is_corrected else 'not corrected'}"
    return made("ROMC", value, variance=one**2 + other**2 - 2 * scores.correlation * one * other, derivation=told)


def change_from_t(change: float, *, t: float, n: int) -> Effect:
    """The mean difference within n people where only it and the paired t were printed: variance (change/t)².

    Errors    `EvidenceError` where t is 0 (no spread follows) or its sign is not that of the change
    """
    refuse_number("the mean change", change)
    refuse_number("t", t)
    refuse_people(n)
    if not change * t > 0:
        raise refused(f"a change of {change:g} with t {t:g}", "both of one sign, neither 0",
                      "turn the sign to that of the change; no spread follows from a t of 0")  # fmt: skip
    return made("MC", change, variance=(change / t) ** 2, derivation=f"{change:g} / t {t:g}, n {n}")


def change_from_p(change: float, *, p: float, n: int) -> Effect:
    """The mean difference within n people where only it and the two-sided p of a paired t test were printed.

    Holds     an inequality is no p: `p < 0.05` gives no spread, and only a p of a t test does
    Errors    `EvidenceError` where p is not between 0 and 1 or the change is 0
    """
    from scipy.special import stdtrit  # type: ignore[import-untyped]

    refuse_number("the mean change", change)
    refuse_people(n)
    if not 0 < p < 1 or change == 0:
        raise refused(f"a change of {change:g} with p {p}", "a change other than 0 and a p between 0 and 1",
                      "find t, the SD or the interval in the paper; “p < 0.05” gives no spread")  # fmt: skip
    t = -float(stdtrit(n - 1, p / 2))
    told = f"{change:g} / t {t:.4g}, the t of a two-sided p {p:g} with {n - 1} degrees of freedom"
    return made("MC", change, variance=(change / t) ** 2, derivation=told)


def correlation_from_change(sd_1: float, sd_2: float, *, sd_change: float) -> Derived:
    """The correlation that three printed spreads imply: (s₁² + s₂² − s²)/2 s₁ s₂.

    Errors    `EvidenceError` where the three cannot belong together
    """
    for name, value in (("first", sd_1), ("second", sd_2), ("change's", sd_change)):
        refuse_spread(f"the {name} standard deviation", value)
    value = (sd_1**2 + sd_2**2 - sd_change**2) / (2 * sd_1 * sd_2)
    if not -1 < value < 1:
        raise refused(f"spreads {sd_1:g}, {sd_2:g} and {sd_change:g} of the change", "a correlation between −1 and 1",
                      "check whether one of the three is a standard error")  # fmt: skip
    return Derived(value, f"({sd_1:g}² + {sd_2:g}² − {sd_change:g}²) / (2 × {sd_1:g} × {sd_2:g})")


def _cells(count: PairedCount, add: float, to: To) -> tuple[tuple[float, ...], str]:
    return added((count.both, count.first_only, count.second_only, count.neither), add=add, to=to)


def paired_risk_ratio(count: PairedCount, *, add: float = 0, to: To = "only0") -> Effect:
    """The share under the first treatment over that under the second, of the same people, as a logarithm.

    Get       `MPRR`: log (a+b)/(a+c), variance (b+c)/((a+b)(a+c)); a under both, b first only, c second only
    Source    Nam & Blackwelder, Stat Med 2002; delta method
    Checked   tests/against/test_evidence_escalc.py
    """
    (a, b, c, _), what = _cells(count, add, to)
    no_empty("MPRR", (a + b, a + c))
    variance = (b + c) / ((a + b) * (a + c))
    return made("MPRR", log((a + b) / (a + c)), variance=variance, derivation=f"{count}; {what}")


def paired_risk_difference(count: PairedCount, *, add: float = 0, to: To = "only0") -> Effect:
    """The share under the first treatment less that under the second, of the same people.

    Get       `MPRD`: (b − c)/n, variance ((b + c) − (b − c)²/n)/n²
    Source    the variance of a mean of −1, 0 and 1
    Checked   tests/against/test_evidence_escalc.py
    """
    (a, b, c, d), what = _cells(count, add, to)
    n = a + b + c + d
    variance = (b + c - (b - c) ** 2 / n) / (n * n)
    return made("MPRD", (b - c) / n, variance=variance, derivation=f"{count}; {what}")


def paired_odds_ratio(count: PairedCount, *, add: float = 0, to: To = "only0") -> Effect:
    """The odds under the first treatment over those under the second, of the same people (marginal), as a logarithm.

    Get       `MPOR`: logit p₁ − logit p₂; variance 1/np₁q₁ + 1/np₂q₂ − 2(ad − bc)/(n³ p₁q₁p₂q₂)
    Source    Becker & Balagtas, 1993; Elbourne et al., Int J Epidemiol 2002
    Checked   tests/against/test_evidence_escalc.py
    """
    (a, b, c, d), what = _cells(count, add, to)
    n = a + b + c + d
    no_empty("MPOR", (a + b, c + d, a + c, b + d))
    one, other = (a + b) * (c + d) / n, (a + c) * (b + d) / n
    variance = 1 / one + 1 / other - 2 * (a * d - b * c) / (n * one * other)
    value = log((a + b) / (c + d)) - log((a + c) / (b + d))
    return made("MPOR", value, variance=variance, derivation=f"{count}; {what}")


def conditional_odds_ratio(count: PairedCount, *, add: float = 0, to: To = "only0") -> Effect:
    """The odds ratio within people, from those who differ between treatments, as a logarithm.

    Get       `MPORC`: log b/c, variance 1/b + 1/c
    Source    McNemar's table, conditional maximum likelihood
    Checked   tests/against/test_evidence_escalc.py
    """
    (_, b, c, _), what = _cells(count, add, to)
    no_empty("MPORC", (b, c))
    return made("MPORC", log(b / c), variance=1 / b + 1 / c, derivation=f"{count}; {what}")


def paired_peto(count: PairedCount, *, add: float = 0, to: To = "only0") -> Effect:
    """Peto's one-step odds ratio within people, as a logarithm.

    Get       `MPPETO`: (b − (b+c)/2)/V, V = (b+c)/4, variance 1/V
    Source    Yusuf et al., Prog Cardiovasc Dis 1985, on the discordant pairs
    Checked   tests/against/test_evidence_escalc.py
    """
    (_, b, c, _), what = _cells(count, add, to)
    information = (b + c) / 4
    no_empty("MPPETO", (information,))
    return made("MPPETO", (b - c) / 2 / information, variance=1 / information, derivation=f"{count}; {what}")


def newcombe_paired(count: PairedCount, *, confidence: float = 0.95) -> Bounds:
    """The interval of the risk difference of the same people, from the Wilson intervals of both treatments.

    Give      the four cells; two-sided confidence between 0 and 1
    Get       limits between −1 and 1
    Holds     contains the difference; swapping the treatments mirrors it about 0; with no correlation it is `newcombe`
    Source    Newcombe, Stat Med 1998 (paired data), method 10: p₁ − p₂ − √(δ² − 2φδε + ε²), δ = p₁ − l₁, ε = u₂ − p₂,
              and likewise above; φ from the table, ad − bc less n/2 but not below 0 where it is positive
    Checked   tests/against/test_answer_rows.py, tests/laws/test_answer_laws.py
    Errors    `EvidenceError` for an impossible confidence
    """
    n = count.n
    one = wilson(count.both + count.first_only, n, confidence=confidence)
    other = wilson(count.both + count.second_only, n, confidence=confidence)
    cross = count.both * count.neither - count.first_only * count.second_only
    margins = one.events * (n - one.events) * other.events * (n - other.events)
    phi = 0.0 if margins == 0 else (max(cross - n / 2, 0.0) if cross > 0 else cross) / sqrt(margins)
    seen = (one.events - other.events) / n

    def reach(first: float, second: float) -> float:
        return sqrt(max(0.0, first * first - 2 * phi * first * second + second * second))

    lower = seen - reach(one.mean - one.lower, other.upper - other.mean)
    upper = seen + reach(one.upper - one.mean, other.mean - other.lower)
    return Bounds(lower, upper, confidence, "Newcombe, square and add, paired")
