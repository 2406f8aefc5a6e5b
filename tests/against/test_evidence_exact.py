"""Exact tests against SciPy and hand arithmetic."""

from __future__ import annotations

from fractions import Fraction
from math import isclose

import pytest
from scipy import stats

from assuage.evidence import (
    Count,
    PairedCount,
    barnard,
    boschloo,
    fisher,
    mcnemar,
    sign_test,
    smallest_p,
)

TABLES = [(10, 15, 7, 15), (12, 15, 11, 15), (3, 7, 0, 8), (7, 7, 3, 7), (1, 6, 5, 6), (0, 9, 4, 10)]


@pytest.mark.parametrize(("a", "n", "b", "m"), TABLES)
def test_fisher_against_scipy(a: int, n: int, b: int, m: int) -> None:
    theirs = stats.fisher_exact([[a, b], [n - a, m - b]]).pvalue
    assert isclose(fisher(Count(a, n), Count(b, m)), theirs, rel_tol=1e-12)


def test_fisher_by_hand() -> None:
    # Three of three against none of three: 1 of C(6, 3) = 20 tables on each side.
    assert fisher(Count(3, 3), Count(0, 3)) == 2 / 20


@pytest.mark.parametrize(("a", "n", "b", "m"), TABLES)
def test_barnard_against_scipy(a: int, n: int, b: int, m: int) -> None:
    # SciPy searches the common share from a coarse start: it can only miss the top from below.
    theirs = stats.barnard_exact([[a, b], [n - a, m - b]], pooled=True, n=512).pvalue
    assert isclose(barnard(Count(a, n), Count(b, m)), theirs, rel_tol=1e-6)


def test_barnard_and_boschloo_by_hand() -> None:
    # Three of three against none of three: only the two corner tables are as far, so p is the largest 2 p³ (1 − p)³,
    # at p = 1/2: 2/64.
    extreme = Count(3, 3), Count(0, 3)
    assert isclose(barnard(*extreme), 2 / 64, abs_tol=1e-12)
    assert isclose(boschloo(*extreme), 2 / 64, abs_tol=1e-12)


def test_boschloo_by_every_table() -> None:
    # One arm of 7 full, the other 3 of 7, at common shares a thousandth apart, with Fisher's p from SciPy.
    seen = stats.fisher_exact([[7, 3], [0, 4]]).pvalue
    region = [
        (i, j)
        for i in range(8)
        for j in range(8)
        if stats.fisher_exact([[i, j], [7 - i, 7 - j]]).pvalue <= seen * (1 + 1e-9)
    ]
    highest = max(
        sum(stats.binom.pmf(i, 7, share / 1000) * stats.binom.pmf(j, 7, share / 1000) for i, j in region)
        for share in range(0, 1001, 5)
    )
    found = boschloo(Count(7, 7), Count(3, 7))
    assert highest <= found <= highest * 1.001  # the grid of five thousandths misses the top by less


def test_mcnemar_and_sign_test_by_hand() -> None:
    # Six better, one worse: 2 (1 + 7) / 128.
    assert sign_test(6, 1) == Fraction(16, 128)
    assert mcnemar(PairedCount(both=3, first_only=6, second_only=1, neither=2)) == 0.125
    assert sign_test(3, 3) == 1
    assert sign_test(0, 0) == 1


@pytest.mark.parametrize(("better", "worse"), [(5, 0), (7, 2), (4, 9), (30, 12)])
def test_sign_test_against_scipy(better: int, worse: int) -> None:
    assert isclose(sign_test(better, worse), stats.binomtest(better, better + worse).pvalue, rel_tol=1e-12)


def test_seven_people_cannot_give_less_than_two_in_128() -> None:
    found = smallest_p(7)
    assert found.p == 2 / 128 == sign_test(7, 0)
    assert found.sentence == "p = 0.016 is the smallest a two-sided exact test can give at n = 7"
    # SciPy's exact signed-rank test of seven that all fall gives the same.
    assert isclose(stats.wilcoxon([1, 2, 3, 4, 5, 6, 7], method="exact").pvalue, found.p, rel_tol=1e-12)
