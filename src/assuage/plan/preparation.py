"""The bag: what is added to what, what the pump is set to, and how much of the dose arrives."""

from __future__ import annotations

import re
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Bag, Clinic, Flush, Mode
from assuage.plan.dose import Direction, Drawn, plain, rounded, tidy
from assuage.plan.model import FlushPlan, OverfillCase, Run, VehiclePlan
from assuage.quantity import EXACT, Quantity, show
from assuage.regimen import Step

HUNDRED = Decimal(100)


class Mixed(msgspec.Struct, frozen=True):
    """Drug and fluid together: the vehicle as chosen and the exact total, before rates."""

    mode: Mode | Literal["undiluted"]
    fluid: str | None
    bag: Bag | None
    withdraw: Quantity | None
    added: Quantity
    total: Quantity


def fluid_id(text: str) -> str:
    """“Sodium chloride 0.9 %” and “sodium-chloride-0.9” are one fluid."""
    return re.sub(r"[^a-z0-9.]+", "-", text.casefold().replace("%", "")).strip("-")


def fluid_name(text: str) -> str:
    """A fluid's id as words: the last part of it is its strength in per cent."""
    name, _, strength = fluid_id(text).rpartition("-")
    return f"{name.replace('-', ' ')} {strength} %" if re.fullmatch(r"[0-9.]+", strength) else text


def the_bag(step: Step, clinic: Clinic) -> Bag | None:
    """The first stocked bag of the fluid and labelled volume that the step names."""
    assert step.fluid is not None
    assert step.volume is not None
    wanted, volume = fluid_id(step.fluid.value), step.volume.quantity
    return next(
        (bag for bag in clinic.bags if fluid_id(bag.fluid) == wanted and bag.labelled.compare(volume) == 0), None
    )


def the_mode(step: Step, clinic: Clinic, asked: Mode | None) -> Mode | Literal["undiluted"] | None:
    """How the drug is added: as asked, else as the source means, else the clinic's way; none where nobody chose.

    A volume that the source calls final is made up to: in a bag by replacing, without such a bag in an empty container.
    """
    if step.fluid is None:
        return "undiluted"
    if asked is not None:
        return asked
    if step.volume_means is not None and step.volume_means.value == "final":
        return "replace" if the_bag(step, clinic) is not None and clinic.adding != "exact" else "exact"
    return clinic.adding


def mix(step: Step, drawn: Sequence[Drawn], *, clinic: Clinic, mode: Mode | Literal["undiluted"]) -> Mixed | None:
    """The mixture of one step. None where the bag it needs is not stocked, or the drug does not fit the volume."""
    assert step.volume is not None
    volume = step.volume.quantity.to("mL")
    added = Quantity(sum((one.volume.value for one in drawn), Decimal(0)), "mL")
    if mode == "undiluted":
        return Mixed(mode, None, None, None, added, added)
    assert step.fluid is not None
    fluid = fluid_name(step.fluid.value)
    if mode == "exact":
        return None if added.compare(volume) > 0 else Mixed(mode, fluid, None, None, added, volume)
    bag = the_bag(step, clinic)
    if bag is None:
        return None
    holds = bag.actual or bag.labelled
    if mode == "replace":
        return None if added.compare(holds) > 0 else Mixed(mode, bag.fluid, bag, added, added, holds)
    return Mixed(mode, bag.fluid, bag, None, added, holds.plus(added))


def runs(step: Step, mixed: Mixed, *, clinic: Clinic, direction: Direction) -> tuple[Run, ...]:
    """The rates the pump is set to, each rounded once to its step; durations follow from the rounded rates."""
    assert step.volume is not None
    assert step.duration is not None
    if not step.phases:
        return (_run("whole", mixed.total, step.duration.quantity, clinic=clinic, direction=direction),)
    whole = step.volume.quantity.to("mL")
    found = []
    for phase in step.phases:
        share = phase.volume.quantity.to("mL").over(whole, "1")
        volume = share.times(mixed.total, "mL")
        found.append(_run(phase.id, volume, phase.duration.quantity, clinic=clinic, direction=direction))
    return tuple(found)


def _run(name: str, volume: Quantity, duration: Quantity, *, clinic: Clinic, direction: Direction) -> Run:
    rate = volume.over(duration, "mL/h").round_to(clinic.pump.rate_step.value, direction)
    time = volume.over(rate, "min") if rate.value else duration.to("min")
    return Run(name, volume, time, rate, Quantity(Decimal(0), "mg/min"))


