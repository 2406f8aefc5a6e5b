"""How long a function, a file and a list of parameters may grow. An exception is named here, with its reason."""

from __future__ import annotations

import ast
import io
import statistics
import tokenize
from collections.abc import Iterator

import pytest
from tests.house.reading import Function, Module, docstring_lines, functions, module, modules

LINES_A_FUNCTION = 40
LINES_A_FILE = 400
PARAMETERS = 6
NINETIETH_PERCENTILE = 20
FOLDERS = ("src/assuage", "bench", "tests")

# "path::name" → why it may be longer or take more.
LONG_FUNCTIONS: dict[str, str] = {}
LONG_FILES: dict[str, str] = {}
MANY_PARAMETERS: dict[str, str] = {}
# Two parameters of what others call may be given by position. A third and fourth only where no two of one call have the same type, so that
# a mix-up is a type error; else they are named in the call.
POSITIONAL = 4
SAME_ORDER_EVERYWHERE = "the parts of a Problem, in the one order that every refusal keeps"
IN_POSITION = {
    "src/assuage/evidence/counting.py::average": "the mean and the spread of θ, in the order of every likelihood here",
    "src/assuage/evidence/effect.py::refused": SAME_ORDER_EVERYWHERE,
    "src/assuage/evidence/weighted.py::refuse": SAME_ORDER_EVERYWHERE,
    "src/assuage/document/shape.py::refuse": SAME_ORDER_EVERYWHERE,
}

SILENT = {
    tokenize.COMMENT, tokenize.NL, tokenize.NEWLINE, tokenize.INDENT, tokenize.DEDENT, tokenize.ENCODING,
    tokenize.ENDMARKER,
}  # fmt: skip


def code_lines(text: str) -> set[int]:
    """The lines that hold code: not blank, not only a comment."""
    lines: set[int] = set()
    for token in tokenize.generate_tokens(io.StringIO(text).readline):
        if token.type not in SILENT:
            lines.update(range(token.start[0], token.end[0] + 1))
    return lines


def lengths(one: Module) -> Iterator[tuple[Function, int]]:
    """Every function with its lines of code, its decorators and docstring apart."""
    lines = code_lines(one.text)
    for function, _ in functions(one.tree):
        own = set(range(function.lineno, (function.end_lineno or function.lineno) + 1))
        yield function, len(own & lines - docstring_lines(function))


def long_functions(one: Module) -> list[str]:
    return [
        f"{one.at(function)} {function.name} has {length} lines of code"
        for function, length in lengths(one)
        if length > LINES_A_FUNCTION and f"{one.path}::{function.name}" not in LONG_FUNCTIONS
    ]


def parameters(function: Function, *, is_method: bool) -> tuple[list[ast.arg], list[ast.arg]]:
    """Parameters by position and by name; `self` and `cls` are not counted."""
    by_position = [*function.args.posonlyargs, *function.args.args]
    if is_method and by_position and by_position[0].arg in ("self", "cls"):
        by_position = by_position[1:]
    return by_position, function.args.kwonlyargs


def crowded(one: Module) -> list[str]:
    """Functions with too many parameters, or with ones that could be mixed up in a call."""
    found = []
    for function, is_method in functions(one.tree):
        by_position, by_name = parameters(function, is_method=is_method)
        name = f"{one.path}::{function.name}"
        if len(by_position) + len(by_name) > PARAMETERS and name not in MANY_PARAMETERS:
            found.append(f"{one.at(function)} {function.name} has {len(by_position) + len(by_name)} parameters")
        is_private = function.name.startswith("_")
        if not is_private and name not in IN_POSITION and could_be_mixed_up(by_position):
            found.append(f"{one.at(function)} {function.name}: name all but the first two in the call (put a * before)")
    return found


def could_be_mixed_up(by_position: list[ast.arg]) -> bool:
    if len(by_position) <= 2:
        return False
    types = [ast.unparse(arg.annotation) if arg.annotation else "" for arg in by_position]
    return len(by_position) > POSITIONAL or len(set(types)) < len(types)


@pytest.mark.parametrize("folder", FOLDERS)
def test_functions_are_short(folder: str) -> None:
    assert [line for one in modules(folder) for line in long_functions(one)] == []


@pytest.mark.parametrize("folder", FOLDERS)
def test_files_are_short(folder: str) -> None:
    long = {one.path: len(one.text.splitlines()) for one in modules(folder)}
    assert {path: n for path, n in long.items() if n > LINES_A_FILE and path not in LONG_FILES} == {}


def test_functions_take_few_parameters_and_name_them() -> None:
    assert [line for one in modules() for line in crowded(one)] == []


def test_nine_functions_in_ten_are_very_short() -> None:
    found = [length for one in modules() for _, length in lengths(one)]
    assert statistics.quantiles(found, n=10)[-1] <= NINETIETH_PERCENTILE


def test_each_exception_is_still_needed() -> None:
    names = {f"{one.path}::{function.name}" for one in modules() for function, _ in functions(one.tree)}
    assert {*LONG_FUNCTIONS, *MANY_PARAMETERS, *IN_POSITION} <= names
    assert set(LONG_FILES) <= {one.path for folder in FOLDERS for one in modules(folder)}
    long = {f"{one.path}::{f.name}" for one in modules() for f, n in lengths(one) if n > LINES_A_FUNCTION}
    assert set(LONG_FUNCTIONS) <= long


def test_a_long_function_is_found_and_its_docstring_is_not_counted() -> None:
    body = "".join(f"    a{number} = {number}\n" for number in range(LINES_A_FUNCTION))
    assert len(long_functions(module(f"def f():\n{body}"))) == 1
    told = '    """One.\n\n    Two.\n    """\n    # three\n\n'
    assert long_functions(module("def f():\n" + told + body.replace("    a0 = 0\n", ""))) == []


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("def f(a: int, b: int): ...", 0),
        ("def f(a: int, b: int, c: int): ...", 1),
        ("def f(a: int, b: str, c: bytes): ...", 0),
        ("def f(a: int, b: str, c: bytes, d: bool, e: list): ...", 1),
        ("def f(a, b, c): ...", 1),
        ("def f(a: int, b: int, *, c: int, d: int, e: int, g: int): ...", 0),
        ("def f(*, a, b, c, d, e, f, g): ...", 1),
        ("class A:\n    def f(self, a: int, b: int): ...", 0),
        ("class A:\n    def f(self, a: int, b: int, c: int): ...", 1),
        ("def _f(a: int, b: int, c: int): ...", 0),
        ("class A:\n    def __exit__(self, a: str, b: str, c: str): ...", 0),
    ],
)
def test_a_call_that_could_be_mixed_up_is_found(text: str, count: int) -> None:
    assert len(crowded(module(text))) == count
