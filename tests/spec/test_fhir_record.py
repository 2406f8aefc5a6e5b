"""Whose each resource is, and what cannot be read as the record of one living patient."""

from __future__ import annotations

from typing import Any

import pytest
from tests.conformance.fhir.bundles import (
    TERMS,
    Json,
    bundle,
    coded,
    condition,
    loinc,
    observation,
    patient,
    read,
    reading,
)

from assuage.document import Node
from assuage.errors import DocumentError
from assuage.fhir import is_fhir, read_bundle

HERE, THERE = "http://here.org/fhir/", "http://there.org/fhir/"
MRN = {"system": "urn:mrn", "value": "7"}


@pytest.mark.parametrize(
    ("own", "theirs", "subject", "verdict"),
    [
        (None, None, {"reference": "Patient/ann"}, "this"),
        (None, None, {"reference": "Patient/ann/_history/3"}, "this"),
        (None, None, {"reference": "Patient/bob"}, "other"),
        (None, None, {"reference": "Group/ann"}, "other"),
        (None, None, {"reference": "#p"}, "unclear"),
        (None, None, {"reference": "Patient?name=Ann"}, "unclear"),
        (None, None, {"reference": f"{HERE}Patient/ann"}, "unclear"),
        ("urn:uuid:1", "urn:uuid:2", {"reference": "urn:uuid:1"}, "this"),
        ("urn:uuid:1", "urn:uuid:2", {"reference": "urn:uuid:9"}, "unclear"),
        (f"{HERE}Patient/ann", f"{HERE}Observation/1", {"reference": "Patient/ann"}, "this"),
        (f"{HERE}Patient/ann", None, {"reference": "Patient/ann"}, "this"),
        (f"{HERE}Patient/ann", f"{THERE}Observation/1", {"reference": "Patient/ann"}, "other"),
        (f"{HERE}Patient/ann", None, {"reference": f"{THERE}Patient/ann"}, "other"),
        (f"{HERE}Patient/ann", f"{THERE}Observation/1", {"reference": f"{HERE}Patient/ann"}, "this"),
        (None, None, {"identifier": MRN}, "this"),
        (None, None, {"identifier": {"system": "urn:mrn", "value": "8"}}, "unclear"),
        (None, None, {"identifier": {"value": "7"}}, "unclear"),
    ],
)
def test_whose_a_resource_is(own: str | None, theirs: str | None, subject: Json, verdict: str) -> None:
    people = patient(identifier=[MRN, {"value": "7"}])
    pairs = ((people, own), (observation(subject=subject), theirs))
    result = read(bundle(entry=[{"resource": one} | ({"fullUrl": url} if url else {}) for one, url in pairs]))
    assert ("creatinine" in result.patient.facts) is (verdict == "this")
    assert len(result.those("set-aside")) == (verdict == "other")
    assert ("creatinine" in {said.what for said in result.those("held")}) is (verdict == "unclear")
    assert "name=" not in "".join(map(str, result.account))


def test_a_resource_that_is_not_read_is_counted() -> None:
    result = reading(*({"resourceType": "Encounter", "id": str(at)} for at in range(3)))
    assert [(said.what, said.why) for said in result.account if said.what == "Encounter"] == [
        ("Encounter", "not read here (3 in the Bundle)")
    ]
    assert result.summary() == "1 understood, 0 held in doubt, 0 excluded, 1 not read"


def test_an_observation_without_a_loinc_code_is_counted() -> None:
    said = reading(observation(coded("urn:local", "CREA"))).those("set-aside")
    assert [one.what for one in said] == ["Observation without a LOINC code"]


def problems(document: Json) -> list[str]:
    with pytest.raises(DocumentError) as error:
        read(document)
    assert all(part for one in error.value.problems for part in (one.what, one.where, one.expected, one.do))
    return [problem.what for problem in error.value.problems]


