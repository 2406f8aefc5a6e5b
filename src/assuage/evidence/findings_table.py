"""A summary of findings as data: for each outcome the relative and the absolute effect, the people, and how sure it is."""

from __future__ import annotations

import msgspec

from assuage.evidence import spoken
from assuage.evidence.answered import Answer, BodyFound, ForestRow, Span
from assuage.evidence.places import people_of
from assuage.evidence.pooling import applied, control_words
from assuage.question import Level

RATIOS = ("OR", "RR")
SHARES = ("OR", "RR", "RD")
NOT_COMPARED = "single arms: no effect of a treatment, only what was seen after it"


class Finding(msgspec.Struct, frozen=True):
    """One row: an outcome at a time, what a comparison makes of it, in how many people, and how sure it is.

    Shares are of people, from 0 to 1, told as so many of every 100. `control` is the share of the comparison arms and
    `control_from` whose it is: it is stated and has no interval of its own. `relative` is a ratio, `difference` one of
    shares, `measured` a difference of scores in `unit`; of single arms only `seen` is there. What is none has its reason
    in `comment`.
    """

    body: str
    outcome: str
    time: str
    comparison: str
    relative: Span | None
    control: float | None
    control_from: str
    treated: Span | None
    difference: Span | None
    measured: Span | None
    unit: str
    seen: Span | None
    people: int | None
    studies: int
    certainty: Level | None
    comment: str


class Shares(msgspec.Struct, frozen=True):
    """A contrast at a stated share of the comparison arms."""

    control: float
    control_from: str
    treated: Span
    difference: Span


def findings_table(found: Answer) -> tuple[Finding, ...]:
    """The summary of findings of an answer, a row for every body that has a number to tell.

    Give      an answer
    Get       rows in the order of its bodies; bodies without rows are left to the answer, which says that there is none
    Holds     an absolute effect is the pooled ratio at the median share of the comparison arms, and says so
    Source    the form of the table: Schünemann et al., Cochrane Handbook, chapter 14; o c/(1 − c + o c) for odds
    Checked   tests/against/test_answer_findings.py
    """
    return tuple(_finding(body) for body in found.bodies if body.rows)


def _finding(body: BodyFound) -> Finding:
    span, row = _told(body), body.rows[0]
    shares = _shares(body, row)
    is_shares = body.measure in SHARES
    difference = None if shares is None else shares.difference
    people = body.pool.people if body.pool is not None else people_of(body.rows)
    return Finding(
        body=body.id, outcome=body.outcome, time=body.time, comparison=body.comparison,
        relative=span if body.measure in (*RATIOS, "ROM") else None, control=None if shares is None else shares.control,
        control_from="" if shares is None else shares.control_from, treated=None if shares is None else shares.treated,
        difference=difference if body.measure != "RD" else span, measured=span if body.measure in ("MD", "SMD") else None,
        unit=spoken.unit_words(row.unit), seen=span if body.measure == "PLO" else None, people=people,
        studies=body.pool.k if body.pool is not None else len({one.study for one in body.rows}),
        certainty=None if body.certainty is None else body.certainty.level,
        comment=_comment(body, span, is_missing=is_shares and shares is None),
    )  # fmt: skip


def _told(body: BodyFound) -> Span | None:
    """The pooled effect, or that of the only row."""
    if body.pool is not None:
        return body.pool.lead.span
    return body.rows[0].span if len(body.rows) == 1 else None


def _shares(body: BodyFound, row: ForestRow) -> Shares | None:
    """The contrast as shares: of the pool, or of the only row at the share of its own comparison arm."""
    if body.pool is not None:
        one = body.pool.absolute
        return None if one is None else Shares(one.control_share, one.control_from, one.treated, one.difference)
    if body.measure not in SHARES or len(body.rows) > 1 or row.span is None or len(row.given) != 2:
        return None
    control = row.given[1].events / row.given[1].n
    treated, difference, _ = applied(body.measure, control, row.span)
    if treated is None or difference is None:
        return None
    return Shares(control, control_words([control]), treated, difference)


def _comment(body: BodyFound, span: Span | None, *, is_missing: bool) -> str:
    parts = [NOT_COMPARED] if body.measure == "PLO" else []
    if body.pool is None:
        parts.append(f"not pooled: {body.not_pooled or 'no reason was given'}")
    elif body.pool.mixed:
        parts.append(f"mixed on purpose: {'; '.join(body.pool.mixed)}")
    if span is None and len(body.rows) == 1:
        parts.append(f"no interval: {body.rows[0].why_not}")
    elif span is None:
        parts.append(f"{len(body.rows)} results, each told by itself")
    if is_missing and span is not None:
        parts.append("no absolute effect: no comparison arm was counted, or it would leave 0 to 100 %")
    if body.certainty is None:
        parts.append("certainty not judged")
    return " ".join(spoken.closed(spoken.capital(part)) for part in parts)
