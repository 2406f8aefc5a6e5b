"""Keeping the record, for the administrator: doubles, wrong patients, restriction, erasure. Every act after proving again."""

from __future__ import annotations

import datetime as dt
from typing import Any

from starlette.responses import Response

from assuage.course.people import Role
from assuage.errors import RegistryError
from assuage.registry import doubles, erasure, glass, patients
from assuage.registry.doubles import Told
from assuage.registry.patients import PatientRecord
from assuage.web.acting import new_key, prove, surroundings
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import Route

MAY: tuple[Role, ...] = ("administrator",)
NOT_PROVED = FieldError("password", "password", "it is not right, or was not given", "Give your password again.")
# Why a record is erased stands on the audit for good, so it is one of these and never free text.
ERASING = ("kept as long as the law asks", "the patient asked for it", "entered by mistake")


def show(asked: Asked) -> Response:
    """Possible doubles, entries that were put together, and the forms of all acts."""
    return _page(asked, "keeping.html")


def _page(
    asked: Asked, template: str, *, errors: tuple[FieldError, ...] = (), status: int = 200, **values: Any
) -> Response:
    registry = asked.settings.registry
    with registry.reading() as connection:
        groups = doubles.possible(connection, registry)
        merged = doubles.merged(connection)
    if groups:
        asked.note("read possible doubles")
    shown = {"found": None, "resting": None, "findings": (), **values}
    return page(asked, template, status=status, groups=groups, merged=merged, key=new_key(), typed=typed(asked),
                errors=list(errors), **shown)  # fmt: skip


def find(asked: Asked) -> Response:
    """Entries by two identifiers, with their ids: what the other forms ask for."""
    form = Form(asked)
    born = form.day("birth_date", "birth date", optional=True)
    registry = asked.settings.registry
    found: tuple[PatientRecord, ...] = ()
    if not form.errors:
        try:
            with registry.reading() as connection:
                found = patients.look_up(connection, registry.keys, family=asked.text("family"), birth_date=born,
                                         number=asked.text("number") or None)  # fmt: skip
                courses = {one.id: registry.courses_of(connection, one.id) for one in found}
        except RegistryError as error:
            form.wrong("family", "search", what=error.problems[0].what, do=f"{error.problems[0].do.capitalize()}.")
    if form.errors:
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=422)
    asked.note("looked for a patient")
    return _page(asked, "keeping.html", found=[(one, courses[one.id]) for one in found])


def merge(asked: Asked) -> Response:
    """Put an entry together with the one that stays."""
    form = Form(asked)
    double, into = form.text("double", "double"), form.text("into", "entry that stays")
    return _done(asked, form, lambda told: doubles.merge(asked.settings.registry, double, into=into, told=told))


def unmerge(asked: Asked) -> Response:
    """Take an entry apart again."""
    form = Form(asked)
    double = form.text("double", "double")
    return _done(asked, form, lambda told: doubles.unmerge(asked.settings.registry, double, told=told))


def _done(asked: Asked, form: Form, act: Any) -> Response:
    because = form.text("because", "reason", most=500)
    if form.errors:
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=422)
    if not prove(asked):
        return _page(asked, "keeping.html", errors=(NOT_PROVED,), status=422)
    try:
        act(Told(asked.person, because, surroundings(asked)))
    except RegistryError as error:
        problem = error.problems[0]
        form.wrong("because", "these entries", what=problem.what, do=f"{problem.do.capitalize()}.")
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=409)
    return go("/keeping")


def move(asked: Asked) -> Response:
    """Move a course that was entered on the wrong patient; what stands in the way is shown."""
    form = Form(asked)
    course, to = form.text("course", "course"), form.text("to", "patient it belongs to")
    because = form.text("because", "reason", most=500)
    if form.errors:
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=422)
    if not prove(asked):
        return _page(asked, "keeping.html", errors=(NOT_PROVED,), status=422)
    told = Told(asked.person, because, surroundings(asked))
    try:
        decision = doubles.move(asked.settings.registry, course, to=to, told=told, key=form.key() or new_key())
    except RegistryError as error:
        form.wrong("course", "course", what=error.problems[0].what, do=f"{error.problems[0].do.capitalize()}.")
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=409)
    if decision.is_refused:
        return _page(asked, "keeping.html", findings=decision.findings, status=409)
    return go("/keeping")


def restrict(asked: Asked) -> Response:
    """Set or lift the restriction of a patient."""
    form = Form(asked)
    id = form.text("patient", "patient")
    what = form.one_of("restriction", "restriction", words=("set", "lift"))
    registry = asked.settings.registry
    if not form.errors and not prove(asked):
        form.errors.append(NOT_PROVED)
    if not form.errors and id:
        with registry.writing() as connection:
            try:
                patients.standing(connection, registry.keys, id)
            except RegistryError as error:
                form.wrong(
                    "patient", "patient", what=error.problems[0].what, do=f"{error.problems[0].do.capitalize()}."
                )
            else:
                glass.restrict(connection, id, is_restricted=what == "set", by=asked.person.id, at=asked.now)
    if form.errors:
        return _page(asked, "keeping.html", errors=tuple(form.errors), status=422)
    return go("/keeping")


def rest(asked: Asked) -> Response:
    """Whose record nobody has added to since a day: ids alone."""
    form = Form(asked)
    day = form.day("since", "day")
    if form.errors or day is None:
        return _page(asked, "erase.html", errors=tuple(form.errors), status=422, reasons=ERASING, id="")
    before = dt.datetime.combine(day, dt.time(), asked.settings.profile.zone)
    with asked.settings.registry.reading() as connection:
        found = erasure.resting_since(connection, before)
    return _page(asked, "erase.html", resting=found, reasons=ERASING, id="")


def show_erase(asked: Asked) -> Response:
    """What erasing means, and the form of it."""
    return _page(asked, "erase.html", reasons=ERASING, id="")


def erase(asked: Asked) -> Response:
    """Erase a person, after the id was typed twice and the password given anew: nothing brings it back."""
    form = Form(asked)
    id, again = form.text("patient", "patient"), form.text("again", "patient, again")
    because = form.one_of("because", "reason", words=ERASING)
    if id != again:
        form.wrong("again", "patient, again", what="it is another one", do="Type the same id twice.")
    if not form.errors and not prove(asked, afresh=True):
        form.errors.append(NOT_PROVED)
    if form.errors or because is None:
        return _page(asked, "erase.html", errors=tuple(form.errors), status=422, reasons=ERASING, id=id)
    try:
        courses = erasure.erase(asked.settings.registry, id, by=asked.person.id, at=asked.now, because=because)
    except RegistryError as error:
        form.wrong("patient", "patient", what=error.problems[0].what, do=f"{error.problems[0].do.capitalize()}.")
        return _page(asked, "erase.html", errors=tuple(form.errors), status=409, reasons=ERASING, id=id)
    return page(asked, "erased.html", id=id, courses=courses)


ROUTES = (
    Route("/keeping", "keeping", show, MAY),
    Route("/keeping/find", "keeping", find, MAY, ("POST",)),
    Route("/keeping/merge", "merge", merge, MAY, ("POST",)),
    Route("/keeping/unmerge", "unmerge", unmerge, MAY, ("POST",)),
    Route("/keeping/move", "move", move, MAY, ("POST",)),
    Route("/keeping/restrict", "restrict", restrict, MAY, ("POST",)),
    Route("/keeping/erase", "erase", show_erase, MAY),
    Route("/keeping/resting", "erase", rest, MAY, ("POST",)),
    Route("/keeping/erase", "erase", erase, MAY, ("POST",)),
)
