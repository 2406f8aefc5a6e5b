"""One ordered list of rooms. A room imports only rooms to its left; the two doors do not import one another."""

from __future__ import annotations

import ast
from collections.abc import Iterator

import pytest
from tests.house.reading import PACKAGE, Module, module, modules

# Departures from the first drawing, argued in decisions/0002, 0007 and 0008: `question`, `rule` and `kinetics` stand before
# `patient`, since they are data that the catalog reads; the clinic profile lives within `catalog`.
ROOMS = (
    "errors quantity document sourced finding drug regimen study question rule kinetics patient catalog screening exposure evidence"
    " plan course response trial charts paper registry demonstration fhir"
).split()
DOORS = ("cli", "web")
# What stands before the door: the package itself, which imports no room, and what `python -m assuage` runs.
PORCH = {"__init__": (), "__main__": ("cli",)}
# A command that opens the other door: it hands the words it was given on, and nothing comes back.
OPENS = {"src/assuage/cli/serve.py": "web", "src/assuage/cli/demo.py": "web"}


def imported_rooms(one: Module) -> Iterator[tuple[ast.AST, str]]:
    """Every room a file imports, wherever in the file the import stands."""
    for node in ast.walk(one.tree):
        if isinstance(node, ast.Import):
            names = [alias.name for alias in node.names]
        elif isinstance(node, ast.ImportFrom):
            names = _from(node)
        elif _is_import_call(node):
            assert isinstance(node, ast.Call)
            names = [str(arg.value) for arg in node.args if isinstance(arg, ast.Constant)]
        else:
            continue
        for name in names:
            if name.split(".")[0] == "assuage" and "." in name:
                yield node, name.split(".")[1]


def _from(node: ast.ImportFrom) -> list[str]:
    if node.level:
        return ["assuage.(relative import)"]
    if node.module == "assuage":
        return [f"assuage.{alias.name}" for alias in node.names if alias.name != "__version__"]
    return [node.module or ""]


def _is_import_call(node: ast.AST) -> bool:
    if not isinstance(node, ast.Call):
        return False
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    return name in ("import_module", "__import__")


def allowed(room: str) -> set[str]:
    """The rooms that a room may import: itself and those to its left."""
    if room in PORCH:
        return set(PORCH[room])
    if room in DOORS:
        return {*ROOMS, room}
    return set(ROOMS[: ROOMS.index(room) + 1])


def offences(one: Module) -> list[str]:
    return [
        f"{one.at(node)} {one.room} imports {target}"
        for node, target in imported_rooms(one)
        if target not in allowed(one.room) and OPENS.get(one.path) != target
    ]


def test_every_file_stands_in_a_room() -> None:
    names = {
        path.name.removesuffix(".py")
        for path in PACKAGE.iterdir()
        if path.suffix == ".py" or (path.is_dir() and path.name != "__pycache__")
    }
    assert names <= {*ROOMS, *DOORS, *PORCH}


def test_no_room_imports_to_its_right() -> None:
    assert [line for one in modules() for line in offences(one)] == []


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/assuage/plan/dose.py", "import assuage.paper"),
        ("src/assuage/plan/dose.py", "from assuage.cli import main"),
        ("src/assuage/plan/dose.py", "def f():\n    from assuage import registry"),
        ("src/assuage/plan/dose.py", "import importlib\nimportlib.import_module('assuage.web')"),
        ("src/assuage/plan/dose.py", "from .. import paper"),
        ("src/assuage/cli/run.py", "from assuage.web import app"),
        ("src/assuage/web/app.py", "from assuage.cli import main"),
        ("src/assuage/errors.py", "from assuage.quantity import parse"),
        ("src/assuage/__init__.py", "from assuage.plan import make_plan"),
    ],
)
def test_an_import_to_the_right_is_found(path: str, text: str) -> None:
    assert len(offences(module(text, path))) == 1


@pytest.mark.parametrize(
    ("path", "text"),
    [
        ("src/assuage/plan/dose.py", "from assuage.quantity import parse\nfrom assuage import __version__"),
        ("src/assuage/cli/run.py", "from assuage.fhir import read\nfrom assuage.cli.show import page"),
        ("src/assuage/__main__.py", "from assuage.cli import main"),
    ],
)
def test_an_import_to_the_left_is_not(path: str, text: str) -> None:
    assert offences(module(text, path)) == []
