"""assuage evidence: what can be asked, and one question answered as text, JSON, a page, paper or a picture."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Annotated, Literal

import msgspec
from cyclopts import Parameter

from assuage.catalog import Catalog
from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders
from assuage.cli.page import Page
from assuage.cli.writing import deliver, refuse_output
from assuage.errors import PlanError, Problem, unknown_name
from assuage.paper.evidence.asked import asked_questions, told
from assuage.paper.evidence.telling import IS_NOT, KNOWN, STANDING, UNCONTROLLED

if TYPE_CHECKING:
    from assuage.evidence.answered import Answer

PICTURES = ("svg", "png")
IN_LIST = ("text", "json")


@Parameter(name="*")
@dataclass(frozen=True)
class Asked:
    """What is shown of the answer, and where it goes."""

    format: Annotated[
        Literal["text", "json", "html", "pdf", "svg", "png"],
        Parameter(help="Form of the answer; svg and png draw a chart."),
    ] = "text"
    body: Annotated[
        tuple[str, ...],
        Parameter(
            help="Only this body of evidence, by its id; can be given several times.", negative="", show_default=False
        ),
    ] = ()
    paper: Annotated[Literal["a4", "us-letter"], Parameter(help="Paper size of a PDF.")] = "a4"
    output: Annotated[
        str | None,
        Parameter(name=("--output", "-o"), help="File to write, whole or not at all; without it, standard output."),
    ] = None
    force: Annotated[bool, Parameter(negative="", help="Overwrite the file if it exists.", show_default=False)] = False


@Parameter(name="*")
@dataclass(frozen=True)
class Drawing:
    """Which chart is drawn, for svg and png."""

    chart: Annotated[
        Literal["forest", "funnel", "durability", "dose", "risk", "network"] | None,
        Parameter(help="Chart to draw as svg or png; without it, the forest. Several bodies stand under one another."),
    ] = None
    drug: Annotated[str | None, Parameter(help="For --chart dose: the drug whose doses are the axis.")] = None
    weight: Annotated[
        str | None,
        Parameter(
            help="For --chart dose: weight, such as “70 kg”, of the person for whom fixed doses become doses by weight."
        ),
    ] = None


AS_TEXT, THE_FOREST = Asked(), Drawing()


def evidence(
    question: Annotated[str | None, Parameter(help="Id or alias of a question; without it, all are listed.")] = None,
    /,
    *,
    asked: Asked = AS_TEXT,
    drawing: Drawing = THE_FOREST,
    catalog: CatalogFolders = (),
) -> None:
    """List the questions that the evidence can answer, or answer one: summary, conflicts, forests, certainty, studies.

    It shows what was studied and what follows by arithmetic; it recommends nothing and ranks nothing.
    Every pooled number has its interval, what one more clinic should expect, and how certain it is.
    """
    _refuse(question, asked, drawing)
    refuse_output(asked.output, asked.format, is_forced=asked.force)
    known = load(catalog)
    if question is None:
        _list(known, asked)
        return
    found = _narrowed(known, question, asked)
    if asked.format in PICTURES:
        from assuage.cli.evidence_charts import drawn

        deliver(drawn(found, known, drawing, format=asked.format), asked.output)
        return
    from assuage.paper.evidence import render

    deliver(render(found, known, asked.format, width=Page().width, paper=asked.paper), asked.output)


def _refuse(question: str | None, asked: Asked, drawing: Drawing) -> None:
    problems = []
    if question is None and (asked.format not in IN_LIST or asked.body or drawing != THE_FOREST):
        problems.append(
            Problem("a chart, a body or a page of no question", "the command line", "a question, or text or json for the list",
                    "“assuage evidence” lists the questions")
        )  # fmt: skip
    if drawing != THE_FOREST and asked.format not in PICTURES:
        problems.append(
            Problem(f"a chart as {asked.format}", "--chart and --format", "svg or png for a chart by itself", "add --format svg, or leave the chart out")
        )  # fmt: skip
    if drawing.chart != "dose" and (drawing.drug or drawing.weight):
        problems.append(
            Problem("a drug or a weight without a chart of doses", "--drug and --weight", "--chart dose with them", "add --chart dose, or leave them out")
        )  # fmt: skip
    if problems:
        raise PlanError(*problems)


def _narrowed(catalog: Catalog, question: str, asked: Asked) -> Answer:
    """The answer, with the bodies that were asked for. Its sentences speak of all bodies and stay as they are."""
    from assuage.evidence.answer import answer

    chosen = catalog.question(question)
    names = [one.id for one in chosen.bodies]
    unknown = [name for name in asked.body if name not in names]
    if unknown:
        raise unknown_name("body of this question", unknown[0], known=names, where="--body")
    found = answer(chosen, catalog)
    if not asked.body:
        return found
    return msgspec.structs.replace(found, bodies=tuple(one for one in found.bodies if one.id in asked.body))


def _list(catalog: Catalog, asked: Asked) -> None:
    if asked.format == "json":
        from assuage.paper.evidence.contract import json_report, list_object

        deliver(json_report(list_object(catalog)), asked.output)
        return
    deliver(_listed(catalog).text(), asked.output)


def _listed(catalog: Catalog) -> Page:
    page = Page()
    found = list(asked_questions(catalog))
    page.title(f"{len(found)} questions, in the order of their ids; nothing is ranked")
    page.paragraph(f"{STANDING}. “assuage evidence QUESTION” answers one; nothing is pooled in this list.")
    for question, bodies in found:
        page.paragraph("")
        page.paragraph(f"{question.id}: {KNOWN[question.known].casefold()}", style="bold")
        page.paragraph(question.asked)
        page.bullets([told(body) for body in bodies])
    page.heading("What this is not")
    page.bullets((*IS_NOT, UNCONTROLLED))
    return page
