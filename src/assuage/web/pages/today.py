"""Today: who is treated, what is missing, what is due next; below it, the follow-ups that are due, day 14 first."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Any

import msgspec
from sqlalchemy import Connection, select
from starlette.responses import Response

from assuage.registry import patients, tables
from assuage.registry.keys import Erased
from assuage.registry.patients import PatientRecord
from assuage.registry.projection import View
from assuage.registry.store import Registry
from assuage.web.asked import Asked
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

VIEW = msgspec.json.Decoder(View)
# Clinical need first: what runs, what must be settled, what waits for somebody, what comes.
ORDER = (
    "running", "to reconcile", "prepared", "waiting for a check", "waiting for a signature", "ready", "between infusions", "ordering",
    "screening", "referred", "not eligible", "follow-up", "scored",
)  # fmt: skip
FOLLOW_UPS = ("day 14", "call", "week 4", "week 8", "week 12")
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


def show(asked: Asked) -> Response:
    """The list, and the follow-ups."""
    registry = asked.settings.registry
    wanted = asked.asks("stage")
    with registry.reading() as connection:
        lines = sorted(_lines(connection, registry), key=_need)
        follow_ups = sorted(
            _follow_ups(connection, registry, asked.now), key=lambda one: (FOLLOW_UPS.index(one.what), one.at)
        )
    counts = {stage: sum(one.stage == stage for one in lines) for stage in ORDER}
    shown = [one for one in lines if not wanted or one.stage == wanted]
    asked.note("read today")
    return page(asked, "today.html", lines=shown, counts=counts, wanted=wanted, follow_ups=follow_ups, all=len(lines))


def _need(one: Line) -> tuple[int, dt.datetime]:
    stage = ORDER.index(one.stage) if one.stage in ORDER else len(ORDER)
    return stage, one.next_at or dt.datetime.max.replace(tzinfo=dt.UTC)


def _lines(connection: Connection, registry: Registry) -> Iterator[Line]:
    rows = connection.execute(
        select(tables.course_view, tables.course.c.patient, tables.course.c.key_of)
        .join(tables.course, tables.course.c.id == tables.course_view.c.course)
        .where(tables.course_view.c.stage != "closed")
    ).all()
    for row in rows:
        patient = _patient(connection, registry, row.patient)
        if patient is not None:
            yield Line(
                row.course,
                patient,
                row.stage,
                row.regimen,
                view(connection, registry, row),
                row.next_session,
                row.next_at,
            )


def view(connection: Connection, registry: Registry, row: Any) -> View:
    """The view of a course, opened."""
    key = registry.keys.of(connection, row.key_of)
    return VIEW.decode(registry.keys.opened(key, row.content, place=f"{row.course}/view"))


def _patient(connection: Connection, registry: Registry, id: str) -> PatientRecord | None:
    try:
        return patients.by_id(connection, registry.keys, id)
    except Erased:
        return None


def _follow_ups(connection: Connection, registry: Registry, now: dt.datetime) -> Iterator[FollowUp]:
    rows = connection.execute(
        select(tables.due, tables.course.c.patient)
        .join(tables.course, tables.course.c.id == tables.due.c.course)
        .where(tables.due.c.done.is_(False), tables.due.c.what != "session", tables.due.c.at <= now + AHEAD)
    ).all()
    for row in rows:
        patient = _patient(connection, registry, row.patient)
        if patient is not None:
            yield FollowUp(row.course, patient, row.what, row.number, row.at, (now - row.at).days)


ROUTES = (Route("/", "today", show, CLINICIANS),)
