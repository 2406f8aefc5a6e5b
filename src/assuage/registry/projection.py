"""What is worked out from the events of a course: its stage, its next session, what is due. Never a source of its own."""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable, Iterator, Sequence
from typing import Any, Literal

import msgspec
from sqlalchemy import Connection, delete, insert, select

from assuage.course.chain import ENCODER
from assuage.course.event import Scored
from assuage.course.order import OrderedFollowUp
from assuage.course.state import Course, SessionState
from assuage.registry.asked_often import FIRST_VIEWED, VIEWED
from assuage.registry.tables import counted, course_view, due

Stage = Literal[
    "referred", "screening", "not eligible", "ordering", "waiting for a check", "waiting for a signature", "ready", "prepared",
    "running", "to reconcile", "between infusions", "follow-up", "scored", "closed",
]  # fmt: skip


class View(msgspec.Struct, frozen=True):
    """What a list shows of a course without reading all its events. It holds what is personal, and is stored encrypted."""

    stage: Stage
    goal: str | None
    indication: str
    sessions: int
    done: int
    verdict: str | None
    findings: tuple[str, ...]


VIEW = msgspec.json.Decoder(View)


class Due(msgspec.Struct, frozen=True):
    """Something due: what, of which session (0: of the course), when, and whether it is done."""

    what: str
    number: int
    at: dt.datetime
    done: bool


def stage_of(state: Course) -> Stage:
    """Where a course stands, in the words of a list."""
    if state.closed is not None:
        return "closed"
    if state.running is not None:
        return "running"
    if any(one.delivery == "not reconciled" for one in state.sessions):
        return "to reconcile"
    if any(one.status == "prepared" for one in state.sessions):
        return "prepared"
    if state.order is None:
        return _before_order(state)
    if state.order.standing == "draft":
        return "waiting for a check"
    if state.order.standing == "checked":
        return "waiting for a signature"
    left = [one for one in state.sessions if one.status == "planned"]
    begun = any(one.has_begun for one in state.sessions)
    if left:
        return "between infusions" if begun else "ready"
    return "scored" if _is_scored(state, "day 14") else "follow-up"


def _before_order(state: Course) -> Stage:
    if any(one.has_begun for one in state.sessions):
        return "scored" if _is_scored(state, "day 14") else "follow-up"
    if state.screening is None:
        return "screening" if state.facts is not None else "referred"
    return "ordering" if state.screening[1].verdict == "eligible" else "not eligible"


def _is_scored(state: Course, purpose: str) -> bool:
    """Scored for this purpose, a missing answer that was recorded as missing included."""
    last = state.last_given
    since = last.started.at.date() if last and last.started else dt.date.min
    return any(one.purpose == purpose and one.day >= since for _, one in state.scores)


def next_session(state: Course) -> SessionState | None:
    """The next session that has not begun."""
    if state.closed is not None:
        return None
    waiting = [one for one in state.sessions if one.status in ("planned", "prepared", "running", "paused")]
    return min(waiting, key=lambda one: one.number, default=None)


def due_of(state: Course) -> Iterator[Due]:
    """What is due of a course: sessions to come, the call after each, scores after the last infusion given."""
    for one in state.sessions:
        if one.status in ("planned", "prepared") and one.planned.start is not None and state.closed is None:
            yield Due("session", one.number, one.planned.start, done=False)
        if one.started is not None and one.delivery != "not given":
            yield Due("call", one.number, one.started.at + _after(state, one.order, "call"), done=bool(one.called))
    begun = state.day_14
    if begun is None or any(one.status in ("planned", "prepared", "running", "paused") for one in state.sessions):
        return
    last = state.last_given
    assert last is not None
    order = next(one.order for one in state.orders if one.order.number == last.order)
    for following in order.follow_up:
        if following.purpose != "call":
            yield Due(following.purpose, 0, begun + _long(following), done=_is_scored(state, following.purpose))


def _after(state: Course, number: int, purpose: str) -> dt.timedelta:
    order = next(one.order for one in state.orders if one.order.number == number)
    return next((_long(one) for one in order.follow_up if one.purpose == purpose), dt.timedelta())


def _long(one: OrderedFollowUp) -> dt.timedelta:
    return dt.timedelta(hours=float(one.after.to("h").value))


