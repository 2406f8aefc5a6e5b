"""Results that cannot be analysed are refused in four parts, or have a stated result; no NaN comes out."""

from __future__ import annotations

from collections.abc import Callable
from math import inf, isfinite, nan
from typing import Any

import pytest

from assuage import evidence as ev
from assuage.errors import EvidenceError

ONE, OTHER = ev.Scores(4.0, 2.0, 10), ev.Scores(5.0, 2.0, 10)
EMPTY, FULL, SOME = ev.Count(0, 7), ev.Count(7, 7), ev.Count(3, 7)
ANY: Any = None  # what a file without the number gives


def pairs(**changed: Any) -> ev.PairedScores:
    given = {"mean_1": 4.0, "sd_1": 2.0, "mean_2": 5.0, "sd_2": 2.0, "n": 10, "correlation": 0.5}
    return ev.PairedScores(**{**given, **changed})


REFUSED: dict[str, Callable[[], object]] = {
    "more events than people": lambda: ev.Count(8, 7),
    "fewer than none": lambda: ev.Count(-1, 7),
    "nobody": lambda: ev.Count(0, 0),
    "part of a person": lambda: ev.Count(22.4, 40),  # type: ignore[arg-type]
    "events not a number": lambda: ev.Count(nan, 40),  # type: ignore[arg-type]
    "a percentage as confidence": lambda: ev.clopper_pearson(7, 15, confidence=95),
    "a confidence that is no number": lambda: ev.newcombe(SOME, FULL, confidence=nan),
    "ratio to an empty arm": lambda: ev.risk_ratio(SOME, EMPTY),
    "ratio of an empty arm": lambda: ev.risk_ratio(EMPTY, SOME),
    "ratio of two full arms": lambda: ev.risk_ratio(FULL, ev.Count(5, 5)),
    "odds of a full arm": lambda: ev.odds_ratio(FULL, SOME),
    "Peto of two empty arms": lambda: ev.peto_odds_ratio(EMPTY, EMPTY),
    "difference of two empty arms": lambda: ev.risk_difference(EMPTY, EMPTY),
    "difference of an empty and a full arm": lambda: ev.risk_difference(EMPTY, FULL),
    "share of a full arm": lambda: ev.raw_share(FULL),
    "log of an empty arm": lambda: ev.log_share(EMPTY),
    "logit of a full arm": lambda: ev.logit_share(FULL),
    "exact odds of two full arms": lambda: ev.conditional_odds(FULL, ev.Count(5, 5)),
    "a negative correction": lambda: ev.odds_ratio(SOME, FULL, add=-0.5),
    "a correction that is no number": lambda: ev.odds_ratio(SOME, FULL, add=nan),
    "a correction to nothing known": lambda: ev.odds_ratio(SOME, FULL, add=0.5, to="if0all"),  # type: ignore[arg-type]
    "a mean without a spread": lambda: ev.Scores(51.0, ANY, 15),
    "a spread of nothing": lambda: ev.Scores(51.0, 0.0, 15),
    "a negative spread": lambda: ev.Scores(51.0, -2.0, 15),
    "a spread that is no number": lambda: ev.Scores(51.0, nan, 15),
    "a mean that is no number": lambda: ev.Scores(nan, 2.0, 15),
    "one person's spread": lambda: ev.Scores(51.0, 2.0, 1),
    "a ratio of a negative mean": lambda: ev.ratio_of_means(ev.Scores(-1.0, 2.0, 9), ONE, is_corrected=True),
    "a paired ratio of a mean of 0": lambda: ev.ratio_of_paired_means(pairs(mean_2=0.0), is_corrected=False),
    "a correlation of 1": lambda: pairs(correlation=1.0),
    "a correlation not known": lambda: pairs(correlation=nan),
    "a change with t 0": lambda: ev.change_from_t(1.2, t=0.0, n=7),
    "a change against its t": lambda: ev.change_from_t(1.2, t=-2.0, n=7),
    "a change with p 0": lambda: ev.change_from_p(1.2, p=0.0, n=7),
    "no change with a p": lambda: ev.change_from_p(0.0, p=0.5, n=7),
    "spreads that cannot belong together": lambda: ev.correlation_from_change(1.0, 1.0, sd_change=3.0),
    "an interval upside down": lambda: ev.sd_from_interval(2.0, 1.0, n=7),
    "a percentage of no baseline": lambda: ev.after_percentage(0.0, 51),
    "a percentage not known": lambda: ev.after_percentage(7.0, nan),
    "pairs of nobody": lambda: ev.PairedCount(both=0, first_only=0, second_only=0, neither=0),
    "pairs fewer than none": lambda: ev.PairedCount(both=5, first_only=-1, second_only=2, neither=1),
    "odds within people that changed one way": lambda: ev.conditional_odds_ratio(
        ev.PairedCount(both=2, first_only=5, second_only=0, neither=3)
    ),
    "Peto of people who never changed": lambda: ev.paired_peto(
        ev.PairedCount(both=2, first_only=0, second_only=0, neither=3)
    ),
    "a sign test of fewer than none": lambda: ev.sign_test(-1, 3),
    "the smallest p of nobody": lambda: ev.smallest_p(0),
    "a prior of nothing": lambda: ev.posterior_share(7, 15, prior=0),
    "a prior too sharp at its ends": lambda: ev.probability_above(SOME, FULL, prior=0.1),
    "a margin in points": lambda: ev.probability_above(SOME, FULL, by=10),
    "numbers needed of a difference not known": lambda: ev.needed_to_treat(
        nan, ev.Bounds(-0.1, 0.5, 0.95, "any"), is_event_good=True
    ),
    "numbers needed of points": lambda: ev.needed_to_treat(20, ev.Bounds(-15, 51, 0.95, "any"), is_event_good=True),
    "numbers needed outside the interval": lambda: ev.needed_to_treat(
        0.6, ev.Bounds(-0.1, 0.5, 0.95, "any"), is_event_good=True
    ),
    "an exact test of thousands": lambda: ev.barnard(ev.Count(700, 9000), ev.Count(600, 9000)),
}


