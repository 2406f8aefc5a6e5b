"""Expected levels on a terminal: a small curve, a table, and what the numbers cannot be trusted for."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from assuage.cli.page import Column, Page
from assuage.paper.expected import UNITS, headline, hours, share_text, span
from assuage.paper.studied import ACCESS
from assuage.plan.model import BandTime, Exposed, LevelLine, Plan
from assuage.screening import show_date

if TYPE_CHECKING:
    from assuage.catalog import Catalog
    from assuage.exposure.report import Report
    from assuage.plan.exposed import Outlook

BARS = "▁▂▃▄▅▆▇█"
COLUMNS, WIDE = 56, 100
LINES = (Column("Line", 4), Column("Highest level", 4), Column("When", 3), Column("Area, h × unit", 4))
BANDS = (
    Column("Reference band, no target", 5),
    Column("Levels", 3),
    Column("Reached by", 2),
    Column("Time above its lower end", 4),
    Column("By the highest line", 2),
    Column("Source", 2),
)
PARTS = {
    "line": "the line", "upper": "upper line", "lower": "lower end of the range", "envelope": "another model",
    "caution": "with the lower clearance", "metabolite": "metabolite",
}  # fmt: skip


def print_levels(plan: Plan, found: Outlook, catalog: Catalog) -> None:
    """The whole answer for one plan; where a finding blocks the dose, why there is none."""
    page = Page()
    synthetic = " (synthetic: a made-up patient)" if plan.patient.synthetic else ""
    page.title(f"Expected levels of {plan.regimen_name} for {plan.patient.id}{synthetic}")
    page.paragraph(f"Facts as of {show_date(plan.as_of)}. Predicted, not measured: no dose follows from a level.")
    if plan.is_refused:
        _print_refused(page, plan)
    reports = [report for one in found.drugs for report in one.reports]
    for one, report in zip(found.exposed, reports, strict=True):
        _print_one(page, one, report)
    if found.unpredicted:
        page.heading("Not predicted")
        page.bullets(found.unpredicted)
    if found.exposed:
        _print_sources(page, found.exposed, catalog)
    page.print()


def _print_refused(page: Page, plan: Plan) -> None:
    page.heading("Nothing is predicted", "nothing is given while a finding blocks the dose")
    for one in plan.findings:
        if one.blocks == "dose":
            page.pairs([(one.severity.upper(), f"{one.message} ({one.rule})")])
            page.paragraph(f"To settle: {one.resolve}", indent=4)


def _print_one(page: Page, one: Exposed, report: Report) -> None:
    unit = UNITS.get(one.unit, one.unit)
    page.heading(one.substance, unit)
    page.paragraph(headline(one))
    page.paragraph(f"{sparkline(report)} 0 to {hours(one.until_h)}")
    page.paragraph("")
    page.listing(LINES, [_line(line, unit) for line in one.lines], wide=WIDE)
    people = f"{one.people:,} people, seed {one.seed}. " if one.people > 1 else ""
    page.paragraph(f"{people}{one.spread}")
    if one.bands:
        page.paragraph("")
        page.listing(BANDS, [_band(band, one) for band in one.bands if _is_told(band)], wide=WIDE)
        rest = [band for band in one.bands if not _is_told(band)]
        if rest:
            lowest = min(band.low for band in rest if band.low is not None)
            page.paragraph(f"{len(rest)} more reference bands, the lowest from {lowest:,.3g} {unit}: not reached.")
    page.paragraph("")
    page.bullets([*one.caveats, *(f"{f.severity.upper()}: {f.message} {f.resolve}" for f in one.findings)])


def _is_told(band: BandTime) -> bool:
    """Bands that somebody reaches, and those of which no hours are known."""
    if band.above_h is None or band.low is None:
        return True
    return bool(band.above_h.p95 or band.above_h.median or band.above_h_by_highest)


def _line(line: LevelLine, unit: str) -> tuple[str, ...]:
    return (
        f"{line.name}: {PARTS[line.part]}",
        f"{span(line.peak)} {unit}",
        f"{hours(line.peak_at_h)} from the first start",
        span(line.area),
    )


def _band(band: BandTime, one: Exposed) -> tuple[str, ...]:
    unit = UNITS.get(one.unit, one.unit)
    highest = "" if band.above_h_by_highest is None else _time(band.above_h_by_highest, one)
    sources = f"[{', '.join(band.sources)}]"
    reached = "" if band.reached_by is None else share_text(band.reached_by, one.people)
    return f"{band.seen} ({band.population})", f"{_reach(band)} {unit}", reached, _above(band, one), highest, sources


def _reach(band: BandTime) -> str:
    if band.low is None:
        return f"up to {band.high:,.4g}"
    if band.high is None:
        return f"from {band.low:,.4g}"
    return f"{band.low:,.4g}" if band.low == band.high else f"{band.low:,.4g} to {band.high:,.4g}"


def _above(band: BandTime, one: Exposed) -> str:
    if band.above_h is None:
        return "not known"
    low, high = band.above_h.p05, band.above_h.p95
    middle = _time(band.above_h.median, one)
    if low is None or high is None or low == high:
        return middle
    return f"{middle} (5 to 95 %: {_time(low, one)} to {_time(high, one)})"


def _time(value: float, one: Exposed) -> str:
    return "all the time" if value >= one.until_h else hours(value)


def sparkline(report: Report) -> str:
    """The line over all the time looked at, in blocks; each is the highest level of its stretch.

    The lowest block is the baseline, or zero.
    """
    times, curve = report.times_h, report.line.curve
    start, end = float(times[0]), float(times[-1])
    tops = [0.0] * COLUMNS
    for at, value in zip(times.tolist(), curve.tolist(), strict=True):
        column = min(COLUMNS - 1, int((at - start) / (end - start) * COLUMNS))
        tops[column] = max(tops[column], value)
    return _blocks(_filled(tops), floor=report.baseline or 0.0)


def _filled(tops: Sequence[float]) -> list[float]:
    """A stretch in which no time was looked at is as the one before."""
    found: list[float] = []
    for top in tops:
        found.append(top if top or not found else found[-1])
    return found


def _blocks(tops: Sequence[float], *, floor: float) -> str:
    reach = max(tops) - floor
    steps = [0 if reach <= 0 else round((top - floor) / reach * (len(BARS) - 1)) for top in tops]
    return "".join(BARS[max(0, step)] for step in steps)


def _print_sources(page: Page, exposed: Sequence[Exposed], catalog: Catalog) -> None:
    page.heading("Sources")
    names = dict.fromkeys(name for one in exposed for name in one.sources)
    page.pairs(
        [(f"[{name}]", f"{catalog.sources[name].citation} ({ACCESS[catalog.sources[name].access]})") for name in names]
    )
