"""A clinic's own folder laid over the catalog. A clinic can choose; it cannot silence.

The folder has the layout of the catalog. It may add sources, studies, presentations, regimens, limits, rules, watch
records, adverse events and terms under ids of their own; in claims.yaml further claims to facts that stand; in
choices.yaml its choices between claims, each by a physician and a pharmacist; in recalls.yaml what it no longer relies
on. A study is one file: a source of the same id is made of it where there is none. Nothing that stands is changed or
removed, and no limit becomes looser: see guard.py.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Iterator
from typing import Any, Literal, TypeVar

import msgspec

from assuage.catalog.guard import loosened, renamed
from assuage.catalog.model import FOLDERS, Catalog, Choice
from assuage.catalog.read import Entry, Folder, by_kind, other_files, read_entries, read_recalls
from assuage.catalog.walk import facts, with_facts
from assuage.document import Node, Shaper
from assuage.document.shape import FAILED
from assuage.errors import CatalogError, DocumentError, Problem, nearest
from assuage.sourced import Claim, Fact, Source
from assuage.study import RecordType, Study

T = TypeVar("T", bound=msgspec.Struct)
MAY_ADD = ("sources", "studies", "presentations", "regimens", "limits", "rules", "watch", "events", "terms")
# What kind of source a record of the evidence is, where the clinic gives no source of the same id.
SOURCE_KINDS: dict[RecordType, Literal["study", "review", "registry", "web-page", "mechanism", "guideline", "instrument", "label"]] = {
    "primary_study": "study", "systematic_review": "review", "registry": "registry", "blog_post": "web-page",
    "narrative_review": "review", "regimen": "web-page", "mechanism": "mechanism", "guideline": "guideline", "review": "review",
    "health_technology_review": "review", "instrument": "instrument", "label": "label",
}  # fmt: skip
CLAIMS, CHOICES = "claims.yaml", "choices.yaml"
# Not from the machine's language: a date reads the same in every clinic.
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


class Added(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Claims that a clinic adds to one fact, which is named by its path."""

    fact: str
    claims: tuple[Claim, ...]


def lay_over(catalog: Catalog, folder: Folder) -> Catalog:
    """The catalog with a clinic's folder laid over it.

    Errors    `CatalogError` with everything that cannot be read, is not allowed, or breaks a check of the catalog
    Holds     every record and claim of the catalog is in the result; its fingerprint depends on every byte of both
    """
    stray = _stray(folder)
    if not folder.contents and not stray:
        raise CatalogError(
            Problem("the folder holds nothing of a catalog", folder.label,
                    f"choices.yaml, claims.yaml, recalls.yaml, or folders such as {MAY_ADD[0]} and {MAY_ADD[3]}",
                    "check the name of the folder")
        )  # fmt: skip
    entries = read_entries(folder)
    recalls, problems = read_recalls(folder)
    problems = [*entries.unreadable, *entries.misshapen, *problems, *stray, *_kinds(entries.records, catalog)]
    added, more = _items(folder, CLAIMS, Added)
    choices, yet_more = _items(folder, CHOICES, Choice)
    problems += [*more, *yet_more]
    known = {fact.id: fact for kind in FOLDERS for record in catalog.records(kind).values() for fact in facts(record)}
    changed: dict[str, Fact] = {}
    for node, item in added:
        problems += _add(item, node.where, known=known, changed=changed)
    for node, choice in choices:
        problems += _choose(choice, node.where, known=known, changed=changed)
    problems += [problem for fact in changed.values() for problem in loosened(known[fact.id], fact)]
    if problems:
        raise CatalogError(*problems)
    merged = _merged(catalog, entries.records, changed)
    merged = msgspec.structs.replace(
        merged,
        fingerprint=hashlib.sha256(f"{catalog.fingerprint}\0{folder.fingerprint}".encode()).hexdigest(),
        choices={**catalog.choices, **{choice.fact: choice for _, choice in choices}},
        recalls={**catalog.recalls, **recalls},
        overlays=(*catalog.overlays, folder.fingerprint),
    )
    _check(catalog, merged, entries.records)
    return merged


def _stray(folder: Folder) -> list[Problem]:
    """Files that nothing reads, and characters that nobody sees."""
    from assuage.catalog.checks import form

    found = (*form.check_text(folder), *form.check_others(folder, other_files(folder)))
    return [Problem(one.what, one.where, one.expected, one.do) for one in found]


def _kinds(entries: Iterable[Entry], catalog: Catalog) -> Iterator[Problem]:
    """What a clinic may not add, and ids that are taken."""
    for entry in entries:
        if entry.kind not in MAY_ADD:
            yield Problem(
                f"{entry.kind} cannot be added by a clinic: {entry.id}", entry.node.where, f"one of {', '.join(MAY_ADD)}",
                "limits and rules are written for what ships; ask for it to be added there",
            )  # fmt: skip
        elif entry.id in catalog.records(entry.kind):
            yield Problem(
                f"{entry.id} of {entry.kind} is in the catalog already", entry.node.where, "an id of its own",
                "to choose between claims write choices.yaml; for a variant use another id; a shipped record stays as it is",
            )  # fmt: skip


