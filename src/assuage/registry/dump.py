"""A backup that any database can be restored from: every row of every table as it stands, encrypted as it stands.

One JSON line a row, between a first line that says what it is and a last one with the SHA-256 of all before it: a file that
was cut off or changed is refused. The key of the registry is not in it; without that key it cannot be read.
"""

from __future__ import annotations

import base64
import datetime as dt
import hashlib
import json
from collections.abc import Iterator
from itertools import groupby, islice
from pathlib import Path
from typing import Any

from sqlalchemy import Connection, Table, func, insert, select

from assuage.errors import Problem, RegistryError
from assuage.registry import migrate, tables
from assuage.registry.keys import Keys
from assuage.registry.opening import engine_of
from assuage.registry.store import Registry

WHAT = "assuage registry backup"
# Rows that are inserted at once.
BATCH = 500


def write(registry: Registry, path: Path, *, at: dt.datetime) -> int:
    """Write a backup of one state of the registry, while others write on. Get: how many rows.

    Errors    `RegistryError` for a file that is there already
    """
    if path.exists():
        raise RegistryError(
            Problem(f"{path} exists", "the file to write", "a file that is not there", "choose another name")
        )
    half = path.with_name(f"{path.name}.part")
    digest, count = hashlib.sha256(), 0
    with registry.reading() as connection, half.open("w", encoding="utf-8", newline="\n") as file:
        head = {"what": WHAT, "version": migrate.version_of(connection), "at": at.isoformat()}
        for line in (json.dumps(head), *_lines(connection)):
            file.write(line + "\n")
            digest.update(line.encode() + b"\n")
            count += 1
        file.write(json.dumps({"rows": count - 1, "sha256": digest.hexdigest()}) + "\n")
    half.rename(path)
    return count - 1


def _lines(connection: Connection) -> Iterator[str]:
    for table in tables.METADATA.sorted_tables:
        for row in connection.execute(select(table).order_by(*table.primary_key.columns)):
            cells = {name: _cell(value) for name, value in row._mapping.items()}
            yield json.dumps([table.name, cells], ensure_ascii=False)


def _cell(value: Any) -> Any:
    match value:
        case bytes():
            return {"bytes": base64.b64encode(value).decode()}
        case dt.datetime():
            return {"instant": value.isoformat()}
    return value


def _value(cell: Any) -> Any:
    match cell:
        case {"bytes": str(text)}:
            return base64.b64decode(text, validate=True)
        case {"instant": str(text)}:
            return dt.datetime.fromisoformat(text)
    return cell


def restore(path: Path, url: str, *, key: bytes) -> int:
    """Read a backup into an empty database. Get: how many rows. All of it or nothing.

    Errors    `RegistryError` for a file that was cut off or changed, one of another version, a database that holds something,
              or the key of another registry
    """
    head = _checked(path)
    engine = engine_of(url)
    try:
        migrate.upgrade(engine)
        with engine.begin() as connection:
            if head["version"] != migrate.version_of(connection):
                raise RegistryError(Problem(f"a backup of version {head['version']}", str(path), f"version {migrate.version_of(connection)}",
                                            "restore it with the program that wrote it, then open it with this one"))  # fmt: skip
            _refuse_full(connection)
            count = _filled(connection, path)
            Keys(key).prove(connection)
    finally:
        engine.dispose()
    return count


def _checked(path: Path) -> dict[str, Any]:
    """The first line of a backup whose last line fits."""
    digest, count, last = hashlib.sha256(), -1, ""
    head: dict[str, Any] = {}
    try:
        with path.open(encoding="utf-8", newline="\n") as file:
            for line in file:
                if last:
                    digest.update(last.encode())
                    count += 1
                if not head:
                    head = json.loads(line)
                last = line
        seal = json.loads(last or "null")
        fits = head.get("what") == WHAT and seal == {"rows": count, "sha256": digest.hexdigest()}
    except (OSError, UnicodeDecodeError, json.JSONDecodeError, AttributeError) as error:
        raise _no_backup(path, str(error)) from None
    if not fits:
        raise _no_backup(path, "it was cut off or changed")
    return head


def _no_backup(path: Path, why: str) -> RegistryError:
    return RegistryError(
        Problem(f"no backup that can be used: {why}", str(path), "a backup as it was written", "use another backup")
    )


def _refuse_full(connection: Connection) -> None:
    for table in tables.METADATA.sorted_tables:
        if connection.execute(select(func.count()).select_from(table)).scalar():
            raise RegistryError(Problem(f"a registry with rows in {table.name}", "--db", "an empty database",
                                        "restore into a database of its own"))  # fmt: skip


def _filled(connection: Connection, path: Path) -> int:
    """Insert every row, table after table. A double is told whose it is at the end, when that entry is there."""
    merged: list[tuple[str, str]] = []
    count = 0
    for table, rows in groupby(_rows(path), key=lambda one: one[0]):
        each = (cells for _, cells in rows)
        while batch := list(islice(each, BATCH)):
            if table is tables.patient:
                merged += [(cells["id"], cells["merged_into"]) for cells in batch if cells["merged_into"] is not None]
                batch = [{**cells, "merged_into": None} for cells in batch]
            connection.execute(insert(table), batch)
            count += len(batch)
    for id, into in merged:
        connection.execute(tables.patient.update().where(tables.patient.c.id == id).values(merged_into=into))
    return count


def _rows(path: Path) -> Iterator[tuple[Table, dict[str, Any]]]:
    by_name = {one.name: one for one in tables.METADATA.sorted_tables}
    with path.open(encoding="utf-8", newline="\n") as file:
        next(file)
        for line in file:
            found = json.loads(line)
            if isinstance(found, list):
                yield by_name[found[0]], {name: _value(cell) for name, cell in found[1].items()}
