"""What a page with sliders needs: for every setting the plan that would be made, and the exponentials of its models.

Every number of the page comes from a plan and a model made here. The page adds exponentials up and rounds; it knows no drug.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.charts.chart import Chart
from assuage.charts.expected import KINDS, TOLD_H, levels_of, named
from assuage.charts.level import Levels, level_chart
from assuage.exposure.ensemble import Cast, players
from assuage.exposure.impulse import impulse
from assuage.exposure.population import People
from assuage.exposure.report import shown_unit
from assuage.exposure.simulate import AFTER_LAST_H
from assuage.patient import Patient
from assuage.plan import Plan, Request, make_plan
from assuage.plan.exposed import Answering, Outlook, answering
from assuage.plan.pumped import hours_since, pumped
from assuage.quantity import Quantity, show
from assuage.regimen import Regimen
from assuage.screening import Formulas, State

# Where sliders stop. The patient's own value is always among them.
WEIGHTS_KG = tuple(range(45, 125, 5))
CREATININES_UMOL_L = (45, 60, 80, 100, 120, 150, 200, 250)
# Times as long as studied; and times as far apart: closer than studied is not offered.
LONGER = (0.5, 0.75, 1.0, 1.5, 2.0, 3.0, 4.0)
FARTHER = (1.0, 1.5, 2.0, 3.0)
FIGURES = 12
RATES = ("rate", "dose-per-hour", "dose-per-kg-per-hour")
TYPICAL = People(1, 1)
WITHOUT_SPREAD = "Typical persons, without spread: the sliders choose for whom, how long and how far apart."


class Course(msgspec.Struct, frozen=True):
    """One line: rates (1/h) and weights, in the shown unit for each unit of amount; `above` is the baseline."""

    label: str
    model: str
    part: str
    analyte: str
    above: float
    rates: tuple[float, ...]
    weights: tuple[float, ...]


class Given(msgspec.Struct, frozen=True):
    """One stretch of input: which session, hours after its start, hours it takes, amount in the models' unit."""

    session: int
    after_h: float
    during_h: float
    amount: float


class Lines(msgspec.Struct, frozen=True):
    """One drug at one setting: what is given, and every line. `unit` is what levels are shown in."""

    drug: str
    unit: str
    route: str
    given: tuple[Given, ...]
    courses: tuple[Course, ...]
    notes: tuple[str, ...]


class Limited(msgspec.Struct, frozen=True):
    """A bound on a rate that a shorter time would cross: the least part of the studied time, whether it stops, the words."""

    least: float
    stops: bool
    told: str


class Setting(msgspec.Struct, frozen=True):
    """The plan for one weight and one creatinine. Where a finding blocks the dose, why, and nothing else."""

    weight: float
    creatinine: float
    refused: tuple[str, ...] = ()
    doses: tuple[str, ...] = ()
    drugs: tuple[Lines, ...] = ()
    limits: tuple[Limited, ...] = ()


class Explored(msgspec.Struct, frozen=True):
    """All settings of a regimen for one patient. `own` is the index of the patient's own; starts are those studied."""

    regimen: str
    weights: tuple[float, ...]
    creatinines: tuple[float, ...]
    creatinine_unit: str
    own_weight: int
    own_creatinine: int
    settings: tuple[Setting, ...]
    starts_h: tuple[float, ...]
    longer: tuple[float, ...]
    farther: tuple[float, ...]
    tail_h: float


class Exploring(msgspec.Struct, frozen=True):
    """Whom and what is explored, as for `make_plan`."""

    patient: Patient
    regimen: Regimen
    catalog: Catalog
    clinic: Clinic
    as_of: dt.date
    request: Request


