"""How sure a body of evidence is, by the grade that was given to it: the level alone, for a plan that quotes it."""

from __future__ import annotations

from collections.abc import Collection

from assuage.catalog.model import Catalog
from assuage.question import Body, Grade, Level

LEVELS: tuple[Level, ...] = ("very low", "low", "moderate", "high")


def level_of(grade: Grade) -> Level:
    """The level that a grade ends at: where it starts, less every step down, plus every step up.

    Holds     very low at the least, high at the most
    Source    Guyatt et al., BMJ 2008 (GRADE)
    Checked   tests/against/test_expectation.py
    """
    steps = sum(one.steps for one in grade.judgements) + sum(one.steps for one in grade.upgrades)
    return LEVELS[min(max(LEVELS.index(grade.starts) + steps, 0), len(LEVELS) - 1)]


def graded(regimen: str, rows: Collection[tuple[str, str]], catalog: Catalog) -> str | None:
    """The level of the graded body that holds one of these rows by itself, in a question that names the regimen.

    Give      the regimen's id; rows as study and row id
    Get       “very low (magnesium-in-neuralgia: Useful relief after magnesium alone)”; none where nobody graded one
    Holds     a grade of a comparison is not taken for one of an arm by itself
    """
    for question in catalog.questions.values():
        if regimen not in question.regimens:
            continue
        for body in question.bodies:
            if body.grade is not None and _holds(body, rows):
                return f"{level_of(body.grade)} ({question.id}: {body.title})"
    return None


def _holds(body: Body, rows: Collection[tuple[str, str]]) -> bool:
    return any(one.versus is None and (one.study, one.row) in rows for one in body.rows)
