"""A Patient as the document it could have been read from: for facts that came by another way than a patient file."""

from __future__ import annotations

from typing import Any

from assuage.patient.facts import Dated, Listed, Patient, Unknown, Value
from assuage.patient.fields import BARE, GROUPS, LISTS, SINGLE
from assuage.patient.read import NOT_OBTAINED
from assuage.quantity import Quantity


def document_of(patient: Patient) -> dict[str, Any]:
    """The keys and values of a patient document, every number as text with its unit.

    Get       a document from which `read_patient` makes the same patient, but for two things a document cannot hold: a
              group has one day, that of its oldest part; reasons are kept only for names that a document may give one for
    Checked   tests/unit/test_patient_written.py
    """
    found: dict[str, Any] = {"id": patient.id}
    if patient.synthetic:
        found["synthetic"] = True
    if patient.birth_date is not None:
        found["birth_date"] = patient.birth_date.isoformat()
    found.update({name: _single(patient.facts[name]) for name in SINGLE if name in patient.facts})
    found.update({name: group for name in GROUPS if (group := _group(name, patient))})
    found.update({name: _bare(patient.facts[name].value) for name in BARE if name in patient.facts})
    found.update({name: _list(listed) for name in LISTS if not isinstance(listed := getattr(patient, name), Unknown)})
    if pain := _pain(patient):
        found["pain"] = pain
    reasons = {name: why for name, why in patient.not_obtained.items() if name in NOT_OBTAINED and name not in found}
    if reasons:
        found["not_obtained"] = reasons
    return found


def _bare(value: Value) -> bool | str:
    """A value as a document writes it: a quantity with the code of its unit, digit for digit."""
    if isinstance(value, Quantity):
        return f"{value.value:f} {value.unit}"
    return value


def _single(fact: Dated) -> dict[str, Any]:
    found: dict[str, Any] = {"value": _bare(fact.value)}
    if fact.on is not None:
        found["on"] = fact.on.isoformat()
    if fact.how is not None:
        found["how"] = fact.how
    if fact.earlier:
        found["history"] = [_single(one) for one in fact.earlier]
    return found


def _group(name: str, patient: Patient) -> dict[str, Any]:
    parts = {part: patient.facts[f"{name}.{part}"] for part in GROUPS[name] if f"{name}.{part}" in patient.facts}
    if not parts:
        return {}
    days = [one.on for one in parts.values() if one.on is not None]
    day = {"on": min(days).isoformat()} if days else {}
    return {**day, **{part: _bare(one.value) for part, one in parts.items()}}


def _list(listed: tuple[Listed, ...]) -> list[Any]:
    return [_listed(one) for one in listed]


def _listed(one: Listed) -> Any:
    found = {"name": one.name}
    if one.detail is not None:
        found["note"] = one.detail
    if one.is_stopped:
        found["stopped"] = one.stopped.isoformat() if one.stopped else "date-not-known"
    return found if len(found) > 1 else one.name


def _pain(patient: Patient) -> dict[str, Any]:
    facts = patient.facts
    found: dict[str, Any] = {
        part: str(facts[f"pain.{part}"].value) for part in ("diagnosis", "since") if f"pain.{part}" in facts
    }
    if "pain.score" in facts and "pain.scale" in facts:
        found["score"] = {"scale": str(facts["pain.scale"].value), **_scored(facts["pain.score"])}
    if "pain.dn4" in facts:
        found["dn4"] = _scored(facts["pain.dn4"])
    if not isinstance(patient.tried, Unknown):
        found["tried"] = _list(patient.tried)
    return found


def _scored(fact: Dated) -> dict[str, Any]:
    """A score has no unit in a document: its scale is its unit."""
    found = _single(fact)
    for one in (found, *found.get("history", ())):
        one["value"] = str(one["value"]).removesuffix(" {score}")
    return found
