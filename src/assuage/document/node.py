"""A document as a tree of nodes, each knowing its file, line and column.

Scalars stay text: what a text means is decided by the shape it is read into, so 0.30 is never turned into a float
and 2026-11-30 never into something else. Duplicate keys, anchors, aliases, tags and the words that YAML 1.1 reads
as booleans (yes, no, on, off) are refused.
"""

from __future__ import annotations

import json
import re
from bisect import bisect_right
from collections.abc import Iterator
from json.scanner import py_make_scanner  # type: ignore[attr-defined]
from pathlib import PurePath
from typing import Any

import msgspec

from assuage.errors import DocumentError, Problem

LARGEST = 5_000_000
# A FHIR Bundle of a whole life holds ten million characters and more.
LARGEST_JSON = 20_000_000
# UCUM codes hold brackets, which YAML keeps for itself inside { }. They are shielded while the YAML is read and put
# back in the scalars, character for character, so that 132/78 mm[Hg] may stand there without quotes.
UCUM_BRACKETS = re.compile(r"mm\[Hg\]|\[(?:lb_av|in_i|ft_i)\]|/\{1\.73_m2\}")
SHIELD = str.maketrans("[]{}", "\ue000\ue001\ue002\ue003")
UNSHIELD = str.maketrans("\ue000\ue001\ue002\ue003", "[]{}")
DEEPEST = 60
# Where a value begins, YAML takes these for its own; only a scan tells whether one of them stands within a text.
MARKS = re.compile(r"[&*!]")
HALVES = re.compile("[\x00\ud800-\udfff]")
NOT_BOOLEANS = re.compile(r"(?:yes|no|on|off|y|n)", re.IGNORECASE)
# The class of loader to read YAML with; none means the fastest that is installed. YAML is imported only when some is
# read: a compiled catalog and a JSON patient need none.
YamlLoader: Any = None


class Node(msgspec.Struct, frozen=True):
    """A mapping, sequence, scalar or null, with the place it was read from."""

    kind: str  # mapping | sequence | text | plain | null
    value: Any  # tuple[(key, Node)], tuple[Node] or str
    file: str
    line: int
    column: int

    @property
    def where(self) -> str:
        return f"{self.file}:{self.line}:{self.column}"

    def items(self) -> Iterator[tuple[str, Node]]:
        """Pairs of a mapping, in order; nothing for other kinds."""
        return iter(self.value if self.kind == "mapping" else ())

    def get(self, key: str) -> Node | None:
        """The value under `key`, or None."""
        return next((node for name, node in self.items() if name == key), None)


def read(text: str, name: str) -> Node:
    """Read a document, as JSON when the name ends in .json and as YAML otherwise."""
    return read_json(text, name) if PurePath(name).suffix.lower() == ".json" else read_yaml(text, name)


def read_yaml(text: str, name: str) -> Node:
    """Read one YAML document. Errors: `DocumentError` with every problem found."""
    import yaml

    _refuse_size(text, name, LARGEST)
    try:
        shielded = UCUM_BRACKETS.sub(lambda code: code.group().translate(SHIELD), text)
        loader = YamlLoader or getattr(yaml, "CSafeLoader", yaml.SafeLoader)
        _refuse_marks(shielded, name, loader)
        root = yaml.compose(shielded, Loader=loader)
    except yaml.MarkedYAMLError as error:
        mark = error.problem_mark
        where = f"{name}:{mark.line + 1}:{mark.column + 1}" if mark else name
        raise DocumentError(
            Problem(f"this is not YAML: {error.problem}", where, "one YAML 1.2 document", "mend the text at that place")
        ) from None
    except yaml.YAMLError as error:
        at = text.count("\n", 0, getattr(error, "position", 0)) + 1
        said = str(error).splitlines()[0]
        raise DocumentError(
            Problem(f"this is not YAML: {said}", f"{name}:{at}", "one YAML 1.2 document in UTF-8", "mend the text")
        ) from None
    except RecursionError:
        raise DocumentError(_too_deep(name)) from None
    problems: list[Problem] = []
    node = _from_yaml(root, name, problems, 0)
    if problems:
        raise DocumentError(*problems)
    return node


