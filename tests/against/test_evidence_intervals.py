"""Intervals against published ones, mpmath at thirty digits, SciPy, and hand arithmetic."""

from __future__ import annotations

from collections.abc import Callable
from math import exp, inf, isclose, log

import mpmath
import pytest
from scipy import stats

from assuage.evidence import (
    Count,
    Scores,
    clopper_pearson,
    conditional_odds,
    jeffreys,
    likelihood,
    mee,
    miettinen_nurminen,
    miettinen_nurminen_ratio,
    newcombe,
    welch,
)
from assuage.evidence.effect import Bounds

# Newcombe, Stat Med 1998, table II, as printed there to four decimals: method 10 (from Wilson intervals).
NEWCOMBE = [
    (56, 70, 48, 80, 0.0524, 0.3339),
    (9, 10, 3, 10, 0.1705, 0.8090),
    (6, 7, 2, 7, 0.0582, 0.8062),
    (5, 56, 0, 29, -0.0381, 0.1926),
]
# Pairs that small trials give: alike, empty, full, unequal.
TABLES = [(10, 15, 7, 15), (12, 15, 11, 15), (9, 10, 3, 10), (56, 70, 48, 80), (5, 10, 0, 10), (7, 7, 3, 7), (0, 10, 0, 20),
          (7, 7, 0, 7), (1, 40, 0, 3)]  # fmt: skip
Z = mpmath.mpf("1.959963984540054235524594430520551527955550")


@pytest.mark.parametrize(("a", "n", "b", "m", "lower", "upper"), NEWCOMBE)
def test_newcombe_as_published(a: int, n: int, b: int, m: int, lower: float, upper: float) -> None:
    found = newcombe(Count(a, n), Count(b, m))
    assert (round(found.lower, 4), round(found.upper, 4)) == (lower, upper)


def test_score_intervals_as_published_where_statsmodels_is_wrong() -> None:
    # statsmodels 0.15.0 gives 0.0531 to 0.3436 for the first and stops at the second. Mee's is method 8 of Newcombe's
    # table II; the third is example 4 of Miettinen and Nurminen, Stat Med 1985.
    found = mee(Count(56, 70), Count(48, 80))
    assert (round(found.lower, 4), round(found.upper, 4)) == (0.0533, 0.3377)
    wider = miettinen_nurminen(Count(9, 10), Count(3, 10))
    assert wider.lower < 0.6 < wider.upper
    empty = miettinen_nurminen(Count(0, 10), Count(0, 20))
    assert (round(empty.lower, 4), round(empty.upper, 4)) == (-0.1658, 0.2844)


def root(share: Callable[[mpmath.mpf], mpmath.mpf], low: mpmath.mpf, high: mpmath.mpf) -> mpmath.mpf:
    """By halving, at thirty digits; the sign is positive at `low`."""
    for _ in range(110):
        middle = (low + high) / 2
        low, high = (middle, high) if share(middle) > 0 else (low, middle)
    return (low + high) / 2


def excess(table: tuple[int, int, int, int], delta: mpmath.mpf) -> mpmath.mpf:
    """Squared score less its limit, with the restricted shares from the cubic solved by mpmath."""
    a, n, b, m = table
    people = n + m
    cubic = [
        mpmath.mpf(people),
        (n + 2 * m) * delta - people - a - b,
        (m * delta - people - 2 * b) * delta + a + b,
        b * delta * (1 - delta),
    ]
    roots = [
        mpmath.re(one) for one in mpmath.polyroots(cubic, maxsteps=500, extraprec=200) if abs(mpmath.im(one)) < 1e-12
    ]
    slack = mpmath.mpf(10) ** -15
    inside = [q for q in roots if -slack <= q <= 1 + slack and -slack <= q + delta <= 1 + slack]

    def chance(q: mpmath.mpf) -> mpmath.mpf:
        p, q = min(max(q + delta, 0), 1), min(max(q, 0), 1)
        return p**a * (1 - p) ** (n - a) * q**b * (1 - q) ** (m - b)

    q = min(max(max(inside, key=chance), 0), 1)
    p = min(max(q + delta, 0), 1)
    variance = (p * (1 - p) / n + q * (1 - q) / m) * people / (people - 1)
    return (mpmath.mpf(a) / n - mpmath.mpf(b) / m - delta) ** 2 - Z**2 * variance


