"""What a Bundle cannot carry, from a patient file: added, never put in place of what the Bundle says."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.errors import DocumentError, Problem
from assuage.fhir.patient import NOT_CARRIED, NOT_SAID
from assuage.patient import Dated, Patient, Unknown
from assuage.patient.fields import GROUPS

LISTS = ("conditions", "medications", "allergies", "tried")


def complete(patient: Patient, more: Patient) -> Patient:
    """A Patient from FHIR with the facts that only a patient file holds.

    Errors: `DocumentError` where both know the same fact and differ, or are about two people: which is right is not
    ours to say. The same value on the same day is no difference.
    """
    problems = [*_identities(patient, more), *_differences(patient, more)]
    if problems:
        raise DocumentError(*problems)
    facts = {**more.facts, **patient.facts, **_older_groups(patient, more)}
    # That a Bundle says nothing of a fact is no news once a patient file stands beside it; a doubt is.
    doubts = {name: why for name, why in patient.not_obtained.items() if why not in (NOT_CARRIED, NOT_SAID)}
    unknown = {name: why for name, why in {**more.not_obtained, **doubts}.items() if name not in facts}
    lists = {name: getattr(more if isinstance(getattr(patient, name), Unknown) else patient, name) for name in LISTS}
    birth_date = patient.birth_date or more.birth_date
    return msgspec.structs.replace(patient, facts=facts, not_obtained=unknown, birth_date=birth_date, **lists)


def _identities(patient: Patient, more: Patient) -> list[Problem]:
    pairs = (("id", patient.id, more.id), ("birth_date", patient.birth_date, more.birth_date))
    return [
        _differs(name, str(ours), str(theirs), more.file)
        for name, ours, theirs in pairs
        if None not in (ours, theirs) and "not given" not in (ours, theirs) and ours != theirs
    ]


def _differences(patient: Patient, more: Patient) -> list[Problem]:
    problems = []
    for name in sorted((patient.facts.keys() & more.facts.keys()) - GROUPS.keys()):
        ours, theirs = patient.facts[name], more.facts[name]
        if (ours.value, ours.on) != (theirs.value, theirs.on):
            problems.append(_differs(name, _shown(ours), _shown(theirs), theirs.place))
    for name in LISTS:
        both = getattr(patient, name), getattr(more, name)
        if Unknown not in map(type, both) and {one.name for one in both[0]} != {one.name for one in both[1]}:
            problems.append(_differs(name, f"{len(both[0])} entries", f"{len(both[1])} entries", more.file))
    return problems


def _older_groups(patient: Patient, more: Patient) -> dict[str, Dated]:
    """A group that both hold parts of is as old as the older of the two."""
    shared = patient.facts.keys() & more.facts.keys() & GROUPS.keys()
    return {name: min(patient.facts[name], more.facts[name], key=lambda one: one.on or dt.date.min) for name in shared}


def _shown(fact: Dated) -> str:
    return f"{fact.value} on {fact.on}" if fact.on else f"{fact.value}"


def _differs(name: str, ours: str, theirs: str, where: str) -> Problem:
    return Problem(f"{name}: {ours} in the FHIR record and {theirs} in the patient file", where, "one value",
                   "leave it out of the patient file, or correct the one that is wrong")  # fmt: skip
