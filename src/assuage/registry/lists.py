"""Lists over all courses: what runs and waits today, which follow-ups are due, from what is worked out; orders to look at are read whole."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select

from assuage.registry import patients, tables
from assuage.registry.keys import Erased
from assuage.registry.patients import PatientRecord
from assuage.registry.projection import View
from assuage.registry.store import Registry

VIEW = msgspec.json.Decoder(View)
# A follow-up shows from so long before it is due.
AHEAD = dt.timedelta(days=2)


class Line(msgspec.Struct, frozen=True):
    """One course in the list."""

    course: str
    patient: PatientRecord
    stage: str
    regimen: str | None
    view: View
    next_session: int | None
    next_at: dt.datetime | None


class FollowUp(msgspec.Struct, frozen=True):
    """One follow-up that is due."""

    course: str
    patient: PatientRecord
    what: str
    number: int
    at: dt.datetime
    days_over: int


# A patient's row beside each line, with both keys: a list of many is one question to the database.
WHO = tuple(column.label(f"who_{column.name}") for column in tables.patient.c)
OF_PATIENT, OF_COURSE = tables.content_key.alias("of_patient"), tables.content_key.alias("of_course")
WHOSE = (
    tables.course.join(tables.patient, tables.patient.c.id == tables.course.c.patient)
    .join(OF_PATIENT, OF_PATIENT.c.id == tables.patient.c.id)
    .join(OF_COURSE, OF_COURSE.c.id == tables.course.c.key_of)
)
KEYS = (
    OF_PATIENT.c.wrapped.label("patient_wrapped"),
    OF_COURSE.c.wrapped.label("course_wrapped"),
    tables.course.c.key_of,
)


def open_courses(connection: Connection, registry: Registry) -> Iterator[Line]:
    """Every course that is not closed. Who was erased is in no list."""
    rows = connection.execute(
        select(tables.course_view, *WHO, *KEYS)
        .select_from(WHOSE.join(tables.course_view, tables.course_view.c.course == tables.course.c.id))
        .where(tables.course_view.c.stage != "closed")
    ).all()
    for row in rows:
        patient = _beside(registry, row)
        if patient is None or row.course_wrapped is None:
            continue
        key = registry.keys.unwrapped(row.key_of, row.course_wrapped, is_destroyed=False)
        seen = VIEW.decode(registry.keys.opened(key, row.content, place=f"{row.course}/view"))
        yield Line(row.course, patient, row.stage, row.regimen, seen, row.next_session, row.next_at)


def _beside(registry: Registry, row: Any) -> PatientRecord | None:
    """The patient of a row that has it beside it; none where they were erased."""
    if row.patient_wrapped is None:
        return None
    key = registry.keys.unwrapped(row.who_id, row.patient_wrapped, is_destroyed=False)
    identity = patients.DECODER.decode(registry.keys.opened(key, row.who_content, place=f"patient/{row.who_id}"))
    return PatientRecord(
        row.who_id, identity, row.who_is_synthetic, row.who_is_restricted, row.who_merged_into, row.who_created
    )


def _patient(connection: Connection, registry: Registry, id: str) -> PatientRecord | None:
    try:
        return patients.by_id(connection, registry.keys, id)
    except Erased:
        return None


def follow_ups_due(connection: Connection, registry: Registry, *, now: dt.datetime) -> Iterator[FollowUp]:
    """Every follow-up that is due, or soon."""
    rows = connection.execute(
        select(tables.due, *WHO, *KEYS)
        .select_from(WHOSE.join(tables.due, tables.due.c.course == tables.course.c.id))
        .where(tables.due.c.done.is_(False), tables.due.c.what != "session", tables.due.c.at <= now + AHEAD)
    ).all()
    for row in rows:
        patient = _beside(registry, row)
        if patient is not None:
            yield FollowUp(row.course, patient, row.what, row.number, row.at, (now - row.at).days)


class Resting(msgspec.Struct, frozen=True):
    """An order in force that was made with another catalog, or of a regimen that is no longer adopted."""

    course: str
    patient: PatientRecord
    regimen: str
    standing: str
    catalog: str
    sessions_left: int


def orders_to_look_at(
    connection: Connection, registry: Registry, *, fingerprint: str, adopted: frozenset[str]
) -> Iterator[Resting]:
    """Orders with sessions to come that do not rest on this catalog and on what is adopted now: what a recall has to find."""
    rows = connection.execute(
        select(tables.course_view.c.course).where(
            tables.course_view.c.stage.not_in(("closed", "follow-up", "scored", "referred", "screening", "not eligible"))
        )
    ).scalars().all()  # fmt: skip
    for course in rows:
        known = registry.course(course)
        order = known.state.order
        left = [one for one in known.state.sessions if one.status in ("planned", "prepared", "running", "paused")]
        if order is None or not left or (order.order.catalog == fingerprint and order.order.regimen in adopted):
            continue
        patient = _patient(connection, registry, known.patient)
        if patient is not None:
            yield Resting(course, patient, order.order.regimen, order.standing, order.order.catalog, len(left))
