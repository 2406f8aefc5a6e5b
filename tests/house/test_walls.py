"""What each room may touch: outside packages, the world outside (files, clock, chance), YAML, SQL, code systems."""

from __future__ import annotations

import ast
import re
import sys
from collections.abc import Iterator

import pytest
from tests.house.reading import Module, docstring_lines, files, module, modules
from tests.house.test_rooms import PORCH, ROOMS

# Rooms up to `trial` compute. Rooms up to `paper` neither read nor write, know no time of day and leave nothing to chance.
COMPUTING = ROOMS[: ROOMS.index("trial") + 1]
PURE = ROOMS[: ROOMS.index("paper") + 1]

EVERYWHERE = {"assuage", "numpy", "scipy", "msgspec"}
# The rest: package → the only places, by beginning of path, that may import it.
ONLY = {
    "yaml": ("src/assuage/document/",),
    "numba": ("src/assuage/exposure/",),
    "dask": ("src/assuage/trial/",),
    "distributed": ("src/assuage/trial/",),
    "sqlalchemy": ("src/assuage/registry/",),
    "alembic": ("src/assuage/registry/",),
    "sqlite3": ("src/assuage/registry/",),
    "psycopg": ("src/assuage/registry/",),
}
LAZY = ("numba", "dask", "distributed")

# Names that reach outside, as they are called or imported.
READING = {"open", "read_text", "read_bytes", "glob", "rglob", "iterdir", "exists", "is_file", "stat"}
WRITING = {"write_text", "write_bytes", "mkdir", "unlink", "rename", "touch", "print", "input"}
TIME = {"now", "today", "utcnow", "time", "time_ns", "monotonic", "perf_counter", "localtime"}
CHANCE = {"uuid1", "uuid4", "urandom", "getrandbits", "token_bytes", "token_hex"}
WORLD = {"environ", "getenv", "getpid", "cwd", "home", "argv", "stdin", "stdout", "stderr"}
FORBIDDEN_MODULES = {"random", "secrets", "subprocess", "socket", "urllib", "http", "tempfile", "shutil", "time"}

# The readers of the catalog, each with what it is allowed and why.
READERS = {
    "src/assuage/catalog/read.py": ({"open"}, "reads the catalog's own files"),
    "src/assuage/catalog/load.py": (
        {"read_bytes", "stat", "environ", "mkdir", "unlink", "tempfile"},
        "reads the catalog's compiled form, and writes it beside the data or into the user's cache",
    ),
    "src/assuage/catalog/provenance.py": ({"read_text"}, "reads one file of the catalog"),
    "src/assuage/catalog/trace.py": ({"read_text"}, "reads one file of the catalog"),
}


def top_level_imports(one: Module) -> Iterator[tuple[ast.stmt, str]]:
    for node in ast.walk(one.tree):
        if isinstance(node, ast.Import):
            yield from ((node, alias.name.split(".")[0]) for alias in node.names)
        elif isinstance(node, ast.ImportFrom) and not node.level:
            yield node, (node.module or "").split(".")[0]


def outside_packages(one: Module) -> list[str]:
    """Imports of packages that this file may not import."""
    found = []
    at_load = set(one.tree.body)
    for node, name in top_level_imports(one):
        if name in ONLY and not one.path.startswith(tuple(place.removesuffix("/") for place in ONLY[name])):
            found.append(f"{one.at(node)} only {' '.join(ONLY[name])} may import {name}")
        elif name in LAZY and node in at_load:
            found.append(f"{one.at(node)} {name} is imported only where it is used, within a function")
        elif one.room in COMPUTING and name not in {*EVERYWHERE, *ONLY, *sys.stdlib_module_names}:
            found.append(f"{one.at(node)} {one.room} may not import {name}")
    return found


def reaches_outside(one: Module) -> Iterator[tuple[int, str]]:
    """Line and name of everything in a file that reads, writes, looks at the clock or leaves something to chance."""
    called = {node.func for node in ast.walk(one.tree) if isinstance(node, ast.Call)}
    for node in ast.walk(one.tree):
        if isinstance(node, ast.Attribute) and (node.attr in WORLD or (node in called and node.attr in _CALLS)):
            yield node.lineno, node.attr
        elif isinstance(node, ast.Name) and node in called and node.id in {"open", "print", "input"}:
            yield node.lineno, node.id
        elif isinstance(node, ast.ImportFrom):
            yield from ((node.lineno, alias.name) for alias in node.names if alias.name in _CALLS | WORLD)
        if _is_hidden_chance(node):
            yield getattr(node, "lineno", 1), "numpy.random"
    for node, name in top_level_imports(one):
        if name in FORBIDDEN_MODULES:
            yield node.lineno, name


