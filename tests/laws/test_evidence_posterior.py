"""What must hold of the posterior of two shares."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from assuage.evidence import Count, probability_above

arms = st.integers(1, 300).flatmap(lambda n: st.builds(Count, st.integers(0, n), st.just(n)))
priors = st.sampled_from([0.5, 1.0, 2.5])
shifts = st.floats(-1, 1)


@given(arms, arms, priors, shifts)
def test_both_directions_add_to_one(first: Count, second: Count, prior: float, by: float) -> None:
    above = probability_above(first, second, prior=prior, by=by)
    assert 0 <= above <= 1
    assert abs(above + probability_above(second, first, prior=prior, by=-by) - 1) <= 1e-10


@given(arms, arms, priors, shifts, shifts)
def test_a_larger_margin_is_never_likelier(first: Count, second: Count, prior: float, one: float, other: float) -> None:
    less, more = sorted((one, other))
    near, far = (probability_above(first, second, prior=prior, by=by) for by in (less, more))
    assert far <= near + 1e-10


@given(arms, priors)
def test_the_same_counts_are_even(arm: Count, prior: float) -> None:
    assert abs(probability_above(arm, arm, prior=prior) - 0.5) <= 1e-10
