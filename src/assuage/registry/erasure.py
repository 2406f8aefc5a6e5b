"""Retention and erasure: whose record nobody has added to since a day; a person's keys destroyed, their chains still whole."""

from __future__ import annotations

import datetime as dt

import msgspec
from sqlalchemy import Connection, delete, func, or_, select, text, update

from assuage.errors import Problem, RegistryError
from assuage.registry import audit, projection
from assuage.registry.store import Registry
from assuage.registry.tables import course, event, link, patient


class Resting(msgspec.Struct, frozen=True):
    """A patient nobody has added to for long. Only the id is read: a list for erasing is no reason to read names."""

    patient: str
    courses: int
    last: dt.datetime


def resting_since(connection: Connection, day: dt.datetime) -> tuple[Resting, ...]:
    """Patients whose newest record lies before an instant, longest ago first. How long is kept is the clinic's law, not ours."""
    newest = func.coalesce(func.max(event.c.recorded), patient.c.created)
    rows = connection.execute(
        select(patient.c.id, func.count(func.distinct(course.c.id)).label("courses"), newest.label("last"))
        .outerjoin(course, course.c.patient == patient.c.id)
        .outerjoin(event, event.c.course == course.c.id)
        .where(patient.c.content.is_not(None), patient.c.merged_into.is_(None))
        .group_by(patient.c.id, patient.c.created)
        .having(newest < day)
        .order_by(newest)
    )
    return tuple(Resting(row.id, row.courses, row.last) for row in rows)


def erase(registry: Registry, id: str, *, by: str, at: dt.datetime, because: str) -> int:
    """Destroy every key of a person: of their entry, its doubles, and all courses. Nothing brings it back but a backup.

    Give      the entry that stands; who does it; `because` in words without anything personal: it stays on the audit
    Get       how many courses were erased
    Holds     records and seals stay, so that every chain still verifies; views, marks and links are removed
    Errors    `RegistryError` for an unknown patient, a double, or a course that is running
    """
    with registry.writing() as connection:
        row = connection.execute(select(patient.c.id, patient.c.merged_into).where(patient.c.id == id)).first()
        if row is None or row.merged_into is not None:
            raise RegistryError(Problem(f"no entry {id} that stands", "the registry", "the entry that stands",
                                        "choose the entry that its doubles were merged into"))  # fmt: skip
        theirs = select(patient.c.id).where(or_(patient.c.id == id, patient.c.merged_into == id))
        entries = tuple(connection.execute(theirs).scalars())
        rows = connection.execute(select(course.c.id, course.c.key_of).where(course.c.patient.in_(entries))).all()
        for one in rows:
            _refuse_running(registry, connection, one.id)
        for key in (*entries, *(one.key_of for one in rows)):
            registry.keys.destroy(connection, key, at=at, by=by)
        for one in rows:
            projection.remove(connection, one.id)
        connection.execute(delete(link).where(link.c.course.in_([one.id for one in rows])))
        connection.execute(
            update(patient)
            .where(patient.c.id.in_(entries))
            .values(content=None, family_mark=None, birth_mark=None, number_mark=None)
        )
        audit.note(connection, audit.Note(at, by, "erased a patient", id, because, f"{len(rows)} courses"))
    registry.forget()
    _overwrite(registry)
    return len(rows)


def _refuse_running(registry: Registry, connection: Connection, id: str) -> None:
    if registry.keys.is_destroyed(connection, id):
        return
    if registry.known_within(connection, id).state.running is not None:
        raise RegistryError(
            Problem(f"course {id} is running", "the registry", "no infusion under way", "end or stop it first")
        )


def _overwrite(registry: Registry) -> None:
    """The old bytes of the keys leave the files too: the log is folded in, or the table is written anew."""
    with registry.engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        if connection.dialect.name == "postgresql":
            connection.execute(text("VACUUM FULL content_key"))
        else:
            connection.connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
