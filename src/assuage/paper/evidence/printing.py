"""One way to print an answer: the answer, the catalog it was worked from, and the name of a format."""

from __future__ import annotations

from typing import Literal

from assuage.catalog import Catalog
from assuage.errors import unknown_name
from assuage.evidence.answered import Answer
from assuage.paper.evidence.report import evidence_report
from assuage.paper.text import COLUMNS

Format = Literal["text", "json", "html", "pdf"]
FORMATS: tuple[Format, ...] = ("text", "json", "html", "pdf")


def render(
    answer: Answer, catalog: Catalog, format: str, *, width: int = COLUMNS, paper: Literal["a4", "us-letter"] = "a4"
) -> str | bytes:
    """The answer in one format: text, json and html as str; pdf as bytes. `width` is for text, `paper` for pdf alone.

    Each format is loaded when it is asked for. Errors: `UnknownName` for another format; `AssuageError` for html or pdf
    where what draws or prints is not installed.
    """
    match format:
        case "text":
            from assuage.paper.evidence.text import text_report

            return text_report(evidence_report(answer, catalog), width=width)
        case "json":
            from assuage.paper.evidence.contract import evidence_object, json_report

            return json_report(evidence_object(answer, catalog))
        case "html":
            from assuage.paper.evidence.html import html_report

            return html_report(evidence_report(answer, catalog))
        case "pdf":
            from assuage.paper.evidence.pdf import pdf_report

            return pdf_report(evidence_report(answer, catalog), paper=paper)
    raise unknown_name("format", format, known=FORMATS, where="--format")
