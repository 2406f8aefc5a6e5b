"""Adverse events over all courses: each as it stands after corrections, with the infusion it belongs to."""

from __future__ import annotations

from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, select

from assuage.course.event import Harmed, Recorded
from assuage.course.state import Course, SessionState
from assuage.registry import patients, tables
from assuage.registry.keys import Erased
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Known, Registry

# Only these bring or change an adverse event.
KINDS = ("harmed", "corrected")


class Adverse(msgspec.Struct, frozen=True):
    """One adverse event on record. `recorded` is the record that first told it; `session` the infusion it belongs to."""

    course: str
    patient: PatientRecord
    number: int
    event: Harmed
    recorded: Recorded
    session: SessionState | None
    state: Course

    @property
    def drugs(self) -> tuple[str, ...]:
        """The drugs of that infusion."""
        return tuple(dict.fromkeys(one.drug for one in self.session.planned.drugs)) if self.session else ()


def adverse_events(connection: Connection, registry: Registry) -> Iterator[Adverse]:
    """Every adverse event, newest first within a course. Who was erased is in no list."""
    courses = connection.execute(
        select(tables.event.c.course).where(tables.event.c.kind.in_(KINDS)).distinct().order_by(tables.event.c.course)
    ).scalars().all()  # fmt: skip
    for course in courses:
        try:
            known = registry.known_within(connection, course)
            patient = patients.by_id(connection, registry.keys, known.patient)
        except Erased:
            continue
        yield from of_course(known, patient)


def of_course(known: Known, patient: PatientRecord) -> Iterator[Adverse]:
    """The adverse events of one course, newest first."""
    for number, event in reversed(known.state.harms):
        session = known.state.session(event.session) if event.session is not None else None
        yield Adverse(known.id, patient, number, event, known.records[number - 1], session, known.state)
