"""One body of evidence as a chapter: what was asked, the picture and its table, the pool, how certain, what is left out."""

from __future__ import annotations

import re
from collections.abc import Iterator

from assuage.catalog import Catalog
from assuage.charts.forest_rows import DISPUTED, OURS, counted, groups_of, named, share_of_pool, summaries_of, treated
from assuage.charts.forest_table import mixed_of, p_text, spreading_of
from assuage.charts.scale import NAMED, shown
from assuage.evidence.answered import BodyFound, CertaintyFound, ForestRow, PoolFound, StepFound, Without
from assuage.evidence.certainty import MEANS, steps_words
from assuage.evidence.spoken import closed
from assuage.paper.block import Item, Pair, Table
from assuage.paper.evidence.card import anchor_of, name_of
from assuage.paper.evidence.drawn import has_axis
from assuage.paper.evidence.piece import Chapter, Grid, Lines, Pairs, Part, Picture, Piece, Says
from assuage.paper.evidence.telling import (
    ALONE,
    BETTER,
    DIRECTIONS,
    body_unit,
    effect_text,
    is_retracted,
    is_uncontrolled,
    people_text,
    reach_text,
    row_text,
    studies_text,
)
from assuage.paper.words import TIED, Numbering, sentence, tie, valued

QUOTED = re.compile(r"“[^”]+”")
NO_POOL = "Nothing was put together, and nobody said why."
ROWS_HEAD = ("Study", "Given", "Events of people", "Effect (interval)", "Weight", "Risk of bias", "To know")


def body_chapter(body: BodyFound, number: Numbering, catalog: Catalog) -> Chapter:
    """The chapter of one body. Holds: every row, every pool, every step and every study left out is in it."""
    parts = [
        _rows(body),
        _pooled(body, number),
        *_certain(body),
        *_told(body, number, catalog),
        *_excluded(body, number, catalog),
    ]
    return Chapter(f"body-{body.id}", tie(body.title), tuple(_asked(body, number)), tuple(parts))


def _asked(body: BodyFound, number: Numbering) -> Iterator[Piece]:
    if body.sentence:
        yield Says(tie(sentence(number.renumbered(body.sentence))))
    if is_uncontrolled(body):
        yield Says(ALONE, is_caveat=True)
    pairs = [
        ("People", body.population), ("Compared", body.comparison), ("Outcome", body.outcome), ("Time", body.time),
        ("Measured as", f"{NAMED[body.measure]}; {BETTER[body.better]}"),
    ]  # fmt: skip
    if body.matters is not None:
        claim = body.matters
        note = f" {sentence(claim.note)}" if claim.note else ""
        pairs.append(("Felt from", f"{valued(claim.value)}, {claim.where} {number.refs([claim.source])}.{note}"))
    yield Pairs(tuple(Pair(label, tie(text)) for label, text in pairs))


def _rows(body: BodyFound) -> Part:
    if not body.rows:
        return Part(f"rows-{body.id}", "Results", (Says("No study gave a number for this."),))
    ordered = [(group.heading, row) for group in groups_of(body) for row in group.rows]
    table = Table(
        tie(f"{body.title}: {NAMED[body.measure]}"),
        ROWS_HEAD,
        tuple(_row(heading, row, body) for heading, row in ordered),
    )
    anchors = tuple(anchor_of(row.study) for _, row in ordered)
    if not has_axis(body):
        # Without any interval there is no axis to draw on: the table says why of each row.
        return Part(f"rows-{body.id}", "Results", (Grid(table, anchors=anchors),))
    return Part(
        f"rows-{body.id}", "Results", (Picture("forest", body.id), Grid(table, is_beside=True, anchors=anchors))
    )


def _row(heading: str, row: ForestRow, body: BodyFound) -> tuple[str, ...]:
    cells = (
        _whole(named(row)), treated(row), counted(row), row_text(row), share_of_pool(row.weight) or "not pooled",
        row.risk or "not appraised", "; ".join(_flags(row, heading, body)),
    )  # fmt: skip
    return tuple(tie(cell) for cell in cells)


def _whole(name: str) -> str:
    """A name whose mark does not stand on a line of its own."""
    return name.replace(f" {DISPUTED}", f"{TIED}{DISPUTED}")


def _flags(row: ForestRow, heading: str, body: BodyFound) -> Iterator[str]:
    """What a reader of one row must not miss, in a few words each."""
    yield OURS.casefold() if row.is_ours else heading.split(":")[0].casefold()
    if is_retracted(row):
        yield "RETRACTED"
    if row.is_derived:
        yield "derived"
    if row.is_disputed:
        yield f"readings differ {DISPUTED}"
    if row.not_pooled and body.pool is not None and row.weight is None:
        yield f"not in the pool: {row.not_pooled}"
    if row.cautions:
        yield "1 caution" if len(row.cautions) == 1 else f"{len(row.cautions)} cautions"


def _pooled(body: BodyFound, number: Numbering) -> Part:
    key, title = f"pool-{body.id}", "Put together"
    pool = body.pool
    if pool is None:
        return Part(key, title, (Says(tie(f"Not pooled. {sentence(body.not_pooled or NO_POOL)}")),))
    pieces: list[Piece] = [Grid(_summaries(body, pool)), Lines(tuple(_of_pool(body, pool, number)))]
    if pool.without:
        unit = body_unit(body)
        rows = tuple(
            (tie(name), tie(effect_text(body.measure, one.span, unit=unit))) for name, one in _without(body, pool)
        )
        pieces.append(Grid(Table("The leading pool without one study", ("Without", "Effect (interval)"), rows)))
    return Part(key, title, tuple(pieces))


