"""A registry of a million events: how long each page of a course takes at the server, today's list and the clinic's pages.

Run: python bench/million_events.py [--events 1000000] [--open 200] [--database sqlite|postgresql] [--rounds 20]

Writes whole courses, told through the same decisions, sealed and encrypted as any other, most of them closed; then asks the
application for pages as signed-in people, each course read for the first time (nothing kept in memory) and again. The
promise: any page of a course below 100 ms, the clinic's page below 1 s. Prints median and worst in milliseconds.
"""

from __future__ import annotations

import argparse
import datetime as dt
import random
import statistics
import sys
import tempfile
import time
from collections.abc import Callable, Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any

sys.path.insert(0, str(Path(__file__).parents[1]))

from msgspec.structs import replace
from tests.browsed import ADMINISTRATOR, AUDITOR, ERNA, EVERYONE, RESEARCHER, Browser, Clinic
from tests.courses import NURSE, PHYSICIAN, Walk
from tests.registries import DATABASES, fresh_registry

from assuage.course.event import Called, Closed, Recorded, Referred, Scored
from assuage.registry import patients
from assuage.registry.begun import begun_with
from assuage.registry.store import Registry
from assuage.web.routes import ROUTES

PAGE_MS, CLINIC_MS = 100, 1000
FAULT = 500
SEED = 20261130
# Courses that are written in one transaction.
TOGETHER = 100
# Pages over everything: path, who opens it.
OVER_ALL = (("/", NURSE), ("/patients", NURSE), ("/clinic", PHYSICIAN), ("/adoption", PHYSICIAN), ("/keeping", ADMINISTRATOR), ("/audit", AUDITOR),
            ("/audit", ADMINISTRATOR), ("/research", RESEARCHER))  # fmt: skip


def told() -> tuple[list[Recorded], list[Recorded]]:
    """A course that was treated three times and closed, and one that is between two infusions."""
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended()
    half = list(walk.records)
    _called(walk, 1)
    for session in (2, 3):
        walk.wait(hours=23)
        walk.prepared(session).baseline(session)
        walk.must(walk.start(session))
        walk.ended(session)
        _called(walk, session)
    later: tuple[tuple[Any, int], ...] = (("day 14", 14), ("week 4", 14), ("week 8", 28), ("week 12", 28))
    for purpose, days in later:
        walk.wait(days=days)
        walk.must(
            Scored(
                at=walk.at,
                instrument="nrs",
                day=walk.at.date(),
                purpose=purpose,
                reported_by="patient",
                value=Decimal(4),
            )
        )
    walk.must(Closed(at=walk.at, because="the series is complete"), PHYSICIAN)
    return walk.records, half


def _called(walk: Walk, session: int) -> None:
    walk.wait(hours=24)
    walk.must(Called(at=walk.at, session=session, reached=True, said="well"))


def filled(registry: Registry, events: int, open: int) -> list[str]:
    """Write courses until there are so many events. Get: the ids of the courses."""
    whole, half = told()
    rng, written = random.Random(SEED), 0
    ids: list[str] = []
    while written < events:
        with registry.writing() as connection:
            for _ in range(TOGETHER):
                id = f"c{len(ids):06}"
                records = half if len(ids) < open else whole
                identity = replace(ERNA, family=f"Family{len(ids)}", birth_date=dt.date(1930, 1, 1) + dt.timedelta(days=rng.randrange(25_000)), number=None)  # fmt: skip
                patients.register(
                    connection, registry.keys, f"p{id}", identity, at=records[0].recorded, is_synthetic=True
                )
                mine = [replace(one, key=f"{id}/{one.key}", event=_of(one, f"p{id}")) for one in records]
                begun_with(registry, connection, id=id, patient=f"p{id}", records=mine, at=records[0].recorded)
                ids.append(id)
                written += len(records)
        registry.forget()
        if len(ids) % (TOGETHER * 20) == 0:
            print(f"  {written:,} events, {len(ids):,} courses", file=sys.stderr)
    print(f"{written:,} events in {len(ids):,} courses, {open} of them open")
    return ids


def _of(one: Recorded, patient: str) -> object:
    return replace(one.event, patient=patient) if isinstance(one.event, Referred) else one.event


def milliseconds(ask: Callable[[], object], rounds: int) -> list[float]:
    """Each call's time."""
    found = []
    for _ in range(rounds):
        begun = time.perf_counter()
        ask()
        found.append((time.perf_counter() - begun) * 1000)
    return found


def said(name: str, times: Sequence[float], promised: int) -> str:
    """A line of the table."""
    verdict = "" if max(times) <= promised else f"  above {promised} ms"
    return f"{name:<46} {statistics.median(times):>8.0f} {max(times):>8.0f}{verdict}"


def pages(clinic: Clinic, ids: Sequence[str], rounds: int) -> None:
    """Every page of a course, cold and again; then the pages over everything."""
    rng = random.Random(SEED)
    browser = clinic.signed_in(PHYSICIAN)
    print(f"{'page':<46} {'median':>8} {'worst':>8}  (ms)")
    # What is loaded once, templates and catalog, is not measured.
    sound = [one for one in _of_course() if answered(browser, one, ids[0]) < FAULT or print(f"{one}: a fault of ours")]
    for route in sound:

        def cold(route: str = route) -> None:
            clinic.registry.forget()
            answered(browser, route, rng.choice(ids))

        print(said(route, milliseconds(cold, rounds), PAGE_MS))
    for path, person in OVER_ALL:
        other = clinic.signed_in(person)
        begun = time.perf_counter()
        if other.get(path).status_code != 200:
            print(f"{path:<46} no such page for a {person.role}")
            continue
        first = (time.perf_counter() - begun) * 1000
        if first > CLINIC_MS:
            print(
                f"{path:<46} {first:>8,.0f} ms the first time after {len(ids):,} courses were written behind its back"
            )

        def whole(path: str = path, other: Browser = other) -> None:
            clinic.registry.forget()
            other.get(path)

        print(said(f"{path} ({person.role})", milliseconds(whole, max(3, rounds // 5)), CLINIC_MS))


def _of_course() -> list[str]:
    return [one.path for one in ROUTES if one.methods == ("GET",) and one.path.startswith("/courses/{course}") and one.path.count("{") == 1 and one.reads]  # fmt: skip


def answered(browser: Browser, path: str, course: str) -> int:
    """The status of a page of a course."""
    return browser.get(path.replace("{course}", course)).status_code


def main() -> None:
    """Write, ask, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1_000_000)
    parser.add_argument("--open", type=int, default=200)
    parser.add_argument("--rounds", type=int, default=20)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    given = parser.parse_args()
    with (
        tempfile.TemporaryDirectory(prefix="assuage-") as folder,
        fresh_registry(given.database, Path(folder)) as registry,
    ):
        begun = time.perf_counter()
        ids = filled(registry, given.events, given.open)
        print(f"{given.database}: written in {time.perf_counter() - begun:,.0f} s")
        clinic = Clinic(registry).with_people(*EVERYONE)
        pages(clinic, ids, given.rounds)
        begun = time.perf_counter()
        broken = registry.verify()
        print(f"verified in {time.perf_counter() - begun:,.0f} s: {len(broken)} places that do not hold")


if __name__ == "__main__":
    main()
