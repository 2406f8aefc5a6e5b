"""Intervals for two arms of different people that hold in small arms: Newcombe's, and Miettinen and Nurminen's scores."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, sqrt

from assuage.evidence.effect import Bounds, Count, z_of
from assuage.evidence.proportion import refuse_confidence, wilson

HALVINGS = 64  # below the spacing of numbers between 0 and 1


def newcombe(first: Count, second: Count, *, confidence: float = 0.95) -> Bounds:
    """The interval of the risk difference from the Wilson intervals of both arms.

    Give      two counts of different people; two-sided confidence between 0 and 1
    Get       limits between −1 and 1
    Holds     contains p₁ − p₂; swapping the arms mirrors it about 0
    Source    Newcombe, Stat Med 1998, method 10: p₁ − p₂ − √((p₁−l₁)² + (u₂−p₂)²) and + √((u₁−p₁)² + (p₂−l₂)²)
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` for an impossible confidence
    """
    one = wilson(first.events, first.n, confidence=confidence)
    other = wilson(second.events, second.n, confidence=confidence)
    seen = one.mean - other.mean
    lower = seen - sqrt((one.mean - one.lower) ** 2 + (other.upper - other.mean) ** 2)
    upper = seen + sqrt((one.upper - one.mean) ** 2 + (other.mean - other.lower) ** 2)
    return Bounds(max(lower, -1.0), min(upper, 1.0), confidence, "Newcombe, from Wilson intervals")


def miettinen_nurminen(first: Count, second: Count, *, confidence: float = 0.95) -> Bounds:
    """The score interval of the risk difference: every difference that the score test does not refuse.

    Give      two counts of different people; two-sided confidence between 0 and 1
    Get       limits between −1 and 1, to about 1e-14
    Holds     contains p₁ − p₂; swapping the arms mirrors it about 0
    Source    Miettinen & Nurminen, Stat Med 1985: (p₁ − p₂ − δ)² = z² V(δ), V with the shares most likely under δ and
              the factor N/(N−1)
    Checked   tests/against/test_evidence_seed.py, tests/against/test_evidence_intervals.py,
              tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` for an impossible confidence
    """
    people = first.n + second.n
    stretch = people / (people - 1)
    lower, upper = _score(first, second, confidence, stretch)
    return Bounds(lower, upper, confidence, "Miettinen-Nurminen score")


def mee(first: Count, second: Count, *, confidence: float = 0.95) -> Bounds:
    """Miettinen and Nurminen's interval without the factor N/(N−1); a little narrower.

    Source    Mee, Biometrics 1984; Newcombe, Stat Med 1998, method 8
    Checked   tests/against/test_evidence_intervals.py
    Errors    `EvidenceError` for an impossible confidence
    """
    lower, upper = _score(first, second, confidence, 1.0)
    return Bounds(lower, upper, confidence, "Mee score")


def _score(first: Count, second: Count, confidence: float, stretch: float) -> tuple[float, float]:
    """Both differences at which the squared score is z², V times `stretch`."""
    refuse_confidence(confidence)
    limit = z_of(confidence) ** 2 * stretch
    seen = first.share - second.share

    def beyond(delta: float) -> bool:
        other = _second_under_difference(first, second, delta)
        one = min(max(other + delta, 0.0), 1.0)
        return (seen - delta) ** 2 > limit * _variance(one, other, first=first, second=second, factor=1)

    lower = -1.0 if not beyond(-1.0) else _edge(beyond, -1.0, seen)
    upper = 1.0 if not beyond(1.0) else _edge(beyond, 1.0, seen)
    return lower, upper


def miettinen_nurminen_ratio(first: Count, second: Count, *, confidence: float = 0.95) -> Bounds:
    """The score interval of the risk ratio; 0 or infinity where an arm is empty, and from 0 to infinity where both are.

    Give      two counts of different people; two-sided confidence between 0 and 1
    Get       limits from 0 to infinity, to a relative 1e-14
    Holds     contains the ratio; swapping the arms inverts it
    Source    Miettinen & Nurminen, Stat Med 1985: (p₁ − ρ p₂)² = z² V(ρ), V = (P₁Q₁/n₁ + ρ² P₂Q₂/n₂) N/(N−1), with P
              the shares most likely under P₁ = ρ P₂, a root of N ρ P₂² − (ρ (n₁ + x₂) + x₁ + n₂) P₂ + x₁ + x₂ = 0
    Checked   tests/against/test_evidence_intervals.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` for an impossible confidence
    """
    refuse_confidence(confidence)
    method = "Miettinen-Nurminen score, ratio"
    if first.events == 0 and second.events == 0:
        return Bounds(0.0, inf, confidence, method)
    if first.events == 0:
        lower, upper = 0.0, 1 / _lower_ratio(second, first, z_of(confidence))
    elif second.events == 0:
        lower, upper = _lower_ratio(first, second, z_of(confidence)), inf
    else:
        lower = _lower_ratio(first, second, z_of(confidence))
        upper = 1 / _lower_ratio(second, first, z_of(confidence))
    return Bounds(lower, upper, confidence, method)


def _lower_ratio(first: Count, second: Count, z: float) -> float:
    """The lower limit of the ratio of the first arm, which has events, over the second."""
    people = first.n + second.n
    limit = z * z * people / (people - 1)

    def beyond(share: float) -> bool:
        # The ratio runs from 0 to infinity while its share of ratio plus one runs from 0 to 1.
        ratio = share / (1 - share)
        other = _second_under_ratio(first, second, ratio)
        one = min(ratio * other, 1.0)
        score = first.share - ratio * second.share
        return score * score > limit * _variance(one, other, first=first, second=second, factor=ratio)

    low = _edge(beyond, 0.0, first.share / (first.share + second.share))
    return low / (1 - low)


def _variance(one: float, other: float, *, first: Count, second: Count, factor: float) -> float:
    return one * (1 - one) / first.n + factor**2 * other * (1 - other) / second.n


def _edge(beyond: Callable[[float], bool], outside: float, inside: float) -> float:
    """Where `beyond` changes between a point outside and one inside, halving down to neighbouring numbers."""
    while (middle := (outside + inside) / 2) not in (outside, inside):
        if beyond(middle):
            outside = middle
        else:
            inside = middle
    return inside


def _second_under_difference(first: Count, second: Count, delta: float) -> float:
    """The second arm's share most likely when the first's is larger by delta.

    The likelihood has one peak between the ends that delta leaves, so halving on the sign of its slope finds it; the
    closed cubic loses digits next to the ends, where small arms lie.
    """
    low, high = max(0.0, -delta), min(1.0, 1.0 - delta)
    for _ in range(HALVINGS):
        other = (low + high) / 2
        one = other + delta
        # The slope of the log likelihood, times P₁Q₁P₂Q₂, which is positive.
        slope = (first.events - first.n * one) * other * (1 - other) + (second.events - second.n * other) * one * (
            1 - one
        )
        low, high = (other, high) if slope > 0 else (low, other)
    return (low + high) / 2


def _second_under_ratio(first: Count, second: Count, ratio: float) -> float:
    """The second arm's share most likely when the first's is `ratio` times it: the smaller root, without cancellation."""
    people, events = first.n + second.n, first.events + second.events
    linear = ratio * (first.n + second.events) + first.events + second.n
    return 2 * events / (linear + sqrt(max(linear * linear - 4 * people * ratio * events, 0.0)))
