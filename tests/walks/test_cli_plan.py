"""assuage plan from outside: the worked example in each format, exit codes, files that are whole or absent."""

from __future__ import annotations

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import msgspec
import pytest
from tests.walks.shell import AS_OF, CLINIC, PATIENT, PLAN, ROOT, START, assuage, json_of, refused

from assuage.catalog.clinic import read_clinic
from assuage.cli import writing
from assuage.cli.behaviour import EXAMPLE_PATIENT
from assuage.cli.reading import EXAMPLE_CLINIC, read_clinic_file
from assuage.document import read_json, read_yaml
from assuage.errors import DocumentError
from assuage.patient import Patient, Unknown, read_patient

# 30 mg/kg × 70 kg = 2,100 mg; ÷ 500 mg/mL = 4.2 mL; added to 100 mL and run in 60 min.
BY_HAND = (
    "2,100 mg",
    "8.52 mmol",
    "17.04 mEq",
    "4.2 mL",
    "104.2 mL",
    "20.15 mg/mL",
    "104.2 mL/h",
    "35 mg/min",
    "60 min",
)
DATES = ("30-Nov-2026", "02-Dec-2026", "04-Dec-2026", "18-Dec-2026", "01-Jan-2027")


def test_the_worked_example_as_text() -> None:
    ran = assuage(*PLAN)
    assert ran.code == 0
    assert "PROPOSAL" in ran.out.splitlines()[0]
    assert [text for text in (*BY_HAND, *DATES) if text not in ran.out] == []
    assert ran.err == "" or ran.err.startswith("note: The start lies")


def test_the_worked_example_as_json() -> None:
    ran = assuage(*PLAN, "--format", "json")
    infusions = ran.json["preparation"]["infusions"]
    assert ran.code == 0
    assert (ran.json["standing"], ran.json["signable"]) == ("provisional", False)
    assert [one["start"][:16] for one in infusions] == ["2026-11-30T09:00", "2026-12-02T09:00", "2026-12-04T09:00"]
    assert {one["components"][0]["draw_up"]["value"] for one in infusions} == {"4.2"}
    assert {one["rate"]["value"] for one in infusions} == {"104.2"}


def test_yaml_json_and_standard_input_give_the_same_plan(tmp_path: Path) -> None:
    text = Path(PATIENT).read_text(encoding="utf-8")
    (tmp_path / "patient.json").write_text(json_of(text), encoding="utf-8")
    rest = ("--regimen", "kim-2015-magnesium", *START, "--format", "json")
    first = assuage("plan", PATIENT, *rest)
    assert first.code == 0
    assert assuage("plan", str(tmp_path / "patient.json"), *rest).out == first.out
    assert assuage("plan", "-", *rest, given=text).out == first.out
    assert assuage("plan", "-", *rest, given=json_of(text)).out == first.out


def test_the_shipped_example_clinic_is_the_one_under_examples() -> None:
    written = read_clinic(read_yaml(Path(CLINIC).read_text(encoding="utf-8"), "clinic.yaml"))
    assert read_clinic_file(None) == written
    assert EXAMPLE_CLINIC.is_relative_to(ROOT / "src" / "assuage")


def test_the_shipped_example_patient_is_the_one_under_examples() -> None:
    written = read_patient(read_yaml(Path(PATIENT).read_text(encoding="utf-8"), "patient"))
    shipped = read_patient(read_json(EXAMPLE_PATIENT.read_text(encoding="utf-8"), "patient"))
    assert _without_places(shipped) == _without_places(written)


def _without_places(patient: Patient) -> list[object]:
    """Everything of a patient but where it stands in its file."""
    lists = (patient.conditions, patient.medications, patient.allergies, patient.tried)
    named = [
        [msgspec.structs.replace(one, place="") for one in each] for each in lists if not isinstance(each, Unknown)
    ]
    facts = {name: msgspec.structs.replace(fact, place="") for name, fact in patient.facts.items()}
    return [patient.id, patient.synthetic, patient.birth_date, facts, named, patient.not_obtained]


def test_an_alias_names_the_same_regimen_and_the_catalog_is_named() -> None:
    ran = assuage("plan", PATIENT, "--regimen", "kim-2015-magnesium", *AS_OF, "--clinic", CLINIC, "--format", "json")
    assert ran.code == 0
    assert len(ran.json["catalog"]["fingerprint"]) == 64
    assert ran.json["preparation"]["infusions"][0]["start"] is None


def test_a_fhir_bundle_is_read_with_an_account_and_completed_from_a_file() -> None:
    bundle = str(ROOT / "examples" / "bundle.json")
    rest = ("--regimen", "kim-2015-magnesium", *START, "--format", "json")
    alone = assuage("plan", bundle, *rest)
    assert (alone.code, alone.json["preparation"]) == (3, None)
    assert "note: Of the bundle: " in alone.err
    whole = assuage("plan", bundle, "--also", PATIENT, *rest)
    assert whole.code == 0
    assert whole.json["preparation"] == assuage("plan", PATIENT, *rest).json["preparation"]


