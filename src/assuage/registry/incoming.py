"""An export read into an empty registry: the same records, under new keys; all of it or nothing."""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Sequence
from pathlib import Path

from sqlalchemy import Connection, func, insert, select, update

from assuage.course import Person
from assuage.course.chain import decoded, encoded
from assuage.course.event import Recorded, kind_of
from assuage.course.evolve import actor
from assuage.errors import AssuageError, Problem, RegistryError
from assuage.registry import accounts, audit, clinic_record, exchange, patients, tables
from assuage.registry.begun import begun_with
from assuage.registry.exchange import Manifest, manifest_of
from assuage.registry.patients import Identity
from assuage.registry.store import Registry, new_id
from assuage.registry.tabular import Row, Shape, read


def bring_in(registry: Registry, folder: Path) -> Manifest:
    """Read an export into a registry that holds nothing.

    Get       the manifest of the export
    Holds     each record is byte for byte what was exported; the chains of the audit and of the clinic keep their seals
    Errors    `RegistryError` for files that changed, a registry that holds something, or tables that contradict one another
    """
    manifest = manifest_of(folder)
    rows = {shape.name: _rows(folder, shape, manifest) for shape in exchange.SHAPES}
    with registry.writing() as connection:
        _refuse_full(connection)
        _people(connection, rows["people"])
        _patients(connection, registry, rows["patients"])
        _courses(connection, registry, rows["courses"], rows["events"])
        _chained(connection, rows["clinic_events"], rows["audit"])
        _openings(connection, registry, rows["openings"])
    return manifest


def _rows(folder: Path, shape: Shape, manifest: Manifest) -> list[Row]:
    found = read(folder, shape, manifest.form)
    expected = manifest.files[f"{shape.name}.{manifest.form}"][0]
    if len(found) != expected:
        raise _contradiction(f"{len(found)} rows in {shape.name}", f"{expected} rows")
    return found


def _contradiction(what: str, expected: str) -> RegistryError:
    return RegistryError(Problem(what, "the export", expected, "export it again and leave the files as they are"))


def _refuse_full(connection: Connection) -> None:
    for table in (tables.patient, tables.course, tables.clinic_event, tables.account):
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise RegistryError(Problem(f"a registry with rows in {table.name}", "--db", "an empty registry",
                                        "import into a registry of its own"))  # fmt: skip


def _people(connection: Connection, rows: Sequence[Row]) -> None:
    for id, name, role, disabled, created in rows:
        accounts.create(connection, Person(id, name, role), at=created)
        if disabled is not None:
            connection.execute(update(tables.account).where(tables.account.c.id == id).values(disabled=disabled))


def _patients(connection: Connection, registry: Registry, rows: Sequence[Row]) -> None:
    for id, family, given, born, sex, number, phone, is_synthetic, _, _, created in rows:
        identity = Identity(family, given, born, sex, number, phone)
        patients.register(connection, registry.keys, id, identity, at=created, is_synthetic=is_synthetic)
    for row in rows:
        id, is_restricted, merged_into = row[0], row[8], row[9]
        connection.execute(
            update(tables.patient)
            .where(tables.patient.c.id == id)
            .values(is_restricted=is_restricted, merged_into=merged_into)
        )


def _courses(connection: Connection, registry: Registry, rows: Sequence[Row], events: Sequence[Row]) -> None:
    by_course: dict[str, list[Recorded]] = defaultdict(list)
    for row in events:
        by_course[row[0]].append(_record(row))
    for id, patient, version, created in rows:
        records = by_course.pop(id, [])
        if [one.number for one in records] != list(range(1, version + 1)):
            raise _contradiction(f"course {id} with {len(records)} records", f"records 1 to {version}")
        if not records:
            registry.begin_within(connection, patient, at=created, id=id)
            continue
        known = begun_with(registry, connection, id=id, patient=patient, records=records, at=created)
        if known.patient != patient:
            raise _contradiction(f"course {id} of patient {patient}", f"the patient its events say, {known.patient}")
    if by_course:
        raise _contradiction(
            f"records of a course that is not listed: {next(iter(by_course))}", "courses for all records"
        )


def _record(row: Row) -> Recorded:
    """The record of a row, which the columns before it may not contradict."""
    course, number, kind, at, recorded, who, key, text = row
    try:
        one = decoded(text.encode())
    except AssuageError as error:
        raise _contradiction(
            f"record {number} of course {course}: {error.problems[0].what}", "a record as it was written"
        ) from None
    said = (
        one.number,
        kind_of(one.event),
        one.event.at.astimezone(dt.UTC),
        one.recorded.astimezone(dt.UTC),
        actor(one),
        one.key,
    )
    if said != (number, kind, at, recorded, who, key) or encoded(one).decode() != text:
        raise _contradiction(f"record {number} of course {course} says something else than its row", "one and the same")
    return one


def _chained(connection: Connection, clinic: Sequence[Row], noted: Sequence[Row]) -> None:
    """Chains that hold nothing encrypted keep their seals, and must hold."""
    names = [name for name, _ in exchange.CLINIC.columns]
    for row in clinic:
        given = dict(zip(names, row, strict=True))
        connection.execute(insert(tables.clinic_event).values({**given, "content": given["content"].encode()}))
    if connection.execute(select(func.count()).select_from(tables.audit)).scalar():
        raise RegistryError(Problem("a registry with lines in its audit", "--db", "an empty registry",
                                    "import into a registry of its own"))  # fmt: skip
    names = [name for name, _ in exchange.AUDIT.columns]
    for row in noted:
        connection.execute(insert(tables.audit).values(dict(zip(names, row, strict=True))))
    broken = (*clinic_record.broken(connection), *audit.broken(connection))
    if broken:
        raise _contradiction(broken[0], "chains that hold")


def _openings(connection: Connection, registry: Registry, rows: Sequence[Row]) -> None:
    for account, patient, at, until, because in rows:
        id = new_id()
        sealed = registry.keys.closed(registry.keys.of(connection, patient), because.encode(), place=f"glass/{id}")
        connection.execute(
            insert(tables.glass).values(id=id, account=account, patient=patient, at=at, until=until, because=sealed)
        )
