"""assuage exposure --levels: what measured levels say of one patient, as text or JSON."""

from __future__ import annotations

import datetime as dt
import math
from collections.abc import Iterator, Mapping, Sequence
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from assuage.catalog import Catalog
from assuage.cli.as_json import made_with
from assuage.cli.asked import Asked
from assuage.cli.moment import today
from assuage.cli.page import Column, Page
from assuage.cli.planned import state_of
from assuage.cli.sampled import Drawing, Reading, by_drug, read_levels_file
from assuage.cli.writing import note
from assuage.errors import AssuageError, PlanError, Problem
from assuage.exposure.measured import Sample, Window
from assuage.paper.expected import UNITS, hours, level, span
from assuage.plan.model import Plan, Spanned
from assuage.plan.pumped import AS_PLANNED, Ran, hours_since, pumped
from assuage.quantity import Quantity, show
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.exposure.measured import Span, Update
    from assuage.exposure.population import People
    from assuage.plan.exposed import Answering

ABOUT = "Predicted, from a published model and measured levels. No dose follows from any of it, and nothing in a plan rests on it."
WIDE, NARROW, MILLION = 100, 70, 1_000_000
LEVELS = (
    Column("Drawn", 3),
    Column("Level", 2),
    Column("Expected before, of a measured level", 4),
    Column("Now", 2),
)
ESTIMATES = (
    Column("Parameter", 3),
    Column("Typical", 2),
    Column("Times typical", 2),
    Column("SD before", 2),
    Column("SD now", 2),
)
NAMES = {
    "cl": ("clearance (CL)", "L/h"), "v1": ("central volume (V1)", "L"), "v2": ("second volume (V2)", "L"),
    "q2": ("exchange with the second volume (Q2)", "L/h"), "v3": ("third volume (V3)", "L"), "q3": ("exchange with the third volume (Q3)", "L/h"),
    "ka": ("rate of absorption (ka)", "/h"),
}  # fmt: skip

PARTS = {"upper": "Upper line", "envelope": "Another model", "caution": "Lower clearance"}


class Learned(msgspec.Struct, frozen=True, eq=False):
    """One drug: its models and levels, the update, the infusion of the last level and the next one, and how to show levels."""

    known: Answering
    drawings: tuple[Drawing, ...]
    update: Update
    session: int
    following: int | None
    unit: str
    factor: float
    caveats: tuple[str, ...]
    is_indicative: bool


class Bound(msgspec.Struct, frozen=True):
    """Fewer people than this, and a level contradicts the model."""

    share: float
    said: str


def drawings_of(place: str, asked: Asked, *, known_on: dt.date | None) -> tuple[tuple[Drawing, ...], list[Problem]]:
    """The file of levels, read in the zone of the start. Errors: `PlanError` without a start; `DocumentError`."""
    if asked.start is None:
        raise PlanError(
            Problem("measured levels without a start", "--levels", "--start: the first session, as it really began", "add --start")
        )  # fmt: skip
    found, problems = read_levels_file(place, Reading(asked.catalog, asked.clinic, str(asked.start.tzinfo), known_on))
    if any(one.at.date() > today(asked.clinic.zone) for one in found):
        note("A level is of a day that has not come yet; check its date.")
    return found, problems


def learned(plan: Plan, asked: Asked, *, who: People, drawings: Sequence[Drawing], problems: Sequence[Problem], ran: Mapping[int, Ran] = AS_PLANNED) -> tuple[Learned, ...]:  # fmt: skip
    """What the levels say, drug by drug. Errors: `AssuageError` with the problems of the file and of every level."""
    found: list[Learned] = []
    wrong = list(problems)
    for name, mine in by_drug(tuple(drawings)).items():
        try:
            found.append(_learned(name, mine, plan, asked, who, ran=ran))
        except AssuageError as error:
            wrong += error.problems
    if wrong:
        raise AssuageError(*wrong)
    return tuple(found)


