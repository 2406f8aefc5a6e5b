"""Every link, citation and image of the review: what it was used for, and what became of it."""

from __future__ import annotations

from pathlib import Path
from typing import Literal

import msgspec

from assuage.catalog.read import DATA
from assuage.document import read_yaml, shape
from assuage.errors import CatalogError, Problem

NAME = "provenance.yaml"


class Provenance(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One thing the review points to.

    `state`: readable (we read it, or its abstract); second-hand (known only through someone else's account); lost (it
    stood in the review and is gone); not-found (sought and not readable); not-tried (nobody has sought it here).
    `source` is the id of the catalog's source for it. `address` is none where the review gives none.
    """

    id: str
    kind: Literal["post", "citation", "link", "image", "mention", "comment"]
    title: str
    what_the_seed_used_it_for: str
    state: Literal["readable", "second-hand", "lost", "not-found", "not-tried"]
    address: str | None = None
    doi: str | None = None
    pmid: str | None = None
    source: str | None = None
    note: str | None = None


def read_provenance(folder: Path = DATA) -> tuple[Provenance, ...]:
    """All of them, in the order of the review. Errors: `DocumentError`; `CatalogError` where an id stands twice."""
    root = read_yaml((folder / NAME).read_text(encoding="utf-8"), NAME)
    items = shape(root, tuple[Provenance, ...], path=("provenance",))
    seen: set[str] = set()
    problems = []
    for item in items:
        if item.id in seen:
            problems.append(Problem(f"the id “{item.id}” stands twice", NAME, "each id once", "rename or join"))
        seen.add(item.id)
    if problems:
        raise CatalogError(*problems)
    return items
