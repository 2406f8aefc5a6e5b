"""Conditions, medications and allergies: what stays, what goes, what was never asked."""

from __future__ import annotations

import datetime as dt
from typing import Any

import pytest
from tests.conformance.fhir.bundles import (
    IPS,
    SNOMED,
    TERMS,
    Json,
    allergy,
    bundle,
    coded,
    condition,
    medication,
    patient,
    read,
    reading,
    status,
)

from assuage.catalog.terms import resolve
from assuage.patient import Listed, Unknown

LISTS = ("conditions", "medications", "allergies")
NONE: dict[str, Json] = {
    "conditions": condition(code=coded(IPS, "no-known-problems")),
    "medications": medication(medicationCodeableConcept=coded(IPS, "no-known-medications")),
    "allergies": allergy(code=coded(SNOMED, "716186003")),
}
ONE: dict[str, Json] = {"conditions": condition(), "medications": medication(), "allergies": allergy()}
KINDS: dict[str, Any] = {"conditions": "condition", "medications": "drug", "allergies": "allergen"}


def entries(name: str, *resources: Json) -> tuple[Listed, ...]:
    found = getattr(reading(*resources).patient, name)
    assert not isinstance(found, Unknown), found.reason
    return tuple(found)


def is_held(name: str, entry: Listed) -> bool:
    """Nothing answers to the name, so screening holds."""
    return resolve(entry.name, KINDS[name], TERMS).term is None


@pytest.mark.parametrize("name", LISTS)
def test_a_list_of_which_nothing_is_said_was_not_asked(name: str) -> None:
    found = getattr(reading().patient, name)
    assert isinstance(found, Unknown)
    assert found.reason.startswith("not asked")


@pytest.mark.parametrize("name", LISTS)
def test_a_list_that_says_none_was_asked(name: str) -> None:
    assert entries(name, NONE[name]) == ()


@pytest.mark.parametrize("name", LISTS)
def test_none_beside_an_entry_contradicts_and_both_stand(name: str) -> None:
    found = entries(name, NONE[name], ONE[name])
    assert len(found) == 2
    assert found[1].name == f"no known {name}"


@pytest.mark.parametrize("name", LISTS)
def test_an_entry_keeps_its_words_and_place(name: str) -> None:
    (entry,) = entries(name, ONE[name])
    assert entry.name in ("stroke", "pregabalin", "penicillin")
    assert (entry.is_stopped, entry.place.startswith("bundle.json:")) == (False, True)


@pytest.mark.parametrize("name", LISTS)
@pytest.mark.parametrize("doubt", ["nameless", "modifier", "whose"])
def test_an_entry_in_doubt_stays_and_nothing_answers_to_it(name: str, doubt: str) -> None:
    one = dict(ONE[name])
    if doubt == "nameless":
        one = {key: value for key, value in one.items() if key not in ("code", "medicationCodeableConcept")}
    elif doubt == "modifier":
        one["modifierExtension"] = [{"url": "http://example.org"}]
    else:
        one = {key: value for key, value in one.items() if key not in ("subject", "patient")}
    (entry,) = entries(name, one)
    assert is_held(name, entry)
    assert len(reading(one).those("held")) == 1


@pytest.mark.parametrize("name", LISTS)
def test_a_doubtful_statement_of_none_empties_nothing(name: str) -> None:
    (entry,) = entries(name, {**NONE[name], "modifierExtension": [{"url": "http://example.org"}]})
    assert is_held(name, entry)


@pytest.mark.parametrize(
    ("name", "one"),
    [
        ("allergies", allergy(code=coded(SNOMED, "716184000"))),
        ("allergies", allergy(code=coded(IPS, "no-allergy-info"))),
        ("conditions", condition(code=coded(IPS, "no-problem-info"))),
        ("medications", medication(medicationCodeableConcept=coded(IPS, "no-medication-info"))),
        ("allergies", {**NONE["allergies"], "clinicalStatus": status("inactive")}),
        ("conditions", {**NONE["conditions"], "clinicalStatus": status("resolved")}),
        ("medications", {**NONE["medications"], "status": "completed"}),
        ("allergies", {**NONE["allergies"], "verificationStatus": status("refuted")}),
        ("allergies", allergy(verificationStatus=status("refuted"))),
        ("allergies", allergy(verificationStatus=status("entered-in-error"))),
        ("conditions", condition(verificationStatus=status("refuted"))),
        ("medications", medication(status="entered-in-error")),
        ("medications", medication(status="intended")),
        ("medications", medication(status="not-taken")),
        ("medications", medication(kind="MedicationRequest", status="draft")),
        ("medications", medication(kind="MedicationRequest", status="cancelled")),
        ("medications", medication(kind="MedicationRequest", doNotPerform=True)),
        ("medications", medication(kind="MedicationAdministration", status="not-done")),
        ("medications", medication(kind="MedicationDispense", status="declined")),
        ("conditions", condition(subject={"reference": "Patient/bob"})),
    ],
)
def test_what_does_not_count_is_said_and_leaves_the_list_not_asked(name: str, one: Json) -> None:
    result = reading(one)
    assert isinstance(getattr(result.patient, name), Unknown)
    assert len([*result.those("excluded"), *result.those("set-aside")]) == 1


