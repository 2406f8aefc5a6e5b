"""The check that plans: every regimen of a catalog, planned for the made-up patient in the example clinic."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage.catalog import Catalog, CheckProblem
from assuage.catalog.read import DATA
from assuage.cli.reading import read_clinic_file, read_text
from assuage.document import read_json
from assuage.errors import AssuageError
from assuage.patient import read_patient
from assuage.plan import Plan, make_plan
from assuage.regimen import Regimen

EXAMPLE_PATIENT = DATA / "patient-example.json"
# The day of the worked example: the facts of the made-up patient are fresh on it.
DAY = dt.date(2026, 11, 30)
CHECK = "behaviour"


def planned_for_the_example(catalog: Catalog) -> Iterator[CheckProblem]:
    """An error for a regimen that should be planned and cannot be, or the reverse; a note where a finding blocks the dose."""
    patient = read_patient(read_json(read_text(EXAMPLE_PATIENT, "patient file"), EXAMPLE_PATIENT.name))
    clinic = read_clinic_file(None)
    for regimen in catalog.regimens.values():
        try:
            plan = make_plan(patient, regimen, catalog=catalog, clinic=clinic, as_of=DAY)
        except AssuageError as error:
            for one in error.problems:
                yield CheckProblem(CHECK, "error", f"{regimen.id}: {one.what}", _place(regimen), one.expected, one.do)
        except Exception as error:
            yield CheckProblem(CHECK, "error", f"{regimen.id}: planning fails with {type(error).__name__}: {error}", _place(regimen),
                               "a plan, or findings that say why there is none", "mend the record, or report the fault")  # fmt: skip
        else:
            yield from _judged(regimen, plan)


def _judged(regimen: Regimen, plan: Plan) -> Iterator[CheckProblem]:
    if plan.preparation is not None and not regimen.plannable:
        yield CheckProblem(CHECK, "error", f"{regimen.id} is not plannable and yet shows a dose", _place(regimen), "no dose",
                           "report it as a fault of the program")  # fmt: skip
    if plan.preparation is None and regimen.plannable:
        blocking = "; ".join(one.message for one in plan.findings if one.blocks == "dose")
        yield CheckProblem(CHECK, "note", f"{regimen.id} shows no dose for the made-up patient in the example clinic: {blocking}",
                           _place(regimen), "a dose, or a reason that is meant", "read the findings; mend the record if they are not meant")  # fmt: skip


def _place(regimen: Regimen) -> str:
    facts = [component.dose for step in regimen.steps for component in step.components]
    return facts[0].place if facts else f"regimens/{regimen.id}.yaml"