def explored(asking: Exploring) -> Explored:
    """Every setting of the sliders.

    Give      a patient whose weight and creatinine are known
    Get       for each weight and creatinine the plan as it would be made; sliders of a fact that is not known stand still
    Holds     a setting that would be refused shows no level
    Checked   tests/walks/test_charts.py in a browser, every line against Python's own
    """
    weights, own_weight = _marks(asking, "weight", WEIGHTS_KG)
    creatinines, own_creatinine = _marks(asking, "creatinine", CREATININES_UMOL_L)
    settings = tuple(_setting(asking, weight, creatinine) for weight in weights for creatinine in creatinines)
    own = settings[own_weight * len(creatinines) + own_creatinine]
    plan = _plan(asking, asking.patient)
    sessions = plan.preparation.sessions if plan.preparation else ()
    starts = tuple(hours_since(one, sessions[0]) for one in sessions)
    is_pumped = any(each.during_h > 0 for one in own.drugs for each in one.given)
    return Explored(
        asking.regimen.id, weights, creatinines, "µmol/L", own_weight, own_creatinine, settings, starts,
        LONGER if is_pumped else (1.0,), FARTHER if len(starts) > 1 else (1.0,), AFTER_LAST_H,
    )  # fmt: skip


def redrawn(plan: Plan, outlook: Outlook, settings: Sequence[Setting]) -> tuple[tuple[Levels, Chart], ...]:
    """For each drug the picture that the sliders draw anew: typical persons, without bands, every line of any setting."""
    found = []
    for one in outlook.drugs:
        if not one.reports:
            continue
        levels = levels_of(plan, one, outlook.exposed)
        courses = {
            each.label: each.part
            for s in settings
            for drug in s.drugs
            if drug.drug == one.drug
            for each in drug.courses
        }
        first = msgspec.structs.replace(levels.lines[0], low=(), high=())
        # The page puts its own points in; here each line stands for its colour and dash.
        lines = tuple(msgspec.structs.replace(first, label=label, kind=KINDS[part]) for label, part in courses.items())
        bare = msgspec.structs.replace(
            levels, lines=lines, bands=(), under=(WITHOUT_SPREAD,), key=f"{one.drug}-explored", told_h=()
        )
        # One table of the page holds all drugs, so that its hours count from the first start.
        hours = tuple(hour for hour in TOLD_H if hour <= levels.lines[0].hours[-1])
        found.append((msgspec.structs.replace(bare, told_h=hours), level_chart(bare, has_key=False)))
    return tuple(found)


def _marks(asking: Exploring, name: str, marks: Sequence[int]) -> tuple[tuple[float, ...], int]:
    """The marks of a slider with the patient's own value among them; a fact that is not known leaves one mark, 0."""
    own = _own(asking, name)
    if own is None:
        return (0.0,), 0
    found = tuple(sorted({own, *(float(mark) for mark in marks)}))
    return found, found.index(own)


def _own(asking: Exploring, name: str) -> float | None:
    """The patient's own value in the unit of its slider, which is that of the measurement."""
    fact = asking.patient.facts.get(name)
    if fact is None or not isinstance(fact.value, Quantity):
        return None
    return float(_state(asking, asking.patient).in_unit(name, fact.value).value)


def _state(asking: Exploring, patient: Patient) -> State:
    day = asking.request.start.date() if asking.request.start else asking.as_of
    return State(patient, day, catalog=asking.catalog, clinic=asking.clinic, formulas=Formulas(asking.catalog.formulas))


def _setting(asking: Exploring, weight: float, creatinine: float) -> Setting:
    patient = _changed(asking, asking.patient, "weight", to=weight)
    patient = _changed(asking, patient, "creatinine", to=creatinine)
    plan = _plan(asking, patient)
    if plan.preparation is None:
        blocking = tuple(one.message for one in plan.findings if one.blocks == "dose")
        return Setting(weight, creatinine, blocking)
    state = _state(asking, patient)
    doses = dict.fromkeys(
        f"{one.name} {show(one.dose)}" for session in plan.preparation.sessions for one in session.components
    )
    return Setting(
        weight, creatinine, (), tuple(doses), tuple(_drugs(plan, state)), tuple(_limits(plan, asking.catalog))
    )


