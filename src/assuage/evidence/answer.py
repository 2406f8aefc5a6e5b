"""A question of the catalog, answered: every row with its effect, every pool through the guard, every step of certainty."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from assuage.catalog.model import Catalog
from assuage.evidence.answered import Answer, BodyFound, RiskFound
from assuage.evidence.certainty import certainty
from assuage.evidence.located import located
from assuage.evidence.places import Places, filled
from assuage.evidence.pooling import pooled
from assuage.evidence.risk import risk_found
from assuage.evidence.rows import seen
from assuage.evidence.sentence import body_sentence
from assuage.evidence.stated import claims_of, matters_of
from assuage.evidence.suggested import Evidence
from assuage.evidence.told_methods import methods_of
from assuage.question import Body, Question, Row


def answer(question: Question, catalog: Catalog) -> Answer:
    """The answer to a question, computed from the rows it names.

    Give      a question of the catalog, or of a clinic; the catalog
    Get       its sentences with their places filled, each body with rows, pool, certainty and methods, and all sources
    Holds     what the question leaves unknown stays unknown; the order of the rows of a body changes no number
    Source    each body names its methods; see rows.py, pooling.py and certainty.py
    Checked   tests/against/test_answer_pool.py, tests/laws/test_answer_laws.py, tests/spec/test_answer_sentences.py
    Errors    `EvidenceError` or `UnknownName` for a row that is not there or not coded, a pool of what differs without
              naming it, a grade without all its domains, or a place that nothing fills
    """
    bodies = tuple(body_found(body, catalog, question=question.id) for body in question.bodies)
    places = Places(question, {body.id: body for body in bodies}, catalog)
    return Answer(
        question=question.id, asked=question.asked, short=question.short, known=question.known,
        summary=tuple(filled(sentence, places) for sentence in question.answer), conflicts=question.conflicts,
        bodies=bodies, methods=methods_of(bodies), would_change=question.would_change,
        sources=tuple(dict.fromkeys(_sources(question))),
    )  # fmt: skip


def answers(catalog: Catalog) -> tuple[Answer, ...]:
    """The answers to every question of the catalog, in the order of their ids. Errors: as `answer`."""
    return tuple(answer(catalog.questions[name], catalog) for name in sorted(catalog.questions))


def body_found(body: Body, catalog: Catalog, *, question: str = "") -> BodyFound:
    """One body of evidence, computed. Errors: as `answer`."""
    where = f"question {question}, body {body.id}" if question else f"body {body.id}"
    risks = _risks(body, catalog)
    overall = {f"{one.study}.{one.result}": one.overall for one in risks}
    found = [seen(row, body=body, catalog=catalog, risk=overall.get(_result(row, body, catalog))) for row in body.rows]
    pool = pooled(body, found)
    rows = tuple(
        msgspec.structs.replace(one.row, weight=weight) for one, weight in zip(found, pool.weights, strict=True)
    )
    asked = conditions_of(body, catalog)
    of = Evidence(
        body.measure, rows, pool.pool, matters_of(body.matters, body.measure, where=where), asked,
        tuple(sorted({row.condition for row in rows if _is_within(row.condition, asked, catalog)})),
    )  # fmt: skip
    sure = None if body.grade is None else certainty(body.grade, of, where=where)
    told = body_sentence(body, rows, pool=pool.pool, not_pooled=pool.not_pooled, found=sure)
    return BodyFound(
        id=body.id, title=body.title, population=body.population, comparison=body.comparison, outcome=body.outcome,
        time=body.time, measure=body.measure, better=body.better, rows=rows, pool=pool.pool, not_pooled=pool.not_pooled,
        matters=body.matters, told=body.told, excluded=body.excluded, risks=risks, certainty=sure, sentence=told,
    )  # fmt: skip


def _result(row: Row, body: Body, catalog: Catalog) -> str:
    """What an appraisal of this row's result is called: study, outcome and window."""
    coded = located(row, where=f"body {body.id}, row {row.study}.{row.row}", catalog=catalog).side.coded
    return f"{row.study}.{coded.outcome}-{coded.window}"


def _risks(body: Body, catalog: Catalog) -> tuple[RiskFound, ...]:
    """The appraisals of the results among the rows, each once. A judgement of another result does not stand in."""
    names = dict.fromkeys(_result(row, body, catalog) for row in body.rows)
    return tuple(risk_found(catalog.appraisals[name]) for name in names if name in catalog.appraisals)


def conditions_of(body: Body, catalog: Catalog) -> tuple[str, ...]:
    """The conditions that the population of a body names, by the terms of the catalog; empty where it names none.

    Holds     whole words only; a longer name wins over one within it
    """
    text = f" {''.join(one if one.isalnum() else ' ' for one in body.population.casefold())} "
    names = {
        f" {''.join(one if one.isalnum() else ' ' for one in name.casefold())} ": term.id
        for term in catalog.terms.values() if term.kind == "condition"
        for name in (term.name, *(synonym.text for synonym in term.synonyms))
    }  # fmt: skip
    found = []
    for name in sorted((name for name in names if name in text), key=len, reverse=True):
        if name in text:
            found.append(names[name])
            text = text.replace(name, "  ")
    return tuple(sorted(set(found)))


def _is_within(condition: str, asked: tuple[str, ...], catalog: Catalog) -> bool:
    """Whether a condition is one that is asked about, or a kind of one by the classes of its term."""
    term = catalog.terms.get(condition)
    return bool({condition, *(term.classes if term else ())} & set(asked))


def _sources(question: Question) -> Iterator[str]:
    """Studies and sources in the order in which they are first named."""
    for conflict in question.conflicts:
        yield from conflict.between
    for claim in question.claims.values():
        yield claim.source
    for body in question.bodies:
        yield from (row.study for row in body.rows)
        yield from (one.study for one in body.told)
        yield from (one.study for one in body.excluded)
        claims = claims_of(body.pool) if body.pool is not None else ()
        yield from (claim.source for claim in (*claims, *((body.matters,) if body.matters else ())))
