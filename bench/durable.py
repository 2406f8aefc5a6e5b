"""Durable events a second through the registry, beside the barest durable write of the same database in the same run.

Run: python bench/durable.py [--events 1500] [--writers 8] [--database sqlite|postgresql|both]

The bare write is one row of the size of an event, put in by one statement and committed, by the same driver, to a table of
one column and a key; on the disk when the call returns, as the registry's own. Both are measured turn by turn so that a busy
machine slows both. The promise is a ratio of at least 60 %.

The registry's write judges the command, encrypts, seals, appends, and works out the view and what is due, in the one
transaction; for a figure that does not hang on how long a course is, each course gets a handful of events.
"""

from __future__ import annotations

import argparse
import datetime as dt
import secrets
import statistics
import sys
import tempfile
import time
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from decimal import Decimal
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from sqlalchemy import text
from tests.browsed import Clinic
from tests.courses import NURSE, Walk, catalog, clinic
from tests.registries import DATABASES, KEY, fresh_address

from assuage.course import Command, Surroundings
from assuage.course.event import Scored
from assuage.registry.store import Registry

PROMISED = 60
COURSES, TURNS, BYTES = 32, 6, 400


def measured(work: Callable[[int], None], count: int, writers: int) -> float:
    """Calls a second, by so many threads."""
    begun = time.perf_counter()
    with ThreadPoolExecutor(writers) as pool:
        list(pool.map(work, range(count)))
    return count / (time.perf_counter() - begun)


def bare(registry: Registry) -> Callable[[int], None]:
    """One row, one commit."""
    with registry.writing() as connection:
        kind = "BLOB" if connection.dialect.name == "sqlite" else "BYTEA"
        connection.execute(text(f"CREATE TABLE bare (key TEXT PRIMARY KEY, content {kind})"))
    statement = text("INSERT INTO bare VALUES (:key, :content)")

    def write(_: int) -> None:
        with registry.writing() as connection:
            connection.execute(statement, {"key": secrets.token_hex(8), "content": secrets.token_bytes(BYTES)})

    return write


def whole(registry: Registry, courses: list[str], at: dt.datetime) -> Callable[[int], None]:
    """One event through `act`."""
    around = Surroundings(now=at, catalog=catalog(), clinic=clinic())

    def write(number: int) -> None:
        event = Scored(at=at, instrument="nrs", day=at.date(), purpose="diary", reported_by="patient", value=Decimal(5))
        command = Command(event=event, by=NURSE, key=secrets.token_hex(8), surface="web")
        assert registry.act(courses[number % len(courses)], command, around).records

    return write


def run(url: str, events: int, writers: int) -> tuple[list[float], list[float]]:
    """Rates of both, turn by turn."""
    registry = Registry.open(url, key=KEY)
    one = Clinic(registry)
    walk = Walk().referred()
    bares, wholes = [], []
    plain = bare(registry)
    for turn in range(TURNS):
        courses = []
        for number in range(COURSES):
            patient = one.patient(f"p{turn}-{number}")
            courses.append(registry.begin_course(patient, at=walk.at))
            _begin(registry, courses[-1], patient, walk)
        bares.append(measured(plain, events // TURNS, writers))
        wholes.append(measured(whole(registry, courses, walk.at), events // TURNS, writers))
    broken = registry.verify()
    registry.close()
    assert broken == ()
    return bares, wholes


def _begin(registry: Registry, course: str, patient: str, walk: Walk) -> None:
    from msgspec.structs import replace

    event = replace(walk.records[0].event, patient=patient)  # type: ignore[type-var]
    around = Surroundings(now=walk.at, catalog=catalog(), clinic=clinic())
    registry.act(course, Command(event=event, by=NURSE, key=f"{course}/begun", surface="web"), around)


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--events", type=int, default=1500)
    parser.add_argument("--writers", type=int, default=8)
    parser.add_argument("--database", choices=[*DATABASES, "both"], default="both")
    given = parser.parse_args()
    for database in DATABASES if given.database == "both" else (given.database,):
        with tempfile.TemporaryDirectory(prefix="assuage-") as folder, fresh_address(database, Path(folder)) as url:
            bares, wholes = run(url, given.events, given.writers)
        ratio = 100 * statistics.median(two / one for one, two in zip(bares, wholes, strict=True))
        print(f"{database}, {given.writers} writers: bare {statistics.median(bares):,.0f}, whole {statistics.median(wholes):,.0f} events a second,"
              f" ratio {ratio:.0f} % ({'as' if ratio >= PROMISED else 'not as'} promised: {PROMISED} %)")  # fmt: skip


if __name__ == "__main__":
    main()
