"""The shipped example with the shipped terms: nothing blocks the dose, and few warnings are left to read."""

from __future__ import annotations

from functools import cache

import pytest
from tests.spec.given import DAYS, ROOT, clinic

from assuage.catalog import Catalog, read_catalog
from assuage.document import read_yaml
from assuage.patient import read_patient
from assuage.screening import Screening, screen
from assuage.screening.free_text import asked_of_lists

MEDICINES = {
    "as shipped": "[{name: pregabalin, dose: 150 mg twice daily}]",
    "three more": "[Pregabalin 150 mg capsules, amlodipine, tramadol]",
    "a full list": "[pregabalin, amlodipine, tramadol, nortriptyline, levothyroxine, omeprazole, paracetamol]",
}


@cache
def shipped() -> Catalog:
    return read_catalog()


def screened(plan: str, medicines: str) -> Screening:
    text = (ROOT / "examples/patient.yaml").read_text(encoding="utf-8")
    lines = [f"medications: {medicines}" if line.startswith("medications:") else line for line in text.splitlines()]
    given = read_patient(read_yaml("\n".join(lines), "patient.yaml"))
    return screen(given, shipped().regimen(plan), catalog=shipped(), clinic=clinic(), days=DAYS)


@pytest.mark.parametrize("plan", ["kim-2015-magnesium", "kim-2015-ketamine"])
@pytest.mark.parametrize("medicines", MEDICINES.values(), ids=MEDICINES)
def test_the_example_is_planned_with_few_warnings(plan: str, medicines: str) -> None:
    screening = screened(plan, medicines)
    assert [one.rule for one in screening.findings if one.blocks == "dose"] == []
    assert len([one for one in screening.findings if one.severity == "warn"]) <= 3
    assert screening.not_checked == ()


def test_the_example_as_shipped_can_be_signed_for_magnesium() -> None:
    screening = screened("kim-2015-magnesium", MEDICINES["as shipped"])
    assert [one.rule for one in screening.findings if one.blocks == "sign"] == []


@pytest.mark.parametrize(
    ("listed", "graded", "told"),
    [
        ("cirrhosis", "", "hold"),
        ("cirrhosis", "b", None),
        ("cirrhosis", "c", "stop"),
        ("Child-Pugh B cirrhosis", "", None),
        ("decompensated cirrhosis", "", "stop"),
        ("gout", "", None),
    ],
)
def test_cirrhosis_holds_ketamine_until_its_severity_is_known(listed: str, graded: str, told: str | None) -> None:
    text = (ROOT / "examples/patient.yaml").read_text(encoding="utf-8")
    text = text.replace("conditions: []", f"conditions: [{listed}]")
    text += f"liver: {{on: 2026-11-25, child_pugh: {graded}}}\n" if graded else ""
    given = read_patient(read_yaml(text, "patient.yaml"))
    screening = screen(given, shipped().regimen("kim-2015-ketamine"), catalog=shipped(), clinic=clinic(), days=DAYS)
    found = [one for one in screening.findings if "severe-liver-disease" in (one.rule, *one.merged)]
    assert [one.severity for one in found] == ([told] if told else [])
    assert all(one.blocks == "dose" for one in found)


def test_every_class_a_rule_asks_for_is_carried_by_some_term() -> None:
    asked = asked_of_lists(shipped())
    carried: dict[str, set[str]] = {"drug": set(), "condition": set(), "allergen": set()}
    for term in shipped().terms.values():
        carried[term.kind] |= {term.id, *term.classes, *term.contains}
    assert asked["medications"] <= carried["drug"]
    assert asked["conditions"] <= carried["condition"]
    assert asked["allergies"] <= carried["allergen"] | carried["drug"]


def test_every_fact_a_rule_asks_for_can_be_written() -> None:
    from assuage.patient.fields import BARE, GROUPS, SINGLE
    from assuage.screening.derived import DERIVED
    from assuage.screening.scope import scope_of

    pain = {"pain", "pain.diagnosis", "pain.since", "pain.score", "pain.dn4"}
    parts = {f"{group}.{part}" for group, fields in GROUPS.items() for part in fields}
    known = {*SINGLE, *GROUPS, *BARE, *DERIVED, *parts, *pain, "conditions", "medications", "allergies"}
    assert set(scope_of(None, shipped()).facts) <= known
    for regimen in shipped().regimens.values():
        assert set(scope_of(regimen, shipped()).facts) <= known
