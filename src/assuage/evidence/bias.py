"""Does the answer hang on one study, on time, or on small studies that were not published?"""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from typing import Literal

import msgspec
import numpy as np

from assuage.evidence.distribution import two_sided_t
from assuage.evidence.effect import Effect
from assuage.evidence.heterogeneity import Estimator
from assuage.evidence.pool import Pooled, pool_common, pool_random
from assuage.evidence.regression import regress
from assuage.evidence.small_sample import Test
from assuage.evidence.weighted import data_of, fit, refuse

# A funnel of fewer studies shows nothing: said beside every test of it (Sterne et al., BMJ 2011).
FEWEST_FOR_A_FUNNEL = 10
ROUNDS = 100


class FunnelTest(msgspec.Struct, frozen=True):
    """A test of asymmetry: `limit` is the effect foretold for a study without error, where the test has one.

    `is_enough` is false below ten studies, where such a test cannot tell bias from chance.
    """

    method: str
    k: int
    statistic: float
    p: float
    limit: float | None
    df: int | None
    is_enough: bool


class Filled(msgspec.Struct, frozen=True):
    """Trim and fill: studies filled in on one side to make the funnel even, and the pool with them. A what-if only."""

    added: int
    side: Literal["left", "right"]
    pooled: Pooled


def leave_one_out(
    effects: Sequence[Effect], *, estimator: Estimator = "REML", test: Test = "hartung-knapp", confidence: float = 0.95
) -> tuple[Pooled, ...]:
    """The pool without each study in turn, in the order of the studies.

    Checked   tests/against/test_pool_bias.py
    Errors    `EvidenceError` for fewer than three studies
    """
    _at_least(effects, 3, "a pool without one of them")
    return tuple(
        pool_random([*effects[:at], *effects[at + 1 :]], estimator=estimator, test=test, confidence=confidence)
        for at in range(len(effects))
    )


def cumulative(
    effects: Sequence[Effect], *, estimator: Estimator = "REML", test: Test = "hartung-knapp", confidence: float = 0.95
) -> tuple[Pooled, ...]:
    """The pool after the second study, the third, and so on, in the order given: put the oldest first.

    Holds     the last is the pool of all
    Checked   tests/laws/test_pool_laws.py
    """
    _at_least(effects, 2, "a pool")
    return tuple(
        pool_random(effects[:upto], estimator=estimator, test=test, confidence=confidence)
        for upto in range(2, len(effects) + 1)
    )


def _at_least(effects: Sequence[Effect], fewest: int, what: str) -> None:
    if len(effects) < fewest:
        raise refuse(f"{len(effects)} studies", f"at least {fewest} for {what}", "show the studies one by one")
    data_of(effects)


def egger(effects: Sequence[Effect], *, is_mixed: bool = False) -> FunnelTest:
    """Regression of effects on their standard errors: a slope that is not 0 is an uneven funnel.

    Give      effects of three or more studies; is_mixed for the random-effects version (REML, normal test) instead of
              Egger's weighted regression (Student's t on k − 2)
    Source    Egger et al., BMJ 1997; Sterne & Egger 2005
    Checked   tests/against/test_pool_bias.py
    Errors    `EvidenceError` for fewer than three studies, or standard errors that are all equal
    """
    _at_least(effects, 3, "a regression on their errors")
    errors = [effect.standard_error for effect in effects]
    k = len(effects)
    enough = k >= FEWEST_FOR_A_FUNNEL
    if is_mixed:
        found = regress(effects, {"standard error": errors}, test="normal")
        level, slope = found.coefficients
        return FunnelTest("regression on standard errors, random effects", k, slope.statistic, slope.p, level.value,
                          None, enough)  # fmt: skip
    data = data_of(effects, design=np.column_stack([np.ones(k), errors]))
    at = fit(data, 0.0)
    variance = float(at.rss[0]) / (k - 2) * float(at.covariance[0, 1, 1])
    if variance <= 0:
        raise refuse("effects that lie on one line", "effects that scatter", "check that they were computed apart")
    statistic = float(at.beta[0, 1]) / sqrt(variance)
    return FunnelTest("Egger's regression", k, statistic, two_sided_t(statistic, k - 2), float(at.beta[0, 0]), k - 2,
                      enough)  # fmt: skip


