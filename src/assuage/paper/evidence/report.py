"""The page of evidence: an Answer in words, in one order. Text, HTML and PDF lay it out; none adds or leaves out a number."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage import __version__
from assuage.catalog import Catalog
from assuage.charts.forest_rows import counted
from assuage.evidence.answered import Answer, BodyFound, PoolFound
from assuage.paper.block import Item, Pair, Table
from assuage.paper.evidence.body import body_chapter
from assuage.paper.evidence.card import cards_of, name_of
from assuage.paper.evidence.piece import Chapter, Grid, Lines, Report, Says
from assuage.paper.evidence.telling import (
    IS_NOT,
    KNOWN,
    READ,
    STANDING,
    UNCONTROLLED,
    body_unit,
    effect_text,
    joined,
    level_text,
    people_text,
    reach_text,
    row_text,
    studies_of,
    studies_text,
)
from assuage.paper.words import Numbering, listed, sentence, tie
from assuage.screening import show_date

SHORT = 10
NOT_SAID = "not known: the catalog does not say when"


def evidence_report(answer: Answer, catalog: Catalog) -> Report:
    """The page of an answer.

    Give      the answer, whole or with some of its bodies; the catalog that it was worked from
    Get       the plain summary first, conflicts next, then each body, the studies, and how it was done
    Holds     every number of the answer is in it; what the page is not stands at its head
    """
    number = Numbering(sources_of(answer))
    read = read_on(answer, catalog)
    return Report(
        standing=STANDING,
        title=tie(answer.asked),
        headline=tie(headline_of(answer)),
        band=tuple(_band(answer, read, catalog)),
        chapters=tuple(_chapters(answer, number, catalog)),
        foot=tuple(_foot(answer, read, catalog)),
        running=f"{answer.question}; evidence as read on {read}; catalog {catalog.fingerprint[:SHORT]}",
        day=day_read(answer.question, catalog),
        bodies=answer.bodies,
    )


def headline_of(answer: Answer) -> str:
    """The short answer in one line."""
    return f"{sentence(answer.short)} {KNOWN[answer.known]}"


def read_on(answer: Answer, catalog: Catalog) -> str:
    """The day on which the evidence was read, as a person reads it."""
    day = day_read(answer.question, catalog)
    return show_date(day) if day is not None else NOT_SAID


def day_read(question: str, catalog: Catalog) -> dt.date | None:
    """The day on which a question's evidence was read; none where the catalog does not say."""
    known = catalog.questions.get(question)
    return known.read_on if known is not None else None


def sources_of(answer: Answer) -> tuple[str, ...]:
    """Every study and source that the page names, in the order of their numbers."""
    more = (
        name
        for body in answer.bodies
        for name in (
            *(row.study for row in body.rows if not row.is_ours), *(one.study for one in body.told),
            *(one.study for one in body.excluded), *(body.pool.prior_sources if body.pool else ()),
            *((body.matters.source,) if body.matters else ()),
        )
    )  # fmt: skip
    return tuple(dict.fromkeys((*answer.sources, *more)))


def _band(answer: Answer, read: str, catalog: Catalog) -> Iterator[Pair]:
    yield Pair("Question", answer.question)
    yield Pair("Answered", KNOWN[answer.known].removesuffix(".").casefold())
    yield Pair("Evidence as read on", read)
    yield Pair("Catalog", f"{catalog.version}, {catalog.fingerprint[:SHORT]}")


def _foot(answer: Answer, read: str, catalog: Catalog) -> Iterator[Pair]:
    yield Pair("Question", answer.question)
    yield Pair("Read on", read)
    yield Pair("Catalog", f"{catalog.version}, {catalog.fingerprint}")
    yield Pair("Software", f"assuage {__version__}")


