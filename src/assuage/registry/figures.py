"""What is counted of every course, worked out when it is asked for and kept until the course moves on.

Counting reads all events of a course, which a page over a hundred thousand courses could not do each time. So what was
counted is kept, encrypted under the course's own key, with the version it holds for; an erased course is in no count.
"""

from __future__ import annotations

import datetime as dt
import time
from collections.abc import Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from assuage.catalog import Catalog
from assuage.course.chain import ENCODER
from assuage.registry.keys import Erased
from assuage.registry.store import Registry
from assuage.registry.tables import content_key, counted, course
from assuage.response.clinic import Figures, figures_of

FIGURES = msgspec.json.Decoder(Figures)
# Courses that are counted and written in one go.
TOGETHER = 200


class Kept(msgspec.Struct):
    """Figures in memory, by course, with the version each holds for; all by one catalog and zone."""

    basis: str
    by_course: dict[str, tuple[int, Figures]]
    moment: tuple[int, int] | None = None
    whole: tuple[Figures, ...] = ()


_KEPT: WeakKeyDictionary[Registry, Kept] = WeakKeyDictionary()
_LOCK = Lock()


class Left(msgspec.Struct, frozen=True):
    """Counting takes longer than was given: so many of so many courses are counted, and what was counted is kept."""

    counted: int
    of: int


def every(
    registry: Registry, catalog: Catalog, *, zone: dt.tzinfo, within_s: float | None = None
) -> tuple[Figures, ...] | Left:
    """The figures of every course that has begun and was not erased, as they are now.

    Give      the registry; the catalog and the clinic's zone that they are counted by: other ones count anew; how many
              seconds may pass, none for as many as it takes
    Get       the figures; or how far it came, for the next call to go on from
    Holds     the same as reading every course, in an order that says nothing about anybody; the same object while nothing
              was recorded and nobody erased. Nobody who writes waits while courses are read
    Checked   tests/conformance/test_registry_figures.py
    """
    basis = f"{catalog.fingerprint} {zone}"
    until = None if within_s is None else time.monotonic() + within_s
    with _LOCK:
        kept = _KEPT.get(registry)
        if kept is None or kept.basis != basis:
            kept = _KEPT[registry] = Kept(basis, {})
        moment = _moment(registry)
        if moment == kept.moment:
            return kept.whole
        versions = _versions(registry)
        _known(registry, kept, versions)
        while behind := _behind(kept, versions)[:TOGETHER]:
            for erased in _count(registry, kept, behind, catalog, zone):
                del versions[erased]
            left = len(_behind(kept, versions))
            if left and until is not None and time.monotonic() > until:
                return Left(len(versions) - left, len(versions))
        kept.by_course = {id: kept.by_course[id] for id in versions if id in kept.by_course}
        kept.moment, kept.whole = moment, tuple(kept.by_course[id][1] for id in sorted(kept.by_course))
        return kept.whole


def _moment(registry: Registry) -> tuple[int, int]:
    """How many records there are and how many keys were destroyed: both only grow, so the same two are the same registry."""
    records = select(func.coalesce(func.sum(course.c.version), 0)).scalar_subquery()
    destroyed = select(func.count()).where(content_key.c.destroyed.is_not(None)).scalar_subquery()
    with registry.reading() as connection:
        row = connection.execute(select(records, destroyed)).one()
        return int(row[0]), int(row[1])


def _versions(registry: Registry) -> dict[str, int]:
    asked = (
        select(course.c.id, course.c.version)
        .join(content_key, content_key.c.id == course.c.key_of)
        .where(course.c.version > 0, content_key.c.destroyed.is_(None))
    )
    with registry.reading() as connection:
        return {row.id: row.version for row in connection.execute(asked)}


def _behind(kept: Kept, versions: dict[str, int]) -> list[str]:
    """Courses that moved on since they were counted, or were never counted."""
    return [id for id, version in versions.items() if kept.by_course.get(id, (0, None))[0] < version]


def _known(registry: Registry, kept: Kept, versions: dict[str, int]) -> None:
    """Take what is stored and still holds."""
    behind = _behind(kept, versions)
    if not behind:
        return
    asked = (
        select(counted.c.course, counted.c.version, counted.c.content, course.c.key_of, content_key.c.wrapped)
        .join(course, course.c.id == counted.c.course)
        .join(content_key, content_key.c.id == course.c.key_of)
        .where(counted.c.basis == kept.basis, counted.c.version == course.c.version, content_key.c.destroyed.is_(None))
    )
    if len(behind) <= TOGETHER:
        asked = asked.where(counted.c.course.in_(behind))
    with registry.reading() as connection:
        for row in connection.execute(asked):
            kept.by_course[row.course] = (row.version, _opened(registry, row))


def _opened(registry: Registry, row: Any) -> Figures:
    key = registry.keys.unwrapped(row.key_of, row.wrapped, is_destroyed=False)
    return FIGURES.decode(registry.keys.opened(key, row.content, place=f"{row.course}/counted"))


def _count(registry: Registry, kept: Kept, some: Sequence[str], catalog: Catalog, zone: dt.tzinfo) -> tuple[str, ...]:
    """Count some courses anew, and store what came of it. Get: those that were erased meanwhile."""
    rows, erased = [], []
    with registry.reading() as connection:
        for id in some:
            try:
                known = registry.known_within(connection, id)
                key = _key(connection, registry, id)
            except Erased:
                erased.append(id)
                continue
            figures = figures_of(known.state, catalog, zone=zone)
            kept.by_course[id] = (known.version, figures)
            content = registry.keys.closed(key, ENCODER.encode(figures), place=f"{id}/counted")
            rows.append({"course": id, "version": known.version, "basis": kept.basis, "content": content})
    if rows:
        with registry.writing() as connection:
            _store(connection, rows)
    return tuple(erased)


def _key(connection: Connection, registry: Registry, id: str) -> bytes:
    return registry.keys.of(
        connection, connection.execute(select(course.c.key_of).where(course.c.id == id)).scalar_one()
    )


def _store(connection: Connection, rows: Sequence[dict[str, Any]]) -> None:
    if connection.dialect.name == "postgresql":
        # Two servers that count the same course wait for one another.
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext("counted"))))
    connection.execute(delete(counted).where(counted.c.course.in_([row["course"] for row in rows])))
    connection.execute(insert(counted), list(rows))


def forget(registry: Registry) -> None:
    """Drop what is kept in memory; what is stored stays."""
    with _LOCK:
        _KEPT.pop(registry, None)
