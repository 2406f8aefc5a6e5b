"""Relief of many people over time: the share still well, when each one's end is only known to lie between two visits."""

from __future__ import annotations

from collections.abc import Sequence
from math import inf

import msgspec
import numpy as np

from assuage.errors import EvidenceError, Problem

ROUNDS, SETTLED = 100_000, 1e-12


class Between(msgspec.Struct, frozen=True):
    """An end in the half-open interval (more_than, at_most]; `at_most` is none where it had not ended when last seen."""

    more_than: float
    at_most: float | None


class Step(msgspec.Struct, frozen=True):
    """From `at` on, `share` have not ended. Between `since` and `at` nobody can say where the step lies."""

    since: float
    at: float
    share: float


def still_well(ends: Sequence[Between]) -> tuple[Step, ...]:
    """The most likely shares still well, for ends known only between visits.

    Give      one interval a person, (more_than, at_most], in any unit of time
    Get       steps in order of time; before the first, everybody is well
    Holds     shares fall; intervals that only touch do not overlap; with exact days it is the product-limit estimate
    Source    Turnbull, J R Stat Soc B 1976; Peto, Appl Stat 1973 (innermost intervals); EM to a fixed point
    Checked   tests/against/test_response_survival.py
    Errors    `EvidenceError` for nobody, an end before its beginning, or a negative time
    """
    _refuse(ends)
    innermost = _innermost(ends)
    if not innermost:
        return ()
    inside = np.array([[_holds(one, left, right) for left, right in innermost] for one in ends], dtype=float)
    mass = np.full(len(innermost), 1 / len(innermost))
    for _ in range(ROUNDS):
        each = inside * mass
        after = (each / each.sum(1, keepdims=True)).mean(0)
        if np.abs(after - mass).max() < SETTLED:
            mass = after
            break
        mass = after
    left_over = 1.0
    steps = []
    for (since, at), part in zip(innermost, mass, strict=True):
        left_over = max(0.0, left_over - float(part))
        if at != inf:
            steps.append(Step(since, at, left_over))
    return tuple(steps)


def _refuse(ends: Sequence[Between]) -> None:
    if not ends:
        raise EvidenceError(
            Problem("nobody", "duration of relief", "at least one person", "wait until somebody was followed up")
        )
    for one in ends:
        if one.more_than < 0 or (one.at_most is not None and one.at_most < one.more_than):
            raise EvidenceError(Problem(f"an end after {one.more_than} and by {one.at_most}", "duration of relief",
                                        "a time from 0 on, and an end not before its beginning", "check the days"))  # fmt: skip


def _innermost(ends: Sequence[Between]) -> list[tuple[float, float]]:
    """Intervals from a beginning to the next end with no other beginning between: where the likelihood can put mass."""
    begins = sorted({one.more_than for one in ends})
    closes = sorted({inf if one.at_most is None else one.at_most for one in ends})
    found = []
    for close in closes:
        before = [one for one in begins if one < close]
        exact = [one for one in ends if one.at_most == one.more_than == close]
        if exact:
            found.append((close, close))
            continue
        if not before:
            continue
        begin = before[-1]
        if not any(begin < other < close for other in closes):
            found.append((begin, close))
    return found


def _holds(one: Between, left: float, right: float) -> bool:
    at_most = inf if one.at_most is None else one.at_most
    if left == right:
        return one.more_than < right <= at_most or one.more_than == right == at_most
    return one.more_than <= left and right <= at_most


def share_at(steps: Sequence[Step], time: float) -> float:
    """The share still well at a time; within a step nobody knows, and the value before it is given."""
    found = 1.0
    for one in steps:
        if one.at <= time:
            found = one.share
    return found
