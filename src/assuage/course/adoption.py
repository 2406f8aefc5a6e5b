"""A regimen is adopted by a clinic: two people have read its source, settled what is open and set the clinic's limits."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Adoption, Clinic
from assuage.course.command import told
from assuage.course.people import Person
from assuage.finding import Finding


class Proposed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="adoption-proposed", tag_field="kind"
):
    """One person puts a regimen up for adoption: what they read, what they settled, which limits the clinic keeps."""

    at: dt.datetime
    regimen: str
    by: Person
    catalog: str
    read: tuple[str, ...]
    settled: dict[str, str]
    limits: str


class Agreed(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="adoption-agreed", tag_field="kind"
):
    """A second person, of the other profession, has read the same and agrees."""

    at: dt.datetime
    regimen: str
    by: Person
    catalog: str
    read: tuple[str, ...]


class Withdrawn(
    msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag="adoption-withdrawn", tag_field="kind"
):
    """The clinic no longer uses the regimen; orders that stand are to be looked at."""

    at: dt.datetime
    regimen: str
    by: Person
    because: str


AdoptionEvent = Proposed | Agreed | Withdrawn
PAIR = {"physician", "pharmacist"}


class Standing(msgspec.Struct, frozen=True):
    """Where the adoption of one regimen stands."""

    regimen: str
    proposed: Proposed | None = None
    agreed: Agreed | None = None
    withdrawn: Withdrawn | None = None

    @property
    def adoption(self) -> Adoption | None:
        """The adoption, where a physician and a pharmacist both stand for it."""
        if self.proposed is None or self.agreed is None or self.withdrawn is not None:
            return None
        two = {one.by.role: one.by.name for one in (self.proposed, self.agreed)}
        return Adoption(self.regimen, two["physician"], two["pharmacist"], self.agreed.at.date(), self.agreed.catalog)


def standings(events: Iterable[AdoptionEvent]) -> dict[str, Standing]:
    """Where each regimen stands after these events: a proposal begins anew, a withdrawal ends."""
    found: dict[str, Standing] = {}
    for one in events:
        before = found.get(one.regimen, Standing(one.regimen))
        if isinstance(one, Proposed):
            found[one.regimen] = Standing(one.regimen, proposed=one)
        elif isinstance(one, Agreed):
            found[one.regimen] = msgspec.structs.replace(before, agreed=one)
        else:
            found[one.regimen] = msgspec.structs.replace(before, withdrawn=one)
    return found


def adopting(clinic: Clinic, events: Iterable[AdoptionEvent]) -> Clinic:
    """The clinic with what it has adopted on record, beside what its profile says."""
    mine = tuple(one for each in standings(events).values() if (one := each.adoption) is not None)
    taken = {one.regimen for one in mine}
    kept = tuple(one for one in clinic.adopted if one.regimen not in taken)
    return msgspec.structs.replace(clinic, adopted=(*kept, *mine))


def judge(events: Iterable[AdoptionEvent], event: AdoptionEvent, catalog: Catalog) -> tuple[Finding, ...]:
    """What stands in the way of this step of an adoption."""
    before = standings(events).get(event.regimen, Standing(event.regimen))
    found = []
    if event.regimen not in catalog.regimens:
        found.append(told("no-such-regimen", f"The catalog has no regimen {event.regimen}.", reason="What is adopted is known.",
                          resolve="Choose a regimen of the catalog.", severity="refuse"))  # fmt: skip
    elif not isinstance(event, Withdrawn):
        found += _of_pair(before, event, catalog)
    elif before.proposed is None:
        found.append(told("nothing-to-withdraw", f"{event.regimen} was not put up for adoption.", reason="Only what stands falls.",
                          resolve="Choose a regimen that is adopted.", severity="refuse"))  # fmt: skip
    return tuple(found)


def _of_pair(before: Standing, event: Proposed | Agreed, catalog: Catalog) -> Iterable[Finding]:
    regimen = catalog.regimens[event.regimen]
    if not regimen.plannable or regimen.basis == "hypothesis":
        yield told("not-adoptable", f"{regimen.name} is {regimen.basis} and cannot be adopted.", reason="An order needs a regimen that somebody has given.",
                   resolve="Write a regimen of the clinic's own, with its source.", severity="refuse")  # fmt: skip
    if event.by.role not in PAIR:
        yield told("not-your-role", f"A {event.by.role} does not adopt a regimen.", reason="A physician and a pharmacist do.",
                   resolve="Ask one of them.", severity="refuse")  # fmt: skip
    if regimen.source not in event.read:
        yield told("source-not-read", f"{regimen.source} is not among what was read.", reason="Adopting means having read the source.",
                   resolve="Read it, and say so.")  # fmt: skip
    if isinstance(event, Agreed):
        yield from _second(before, event)


def _second(before: Standing, event: Agreed) -> Iterable[Finding]:
    first = before.proposed
    if first is None or before.withdrawn is not None:
        yield told("nothing-to-agree", f"Nobody has put {event.regimen} up for adoption.", reason="The second agrees with a first.",
                   resolve="Put it up first.", severity="refuse")  # fmt: skip
        return
    if first.by.id == event.by.id:
        yield told("same-person-twice", "The second person is the first.", reason="Two people read the source.",
                   resolve="Ask another person.", severity="refuse")  # fmt: skip
    if {first.by.role, event.by.role} != PAIR:
        yield told("one-profession", f"Both are a {event.by.role}.", reason="A physician and a pharmacist read it, each in their own way.",
                   resolve="Ask the other profession.", severity="refuse")  # fmt: skip
    if first.catalog != event.catalog:
        yield told("another-catalog", "The catalog has changed since the regimen was put up.", reason="Both read the same.",
                   resolve="Put it up again.", severity="refuse")  # fmt: skip
