"""What must hold of every prediction: responders raise it, order is nothing, people narrow it, and it is always a share."""

from __future__ import annotations

from math import isfinite

import msgspec
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.expectations import predicted, prior

from assuage.errors import EvidenceError
from assuage.evidence.expectation import Predicted, predict
from assuage.sourced import Claim

count = st.integers(1, 40).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n)))
arms = st.lists(count, min_size=1, max_size=4)
scales = st.sampled_from([0.3, 0.5, 1.0, 2.0])
# A tenth of what the numbers are held to elsewhere: more than the halvings of a quantile leave.
SLACK = 1e-5


def numbers(one: Predicted) -> list[float]:
    found = [one.new_patient, *one.next_patients.chances]
    return found + [getattr(share, name) for share in (one.mean, one.new_clinic) for name in ("mean", "lower", "upper")]


@given(arms, scales)
@settings(max_examples=60, deadline=None)
def test_every_number_is_a_share_and_the_mean_lies_within(counts: list[tuple[int, int]], scale: float) -> None:
    found = predicted(counts, scale=scale)
    assert all(isfinite(value) and -1e-12 <= value <= 1 + 1e-12 for value in numbers(found))
    for share in (found.mean, found.new_clinic):
        assert share.lower < share.mean < share.upper
    assert 0 <= found.next_patients.lower <= found.next_patients.upper <= 10


@given(arms, scales)
@settings(max_examples=40, deadline=None)
def test_the_chance_of_one_patient_is_the_mean_share_of_a_new_clinic_and_a_tenth_of_the_next_ten(
    counts: list[tuple[int, int]], scale: float
) -> None:
    found = predicted(counts, scale=scale)
    chances = found.next_patients.chances
    assert found.new_patient == found.new_clinic.mean
    assert sum(chances) == pytest.approx(1, abs=1e-12)
    assert sum(k * chance for k, chance in enumerate(chances)) / 10 == pytest.approx(found.new_patient, abs=SLACK)
    assert predicted(counts, scale=scale, of=1).next_patients.chances[1] == pytest.approx(found.new_patient, abs=SLACK)


def one_more(counts: list[tuple[int, int]], scale: float) -> tuple[Predicted, Predicted]:
    (events, n), *others = counts
    events = min(events, n - 1)
    few, many = (predicted([(x, n), *others], scale=scale) for x in (events, events + 1))
    return few, many


@given(arms, scales)
@settings(max_examples=40, deadline=None)
def test_one_more_responder_raises_what_is_expected(counts: list[tuple[int, int]], scale: float) -> None:
    # The ends are another matter: one more may leave the arms less alike, or the one arm less surprising.
    few, many = one_more(counts, scale)
    assert few.mean.mean < many.mean.mean
    assert few.new_patient < many.new_patient


@given(arms, st.randoms())
@settings(max_examples=30, deadline=None)
def test_the_order_of_arms_is_nothing(counts: list[tuple[int, int]], chance: object) -> None:
    mixed = list(counts)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    assert predicted(mixed) == predicted(counts)


@given(st.integers(1, 40), scales)
@settings(max_examples=40, deadline=None)
def test_twice_the_people_narrow_what_is_believed_of_the_mean(half: int, scale: float) -> None:
    # Half responded both times: elsewhere more people also move the middle, towards a wider part of the scale of shares.
    few, many = predicted([(half, 2 * half)], scale=scale).mean, predicted([(2 * half, 4 * half)], scale=scale).mean
    assert many.upper - many.lower < few.upper - few.lower


@given(arms, scales)
@settings(max_examples=30, deadline=None)
def test_counting_the_others_mirrors_it(counts: list[tuple[int, int]], scale: float) -> None:
    found = predicted(counts, scale=scale)
    others = predicted([(n - events, n) for events, n in counts], scale=scale)
    for one, other in ((found.mean, others.mean), (found.new_clinic, others.new_clinic)):
        assert (one.mean, one.lower, one.upper) == pytest.approx(
            (1 - other.mean, 1 - other.upper, 1 - other.lower), abs=SLACK
        )
    assert found.next_patients.chances == pytest.approx(others.next_patients.chances[::-1], abs=SLACK)


@given(count)
@settings(max_examples=30, deadline=None)
def test_a_new_clinic_is_less_certain_than_the_mean_and_a_wider_prior_widens_it(one: tuple[int, int]) -> None:
    narrow, wide = predicted([one], scale=0.5), predicted([one], scale=1.0)
    assert narrow.new_clinic.upper - narrow.new_clinic.lower > narrow.mean.upper - narrow.mean.lower
    assert wide.new_clinic.upper - wide.new_clinic.lower > narrow.new_clinic.upper - narrow.new_clinic.lower


@pytest.mark.parametrize(
    "counts", [[], [(0, 0)], [(7, 15), (0, 0)], [(16, 15)], [(-1, 15)], [(7.0, 15)], [(True, 15)]], ids=str
)
def test_what_was_not_counted_predicts_nothing(counts: list[tuple[int, int]]) -> None:
    with pytest.raises(EvidenceError) as raised:
        predict(counts, prior=prior())
    problem = raised.value.problems[0]
    assert all((problem.what, problem.where, problem.expected, problem.do))


@pytest.mark.parametrize("numbers", [{"scale": 0.0}, {"sd": 0.0}, {"scale": -1.0}])
def test_a_prior_that_is_none_is_refused(numbers: dict[str, float]) -> None:
    with pytest.raises(EvidenceError, match="above 0"):
        predict([(7, 15)], prior=prior(**numbers))


@pytest.mark.parametrize("value", ["1", "0.5 mg", "about 1 1", "1,5 1", "nan 1"])
def test_a_claim_that_is_no_plain_number_is_refused(value: str) -> None:
    wrong = msgspec.structs.replace(prior(), tau_scale=Claim(value, "editors", "a test"))
    with pytest.raises(EvidenceError, match="plain number"):
        predict([(7, 15)], prior=wrong)


def test_a_prior_may_expect_less_than_half() -> None:
    low, even = predict([(7, 15)], prior=prior(mean=-1)), predict([(7, 15)], prior=prior())
    assert low.new_patient < even.new_patient


def test_arms_that_no_clinic_of_the_prior_could_have_are_refused_and_not_answered_with_nothing() -> None:
    with pytest.raises(EvidenceError, match="widen the scale"):
        predict([(0, 3000), (3000, 3000)], prior=prior(scale=0.01))


def test_nobody_is_the_next() -> None:
    with pytest.raises(EvidenceError, match="above 0"):
        predict([(7, 15)], prior=prior(), of=0)
