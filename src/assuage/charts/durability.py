"""How long it lasts: effects by time since the last infusion, the times of one arm joined, words without numbers beneath."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.course import HOURS_A_DAY, Course, Placed, courses_of, no_time_of, one_measure, words_at
from assuage.charts.forest_rows import counted, named, study_name
from assuage.charts.lettering import Width, beneath, headed
from assuage.charts.look import INK, SOFT, configured
from assuage.charts.scale import Scale, drawn, marks_expression, reach_of, scale_of, shown, told
from assuage.evidence.answered import BodyFound
from assuage.question import Measured, Told

WEEK, MONTH = 7 * HOURS_A_DAY, 365.25 * HOURS_A_DAY / 12
# Marks of the time axis in hours after the last infusion, as people say them.
MARKS: dict[float, str] = {
    0: "end", 0.5: "30 min", 4: "4 h", HOURS_A_DAY: "1 d", WEEK: "1 wk", 2 * WEEK: "2 wk", MONTH: "1 mo", 3 * MONTH: "3 mo",
    6 * MONTH: "6 mo", 12 * MONTH: "12 mo",
}  # fmt: skip
# Within the first hours the axis is even, beyond it is a logarithm.
EVEN_H = 1.0
PAGES: dict[Width, tuple[float, float]] = {"wide": (620, 190), "narrow": (320, 170)}
ROOM = 1.3
# Colours of Okabe and Ito for the studies of a panel, in turn; each course has its number too.
TURN = ("#0072B2", "#D55E00", "#009E73", "#CC79A7", "#000000", "#E69F00", "#56B4E9")
DODGE, CROWD, MARGIN = 13.0, 60.0, 36.0
SIGNS = {"for": "triangle-up", "against": "triangle-down", "neither": "circle", "qualifies": "diamond"}
WORDS = {"for": "▲ for", "against": "▼ against", "neither": "○ neither", "qualifies": "♦ qualifies"}
ROW = 16
AXIS = "after the last infusion"
# Width and height of a view, and the title of its axis of time.
Shape = tuple[tuple[float, float], str | None]


def durability_chart(title: str, bodies: Sequence[BodyFound], *, width: Width = "wide") -> Chart:
    """Effects of one measure by the time since the last infusion, a panel for each treatment.

    Give      bodies of one measure; rows with `days` are placed, the others are named beneath with the reason
    Holds     no line joins two studies, two arms or two outcomes, no axis has two units; what is known in words only is never given a height
    Checked   tests/unit/test_charts_evidence.py, tests/walks/test_charts_evidence.py
    Errors    `EvidenceError` for no body, or several measures
    """
    measure = one_measure(bodies)
    courses = courses_of(bodies)
    words = words_at(bodies)
    page = PAGES[width]
    scales = _scales(measure, courses)
    times = [one.hours for course in courses for one in course.placed] + [
        hours for hours, _ in words if hours is not None
    ]
    window = _window(times)
    timed = [(hours, one) for hours, one in words if hours is not None]
    views = _views(courses, timed, scales=scales, window=window, page=page)
    notes = [*_key(courses, timed), *no_time_of(bodies), *(_sentence(one) for _, one in words)]
    under = ["Times are counted from the last infusion. Lines join the times of one arm of one study, not studies."]
    whole = altair().vconcat(*(views or [_nothing(page)]), *beneath(notes, width=page[0]), spacing=14)
    definition = configured(whole.properties(title=headed(title, under, within=page[0])))
    return Chart(title, _told(title, courses, words, notes), definition, _table(title, courses, bodies))


def _scales(measure: Measured, courses: Sequence[Course]) -> dict[str, Scale]:
    """An axis for each unit, the same in all its panels."""
    found = {}
    for unit in dict.fromkeys(course.unit for course in courses):
        mine = [one.row.span for course in courses if course.unit == unit for one in course.placed if one.row.span]
        found[unit] = msgspec.structs.replace(scale_of(measure, mine), unit=unit)
    return found


def _views(
    courses: Sequence[Course],
    words: Sequence[tuple[float, Told]],
    *,
    scales: dict[str, Scale],
    window: tuple[float, float],
    page: tuple[float, float],
) -> list[Any]:
    """The panels and the strip; the last of them names the axis that they share."""
    names = list(dict.fromkeys(one.panel for one in courses))
    titles = [None] * (len(names) - 1 + bool(words)) + [AXIS]
    views = []
    for name, title in zip(names, titles, strict=False):
        mine = [one for one in courses if one.panel == name]
        views.append(_panel(name, mine, scales[mine[0].unit], window, (page, title)))
    return views + ([_strip(words, window, (page, AXIS))] if words else [])


def _nothing(page: tuple[float, float]) -> Any:
    alt = altair()
    return alt.Chart(alt.Data(values=[{}])).mark_point(opacity=0).properties(width=page[0], height=1)


def _window(times: Sequence[float]) -> tuple[float, float]:
    """From when to when: from the end of the infusion, unless everything was seen much later."""
    if not times:
        return 0.0, WEEK
    first, last = min(times), max(times)
    return (0.0 if first < HOURS_A_DAY else first / 2), max(last * ROOM, EVEN_H)


def _time(window: tuple[float, float], width: float, *, title: str | None = None) -> Any:
    alt = altair()
    scale = alt.Scale(type="symlog", constant=EVEN_H, domain=list(window), range=[MARGIN, width - MARGIN], nice=False)
    marks = _marks(window, width)
    label = "".join(f"datum.value == {at!r} ? '{MARKS[at]}' : " for at in marks) + "''"
    axis = alt.Axis(title=title, values=marks, labelExpr=label, grid=True, labelFlush=False)
    return alt.X("hours:Q", scale=scale, axis=axis)


def _marks(window: tuple[float, float], width: float) -> list[float]:
    """Marks that have room, from the latest back: the late ones are what a reader looks for."""
    kept: list[float] = []
    within = sorted((at for at in MARKS if window[0] <= at <= window[1]), reverse=True)
    for at in within:
        if not kept or _is_apart(at, kept[-1], window, width=width):
            kept.append(at)
    if within[-1:] == [0] and 0 not in kept:
        # The end of the infusion is what all times are counted from: it goes before a mark close to it.
        kept = [*(at for at in kept if _is_apart(0, at, window, width=width)), 0]
    return kept[::-1]


def _is_apart(one: float, other: float, window: tuple[float, float], *, width: float) -> bool:
    """Whether the names of two marks have room beside one another."""
    fewest = 34.0
    return place(other, window, width=width) - place(one, window, width=width) >= fewest


def place(hours: float, window: tuple[float, float], *, width: float) -> float:
    """Where a time stands in a picture of this width, in pixels."""
    from math import log1p

    low, high, at = (log1p(one / EVEN_H) for one in (*window, hours))
    return MARGIN + (width - 2 * MARGIN) * (at - low) / (high - low)


def _panel(name: str, courses: Sequence[Course], scale: Scale, window: tuple[float, float], shape: Shape) -> Any:
    alt = altair()
    page, named_axis = shape
    at = {one.hours: place(one.hours, window, width=page[0]) for course in courses for one in course.placed}
    dodges = _dodges(courses, at)
    values = [
        _value(course, one, scale, dodges[course.number, one.hours]) for course in courses for one in course.placed
    ]
    data = alt.Chart(alt.Data(values=values))
    dodged = {"xOffset": alt.ExprRef("datum.dodge")}
    x, colour = _time(window, page[0], title=named_axis), alt.Color("colour:N", scale=None)
    line = data.mark_line(strokeWidth=1.4, opacity=0.8, **dodged).encode(
        x=x, y=_effect("value", scale), detail="course:N", color=colour, order="hours:Q",
        strokeDash=alt.StrokeDash("dash:N", scale=alt.Scale(domain=["treatment", "comparator"], range=[[1, 0], [4, 3]]), legend=None),
    )  # fmt: skip
    reach = data.mark_rule(strokeWidth=1.6, **dodged).encode(x=x, y=_effect("low", scale), y2="high:Q", color=colour)
    point = data.mark_point(opacity=1, size=60, strokeWidth=1.6, **dodged).encode(
        x=x, y=_effect("value", scale), stroke=alt.Stroke("colour:N", scale=None), fill=alt.Fill("fill:N", scale=None),
        shape=alt.Shape("shape:N", scale=None), tooltip=["name:N", "told:N"],
    )  # fmt: skip
    number = data.mark_text(fontSize=10, dy=-7, color=INK, **dodged).encode(
        x=x, y=_effect("high", scale), text="number:N"
    )
    layers = [*_zero(scale), line, reach, point, *_arrows(values, scale, x, dodged), number]
    title = alt.TitleParams(name, fontSize=11, color=SOFT, fontWeight="normal")
    return alt.layer(*layers).properties(width=page[0], height=page[1], title=title)


def _value(course: Course, one: Placed, scale: Scale, dodge: float) -> dict[str, Any]:
    span = one.row.span
    assert span is not None
    colour = TURN[course.turn % len(TURN)]
    value, low, high = (drawn(scale.measure, at) for at in (span.value, span.lower, span.upper))
    return {
        "course": course.number, "number": str(course.number), "name": course.name, "hours": one.hours, "dodge": dodge,
        "value": scale.within(value), "low": scale.within(low), "high": scale.within(high), "colour": colour,
        "fill": colour if not one.row.is_derived else "#ffffff", "shape": "square" if course.is_comparator else "circle",
        "dash": "comparator" if course.is_comparator else "treatment", "told": told(scale.measure, span),
        "goes_down": low < scale.low, "goes_up": high > scale.high, "study": one.row.study, "row": one.row.row,
    }  # fmt: skip


def _dodges(courses: Sequence[Course], at: dict[float, float]) -> dict[tuple[int, float], float]:
    """How far each result stands from its true time, so that those of nearly one time stay apart; `at` is in pixels."""
    points = sorted((at[one.hours], course.number, one.hours) for course in courses for one in course.placed)
    groups: list[list[tuple[float, int, float]]] = []
    for point in points:
        if groups and point[0] - groups[-1][-1][0] < DODGE:
            groups[-1].append(point)
        else:
            groups.append([point])
    dodges = {}
    for group in groups:
        step = min(DODGE, CROWD / len(group))
        for rank, (x, number, hours) in enumerate(sorted(group, key=lambda one: (one[2], one[1]))):
            middle = sum(one[0] for one in group) / len(group)
            away = middle + step * (rank - (len(group) - 1) / 2) - x
            dodges[number, hours] = round(away if len(group) > 1 else 0.0, 1)
    return dodges


def _effect(field: str, scale: Scale) -> Any:
    alt = altair()
    domain = alt.Scale(type=scale.kind, domain=[scale.low, scale.high], nice=False, zero=False)
    axis = alt.Axis(title=scale.title, values=list(scale.marks), labelExpr=marks_expression(scale.marks), grid=False)
    return alt.Y(f"{field}:Q", scale=domain, axis=axis)


def _zero(scale: Scale) -> Iterator[Any]:
    if scale.no_effect is not None:
        alt = altair()
        yield (
            alt.Chart(alt.Data(values=[{"at": scale.no_effect}]))
            .mark_rule(color=INK, strokeWidth=1)
            .encode(y=_effect("at", scale))
        )


def _arrows(values: Sequence[dict[str, Any]], scale: Scale, x: Any, dodged: dict[str, Any]) -> Iterator[Any]:
    """Where an interval goes on beyond the axis."""
    alt = altair()
    ends = [
        {"hours": one["hours"], "dodge": one["dodge"], "colour": one["colour"], "at": end, "shape": shape}
        for one in values
        for goes, end, shape in (("goes_down", scale.low, "triangle-down"), ("goes_up", scale.high, "triangle-up"))
        if one[goes]
    ]
    if ends:
        yield (
            alt.Chart(alt.Data(values=ends))
            .mark_point(filled=True, size=45, opacity=1, **dodged)
            .encode(
                x=x,
                y=_effect("at", scale),
                shape=alt.Shape("shape:N", scale=None),
                color=alt.Color("colour:N", scale=None),
            )
        )


def _strip(words: Sequence[tuple[float, Told]], window: tuple[float, float], shape: Shape) -> Any:
    """Results in words, by the time their body asks about; those of one time above one another."""
    alt = altair()
    page, named_axis = shape
    values = [
        {"hours": hours, "row": number, "shape": SIGNS[one.direction], "name": study_name(one.study),
         "fill": "#ffffff" if one.direction == "neither" else SOFT}
        for number, (hours, one) in enumerate(words, 1)
    ]  # fmt: skip
    data = alt.Chart(alt.Data(values=values))
    top = len(values) + 1
    y = alt.Y("row:Q", scale=alt.Scale(domain=[0, top], nice=False), axis=None)
    x = _time(window, page[0], title=named_axis)
    mark = data.mark_point(opacity=1, size=60, stroke=SOFT).encode(
        x=x, y=y, shape=alt.Shape("shape:N", scale=None), fill=alt.Fill("fill:N", scale=None), tooltip=["name:N"]
    )
    # A name stands on the side of its mark where the picture goes on.
    late = f"datum.hours > {_middle(window)!r}"
    left = data.transform_filter(late).mark_text(align="right", dx=-8, fontSize=10, color=INK)
    right = data.transform_filter(f"!({late})").mark_text(align="left", dx=8, fontSize=10, color=INK)
    names = [one.encode(x=x, y=y, text="name:N") for one in (left, right)]
    title = alt.TitleParams("In words only", fontSize=11, color=SOFT, fontWeight="normal")
    return alt.layer(mark, *names).properties(width=page[0], height=ROW * top, title=title)


def _middle(window: tuple[float, float]) -> float:
    """The time in the middle of the axis."""
    from math import expm1, log1p

    low, high = (log1p(one / EVEN_H) for one in window)
    return expm1((low + high) / 2) * EVEN_H


def _key(courses: Sequence[Course], words: Sequence[tuple[float, Told]]) -> Iterator[str]:
    if courses:
        numbered = "; ".join(f"{course.number} {course.name}" for course in courses)
        yield f"{numbered}."
        yield "● treatment, whole line; ■ comparator, broken line; hollow: worked out from what was printed. Times are drawn a little apart."
    directions = dict.fromkeys(one.direction for _, one in words)
    if directions:
        yield f"In words: {'; '.join(WORDS[one] for one in directions)}; at the time their question asks about."


def _sentence(one: Told) -> str:
    return f"{study_name(one.study)}, {one.direction}: {one.sentence}"


def _told(
    title: str, courses: Sequence[Course], words: Sequence[tuple[float | None, Told]], notes: Sequence[str]
) -> str:
    points = sum(len(course.placed) for course in courses)
    first = f"{title}. Effect by time since the last infusion: {points} results of {len(courses)} arms or comparisons"
    said = [f"{len([1 for _, one in words if one.direction == direction])} {direction}" for direction in SIGNS
            if any(one.direction == direction for _, one in words)]  # fmt: skip
    return " ".join((f"{first}{'; in words only: ' + ', '.join(said) if said else ''}.", *notes))


def _table(title: str, courses: Sequence[Course], bodies: Sequence[BodyFound]) -> Table:
    head = (
        "Study",
        "Treatment",
        "Outcome",
        "Days after the last infusion",
        "Events/people",
        "Effect",
        "Interval",
        "Remark",
    )
    rows: list[tuple[str, ...]] = []
    for course in courses:
        for one in course.placed:
            span = one.row.span
            effect = ("", "") if span is None else (shown(one.row.measure, span.value), reach_of(one.row.measure, span))
            remark = one.row.why_not or one.row.derivation
            rows.append(
                (
                    named(one.row),
                    course.treatment,
                    course.outcome,
                    f"{one.hours / HOURS_A_DAY:g}",
                    counted(one.row),
                    *effect,
                    remark,
                )
            )
    rows += [(text.split(":")[0], "", "", "not known", "", "", "", text) for text in no_time_of(bodies)]
    for hours, one_told in words_at(bodies):
        days = "not known" if hours is None else f"{hours / HOURS_A_DAY:g}, as asked"
        rows.append((study_name(one_told.study), "", "", days, "", one_told.direction, "", one_told.sentence))
    return Table(title, head, tuple(rows))
