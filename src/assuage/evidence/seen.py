"""What one row says on its measure: a share, a contrast of two arms, or a printed difference, and what a pool may use."""

from __future__ import annotations

from math import isfinite, log, sqrt

import msgspec

from assuage.errors import EvidenceError, Problem
from assuage.evidence import spoken
from assuage.evidence.answered import Span
from assuage.evidence.binomial import clopper_pearson
from assuage.evidence.contrast import odds_ratio, risk_difference, risk_ratio
from assuage.evidence.difference import miettinen_nurminen, miettinen_nurminen_ratio
from assuage.evidence.effect import Bounds, Count, Effect, made, z_of
from assuage.evidence.exact import conditional_odds, mcnemar
from assuage.evidence.located import NO_COUNT, Located, Record, Side
from assuage.evidence.necessary import needed_to_treat
from assuage.evidence.paired import (
    PairedCount,
    newcombe_paired,
    paired_odds_ratio,
    paired_risk_difference,
    paired_risk_ratio,
)
from assuage.evidence.proportion import wilson
from assuage.evidence.reanalysis import SESSIONS, SESSIONS_APART, is_crossover, is_randomised
from assuage.question import Measured
from assuage.study import Outcome

CONFIDENCE = 0.95
HALF = 0.5
EMPTY = "nobody, or everybody, in both arms had it: no ratio follows"
NOT_PEOPLE = "it counts sessions, not people"
BOLD = "the interval excludes no difference, but McNemar's exact p is {p:.2g}: so few people differed that it says too much"
SAME_PEOPLE = "the same people had both, and how many responded to both was not printed"


class Said(msgspec.Struct, frozen=True, kw_only=True):
    """What a row says: the interval or why there is none, how it was reached, and what a pool may use of it.

    `not_pooled` says why a pool leaves the row out, where it does. `effect` is on the scale of analysis.
    """

    span: Span | None = None
    why_not: str = ""
    derivation: str = ""
    is_derived: bool = False
    arm: Count | None = None
    pair: tuple[Count, Count] | None = None
    effect: Effect | None = None
    unit: str = ""
    needed: str = ""
    cautions: tuple[str, ...] = ()
    not_pooled: str = ""


def nothing(why: str) -> Said:
    """A row without an interval, which no pool can use."""
    return Said(why_not=why, not_pooled=why)


def spanned(value: float, bounds: Bounds) -> Span:
    """A value with bounds of its own method."""
    return Span(value, bounds.lower, bounds.upper, bounds.confidence, bounds.method)


def of_arm(side: Side) -> Said:
    """One arm's share on the scale of its likelihood: Wilson's interval, the exact one beside it.

    Give      a side that counted events of n, or printed a share with its interval
    Holds     sessions are shown with a caution and never pooled as people; no count, no interval
    Checked   tests/against/test_answer_rows.py
    """
    count = side.count()
    if count is None and isinstance(side.record, Outcome):
        return of_printed(side, "PLO")
    if count is None:
        return nothing(NO_COUNT)
    score, exact = wilson(count.events, count.n), clopper_pearson(count.events, count.n)
    span = Span(score.mean, score.lower, score.upper, score.confidence, score.method)
    reach = spoken.share_reach(Span(exact.mean, exact.lower, exact.upper, exact.confidence, exact.method))
    told = f"{count.events} of {count.n}, {side.kind}; {exact.method}: {reach}"
    is_people = side.counted == "patients"
    return Said(
        span=span, derivation=told, is_derived=side.kind != "stated", arm=count,
        cautions=() if is_people else (SESSIONS,), not_pooled="" if is_people else NOT_PEOPLE,
    )  # fmt: skip


def of_counts(at: Located, measure: Measured, *, is_event_good: bool) -> Said:
    """Two arms that counted: odds ratio, risk ratio or difference of shares, by intervals that hold in small arms.

    Holds     the same people under both give a contrast only where the counts leave one pairing; sessions give none
    Checked   tests/against/test_answer_rows.py, tests/laws/test_answer_laws.py
    """
    assert at.other is not None
    one, other = at.side.count(), at.other.count()
    if one is None or other is None:
        return nothing(f"{(at.side if one is None else at.other).label}: {NO_COUNT}")
    if at.side.counted != "patients":
        return msgspec.structs.replace(nothing(SESSIONS_APART), cautions=(SESSIONS,))
    is_derived = any(side.kind != "stated" for side in at.sides)
    if is_crossover(at.study):
        return _within(one, other, measure)
    told = f"{one} against {other}, {'derived' if is_derived else 'as counted'}"
    said = {"OR": _odds, "RR": _risks, "RD": _differs}[measure](one, other, told)
    needed = _needed(one, other, is_event_good=is_event_good) if is_randomised(at.study) else ""
    return msgspec.structs.replace(said, is_derived=is_derived, pair=(one, other), needed=needed)


