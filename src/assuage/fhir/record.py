"""A Bundle or a bare Patient as one record: the one patient, the resources, and whose each of them is."""

from __future__ import annotations

import re

import msgspec

from assuage.fhir.element import Element, Resource, resource_of

# [base/]Type/id, with or without a version.
REFERENCE = re.compile(r"(?P<base>https?://.+/)?(?P<type>[A-Za-z]+)/(?P<id>[A-Za-z0-9\-.]{1,64})(?:/_history/[^/]+)?")


class Whose(msgspec.Struct, frozen=True):
    """Whose a resource is: this patient's, another's, or not to be told; with the reason."""

    verdict: str
    why: str = ""

    @property
    def is_other(self) -> bool:
        """It is someone else's."""
        return self.verdict == "other"

    @property
    def is_unclear(self) -> bool:
        """Nobody can tell."""
        return self.verdict == "unclear"


THIS = Whose("this")


class Record(msgspec.Struct, frozen=True):
    """One patient and the resources that came with the patient."""

    patient: Resource
    resources: tuple[Resource, ...]

    def of(self, kind: str) -> tuple[Resource, ...]:
        """The resources of one type, in order."""
        return tuple(one for one in self.resources if one.type == kind)

    def whose(self, resource: Resource, key: str) -> Whose:
        """Whose a resource is, by its `subject` or `patient`. Never guessed: what names no patient is unclear."""
        subject = resource.element.child(key)
        if subject is None:
            return Whose("unclear", f"{resource.name} names no patient")
        reference = subject.text("reference")
        if reference is not None:
            return self._referred(reference, resource)
        identifier = subject.child("identifier")
        if identifier is None:
            return Whose("unclear", f"{resource.name} refers to no patient")
        if _identity(identifier) in {_identity(one) for one in self.patient.element.each("identifier")} - {None}:
            return THIS
        return Whose("unclear", f"{resource.name} names its patient by an identifier that the Patient does not carry")

    def _referred(self, reference: str, resource: Resource) -> Whose:
        """A reference is never printed as it stands: it may be a search by name."""
        if reference == self.patient.full_url:
            return THIS
        shape = REFERENCE.fullmatch(reference)
        if shape is None:
            return Whose("unclear", f"{resource.name} refers to a patient that the Bundle does not hold")
        if shape["type"] != "Patient" or shape["id"] != self.patient.id:
            return Whose("other", f"it is about {shape['type']}/{shape['id']}, not about {self.patient.name}")
        own = _server(self.patient)
        if own is None:
            # The Patient comes from nowhere in particular: a reference within the Bundle is meant, another server's may not be.
            elsewhere = Whose("unclear", f"{resource.name} refers to a server, and {self.patient.name} names none")
            return elsewhere if shape["base"] else THIS
        server = shape["base"] or _server(resource)
        return THIS if server in (None, own) else Whose("other", f"{self.patient.name} of another server is meant")

    def find(self, reference: str, resource: Resource) -> Resource | None:
        """The resource that a reference points to: contained, or in the Bundle by full URL or by type and id."""
        if reference.startswith("#"):
            parts = (resource_of(one) for one in resource.element.each("contained"))
            return next((one for one in parts if one is not None and one.id == reference[1:]), None)
        shape = REFERENCE.fullmatch(reference)
        named = f"{shape['type']}/{shape['id']}" if shape and not shape["base"] else None
        found = [one for one in self.resources if reference == one.full_url or (one.id and one.name == named)]
        return found[0] if len(found) == 1 else None


def _identity(identifier: Element) -> tuple[str, str] | None:
    system, value = identifier.text("system"), identifier.text("value")
    return None if system is None or value is None else (system, value)


def _server(resource: Resource) -> str | None:
    """The server that a resource came from, by the full URL of its entry."""
    shape = REFERENCE.fullmatch(resource.full_url or "")
    return shape["base"] if shape else None
