"""What an auditor reads: who read or did what, when; narrowed by account, by patient with all courses, by day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

import msgspec
from sqlalchemy import Connection, select

from assuage.registry.audit import Noted
from assuage.registry.tables import audit, course, patient

# Lines on one page.
MOST = 200


class Wanted(msgspec.Struct, frozen=True):
    """What is looked for. `subject` is the id of a patient, course or account; `since` and `until` are instants."""

    actor: str = ""
    subject: str = ""
    since: dt.datetime | None = None
    until: dt.datetime | None = None
    # Only lines before this number: the page after the last one.
    before: int | None = None


def lines(connection: Connection, wanted: Wanted, *, most: int = MOST) -> Sequence[Noted]:
    """Lines of the audit, newest first. A patient brings doubles and courses with them: who read a course read the patient."""
    asked = select(audit).order_by(audit.c.number.desc()).limit(most)
    if wanted.actor:
        asked = asked.where(audit.c.actor == wanted.actor)
    if wanted.subject:
        asked = asked.where(audit.c.subject.in_(_with_courses(connection, wanted.subject)))
    if wanted.since is not None:
        asked = asked.where(audit.c.at >= wanted.since)
    if wanted.until is not None:
        asked = asked.where(audit.c.at < wanted.until)
    if wanted.before is not None:
        asked = asked.where(audit.c.number < wanted.before)
    return [
        Noted(row.number, row.at, row.actor, row.what, row.subject, row.because, row.detail)
        for row in connection.execute(asked)
    ]


def _with_courses(connection: Connection, subject: str) -> tuple[str, ...]:
    entries = [subject, *connection.execute(select(patient.c.id).where(patient.c.merged_into == subject)).scalars()]
    courses = connection.execute(select(course.c.id).where(course.c.patient.in_(entries))).scalars()
    return (*entries, *courses)
