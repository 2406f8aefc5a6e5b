"""Regimens side by side: the peak and the area that each would give the same person. Nothing is ranked."""

from __future__ import annotations

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.level import number
from assuage.charts.look import COLOURS, INK, SOFT, configured

ROW, WIDTH = 22, 300
UNDER = ("In the order of their ids: nothing is ranked. A higher level is not a better one.",)


class Reached(msgspec.Struct, frozen=True):
    """What one regimen gives of one substance: median and the span of nine in ten people, empty where not known."""

    regimen: str
    substance: str
    peak: float
    area: float
    peak_span: tuple[float, float] | None = None
    area_span: tuple[float, float] | None = None


def compared_chart(title: str, rows: tuple[Reached, ...], *, unit: str, of_what: str) -> Chart:
    """Two panels with one row for each regimen: the highest level, and the area under it, of one substance."""
    alt = altair()
    values = [
        {"regimen": one.regimen, "peak": one.peak, "peak_low": _end(one.peak_span, 0), "peak_high": _end(one.peak_span, 1),
         "area": one.area, "area_low": _end(one.area_span, 0), "area_high": _end(one.area_span, 1)}
        for one in rows
    ]  # fmt: skip
    names = [one.regimen for one in rows]
    panels = [
        _panel(values, names, "peak", f"highest rise{of_what}, {unit}"),
        _panel(values, names, "area", f"area{of_what}, h·{unit}"),
    ]
    whole = alt.hconcat(*panels, spacing=26).properties(title=alt.TitleParams(title, subtitle=list(UNDER)))
    return Chart(title, f"{title}. {UNDER[0]}", configured(whole), _table(title, rows, f"{of_what}, {unit}"))


def _end(span: tuple[float, float] | None, index: int) -> float | None:
    return None if span is None else span[index]


def _panel(values: list[dict[str, str | float | None]], names: list[str], what: str, title: str) -> object:
    alt = altair()
    data = alt.Chart(alt.Data(values=values))
    is_first = what == "peak"
    axis = alt.Axis(title=None, labelLimit=0, ticks=False, domain=False) if is_first else None
    y = alt.Y("regimen:N", sort=names, axis=axis)
    x = alt.X(f"{what}:Q", scale=alt.Scale(zero=True), axis=alt.Axis(title=title, tickCount=4, labelOverlap=True))
    colour = COLOURS["line"][0]
    span = (
        data.transform_filter(f"isValid(datum.{what}_low)")
        .mark_rule(strokeWidth=3, color=colour, opacity=0.45)
        .encode(y=y, x=alt.X(f"{what}_low:Q", title=title), x2=f"{what}_high:Q")
    )
    point = data.mark_point(filled=True, size=70, color=INK, opacity=1).encode(y=y, x=x)
    return alt.layer(span, point).properties(
        width=WIDTH,
        height=ROW * len(names),
        title=alt.TitleParams("Peak" if is_first else "Area", fontSize=11, color=SOFT, fontWeight="normal"),
    )


def _table(title: str, rows: tuple[Reached, ...], what: str) -> Table:
    head = (
        "Regimen",
        "Substance",
        f"Highest rise{what}",
        "5 to 95 %",
        f"Area, h ×{what.removeprefix(',')}",
        "5 to 95 %",
    )
    return Table(title, head, tuple(
        (one.regimen, one.substance, number(one.peak), _span(one.peak_span), number(one.area), _span(one.area_span)) for one in rows
    ))  # fmt: skip


def _span(span: tuple[float, float] | None) -> str:
    return "not known" if span is None else f"{number(span[0])} to {number(span[1])}"
