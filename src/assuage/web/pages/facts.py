"""Facts: everything that is known of a patient, in one form, with the age of each; or from a file, read before it is kept."""

from __future__ import annotations

import json
from typing import Any

from starlette.responses import Response

from assuage.course.event import FactsRecorded
from assuage.course.gates_today import patient_of
from assuage.errors import DocumentError
from assuage.patient import Dated
from assuage.patient.fields import GROUPS
from assuage.quantity import Quantity, show
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Known
from assuage.screening import Formulas, State, show_date
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.intake import LISTINGS, SECTIONS, WORDS, Document, word
from assuage.web.intake_document import row_count, taken
from assuage.web.intake_filled import filled
from assuage.web.intake_upload import laid_over, uploaded
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

SPARE_ROWS = 2
MORE_ROWS = 5
SOURCES = ("form", "file", "fhir")


def show_form(asked: Asked) -> Response:
    """The form, filled with what is on record."""
    known, patient = open_course(asked)
    return _page(asked, known, patient, fields=filled(_on_record(known)))


def upload(asked: Asked) -> Response:
    """A file in the form, to be read before it is recorded."""
    known, patient = open_course(asked)
    content = asked.files.get("file", b"")
    if not content.strip():
        wrong = FieldError("file", "file", "no file was chosen", "Choose a patient file or a FHIR bundle.")
        return _page(asked, known, patient, fields=filled(_on_record(known)), errors=[wrong])
    try:
        found = uploaded(content, asked.settings.catalog.terms, patient)
    except DocumentError as error:
        errors = [FieldError("file", "file", f"{one.what} ({one.where})", f"Expected: {one.expected}. {one.do[:1].upper()}{one.do[1:]}.") for one in error.problems]  # fmt: skip
        return _page(asked, known, patient, fields=filled(_on_record(known)), errors=errors)
    document, kept = laid_over(_on_record(known), found.document)
    fields = {**filled(document), "source": found.source, "basis": json.dumps(document, ensure_ascii=False)}
    if found.calls_the_patient not in ("not given", patient.id):
        fields["calls"] = found.calls_the_patient
    return _page(asked, known, patient, fields=fields, notes=(*found.notes, *kept))


