"""A Bundle damaged at random gives a Patient or an error in four parts, and never a value that does not stand in it."""

from __future__ import annotations

import copy
import json
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from hypothesis import given, settings
from hypothesis import strategies as st
from tests.conformance.fhir.bundles import TERMS

from assuage.catalog.terms import resolve
from assuage.document import read_json
from assuage.errors import DocumentError
from assuage.fhir import PatientReading, read_bundle
from assuage.patient import Patient, Unknown
from assuage.patient.fields import GROUPS
from assuage.quantity import Quantity

TEXT = (Path(__file__).parents[2] / "examples" / "bundle.json").read_text(encoding="utf-8")
# Numbers as texts of their own, so that they are written back with the digits they had.
WHOLE = json.loads(TEXT, parse_float=lambda digits: f"@@{digits}", parse_int=lambda digits: f"@@{digits}")
KINDS: dict[str, Any] = {"conditions": "condition", "medications": "drug", "allergies": "allergen"}
JUNK = (
    None, True, False, "", " ", "x", "@@0", "@@-1", "@@1e400", "@@7.5", [], {}, [None], [[]], [{}], {"": []}, "2026", "2026-11",
    "2026-11-31", "0000-01-01", "9999-12-31", "2026-11-25T08:00:00", "2026-11-25T24:00:00Z", "2026-11-25T08:00:00+99:00",
    "entered-in-error", "preliminary", "refuted", "Patient/other", "#", "urn:uuid:0", "é́\u202e", "<", "mg/dL", "http://loinc.org",
    "Bundle", "Observation", "Patient", {"reference": "Patient/demo-1"}, {"coding": "x"}, {"resourceType": "Patient", "id": "b"},
)  # fmt: skip
Place = tuple[str | int, ...]


def places(node: Any, path: Place = ()) -> Iterator[Place]:
    inside = node.items() if isinstance(node, dict) else enumerate(node) if isinstance(node, list) else ()
    for key, child in inside:
        yield (*path, key)
        yield from places(child, (*path, key))


PLACES = list(places(WHOLE))
DELETED = st.lists(st.sampled_from(PLACES), min_size=1, max_size=6)
REPLACED = st.lists(st.tuples(st.sampled_from(PLACES), st.sampled_from(JUNK)), min_size=1, max_size=5)


def holder(whole: Any, place: Place) -> Any:
    """What holds a place; none where an earlier damage took it away."""
    for step in place[:-1]:
        if not isinstance(whole, dict | list) or not has(whole, step):
            return None
        whole = whole[step]
    return whole if isinstance(whole, dict | list) and has(whole, place[-1]) else None


def has(node: Any, step: str | int) -> bool:
    return step in node if isinstance(node, dict) else isinstance(step, int) and step < len(node)


def text_of(whole: Any) -> str:
    return re.sub(r'"@@([^"]*)"', r"\1", json.dumps(whole, indent=1))


def outcome(text: str) -> PatientReading | None:
    try:
        return read_bundle(read_json(text, "damaged.json"), terms=TERMS)
    except DocumentError as error:
        parts = [part for one in error.problems for part in (one.what, one.where, one.expected, one.do)]
        assert all(parts)
        return None


def values(patient: Patient) -> dict[str, Any]:
    return {name: (fact.value, fact.on) for name, fact in patient.facts.items() if name not in GROUPS}


INTACT = outcome(TEXT)
assert INTACT is not None


@settings(max_examples=400)
@given(DELETED)
def test_what_is_left_out_is_not_known_and_changes_nothing_else(deleted: list[Place]) -> None:
    whole = copy.deepcopy(WHOLE)
    for place in deleted:
        inside = holder(whole, place)
        if inside is not None:
            del inside[place[-1]]
    result = outcome(text_of(whole))
    if result is None:
        return
    assert INTACT is not None
    assert values(result.patient).items() <= values(INTACT.patient).items()
    for name, kind in KINDS.items():
        now, before = getattr(result.patient, name), getattr(INTACT.patient, name)
        if isinstance(now, Unknown) or len(now) == len(before):
            continue
        assert all(resolve(entry.name, kind, TERMS).term is None for entry in now), name


@settings(max_examples=600)
@given(REPLACED)
def test_what_is_put_in_its_place_never_breaks_the_reading_nor_makes_a_value_up(
    replaced: list[tuple[Place, Any]],
) -> None:
    whole = copy.deepcopy(WHOLE)
    for place, junk in replaced:
        inside = holder(whole, place)
        if inside is not None:
            inside[place[-1]] = copy.deepcopy(junk)
    text = text_of(whole)
    result = outcome(text)
    if result is None:
        return
    for name, fact in result.patient.facts.items():
        if isinstance(fact.value, Quantity):
            assert re.search(rf":\s*{re.escape(str(fact.value.value))}[,\s]", text), name
            assert fact.on is not None
            assert fact.on.isoformat() in text, name
    for said in result.account:
        assert said.why
        assert said.path.startswith("Bundle")


@settings(max_examples=50)
@given(st.permutations(WHOLE["entry"]))
def test_the_order_of_the_entries_is_nothing(entries: list[Any]) -> None:
    result = outcome(text_of({**WHOLE, "entry": entries}))
    assert result is not None
    assert INTACT is not None
    assert values(result.patient) == values(INTACT.patient)


@settings(max_examples=200)
@given(st.integers(0, len(TEXT)), st.sampled_from(("", "{", "]", '"', ",", "0", "\\", "\x00")))
def test_a_text_cut_short_or_with_a_stray_character_is_read_or_refused(at: int, stray: str) -> None:
    outcome(TEXT[:at] + stray)
    outcome(TEXT[:at] + stray + TEXT[at:])
