"""Levels over time: the line with its spread, the lines that lie above or below it, what was given, reference bands."""

from __future__ import annotations

import json
import math
import string
import textwrap
from typing import Any

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.look import BAND, INK, PALE, SOFT, Kind, configured, styled

NOT_TARGETS = "Reference bands are levels at which something was seen. They are not targets: no dose follows from them."
HOURS_A_DAY = 24
# A longer time is told in days.
DAYS_FROM_H = 48
HEIGHT, FIRST_WIDTH, SERIES_WIDTH, BAND_WIDTH, KEY_LINE = 260, 300, 330, 22, 16
# How high the bar stands that says when something was given.
GIVEN = 6
HEADROOM, FOOTROOM = 1.08, 0.6
# Of bands above the picture, so many are named.
NAMED = 3
# Letters of a line under the picture; what is longer goes on below.
KEY_WIDTH = 118


class Line(msgspec.Struct, frozen=True):
    """One model's level at `hours` after the first start; `low` and `high` hold nine in ten people, empty where not known."""

    label: str
    kind: Kind
    hours: tuple[float, ...]
    level: tuple[float, ...]
    low: tuple[float, ...] = ()
    high: tuple[float, ...] = ()


class Shade(msgspec.Struct, frozen=True):
    """A reference band: what was seen, between which levels, and whose it is. `high` is none where it has no upper end."""

    seen: str
    low: float | None
    high: float | None
    source: str


class Levels(msgspec.Struct, frozen=True):
    """What a chart of levels shows. All hours count from the first start; `given` are starts and ends of doses.

    `caveats` say under the picture what it cannot be trusted for. `key` names its data. The beginning, from `from_h` to `first_h`, is drawn large; `told_h` are hours, all of them on every line, for the table.
    """

    title: str
    told: str
    unit: str
    lines: tuple[Line, ...]
    bands: tuple[Shade, ...]
    given: tuple[tuple[float, float], ...]
    first_h: float
    told_h: tuple[float, ...]
    baseline: float | None = None
    under: tuple[str, ...] = ()
    caveats: tuple[str, ...] = ()
    key: str = "one"
    from_h: float = 0.0


def level_chart(levels: Levels, *, has_key: bool = True) -> Chart:
    """The chart of levels over time; without its key where bands are told beside it.

    Holds     bands that begin above the picture are told in its key and not drawn; nothing is cut off silently
    Checked   tests/unit/test_charts.py, tests/walks/test_charts.py
    """
    alt = altair()
    bottom, top = reach(levels)
    scale = alt.Scale(domain=[bottom, top], nice=False, zero=False)
    drawn = [one for one in levels.bands if (one.low or 0) < top]
    panels = [_panel(levels, scale, one, has_axis=not number) for number, one in enumerate(_windows(levels))]
    if drawn:
        panels.append(_strip(drawn, scale, bottom=bottom, top=top))
    row = alt.hconcat(*panels, spacing=14).resolve_scale(color="shared", strokeDash="shared")
    key = [*key_lines(levels, top=top), *caveat_lines(levels)]
    whole = alt.vconcat(row, _key(key), spacing=8) if has_key else row
    title = alt.TitleParams(text=levels.title, subtitle=list(levels.under))
    definition = configured(whole.properties(title=title))
    definition["datasets"] = {f"curves-{levels.key}": rows_of(levels), f"given-{levels.key}": given_of(levels)}
    return Chart(levels.title, levels.told, definition, level_table(levels))


def frames(levels: Levels) -> dict[str, list[list[float]]]:
    """The spans of the axes as they stand in the definition: levels, times of each panel, marks of days.

    A page that changes the data puts others in their place.
    """
    windows = _windows(levels)
    days = [[float(mark) for mark in _day_marks(one)] for one in windows if one.in_days]
    return {"level": [list(reach(levels))], "time": [[one.from_h, one.to_h] for one in windows], "days": days}


def reach(levels: Levels) -> tuple[float, float]:
    """The lowest and the highest level of the picture, a little room included."""
    highest = max(max((*line.level, *line.high)) for line in levels.lines)
    if levels.baseline is None:
        return 0.0, (highest or 1.0) * HEADROOM
    above = highest - levels.baseline
    return max(0.0, levels.baseline - FOOTROOM * above), levels.baseline + above * HEADROOM


