"""Forest plot: every row of a body of evidence with its interval, its weight and its doubts, and what they add up to."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assuage.charts.chart import Chart, altair
from assuage.charts.forest_layout import PAGES, Columns, Placed, confidences, height_of, laid_out, words_of
from assuage.charts.forest_rows import (
    RISK_COLOURS,
    full_name,
    matter_of,
    matters_of,
    named,
    risks_in,
    sign_key,
    told_apart,
)
from assuage.charts.forest_table import forest_table, forest_told, mixed_of, sentence, spreading_of
from assuage.charts.lettering import LINE, Width, Word, across, beneath, column, down, headed, lettered, wrapped
from assuage.charts.look import COLOURS, INK, PALE, SOFT, configured
from assuage.charts.scale import Scale, drawn, mark_text, marks_expression, scale_of, sides, unit_of
from assuage.evidence.answered import BodyFound, ForestRow, Span

STUDY, OURS, LEAD = COLOURS["line"][0], COLOURS["metabolite"][0], COLOURS["upper"][0]
SMALLEST, LARGEST, EVEN = 36.0, 260.0, 80.0
HALF, HALF_SMALL, HALF_BAR = 7.0, 4.5, 4.0
REGION = "#e9ebed"
SIGN_SIZE = 190


def forest_chart(body: BodyFound, *, width: Width = "wide") -> Chart:
    """Every row of a body, grouped by kind of study; the pools under them; one more study expected; nothing left out.

    Give      a body of evidence as answered; wide for a page, narrow for a column: words then stand above their marks
    Holds     a row without an interval is listed with its reason; an interval that leaves the axis ends in an arrow
    Checked   tests/unit/test_charts_evidence.py, tests/walks/test_charts_evidence.py
    """
    page = PAGES[width]
    placed = laid_out(body, page)
    scale = _scale(body)
    view = _view(body, placed, page, scale=scale)
    title = headed(body.title, _under(body), within=page.width)
    whole = altair().vconcat(
        view, *_directions(body, page, scale), *beneath(_notes(body, scale), width=page.width), spacing=6
    )
    return Chart(body.title, forest_told(body), configured(whole.properties(title=title)), forest_table(body))


def _scale(body: BodyFound) -> Scale:
    spans = [row.span for row in body.rows if row.span is not None]
    more: list[float] = []
    if body.pool is not None:
        spans += [one.span for one in body.pool.summaries]
        more = [drawn(body.measure, end) for end in (body.pool.lead.span.lower, body.pool.lead.span.upper)]
    unit = unit_of(body.rows)
    scale = scale_of(body.measure, spans, more)
    return msgspec.structs.replace(scale, unit="each row in its own unit" if unit is None else unit)


def _under(body: BodyFound) -> list[str]:
    asked = (body.population, body.comparison, f"{body.outcome}, {body.time}")
    return [
        " ".join(sentence(one) for one in asked),
        mixed_of(body),
        sentence(f"Not pooled: {body.not_pooled}") if body.not_pooled else "",
    ]


def _view(body: BodyFound, placed: Sequence[Placed], page: Columns, *, scale: Scale) -> Any:
    alt = altair()
    height = height_of(placed)
    text = alt.layer(*_signs(placed, page, height), *lettered(words_of(placed), width=page.width, height=height))
    if scale.is_empty:
        return text.properties(width=page.width, height=height)
    plot = alt.layer(*_ground(body, placed, page, scale=scale), *_intervals(body, placed, page, scale=scale),
                     *_pools(body, placed, page, scale=scale))  # fmt: skip
    return alt.layer(plot, text).resolve_scale(x="independent").properties(width=page.width, height=height)


def _effect(field: str, page: Columns, scale: Scale) -> Any:
    alt = altair()
    ends = alt.Scale(type=scale.kind, domain=[scale.low, scale.high], range=list(page.plot), nice=False, zero=False)
    label = marks_expression(scale.marks)
    axis = alt.Axis(title=scale.title, values=list(scale.marks), labelExpr=label, grid=False, titlePadding=4)
    return alt.X(f"{field}:Q", scale=ends, axis=axis)


def _ground(body: BodyFound, placed: Sequence[Placed], page: Columns, *, scale: Scale) -> Iterator[Any]:
    """Under the rows: effects too small to matter, no effect, and the lead pool carried up; never through words."""
    alt = altair()
    height, region = height_of(placed), matters_of(body)
    pieces = [{"top": one.open[0], "foot": one.open[1]} for one in placed if one.open is not None]
    if region is not None:
        low, high = (scale.within(drawn(body.measure, end)) for end in region)
        area = alt.Chart(alt.Data(values=[{"low": low, "high": high, **one} for one in pieces])).mark_rect(color=REGION)
        yield area.encode(x=_effect("low", page, scale), x2="high:Q", y=down("top", height), y2="foot:Q")
    lines = [(scale.no_effect, INK, [1, 0])] if scale.no_effect is not None else []
    if body.pool is not None:
        lines.append((scale.within(drawn(body.measure, body.pool.lead.span.value)), LEAD, [3, 3]))
    for value, colour, dash in lines:
        data = alt.Data(values=[{"at": value, **one} for one in pieces])
        line = alt.Chart(data).mark_rule(color=colour, strokeDash=dash, strokeWidth=1)
        yield line.encode(x=_effect("at", page, scale), y=down("top", height), y2="foot:Q")


def _intervals(body: BodyFound, placed: Sequence[Placed], page: Columns, *, scale: Scale) -> Iterator[Any]:
    alt = altair()
    heaviest = max((row.weight or 0.0 for row in body.rows), default=0.0)
    values = [_point(body, one.block.row, one.y, scale=scale, heaviest=heaviest) for one in placed
              if one.block.row is not None and one.block.row.span is not None]  # fmt: skip
    if not values:
        return
    data = alt.Chart(alt.Data(values=values))
    y = down("py", height_of(placed))
    yield data.mark_rule(strokeWidth=1.6).encode(
        x=_effect("low", page, scale), x2="high:Q", y=y, color=alt.Color("colour:N", scale=None)
    )
    yield from _arrows(values, page, height=height_of(placed), scale=scale)
    yield data.mark_point(opacity=1, strokeWidth=1.6).encode(
        x=_effect("value", page, scale), y=y, size=alt.Size("area:Q", scale=None), fill=alt.Fill("fill:N", scale=None),
        stroke=alt.Stroke("colour:N", scale=None), shape=alt.Shape("shape:N", scale=None), tooltip=["name:N", "told:N"],
    )  # fmt: skip


def _point(body: BodyFound, row: ForestRow, y: float, *, scale: Scale, heaviest: float) -> dict[str, Any]:
    assert row.span is not None
    colour = OURS if row.is_ours else STUDY
    area = SMALLEST + (LARGEST - SMALLEST) * (row.weight or 0) / heaviest if heaviest else EVEN
    return {
        "name": named(row), "row": row.row, "study": row.study, "py": round(y, 1), "told": row.derivation or "as printed", "area": round(area, 1),
        "colour": colour, "fill": "#ffffff" if row.is_derived else colour, "shape": "circle" if row.is_ours else "square",
        **_ends(body, row.span, scale),
    }  # fmt: skip


def _ends(body: BodyFound, span: Span, scale: Scale) -> dict[str, Any]:
    """An interval within the axis, and on which side it goes on."""
    value, low, high = (drawn(body.measure, one) for one in (span.value, span.lower, span.upper))
    return {"value": scale.within(value), "low": scale.within(low), "high": scale.within(high),
            "goes_left": low < scale.low, "goes_right": high > scale.high}  # fmt: skip


def _arrows(values: Sequence[dict[str, Any]], page: Columns, *, height: float, scale: Scale) -> Iterator[Any]:
    alt = altair()
    arrows = [
        {"py": one["py"], "at": end, "shape": shape, "colour": one["colour"]}
        for one in values
        for goes, end, shape in (
            ("goes_left", scale.low, "triangle-left"),
            ("goes_right", scale.high, "triangle-right"),
        )
        if one[goes]
    ]
    if arrows:
        yield alt.Chart(alt.Data(values=arrows)).mark_point(filled=True, size=60, opacity=1).encode(
            x=_effect("at", page, scale), y=down("py", height), shape=alt.Shape("shape:N", scale=None),
            color=alt.Color("colour:N", scale=None),
        )  # fmt: skip


def _pools(body: BodyFound, placed: Sequence[Placed], page: Columns, *, scale: Scale) -> Iterator[Any]:
    """Diamonds, and the bar of one more study. A diamond that leaves the axis ends in an arrow too."""
    height = height_of(placed)
    pooled: list[dict[str, Any]] = []
    for one in placed:
        summary = one.block.summary
        if summary is None:
            continue
        colour = LEAD if summary.is_lead else SOFT
        span = summary.expected if one.block.is_expected and summary.expected is not None else summary.span
        values = {**_ends(body, span, scale), "py": round(one.y, 1), "colour": colour, "summary": summary.name}
        pooled.append(values)
        yield (_bar if one.block.is_expected else _diamond)(values, page, height=height, scale=scale)
    yield from _arrows(pooled, page, height=height, scale=scale)


def _diamond(values: dict[str, Any], page: Columns, *, height: float, scale: Scale) -> Any:
    alt = altair()
    half = HALF if values["colour"] == LEAD else HALF_SMALL
    corners = [(values["low"], 0.0), (values["value"], half), (values["high"], 0.0)]
    data = [
        {"at": at, "top": values["py"] - up, "foot": values["py"] + up, "summary": values["summary"]}
        for at, up in corners
    ]
    area = alt.Chart(alt.Data(values=data)).mark_area(
        orient="vertical", interpolate="linear", line={"color": values["colour"], "strokeWidth": 1.2},
        color=values["colour"], fillOpacity=1 if half == HALF else 0.35, stroke=values["colour"], strokeWidth=1.2,
    )  # fmt: skip
    return area.encode(x=_effect("at", page, scale), y=down("top", height), y2="foot:Q")


def _bar(values: dict[str, Any], page: Columns, *, height: float, scale: Scale) -> Any:
    alt = altair()
    data = [{**values, "top": values["py"] - HALF_BAR, "foot": values["py"] + HALF_BAR}]
    bar = alt.Chart(alt.Data(values=data)).mark_rect(
        color=values["colour"], fillOpacity=0.28, stroke=values["colour"], strokeWidth=1.2, strokeDash=[4, 2]
    )
    return bar.encode(x=_effect("low", page, scale), x2="high:Q", y=down("top", height), y2="foot:Q")


def _signs(placed: Sequence[Placed], page: Columns, height: float) -> Iterator[Any]:
    """Lines between the parts, and the discs that the letters of risk stand on."""
    alt = altair()
    lines = [{"px": 0, "to": page.width, "py": one.top + one.block.height / 2} for one in placed if one.block.is_line]
    if lines:
        rule = alt.Chart(alt.Data(values=lines)).mark_rule(color=PALE, strokeWidth=0.8)
        yield rule.encode(x=across("px", page.width), x2="to:Q", y=down("py", height))
    discs = [{"px": sign[0], "py": one.top + sign[1], "fill": RISK_COLOURS[sign[2]]}
             for one in placed if (sign := one.block.sign) is not None]  # fmt: skip
    if discs:
        mark = alt.Chart(alt.Data(values=discs)).mark_point(shape="circle", size=SIGN_SIZE, opacity=1, stroke=SOFT)
        yield mark.encode(x=across("px", page.width), y=down("py", height), fill=alt.Fill("fill:N", scale=None))


def _directions(body: BodyFound, page: Columns, scale: Scale) -> list[Any]:
    """Under the axis: which way is better. On either side of no effect where there is room, else at the ends."""
    if scale.is_empty:
        return []
    left, right = (f"◄ {side}" if number == 0 else f"{side} ►" for number, side in enumerate(sides(body)))
    if page.study is not None:
        middle = sum(page.plot) / 2 if scale.no_effect is None else scale.at(scale.no_effect, ends=page.plot)
        words = [Word(middle - 10, LINE / 2, left, "right"), Word(middle + 10, LINE / 2, right)]
    else:
        low, high = page.plot
        room = (high - low) / 2 - 6
        words = [*column(wrapped(left, room), (low, 0)), *column(wrapped(right, room), (high, 0), style="right")]
    height = max(word.y for word in words) + LINE / 2
    text = lettered(words, width=page.width, height=height)
    return [altair().layer(*text).properties(width=page.width, height=height)]


def _notes(body: BodyFound, scale: Scale) -> Iterator[str]:
    """The key, and what must be said beside a picture like this."""
    yield spreading_of(body)
    yield f"Intervals: {confidences(body)}." if confidences(body) else ""
    rows = [row for row in body.rows if row.span is not None]
    sized = (
        "area by weight in the pool" if any(row.weight for row in rows) else "all of one size, since nothing was pooled"
    )
    key = [f"■ a study, {sized}"] if rows else []
    key += ["□ hollow: worked out from what was printed"] if any(row.is_derived for row in rows) else []
    key += ["● this clinic, round"] if any(row.is_ours for row in rows) else []
    key += ["† readings of the study differ"] if any(row.is_disputed for row in body.rows) else []
    if body.pool is not None:
        key += ["♦ pooled mean; filled, the one that leads"]
        key += ["dashed bar: where the true effect of one more study is expected"] if body.pool.lead.expected else []
    yield "; ".join(key) + "." if key else ""
    left_out = {
        full_name(row, told_apart(body.rows)): row.not_pooled for row in body.rows if row.not_pooled and row.span
    }
    if body.pool is not None:
        yield from (f"Left out of the pool: {name}, {why}." for name, why in left_out.items())
    yield sign_key(risks_in(body.rows))
    if scale.is_cut:
        ends = f"{mark_text(scale.low)} and {mark_text(scale.high)}"
        yield f"The axis ends at {ends}; an arrow says that an interval goes on."
    if body.matters is not None and not scale.is_empty:
        region = "Grey: smaller than what matters" if matters_of(body) is not None else "What matters, not drawn"
        yield f"{region}: {matter_of(body.matters)} [{body.matters.source}]."