def rank_correlation(effects: Sequence[Effect]) -> FunnelTest:
    """Kendall's tau between variances and standardised effects; exact p unless there are ties.

    Source    Begg & Mazumdar, Biometrics 1994
    Checked   tests/against/test_pool_bias.py
    """
    from scipy.stats import kendalltau  # type: ignore[import-untyped]

    _at_least(effects, 3, "a rank correlation")
    values = np.array([effect.value for effect in effects])
    variances = np.array([effect.variance for effect in effects])
    centre = pool_common(effects)
    standard = (values - centre.value) / np.sqrt(variances - centre.standard_error**2)
    if len(set(variances)) < 2 or len(set(standard)) < 2:
        raise refuse("studies that all have one variance, or lie evenly about the pool", "variances and effects that differ",
                     "leave the rank correlation out; there is nothing to rank")  # fmt: skip
    has_ties = len(set(variances)) < len(effects) or len(set(standard)) < len(effects)
    found = kendalltau(standard, variances, method="asymptotic" if has_ties else "exact")
    p = "normal p, ties" if has_ties else "exact p"
    return FunnelTest(f"Kendall's rank correlation, {p}", len(effects), float(found.statistic), float(found.pvalue),
                      None, None, len(effects) >= FEWEST_FOR_A_FUNNEL)  # fmt: skip


def trim_and_fill(effects: Sequence[Effect], *, estimator: Estimator = "REML") -> Filled:
    """How many studies an even funnel lacks, by the estimator L₀, and the pool with their mirror images filled in.

    Source    Duval & Tweedie, Biometrics 2000
    Checked   tests/against/test_pool_bias.py
    Not for   a corrected answer: it finds studies missing where studies merely differ
    Errors    `EvidenceError` for fewer than three studies, or a count that never settles
    """
    _at_least(effects, 3, "trim and fill")
    slope = regress(effects, {"standard error": [one.standard_error for one in effects]}, estimator=estimator,
                    test="normal").coefficients[1]  # fmt: skip
    side: Literal["left", "right"] = "right" if slope.value < 0 else "left"
    sign = -1.0 if side == "right" else 1.0
    ordered = sorted((_turned(one, sign * one.value) for one in effects), key=lambda one: one.value)
    missing, centre = _missing(ordered, estimator)
    mirrored = [_turned(one, 2 * centre - one.value) for one in ordered[len(ordered) - missing :]]
    back = [_turned(one, sign * one.value) for one in [*ordered, *mirrored]]
    return Filled(missing, side, pool_random(back, estimator=estimator, test="normal"))


def _turned(effect: Effect, value: float) -> Effect:
    return Effect(effect.measure, value, effect.variance, f"{effect.derivation}; as trim and fill uses it")


def _missing(ordered: Sequence[Effect], estimator: Estimator) -> tuple[int, float]:
    """L₀ repeated until it stays, with the centre of what is left after trimming."""
    k = len(ordered)
    missing, before, centre = 0, -1, 0.0
    for _ in range(ROUNDS):
        if missing == before:
            return missing, centre
        before = missing
        centre = pool_random(ordered[: k - missing], estimator=estimator, test="normal").value
        gaps = np.array([one.value - centre for one in ordered])
        ranks = np.empty(k)
        ranks[np.argsort(np.abs(gaps), kind="stable")] = np.arange(1, k + 1)
        right = float(ranks[gaps > 0].sum())
        missing = max(0, round((4 * right - k * (k + 1)) / (2 * k - 1)))
        if k - missing < 2:
            break
    raise refuse("trim and fill that never settles", "a funnel of which two studies or more stay",
                 "leave trim and fill out; the studies are too few or too uneven")  # fmt: skip
