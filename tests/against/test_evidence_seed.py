"""The counts of Kim 2015, Mauskop 1995 and Crosby 2000 against reference results from R (data/evidence/seed.json)."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assuage.evidence import binomial
from assuage.evidence.contrast import odds_ratio, risk_difference, risk_ratio
from assuage.evidence.difference import miettinen_nurminen, newcombe
from assuage.evidence.effect import Bounds, Count
from assuage.evidence.exact import chi_square, conditional_odds, fisher, mid_p
from assuage.evidence.necessary import needed_to_treat
from assuage.evidence.posterior import posterior_difference, probability_above
from assuage.evidence.proportion import Proportion, wilson

SEED = json.loads((Path(__file__).parent / "data" / "evidence" / "seed.json").read_text(encoding="utf-8"))
ARMS = sorted(SEED["arms"])
CONTRASTS = ["kim2015_ge50", "kim2015_ge30"]

# The reference prints fifteen significant digits; its last ones carry the rounding of one program more.
ALL_DIGITS = 2e-14
# R found these roots with a stopping rule of 1e-10.
R_ROOT = 1e-9
# R's conditional odds ratios stop at the quarter root of the machine's precision, 1.2e-4; exact values stand below.
R_FISHER_ROOT = 2.5e-4


def near(interval: Proportion | Bounds, expected: list[float], *, tol: float = ALL_DIGITS) -> bool:
    return same(interval.lower, expected[0], tol=tol) and same(interval.upper, expected[1], tol=tol)


def same(found: float, expected: float, *, tol: float = ALL_DIGITS) -> bool:
    return abs(found - expected) <= tol * (1 + abs(expected))


@pytest.mark.parametrize("name", ARMS)
def test_intervals_of_one_arm(name: str) -> None:
    ref: dict[str, Any] = SEED["arms"][name]
    x, n = ref["x"], ref["n"]
    assert near(wilson(x, n), ref["wilson"])
    assert near(binomial.clopper_pearson(x, n), ref["clopper_pearson"])
    assert near(binomial.jeffreys(x, n), ref["jeffreys"])
    assert near(binomial.agresti_coull(x, n), ref["agresti_coull"])
    uniform, half = binomial.posterior_share(x, n), binomial.posterior_share(x, n, prior=0.5)
    assert near(uniform, ref["beta11"]["ci"])
    assert near(half, ref["betaJ"]["ci"])
    assert same(uniform.mean, ref["beta11"]["mean"])
    assert same(half.mean, ref["betaJ"]["mean"])
    wald = binomial.raw_share(Count(x, n)).bounds()
    assert near(Bounds(wald.lower, min(wald.upper, 1.0), 0.95, ""), ref["wald"])  # R's was cut at 1


def arms(name: str) -> tuple[dict[str, Any], Count, Count]:
    ref = SEED[name]
    return ref, Count(ref["x1"], ref["n1"]), Count(ref["x2"], ref["n2"])


@pytest.mark.parametrize("name", CONTRASTS)
def test_ratios_and_differences(name: str) -> None:
    ref, first, second = arms(name)
    for key, effect in (
        ("RR", risk_ratio(first, second)), ("OR", odds_ratio(first, second)), ("RD", risk_difference(first, second)),
    ):  # fmt: skip
        assert same(effect.estimate, ref[key]["est"])
        assert near(effect.bounds(), ref[key]["ci"])
        assert same(effect.value, ref[f"{key}_raw"]["yi"])
        assert same(effect.variance, ref[f"{key}_raw"]["vi"])
        assert same(effect.p, ref[f"{key}_raw"]["p_wald"])
    assert near(newcombe(first, second), ref["RD_newcombe"])
    assert near(miettinen_nurminen(first, second), ref["RD_miettinen_nurminen"], tol=R_ROOT)


@pytest.mark.parametrize("name", CONTRASTS)
def test_exact_tests(name: str) -> None:
    ref, first, second = arms(name)
    assert same(fisher(first, second), ref["fisher_p"])
    assert same(mid_p(first, second), ref["fisher_midp"])
    assert same(chi_square(first, second), ref["chisq_p"])
    assert same(chi_square(first, second, is_yates=True), ref["chisq_yates_p"])
    odds = conditional_odds(first, second)
    found = (odds.estimate, odds.bounds.lower, odds.bounds.upper)
    expected = (ref["fisher_cond_or"]["est"], *ref["fisher_cond_or"]["ci"])
    for one, other in zip(found, expected, strict=True):
        assert abs(one - other) <= R_FISHER_ROOT * other


@pytest.mark.parametrize("name", CONTRASTS)
def test_numbers_needed_pass_through_infinity(name: str) -> None:
    ref, first, second = arms(name)
    difference = risk_difference(first, second)
    for method, interval in (
        ("wald", difference.bounds()), ("newcombe", newcombe(first, second)),
        ("miettinen_nurminen", miettinen_nurminen(first, second)),
    ):  # fmt: skip
        needed = needed_to_treat(difference.value, interval, is_event_good=True)
        assert abs(needed.number - ref["NNT"]["est"]) <= 1e-12
        assert needed.passes_infinity
        assert needed.text == ref["NNT"][method]["text"]
        for found, expected in zip(
            (needed.bounds.lower, needed.bounds.upper), ref["NNT"][method]["bounds"], strict=True
        ):
            assert abs(found - expected) <= 1e-7  # the score limits' 1e-9, times the square of the number


@pytest.mark.parametrize("name", CONTRASTS)
@pytest.mark.parametrize(("key", "prior"), [("posterior_beta11", 1), ("posterior_jeffreys", 0.5)])
def test_posterior_of_both_shares(name: str, key: str, prior: float) -> None:
    ref, first, second = arms(name)
    expected = ref[key]
    found = posterior_difference(first, second, prior=prior)
    # R's integrate and uniroot: 1e-10 for probabilities, 1e-10 for quantiles.
    assert abs(found.probability_above_0 - expected["P_1_gt_2"]) <= 1e-10
    assert abs(probability_above(first, second, prior=prior, by=0.1) - expected["P_diff_gt_0.1"]) <= 1e-10
    assert same(found.mean, expected["diff_mean"])
    assert abs(found.median - expected["diff_median"]) <= 1e-9
    assert abs(found.lower - expected["diff_ci"][0]) <= 1e-9
    assert abs(found.upper - expected["diff_ci"][1]) <= 1e-9
