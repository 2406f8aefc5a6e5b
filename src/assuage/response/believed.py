"""What was believed of a regimen before the clinic's own results, and after them, side by side."""

from __future__ import annotations

from bisect import bisect_left
from functools import lru_cache
from itertools import accumulate, pairwise
from math import exp, log

import msgspec

from assuage.catalog import Catalog
from assuage.errors import EvidenceError
from assuage.evidence.asked import USUAL
from assuage.evidence.expectation import CONFIDENCE, PRIOR, Likely, numbers, prospect
from assuage.evidence.lattice import belief
from assuage.evidence.proportion import refuse_confidence, refuse_count
from assuage.screening.same import Same

# The distribution before is cut into so many pieces between quantiles beyond which next to nothing lies.
PIECES, TAIL = 2000, 1e-9
KEPT = 512


class Believed(msgspec.Struct, frozen=True):
    """The share of this clinic's patients who respond: before its own results, from arms elsewhere, and after them.

    `why_not` says why nothing stands before: then nothing stands after either.
    """

    arms: int
    before: Likely | None
    after: Likely | None
    why_not: str


def believed(regimen: str, catalog: Catalog, *, events: int, n: int) -> Believed:
    """Before and after, for what is usually asked: at least half the pain gone two weeks after the last infusion.

    Give      the regimen; how many of the clinic's own courses had that, of how many that are due (0 of 0 changes nothing)
    Holds     without an arm elsewhere nothing is believed: a prior alone is no expectation
    Checked   tests/spec/test_response_clinic.py
    Errors    `EvidenceError` for a count that cannot be
    """
    if n:
        refuse_count(events, n)
    return _believed(Same(catalog), regimen, events, n)


@lru_cache(maxsize=KEPT)
def _believed(key: Same[Catalog], regimen: str, events: int, n: int) -> Believed:
    catalog = key.it
    if regimen not in catalog.regimens:
        return Believed(0, None, None, "the catalog has no such regimen now")
    try:
        found = prospect(catalog.regimens[regimen], USUAL, catalog)
    except EvidenceError as error:
        return Believed(0, None, None, error.problems[0].what)
    if found.predicted is None:
        return Believed(0, None, None, "nobody elsewhere counted this at that time")
    counts = tuple(sorted((one.events, one.n) for one in found.arms))
    after = updated(counts, numbers(catalog.priors[PRIOR]), events=events, n=n)
    return Believed(len(found.arms), found.predicted.new_clinic, after, "")


def updated(
    counts: tuple[tuple[int, int], ...],
    prior: tuple[float, float, float],
    *,
    events: int,
    n: int,
    confidence: float = CONFIDENCE,
) -> Likely:
    """What is believed of a new clinic's share once its own count is in.

    Give      (events, n) of each arm elsewhere; the prior as `numbers` gives it; the clinic's own count
    Get       mean and central interval, shares from 0 to 1
    Holds     0 of 0 gives what was believed before; another responder raises the mean
    Source    Bayes' rule: the density of a new clinic's log odds by `belief`, times the binomial likelihood of its count,
              summed over pieces of the former
    Checked   tests/against/test_response_believed.py, tests/laws/test_response_clinic.py
    Errors    `EvidenceError` for a count that cannot be
    """
    refuse_confidence(confidence)
    if n:
        refuse_count(events, n)
    new = belief(counts, prior).new
    low, high = new.quantile(TAIL), new.quantile(1 - TAIL)
    edges = [low + (high - low) * at / PIECES for at in range(PIECES + 1)]
    shares = [1 / (1 + exp(-edge)) for edge in edges]
    below = [new.below(edge) for edge in edges]
    middles = [(left + right) / 2 for left, right in pairwise(shares)]
    logs = [events * log(one) + (n - events) * log(1 - one) for one in middles]
    top = max(logs)
    weights = [(right - left) * exp(one - top) for (left, right), one in zip(pairwise(below), logs, strict=True)]
    summed = list(accumulate(weights, initial=0.0))
    rest = (1 - confidence) / 2
    mean = sum(weight * share for weight, share in zip(weights, middles, strict=True)) / summed[-1]
    return Likely(mean, _quantile(shares, summed, rest), _quantile(shares, summed, 1 - rest))


def _quantile(shares: list[float], summed: list[float], below: float) -> float:
    """The share with this part of the weight below it; straight within a piece."""
    aim = below * summed[-1]
    at = min(max(bisect_left(summed, aim), 1), len(summed) - 1)
    part = (aim - summed[at - 1]) / (summed[at] - summed[at - 1])
    return shares[at - 1] + part * (shares[at] - shares[at - 1])
