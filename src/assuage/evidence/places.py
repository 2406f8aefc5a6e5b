"""Places in the sentences of an answer, filled with computed numbers; a place that nothing can fill is refused."""

from __future__ import annotations

import re
from collections.abc import Mapping

import msgspec

from assuage.catalog.model import Catalog
from assuage.errors import EvidenceError, Problem
from assuage.evidence import spoken
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.evidence.sentence import row_effect
from assuage.question import Body, Question, Row

PLACE = re.compile(r"\{([^{}]*)\}")
ROW, CLAIM = ".row.", "claim."
OF_BODY = ("estimate", "people", "k", "expected", "chance", "per100")
KINDS = "{BODY.estimate}, .people, .k, .expected, .chance or .per100; {STUDY.row.ROW}; or {claim.NAME}"
BARE = re.compile(r"([−-]?\d+(?:\.\d+)?) 1")


class Places(msgspec.Struct, frozen=True):
    """What the places of one question may name."""

    question: Question
    bodies: Mapping[str, BodyFound]
    catalog: Catalog


def filled(sentence: str, of: Places) -> str:
    """A sentence with every place filled.

    Give      a sentence of a question; its bodies as computed
    Get       the sentence with numbers as people read them, each with its interval or the words why there is none
    Checked   tests/spec/test_answer_places.py
    Errors    `EvidenceError` with every place that nothing fills, and for a brace without its other half
    """
    where = f"question {of.question.id}, its answer"
    problems: list[Problem] = []

    def fill(found: re.Match[str]) -> str:
        try:
            return _value(found[1], of)
        except EvidenceError as refused:
            problems.extend(refused.problems)
            return ""

    text = PLACE.sub(fill, sentence)
    if re.search(r"[{}]", PLACE.sub("", sentence)):
        problems.append(
            Problem(f"a brace without its other half in “{sentence}”", where, "{PLACE}", "close it, or leave it out")
        )
    if problems:
        raise EvidenceError(*problems)
    return text


def _refuse(name: str, of: Places, why: str) -> EvidenceError:
    return EvidenceError(
        Problem(f"nothing fills the place {{{name}}}: {why}", f"question {of.question.id}, its answer", KINDS,
                "name what is there, or leave the place out")
    )  # fmt: skip


def _value(name: str, of: Places) -> str:
    if name.startswith(CLAIM):
        claim = of.question.claims.get(name.removeprefix(CLAIM))
        if claim is None:
            raise _refuse(name, of, f"the claims are {', '.join(of.question.claims) or 'none'}")
        bare = BARE.fullmatch(claim.value)
        return bare[1] if bare else claim.value
    if ROW in name:
        study, _, row = name.partition(ROW)
        return _of_row(name, Row(study, row), of)
    body, _, asked = name.rpartition(".")
    if body not in of.bodies:
        raise _refuse(name, of, f"the bodies are {', '.join(of.bodies) or 'none'}")
    if asked not in OF_BODY:
        raise _refuse(name, of, f"a body has {', '.join(OF_BODY)}")
    return _of_body(name, asked, of)


def _of_row(name: str, row: Row, of: Places) -> str:
    """One row by itself: a share where it counted, else what was printed on the measure it was printed in."""
    # The rows of a body import this room's statistics; a question without places needs none of it.
    from assuage.evidence.located import located
    from assuage.evidence.rows import seen
    from assuage.evidence.seen import measure_printed

    where = f"question {of.question.id}, place {{{name}}}"
    side = located(row, where=where, catalog=of.catalog).side
    measure = measure_printed(side.record)
    if measure is None:
        raise _refuse(name, of, "the row is printed on no measure that can be told")
    alone = Body(id=name, title="", population="", comparison="", outcome="", time="", measure=measure, better="higher")
    return row_effect(seen(row, body=alone, catalog=of.catalog).row)


def _of_body(name: str, asked: str, of: Places) -> str:
    body = of.bodies[name.rpartition(".")[0]]
    if not body.rows:
        raise _refuse(name, of, "the body has no rows")
    if asked in ("people", "k"):
        return _size(body, asked)
    if body.pool is None and asked in ("expected", "chance"):
        raise _refuse(name, of, f"the body is not pooled ({body.not_pooled})")
    if body.pool is None and len(body.rows) > 1:
        raise _refuse(name, of, f"the body has several rows and no pool ({body.not_pooled})")
    if asked == "estimate":
        return _estimate(body)
    if asked == "per100":
        return _per_hundred(name, body, of)
    assert body.pool is not None
    if asked == "chance":
        if body.pool.chance_better is None:
            raise _refuse(name, of, "an arm by itself is compared with nothing")
        return spoken.chance(body.pool.chance_better)
    expected = body.pool.lead.expected
    assert expected is not None
    return spoken.reach(body.measure, expected, unit=spoken.unit_words(body.pool.unit), n=body.pool.people)


def _estimate(body: BodyFound) -> str:
    if body.pool is not None:
        unit = spoken.unit_words(body.pool.unit)
        return spoken.effect_with(body.measure, body.pool.lead.span, unit=unit, n=body.pool.people)
    row = body.rows[0]
    if row.span is None:
        return row_effect(row)
    return spoken.effect_with(body.measure, row.span, unit=spoken.unit_words(row.unit), n=row.people)


def _per_hundred(name: str, body: BodyFound, of: Places) -> str:
    """People of every hundred; the words around it say of what."""
    pool = body.pool
    span = body.rows[0].span if pool is None else pool.lead.span
    if body.measure in ("OR", "RR"):
        span = pool.absolute.difference if pool is not None and pool.absolute is not None else None
    elif body.measure not in ("PLO", "RD"):
        raise _refuse(name, of, f"a {body.measure} is no share of people")
    if span is None:
        raise _refuse(name, of, "it has no interval as a share of people")
    if body.measure == "PLO":
        share, reach = (text.replace(" %", "") for text in (spoken.share(span.value), spoken.share_reach(span)))
        return f"{share} ({spoken.interval(span)} {reach})"
    low, high = spoken.per_hundred(span.lower), spoken.per_hundred(span.upper)
    return f"{spoken.per_hundred(span.value)} ({spoken.interval(span)} {low} to {high})"


def _size(body: BodyFound, asked: str) -> str:
    if asked == "k":
        return str(body.pool.k if body.pool is not None else len({row.study for row in body.rows}))
    people = body.pool.people if body.pool is not None else people_of(body.rows)
    return "an unknown number of" if people is None else f"{people:,}"


def people_of(rows: tuple[ForestRow, ...]) -> int | None:
    """People behind rows that stand apart: of each study its largest number, since its rows share people."""
    of_study: dict[str, int] = {}
    for row in rows:
        if row.people is None:
            return None
        of_study[row.study] = max(of_study.get(row.study, 0), row.people)
    return sum(of_study.values())
