"""The server is killed while four people write: nothing acknowledged is lost, nothing is doubled, the chains hold.

Ten times here; two hundred times in bench/kill_server.py.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.killed import killed
from tests.registries import DATABASES, fresh_address


@pytest.mark.parametrize("database", DATABASES)
def test_what_was_acknowledged_outlives_the_server(database: str, tmp_path: Path) -> None:
    with fresh_address(database, tmp_path) as url:
        found = killed(url, times=10, seed=20261130)
    assert len(found.acknowledged) > 10
