"""Backups of a registry while it is in use: a database file for SQLite, rows in a file for PostgreSQL."""

from __future__ import annotations

import datetime as dt
import sqlite3
from contextlib import closing
from pathlib import Path

from assuage.errors import Problem, RegistryError
from assuage.registry import dump
from assuage.registry.opening import address, key_of
from assuage.registry.store import Registry

SQLITE = b"SQLite format 3\x00"


def copy(url: str, path: Path, *, at: dt.datetime) -> str:
    """Copy a registry to a file that is not there yet. Get: what it is, in words. The key is never in it.

    Errors    `RegistryError` for a file that is there, or a registry that is not
    """
    found = address(url)
    if found.get_backend_name() != "sqlite" or not found.database:
        registry = Registry.open(url)
        try:
            return f"{dump.write(registry, path, at=at):,} rows"
        finally:
            registry.close()
    if path.exists():
        raise RegistryError(
            Problem(f"{path} exists", "the file to write", "a file that is not there", "choose another name")
        )
    if not Path(found.database).exists():
        raise RegistryError(
            Problem(f"no registry {found.database}", "--db", "a registry that exists", "correct the name")
        )
    half = path.with_name(f"{path.name}.part")
    with closing(sqlite3.connect(found.database)) as source, closing(sqlite3.connect(half)) as target:
        source.backup(target)
    half.rename(path)
    return f"{path.stat().st_size:,} bytes"


def restore(path: Path, url: str) -> str:
    """Bring a backup back into a database that is not there yet, or is empty. Get: what came, in words.

    Errors    `RegistryError` for a file that is no backup, or a registry that holds something
    """
    found = address(url)
    if not path.is_file():
        raise RegistryError(Problem(f"no file {path}", "the backup", "a file that exists", "correct the name"))
    with path.open("rb") as file:
        is_database = file.read(len(SQLITE)) == SQLITE
    if not is_database:
        return f"{dump.restore(path, url, key=key_of(url, may_make=False)):,} rows"
    if found.get_backend_name() != "sqlite" or not found.database:
        raise RegistryError(Problem("a backup of an embedded registry", "--db", "an embedded registry", "restore it to a file, then export it"))  # fmt: skip
    target = Path(found.database)
    if target.exists():
        raise RegistryError(
            Problem(f"{target} exists", "--db", "a file that is not there", "choose another name, or move it away")
        )
    half = target.with_name(f"{target.name}.part")
    with closing(sqlite3.connect(f"file:{path}?mode=ro", uri=True)) as source, closing(sqlite3.connect(half)) as copied:
        source.backup(copied)
    half.rename(target)
    return f"{target.stat().st_size:,} bytes"
