"""What must hold of differences of means."""

from __future__ import annotations

from math import isclose

from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import (
    Scores,
    mean_difference,
    ratio_of_means,
    standardised_by_average,
    standardised_difference,
    welch,
)

scores = st.builds(Scores, st.floats(0.5, 10), st.floats(0.1, 4), st.integers(3, 40))
factors = st.floats(0.1, 50)


@given(scores, scores)
def test_swapping_the_arms_changes_the_sign(first: Scores, second: Scores) -> None:
    for measure in (mean_difference, standardised_difference, standardised_by_average):
        one, other = measure(first, second), measure(second, first)
        assert isclose(one.value, -other.value, abs_tol=1e-12)
        assert isclose(one.variance, other.variance, rel_tol=1e-12)
    one, other = (ratio_of_means(*arms, is_corrected=True) for arms in ((first, second), (second, first)))
    assert isclose(one.estimate * other.estimate, 1, rel_tol=1e-9)


@given(scores, scores, factors, st.floats(-5, 5))
def test_a_standardised_difference_knows_no_unit(first: Scores, second: Scores, factor: float, shift: float) -> None:
    one = standardised_difference(first, second)
    changed = [Scores(factor * arm.mean + shift, factor * arm.sd, arm.n) for arm in (first, second)]
    other = standardised_difference(*changed)
    assert isclose(one.value, other.value, abs_tol=1e-9)
    assert isclose(one.variance, other.variance, rel_tol=1e-9)


@given(scores, scores)
def test_the_t_interval_holds_the_difference_and_is_wider_than_the_normal_one(first: Scores, second: Scores) -> None:
    wide, effect = welch(first, second), mean_difference(first, second)
    narrow = effect.bounds()
    assert wide.lower < narrow.lower < effect.value < narrow.upper < wide.upper
