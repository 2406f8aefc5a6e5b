"""What rests on a fact, a source or a record: what has to be looked at again when it turns out to be wrong."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Any, Literal

import msgspec

from assuage.catalog.model import FOLDERS, Catalog
from assuage.catalog.references import references
from assuage.catalog.walk import facts, parts
from assuage.catalog.words import SINGULAR, named
from assuage.drug import Limit, Presentation
from assuage.errors import unknown_name
from assuage.rule import AdverseEvent, Formula, Measurement, Practice, Rule, Watch
from assuage.sourced import Claim, Fact

How = Literal["holds", "stands on", "also cites", "refers to", "reaches"]


class Use(msgspec.Struct, frozen=True):
    """One thing that rests on what was asked about. `user` is its path, `how` in what way, `sentence` for people."""

    user: str
    how: How
    sentence: str


def uses(catalog: Catalog, name: str) -> tuple[Use, ...]:
    """What used a fact, a source, or a record: the parts that stand on it, then every regimen that they reach.

    Give      name     the path of a fact, the id of a source (or one of its aliases), `kind.id`, or a bare id
    Errors    `UnknownName` with the nearest known names
    """
    paths = targets(catalog, name)
    found: dict[tuple[str, str], Use] = {}
    reached: dict[str, str] = {}
    for use in (one for path in paths for one in _direct(catalog, path)):
        found.setdefault((use.user, use.how), use)
        for regimen, why in _regimens_of(catalog, use.user):
            reached.setdefault(regimen, why)
    for path in paths:
        for regimen, why in _regimens_of(catalog, path):
            reached.setdefault(regimen, why)
    direct = {_record_of(catalog, user) for user, _ in found}
    further = [
        Use(f"regimens.{one}", "reaches", f"Plans of {one} rest on it through {why}.")
        for one, why in reached.items()
        if f"regimens.{one}" not in direct
    ]
    return (*found.values(), *further)


def recalled(catalog: Catalog) -> dict[str, tuple[Use, ...]]:
    """Everything that was recalled or refuted, with what rests on it."""
    refuted = [
        fact.id
        for kind in FOLDERS
        for record in catalog.records(kind).values()
        for fact in facts(record)
        if fact.standing == "refuted"
    ]
    return {name: uses(catalog, name) for name in dict.fromkeys((*catalog.recalls, *refuted))}


def targets(catalog: Catalog, name: str) -> tuple[str, ...]:
    """The paths that a name stands for: one fact, or records of one or more kinds. Errors: `UnknownName`."""
    kind, _, rest = name.partition(".")
    if kind in FOLDERS:
        if rest in catalog.records(kind):
            return (name,)
        if any(fact.id == name for record in catalog.records(kind).values() for fact in facts(record)):
            return (name,)
    found = [f"{one}.{name}" for one in FOLDERS if name in catalog.records(one)]
    found += [f"sources.{source.id}" for source in catalog.sources.values() if name in source.aliases]
    if not found:
        known = [f"{one}.{each}" for one in FOLDERS for each in catalog.records(one)] + [*catalog.sources]
        known += [fact.id for one in FOLDERS for record in catalog.records(one).values() for fact in facts(record)]
        raise unknown_name("fact, source or record", name, known=known, where="what to look for")
    return tuple(dict.fromkeys(found))


def _record_of(catalog: Catalog, path: str) -> str:
    kind, _, rest = path.partition(".")
    own = [name for name in catalog.records(kind) if rest == name or rest.startswith(f"{name}.")]
    return f"{kind}.{max(own, key=len, default=rest)}"


def _direct(catalog: Catalog, path: str) -> Iterator[Use]:
    record = _record_of(catalog, path)
    kind, _, name = record.partition(".")
    if path != record:
        yield from _fact_use(catalog, path, record)
        return
    for other in FOLDERS:
        for one in catalog.records(other).values():
            if f"{other}.{getattr(one, 'id', '')}" != record:
                yield from _in_record(catalog, (other, str(getattr(one, "id", ""))), one, target=(kind, name))


def _fact_use(catalog: Catalog, path: str, record: str) -> Iterator[Use]:
    kind, _, name = record.partition(".")
    fact = next(fact for fact in facts(catalog.records(kind)[name]) if fact.id == path)
    value = fact.claim().value if fact.claims and (fact.chosen or not fact.disputed) else "no value"
    yield Use(record, "holds", f"{_sentence(named(record, catalog))} holds it: {named(path, catalog)}, {value}.")


def _in_record(catalog: Catalog, path: tuple[str, str], record: Any, *, target: tuple[str, str]) -> Iterator[Use]:
    kind, name = target
    claimed = set()
    for where, part in parts(record, path) if kind == "sources" else ():
        if isinstance(part, Fact):
            claimed.add(where)
            yield from _cited(catalog, part, name)
        elif isinstance(part, Claim):
            claimed.add((*where, "source"))
            if part.source == name:
                about = _sentence(named(where, catalog))
                yield Use(".".join(where), "stands on", f"{about} rests on it: {part.value} ({part.where}).")
    for one in references(path, record):
        target_kind = {"kept": "drugs", "asked": "terms"}.get(one.target, one.target)
        if one.name == name and target_kind == kind and one.path not in claimed:
            yield Use(".".join(one.path), "refers to", f"{_sentence(named(one.path, catalog))} is {name}.")


def _cited(catalog: Catalog, fact: Fact, source: str) -> Iterator[Use]:
    standing = _standing(fact)
    for claim in fact.claims:
        if claim.source != source:
            continue
        about = _sentence(named(fact.id, catalog))
        place = f"{claim.value} ({claim.where})"
        if claim is standing:
            yield Use(fact.id, "stands on", f"{about} rests on it: {place}.")
        else:
            yield Use(fact.id, "also cites", f"{about} cites it beside the claim that stands: {place}.")


def _standing(fact: Fact) -> Claim | None:
    if fact.chosen is not None:
        return next((claim for claim in fact.claims if claim.name == fact.chosen), None)
    return fact.claims[0] if fact.claims and not fact.disputed else None


def _sentence(text: str) -> str:
    return f"The {text}"


def _regimens_of(catalog: Catalog, path: str) -> Iterator[tuple[str, str]]:
    """Regimens whose plans a part of the catalog reaches, each with the reason."""
    record = _record_of(catalog, path)
    kind, _, name = record.partition(".")
    if kind == "regimens":
        yield name, "it is part of the regimen"
        return
    one = catalog.records(kind).get(name)
    why = f"the {SINGULAR[kind]} {name}"
    match one:
        case Limit(drug=drug) | Presentation(drug=drug):
            yield from ((regimen, why) for regimen in _giving(catalog, (drug,)))
        case Watch(drugs=drugs) | AdverseEvent(drugs=drugs):
            yield from ((regimen, why) for regimen in _giving(catalog, drugs))
        case Rule(applies=applies):
            drugs = applies.drugs or applies.together
            wanted = applies.regimens or (_giving(catalog, drugs) if drugs else catalog.regimens)
            yield from ((regimen, why) for regimen in wanted)
        case Formula() | Measurement() | Practice():
            yield from ((regimen, why) for regimen in catalog.regimens)
    if kind == "drugs":
        yield from ((regimen, why) for regimen in _giving(catalog, (name,)))


def _giving(catalog: Catalog, drugs: Iterable[str]) -> tuple[str, ...]:
    wanted = set(drugs)
    return tuple(
        regimen.id
        for regimen in catalog.regimens.values()
        if any(component.drug in wanted for step in regimen.steps for component in step.components)
    )
