"""A proportion seen in one arm, with the interval it must never be shown without."""

from __future__ import annotations

from math import sqrt
from statistics import NormalDist

import msgspec

from assuage.errors import EvidenceError, Problem


class Proportion(msgspec.Struct, frozen=True):
    """Events out of n as a fraction from 0 to 1, with its interval at a stated confidence."""

    events: int
    n: int
    mean: float
    lower: float
    upper: float
    confidence: float
    method: str = "Wilson score"


def wilson(events: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """The score interval for `events` out of `n`, without continuity correction.

    Give      events and n are counts of people (or of sessions, where the study counted those); confidence is between
              0 and 1, two-sided
    Get       fractions from 0 to 1
    Holds     0 ≤ lower ≤ mean ≤ upper ≤ 1; counting the others instead mirrors the interval about one half
    Source    Wilson EB. Probable inference, the law of succession, and statistical inference. J Am Stat Assoc 1927.
              The limits are the roots P of (p − P)² = z² P (1 − P) / n, p = events / n:
              P = (p + z²/2n ± z √(p (1 − p)/n + z²/4n²)) / (1 + z²/n)
    Checked   tests/against/test_proportion.py, tests/laws/test_proportion.py
    Not for   pooling studies: each arm stands alone
    Errors    `EvidenceError` when n is not at least 1, when events are not between 0 and n, or when the confidence is
              not between 0 and 1

    >>> seen = wilson(7, 15)
    >>> f"{seen.mean:.3f} ({seen.lower:.3f} to {seen.upper:.3f})"
    '0.467 (0.248 to 0.699)'
    """
    refuse_count(events, n)
    refuse_confidence(confidence)
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    mean = events / n
    centre = mean + z * z / (2 * n)
    spread = z * sqrt(mean * (1 - mean) / n + z * z / (4 * n * n))
    widening = 1 + z * z / n
    # At the ends one root is exactly 0 or 1; subtracting rounded numbers would miss it by an ulp on the wrong side.
    lower = 0.0 if events == 0 else (centre - spread) / widening
    upper = 1.0 if events == n else (centre + spread) / widening
    return Proportion(events, n, mean, lower, upper, confidence)


def refuse_count(events: int, n: int) -> None:
    """Refuse what cannot have been counted: no people, parts of people, or more events than people."""
    where = "a proportion of events out of n"
    for name, value in (("events", events), ("n", n)):
        if isinstance(value, bool) or not isinstance(value, int):
            raise EvidenceError(
                Problem(f"{name} is {value}", where, "a whole number", "count people; a percentage is no count")
            )
    if n < 1:
        raise EvidenceError(
            Problem(f"n is {n}", where, "at least one person counted", "leave the proportion out: nothing was counted")
        )
    if not 0 <= events <= n:
        raise EvidenceError(
            Problem(f"{events} events out of {n}", where, f"a count from 0 to {n}",
                    "check both numbers in the study; one of them counts something else")
        )  # fmt: skip


def refuse_confidence(confidence: float) -> None:
    """Refuse a confidence that is not between 0 and 1."""
    if not 0 < confidence < 1:
        raise EvidenceError(
            Problem(
                f"the confidence is {confidence}", "an interval", "a fraction between 0 and 1", "write 0.95 for 95 %"
            )
        )
