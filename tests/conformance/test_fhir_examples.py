"""Every official example of HL7 FHIR R4 that could reach us: understood, set aside with a reason, or refused in four parts.

The examples are those of the package hl7.fhir.r4.examples 4.0.1; `bin/test` installs it.
"""

from __future__ import annotations

import json
import re
from functools import cache
from pathlib import Path

import pytest
from tests.conformance.fhir.bundles import TERMS, bundle, patient

from assuage.document import read_json
from assuage.errors import DocumentError
from assuage.fhir import PatientReading, read_bundle
from assuage.patient import Unknown
from assuage.quantity import Quantity

EXAMPLES = Path(__file__).parent / "fhir" / "node_modules" / "hl7.fhir.r4.examples"
# Files of each type in the package, counted in its listing: a package that came half is no package.
COUNTS = {
    "Patient": 22, "Observation": 64, "Condition": 12, "MedicationRequest": 40, "MedicationStatement": 7,
    "MedicationDispense": 31, "MedicationAdministration": 14, "AllergyIntolerance": 6, "Bundle": 44,
}  # fmt: skip


@cache
def files(kind: str) -> tuple[Path, ...]:
    return tuple(sorted(EXAMPLES.rglob(f"{kind}-*.json")))


def _head(path: Path) -> str:
    return path.read_text(encoding="utf-8")


def in_a_bundle(path: Path) -> str:
    """The example beside a Patient whom it names; the example keeps every character that it is written with."""
    text = path.read_text(encoding="utf-8")
    whole = json.loads(text)
    subject = (whole.get("subject") or whole.get("patient") or {}).get("reference", "Patient/nobody")
    person = json.dumps(patient(id=subject.rsplit("/", 1)[-1]))
    return f'{{"resourceType": "Bundle", "type": "collection", "entry": [{{"resource": {person}}}, {{"resource": {text}}}]}}'


def outcome(text: str, name: str) -> PatientReading | DocumentError:
    try:
        return read_bundle(read_json(text, name), terms=TERMS)
    except DocumentError as error:
        return error


@cache
def every(kind: str) -> list[tuple[Path, PatientReading | DocumentError]]:
    alone = kind in ("Patient", "Bundle")
    return [(path, outcome(_head(path) if alone else in_a_bundle(path), path.name)) for path in files(kind)]


@pytest.mark.parametrize("kind", COUNTS)
def test_the_examples_are_all_there(kind: str) -> None:
    assert len(list(EXAMPLES.rglob(f"{kind}-*.json"))) == COUNTS[kind]


@pytest.mark.parametrize("kind", COUNTS)
def test_each_is_understood_or_refused_in_four_parts_and_never_silent(kind: str) -> None:
    for path, result in every(kind):
        if isinstance(result, DocumentError):
            assert all(one.what and one.where and one.expected and one.do for one in result.problems), path.name
        else:
            assert all(said.why and said.path and said.place for said in result.account), path.name


@pytest.mark.parametrize("kind", [kind for kind in COUNTS if kind not in ("Patient", "Bundle")])
def test_each_resource_beside_its_patient_is_in_the_account(kind: str) -> None:
    for path, result in every(kind):
        assert isinstance(result, PatientReading), path.name
        about = [said for said in result.account if said.path.startswith("Bundle.entry[1]")]
        assert about, path.name


@pytest.mark.parametrize("kind", COUNTS)
def test_no_value_stands_there_that_does_not_stand_in_the_file(kind: str) -> None:
    for path, result in every(kind):
        if isinstance(result, DocumentError):
            continue
        text = _head(path)
        for name, fact in result.patient.facts.items():
            if isinstance(fact.value, Quantity):
                assert re.search(rf"[:\s]{re.escape(str(fact.value.value))}[,\s}}]", text), (path.name, name)
                assert fact.on is not None
                assert fact.on.isoformat() in text, (path.name, name)


