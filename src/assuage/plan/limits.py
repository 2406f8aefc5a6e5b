"""Limits, checked on what will really be drawn up and pumped: every measure of every drug beside every bound."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from decimal import ROUND_HALF_UP, Context, Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.drug import Limit
from assuage.finding import SEVERITIES, Blocks, Finding, Severity
from assuage.plan.dose import Weights, shown
from assuage.plan.model import LimitCheck
from assuage.quantity import EXACT, Quantity

ZERO = Decimal(0)
COMPARED = Context(prec=EXACT.prec - 10, rounding=ROUND_HALF_UP)
HOUR = Decimal(60)
# Measures of one session that depend on the sessions after it.
ACROSS = ("dose-per-24h", "dose-per-48h", "dose-per-series")
PER_KG = ("dose-per-kg", "dose-per-kg-per-hour", "bolus-dose-per-kg", "session-dose-per-kg")


class Flow(msgspec.Struct, frozen=True):
    """Drug flowing at one rate: minutes it lasts and mg in each of them."""

    minutes: Decimal
    mg_per_min: Decimal


class Given(msgspec.Struct, frozen=True):
    """One drug in one session, in the numbers that limits ask for. `at` is hours from the first session.

    `flows` is empty for injections; `smallest` is the smallest volume that has to be measured.
    """

    step: str
    session: int
    at: Decimal
    drug: str
    route: str
    mass: Quantity
    concentration: Quantity
    flows: tuple[Flow, ...]
    smallest: Quantity


class Checked(msgspec.Struct, frozen=True):
    """All checks made, and those limits that could not be checked because a weight is not known."""

    checks: tuple[LimitCheck, ...]
    crossed: tuple[LimitCheck, ...]
    unweighed: tuple[str, ...]


def check(given: Sequence[Given], *, catalog: Catalog, weights: Weights) -> Checked:
    """Every limit of every drug given: once for each step, or on each session where the limit looks across sessions."""
    checks: list[LimitCheck] = []
    unweighed: dict[str, None] = {}
    by_drug: dict[str, list[Given]] = {}
    for row in given:
        by_drug.setdefault(row.drug, []).append(row)
    for limit in catalog.limits.values():
        same_drug = by_drug.get(limit.drug, [])
        for one in same_drug if limit.measure in ACROSS else _once(same_drug):
            if limit.route not in (None, one.route):
                continue
            found = measure(limit, one, same_drug, catalog=catalog, weights=weights)
            if found is None:
                unweighed[limit.id] = None
            elif isinstance(found, Quantity):
                checks.append(_check(limit, one, found))
    return Checked(tuple(checks), tuple(one for one in checks if one.crossed), tuple(unweighed))


def _once(rows: Sequence[Given]) -> list[Given]:
    """The first session of each step: every session of a step gives the same in the same way."""
    kept: dict[str, Given] = {}
    for one in rows:
        kept.setdefault(one.step, one)
    return list(kept.values())


class DoesNotArise(msgspec.Struct, frozen=True):
    """A measure that this way of giving does not have: the rate of an intramuscular portion."""


def measure(
    limit: Limit, one: Given, same_drug: Sequence[Given], *, catalog: Catalog, weights: Weights
) -> Quantity | DoesNotArise | None:
    """The measure a limit asks for, in a unit of its bound; none where it needs a weight that is not known."""
    if limit.measure in PER_KG:
        weight = weights.by(limit.weight)
        mass = _mass_per_kg(limit, one, catalog)
        if isinstance(mass, DoesNotArise) or weight is None:
            return mass if isinstance(mass, DoesNotArise) else None
        return Quantity(EXACT.divide(mass, weight.value), limit.bound_quantity.unit)
    match limit.measure:
        case "dose":
            return one.mass
        case "concentration":
            return one.concentration
        case "draw-up":
            return one.smallest
        case "rate":
            return Quantity(_fastest(one.flows), "mg/min") if one.flows else DoesNotArise()
        case "dose-per-hour":
            return Quantity(_in_an_hour(one), "mg/h")
        case "dose-per-24h" | "dose-per-48h":
            hours = Decimal(limit.measure.removeprefix("dose-per-").removesuffix("h"))
            return Quantity(_from(one, same_drug, hours), "mg")
    assert limit.measure == "dose-per-series", limit.measure
    return Quantity(sum((each.mass.value for each in same_drug), ZERO), "mg")


def _mass_per_kg(limit: Limit, one: Given, catalog: Catalog) -> Decimal | DoesNotArise:
    """mg (or mg in an hour) that a per-kilogram limit divides by the weight.

    A bolus has no hourly rate where the drug has a limit for boluses of its own.
    """
    if limit.measure in ("dose-per-kg", "session-dose-per-kg"):
        return one.mass.value
    if not one.flows:
        return DoesNotArise()
    longest = catalog.practice["bolus"].fact.quantity.to("min").value
    is_bolus = sum((flow.minutes for flow in one.flows), ZERO) <= longest
    if limit.measure == "bolus-dose-per-kg":
        return one.mass.value if is_bolus else DoesNotArise()
    if is_bolus and any(
        each.measure == "bolus-dose-per-kg" and each.drug == one.drug for each in catalog.limits.values()
    ):
        return DoesNotArise()
    return EXACT.multiply(_fastest(one.flows), HOUR)


def _fastest(flows: Iterable[Flow]) -> Decimal:
    return max(flow.mg_per_min for flow in flows)


def _in_an_hour(one: Given) -> Decimal:
    """The most mg given within any 60 minutes of one session. The window that holds most starts or ends at a change."""
    if not one.flows:
        return one.mass.value
    starts = [ZERO]
    for flow in one.flows:
        starts.append(starts[-1] + flow.minutes)
    candidates = [*starts[:-1], *(max(ZERO, end - HOUR) for end in starts[1:])]
    return max(_between(one.flows, begin, begin + HOUR) for begin in candidates)


def _between(flows: Sequence[Flow], begin: Decimal, end: Decimal) -> Decimal:
    total, at = ZERO, ZERO
    for flow in flows:
        overlap = min(end, at + flow.minutes) - max(begin, at)
        total += max(ZERO, overlap) * flow.mg_per_min
        at += flow.minutes
    return total


def _from(one: Given, same_drug: Sequence[Given], hours: Decimal) -> Decimal:
    """mg of one drug in sessions that start within `hours` from this one."""
    return sum((each.mass.value for each in same_drug if one.at <= each.at < one.at + hours), ZERO)


def _check(limit: Limit, one: Given, found: Quantity) -> LimitCheck:
    bound = limit.bound_quantity
    # Quotients are kept to 34 digits; what is compared has fewer, so that a dose exactly on its bound is not above it by
    # the last digit of a division.
    value = _in_unit(found, bound.unit)
    value = Quantity(COMPARED.plus(value.value), value.unit)
    sign = value.compare(bound)
    crossed = sign > 0 if limit.above is not None else sign < 0
    side = "above" if limit.above is not None else "below"
    source = limit.bound.claim().source
    return LimitCheck(limit.id, one.drug, one.session, limit.measure, limit.level, value, bound, side, crossed, source)  # type: ignore[arg-type]


def _in_unit(found: Quantity, unit: str) -> Quantity:
    """A dose within a time compares with a bound written as a mass or as a rate."""
    if found.unit == "mg/h" and not unit.endswith("/h"):
        return Quantity(found.value, "mg").to(unit)
    if found.unit == "mg" and unit.endswith("/d"):
        return Quantity(found.value, "mg/d").to(unit)
    return found.to(unit)


def findings(checked: Checked, *, catalog: Catalog) -> list[Finding]:
    """One finding for each thing exceeded: the gravest limit crossed speaks, and names the lesser ones it implies."""
    groups: dict[tuple[str, str, str, str], list[LimitCheck]] = {}
    for one in checked.crossed:
        limit = catalog.limits[one.limit]
        groups.setdefault((one.drug, one.measure, one.side, limit.cause or limit.id), []).append(one)
    found = [_finding(group, catalog) for group in groups.values()]
    if checked.unweighed:
        found.append(_unweighed(checked.unweighed))
    return found


def _finding(group: list[LimitCheck], catalog: Catalog) -> Finding:
    limits = catalog.limits
    worst = min(group, key=lambda one: (SEVERITIES.index(limits[one.limit].severity), -abs(one.found.value)))
    limit = limits[worst.limit]
    ids = tuple(dict.fromkeys((worst.limit, *(one.limit for one in group))))
    bound_sources = [claim.source for claim in (*limit.bound.claims, *limit.conflicts)]
    conflicts = "".join(f" {claim.where}: {claim.value} [{claim.source}]." for claim in limit.conflicts)
    return Finding(
        rule=limit.id,
        severity=limit.severity,
        blocks=limit.blocks,
        message=limit.sentence.replace("{found}", shown(worst.found)).replace("{bound}", shown(worst.bound)),
        reason=limit.reason + (f" Sources disagree:{conflicts}" if conflicts else ""),
        resolve=limit.resolve,
        sources=tuple(dict.fromkeys(bound_sources)),
        cause=limit.cause,
        merged=ids if len(ids) > 1 else (),
    )


def _unweighed(ids: tuple[str, ...]) -> Finding:
    severity: Severity = "hold"
    blocks: Blocks = "dose"
    return Finding(
        rule="limits-per-kilogram-not-checked",
        severity=severity,
        blocks=blocks,
        message=f"{len(ids)} limits per kilogram could not be checked: a weight, or a height for ideal weight, is not known.",
        reason="A dose is not shown while its limits cannot be checked.",
        resolve="Measure weight and height.",
        sources=("editors",),
        merged=("limits-per-kilogram-not-checked", *ids),
    )


def crossed_by_rounding(rounded: Checked, exact: Checked, *, catalog: Catalog) -> bool:
    """Whether rounding alone crossed a limit that refuses or stops: then the dose and the rate are rounded down."""
    before = {(one.limit, one.session) for one in exact.crossed}
    return any(
        catalog.limits[one.limit].severity in ("refuse", "stop") and (one.limit, one.session) not in before
        for one in rounded.crossed
        if one.side == "above"
    )
