"""What the checks look at: the records with their places, and the catalog they make."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assuage.catalog.model import Catalog, CheckProblem, Severity
from assuage.catalog.read import Entry
from assuage.catalog.walk import Path, parts
from assuage.document import Node
from assuage.sourced import Claim, Fact


class Subject(msgspec.Struct, frozen=True):
    """All records of all folders that could be read, the catalog they make, and the files that others read.

    `others` are documents within the folder that no record comes from, by name: they may use sources too.
    """

    entries: tuple[Entry, ...]
    catalog: Catalog
    others: dict[str, Node] = {}

    def of(self, *kinds: str) -> Iterator[Entry]:
        """Readable records of these kinds; of every kind where none is named."""
        return (entry for entry in self.entries if entry.record is not None and (not kinds or entry.kind in kinds))

    def facts(self, *kinds: str) -> Iterator[tuple[Entry, Path, Fact]]:
        """Every fact with its record and its path within it."""
        for entry in self.of(*kinds):
            yield from ((entry, path, part) for path, part in parts(entry.record) if isinstance(part, Fact))

    def claims(self, *kinds: str) -> Iterator[tuple[Entry, Path, Claim]]:
        """Every claim with its record and its path within it, those of facts included."""
        for entry in self.of(*kinds):
            for path, part in parts(entry.record):
                if isinstance(part, Claim):
                    yield entry, path, part
                elif isinstance(part, Fact):
                    for index, claim in enumerate(part.claims):
                        yield entry, (*path, "claims", str(index)), claim


class Finder(msgspec.Struct, frozen=True):
    """Says what one check found, in four parts, with the place."""

    check: str

    def error(self, entry: Entry, path: Sequence[str], *, what: str, expected: str, do: str) -> CheckProblem:
        """Something to mend."""
        return self._problem("error", entry.at(path), what, expected, do)

    def note(self, entry: Entry, path: Sequence[str], *, what: str, expected: str, do: str) -> CheckProblem:
        """Something worth knowing."""
        return self._problem("note", entry.at(path), what, expected, do)

    def _problem(self, severity: Severity, where: str, *parts: Any) -> CheckProblem:
        what, expected, do = parts
        return CheckProblem(self.check, severity, what, where, expected, do)


def standing(fact: Fact) -> Claim | None:
    """The claim that stands, or none."""
    if fact.chosen is not None:
        return next((claim for claim in fact.claims if claim.name == fact.chosen), None)
    return fact.claims[0] if fact.claims and not fact.disputed else None
