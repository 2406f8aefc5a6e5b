"""What every regimen that can be planned would give this patient, side by side, unranked.

For `assuage exposure --compare`, and beside everything else in `assuage compare`.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

import msgspec

from assuage.cli.as_json import made_with
from assuage.cli.asked import Asked
from assuage.cli.page import Column, Page
from assuage.cli.planned import planned, state_of
from assuage.exposure.population import People
from assuage.paper.expected import UNITS, level, span
from assuage.plan import Plan, Request
from assuage.plan.exposed import Asking, outlook
from assuage.plan.model import Exposed, Spanned
from assuage.screening import State, show_date

if TYPE_CHECKING:
    from assuage.charts import Chart

WIDE = 100
COLUMNS = (
    Column("Regimen", is_whole=True),
    Column("Highest rise", 4),
    Column("Area, h × unit", 4),
    Column("By the lowest to the highest line", 3),
)
ORDER = "In the order of their ids: nothing is ranked, and a higher level is not a better one."


class Row(msgspec.Struct, frozen=True):
    """One substance of one regimen: rise and area above the baseline, in `unit`; the rise by the lowest and the highest line."""

    regimen: str
    substance: str
    unit: str
    rise: Spanned
    area: Spanned
    rise_by_lowest: float
    rise_by_highest: float
    is_indicative: bool


class Comparison(msgspec.Struct, frozen=True):
    """All rows, and the regimens of which nothing is predicted, with the reason."""

    rows: tuple[Row, ...]
    without: tuple[tuple[str, str], ...]


def comparison(asked: Asked, request: Request, who: People) -> Comparison:
    """Every regimen of the catalog, planned as “assuage plan” would, and what it would give."""
    rows: list[Row] = []
    without: list[tuple[str, str]] = []
    state = state_of(asked)
    for regimen in asked.catalog.regimens.values():
        found, silent = reached(planned(asked, regimen, request), state, who=who)
        rows += found
        without += [(regimen.id, text) for text in silent]
    return Comparison(tuple(rows), tuple(without))


def reached(plan: Plan, state: State, *, who: People) -> tuple[tuple[Row, ...], tuple[str, ...]]:
    """A row for each substance of one plan, and why there is none of what is not predicted."""
    if plan.is_refused:
        return (), (_why(plan),)
    found = outlook(plan, state, asking=Asking(who, with_bands=False))
    return tuple(_row(plan.regimen, one) for one in found.exposed), found.unpredicted


def _why(plan: Plan) -> str:
    return " ".join(one.message for one in plan.findings if one.blocks == "dose")


def _row(regimen: str, one: Exposed) -> Row:
    rises = [line.peak.median - (one.baseline or 0.0) for line in one.lines]
    return Row(regimen, one.substance, one.unit, one.rise, one.area, min(rises), max(rises), one.is_indicative)


def as_object(asked: Asked, found: Comparison) -> dict[str, Any]:
    """The comparison for other programs."""
    head = {**made_with(asked.catalog), "patient": asked.patient.id, "as_of": asked.day, "order": ORDER}
    without = [{"regimen": name, "because": why} for name, why in found.without]
    return {**head, "rows": found.rows, "not_predicted": without}


def print_comparison(asked: Asked, found: Comparison, who: People) -> None:
    """One list for each substance."""
    page = Page()
    synthetic = " (synthetic: a made-up patient)" if asked.patient.synthetic else ""
    page.title(f"Expected levels side by side for {asked.patient.id}{synthetic}")
    page.paragraph(f"Facts as of {show_date(asked.day)}. Rises above the baseline, predicted, not measured. {ORDER}")
    page.paragraph(of_whom(who))
    print_rows(page, found.rows)
    if found.without:
        page.heading("Not predicted", "nothing is given, or no model answers")
        page.pairs(found.without)
    page.print()


def of_whom(who: People) -> str:
    """Whose levels these are."""
    if who.is_typical:
        return "One typical person, without an interval."
    return f"{who.count:,} simulated people, seed {who.seed}."


def print_rows(page: Page, rows: Sequence[Row]) -> None:
    """One list for each substance."""
    for substance, mine in _by_substance(rows):
        unit = UNITS.get(mine[0].unit, mine[0].unit)
        page.heading(substance, unit)
        page.listing(COLUMNS, [_cells(row, unit) for row in mine], wide=WIDE)


def row_text(row: Row) -> str:
    """One row as a sentence without its regimen."""
    unit = UNITS.get(row.unit, row.unit)
    ends = _lines(row, unit)
    lines = f"; by the lowest to the highest line {ends}" if ends else ""
    rise, area = span(row.rise, indicative=row.is_indicative), span(row.area, indicative=row.is_indicative)
    return f"{row.substance}, highest rise {rise} {unit}{lines}; area {area} h × {unit}"


def _cells(row: Row, unit: str) -> tuple[str, ...]:
    rise, area = span(row.rise, indicative=row.is_indicative), span(row.area, indicative=row.is_indicative)
    return row.regimen, f"{rise} {unit}", area, _lines(row, unit)


def _lines(row: Row, unit: str) -> str:
    """The rise by all the lines; nothing where there is but one."""
    low, high = level(row.rise_by_lowest), level(row.rise_by_highest)
    return "" if low == high else f"{low} to {high} {unit}"


def _by_substance(rows: Sequence[Row]) -> Iterator[tuple[str, list[Row]]]:
    for substance in dict.fromkeys(row.substance for row in rows):
        yield substance, [row for row in rows if row.substance == substance]


def comparison_charts(asked: Asked, found: Comparison) -> tuple[Chart, ...]:
    """A chart for each substance."""
    from assuage.charts import Reached, compared_chart

    charts = []
    for substance, rows in _by_substance(found.rows):
        reached = tuple(
            Reached(row.regimen, row.substance, row.rise.median, row.area.median, _ends(row.rise), _ends(row.area))
            for row in rows
        )
        title = f"{substance[0].upper()}{substance[1:]} for {asked.patient.id}, predicted"
        charts.append(
            compared_chart(title, reached, unit=UNITS.get(rows[0].unit, rows[0].unit), of_what=" above the baseline")
        )
    return tuple(charts)


def _ends(one: Spanned) -> tuple[float, float] | None:
    return None if one.p05 is None or one.p95 is None else (one.p05, one.p95)
