"""What must hold of exact tests for any counts."""

from __future__ import annotations

from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.evidence import Count, PairedCount, barnard, boschloo, conditional_odds, fisher, mcnemar, mid_p, sign_test

arms = st.integers(1, 25).flatmap(lambda n: st.builds(Count, st.integers(0, n), st.just(n)))


@given(arms, arms)
def test_swapping_or_counting_the_others_changes_no_p(first: Count, second: Count) -> None:
    one, other = Count(first.others, first.n), Count(second.others, second.n)
    for test in (fisher, mid_p):
        assert test(first, second) == test(second, first) == test(one, other)
    assert 0 < mid_p(first, second) <= fisher(first, second) <= 1


@given(arms, arms)
@settings(max_examples=40)
def test_unconditional_tests_are_never_above_fisher_and_keep_symmetry(first: Count, second: Count) -> None:
    strong = boschloo(first, second)
    assert strong <= fisher(first, second) + 1e-9
    for test in (barnard, boschloo):
        found = test(first, second)
        assert 0 < found <= 1
        assert abs(found - test(second, first)) <= 1e-7  # the search for the top ends within 1e-9 of it
        assert abs(found - test(Count(first.others, first.n), Count(second.others, second.n))) <= 1e-7


@given(arms, arms)
def test_the_conditional_odds_lie_within_and_invert(first: Count, second: Count) -> None:
    if first.events + second.events in (0, first.n + second.n):
        return
    seen, swapped = conditional_odds(first, second), conditional_odds(second, first)
    assert 0 <= seen.bounds.lower <= seen.estimate <= seen.bounds.upper
    if 0 < seen.estimate < float("inf"):
        assert abs(seen.estimate * swapped.estimate - 1) <= 1e-9
        assert abs(seen.bounds.lower * swapped.bounds.upper - 1) <= 1e-9


@given(st.integers(0, 60), st.integers(0, 60), st.integers(0, 9))
def test_the_sign_test_is_symmetric_and_no_smaller_than_it_can_be(better: int, worse: int, same: int) -> None:
    found = sign_test(better, worse)
    assert found == sign_test(worse, better)
    assert min(1.0, 2.0 ** (1 - better - worse)) <= found <= 1
    if better + worse + same:
        pairs = PairedCount(both=same, first_only=better, second_only=worse, neither=0)
        assert mcnemar(pairs) == found