def _plan(asking: Exploring, patient: Patient) -> Plan:
    return make_plan(
        patient,
        asking.regimen,
        catalog=asking.catalog,
        clinic=asking.clinic,
        as_of=asking.as_of,
        request=asking.request,
    )


def _changed(asking: Exploring, patient: Patient, name: str, *, to: float) -> Patient:
    """The patient with another value; untouched where it is the patient's own, or nothing is known of it."""
    if to in (0.0, _own(asking, name)):
        return patient
    unit = asking.catalog.measurements[name].unit
    other = msgspec.structs.replace(patient.facts[name], value=Quantity(Decimal(str(to)), unit), earlier=())
    return msgspec.structs.replace(patient, facts={**patient.facts, name: other})


def _drugs(plan: Plan, state: State) -> Iterator[Lines]:
    pieces = pumped(plan)
    sessions = plan.preparation.sessions if plan.preparation else ()
    starts = [hours_since(one, sessions[0]) for one in sessions]
    for name in dict.fromkeys(piece.drug for piece in pieces):
        known = answering(name, [piece for piece in pieces if piece.drug == name], state)
        if known.doses:
            notes = tuple(one.message for one in known.ensemble.findings)
            unit, factor = _shown(name, known, state)
            courses = tuple(_courses(known, state, factor))
            yield Lines(name, unit, known.route, tuple(_given(known, starts)), courses, notes)


def _shown(name: str, known: Answering, state: State) -> tuple[str, float]:
    """The unit that levels of a drug are shown in, and the factor to it from the models'."""
    drug = state.catalog.drugs[name]
    bands = [one for one in state.catalog.bands.values() if one.may_be_drawn and one.drug == name]
    amount = known.ensemble.members[0].model.amount
    unit = shown_unit(bands, amount)
    active = drug.form(drug.active).substance
    return unit, float(Quantity(Decimal(1), f"{amount}/L").to(unit, active).value)


def _courses(known: Answering, state: State, factor: float) -> Iterator[Course]:
    cast = Cast(state.catalog.kinetics, known.covariates, TYPICAL)
    for player in players(known.ensemble, cast, baseline=0.0):
        model, one = player.member.model, impulse(player.typical, known.route)
        above = (known.covariates.magnesium or 0.0) * factor if model.adds_to_baseline else 0.0
        rates = tuple(_cut(rate) for rate in one.rate_per_h)
        weights = tuple(_cut(weight * factor) for weight in one.weight_per_l)
        yield Course(named(player.member), model.id, player.member.part, model.analyte, _cut(above), rates, weights)


def _given(known: Answering, starts: Sequence[float]) -> Iterator[Given]:
    for dose in known.doses:
        session = max(number for number, start in enumerate(starts) if start <= dose.start_h)
        yield Given(session, _cut(dose.start_h - starts[session]), _cut(dose.duration_h), _cut(dose.amount))


def _cut(value: float) -> float:
    """Figures enough that no reader's sum shows the cut."""
    return float(f"{value:.{FIGURES}g}")


def _limits(plan: Plan, catalog: Catalog) -> Iterator[Limited]:
    """Bounds on rates that a shorter running time would cross: rate × time is the dose, so the least time is found ÷ bound."""
    assert plan.preparation is not None
    worst: dict[str, Limited] = {}
    for check in plan.preparation.limits:
        if check.measure not in RATES or check.side != "above" or not check.found.value:
            continue
        least = float(check.found.over(check.bound, "1").value)
        told = (
            f"{check.measure.replace('-', ' ')} above the {check.level} limit of {show(check.bound)} [{check.source}]"
        )
        limit = catalog.limits.get(check.limit)
        one = Limited(least, limit is not None and limit.blocks == "dose", told)
        if check.limit not in worst or worst[check.limit].least < least:
            worst[check.limit] = one
    yield from worst.values()
