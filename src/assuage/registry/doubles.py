"""One person entered twice: found, put together without losing history, taken apart again if that was wrong."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict

import msgspec
from sqlalchemy import Connection, func, select, tuple_, update

from assuage.course import Command, Decision, Person, Surroundings
from assuage.course.event import Moved
from assuage.errors import Problem, RegistryError
from assuage.registry import audit, patients
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Registry
from assuage.registry.tables import course, patient


def possible(connection: Connection, registry: Registry) -> tuple[tuple[PatientRecord, ...], ...]:
    """Groups of entries that may be one person: the same family name and birth date, or the same number.

    Holds     entries that were put together or erased are not shown; each entry stands in one group
    """
    stands = (patient.c.content.is_not(None), patient.c.merged_into.is_(None))
    names = select(patient.c.family_mark, patient.c.birth_mark).where(*stands)
    names = names.group_by(patient.c.family_mark, patient.c.birth_mark).having(func.count() > 1)
    numbers = select(patient.c.number_mark).where(*stands, patient.c.number_mark.is_not(None))
    numbers = numbers.group_by(patient.c.number_mark).having(func.count() > 1)
    is_shared = tuple_(patient.c.family_mark, patient.c.birth_mark).in_(names) | patient.c.number_mark.in_(numbers)
    rows = connection.execute(select(patient).where(*stands, is_shared).order_by(patient.c.id)).all()
    group = {row.id: row.id for row in rows}

    def first(id: str) -> str:
        while group[id] != id:
            id = group[id]
        return id

    seen: dict[tuple[str, ...], str] = {}
    for row in rows:
        for mark in ((row.family_mark, row.birth_mark), (row.number_mark,)):
            if None not in mark:
                group[first(row.id)] = first(seen.setdefault(mark, row.id))
    together: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        together[first(row.id)].append(row.id)
    return tuple(
        tuple(patients.by_id(connection, registry.keys, id) for id in ids) for ids in together.values() if len(ids) > 1
    )


class Told(msgspec.Struct, frozen=True):
    """Who changes whose course it is, why in their words, and what the surroundings are."""

    by: Person
    because: str
    around: Surroundings


def merge(registry: Registry, double: str, *, into: str, told: Told) -> int:
    """Put an entry together with the one that stands: its courses go there, each with a record that says so. All or nothing.

    Get       how many courses went there
    Errors    `RegistryError` for an entry and itself, one that is a double already or has doubles, or one that was erased
    """
    with registry.writing() as connection:
        if double == into:
            raise RegistryError(Problem("one entry and itself", "the two entries", "two entries", "choose another one"))
        patients.standing(connection, registry.keys, double)
        patients.standing(connection, registry.keys, into)
        if connection.execute(select(patient.c.id).where(patient.c.merged_into == double)).first() is not None:
            raise RegistryError(Problem(f"patient {double} has doubles of its own", "the registry",
                                        "the entry that stands as the one that stays", "put it together the other way round"))  # fmt: skip
        courses = registry.courses_of(connection, double)
        for one in courses:
            _same_person(registry, connection, one, (double, into), told)
        connection.execute(update(patient).where(patient.c.id == double).values(merged_into=into))
        audit.note(
            connection, audit.Note(told.around.now, told.by.id, "merged a patient", double, None, f"into {into}")
        )
    return len(courses)


def unmerge(registry: Registry, double: str, *, told: Told) -> int:
    """Take an entry apart again: the courses that came from it go back, and only those. All or nothing.

    Get       how many courses went back
    Errors    `RegistryError` where it is no double
    """
    with registry.writing() as connection:
        into = patients.by_id(connection, registry.keys, double).merged_into
        if into is None:
            raise RegistryError(Problem(f"patient {double} is no double", "the registry", "an entry that was put together",
                                        "choose one that was"))  # fmt: skip
        connection.execute(update(patient).where(patient.c.id == double).values(merged_into=None))
        courses = [
            one for one in registry.courses_of(connection, into) if _came_from(registry, connection, one, double)
        ]
        for one in courses:
            _same_person(registry, connection, one, (into, double), told)
        audit.note(
            connection, audit.Note(told.around.now, told.by.id, "unmerged a patient", double, None, f"from {into}")
        )
    return len(courses)


def move(registry: Registry, id: str, *, to: str, told: Told, key: str) -> Decision:
    """Move a course that was entered on the wrong patient. Get: the decision; what stands in the way moves nothing."""
    with registry.writing() as connection:
        known = registry.known_within(connection, id)
        event = Moved(at=told.around.now, patient=to, left=known.patient, why="wrong patient", because=told.because)
        decision = registry.act_within(
            connection, id, Command(event=event, by=told.by, key=f"{id}/{key}", surface="web"), told.around
        )
        if decision.records:
            audit.note(
                connection,
                audit.Note(told.around.now, told.by.id, "moved a course", id, None, f"{known.patient} to {to}"),
            )
    return decision


def _came_from(registry: Registry, connection: Connection, id: str, double: str) -> bool:
    moves = registry.known_within(connection, id).state.moves
    return bool(moves) and moves[-1][1].left == double and moves[-1][1].why == "same person"


def _same_person(registry: Registry, connection: Connection, id: str, way: tuple[str, str], told: Told) -> None:
    version = registry.known_within(connection, id).version
    if not version:
        # Opened and never begun: there is no record that could say it.
        connection.execute(update(course).where(course.c.id == id).values(patient=way[1]))
        return
    event = Moved(at=told.around.now, patient=way[1], left=way[0], why="same person", because=told.because)
    command = Command(event=event, by=told.by, key=f"{id}/moved/{version}", surface="web")
    decision = registry.act_within(connection, id, command, told.around)
    if not decision.records:
        raise RegistryError(*(Problem(one.message, f"course {id}", "a course that can be moved", one.resolve)
                              for one in decision.findings))  # fmt: skip


def merged(connection: Connection) -> tuple[tuple[str, str, dt.datetime], ...]:
    """Entries that were put together: id, where they went, when they were entered."""
    rows = connection.execute(
        select(patient.c.id, patient.c.merged_into, patient.c.created)
        .where(patient.c.merged_into.is_not(None))
        .order_by(patient.c.id)
    )
    return tuple((str(row[0]), str(row[1]), row[2]) for row in rows)
