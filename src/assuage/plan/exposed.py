"""The levels that a plan is expected to give. Computed at the edge, after the plan: nothing in a plan rests on them."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence

import msgspec

from assuage.errors import ExposureError
from assuage.exposure.covariates import Covariates, covariates_of
from assuage.exposure.domain import variability_of
from assuage.exposure.ensemble import Cast
from assuage.exposure.events import Dose
from assuage.exposure.models import Ensemble, choose
from assuage.exposure.population import People, spanned
from assuage.exposure.report import Above, Asked, Report, Told, reports
from assuage.finding import Finding
from assuage.plan import beside
from assuage.plan.model import BandTime, Exposed, LevelLine, Plan, Spanned
from assuage.plan.pumped import AS_PLANNED, Entering, Ran, amount_of, hours_since, pumped
from assuage.regimen import Route
from assuage.screening import State

NO_INTERVAL = "How much people differ is not known: levels of a typical person, no interval."
ALONE = "Levels of a typical person alone, as was asked: no interval."


class Predicted(msgspec.Struct, frozen=True, eq=False):
    """One drug of a plan by one route, its doses in the models' amounts, the models that answer, and what they say."""

    drug: str
    route: Route
    doses: tuple[Dose, ...]
    ensemble: Ensemble
    reports: tuple[Report, ...]


class Outlook(msgspec.Struct, frozen=True, eq=False):
    """All the levels of a plan: each drug with its reports, what prints of them, and what nothing can be said about."""

    drugs: tuple[Predicted, ...]
    exposed: tuple[Exposed, ...]
    unpredicted: tuple[str, ...]


class Asking(msgspec.Struct, frozen=True, eq=False):
    """How levels are asked for: which sessions ran otherwise than planned, how many people, whether with curves, hours after a drug's first dose that curves must hold,
    whether with bands.

    Without bands each substance takes less time, and nothing is said of reference bands.
    """

    who: People
    with_curves: bool = False
    marks_h: tuple[float, ...] = ()
    with_bands: bool = True
    ran: Mapping[int, Ran] = AS_PLANNED


def exposed(plan: Plan, state: State, *, who: People) -> tuple[Exposed, ...]:
    """What the plan is expected to give, substance by substance; nothing where nothing is given. See `outlook`."""
    return outlook(plan, state, asking=Asking(who)).exposed


def outlook(plan: Plan, state: State, *, asking: Asking) -> Outlook:
    """The levels of everything that the plan gives, as it is pumped.

    Give      a plan; the patient as known on its day; people to simulate
    Get       an empty outlook where a finding blocks the dose: what is not given reaches no level
    Holds     the same plan, patient, people and seed give the same numbers; a baseline that was not measured is never
              assumed
    Checked   tests/against/test_exposed.py, tests/laws/test_exposed.py
    """
    drugs: list[Predicted] = []
    told: list[str] = []
    pieces = pumped(plan, asking.ran)
    for name in dict.fromkeys(piece.drug for piece in pieces):
        mine = [piece for piece in pieces if piece.drug == name]
        try:
            drugs.append(_drug(name, mine, state, asking))
        except ExposureError as error:
            told.append(f"{state.catalog.drugs[name].name}: {error.problems[0].what}.")
    starts = _starts(plan, asking.ran)
    rows = tuple(_row(one, each, state, asking, starts) for one in drugs for each in one.reports)
    silent = [
        f"{state.catalog.drugs[one.drug].name}: {f.message}"
        for one in drugs
        if not one.reports
        for f in one.ensemble.findings
    ]
    return Outlook(tuple(drugs), rows, (*told, *silent))


def with_exposure(plan: Plan, found: Iterable[Exposed], state: State) -> Plan:
    """The plan with its expected levels, and their sources behind its own."""
    rows = tuple(found)
    before = {one.id for one in plan.sources}
    more = beside.cited((name for row in rows for name in row.sources if name not in before), state.catalog)
    return msgspec.structs.replace(plan, exposure=rows, sources=(*plan.sources, *more))


class Answering(msgspec.Struct, frozen=True, eq=False):
    """The models that answer for one drug of a plan, its doses in their amounts, and what is known of the patient."""

    route: Route
    doses: tuple[Dose, ...]
    ensemble: Ensemble
    covariates: Covariates


