"""The worked example twice: as a patient file and as a FHIR Bundle. One patient, the same facts, the same plan."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import msgspec
import pytest

from assuage.catalog import Catalog, read_catalog
from assuage.catalog.clinic import read_clinic
from assuage.document import read_json, read_yaml
from assuage.errors import DocumentError
from assuage.fhir import PatientReading, complete, read_bundle
from assuage.patient import Dated, Patient, Unknown, read_patient
from assuage.plan import Plan, Request, make_plan

EXAMPLES = Path(__file__).parents[2] / "examples"
# What the example's patient file says and a Bundle cannot: everything else has to be the same.
ONLY_IN_THE_FILE = {
    "ecg.av_block", "ecg.read_by", "knee_jerk", "knee_jerk.present", "urine", "urine.normal", "pain.diagnosis",
    "pain.since", "pain.scale", "pain.score", "pain.dn4", "nerve_block", "pregnancy", "consent", "consent.off_label",
    "escort",
}  # fmt: skip
START = dt.datetime(2026, 11, 30, 9, tzinfo=ZoneInfo("America/Winnipeg"))


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    return read_catalog()


@pytest.fixture(scope="module")
def from_file() -> Patient:
    return read_patient(read_yaml((EXAMPLES / "patient.yaml").read_text(encoding="utf-8"), "patient.yaml"))


@pytest.fixture(scope="module")
def from_bundle(catalog: Catalog) -> PatientReading:
    return read_bundle(read_json(_bundle(), "bundle.json"), terms=catalog.terms)


def _bundle() -> str:
    return (EXAMPLES / "bundle.json").read_text(encoding="utf-8")


def _said(fact: Dated | Unknown) -> Any:
    return fact.reason if isinstance(fact, Unknown) else (fact.value, fact.on, fact.how, fact.earlier)


def test_every_fact_that_fhir_can_carry_is_the_same(from_file: Patient, from_bundle: PatientReading) -> None:
    both = {name: _said(fact) for name, fact in from_file.facts.items() if name not in ONLY_IN_THE_FILE}
    assert {name: _said(fact) for name, fact in from_bundle.patient.facts.items()} == both
    assert len(both) > 18


def test_the_lists_the_identity_and_the_label_are_the_same(from_file: Patient, from_bundle: PatientReading) -> None:
    patient = from_bundle.patient
    for name in ("conditions", "medications", "allergies"):
        ours, theirs = getattr(patient, name), getattr(from_file, name)
        assert [(one.name, one.detail, one.is_stopped) for one in ours] == [
            (one.name, one.detail, one.is_stopped) for one in theirs
        ]
    assert (patient.id, patient.birth_date, patient.synthetic) == (from_file.id, from_file.birth_date, True)


@pytest.mark.parametrize("name", sorted(ONLY_IN_THE_FILE))
def test_what_fhir_does_not_carry_is_unknown_and_says_so(name: str, from_bundle: PatientReading) -> None:
    fact = from_bundle.patient.fact(name)
    assert isinstance(fact, Unknown)
    assert "Bundle" in fact.reason


def test_nothing_of_the_example_bundle_is_left_over(from_bundle: PatientReading) -> None:
    assert {said.verdict for said in from_bundle.account} == {"understood"}
    assert (
        len(from_bundle.account) == sum(1 for _ in json.loads(_bundle())["entry"]) + 3
    )  # an ECG of three, a pressure of two


def _plan(patient: Patient, catalog: Catalog) -> Plan:
    clinic = read_clinic(read_yaml((EXAMPLES / "clinic.yaml").read_text(encoding="utf-8"), "clinic.yaml"))
    regimen, request = catalog.regimen("kim-2015-magnesium"), Request(start=START)
    return make_plan(patient, regimen, catalog=catalog, clinic=clinic, as_of=START.date(), request=request)


def test_the_plan_is_the_same_once_the_rest_is_added(
    from_file: Patient, from_bundle: PatientReading, catalog: Catalog
) -> None:
    whole = complete(from_bundle.patient, from_file)
    ours, theirs = _plan(whole, catalog), _plan(from_file, catalog)
    assert _without_places(ours) == _without_places(theirs)
    assert theirs.preparation is not None


def _without_places(plan: Plan) -> Any:
    """The plan as plain data, less the patient's file and places: those are of two different files."""
    told = msgspec.to_builtins(plan, enc_hook=str)
    del told["patient"]
    return told


def test_a_plan_from_the_bundle_alone_shows_no_dose(from_bundle: PatientReading, catalog: Catalog) -> None:
    plan = _plan(from_bundle.patient, catalog)
    assert plan.preparation is None


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("id: somebody-else", "id: demo-1"),
        ("birth_date: 1958-04-02", "birth_date: 1957-04-02"),
        ("weight: {value: 71 kg, on: 2026-11-27}", "weight: 70 kg on 2026-11-27"),
        ("sex: male", "sex: female"),
        ("medications: [ketamine]", "medications: 1 entries"),
    ],
)
def test_a_file_that_says_otherwise_is_refused(line: str, what: str, from_bundle: PatientReading) -> None:
    with pytest.raises(DocumentError) as error:
        complete(from_bundle.patient, read_patient(read_yaml(line, "more.yaml")))
    assert [problem.what.split(" in the")[0] for problem in error.value.problems] == [what]


def test_a_group_in_both_is_as_old_as_the_older(from_bundle: PatientReading) -> None:
    more = read_patient(read_yaml("ecg: {on: 2026-11-20, av_block: none}", "more.yaml"))
    whole = complete(from_bundle.patient, more)
    assert _said(whole.facts["ecg"])[:2] == (True, dt.date(2026, 11, 20))
    assert _said(whole.facts["ecg.av_block"])[:2] == ("none", dt.date(2026, 11, 20))


def test_a_list_that_the_bundle_does_not_hold_comes_from_the_file() -> None:
    bare = read_bundle(read_json('{"resourceType": "Patient"}', "bare.json"), terms={}).patient
    more = read_patient(read_yaml("id: p\nbirth_date: 1957-04-02\nallergies: []\nmedications: [x]", "more.yaml"))
    whole = complete(bare, more)
    assert (whole.allergies, whole.birth_date, whole.id) == ((), dt.date(1957, 4, 2), "not given")
    assert isinstance(whole.conditions, Unknown)
