"""Funnel plot: effects against how sure they are. With few studies it shows nothing, and says so."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from math import isfinite
from typing import Any

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.forest_rows import full_name, named, told_apart
from assuage.charts.forest_table import p_text
from assuage.charts.lettering import Width, beneath, headed
from assuage.charts.look import COLOURS, INK, SOFT, configured
from assuage.charts.scale import MINUS, PERCENT, RATIOS, analysed, scale_of, shown
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.evidence.bias import FEWEST_FOR_A_FUNNEL
from assuage.evidence.effect import z_of
from assuage.evidence.pool import as_read

TOO_FEW = "Too few studies: shows nothing."
PAGES: dict[Width, tuple[float, float]] = {"wide": (560, 300), "narrow": (320, 260)}
# Two-sided p at the edge of each grey, the outermost and lightest first.
CONTOURS = ((0.01, "#eef0f2"), (0.05, "#dde0e3"), (0.1, "#c9cdd2"))
CONFIDENCE = 0.95
HEADROOM = 1.08
STUDY, LEAD = COLOURS["line"][0], COLOURS["upper"][0]


class Point(msgspec.Struct, frozen=True):
    """A row on the scale of analysis: logarithms of ratios, log odds of shares."""

    row: ForestRow
    value: float
    error: float


def funnel_chart(body: BodyFound, *, width: Width = "wide") -> Chart:
    """Every row with an interval, by its effect and its standard error, the surest at the top.

    Give      a body as answered; the standard error is the width of the interval on the scale of analysis over 2 z
    Holds     a row without a standard error is named beneath; below ten studies the picture says that it shows nothing
    Source    contours of p: Peters et al., J Clin Epidemiol 2008; ten studies: Sterne et al., BMJ 2011
    Checked   tests/unit/test_charts_evidence.py, tests/walks/test_charts_evidence.py
    """
    points, without = points_of(body)
    page = PAGES[width]
    few = len({one.row.study for one in points}) < FEWEST_FOR_A_FUNNEL
    title = f"{body.title}: funnel"
    under = [
        f"{TOO_FEW} {len(points)} of at least {FEWEST_FOR_A_FUNNEL}." if few else f"{len(points)} rows.",
        *_tests(body),
    ]
    notes = [*_notes(body, points), *without]
    view = _view(body, points, page) if points else altair().layer(*_empty()).properties(width=page[0], height=1)
    whole = altair().vconcat(view, *beneath(notes, width=page[0]), spacing=8)
    whole = whole.properties(title=headed(title, under, within=page[0]))
    told = " ".join((f"Funnel plot. {body.title}.", *under, *without))
    return Chart(title, told, configured(whole), _table(body, title, points, without))


def points_of(body: BodyFound) -> tuple[list[Point], list[str]]:
    """Rows that can be placed, and a sentence for each that cannot."""
    points, without = [], []
    unit: str | None = None
    for row in body.rows:
        if row.is_ours:
            without.append(f"{named(row)}: the clinic's own record, not a published study.")
            continue
        if row.span is None:
            without.append(f"{named(row)}: no interval, {row.why_not}.")
            continue
        if row.not_pooled:
            without.append(f"{named(row)}: {row.not_pooled}.")
            continue
        unit = row.unit if unit is None else unit
        if row.unit != unit:
            without.append(f"{named(row)}: in {row.unit or 'no unit'}, the first in {unit or 'none'}.")
            continue
        value, low, high = (analysed(body.measure, one) for one in (row.span.value, row.span.lower, row.span.upper))
        error = (high - low) / (2 * z_of(row.span.confidence))
        if isfinite(value) and isfinite(error) and error > 0:
            points.append(Point(row, value, error))
        else:
            without.append(f"{named(row)}: an interval without end has no standard error.")
    return points, without


def _tests(body: BodyFound) -> list[str]:
    if body.pool is None:
        return []
    return [
        f"{one.method}: p {p_text(one.p)}{'' if one.is_enough else ', of too few studies to mean anything'}."
        for one in body.pool.small
    ]


def _notes(body: BodyFound, points: Sequence[Point]) -> Iterator[str]:
    if not points:
        return
    yield "Standard error: the width of the interval on the scale of analysis over twice the normal deviate."
    if body.pool is not None:
        yield "Broken line: the lead pool; dotted: where 95 % of studies would lie around it if they differed by chance alone."
    if body.measure == "PLO":
        yield "No contours of p: an arm by itself has no line of no effect."
    else:
        yield "Grey, from dark to white: p above 0.1, 0.05 to 0.1, 0.01 to 0.05, below 0.01."
    if any(one.row.is_derived for one in points):
        yield "○ hollow: worked out from what was printed."


def _empty() -> list[Any]:
    alt = altair()
    return [alt.Chart(alt.Data(values=[{}])).mark_point(opacity=0)]


def _view(body: BodyFound, points: Sequence[Point], page: tuple[float, float]) -> Any:
    deepest = max(one.error for one in points) * HEADROOM
    reach = _reach(body, points, deepest=deepest)
    layers = [*_contours(body, reach, deepest=deepest), *_lines(body, reach, deepest=deepest)]
    apart = told_apart(body.rows)
    values = [
        {"study": one.row.study, "row": one.row.row, "name": full_name(one.row, apart), "value": one.value, "error": one.error,
         "fill": "#ffffff" if one.row.is_derived else STUDY}
        for one in points
    ]  # fmt: skip
    alt = altair()
    mark = alt.Chart(alt.Data(values=values)).mark_point(size=55, opacity=1, stroke=STUDY, strokeWidth=1.6)
    layers.append(mark.encode(
        x=_across(body, reach), y=_downward("error", deepest), fill=alt.Fill("fill:N", scale=None), tooltip=["name:N"],
    ))  # fmt: skip
    return alt.layer(*layers).properties(width=page[0], height=page[1])


def _reach(body: BodyFound, points: Sequence[Point], *, deepest: float) -> tuple[float, float]:
    """The ends of the axis: every study, and the whole funnel where there is one."""
    at = [one.value for one in points]
    ends = [*at, *([] if body.measure == "PLO" else [0.0])]
    if body.pool is not None:
        middle, half = analysed(body.measure, body.pool.lead.span.value), z_of(CONFIDENCE) * deepest
        ends += [middle - half, middle + half]
    room = (max(ends) - min(ends)) * (HEADROOM - 1) or 1.0
    return min(ends) - room, max(ends) + room


def _across(body: BodyFound, reach: tuple[float, float], field: str = "value") -> Any:
    alt = altair()
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=list(reach), nice=False, zero=False), axis=_axis(body, reach))


def _axis(body: BodyFound, reach: tuple[float, float]) -> Any:
    """Marks on the scale that people read, at their places on the scale of analysis."""
    alt = altair()
    spans = [row.span for row in body.rows if row.span is not None]
    scale = scale_of(body.measure, spans)
    if body.measure == "PLO":
        marks = [analysed("PLO", share / 100) for share in (1, 2, 5, 10, 20, 30, 50, 70, 80, 90, 95, 98, 99)]
        label = "format(100 / (1 + exp(-datum.value)), '.0f')"
    elif body.measure in RATIOS:
        # Marks of the funnel reach as far as it does, which may be farther than the intervals.
        marks = [analysed(body.measure, float(f"{step}e{at}")) for at in range(-4, 5) for step in (1, 2, 5)]
        label = "format(exp(datum.value), ',~g')"
    else:
        factor = 100 if body.measure in PERCENT else 1
        return alt.Axis(title=scale.title, grid=False, tickCount=6,
                        labelExpr=f"replace(format(datum.value * {factor}, ',~g'), '-', '{MINUS}')")  # fmt: skip
    within = [mark for mark in marks if reach[0] <= mark <= reach[1]]
    return alt.Axis(title=scale.title, values=within, labelExpr=label, grid=False, labelOverlap=True)


def _downward(field: str, deepest: float) -> Any:
    alt = altair()
    scale = alt.Scale(domain=[deepest, 0], nice=False, zero=False)
    return alt.Y(f"{field}:Q", scale=scale, axis=alt.Axis(title="standard error", grid=False, tickCount=5))


def _contours(body: BodyFound, reach: tuple[float, float], *, deepest: float) -> Iterator[Any]:
    """Grey where a study would lie with a p above each level."""
    if body.measure == "PLO":
        return
    alt = altair()
    for p, colour in CONTOURS:
        # Triangles from the line of no effect, each over the wider one before it.
        half = z_of(1 - p) * deepest
        corners = [{"low": -one * half, "high": one * half, "error": one * deepest} for one in (0.0, 1.0)]
        area = alt.Chart(alt.Data(values=corners)).mark_area(orient="horizontal", color=colour, clip=True)
        yield area.encode(x=_across(body, reach, "low"), x2="high:Q", y=_downward("error", deepest))
    line = alt.Chart(alt.Data(values=[{"at": 0.0}])).mark_rule(color=INK, strokeWidth=1)
    yield line.encode(x=_across(body, reach, "at"))


def _lines(body: BodyFound, reach: tuple[float, float], *, deepest: float) -> Iterator[Any]:
    if body.pool is None:
        return
    alt = altair()
    middle = analysed(body.measure, body.pool.lead.span.value)
    half = z_of(CONFIDENCE) * deepest
    for foot, colour, dash in ((middle, LEAD, [6, 4]), (middle - half, SOFT, [2, 3]), (middle + half, SOFT, [2, 3])):
        data = alt.Data(values=[{"at": middle, "error": 0.0}, {"at": foot, "error": deepest}])
        line = alt.Chart(data).mark_line(color=colour, strokeDash=dash, strokeWidth=1.4, clip=True)
        yield line.encode(x=_across(body, reach, "at"), y=_downward("error", deepest), order="error:Q")


def _table(body: BodyFound, title: str, points: Sequence[Point], without: Sequence[str]) -> Table:
    head = ("Study", "Effect", "Standard error on the scale of analysis", "Remark")
    apart = told_apart(body.rows)
    rows = [
        (
            full_name(one.row, apart),
            shown(body.measure, as_read(body.measure, one.value)),
            f"{one.error:.3f}",
            one.row.derivation,
        )
        for one in points
    ]
    rows += [(text.split(":")[0], "", "", text) for text in without]
    return Table(title, head, tuple(rows))
