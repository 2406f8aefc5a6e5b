"""The sheet cut to one page of paper: what a bedside needs stays whole, what can be read elsewhere is shortened and said."""

from __future__ import annotations

import re

import msgspec

from assuage.paper.block import Item, Part, Sheet
from assuage.paper.words import listed
from assuage.plan.model import Plan

# Parts that stand in the text and HTML alone, with what one line of them is called.
LEFT_OUT = {"remarks": "remark", "guideline": "guideline position"}
SPEAKS_AGAINST = ("against", "qualifies")
_AUTHOR = re.compile(r"[A-ZÅÄÖ][\w'’-]+(?: [a-z]+)? [A-Z]{1,4}\b")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_IDENTITY = re.compile(r"\bPMID \d+|\bdoi 10\.\S+?(?=\.?(?:\s|$))|\bNCT\d+")


def brief(sheet: Sheet, plan: Plan) -> Sheet:
    """The sheet with reasons of warnings, remarks, studies that do not speak against it and titles of papers left out.

    Holds: every dose, volume, rate, date, blocking finding, watch, stop, rescue, dispute and unjudged rule stays as it
    is; what is left out is counted on the sheet.
    """
    left: list[str] = []
    parts = [made for part in sheet.parts if (made := _part(part, plan, left)) is not None]
    note = Item(f"Left to the text and the page of the same plan: {listed([*left, 'full citations and reasons'])}.")
    return msgspec.structs.replace(sheet, parts=(*parts, Part("also", "NOT ON THIS PAGE", (note,))))


def _part(part: Part, plan: Plan, left: list[str]) -> Part | None:
    if part.key in LEFT_OUT:
        left.append(_counted(len(part.items), LEFT_OUT[part.key]))
        return None
    if part.key == "later":
        kept = tuple(item for item in part.items if item.tag in SPEAKS_AGAINST)
        if len(kept) < len(part.items):
            left.append(_counted(len(part.items) - len(kept), "later finding", end=" that does not speak against it"))
        return msgspec.structs.replace(part, items=kept) if kept else None
    if part.key == "sources":
        return msgspec.structs.replace(part, items=_sources(plan))
    shorten = {"blocks-start": _without_reason, "blocks-none": _without_reason, "body": _without_working}.get(part.key)
    return part if shorten is None else msgspec.structs.replace(part, items=tuple(shorten(item) for item in part.items))


def _counted(count: int, name: str, *, end: str = "") -> str:
    if count == 1:
        return f"1 {name}{end}"
    return f"{count} {name}s{end.replace('does', 'do')}"


def _without_reason(item: Item) -> Item:
    return msgspec.structs.replace(item, more=tuple(line for line in item.more if not line.startswith("Why: ")))


def _without_working(item: Item) -> Item:
    return msgspec.structs.replace(item, text=item.text.partition("): ")[0] + (")" if "): " in item.text else ""))


def _sources(plan: Plan) -> tuple[Item, ...]:
    return tuple(
        Item(f"{short_citation(one.citation)} ({one.access})", tag=f"[{number}]")
        for number, one in enumerate(plan.sources, 1)
    )


def short_citation(citation: str) -> str:
    """First author, year and number of the paper; the whole citation where it is not of that form.

    >>> short_citation("Brill S, Sedgwick PM et al. Efficacy of magnesium. Br J Anaesth 2002 89(5):711-714. PMID 12393768.")
    'Brill S 2002, PMID 12393768'
    """
    author, year, identity = _AUTHOR.match(citation), _YEAR.search(citation), _IDENTITY.search(citation)
    if author is None or year is None:
        return citation
    return f"{author[0]} {year[0]}" + (f", {identity[0]}" if identity else "")
