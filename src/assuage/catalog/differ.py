"""What changed between two catalogs, in sentences that a pharmacist can check against the paper."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

from assuage.catalog.model import FOLDERS, Catalog
from assuage.catalog.walk import parts
from assuage.catalog.words import SINGULAR, named
from assuage.sourced import Claim, Fact


def differ(old: Catalog, new: Catalog) -> tuple[str, ...]:
    """Every difference of facts between two catalogs, one sentence each; empty when they say the same.

    Holds: the same catalog gives none; what one call reports as added the call with both swapped reports as removed.
    """
    found: list[str] = []
    for kind in FOLDERS:
        before, after = old.records(kind), new.records(kind)
        found += [f"The {SINGULAR[kind]} {name} was removed." for name in before if name not in after]
        found += [f"The {SINGULAR[kind]} {name} was added." for name in after if name not in before]
        for name in before:
            if name in after and before[name] != after[name]:
                found += _record((kind, name), before[name], after[name], catalogs=(old, new))
    return (*found, *_lists(old, new))


def _record(path: tuple[str, str], before: Any, after: Any, *, catalogs: tuple[Catalog, Catalog]) -> Iterator[str]:
    was, now = dict(parts(before, path)), dict(parts(after, path))
    for step in dict.fromkeys((*was, *now)):
        one, two = was.get(step), now.get(step)
        if one == two:
            continue
        about = _capital(named(step, catalogs[1] if step in now else catalogs[0]))
        if isinstance(one, Fact) and isinstance(two, Fact):
            yield from _fact(about, one, two)
        elif one is None:
            yield f"The {about}: now {_shown(two)}; before, nothing."
        elif two is None:
            yield f"The {about}: removed; it was {_shown(one)}."
        elif isinstance(one, Claim) and isinstance(two, Claim):
            yield from _claim(about, one, two)
        else:
            yield f"The {about}: {_shown(one)} → {_shown(two)}."


def _capital(text: str) -> str:
    return text


def _fact(about: str, one: Fact, two: Fact) -> Iterator[str]:
    was, now = _standing(one), _standing(two)
    if (was and was.value) != (now and now.value):
        source = f"; source now {now.source}, place {now.where}" if now else "; no claim is chosen now"
        yield f"The {about}: {_value(was)} → {_value(now)}{source}."
    elif was and now and (was.source, was.where, was.kind) != (now.source, now.where, now.kind):
        yield f"The {about}: still {was.value}; source now {now.source}, place {now.where} ({now.kind}); before, {was.source}, {was.where} ({was.kind})."
    names = {claim.name: claim for claim in one.claims}
    others = {claim.name: claim for claim in two.claims}
    for name in others:
        if name not in names and others[name] != now:
            yield f"The {about}: a claim was added, {others[name].value} ({others[name].source}, {others[name].where})."
    for name in names:
        if name not in others and names[name] != was:
            yield f"The {about}: a claim was removed, {names[name].value} ({names[name].source}, {names[name].where})."
    for name in names:
        if name in others and names[name] not in (was, now) and names[name] != others[name]:
            yield from _claim(f"{about}, claim {name}", names[name], others[name])
    yield from _judgement(about, one, two)


def _judgement(about: str, one: Fact, two: Fact) -> Iterator[str]:
    if one.chosen != two.chosen:
        yield f"The {about}: chosen {one.chosen or 'none'} → {two.chosen or 'none'}."
    if one.because != two.because:
        yield f"The {about}: the reason of the choice is now “{two.because or 'none'}”."
    if one.standing != two.standing:
        yield f"The {about}: {one.standing} → {two.standing}."


def _claim(about: str, one: Claim, two: Claim) -> Iterator[str]:
    changed = [
        f"{name.replace('_', ' ')} {_quoted(getattr(one, name))} → {_quoted(getattr(two, name))}"
        for name in one.__struct_fields__
        if getattr(one, name) != getattr(two, name)
    ]
    if changed:
        yield f"The {about}: {'; '.join(changed)}."


def _quoted(value: str | None) -> str:
    return f"“{value}”" if value is not None else "none"


def _standing(fact: Fact) -> Claim | None:
    if fact.chosen is not None:
        return next((claim for claim in fact.claims if claim.name == fact.chosen), None)
    return fact.claims[0] if fact.claims and not fact.disputed else None


def _value(claim: Claim | None) -> str:
    return claim.value if claim else "no value"


def _shown(value: Any) -> str:
    if isinstance(value, Fact):
        claim = _standing(value)
        return f"{claim.value} ({claim.source}, {claim.where})" if claim else "no value"
    if isinstance(value, Claim):
        return f"“{value.value}” ({value.source}, {value.where})"
    return {True: "yes", False: "no"}[value] if isinstance(value, bool) else f"“{value}”"


def _lists(old: Catalog, new: Catalog) -> Iterator[str]:
    """Choices of clinics and recalls."""
    for name, choice in new.choices.items():
        if old.choices.get(name) != choice:
            yield f"The clinic chose {choice.chosen} ({choice.value}) for the {named(name, new)}: {choice.because}"
    for name in old.choices:
        if name not in new.choices:
            yield f"The clinic's choice for the {named(name, old)} was removed."
    for name, recall in new.recalls.items():
        if old.recalls.get(name) != recall:
            yield f"Recalled: {name}. {recall.because}"
    for name in old.recalls:
        if name not in new.recalls:
            yield f"No longer recalled: {name}."
