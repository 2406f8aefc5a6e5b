"""Patients: looked for by two identifiers, registered once, shown with their courses."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from assuage.course.event import Referred
from assuage.errors import RegistryError
from assuage.registry import patients
from assuage.registry.patients import SEXES, Identity
from assuage.registry.store import new_id
from assuage.web.acting import act, new_key
from assuage.web.asked import Asked
from assuage.web.form import Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route


def look(asked: Asked) -> Response:
    """The search; an answer only for two identifiers."""
    return page(asked, "patients.html", found=None, typed={}, said="")


def looked(asked: Asked) -> Response:
    """Who was found by two identifiers. What was looked for stands in no address."""
    form = Form(asked)
    born = form.day("birth_date", "birth date", optional=True)
    registry = asked.settings.registry
    said, found = "", None
    if not form.errors:
        try:
            with registry.reading() as connection:
                found = patients.look_up(
                    connection,
                    registry.keys,
                    family=asked.text("family"),
                    birth_date=born,
                    number=asked.text("number") or None,
                )
        except RegistryError as error:
            said = f"{error.problems[0].what}: {error.problems[0].do}."
    asked.note("looked for a patient")
    return page(asked, "patients.html", found=found, typed=typed(asked), said=said, errors=form.errors)


def new(asked: Asked) -> Response:
    """The form of a new patient."""
    return page(asked, "patient_new.html", typed={}, alike=(), sexes=SEXES)


def register(asked: Asked) -> Response:
    """Register a patient, unless somebody who is alike is on record and this was not confirmed."""
    form = Form(asked)
    family, given = form.text("family", "family name", most=100), form.text("given", "given name", most=100)
    born, sex = form.day("birth_date", "birth date"), form.one_of("sex", "sex", words=SEXES)
    if born is not None and born > asked.now.astimezone(asked.settings.profile.zone).date():
        form.wrong("birth_date", "birth date", what="a day that has not come", do="Correct it.")
    if form.errors or born is None or sex is None:
        return page(
            asked, "patient_new.html", status=422, typed=typed(asked), alike=(), sexes=SEXES, errors=form.errors
        )
    identity = Identity(family, given, born, sex, asked.text("number") or None, asked.text("phone") or None)
    registry = asked.settings.registry
    with registry.writing() as connection:
        alike = patients.alike(connection, registry.keys, identity)
        if alike and not form.yes("is_another"):
            return page(asked, "patient_new.html", status=409, typed=typed(asked), alike=alike, sexes=SEXES)
        id = new_id()
        patients.register(
            connection, registry.keys, id, identity, at=asked.now, is_synthetic=asked.settings.is_demonstration
        )
    asked.note("registered a patient", id)
    return go(f"/patients/{id}")


def show(asked: Asked) -> Response:
    """A patient with all courses."""
    registry = asked.settings.registry
    with registry.reading() as connection:
        record = patients.by_id(connection, registry.keys, asked.path["patient"])
        if record.merged_into is not None:
            return go(f"/patients/{record.merged_into}")
        courses = registry.courses_of(connection, record.id)
    known = tuple(registry.course(one) for one in courses)
    return page(asked, "patient.html", patient=record, courses=known, key=new_key(), typed={})


def begin(asked: Asked) -> Response:
    """Begin a course: the referral."""
    form = Form(asked)
    reason = form.text("reason", "reason for the referral")
    indications = tuple(sorted({name for one in asked.settings.catalog.regimens.values() for name in one.indications}))
    indication = form.one_of("indication", "indication", words=indications)
    if form.errors or indication is None:
        return page(asked, "course_new.html", status=422, typed=typed(asked), errors=form.errors, indications=indications,
                    patient=_patient(asked), key=form.key())  # fmt: skip
    registry = asked.settings.registry
    course = registry.begin_course(asked.path["patient"], at=asked.now, id=_course_id(asked, form.key()))
    event = Referred(at=asked.now, patient=asked.path["patient"], reason=reason, indication=indication,
                     goal=asked.text("goal") or None, referrer=asked.text("referrer") or None)  # fmt: skip
    act(asked, course, event, key=form.key())
    return go(f"/courses/{course}")


def begin_form(asked: Asked) -> Response:
    """The form of a referral."""
    indications = tuple(sorted({name for one in asked.settings.catalog.regimens.values() for name in one.indications}))
    return page(asked, "course_new.html", typed={}, indications=indications, patient=_patient(asked), key=new_key())


def _patient(asked: Asked) -> patients.PatientRecord:
    with asked.settings.registry.reading() as connection:
        return patients.by_id(connection, asked.settings.registry.keys, asked.path["patient"])


def _course_id(asked: Asked, key: str) -> str | None:
    """One form of one person for one patient begins one course, however often it is sent."""
    from assuage.registry.store import ALPHABET, ID_LENGTH
    from assuage.registry.vault import hashed

    if not key:
        return None
    digest = bytes.fromhex(hashed(f"{asked.path['patient']}/{asked.person.id}/{key}"))
    return "".join(ALPHABET[one % len(ALPHABET)] for one in digest[:ID_LENGTH])


def age_on(born: dt.date, day: dt.date) -> int:
    """Completed years."""
    return day.year - born.year - ((day.month, day.day) < (born.month, born.day))


ROUTES = (
    Route("/patients", "patients", look, CLINICIANS),
    Route("/patients", "patients", looked, CLINICIANS, ("POST",)),
    Route("/patients/new", "new patient", new, CLINICIANS),
    Route("/patients/new", "new patient", register, CLINICIANS, ("POST",)),
    Route("/patients/{patient}", "patient", show, CLINICIANS, reads=True),
    Route("/patients/{patient}/courses/new", "new course", begin_form, CLINICIANS, reads=True),
    Route("/patients/{patient}/courses/new", "new course", begin, ("physician", "nurse"), ("POST",)),
)
