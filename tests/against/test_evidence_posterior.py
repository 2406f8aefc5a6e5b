"""The posterior of two shares against exact sums and mpmath's quadrature, to 1e-10."""

from __future__ import annotations

from fractions import Fraction
from math import comb

import mpmath
import pytest

from assuage.evidence import Count, probability_above

TABLES = [(10, 15, 7, 15), (0, 7, 0, 8), (7, 7, 3, 7), (0, 12, 12, 12), (21, 40, 35, 40), (241, 247, 167, 174)]


def exact(first: Count, second: Count) -> Fraction:
    """P(first > second) under uniform priors as a finite sum of fractions.

    The chance that the next n + 1 places order so: Σ over k of C(c+k, k) terms, from the beta integral by parts.
    """
    a, b = first.events + 1, first.others + 1
    c, d = second.events + 1, second.others + 1
    # F₂(p) = Σ_{j ≥ c} C(N, j) p^j (1−p)^(N−j), N = c + d − 1; each term integrates to a ratio of beta functions.
    size = c + d - 1

    def beta(one: int, other: int) -> Fraction:
        return Fraction(1, one * comb(one + other - 1, one))

    return sum((comb(size, j) * beta(a + j, b + size - j) for j in range(c, size + 1)), Fraction(0)) / beta(a, b)


@pytest.mark.parametrize(("a", "n", "b", "m"), TABLES)
def test_uniform_priors_as_a_fraction(a: int, n: int, b: int, m: int) -> None:
    first, second = Count(a, n), Count(b, m)
    assert abs(probability_above(first, second) - float(exact(first, second))) <= 1e-10


@pytest.mark.parametrize(("a", "n", "b", "m"), TABLES[:5])
@pytest.mark.parametrize("by", [0.1, -0.25, 1e-6, 0.0])
def test_jeffreys_priors_by_quadrature(a: int, n: int, b: int, m: int, by: float) -> None:
    found = probability_above(Count(a, n), Count(b, m), prior=0.5, by=by)
    with mpmath.workdps(20):
        half, shift = mpmath.mpf(1) / 2, mpmath.mpf(by)
        alpha, beta, gamma, delta = a + half, n - a + half, b + half, m - b + half

        def integrand(p: mpmath.mpf) -> mpmath.mpf:
            below = mpmath.betainc(gamma, delta, 0, min(max(p - shift, 0), 1), regularized=True)
            return p ** (alpha - 1) * (1 - p) ** (beta - 1) / mpmath.beta(alpha, beta) * below

        # Where F₂ is 0 or 1 the integral is known; between, in pieces whose ends may be singular.
        low, high = max(shift, 0), min(1, 1 + shift)
        pieces = [low, low + (high - low) / 50, (low + high) / 2, high - (high - low) / 50, high]
        value = mpmath.quad(integrand, pieces) + mpmath.betainc(alpha, beta, high, 1, regularized=True)
    assert abs(found - float(value)) <= 1e-10