def _items(folder: Folder, name: str, kind: type[T]) -> tuple[list[tuple[Node, T]], list[Problem]]:
    """The members of a list of one file, each with its node."""
    if name not in folder.contents:
        return [], []
    try:
        root = folder.node(name)
    except DocumentError as error:
        return [], list(error.problems)
    if root.kind == "null":
        return [], []
    if root.kind != "sequence":
        return [], [Problem(f"{name} is not a list", root.where, "a list, with dashes", "write it as a list")]
    shaper = Shaper((name,))
    shaped: list[tuple[Node, Any]] = [(node, shaper.convert(node, kind)) for node in root.value]
    return [(node, item) for node, item in shaped if item is not FAILED], shaper.problems


def _no_fact(name: str, where: str, known: Iterable[str]) -> Problem:
    near = nearest(name, known)
    do = f"did you mean {' or '.join(near)}?" if near else "take the path from `assuage catalog disputes`"
    return Problem(f"no fact of the catalog has the path “{name}”", where, "the path of a fact", do)


def _add(item: Added, where: str, *, known: dict[str, Fact], changed: dict[str, Fact]) -> Iterator[Problem]:
    fact = changed.get(item.fact) or known.get(item.fact)
    if fact is None:
        yield _no_fact(item.fact, where, known)
        return
    names = {claim.name for claim in fact.claims}
    for claim in item.claims:
        if claim.name in names:
            yield Problem(f"a claim of {fact.id} is called “{claim.name}” already", where, "a claim with a name of its own",
                          "give it a `key`; the claim that stands is not replaced")  # fmt: skip
            return
        names.add(claim.name)
    changed[fact.id] = msgspec.structs.replace(fact, claims=(*fact.claims, *item.claims))


def _choose(choice: Choice, where: str, *, known: dict[str, Fact], changed: dict[str, Fact]) -> Iterator[Problem]:
    fact = changed.get(choice.fact) or known.get(choice.fact)
    if fact is None:
        yield _no_fact(choice.fact, where, known)
        return
    claim = next((one for one in fact.claims if one.name == choice.chosen), None)
    if claim is None:
        names = ", ".join(f"{one.name} ({one.value})" for one in fact.claims)
        yield Problem(
            f"{fact.id} has no claim “{choice.chosen}”", where, f"one of {names}", "name a claim that is there"
        )
        return
    if claim.value != choice.value:
        yield Problem(
            f"the claim {choice.chosen} of {fact.id} says {claim.value}; it was chosen as {choice.value}", where,
            "a choice of what the claim says today", "read the source again and choose anew",
        )  # fmt: skip
    people = [name.strip().casefold() for name in (choice.physician, choice.pharmacist)]
    if not all(people) or people[0] == people[1]:
        yield Problem(f"{fact.id} was chosen by {choice.physician or 'nobody'} alone", where,
                      "a physician and another pharmacist", "name two people; nobody checks their own work")  # fmt: skip
    if not choice.because.strip():
        yield Problem(f"the choice for {fact.id} has no reason", where, "because: a sentence", "write why")
    because = (
        f"{choice.because} Chosen by {choice.physician}, physician, and {choice.pharmacist}, pharmacist,"
        f" on {choice.on.day:02d}-{MONTHS[choice.on.month - 1]}-{choice.on.year}."
    )
    changed[fact.id] = msgspec.structs.replace(fact, chosen=choice.chosen, because=because)


def _merged(catalog: Catalog, entries: Iterable[Entry], changed: dict[str, Fact]) -> Catalog:
    fresh = by_kind(tuple(entries))
    touched = {fact.partition(".")[0] for fact in changed}
    records = {}
    for kind in FOLDERS:
        old = catalog.records(kind)
        own = {name: with_facts(record, changed) for name, record in old.items()} if kind in touched else old
        records[kind] = {**own, **fresh[kind]}
    for study in fresh["studies"].values():
        if study.id not in records["sources"]:
            records["sources"][study.id] = source_of(study)
    return msgspec.structs.replace(catalog, **records)


def source_of(study: Study) -> Source:
    """A study as a source, so that one file is enough and a claim of the same folder can name it."""
    return Source(
        id=study.id, kind=SOURCE_KINDS[study.record_type], citation=str(study.citation), access=study.access,
        doi=study.citation.doi, pmid=study.citation.pmid,
        read_at="; ".join(one.read_at for one in study.readings) or None,
        read_what="; ".join(f"{one.access}: {one.what}" for one in study.readings) or None,
    )  # fmt: skip


def _check(catalog: Catalog, merged: Catalog, entries: tuple[Entry, ...]) -> None:
    """The checks of the catalog, on what the clinic added. Errors: `CatalogError`."""
    from assuage.catalog.check import check_added

    found = [*renamed(entries, old=catalog, new=merged), *check_added(merged, entries)]
    if found:
        raise CatalogError(*found)
