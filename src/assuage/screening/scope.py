"""Which rules look at a regimen: by the drugs it gives, those it keeps ready, its routes and its sessions."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from assuage.catalog import Catalog
from assuage.quantity import Quantity
from assuage.regimen import Regimen
from assuage.rule import Rule
from assuage.screening.derived import NEEDS
from assuage.screening.same import Same
from assuage.screening.truth import asked, parts


class Scoped(msgspec.Struct, frozen=True):
    """A rule with the names it asks about, and those whose absence alone makes it fire."""

    rule: Rule
    names: tuple[str, ...]
    missing: tuple[str, ...]


class Scope(msgspec.Struct, frozen=True):
    """The rules of one regimen, and every fact that they, and what they are derived from, rest on.

    `thresholds` are the bounds that renal function is compared with.
    """

    rules: tuple[Scoped, ...]
    facts: tuple[str, ...]
    thresholds: tuple[Quantity, ...]


# Facts that every plan rests on, asked for by a rule or not.
ALWAYS = ("weight", "height", "age", "bmi")


def scope_of(regimen: Regimen | None, catalog: Catalog) -> Scope:
    """The rules that look at a regimen, in the order of the catalog; without a regimen, those of every drug."""
    return _scope(Same(regimen), Same(catalog))


@lru_cache(maxsize=100)
def _scope(regimen: Same[Regimen | None], catalog: Same[Catalog]) -> Scope:
    ready = kept_ready(regimen.it, catalog.it)
    chosen = [rule for rule in catalog.it.rules.values() if applies(rule, regimen.it, ready)]
    rules = tuple(_scoped(rule) for rule in chosen)
    criteria = regimen.it.criteria if regimen.it is not None else ()
    wanted = (*ALWAYS, *(name for one in rules for name in one.names), *(one.fact for one in criteria))
    names = tuple(dict.fromkeys(wanted))
    facts = tuple(dict.fromkeys(one for name in names for one in (*NEEDS.get(name, ()), name)))
    bounds = {
        bound.quantity: None
        for rule in chosen
        if rule.when is not None
        for part in parts(rule.when)
        if part.fact == "renal"
        for bound in (part.below, part.at_most, part.above, part.at_least)
        if bound is not None
    }
    return Scope(rules, facts, tuple(bounds))


def _scoped(rule: Rule) -> Scoped:
    if rule.when is None:
        return Scoped(rule, (), ())
    missing = tuple(part.missing for part in parts(rule.when) if part.missing is not None)
    return Scoped(rule, asked(rule.when), missing)


def given_drugs(regimen: Regimen | None) -> frozenset[str]:
    """The drugs a regimen gives, by id; empty without one."""
    steps = regimen.steps if regimen else ()
    return frozenset(component.drug for step in steps for component in step.components)


def kept_ready(regimen: Regimen | None, catalog: Catalog) -> frozenset[str]:
    """The drugs that a regimen keeps ready: what the lines for the nurse keep for the drugs and routes it gives."""
    if regimen is None:
        return frozenset()
    pairs = {(component.drug, step.route) for step in regimen.steps for component in step.components}
    return frozenset(
        kept
        for watch in catalog.watch.values()
        if any(drug in watch.drugs and (not watch.routes or route in watch.routes) for drug, route in pairs)
        for kept in watch.keeps
    )


def applies(rule: Rule, regimen: Regimen | None, ready: frozenset[str]) -> bool:
    """Whether a rule looks at this regimen. Without a regimen every rule is asked that is not for named regimens."""
    scope = rule.applies
    if regimen is None:
        return not scope.regimens
    given, routes = given_drugs(regimen), {step.route for step in regimen.steps}
    names_drugs = bool(scope.drugs or scope.rescue)
    return (
        (not names_drugs or bool(given & set(scope.drugs)) or bool(ready & set(scope.rescue)))
        and given >= set(scope.together)
        and (not scope.routes or bool(routes & set(scope.routes)))
        and (not scope.regimens or regimen.id in scope.regimens)
        and (not scope.series or is_series(regimen))
    )


def is_series(regimen: Regimen) -> bool:
    """Whether there may be more than one session: only a count known to be one is no series."""
    claims = regimen.schedule.count.claims if regimen.schedule is not None else ()
    return not claims or any(claim.value.split()[0] != "1" for claim in claims)
