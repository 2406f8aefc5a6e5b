"""The order sheet as PDF: tagged (PDF/UA-1), one page where the content allows, the same bytes for the same plan."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from assuage.errors import PlanError, Problem
from assuage.paper.block import Part, Sheet
from assuage.paper.brief import brief, sources_of
from assuage.paper.drawing import Drawing
from assuage.paper.sheet import order_sheet
from assuage.plan.model import Plan

TEMPLATE = Path(__file__).with_name("sheet.typ")


def pdf_sheet(plan: Plan, *, paper: Literal["a4", "us-letter"] = "a4", drawn: Sequence[Drawing] = ()) -> bytes:
    """The sheet on A4 or Letter, its drawings on pages behind it. What comes from the patient's file enters as data.

    Errors: `PlanError` where Typst is not installed, the paper is not known, or a character has no glyph in any font.
    """
    if paper not in ("a4", "us-letter"):
        raise PlanError(Problem(f"paper “{paper}”", "--paper", "a4 or us-letter", "choose one of the two"))
    typst = typesetter()
    whole, behind = _parted(order_sheet(plan), plan, drawn)
    try:
        shorter = (whole, brief(whole, plan), brief(whole, plan, with_exposure=False))
        sized = ((one, _size(typst, _inputs(one, plan, paper))) for one in dict.fromkeys(shorter))
        sheet, size = next(((one, size) for one, size in sized if size is not None), (whole, "long"))
        document = _document(typst, {**_inputs(sheet, plan, paper), "behind": _as_json(behind)}, size)
        made = document.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_midnight(plan))
    except typst.TypstError as problem:
        raise unprintable(problem) from problem
    assert isinstance(made, bytes)
    return made


class LevelPage(msgspec.Struct, frozen=True):
    """One page behind the form: the drawing of a drug, what is said of its levels, and the sources that this names."""

    drawing: Drawing
    parts: tuple[Part, ...]


def _parted(sheet: Sheet, plan: Plan, drawn: Sequence[Drawing]) -> tuple[Sheet, tuple[LevelPage, ...]]:
    """The form without its expected levels, and these behind it, a page for each drug, where they are drawn."""
    levels = sheet.part("exposure")
    if levels is None or not drawn:
        return sheet, ()
    form = msgspec.structs.replace(sheet, parts=tuple(part for part in sheet.parts if part is not levels))
    pages = []
    for drawing, drug in zip(drawn, dict.fromkeys(row.drug for row in plan.exposure), strict=True):
        items = [item for item, row in zip(levels.items, plan.exposure, strict=True) if row.drug == drug]
        mine = msgspec.structs.replace(levels, items=tuple(items))
        pages.append(LevelPage(drawing, (mine, sources_of((mine,), plan))))
    return form, tuple(pages)


def typesetter() -> Any:
    """What sets type. Errors: `PlanError` where it is not installed."""
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
    return {"sheet": json.dumps(data, ensure_ascii=False), "paper": paper, "behind": _as_json(())}


def _as_json(behind: Sequence[LevelPage]) -> str:
    return msgspec.json.encode(behind).decode("utf-8")


def _document(typst: Any, inputs: dict[str, str], step: int | str) -> Any:
    return typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs={**inputs, "step": str(step)})


def _size(typst: Any, inputs: dict[str, str]) -> int | None:
    """The largest of the template's sizes that makes one page of the form; none where no size does."""
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
    return fits


def _fit(document: Any) -> dict[str, int]:
    found: dict[str, int] = json.loads(document.query("<fit>", field="value", one=True))
    return found


def _midnight(plan: Plan) -> dt.datetime:
    return dt.datetime(plan.as_of.year, plan.as_of.month, plan.as_of.day, tzinfo=dt.UTC)


def unprintable(problem: Exception) -> PlanError:
    """The refusal of a page that cannot be set, most often for want of a letter in any font."""
    return PlanError(
        Problem(f"the sheet cannot be typeset: {problem}", "--format pdf", "characters that a font on this machine holds",
                "install a font with that character, or use --format html or text")
    )  # fmt: skip
