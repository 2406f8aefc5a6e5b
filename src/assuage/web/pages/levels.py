"""The levels that a plan is expected to give: a picture of each drug from an address of its own, with its table."""

from __future__ import annotations

from functools import lru_cache

import msgspec
from starlette.responses import Response

from assuage.charts import svg
from assuage.charts.level import Levels, level_chart, level_table
from assuage.course.gates_today import patient_of
from assuage.errors import AssuageError, Problem, RegistryError
from assuage.paper.expected import LEAD, headline
from assuage.plan.model import Exposed
from assuage.registry.store import Known
from assuage.screening import Formulas, State
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.planning import Chosen, choice_of, chosen, planned, said
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

# Predictions kept: a page asks for its words and for each of its pictures.
KEPT = 64


class Expected(msgspec.Struct, frozen=True):
    """What is expected of one plan: what a picture shows of each drug, a row for each substance, and why there is none of others."""

    levels: tuple[Levels, ...]
    rows: tuple[Exposed, ...]
    unpredicted: tuple[str, ...]


class _Wanted:
    """A question and what it rests on, as one key of what is kept: the head of the course, and what was chosen."""

    def __init__(self, asked: Asked, known: Known, one: Chosen) -> None:
        self.asked, self.known, self.one = asked, known, one
        self.key = (known.head, one.regimen, one.presentation, one.mode, one.start)

    def __hash__(self) -> int:
        return hash(self.key)

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Wanted) and self.key == other.key


@lru_cache(maxsize=KEPT)
def _expected(wanted: _Wanted) -> Expected:
    """The prediction. Errors: as the planner's."""
    from assuage.charts.expected import TOLD_H, expected_levels
    from assuage.exposure.population import USUAL, USUAL_SEED, people
    from assuage.plan.exposed import Asking, outlook, with_exposure

    asked, known, one = wanted.asked, wanted.known, wanted.one
    plan = planned(asked, known, one)
    if plan is None or plan.preparation is None or known.state.facts is None:
        return Expected((), (), ("Nothing is planned.",))
    settings = asked.settings
    state = State(
        patient_of(known.state.facts.document), one.start.date(), catalog=settings.catalog, clinic=settings.clinic,
        formulas=Formulas.of(settings.catalog),
    )  # fmt: skip
    found = outlook(plan, state, asking=Asking(people(USUAL, USUAL_SEED), True, TOLD_H))
    whole = with_exposure(plan, found.exposed, state)
    return Expected(expected_levels(whole, found), found.exposed, found.unpredicted)


def show(asked: Asked) -> Response:
    """Words, pictures and tables."""
    known, patient = open_course(asked)
    one = chosen(asked, known)
    found, refused = Expected((), (), ()), ""
    try:
        found = _expected(_Wanted(asked, known, one))
    except AssuageError as error:
        refused = said(error)
    return page(
        asked, "levels.html", patient=patient, course=known, one=one, found=found, refused=refused, lead=LEAD,
        pictures=[(one, level_table(one)) for one in found.levels], sentences=[headline(row) for row in found.rows], choice=choice_of(one),
    )  # fmt: skip


def picture(asked: Asked) -> Response:
    """One picture, by the number of its drug. Errors: `RegistryError` for one that there is not."""
    known, _ = open_course(asked)
    levels = _expected(_Wanted(asked, known, chosen(asked, known))).levels
    number = asked.path["number"]
    if not number.isdigit() or not 0 < int(number) <= len(levels):
        raise RegistryError(
            Problem(f"no picture {number}", "this plan", f"1 to {len(levels)}", "open the page of levels")
        )
    return Response(svg(level_chart(levels[int(number) - 1])), media_type="image/svg+xml")


ROUTES = (
    Route("/courses/{course}/levels", "expected levels", show, CLINICIANS, reads=True),
    Route("/courses/{course}/levels/{number}.svg", "picture of expected levels", picture, CLINICIANS, reads=True),
)
