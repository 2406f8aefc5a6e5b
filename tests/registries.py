"""Registries for tests, on SQLite and on PostgreSQL: the same tests run on both, each on a registry of its own."""

from __future__ import annotations

import atexit
import os
import secrets
import shutil
import signal
import socket
import subprocess
import tempfile
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import cache
from pathlib import Path

from sqlalchemy import create_engine, text

from assuage.registry.store import Registry

DATABASES = ("sqlite", "postgresql")
KEY = bytes(range(32))
# PostgreSQL refuses to run as root; where tests are root they run it as nobody.
NOBODY = "nobody"
# The oldest version that is supported is the one that is tested.
SUPPORTED = "15"
# A guard beside each cluster: it stops the cluster when the tests are gone, however they went.
GUARD = """
import os, signal, subprocess, sys, time
tests, stop = int(sys.argv[1]), sys.argv[2:]
while True:
    try:
        os.kill(tests, 0)
    except OSError:
        break
    time.sleep(1)
subprocess.run(stop, check=False, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
"""


def programs() -> Path:
    """Where the server's own programs lie."""
    found = sorted(Path("/usr/lib/postgresql").glob("*/bin/initdb"))
    for one in found:
        if one.parent.parent.name == SUPPORTED:
            return one.parent
    on_path = shutil.which("initdb")
    assert on_path, f"PostgreSQL {SUPPORTED} is absent: install the package postgresql-{SUPPORTED}"
    return Path(on_path).parent


def unprivileged(*command: str) -> list[str]:
    """A command as somebody who is not root."""
    return ["setpriv", f"--reuid={NOBODY}", "--clear-groups", *command] if os.getuid() == 0 else [*command]


def free_port() -> int:
    """A port of this machine alone that nobody listens on."""
    with socket.socket() as one:
        one.bind(("127.0.0.1", 0))
        return int(one.getsockname()[1])


@cache
def cluster() -> str:
    """A private cluster of this process, started once, on a free port of the loopback; its address without a database."""
    folder = Path(tempfile.mkdtemp(prefix="assuage-pg-"))
    folder.chmod(0o777)
    data, port = folder / "data", free_port()
    bin = programs()
    _run(
        unprivileged(str(bin / "initdb"), "-D", str(data), "-U", "assuage", "--auth=trust", "-E", "UTF8", "--locale=C")
    )
    options = f"-p {port} -k {folder} -h 127.0.0.1 -c max_connections=200"
    _run(unprivileged(str(bin / "pg_ctl"), "-D", str(data), "-o", options, "-l", str(folder / "log"), "-w", "start"))
    stop = unprivileged(str(bin / "pg_ctl"), "-D", str(data), "-m", "immediate", "-w", "stop")
    guard = subprocess.Popen(["python3", "-c", GUARD, str(os.getpid()), *stop], start_new_session=True)
    atexit.register(_stopped, guard, stop, folder)
    return f"postgresql://assuage@127.0.0.1:{port}"


def _run(command: list[str]) -> None:
    done = subprocess.run(command, check=False, capture_output=True, text=True, cwd="/")
    assert done.returncode == 0, done.stdout + done.stderr


def _stopped(guard: subprocess.Popen[bytes], stop: list[str], folder: Path) -> None:
    guard.send_signal(signal.SIGKILL)
    guard.wait()
    subprocess.run(stop, check=False, capture_output=True, cwd="/")
    shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def fresh_address(database: str, folder: Path) -> Iterator[str]:
    """The address of an empty database of this kind, gone afterwards."""
    if database == "sqlite":
        yield f"sqlite:///{folder}/{secrets.token_hex(6)}.db"
        return
    name = f"t{secrets.token_hex(6)}"
    _command(f"CREATE DATABASE {name}")
    try:
        yield f"{cluster()}/{name}"
    finally:
        _command(f"DROP DATABASE {name} WITH (FORCE)")


def _command(statement: str) -> None:
    engine = create_engine(f"{cluster()}/postgres".replace("postgresql", "postgresql+psycopg"))
    with engine.connect().execution_options(isolation_level="AUTOCOMMIT") as connection:
        connection.execute(text(statement))
    engine.dispose()


@contextmanager
def fresh_registry(database: str, folder: Path) -> Iterator[Registry]:
    """An empty registry on this kind of database."""
    with fresh_address(database, folder) as url:
        registry = Registry.open(url, key=KEY)
        try:
            yield registry
        finally:
            registry.close()


def at_once(count: int, work: Callable[[int], None], *, longest_s: float = 60) -> None:
    """The same work in threads that begin together; what fails in one fails here."""
    gate, failed = threading.Barrier(count), []

    def run(number: int) -> None:
        try:
            gate.wait()
            work(number)
        except BaseException as error:
            failed.append(error)

    threads = [threading.Thread(target=run, args=(number,)) for number in range(count)]
    for one in threads:
        one.start()
    until = time.monotonic() + longest_s
    for one in threads:
        one.join(max(0.0, until - time.monotonic()))
        assert not one.is_alive(), "a thread did not end"
    if failed:
        raise failed[0]