def _learned(name: str, drawings: tuple[Drawing, ...], plan: Plan, asked: Asked, who: People, *, ran: Mapping[int, Ran]) -> Learned:  # fmt: skip
    from assuage.exposure.ensemble import Cast
    from assuage.exposure.measured import Question, caveats, is_indicative, update
    from assuage.exposure.report import shown_unit
    from assuage.plan.exposed import answering, as_it_ran

    pieces = [piece for piece in pumped(plan, ran) if piece.drug == name]
    drug = asked.catalog.drugs[name]
    if not pieces:
        raise PlanError(*(Problem(f"a level of {drug.name}, which {plan.regimen_name} does not give", one.where, "a level of a drug of the plan",
                                  "leave it out, or name the regimen that was given") for one in drawings))  # fmt: skip
    state = state_of(asked)
    known = answering(name, pieces, state)
    active = drug.form(drug.active).substance
    unit = f"{known.ensemble.members[0].model.amount}/L" if known.ensemble.members else "mg/L"
    samples = tuple(Sample(_hours(one, asked), float(one.value.to(unit, active).value), one.site, one.assay_error) for one in drawings)  # fmt: skip
    _refuse_early(drawings, samples, first_h=min(piece.start_h for piece in pieces), has_own=_has_own(known))
    starts = _starts(plan, name, ran)
    last = max(n for n, at in enumerate(starts) if at[1] <= samples[-1].at_h)
    window = [_window(starts, n) for n in range(len(starts))]
    following = last + 1 if last + 1 < len(starts) else None
    question = Question(known.doses, samples, window[last], None if following is None else window[following])
    found = update(known.ensemble, Cast(asked.catalog.kinetics, known.covariates, who), baseline=known.covariates.magnesium, question=question)  # fmt: skip
    line = known.ensemble.line
    assert line is not None
    bands = [one for one in asked.catalog.bands.values() if one.may_be_drawn and one.drug == name]
    shown = shown_unit(bands, line.model.amount)
    return Learned(
        known=known,
        drawings=drawings,
        update=found,
        session=starts[last][0],
        following=None if following is None else starts[following][0],
        unit=shown,
        factor=float(Quantity(Decimal(1), unit).to(shown, active).value),
        caveats=(
            *as_it_ran(ran, len(plan.preparation.sessions) if plan.preparation else 0),
            *caveats(line, samples, models=asked.catalog.kinetics),
        ),
        is_indicative=is_indicative(line, samples, models=asked.catalog.kinetics),
    )


def _has_own(known: Answering) -> bool:
    """Whether the body has the substance itself."""
    return any(one.model.adds_to_baseline for one in known.ensemble.members)


def _hours(one: Drawing, asked: Asked) -> float:
    """Real hours from the first start."""
    assert asked.start is not None
    return (one.at.astimezone(dt.UTC) - asked.start.astimezone(dt.UTC)) / dt.timedelta(hours=1)


def _refuse_early(drawings: Sequence[Drawing], samples: Sequence[Sample], *, first_h: float, has_own: bool) -> None:
    """A level from before the drug entered, or from that very time, says nothing of what the drug does."""
    do = "a level before it is the baseline: give it in the patient file" if has_own else "correct the time, or leave the level out"  # fmt: skip
    early = [
        Problem("the level was drawn before the first dose entered, or as it did", one.where, "a level after the first dose", do)
        for one, sample in zip(drawings, samples, strict=True)
        if sample.at_h <= first_h
    ]  # fmt: skip
    if early:
        raise PlanError(*early)


def _starts(plan: Plan, drug: str, ran: Mapping[int, Ran]) -> list[tuple[int, float]]:
    """The sessions that give a drug: number, and hours from the first start; of one that ran, to when it began."""
    sessions = plan.preparation.sessions if plan.preparation else ()
    return [(one.number, ran[one.number].start_h if one.number in ran else hours_since(one, sessions[0])) for one in sessions if any(each.drug == drug for each in one.components)]  # fmt: skip


