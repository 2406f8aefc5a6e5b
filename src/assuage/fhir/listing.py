"""Lists of one patient: conditions, allergies, medications. One way of reading them all.

Only a status that says "this was never so" takes an entry away. An entry in doubt stays, under a name that no term
answers to, so that it is held. A list of which the Bundle holds nothing was not asked: it is never empty.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping

import msgspec

from assuage.catalog.terms import resolve
from assuage.drug import Term
from assuage.fhir.account import Account
from assuage.fhir.codes import Codes, ListName
from assuage.fhir.concept import TermKind, name_of
from assuage.fhir.element import Element, Resource, has_modifier
from assuage.fhir.record import Record
from assuage.patient import Listed, Unknown

NONE_KNOWN = "no-known-allergies"
# Clinical statuses of what is over. It stays in its list: that it once was so still matters.
OVER = ("inactive", "resolved", "remission")


class Reader(msgspec.Struct, frozen=True):
    """What every list is read with."""

    record: Record
    account: Account
    codes: Codes
    terms: Mapping[str, Term]


class Kind(msgspec.Struct, frozen=True):
    """How the entries of one list stand in FHIR.

    concept    what an entry is
    never_so   why an entry does not count, or None
    is_over    whether an entry no longer stands
    written    the entry under a name, with its details
    """

    list: ListName
    resources: tuple[str, ...]
    subject: str
    term: TermKind
    concept: Callable[[Resource, Record], Element | None]
    never_so: Callable[[Element], str | None]
    is_over: Callable[[Element], bool]
    written: Callable[[Element, str], Listed]


class Entries:
    """The entries met so far, and the statements that there are none."""

    def __init__(self, kind: Kind, reader: Reader) -> None:
        self.kind, self.reader = kind, reader
        self.entries: list[Listed] = []
        self.none: list[Element] = []

    def take(self, resource: Resource) -> None:
        """One resource of the list: an entry, a statement that there are none, or neither, which is said."""
        element, account = resource.element, self.reader.account
        whose = self.reader.record.whose(resource, self.kind.subject)
        never = self.kind.never_so(element)
        if whose.is_other or never is not None:
            verdict, why = ("set-aside", whose.why) if whose.is_other else ("excluded", never or "")
            account.say(verdict, element, what=resource.name, why=why)  # type: ignore[arg-type]
            return
        concept = self.kind.concept(resource, self.reader.record)
        name = name_of(concept, self.kind.term, self.reader.terms)
        doubt = self._doubt(resource, whose.why if whose.is_unclear else None, name)
        empties = self._empties(concept, name)
        if doubt is not None or empties is None:
            entry = self.kind.written(element, doubt or name or "")
            self.entries.append(entry)
            told = f"“{entry.name}”" + (f" ({entry.detail})" if entry.detail else "")
            account.say("held" if doubt else "understood", element, what=self.kind.list, why=told)
        elif empties and not self.kind.is_over(element):
            self.none.append(element)
            account.say("understood", element, what=self.kind.list, why="none are known")
        else:
            why = "it says nothing of the whole list, or no longer stands"
            account.say("set-aside", element, what=self.kind.list, why=why)

    def _doubt(self, resource: Resource, unclear: str | None, name: str | None) -> str | None:
        """A name that no term answers to, where the entry cannot be taken under its own."""
        if unclear is not None:
            return f"{name or 'something'}, of whom is not clear: {unclear}"
        if name is None:
            return f"{resource.type} without a name"
        if has_modifier(resource.element):
            return f"{name}, changed by a modifier that is not understood"
        return None

    def _empties(self, concept: Element | None, name: str | None) -> bool | None:
        """True where it says that nothing is known, False where it says so of a part only; None for an entry."""
        for one in self.reader.codes.none_known:
            if one.list == self.kind.list and one.code in self.reader.codes.in_system(concept, one.system):
                return one.empties
        if name is not None and self.kind.term == "allergen":
            return True if resolve(name, "allergen", self.reader.terms).term == NONE_KNOWN else None
        return None

    def all(self) -> tuple[Listed, ...] | Unknown:
        """The list. Entries and a statement that there are none contradict each other: then both stand."""
        if not self.entries:
            kinds = " or ".join(self.kind.resources)
            return () if self.none else Unknown(f"not asked: the Bundle holds no {kinds} that counts")
        said = [Listed(f"no known {self.kind.list}", one.place, "stands beside entries") for one in self.none]
        named: dict[str, list[Listed]] = {}
        for one in [*self.entries, *said]:
            named.setdefault(one.name.casefold(), []).append(one)
        return tuple(_joined(same) for same in named.values())


def _joined(same: list[Listed]) -> Listed:
    """Entries of one name as one: what still stands before what is over, a stop on an unknown day before a known one."""

    def order(one: Listed) -> tuple[bool, bool, int]:
        stands = not one.is_stopped and not (one.detail or "").startswith(OVER)
        return stands, one.is_stopped and one.stopped is None, one.stopped.toordinal() if one.stopped else 0

    first = max(same, key=order)
    if len(same) == 1:
        return first
    detail = "; ".join(filter(None, (first.detail, f"{len(same)} entries")))
    return msgspec.structs.replace(first, detail=detail)


def read_list(kind: Kind, reader: Reader) -> tuple[Listed, ...] | Unknown:
    """The entries of a list; () where it was asked and is empty; Unknown where nothing was said."""
    entries = Entries(kind, reader)
    for one in kind.resources:
        for resource in reader.record.of(one):
            entries.take(resource)
    return entries.all()
