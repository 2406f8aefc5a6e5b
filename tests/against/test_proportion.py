"""Wilson intervals against R, against intervals printed with the studies, and against hand arithmetic."""

from math import isclose, sqrt

import pytest

from assuage.errors import EvidenceError
from assuage.evidence import wilson

# Reference results for these counts from R 4.2.2, where SciPy and statsmodels agreed to 1e-15.
FROM_R = [
    (10, 15, 0.417135477385198, 0.848236755602853),
    (7, 15, 0.248095353657374, 0.698830199745016),
    (12, 15, 0.548145512848307, 0.929524506530184),
    (11, 15, 0.480495659440194, 0.891025466743076),
    (21, 40, 0.374973621066925, 0.670645298873211),
    (4, 12, 0.138120091091213, 0.609377911127200),
]

# The two-decimal intervals printed with Kim 2015: magnesium and ketamine at 50 %, then ketamine and magnesium at 30 %.
PRINTED = [
    (7, 15, 0.25, 0.70),
    (10, 15, 0.42, 0.85),
    (12, 15, 0.55, 0.93),
    (11, 15, 0.48, 0.89),
]


@pytest.mark.parametrize(("events", "n", "lower", "upper"), FROM_R)
def test_agrees_with_r(events: int, n: int, lower: float, upper: float) -> None:
    seen = wilson(events, n)
    assert isclose(seen.lower, lower, abs_tol=1e-14)
    assert isclose(seen.upper, upper, abs_tol=1e-14)


@pytest.mark.parametrize(("events", "n", "lower", "upper"), PRINTED)
def test_agrees_with_the_printed_intervals(events: int, n: int, lower: float, upper: float) -> None:
    seen = wilson(events, n)
    assert (round(seen.lower, 2), round(seen.upper, 2)) == (lower, upper)


def test_nobody_of_four_by_hand() -> None:
    # p = 0: the quadratic leaves P = (z²/n) / (1 + z²/n). At z = 2 and n = 4 that is 1/2.
    seen = wilson(0, 4, confidence=0.9544997361036416)  # the share of a normal distribution within two deviations
    assert seen.lower == 0
    assert isclose(seen.upper, 0.5, abs_tol=1e-12)


def test_half_by_hand() -> None:
    # p = 1/2, z = 2, n = 12: centre (1/2 + 1/6)/(4/3) = 1/2, half-width 2·√(1/48 + 1/144)/(4/3) = √(1/36)·3/2 = 1/4.
    seen = wilson(6, 12, confidence=0.9544997361036416)
    assert isclose(2 * sqrt(1 / 48 + 1 / 144) / (4 / 3), 0.25, abs_tol=1e-15)
    assert isclose(seen.lower, 0.25, abs_tol=1e-12)
    assert isclose(seen.upper, 0.75, abs_tol=1e-12)


@pytest.mark.parametrize(
    ("events", "n", "confidence"), [(0, 0, 0.95), (16, 15, 0.95), (-1, 15, 0.95), (7, 15, 95), (7, 15, 0)]
)
def test_refuses_what_cannot_be_counted(events: int, n: int, confidence: float) -> None:
    with pytest.raises(EvidenceError) as refused:
        wilson(events, n, confidence=confidence)
    problem = refused.value.problems[0]
    assert all((problem.what, problem.where, problem.expected, problem.do))