@pytest.mark.parametrize("table", TABLES)
def test_miettinen_nurminen_at_thirty_digits(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    found = miettinen_nurminen(Count(a, n), Count(b, m))
    with mpmath.workdps(30):
        seen = mpmath.mpf(a) / n - mpmath.mpf(b) / m
        # Just within the ends, where all of the cubic's roots are simple.
        end = mpmath.mpf(1) - mpmath.mpf(10) ** -12
        lower = root(lambda at: excess(table, at), -end, seen) if seen > -1 else -1
        upper = root(lambda at: excess(table, at), end, seen) if seen < 1 else 1
    assert isclose(found.lower, lower, abs_tol=1e-11)
    assert isclose(found.upper, upper, abs_tol=1e-11)


@pytest.mark.parametrize("table", [one for one in TABLES if one[0] and one[2]])
def test_the_ratio_lies_at_the_score_s_limit(table: tuple[int, int, int, int]) -> None:
    a, n, b, m = table
    found = miettinen_nurminen_ratio(Count(a, n), Count(b, m))
    for ratio in (found.lower, found.upper):
        q, p, people = restricted(table, ratio)
        variance = (p * (1 - p) / n + ratio**2 * q * (1 - q) / m) * people / (people - 1)
        assert isclose((a / n - ratio * b / m) ** 2, float(Z) ** 2 * variance, rel_tol=1e-6)  # the search's own 1e-7


def restricted(table: tuple[int, int, int, int], ratio: float) -> tuple[float, float, int]:
    """The likeliest second share under a ratio, by a search of the likelihood itself."""
    from scipy.optimize import minimize_scalar

    a, n, b, m = table

    def unlikely(q: float) -> float:
        p = ratio * q
        return -(a * log(p) + (n - a) * log(1 - p) + b * log(q) + (m - b) * log(1 - q))

    top = min(1.0, 1 / ratio)
    q = minimize_scalar(unlikely, bounds=(1e-12, top - 1e-12), method="bounded", options={"xatol": 1e-13}).x
    return q, ratio * q, n + m


def test_an_empty_second_arm_leaves_the_ratio_without_an_upper_limit() -> None:
    assert miettinen_nurminen_ratio(Count(5, 10), Count(0, 10)).upper == inf
    assert miettinen_nurminen_ratio(Count(0, 10), Count(5, 10)).lower == 0
    nothing = miettinen_nurminen_ratio(Count(0, 10), Count(0, 12))
    assert (nothing.lower, nothing.upper) == (0, inf)


@pytest.mark.parametrize(("a", "n", "b", "m"), [(10, 15, 7, 15), (12, 15, 11, 15), (9, 10, 3, 10), (56, 70, 48, 80)])
def test_conditional_odds_against_scipy(a: int, n: int, b: int, m: int) -> None:
    found = conditional_odds(Count(a, n), Count(b, m))
    ours = (found.estimate, found.bounds.lower, found.bounds.upper)
    theirs = stats.contingency.odds_ratio([[a, b], [n - a, m - b]], kind="conditional")
    interval = theirs.confidence_interval(0.95)
    for one, other in zip(ours, (theirs.statistic, interval.low, interval.high), strict=True):
        assert isclose(one, other, rel_tol=1e-9)


def test_conditional_odds_of_empty_and_full_arms_are_open_ended() -> None:
    full, empty = conditional_odds(Count(7, 7), Count(3, 7)), conditional_odds(Count(0, 7), Count(3, 7))
    assert (full.estimate, full.bounds.upper) == (inf, inf)
    assert (empty.estimate, empty.bounds.lower) == (0, 0)
    assert 0 < full.bounds.lower < inf
    assert 0 < empty.bounds.upper < inf


def test_rule_of_three_by_hand() -> None:
    # Nobody of n: the exact upper limit solves (1 − P)ⁿ = 0.025.
    assert isclose(clopper_pearson(0, 20).upper, 1 - 0.025 ** (1 / 20), abs_tol=1e-14)
    assert clopper_pearson(0, 20).lower == 0
    assert jeffreys(0, 20).lower == 0
    # The likelihood of nobody is (1 − P)ⁿ, so its limit solves −2n log(1 − P) = z².
    assert isclose(likelihood(0, 20).upper, 1 - exp(-(float(Z) ** 2) / 40), abs_tol=1e-13)


def test_likelihood_interval_lies_at_the_deviance() -> None:
    seen = likelihood(7, 15)
    for limit in (seen.lower, seen.upper):
        deviance = 2 * (7 * log(7 / 15 / limit) + 8 * log(8 / 15 / (1 - limit)))
        assert isclose(deviance, float(Z) ** 2, rel_tol=1e-12)


def test_welch_against_scipy() -> None:
    found: Bounds = welch(Scores(2.68, 2.79, 30), Scores(5.45, 2.63, 28))
    assert isclose((found.upper + found.lower) / 2, 2.68 - 5.45, abs_tol=1e-12)
    # Shifted so that a limit stands at 0, the difference is just significant at 5 %.
    for limit in (found.lower, found.upper):
        shifted = stats.ttest_ind_from_stats(2.68 - limit, 2.79, 30, 5.45, 2.63, 28, equal_var=False)
        assert isclose(shifted.pvalue, 0.05, rel_tol=1e-9)
