"""What must hold for any plan, recomputed apart from the planner in exact fractions."""

from __future__ import annotations

from fractions import Fraction

from assuage.catalog import Catalog
from assuage.plan.model import ComponentPlan, Plan, Session
from assuage.quantity import Quantity

# What is printed has at most three decimals; half of the last one is the most that printing moves a number.
PRINTED = Fraction(1, 2000)
# A drug rate and a concentration print with two decimals from one upwards, three below.
TWO_PLACES = Fraction(1, 200)


def broken(plan: Plan, catalog: Catalog) -> list[str]:
    """Every way in which a plan breaks what must hold; empty for a sound plan."""
    if plan.preparation is None:
        return [] if any(one.blocks == "dose" for one in plan.findings) else ["refused without a finding that blocks"]
    found = [f"{one.rule} blocks the dose and a dose is shown" for one in plan.findings if one.blocks == "dose"]
    overridden = {one.rule for one in plan.overrides}
    for check in plan.preparation.limits:
        severity = catalog.limits[check.limit].severity
        if check.crossed and (severity == "refuse" or (severity == "stop" and check.limit not in overridden)):
            found.append(f"{check.limit} is crossed: {check.found} against {check.bound}")
    for session in plan.preparation.sessions:
        found += [fault for one in session.components for fault in _drawn(one, catalog)]
        found += [*_volumes(session), *_portions(session)]
    return [f"{plan.regimen}: {fault}" for fault in found]


def _number(quantity: Quantity) -> Fraction:
    return Fraction(quantity.value)


def _drawn(one: ComponentPlan, catalog: Catalog) -> list[str]:
    faults = []
    if abs(_number(one.draw_up) * _number(one.strength) - _number(one.dose)) > PRINTED:
        faults.append(f"{one.draw_up} of {one.strength} is not {one.dose}")
    error = (_number(one.dose) - _number(one.calculated)) / _number(one.calculated) * 100
    if abs(error - Fraction(one.rounding_error_percent)) > Fraction(1, 100):
        faults.append(f"{one.dose} for {one.calculated} is {float(error):.3f} %, said {one.rounding_error_percent}")
    most = Fraction(catalog.practice["rounding-error"].fact.quantity.value)
    if abs(error) > most:
        faults.append(f"{one.dose} is more than {most} % from {one.calculated}")
    if one.delivered.compare(one.dose) > 0:
        faults.append(f"{one.delivered} delivered of {one.dose}")
    opened = one.vials.count * _number(catalog.presentations[one.presentation].volume.quantity)
    if abs(opened - _number(one.draw_up) - _number(one.vials.wasted_volume)) > PRINTED:
        faults.append(f"{one.vials} does not add up with {one.draw_up}")
    return faults


def _volumes(session: Session) -> list[str]:
    vehicle = session.vehicle
    if vehicle is None:
        return []
    faults = []
    if abs(sum(_number(run.volume) for run in session.runs) - _number(vehicle.total_volume)) > PRINTED * len(
        session.runs
    ):
        faults.append("the runs do not add up to the total volume")
    added = sum(_number(one.draw_up) for one in session.components)
    in_bag = vehicle.actual if vehicle.mode == "add" else None
    if in_bag is not None and _number(in_bag) + added != _number(vehicle.total_volume):
        faults.append(f"{in_bag} + {added} is not {vehicle.total_volume}")
    for run in session.runs:
        # Volume prints to 0.0005 mL and time to 0.05 min, so rate × time is within what those move it.
        slack = PRINTED + Fraction(1, 20) * _number(run.rate) / 60
        if abs(_number(run.rate) * _number(run.duration) / 60 - _number(run.volume)) > slack:
            faults.append(f"{run.rate} for {run.duration} is not {run.volume}")
    mass = sum(_number(one.dose) for one in session.components)
    if abs(mass / _number(vehicle.total_volume) - _number(vehicle.concentration)) > TWO_PLACES:
        faults.append(f"{mass} in {vehicle.total_volume} is not {vehicle.concentration}")
    return faults


def _portions(session: Session) -> list[str]:
    if not session.portions:
        return []
    drawn = session.components[0]
    if sum(_number(part.draw_up) for part in session.portions) != _number(drawn.draw_up):
        return ["the portions do not add up to what is drawn up"]
    return []
