"""Every course on record, closed and erased ones too, by what is known without opening anything personal; and a course's seals."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

import msgspec
from sqlalchemy import Connection, select

from assuage.errors import Problem, RegistryError
from assuage.registry.projection import Stage
from assuage.registry.tables import content_key, course, course_view, event, patient

# Where a course stands, and three words more: begun without a record, its key destroyed, its view lost until it is worked out anew.
Standing = Stage | Literal["not begun", "erased", "not worked out"]
STANDINGS: tuple[Standing, ...] = (*get_args(Stage), "not begun", "erased", "not worked out")


class Line(msgspec.Struct, frozen=True):
    """One course in a list. `version` is the number of its last record; regimen and session are none where there is none."""

    course: str
    patient: str
    stage: Standing
    regimen: str | None
    next_session: int | None
    next_at: dt.datetime | None
    version: int
    is_restricted: bool


def every_course(connection: Connection, *, of: str | None = None) -> tuple[Line, ...]:
    """All courses, or those of one patient, by id.

    Errors    `RegistryError` for a patient nobody knows, or one whose entry is another's double
    """
    if of is not None:
        _refuse_unknown(connection, of)
    wanted = (
        select(
            course, content_key.c.destroyed, patient.c.is_restricted, course_view.c.stage, course_view.c.regimen,
            course_view.c.next_session, course_view.c.next_at,
        )
        .join(content_key, content_key.c.id == course.c.key_of)
        .join(patient, patient.c.id == course.c.patient)
        .outerjoin(course_view, course_view.c.course == course.c.id)
        .order_by(course.c.id)
    )  # fmt: skip
    if of is not None:
        wanted = wanted.where(course.c.patient == of)
    return tuple(
        Line(
            row.id, row.patient, _standing(row.stage, row.version, is_erased=row.destroyed is not None), row.regimen,
            row.next_session, row.next_at, row.version, row.is_restricted,
        )
        for row in connection.execute(wanted)
    )  # fmt: skip


def _standing(stage: Stage | None, version: int, *, is_erased: bool) -> Standing:
    if is_erased:
        return "erased"
    if stage is None:
        return "not worked out" if version else "not begun"
    return stage


def _refuse_unknown(connection: Connection, id: str) -> None:
    row = connection.execute(select(patient.c.merged_into).where(patient.c.id == id)).first()
    if row is None:
        raise RegistryError(
            Problem(f"no patient {id}", "--patient", "a patient on record", "list every course: leave --patient out")
        )
    if row.merged_into is not None:
        raise RegistryError(Problem(f"patient {id} is a double of {row.merged_into}", "--patient", "the entry that stands",
                                    f"give --patient {row.merged_into}"))  # fmt: skip


def erased_at(connection: Connection, id: str) -> dt.datetime | None:
    """When the key of a course was destroyed; none where it was not, or for an id nobody knows."""
    found: dt.datetime | None = connection.execute(
        select(content_key.c.destroyed)
        .join(course, course.c.key_of == content_key.c.id)
        .where(course.c.id == id)
    ).scalar()  # fmt: skip
    return found


def seals_of(connection: Connection, id: str) -> tuple[str, ...]:
    """The seal of every record of a course, in order."""
    return tuple(
        connection.execute(select(event.c.seal).where(event.c.course == id).order_by(event.c.number)).scalars()
    )
