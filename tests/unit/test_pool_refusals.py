"""What cannot be pooled is refused in four parts, all of it at once."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, nan

import pytest

from assuage.errors import EvidenceError
from assuage.evidence.bayes import Prior, pool_bayes
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.beta_binomial import pool_beta_binomial
from assuage.evidence.bias import egger, leave_one_out, rank_correlation, trim_and_fill
from assuage.evidence.effect import Count, Effect
from assuage.evidence.glmm import pool_arms, pool_contrasts
from assuage.evidence.pool import as_read, heterogeneity_bounds, pool_common, pool_random, prediction
from assuage.evidence.regression import regress
from assuage.evidence.sparse import cochran_mantel_haenszel, mantel_haenszel, peto

EMPTY, FULL, SOME = Count(0, 9), Count(9, 9), Count(4, 9)
PRIOR = Prior(0.5)
STATED = Prior(0.5, 0, 1.5)


def effects(*rows: tuple[float, float]) -> list[Effect]:
    return [Effect("MD", y, v, "drawn") for y, v in rows]


TWO = effects((1, 0.5), (2, 0.5))
FOUR = effects((1, 0.5), (2, 0.4), (0.3, 0.3), (0.9, 0.9))
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: pool_random([]), "no study to pool"),
    (lambda: pool_common(TWO[:1]), "1 study to pool"),
    (lambda: pool_bayes(TWO[:1], prior=PRIOR), "1 study to pool"),
    (lambda: heterogeneity_bounds(TWO[:1]), "1 study to pool"),
    (lambda: mantel_haenszel([(SOME, SOME)], measure="OR"), "1 study to pool"),
    (lambda: peto([]), "no study to pool"),
    (lambda: pool_arms([SOME]), "1 informative study to pool"),
    (lambda: pool_beta_binomial([SOME]), "1 arm to pool"),
    (lambda: pool_contrasts([(SOME, SOME), (EMPTY, EMPTY)]), "1 informative study to pool"),
    (lambda: pool_arms_bayes([SOME], prior=STATED), "1 informative study to pool"),
    (lambda: pool_contrasts_bayes([(SOME, SOME), (FULL, FULL)], prior=STATED), "1 informative study to pool"),
    (lambda: pool_random([TWO[0], Effect("SMD", 1, 1, "drawn")]), "effects measured as MD and SMD"),
    (lambda: pool_random(effects((1, 1), (nan, 1))), "the effect of study 2 is nan"),
    (lambda: pool_random(effects((1, 1), (inf, 1))), "the effect of study 2 is inf"),
    (lambda: pool_random(effects((1, 1), (2, -1))), "the variance of study 2 is -1"),
    (lambda: pool_common(effects((1, 0), (2, 1))), "the variance of study 1 is 0"),
    (lambda: pool_bayes(effects((1, 1), (2, nan)), prior=PRIOR), "the variance of study 2 is nan"),
    (lambda: pool_random(effects((2, 1), (2, 3), (2, 1))), "effects that are all equal"),
    (lambda: pool_random(effects((0, 1), (0, 3))), "effects that are all equal"),
    (lambda: pool_random(effects((2, 1), (2, 3)), estimator="SJ"), "Sidik-Jonkman of effects that are all equal"),
    (lambda: pool_random(TWO, estimator="MLE"), "the estimator “MLE”"),  # type: ignore[arg-type]
    (lambda: pool_random(TWO, test="t"), "the test “t”"),  # type: ignore[arg-type]
    (lambda: pool_random(TWO, confidence=95), "the confidence is 95"),
    (lambda: prediction(pool_common(TWO)), "a prediction from a common effect"),
    (lambda: prediction(pool_random(TWO)), "a prediction interval by t, k − 2 from 2 studies"),
    (lambda: prediction(pool_random(FOUR), reference="t"), "the reference “t”"),  # type: ignore[arg-type]
    (lambda: as_read("PFT", 1.0), "a double arcsine read as a share"),
    (lambda: regress(FOUR, {"dose": [1, 2, 3]}), "3 values of “dose” for 4 studies"),
    (lambda: regress(FOUR, {"dose": [1, 1, 1, 1]}), "a design of 4 rows and 2 columns for 4 studies"),
    (lambda: regress(FOUR, {"dose": [1, 2, 3, nan]}), "a design of 4 rows and 2 columns for 4 studies"),
    (lambda: regress(TWO, {"dose": [1, 2]}), "a design of 2 rows and 2 columns for 2 studies"),
    (lambda: leave_one_out(TWO), "2 studies"),
    (lambda: egger(TWO), "2 studies"),
    (lambda: rank_correlation(TWO), "2 studies"),
    (lambda: trim_and_fill(TWO), "2 studies"),
    (lambda: mantel_haenszel([(EMPTY, SOME), (EMPTY, SOME)], measure="RR"), "a pooled risk ratio of arms that are empty"),
    (lambda: mantel_haenszel([(FULL, FULL), (FULL, FULL)], measure="RR"), "a pooled risk ratio of arms that are empty"),
    (lambda: mantel_haenszel([(FULL, EMPTY), (FULL, EMPTY)], measure="OR"), "a pooled odds ratio of arms that are empty"),
    (lambda: mantel_haenszel([(EMPTY, EMPTY)] * 2, measure="RD"), "a pooled risk difference of arms that are empty"),
    (lambda: mantel_haenszel([(SOME, SOME)] * 2, measure="MD"), "the measure “MD”"),  # type: ignore[arg-type]
    (lambda: peto([(EMPTY, EMPTY)] * 2), "a pooled odds ratio of arms that are empty"),
    (lambda: cochran_mantel_haenszel([(FULL, FULL)] * 2), "a pooled odds ratio of arms that are empty"),
    (lambda: pool_arms([EMPTY, EMPTY]), "arms that are all empty or full"),
    (lambda: pool_arms([EMPTY, FULL]), "arms that are all empty or full"),
    (lambda: pool_beta_binomial([FULL, FULL]), "arms that are all empty or full"),
    (lambda: pool_contrasts([(EMPTY, SOME), (EMPTY, SOME)]), "studies in which the first arm has every time the fewest"),
    (lambda: pool_contrasts([(EMPTY, FULL), (FULL, EMPTY)]), "studies in which the first arm has every time the fewest"),
    (lambda: pool_contrasts([(SOME, SOME)] * 2, model="exact"), "the model “exact”"),  # type: ignore[arg-type]
    (lambda: pool_arms_bayes([EMPTY, EMPTY], prior=PRIOR), "a flat prior for the mean of counts"),
    (lambda: Prior(0), "a half-normal prior of scale 0"),
    (lambda: Prior(nan), "a half-normal prior of scale nan"),
    (lambda: Prior(1, mean=0), "half a prior for the mean"),
    (lambda: Prior(1, 0, -1), "a normal prior of mean 0 and standard deviation -1"),
]  # fmt: skip


@pytest.mark.parametrize(("work", "what"), REFUSED, ids=[what for _, what in REFUSED])
def test_it_is_refused_in_four_parts(work: Callable[[], object], what: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        work()
    problem = caught.value.problems[0]
    assert problem.what.startswith(what)
    assert all([problem.where, problem.expected, problem.do])


def test_all_problems_come_at_once() -> None:
    with pytest.raises(EvidenceError) as caught:
        pool_random(effects((nan, -1), (1, 1), (2, 0)))
    assert [problem.what for problem in caught.value.problems] == [
        "the effect of study 1 is nan", "the variance of study 1 is -1.0", "the variance of study 3 is 0.0",
    ]  # fmt: skip


def test_equal_effects_have_a_normal_and_a_floored_interval() -> None:
    same = effects((2, 1), (2, 3))
    assert pool_random(same, test="normal").value == 2
    assert pool_random(same, test="hartung-knapp-floor").standard_error == pytest.approx((1 / (1 + 1 / 3)) ** 0.5)


def test_a_pool_says_how_it_was_made() -> None:
    assert pool_random(FOUR).method == (
        "inverse variance, random effects, τ² by restricted maximum likelihood, Hartung-Knapp interval"
    )
    assert prediction(pool_random(FOUR)).method == "prediction by t, k − 2 = 2"
    assert pool_bayes(FOUR, prior=PRIOR).method.endswith("τ half-normal(0.5), mean flat")
    assert str(STATED) == "τ half-normal(0.5), mean normal(0, 1.5)"