def answering(name: str, pieces: Sequence[Entering], state: State) -> Answering:
    """Which models answer for a drug as it is given. Errors: `ExposureError` where none does."""
    route: Route = "intramuscular" if any(piece.route == "intramuscular" for piece in pieces) else "intravenous"
    drug = state.catalog.drugs[name]
    covariates = covariates_of(state, total_dose_mg=sum(piece.mass_mg for piece in pieces))
    longest = max(piece.duration_h for piece in pieces)
    ensemble = choose(name, route, covariates=covariates, models=state.catalog.kinetics, longest_h=longest)
    if not ensemble.members:
        return Answering(route, (), ensemble, covariates)
    model = ensemble.members[0].model
    doses = tuple(
        Dose(
            amount_of(piece, drug, of=model.of.value, unit=model.amount),
            piece.start_h,
            piece.duration_h,
            _route(piece.route),
        )
        for piece in pieces
    )
    return Answering(route, doses, ensemble, covariates)


def _drug(name: str, pieces: Sequence[Entering], state: State, asking: Asking) -> Predicted:
    known = answering(name, pieces, state)
    if not known.doses:
        return Predicted(name, known.route, (), known.ensemble, ())
    drug = state.catalog.drugs[name]
    found = reports(
        known.ensemble,
        Asked(known.doses, asking.with_curves, asking.marks_h, asking.with_bands),
        cast=Cast(state.catalog.kinetics, known.covariates, asking.who),
        bands=state.catalog.bands.values(),
        active=drug.form(drug.active).substance,
    )
    return Predicted(name, known.route, known.doses, known.ensemble, found)


def _route(name: str) -> Route:
    return "intramuscular" if name == "intramuscular" else "intravenous"


def _starts(plan: Plan, ran: Mapping[int, Ran]) -> tuple[float, ...]:
    """Hours from the first start to each session, in order; of one that ran, to when it began."""
    sessions = plan.preparation.sessions if plan.preparation else ()
    return tuple(
        ran[session.number].start_h if session.number in ran else hours_since(session, sessions[0])
        for session in sessions
    )


def _row(one: Predicted, report: Report, state: State, asking: Asking, starts: Sequence[float]) -> Exposed:
    told = (report.line, *report.others)
    line = report.line.player.member
    lines = tuple(_line(each) for each in told)
    peak = lines[0].peak
    # A first session that began late has its peak behind it all the same.
    session = max(1, sum(start <= lines[0].peak_at_h for start in starts))
    return Exposed(
        substance=report.analyte,
        drug=one.drug,
        model=line.model.id,
        unit=report.unit,
        site=line.model.site,
        baseline=report.baseline,
        is_rise=report.has_own and report.baseline is None,
        peak=peak,
        rise=_above_baseline(peak, report.baseline or 0.0),
        peak_at_h=lines[0].peak_at_h,
        peak_session=session,
        peak_after_h=lines[0].peak_at_h - starts[session - 1],
        area=lines[0].area,
        until_h=float(report.times_h[-1]),
        lines=lines,
        bands=tuple(_band(each) for each in report.bands),
        caveats=tuple(dict.fromkeys((*as_it_ran(asking.ran, len(starts)), *_caveats(report)))),
        findings=_findings(one, report),
        spread=_spread(report.line, state, asking.who),
        is_indicative=_is_borrowed(report.line, state),
        people=asking.who.count if report.line.people is not None else 1,
        seed=asking.who.seed,
        sources=_sources(report, state),
    )


def _above_baseline(peak: Spanned, baseline: float) -> Spanned:
    low, high = (None if end is None else end - baseline for end in (peak.p05, peak.p95))
    return Spanned(peak.median - baseline, low, high)


def _line(told: Told) -> LevelLine:
    member, people = told.player.member, told.people
    at_h = float(told.typical.peak_at_h[0])
    if people is not None:
        peak, area = Spanned(*spanned(people.peak)), Spanned(*spanned(people.area))
    else:
        peak, area = Spanned(float(told.typical.peak[0])), Spanned(float(told.typical.area[0]))
    return LevelLine(member.model.id, _named(told), member.part, peak, at_h, area, member.because)


