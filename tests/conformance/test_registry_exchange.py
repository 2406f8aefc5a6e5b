"""Out of a registry and back: between both databases, in every format, while others write; nothing lost, nothing changed."""

from __future__ import annotations

import csv
import datetime as dt
import json
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any

import polars
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from msgspec.structs import replace
from sqlalchemy import select
from tests.browsed import ADMINISTRATOR, EVERYONE
from tests.conformance.test_registry import NOW, around, filled, put, registered, score, walk_record
from tests.courses import NURSE
from tests.registries import DATABASES, KEY, at_once, fresh_address, fresh_registry

from assuage.course import Command
from assuage.course.event import Scored
from assuage.errors import RegistryError
from assuage.registry import (
    accounts,
    audit,
    backup,
    clinic_record,
    doubles,
    dump,
    erasure,
    exchange,
    glass,
    patients,
    tables,
)
from assuage.registry.doubles import Told
from assuage.registry.incoming import bring_in
from assuage.registry.patients import Identity
from assuage.registry.store import Registry
from assuage.registry.tabular import FORMATS, Format, Shape, read, write

# What breaks files of rows: ends of lines, quotes, commas, spaces, signs of other scripts, our own mark for nothing.
AWKWARD = "a\r\nb\n\"c\", 'd'\t; \\N \\ =1+1 \u2028 Zoë 张 🙂 "
OTHERS = {"sqlite": "postgresql", "postgresql": "sqlite"}


@pytest.fixture(params=DATABASES)
def database(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def registry(database: str, tmp_path: Path) -> Iterator[Registry]:
    with fresh_registry(database, tmp_path) as made:
        yield made


def peopled(registry: Registry) -> list[str]:
    """A registry with everything in it: doubles, a reason for opening, an erased person, awkward words, zones and digits."""
    with registry.writing() as connection:
        for one in EVERYONE:
            accounts.create(connection, one, at=NOW)
        awkward = Identity(AWKWARD, "\\N", dt.date(1950, 2, 28), "other", '",', None)
        patients.register(connection, registry.keys, "awkward", awkward, at=NOW, is_synthetic=True)
    first, walk = filled(registry)
    zone = dt.timezone(dt.timedelta(hours=5, minutes=45))
    for text in ("3.140", "10", "0.000000000000000000001"):
        event = replace(score("1", walk.at.astimezone(zone)), value=Decimal(text), why_missing=None)
        put(registry, first, walk_record(walk, event))
    event = Scored(
        at=walk.at, instrument="pgic", day=walk.at.date(), purpose="diary", reported_by="patient", word=AWKWARD
    )
    put(registry, first, walk_record(walk, event))
    second = registered(registry, "double")
    third = registry.begin_course("awkward", at=NOW)
    gone = registered(registry, "gone")
    later = Told(ADMINISTRATOR, AWKWARD, around(walk.at))
    doubles.merge(registry, "double", into="demo-1", told=later)
    with registry.writing() as connection:
        glass.restrict(connection, "awkward", is_restricted=True, by="ruth", at=NOW)
    glass.break_glass(registry, "awkward", account="cleo", because=AWKWARD, at=NOW)
    erasure.erase(registry, "gone", by="ruth", at=walk.at, because="the patient asked for it")
    assert gone not in (first, second, third)
    return [first, second, third]


def contents(registry: Registry, courses: list[str]) -> dict[str, Any]:
    """Everything a registry says, but for keys, seals of encrypted content and secrets."""
    registry.forget()
    with registry.reading() as connection:
        who = [
            patients.by_id(connection, registry.keys, id)
            for id in connection.execute(
                select(tables.patient.c.id).where(tables.patient.c.content.is_not(None)).order_by(tables.patient.c.id)
            ).scalars()
        ]
        views = connection.execute(select(tables.course_view.c.course, tables.course_view.c.stage)).all()
        return {
            "patients": who,
            "accounts": accounts.everyone(connection),
            "audit": [tuple(row) for row in connection.execute(select(tables.audit).order_by(tables.audit.c.number))],
            "openings": glass.openings(connection, registry),
            "views": sorted(tuple(row) for row in views),
            "dues": sorted(tuple(row) for row in connection.execute(select(tables.due))),
            "courses": [(one.patient, one.version, one.records, one.state) for one in map(registry.course, courses)],
        }


def whole(registry: Registry) -> bool:
    with registry.reading() as connection:
        return registry.verify() == () == (*clinic_record.broken(connection), *audit.broken(connection))


@pytest.mark.parametrize("form", FORMATS)
def test_an_export_read_into_the_other_database_says_the_same(
    registry: Registry, database: str, form: Format, tmp_path: Path
) -> None:
    courses = peopled(registry)
    manifest = exchange.export(registry, tmp_path / "out", form, at=NOW)
    assert manifest.erased_patients == ("gone",)
    assert len(manifest.erased_courses) == 1
    with fresh_registry(OTHERS[database], tmp_path) as other:
        bring_in(other, tmp_path / "out")
        assert contents(other, courses) == contents(registry, courses)
        assert whole(other)
        again = exchange.export(other, tmp_path / "again", form, at=NOW)
    assert {name: rows for name, rows in again.files.items() if name != "openings"} == manifest.files


def test_the_sums_of_a_table_are_those_of_another_program(registry: Registry, tmp_path: Path) -> None:
    peopled(registry)
    for form in FORMATS:
        exchange.export(registry, tmp_path / form, form, at=NOW)
    parquet = polars.read_parquet(tmp_path / "parquet" / "events.parquet")
    lines = [json.loads(line) for line in (tmp_path / "jsonl" / "events.jsonl").read_text("utf-8").split("\n")[:-1]]
    with (tmp_path / "csv" / "events.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert len(parquet) == len(lines) == len(rows) > 10
    assert parquet["record"].to_list() == [one["record"] for one in lines] == [one["record"] for one in rows]
    assert parquet["at"].dtype == polars.Datetime("us", "UTC")
    assert [f"{at:%Y-%m-%dT%H:%M:%S.%f}Z" for at in parquet["at"]] == [one["at"] for one in rows]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda folder: (folder / "events.csv").write_text((folder / "events.csv").read_text("utf-8") + "\r\n", "utf-8"),
        lambda folder: (folder / "patients.csv").unlink(),
        lambda folder: (folder / exchange.MANIFEST).unlink(),
        lambda folder: (folder / exchange.MANIFEST).write_text("{}", "utf-8"),
    ],
)
def test_files_that_changed_bring_nothing_in(registry: Registry, tmp_path: Path, spoil: Any) -> None:
    peopled(registry)
    exchange.export(registry, tmp_path / "out", "csv", at=NOW)
    spoil(tmp_path / "out")
    with fresh_registry("sqlite", tmp_path) as other:
        with pytest.raises(RegistryError):
            bring_in(other, tmp_path / "out")
        assert empty(other)


