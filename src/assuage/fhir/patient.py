"""read_bundle: the one composition. The Patient is the same type as from a patient file; names never leave the Bundle."""

from __future__ import annotations

import datetime as dt
from collections.abc import Mapping

from assuage.document import Node
from assuage.drug import Term
from assuage.fhir.account import Account, PatientReading
from assuage.fhir.bundle import is_fhir, open_record
from assuage.fhir.codes import Codes, read_codes
from assuage.fhir.condition import ALLERGIES, CONDITIONS
from assuage.fhir.element import Element
from assuage.fhir.listing import Reader, read_list
from assuage.fhir.medication import MEDICATIONS
from assuage.fhir.moment import read_moment
from assuage.fhir.observation import Facts, read_observations
from assuage.patient import Dated, Patient, Unknown
from assuage.patient.fields import BARE, GROUPS, SINGLE

__all__ = ["is_fhir", "read_bundle"]

READ = {"Observation", "Medication", *(one for kind in (CONDITIONS, ALLERGIES, MEDICATIONS) for one in kind.resources)}
SEXES = {"female": "female", "male": "male", "F": "female", "M": "male"}
TEST_DATA = "HTEST"
NOT_SAID = "no Observation of it in the Bundle"
NOT_CARRIED = "not read from a FHIR Bundle"


def read_bundle(node: Node, *, terms: Mapping[str, Term], codes: Codes | None = None) -> PatientReading:
    """A FHIR R4 Bundle, or a bare Patient resource, as a Patient with an account of everything in it.

    Give      node    the document, read with line numbers; terms  the catalog's terms, to tell which name of a coded
              entry is understood; codes  the tables of codes, the shipped ones unless others are given
    Get       the Patient: values exact and dated, the newest with its history; lists as entries, or Unknown where
              the Bundle says nothing of them. Everything else in the Bundle stands in the account
    Errors    `DocumentError` with every problem: no resource, no patient or several, a page of a longer list, a
              resource twice, a patient who is deceased or whose record is not in use
    Holds     nothing is invented: a value that is not certain is Unknown, and an absent list is Unknown, never empty
    """
    codes = codes or read_codes()
    account = Account()
    record = open_record(node, account, codes)
    facts = read_observations(record, account, codes)
    _sex(record.patient.element, facts, account, codes)
    reader = Reader(record, account, codes, terms)
    lists = {kind.list: read_list(kind, reader) for kind in (CONDITIONS, MEDICATIONS, ALLERGIES)}
    birth_date = _birth_date(record.patient.element, facts, account)
    for resource in record.resources:
        if resource.type not in READ:
            account.leave(resource.type, resource.element)
    _groups(facts)
    patient = Patient(
        id=record.patient.id or "not given",
        synthetic=_is_synthetic(record.patient.element, codes),
        birth_date=birth_date,
        facts=facts.known,
        tried=Unknown("treatments tried are " + NOT_CARRIED),
        not_obtained=_not_obtained(facts, codes),
        file=node.file,
        **lists,
    )
    return PatientReading(patient, account.all())


def _birth_date(patient: Element, facts: Facts, account: Account) -> dt.date | None:
    """The birth date where it names a day; age is computed from nothing less."""
    day = read_moment(patient.text("birthDate")).day
    if isinstance(day, dt.date):
        return day
    facts.unknown["birth_date"] = facts.unknown["age"] = f"birth date: {day.reason}"
    account.say("held", patient, what="birth_date", why=day.reason)
    return None


def _sex(patient: Element, facts: Facts, account: Account, codes: Codes) -> None:
    """The administrative gender as sex, where it is female or male and no birth sex beside it says otherwise."""
    gender = patient.text("gender")
    births = [
        one.text("valueCode") for one in patient.each("extension") if one.text("url") == codes.systems["birth_sex"]
    ]
    sex = SEXES.get(gender or "")
    if sex is None or gender not in ("female", "male"):
        why = f"the administrative gender is {gender or 'not given'}"
    elif any(SEXES.get(birth or "") != sex for birth in births):
        why = f"the administrative gender is {gender} and the birth sex is recorded as {births[0] or 'not known'}"
    else:
        place = patient.child("gender")
        assert place is not None, "its text was read"
        facts.known["sex"] = Dated(sex, None, place.place)
        account.say("understood", place, what="sex", why=f"{sex}, by the administrative gender")
        return
    facts.unknown["sex"] = why
    account.say("held", patient, what="sex", why=why)


def _is_synthetic(patient: Element, codes: Codes) -> bool:
    """True where the record is labelled as test data."""
    labels = [*patient.each("meta", "security"), *patient.each("meta", "tag")]
    return any(one.text("system") == codes.systems["test_data"] and one.text("code") == TEST_DATA for one in labels)


def _groups(facts: Facts) -> None:
    """A group is as old as its oldest part."""
    for group in GROUPS:
        parts = [fact for name, fact in facts.known.items() if name.startswith(f"{group}.")]
        doubts = [why for name, why in facts.unknown.items() if name.startswith(f"{group}.")]
        if parts:
            oldest = min(parts, key=lambda fact: fact.on or dt.date.min)
            facts.known[group] = Dated(True, oldest.on, oldest.place)
        elif doubts:
            facts.unknown[group] = doubts[0]


def _not_obtained(facts: Facts, codes: Codes) -> dict[str, str]:
    """For every fact of a patient file that is not known, the reason: a doubt, or that the Bundle says nothing of it."""
    parts = [f"{group}.{part}" for group, fields in GROUPS.items() for part in fields if part != "bp"]
    carried = {*codes.facts(), "pain.scale", *(fact.split(".")[0] for fact in codes.facts())}
    names = [*SINGLE, *BARE, *GROUPS, *parts, "pain.scale", "pain.score", "pain.diagnosis", "pain.since", "pain.dn4"]
    silent = {name: NOT_SAID if name in carried else NOT_CARRIED for name in names}
    return {name: why for name, why in {**silent, **facts.unknown}.items() if name not in facts.known}
