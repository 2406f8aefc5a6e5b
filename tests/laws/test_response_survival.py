"""Shares still well are the likeliest there are: no weight moved anywhere in time would make the data likelier.

That is what marks the estimate, whoever computes it (Gentleman & Geyer, Biometrika 1994): the mean over people of what a point
in time is worth to each, one over the chance of their own interval, is at most one everywhere, and one where weight lies.
"""

from __future__ import annotations

from itertools import pairwise
from math import inf

from hypothesis import given
from hypothesis import strategies as st

from assuage.response.survival import Between, Step, still_well


@st.composite
def an_end(draw: st.DrawFn) -> Between:
    first = draw(st.integers(0, 12))
    how = draw(st.sampled_from(["between", "exact", "not ended"]))
    if how == "not ended":
        return Between(first, None)
    return Between(first, first) if how == "exact" and first else Between(first, first + draw(st.integers(1, 8)))


def pieces(steps: tuple[Step, ...]) -> list[tuple[float, float, float]]:
    """Where weight lies, and how much; what is left lies beyond every day."""
    found, before = [], 1.0
    for one in steps:
        found.append((one.since, one.at, before - one.share))
        before = one.share
    return [*found, (inf, inf, before)]


def covers(end: Between, since: float, at: float) -> bool:
    last = inf if end.at_most is None else end.at_most
    if since == at:
        return end.more_than < at <= last or end.more_than == at == last
    return end.more_than <= since and at <= last


def chance(end: Between, weights: list[tuple[float, float, float]]) -> float:
    return sum(weight for since, at, weight in weights if covers(end, since, at))


@given(st.lists(an_end(), min_size=1, max_size=12))
def test_no_other_shares_are_likelier(ends: list[Between]) -> None:
    weights = pieces(still_well(ends))
    chances = [chance(one, weights) for one in ends]
    assert min(chances) > 0
    days = sorted({day for one in ends for day in (one.more_than, one.at_most) if day is not None})
    places = [*pairwise(days), *((day, day) for day in days if day > 0), (inf, inf)]
    worth = [
        sum(1 / had for one, had in zip(ends, chances, strict=True) if covers(one, *place)) / len(ends)
        for place in places
    ]
    # The steps of the search end below 1e-12; where the likelihood is flat the worth is still a few thousandths off.
    assert max(worth) <= 1 + 5e-3


@given(st.lists(an_end(), min_size=1, max_size=12))
def test_shares_fall_from_one_and_days_rise(ends: list[Between]) -> None:
    steps = still_well(ends)
    assert all(0 <= later.share <= one.share <= 1 for one, later in pairwise(steps))
    assert all(one.at <= later.since or one.at == later.at for one, later in pairwise(steps))