def empty(registry: Registry) -> bool:
    with registry.reading() as connection:
        return all(
            connection.execute(select(table)).first() is None
            for table in tables.METADATA.sorted_tables
            if table.name != "about"
        )


@pytest.mark.parametrize(
    ("file", "change"),
    [
        ("events", lambda row: {**row, "number": "7"}),
        ("events", lambda row: {**row, "actor": "somebody"}),
        (
            "events",
            lambda row: {
                **row,
                "record": row["record"].replace("Dr Anna Berg", "Dr Anna Burg").replace("Cleo", "Clea")[:-1],
            },
        ),
        ("events", lambda row: {**row, "at": "2026-01-01T00:00:00.000000Z"}),
        ("courses", lambda row: {**row, "version": "99"}),
        ("audit", lambda row: {**row, "what": "nothing"}),
        ("patients", lambda row: {**row, "birth_date": "yesterday"}),
        ("patients", lambda row: {**row, "family": "a\x00b"}),
    ],
)
def test_tables_that_contradict_one_another_bring_nothing_in(
    registry: Registry, tmp_path: Path, file: str, change: Any
) -> None:
    """Somebody changed a row and made the manifest fit."""
    peopled(registry)
    folder = tmp_path / "out"
    manifest = exchange.export(registry, folder, "jsonl", at=NOW)
    path = folder / f"{file}.jsonl"
    lines = path.read_text("utf-8").split("\n")[:-1]
    lines[0] = json.dumps(change(json.loads(lines[0])))
    path.write_text("\n".join(lines) + "\n", "utf-8")
    said = json.loads((folder / exchange.MANIFEST).read_text("utf-8"))
    said["files"][path.name][1] = exchange.fingerprint(path)
    (folder / exchange.MANIFEST).write_text(json.dumps(said), "utf-8")
    with fresh_registry("sqlite", tmp_path) as other:
        with pytest.raises(RegistryError):
            bring_in(other, folder)
        assert empty(other)
    assert manifest.files[path.name][0] == len(lines)


def test_an_export_goes_into_an_empty_registry_and_an_empty_folder_alone(registry: Registry, tmp_path: Path) -> None:
    courses = peopled(registry)
    exchange.export(registry, tmp_path / "out", "jsonl", at=NOW)
    before = contents(registry, courses)
    with pytest.raises(RegistryError, match="empty registry"):
        bring_in(registry, tmp_path / "out")
    with pytest.raises(RegistryError, match="empty folder"):
        exchange.export(registry, tmp_path / "out", "jsonl", at=NOW)
    assert contents(registry, courses) == before


CELLS = st.tuples(
    st.none() | st.text(st.characters(exclude_characters="\x00", exclude_categories=("Cs",)), max_size=12),
    st.none() | st.integers(-(2**62), 2**62),
    st.none() | st.booleans(),
    st.none() | st.datetimes(timezones=st.timezones(no_cache=True), min_value=dt.datetime(1900, 1, 2), max_value=dt.datetime(2200, 1, 1)),
    st.none() | st.dates(dt.date(1000, 1, 1)),
    st.none() | st.decimals(allow_nan=False, allow_infinity=False, places=9),
)  # fmt: skip
SHAPE = Shape("made", (("a", "text"), ("b", "int"), ("c", "bool"), ("d", "instant"), ("e", "day"), ("f", "exact")))


