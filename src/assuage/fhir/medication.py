"""Medications: taken, requested, handed over or given; current, stopped on a day, or stopped on a day nobody knows."""

from __future__ import annotations

import datetime as dt

from assuage.document import Node
from assuage.fhir.element import Element, Resource
from assuage.fhir.listing import Kind
from assuage.fhir.moment import read_moment
from assuage.fhir.record import Record
from assuage.patient import Listed

# Words of the four status lists. A word that stands in neither is current, with the word beside it.
ENDED = ("completed", "stopped")
NOT_TAKEN = {
    "entered-in-error": "it was entered in error", "intended": "it is intended only", "draft": "it is a draft",
    "cancelled": "it was cancelled", "not-taken": "it was not taken", "not-done": "it was not given",
    "declined": "it was declined",
}  # fmt: skip
PLAIN = ("active", *ENDED)


def _what(resource: Resource, record: Record) -> Element | None:
    """The medication: written here, or the one referred to; the reference's own words where the Bundle lacks it."""
    element = resource.element
    written = element.child("medicationCodeableConcept")
    reference = element.child("medicationReference")
    if written is not None or reference is None:
        return written
    address = reference.text("reference")
    found = None if address is None else record.find(address, resource)
    if found is None:
        display = reference.text("display")
        return None if display is None else _concept(display, reference)
    return found.element.child("code") or _ingredients(found.element)


def _concept(words: str, element: Element) -> Element:
    """Words as a concept that stands where an element does."""
    node = element.node
    text = Node("text", words, node.file, node.line, node.column)
    return Element(Node("mapping", (("text", text),), node.file, node.line, node.column), element.path)


def _ingredients(medication: Element) -> Element | None:
    """The ingredients of a medication without a code, joined, where every one of them has words."""
    names = [_words(one.child("itemCodeableConcept")) for one in medication.each("ingredient")]
    known = [name for name in names if name is not None]
    return _concept(" with ".join(known), medication) if known and len(known) == len(names) else None


def _words(concept: Element | None) -> str | None:
    if concept is None:
        return None
    displays = (one.text("display") for one in concept.each("coding"))
    return concept.text("text") or next((one for one in displays if one is not None), None)


def _never_so(element: Element) -> str | None:
    if element.plain("doNotPerform") == "true":
        return "it asks not to give it"
    return NOT_TAKEN.get(element.text("status") or "")


def _is_over(element: Element) -> bool:
    """Over: taken or ordered no more. A drug handed over, or given, says nothing of when its taking ended: it counts."""
    return element.text("status") in ENDED and element.text("resourceType") in (
        "MedicationStatement",
        "MedicationRequest",
    )


def _end(element: Element) -> dt.date | None:
    """The last day of the period taken or ordered, where every part of the dosage names one."""
    period = element.text("effectivePeriod", "end")
    bounds = [one.text("timing", "repeat", "boundsPeriod", "end") for one in element.each("dosageInstruction")]
    days = [read_moment(text).day for text in ([period] if period is not None else bounds)]
    known = [day for day in days if isinstance(day, dt.date)]
    return max(known) if known and len(known) == len(days) else None


def _written(element: Element, name: str) -> Listed:
    status, over = element.text("status"), _is_over(element)
    said = [] if status in PLAIN else [f"status {status or 'not given'}"]
    doses = [one.text("text") for key in ("dosage", "dosageInstruction") for one in element.each(key)]
    said += [dose for dose in doses if dose is not None]
    end = _end(element)
    given = element.text("effectiveDateTime") or element.text("whenHandedOver")
    if given is not None:
        said.append(f"on {given[:10]}")
    if end is not None and not over:
        said.append(f"planned until {end.isoformat()}")
    return Listed(name, element.place, "; ".join(said) or None, end if over else None, over)


MEDICATIONS = Kind(
    list="medications",
    resources=("MedicationStatement", "MedicationRequest", "MedicationDispense", "MedicationAdministration"),
    subject="subject", term="drug", concept=_what, never_so=_never_so, is_over=_is_over, written=_written,
)  # fmt: skip
