"""Every test that SAFETY.md leans on exists."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
NAMED = re.findall(r"`(tests/[\w/]+\.py(?:::\w+)?)`", (ROOT / "SAFETY.md").read_text(encoding="utf-8"))


@pytest.mark.parametrize("name", sorted(set(NAMED)))
def test_a_named_guard_exists(name: str) -> None:
    path, _, function = name.partition("::")
    tree = ast.parse((ROOT / path).read_text(encoding="utf-8"))
    tests = {
        node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef) and node.name.startswith("test_")
    }
    assert tests, f"{path} holds no test"
    assert not function or function in tests


def test_every_hazard_has_a_guard() -> None:
    rows = [line for line in (ROOT / "SAFETY.md").read_text(encoding="utf-8").splitlines() if line.startswith("| ")]
    assert len(rows) > 15
    assert [row for row in rows[2:] if "`tests/" not in row] == []