def _chapters(answer: Answer, number: Numbering, catalog: Catalog) -> Iterator[Chapter]:
    yield _summary(answer, number)
    if answer.conflicts:
        yield Chapter("conflicts", "What does not agree", (Lines(tuple(_conflicts(answer, number, catalog))),))
    yield Chapter("findings", "Summary of findings", (Grid(findings_table(answer.bodies)),))
    yield from (body_chapter(body, number, catalog) for body in answer.bodies)
    cards = cards_of(answer.bodies, catalog)
    if cards:
        yield Chapter("studies", "The studies, one by one", cards)
    if answer.methods:
        yield Chapter(
            "methods", "How this was done", tuple(Says(tie(number.renumbered(text))) for text in answer.methods)
        )
    if answer.would_change:
        items = tuple(Item(tie(sentence(number.renumbered(text)))) for text in answer.would_change)
        yield Chapter("would-change", "What would change this answer", (Lines(items),))
    yield Chapter("sources", "Sources", (Lines(tuple(_sources(answer, catalog)), is_numbered=True),))


def _summary(answer: Answer, number: Numbering) -> Chapter:
    said = tuple(Says(tie(sentence(number.renumbered(text)))) for text in answer.summary)
    is_not = tuple(Says(text, is_caveat=True) for text in (*IS_NOT, UNCONTROLLED))
    return Chapter("summary", "In short", (Says(tie(headline_of(answer))), *said, *is_not))


def _conflicts(answer: Answer, number: Numbering, catalog: Catalog) -> Iterator[Item]:
    for one in answer.conflicts:
        names = listed([name_of(study, catalog) for study in one.between], last="against")
        explained = f"May be explained by: {number.renumbered(one.explained_by)}"
        yield Item(
            tie(number.renumbered(one.sentence)),
            tag=f"{names}.",
            more=(tie(sentence(explained)),),
            refs=number.refs(one.between),
        )


def findings_table(bodies: tuple[BodyFound, ...]) -> Table:
    """One row for each body: how much was found, what it adds up to, what to expect next, and how certain that is."""
    head = ("Outcome and time", "Found", "Effect (interval)", "Expected in one more clinic", "Certainty")
    rows = tuple(tuple(tie(cell) for cell in _finding(body)) for body in bodies)
    return Table("One line for each body of evidence", head, rows)


def _finding(body: BodyFound) -> tuple[str, ...]:
    outcome = f"{body.title}; {'time not stated' if body.time == 'not stated' else body.time}"
    found, effect, ahead = _of_pool(body, body.pool) if body.pool is not None else _of_rows(body)
    return outcome, found, effect, ahead, level_text(body)


def _of_pool(body: BodyFound, pool: PoolFound) -> tuple[str, str, str]:
    lead, unit = pool.lead, body_unit(body)
    ahead = (
        reach_text(body.measure, lead.expected, unit=unit) if lead.expected is not None else "not told by this model"
    )
    return f"{studies_text(pool.k)}, {people_text(pool.people)}", effect_text(body.measure, lead.span, unit=unit), ahead


def _of_rows(body: BodyFound) -> tuple[str, str, str]:
    """What a body holds that was not put together: its one result, or how many there are."""
    found = studies_text(len(studies_of(body)))
    if not body.rows:
        return "no study with a number", "none", "none"
    if len(body.rows) > 1:
        return found, f"{len(body.rows)} results, not put together", "not put together"
    only = body.rows[0]
    effect = row_text(only) if only.span is not None else joined((counted(only) if only.given else "", "no interval"))
    return f"{found}, {people_text(only.people)}", effect, "one result tells no spread"


def _sources(answer: Answer, catalog: Catalog) -> Iterator[Item]:
    for place, name in enumerate(sources_of(answer), 1):
        source, study = catalog.sources.get(name), catalog.studies.get(name)
        if source is not None:
            text, access = source.citation, READ[source.access]
        elif study is not None:
            text, access = str(study.citation), READ.get(study.access, study.access)
        else:
            text, access = name, "not in this catalog"
        yield Item(tie(text), tag=f"[{place}]", more=(sentence(access),))
