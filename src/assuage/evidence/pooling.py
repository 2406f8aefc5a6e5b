"""The pool of one body: made only through the guard, led by its stated prior, with everything it hangs on."""

from __future__ import annotations

from collections.abc import Sequence
from math import sqrt
from statistics import median

import msgspec

from assuage.errors import EvidenceError, Problem
from assuage.evidence import spoken
from assuage.evidence.answered import Absolute, PoolFound, Span, Spreading
from assuage.evidence.bayes import Posterior
from assuage.evidence.comparable import pool_described, refuse_mixtures
from assuage.evidence.effect import Bounds
from assuage.evidence.heterogeneity import between_studies, spread, spread_bounds
from assuage.evidence.necessary import needed_to_treat
from assuage.evidence.reanalysis import is_crossover
from assuage.evidence.rows import Seen
from assuage.evidence.stated import claims_of, prior_of
from assuage.evidence.summaries import (
    Member,
    Members,
    arm_effect,
    beside,
    lead,
    leading,
    says_something,
    small_studies,
    without_each,
)
from assuage.evidence.weighted import data_of
from assuage.question import Body, Measured, Model, Pool

MEASURES: dict[Model, tuple[Measured, ...]] = {
    "arms": ("PLO",), "contrasts": ("OR", "RR", "RD"), "differences": ("MD", "SMD", "ROM"),
}  # fmt: skip
OF_SHARES = MEASURES["contrasts"]


class Pooled(msgspec.Struct, frozen=True):
    """A body put together: the pool, or why there is none; and the weight of every row, none for those left out."""

    pool: PoolFound | None
    not_pooled: str | None
    weights: tuple[float | None, ...]


def pooled(body: Body, rows: Sequence[Seen]) -> Pooled:
    """The pool of a body as its question asks for it.

    Give      the body and its rows, in its order
    Get       the pool; or none and the reason: the question's own, or fewer than two rows that a pool can use
    Holds     the order of rows does not matter; a row that cannot be used is named in the notes
    Source    the pools of this room; the Bayesian one leads since it covers best at few and small studies
    Checked   tests/against/test_answer_pool.py, tests/laws/test_answer_laws.py
    Errors    `EvidenceError` for rows that differ in what the pool does not name, for one row, for a model that is not
              the measure's, and for differences in several units
    """
    nobody: tuple[float | None, ...] = (None,) * len(rows)
    if body.pool is None:
        return Pooled(None, body.not_pooled, nobody)
    where = f"body {body.id}, pool"
    _refuse_other_model(body, body.pool, where)
    members = [_member(one, body.pool.model) for one in rows]
    of = Members(body.measure, body.pool.model, prior_of(body.pool, where=where), tuple(m for m in members if m))
    _refuse_units(rows, members, where)
    left_out = tuple(
        f"{one.row.label} ({one.row.row}) is not in the pool: {one.said.not_pooled or one.said.why_not}"
        for one, member in zip(rows, members, strict=True) if member is None
    )  # fmt: skip
    used = [one for one, member in zip(rows, members, strict=True) if member is not None]
    # The guard looks at every row of the body, since its question named what differs among all of them.
    guarded = [one.described for one in rows]
    named = body.pool.mixed_on_purpose
    if len(of.members) < 2 <= len(rows):
        refuse_mixtures(guarded, measure=body.measure, mixed_on_purpose=named)
        few = f"Of {len(rows)} rows {len(of.members) or 'none'} can be used, and one study is not a pool. "
        return Pooled(None, few + " ".join(spoken.closed(text) for text in left_out), nobody)
    found = pool_described(guarded, lambda: lead(of), measure=body.measure, mixed_on_purpose=named)
    return Pooled(_found(body, of, found, used=used, left_out=left_out), None, _weights(of, found, members))


def _refuse_other_model(body: Body, pool: Pool, where: str) -> None:
    if body.measure not in MEASURES[pool.model]:
        raise EvidenceError(
            Problem(f"the model “{pool.model}” for the measure {body.measure}", where,
                    f"a measure among {', '.join(MEASURES[pool.model])}", "change the model, or the measure of the body")
        )  # fmt: skip


def _refuse_units(rows: Sequence[Seen], members: Sequence[Member | None], where: str) -> None:
    """Points of 10 and points of 100 in one mean would be a wrong number; naming the mixture does not make it right."""
    units = {one.said.unit: one.row.study for one, member in zip(rows, members, strict=True) if member is not None}
    if len(units) > 1:
        told = "; ".join(f"{unit or 'not stated'} in {study}" for unit, study in units.items())
        raise EvidenceError(
            Problem(f"differences in several units: {told}", where, "one unit of all rows of a pool",
                    "pool standardised differences (SMD), or give each unit a body of its own")
        )  # fmt: skip


def _member(one: Seen, model: Model) -> Member | None:
    """The row as a pool takes it; none where a pool cannot use it."""
    said, study = one.said, one.row.study
    if said.not_pooled:
        return None
    if model == "arms":
        return None if said.arm is None else Member(study, arm_effect(said.arm), arm=said.arm)
    return None if said.effect is None else Member(study, said.effect, pair=said.pair)


def _weights(of: Members, found: Posterior, members: Sequence[Member | None]) -> tuple[float | None, ...]:
    """The share of every row: 1/(v + τ²) at the posterior median of τ, on the scale of analysis."""
    raw = {id(one): 1 / (one.effect.variance + found.tau_median**2) for one in of.members}
    total = sum(raw.values())
    return tuple(None if one is None else raw[id(one)] / total for one in members)


