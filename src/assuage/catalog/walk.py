"""Through a record, part by part: every fact, claim and plain value with its path."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import lru_cache
from typing import Any, TypeVar

import msgspec

from assuage.sourced import Claim, Fact

Path = tuple[str, ...]
T = TypeVar("T")


@lru_cache(maxsize=256)
def _fields(kind: type[msgspec.Struct]) -> tuple[tuple[str, str], ...]:
    return tuple((field.name, field.encode_name) for field in msgspec.structs.fields(kind))


def parts(value: Any, path: Path = ()) -> Iterator[tuple[Path, Any]]:
    """Every fact, claim and plain value within a value, in order, each with its path; none and empty ones are left out.

    Steps are the keys of the file; a member of a list is called by its id, or by its place where it has none. Facts
    and claims are not entered.
    """
    if isinstance(value, Fact | Claim):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        for name, key in _fields(type(value)):
            yield from parts(getattr(value, name), (*path, key))
    elif isinstance(value, tuple | list):
        for index, member in enumerate(value):
            yield from parts(member, (*path, step(member, index)))
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from parts(member, (*path, key))
    elif value is not None:
        yield path, value


def step(member: Any, index: int) -> str:
    """What a member of a list is called in a path. The id of a fact is its whole path, so its place is its name."""
    return str(index) if isinstance(member, Fact | Claim) else str(getattr(member, "id", index))


def structs(value: Any, path: Path = ()) -> Iterator[tuple[Path, msgspec.Struct]]:
    """Every record within a value, itself first, each with its path. Facts and claims are among them, not entered."""
    if isinstance(value, Fact | Claim):
        yield path, value
    elif isinstance(value, msgspec.Struct):
        yield path, value
        for name, key in _fields(type(value)):
            yield from structs(getattr(value, name), (*path, key))
    elif isinstance(value, tuple | list):
        for index, member in enumerate(value):
            yield from structs(member, (*path, step(member, index)))
    elif isinstance(value, dict):
        for key, member in value.items():
            yield from structs(member, (*path, key))


def facts(value: Any) -> Iterator[Fact]:
    """Every fact within a value."""
    return (part for _, part in parts(value) if isinstance(part, Fact))


def claims(value: Any, path: Path = ()) -> Iterator[tuple[Path, Claim]]:
    """Every claim within a value, those of its facts included, each with the path of what holds it."""
    for where, part in parts(value, path):
        if isinstance(part, Claim):
            yield where, part
        elif isinstance(part, Fact):
            yield from ((where, claim) for claim in part.claims)


def with_facts(value: T, changed: Mapping[str, Fact]) -> T:
    """The same value with the facts of these ids put in the place of its own."""
    return _with_facts(value, changed)  # type: ignore[no-any-return]


def _with_facts(value: Any, changed: Mapping[str, Fact]) -> Any:
    if isinstance(value, Fact):
        return changed.get(value.id, value)
    if isinstance(value, msgspec.Struct):
        fresh = {name: _with_facts(getattr(value, name), changed) for name, _ in _fields(type(value))}
        moved = {name: part for name, part in fresh.items() if part is not getattr(value, name)}
        return msgspec.structs.replace(value, **moved) if moved else value
    if isinstance(value, tuple):
        members = tuple(_with_facts(member, changed) for member in value)
        return members if any(one is not two for one, two in zip(members, value, strict=True)) else value
    if isinstance(value, dict):
        pairs = {key: _with_facts(member, changed) for key, member in value.items()}
        return pairs if any(pairs[key] is not value[key] for key in value) else value
    return value