def key_lines(levels: Levels, *, top: float) -> list[str]:
    """The key under the chart: what each band is, and that bands are no targets."""
    if not levels.bands:
        return ["No reference band with a source that somebody read."]
    drawn = [one for one in levels.bands if (one.low or 0) < top]
    lines = [
        f"{letter}: {band_text(one, levels.unit)}" for letter, one in zip(string.ascii_uppercase, drawn, strict=False)
    ]
    above = sorted((one for one in levels.bands if one not in drawn), key=lambda one: one.low or 0)
    lines += [f"Above the picture: {band_text(one, levels.unit)}" for one in above[:NAMED]]
    if len(above) > NAMED:
        lines.append(f"{len(above) - NAMED} more begin above those.")
    return [*lines, NOT_TARGETS]


def caveat_lines(levels: Levels) -> list[str]:
    """What the levels cannot be trusted for, in lines that fit under the picture."""
    return [line for one in levels.caveats for line in textwrap.wrap(one, KEY_WIDTH, initial_indent="– ")]


def band_text(band: Shade, unit: str) -> str:
    """One band in words.

    >>> band_text(Shade("awakening", 750, None, "Herd"), "ng/mL")
    'awakening: from 750 ng/mL [Herd]'
    """
    if band.low is None:
        span = f"up to {band.high:,.4g}"
    elif band.high is None:
        span = f"from {band.low:,.4g}"
    elif band.low == band.high:
        span = f"about {band.low:,.4g}"
    else:
        span = f"{band.low:,.4g} to {band.high:,.4g}"
    return f"{band.seen}: {span} {unit} [{band.source}]"


def number(value: float) -> str:
    """A level in three figures, as people write it.

    >>> number(1.1401), number(391.6), number(0), number(2095)
    ('1.14', '392', '0', '2,100')
    """
    if not value:
        return "0"
    rounded = float(f"{value:.2e}")
    places = max(0, 2 - math.floor(math.log10(abs(rounded))))
    return f"{rounded:,.{places}f}"


def level_table(levels: Levels) -> Table:
    """The level of each line at some hours; with its spread where there is one."""
    rows = []
    for line in levels.lines:
        at = [line.hours.index(hour) for hour in levels.told_h]
        rows.append((line.label, *(_cell(line, index) for index in at)))
    head = (f"Level, {levels.unit}", *(f"{hour:g} h" for hour in levels.told_h))
    return Table(f"{levels.title}: levels after the first start (median, 5 to 95 %)", head, tuple(rows))


def _cell(line: Line, index: int) -> str:
    text = number(line.level[index])
    return f"{text} ({number(line.low[index])} to {number(line.high[index])})" if line.low else text


def rows_of(levels: Levels) -> list[dict[str, Any]]:
    """The points of every line, as the definition's data."""
    return [
        {"line": line.label, "h": hour, "level": line.level[n], "low": line.low[n] if line.low else None, "high": line.high[n] if line.high else None}
        for line in levels.lines
        for n, hour in enumerate(line.hours)
    ]  # fmt: skip


def given_of(levels: Levels) -> list[dict[str, float]]:
    """When something was given, as the definition's data."""
    return [{"from": start, "to": end} for start, end in levels.given]


class Window(msgspec.Struct, frozen=True):
    """The part of the time that a panel shows, and how it is told: hours, or days."""

    from_h: float
    to_h: float
    title: str
    in_days: bool
    width: int


def _windows(levels: Levels) -> list[Window]:
    """The beginning, and the whole of a series that is longer."""
    last = max(line.hours[-1] for line in levels.lines)
    first = Window(levels.from_h, min(levels.first_h, last), "The beginning", False, FIRST_WIDTH)
    return (
        [first]
        if last <= levels.first_h
        else [first, Window(0.0, last, "The whole series", last > DAYS_FROM_H, SERIES_WIDTH)]
    )


