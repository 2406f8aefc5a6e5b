"""What follows from a study's own counts and means, beside what it printed. Nothing is pooled here."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import combinations
from typing import Literal

import msgspec

from assuage.evidence import binomial
from assuage.evidence.continuous import Scores, mean_difference, sd_from_se, welch
from assuage.evidence.contrast import odds_ratio, risk_ratio
from assuage.evidence.difference import miettinen_nurminen, miettinen_nurminen_ratio, newcombe
from assuage.evidence.effect import Count
from assuage.evidence.exact import conditional_odds, fisher, mcnemar, mid_p, smallest_p
from assuage.evidence.necessary import needed_to_treat
from assuage.evidence.paired import PairedCount
from assuage.evidence.posterior import posterior_difference, probability_above
from assuage.evidence.proportion import wilson
from assuage.evidence.unconditional import MOST_PEOPLE, boschloo
from assuage.sourced import Kind
from assuage.study import Arm, Outcome, Responders, Study

About = Literal["arm", "two arms", "two means", "same people", "printed p", "not compared"]

SESSIONS = "sessions are counted, several of one person: an interval that takes them as people is too narrow"
SESSIONS_APART = "two arms of sessions are not compared: the pairing within people was not printed"
NOT_RANDOMISED = "the arms were not randomised: a difference may lie in the people"
SAME_PEOPLE = "the same people had both, and how many responded to both was not printed: only a range follows"
# A response is wanted where the threshold says one of these; other thresholds get no number needed to treat.
WANTED = ("pain reduction", "relief", "decrease in")
# A printed p says how it was made only to the digits it was printed with.
PRINTED = 0.05


class Figure(msgspec.Struct, frozen=True):
    """One derived number with its interval where it has one: a share, a ratio, a difference or a probability."""

    name: str
    value: float | None = None
    lower: float | None = None
    upper: float | None = None
    method: str = ""
    sentence: str = ""
    kind: Kind = "derived"


class Recomputed(msgspec.Struct, frozen=True):
    """What was counted or measured, what follows from it, and what forbids more."""

    about: About
    arms: tuple[str, ...]
    measure: str
    time: str
    given: tuple[str, ...]
    figures: tuple[Figure, ...] = ()
    cautions: tuple[str, ...] = ()
    rows: tuple[Responders | Outcome, ...] = ()


def recomputed(study: Study) -> tuple[Recomputed, ...]:
    """Every row of responders, every two arms counted alike, every two means with spreads, and p no test can reach.

    Give      a study of the catalog
    Get       one entry for each, in the order of the rows; arms of the same people, of sessions and of people who were
              not randomised say so, and get only what they can bear
    Holds     nothing is corrected for empty arms and nothing is pooled; every figure is derived
    Source    the functions of this room; each names its equation
    Checked   tests/against/test_evidence_reanalysis.py
    """
    return (
        *(_of_arm(row) for row in study.responders if row.events is not None),
        *_of_two(study),
        *_of_means(study),
        *_of_printed(study),
    )


def _of_arm(row: Responders) -> Recomputed:
    assert row.events is not None
    seen, exact = wilson(row.events, row.n), binomial.clopper_pearson(row.events, row.n)
    half = binomial.jeffreys(row.events, row.n)
    figures = tuple(Figure("share", one.mean, one.lower, one.upper, one.method) for one in (seen, exact, half))
    cautions = (SESSIONS,) if row.denominator == "sessions" else ()
    return Recomputed("arm", (row.arm,), row.threshold, row.time, (f"{row.events}/{row.n}",), figures, cautions, (row,))


def is_crossover(study: Study) -> bool:
    """Whether the same people had every arm."""
    return bool(study.design and "crossover" in (study.design.type or ""))


def is_randomised(study: Study) -> bool:
    """Whether the design says that chance chose the arms."""
    kind = (study.design.type or "") if study.design else ""
    return "randomised" in kind and "not randomised" not in kind and "non-randomised" not in kind


def _of_two(study: Study) -> Iterator[Recomputed]:
    known = {arm.id for arm in study.arms}
    rows = [row for row in study.responders if row.events is not None and row.arm in known]
    for first, second in combinations(rows, 2):
        alike = (first.threshold, first.time, first.denominator) == (second.threshold, second.time, second.denominator)
        if alike and first.arm != second.arm:
            yield _of_pair(study, first, second)


def _of_pair(study: Study, first: Responders, second: Responders) -> Recomputed:
    assert first.events is not None
    assert second.events is not None
    one, other = Count(first.events, first.n), Count(second.events, second.n)
    about: About
    figures: tuple[Figure, ...]
    cautions: tuple[str, ...]
    if first.denominator == "sessions":
        about, figures, cautions = "not compared", (), (SESSIONS, SESSIONS_APART)
    elif is_crossover(study):
        about, figures, cautions = _within(one, other)
    elif is_randomised(study):
        about, figures, cautions = "two arms", _between(one, other, first.threshold), ()
    else:
        about, figures, cautions = "two arms", _seen(one, other), (NOT_RANDOMISED,)
    given = (str(one), str(other))
    return Recomputed(about, (first.arm, second.arm), first.threshold, first.time, given, figures, cautions, (first, second))  # fmt: skip


def _seen(one: Count, other: Count) -> tuple[Figure, ...]:
    """The difference as counted, with intervals that hold in small arms, and Fisher's p."""
    seen = one.less(other)
    score, hybrid = miettinen_nurminen(one, other), newcombe(one, other)
    return (
        *(Figure("risk difference", seen, each.lower, each.upper, each.method) for each in (score, hybrid)),
        Figure("p", fisher(one, other), method="Fisher, exact, two-sided"),
    )


