"""How many people would be enough to trust an interval: standard sample sizes, each with its α and power in words."""

from __future__ import annotations

from math import ceil, sqrt
from statistics import NormalDist

from assuage.evidence.effect import refused

ALPHA, POWER = 0.05, 0.80
# Where nobody said what matters: a relative change of a quarter.
RELATIVE = 0.25
TOLD = f"two-sided α {ALPHA:.0%}, power {POWER:.0%}".replace("%", " %")


def people_for_shares(treated: float, control: float, *, alpha: float = ALPHA, power: float = POWER) -> int:
    """People in both arms together, of equal size, to tell two shares apart.

    Give      both shares as fractions, not equal; two-sided α; power
    Source    n an arm = (z₁₋α⁄₂ √(2 p̄ q̄) + z_power √(p₁q₁ + p₂q₂))² / (p₁ − p₂)², p̄ the mean of both (Fleiss, Levin &
              Paik, Statistical Methods for Rates and Proportions)
    Holds     the order of the shares does not matter; a smaller difference needs more people
    Checked   tests/against/test_answer_certainty.py
    Errors    `EvidenceError` for equal shares, or shares outside 0 to 1

    >>> people_for_shares(10 / 15, 7 / 15)
    192
    """
    for share in (treated, control):
        if not 0 <= share <= 1:
            raise refused(f"a share of {share}", "a fraction from 0 to 1", "write 0.47 for 47 %")
    if treated == control:
        raise refused("two equal shares to tell apart", "shares that differ", "say which difference matters")
    mean = (treated + control) / 2
    spread = sqrt(treated * (1 - treated) + control * (1 - control))
    root = _z(1 - alpha / 2) * sqrt(2 * mean * (1 - mean)) + _z(power) * spread
    return 2 * ceil((root / (treated - control)) ** 2)


def people_for_difference(people: int, standard_error: float, *, matters: float) -> int:
    """People to find a difference that matters, from the precision that this many have reached.

    Give      people so far, the standard error they gave, the difference that matters in the same unit
    Source    n (SE (z₁₋α⁄₂ + z_power) / δ)²: the usual sample size, whose variance is SE² n
    Checked   tests/against/test_answer_certainty.py
    Errors    `EvidenceError` where the difference that matters, or the error, is not above 0
    """
    if not (abs(matters) > 0 and standard_error > 0):
        raise refused(f"a difference of {matters} with a standard error of {standard_error}", "both above 0",
                      "say which difference matters")  # fmt: skip
    return ceil(people * (standard_error * (_z(1 - ALPHA / 2) + _z(POWER)) / abs(matters)) ** 2)


def people_for_share(share: float, *, within: float, confidence: float = 0.95) -> int:
    """People to know one share to within so much either way.

    Source    z² p q / w² (Cochran, Sampling Techniques)
    Checked   tests/against/test_answer_certainty.py

    >>> people_for_share(0.5, within=0.1)
    97
    """
    z = _z((1 + confidence) / 2)
    return ceil(z * z * share * (1 - share) / (within * within))


def _z(below: float) -> float:
    return NormalDist().inv_cdf(below)