def record(asked: Asked) -> Response:
    """Record the facts, or show every problem beside its field."""
    known, patient = open_course(asked)
    before, errors = _basis(asked, known)
    if asked.text("more"):
        return _page(asked, known, patient, fields=typed(asked))
    found = taken(asked, before, patient)
    errors += found.errors
    if asked.text("calls") and asked.text("same") != "yes":
        errors.append(FieldError("same", "the same patient", "the file calls the patient by another name", "Compare name and birth date, then tick it."))  # fmt: skip
    source = next((one for one in SOURCES if one == asked.text("source")), "form")
    version = asked.text("version")
    if errors:
        return _page(asked, known, patient, fields=typed(asked), errors=errors)
    if known.state.facts is not None and _on_record(known) == json.loads(found.document):
        return _page(asked, known, patient, fields=typed(asked), notes=("Nothing differs from what is on record; nothing was recorded.",))  # fmt: skip
    event = FactsRecorded(at=asked.now, document=found.document, source=source)  # type: ignore[arg-type]
    key = Form(asked).key() or new_key()
    decision = act(asked, known.id, event, key=key, version=int(version) if version.isdigit() else known.version)
    if decision.is_refused:
        return _page(asked, known, patient, fields=typed(asked), findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/eligibility")


def _on_record(known: Known) -> Document:
    """The document on record; empty where none is."""
    if known.state.facts is None:
        return {}
    found: Document = json.loads(known.state.facts.document, parse_float=str, parse_int=str)
    vitals = found.get("vitals")
    if isinstance(vitals, dict) and "bp" in vitals:
        patient = patient_of(known.state.facts.document)
        for part in ("sbp", "dbp"):
            value = patient.facts[f"vitals.{part}"].value
            assert isinstance(value, Quantity)
            vitals[part] = f"{value.value:f} {value.unit}"
        del vitals["bp"]
    return found


def _basis(asked: Asked, known: Known) -> tuple[Document, list[FieldError]]:
    """What the form was opened on: the uploaded document that it carries, else what is on record."""
    carried = asked.text("basis")
    if not carried:
        return _on_record(known), []
    try:
        found = json.loads(carried)
    except ValueError:
        found = None
    if not isinstance(found, dict):
        return {}, [
            FieldError("file", "file", "what the form carried of the file is not whole", "Upload the file again.")
        ]
    return found, []


def _page(
    asked: Asked, known: Known, patient: PatientRecord, *, fields: dict[str, str], status: int = 0, **more: Any
) -> Response:
    errors = more.get("errors", [])
    basis = fields.get("basis")
    try:
        before = json.loads(basis) if basis else _on_record(known)
    except ValueError:
        before = {}
    rows = {one.name: _rows(asked, fields, one.name) for one in LISTINGS}
    return page(
        asked, "facts.html", status=status or (422 if errors else 200), patient=patient, course=known, typed=fields,
        sections=SECTIONS, listings=LISTINGS, rows=rows, ages=_ages(asked, known), history=_histories(before), word=word,
        words=WORDS, key=new_key(), version=fields.get("version") or str(known.version), source=fields.get("source", "form"),
        **{"errors": [], "findings": [], "notes": (), **more},
    )  # fmt: skip


def _rows(asked: Asked, fields: dict[str, str], name: str) -> int:
    """Lines to show: those that are filled, some to spare, more where they were asked for."""
    filled_in = [int(one.split(".")[1]) for one, text in fields.items() if one.startswith(f"{name}.") and text and one.split(".")[1].isdigit()]  # fmt: skip
    more = MORE_ROWS if asked.text("more") == name else 0
    return max(row_count(asked, name), max(filled_in, default=-1) + 1 + SPARE_ROWS) + more


def _ages(asked: Asked, known: Known) -> dict[str, tuple[str, bool]]:
    """What is on record of each fact, in words, and whether it is too old to count today."""
    if known.state.facts is None:
        return {}
    settings = asked.settings
    today = asked.now.astimezone(settings.profile.zone).date()
    patient = patient_of(known.state.facts.document)
    state = State(
        patient, today, catalog=settings.catalog, clinic=settings.clinic, formulas=Formulas.of(settings.catalog)
    )
    found = {}
    for name, fact in patient.facts.items():
        days = "" if fact.on is None else f"{show_date(fact.on)}, {age_text((today - fact.on).days)}"
        doubt = state.too_old(name, fact) is not None and fact.on is not None
        value = "" if name in GROUPS else f"{_said(fact)}, "
        found[name] = (f"{value}{days}".removesuffix(", "), doubt)
    return found


def age_text(days: int) -> str:
    """How old, in words.

    >>> age_text(0), age_text(1), age_text(12)
    ('today', '1 day old', '12 days old')
    """
    if days < 0:
        return "in the future"
    return "today" if days == 0 else f"{days:,} day{'' if days == 1 else 's'} old"


def _said(fact: Dated) -> str:
    value = show(fact.value) if isinstance(fact.value, Quantity) else word({True: "true", False: "false"}.get(fact.value, str(fact.value)) if isinstance(fact.value, bool) else fact.value)  # fmt: skip
    return f"{value}{f', {fact.how}' if fact.how else ''}"


def _histories(before: Document) -> dict[str, list[Document]]:
    """Older values of each fact: those that become history when another day is written, each with a tick for a mistake."""
    found = {}
    pain = before.get("pain") or {}
    for name, fact in [*before.items(), *((f"pain.{part}", value) for part, value in pain.items())]:
        if isinstance(fact, dict) and "value" in fact:
            found[name] = [{key: fact[key] for key in ("value", "on", "how") if key in fact}, *fact.get("history", ())]
    return found


ROUTES = (
    Route("/courses/{course}/facts", "facts", show_form, CLINICIANS, reads=True),
    Route("/courses/{course}/facts", "facts", record, CLINICIANS, ("POST",)),
    Route("/courses/{course}/facts/upload", "facts of a file", upload, CLINICIANS, ("POST",)),
)
