"""Compare: regimens side by side for this patient, at most three columns by choice. Nothing is ranked."""

from __future__ import annotations

import msgspec
from starlette.responses import Response

from assuage.course.gates_today import patient_of
from assuage.errors import AssuageError
from assuage.paper.compared import ORDER, Compared, compared
from assuage.paper.expected import headline
from assuage.plan import Plan
from assuage.registry.store import Known
from assuage.screening import Formulas, State
from assuage.web.acting import open_course
from assuage.web.asked import Asked
from assuage.web.form import FieldError
from assuage.web.planning import Chosen, chosen, planned, said
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

MOST = 3
LEVELS = "Levels are those of one typical person, predicted, not measured: nothing rests on them, and a higher level is not a better one."


class Column(msgspec.Struct, frozen=True):
    """One regimen as a column: its row of words, or why it could not be planned; expected levels in sentences."""

    id: str
    name: str
    row: Compared | None
    refused: str
    levels: tuple[str, ...]


def show(asked: Asked) -> Response:
    """The columns that were chosen; without a choice, the regimens to choose from."""
    known, patient = open_course(asked)
    catalog = asked.settings.catalog
    wanted = tuple(dict.fromkeys(one for one in asked.query.get("regimen", []) if one in catalog.regimens))
    errors = []
    if len(wanted) > MOST:
        errors.append(
            FieldError(
                "regimens",
                "regimens",
                f"{len(wanted)} were chosen",
                f"Choose at most {MOST}: more columns are not read side by side.",
            )
        )
    columns = [] if errors or known.state.facts is None else [_column(asked, known, one) for one in sorted(wanted)]
    indication = known.state.referred.indication if known.state.referred else ""
    choices = [
        (one.id, one.name, indication in one.indications)
        for one in sorted(catalog.regimens.values(), key=lambda each: each.id)
    ]
    return page(
        asked, "compare.html", status=422 if errors else 200, patient=patient, course=known, columns=columns, choices=choices,
        wanted=wanted, errors=errors, order=ORDER, levels=LEVELS, most=MOST, sources=_sources(asked, columns),
    )  # fmt: skip


def _column(asked: Asked, known: Known, name: str) -> Column:
    regimen = asked.settings.catalog.regimens[name]
    one = msgspec.structs.replace(chosen(asked, known), regimen=name, presentation="", mode="")
    try:
        plan = planned(asked, known, one)
    except AssuageError as error:
        return Column(name, regimen.name, None, said(error), ())
    assert plan is not None, "there are facts, and the regimen is one of the catalog"
    return Column(name, regimen.name, compared(regimen, plan), "", _levels(asked, known, one, plan))


def _levels(asked: Asked, known: Known, one: Chosen, plan: Plan) -> tuple[str, ...]:
    """What one typical person would reach, in a sentence for each substance; why there is none where a dose is shown."""
    if plan.preparation is None or known.state.facts is None:
        return ()
    from assuage.exposure.population import USUAL_SEED, people
    from assuage.plan.exposed import Asking, outlook

    settings = asked.settings
    state = State(
        patient_of(known.state.facts.document), one.start.date(), catalog=settings.catalog, clinic=settings.clinic,
        formulas=Formulas.of(settings.catalog),
    )  # fmt: skip
    found = outlook(plan, state, asking=Asking(people(1, USUAL_SEED), with_bands=False))
    return (*(headline(each) for each in found.exposed), *(f"Not predicted: {text}" for text in found.unpredicted))


def _sources(asked: Asked, columns: list[Column]) -> list[tuple[str, str]]:
    """Every source that a column names, with its citation."""
    text = " ".join(
        part
        for one in columns
        if one.row
        for part in (*one.row.responders, *one.row.against, *one.row.other_later, *one.row.limits)
    )
    return [(name, source.citation) for name, source in asked.settings.catalog.sources.items() if f"[{name}]" in text]


ROUTES = (Route("/courses/{course}/compare", "compare", show, CLINICIANS, reads=True),)
