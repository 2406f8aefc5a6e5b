"""`assuage demo` as it is started, looked at and stopped: once, for real."""

from __future__ import annotations

import os
import re
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import urlsplit

import httpx
import pytest
from tests.browsed import FROM_OUR_PAGE

PATIENCE = 60
# Long for a machine that does other things too; some five seconds where nothing else runs.
STARTS_WITHIN_S = 45


class Shown:
    """A demonstration under way: its address, its folder for what is temporary, how long it took, and what it is."""

    def __init__(self, folder: Path) -> None:
        begun = time.monotonic()
        environment = {**os.environ, "TMPDIR": str(folder), "HOME": str(folder)}
        self.folder = folder
        self.process = subprocess.Popen([sys.executable, "-m", "assuage", "demo", "--port", "0"], stdout=subprocess.PIPE, stderr=subprocess.PIPE,
                                        text=True, cwd=folder, env=environment)  # fmt: skip
        assert self.process.stdout is not None
        self.address = self.process.stdout.readline().strip().rstrip("/")
        self.took = time.monotonic() - begun

    def stop(self) -> str:
        if self.process.poll() is None:
            self.process.send_signal(signal.SIGTERM)
        return self.process.communicate(timeout=PATIENCE)[1]


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    one = Shown(tmp_path_factory.mktemp("shown"))
    yield one
    one.stop()


def test_it_starts_soon_and_says_where_it_is(shown: Shown) -> None:
    assert re.fullmatch(r"http://127\.0\.0\.1:\d+", shown.address), shown.stop()
    assert shown.took < STARTS_WITHIN_S


def test_nobody_reaches_it_from_another_address(shown: Shown) -> None:
    """Bound to every address, it would answer at another one of the loopback too."""
    port = urlsplit(shown.address).port
    assert port is not None
    with pytest.raises(ConnectionRefusedError), socket.create_connection(("127.0.0.2", port), timeout=5):
        pass


def test_the_sign_ins_on_its_page_work_and_show_sixty_made_up_patients(shown: Shown) -> None:
    with httpx.Client(base_url=shown.address, headers=FROM_OUR_PAGE, trust_env=False, timeout=PATIENCE) as client:
        page = client.get("/sign-in").text
        accounts = dict(
            re.findall(r"<td><code>([a-z0-9-]+)</code></td><td><code>(demonstration [0-9a-f]+)</code>", page)
        )
        assert {"physician", "pharmacist", "nurse"} <= set(accounts)
        for account in ("pharmacist", "nurse", "physician"):
            assert client.post("/sign-in", data={"account": account, "password": accounts[account]}).status_code == 303
        today = client.get("/", follow_redirects=True).text
        assert "every patient here is made up" in today
        papers = [
            one for course in set(re.findall(r'href="(/courses/course-demo\d+)', today)) for one in [f"{course}/paper"]
        ]
        assert papers
        assert client.get(papers[0]).status_code == 200


def test_when_it_is_stopped_nothing_is_left(shown: Shown) -> None:
    """Last in this file: it ends what the others look at."""
    inside = [one.name for one in shown.folder.iterdir()]
    assert any(name.startswith("assuage-demonstration-") for name in inside)
    told = shown.stop()
    assert shown.process.returncode == 0, told
    assert list(shown.folder.rglob("*.sqlite*")) == []
    assert not any(one.name.startswith("assuage-demonstration-") for one in shown.folder.iterdir())


def test_a_folder_that_holds_a_demonstration_is_not_written_over(tmp_path: Path) -> None:
    (tmp_path / "demonstration.sqlite").write_bytes(b"mine")
    done = subprocess.run([sys.executable, "-m", "assuage", "demo", "--keep", str(tmp_path)], capture_output=True, text=True, timeout=PATIENCE)  # fmt: skip
    assert done.returncode == 2
    assert [line.split(":")[0].strip() for line in done.stderr.splitlines()[1:4]] == ["where", "expected", "do"]
    assert (tmp_path / "demonstration.sqlite").read_bytes() == b"mine"
