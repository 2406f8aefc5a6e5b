"""What a person can mend, said in four parts: what was found, where, what was expected, what to do.

AssuageError            anything the user can mend; printed without a traceback, exit code 2
├── QuantityError       a value, unit or conversion that cannot be read one way only
├── DocumentError       a file that cannot be read, or does not have the shape asked for
├── CatalogError        facts that break a rule of the catalog
├── FactError           a fact asked for its value while it has none
│   ├── DisputedFact    its claims differ and nobody has chosen
│   └── NotStated       nobody states it
├── ExposureError       doses, models, times or levels from which no concentration can be computed
├── EvidenceError       results that cannot be analysed as they were given
├── UnknownName         an id that nothing in the catalog answers to
└── PlanError           a request that cannot be planned as it was put
"""

from __future__ import annotations

import difflib
from collections.abc import Iterable

import msgspec


class Problem(msgspec.Struct, frozen=True):
    """One thing to mend. Four parts, all of them sentences or fragments a person can act on."""

    what: str
    where: str
    expected: str
    do: str

    def __str__(self) -> str:
        return f"{self.what}\n  where: {self.where}\n  expected: {self.expected}\n  do: {self.do}"


class AssuageError(Exception):
    """One or several problems that the user can mend."""

    def __init__(self, *problems: Problem) -> None:
        super().__init__(*problems)
        self.problems = problems

    def __str__(self) -> str:
        return "\n".join(str(problem) for problem in self.problems)


class QuantityError(AssuageError):
    """A value, unit or conversion that cannot be read one way only."""


class DocumentError(AssuageError):
    """A file that cannot be read, or does not have the shape asked for."""


class CatalogError(AssuageError):
    """Facts that break a rule of the catalog."""


class FactError(AssuageError):
    """A fact asked for its value while it has none."""


class DisputedFact(FactError):
    """Its claims differ and nobody has chosen between them."""


class NotStated(FactError):
    """Nobody states it."""


class ExposureError(AssuageError):
    """Doses, models, times or levels from which no concentration can be computed."""


class EvidenceError(AssuageError):
    """Results that cannot be analysed as they were given."""


class UnknownName(AssuageError):
    """An id that nothing in the catalog answers to."""


class CourseError(AssuageError):
    """A course of treatment that cannot be read, or something that no record of one can hold."""


class RegistryError(AssuageError):
    """A registry that cannot be opened, read or written as it should be."""


class PlanError(AssuageError):
    """A request that cannot be planned as it was put."""


def nearest(word: str, known: Iterable[str], *, count: int = 3) -> list[str]:
    """The known words most like `word`, best first; empty when none is near."""
    return difflib.get_close_matches(
        word.casefold(), [*dict.fromkeys(k.casefold() for k in known)], n=count, cutoff=0.6
    )


def unknown_name(kind: str, word: str, *, known: Iterable[str], where: str) -> UnknownName:
    """The error for an id nobody knows, with the nearest known ones."""
    known = sorted(known)
    near = nearest(word, known)
    do = f"did you mean {' or '.join(near)}?" if near else f"choose one of: {', '.join(known[:30])}"
    return UnknownName(Problem(f"no {kind} is called “{word}”", where, f"the id of a known {kind}", do))
