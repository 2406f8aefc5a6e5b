"""Whole made-up patients of another program, carebundle 0.5.0: as it makes them, over several visits, and with its defects."""

from __future__ import annotations

import json
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from carebundle import PROFILES, Imperfection, generate_bundle, generate_history, inject_defects, to_json
from tests.conformance.fhir.bundles import TERMS

from assuage.document import read_json
from assuage.errors import DocumentError
from assuage.fhir import PatientReading, read_bundle
from assuage.patient import Unknown
from assuage.quantity import Quantity

SEEDS, VISITS = range(6), 4
NAMES = {"2160-0": "creatinine", "2823-3": "potassium", "17861-6": "calcium", "1742-6": "alt", "6768-6": "alp",
         "29463-7": "weight", "8302-2": "height", "8867-4": "vitals.hr", "9279-1": "vitals.rr"}  # fmt: skip


def read_text(text: str) -> PatientReading:
    return read_bundle(read_json(text, "made-up.json"), terms=TERMS)


@cache
def made(profile: str, seed: int) -> str:
    return str(to_json(generate_bundle(profile=profile, seed=seed)))


def newest(text: str) -> dict[str, tuple[str, str]]:
    """By another way than ours: the last value of each code and its day, from the parsed JSON."""
    found: dict[str, tuple[str, str]] = {}
    resources = [entry["resource"] for entry in json.loads(text, parse_float=str, parse_int=str)["entry"]]
    for one in resources:
        codes = {coding["code"] for coding in one.get("code", {}).get("coding", [])} & NAMES.keys()
        if one["resourceType"] == "Observation" and codes:
            name, when = NAMES[codes.pop()], one["effectiveDateTime"]
            if name not in found or when > found[name][1]:
                found[name] = (one["valueQuantity"]["value"], when)
    return {name: (value, when[:10]) for name, (value, when) in found.items()}


def as_found(result: PatientReading) -> dict[str, tuple[str, str]]:
    return {
        name: (str(fact.value.value), str(fact.on))
        for name, fact in result.patient.facts.items()
        if isinstance(fact.value, Quantity) and name in NAMES.values()
    }


@pytest.mark.parametrize("profile", PROFILES)
@pytest.mark.parametrize("seed", SEEDS)
def test_every_value_is_the_one_made(profile: str, seed: int) -> None:
    result = read_text(made(profile, seed))
    assert as_found(result) == newest(made(profile, seed))
    assert len(as_found(result)) == len(NAMES)
    assert result.those("held") == ()


@pytest.mark.parametrize("profile", PROFILES)
def test_every_entry_of_the_lists_is_there(profile: str) -> None:
    text = made(profile, 1)
    resources = [entry["resource"] for entry in json.loads(text)["entry"]]
    for kind, name in (
        ("Condition", "conditions"),
        ("MedicationRequest", "medications"),
        ("AllergyIntolerance", "allergies"),
    ):
        listed: Any = getattr(read_text(text).patient, name)
        there = [one for one in resources if one["resourceType"] == kind]
        assert isinstance(listed, Unknown) == (not there)
        concepts = [json.dumps(one.get("code") or one.get("medicationCodeableConcept")) for one in there]
        assert all(any(entry.name in concept for concept in concepts) for entry in (() if not there else listed))


@pytest.mark.parametrize("seed", SEEDS)
def test_of_several_visits_the_last_decides_and_the_others_are_kept(seed: int) -> None:
    text = str(to_json(generate_history(profile="ckd_stage3", seed=seed, visits=VISITS)))
    result = read_text(text)
    assert as_found(result) == newest(text)
    pressure = result.patient.facts["vitals.sbp"]
    days = [one.on for one in (pressure, *pressure.earlier) if one.on is not None]
    assert len(days) == VISITS
    assert days == sorted(days, reverse=True)


@pytest.mark.parametrize(
    "kind", ["missing_field", "duplicate_entry", "out_of_order_timestamp", "unparseable_value", "unknown_code_system"]
)
@pytest.mark.parametrize("seed", SEEDS)
def test_its_defects_never_make_a_value_up(kind: str, seed: int) -> None:
    """Each value read from a damaged Bundle stands in the whole one; what is damaged is refused, held or said."""
    damaged, defects = inject_defects(json.loads(made("ckd_stage3", seed)), Imperfection(**{kind: 0.3}), seed=seed)
    assert defects
    try:
        result = read_text(json.dumps(damaged))
    except DocumentError:
        return
    whole = as_found(read_text(made("ckd_stage3", seed)))
    assert {name: Decimal(value) for name, (value, _) in as_found(result).items()}.items() <= {
        name: Decimal(value) for name, (value, _) in whole.items()
    }.items()