def _refuse_marks(text: str, name: str, loader: Any) -> None:
    """Anchors, aliases and tags: a value is written where it is meant, and its shape says what it is."""
    if not MARKS.search(text):
        return
    import yaml

    kinds: dict[Any, str] = {
        yaml.AnchorToken: "anchor “&{}”",
        yaml.AliasToken: "alias “*{}”",
        yaml.TagToken: "tag “{}”",
    }
    tokens: Iterator[Any] = yaml.scan(text, Loader=loader)
    problems = [
        Problem(f"the file holds the {kinds[type(token)].format(_mark(token.value))}",
                f"{name}:{token.start_mark.line + 1}:{token.start_mark.column + 1}",
                "values written out where they are meant", "write the value itself, or put the text in quotes")
        for token in tokens
        if type(token) in kinds
    ]  # fmt: skip
    if problems:
        raise DocumentError(*problems)


def _mark(value: Any) -> str:
    """The name of an anchor, or a tag as it is written: a handle and a suffix."""
    return "".join(part or "" for part in value) if isinstance(value, tuple) else str(value)


def _refuse_size(text: str, name: str, largest: int) -> None:
    if len(text) > largest:
        raise DocumentError(
            Problem(f"the file holds {len(text):,} characters", name, f"at most {largest:,}", "give one record")
        )
    if "\x00" in text:
        raise DocumentError(Problem("the file holds a null character", name, "text", "save the file as UTF-8 text"))


def _too_deep(name: str) -> Problem:
    return Problem("the file is nested too deeply", name, f"at most {DEEPEST} levels", "write it flatter")


def _from_yaml(root: Any, name: str, problems: list[Problem], depth: int) -> Node:
    if root is None:
        return Node("null", "", name, 1, 1)
    line, column = root.start_mark.line + 1, root.start_mark.column + 1
    where = f"{name}:{line}:{column}"
    if depth > DEEPEST:
        problems.append(_too_deep(where))
        return Node("null", "", name, line, column)
    if root.id == "mapping":
        pairs = [(_key(k, name, problems), _from_yaml(v, name, problems, depth + 1)) for k, v in root.value]
        _refuse_duplicates(pairs, where, problems)
        return Node("mapping", tuple(pairs), name, line, column)
    if root.id == "sequence":
        return Node("sequence", tuple(_from_yaml(v, name, problems, depth + 1) for v in root.value), name, line, column)
    return _scalar(root, name, problems)


def _key(node: Any, name: str, problems: list[Problem]) -> str:
    if node.id == "scalar":
        return str(node.value).translate(UNSHIELD)
    where = f"{name}:{node.start_mark.line + 1}:{node.start_mark.column + 1}"
    problems.append(Problem("a key is a list or mapping", where, "a plain word as key", "write the key as a word"))
    return "?"


def _scalar(node: Any, name: str, problems: list[Problem]) -> Node:
    line, column = node.start_mark.line + 1, node.start_mark.column + 1
    text = str(node.value).translate(UNSHIELD)
    if node.style:  # None or, from the C loader, empty: written without quotes
        return Node("text", text, name, line, column)
    if text in ("", "~", "null", "Null", "NULL"):
        return Node("null", "", name, line, column)
    if NOT_BOOLEANS.fullmatch(text):
        problems.append(
            Problem(f"“{text}” is a boolean to some readers and a word to others", f"{name}:{line}:{column}",
                    "true or false, or a quoted word", f"write true or false, or '{text}' in quotes")
        )  # fmt: skip
    return Node("plain", text, name, line, column)


def _refuse_duplicates(pairs: list[tuple[str, Node]], where: str, problems: list[Problem]) -> None:
    seen: set[str] = set()
    for key, node in pairs:
        if key in seen:
            problems.append(
                Problem(f"the key “{key}” stands twice", node.where, "each key once", "keep the one that is meant")
            )
        seen.add(key)


