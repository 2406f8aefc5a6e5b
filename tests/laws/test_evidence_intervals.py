"""What must hold of any interval of one share."""

from __future__ import annotations

from math import comb, isclose

import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import agresti_coull, clopper_pearson, jeffreys, likelihood, wilson

METHODS = [agresti_coull, clopper_pearson, jeffreys, likelihood]
counts = st.integers(1, 400).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.floats(0.5, 0.999)


@pytest.mark.parametrize("method", METHODS)
@given(count=counts, confidence=confidences)
def test_the_share_lies_within_and_the_others_mirror(method, count, confidence) -> None:  # type: ignore[no-untyped-def]
    events, n = count
    seen, turned = method(events, n, confidence=confidence), method(n - events, n, confidence=confidence)
    assert 0 <= seen.lower <= seen.mean + 1e-12
    assert seen.mean - 1e-12 <= seen.upper <= 1
    assert isclose(seen.lower, 1 - turned.upper, abs_tol=1e-12)
    assert isclose(seen.upper, 1 - turned.lower, abs_tol=1e-12)


@pytest.mark.parametrize("method", METHODS)
@given(count=counts)
def test_more_confidence_widens_and_more_people_narrow(method, count) -> None:  # type: ignore[no-untyped-def]
    events, n = count
    few, wide, many = method(events, n), method(events, n, confidence=0.99), method(10 * events, 10 * n)
    assert wide.upper - wide.lower > few.upper - few.lower
    assert many.upper - many.lower < few.upper - few.lower


@given(st.integers(1, 25), st.floats(0.001, 0.999))
def test_the_exact_interval_covers_at_its_confidence(n: int, share: float) -> None:
    covered = 0.0
    for events in range(n + 1):
        seen = clopper_pearson(events, n)
        if seen.lower <= share <= seen.upper:
            covered += comb(n, events) * share**events * (1 - share) ** (n - events)
    assert covered >= 0.95 - 1e-12


@given(counts)
def test_the_exact_interval_is_wider_than_jeffreys(count: tuple[int, int]) -> None:
    exact, half = clopper_pearson(*count), jeffreys(*count)
    assert exact.lower <= half.lower + 1e-12
    assert half.upper <= exact.upper + 1e-12
    assert isinstance(wilson(*count).method, str)