def view_of(state: Course) -> View:
    """The view of a course."""
    screened = state.screening[1] if state.screening else None
    blocking = tuple(one.message for one in screened.findings if one.blocks == "dose") if screened else ()
    return View(
        stage=stage_of(state),
        goal=state.referred.goal if state.referred else None,
        indication=state.referred.indication if state.referred else "",
        sessions=len(state.sessions),
        done=sum(one.status in ("stopped", "ended") for one in state.sessions),
        verdict=screened.verdict if screened else None,
        findings=blocking,
    )


class Seen(msgspec.Struct, frozen=True):
    """All that is worked out of one course, as it is stored: for writing, and for comparing with what is stored."""

    version: int
    stage: Stage
    regimen: str | None
    next_session: int | None
    next_at: dt.datetime | None
    last_given: dt.datetime | None
    view: View
    due: tuple[Due, ...]


def expected(state: Course, version: int) -> Seen:
    """What is to be stored of a course in this state."""
    following = next_session(state)
    order = state.orders[-1].order if state.orders else None
    return Seen(
        version=version,
        stage=stage_of(state),
        regimen=order.regimen if order else (state.screening[1].regimen if state.screening else None),
        next_session=following.number if following else None,
        next_at=following.planned.start if following else None,
        last_given=state.day_14,
        view=view_of(state),
        due=_due(state),
    )


def write(
    connection: Connection, id: str, state: Course, version: int, *, seal_content: Callable[[bytes], bytes]
) -> None:
    """Replace what is worked out of one course, whatever stands there."""
    remove(connection, id)
    seen = expected(state, version)
    connection.execute(FIRST_VIEWED, {"course": id, **_cells(seen, seal_content)})
    _write_due(connection, id, seen.due)


def follow(
    connection: Connection,
    id: str,
    *,
    before: tuple[Course, int],
    after: tuple[Course, int],
    seal_content: Callable[[bytes], bytes],
) -> None:
    """As `write`, where what stands there was worked out of the state before: what did not change is left as it is."""
    seen = expected(*after)
    cells = _cells(seen, seal_content)
    if not before[1]:
        connection.execute(FIRST_VIEWED, {"course": id, **cells})
        _write_due(connection, id, seen.due)
        return
    connection.execute(VIEWED, {"of_course": id, **cells})
    if seen.due != _due(before[0]):
        connection.execute(delete(due).where(due.c.course == id))
        _write_due(connection, id, seen.due)


def _cells(seen: Seen, seal_content: Callable[[bytes], bytes]) -> dict[str, Any]:
    return {
        "version": seen.version, "stage": seen.stage, "regimen": seen.regimen, "next_session": seen.next_session,
        "next_at": seen.next_at, "last_given": seen.last_given, "content": seal_content(ENCODER.encode(seen.view)),
    }  # fmt: skip


def _due(state: Course) -> tuple[Due, ...]:
    return tuple(sorted(due_of(state), key=lambda one: (one.what, one.number)))


def _write_due(connection: Connection, id: str, every: Sequence[Due]) -> None:
    rows = [{"course": id, "what": one.what, "number": one.number, "at": one.at, "done": one.done} for one in every]
    if rows:
        connection.execute(insert(due), rows)


def read(connection: Connection, id: str, *, opened: Callable[[bytes], bytes]) -> Seen | None:
    """What is stored of a course; none where nothing is."""
    row = connection.execute(select(course_view).where(course_view.c.course == id)).first()
    if row is None:
        return None
    dues = connection.execute(select(due).where(due.c.course == id).order_by(due.c.what, due.c.number))
    return Seen(
        version=row.version,
        stage=row.stage,
        regimen=row.regimen,
        next_session=row.next_session,
        next_at=row.next_at,
        last_given=row.last_given,
        view=VIEW.decode(opened(row.content)),
        due=tuple(Due(one.what, one.number, one.at, one.done) for one in dues),
    )


def remove(connection: Connection, id: str) -> None:
    """Throw away what is worked out of one course: it was erased."""
    connection.execute(delete(due).where(due.c.course == id))
    connection.execute(delete(counted).where(counted.c.course == id))
    connection.execute(delete(course_view).where(course_view.c.course == id))


def clear(connection: Connection) -> None:
    """Throw away everything that is worked out."""
    connection.execute(delete(due))
    connection.execute(delete(counted))
    connection.execute(delete(course_view))


def scores_of(state: Course, purpose: str) -> tuple[Scored, ...]:
    """Scores for one purpose, in the order they were recorded."""
    return tuple(one for _, one in state.scores if one.purpose == purpose)
