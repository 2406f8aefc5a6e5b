"""What to expect, by hand and beside the nearest thing that others computed; grades by counting steps."""

from __future__ import annotations

import datetime as dt
from math import comb

import pytest
from tests.expectations import predicted

from assuage.evidence.graded import level_of
from assuage.evidence.lattice import narrow
from assuage.question import Grade, Judgement, Level, Upgrade

# Posterior of 7 of 15 under a flat prior of the share alone, Beta(8, 9): mean 8/17, quantiles as SciPy and R give them.
FLAT_MEAN, FLAT_LOWER, FLAT_UPPER = 8 / 17, 0.247, 0.701


@pytest.mark.parametrize("width", [0.05, 0.3, 0.7, 0.999])
def test_seven_weights_have_the_moments_of_the_normal(width: float) -> None:
    weights = dict(zip(range(-3, 4), narrow(width), strict=True))
    moments = [sum(weight * at**power for at, weight in weights.items()) for power in range(8)]
    # E 1, E z², E z⁴ = 3, E z⁶ = 15, each times its power of the width; the odd ones are nothing.
    assert moments == pytest.approx([1, 0, width**2, 0, 3 * width**4, 0, 15 * width**6, 0], abs=1e-13)


def test_clinics_that_hardly_differ_come_near_the_flat_prior_and_clinics_that_do_leave_it() -> None:
    # Near, not equal: a normal(0, 1.5) of the log odds is nearly flat on the share and not flat.
    alike = predicted([(7, 15)], scale=0.001)
    assert (alike.mean.mean, alike.mean.lower, alike.mean.upper) == pytest.approx(
        (FLAT_MEAN, FLAT_LOWER, FLAT_UPPER), abs=0.002
    )
    assert abs(alike.mean.mean - FLAT_MEAN) > 1e-4
    # The flat prior knows one clinic only. Where clinics differ, fifteen people of one say less of all of them.
    differ = predicted([(7, 15)])
    assert differ.mean.lower < FLAT_LOWER < FLAT_UPPER < differ.mean.upper
    assert differ.new_clinic.lower < differ.mean.lower
    assert differ.new_clinic.upper > differ.mean.upper


def test_a_share_known_exactly_leaves_a_binomial() -> None:
    # 10,000 of 20,000 and clinics that do not differ: of the next ten, k with chance C(10, k)/1024. Of at most one it is
    # 11/1024 = 1.1 %, of at most two 56/1024 = 5.5 %: so the 95 % reach from 2 to 8.
    found = predicted([(10_000, 20_000)], scale=0.001).next_patients
    assert found.chances == pytest.approx([comb(10, k) / 1024 for k in range(11)], abs=1e-4)
    assert (found.of, found.lower, found.upper) == (10, 2, 8)


def test_half_of_an_arm_under_an_even_prior_is_even() -> None:
    found = predicted([(6, 12)])
    assert (found.mean.mean, found.new_clinic.mean) == pytest.approx((0.5, 0.5), abs=1e-9)
    assert found.mean.lower + found.mean.upper == pytest.approx(1, abs=1e-9)


def test_many_alike_arms_leave_the_spread_of_clinics_small() -> None:
    # Twelve arms of 200 with exactly half: the mean lies within ±1.96 √(1/(12·200·0.25)) = ±0.08 of no log odds, ±0.02 of
    # one half, were there no spread at all; a little spread is still possible.
    found = predicted([(100, 200)] * 12)
    assert found.mean.lower == pytest.approx(0.48, abs=0.005)
    assert found.new_clinic.upper - found.new_clinic.lower < 0.2


JUDGED = dt.date(2026, 1, 2)


def grade(starts: str, *steps: int, up: int = 0) -> Grade:
    upgrades = (Upgrade("large effect", up, "tried", "one", JUDGED),) if up else ()
    judgements = tuple(Judgement("risk of bias", one, "tried", "one", JUDGED) for one in steps)
    return Grade(starts, "tried", judgements, upgrades)  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("given", "level"),
    [
        (grade("high", 0, 0, 0, 0, 0), "high"),
        (grade("high", -1, 0, 0, -1, 0), "low"),
        (grade("high", -1, 0, -1, -2, 0), "very low"),
        (grade("low", -1, 0, -1, -1, -1), "very low"),
        (grade("low", 0, up=1), "moderate"),
        (grade("high", -1), "moderate"),
    ],
)
def test_a_level_is_counted_step_by_step(given: Grade, level: Level) -> None:
    assert level_of(given) == level
