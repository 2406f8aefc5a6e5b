"""What must hold of numbers needed to treat."""

from __future__ import annotations

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import Bounds, Count, miettinen_nurminen, needed_to_treat

arms = st.integers(1, 60).flatmap(lambda n: st.builds(Count, st.integers(0, n), st.just(n)))


@given(arms, arms)
def test_sign_direction_and_infinity_follow_the_difference(first: Count, second: Count) -> None:
    difference, interval = first.less(second), miettinen_nurminen(first, second)
    if not interval.lower <= difference <= interval.upper:
        return  # an arm at its end, where the limit is the difference but for rounding
    good = needed_to_treat(difference, interval, is_event_good=True)
    bad = needed_to_treat(difference, interval, is_event_good=False)
    if difference:
        assert isclose(good.number * difference, 1, rel_tol=1e-12)
        assert good.number == -bad.number
    assert good.passes_infinity == bad.passes_infinity == (interval.lower < 0 < interval.upper)
    assert ("infinity" in good.text) == (interval.lower <= 0 <= interval.upper)
    assert "nan" not in good.text + good.sentence
    if good.passes_infinity:
        assert good.text.startswith("NNTB")
        assert "NNTH" in good.text
        assert good.bounds.lower > 0 > good.bounds.upper


@given(st.floats(0.001, 1), st.floats(0.001, 1))
def test_an_interval_of_benefit_alone_has_two_ends_of_benefit(one: float, other: float) -> None:
    low, high = sorted((one, other))
    found = needed_to_treat((low + high) / 2, Bounds(low, high, 0.95, "any"), is_event_good=True)
    assert found.bounds.lower <= found.number * (1 + 1e-12)
    assert found.number <= found.bounds.upper * (1 + 1e-12)
    assert "NNTH" not in found.text