_CALLS = READING | WRITING | TIME | CHANCE


def _is_hidden_chance(node: ast.AST) -> bool:
    """numpy's global generator, or one made without a seed; a passed-in Generator is what the core takes."""
    if isinstance(node, ast.Call) and ast.unparse(node.func).endswith("default_rng"):
        return not node.args and not node.keywords
    if isinstance(node, ast.Attribute) and ast.unparse(node.value) in ("np.random", "numpy.random"):
        return node.attr not in ("Generator", "SeedSequence", "default_rng", "PCG64", "Philox", "BitGenerator")
    return False


def impurities(one: Module) -> list[str]:
    if one.room not in PURE:
        return []
    granted = READERS.get(one.path, (set(), ""))[0]
    return [f"{one.path}:{line} {name}" for line, name in reaches_outside(one) if name not in granted]


CODE_SYSTEM = re.compile(
    r"(?:https?://(?:\w+\.)*(?:loinc\.org|snomed\.info|unitsofmeasure\.org|hl7\.org|whocc\.no|nlm\.nih\.gov)|urn:oid:)"
)


def code_systems(one: Module) -> list[str]:
    """Code-system addresses outside `fhir` and the catalog's data; sentences in docstrings may cite them."""
    if one.room == "fhir":
        return []
    prose = docstring_lines(one.tree)
    return [
        f"{one.at(node)} {node.value}"
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Constant) and isinstance(node.value, str)
        if node.lineno not in prose and CODE_SYSTEM.search(node.value)
    ]


def test_only_the_agreed_packages_are_imported() -> None:
    assert [line for one in modules() for line in outside_packages(one)] == []


def test_the_core_reads_no_file_no_clock_and_no_chance() -> None:
    assert [line for one in modules() for line in impurities(one)] == []


def test_code_system_addresses_stand_only_in_fhir_and_the_catalog() -> None:
    assert [line for one in modules() for line in code_systems(one)] == []


@pytest.mark.parametrize("path", READERS)
def test_each_permission_to_read_is_needed(path: str) -> None:
    one = module(files()[path], path)
    assert {name for _, name in reaches_outside(one)} == READERS[path][0]


@pytest.mark.parametrize("text", ["import pandas", "from pydantic import BaseModel", "import yaml", "import sqlite3"])
def test_a_package_that_is_not_agreed_is_found(text: str) -> None:
    assert len(outside_packages(module(text))) == 1


def test_a_slow_package_is_imported_where_it_is_used() -> None:
    inside = "def run():\n    import numba"
    assert outside_packages(module(inside, "src/assuage/exposure/fast.py")) == []
    assert len(outside_packages(module("import numba", "src/assuage/exposure/fast.py"))) == 1


def test_the_porch_is_no_room() -> None:
    assert not set(PORCH) & set(ROOMS)


@pytest.mark.parametrize(
    "text",
    [
        "open('a')",
        "Path('a').read_text()",
        "print('a')",
        "datetime.now()",
        "dt.date.today()",
        "import random",
        "from datetime import datetime\nfrom time import monotonic",
        "os.environ['A']",
        "from os import environ",
        "np.random.normal()",
        "np.random.default_rng()",
        "uuid.uuid4()",
    ],
)
def test_a_reach_outside_is_found(text: str) -> None:
    assert impurities(module(text)) != []


@pytest.mark.parametrize("text", ["np.random.default_rng(7)", "def f(today): return today", "rng.normal()", "x.time"])
def test_what_is_passed_in_is_not(text: str) -> None:
    assert impurities(module(text)) == []


def test_a_code_system_address_is_found() -> None:
    assert len(code_systems(module("SYSTEM = 'http://loinc.org'"))) == 1
    assert code_systems(module("SYSTEM = 'http://loinc.org'", "src/assuage/fhir/codes.py")) == []
