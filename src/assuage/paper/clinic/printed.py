"""Papers and labels as PDF: tagged, the same bytes for the same paper; everything from outside enters as data."""

from __future__ import annotations

import datetime as dt
import json
from collections.abc import Sequence
from pathlib import Path
from typing import Any, Literal

import msgspec

from assuage.errors import PlanError, Problem
from assuage.paper.clinic.leaf import Label, Leaf, Named
from assuage.paper.pdf import typesetter
from assuage.screening import show_date

Size = Literal["a4", "us-letter"]
FOLDER = Path(__file__).parent
MADE_BY = "assuage"


def leaf_pdf(leaf: Leaf, *, paper: Size = "a4", on: dt.date) -> bytes:
    """A paper as PDF (PDF/UA-1).

    Errors    `PlanError` where Typst is not installed, or a character has no glyph in any font
    """
    return _made("clinic.typ", {"leaf": _data(leaf), "paper": paper}, on)


def label_pdf(labels: Sequence[Label], *, on: dt.date) -> bytes:
    """Labels as PDF, one on each page of 90 by 60 mm. Errors: as `leaf_pdf`."""
    return _made("label.typ", {"labels": _data(tuple(labels))}, on)


def _made(template: str, inputs: dict[str, str], on: dt.date) -> bytes:
    typst = typesetter()
    midnight = dt.datetime(on.year, on.month, on.day, tzinfo=dt.UTC)
    try:
        made = typst.compile(
            str(FOLDER / template),
            format="pdf",
            pdf_standards=["ua-1"],
            timestamp=midnight,
            sys_inputs={**inputs, "made_by": MADE_BY},
        )
    except typst.TypstError as problem:
        raise _unprintable(problem) from problem
    assert isinstance(made, bytes)
    return made


def _unprintable(problem: Exception) -> PlanError:
    """The refusal of a paper that cannot be set, most often for want of a letter in any font."""
    return PlanError(Problem(f"the paper cannot be typeset: {problem}", "the machine that prints it", "characters that one of its fonts holds",
                             "install a font with that character on it, then print again"))  # fmt: skip


def _data(value: Leaf | tuple[Label, ...]) -> str:
    shown = [_shown(one) for one in value] if isinstance(value, tuple) else _shown(value)
    return json.dumps(shown, ensure_ascii=False)


def _shown(one: Leaf | Label) -> dict[str, Any]:
    built: dict[str, Any] = msgspec.to_builtins(one)
    return {**built, "patient": _named(one.patient)}


def _named(who: Named) -> dict[str, Any]:
    return {
        "family": who.family,
        "given": who.given,
        "birth_date": show_date(who.birth_date),
        "sex": who.sex,
        "number": who.number,
    }