@pytest.mark.parametrize("name", REFUSED)
def test_what_cannot_be_analysed_is_refused_in_four_parts(name: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        REFUSED[name]()
    for problem in refused.value.problems:
        assert all((problem.what, problem.where, problem.expected, problem.do))


def test_empty_and_full_arms_have_stated_results() -> None:
    assert ev.fisher(EMPTY, EMPTY) == 1
    assert ev.chi_square(FULL, FULL) == 1
    assert ev.barnard(EMPTY, EMPTY) == 1
    assert ev.boschloo(FULL, FULL) == 1
    assert ev.miettinen_nurminen(FULL, EMPTY).upper == 1
    assert ev.miettinen_nurminen_ratio(EMPTY, EMPTY).upper == inf
    both = ev.miettinen_nurminen(EMPTY, EMPTY)
    assert -1 < both.lower < 0 < both.upper < 1
    assert (ev.probability_above(SOME, FULL, by=1), ev.probability_above(SOME, FULL, by=-1)) == (0, 1)
    assert ev.probability_above(EMPTY, EMPTY) == pytest.approx(0.5, rel=1e-10)
    for method in (ev.clopper_pearson, ev.jeffreys, ev.agresti_coull, ev.likelihood):
        assert method(0, 7).lower == 0
        assert method(7, 7).upper == 1


def test_a_correction_is_made_and_said_only_when_asked_for() -> None:
    plain, asked = ev.odds_ratio(SOME, SOME, add=0.5), ev.odds_ratio(FULL, SOME, add=0.5)
    assert "nothing added" in plain.derivation
    assert "0.5 added to each of the 4 counts, because one of them was 0" in asked.derivation
    # (7.5 × 4.5) / (0.5 × 3.5) by hand.
    assert asked.estimate == pytest.approx(7.5 * 4.5 / (0.5 * 3.5), rel=1e-12)
    everywhere = ev.odds_ratio(SOME, SOME, add=0.5, to="all")
    assert "as asked for every table" in everywhere.derivation


def test_numbers_needed_at_the_ends() -> None:
    none = ev.needed_to_treat(0.0, ev.Bounds(-0.25, 0.25, 0.95, "any"), is_event_good=True)
    assert none.text == "NNTB 4.00 to infinity to NNTH 4.00"
    assert none.number == inf
    assert none.sentence.startswith("As many benefited")
    reaching = ev.needed_to_treat(0.25, ev.Bounds(0.0, 0.5, 0.95, "any"), is_event_good=True)
    assert reaching.text == "NNTB 2.00 to infinity"
    assert not reaching.passes_infinity
    harm = ev.needed_to_treat(0.25, ev.Bounds(0.125, 0.5, 0.95, "any"), is_event_good=False)
    assert harm.text == "NNTH 2.00 to 8.00"
    assert harm.number == -4
    assert harm.sentence == (
        "As counted, one more was harmed for every 4 treated with the first instead of the second. "
        "The counts fit that one more is harmed for every 2 to 8."
    )


def test_changes_printed_with_t_or_p_by_hand() -> None:
    # Seven people, a change of 2 with t = 4: standard error 1/2.
    assert ev.change_from_t(2.0, t=4.0, n=7).variance == 0.25
    # With two people t has one degree of freedom: p = 1/2 at t = 1, so the standard error is the change itself.
    assert ev.change_from_p(-3.0, p=0.5, n=2).variance == pytest.approx(9, rel=1e-12)
    assert ev.correlation_from_change(3.0, 4.0, sd_change=5.0).value == 0
    assert ev.sd_from_se(0.5, 16).value == 2
    # 95 % of one degree of freedom: t = 12.7062, the quantile of Cauchy, tan(0.475 π).
    assert ev.sd_from_interval(-1.0, 1.0, n=2).value == pytest.approx(2**0.5 / 12.706204736174698, rel=1e-12)
    assert ev.after_percentage(8.0, 25).value == 6
    assert all(one.kind == "derived" for one in (ev.sd_from_se(0.5, 16), ev.after_percentage(8.0, 25)))


def test_effects_read_as_people_read_them() -> None:
    share = ev.logit_share(ev.Count(7, 15))
    assert share.estimate == pytest.approx(7 / 15, rel=1e-12)
    assert ev.arcsine_share(ev.Count(7, 15)).estimate == pytest.approx(7 / 15, rel=1e-12)
    assert 0 < share.bounds().lower < 7 / 15 < share.bounds().upper < 1
    assert all(isfinite(value) for value in (share.p, share.standard_error))
