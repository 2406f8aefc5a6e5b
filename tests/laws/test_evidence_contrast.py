"""What must hold for any two arms: what swapping, counting the others, and more people do."""

from __future__ import annotations

from math import inf, isclose, isfinite

from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import (
    Count,
    miettinen_nurminen,
    miettinen_nurminen_ratio,
    newcombe,
    odds_ratio,
    peto_odds_ratio,
    risk_difference,
    risk_ratio,
)
from assuage.evidence.effect import Effect

arms = st.integers(1, 60).flatmap(lambda n: st.builds(Count, st.integers(0, n), st.just(n)))
inner = st.integers(2, 60).flatmap(lambda n: st.builds(Count, st.integers(1, n - 1), st.just(n)))


def others(count: Count) -> Count:
    return Count(count.others, count.n)


def mirrored(one: Effect, other: Effect) -> bool:
    return isclose(one.value, -other.value, abs_tol=1e-12) and isclose(one.variance, other.variance, rel_tol=1e-12)


@given(inner, inner)
def test_swapping_the_arms_inverts_ratios_and_negates_differences(first: Count, second: Count) -> None:
    for measure in (risk_ratio, odds_ratio, peto_odds_ratio, risk_difference):
        one, other = measure(first, second), measure(second, first)
        assert mirrored(one, other)
    ratio, inverse = risk_ratio(first, second), risk_ratio(second, first)
    assert isclose(ratio.estimate * inverse.estimate, 1, rel_tol=1e-12)
    assert isclose(ratio.bounds().lower * inverse.bounds().upper, 1, rel_tol=1e-12)


@given(inner, inner)
def test_counting_the_others_inverts_odds_and_negates_the_difference(first: Count, second: Count) -> None:
    for measure in (odds_ratio, peto_odds_ratio, risk_difference):
        assert mirrored(measure(first, second), measure(others(first), others(second)))


@given(arms, arms)
def test_every_correction_is_asked_for_and_said(first: Count, second: Count) -> None:
    cells = (first.events, first.others, second.events, second.others)
    effect = odds_ratio(first, second, add=0.5)
    assert ("nothing added" in effect.derivation) == (0 not in cells)
    assert isfinite(effect.value)
    assert isfinite(effect.variance)
    if 0 not in cells:
        assert effect == odds_ratio(first, second)


@given(arms, arms)
def test_score_intervals_hold_the_difference_and_mirror(first: Count, second: Count) -> None:
    for method in (miettinen_nurminen, newcombe):
        seen, swapped = method(first, second), method(second, first)
        assert -1 <= seen.lower <= first.less(second) + 1e-12
        assert first.less(second) - 1e-12 <= seen.upper <= 1
        assert isclose(seen.lower, -swapped.upper, abs_tol=1e-9)
        assert isclose(seen.upper, -swapped.lower, abs_tol=1e-9)
        turned = method(others(first), others(second))
        assert isclose(seen.lower, -turned.upper, abs_tol=1e-9)


@given(arms, arms)
def test_score_intervals_of_the_ratio_hold_it_and_invert(first: Count, second: Count) -> None:
    seen, swapped = miettinen_nurminen_ratio(first, second), miettinen_nurminen_ratio(second, first)
    assert 0 <= seen.lower <= seen.upper <= inf
    if first.events and second.events:
        ratio = first.share / second.share
        assert seen.lower <= ratio * (1 + 1e-12)
        assert ratio * (1 - 1e-12) <= seen.upper
        assert isclose(seen.lower * swapped.upper, 1, rel_tol=1e-9)


@given(inner, inner)
def test_both_score_intervals_agree_whether_0_and_1_lie_within(first: Count, second: Count) -> None:
    # No difference and a ratio of one are the same hypothesis with the same score test.
    difference, ratio = miettinen_nurminen(first, second), miettinen_nurminen_ratio(first, second)
    nearest = min(abs(difference.lower), abs(difference.upper))
    if nearest > 1e-6:  # at the limit itself rounding decides
        assert (difference.lower <= 0 <= difference.upper) == (ratio.lower <= 1 <= ratio.upper)


@given(inner, inner)
def test_ten_times_the_people_narrow_every_interval(first: Count, second: Count) -> None:
    large = [Count(10 * one.events, 10 * one.n) for one in (first, second)]
    for method in (miettinen_nurminen, newcombe):
        few, many = method(first, second), method(*large)
        assert many.upper - many.lower < few.upper - few.lower
    assert odds_ratio(*large).variance < odds_ratio(first, second).variance
