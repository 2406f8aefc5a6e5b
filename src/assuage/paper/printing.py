"""One way to print: a plan and the name of a format."""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING, Literal

from assuage.errors import unknown_name
from assuage.plan.model import Plan

if TYPE_CHECKING:
    from assuage.charts import Chart

Format = Literal["text", "json", "html", "pdf", "ics"]
FORMATS: tuple[Format, ...] = ("text", "json", "html", "pdf", "ics")
PaperSize = Literal["a4", "us-letter"]
# Formats that hold pictures.
WITH_CHARTS = ("html", "pdf")


def render(plan: Plan, format: str, *, paper: PaperSize = "a4", charts: Sequence[Chart] = ()) -> str | bytes:
    """The plan in one format: text, json and html as str; pdf and ics as bytes. `paper` is for pdf alone.

    `charts` of its expected levels are drawn in html and pdf; other formats say the same in words and numbers.

    Each format is loaded when it is asked for. Errors: `UnknownName` for another format; `PlanError` for pdf or ics
    where the plan cannot be printed so, or the part of the program that prints it is not installed.
    """
    match format:
        case "text":
            from assuage.paper.text import text_sheet

            return text_sheet(plan)
        case "json":
            from assuage.paper.convert import json_text

            return json_text(plan)
        case "html":
            from assuage.paper.drawing import drawings
            from assuage.paper.html import html_page

            return html_page(plan, drawings(charts))
        case "pdf":
            from assuage.paper.drawing import drawings
            from assuage.paper.pdf import pdf_sheet

            return pdf_sheet(plan, paper=paper, drawn=drawings(charts))
        case "ics":
            from assuage.paper.calendar import calendar_file

            return calendar_file(plan)
    raise unknown_name("format", format, known=FORMATS, where="--format")