@pytest.mark.parametrize("text", ["NKA", "no known allergies"])
def test_an_allergy_list_says_none_in_words_too(text: str) -> None:
    assert entries("allergies", allergy(text)) == ()


@pytest.mark.parametrize(
    ("more", "detail"),
    [
        ({"clinicalStatus": status("active"), "verificationStatus": status("confirmed")}, None),
        ({"clinicalStatus": status("resolved"), "abatementDateTime": "2015-03-01T10:00:00Z"}, "resolved; until 2015-03-01"),
        ({"clinicalStatus": status("inactive")}, "inactive"),
        ({"clinicalStatus": status("remission"), "onsetDateTime": "2010"}, "remission; since 2010"),
        ({"clinicalStatus": status("recurrence"), "verificationStatus": status("provisional")}, "recurrence; provisional"),
    ],
)  # fmt: skip
def test_what_is_over_stays_and_says_so(more: Json, detail: str | None) -> None:
    (entry,) = entries("conditions", condition("complete heart block", **more))
    assert (entry.name, entry.detail, entry.is_stopped) == ("complete heart block", detail, False)


def test_an_allergy_says_its_kind_and_weight() -> None:
    (entry,) = entries("allergies", allergy(type="intolerance", criticality="high"))
    assert entry.detail == "intolerance; high"


def test_an_allergy_without_a_code_is_named_by_its_reaction() -> None:
    (entry,) = entries("allergies", allergy(None, reaction=[{}, {"substance": {"text": "penicillin"}}]))
    assert entry.name == "penicillin"


@pytest.mark.parametrize(
    ("word", "stopped"), [("active", False), ("on-hold", False), ("unknown", False), ("completed", True), ("stopped", True), (None, False), ("other", False)]
)  # fmt: skip
def test_a_status_tells_whether_a_drug_is_taken(word: str | None, stopped: bool) -> None:
    (entry,) = entries("medications", medication(status=word))
    assert (entry.is_stopped, entry.stopped) == (stopped, None)
    assert (entry.detail is not None) is (word in ("on-hold", "unknown", None, "other"))


@pytest.mark.parametrize(
    ("more", "stopped"),
    [
        ({"effectivePeriod": {"end": "2026-11-01"}}, dt.date(2026, 11, 1)),
        ({"effectivePeriod": {"end": "2026-11"}}, None),
        ({"effectiveDateTime": "2026-11-01"}, None),
        (
            {"dosageInstruction": [{"timing": {"repeat": {"boundsPeriod": {"end": "2026-10-02"}}}}]},
            dt.date(2026, 10, 2),
        ),
    ],
)
def test_a_stopped_drug_has_a_day_only_where_one_is_written(more: Json, stopped: dt.date | None) -> None:
    (entry,) = entries("medications", medication(status="stopped", **more))
    assert (entry.is_stopped, entry.stopped) == (True, stopped)


@pytest.mark.parametrize("word", ["completed", "stopped"])
def test_a_drug_given_once_may_be_given_again(word: str) -> None:
    given = medication(kind="MedicationAdministration", status=word, effectiveDateTime="2026-11-01T10:00:00Z")
    (entry,) = entries("medications", given)
    assert (entry.is_stopped, entry.detail) == (False, "on 2026-11-01")


def test_a_drug_handed_over_is_being_taken() -> None:
    (entry,) = entries("medications", medication(kind="MedicationDispense", status="completed"))
    assert not entry.is_stopped


def test_a_drug_with_a_planned_end_is_still_taken() -> None:
    (entry,) = entries(
        "medications", medication(effectivePeriod={"end": "2026-11-01"}, dosage=[{"text": "150 mg"}, {}])
    )
    assert (entry.is_stopped, entry.detail) == (False, "150 mg; planned until 2026-11-01")


