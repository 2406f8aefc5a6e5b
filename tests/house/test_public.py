"""What the package and its rooms show: the listed names, and nothing that leaks."""

from __future__ import annotations

import ast
import importlib
import subprocess
import sys

import pytest
from tests.house.reading import Module, modules
from tests.house.test_rooms import ROOMS

PUBLIC: list[str] = []  # importing assuage brings no name but its version; the rooms are imported by name


def packages() -> list[Module]:
    """The `__init__` of every room that is a folder."""
    return [one for one in modules() if one.path.endswith("/__init__.py") and one.room in ROOMS]


def listed(one: Module) -> list[str] | None:
    """The names in `__all__`, or none where there is no such list."""
    for node in one.tree.body:
        if isinstance(node, ast.Assign) and any(isinstance(t, ast.Name) and t.id == "__all__" for t in node.targets):
            return list(ast.literal_eval(node.value))
    return None


def test_importing_the_package_shows_only_what_is_listed_and_loads_no_room() -> None:
    code = (
        "import sys, assuage;"
        "print([n for n in vars(assuage) if not n.startswith('_')], [m for m in sys.modules if m.startswith('assuage.')])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == f"{PUBLIC} []"


@pytest.mark.parametrize("one", packages(), ids=lambda one: one.path)
def test_a_room_lists_what_it_shows(one: Module) -> None:
    names = listed(one)
    bound = {
        alias.asname or alias.name
        for node in one.tree.body
        if isinstance(node, ast.ImportFrom) and node.module != "__future__"
        for alias in node.names
    }
    bound |= {node.name for node in one.tree.body if isinstance(node, ast.FunctionDef | ast.ClassDef)}
    public = {name for name in bound if not name.startswith("_")}
    assert (public, names) == (set(names or []), names and [*dict.fromkeys(names)])


@pytest.mark.parametrize("room", sorted({one.room for one in packages()}))
def test_every_listed_name_is_there(room: str) -> None:
    loaded = importlib.import_module(f"assuage.{room}")
    assert [name for name in getattr(loaded, "__all__", []) if not hasattr(loaded, name)] == []
