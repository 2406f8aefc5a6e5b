"""Visits on paper: what is given, how it is made and run, on which days. Sessions alike in all but their date are one."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.paper.block import Give, Pair, Table, Visit
from assuage.paper.words import listed, numbers, percent, said, sentence, tie, until, when
from assuage.plan.model import ComponentPlan, OverfillCase, Plan, Portion, Run, Session, VehiclePlan
from assuage.quantity import show

ROLES = {"premedication": "before the infusion", "blinding": "for blinding", "dysphoria": "against dysphoria"}


def visits_of(plan: Plan) -> tuple[Visit, ...]:
    """Groups of sessions that differ only in number, day and dates, in order of their first."""
    assert plan.preparation is not None
    groups: dict[Session, list[Session]] = {}
    for session in plan.preparation.sessions:
        groups.setdefault(_undated(session), []).append(session)
    count = len(plan.preparation.sessions)
    return tuple(_visit(group, plan.time_zone, count) for group in groups.values())


def name_of(session: Session) -> str:
    """What a session is called on paper."""
    return "Infusion" if session.route == "intravenous" else "Injection visit"


def _undated(session: Session) -> Session:
    return msgspec.structs.replace(
        session, number=0, day=0, start=None, end=None, recovery_until=None, interval_hours=None, flags=()
    )


def _visit(group: Sequence[Session], zone: str, count: int) -> Visit:
    first = group[0]
    vehicle = first.vehicle
    names = numbers([session.number for session in group])
    many = "s" if len(group) > 1 else ""
    return Visit(
        title=f"{name_of(first)}{many} {names} of {count}" + (", identical" if many else ""),
        is_infusion=vehicle is not None,
        gives=tuple(_give(component, first) for component in first.components),
        make=_make(first),
        run=(*_run(first), *_stay(first)),
        runs=_phases(first.runs, first) if len(first.runs) > 1 else None,
        portions=_portions(first.portions) if first.portions else None,
        overfill=_overfill(vehicle.overfill, vehicle) if vehicle and vehicle.overfill else "",
        dates=_dates(group, zone),
        flags=tuple(dict.fromkeys(tie(flag) for session in group for flag in session.flags)),
    )


def _give(component: ComponentPlan, session: Session) -> Give:
    equal = [said(one) for one in (component.mmol, component.meq) if one is not None]
    return Give(
        name=component.name,
        dose=tie(show(component.dose)),
        equal=tie(", ".join(equal)),
        basis=tie(component.basis),
        role=ROLES.get(component.role, ""),
        draw_up=tie(show(component.draw_up)),
        product=tie(_product(component)),
        how=tie(_vials(component)),
        rounding=tie(_rounding(component)),
        delivered=tie(said(component.delivered)) if session.vehicle else "",
    )


def _product(component: ComponentPlan) -> str:
    """The name on the vial, with its strength where the name does not say it."""
    strength = said(component.strength)
    name = component.presentation_name
    return name if strength in name else f"{name} ({strength})"


def _vials(component: ComponentPlan) -> str:
    opened = component.vials
    many = "vial" if opened.count == 1 else "vials"
    text = f"{component.syringe} syringe; {opened.count} {many}"
    if opened.wasted_volume.value:
        text += f", {said(opened.wasted_volume)} ({said(opened.wasted)}) left over"
        text += ": record the waste with a witness" if opened.reconcile else ""
    return text


def _rounding(component: ComponentPlan) -> str:
    if component.calculated == component.dose:
        return ""
    sign = "+" if component.rounding_error_percent > 0 else ""
    error = sign + percent(component.rounding_error_percent)
    return f"calculated {said(component.calculated)}; what can be drawn up holds {show(component.dose)} ({error})"


def _make(session: Session) -> tuple[str, ...]:
    vehicle = session.vehicle
    if vehicle is None:
        return ()
    total = f"Total volume {said(vehicle.total_volume)}, concentration {said(vehicle.concentration)}."
    return tuple(tie(line) for line in (*_added(vehicle), total))


def _added(vehicle: VehiclePlan) -> tuple[str, ...]:
    bag = f"the bag labelled {said(vehicle.labelled)} of {vehicle.fluid}" if vehicle.labelled else str(vehicle.fluid)
    holds = f", which holds {said(vehicle.actual)}" if vehicle.actual is not None else ""
    match vehicle.mode:
        case "add":
            return (f"Add the drug to {bag}{holds}. Take nothing out first.",)
        case "replace":
            assert vehicle.withdraw is not None
            return (f"Take {said(vehicle.withdraw)} out of {bag}{holds}; then add the drug.",)
        case "exact":
            return (f"Make up to {said(vehicle.total_volume)} with {vehicle.fluid} in an empty container or syringe.",)
    return ("Undiluted: nothing is added.",)


def _run(session: Session) -> tuple[Pair, ...]:
    vehicle = session.vehicle
    if vehicle is None:
        return ()
    one = session.runs[0]
    rates = (
        Pair("RATE", said(one.rate)),
        Pair("VOLUME TO INFUSE", said(vehicle.volume_to_infuse)),
        Pair("TIME", said(one.duration)),
        Pair("DRUG RATE", said(one.drug_rate)),
    )
    shown = rates if len(session.runs) == 1 else (Pair("VOLUME TO INFUSE", f"{said(vehicle.volume_to_infuse)} in all"),)
    return tuple(Pair(pair.label, tie(pair.value)) for pair in (*shown, *_line(vehicle), _delivered(session, vehicle)))


def _line(vehicle: VehiclePlan) -> tuple[Pair, ...]:
    pairs = []
    if vehicle.line_volume is not None and vehicle.primed_with:
        primed = f"{said(vehicle.line_volume)}, primed with {vehicle.primed_with}"
        if vehicle.from_bag.compare(vehicle.volume_to_infuse) != 0:
            rest = vehicle.volume_to_infuse.minus(vehicle.from_bag)
            primed += (
                f": after priming {said(vehicle.from_bag)} is left to run from the bag;"
                f" the last {said(rest)} is in the line and the flush carries it in"
            )
        pairs.append(Pair("LINE", primed))
    flush = vehicle.flush
    if flush is not None:
        pairs.append(Pair("THEN FLUSH", f"{said(flush.volume)} {flush.fluid} at {said(flush.rate)}"))
    else:
        pairs.append(Pair("THEN FLUSH", "none: what the line holds is not given"))
    return tuple(pairs)


def _stay(session: Session) -> tuple[Pair, ...]:
    text = said(session.chair_time)
    if session.recovery is not None:
        text += f", {said(session.recovery)} of it recovery"
    return (Pair("STAY", tie(text)),)


def _delivered(session: Session, vehicle: VehiclePlan) -> Pair:
    amounts = listed([f"{said(component.delivered)} {component.name}" for component in session.components])
    return Pair("DELIVERED", f"{percent(vehicle.delivered_percent)}: {amounts}")


def _phases(runs: Sequence[Run], session: Session) -> Table:
    rows = tuple(
        tuple(tie(cell) for cell in (_part(run.id, number), said(run.rate), said(run.volume), said(run.duration), said(run.drug_rate)))
        for number, run in enumerate(runs, 1)
    )  # fmt: skip
    return Table("Run in parts", ("Part", "RATE", "VOLUME", "TIME", "DRUG RATE"), rows)


def _part(name: str, number: int) -> str:
    return f"{number}: {name.replace('-', ' ')}"


def _portions(portions: Sequence[Portion]) -> Table:
    rows = tuple(
        tuple(tie(cell) for cell in (
            str(one.number), f"{said(one.after)} after the first" if one.after.value else "first", show(one.dose), show(one.draw_up),
            sentence(one.before or "")
        ))
        for one in portions
    )  # fmt: skip
    return Table("Portions", ("No.", "When", "Dose", "Draw up", "Before it"), rows)


def _overfill(case: OverfillCase, vehicle: VehiclePlan) -> str:
    label = (
        f" Running only the label's {said(vehicle.labelled)} would deliver"
        if vehicle.labelled
        else " The label volume delivers"
    )
    return tie(
        f"If the bag really holds {said(case.actual)}: total {said(case.total_volume)}, {said(case.concentration)};"
        f" the volume above would deliver {percent(case.delivered_percent)}, {said(case.delivered)}."
        f"{label} {percent(case.label_volume_percent)}."
    )


def _dates(group: Sequence[Session], zone: str) -> Table:
    recovers = any(session.recovery is not None for session in group)
    head = ("No.", "Day", "Start", "Drug in by", *(("Stays until",) if recovers else ()), "After the one before")
    rows = []
    for one in group:
        gap = f"{one.interval_hours.normalize():f} h" if one.interval_hours is not None else _first(one)
        times = [when(one.start, zone), until(one.end, zone, since=one.start)]
        if recovers:
            times.append(until(one.recovery_until, zone, since=one.start))
        rows.append(tuple(tie(cell) for cell in (str(one.number), str(one.day), *times, gap)))
    return Table("Dates", head, tuple(rows))


def _first(session: Session) -> str:
    return "first" if session.number == 1 else f"day {session.day}"