def _without(body: BodyFound, pool: PoolFound) -> Iterator[tuple[str, Without]]:
    names = {row.study: named(row).removesuffix(f" {DISPUTED}") for row in reversed(body.rows)}
    yield from ((names.get(one.study, one.study), one) for one in pool.without)


def _summaries(body: BodyFound, pool: PoolFound) -> Table:
    head = ("Pool", "Mean effect (interval)", "Expected in one more clinic", "Interval", "Method")
    unit, rows = body_unit(body), []
    for one in summaries_of(body):
        ahead = (
            reach_text(body.measure, one.expected, unit=unit) if one.expected is not None else "not told by this model"
        )
        name = f"{one.name}, which leads" if one.is_lead else one.name
        rows.append(
            (
                name,
                effect_text(body.measure, one.span, unit=unit),
                ahead,
                f"{one.span.confidence * 100:g} %",
                one.span.method,
            )
        )
    caption = f"{studies_text(pool.k)}, {people_text(pool.people)}"
    return Table(tie(caption), head, tuple(tuple(tie(cell) for cell in row) for row in rows))


def _of_pool(body: BodyFound, pool: PoolFound, number: Numbering) -> Iterator[Item]:
    lines = (
        ("", spreading_of(body)),
        ("", _in_words(mixed_of(body)) or f"Nothing was mixed on purpose. {sentence(pool.because)}"),
        ("Believed before:", f"{closed(pool.prior)} {number.refs(pool.prior_sources)}".strip() if pool.prior else ""),
        *(("Small studies.", _small(one.method, one.p, is_enough=one.is_enough)) for one in pool.small),
        *(("In people:", text) for text in _absolute(pool)),
        *(("Left out, or not computed:", text) for text in pool.notes),
    )
    yield from (Item(tie(number.renumbered(text)), tag=tag) for tag, text in lines if text)


def _in_words(text: str) -> str:
    """What stands in quotes are codes of the catalog: as words."""
    return QUOTED.sub(lambda found: found[0].replace("-", " "), text)


def _small(method: str, p: float, *, is_enough: bool) -> str:
    told = f"{method}: p {p_text(p)}."
    return told if is_enough else f"{told} Too few studies for this to mean anything."


def _absolute(pool: PoolFound) -> Iterator[str]:
    """A ratio as shares of people, at a share of the comparison arms that is assumed and not pooled."""
    found = pool.absolute
    if found is not None:
        yield (
            f"assumed that {shown('PLO', found.control_share)} have the outcome without it ({found.control_from}), the pool gives "
            f"{effect_text('PLO', found.treated)} with it, a difference of {effect_text('RD', found.difference)}. {closed(found.needed)}"
        )


def _certain(body: BodyFound) -> Iterator[Part]:
    key, title = f"certainty-{body.id}", "How certain"
    drawn: tuple[Piece, ...] = (Picture("risk", body.id),) if body.risks else ()
    found = body.certainty
    if found is None:
        yield Part(key, title, (Says("Nobody judged how certain this is."), *drawn))
        return
    pieces: list[Piece] = [Says(f"{MEANS[found.level]}."), Grid(_steps(found))]
    if found.disagreements:
        pieces.append(
            Lines(tuple(Item(tie(sentence(text)), tag="Reader and numbers differ.") for text in found.disagreements))
        )
    yield Part(key, title, (*pieces, *drawn))


def _steps(found: CertaintyFound) -> Table:
    head = ("Step", "Judged", "Because", "From the numbers alone", "Read by")
    start = ("starts", found.starts, sentence(found.starts_because), "", "")
    rows = [tuple(tie(cell) for cell in (one.domain, steps_words(one.steps), sentence(one.because), _suggested(one), one.reader))
            for one in found.steps]  # fmt: skip
    return Table(
        f"From {found.starts} to {found.level}, step by step", head, (start, *rows, ("ends", found.level, "", "", ""))
    )


def _suggested(one: StepFound) -> str:
    if one.suggested is None:
        return "; ".join(one.facts) or "no number speaks to it"
    return "; ".join((steps_words(one.suggested), *one.facts))


def _told(body: BodyFound, number: Numbering, catalog: Catalog) -> Iterator[Part]:
    if body.told:
        items = tuple(
            Item(tie(number.renumbered(one.sentence)), tag=f"{name_of(one.study, catalog)} {DIRECTIONS[one.direction]}.",
                 refs=number.refs([one.study]))
            for one in body.told
        )  # fmt: skip
        yield Part(f"told-{body.id}", "Studies that answer in words only", (Lines(items),))


def _excluded(body: BodyFound, number: Numbering, catalog: Catalog) -> Iterator[Part]:
    if body.excluded:
        items = tuple(
            Item(tie(sentence(one.because)), tag=f"{name_of(one.study, catalog)}.", refs=number.refs([one.study]))
            for one in body.excluded
        )
        yield Part(f"excluded-{body.id}", "Left out, and why", (Lines(items),))
