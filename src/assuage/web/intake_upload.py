"""A patient file or a FHIR bundle laid over what is on record, to be read in the form before anything is recorded."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any

import msgspec

from assuage.document import Node, as_json, read_json, read_yaml
from assuage.drug import Term
from assuage.errors import DocumentError, Problem
from assuage.fhir import is_fhir, read_bundle
from assuage.patient import Patient, Unknown, read_patient
from assuage.patient.fields import GROUPS, SINGLE
from assuage.patient.written import document_of
from assuage.registry.patients import PatientRecord
from assuage.screening import show_date
from assuage.web.intake import Document

NAME = "the uploaded file"


class Uploaded(msgspec.Struct, frozen=True):
    """A file as a document, what must be said of how it was read, and what the file calls the patient."""

    document: Document
    notes: tuple[str, ...]
    calls_the_patient: str
    source: str


def uploaded(content: bytes, terms: Mapping[str, Term], record: PatientRecord) -> Uploaded:
    """What a file holds. Errors: `DocumentError` with every problem, also where it is about somebody else."""
    try:
        text = content.decode("utf-8-sig")
    except UnicodeDecodeError:
        raise DocumentError(Problem("this is no text in UTF-8", NAME, "a patient file in YAML or JSON, or a FHIR bundle",
                                    "choose the right file, or save it as UTF-8")) from None  # fmt: skip
    node = read_json(text, NAME) if text.lstrip().startswith("{") else read_yaml(text, NAME)
    if is_fhir(node):
        reading = read_bundle(node, terms=terms)
        held = tuple(f"Held as not known: {one.what}: {one.why}" for one in reading.those("held"))
        set_aside = tuple(f"Not read: {one.what}: {one.why}" for one in reading.those("set-aside"))
        one = Uploaded(document_of(reading.patient), (f"Of the bundle: {reading.summary()}.", *held, *set_aside), reading.patient.id, "fhir")  # fmt: skip
        _refuse_another(reading.patient, record)
        return one
    patient = read_patient(node)
    _refuse_another(patient, record)
    return Uploaded(_plain(node), (), patient.id, "file")


def _plain(node: Node) -> Document:
    """The document with every number as the text it was written in."""
    found = json.loads(as_json(node), parse_float=str, parse_int=str)
    vitals = found.get("vitals")
    if isinstance(vitals, dict) and vitals.get("bp"):
        upper, _, lower = (
            str(vitals.pop("bp")).replace("mm[Hg]", "").replace("mmHg", "").replace("mm Hg", "").strip().partition("/")
        )
        vitals.update({"sbp": f"{upper.strip()} mm[Hg]", "dbp": f"{lower.strip()} mm[Hg]"})
    assert isinstance(found, dict)
    return found


def _refuse_another(patient: Patient, record: PatientRecord) -> None:
    """Facts of one patient never enter the record of another, nor made-up facts that of a person."""
    problems = []
    born = record.identity.birth_date
    if patient.birth_date is not None and patient.birth_date != born:
        problems.append(Problem(f"the file is of somebody born on {show_date(patient.birth_date)}", NAME, f"the patient of this course, born on {show_date(born)}",
                                "choose the right file, or open the right patient"))  # fmt: skip
    sex = patient.fact("sex")
    if not isinstance(sex, Unknown) and record.identity.sex in ("female", "male") and sex.value != record.identity.sex:
        problems.append(Problem(f"the sex in the file is {sex.value}", NAME, f"that on record, {record.identity.sex}",
                                "choose the right file, or open the right patient"))  # fmt: skip
    if patient.synthetic and not record.is_synthetic:
        problems.append(
            Problem("the file is of a made-up patient", NAME, "facts of this person", "choose the right file")
        )
    if problems:
        raise DocumentError(*problems)


def laid_over(before: Document, new: Document) -> tuple[Document, tuple[str, ...]]:
    """What a file says over what was known, and what was kept because it is newer than the file.

    Holds     of two values of one fact the newer stands and the other is its history; a list or a word of the file
              stands for that on record; what the file does not speak of is kept
    """
    found: Document = {name: value for name, value in before.items() if name != "not_obtained"}
    kept: list[str] = []
    for name, value in new.items():
        old = before.get(name)
        if name in SINGLE and isinstance(old, dict) and isinstance(value, dict):
            found[name] = newest(old, value)
        elif (
            name in GROUPS
            and isinstance(old, dict)
            and isinstance(value, dict)
            and str(old.get("on") or "") > str(value.get("on") or "")
        ):
            kept.append(
                f"Kept: {name.replace('_', ' ')} of {old['on']}, newer than that of the file ({value.get('on')})."
            )
        elif name == "pain" and isinstance(old, dict) and isinstance(value, dict):
            found[name] = {**old, **value, **{part: newest(old[part], value[part]) for part in ("score", "dn4") if part in old and part in value}}  # fmt: skip
        elif name not in ("id", "synthetic", "birth_date", "not_obtained"):
            found[name] = value
    reasons = {**before.get("not_obtained", {}), **new.get("not_obtained", {})}
    reasons = {name: why for name, why in reasons.items() if name not in found}
    return {**found, **({"not_obtained": reasons} if reasons else {})}, tuple(kept)


def newest(old: Document, new: Document) -> Document:
    """Of two values of one fact with their histories: the newest, with the others behind it; of one day the new one."""
    every: dict[Any, Document] = {}
    for one in (new, *new.get("history", ()), old, *old.get("history", ())):
        every.setdefault(str(one.get("on")), {key: value for key, value in one.items() if key != "history"})
    ordered = [every[on] for on in sorted(every, reverse=True)]
    return {**ordered[0], **({"history": ordered[1:]} if ordered[1:] else {})}
