"""Walks through the command line with a FHIR Bundle where a patient file may stand."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parents[2]
BUNDLE, CLINIC = ROOT / "examples" / "bundle.json", ROOT / "examples" / "clinic.yaml"
WHEN = ("--start", "2026-11-30T09:00", "--tz", "America/Winnipeg", "--clinic", str(CLINIC))


def plan(document: Any, folder: Path, *more: str) -> subprocess.CompletedProcess[str]:
    file = folder / "bundle.json"
    file.write_text(document if isinstance(document, str) else json.dumps(document), encoding="utf-8")
    command = [sys.executable, "-m", "assuage", "plan", str(file), "--regimen", "kim-2015-magnesium", *WHEN, *more]
    return subprocess.run(command, capture_output=True, text=True, check=False, cwd=folder)


@pytest.fixture
def whole() -> Any:
    return json.loads(BUNDLE.read_text(encoding="utf-8"))


def test_the_example_bundle_is_planned_for_with_what_it_cannot_carry_said_to_be_missing(tmp_path: Path) -> None:
    done = plan(BUNDLE.read_text(encoding="utf-8"), tmp_path, "--format", "json")
    assert done.returncode == 3, done.stderr
    told = json.loads(done.stdout)
    assert (told["patient"]["id"], told["preparation"]) == ("demo-1", None)
    messages = " ".join(one["message"] for one in told["findings"])
    assert "not read from a FHIR Bundle" in messages
    assert "contradicted" not in messages
    blocking = {one["rule"] for one in told["findings"] if one["blocks"] == "dose"}
    assert blocking == {"not-known-ecg.av_block", "pregnancy-magnesium"}


def test_a_bundle_of_two_patients_is_refused_and_names_them_by_id(whole: Any, tmp_path: Path) -> None:
    other = {"resourceType": "Patient", "id": "demo-2", "name": [{"family": "Winterbottom"}]}
    whole["entry"].append({"resource": other})
    done = plan(whole, tmp_path)
    assert (done.returncode, done.stdout) == (2, "")
    assert "Patient/demo-1" in done.stderr
    assert "Patient/demo-2" in done.stderr
    assert "Winterbottom" not in done.stderr
    assert "Traceback" not in done.stderr


def test_a_patient_who_has_died_is_refused(whole: Any, tmp_path: Path) -> None:
    whole["entry"][0]["resource"]["deceasedBoolean"] = True
    done = plan(whole, tmp_path)
    assert done.returncode == 2
    assert "deceased" in done.stderr


def test_a_weight_of_someone_else_plans_no_dose(whole: Any, tmp_path: Path) -> None:
    weight = next(one["resource"] for one in whole["entry"] if one["resource"].get("id") == "weight")
    weight["subject"]["reference"] = "Patient/somebody-else"
    done = plan(whole, tmp_path, "--format", "json")
    assert done.returncode == 3
    assert json.loads(done.stdout)["preparation"] is None


def test_no_name_address_or_number_of_a_person_is_printed(whole: Any, tmp_path: Path) -> None:
    person = whole["entry"][0]["resource"]
    person["name"] = [{"text": "Wilhelmina Winterbottom", "family": "Winterbottom", "given": ["Wilhelmina"]}]
    person["address"] = [{"line": ["17 Larch Crescent"]}]
    person["telecom"] = [{"system": "phone", "value": "555-0199"}]
    person["identifier"] = [{"system": "urn:mrn", "value": "MRN-443322"}]
    for entry in whole["entry"][1:]:
        (entry["resource"].get("subject") or entry["resource"]["patient"])["display"] = "Wilhelmina Winterbottom"
    for kind in ("text", "json"):
        done = plan(whole, tmp_path, "--format", kind)
        assert done.returncode == 3
        for word in ("Wilhelmina", "Winterbottom", "Larch", "555-0199", "443322"):
            assert word not in done.stdout + done.stderr
