"""What must hold of a proportion's interval for any counts."""

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import wilson

counts = st.integers(1, 100_000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
confidences = st.floats(0.5, 0.9999)


@given(counts, confidences)
def test_the_mean_lies_within_and_all_are_fractions(count: tuple[int, int], confidence: float) -> None:
    seen = wilson(*count, confidence=confidence)
    assert 0 <= seen.lower <= seen.mean <= seen.upper <= 1


@given(counts, confidences)
def test_counting_the_others_mirrors_the_interval(count: tuple[int, int], confidence: float) -> None:
    events, n = count
    seen, others = wilson(events, n, confidence=confidence), wilson(n - events, n, confidence=confidence)
    assert isclose(seen.lower, 1 - others.upper, abs_tol=1e-12)
    assert isclose(seen.upper, 1 - others.lower, abs_tol=1e-12)


@given(counts, confidences, confidences)
def test_more_confidence_is_never_narrower(count: tuple[int, int], one: float, other: float) -> None:
    less, more = sorted((one, other))
    narrow, wide = wilson(*count, confidence=less), wilson(*count, confidence=more)
    assert wide.lower <= narrow.lower + 1e-15
    assert wide.upper >= narrow.upper - 1e-15


@given(counts)
def test_ten_times_the_people_is_never_wider(count: tuple[int, int]) -> None:
    events, n = count
    few, many = wilson(events, n), wilson(10 * events, 10 * n)
    assert many.upper - many.lower <= few.upper - few.lower
