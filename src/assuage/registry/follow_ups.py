"""Follow-ups over all courses: how many answers of day 14 are there, and what patients told through a link of their own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import msgspec
from sqlalchemy import Connection, func, select

from assuage.course.event import Called, Contacted, Harmed, Recorded, Scored
from assuage.course.people import Person
from assuage.registry import patients, tables
from assuage.registry.keys import Erased
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Known, Registry


class Answers(msgspec.Struct, frozen=True):
    """Of so many courses whose day 14 has come, how many have neither a score nor a reason why there is none."""

    due: int
    open: int


class Told(msgspec.Struct, frozen=True):
    """What a patient told through a link, and nobody has followed up since."""

    course: str
    patient: PatientRecord
    at: dt.datetime
    symptoms: tuple[str, ...]


def answers(connection: Connection, *, now: dt.datetime) -> Answers:
    """Day 14 of every course for which it has come."""
    rows = connection.execute(
        select(tables.due.c.done, func.count())
        .where(tables.due.c.what == "day 14", tables.due.c.at <= now)
        .group_by(tables.due.c.done)
    ).all()
    counts = {bool(done): count for done, count in rows}
    return Answers(sum(counts.values()), counts.get(False, 0))


def told_by_patients(connection: Connection, registry: Registry, *, since: dt.datetime) -> Iterator[Told]:
    """What patients told since an instant, until somebody called them, wrote down a harm or reached them.

    Holds     what was put on record as a harm, a call or a contact after it, by a person, ends it; time alone does not
    """
    courses = connection.execute(
        select(tables.event.c.course)
        .where(tables.event.c.kind == "scored", tables.event.c.actor == "patient", tables.event.c.recorded >= since)
        .distinct()
    ).scalars().all()  # fmt: skip
    for course in courses:
        try:
            known = registry.known_within(connection, course)
            patient = patients.by_id(connection, registry.keys, known.patient)
        except Erased:
            continue
        yield from _told(known, patient, since)


def _told(known: Known, patient: PatientRecord, since: dt.datetime) -> Iterator[Told]:
    followed = max((one.number for one in known.records if _is_followed_up(one)), default=0)
    for one in known.records:
        event = one.event
        if isinstance(event, Scored) and event.reported_by == "patient" and event.symptoms and one.recorded >= since and one.number > followed:  # fmt: skip
            yield Told(known.id, patient, one.recorded, event.symptoms)


def _is_followed_up(one: Recorded) -> bool:
    if not isinstance(one.by, Person):
        return False
    return isinstance(one.event, Harmed | Called) or (isinstance(one.event, Contacted) and one.event.reached)


def overdue_days(connection: Connection, *, now: dt.datetime) -> tuple[int, ...]:
    """Whole days each unanswered score of day 14 is overdue."""
    rows = connection.execute(
        select(tables.due.c.at).where(
            tables.due.c.what == "day 14", tables.due.c.done.is_(False), tables.due.c.at <= now
        )
    )
    return tuple((now - at).days for at in rows.scalars())
