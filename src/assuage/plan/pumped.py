"""What enters the patient and when: the drug as it is drawn up, mixed, pumped and flushed, or as it really ran.

A syringe or bag holds solution of one concentration. The pump moves it, then the flush; the line between holds its volume.
Of everything that is moved, the patient is given drug from the moment the drug has come through the line, until all of it
is in or the pump stands still. The same function reads a plan and the history of a pump.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Mapping, Sequence

import msgspec

from assuage.drug import Drug, SubstanceRecord
from assuage.plan.model import ComponentPlan, Plan, Session, VehiclePlan

SECONDS_AN_HOUR = 60 * 60
MINUTES_AN_HOUR = 60
HOURS_A_DAY = 24


class Flow(msgspec.Struct, frozen=True):
    """The pump at one rate for a while: mL, and mL per hour. A rate of 0 is a pause of `pause_h`."""

    volume_ml: float
    rate_ml_per_h: float
    pause_h: float = 0.0


class Entering(msgspec.Struct, frozen=True):
    """Some of a drug entering at a constant rate, or at once: mg of one form of it, hours from the first start."""

    drug: str
    form: str
    route: str
    mass_mg: float
    start_h: float
    duration_h: float


class Ran(msgspec.Struct, frozen=True):
    """How the pump of one session really ran: hours from the plan's first start to its own, and its flows, pauses among them."""

    start_h: float
    flows: tuple[Flow, ...]


AS_PLANNED: Mapping[int, Ran] = {}


def pumped(plan: Plan, ran: Mapping[int, Ran] = AS_PLANNED) -> tuple[Entering, ...]:
    """Everything the plan gives, as it is pumped: rounded masses, rates as set on the pump, phases, portions, the flush.

    Give      a plan with a preparation; hours count from its first start, or from day 1 where no start was given; by their
              numbers, sessions that ran otherwise than planned: of what was made for them, what the pump moved
    Get       pieces in order of time; none where nothing is planned
    Holds     of each drug of a session as planned, the masses add up to what the plan says is delivered; no session that
              ran gives more than was made for it
    Checked   tests/unit/test_exposed.py, tests/laws/test_exposed.py
    """
    if plan.preparation is None:
        return ()
    sessions = plan.preparation.sessions
    return tuple(
        piece
        for session in sessions
        for one in session.components
        for piece in _of_session(session, one, ran.get(session.number) or Ran(hours_since(session, sessions[0]), ()))
    )


def hours_since(session: Session, first: Session) -> float:
    """Real hours from the first start; by days where no start was given."""
    if session.start is None or first.start is None:
        return float((session.day - first.day) * HOURS_A_DAY)
    return (session.start.astimezone(dt.UTC) - first.start.astimezone(dt.UTC)).total_seconds() / SECONDS_AN_HOUR


def _of_session(session: Session, one: ComponentPlan, ran: Ran) -> Iterator[Entering]:
    start_h = ran.start_h
    if session.vehicle is None:
        assert one is session.components[0], "divided injections hold one drug"
        for portion in session.portions:
            after_h = float(portion.after.to("h").value)
            yield Entering(
                one.drug, one.substance, session.route, float(portion.dose.to("mg").value), start_h + after_h, 0
            )
        return
    vehicle = session.vehicle
    total_ml = float(vehicle.total_volume.to("mL").value)
    moved = entering(ran.flows or flows_of(session), lag_ml=_lag_ml(vehicle), drug_ml=total_ml)
    per_ml = float(one.dose.to("mg").value) / total_ml
    for at_h, duration_h, volume_ml in moved:
        yield Entering(one.drug, one.substance, session.route, per_ml * volume_ml, start_h + at_h, duration_h)


def flows_of(session: Session) -> tuple[Flow, ...]:
    """What the pump is set to, in order: the runs until the bag is empty, then the flush."""
    vehicle = session.vehicle
    assert vehicle is not None
    left = float(vehicle.from_bag.to("mL").value)
    flows = []
    for run in session.runs:
        volume = min(left, float(run.volume.to("mL").value))
        left -= volume
        # The volume and the time that print are rounded; the rate is what the pump is set to.
        if volume > 0:
            flows.append(Flow(volume, float(run.rate.to("mL/h").value)))
    if vehicle.flush is not None:
        flows.append(Flow(float(vehicle.flush.volume.to("mL").value), float(vehicle.flush.rate.to("mL/h").value)))
    return tuple(flows)


def _lag_ml(vehicle: VehiclePlan) -> float:
    """What has to be moved before the drug comes through the line."""
    if vehicle.primed_with == "drug" or vehicle.line_volume is None:
        return 0.0
    return float(vehicle.line_volume.to("mL").value)


def entering(flows: Sequence[Flow], *, lag_ml: float, drug_ml: float) -> tuple[tuple[float, float, float], ...]:
    """When drug solution enters: (hours from the start, hours it takes, mL of it) for each stretch at one rate.

    Give      flows in order; `lag_ml` moved before the drug is through the line; `drug_ml` of solution in all
    Holds     no more than `drug_ml` enters; what the line still holds at the end never does

    >>> entering([Flow(100, 100), Flow(20, 100)], lag_ml=20, drug_ml=100)
    ((0.2, 1.0, 100.0),)
    """
    found: list[tuple[float, float, float]] = []
    at_h, moved = 0.0, 0.0
    for flow in flows:
        if flow.rate_ml_per_h <= 0:
            at_h += flow.pause_h
            continue
        begins, ends = max(moved, lag_ml), min(moved + flow.volume_ml, lag_ml + drug_ml)
        if ends > begins:
            starts = at_h + (begins - moved) / flow.rate_ml_per_h
            _append(found, starts, (ends - begins) / flow.rate_ml_per_h, ends - begins)
        at_h += flow.volume_ml / flow.rate_ml_per_h
        moved += flow.volume_ml
    return tuple(found)


def _append(found: list[tuple[float, float, float]], at_h: float, duration_h: float, volume_ml: float) -> None:
    """One stretch more; at the same rate as the one before, without a gap, they are one."""
    if found:
        before_h, long_h, volume = found[-1]
        is_next = abs(before_h + long_h - at_h) <= SAME * max(at_h, 1)
        if is_next and abs(volume / long_h - volume_ml / duration_h) <= SAME * volume / long_h:
            found[-1] = (before_h, long_h + duration_h, volume + volume_ml)
            return
    found.append((at_h, duration_h, volume_ml))


# Far more than rounding of floats makes of two equal numbers, far less than any pump can be set to.
SAME = 1 / 1000**3


def amount_of(piece: Entering, drug: Drug, *, of: str, unit: str) -> float:
    """The mass of a piece in the amounts of a model: mg or mmol of the form `of`.

    Source: stoichiometry, mass ÷ M × moles of the active part, with the molar masses of the catalog.
    """
    given, wanted = drug.form(piece.form), drug.form(of)
    if unit == "mg" and given.id == wanted.id:
        return piece.mass_mg
    mmol = piece.mass_mg / _molar_mass(given) * given.moles_of_active / wanted.moles_of_active
    return mmol if unit == "mmol" else mmol * _molar_mass(wanted)


def _molar_mass(form: SubstanceRecord) -> float:
    return float(form.substance.molar_mass)