def _found(body: Body, of: Members, found: Posterior, *, used: Sequence[Seen], left_out: tuple[str, ...]) -> PoolFound:
    assert body.pool is not None
    others, not_beside = beside(of)
    without, not_without = without_each(of)
    small, not_small = small_studies(of)
    spreading, not_spread = _spreading(of)
    summary = leading(found)
    absolute, not_absolute = _absolute(of, summary.span, is_event_good=body.better == "higher")
    return PoolFound(
        k=len(of.members), people=_people(used), prior=str(of.prior),
        prior_sources=tuple(dict.fromkeys(claim.source for claim in claims_of(body.pool))),
        summaries=(summary, *others), spreading=spreading, chance_better=_chance(body, found), mixed=found.mixed,
        because=body.pool.because, without=without, small=small, absolute=absolute,
        notes=(*left_out, *_not_counted(used), *_uninformative(of), *not_beside, *not_spread, *not_without, *not_small,
               *not_absolute),
        unit=next((one.said.unit for one in used), ""),
    )  # fmt: skip


def _people(used: Sequence[Seen]) -> int:
    """The people behind the rows, each once: rows of one study may share an arm, and a crossover shares everybody."""
    total = 0
    for study in dict.fromkeys(one.row.study for one in used):
        rows = [one for one in used if one.row.study == study]
        arms = {side.record.arm: side.people for one in rows for side in one.at.sides}
        if len(rows) == 1 or is_crossover(rows[0].at.study) or None in arms.values():
            total += max(one.row.people or 0 for one in rows)
        else:
            total += sum(people for people in arms.values() if people is not None)
    return total


def _not_counted(used: Sequence[Seen]) -> tuple[str, ...]:
    return tuple(f"{one.row.study}: how many people it counts is not known" for one in used if one.row.people is None)


def _uninformative(of: Members) -> tuple[str, ...]:
    """Studies that a likelihood of the counts learns nothing from, though they are among the rows."""
    return tuple(
        f"{one.study}: nobody, or everybody, in both arms had it, so it says nothing about a ratio"
        for one in of.members
        if of.is_exact and one.pair and not says_something(one.pair)
    )


def _chance(body: Body, found: Posterior) -> float | None:
    """The posterior probability that the mean lies on the side that helps; none for arms with nobody beside them."""
    if body.measure == "PLO":
        return None
    above = found.probability_above(0.0)
    return above if body.better == "higher" else 1 - above


def _spreading(of: Members) -> tuple[Spreading | None, tuple[str, ...]]:
    """Q, and I² and τ by Paule and Mandel, whose estimate the Q-profile interval always holds."""
    data = data_of(of.effects)
    tau2 = between_studies(data, estimator="PM").value
    found, ends = spread(data, tau2=tau2), spread_bounds(data)
    if ends.is_empty:
        note = "I² and τ have no interval: the studies differ less than chance would have it (Q-profile)"
        return Spreading(None, None, found.q, found.df, found.p), (note,)
    method = "Paule-Mandel, Q-profile interval" + (
        ", of log odds, 1/2 added to empty or full arms" if of.model == "arms" else ""
    )
    i2 = Span(100 * found.i2, 100 * ends.i2_lower, 100 * ends.i2_upper, ends.confidence, method)
    tau = Span(sqrt(tau2), sqrt(ends.tau2_lower), sqrt(ends.tau2_upper), ends.confidence, method)
    return Spreading(i2, tau, found.q, found.df, found.p), ()


def _absolute(of: Members, span: Span, *, is_event_good: bool) -> tuple[Absolute | None, tuple[str, ...]]:
    """The pooled contrast at the median share of the comparison arms; none where no arm was counted."""
    if of.measure not in OF_SHARES:
        return None, ()
    shares = [one.pair[1].share for one in of.members if one.pair is not None]
    if not shares:
        return None, ("no absolute effect: no comparison arm was counted",)
    control = median(shares)
    treated, difference, notes = applied(of.measure, control, span)
    if treated is None or difference is None:
        return None, notes
    bounds = Bounds(difference.lower, difference.upper, span.confidence, span.method)
    needed = needed_to_treat(difference.value, bounds, is_event_good=is_event_good)
    return Absolute(control, control_words(shares), treated, difference, f"{needed.text}. {needed.sentence}"), notes


def control_words(shares: Sequence[float]) -> str:
    """Whose share the absolute effect is told at."""
    return "share of the one comparison arm" if len(shares) == 1 else f"median share of {len(shares)} comparison arms"


def applied(measure: Measured, control: float, span: Span) -> tuple[Span | None, Span | None, tuple[str, ...]]:
    """A contrast applied to a share: the share of the treated and the difference, and what was cut.

    Give      OR, RR or RD; the share of the comparison; the contrast with its interval
    Get       both with their intervals, which hold nothing of the control share's own; none and the reason where the
              contrast itself would leave 0 to 100 %
    Holds     an end of the interval that would leave 0 to 100 % is cut there, and the notes say so
    """
    ends = [_applied(measure, control, end) for end in (span.value, span.lower, span.upper)]
    told = f"{measure} applied to a share of {spoken.share(control)}"
    if not 0 <= ends[0] <= 1:
        return None, None, (f"no absolute effect: {told} would leave 0 to 100 %",)
    cut = [min(max(end, 0.0), 1.0) for end in ends]
    notes = () if cut == ends else (f"{told}: an end of the interval is cut at 0 or 100 %",)
    treated = Span(cut[0], cut[1], cut[2], span.confidence, told)
    return treated, Span(cut[0] - control, cut[1] - control, cut[2] - control, span.confidence, told), notes


def _applied(measure: Measured, control: float, effect: float) -> float:
    """The share of the treated that a contrast makes of the share of the others.

    Source    o c/(1 − c + o c) for an odds ratio o, r c for a risk ratio r, c + d for a difference d
    """
    if measure == "OR":
        return effect * control / (1 - control + effect * control)
    return effect * control if measure == "RR" else control + effect
