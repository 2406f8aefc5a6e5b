"""The tables of codes: every code is well formed, cited, and means to others what it means here."""

from __future__ import annotations

import re
from functools import cache
from pathlib import Path

import pytest
from carebundle.terminology import codes as carebundle_codes

from assuage.fhir import read_codes
from assuage.fhir.codes import read_code_sources
from assuage.patient.fields import GROUPS, SINGLE
from assuage.quantity import UNITS

EXAMPLES = Path(__file__).parent / "fhir" / "node_modules" / "hl7.fhir.r4.examples"
CODES = read_codes()
LOINC = [one.code for one in (*CODES.observations, *CODES.panels, *CODES.refused)]
# Words by which anyone would know what is measured, as the example files and carebundle display it.
WORDS = {
    "weight": "weight", "height": "height", "creatinine": "creatinine", "magnesium": "magnesium", "calcium": "calcium",
    "potassium": "potassium", "alt": "alanine aminotransferase", "alp": "alkaline phosphatase",
    "ggt": "gamma glutamyl transferase", "egfr_reported": "glomerular filtration rate", "vitals.sbp": "systolic",
    "vitals.dbp": "diastolic", "vitals.hr": "heart rate", "vitals.rr": "respiratory rate", "vitals.spo2": "oxygen saturation",
}  # fmt: skip


def check_digit(digits: str) -> int:
    """The last digit of a LOINC code, by modulus 10 with every other digit doubled from the right."""
    doubled = [int(digit) * (2 if at % 2 == 0 else 1) for at, digit in enumerate(reversed(digits))]
    return -sum(number // 10 + number % 10 for number in doubled) % 10


@pytest.mark.parametrize("code", LOINC)
def test_each_loinc_code_has_its_check_digit(code: str) -> None:
    digits, last = code.split("-")
    assert check_digit(digits) == int(last)


def test_a_wrong_digit_is_found() -> None:
    assert check_digit("14682") == 9
    assert check_digit("14628") != 9


def test_no_code_stands_twice() -> None:
    assert len(LOINC) == len(set(LOINC))


@pytest.mark.parametrize("one", CODES.observations, ids=lambda one: one.code)
def test_each_code_stands_for_a_fact_in_units_that_a_patient_file_takes(one: object) -> None:
    assert isinstance(one, type(CODES.observations[0]))
    assert set(one.units) <= set(UNITS)
    group, _, part = one.fact.partition(".")
    if group != "pain":
        field = GROUPS[group][part] if part else SINGLE[group]
        assert set(one.units) <= set(field.units)


@pytest.mark.parametrize("one", CODES.units, ids=lambda one: one.code)
def test_each_other_spelling_means_a_unit_of_the_table(one: object) -> None:
    assert isinstance(one, type(CODES.units[0]))
    assert one.unit in UNITS
    assert one.code not in UNITS


def test_mass_and_moles_of_one_substance_never_share_a_code() -> None:
    for one in CODES.observations:
        dimensions = {unit.split("/")[0] in ("mg", "g", "ug") for unit in one.units if unit.endswith(("/L", "/dL"))}
        assert len(dimensions) < 2, one.code


def test_every_source_is_there_and_every_one_is_cited() -> None:
    tables = (CODES.observations, CODES.panels, CODES.refused, CODES.units, CODES.none_known)
    cited = {one.name.claim().source for table in tables for one in table}
    assert cited == {source.id for source in read_code_sources()}


def test_every_system_of_the_tables_has_an_address() -> None:
    assert {one.system for one in CODES.none_known} <= CODES.systems.keys()


@cache
def displays() -> dict[str, set[str]]:
    """Code → the displays that the official examples and carebundle give it."""
    found: dict[str, set[str]] = {}
    for kind in ("Observation", "Bundle-72ac8493", "Bundle-ghp", "ValueSet-observation-vitalsignresult"):
        for path in EXAMPLES.rglob(f"{kind}*.json"):
            text = path.read_text(encoding="utf-8")
            for code, display in re.findall(r'"code"\s*:\s*"([0-9]+-[0-9])",\s*"display"\s*:\s*"([^"]+)"', text):
                found.setdefault(code, set()).add(display.casefold())
    for one in vars(carebundle_codes).values():
        if isinstance(one, carebundle_codes.Code):
            found.setdefault(one.code, set()).add(one.display.casefold())
    return found


def test_codes_mean_to_others_what_they_mean_here() -> None:
    compared = [one for one in CODES.observations if one.fact in WORDS and one.code in displays()]
    assert len(compared) > 15
    assert [one.code for one in compared if not any(WORDS[one.fact] in text for text in displays()[one.code])] == []


@pytest.mark.parametrize(
    ("property_", "units"), [("mass/volume", ("mg", "g")), ("moles/volume", ("mmol", "umol", "meq"))]
)
def test_units_follow_the_property_that_others_display(property_: str, units: tuple[str, ...]) -> None:
    compared = [one for one in CODES.observations if any(property_ in text for text in displays().get(one.code, ()))]
    assert compared
    assert [one.code for one in compared if {unit.split("/")[0] for unit in one.units} - set(units)] == []
