"""Names that say nothing, words that mean unfinished, tests that do not run, addresses that belong to one machine."""

from __future__ import annotations

import ast
import re
from pathlib import PurePosixPath

import pytest
from tests.house.reading import Module, files, module, modules

EMPTY_NAMES = {
    "utils", "util", "helper", "helpers", "manager", "managers", "service", "services", "base", "common", "nextgen",
    "v2", "impl", "handler", "handlers",
}  # fmt: skip
# "path::name" → why the word says something there.
MEANT: dict[str, str] = {
    "src/assuage/evidence/glmm.py::common": "the common-effect model of meta-analysis",
    "src/assuage/evidence/pool.py::pool_common": "the common-effect model of meta-analysis",
    "src/assuage/registry/columns.py::impl": "what SQLAlchemy calls the type beneath a type",
    "src/assuage/exposure/linear.py::v2_l": "V2, the volume of the second compartment, in litres",
}

# Spelled in two halves, so that this file does not find itself.
UNFINISHED = re.compile("|".join([r"\bTO" + r"DO\b", r"\bFIX" + r"ME\b", r"\bXX" + r"X\b", "NotImplemented" + "Error"]))
MACHINE = re.compile(r"(?<![\w.])/(?:" + "|".join(["wo" + "rk", "ro" + "ot", "t" + "mp", "ho" + "me"]) + r")/")
REGISTRY = re.compile(
    "|".join(["py" + r"pi\.org", "python" + "hosted", r"registry\.np" + "mjs", r"deb\." + "debian", r"npm" + "mirror"])
)
NOT_RUN = {"skip", "skipif", "xfail", "importorskip", "skipIf", "skipUnless", "skipTest", "expectedFailure"}
# Ends of names of files that are data of others, kept as they were given.
TAKEN_OVER = (".csv",)


def words(name: str) -> set[str]:
    """The words of a snake_case, kebab-case or CamelCase name."""
    spaced = re.sub(r"(?<=[a-z0-9])(?=[A-Z])", "_", name)
    return {word.casefold() for word in re.split(r"[_\-. ]+", spaced)}


def empty_names(one: Module) -> list[str]:
    """Definitions of functions, classes, parameters and variables with a name that says nothing."""
    found = []
    for node in ast.walk(one.tree):
        name = _defined(node)
        if name is not None and words(name) & EMPTY_NAMES and f"{one.path}::{name}" not in MEANT:
            found.append(f"{one.at(node)} {name}")
    return found


def _defined(node: ast.AST) -> str | None:
    match node:
        case ast.FunctionDef(name=name) | ast.AsyncFunctionDef(name=name) | ast.ClassDef(name=name):
            return name
        case ast.arg(arg=name) | ast.Name(id=name, ctx=ast.Store()):
            return name
    return None


def not_run(one: Module) -> list[str]:
    """Marks and calls that would let a test pass without running."""
    return [
        f"{one.at(node)} {node.attr}"
        for node in ast.walk(one.tree)
        if isinstance(node, ast.Attribute) and node.attr in NOT_RUN
    ] + [
        f"{one.at(node)} {alias.name}"
        for node in ast.walk(one.tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
        if alias.name in NOT_RUN
    ]


def lines_with(pattern: re.Pattern[str]) -> list[str]:
    return [
        f"{path}:{number} {line.strip()[:100]}"
        for path, text in files().items()
        if not path.endswith(TAKEN_OVER)
        for number, line in enumerate(text.splitlines(), 1)
        if pattern.search(line)
    ]


def commented_out(one: Module) -> list[str]:
    """Comments that are code: an assignment, a call, an import, a return. Sentences do not parse."""
    found = []
    for number, line in enumerate(one.text.splitlines(), 1):
        text = line.strip()
        if not text.startswith("# ") or not re.search(r"[=()\[\]:]|\bimport\b|\breturn\b", text):
            continue
        try:
            body = ast.parse(text[2:]).body
        except SyntaxError:
            continue
        if any(not isinstance(node, ast.Expr | ast.AnnAssign) or _is_call(node) for node in body):
            found.append(f"{one.path}:{number} {text}")
    return found


def _is_call(node: ast.stmt) -> bool:
    return isinstance(node, ast.Expr) and isinstance(node.value, ast.Call)


@pytest.mark.parametrize("folder", ["src/assuage", "tests", "bench"])
def test_names_in_code_say_something(folder: str) -> None:
    assert [line for one in modules(folder) for line in empty_names(one)] == []


def test_names_of_files_say_something() -> None:
    assert [path for path in files() if any(words(part) & EMPTY_NAMES for part in PurePosixPath(path).parts)] == []


def test_nothing_is_marked_unfinished() -> None:
    assert lines_with(UNFINISHED) == []


def test_no_test_is_let_off() -> None:
    assert [line for one in modules("tests") for line in not_run(one)] == []


def test_no_path_of_one_machine_is_written_down() -> None:
    assert lines_with(MACHINE) == []


def test_no_address_of_a_package_registry_is_written_down() -> None:
    assert lines_with(REGISTRY) == []


def test_no_code_is_commented_out() -> None:
    assert [line for folder in ("src/assuage", "tests", "bench") for one in modules(folder) for line in commented_out(one)] == []  # fmt: skip


@pytest.mark.parametrize(
    "text",
    ["def dose_helper(): ...", "class DoseManager: ...", "utils = 1", "def f(handler): ...", "class PlanV2: ..."],
)
def test_a_name_that_says_nothing_is_found(text: str) -> None:
    assert len(empty_names(module(text))) == 1


@pytest.mark.parametrize("text", ["baseline = 1", "def serviceable(): ...", "class Database: ...", "simplest = 2"])
def test_a_longer_word_is_not(text: str) -> None:
    assert empty_names(module(text)) == []


def test_a_test_that_is_let_off_is_found() -> None:
    assert len(not_run(module("import pytest\n@pytest.mark." + "skip\ndef test_a(): ..."))) == 1
    assert len(not_run(module("from pytest import " + "importorskip"))) == 1


@pytest.mark.parametrize("line", ["# dose = 3", "# return dose", "# import numpy", "# give(dose)"])
def test_code_in_a_comment_is_found(line: str) -> None:
    assert len(commented_out(module(line))) == 1


@pytest.mark.parametrize("line", ["# Why: the salt decides", "# fmt: skip", "# the dose (in mg)", "# type: ignore"])
def test_a_sentence_in_a_comment_is_not(line: str) -> None:
    assert commented_out(module(line)) == []


@pytest.mark.parametrize(
    ("pattern", "line"),
    [
        (UNFINISHED, "# TO" + "DO later"),
        (MACHINE, "open('/t" + "mp/a')"),
        (REGISTRY, "https://py" + "pi.org/simple"),
    ],
)
def test_a_forbidden_line_is_found(pattern: re.Pattern[str], line: str) -> None:
    assert pattern.search(line)