def delivered_share(total: Quantity, clinic: Clinic) -> Decimal:
    """Share of the drug that reaches the patient, from 0 to 1.

    When the bag is empty the line still holds its volume of drug solution, however it was primed; a flush carries out as
    much of it as the flush is large.
    """
    line = clinic.line.volume
    flushed = clinic.line.flush.volume if clinic.line.flush else Quantity(Decimal(0), "mL")
    left = line.minus(flushed)
    if left.value <= 0:
        return Decimal(1)
    kept = EXACT.divide(left.value, total.value)
    return max(Decimal(0), 1 - kept)


def vehicle(
    mixed: Mixed, drawn: Sequence[Drawn], run: Sequence[Run], *, clinic: Clinic, catalog: Catalog
) -> VehiclePlan:
    """The vehicle as it prints."""
    line = clinic.line
    mass = Quantity(sum((one.mass.value for one in drawn), Decimal(0)), "mg")
    from_bag = mixed.total
    if line.primed_with == "drug" and mixed.total.compare(line.volume) > 0:
        from_bag = mixed.total.minus(line.volume)
    flush = None if line.flush is None else _flush(line.flush, run[-1].rate)
    return VehiclePlan(
        fluid=mixed.fluid,
        bag=mixed.bag.id if mixed.bag else None,
        labelled=mixed.bag.labelled if mixed.bag else None,
        actual=mixed.bag.actual if mixed.bag else None,
        mode=mixed.mode,
        withdraw=mixed.withdraw,
        total_volume=mixed.total,
        volume_to_infuse=mixed.total,
        from_bag=from_bag,
        concentration=tidy(rounded(mass.over(mixed.total, "mg/mL"))),
        line_volume=line.volume,
        primed_with=line.primed_with,
        flush=flush,
        delivered_percent=plain(rounded(Quantity(delivered_share(mixed.total, clinic) * HUNDRED, "%")).value),
        overfill=overfill(mixed, mass, catalog=catalog),
    )


def _flush(flush: Flush, rate: Quantity) -> FlushPlan:
    return FlushPlan(flush.fluid, flush.volume, rate if flush.rate == "same" else flush.rate)


def overfill(mixed: Mixed, mass: Quantity, *, catalog: Catalog) -> OverfillCase | None:
    """What the usual overfill would do to this bag while the pump keeps the volumes computed without it.

    Source: concentration = mass ÷ (actual + added); delivered = volume set ÷ total. The usual overfill is a sourced
    number of practice.
    """
    if mixed.bag is None:
        return None
    usual = catalog.practice["usual-overfill"].fact
    more = EXACT.add(Decimal(1), usual.quantity.to("1").value)
    actual = Quantity(EXACT.multiply(mixed.bag.labelled.value, more), "mL")
    if mixed.bag.actual is not None and mixed.bag.actual.compare(actual) >= 0:
        actual = mixed.bag.actual
    total = actual if mixed.mode == "replace" else actual.plus(mixed.added)
    concentration = mass.over(total, "mg/mL")
    at_set = _percent(min(mixed.total.value, total.value), total.value)
    at_label = _percent(mixed.bag.labelled.value, total.value)
    delivered = Quantity(
        EXACT.divide(EXACT.multiply(mass.value, min(mixed.total.value, total.value)), total.value), "mg"
    )
    return OverfillCase(
        actual, total, rounded(concentration), at_set, rounded(delivered), at_label, usual.claim().source
    )


def _percent(part: Decimal, whole: Decimal) -> Decimal:
    return plain(Quantity(EXACT.divide(part * HUNDRED, whole), "%").to_places(2).value)


def describe(mixed: Mixed) -> str:
    """The sum of volumes in one line of working."""
    match mixed.mode:
        case "add":
            assert mixed.bag is not None
            return f"{show(mixed.bag.actual or mixed.bag.labelled)} + {show(mixed.added)} = {show(mixed.total)}"
        case "replace":
            return f"{show(mixed.total)} − {show(mixed.added)} + {show(mixed.added)} = {show(mixed.total)}"
        case "exact":
            return f"{show(mixed.added)} made up to {show(mixed.total)} with {mixed.fluid}"
    return f"{show(mixed.total)}, undiluted"
