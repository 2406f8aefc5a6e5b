"""One step prepared: its drugs drawn up, mixed, and set to run; the same for every session of that step."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.drug import Presentation
from assuage.finding import Finding
from assuage.plan import preparation as bag
from assuage.plan import trouble
from assuage.plan.dose import WEIGHTS, Calculated, Direction, Drawn, Weights, calculate, choose, draw, weight_rule
from assuage.plan.limits import Flow, Given
from assuage.plan.model import ComponentPlan, Portion, Run, VehiclePlan
from assuage.plan.portions import portions
from assuage.plan.print import component_plan, portions_working, step_working
from assuage.plan.request import Request
from assuage.quantity import EXACT, Quantity
from assuage.regimen import Regimen, Step

ZERO = Decimal(0)


class Bench(msgspec.Struct, frozen=True):
    """What every step is prepared with."""

    regimen: Regimen
    catalog: Catalog
    clinic: Clinic
    request: Request
    weights: Weights


class Prepared(msgspec.Struct, frozen=True):
    """A step as it will be given. `time` is from the start until all of the drug is in; `given` feeds the limits.

    `exact_given` is the same without rounding. Components are empty when a finding blocks the preparation.
    """

    step: Step
    findings: tuple[Finding, ...]
    components: tuple[ComponentPlan, ...] = ()
    vehicle: VehiclePlan | None = None
    runs: tuple[Run, ...] = ()
    portions: tuple[Portion, ...] = ()
    time: Quantity = Quantity(ZERO, "min")
    given: tuple[Given, ...] = ()
    exact_given: tuple[Given, ...] = ()
    working: tuple[str, ...] = ()


def prepare(step: Step, bench: Bench, *, direction: Direction = "nearest") -> Prepared:
    """Draw up, mix and set the rate of one step. What cannot be done is in `findings`, and then nothing is prepared."""
    found: list[Finding] = []
    drawn = _draw_all(step, bench, direction, found)
    if any(one.blocks == "dose" for one in found):
        return Prepared(step, tuple(found))
    if step.route == "intramuscular":
        return _injected(step, drawn, bench, found)
    return _infused(step, drawn, bench, direction=direction, found=found)


def _draw_all(step: Step, bench: Bench, direction: Direction, found: list[Finding]) -> list[Drawn]:
    drawn: list[Drawn] = []
    duration = step.duration.quantity if step.duration is not None else None
    for component in step.components:
        calculated = calculate(component, bench.weights, catalog=bench.catalog, duration=duration)
        if calculated is None:
            which = WEIGHTS[weight_rule(bench.catalog.drugs[component.drug])]
            found.append(trouble.weight_unknown(bench.regimen, which))
            continue
        wanted = _wanted(calculated, bench)
        count = int(step.portions.quantity.value) if step.portions is not None else 1
        chosen = choose(calculated, wanted, clinic=bench.clinic, catalog=bench.catalog, portions=count)
        if chosen is None:
            found.append(trouble.not_stocked(calculated, bench.clinic))
            continue
        if wanted is not None:
            against = trouble.of_presentation(wanted, calculated, bench.clinic)
            found.extend(against)
            if any(one.blocks == "dose" for one in against):
                continue
        one = draw(calculated, chosen, clinic=bench.clinic, catalog=bench.catalog, direction=direction)
        found.extend(trouble.of_drawing(one, bench.catalog))
        drawn.append(one)
    return drawn


def _wanted(calculated: Calculated, bench: Bench) -> Presentation | None:
    asked = (bench.catalog.presentations[name] for name in bench.request.presentations)
    return next((one for one in asked if one.drug == calculated.drug.id), None)


def _infused(step: Step, drawn: list[Drawn], bench: Bench, *, direction: Direction, found: list[Finding]) -> Prepared:
    mixed = _mixed(step, drawn, bench, found)
    if mixed is None:
        return Prepared(step, tuple(found))
    run = bag.runs(step, mixed, clinic=bench.clinic, direction=direction)
    if any(one.rate.value == 0 for one in run):
        found.append(trouble.rate_too_slow(bench.clinic))
        return Prepared(step, tuple(found))
    run = tuple(_with_drug_rate(one, mixed, drawn) for one in run)
    minutes = Quantity(sum((one.duration.value for one in run), ZERO), "min")
    share = bag.delivered_share(mixed.total, bench.clinic)
    made = bag.vehicle(mixed, drawn, run, clinic=bench.clinic, catalog=bench.catalog)
    return Prepared(
        step=step,
        findings=tuple(found),
        components=tuple(component_plan(one, delivered=share, total=mixed.total) for one in drawn),
        vehicle=made,
        runs=run,
        time=_until_all_is_in(minutes, run, bench.clinic),
        given=tuple(_given(one, mixed, run, step=step.id) for one in drawn),
        exact_given=tuple(_exactly_given(one, mixed, step) for one in drawn),
        working=step_working(drawn, mixed=mixed, vehicle=made, runs=run),
    )


def _mixed(step: Step, drawn: list[Drawn], bench: Bench, found: list[Finding]) -> bag.Mixed | None:
    mode = bag.the_mode(step, bench.clinic, bench.request.mode)
    if mode is None:
        found.append(trouble.mode_not_chosen(step, bench.clinic))
        return None
    mixed = bag.mix(step, drawn, clinic=bench.clinic, mode=mode)
    if mixed is None:
        found.append(trouble.no_bag(step, bench.clinic, mode))
        return None
    if mode == "undiluted":
        assert step.volume is not None
        off = mixed.total.minus(step.volume.quantity).over(step.volume.quantity, "%")
        if abs(off.value) > bench.catalog.practice["rounding-error"].fact.quantity.value:
            found.append(trouble.undiluted_differs(step, mixed))
            return None
    found.extend(trouble.of_mixture(mixed, bench.clinic, bench.catalog))
    return mixed


def _with_drug_rate(run: Run, mixed: bag.Mixed, drawn: Sequence[Drawn]) -> Run:
    """mg per minute of the first drug, which is the one that the step is named for."""
    mass = drawn[0].mass
    per_min = EXACT.divide(EXACT.multiply(mass.value, run.volume.value), mixed.total.value * run.duration.value)
    return msgspec.structs.replace(run, drug_rate=Quantity(per_min, "mg/min"))


def _until_all_is_in(minutes: Quantity, run: Sequence[Run], clinic: Clinic) -> Quantity:
    """Minutes until the last of the drug has left the line.

    A line primed with drug gives from the first minute, and its flush is part of the running time. A line primed with
    fluid gives later by the time that its own volume takes.
    """
    if clinic.line.primed_with == "drug" or clinic.line.flush is None:
        return minutes
    rate = run[-1].rate if clinic.line.flush.rate == "same" else clinic.line.flush.rate
    return minutes.plus(clinic.line.volume.over(rate, "min"))


def _given(one: Drawn, mixed: bag.Mixed, run: Sequence[Run], *, step: str) -> Given:
    per_ml = EXACT.divide(one.mass.value, mixed.total.value)
    flows = tuple(
        Flow(each.duration.value, EXACT.divide(EXACT.multiply(per_ml, each.volume.value), each.duration.value))
        for each in run
    )
    return _of(one, flows, step=step, concentration=Quantity(per_ml, "mg/mL"), smallest=one.volume)


def _exactly_given(one: Drawn, mixed: bag.Mixed, step: Step) -> Given:
    """The same without rounding of volume and rate: what arithmetic alone would give."""
    assert step.duration is not None
    mass = one.exact.times(one.presentation.strength.quantity, "mg")
    total = mixed.total.minus(one.volume).plus(one.exact) if mixed.mode in ("add", "undiluted") else mixed.total
    phases = [(p.volume.quantity, p.duration.quantity) for p in step.phases]
    whole = Quantity(sum((volume.value for volume, _ in phases), ZERO), "mL") if phases else Quantity(Decimal(1), "mL")
    parts = phases or [(whole, step.duration.quantity)]
    flows = tuple(
        Flow(time.to("min").value, EXACT.divide(mass.value * volume.value, whole.value * time.to("min").value))
        for volume, time in parts
    )
    bare = msgspec.structs.replace(one, mass=mass)
    return _of(bare, flows, step=step.id, concentration=mass.over(total, "mg/mL"), smallest=one.exact)


def _injected(step: Step, drawn: list[Drawn], bench: Bench, found: list[Finding]) -> Prepared:
    (one,) = drawn  # divided injections hold one drug
    parts = portions(step, one, clinic=bench.clinic)
    if not parts:
        found.append(trouble.portions_too_small(one))
        return Prepared(step, tuple(found))
    smallest = Quantity(min(part.draw_up.value for part in parts), "mL")
    strength = one.presentation.strength.quantity.to("mg/mL")
    bare = msgspec.structs.replace(one, mass=one.exact.times(strength, "mg"))
    return Prepared(
        step=step,
        findings=tuple(found),
        components=(component_plan(one, delivered=Decimal(1), total=one.volume),),
        portions=parts,
        time=parts[-1].after,
        given=(_of(one, (), step=step.id, concentration=strength, smallest=smallest),),
        exact_given=(_of(bare, (), step=step.id, concentration=strength, smallest=smallest),),
        working=(*step_working(drawn, mixed=None, vehicle=None, runs=()), portions_working(parts)),
    )


def _of(one: Drawn, flows: tuple[Flow, ...], *, step: str, concentration: Quantity, smallest: Quantity) -> Given:
    route = "intravenous" if flows else "intramuscular"
    return Given(step, 0, ZERO, one.calculated.drug.id, route, one.mass, concentration, flows, smallest)
