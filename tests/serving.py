"""The real server in a process of its own, for tests and recipes that kill it or measure it."""

from __future__ import annotations

import os
import re
import signal
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import httpx
from tests.browsed import FROM_OUR_PAGE, PASSWORD
from tests.registries import KEY, free_port

ROOT = Path(__file__).parents[1]
CLINIC = ROOT / "examples" / "clinic.yaml"


@dataclass
class Served:
    """A server that runs: where, and its process."""

    url: str
    process: subprocess.Popen[str]

    def kill(self) -> None:
        """As when the power fails: nothing is asked, nothing is told."""
        self.process.send_signal(signal.SIGKILL)
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()

    def stop(self) -> None:
        """As when somebody stops it."""
        self.process.terminate()
        self.process.wait()
        assert self.process.stdout is not None
        self.process.stdout.close()


def served(db: str, *, port: int | None = None) -> Served:
    """Start `assuage serve` on a registry, and wait until it says that it listens."""
    words = [
        sys.executable,
        "-m",
        "assuage",
        "serve",
        "--db",
        db,
        "--clinic",
        str(CLINIC),
        "--port",
        str(port or free_port()),
    ]
    environment = {**os.environ, "ASSUAGE_KEY": KEY.hex(), "PYTHONUNBUFFERED": "1"}
    process = subprocess.Popen(words, env=environment, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True)
    assert process.stdout is not None
    said = ""
    for line in process.stdout:
        said += line
        found = re.search(r"http://[\w.:\[\]]+", line)
        if found:
            _until_it_answers(found.group(), process)
            return Served(found.group(), process)
    raise AssertionError(f"the server did not start: {said}")


def _until_it_answers(url: str, process: subprocess.Popen[str]) -> None:
    for _ in range(400):
        assert process.poll() is None, "the server ended"
        try:
            httpx.get(f"{url}/sign-in", timeout=5)
        except httpx.HTTPError:
            time.sleep(0.05)
        else:
            return
    raise AssertionError("the server does not answer")


def signed_in(url: str, account: str) -> httpx.Client:
    """A client with a person signed in."""
    client = httpx.Client(base_url=url, headers=FROM_OUR_PAGE, timeout=30)
    answer = client.post("/sign-in", data={"account": account, "password": PASSWORD})
    assert answer.status_code == 303, answer.text
    return client
