"""A body of evidence as a table, row for row, and as sentences for those who cannot see the picture."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.charts.chart import Table
from assuage.charts.forest_rows import (
    DISPUTED,
    counted,
    full_name,
    groups_of,
    named,
    share_of_pool,
    summaries_of,
    told_apart,
    treated,
)
from assuage.charts.scale import NAMED, reach_of, shown, told
from assuage.evidence.answered import BodyFound, ForestRow, Span, Summary

HEAD = ("Kind", "Study", "Treatment", "Events/people", "People", "Effect", "Interval", "Confidence", "Method", "Weight",
        "Risk of bias", "Derived", "Readings differ", "Remarks")  # fmt: skip
# Words of the catalog's vocabulary stand in quotes in what was mixed; people read them without.
QUOTED = re.compile("“([^”]*)”")


def forest_table(body: BodyFound) -> Table:
    """Every row, then every pool, with everything that the picture shows and what it has no room for."""
    apart = told_apart(body.rows)
    rows = [_row(body, group.heading, row, full_name(row, apart)) for group in groups_of(body) for row in group.rows]
    rows += [cells for one in summaries_of(body) for cells in _pooled(body, one)]
    return Table(f"{body.title}: {NAMED[body.measure]}", HEAD, tuple(rows))


def _row(body: BodyFound, heading: str, row: ForestRow, name: str) -> tuple[str, ...]:
    people = "not stated" if row.people is None else f"{row.people:,}"
    left_out = [f"Left out of the pool: {row.not_pooled}"] if row.not_pooled and row.not_pooled != row.why_not else []
    none = [f"No interval: {row.why_not}"] if row.span is None else []
    remarks = " ".join((*none, *left_out, *([f"Unit: {row.unit}."] if row.unit else []), *row.cautions))
    return (
        heading, name, treated(row), counted(row), people, *_span(body, row.span), share_of_pool(row.weight) or "not pooled",
        row.risk or "not appraised", row.derivation or ("yes" if row.is_derived else "no, as printed"),
        "; ".join(row.disputes) or ("yes" if row.is_disputed else "no"), remarks,
    )  # fmt: skip


def _span(body: BodyFound, span: Span | None) -> tuple[str, str, str, str]:
    if span is None:
        return "", "", "", ""
    return shown(body.measure, span.value), reach_of(body.measure, span), f"{span.confidence * 100:g} %", span.method


def _pooled(body: BodyFound, one: Summary) -> Iterator[tuple[str, ...]]:
    assert body.pool is not None
    studies, people = f"{body.pool.k} studies", f"{body.pool.people:,}"
    kind = "Pool, the one that leads" if one.is_lead else "Pool"
    blank = ("",) * 5
    yield (kind, one.name, studies, "", people, *_span(body, one.span), *blank)
    if one.expected is not None:
        ahead = _span(body, one.expected)
        yield ("Expected in one more study", one.name, studies, "", people, "", *ahead[1:], *blank)


def sentence(text: str) -> str:
    """Words as a sentence: a capital before, a stop behind.

    >>> sentence("few and small arms")
    'Few and small arms.'
    """
    return f"{text[:1].upper()}{text[1:]}{'' if text.endswith(('.', '?', '!')) else '.'}"


def mixed_of(body: BodyFound) -> str:
    """What was mixed on purpose, and why; empty where nothing was."""
    if body.pool is None or not body.pool.mixed:
        return ""
    mixed = QUOTED.sub(lambda found: found[1].replace("-", " "), "; ".join(body.pool.mixed))
    return f"Mixed on purpose: {mixed}. {sentence(body.pool.because)}"


def spreading_of(body: BodyFound) -> str:
    """How much the studies differ, and the chance that the mean lies on the side that helps."""
    pool = body.pool
    if pool is None:
        return ""
    parts = [f"{pool.k} studies, {pool.people:,} people."]
    if pool.spreading is not None:
        parts.append(f"Differences between studies: {', '.join(_spread(body))}.")
    if pool.chance_better is not None:
        parts.append(f"Chance that the mean lies on the better side: {pool.chance_better * 100:.1f} %.")
    return " ".join(parts)


def _spread(body: BodyFound) -> Iterator[str]:
    assert body.pool is not None
    assert body.pool.spreading is not None
    found = body.pool.spreading
    if found.i2 is not None:
        yield f"I² {found.i2.value:.0f} % ({found.i2.lower:.0f} to {found.i2.upper:.0f})"
    if found.tau is not None:
        yield f"τ {found.tau.value:.2f} ({found.tau.lower:.2f} to {found.tau.upper:.2f})"
    yield f"Q {found.q:.2f} on {found.df} degrees of freedom, p {p_text(found.p)}"


def p_text(p: float) -> str:
    """A p value, never as zero.

    >>> p_text(0.2961), p_text(0.00004)
    ('0.296', 'below 0.001')
    """
    return "below 0.001" if p < 0.001 else f"{p:.3f}"


def forest_told(body: BodyFound) -> str:
    """What the picture shows, in sentences."""
    parts = [f"Forest plot. {body.title}.", _counted(body), mixed_of(body)]
    if body.pool is not None:
        lead = body.pool.lead
        parts.append(f"Pooled ({lead.name}): {told(body.measure, lead.span)}.")
        if lead.expected is not None:
            parts.append(f"Expected in one more study: {reach_of(body.measure, lead.expected)}.")
    if body.not_pooled:
        parts.append(sentence(f"Not pooled: {body.not_pooled}"))
    return " ".join(part for part in (*parts, spreading_of(body), body.sentence) if part)


def _counted(body: BodyFound) -> str:
    groups = "; ".join(f"{group.heading}: {len(group.rows)}" for group in groups_of(body)) or "no row"
    without = sum(row.span is None for row in body.rows)
    silent = f" {without} without an interval, listed with the reason." if without else ""
    doubted = dict.fromkeys(named(row).removesuffix(f" {DISPUTED}") for row in body.rows if row.is_disputed)
    flags = f" Readings differ of {', '.join(doubted)}." if doubted else ""
    return f"Rows by kind of study: {groups}.{silent}{flags}"
