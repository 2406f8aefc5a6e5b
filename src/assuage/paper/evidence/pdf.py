"""The page of evidence as PDF: tagged (PDF/UA-1), its tables broken across pages under repeated heads."""

from __future__ import annotations

import datetime as dt
import re
from pathlib import Path
from typing import Any, Literal

import msgspec

from assuage import __version__
from assuage.errors import PlanError, Problem
from assuage.paper.drawing import Drawing
from assuage.paper.evidence.drawn import drawn_as, pictures_in
from assuage.paper.evidence.piece import Report
from assuage.paper.pdf import typesetter, unprintable

TEMPLATE = Path(__file__).with_name("report.typ")
PAPERS = ("a4", "us-letter")
# A drawing counts in pixels of a screen; what is taller than this stands on no page of either paper.
POINTS_A_PIXEL, TALLEST_POINTS = 0.75, 640
SIZE = re.compile(r'<svg[^>]*?\bwidth="([\d.]+)"[^>]*?\bheight="([\d.]+)"')


class Placed(msgspec.Struct, frozen=True):
    """A picture as it is set: its drawing and words, its width in points, and whether it lies on a page of its own."""

    svg: str
    told: str
    width: float
    is_lying: bool


def pdf_report(report: Report, *, paper: Literal["a4", "us-letter"] = "a4") -> bytes:
    """The page on A4 or Letter. What comes from a file enters as data, never as source.

    Holds     the same report makes the same bytes, where the day of reading is known
    Errors    `PlanError` where Typst is not installed, the paper is not known, or a character has no glyph in any font;
              `AssuageError` where what draws charts is not installed
    """
    if paper not in PAPERS:
        raise PlanError(Problem(f"paper “{paper}”", "--paper", "a4 or us-letter", "choose one of the two"))
    typst = typesetter()
    drawn = _placed(report)
    inputs = {"report": _as_json(_without_bodies(report)), "pictures": _as_json(drawn), "paper": paper,
              "made_by": f"assuage {__version__}"}  # fmt: skip
    try:
        document = typst.Compiler(TEMPLATE, root=TEMPLATE.parent, sys_inputs=inputs)
        made = document.compile(format="pdf", pdf_standards=["ua-1"], timestamp=_midnight(report.day))
    except typst.TypstError as problem:
        raise unprintable(problem) from problem
    assert isinstance(made, bytes)
    return made


def _as_json(data: Any) -> str:
    return msgspec.json.encode(data).decode("utf-8")


def _without_bodies(report: Report) -> dict[str, Any]:
    """What is set as words; the bodies come in as pictures."""
    return {name: value for name, value in msgspec.structs.asdict(report).items() if name not in ("bodies", "day")}


def _placed(report: Report) -> dict[str, Placed]:
    """Every picture at its own size, so that its letters are those of the page; one too tall for a page is drawn wide."""
    found = pictures_in(report)
    narrow = dict(zip(found, drawn_as([(one, "narrow") for one in found], report), strict=True))
    tall = [one for one in found if _size(narrow[one])[1] > TALLEST_POINTS]
    wide = dict(zip(tall, drawn_as([(one, "wide") for one in tall], report), strict=True))
    return {f"{one.chart} {one.body}": _one(wide.get(one, narrow[one]), is_lying=one in wide) for one in found}


def _one(drawing: Drawing, *, is_lying: bool) -> Placed:
    return Placed(drawing.svg, drawing.told, _size(drawing)[0], is_lying)


def _size(drawing: Drawing) -> tuple[float, float]:
    """Width and height in points."""
    found = SIZE.search(drawing.svg)
    assert found is not None, "every drawing of ours has its size"
    return float(found[1]) * POINTS_A_PIXEL, float(found[2]) * POINTS_A_PIXEL


def _midnight(day: dt.date | None) -> dt.datetime | None:
    return dt.datetime(day.year, day.month, day.day, tzinfo=dt.UTC) if day is not None else None
