"""Exact Poisson limits against what they mean: at a limit, so extreme a count has a chance of one in forty, summed by hand."""

from __future__ import annotations

from math import exp, factorial, log

import pytest

from assuage.errors import EvidenceError
from assuage.response.harms import rate

TAIL = 0.025


def at_most(count: int, mean: float) -> float:
    return sum(exp(-mean) * mean**one / factorial(one) for one in range(count + 1))


@pytest.mark.parametrize("events", [1, 2, 5, 10, 40])
def test_limits_leave_one_in_forty_on_either_side(events: int) -> None:
    """Of 100 infusions the limits for each 100 are those of the count itself."""
    found = rate(events, 100)
    assert found.per_100 == pytest.approx(events)
    assert 1 - at_most(events - 1, found.lower) == pytest.approx(TAIL, abs=1e-9)  # of double precision
    assert at_most(events, found.upper) == pytest.approx(TAIL, abs=1e-9)  # of double precision


def test_no_event_has_the_limit_of_a_logarithm() -> None:
    found = rate(0, 50)
    assert (found.per_100, found.lower) == (0, 0)
    assert found.upper == pytest.approx(-2 * log(TAIL))


def test_more_infusions_make_a_smaller_rate() -> None:
    assert rate(3, 200).per_100 == pytest.approx(1.5)


@pytest.mark.parametrize(("events", "infusions"), [(-1, 10), (0, 0)])
def test_what_cannot_be(events: int, infusions: int) -> None:
    with pytest.raises(EvidenceError):
        rate(events, infusions)