def _panel(levels: Levels, scale: Any, window: Window, *, has_axis: bool) -> Any:
    alt = altair()
    labels = [line.label for line in levels.lines]
    colours, dashes = styled([line.kind for line in levels.lines])
    at = alt.X("h:Q", scale=_of_time(window), axis=_time_axis(window))
    y_axis = alt.Axis(title=levels.unit) if has_axis else alt.Axis(title=None, labels=False, ticks=False)
    legend = alt.Legend(orient="bottom", direction="vertical", columns=1, symbolType="stroke")
    colour = alt.Color("line:N", scale=alt.Scale(domain=labels, range=colours), title=None, sort=labels, legend=legend)
    dash = alt.StrokeDash(
        "line:N", scale=alt.Scale(domain=labels, range=dashes), title=None, sort=labels, legend=legend
    )
    plot = alt.Chart(alt.NamedData(name=f"curves-{levels.key}"))
    low, level = (alt.Y(f"{name}:Q", scale=scale, axis=y_axis) for name in ("low", "level"))
    spreads = [
        plot.transform_filter(f"datum.line == {_quoted(line.label)}")
        .mark_area(opacity=0.22, color=own, clip=True)
        .encode(x=at, y=low, y2="high:Q")
        for line, own in zip(levels.lines, colours, strict=True)
        if line.low
    ]
    lines = plot.mark_line(strokeWidth=2, clip=True).encode(x=at, y=level, color=colour, strokeDash=dash)
    title = alt.TitleParams(window.title, fontSize=11, color=SOFT, fontWeight="normal")
    whole = alt.layer(*_ground(levels, scale, window), *spreads, lines)
    return whole.properties(width=window.width, height=HEIGHT, title=title)


def _of_time(window: Window) -> Any:
    return altair().Scale(domain=[window.from_h, window.to_h], nice=False)


def _time_axis(window: Window) -> Any:
    alt = altair()
    if not window.in_days:
        return alt.Axis(title="hours from the first start", tickCount=8)
    return alt.Axis(
        title="days from the first start", values=_day_marks(window), labelExpr=f"datum.value / {HOURS_A_DAY}"
    )


def _day_marks(window: Window) -> list[int]:
    return list(range(0, int(window.to_h) + 1, HOURS_A_DAY * _step(window.to_h)))


def _quoted(text: str) -> str:
    """A text as a literal of the language that filters are written in."""
    return json.dumps(text)


def _step(last: float) -> int:
    """Days between the marks of the axis: at most about eight of them."""
    return max(1, -(-int(last) // (HOURS_A_DAY * 8)))


def _ground(levels: Levels, scale: Any, window: Window) -> list[Any]:
    """Under the lines: the baseline, and when something was given."""
    alt = altair()
    times = alt.Chart(alt.NamedData(name=f"given-{levels.key}"))
    times = times.mark_rect(color=INK, stroke=INK, strokeWidth=1, opacity=0.75, clip=True)
    at = alt.X("from:Q", scale=_of_time(window))
    ground = [times.encode(x=at, x2="to:Q", y=alt.value(HEIGHT - GIVEN), y2=alt.value(HEIGHT))]
    if levels.baseline is not None:
        zero = alt.Chart(alt.Data(values=[{"level": levels.baseline}])).mark_rule(color=PALE, strokeDash=[1, 3])
        ground.append(zero.encode(y=alt.Y("level:Q", scale=scale)))
    return ground


def _strip(bands: list[Shade], scale: Any, *, bottom: float, top: float) -> Any:
    """The bands beside the curves, on the same scale, each under its letter."""
    alt = altair()
    rows = [
        {"band": letter, "low": max(one.low or 0, bottom), "high": min(top if one.high is None else one.high, top), "told": one.seen}
        for letter, one in zip(string.ascii_uppercase, bands, strict=False)
        if one.high is None or one.high > bottom
    ]  # fmt: skip
    thin = (top - bottom) / HEIGHT * 2
    for row in rows:
        row["high"] = max(float(str(row["high"])), float(str(row["low"])) + thin)
    marks = alt.Chart(alt.Data(values=rows)).mark_bar(color=BAND, stroke=SOFT, strokeWidth=0.8)
    axis = alt.Axis(title=None, orient="top", labelAngle=0, domain=False, ticks=False, grid=False)
    return marks.encode(
        x=alt.X("band:N", axis=axis), y=alt.Y("low:Q", scale=scale, axis=None), y2="high:Q", tooltip="told:N",
    ).properties(width=BAND_WIDTH * len(rows), height=HEIGHT, title=alt.TitleParams("Bands", fontSize=11, color=SOFT, fontWeight="normal"))  # fmt: skip


def _key(lines: list[str]) -> Any:
    alt = altair()
    rows = [{"n": n, "text": text} for n, text in enumerate(lines)]
    marks = alt.Chart(alt.Data(values=rows)).mark_text(align="left", baseline="middle", color=INK, fontSize=11, limit=0)
    return marks.encode(y=alt.Y("n:O", axis=None), x=alt.value(0), text="text:N").properties(
        height=KEY_LINE * len(lines), width=FIRST_WIDTH + SERIES_WIDTH
    )
