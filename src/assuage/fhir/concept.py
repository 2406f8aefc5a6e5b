"""The name of a coded thing, as the catalog's terms can be asked for it.

A concept carries a text and displays. The one that a term answers to is passed on; where two of them mean different
things, both are passed on together, so that nothing answers and the entry is held.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Literal

from assuage.catalog.terms import Resolution, resolve
from assuage.drug import Term
from assuage.fhir.element import Element

TermKind = Literal["drug", "condition", "allergen"]


def name_of(concept: Element | None, kind: TermKind, terms: Mapping[str, Term]) -> str | None:
    """What a CodeableConcept is called; None where it says nothing."""
    if concept is None:
        return None
    said = [concept.text("text"), *(coding.text("display") for coding in concept.each("coding"))]
    names = list(dict.fromkeys(name for name in said if name is not None))
    if not names:
        codes = [coding.text("code") for coding in concept.each("coding")]
        return next((f"code {code}, without words" for code in codes if code is not None), None)
    answers = [resolve(name, kind, terms) for name in names]
    understood = {answer.term: answer for answer in reversed(answers) if answer.term is not None}
    if not understood:
        return names[0]
    if len(understood) > 1:
        return " or ".join(answer.text for answer in reversed(understood.values()))
    answer = next(iter(understood.values()))
    other = next((one for one in answers if one.term is None and _means_more(one, answer)), None)
    return answer.text if other is None else f"{other.text} or {answer.text}"


def _means_more(other: Resolution, answer: Resolution) -> bool:
    """True where words that no term answers to mention a term that the answer does not cover."""
    return not set(other.possible) <= {answer.term, *answer.classes}
