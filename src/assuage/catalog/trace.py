"""Every item of the review that this catalog began from: where it lives in the product, and the test that shows it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from assuage.catalog.read import DATA
from assuage.document import read_yaml, shape
from assuage.errors import CatalogError, Problem, unknown_name

State = Literal["built", "partly", "later"]
NAME = "trace.yaml"


class TraceItem(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One item: what the review says, what the software does with it, and how much of that exists.

    `lives_in` are paths from the root of the repository; empty where nothing exists yet. `test` is the path of a test
    and, after “::”, its name.
    """

    id: str
    seed: str
    software: str
    lives_in: tuple[str, ...]
    test: str | None
    state: State
    note: str | None = None


def read_trace(folder: Path = DATA) -> tuple[TraceItem, ...]:
    """All items in order. Errors: `DocumentError` for a wrong shape, `CatalogError` for an id that stands twice."""
    items = shape(read_yaml((folder / NAME).read_text(encoding="utf-8"), NAME), tuple[TraceItem, ...], path=("trace",))
    seen: set[str] = set()
    problems = []
    for item in items:
        if item.id in seen:
            problems.append(Problem(f"the item {item.id} stands twice", NAME, "each id once", "rename or join"))
        seen.add(item.id)
        if item.state == "built" and not item.lives_in:
            problems.append(
                Problem(f"{item.id} is called built and lives nowhere", NAME, "the paths it lives in", "name them")
            )
    if problems:
        raise CatalogError(*problems)
    return items


def trace_item(name: str, items: tuple[TraceItem, ...]) -> TraceItem:
    """The item with this id, capital or small, with or without its zero. Errors: `UnknownName` with the nearest ids."""
    letter, digits = name[:1].upper(), name[1:]
    written = f"{letter}{digits.zfill(2)}" if digits.isascii() and digits.isdigit() else name
    for item in items:
        if item.id == written:
            return item
    raise unknown_name("item of the review", name, known=(item.id for item in items), where="trace")