def _window(starts: Sequence[tuple[int, float]], n: int) -> Window:
    return Window(starts[n][1], starts[n + 1][1] if n + 1 < len(starts) else math.inf)


def bound_of(catalog: Catalog) -> Bound:
    """The share of people below which a level contradicts the model."""
    fact = catalog.practice["level-contradicts"].fact
    return Bound(float(fact.quantity.to("1").value), show(fact.quantity))


def contradiction(one: Learned, asked: Asked) -> str | None:
    """The sentence where the levels do not fit the model; none where they do."""
    bound = bound_of(asked.catalog)
    if one.update.tail >= bound.share:
        return None
    several = len(one.drawings) > 1
    what = "The levels contradict the model" if several else "The level contradicts the model"
    far = "levels" if several else "a level"
    slip = asked.catalog.measurements["magnesium"].slip if _has_own(one.known) else None
    units = f" ({slip[0].lower() if slip[:2].istitle() else slip[0]}{slip[1:].rstrip('.')})" if slip else ""
    return (
        f"{what}: {_rarity(one.update.tail)} would give {far} so far from what is expected (bound: {bound.said}). "
        "Look at the patient first: where the level is right, the model is wrong. Do not use the estimate below. "
        f"Check the sample (which arm, when), the unit{units}, the dose that was really given and the assay, and draw "
        "another sample."
    )


def _rarity(tail: float) -> str:
    ones = 1 / tail if tail > 0 else math.inf
    return "fewer than 1 in 1,000,000 people" if ones > MILLION else f"about 1 in {float(f'{ones:.2g}'):,.0f} people"


def said(one: Span, learned: Learned) -> str:
    """A peak or level with nine in ten, in the unit that is shown."""
    middle, low, high = (value * learned.factor for value in one)
    return span(Spanned(middle, low, high), indicative=learned.is_indicative)


def as_text(plan: Plan, found: Sequence[Learned], *, asked: Asked) -> None:
    """Print what the levels say, drug by drug."""
    page = Page()
    synthetic = " (synthetic: a made-up patient)" if plan.patient.synthetic else ""
    page.title(f"What measured levels say of {plan.patient.id}{synthetic}, {plan.regimen_name}")
    page.paragraph(ABOUT)
    for one in found:
        _print_one(page, one, asked)
    page.print()


def _print_one(page: Page, one: Learned, asked: Asked) -> None:
    line = one.known.ensemble.line
    assert line is not None
    unit = UNITS.get(one.unit, one.unit)
    page.heading(line.model.analyte, unit)
    wrong = contradiction(one, asked)
    if wrong is not None:
        page.paragraph(f"STOP: {wrong}")
        page.paragraph("")
    page.pairs([(label, f"{text} {unit}" if is_level else text) for label, text, is_level in _peaks(one)])
    page.pairs(list(_beside(one, unit)))
    page.paragraph("")
    page.listing(LEVELS, [_level_row(drawing, n, one, unit) for n, drawing in enumerate(one.drawings)], wide=WIDE)
    page.paragraph("")
    page.listing(ESTIMATES, list(_estimate_rows(one)), wide=NARROW)
    fit = (
        [
            f"{max(1, round(one.update.tail * 100))} % of the model's people would give levels at least so far from what is expected."
        ]
        if wrong is None
        else []
    )
    page.paragraph("SDs are of the logarithm, about a share of the value.")
    page.paragraph("")
    findings = [
        f"{each.severity.upper()}: {each.message}"
        for each in one.known.ensemble.findings
        if line.model.name in each.message
    ]
    page.bullets(
        [
            f"Model: {line.model.name} [{', '.join(line.model.sources)}].",
            *fit,
            *one.caveats,
            *findings,
        ]
    )


