"""From the expected levels of a plan to charts: one for each drug, its metabolite beside it."""

from __future__ import annotations

import math
from collections.abc import Iterator, Sequence

from assuage.charts.chart import Chart
from assuage.charts.level import Levels, Line, Shade, level_chart, number
from assuage.charts.look import Kind
from assuage.exposure.models import Member
from assuage.exposure.report import Above, Report, Told
from assuage.plan.exposed import Outlook, Predicted
from assuage.plan.model import Exposed, Plan

PEOPLE, PERSON = ", median and 5 to 95 %", ", typical person"
UNITS = {"ug/mL": "mcg/mL"}
KINDS: dict[str, Kind] = {"line": "line", "upper": "upper", "lower": "lower", "envelope": "envelope", "caution": "envelope",
                          "metabolite": "metabolite"}  # fmt: skip
SAID = {"upper": "upper line", "lower": "lower end", "envelope": "another model", "caution": "with the lower clearance",
        "metabolite": "metabolite"}  # fmt: skip
# Hours after a drug's first dose that its table tells, and the beginning that is drawn large: at least so long.
TOLD_H = (0.5, 1.0, 2.0, 4.0, 8.0, 24.0)
BEGINNING_H, TIMES_AS_LONG = 6.0, 4.0


def expected_charts(plan: Plan, outlook: Outlook) -> tuple[Chart, ...]:
    """A chart of levels for each drug of an outlook that was asked for with curves and `TOLD_H` as its marks."""
    return tuple(level_chart(one) for one in expected_levels(plan, outlook))


def expected_levels(plan: Plan, outlook: Outlook) -> tuple[Levels, ...]:
    """What each of those charts shows, for whoever needs its words and its table and draws it later, or not at all."""
    return tuple(levels_of(plan, one, outlook.exposed) for one in outlook.drugs if one.reports)


def named(member: Member) -> str:
    """How a member's line is called: its analyte and model, and its part where it is not the line itself."""
    said, analyte = SAID.get(member.part, ""), member.model.analyte
    if member.part in ("upper", "lower") and member.absorption is not None:
        return f"{analyte}: {said} of absorption"
    name = member.model.name if analyte in member.model.name.casefold() else f"{analyte}: {member.model.name}"
    if member.absorption is not None and member.fed_by is None:
        name += ", after absorption"
    return f"{name} ({said})" if said and member.part != "metabolite" else name


def levels_of(plan: Plan, one: Predicted, exposed: Sequence[Exposed]) -> Levels:
    """What the chart of one drug shows."""
    parent, first = one.reports[0], _first(one)
    rows = [row for row in exposed if row.drug == one.drug]
    unit = UNITS.get(parent.unit, parent.unit)
    name = " and ".join(report.analyte for report in one.reports)
    title = f"{name[0].upper()}{name[1:]}: {plan.regimen}"
    lines = tuple(_line(told, report) for report in one.reports for told in (report.line, *report.others))
    return Levels(
        title=title,
        told=_told(title, rows, unit),
        unit=unit + (", rise above the baseline" if parent.has_own and parent.baseline is None else ""),
        lines=lines,
        bands=tuple(_shade(above) for above in parent.bands) if rows and not rows[0].is_rise else (),
        given=tuple((dose.start_h, dose.start_h + dose.duration_h) for dose in one.doses),
        from_h=first,
        first_h=_beginning(one),
        told_h=tuple(first + hour for hour in TOLD_H if first + hour <= float(parent.times_h[-1])),
        baseline=parent.baseline,
        key=one.drug,
        under=_under(plan, rows),
        caveats=tuple(_caveats(rows)),
    )


def _first(one: Predicted) -> float:
    return min(dose.start_h for dose in one.doses)


def _beginning(one: Predicted) -> float:
    """Until when the beginning is drawn large: some times as long as the first session."""
    first = _first(one)
    ends = max(dose.start_h + dose.duration_h for dose in one.doses if dose.start_h < first + BEGINNING_H)
    return first + max(BEGINNING_H, math.ceil(TIMES_AS_LONG * (ends - first)))


def _line(told: Told, report: Report) -> Line:
    member = told.player.member
    label = f"{named(member)}{PEOPLE if len(told.low) else PERSON}"
    hours, level = tuple(report.times_h.tolist()), tuple(told.curve.tolist())
    return Line(label, KINDS[member.part], hours, level, tuple(told.low.tolist()), tuple(told.high.tolist()))


def _shade(above: Above) -> Shade:
    facts = [fact for fact in (above.band.low, above.band.high) if fact is not None]
    sources = dict.fromkeys(claim.source for fact in facts for claim in fact.claims)
    return Shade(f"{above.band.seen} ({above.band.population})", above.low, above.high, ", ".join(sources))


def _told(title: str, rows: Sequence[Exposed], unit: str) -> str:
    told = [
        f"{row.substance}: highest {number(row.peak.median)} {unit}, {row.peak_after_h:.3g} h after the start of session {row.peak_session}."
        for row in rows
    ]
    return f"{title}. Predicted levels over time. {' '.join(told)}"


def _caveats(rows: Sequence[Exposed]) -> Iterator[str]:
    """What the text says beside the levels, under their picture too: a picture travels alone."""
    for row in rows:
        name = "" if row is rows[0] else f"{row.substance[0].upper()}{row.substance[1:]}: "
        yield from (f"{name}{text}" for text in (*row.caveats, *(one.message for one in row.findings)))


def _under(plan: Plan, rows: Sequence[Exposed]) -> tuple[str, ...]:
    """Beneath the title: for whom, from which baseline, how many people, and what the spread is worth."""
    first = rows[0]
    who = f"{plan.patient.id}{' (synthetic)' if plan.patient.synthetic else ''}, {plan.patient.weight}. Predicted, not measured."
    if first.baseline is not None:
        who += f" From a measured {first.baseline:g} {UNITS.get(first.unit, first.unit)}."
    if first.is_rise:
        who += " The level before was not measured: only the rise is shown."
    people = f"{first.people:,} simulated people, seed {first.seed}." if first.people > 1 else "One typical person."
    return who, f"{people} {first.spread}"
