"""Reads the repository for the house tests: the package's modules as syntax trees, and every text file that ships."""

from __future__ import annotations

import ast
import io
import tokenize
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from pathspec import GitIgnoreSpec

ROOT = Path(__file__).parents[2]
PACKAGE = ROOT / "src" / "assuage"
Function = ast.FunctionDef | ast.AsyncFunctionDef


@dataclass(frozen=True)
class Module:
    """One Python file: its path within the repository, its text and its tree."""

    path: str
    text: str
    tree: ast.Module

    @property
    def room(self) -> str:
        """The room of the house this file belongs to; `__init__` and `__main__` stand before the door."""
        parts = Path(self.path).relative_to("src/assuage").parts
        return parts[0].removesuffix(".py")

    def at(self, node: ast.AST) -> str:
        """File and line, as an editor reads them."""
        return f"{self.path}:{getattr(node, 'lineno', 1)}"


def module(text: str, path: str = "src/assuage/plan/dose.py") -> Module:
    """A module from text, for tests of the tests."""
    return Module(path, text, ast.parse(text))


@cache
def files() -> dict[str, str]:
    """Every text file that git does not ignore, by path. Undecodable files are pictures and the like: none ships yet."""
    ignored = GitIgnoreSpec.from_lines((ROOT / ".gitignore").read_text(encoding="utf-8").splitlines())
    found = {}
    for path in _walk(ROOT, ignored):
        try:
            found[path.relative_to(ROOT).as_posix()] = path.read_text(encoding="utf-8")
        except UnicodeDecodeError:
            continue
    return found


def _walk(folder: Path, ignored: GitIgnoreSpec) -> Iterator[Path]:
    for path in sorted(folder.iterdir()):
        name = path.relative_to(ROOT).as_posix()
        if path.name == ".git" or ignored.match_file(f"{name}/" if path.is_dir() else name):
            continue
        if path.is_dir():
            yield from _walk(path, ignored)
        elif path.is_file():
            yield path


@cache
def modules(folder: str = "src/assuage") -> tuple[Module, ...]:
    """Every Python file under a folder of the repository."""
    return tuple(
        Module(path, text, ast.parse(text, path))
        for path, text in files().items()
        if path.startswith(f"{folder}/") and path.endswith(".py")
    )


def functions(tree: ast.AST) -> Iterator[tuple[Function, bool]]:
    """Every function, and whether it stands directly in a class."""
    for node in ast.walk(tree):
        for child in ast.iter_child_nodes(node):
            if isinstance(child, Function):
                yield child, isinstance(node, ast.ClassDef)


def docstring_lines(node: ast.AST) -> set[int]:
    """The lines that the docstrings under a node stand on."""
    lines: set[int] = set()
    for one in ast.walk(node):
        if isinstance(one, ast.Module | ast.ClassDef | Function) and one.body:
            first = one.body[0]
            if (
                isinstance(first, ast.Expr)
                and isinstance(first.value, ast.Constant)
                and isinstance(first.value.value, str)
            ):
                lines.update(range(first.lineno, (first.end_lineno or first.lineno) + 1))
    return lines


def comments(text: str) -> dict[int, str]:
    """Line → the comment on it."""
    return {
        token.start[0]: token.string.lstrip("# ")
        for token in tokenize.generate_tokens(io.StringIO(text).readline)
        if token.type == tokenize.COMMENT
    }
