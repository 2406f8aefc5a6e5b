"""From a tree of nodes to typed values, collecting every problem instead of stopping at the first."""

from __future__ import annotations

import datetime as dt
import re
import types
from collections.abc import Callable
from decimal import Decimal
from functools import lru_cache
from typing import Any, Literal, TypeVar, Union, get_args, get_origin, get_type_hints

import msgspec

from assuage.document.node import Node
from assuage.errors import AssuageError, DocumentError, Problem, nearest
from assuage.quantity import Quantity, parse

T = TypeVar("T")
Converter = Callable[["Shaper", Node], Any]
CONVERTERS: dict[Any, Converter] = {}
FAILED: Any = object()


def converts(target: Any) -> Callable[[Converter], Converter]:
    """Register how a node becomes `target`, for types that need more than their annotations say."""

    def register(function: Converter) -> Converter:
        CONVERTERS[target] = function
        return function

    return register


def shape(node: Node, target: type[T], *, path: tuple[str, ...] = ()) -> T:
    """`node` as a `target`. Errors: `DocumentError` with every problem, each with file and line."""
    shaper = Shaper(path)
    value = shaper.convert(node, target)
    if shaper.problems:
        raise DocumentError(*shaper.problems)
    return value  # type: ignore[no-any-return]


class Shaper:
    """Converts nodes and keeps the problems met on the way."""

    def __init__(self, path: tuple[str, ...] = ()) -> None:
        self.problems: list[Problem] = []
        self.path = list(path)

    def within(self, step: str, node: Node, target: Any) -> Any:
        """Convert a child, with its name added to the path while doing so."""
        self.path.append(step)
        try:
            return self.convert(node, target)
        finally:
            self.path.pop()

    def refuse(self, node: Node, what: str, expected: str, do: str) -> Any:
        """Note a problem at a node; the value returned marks the failure."""
        self.problems.append(Problem(what, node.where, expected, do))
        return FAILED

    def convert(self, node: Node, target: Any) -> Any:
        """`node` as `target`, or FAILED with a problem noted."""
        if target in CONVERTERS:
            return CONVERTERS[target](self, node)
        if isinstance(target, type) and target in SCALARS:
            return self._scalar(node, target)
        origin = get_origin(target)
        if origin in (Union, types.UnionType):
            return self._union(node, get_args(target))
        if origin is Literal:
            return self._literal(node, get_args(target))
        if origin is tuple:
            return self._sequence(node, get_args(target)[0])
        if origin is dict:
            return self._mapping(node, get_args(target)[1])
        if isinstance(target, type) and issubclass(target, msgspec.Struct):
            return self.struct(node, target)
        raise TypeError(f"no reading is defined for {target}")

    def struct(self, node: Node, target: type[msgspec.Struct]) -> Any:
        """A mapping as a record: unknown and missing keys are problems."""
        if node.kind != "mapping":
            return self.refuse(node, _found(node), f"the keys of {target.__name__}", "write it as a mapping of keys")
        hints, fields = _hints(target), _fields(target)
        known = {field.encode_name: field.name for field in fields}
        values: dict[str, Any] = {}
        for key, child in node.items():
            if key not in known:
                near = nearest(key, known)
                do = f"did you mean {' or '.join(near)}?" if near else "remove it, or correct its name"
                self.refuse(child, f"the key “{key}” is not known here", f"one of: {', '.join(known)}", do)
                continue
            values[known[key]] = self.within(key, child, hints[known[key]])
        for field in fields:
            if field.required and field.name not in values:
                name = field.encode_name
                self.refuse(node, f"the key “{name}” is missing", f"{name} in {target.__name__}", "add it")
                values[field.name] = FAILED
        if any(value is FAILED for value in values.values()):
            return FAILED
        try:
            return target(**values)
        except AssuageError as error:
            self.problems.extend(Problem(p.what, node.where, p.expected, p.do) for p in error.problems)
            return FAILED

    def _union(self, node: Node, members: tuple[Any, ...]) -> Any:
        if node.kind == "null" and type(None) in members:
            return None
        rest = [member for member in members if member is not type(None)]
        if len(rest) == 1:
            return self.convert(node, rest[0])
        for member in rest:
            attempt = Shaper(tuple(self.path))
            value = attempt.convert(node, member)
            if not attempt.problems:
                return value
        names = " or ".join(getattr(member, "__name__", str(member)) for member in rest)
        return self.refuse(node, _found(node), names, "write it in one of these forms")

    def _literal(self, node: Node, choices: tuple[Any, ...]) -> Any:
        if node.kind in ("text", "plain") and node.value in choices:
            return node.value
        near = nearest(str(node.value), [str(c) for c in choices]) if node.kind in ("text", "plain") else []
        return self.refuse(node, _found(node), f"one of: {', '.join(map(str, choices))}",
                           f"did you mean {near[0]}?" if near else "choose one of them")  # fmt: skip

    def _sequence(self, node: Node, member: Any) -> Any:
        if node.kind != "sequence":
            return self.refuse(node, _found(node), "a list", "write it as a list, with [ ] or dashes")
        values = [self.within(_step(child, index), child, member) for index, child in enumerate(node.value)]
        return FAILED if any(value is FAILED for value in values) else tuple(values)

    def _mapping(self, node: Node, member: Any) -> Any:
        if node.kind != "mapping":
            return self.refuse(node, _found(node), "keys with values", "write it as a mapping")
        values = {key: self.within(key, child, member) for key, child in node.items()}
        return FAILED if any(value is FAILED for value in values.values()) else values

    def _scalar(self, node: Node, target: Any) -> Any:
        if node.kind not in ("text", "plain"):
            return self.refuse(node, _found(node), SCALARS[target][1], "write a single value")
        reader, expected = SCALARS[target]
        try:
            return reader(node.value)
        except AssuageError as error:
            self.problems.extend(Problem(p.what, node.where, p.expected, p.do) for p in error.problems)
            return FAILED
        except (ValueError, ArithmeticError):
            return self.refuse(node, f"“{node.value}”", expected, "write it that way")


