"""From exact numbers to the numbers that print, and the working that leads to them."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from assuage.plan.dose import Drawn, equivalents, plain, rounded, shown, tidy, vials
from assuage.plan.model import ComponentPlan, Portion, Run, VehiclePlan
from assuage.plan.preparation import Mixed, describe
from assuage.quantity import EXACT, Quantity, show, show_number


def component_plan(drawn: Drawn, *, delivered: Decimal, total: Quantity) -> ComponentPlan:
    """One drug as it prints. `delivered` is the share that reaches the patient, from 0 to 1."""
    mmol, meq, active = equivalents(drawn)
    calculated = drawn.calculated
    return ComponentPlan(
        drug=calculated.drug.id,
        substance=drawn.substance.id,
        name=drawn.substance.name,
        role=calculated.component.role,
        basis=calculated.basis,
        calculated=tidy(calculated.mass),
        dose=tidy(drawn.mass),
        mmol=mmol,
        meq=meq,
        active=active,
        presentation=drawn.presentation.id,
        presentation_name=drawn.presentation.name,
        strength=drawn.presentation.strength.quantity,
        draw_up=tidy(drawn.volume),
        syringe=drawn.syringe,
        vials=vials(drawn),
        delivered=tidy(rounded(Quantity(EXACT.multiply(drawn.mass.value, delivered), "mg"))),
        concentration=tidy(rounded(drawn.mass.over(total, "mg/mL"))),
        rounding_error_percent=plain(Quantity(drawn.error, "%").to_places(2).value),
    )


def step_working(
    drawn: Sequence[Drawn], *, mixed: Mixed | None, vehicle: VehiclePlan | None, runs: Sequence[Run]
) -> tuple[str, ...]:
    """Every sum, one to a line, from the dose to the rate."""
    lines = [line for one in drawn for line in _drawn_working(one)]
    if mixed is not None and vehicle is not None:
        mass = Quantity(sum((one.mass.value for one in drawn), Decimal(0)), "mg")
        lines += [describe(mixed), f"{shown(mass)} ÷ {show(mixed.total)} = {show(vehicle.concentration)}"]
        lines += [line for run in runs for line in _run_working(run)]
        lines += _delivery_working(vehicle)
    return tuple(lines)


def portions_working(parts: Sequence[Portion]) -> str:
    """The portions in one line."""
    volumes = ", ".join(show(part.draw_up) for part in parts)
    return f"{len(parts)} portions, {show(parts[1].after)} apart: {volumes}"


def _drawn_working(one: Drawn) -> list[str]:
    strength = show(one.presentation.strength.quantity)
    lines = [*one.calculated.working, f"{shown(one.calculated.mass)} ÷ {strength} = {shown(one.exact)}"]
    if one.exact.compare(one.volume) != 0:
        error = show_number(Quantity(one.error, "%").to_places(1).value)
        lines.append(
            f"{shown(one.exact)} → {show(one.volume)} ({one.syringe} syringe): {shown(one.mass)}, {error} % off"
        )
    mmol, meq, active = equivalents(one)
    if mmol is not None and meq is not None and active is not None:
        molar = f"{one.substance.molar_mass} g/mol"
        lines.append(
            f"{shown(one.mass)} ÷ {molar} = {show(mmol)} = {show(meq)} (holds {show(active)} of {one.calculated.drug.active})"
        )
    return lines


def _run_working(run: Run) -> list[str]:
    return [
        f"{show(run.volume)} ÷ {shown(run.duration)} = {show(run.rate)}",
        f"{shown(run.drug_rate.times(run.duration, 'mg'))} ÷ {shown(run.duration)} = {shown(run.drug_rate)}",
    ]


def _delivery_working(vehicle: VehiclePlan) -> list[str]:
    lines = []
    if vehicle.flush is not None and vehicle.from_bag.compare(vehicle.volume_to_infuse) != 0:
        assert vehicle.line_volume is not None
        lines.append(
            f"{show(vehicle.volume_to_infuse)} − {show(vehicle.line_volume)} in the line = {show(vehicle.from_bag)} from the"
            f" bag; the flush of {show(vehicle.flush.volume)} carries the rest"
        )
    if vehicle.overfill is not None:
        over = vehicle.overfill
        lines.append(
            f"a bag that holds {show(over.actual)}: {show(over.total_volume)}, {show(over.concentration)};"
            f" {show(vehicle.volume_to_infuse)} of it is {show_number(over.delivered_percent)} % of the dose"
        )
    return lines
