"""Opening a registry: SQLite beside the program, or PostgreSQL by its address; always with the newest tables."""

from __future__ import annotations

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any

from sqlalchemy import Engine, create_engine, event
from sqlalchemy.dialects.sqlite import pysqlite
from sqlalchemy.engine import URL, make_url
from sqlalchemy.pool import QueuePool

from assuage.errors import Problem, RegistryError
from assuage.registry.turns import turns_of
from assuage.registry.vault import KEY, new_key

KEY_VARIABLE = "ASSUAGE_KEY"
OWNER_ONLY = 0o600
# Writers wait for one another for so long (ms) before one is told that the registry is busy.
BUSY_MS = 10_000
# Connections to a file, kept once they were opened; who comes is lent the one that was used last. Writers take turns, so that
# one connection does all that is written, and it has in its memory what it read.
KEPT: dict[str, Any] = {"pool_size": 15, "max_overflow": 0, "pool_use_lifo": True}
SPOKEN = {"sqlite": "sqlite", "postgresql": "postgresql+psycopg", "postgres": "postgresql+psycopg"}


def address(url: str) -> URL:
    """The address of a registry: `sqlite:///file`, `postgresql://…`, or a path. Errors: `RegistryError` for another database."""
    if "://" not in url:
        url = f"sqlite:///{Path(url).resolve()}"
    found = make_url(url)
    name = found.get_backend_name()
    if name not in SPOKEN:
        raise RegistryError(Problem(f"the database {name}", "--db", "SQLite or PostgreSQL",
                                    "give sqlite:///FILE or postgresql://USER@HOST/NAME"))  # fmt: skip
    return found.set(drivername=SPOKEN[name])


def engine_of(url: str) -> Engine:
    """An engine that writes durably: a commit that was acknowledged is on the disk."""
    found = address(url)
    if found.get_backend_name() == "sqlite":
        return _sqlite(found)
    return create_engine(found, pool_pre_ping=True, isolation_level="READ COMMITTED")


def turns_at(engine: Engine) -> AbstractContextManager[None]:
    """What a writer waits for before it begins: its turn at a file. A server has many writers at once."""
    path = engine.url.database
    if engine.dialect.name != "sqlite" or not path:
        return nullcontext()
    return turns_of(str(Path(path).resolve()), longest_s=BUSY_MS / 1000)


def _sqlite(found: URL) -> Engine:
    if found.database:
        Path(found.database).parent.mkdir(parents=True, exist_ok=True)
    # A registry in memory is one connection's own.
    kept = KEPT if pysqlite.dialect.get_pool_class(found) is QueuePool else {}
    engine = create_engine(found, connect_args={"check_same_thread": False, "timeout": BUSY_MS / 1000}, **kept)

    @event.listens_for(engine, "connect")
    def _on_connect(connection: Any, _: Any) -> None:
        # The driver would begin transactions by itself, and only when it thinks fit.
        connection.isolation_level = None
        # What is erased is overwritten, so that a destroyed key does not lie about in free pages.
        for pragma in (
            "journal_mode=WAL",
            "synchronous=FULL",
            "foreign_keys=ON",
            "secure_delete=ON",
            f"busy_timeout={BUSY_MS}",
        ):
            connection.execute(f"PRAGMA {pragma}")

    @event.listens_for(engine, "begin")
    def _on_begin(connection: Any) -> None:
        # A writer takes its place at once: reading first and writing later would fail when another wrote between.
        is_reading = connection.get_execution_options().get("is_reading", False)
        connection.exec_driver_sql("BEGIN" if is_reading else "BEGIN IMMEDIATE")

    return engine


def key_of(url: str, *, may_make: bool = True) -> bytes:
    """The key of a registry: 64 hexadecimal digits in ASSUAGE_KEY, or in a file beside an embedded database.

    The file is made on first use, readable by its owner alone. Without it nothing can be read: it belongs in a backup of
    its own.
    """
    given = os.environ.get(KEY_VARIABLE)
    if given:
        return _read(given, f"the variable {KEY_VARIABLE}")
    found = address(url)
    if found.get_backend_name() != "sqlite" or not found.database:
        raise RegistryError(Problem("no key", f"the variable {KEY_VARIABLE}", "64 hexadecimal digits",
                                    "make a key with `assuage registry key` and keep it apart from the database"))  # fmt: skip
    path = Path(f"{found.database}.key")
    if path.exists():
        return _read(path.read_text(encoding="ascii").strip(), str(path))
    if not may_make or Path(found.database).exists():
        raise RegistryError(Problem("no key for a registry that exists", str(path), "the key file it was made with",
                                    "restore the key file; without it the records cannot be read"))  # fmt: skip
    path.parent.mkdir(parents=True, exist_ok=True)
    key = new_key()
    with os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, OWNER_ONLY), "w", encoding="ascii") as file:
        file.write(key.hex() + "\n")
    return key


def _read(text: str, where: str) -> bytes:
    try:
        key = bytes.fromhex(text)
    except ValueError:
        key = b""
    if len(key) != KEY:
        raise RegistryError(
            Problem("a key that is no key", where, "64 hexadecimal digits", "restore the key as it was made")
        )
    return key