def plain(row: Any) -> list[Any]:
    utc = None if row[3] is None else row[3].astimezone(dt.UTC)
    return [*row[:3], utc, row[4], None if row[5] is None else f"{row[5]:f}"]


@pytest.mark.parametrize("form", FORMATS)
@given(rows=st.lists(CELLS, max_size=6))
@settings(max_examples=150, suppress_health_check=[HealthCheck.function_scoped_fixture])
def test_any_row_is_read_back_the_same(tmp_path_factory: pytest.TempPathFactory, form: Format, rows: list[Any]) -> None:
    folder = tmp_path_factory.mktemp("rows")
    write(folder, SHAPE, rows, form)
    found = read(folder, SHAPE, form)
    # An instant that a zone has twice is equal to none but itself: both sides are compared in UTC, and decimals by their digits.
    assert [plain(row) for row in found] == [plain(row) for row in rows]


@pytest.mark.parametrize("form", FORMATS)
def test_a_nul_sign_is_not_written(tmp_path: Path, form: Format) -> None:
    with pytest.raises(RegistryError, match="NUL"):
        write(tmp_path, Shape("made", (("a", "text"),)), [("x\x00y",)], form)


def test_rows_restore_into_either_database_with_every_seal(registry: Registry, tmp_path: Path) -> None:
    courses = peopled(registry)
    rows = dump.write(registry, tmp_path / "rows", at=NOW)
    text = (tmp_path / "rows").read_text("utf-8")
    assert "Zoë" not in text
    for target in DATABASES:
        with fresh_address(target, tmp_path) as url:
            assert dump.restore(tmp_path / "rows", url, key=KEY) == rows
            other = Registry.open(url, key=KEY)
            try:
                assert contents(other, courses) == contents(registry, courses)
                assert seals(other) == seals(registry)
                assert whole(other)
            finally:
                other.close()
            with pytest.raises(RegistryError, match="empty database"):
                dump.restore(tmp_path / "rows", url, key=KEY)


def seals(registry: Registry) -> list[Any]:
    with registry.reading() as connection:
        wanted = select(tables.event).order_by(tables.event.c.course, tables.event.c.number)
        return [tuple(row) for row in connection.execute(wanted)]


@pytest.mark.parametrize(
    "spoil",
    [
        lambda text: text[: len(text) // 2],
        lambda text: text.replace('"nurse"', '"physician"', 1),
        lambda text: "\n".join([*text.splitlines()[:-2], text.splitlines()[-1]]) + "\n",
        lambda _: "",
        lambda _: "nothing\n",
    ],
)
def test_a_backup_that_was_cut_off_or_changed_restores_nothing(registry: Registry, tmp_path: Path, spoil: Any) -> None:
    peopled(registry)
    dump.write(registry, tmp_path / "rows", at=NOW)
    (tmp_path / "spoilt").write_text(spoil((tmp_path / "rows").read_text("utf-8")), "utf-8")
    with fresh_address("sqlite", tmp_path) as url, pytest.raises(RegistryError, match="no backup"):
        dump.restore(tmp_path / "spoilt", url, key=KEY)


def test_a_backup_under_another_key_restores_nothing(registry: Registry, tmp_path: Path) -> None:
    peopled(registry)
    dump.write(registry, tmp_path / "rows", at=NOW)
    with fresh_address("sqlite", tmp_path) as url:
        with pytest.raises(RegistryError, match="does not open"):
            dump.restore(tmp_path / "rows", url, key=bytes(32))
        other = Registry.open(url, key=KEY)
        assert empty(other)
        other.close()


def test_a_backup_while_others_write_is_one_state(
    registry: Registry, database: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ASSUAGE_KEY", KEY.hex())
    course, walk = filled(registry)
    url = registry.engine.url.render_as_string(hide_password=False)
    copies: list[Path] = []

    def work(number: int) -> None:
        if number == 0:
            for turn in range(3):
                path = tmp_path / f"copy-{turn}"
                backup.copy(url, path, at=NOW)
                copies.append(path)
            return
        for turn in range(25):
            command = Command(event=score("5", walk.at), by=NURSE, key=f"{number}-{turn}", surface="web")
            registry.act(course, command, around(walk.at))

    at_once(4, work)
    versions = []
    for path in copies:
        with fresh_address(database, tmp_path) as target:
            backup.restore(path, target)
            other = Registry.open(target, key=KEY)
            try:
                assert whole(other)
                versions.append(other.course(course).version)
                assert other.course(course).records == registry.course(course).records[: versions[-1]]
            finally:
                other.close()
    assert versions == sorted(versions)
    assert registry.course(course).version == len(walk.records) + 75
