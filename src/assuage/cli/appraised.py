"""How far a study can be trusted, result by result, and which questions it helps to answer, as text and as JSON."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any, Literal

import msgspec

from assuage.catalog import Catalog
from assuage.cli.page import Page
from assuage.evidence.answered import RiskFound
from assuage.evidence.risk import risk_found
from assuage.paper.evidence.card import appraisal_text, together
from assuage.paper.words import sentence
from assuage.study import Study

Use = Literal["result", "words", "left out", "conflict"]
USES: dict[Use, str] = {
    "result": "its numbers are among the results",
    "words": "told in words only",
    "left out": "left out",
    "conflict": "stands against another finding",
}


class Used(msgspec.Struct, frozen=True):
    """Where a question names a study: the body of evidence (none for a conflict), how, and why where it is left out."""

    question: str
    body: str | None
    use: Use
    because: str = ""


def appraisals_of(study: Study, catalog: Catalog) -> tuple[RiskFound, ...]:
    """Every appraisal of a study, the whole judged by the rule of its tool."""
    return tuple(risk_found(one) for one in catalog.appraisals.values() if one.study == study.id)


def uses_of(study: Study, catalog: Catalog) -> Iterator[Used]:
    """Every place where a question names a study, in the order of the questions' ids."""
    for name in sorted(catalog.questions):
        question = catalog.questions[name]
        if any(study.id in one.between for one in question.conflicts):
            yield Used(name, None, "conflict")
        for body in question.bodies:
            if any(row.study == study.id for row in body.rows):
                yield Used(name, body.id, "result")
            yield from (Used(name, body.id, "words", one.sentence) for one in body.told if one.study == study.id)
            yield from (Used(name, body.id, "left out", one.because) for one in body.excluded if one.study == study.id)


def appraised(page: Page, study: Study, catalog: Catalog) -> None:
    """The parts of a study's page on its appraisals and its uses; both say so where there is none."""
    page.heading("Risk of bias", "of each result by itself")
    found = appraisals_of(study, catalog)
    if not found:
        page.bullets(["No result of it was appraised."])
    for results, one in together(found):
        text, more = appraisal_text(one)
        page.bullets([f"{'; '.join(results)}, by {one.tool}: {one.overall}. {text}"])
        for line in more:
            page.paragraph(line, indent=4)
    page.heading("Questions that name it", "“assuage evidence QUESTION” answers one")
    page.bullets([_told(one) for one in uses_of(study, catalog)] or ["none"])


def _told(one: Used) -> str:
    where = one.question if one.body is None else f"{one.question}, {one.body}"
    return f"{where}: {USES[one.use]}{f'. {sentence(one.because)}' if one.because else ''}"


def appraised_objects(study: Study, catalog: Catalog) -> dict[str, Any]:
    """The same for JSON."""
    return {"appraisals": appraisals_of(study, catalog), "used_by": list(uses_of(study, catalog))}
