"""An order as it is signed and given: every session with its drugs, volumes and rates, copied out of a plan.

The order does not point at a plan that could change: it holds the numbers themselves, with the catalog they came from.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.errors import CourseError, Problem
from assuage.plan.model import ComponentPlan, Plan, Session
from assuage.quantity import EXACT, Quantity


class OrderedDrug(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One drug of a session: what is drawn up, of what strength, and the dose that holds."""

    drug: str
    substance: str
    name: str
    role: str
    basis: str
    dose: Quantity
    mmol: Quantity | None
    presentation: str
    presentation_name: str
    strength: Quantity
    draw_up: Quantity
    vials: int


class OrderedRun(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One rate held for one time."""

    id: str
    volume: Quantity
    duration: Quantity
    rate: Quantity


class OrderedPortion(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One intramuscular portion: after how long, and how much."""

    number: int
    after: Quantity
    dose: Quantity
    draw_up: Quantity


class OrderedSession(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """One visit. `total_volume` is all drug solution; `from_bag` of it is pumped before the flush carries in the rest."""

    number: int
    step: str
    route: str
    start: dt.datetime | None
    duration: Quantity
    recovery: Quantity | None
    drugs: tuple[OrderedDrug, ...]
    fluid: str | None
    bag: str | None
    mode: str | None
    total_volume: Quantity | None
    from_bag: Quantity | None
    flush_volume: Quantity | None
    flush_rate: Quantity | None
    runs: tuple[OrderedRun, ...]
    portions: tuple[OrderedPortion, ...]

    @property
    def rate(self) -> Quantity | None:
        """The first rate the pump is set to."""
        return self.runs[0].rate if self.runs else None

    @property
    def volume(self) -> Quantity:
        """All of the drug solution of this session, in mL."""
        if self.total_volume is not None:
            return self.total_volume.to("mL")
        return Quantity(sum((one.draw_up.to("mL").value for one in self.portions), Decimal(0)), "mL")

    def dose_in(self, drug: OrderedDrug, volume: Quantity) -> Quantity:
        """The dose of a drug in a volume of this session's solution: dose × volume ÷ all of it, exact."""
        share = EXACT.divide(EXACT.multiply(drug.dose.value, volume.to("mL").value), self.volume.value)
        return Quantity(share, drug.dose.unit)


class OrderedFollowUp(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """What is due after the last infusion given (the call: after each), and how long after it began."""

    purpose: str
    after: Quantity


class Order(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """An order of one regimen for one patient. `number` counts the orders of a course; `replaces` the one before.

    `facts` and `screening` are numbers of the events it rests on; `weight` is the one it was reckoned with.
    """

    number: int
    regimen: str
    regimen_name: str
    standing: str
    signable: bool
    facts: int
    screening: int
    weight: Quantity | None
    catalog: str
    software: str
    clinic: str
    time_zone: str
    sessions: tuple[OrderedSession, ...]
    working: tuple[str, ...]
    watch: tuple[str, ...]
    follow_up: tuple[OrderedFollowUp, ...] = ()
    replaces: int | None = None

    def session(self, number: int) -> OrderedSession | None:
        """A session by its number."""
        return next((one for one in self.sessions if one.number == number), None)


# What falls due after an infusion, by the record of practice that says when.
FOLLOW_UPS = {"call": "follow-up-call", "day 14": "follow-up-primary", "week 4": "follow-up-4-weeks",
              "week 8": "follow-up-8-weeks", "week 12": "follow-up-12-weeks"}  # fmt: skip


class Basis(msgspec.Struct, frozen=True):
    """What an order rests on: its number in the course, the events of facts and screening, the weight, what it replaces."""

    number: int
    facts: int
    screening: int
    weight: Quantity | None
    replaces: int | None = None


def order_of(plan: Plan, catalog: Catalog, basis: Basis) -> Order:
    """The order that a plan makes.

    Errors    `CourseError` where the plan has no preparation: there is nothing to order
    """
    if plan.preparation is None:
        blocking = "; ".join(one.message for one in plan.findings if one.blocks == "dose")
        raise CourseError(Problem(f"a plan of {plan.regimen} without a dose", "an order", "a plan with a preparation",
                                  f"settle what blocks the dose: {blocking}"))  # fmt: skip
    return Order(
        number=basis.number, regimen=plan.regimen, regimen_name=plan.regimen_name, standing=plan.standing,
        signable=plan.signable, facts=basis.facts, screening=basis.screening, weight=basis.weight,
        catalog=plan.fingerprint, software=plan.software_version, clinic=plan.clinic, time_zone=plan.time_zone,
        sessions=tuple(_session(one) for one in plan.preparation.sessions), working=plan.preparation.working,
        watch=tuple(one.sentence for one in plan.preparation.watch), follow_up=_follow_up(catalog), replaces=basis.replaces,
    )  # fmt: skip


def _follow_up(catalog: Catalog) -> tuple[OrderedFollowUp, ...]:
    return tuple(OrderedFollowUp(purpose, catalog.practice[one].fact.quantity) for purpose, one in FOLLOW_UPS.items())


def _session(one: Session) -> OrderedSession:
    vehicle = one.vehicle
    flush = vehicle.flush if vehicle else None
    return OrderedSession(
        number=one.number, step=one.step, route=one.route, start=one.start, duration=one.duration, recovery=one.recovery,
        drugs=tuple(_drug(each) for each in one.components),
        fluid=vehicle.fluid if vehicle else None, bag=vehicle.bag if vehicle else None, mode=vehicle.mode if vehicle else None,
        total_volume=vehicle.total_volume if vehicle else None, from_bag=vehicle.from_bag if vehicle else None,
        flush_volume=flush.volume if flush else None, flush_rate=flush.rate if flush else None,
        runs=tuple(OrderedRun(run.id, run.volume, run.duration, run.rate) for run in one.runs),
        portions=tuple(OrderedPortion(p.number, p.after, p.dose, p.draw_up) for p in one.portions),
    )  # fmt: skip


def _drug(one: ComponentPlan) -> OrderedDrug:
    return OrderedDrug(
        one.drug, one.substance, one.name, one.role, one.basis, one.dose, one.mmol, one.presentation, one.presentation_name,
        one.strength, one.draw_up, one.vials.count,
    )  # fmt: skip
