"""The order sheet as PDF: tagged (PDF/UA-1), one page where the content allows, the same bytes for the same plan."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any, Literal

import msgspec

from assuage.errors import PlanError, Problem
from assuage.paper.block import Sheet
from assuage.paper.brief import brief
from assuage.paper.sheet import order_sheet
from assuage.plan.model import Plan

TEMPLATE = Path(__file__).with_name("sheet.typ")


def pdf_sheet(plan: Plan, *, paper: Literal["a4", "us-letter"] = "a4") -> bytes:
    """The sheet on A4 or Letter. What comes from the patient's file enters as data, never as source.

    Errors: `PlanError` where Typst is not installed, the paper is not known, or a character has no glyph in any font.
    """
    if paper not in ("a4", "us-letter"):
        raise PlanError(Problem(f"paper “{paper}”", "--paper", "a4 or us-letter", "choose one of the two"))
    typst = _typst()
    whole = order_sheet(plan)
    try:
        shorter = (whole, brief(whole, plan), brief(whole, plan, with_exposure=False))
        fitting = (_one_page(typst, _inputs(sheet, plan, paper)) for sheet in dict.fromkeys(shorter))
        document = next((one for one in fitting if one is not None), None)
        document = document or _document(typst, _inputs(whole, plan, paper), "long")
        made = document.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_midnight(plan))
    except typst.TypstError as problem:
        raise _unprintable(problem) from problem
    assert isinstance(made, bytes)
    return made


def _typst() -> Any:
    try:
        import typst
    except ImportError:
        raise PlanError(
            Problem("Typst is not installed", "--format pdf", "the part of assuage that prints PDF",
                    "install assuage[pdf], or print the page of --format html")
        ) from None  # fmt: skip
    return typst


def _inputs(sheet: Sheet, plan: Plan, paper: str) -> dict[str, str]:
    built: dict[str, Any] = msgspec.to_builtins(sheet)
    data = {**built, "patient": plan.patient.id, "made_by": f"assuage {plan.software_version}"}
    return {"sheet": json.dumps(data, ensure_ascii=False), "paper": paper}


def _document(typst: Any, inputs: dict[str, str], step: int | str) -> Any:
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={**inputs, "step": str(step)})


def _one_page(typst: Any, inputs: dict[str, str]) -> Any:
    """The document at the largest of the template's sizes that makes one page of it; none where no size does."""
    fit = _fit(_document(typst, inputs, 0))
    too_large, fits = -1, int(fit["sizes"]) - 1
    if _fit(_document(typst, inputs, fits))["pages"] > 1:
        return None
    while fits - too_large > 1:
        middle = (fits + too_large) // 2
        if _fit(_document(typst, inputs, middle))["pages"] == 1:
            fits = middle
        else:
            too_large = middle
    return _document(typst, inputs, fits)


def _fit(document: Any) -> dict[str, int]:
    found: dict[str, int] = json.loads(document.query("<fit>", field="value", one=True))
    return found


def _midnight(plan: Plan) -> dt.datetime:
    return dt.datetime(plan.as_of.year, plan.as_of.month, plan.as_of.day, tzinfo=dt.UTC)


def _unprintable(problem: Exception) -> PlanError:
    return PlanError(
        Problem(f"the sheet cannot be typeset: {problem}", "--format pdf", "characters that a font on this machine holds",
                "install a font with that character, or use --format html or text")
    )  # fmt: skip
