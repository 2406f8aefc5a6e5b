"""The recipe of bench/lighthouse.py passes a page only where Lighthouse judged that page and found nothing."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType
from typing import Any

import pytest

ROOT = Path(__file__).resolve().parents[2]
ADDRESS = "http://127.0.0.1:1/clinic"
PERFECT: dict[str, Any] = {
    "form": "mobile", "score": 100, "passed": 20, "failed": [], "elsewhere": [], "error": None, "shown": ADDRESS, "status": 200,
}  # fmt: skip
NO_NAME = {"id": "button-name", "title": "Buttons have no name", "nodes": ["main > button: <button>\n  none"]}


@cache
def bench() -> ModuleType:
    """The long recipe, as a module."""
    spec = importlib.util.spec_from_file_location("lighthouse_of_pages", ROOT / "bench" / "lighthouse.py")
    assert spec is not None
    assert spec.loader is not None
    found = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(found)
    return found


def test_a_perfect_page_has_no_problem() -> None:
    assert bench().problems(PERFECT, ADDRESS, 200) == []


@pytest.mark.parametrize(
    ("found", "said"),
    [
        ({"score": 99}, "the score is 99"),
        ({"score": None}, "the score is None"),
        ({"passed": 0}, "no audit applied"),
        ({"failed": [NO_NAME]}, "button-name: Buttons have no name | main > button: <button> none"),
        ({"failed": [{**NO_NAME, "nodes": []}]}, "button-name: Buttons have no name | no node is named"),
        ({"elsewhere": ["https://example.org/a"]}, "asked of another host: https://example.org/a"),
        ({"error": "no paint"}, "error: no paint"),
        ({"shown": "http://127.0.0.1:1/sign-in"}, "shown was http://127.0.0.1:1/sign-in"),
        ({"status": 500}, "the status is 500, not 200"),
    ],
)
def test_each_fault_is_said(found: dict[str, Any], said: str) -> None:
    assert bench().problems({**PERFECT, **found}, ADDRESS, 200) == [f"  mobile: {said}"]