@pytest.mark.parametrize(
    ("document", "what"),
    [
        ({"resourceType": "Observation"}, "a FHIR resource of type Observation"),
        ({"resourceType": 7}, "no FHIR resource"),
        ({}, "no FHIR resource"),
        (bundle(), "no Patient"),
        (bundle(patient(), type="history"), "a Bundle of type history"),
        (bundle(patient(), type=None), "a Bundle of type not given"),
        (bundle(patient(), type="searchset", link=[{"relation": "next", "url": "x"}]), "one page of a longer"),
        (bundle(patient(), type="searchset", total=3), "one page of a longer"),
        (bundle(patient(), type="searchset", total=-1), "one page of a longer"),
        (bundle(patient(), entry={"resource": patient()}), "entries that are not a list"),
        (bundle(patient(), {"id": "x"}), "an entry that names no resource type"),
        (bundle(patient(), implicitRules="x"), "a modifier that may change"),
        (bundle(patient(modifierExtension=[{}])), "a modifier that may change"),
        (bundle(patient(deceasedBoolean=True)), "recorded as deceased"),
        (bundle(patient(deceasedBoolean="no")), "recorded as deceased"),
        (bundle(patient(deceasedDateTime="2020")), "recorded as deceased"),
        (bundle(patient(active=False)), "marked as not in use"),
        (bundle(patient(link=[{"type": "replaced-by"}])), "replaced by another"),
        (
            bundle(patient(extension=[{"url": "http://hl7.org/fhir/StructureDefinition/patient-animal"}])),
            "is an animal",
        ),
        (bundle(patient(), condition(id="c"), condition(id="c")), "Condition/c stands twice"),
    ],
)
def test_what_cannot_be_read_as_one_living_patient_is_refused_in_four_parts(document: Json, what: str) -> None:
    assert any(what in one for one in problems(document)), problems(document)


@pytest.mark.parametrize(
    ("first", "second", "is_twice"),
    [
        ({"id": "c"}, {"id": "c"}, True),
        ({"id": "c", "url": "urn:uuid:1"}, {"id": "c"}, True),
        ({"id": "c", "url": "http://a.org/Condition/c"}, {"id": "c", "url": "http://b.org/Condition/c"}, False),
        ({"url": "urn:uuid:1"}, {"url": "urn:uuid:1"}, True),
        ({"url": "urn:uuid:1"}, {"url": "urn:uuid:2"}, False),
        ({}, {}, False),
    ],
)
def test_a_resource_stands_once(first: Json, second: Json, is_twice: bool) -> None:
    whole = bundle(patient())
    for one in (first, second):
        url = {"fullUrl": one["url"]} if "url" in one else {}
        whole["entry"].append({**url, "resource": condition(id=one.get("id"))})
    if is_twice:
        assert "stands twice" in problems(whole)[0]
    else:
        assert read(whole).patient.id == "ann"


def test_several_patients_are_named_by_their_ids_alone() -> None:
    several = bundle(patient(name=[{"family": "Smith"}]), patient(id="bob"), patient(id=None))
    (said,) = problems(several)
    assert said.startswith("3 patients: Patient/ann (bundle.json:")
    assert "Patient/bob" in said
    assert "Smith" not in said


def test_all_problems_are_said_at_once() -> None:
    assert len(problems(bundle(patient(deceasedBoolean=True, active=False), type="history"))) == 3


@pytest.mark.parametrize("word", ["collection", "searchset", "document", "transaction", "batch", "message"])
def test_each_kind_of_bundle_is_read(word: str) -> None:
    assert read(bundle(patient(deceasedBoolean=False, active=True), type=word)).patient.id == "ann"


def test_a_page_with_all_its_matches_is_whole() -> None:
    assert read(bundle(patient(), type="searchset", total=1)).patient.id == "ann"


def test_a_bare_patient_is_read() -> None:
    assert read(patient(id=None)).patient.id == "not given"


@pytest.mark.parametrize(
    ("entry", "verdict"),
    [
        ({"request": {"method": "DELETE"}, "resource": condition()}, "excluded"),
        ({"request": {"method": "PATCH"}, "resource": condition()}, "excluded"),
        ({"modifierExtension": [{}], "resource": condition()}, "excluded"),
        ({"request": {"method": "PUT"}, "resource": condition()}, "understood"),
        ({"fullUrl": "urn:uuid:7"}, "set-aside"),
        ({"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "warning"}]}}, "set-aside"),
        ({"resource": {"resourceType": "OperationOutcome", "issue": [{"severity": "information"}]}}, "set-aside"),
    ],
)
def test_an_entry_that_brings_nothing_is_said(entry: Json, verdict: Any) -> None:
    whole = bundle(patient(gender=None))
    whole["entry"].append(entry)
    assert len(read(whole).those(verdict)) == 1


def test_what_is_fhir_says_so() -> None:
    word = Node("text", "Bundle", "", 1, 1)
    assert is_fhir(Node("mapping", (("resourceType", word),), "", 1, 1))
    assert not is_fhir(Node("mapping", (("id", word),), "", 1, 1))
    with pytest.raises(DocumentError):
        read_bundle(word, terms=TERMS)


def test_a_panel_code_alone_is_no_fact() -> None:
    assert reading(observation(loinc("85354-9"))).patient.facts.keys() == {"sex"}


def test_the_record_of_a_whole_life_is_read() -> None:
    """More characters than a patient file may hold."""
    long = bundle(patient(), observation(), {"resourceType": "Basic", "text": {"div": "x" * 6_000_000}})
    assert "creatinine" in read(long).patient.facts
