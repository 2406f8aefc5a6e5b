"""Exact tests of counts: no normal approximation, integers as long as they last."""

from __future__ import annotations

from collections.abc import Callable
from math import comb, erfc, exp, inf, log, sqrt

import msgspec

from assuage.evidence.effect import Bounds, Count, refused
from assuage.evidence.paired import PairedCount
from assuage.evidence.proportion import refuse_confidence


class Odds(msgspec.Struct, frozen=True):
    """A conditional odds ratio with its exact interval; 0 or infinity where an arm is empty or full."""

    estimate: float
    bounds: Bounds


class Smallest(msgspec.Struct, frozen=True):
    """The smallest p that a two-sided exact test of n pairs can give, and the sentence that says so."""

    n: int
    p: float
    sentence: str


def ways(n_1: int, n_2: int, *, events: int) -> tuple[int, list[int]]:
    """The smallest possible number of events in the first arm, and the ways to each number, all margins fixed.

    Source    C(n₁, k) C(n₂, m − k): the hypergeometric distribution but for its total
    """
    low, high = max(0, events - n_2), min(n_1, events)
    found = [comb(n_1, low) * comb(n_2, events - low)]
    for k in range(low, high):
        # Each from the one before, without remainder: large arms have numbers of thousands of digits.
        found.append(found[-1] * (n_1 - k) * (events - k) // ((k + 1) * (n_2 - events + k + 1)))
    return low, found


def _weights(first: Count, second: Count) -> tuple[int, list[int]]:
    return ways(first.n, second.n, events=first.events + second.events)


def fisher(first: Count, second: Count) -> float:
    """Fisher's exact p, two-sided: all tables no more probable than the one seen, all margins as seen.

    Give      two counts of different people
    Get       a p from above 0 to 1, from exact integers: ties are ties
    Holds     swapping the arms or counting the others changes nothing
    Source    Fisher 1935; two-sided by point probability (Freeman & Halton, Biometrika 1951), as R does
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_exact.py

    >>> round(fisher(Count(10, 15), Count(7, 15)), 3)
    0.462
    """
    low, weights = _weights(first, second)
    seen = weights[first.events - low]
    return sum(weight for weight in weights if weight <= seen) / sum(weights)


def mid_p(first: Count, second: Count) -> float:
    """Fisher's p with half the probability of the tables exactly as probable as the one seen; not guaranteed exact.

    Source    Lancaster, J Am Stat Assoc 1961, two-sided by point probability
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_exact.py
    """
    low, weights = _weights(first, second)
    seen = weights[first.events - low]
    rarer = sum(weight for weight in weights if weight < seen)
    return (2 * rarer + sum(weight for weight in weights if weight == seen)) / (2 * sum(weights))


def chi_square(first: Count, second: Count, *, is_yates: bool = False) -> float:
    """The p of Pearson's chi-square, with Yates' correction if asked for; 1 where nobody, or everybody, has the event.

    Source    χ² = N (|ad − bc| − c)² / (n₁ n₂ m (N − m)), c = 0 or at most N/2, one degree of freedom
    Checked   tests/against/test_evidence_seed.py
    Not for   tiny arms: see `fisher`
    """
    people, events = first.n + second.n, first.events + second.events
    cross = abs(first.events * second.others - second.events * first.others)
    if events in (0, people):
        return 1.0
    cross_corrected = cross - min(cross, people / 2) if is_yates else cross
    square = people * cross_corrected**2 / (first.n * second.n * events * (people - events))
    return erfc(sqrt(square / 2))


def conditional_odds(first: Count, second: Count, *, confidence: float = 0.95) -> Odds:
    """The odds ratio most likely with all margins as seen, and its exact interval.

    Give      two counts of different people; two-sided confidence between 0 and 1
    Get       the estimate, and limits at which each one-sided exact test gives half of what is left
    Holds     swapping the arms inverts it; empty or full arms give 0 or infinity, never a missing limit
    Source    Fisher's noncentral hypergeometric distribution (Cornfield 1956)
    Checked   tests/against/test_evidence_seed.py, tests/against/test_evidence_intervals.py
    Errors    `EvidenceError` where nobody, or everybody, has the event: the counts say nothing of an odds ratio
    """
    refuse_confidence(confidence)
    low, weights = _weights(first, second)
    if len(weights) == 1:
        raise refused(f"{first} and {second}: nobody, or everybody, in both arms has the event", "both outcomes seen",
                      "report both counts with their intervals; no odds ratio follows from them")  # fmt: skip
    logs = [log(weight) for weight in weights]
    seen, last, tail = first.events - low, len(weights) - 1, (1 - confidence) / 2

    def above(slope: float, *, at_least: int) -> float:
        shares = _shares(logs, slope)
        return sum(shares[at_least:])

    estimate, lower, upper = 0.0, 0.0, inf
    if seen > 0:
        estimate = inf if seen == last else exp(_solved(lambda slope: _mean(_shares(logs, slope)) - seen))
        lower = exp(_solved(lambda slope: above(slope, at_least=seen) - tail))
    if seen < last:
        upper = exp(_solved(lambda slope: tail - (1 - above(slope, at_least=seen + 1))))
    return Odds(estimate, Bounds(lower, upper, confidence, "exact, conditional on the margins"))


def _shares(logs: list[float], slope: float) -> list[float]:
    """Probabilities under a log odds ratio, without overflow."""
    tilted = [weight + slope * k for k, weight in enumerate(logs)]
    top = max(tilted)
    raised = [exp(value - top) for value in tilted]
    total = sum(raised)
    return [value / total for value in raised]


def _mean(shares: list[float]) -> float:
    return sum(k * share for k, share in enumerate(shares))


def _solved(rising: Callable[[float], float]) -> float:
    """Where a rising function of the log odds ratio is 0: widened until it brackets, then halved to neighbours."""
    low, high = -1.0, 1.0
    while rising(low) > 0:
        low *= 2
    while rising(high) < 0:
        high *= 2
    while (middle := (low + high) / 2) not in (low, high):
        low, high = (middle, high) if rising(middle) < 0 else (low, middle)
    return high


def mcnemar(count: PairedCount) -> float:
    """The exact p of the same people under both treatments, two-sided, from those who differ.

    Source    binomial test of the discordant pairs at 1/2 (Liddell, J Epidemiol Community Health 1983)
    Holds     1 where nobody differs
    Checked   tests/against/test_evidence_exact.py, tests/laws/test_evidence_exact.py
    """
    return sign_test(count.first_only, count.second_only)


def sign_test(better: int, worse: int) -> float:
    """The exact p of so many better and so many worse, two-sided; people without change are left out.

    Give      counts of people, 0 or more
    Holds     1 where nobody differs; swapping changes nothing; never below 2/2ⁿ
    Source    twice the smaller tail of the binomial distribution at 1/2, at most 1
    Checked   tests/against/test_evidence_exact.py, tests/laws/test_evidence_exact.py
    Errors    `EvidenceError` for a count below 0
    """
    if min(better, worse) < 0:
        raise refused(f"{better} better and {worse} worse", "counts from 0 up", "check the counts")
    n = better + worse
    tail = sum(comb(n, k) for k in range(min(better, worse) + 1))
    return float(min(2 * tail, 2**n) / 2**n)


def smallest_p(n: int) -> Smallest:
    """The smallest p that n pairs can give in a two-sided exact test of signs or of signed ranks: 2/2ⁿ.

    Give      people who can change either way, at least 1
    Holds     reached when all change in one direction; a smaller printed p was not computed this way
    Source    2ⁿ equally likely patterns of signs, of which the two most extreme count
    Checked   tests/against/test_evidence_exact.py
    Errors    `EvidenceError` for n below 1

    >>> smallest_p(7).sentence
    'p = 0.016 is the smallest a two-sided exact test can give at n = 7'
    """
    if n < 1:
        raise refused(f"n is {n}", "at least one person", "leave the test out")
    p = 2.0 ** (1 - n)
    return Smallest(n, p, f"p = {p:.2g} is the smallest a two-sided exact test can give at n = {n}")