def _between(one: Count, other: Count, threshold: str) -> tuple[Figure, ...]:
    """Two randomised arms: everything that follows without a correction for empty arms."""
    seen, score = one.less(other), miettinen_nurminen(one, other)
    figures = [*_ratios(one, other), *_seen(one, other), Figure("p", mid_p(one, other), method="mid-p, two-sided")]
    if one.n + other.n <= MOST_PEOPLE:
        figures.append(Figure("p", boschloo(one, other), method="Boschloo, exact, two-sided"))
    if any(word in threshold.casefold() for word in WANTED):
        needed = needed_to_treat(seen, score, is_event_good=True)
        bounds = needed.bounds
        told = f"{needed.text}. {needed.sentence}"
        figures.append(Figure("number needed to treat", needed.number, bounds.lower, bounds.upper, score.method, told))
    for prior, name in ((1.0, "uniform"), (binomial.JEFFREYS, "Jeffreys'")):
        found = posterior_difference(one, other, prior=prior)
        above = probability_above(one, other, prior=prior)
        figures.append(Figure("probability that the first share is above the second", above, method=f"{name} priors"))
        figures.append(Figure("risk difference", found.median, found.lower, found.upper, f"posterior, {name} priors"))
    return tuple(figures)


def _ratios(one: Count, other: Count) -> Iterator[Figure]:
    """Ratios where the counts allow them: none is corrected."""
    score = miettinen_nurminen_ratio(one, other)
    if one.events and other.events:
        if one.others or other.others:
            ratio = risk_ratio(one, other)
            wald = ratio.bounds()
            yield Figure("risk ratio", ratio.estimate, wald.lower, wald.upper, "normal approximation of the logarithm")
        yield Figure("risk ratio", one.share / other.share, score.lower, score.upper, score.method)
    if all((one.events, one.others, other.events, other.others)):
        odds = odds_ratio(one, other)
        wald = odds.bounds()
        yield Figure("odds ratio", odds.estimate, wald.lower, wald.upper, "normal approximation of the logarithm")
        exact = conditional_odds(one, other)
        yield Figure("odds ratio", exact.estimate, exact.bounds.lower, exact.bounds.upper, exact.bounds.method)