def test_a_dose_that_is_blocked_prints_findings_and_exits_with_3(tmp_path: Path) -> None:
    text = Path(PATIENT).read_text(encoding="utf-8").replace("av_block: none", "av_block: third")
    (tmp_path / "patient.yaml").write_text(text, encoding="utf-8")
    rest = ("--regimen", "kim-2015-magnesium", *START)
    ran = assuage("plan", str(tmp_path / "patient.yaml"), *rest)
    assert ran.code == 3
    assert "NOT PLANNED" in ran.out.splitlines()[0]
    assert "2,100 mg" not in ran.out
    ran = assuage("plan", str(tmp_path / "patient.yaml"), *rest, "--format", "json")
    assert (ran.code, ran.json["preparation"]) == (3, None)


def test_without_a_start_today_is_read_and_printed() -> None:
    ran = assuage("plan", PATIENT, "--regimen", "kim-2015-magnesium")
    assert ran.code in (0, 3)
    assert ran.err.startswith("note: Facts are judged as of ")


def test_a_start_in_the_past_is_said() -> None:
    ran = assuage("plan", PATIENT, "--regimen", "kim-2015-magnesium", "--start", "2001-01-02T09:00", "--tz", "UTC")
    assert "days in the past" in ran.err


@pytest.mark.parametrize("format", ["text", "json", "html", "pdf", "ics"])
def test_each_format_is_written_whole_to_a_file(format: str, tmp_path: Path) -> None:
    starts = {"text": b"PROPOSAL", "json": b"{", "html": b"<!doctype html>", "pdf": b"%PDF-", "ics": b"BEGIN:VCALENDAR"}
    target = tmp_path / f"sheet.{'txt' if format == 'text' else format}"
    ran = assuage(*PLAN, "--format", format, "-o", str(target))
    assert (ran.code, ran.out) == (0, "")
    assert target.read_bytes().lower().startswith(starts[format].lower())
    assert [one.name for one in tmp_path.iterdir()] == [target.name]


def test_an_existing_file_is_overwritten_only_when_asked(tmp_path: Path) -> None:
    target = tmp_path / "sheet.txt"
    target.write_text("the sheet of yesterday", encoding="utf-8")
    assert "the file exists" in refused(*PLAN, "-o", str(target)).err
    assert target.read_text(encoding="utf-8") == "the sheet of yesterday"
    assert assuage(*PLAN, "-o", str(target), "--force").code == 0
    assert "2,100 mg" in target.read_text(encoding="utf-8")


def test_a_write_that_fails_leaves_the_old_file_and_nothing_else(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    target = tmp_path / "sheet.txt"
    target.write_text("old", encoding="utf-8")

    def full(_: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(writing.os, "fsync", full)
    with pytest.raises(DocumentError) as error:
        writing.deliver("new", str(target))
    assert "No space left" in error.value.problems[0].what
    assert target.read_text(encoding="utf-8") == "old"
    assert [one.name for one in tmp_path.iterdir()] == ["sheet.txt"]


def test_a_link_is_written_through_and_stays_a_link(tmp_path: Path) -> None:
    (tmp_path / "real.txt").write_text("old", encoding="utf-8")
    (tmp_path / "link.txt").symlink_to(tmp_path / "real.txt")
    writing.deliver("new", str(tmp_path / "link.txt"))
    assert (tmp_path / "link.txt").is_symlink()
    assert (tmp_path / "real.txt").read_text(encoding="utf-8") == "new"


def test_a_new_file_has_the_ordinary_permissions(tmp_path: Path) -> None:
    writing.deliver("new", str(tmp_path / "a.txt"))
    (tmp_path / "b.txt").write_text("new", encoding="utf-8")
    modes = [stat.S_IMODE((tmp_path / name).stat().st_mode) for name in ("a.txt", "b.txt")]
    assert modes[0] == modes[1]


def test_a_pdf_is_not_written_to_a_terminal() -> None:
    script = shutil.which("script")
    assert script is not None, "“script” (util-linux) gives a command a terminal"
    command = " ".join(["python", "-m", "assuage", *PLAN, "--format", "pdf"])
    environment = {**os.environ, "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}"}
    done = subprocess.run([script, "-qec", command, "/dev/null"], capture_output=True, text=True, env=environment)
    assert done.returncode == 2
    assert "standard output is a terminal" in done.stdout
    assert "%PDF" not in done.stdout


def test_a_reader_that_leaves_early_is_no_error() -> None:
    words = " ".join([sys.executable, "-m", "assuage", "studies"])
    done = subprocess.run(["bash", "-c", f"{words} | head -n 1"], capture_output=True, text=True)
    assert done.stdout.count("\n") == 1
    assert done.stderr == ""