def _needed(one: Count, other: Count, *, is_event_good: bool) -> str:
    """The number needed to treat: only where chance chose the arms, since else it may lie in the people."""
    score = miettinen_nurminen(one, other)
    needed = needed_to_treat(one.less(other), score, is_event_good=is_event_good)
    return f"{needed.text} ({score.method}). {needed.sentence}"


def _odds(one: Count, other: Count, told: str) -> Said:
    events, people = one.events + other.events, one.n + other.n
    if events in (0, people):
        return nothing(EMPTY)
    exact = conditional_odds(one, other)
    low, high = spoken.ratio(exact.bounds.lower), spoken.ratio(exact.bounds.upper)
    effect = odds_ratio(one, other, add=HALF)
    told = f"{told}; conditional, exact: {spoken.ratio(exact.estimate)} ({low} to {high}); pooled with: {effect.derivation}"
    if min(one.events, one.others, other.events, other.others) == 0:
        if not isfinite(exact.estimate):
            return Said(why_not=f"an arm is empty or full: the odds ratio has no upper end; it is {low} or more (exact)",
                        derivation=told, effect=effect)  # fmt: skip
        return Said(span=spanned(exact.estimate, exact.bounds), derivation=told, effect=effect)
    return Said(span=spanned(effect.estimate, effect.bounds()), derivation=told, effect=effect)


def _risks(one: Count, other: Count, told: str) -> Said:
    if one.events + other.events == 0:
        return nothing(EMPTY)
    effect = risk_ratio(one, other, add=HALF)
    score = miettinen_nurminen_ratio(one, other)
    told = f"{told}; pooled with: {effect.derivation}"
    if other.events == 0:
        return Said(why_not="nobody in the comparison arm had it: the risk ratio has no upper end; it is "
                    f"{spoken.ratio(score.lower)} or more ({score.method})", derivation=told, effect=effect)  # fmt: skip
    return Said(span=spanned(one.share / other.share, score), derivation=told, effect=effect)


def _differs(one: Count, other: Count, told: str) -> Said:
    effect = risk_difference(one, other, add=HALF)
    return Said(span=spanned(one.less(other), miettinen_nurminen(one, other)),
                derivation=f"{told}; pooled with: {effect.derivation}", effect=effect)  # fmt: skip


def _within(one: Count, other: Count, measure: Measured) -> Said:
    """The same people under both. One possible pairing is a table; of several only a range follows."""
    if one.n != other.n:
        return nothing(f"{SAME_PEOPLE}; the arms count different numbers of them ({one} and {other})")
    possible = pairings(one, other)
    if len(possible) == 1:
        return _paired(possible[0], measure)
    p = [mcnemar(count) for count in possible]
    seen = spoken.per_hundred(one.less(other))
    return nothing(
        f"{SAME_PEOPLE}; as counted it is {seen} of every 100, with a p from {min(p):.2g} to {max(p):.2g} "
        "(McNemar, exact, over every pairing that both counts allow)"
    )


def pairings(one: Count, other: Count) -> list[PairedCount]:
    """Every table of the same n people that both counts allow, by how many had the event under both.

    >>> len(pairings(Count(5, 10), Count(1, 10))), len(pairings(Count(5, 10), Count(0, 10)))
    (2, 1)
    """
    low, high = max(0, one.events + other.events - one.n), min(one.events, other.events)
    return [
        PairedCount(both=both, first_only=one.events - both, second_only=other.events - both,
                    neither=one.n - one.events - other.events + both)
        for both in range(low, high + 1)
    ]  # fmt: skip


def _paired(count: PairedCount, measure: Measured) -> Said:
    """The contrast within people, from the only table that both counts allow."""
    if count.first_only + count.second_only == 0:
        return nothing(f"nobody differed between the two ({count}): no interval follows")
    paired = {"OR": paired_odds_ratio, "RR": paired_risk_ratio, "RD": paired_risk_difference}[measure]
    try:
        effect = paired(count, add=HALF if measure != "RD" else 0)
    except EvidenceError as refused:
        return nothing(f"no interval follows from the pairing ({count}): {refused.problems[0].what}")
    p = mcnemar(count)
    told = f"the same people; the counts leave one pairing: {effect.derivation}; McNemar, exact: p {p:.2g}"
    kept = Effect(measure, effect.value, effect.variance, told)
    bounds = newcombe_paired(count) if measure == "RD" else kept.bounds()
    is_bold = p >= 1 - CONFIDENCE and not bounds.lower <= (0 if measure == "RD" else 1) <= bounds.upper
    return Said(span=spanned(kept.estimate, bounds), derivation=told, is_derived=True, effect=kept,
                cautions=(BOLD.format(p=p),) if is_bold else ())  # fmt: skip