def _named(told: Told) -> str:
    """The model's name, with what is put in front of it."""
    member = told.player.member
    return (
        f"{member.model.name} after absorption"
        if member.absorption is not None and member.fed_by is None
        else member.model.name
    )


def _band(one: Above) -> BandTime:
    hours = None if one.hours is None else Spanned(*one.hours)
    facts = [fact for fact in (one.band.low, one.band.high) if fact is not None]
    sources = tuple(dict.fromkeys(claim.source for fact in facts for claim in fact.claims))
    return BandTime(
        one.band.id,
        one.band.seen,
        one.band.population,
        one.low,
        one.high,
        hours,
        one.hours_by_highest,
        one.reached_by,
        sources,
    )


def as_it_ran(ran: Mapping[int, Ran], count: int) -> Iterator[str]:
    """Which of the plan's sessions, of so many, are those that really ran; nothing where none is."""
    if ran:
        names = " and ".join(str(number) for number in sorted(ran))
        rest = "" if len(ran) == count else "; the others as planned"
        yield f"Session{'s' if len(ran) > 1 else ''} {names} as the pump really ran{rest}."


def _caveats(report: Report) -> Iterator[str]:
    if report.has_own and report.baseline is None:
        yield f"Only the rise is shown: {report.analyte} was not measured before, and no level is assumed in its place."
    if any(one.player.member.part == "upper" and _falls_below(one, report.line) for one in report.others):
        yield "The upper line is the higher one at the peak; hours later it falls below the line: look at both."
    for told in (report.line, *report.others):
        member = told.player.member
        # What the line says stands by itself; what another model says is said of that one.
        if told is not report.line and member.model is report.line.player.member.model:
            continue
        name = "" if told is report.line else f"{member.model.name}: "
        yield from (f"{name}{mark.sentence}" for mark in member.marks if mark.kind not in SAID_ELSEWHERE)


def _falls_below(upper: Told, line: Told) -> bool:
    """Whether a line that is drawn above another one lies below it somewhere."""
    return bool((upper.curve < line.curve).any())


# The spread of the line has a sentence of its own, and nobody predicts one measured level here.
SAID_ELSEWHERE = ("borrowed-spread", "no-spread", "borrowed-residual")


def _findings(one: Predicted, report: Report) -> tuple[Finding, ...]:
    """Those of the ensemble that are about these members, or about none."""
    names = {told.player.member.model.name for told in (report.line, *report.others)}
    others = {m.model.name for m in one.ensemble.members} - names
    return tuple(f for f in one.ensemble.findings if not any(name in f.message for name in others))


def _spread(line: Told, state: State, who: People) -> str:
    if who.is_typical:
        return ALONE
    if line.people is None:
        return NO_INTERVAL
    spread = variability_of(line.player.member.model, state.catalog.kinetics)
    if spread is not None and spread.borrowed_from is not None and _is_borrowed(line, state):
        lender = state.catalog.kinetics[spread.borrowed_from].name
        return f"How much people differ is borrowed from {lender}: the interval is indicative."
    if _is_borrowed(line, state):
        return f"{line.player.member.model.name} is fed by another model, whose people are borrowed or a placeholder: the interval is indicative."
    return f"Nine in ten people lie within the interval, as people differ in {line.player.member.model.name}."


def _is_borrowed(line: Told, state: State) -> bool:
    """Whether the interval of a line, or of what feeds it, rests on another model's people, or on a placeholder."""
    member = line.player.member
    names = [one.model for one in (member.numbers, member.fed_by, member.absorption) if one is not None]
    models = [state.catalog.kinetics[name] for name in names]
    spreads = [variability_of(model, state.catalog.kinetics) for model in models]
    is_placeholder = any(model.provisional is not None for model in models)
    return line.people is not None and (is_placeholder or any(one is not None and one.borrowed_from for one in spreads))


def _sources(report: Report, state: State) -> tuple[str, ...]:
    """Of the models, of what is put in front of them, and of the bands."""
    members = [told.player.member for told in (report.line, *report.others)]
    fronts = [one.absorption.model for one in members if one.absorption is not None]
    models = [*(one.model for one in members), *(state.catalog.kinetics[name] for name in fronts)]
    of_bands = [name for one in report.bands for name in _band(one).sources]
    return tuple(dict.fromkeys((*(name for model in models for name in model.sources), *of_bands)))
