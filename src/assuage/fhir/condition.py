"""Conditions and allergies: what is over still matters (a past stroke, an old allergy), so it stays, and is said to be over."""

from __future__ import annotations

from assuage.fhir.element import Element, Resource
from assuage.fhir.listing import OVER, Kind
from assuage.fhir.record import Record
from assuage.patient import Listed

NEVER_SO = {"refuted": "it was refuted", "entered-in-error": "it was entered in error"}
PLAIN = ("active", "confirmed")


def _words(element: Element, key: str) -> tuple[str, ...]:
    """The words of a status given as a concept."""
    return tuple(word for word in (coding.text("code") for coding in element.each(key, "coding")) if word)


def _what(resource: Resource, _: Record) -> Element | None:
    """Its code or, for an allergy without one, the substance of its first reaction that names one."""
    reactions = (one.child("substance") for one in resource.element.each("reaction"))
    return resource.element.child("code") or next((one for one in reactions if one is not None), None)


def _never_so(element: Element) -> str | None:
    return next((NEVER_SO[word] for word in _words(element, "verificationStatus") if word in NEVER_SO), None)


def _is_over(element: Element) -> bool:
    return any(word in OVER for word in _words(element, "clinicalStatus"))


def _written(element: Element, name: str) -> Listed:
    """With status, certainty, kind and dates in words, where they say more than active and confirmed."""
    words = [*_words(element, "clinicalStatus"), *_words(element, "verificationStatus")]
    said = [word for word in words if word not in PLAIN]
    said += [word for word in (element.text("type"), element.text("criticality")) if word in ("intolerance", "high")]
    for key, word in (("onsetDateTime", "since"), ("abatementDateTime", "until")):
        day = element.text(key)
        said += [f"{word} {day[:10]}"] if day else []
    return Listed(name, element.place, "; ".join(said) or None)


CONDITIONS = Kind(
    list="conditions", resources=("Condition",), subject="subject", term="condition",
    concept=_what, never_so=_never_so, is_over=_is_over, written=_written,
)  # fmt: skip
ALLERGIES = Kind(
    list="allergies", resources=("AllergyIntolerance",), subject="patient", term="allergen",
    concept=_what, never_so=_never_so, is_over=_is_over, written=_written,
)  # fmt: skip