def read_json(text: str, name: str) -> Node:
    """Read one JSON document. Errors: `DocumentError` with every problem found."""
    _refuse_size(text, name, LARGEST_JSON)
    problems: list[Problem] = []
    try:
        # A byte order mark is how some editors begin a file; it says nothing, and YAML allows it too.
        node = _JsonReader(text.removeprefix("\ufeff"), name, problems).read()
    except json.JSONDecodeError as error:
        raise DocumentError(
            Problem(f"this is not JSON: {error.msg}", f"{name}:{error.lineno}:{error.colno}", "one JSON document",
                    "mend the text at that place")
        ) from None  # fmt: skip
    except RecursionError:
        raise DocumentError(_too_deep(name)) from None
    problems += _unreadable(node, 0)
    if problems:
        raise DocumentError(*problems)
    return node


def _unreadable(node: Node, depth: int) -> Iterator[Problem]:
    """What JSON lets through and no file may hold: nesting without end, halves of characters, null characters."""
    if depth > DEEPEST:
        yield _too_deep(node.where)
        return
    texts = [key for key, _ in node.items()] if node.kind == "mapping" else [node.value] if node.kind == "text" else []
    if any(HALVES.search(text) for text in texts):
        yield Problem("a text holds a null character or half of a character", node.where, "whole characters",
                      "write the text again")  # fmt: skip
    for child in (child for _, child in node.items()):
        yield from _unreadable(child, depth + 1)
    for child in node.value if node.kind == "sequence" else ():
        yield from _unreadable(child, depth + 1)


class _JsonReader(json.JSONDecoder):
    """The standard decoder, remembering where each value began. Numbers stay text."""

    def __init__(self, text: str, name: str, problems: list[Problem]) -> None:
        super().__init__(
            parse_float=lambda number: ("number", number),
            parse_int=lambda number: ("number", number),
            parse_constant=lambda word: ("number", word),
            object_pairs_hook=lambda pairs: ("object", pairs),
        )
        self.text, self.name, self.problems = text, name, problems
        self.line_starts = [0, *(match.end() for match in re.finditer("\n", text))]
        standard = py_make_scanner(self)

        def scan_once(string: str, index: int) -> tuple[Any, int]:
            value, end = standard(string, index)
            return self._node(value, index), end

        array, mapping = json.decoder.JSONArray, json.decoder.JSONObject  # type: ignore[attr-defined]
        self.parse_array: Any = lambda at, _scan: array(at, scan_once)
        self.parse_object: Any = lambda at, strict, _scan, hook, pairs, memo: mapping(
            at, strict, scan_once, hook, pairs, memo
        )
        standard = py_make_scanner(self)
        self.scan_once: Any = scan_once

    def read(self) -> Node:
        start = json.decoder.WHITESPACE.match(self.text, 0).end()  # type: ignore[attr-defined]
        try:
            node, end = self.scan_once(self.text, start)
        except StopIteration as error:
            raise json.JSONDecodeError("a value was expected", self.text, error.value) from None
        end = json.decoder.WHITESPACE.match(self.text, end).end()  # type: ignore[attr-defined]
        if end != len(self.text):
            raise json.JSONDecodeError("text after the end of the document", self.text, end)
        return node  # type: ignore[no-any-return]

    def _node(self, value: Any, index: int) -> Node:
        line = bisect_right(self.line_starts, index)
        place = (self.name, line, index - self.line_starts[line - 1] + 1)
        match value:
            case ("object", pairs):
                _refuse_duplicates(pairs, f"{self.name}:{line}", self.problems)
                return Node("mapping", tuple(pairs), *place)
            case list():
                return Node("sequence", tuple(value), *place)
            case ("number", number):
                return Node("plain", number, *place)
            case None:
                return Node("null", "", *place)
            case bool():
                return Node("plain", "true" if value else "false", *place)
        return Node("text", value, *place)
