"""The pictures of a page of evidence: each chart of a body drawn for a wide and for a narrow window."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import TYPE_CHECKING, Literal

from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import BodyFound
from assuage.paper.drawing import Drawing, drawings
from assuage.paper.evidence.piece import Picture, Report

if TYPE_CHECKING:
    from assuage.charts import Chart

Width = Literal["wide", "narrow"]
ChartName = Literal["forest", "funnel", "risk"]


def pictures_in(report: Report) -> tuple[Picture, ...]:
    """Every picture of a report, in its order."""
    return tuple(
        piece
        for chapter in report.chapters
        for part in chapter.parts
        for piece in part.pieces
        if isinstance(piece, Picture)
    )


def drawn_as(pictures: Sequence[tuple[Picture, Width]], report: Report) -> tuple[Drawing, ...]:
    """Pictures drawn, each for the width it is asked for.

    Holds     no name within a drawing stands twice among them
    Errors    `AssuageError` where what draws charts is not installed
    """
    return drawings([chart_of(one.chart, report.body(one.body), width=width) for one, width in pictures])


def has_axis(body: BodyFound) -> bool:
    """Whether there is anything to put on an axis of effects: without any interval there is none."""
    return body.pool is not None or any(row.span is not None for row in body.rows)


def chart_of(name: str, body: BodyFound, *, width: Width = "wide") -> Chart:
    """One chart of a body by its name. Errors: `EvidenceError` where the body has nothing that it could show."""
    if name not in CHARTS:
        raise _nothing(f"no chart is called “{name}”", f"one of {', '.join(CHARTS)}")
    return CHARTS[name](body, width)


def _forest(body: BodyFound, width: Width) -> Chart:
    from assuage.charts.forest import forest_chart

    return forest_chart(body, width=width)


def _funnel(body: BodyFound, width: Width) -> Chart:
    from assuage.charts.funnel import funnel_chart

    return funnel_chart(body, width=width)


def _risk(body: BodyFound, width: Width) -> Chart:
    if not body.risks:
        raise _nothing(f"no row of {body.id} was appraised", "a body with appraisals of risk of bias")
    from assuage.charts.risk_table import risk_chart

    return risk_chart(f"{body.title}: risk of bias", body.risks, width=width)


# Where the words of each picture stand.
CAPTIONS = {
    "forest": "The table that follows tells every row; pools are told under “Put together”.",
    "risk": "The reasons stand on the cards of the studies.",
}
CHARTS: dict[str, Callable[[BodyFound, Width], Chart]] = {"forest": _forest, "funnel": _funnel, "risk": _risk}


def _nothing(what: str, expected: str) -> EvidenceError:
    return EvidenceError(Problem(what, "--chart", expected, "choose another chart or another body with --body"))
