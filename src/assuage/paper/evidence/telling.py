"""What a page of evidence says in words of its own: how far a question is answered, what the page is not, and effects."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Literal

from assuage.charts.scale import reach_of, shown, told
from assuage.evidence.answered import BodyFound, ForestRow, Span
from assuage.evidence.spoken import unit_words
from assuage.question import Measured
from assuage.sourced import Access

KNOWN = {"answered": "Answered.", "partly": "Known in part.", "nobody knows": "Nobody knows."}
STANDING = "EVIDENCE, not a recommendation: nothing is advised or ranked, and no dose follows from it"
IS_NOT = (
    "This page shows what was studied and what follows from it by arithmetic. It recommends no treatment and ranks none; "
    "treatments stand in the order in which the question names them.",
    "What was seen in groups is no promise for one patient, and a result that was not found is not a result of no effect.",
)
UNCONTROLLED = (
    "A share of one arm by itself, wherever it stands on this page, says what was seen and not what the drug did: pain is worst "
    "when people seek help and falls by itself afterwards (regression to the mean), and attention, hope and time change what is "
    "felt and told."
)
ALONE = "Arms seen by themselves: part of such a number is regression to the mean, attention, hope and time. It is no effect of the drug."
READ: dict[Access, str] = {
    "full-text": "read in full", "full-text-partial": "read in part", "abstract": "read as an abstract", "label": "a label",
    "guideline": "a guideline", "registry": "a registry entry", "secondary": "known only second-hand",
    "weak": "known from a weak source", "seed": "known only second-hand, through the review", "title-only": "only the title was read",
    "memory": "UNVERIFIED (memory)", "not-found": "not found", "editorial": "a choice of the editors", "arithmetic": "arithmetic",
}  # fmt: skip
DIRECTIONS: dict[str, str] = {
    "for": "speaks for it", "against": "speaks against it", "neither": "speaks neither way", "qualifies": "qualifies it",
}  # fmt: skip
Side = Literal["higher", "lower"]
BETTER: dict[Side, str] = {"higher": "more is better for the patient", "lower": "less is better for the patient"}


def effect_text(measure: Measured, span: Span, *, unit: str = "") -> str:
    """An effect with its interval, as the table beside a picture tells it, and its unit where it has one.

    >>> effect_text("PLO", Span(7 / 15, 0.248, 0.699, 0.95, "Wilson score"))
    '46.7 % (24.8 to 69.9)'
    >>> effect_text("RD", Span(0.2, -0.157, 0.511, 0.95, "Miettinen-Nurminen score"))
    '20.0 points (−15.7 to 51.1)'
    """
    if not (words := unit_of(measure, unit)):
        return told(measure, span)
    return f"{shown(measure, span.value)} {words} ({reach_of(measure, span)})"


def reach_text(measure: Measured, span: Span, *, unit: str = "") -> str:
    """An interval alone, with its unit."""
    words = "%" if measure == "PLO" else unit_of(measure, unit)
    return f"{reach_of(measure, span)}{f' {words}' if words else ''}"


def unit_of(measure: Measured, unit: str) -> str:
    """The unit that stands behind a number: points for a difference of shares, what was printed for one of means."""
    return "points" if measure == "RD" else unit_words(unit) if measure == "MD" and unit else ""


def body_unit(body: BodyFound) -> str:
    """The unit of a body's rows, where all of them have the same."""
    units = {row.unit for row in body.rows}
    return units.pop() if len(units) == 1 else ""


def row_text(row: ForestRow) -> str:
    """The effect of a row, or that it has none and why."""
    if row.span is None:
        return f"no interval: {row.why_not or 'no reason was given'}"
    return effect_text(row.measure, row.span, unit=row.unit)


def people_text(people: int | None) -> str:
    """A number of people, or that nobody said.

    >>> people_text(1), people_text(1305), people_text(None)
    ('1 person', '1,305 people', 'people not stated')
    """
    if people is None:
        return "people not stated"
    return "1 person" if people == 1 else f"{people:,} people"


def studies_text(count: int) -> str:
    """“1 study”, “4 studies”."""
    return "1 study" if count == 1 else f"{count:,} studies"


def studies_of(body: BodyFound) -> tuple[str, ...]:
    """The studies among a body's rows, each once; a clinic's own record is none."""
    return tuple(dict.fromkeys(row.study for row in body.rows if not row.is_ours))


def is_retracted(row: ForestRow) -> bool:
    """Whether the study behind a row was taken back; its reason stands among the cautions."""
    return any(text.startswith("retracted") for text in row.cautions)


def is_uncontrolled(body: BodyFound) -> bool:
    """Whether some row has nothing beside it that it was compared with."""
    return any(row.design == "single arm" for row in body.rows)


def level_text(body: BodyFound) -> str:
    """How certain a body of evidence is, or that nobody judged it."""
    return body.certainty.level if body.certainty is not None else "not judged"


def joined(words: Sequence[str], *, between: str = "; ") -> str:
    """Those that say something, one after the other."""
    return between.join(word for word in words if word)
