"""Small Bundles, built part by part, for tests that change one thing."""

from __future__ import annotations

import json
import re
from typing import Any

from assuage.document import read_json
from assuage.drug import Synonym, Term
from assuage.fhir import PatientReading, read_bundle

Json = dict[str, Any]
LOINC, UCUM, SNOMED = "http://loinc.org", "http://unitsofmeasure.org", "http://snomed.info/sct"
IPS = "http://hl7.org/fhir/uv/ips/CodeSystem/absent-unknown-uv-ips"
ANN = {"reference": "Patient/ann"}


def _term(name: str, kind: Any, *synonyms: str, contains: tuple[str, ...] = ()) -> Term:
    others = tuple(Synonym(text, "synonym", "editors") for text in synonyms)
    return Term(name, kind, name.replace("-", " "), "editors", contains=contains, synonyms=others)


TERMS = {
    term.id: term
    for term in (
        _term("pregabalin", "drug"),
        _term("ketamine", "drug"),
        _term("lidocaine", "drug", "lignocaine"),
        _term("adrenaline", "drug", "epinephrine"),
        _term("lidocaine-with-adrenaline", "drug", contains=("lidocaine", "adrenaline")),
        _term("heart-block", "condition", "complete heart block"),
        _term("stroke", "condition"),
        _term("no-known-allergies", "allergen", "NKA"),
        _term("penicillin", "allergen"),
    )
}


def number(text: str) -> str:
    """A number that stands in the JSON with the digits it was given."""
    return f"@@{text}"


def written(document: Json) -> str:
    """The JSON text of a document."""
    return re.sub(r'"@@([^"]*)"', r"\1", json.dumps(document, indent=1))


def patient(**more: Any) -> Json:
    """A Patient called ann; a key given as None is left out."""
    whole = {"resourceType": "Patient", "id": "ann", "gender": "female", "birthDate": "1957-04-02", **more}
    return {key: value for key, value in whole.items() if value is not None}


def bundle(*resources: Json, **more: Any) -> Json:
    """A collection of resources, in order."""
    whole = {"resourceType": "Bundle", "type": "collection", "entry": [{"resource": one} for one in resources], **more}
    return {key: value for key, value in whole.items() if value is not None}


def quantity(value: str, code: str = "umol/L", **more: Any) -> Json:
    """A valueQuantity in UCUM, the number with the digits it was given."""
    whole = {"value": number(value), "unit": code, "system": UCUM, "code": code, **more}
    return {key: one for key, one in whole.items() if one is not None}


def loinc(*codes: str) -> Json:
    """A concept with LOINC codes."""
    return {"coding": [{"system": LOINC, "code": code} for code in codes]}


def coded(system: str, code: str, display: str | None = None, text: str | None = None) -> Json:
    """A concept with one coding."""
    coding = {"system": system, "code": code} | ({"display": display} if display else {})
    return {"coding": [coding]} | ({"text": text} if text else {})


def observation(code: str | Json = "14682-9", value: str = "80", unit: str = "umol/L", **more: Any) -> Json:
    """A final Observation of ann on 25 November; a creatinine of 80 umol/L unless said otherwise."""
    whole = {
        "resourceType": "Observation", "status": "final", "code": loinc(code) if isinstance(code, str) else code, "subject": ANN,
        "effectiveDateTime": "2026-11-25", "valueQuantity": quantity(value, unit), **more,
    }  # fmt: skip
    return {key: one for key, one in whole.items() if one is not None}


def condition(text: str | None = "stroke", **more: Any) -> Json:
    """A Condition of ann, by its text."""
    whole = {"resourceType": "Condition", "code": {"text": text} if text else None, "subject": ANN, **more}
    return {key: one for key, one in whole.items() if one is not None}


def allergy(text: str | None = "penicillin", **more: Any) -> Json:
    """An AllergyIntolerance of ann, by its text."""
    whole = {"resourceType": "AllergyIntolerance", "code": {"text": text} if text else None, "patient": ANN, **more}
    return {key: one for key, one in whole.items() if one is not None}


def medication(text: str | None = "pregabalin", kind: str = "MedicationStatement", **more: Any) -> Json:
    """A medication of ann, by its text; active unless said otherwise."""
    concept = {"text": text} if text else None
    whole = {"resourceType": kind, "status": "active", "medicationCodeableConcept": concept, "subject": ANN, **more}
    return {key: one for key, one in whole.items() if one is not None}


def status(word: str) -> Json:
    """A status given as a concept."""
    return {"coding": [{"code": word}]}


def read(document: Json, name: str = "bundle.json") -> PatientReading:
    """What is read from a document."""
    return read_bundle(read_json(written(document), name), terms=TERMS)


def reading(*resources: Json) -> PatientReading:
    """What is read from ann and these resources."""
    return read(bundle(patient(), *resources))


def unknown(result: PatientReading, name: str) -> str:
    """Why a fact is not known; fails where it is."""
    fact = result.patient.fact(name)
    assert name not in result.patient.facts, fact
    return fact.reason  # type: ignore[union-attr]
