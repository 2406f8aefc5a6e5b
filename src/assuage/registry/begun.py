"""A course that begins with records already decided: a demonstration, an import."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from sqlalchemy import Connection

from assuage.course import Course
from assuage.course.chain import BEGINNING
from assuage.course.event import Recorded
from assuage.registry.store import Known, Registry


def begun_with(
    registry: Registry, connection: Connection, *, id: str, patient: str, records: Sequence[Recorded], at: dt.datetime
) -> Known:
    """A new course of a patient with these records, in a transaction that is open."""
    registry.begin_within(connection, patient, at=at, id=id)
    return registry.append(connection, Known(id, patient, 0, BEGINNING, (), Course()), records)