def _peaks(one: Learned) -> Iterator[tuple[str, str, bool]]:
    yield (
        "Before the level" if len(one.drawings) == 1 else "Before the levels",
        f"highest level of session {one.session} {said(one.update.peak_before, one)}",
        True,
    )
    yield (
        "With it" if len(one.drawings) == 1 else "With them",
        f"highest level of session {one.session} {said(one.update.peak_now, one)}",
        True,
    )
    if one.update.peak_following is None:
        yield "Next infusion", "none is planned after the last level", False
    else:
        yield (
            "Next infusion",
            f"session {one.following} as planned, highest level {said(one.update.peak_following, one)}",
            True,
        )


def _beside(one: Learned, unit: str) -> Iterator[tuple[str, str]]:
    """The lines above, which a level does not change: of them and the estimate the highest counts for a warning."""
    for each in one.update.beside:
        text = f"{level(each.peak * one.factor)} {unit} in session {one.session}"
        if each.peak_following is not None:
            text += f", {level(each.peak_following * one.factor)} {unit} in session {one.following}"
        yield PARTS[each.part], f"{each.name}, typical person, unchanged by levels: {text}"


def _level_row(drawing: Drawing, n: int, one: Learned, unit: str) -> tuple[str, ...]:
    expected = one.update.levels[n]
    at = f"{show_date(drawing.at.date())} {drawing.at:%H:%M}, {hours(expected.sample.at_h)} from the first start, {drawing.site}"
    return (
        at,
        f"{level(expected.sample.value * one.factor)} {unit}",
        said(expected.before, one),
        level(expected.now * one.factor),
    )


def _estimate_rows(one: Learned) -> Iterator[tuple[str, ...]]:
    for each in one.update.estimates:
        name, unit = NAMES[each.name]
        yield name, f"{each.typical:.3g} {unit}", f"{each.ratio:.2f}", f"{each.sd_before:.2f}", f"{each.sd_now:.2f}"


def as_object(plan: Plan, found: Sequence[Learned], *, asked: Asked) -> dict[str, Any]:
    """The same for other programs."""
    return {
        **made_with(asked.catalog),
        "patient": plan.patient.id,
        "regimen": plan.regimen,
        "as_of": asked.day,
        "about": ABOUT,
        "measured": [_one_object(one, asked) for one in found],
    }


def _one_object(one: Learned, asked: Asked) -> dict[str, Any]:
    line = one.known.ensemble.line
    assert line is not None
    return {
        "substance": line.model.analyte,
        "model": line.model.id,
        "unit": UNITS.get(one.unit, one.unit),
        "levels": [_level_object(drawing, n, one) for n, drawing in enumerate(one.drawings)],
        "session": one.session,
        "peak_before": _span_object(one.update.peak_before, one),
        "peak_now": _span_object(one.update.peak_now, one),
        "following_session": one.following,
        "peak_following": None if one.update.peak_following is None else _span_object(one.update.peak_following, one),
        "beside": [
            {
                "model": each.name,
                "part": each.part,
                "peak": each.peak * one.factor,
                "peak_following": None if each.peak_following is None else each.peak_following * one.factor,
            }
            for each in one.update.beside
        ],
        "estimates": one.update.estimates,
        "tail": one.update.tail,
        "contradiction": contradiction(one, asked),
        "is_indicative": one.is_indicative,
        "caveats": one.caveats,
        "findings": one.known.ensemble.findings,
        "sources": line.model.sources,
    }


def _level_object(drawing: Drawing, n: int, one: Learned) -> dict[str, Any]:
    expected = one.update.levels[n]
    return {
        "at": drawing.at,
        "hours": expected.sample.at_h,
        "site": drawing.site,
        "level": expected.sample.value * one.factor,
        "expected_before": _span_object(expected.before, one),
        "expected_now": expected.now * one.factor,
    }


def _span_object(value: Span, one: Learned) -> Spanned:
    return Spanned(*(each * one.factor for each in value))
