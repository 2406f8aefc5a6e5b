"""make_plan: the one composition. Patient, regimen, catalog and clinic in; a Plan out, always."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from itertools import pairwise

import msgspec

from assuage import __version__
from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.errors import PlanError, Problem, unknown_name
from assuage.finding import Finding, merge
from assuage.patient import Patient
from assuage.plan import beside, standing, trouble
from assuage.plan.decided import decided
from assuage.plan.dose import Weights, rounded, tidy
from assuage.plan.limits import Checked, Given, check, crossed_by_rounding
from assuage.plan.limits import findings as limit_findings
from assuage.plan.model import LimitCheck, Plan, Preparation, Session
from assuage.plan.reference import expectation, reference
from assuage.plan.request import Request
from assuage.plan.schedule import Visit, end_of, follow_ups, visits
from assuage.plan.step import Bench, Prepared, prepare
from assuage.plan.summary import summary
from assuage.quantity import Quantity
from assuage.regimen import Regimen
from assuage.screening import Formulas, Screening, State, screen

HOURS_A_DAY = Decimal(24)


def make_plan(
    patient: Patient,
    regimen: Regimen,
    *,
    catalog: Catalog,
    clinic: Clinic,
    as_of: dt.date,
    request: Request | None = None,
) -> Plan:
    """Everything that follows from a patient, a regimen and a clinic.

    Give      as_of is the day facts are judged on where the request names no start
    Get       a Plan; `preparation` is none when a finding blocks the dose
    Holds     no plan exceeds a limit that refuses, after rounding; nor one that stops, without its recorded override
    Errors    `PlanError` for a request that cannot be planned as it was put (a presentation of no drug given, a start
              that does not exist, an override of nothing); `UnknownName` for an unknown presentation
    Checked   tests/laws/test_plan.py, tests/walks/test_plan.py
    """
    request = request or Request()
    _refuse_presentations(regimen, request, catalog)
    days = visits(regimen, clinic, as_of=as_of, start=request.start, catalog=catalog) if _has_schedule(regimen) else ()
    dates = tuple(one.date for one in days) or (request.start.date() if request.start else as_of,)
    screening = screen(patient, regimen, catalog=catalog, clinic=clinic, days=dates)
    state = State(patient, dates[0], catalog=catalog, clinic=clinic, formulas=Formulas.of(catalog))
    bench = Bench(regimen, catalog, clinic, request, Weights(state.quantity("weight"), state.quantity("ideal_weight")))
    prepared, checked = _prepare(bench, days)
    found = _all_findings(screening, prepared, checked, bench=bench, visits=days)
    merged = merge(standing.overridden(found, request.overrides))
    blocked = any(one.blocks == "dose" for one in merged)
    preparation = None if blocked else _preparation(bench, days, prepared, checked=checked, state=state)
    return _assemble(bench, state, screening, found=merged, preparation=preparation, as_of=as_of)


def _has_schedule(regimen: Regimen) -> bool:
    return regimen.plannable and regimen.schedule is not None and bool(regimen.steps)


def _refuse_presentations(regimen: Regimen, request: Request, catalog: Catalog) -> None:
    drugs = {component.drug for step in regimen.steps for component in step.components}
    seen: dict[str, str] = {}
    problems = []
    for name in request.presentations:
        if name not in catalog.presentations:
            raise unknown_name("presentation", name, known=catalog.presentations, where="--presentation")
        drug = catalog.presentations[name].drug
        if drug not in drugs:
            given = ", ".join(sorted(drugs)) or "no drug"
            problems.append(Problem(f"{name} holds {drug}", "--presentation", f"a vial of {given}",
                                    f"{regimen.id} gives {given}"))  # fmt: skip
        if drug in seen:
            problems.append(Problem(f"{name} and {seen[drug]} are both {drug}", "--presentation", "one vial for each drug",
                                    "name the one to use"))  # fmt: skip
        seen[drug] = name
    if problems:
        raise PlanError(*problems)


def _prepare(bench: Bench, days: Sequence[Visit]) -> tuple[dict[str, Prepared], Checked]:
    """Each step prepared once. Where rounding alone would cross a limit that blocks, everything is rounded down."""
    steps = {one.step.id: one.step for one in days}
    prepared = {name: prepare(step, bench) for name, step in steps.items()}
    checked = _check(days, prepared, bench)
    exact = _check(days, prepared, bench, exactly=True) if checked.crossed else checked
    if crossed_by_rounding(checked, exact, catalog=bench.catalog):
        prepared = {name: prepare(step, bench, direction="down") for name, step in steps.items()}
        checked = _check(days, prepared, bench)
    return prepared, checked


def _check(days: Sequence[Visit], prepared: dict[str, Prepared], bench: Bench, *, exactly: bool = False) -> Checked:
    given: list[Given] = []
    for visit in days:
        one = prepared[visit.step.id]
        at = HOURS_A_DAY * Decimal(visit.day - 1)
        rows = one.exact_given if exactly else one.given
        given.extend(msgspec.structs.replace(row, session=visit.number, at=at) for row in rows)
    return check(given, catalog=bench.catalog, weights=bench.weights)


def _all_findings(
    screening: Screening, prepared: dict[str, Prepared], checked: Checked, *, bench: Bench, visits: Sequence[Visit]
) -> list[Finding]:
    found = list(screening.findings)
    if not visits:
        found.append(trouble.not_plannable(bench.regimen))
    if any(later.day - sooner.day == 1 and later.step is not sooner.step for sooner, later in pairwise(visits)):
        found.append(trouble.no_free_day(bench.regimen))
    for one in prepared.values():
        found.extend(one.findings)
    found.extend(limit_findings(checked, catalog=bench.catalog))
    found.extend(decided(bench, prepared, visits))
    found.extend(standing.findings(bench.regimen, bench.clinic, bench.catalog))
    return list({(one.rule, one.message): one for one in found}.values())


def _preparation(
    bench: Bench, days: Sequence[Visit], prepared: dict[str, Prepared], *, checked: Checked, state: State
) -> Preparation:
    known = reference(bench.regimen, bench.catalog)
    working = [line for one in prepared.values() for line in one.working]
    return Preparation(
        sessions=tuple(_session(visit, prepared[visit.step.id], known.recovery[visit.step.id]) for visit in days),
        follow_up=follow_ups(days[-1], bench.catalog, bench.clinic),
        watch=beside.watched(known.watch, state),
        limits=tuple(_shown_check(one) for one in checked.checks),
        working=tuple(dict.fromkeys(working)),
    )


def _shown_check(one: LimitCheck) -> LimitCheck:
    return msgspec.structs.replace(one, found=rounded(one.found))


def _session(visit: Visit, prepared: Prepared, recovery: Quantity | None) -> Session:
    chair = prepared.time.plus(recovery) if recovery is not None else prepared.time
    return Session(
        number=visit.number,
        day=visit.day,
        step=visit.step.id,
        route=visit.step.route,
        start=visit.start,
        end=end_of(visit.start, prepared.time),
        recovery_until=end_of(visit.start, chair) if recovery is not None else None,
        duration=_minutes(prepared.time),
        recovery=recovery,
        chair_time=_minutes(chair),
        components=prepared.components,
        vehicle=prepared.vehicle,
        runs=tuple(
            msgspec.structs.replace(
                run, volume=tidy(run.volume), duration=_minutes(run.duration), drug_rate=tidy(rounded(run.drug_rate))
            )
            for run in prepared.runs
        ),
        portions=prepared.portions,
        interval_hours=visit.interval,
        flags=visit.flags,
    )


def _minutes(time: Quantity) -> Quantity:
    return tidy(time.to("min").to_places(1))


def _assemble(
    bench: Bench, state: State, screening: Screening, *, found: tuple[Finding, ...],
    preparation: Preparation | None, as_of: dt.date,
) -> Plan:  # fmt: skip
    regimen, catalog, clinic = bench.regimen, bench.catalog, bench.clinic
    stands = standing.standing(regimen, clinic, catalog)
    known = reference(regimen, catalog)
    is_refused = preparation is None
    is_signable = stands == "adopted" and not any(one.blocks in ("dose", "sign") for one in found)
    plan = Plan(
        software_version=__version__,
        catalog_version=catalog.version,
        fingerprint=catalog.fingerprint,
        standing=stands,
        signable=is_signable,
        clinic=clinic.id,
        clinic_is_example=clinic.synthetic,
        as_of=as_of,
        time_zone=clinic.time_zone if bench.request.start is None else str(bench.request.start.tzinfo),
        patient=summary(state),
        regimen=regimen.id,
        regimen_name=regimen.name,
        basis=regimen.basis,
        access=regimen.access,
        indication=regimen.indication,
        headline=standing.headline(regimen, stands, is_signable=is_signable, is_refused=is_refused),
        findings=found,
        not_checked=screening.not_checked,
        disputes=known.disputes,
        preparation=preparation,
        omitted=known.omitted,
        population=beside.population(regimen, state),
        guideline_position=regimen.guideline_position,
        remarks=regimen.remarks,
        expectation=expectation(regimen, catalog) if bench.request.says_what_to_expect else None,
        overrides=bench.request.overrides,
        sources=(),
    )
    return msgspec.structs.replace(plan, sources=beside.cited(sources_of(plan, known.sources), catalog))


def sources_of(plan: Plan, before: tuple[str, ...]) -> list[str]:
    """Ids of every source the plan rests on or prints, in the order in which a reader meets them."""
    ids = [*before, *(source for one in plan.findings for source in one.sources)]
    ids += [claim.source for one in plan.disputes for claim in one.claims]
    if plan.preparation is not None:
        ids += [source for one in plan.preparation.watch for source in one.sources]
        ids += [one.source for one in plan.preparation.limits]
        ids += [s.vehicle.overfill.source for s in plan.preparation.sessions if s.vehicle and s.vehicle.overfill]
    if plan.expectation is not None:
        ids += [one.study for one in plan.expectation.results]
        ids += [one.study for one in plan.expectation.against]
        ids += [arm.study for one in plan.expectation.prospects for arm in one.arms if not arm.is_ours]
        ids += [source for one in plan.expectation.prospects if one.predicted for source in one.prior_sources]
    ids += [claim.source for claim in (*plan.guideline_position, *plan.remarks)]
    return [*ids, *beside.cited_in_text(one.reason for one in plan.findings)]