@pytest.mark.parametrize(
    ("words", "kept"),
    [
        ([("active", None), ("stopped", "2026-11-01")], (False, None)),
        ([("stopped", "2026-10-01"), ("stopped", "2026-11-01")], (True, dt.date(2026, 11, 1))),
        ([("stopped", None), ("stopped", "2026-11-01")], (True, None)),
    ],
)
def test_entries_of_one_name_are_one_that_counts_longest(words: Any, kept: Any) -> None:
    several = [medication(status=word, effectivePeriod={"end": end} if end else {}) for word, end in words]
    (entry,) = entries("medications", *several)
    assert (entry.is_stopped, entry.stopped) == kept
    assert entry.detail
    assert "2 entries" in entry.detail


def test_a_condition_that_stands_again_is_not_shown_as_over() -> None:
    found = entries("conditions", condition(clinicalStatus=status("resolved")), condition("Stroke"))
    assert [one.detail for one in found] == ["2 entries"]


@pytest.mark.parametrize(
    ("concept", "name"),
    [
        ({"text": "stroke", "coding": [{"display": "Cerebrovascular accident"}]}, "stroke"),
        ({"text": "CVA, see letter", "coding": [{"display": "Stroke"}]}, "Stroke"),
        ({"text": "stroke", "coding": [{"display": "Heart block"}]}, "stroke or Heart block"),
        ({"text": "no heart block", "coding": [{"display": "Stroke"}]}, "no heart block or Stroke"),
        ({"text": "gout", "coding": [{"display": "Gout"}]}, "gout"),
        ({"coding": [{"code": "230690007"}]}, "code 230690007, without words"),
        ({"coding": [{}]}, "Condition without a name"),
        ({"text": "  "}, "Condition without a name"),
    ],
)
def test_the_words_that_a_term_answers_to_are_preferred_unless_others_differ(concept: Json, name: str) -> None:
    (entry,) = entries("conditions", condition(code=concept))
    assert entry.name == name


MEDICATION: Json = {"resourceType": "Medication", "id": "m", "code": {"text": "ketamine"}}


@pytest.mark.parametrize(
    ("reference", "held", "name"),
    [
        ({"reference": "Medication/m"}, MEDICATION, "ketamine"),
        ({"reference": "Medication/other", "display": "ketamine"}, MEDICATION, "ketamine"),
        ({"reference": "Medication/other"}, MEDICATION, "MedicationRequest without a name"),
        ({"display": "ketamine"}, MEDICATION, "ketamine"),
        ({"reference": "http://elsewhere.org/Medication/m"}, MEDICATION, "MedicationRequest without a name"),
        ({"reference": "?"}, MEDICATION, "MedicationRequest without a name"),
        ({"reference": "Medication/m"}, {"resourceType": "Medication", "id": "m"}, "MedicationRequest without a name"),
        (
            {"reference": "Medication/m"},
            {"resourceType": "Medication", "id": "m", "ingredient": [
                {"itemCodeableConcept": {"text": "lidocaine"}},
                {"itemCodeableConcept": {"coding": [{}, {"display": "epinephrine"}]}},
            ]},
            "lidocaine with epinephrine",
        ),
        (
            {"reference": "Medication/m"},
            {"resourceType": "Medication", "id": "m", "ingredient": [{"itemCodeableConcept": {"text": "lidocaine"}}, {}]},
            "MedicationRequest without a name",
        ),
    ],
)  # fmt: skip
def test_a_medication_is_found_where_it_is_referred_to(reference: Json, held: Json, name: str) -> None:
    one = medication(None, "MedicationRequest", medicationReference=reference)
    assert entries("medications", one, held)[0].name == name


@pytest.mark.parametrize(("target", "name"), [("#m", "ketamine"), ("#n", "MedicationRequest without a name")])
def test_a_contained_medication_is_found(target: str, name: str) -> None:
    one = medication(None, "MedicationRequest", medicationReference={"reference": target}, contained=[{}, MEDICATION])
    assert entries("medications", one)[0].name == name


def test_a_medication_is_found_by_its_full_url() -> None:
    one = medication(None, "MedicationRequest", medicationReference={"reference": "urn:uuid:5"})
    whole = bundle(patient(), one)
    whole["entry"].append(
        {"fullUrl": "urn:uuid:5", "resource": {"resourceType": "Medication", "code": {"text": "ketamine"}}}
    )
    found = read(whole).patient.medications
    assert isinstance(found, tuple)
    assert found[0].name == "ketamine"
