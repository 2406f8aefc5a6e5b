"""One chart of an answer as a picture by itself."""

from __future__ import annotations

from typing import TYPE_CHECKING

from assuage.catalog import Catalog
from assuage.errors import EvidenceError, Problem, QuantityError
from assuage.evidence.answered import Answer, BodyFound
from assuage.paper.evidence.drawn import chart_of, has_axis
from assuage.quantity import parse, show

if TYPE_CHECKING:
    from assuage.charts import Chart
    from assuage.charts.doses import Person
    from assuage.cli.evidence import Drawing

HOW = "give the weight with its unit, such as --weight “70 kg”"


def drawn(answer: Answer, catalog: Catalog, drawing: Drawing, *, format: str) -> str | bytes:
    """The chart that was asked for, of every body that has something to show, under one another.

    Errors: `EvidenceError` where no body has anything to draw, or what the chart needs is not given.
    """
    from assuage.charts import png, stacked, svg

    whole = stacked(_charts(answer, catalog, drawing))
    return png(whole) if format == "png" else svg(whole)


def _charts(answer: Answer, catalog: Catalog, drawing: Drawing) -> list[Chart]:
    name = drawing.chart or "forest"
    if name == "durability":
        from assuage.charts.durability import durability_chart

        measures = dict.fromkeys(body.measure for body in answer.bodies)
        of_one = [[body for body in answer.bodies if body.measure == measure] for measure in measures]
        return [durability_chart(answer.asked, bodies) for bodies in of_one]
    if name == "network":
        from assuage.charts.trials import trials_chart

        return [trials_chart(answer.asked, answer.bodies)]
    bodies = [body for body in answer.bodies if (body.risks if name == "risk" else has_axis(body))]
    if not bodies:
        lacks = "no result was appraised" if name == "risk" else "no result has an interval"
        raise EvidenceError(
            Problem(f"{lacks} in {answer.question}", "--chart", "a body with something to draw",
                    "use --format text, which says why of each result")
        )  # fmt: skip
    if name == "dose":
        return _dosed(bodies, catalog, drawing)
    return [chart_of(name, body) for body in bodies]


def _dosed(bodies: list[BodyFound], catalog: Catalog, drawing: Drawing) -> list[Chart]:
    from assuage.charts.dose_response import dose_chart
    from assuage.charts.doses import Dosing

    dosing = Dosing("per session", catalog.drugs[_drug(bodies, catalog, drawing.drug)], _person(drawing.weight))
    return [dose_chart(body, catalog, dosing) for body in bodies]


def _drug(bodies: list[BodyFound], catalog: Catalog, asked: str | None) -> str:
    """The drug of the axis: the one asked for, or the only one that was given by itself."""
    alone = {row.drugs[0] for body in bodies for row in body.rows if len(row.drugs) == 1}
    known = sorted(alone & set(catalog.drugs))
    if asked is None and len(known) == 1:
        return known[0]
    if asked not in known:
        what = "no drug is named" if asked is None else f"“{asked}” was not given alone in these bodies"
        raise EvidenceError(
            Problem(what, "--drug", f"one of {', '.join(known)}" if known else "a body in which one drug was given alone",
                    "name one of them, or another body with --body")
        )  # fmt: skip
    return asked


def _person(weight: str | None) -> Person:
    from assuage.charts.doses import Person

    if weight is None:
        raise EvidenceError(
            Problem("no weight is given", "--weight", "a weight, for fixed doses become doses by weight", HOW)
        )
    try:
        read = parse(weight).to("kg")
    except QuantityError as error:
        raise EvidenceError(Problem(error.problems[0].what, "--weight", "a weight", HOW)) from None
    if read.value <= 0:
        raise EvidenceError(Problem(f"a weight of {show(read)}", "--weight", "a weight above 0 kg", HOW))
    return Person(read.value, f"a person of {show(read)}")
