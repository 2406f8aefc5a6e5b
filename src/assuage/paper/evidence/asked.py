"""What can be asked of the evidence, with how much the catalog holds on each outcome. Nothing is pooled here."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec

from assuage.catalog import Catalog
from assuage.evidence.graded import level_of
from assuage.evidence.located import located
from assuage.evidence.rows import people_of
from assuage.question import Body, Level, Question


class AskedBody(msgspec.Struct, frozen=True):
    """One body of evidence before anything is computed: how many studies, how many people, and how certain.

    `is_at_least` is true where a study does not say how many people it had, or has several rows that may count the same
    ones: of those only the largest is counted.
    """

    id: str
    title: str
    studies: int
    people: int
    is_at_least: bool
    certainty: Level | None


def asked_questions(catalog: Catalog) -> Iterator[tuple[Question, tuple[AskedBody, ...]]]:
    """Every question with its bodies, in the order of ids. Errors: as `evidence.located`."""
    for name in sorted(catalog.questions):
        question = catalog.questions[name]
        yield question, tuple(_asked(body, question, catalog) for body in question.bodies)


def _asked(body: Body, question: Question, catalog: Catalog) -> AskedBody:
    most: dict[str, int | None] = {}
    for row in body.rows:
        people = people_of(located(row, where=f"question {question.id}, body {body.id}", catalog=catalog))
        known = [one for one in (most.get(row.study), people) if one is not None]
        most[row.study] = max(known, default=None)
    counted = [one for one in most.values() if one is not None]
    is_at_least = len(counted) < len(most) or len(most) < len(body.rows)
    return AskedBody(
        body.id, body.title, len(most), sum(counted), is_at_least, level_of(body.grade) if body.grade else None
    )


def told(body: AskedBody) -> str:
    """A body in one line: its title, how many studies and people, how certain."""
    if not body.studies:
        return f"{body.title}: no study with a number"
    studies = "1 study" if body.studies == 1 else f"{body.studies} studies"
    people = f"{'at least ' if body.is_at_least else ''}{body.people:,} people" if body.people else "people not stated"
    return f"{body.title}: {studies}, {people}; certainty {body.certainty or 'not judged'}"
