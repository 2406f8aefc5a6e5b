"""What has to be read before a regimen is adopted: its sources, what they disagree about, and the limits that hold."""

from __future__ import annotations

import msgspec

from assuage.catalog import Catalog
from assuage.drug import Limit
from assuage.plan.model import Disputed
from assuage.plan.reference import reference
from assuage.regimen import Regimen
from assuage.sourced import Source


class Reading(msgspec.Struct, frozen=True):
    """What two people read of a regimen: its own source first, then every other it rests on; open points; limits."""

    regimen: Regimen
    sources: tuple[Source, ...]
    disputes: tuple[Disputed, ...]
    limits: tuple[Limit, ...]


def reading_of(regimen: Regimen, catalog: Catalog) -> Reading:
    """The reading of one regimen, in the order in which it is to be read. Checked: tests/unit/test_web_adoption.py."""
    known = reference(regimen, catalog)
    drugs = {component.drug for step in regimen.steps for component in step.components}
    routes = {step.route for step in regimen.steps}
    mine = [one for one in catalog.limits.values() if one.drug in drugs and (one.route is None or one.route in routes)]
    cited = [claim.source for dispute in known.disputes for claim in dispute.claims]
    names = dict.fromkeys((regimen.source, *known.sources, *cited))
    sources = tuple(catalog.sources[name] for name in names if name in catalog.sources)
    return Reading(
        regimen, sources, known.disputes, tuple(sorted(mine, key=lambda one: (one.drug, one.measure, one.id)))
    )
