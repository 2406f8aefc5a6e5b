"""A course that begins with records already decided: a demonstration, an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection, insert

from assuage.course import Course
from assuage.course.chain import BEGINNING
from assuage.course.event import Recorded
from assuage.registry.store import Known, Registry
from assuage.registry.tables import course


def begun_with(
    registry: Registry, connection: Connection, *, id: str, patient: str, records: Sequence[Recorded], at: dt.datetime
) -> Known:
    """A new course of a patient with these records, in a transaction that is open."""
    registry.keys.make(connection, id, at=at)
    connection.execute(insert(course).values(id=id, patient=patient, key_of=id, version=0, head=BEGINNING, created=at))
    return registry.append(connection, Known(id, patient, 0, BEGINNING, (), Course()), records)
