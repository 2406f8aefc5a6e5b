"""One way to print: a plan and the name of a format."""

from __future__ import annotations

from typing import Literal

from assuage.errors import unknown_name
from assuage.plan.model import Plan

Format = Literal["text", "json", "html", "pdf", "ics"]
FORMATS: tuple[Format, ...] = ("text", "json", "html", "pdf", "ics")
PaperSize = Literal["a4", "us-letter"]


def render(plan: Plan, format: str, *, paper: PaperSize = "a4") -> str | bytes:
    """The plan in one format: text, json and html as str; pdf and ics as bytes. `paper` is for pdf alone.

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
            from assuage.paper.html import html_page

            return html_page(plan)
        case "pdf":
            from assuage.paper.pdf import pdf_sheet

            return pdf_sheet(plan, paper=paper)
        case "ics":
            from assuage.paper.calendar import calendar_file

            return calendar_file(plan)
    raise unknown_name("format", format, known=FORMATS, where="--format")
