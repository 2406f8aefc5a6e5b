"""Fifty people at once on the real server: how long a page takes to come, and whether any fails.

Run: sh bench/load.sh, or python bench/load.py [--people 50] [--seconds 60] [--database sqlite|postgresql] [--locust PYTHON]

Makes a registry with courses at every stage, starts `assuage serve` on this machine alone, and lets people work as they do:
a list, a course, the bedside, an observation or a score every few seconds, each with a sign-in of their own. Locust drives
them (bench/load_people.py). The promise: 99 of 100 answers within 150 ms, and no error. `--locust` names a Python that has it.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parents[1]))

from msgspec.structs import replace
from tests.browsed import ERNA, EVERYONE, PASSWORD, Clinic
from tests.courses import NURSE, NURSE_2, PHARMACIST, PHYSICIAN, Walk
from tests.registries import DATABASES, KEY, fresh_address
from tests.serving import served

from assuage.course import Person
from assuage.course.event import Recorded, Referred
from assuage.course.people import MAY
from assuage.registry import accounts
from assuage.registry.begun import begun_with
from assuage.registry.store import Registry

PEOPLE_FILE = Path(__file__).parent / "load_people.py"
PROMISED_MS = 150
# Courses at each stage: enough that a list is a page, as in a clinic of a year.
EACH = 15
COLUMNS = ("Name", "Request Count", "Failure Count", "50%", "95%", "99%", "Max Response Time")


def stages() -> list[list[Recorded]]:
    """Records of a course at each stage."""
    running = Walk().ready()
    running.must(running.start())
    done = Walk().ready()
    done.must(done.start())
    done.ended()
    return [
        Walk().referred().records,
        Walk().referred().screened().records,
        Walk().ready().records,
        running.records,
        done.records,
    ]


def filled(url: str, people: int) -> dict[str, list[str]]:
    """A registry with accounts for all and courses at every stage. Get: ids of accounts and of courses by stage."""
    registry = Registry.open(url, key=KEY)
    clinic = Clinic(registry).with_people(*EVERYONE)
    nobody = [
        Person(f"p{number}", f"Person {number}", (NURSE, NURSE_2, PHYSICIAN, PHARMACIST)[number % 4].role)
        for number in range(people)
    ]
    hashed = accounts.HASHER.hash(PASSWORD)
    courses: list[str] = []
    with registry.writing() as connection:
        for one in nobody:
            accounts.create(connection, one, at=clinic.clock.at)
        # One hash for all: making each takes as long as a sign-in, and is not what is measured.
        connection.exec_driver_sql(
            f"UPDATE account SET password = '{hashed}' WHERE password IS NULL".replace("%", "%%")
        )
    for stage, records in enumerate(stages()):
        for number in range(EACH):
            id = f"s{stage}n{number}"
            clinic.patient(f"p{id}", replace(ERNA, family=f"Family{id}", number=id))
            mine = [replace(one, key=f"{id}/{one.key}", event=_of(one, f"p{id}")) for one in records]
            with registry.writing() as connection:
                begun_with(registry, connection, id=id, patient=f"p{id}", records=mine, at=records[0].recorded)
            courses.append(id)
    registry.close()
    return {
        "accounts": [one.id for one in nobody],
        "scorers": [one.id for one in nobody if one.role in MAY["scored"]],
        "courses": courses,
        "running": [one for one in courses if one.startswith("s3")],
    }


def _of(one: Recorded, patient: str) -> object:
    return replace(one.event, patient=patient) if isinstance(one.event, Referred) else one.event


def driven(url: str, known: dict[str, list[str]], given: argparse.Namespace, folder: Path) -> list[dict[str, str]]:
    """Let people work, and read what Locust counted."""
    (folder / "known.json").write_text(json.dumps({**known, "password": PASSWORD}), "utf-8")
    words = [given.locust, "-m", "locust", "-f", str(PEOPLE_FILE), "--headless", "--host", url, "-u", str(given.people), "-r", "5",
             "-t", f"{given.seconds}s", "--csv", str(folder / "found"), "--only-summary", "--reset-stats"]  # fmt: skip
    environment = {**os.environ, "ASSUAGE_LOAD": str(folder / "known.json")}
    done = subprocess.run(words, env=environment, capture_output=True, text=True, check=False)
    if not (folder / "found_stats.csv").exists():
        raise SystemExit(done.stderr)
    with (folder / "found_failures.csv").open(encoding="utf-8", newline="") as file:
        for one in csv.DictReader(file):
            print(f"{one['Occurrences']} × {one['Name']}: {one['Error']}")
    with (folder / "found_stats.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def main() -> None:
    """Fill, serve, drive, print."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--people", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=60)
    parser.add_argument("--database", choices=DATABASES, default="sqlite")
    parser.add_argument("--locust", default=sys.executable)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory(prefix="assuage-") as place, fresh_address(given.database, Path(place)) as db:
        known = filled(db, given.people)
        server = served(db)
        try:
            rows = driven(server.url, known, given, Path(place))
        finally:
            server.stop()
    print(f"{given.database}, {given.people} people, {given.seconds} s")
    for row in rows:
        print("  ".join(f"{row[name]:>10}" if name != "Name" else f"{row[name]:<28}" for name in COLUMNS))
    whole = rows[-1]
    is_kept = float(whole["99%"]) <= PROMISED_MS and int(whole["Failure Count"]) == 0
    print(f"99 of 100 within {whole['99%']} ms, {whole['Failure Count']} errors in {whole['Request Count']} answers:"
          f" {'as' if is_kept else 'not as'} promised ({PROMISED_MS} ms, no error)")  # fmt: skip


if __name__ == "__main__":
    main()
