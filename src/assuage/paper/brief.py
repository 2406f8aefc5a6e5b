"""The sheet cut to one page of paper: what a bedside needs stays whole, what can be read elsewhere is shortened and said."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable

import msgspec

from assuage.paper.block import Item, Part, Sheet
from assuage.paper.expected import REACHED, SPREAD
from assuage.paper.words import listed
from assuage.plan.model import Plan

# Parts that stand in the text and HTML alone, with what one line of them is called.
LEFT_OUT = {"remarks": "remark", "guideline": "guideline position", "unlike": "unlike arm"}
# How much was read, as a sign behind the citation: nothing for what was read in full, a label or a choice of the editors.
SIGNS = {
    "abstract": "†", "secondary": "‡", "seed": "‡", "weak": "§", "full-text-partial": "¶", "registry": "", "guideline": "",
    "full-text": "", "label": "", "editorial": "", "arithmetic": "",
}  # fmt: skip
# Letters of a title that a page cites; whole titles stand in the text and on the page of the same plan.
LONGEST_TITLE = 48
LEGEND = "† abstract only, ‡ second-hand, § weak source, ¶ read in part."
_REFS = re.compile(r"\[(\d+(?:, \d+)*)\]")
# Where in a source a claim stands, behind the source's number; a place may hold brackets of its own.
_PLACE = re.compile(r"(\[\d+(?:, \d+)*\]) \((?:[^()]|\([^()]*\))*\)")
_AUTHOR = re.compile(r"[A-ZÅÄÖ][\w'’-]+(?: [a-z]+)? [A-Z]{1,4}\b")
_YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
_IDENTITY = re.compile(r"\bPMID \d+|\bdoi 10\.\S+?(?=\.?(?:\s|$))|\bNCT\d+")


def brief(sheet: Sheet, plan: Plan, *, with_exposure: bool = True) -> Sheet:
    """The sheet with reasons of warnings, remarks, studies that do not speak against it, places in papers and ends of titles left out.

    Holds: every dose, volume, rate, date, blocking finding, watch, stop, rescue, claim and choice of a dispute, and unjudged
    rule stays as it is; what is left out is counted on the sheet. Predicted levels, on which nothing rests, stand here with what they cannot
    be trusted for, or not at all.
    """
    left = ["expected exposure"] if plan.exposure and not with_exposure else []
    parts = [
        made
        for part in sheet.parts
        if with_exposure or part.key != "exposure"
        if (made := _part(part, left)) is not None
    ]
    parts.append(sources_of(parts, plan))
    note = Item(
        f"Left to the text and the page of the same plan: {listed([*left, 'full citations, places and reasons'])}."
    )
    return msgspec.structs.replace(sheet, parts=(*parts, Part("also", "NOT ON THIS PAGE", (note,))))


def sources_of(parts: Iterable[Part], plan: Plan) -> Part:
    """The sources that these parts of a page name, shortly."""
    return Part("sources", "SOURCES CITED ON THIS PAGE", _sources(plan, cited(parts)), LEGEND)


def cited(parts: Iterable[Part]) -> set[str]:
    """The numbers of sources, as text, that lines name in brackets."""
    lines = [line for part in parts for item in part.items for line in (item.text, item.refs, *item.more)]
    return {number for line in lines for group in _REFS.findall(line) for number in group.split(", ")}


def _part(part: Part, left: list[str]) -> Part | None:
    if part.key in LEFT_OUT:
        left.append(_counted(len(part.items), LEFT_OUT[part.key]))
        return None
    if part.key in CHOSEN:
        return CHOSEN[part.key](part, left)
    if part.key == "sources":
        return None
    shorten = SHORTENED.get(part.key)
    if shorten is None:
        return part
    lead = "" if part.key == "blocks-start" else part.lead
    return msgspec.structs.replace(part, items=tuple(shorten(item) for item in part.items), lead=lead)


def _counted(count: int, name: str) -> str:
    return f"1 {name}" if count == 1 else f"{count} {name}s"


def _against(part: Part, left: list[str]) -> Part | None:
    kept = tuple(item for item in part.items if item.tag == "against")
    if len(kept) < len(part.items):
        left.append(_counted(len(part.items) - len(kept), "later finding") + " not against it")
    return msgspec.structs.replace(part, items=kept) if kept else None


def _crossed(part: Part, left: list[str]) -> Part:
    """Limits that are crossed, and how many were checked."""
    kept = tuple(item for item in part.items if item.tag != "within")
    within = len(part.items) - len(kept)
    count = Item(f"{_counted(within, 'limit')} checked on the rounded numbers and not crossed.")
    return msgspec.structs.replace(part, items=(*kept, count), lead="")


def _unmet(part: Part, left: list[str]) -> Part:
    """Entry criteria that are not plainly met, and how many are."""
    kept = tuple(item for item in part.items if item.tag != "met")
    met = Item(
        f"{len(part.items) - len(kept)} of {_counted(len(part.items), 'entry criterion').replace('ions', 'ia')} met."
    )
    return msgspec.structs.replace(part, items=(*kept, met), lead="")


def _renal(part: Part, left: list[str]) -> Part:
    """Renal function alone, without its working: other weights are named with the dose where one is used."""
    kept = tuple(_without_working(item) for item in part.items if "mL/min" in item.text)
    return msgspec.structs.replace(part, title="RENAL FUNCTION", items=kept or part.items)


CHOSEN: dict[str, Callable[[Part, list[str]], Part | None]] = {
    "later": _against, "limits": _crossed, "population": _unmet, "body": _renal,
}  # fmt: skip


def _without_bands(item: Item) -> Item:
    """The level, the lines beside it and what they cannot be trusted for; which bands are reached is read elsewhere."""
    kept = tuple(line for line in item.more if not line.startswith((REACHED, SPREAD)))
    return msgspec.structs.replace(item, more=kept, refs="")


def _without_reason(item: Item) -> Item:
    if item.tag == "NOTE":
        return _alone(item)
    return msgspec.structs.replace(item, more=tuple(line for line in item.more if not line.startswith("Why: ")))


def _without_working(item: Item) -> Item:
    return msgspec.structs.replace(item, text=item.text.partition("): ")[0] + (")" if "): " in item.text else ""))


def _first_sentence(item: Item) -> Item:
    """What each claim says and who says it, without its place; what was chosen and the first reason for it."""
    more = tuple(" ".join(re.split(r"(?<=[.]) ", line)[:2]) for line in item.more)
    return msgspec.structs.replace(item, text=_PLACE.sub(r"\1", item.text), more=more)


def _alone(item: Item) -> Item:
    return msgspec.structs.replace(item, more=())


SHORTENED: dict[str, Callable[[Item], Item]] = {
    "blocks-sign": _without_reason, "blocks-start": _without_reason, "blocks-none": _without_reason, "omitted": _alone, "expect": _alone, "disputed": _first_sentence, "exposure": _without_bands,
}  # fmt: skip


def _sources(plan: Plan, numbers: set[str]) -> tuple[Item, ...]:
    return tuple(
        Item(
            short_citation(one.citation) + SIGNS.get(one.access, f" ({one.access.replace('-', ' ')})"),
            tag=f"[{number}]",
        )
        for number, one in enumerate(plan.sources, 1)
        if str(number) in numbers
    )


def short_citation(citation: str) -> str:
    """First author, year and number of a paper; of other sources what they are, as far as the first colon or full stop.

    >>> short_citation("Brill S, Sedgwick PM et al. Efficacy of magnesium. Br J Anaesth 2002 89(5):711-714. PMID 12393768.")
    'Brill S 2002, PMID 12393768'
    >>> short_citation("US prescribing information, magnesium sulfate, Pfizer/Hospira: warnings.")
    'US prescribing information, magnesium sulfate…'
    """
    author, year, identity = _AUTHOR.match(citation), _YEAR.search(citation), _IDENTITY.search(citation)
    numbered = f", {identity[0]}" if identity else ""
    if author is not None and year is not None:
        return f"{author[0]} {year[0]}{numbered}"
    first = _cut(re.split(r"[:;] |(?<=\w{3})\. |\.$| \(", citation)[0])
    return first + (numbered if identity and identity[0] not in first else "")


def _cut(title: str) -> str:
    """A title that is long, up to a word that still lets it be told from others; the mark says that it goes on."""
    if len(title) <= LONGEST_TITLE:
        return title
    return title[: LONGEST_TITLE + 1].rpartition(" ")[0].rstrip(",") + "…"
