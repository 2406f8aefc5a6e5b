"""Does more help more? Effects against dose, or against the level that a dose is predicted to reach."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

import msgspec

from assuage.catalog import Catalog
from assuage.charts.chart import Chart, Table, altair
from assuage.charts.doses import EXPOSURES, Dosed, Dosing, placed_by
from assuage.charts.forest_rows import counted, named, treated
from assuage.charts.forest_table import p_text
from assuage.charts.funnel import points_of
from assuage.charts.lettering import Width, beneath, headed, wrapped
from assuage.charts.level import number as three_figures
from assuage.charts.look import COLOURS, INK, configured
from assuage.charts.scale import Scale, drawn, marks_expression, reach_of, scale_of, shown
from assuage.errors import EvidenceError
from assuage.evidence.answered import BodyFound
from assuage.evidence.effect import Effect
from assuage.evidence.pool import as_read
from assuage.evidence.regression import Regression, regress

# Fewer studies than ten for a covariate show nothing reliably (Cochrane Handbook, version 6, 10.11.4).
FEWEST_FOR_A_SLOPE = 10
PAGES: dict[Width, tuple[float, float]] = {"wide": (560, 300), "narrow": (320, 260)}
SMALLEST, LARGEST, UNSTATED = 40.0, 600.0, 40.0
ROOM, POINTS = 1.12, 40
STUDY, LINE = COLOURS["line"][0], COLOURS["upper"][0]


class Fitted(msgspec.Struct, frozen=True):
    """A slope where there is one; else why there is none."""

    regression: Regression | None
    said: str


def dose_chart(body: BodyFound, catalog: Catalog, dosing: Dosing, *, width: Width = "wide") -> Chart:
    """Each row of one drug by itself at its dose, area by people; a line only where a regression is allowed to say something.

    Give      a body; the catalog with the arms of its studies; the axis, the drug, the reference person, known exposures
    Holds     a row without a place on the axis is named beneath with the reason; below ten studies no line is drawn
    Source    evidence/regression.py
    Not for   causes: studies that differ in dose differ in other things too
    Checked   tests/unit/test_charts_dose.py, tests/walks/test_charts_evidence.py
    """
    found, without = placed_by(body, catalog, dosing)
    page = PAGES[width]
    fitted = slope_of(body, found)
    title = f"{body.title}: by {'exposure' if dosing.by in EXPOSURES else 'dose'}"
    under = [f"{body.outcome[:1].upper()}{body.outcome[1:]}, {body.time}.", fitted.said, *_person(dosing, found)]
    notes = [*_notes(found), *without]
    view = _view(body, found, dosing, page, fitted=fitted)
    whole = altair().vconcat(view, *beneath(notes, width=page[0]), spacing=8)
    definition = configured(whole.properties(title=headed(title, under, within=page[0])))
    told = f"{title}. {dosing.title}. {len(found)} of {len(body.rows)} rows have a place."
    return Chart(title, " ".join((told, *under, *without)), definition, _table(title, found, dosing, without))


def slope_of(body: BodyFound, found: Sequence[Dosed]) -> Fitted:
    """The change of the effect with the axis, by random-effects meta-regression on the scale of analysis.

    Holds     no slope below ten studies, nor where one study has several rows: they are not independent
    Checked   tests/unit/test_charts_dose.py
    """
    studies = {one.row.study for one in found}
    if len(studies) < FEWEST_FOR_A_SLOPE:
        return Fitted(None, f"No line: {len(studies)} of at least {FEWEST_FOR_A_SLOPE} studies for a slope.")
    if len(studies) < len(found):
        return Fitted(None, "No line: several rows come from one study, and a regression would count its people twice.")
    at = {(one.row.study, one.row.row): one.at for one in found}
    points = [one for one in points_of(body)[0] if (one.row.study, one.row.row) in at]
    if len(points) < FEWEST_FOR_A_SLOPE:
        return Fitted(
            None, f"No line: {len(points)} rows have a standard error, at least {FEWEST_FOR_A_SLOPE} are needed."
        )
    effects = [Effect(body.measure, one.value, one.error**2, "from its interval") for one in points]
    try:
        made = regress(effects, {"dose": [at[one.row.study, one.row.row] for one in points]})
    except EvidenceError as error:
        return Fitted(None, f"No line: {error.problems[0].what}.")
    slope = made.coefficients[1]
    return Fitted(made, f"Line: meta-regression of {made.k} studies, slope on the scale of analysis {slope.value:.3g} "
                        f"({slope.lower:.3g} to {slope.upper:.3g}), p {p_text(slope.p)}. It shows no cause.")  # fmt: skip


def _person(dosing: Dosing, found: Sequence[Dosed]) -> Iterator[str]:
    if dosing.by in EXPOSURES:
        yield f"Predicted, not measured, for {dosing.person.said}."
    elif any(one.is_worked_out for one in found):
        yield f"Reference person: {dosing.person.said}."
    if dosing.by == "millimoles":
        form = dosing.drug.form(dosing.drug.doses_are_of).name
        yield f"Millimoles as {form}: most papers do not say which salt they weighed."


def _notes(found: Sequence[Dosed]) -> Iterator[str]:
    if not found:
        yield "No row has a place on this axis."
        return
    yield "; ".join(f"{number} {named(one.row)}, {one.written}" for number, one in enumerate(found, 1)) + "."
    key = "Area by people"
    if any(one.row.people is None for one in found):
        key += "; the smallest: people not stated"
    if any(one.is_worked_out or one.row.is_derived for one in found):
        key += "; hollow: dose or effect worked out, not printed"
    yield f"{key}."


def _view(body: BodyFound, found: Sequence[Dosed], dosing: Dosing, page: tuple[float, float], *, fitted: Fitted) -> Any:
    alt = altair()
    scale = scale_of(body.measure, [one.row.span for one in found if one.row.span is not None])
    scale = msgspec.structs.replace(scale, unit=found[0].row.unit if found else "")
    most = max((one.row.people or 0 for one in found), default=0) or 1
    reach = max((one.at for one in found), default=1.0) * ROOM or 1.0
    values = [_value(number, one, scale, most) for number, one in enumerate(found, 1)]
    data = alt.Chart(alt.Data(values=values))
    x, colour = _dose(reach, dosing, page[0]), STUDY
    dodged = {"xOffset": alt.ExprRef("datum.dodge")}
    _dodge(values, reach, page[0])
    rule = data.mark_rule(strokeWidth=1.6, color=colour, **dodged).encode(x=x, y=_effect("low", scale), y2="high:Q")
    point = data.mark_point(opacity=1, stroke=colour, strokeWidth=1.6, **dodged).encode(
        x=x, y=_effect("value", scale), size=alt.Size("area:Q", scale=None), fill=alt.Fill("fill:N", scale=None),
        tooltip=["name:N", "written:N"],
    )  # fmt: skip
    text = data.mark_text(dy=-7, fontSize=10, color=INK, **dodged).encode(
        x=x, y=_effect("high", scale), text="number:N"
    )
    layers = [
        *_zero(scale),
        *_fitted(body, fitted, reach, x, scale),
        rule,
        point,
        *_arrows(values, x, scale),
        text,
    ]
    return alt.layer(*layers).properties(width=page[0], height=page[1])


def _value(number: int, one: Dosed, scale: Scale, most: int) -> dict[str, Any]:
    span = one.row.span
    assert span is not None
    value, low, high = (drawn(scale.measure, at) for at in (span.value, span.lower, span.upper))
    area = UNSTATED if one.row.people is None else SMALLEST + (LARGEST - SMALLEST) * one.row.people / most
    return {
        "number": str(number), "name": named(one.row), "written": one.written, "study": one.row.study, "row": one.row.row,
        "at": one.at, "value": scale.within(value), "low": scale.within(low), "high": scale.within(high), "area": round(area, 1),
        "fill": "#ffffff" if one.is_worked_out or one.row.is_derived else STUDY, "dodge": 0.0,
        "goes_down": low < scale.low, "goes_up": high > scale.high,
    }  # fmt: skip


def _dodge(values: list[dict[str, Any]], reach: float, width: float) -> None:
    """Set rows of nearly one dose a little apart, so that each can be seen."""
    near, step = 14.0, 14.0
    groups: list[list[dict[str, Any]]] = []
    for one in sorted(values, key=lambda value: float(value["at"])):
        if groups and (one["at"] - groups[-1][-1]["at"]) / reach * width < near:
            groups[-1].append(one)
        else:
            groups.append([one])
    for group in groups:
        for rank, one in enumerate(group):
            one["dodge"] = round(step * (rank - (len(group) - 1) / 2), 1)


def _dose(reach: float, dosing: Dosing, width: float) -> Any:
    alt = altair()
    scale = alt.Scale(domain=[0, reach], nice=False)
    return alt.X(
        "at:Q", scale=scale, axis=alt.Axis(title=wrapped(dosing.title, width, size=12), tickCount=6, grid=False)
    )


def _effect(field: str, scale: Scale) -> Any:
    alt = altair()
    domain = alt.Scale(type=scale.kind, domain=[scale.low, scale.high], nice=False, zero=False)
    axis = alt.Axis(title=scale.title, values=list(scale.marks), labelExpr=marks_expression(scale.marks), grid=False)
    return alt.Y(f"{field}:Q", scale=domain, axis=axis)


def _zero(scale: Scale) -> Iterator[Any]:
    if scale.no_effect is not None:
        alt = altair()
        data = alt.Chart(alt.Data(values=[{"level": scale.no_effect}]))
        yield data.mark_rule(color=INK, strokeWidth=1).encode(y=_effect("level", scale))


def _fitted(body: BodyFound, fitted: Fitted, reach: float, x: Any, scale: Scale) -> Iterator[Any]:
    if fitted.regression is None:
        return
    alt = altair()
    level, slope = (one.value for one in fitted.regression.coefficients)
    steps = [reach * step / POINTS for step in range(POINTS + 1)]
    values = [{"at": at, "fitted": drawn(body.measure, as_read(body.measure, level + slope * at))} for at in steps]
    line = alt.Chart(alt.Data(values=values)).mark_line(color=LINE, strokeDash=[6, 3], strokeWidth=1.8, clip=True)
    yield line.encode(x=x, y=_effect("fitted", scale))


def _arrows(values: Sequence[dict[str, Any]], x: Any, scale: Scale) -> Iterator[Any]:
    alt = altair()
    ends = [{"at": one["at"], "dodge": one["dodge"], "end": end, "shape": shape} for one in values
            for goes, end, shape in (("goes_down", scale.low, "triangle-down"), ("goes_up", scale.high, "triangle-up"))
            if one[goes]]  # fmt: skip
    if ends:
        mark = alt.Chart(alt.Data(values=ends)).mark_point(
            filled=True, size=45, opacity=1, color=STUDY, xOffset=alt.ExprRef("datum.dodge")
        )
        yield mark.encode(x=x, y=_effect("end", scale), shape=alt.Shape("shape:N", scale=None))


def _table(title: str, found: Sequence[Dosed], dosing: Dosing, without: Sequence[str]) -> Table:
    head = (
        "Study",
        "Treatment",
        dosing.title[:1].upper() + dosing.title[1:],
        "As written",
        "Events/people",
        "People",
        "Effect",
        "Interval",
        "Remark",
    )
    rows: list[tuple[str, ...]] = []
    for one in found:
        span = one.row.span
        assert span is not None
        people = "not stated" if one.row.people is None else f"{one.row.people:,}"
        effect = (shown(one.row.measure, span.value), reach_of(one.row.measure, span))
        remark = "worked out" if one.is_worked_out or one.row.is_derived else "as printed"
        rows.append(
            (
                named(one.row),
                treated(one.row),
                three_figures(one.at),
                one.written,
                counted(one.row),
                people,
                *effect,
                remark,
            )
        )
    rows += [(text.split(":")[0], "", "", "", "", "", "", "", text) for text in without]
    return Table(title, head, tuple(rows))