def of_printed(side: Side, measure: Measured) -> Said:
    """A difference, ratio or share that was printed with its interval; the standard error for a pool is derived from it.

    Source    (upper − lower) / 2z on the scale of analysis (Cochrane Handbook, chapter 6: from an interval to an SE)
    Errors    `EvidenceError` where it was printed as another measure than the body's, or lies outside its interval
    """
    record = side.record
    if not isinstance(record, Outcome) or record.value is None:
        return nothing("no number was printed" if isinstance(record, Outcome) else "counts of one arm are no contrast")
    if record.interval_95 is None:
        return nothing(f"{record.value} was printed without an interval or a spread: none follows")
    _refuse_other_measure(record, measure)
    scale = 100 if measure == "PLO" and _is_percent(record) else 1
    low, value, high = (
        float(one) / scale for one in (record.interval_95.lower, record.value, record.interval_95.upper)
    )
    if not low <= value <= high or (measure == "PLO" and not 0 <= low <= high <= 1):
        raise EvidenceError(
            Problem(f"{record.value} with the interval {record.interval_95.lower} to {record.interval_95.upper}",
                    f"{record.arm}, {record.measure}", "lower ≤ value ≤ upper, and a share from 0 to 1 or in %",
                    "check the signs and the unit in the study file")
        )  # fmt: skip
    span = Span(value, low, high, CONFIDENCE, "as printed")
    unit = record.unit if measure == "MD" else None
    try:
        effect = _from_interval(measure, span)
    except EvidenceError as refused:
        return Said(span=span, derivation="as printed", unit=unit or "", not_pooled=refused.problems[0].what)
    told = f"value and interval as printed; for a pool: {effect.derivation}"
    return Said(span=span, derivation=told, is_derived=True, effect=effect, unit=unit or "",
                not_pooled="its counts were not printed" if measure == "PLO" else "")  # fmt: skip


def _is_percent(record: Outcome) -> bool:
    return "%" in (record.unit or "")


def _from_interval(measure: Measured, span: Span) -> Effect:
    low, value, high = (_analysed(measure, end) for end in (span.lower, span.value, span.upper))
    error = (high - low) / (2 * z_of(span.confidence))
    told = f"SE {error:.4g}, derived from the printed interval as its width / {2 * z_of(span.confidence):.2f}"
    return made(measure, value, variance=error * error, derivation=told)


def _analysed(measure: Measured, value: float) -> float:
    if measure in spoken.RATIO:
        return log(value) if value > 0 else float("nan")
    if measure == "PLO":
        return log(value / (1 - value)) if 0 < value < 1 else float("nan")
    return value


# Words of a printed statistic that show its measure; the first that is found decides. A reduction of 2 is a difference of
# −2 or of 2, as its author counts, so it is none of them.
PRINTED_AS: dict[str, tuple[Measured, ...]] = {
    "odds ratio": ("OR",), "risk ratio": ("RR",), "relative risk": ("RR",), "hazard": (), "ratio of means": ("ROM",),
    "smd": ("SMD",), "hedges": ("SMD",), "standardised": ("SMD",), "effect size": ("SMD",), "risk difference": ("RD",),
    "event rate": ("PLO",), "proportion": ("PLO",), "share": ("PLO",), "percentage points": ("MD", "RD"),
    "difference": ("MD",), "reduction": (), "decrease": (), "change": ("MD",),
}  # fmt: skip


def _measures(record: Outcome) -> tuple[Measured, ...]:
    words = f"{record.statistic or ''} {record.measure} {record.unit or ''}".casefold()
    return next((means for name, means in PRINTED_AS.items() if name in words), ())


def measure_printed(record: Record) -> Measured | None:
    """The measure that a row by itself can be told on: a share where it counted, else as it was printed."""
    return next(iter(_measures(record)), None) if isinstance(record, Outcome) else "PLO"


def _refuse_other_measure(record: Outcome, measure: Measured) -> None:
    """A risk ratio read as an odds ratio, or an effect size as points, would be a wrong number with a right look."""
    if measure not in _measures(record):
        raise EvidenceError(
            Problem(f"a result printed as “{record.statistic or record.measure}” in a body of the measure {measure}",
                    f"{record.arm}, {record.measure}", f"a result printed as {measure}",
                    "give the body the measure that was printed, or leave the row out")
        )  # fmt: skip


def range_of_errors(spreads: tuple[float, float], n: int) -> tuple[float, float]:
    """The smallest and largest standard error of a difference within n people, whatever the correlation.

    Source    s² = s₁² + s₂² − 2 r s₁ s₂ at r = 1 and r = −1
    """
    one, other = spreads
    return abs(one - other) / sqrt(n), (one + other) / sqrt(n)
