"""What a regimen brings to every plan of it, whoever the patient is: worked out once for a catalog."""

from __future__ import annotations

from functools import lru_cache

import msgspec

from assuage.catalog import Catalog
from assuage.plan import beside
from assuage.plan.model import Disputed, Expected, OmittedDose, Watched
from assuage.quantity import Quantity
from assuage.regimen import Regimen
from assuage.rule import Watch

# Regimens of a few catalogs at once: the shipped one, and those of a comparison.
KEPT = 256


class Reference(msgspec.Struct, frozen=True):
    """`watch` pairs each record with how it prints; `recovery` is by step; `sources` are ids in order of first use."""

    disputes: tuple[Disputed, ...]
    omitted: tuple[OmittedDose, ...]
    watch: tuple[tuple[Watch, Watched], ...]
    recovery: dict[str, Quantity | None]
    sources: tuple[str, ...]


class _Same:
    """A catalog and a regimen as one cache key, by identity; both are kept alive so that no identity is given again."""

    __slots__ = ("catalog", "regimen")

    def __init__(self, catalog: Catalog, regimen: Regimen) -> None:
        self.catalog, self.regimen = catalog, regimen

    def __hash__(self) -> int:
        return hash((id(self.catalog), id(self.regimen)))

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Same) and self.catalog is other.catalog and self.regimen is other.regimen


def reference(regimen: Regimen, catalog: Catalog) -> Reference:
    """Everything about a regimen that no patient changes. Holds: a function of its arguments; kept, never changed."""
    return _reference(_Same(catalog, regimen))


def expectation(regimen: Regimen, catalog: Catalog) -> Expected | None:
    """What to expect of a regimen, worked out once for a catalog."""
    return _expectation(_Same(catalog, regimen))


@lru_cache(maxsize=KEPT)
def _expectation(key: _Same) -> Expected | None:
    return beside.expected(key.regimen, key.catalog)


@lru_cache(maxsize=KEPT)
def _reference(key: _Same) -> Reference:
    regimen, catalog = key.regimen, key.catalog
    return Reference(
        disputes=beside.disputes(regimen, catalog),
        omitted=beside.omitted(regimen),
        watch=tuple((one, beside.printed(one)) for one in beside.relevant(regimen, catalog)),
        recovery={step.id: beside.recovery(step, catalog) for step in regimen.steps},
        sources=tuple(dict.fromkeys(_sources(regimen))),
    )


def _sources(regimen: Regimen) -> list[str]:
    ids: list[str] = [regimen.source, *([regimen.study] if regimen.study else [])]
    for step in regimen.steps:
        facts = [fact for component in step.components for fact in (component.dose, component.form)]
        named = (step.fluid, step.volume, step.volume_means, step.duration, step.portions, step.portion_interval)
        facts += [fact for fact in named if fact is not None]
        ids += [claim.source for fact in facts for claim in fact.claims]
    return ids