@pytest.mark.parametrize("kind", COUNTS)
def test_no_name_of_a_person_leaves_the_bundle(kind: str) -> None:
    for path, result in every(kind):
        family = set(re.findall(r'"family"\s*:\s*"([^"]{4,})"', _head(path)))
        shown = str(result) if isinstance(result, DocumentError) else repr((result.account, result.patient))
        assert not [name for name in family if re.search(rf"\b{re.escape(name)}\b", shown.replace(path.name, ""))], (
            path.name
        )


# By hand from the files: what the vital signs examples say.
VITAL_SIGNS = {
    "Observation-example.json": ("weight", "185", "[lb_av]", "2016-03-28"),
    "Observation-body-height.json": ("height", "66.899999999999991", "[in_i]", "1999-07-02"),
    "Observation-heart-rate.json": ("vitals.hr", "44", "/min", "1999-07-02"),
    "Observation-respiratory-rate.json": ("vitals.rr", "26", "/min", "1999-07-02"),
    "Observation-satO2.json": ("vitals.spo2", "95", "%", "2014-12-05"),
    "Observation-blood-pressure.json": ("vitals.dbp", "60", "mm[Hg]", "2012-09-17"),
}


@pytest.mark.parametrize("name", VITAL_SIGNS)
def test_the_vital_signs_are_read_exactly(name: str) -> None:
    fact_name, number, unit, day = VITAL_SIGNS[name]
    result = example("Observation", name)
    assert isinstance(result, PatientReading)
    fact = result.patient.facts[fact_name]
    assert isinstance(fact.value, Quantity)
    assert (str(fact.value.value), fact.value.unit, str(fact.on)) == (number, unit, day)


def example(kind: str, name: str) -> PatientReading | DocumentError:
    return {path.name: result for path, result in every(kind)}[name]


def test_a_part_that_was_not_performed_is_not_obtained_and_the_other_stands() -> None:
    result = example("Observation", "Observation-blood-pressure-dar.json")
    assert isinstance(result, PatientReading)
    assert "vitals.sbp" in result.patient.facts
    assert "Not Performed" in result.patient.not_obtained["vitals.dbp"]


def test_a_cancelled_measurement_is_excluded() -> None:
    result = example("Observation", "Observation-blood-pressure-cancel.json")
    assert isinstance(result, PatientReading)
    assert len(result.those("excluded")) == 1


@pytest.mark.parametrize(("name", "is_asked"), [("nka", True), ("nkda", True), ("nkla", False)])
def test_no_known_allergy_is_asked_and_none_but_no_known_latex_allergy_is_not(name: str, is_asked: bool) -> None:
    result = example("AllergyIntolerance", f"AllergyIntolerance-{name}.json")
    assert isinstance(result, PatientReading)
    assert (result.patient.allergies == ()) is is_asked
    assert isinstance(result.patient.allergies, Unknown) is not is_asked


@pytest.mark.parametrize(
    ("name", "what"), [("animal", "the patient is an animal"), ("pat3", "recorded as deceased"), ("pat4", "recorded as deceased")]
)  # fmt: skip
def test_patients_nothing_can_be_planned_for_are_refused(name: str, what: str) -> None:
    result = example("Patient", f"Patient-{name}.json")
    assert isinstance(result, DocumentError)
    assert what in result.problems[0].what


def test_a_page_of_a_search_is_refused_and_a_document_with_one_patient_is_read() -> None:
    page = example("Bundle", "Bundle-bundle-example.json")
    assert isinstance(page, DocumentError)
    assert "one page" in page.problems[0].what
    document = example("Bundle", "Bundle-father.json")
    assert isinstance(document, PatientReading)
    assert len(document.those("understood")) > 2


def test_changing_a_bundle_around_an_example_does_not_change_the_example() -> None:
    """The wrapping of these tests is itself read as a Bundle with two entries."""
    whole = json.loads(in_a_bundle(files("Condition")[0]))
    assert [one["resource"]["resourceType"] for one in whole["entry"]] == ["Patient", "Condition"]
    assert whole.keys() == bundle().keys()
