"""What is counted of every course, worked out when it is asked for and kept until the course moves on.

Counting reads all events of a course, which a page over a hundred thousand courses could not do each time. So what was
counted is kept, encrypted under the course's own key, with the version it holds for; an erased course is in no count.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Iterator, Sequence
from threading import Lock
from typing import Any
from weakref import WeakKeyDictionary

import msgspec
from sqlalchemy import Connection, delete, func, insert, select

from assuage.catalog import Catalog
from assuage.course.chain import ENCODER
from assuage.registry.store import Registry
from assuage.registry.tables import content_key, counted, course
from assuage.response.clinic import Figures, figures_of

FIGURES = msgspec.json.Decoder(Figures)
# Courses that are counted and written in one go.
TOGETHER = 500


class Kept(msgspec.Struct):
    """Figures in memory, by course, with the version each holds for; all by one catalog and zone."""

    basis: str
    by_course: dict[str, tuple[int, Figures]]
    moment: tuple[int, int] | None = None
    whole: tuple[Figures, ...] = ()


_KEPT: WeakKeyDictionary[Registry, Kept] = WeakKeyDictionary()
_LOCK = Lock()


def every(registry: Registry, catalog: Catalog, *, zone: dt.tzinfo) -> tuple[Figures, ...]:
    """The figures of every course that has begun and was not erased, as they are now.

    Give      the registry; the catalog and the clinic's zone that they are counted by: other ones count anew
    Holds     the same as reading every course, in an order that says nothing about anybody; the same object while nothing
              was recorded and nobody erased
    Checked   tests/conformance/test_registry_figures.py
    """
    basis = f"{catalog.fingerprint} {zone}"
    with _LOCK:
        kept = _KEPT.get(registry)
        if kept is None or kept.basis != basis:
            kept = _KEPT[registry] = Kept(basis, {})
        moment = _moment(registry)
        if moment == kept.moment:
            return kept.whole
        versions = _versions(registry)
        _known(registry, kept, versions)
        _count(registry, kept, versions, catalog, zone)
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
    return [id for id, version in versions.items() if kept.by_course.get(id, (0, None))[0] != version]


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


def _count(registry: Registry, kept: Kept, versions: dict[str, int], catalog: Catalog, zone: dt.tzinfo) -> None:
    """Count anew what is left, and store it."""
    behind = _behind(kept, versions)
    for start in range(0, len(behind), TOGETHER):
        some = behind[start : start + TOGETHER]
        with registry.writing() as connection:
            rows = list(_counted(connection, registry, kept, some, catalog, zone))
            _store(connection, rows)


def _counted(
    connection: Connection, registry: Registry, kept: Kept, some: Iterable[str], catalog: Catalog, zone: dt.tzinfo
) -> Iterator[dict[str, Any]]:
    for id in some:
        known = registry.known_within(connection, id)
        figures = figures_of(known.state, catalog, zone=zone)
        kept.by_course[id] = (known.version, figures)
        key_of = connection.execute(select(course.c.key_of).where(course.c.id == id)).scalar_one()
        content = registry.keys.closed(
            registry.keys.of(connection, key_of), ENCODER.encode(figures), place=f"{id}/counted"
        )
        yield {"course": id, "version": known.version, "basis": kept.basis, "content": content}


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