def _within(one: Count, other: Count) -> tuple[About, tuple[Figure, ...], tuple[str, ...]]:
    """The same people under both: the p of every table that both counts allow."""
    if one.n != other.n:
        return "not compared", (), (SAME_PEOPLE, "the arms count different numbers of them")
    possible = [
        mcnemar(PairedCount(both=both, first_only=one.events - both, second_only=other.events - both,
                            neither=one.n - one.events - other.events + both))
        for both in range(max(0, one.events + other.events - one.n), min(one.events, other.events) + 1)
    ]  # fmt: skip
    low, high = min(possible), max(possible)
    told = "McNemar, exact, two-sided, over every number who may have responded to both"
    p = Figure("p", low if low == high else None, low, high, told)
    cautions = () if len(possible) == 1 else (SAME_PEOPLE,)
    return "same people", (Figure("risk difference", one.less(other), method="of the same people"), p), cautions


def _of_means(study: Study) -> Iterator[Recomputed]:
    """Two randomised arms of different people with a mean and a spread each, measured alike."""
    if is_crossover(study) or not is_randomised(study):
        return
    arms = {arm.id: arm for arm in study.arms}
    rows = [row for row in study.outcomes if row.arm in arms and row.statistic == "mean"]
    for first, second in combinations(rows, 2):
        alike = (first.measure, first.time, first.unit) == (second.measure, second.time, second.unit)
        scores = [scores_of(row, arms[row.arm]) for row in (first, second)]
        if alike and first.arm != second.arm and scores[0] and scores[1]:
            yield _of_scores(first, second, (scores[0], scores[1]))


def _of_scores(first: Outcome, second: Outcome, found: tuple[tuple[Scores, str], tuple[Scores, str]]) -> Recomputed:
    (one, told), (other, also) = found
    between = welch(one, other)
    figure = Figure("difference of means", mean_difference(one, other).value, between.lower, between.upper, between.method)  # fmt: skip
    cautions = tuple(dict.fromkeys(text for text in (told, also) if text))
    return Recomputed("two means", (first.arm, second.arm), first.measure, first.time, (str(one), str(other)), (figure,), cautions, (first, second))  # fmt: skip


def scores_of(row: Outcome, arm: Arm) -> tuple[Scores, str] | None:
    """The arm's mean and standard deviation, and how it was derived; none where spread or n is not known."""
    if row.value is None or row.dispersion is None or arm.n is None or arm.n < 2:
        return None
    spread, kind = float(row.dispersion), row.dispersion_type or ""
    if kind.startswith("SD"):
        return Scores(float(row.value), spread, arm.n), ""
    if kind.startswith("SE") or "must be SE" in kind:
        return Scores(float(row.value), sd_from_se(spread, arm.n).value, arm.n), f"spread {kind}; the SD is SE × √n"
    return None


def _of_printed(study: Study) -> Iterator[Recomputed]:
    """Printed p of a crossover that equal, or lie below, the smallest that an exact test of so few can give."""
    counted = [arm.n for arm in study.arms if arm.n]
    if not is_crossover(study) or not counted:
        return
    smallest = smallest_p(min(counted))
    for row in study.outcomes:
        printed = _number(row.p)
        if printed is None or printed > smallest.p * (1 + PRINTED):
            continue
        is_at = printed >= smallest.p * (1 - PRINTED)
        told = "the printed p is as small as it can be" if is_at else "the printed p is below it: from another test"
        figure = Figure("smallest p", smallest.p, method="2/2ⁿ", sentence=f"{smallest.sentence}; {told}")
        yield Recomputed("printed p", (row.arm,), row.measure, row.time, (f"p {row.p}",), (figure,), (), (row,))


def _number(text: str | None) -> float | None:
    """A p printed as one number; an inequality is none."""
    try:
        return float(text or "")
    except ValueError:
        return None
