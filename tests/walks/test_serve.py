"""`assuage serve` as it is started and stopped: where it says it is, what it refuses, how it ends."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import urllib.request
from pathlib import Path

import pytest

PATIENCE = 60


def serving(folder: Path, *words: str) -> subprocess.Popen[str]:
    """A server on a free port, with its registry in a folder."""
    called = [sys.executable, "-m", "assuage", "serve", "--db", str(folder / "registry.sqlite"), "--port", "0", *words]
    return subprocess.Popen(called, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True, cwd=folder)


def refused(folder: Path, *words: str) -> str:
    """What a server that does not start says, with exit code 2."""
    done = subprocess.run([sys.executable, "-m", "assuage", "serve", *words], capture_output=True, text=True, cwd=folder, timeout=PATIENCE)  # fmt: skip
    assert done.returncode == 2
    assert done.stdout == ""
    return done.stderr


@pytest.mark.parametrize("how", [signal.SIGINT, signal.SIGTERM])
def test_it_prints_where_it_is_answers_and_stops_when_it_is_told(tmp_path: Path, how: signal.Signals) -> None:
    with serving(tmp_path) as server:
        assert server.stdout is not None
        address = server.stdout.readline().strip()
        with urllib.request.urlopen(f"{address}sign-in", timeout=PATIENCE) as answer:
            page = answer.read().decode()
        server.send_signal(how)
        _, told = server.communicate(timeout=PATIENCE)
    assert "Sign in" in page
    assert "Demonstration" in page, "the example clinic marks every page"
    assert server.returncode == 0
    assert "assuage user add" in told
    assert "Everything that was acknowledged is on record" in told
    assert (tmp_path / "registry.sqlite").exists()
    assert os.stat(tmp_path / "registry.sqlite.key").st_mode & 0o077 == 0, "the key is its owner's alone"


def test_other_machines_are_not_served_without_https(tmp_path: Path) -> None:
    for host in ("0.0.0.0", "192.0.2.7", "::", "clinic.example"):
        assert "--behind-https" in refused(tmp_path, "--host", host)
    assert not list(tmp_path.iterdir()), "nothing is made before it is refused"


def test_a_port_that_is_taken_is_told_in_four_parts(tmp_path: Path) -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        told = refused(tmp_path, "--port", str(taken.getsockname()[1]))
    assert [line.split(":")[0].strip() for line in told.splitlines()[1:4]] == ["where", "expected", "do"]
    assert "0 to 65,535" in refused(tmp_path, "--port", "70000")


def test_a_clinic_that_cannot_be_read_is_told_with_its_line(tmp_path: Path) -> None:
    (tmp_path / "clinic.yaml").write_text("id: here\ntime_zone: Nowhere/Here\n", encoding="utf-8")
    assert "clinic.yaml:1" in refused(tmp_path, "--clinic", "clinic.yaml")
