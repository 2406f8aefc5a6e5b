"""Where sources disagree, and what nobody stated: the list that is printed every time."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Literal

import msgspec

from assuage.catalog.model import FOLDERS, Catalog
from assuage.catalog.walk import facts
from assuage.catalog.words import named
from assuage.drug import Limit
from assuage.rule import Rule, Watch
from assuage.sourced import Claim, Fact

Section = Literal["claims differ", "readings differ", "not stated"]
# Kinds of record whose numbers people would look up in a source; the editors' own bounds of plausibility are no gap.
SOURCED_KINDS = ("drugs", "presentations", "regimens", "formulas", "instruments")


class Disagreement(msgspec.Struct, frozen=True):
    """Claims that differ, or a value that no source states.

    `section` says which: the claims of one fact differ; readings of a study differ and one is trusted; or nothing
    states it and the editors assumed. `fact` is its path, `about` the path in words. `chosen` is the claim that stands,
    none while the dispute is open; `by` says whose choice it is.
    """

    section: Section
    fact: str
    about: str
    claims: tuple[Claim, ...]
    chosen: str | None
    because: str | None
    place: str
    by: Literal["editors", "clinic"] = "editors"

    @property
    def is_open(self) -> bool:
        """True where nothing has been chosen, so that nothing can be planned from it."""
        return self.section == "claims differ" and self.chosen is None


def disputes(catalog: Catalog) -> tuple[Disagreement, ...]:
    """Everything that is disputed or assumed: first the differing claims, open ones before settled ones, then the rest."""
    found = [*_differing(catalog), *_conflicts(catalog), *_studies(catalog), *_assumed(catalog)]
    order: tuple[Section, ...] = ("claims differ", "readings differ", "not stated")
    return tuple(sorted(found, key=lambda one: (order.index(one.section), not one.is_open)))


def _all_facts(catalog: Catalog, kinds: tuple[str, ...]) -> Iterator[Fact]:
    for kind in kinds:
        for record in catalog.records(kind).values():
            yield from facts(record)


def _differing(catalog: Catalog) -> Iterator[Disagreement]:
    for fact in _all_facts(catalog, tuple(FOLDERS)):
        if fact.disputed:
            yield _of(fact, "claims differ", catalog)


def _of(fact: Fact, section: Section, catalog: Catalog, because: str | None = None) -> Disagreement:
    return Disagreement(
        section, fact.id, named(fact.id, catalog), fact.claims, fact.chosen, because or fact.because, fact.place,
        "clinic" if fact.id in catalog.choices else "editors",
    )  # fmt: skip


def _conflicts(catalog: Catalog) -> Iterator[Disagreement]:
    """What others say against a limit, a rule or a watch record that stands."""
    for kind in ("limits", "rules", "watch"):
        for record in catalog.records(kind).values():
            assert isinstance(record, Limit | Rule | Watch)
            if not record.conflicts:
                continue
            own = record.bound.claims if isinstance(record, Limit) else record.authority
            path = f"{kind}.{record.id}"
            place = record.bound.place if isinstance(record, Limit) else ""
            because = record.reason if isinstance(record, Limit | Rule) else "It stands as written."
            about = f"{named(path, catalog)}: {record.sentence}"
            yield Disagreement("claims differ", path, about, (*own, *record.conflicts), own[0].name, because, place)


def _studies(catalog: Catalog) -> Iterator[Disagreement]:
    for study in catalog.studies.values():
        for conflict in study.conflicts:
            claims = tuple(Claim(one.value, study.id, one.given_by) for one in conflict.values)
            yield Disagreement(
                "readings differ", f"studies.{study.id}.conflicts.{conflict.field}", f"{conflict.field} in {study.id}",
                claims, conflict.trusted, conflict.because, "",
            )  # fmt: skip


def _assumed(catalog: Catalog) -> Iterator[Disagreement]:
    """Facts whose standing claim is an assumption: no source states them."""
    for fact in _all_facts(catalog, SOURCED_KINDS):
        standing = [claim for claim in fact.claims if fact.chosen in (None, claim.name)]
        if standing and standing[0].kind == "assumed" and not fact.disputed:
            yield _of(fact, "not stated", catalog, standing[0].note or standing[0].where)