def _step(node: Node, index: int) -> str:
    """A list member is called by its id where it has one, so that paths survive reordering."""
    name = node.get("id")
    return name.value if name is not None and name.kind in ("text", "plain") else str(index)


def _found(node: Node) -> str:
    match node.kind:
        case "mapping":
            return "a mapping of keys"
        case "sequence":
            return "a list"
        case "null":
            return "nothing"
    return f"“{node.value}”"


def _boolean(text: str) -> bool:
    return {"true": True, "false": False}[text] if text in ("true", "false") else _raise(text)


def _raise(text: str) -> bool:
    raise ValueError(text)


def _decimal(text: str) -> Decimal:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]*)(?:\.[0-9]+)?", text):
        raise ValueError(text)
    return Decimal(text)


def _integer(text: str) -> int:
    if not re.fullmatch(r"-?(?:0|[1-9][0-9]{0,15})", text):
        raise ValueError(text)
    return int(text)


def _date(text: str) -> dt.date:
    if not re.fullmatch(r"[0-9]{4}-[0-9]{2}-[0-9]{2}", text):
        raise ValueError(text)
    return dt.date.fromisoformat(text)


SCALARS: dict[Any, tuple[Callable[[str], Any], str]] = {
    str: (str, "text"),
    bool: (_boolean, "true or false"),
    int: (_integer, "a whole number"),
    float: (lambda text: float(_decimal(text)), "a number"),
    Decimal: (_decimal, "a decimal number such as 0.5"),
    dt.date: (_date, "a date such as 2026-11-30"),
    Quantity: (parse, "a number and a unit"),
}


@lru_cache(maxsize=256)
def _hints(target: type[msgspec.Struct]) -> dict[str, Any]:
    return get_type_hints(target)


@lru_cache(maxsize=256)
def _fields(target: type[msgspec.Struct]) -> tuple[msgspec.structs.FieldInfo, ...]:
    return msgspec.structs.fields(target)
