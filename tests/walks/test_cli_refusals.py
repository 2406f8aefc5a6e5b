"""What cannot be read, meant or written is refused in four parts, with code 2, and nothing on standard output."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.walks.shell import AS_OF, CLINIC, PATIENT, PLAN, START, assuage, refused

REGIMEN = ("--regimen", "kim-2015-magnesium")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("plna", PATIENT), "did you mean “plan”"),
        (("serve", PATIENT), "no further words"),
        (("demo", PATIENT), "no further words"),
        (("plan", PATIENT, "--regimn", "kim-2015-magnesium", *AS_OF), "did you mean --regimen"),
        (("plan", PATIENT, *AS_OF), "“assuage regimens” lists the ids"),
        (("plan", *REGIMEN, *AS_OF), "give a patient file"),
        (("plan", PATIENT, "extra", *REGIMEN, *AS_OF), "no further words"),
        ((*PLAN, "--format", "docx"), "text, json, html, pdf, ics"),
        ((*PLAN, "--mode", "pour"), "add, replace, exact"),
        ((*PLAN, *REGIMEN), "the option once"),
        (("plan", PATIENT, "--regimen", "kim-2015-magnesum", *AS_OF), "did you mean kim-2015-magnesium"),
        (("regimens", "kim-2015-magnesum"), "did you mean kim-2015-magnesium"),
        (("studies", "kim-2051"), "did you mean kim-2015"),
        (("trace", "S39"), "did you mean"),
        (("catalog", "recal"), "did you mean “recall”"),
        (("catalog", "recall", "kim-2051"), "did you mean"),
        (("catalog", "diff", "no-such-folder"), "there is no such folder"),
        (("catalog", "diff"), "give the folder of an earlier catalog"),
        ((*PLAN, "--presentation", "magnesium-sulfate"), "did you mean magnesium-sulfate"),
        ((*PLAN, "--as-of", "2026-11-30"), "both a start and an as-of day"),
        ((*PLAN, "--clinic", "no-clinic.yaml"), "there is no such file"),
        ((*PLAN, "--overrides", "no-overrides.yaml"), "there is no such file"),
        ((*PLAN, "--catalog", "no-such-folder"), "no-such-folder"),
    ],
)
def test_a_slip_in_the_words_is_refused_with_the_way_out(words: tuple[str, ...], said: str) -> None:
    assert said in refused(*words).err


@pytest.mark.parametrize(
    ("content", "said"),
    [
        (b"", "the file is empty"),
        (b" \n\n", "the file is empty"),
        (b"weight: 70\xa0kg", "the byte 0xa0 is not UTF-8"),
        ("weight: {value: 70 kg}".encode("utf-16"), "this looks like UTF-16"),
        (b"PK\x03\x04 spreadsheet", "a ZIP archive or office document"),
        (b"%PDF-1.7", "this is a PDF"),
        (b"a: [1, 2", "this is not YAML"),
        (b"- 1\n- 2\n", "this is not a patient file"),
        (b"weight: {value: 70, on: 2026-11-27}", "“70”"),
        (b"weight: {value: 70 kg, on: 27/11/2026}", "a date such as 2026-11-30"),
        (b"wieght: {value: 70 kg, on: 2026-11-27}", "did you mean weight"),
        (b"escort: yes", "true or false"),
        (b"weight: {value: 70 kg, on: 2026-11-27}\nweight: {value: 7 kg, on: 2026-11-27}", "stands twice"),
        (b"a\x00b", "null character"),
        (b'{"weight": ', "JSON"),
    ],
)
def test_a_file_that_is_no_patient_is_refused(content: bytes, said: str, tmp_path: Path) -> None:
    path = tmp_path / ("patient.json" if content.startswith(b"{") else "patient.yaml")
    path.write_bytes(content)
    ran = refused("plan", str(path), *REGIMEN, *START)
    assert said in ran.err
    assert str(path) in ran.err


def test_an_absent_file_names_the_one_beside_it(tmp_path: Path) -> None:
    (tmp_path / "patient.yaml").write_text("id: a", encoding="utf-8")
    ran = refused("plan", str(tmp_path / "pateint.yaml"), *REGIMEN, *START)
    assert f"did you mean {tmp_path / 'patient.yaml'}?" in ran.err


def test_a_folder_and_an_absent_folder_are_no_files(tmp_path: Path) -> None:
    assert "this is a folder" in refused("plan", str(tmp_path), *REGIMEN, *START).err
    assert "there is no folder" in refused("plan", str(tmp_path / "no" / "a.yaml"), *REGIMEN, *START).err


def test_a_file_that_cannot_be_read_is_refused(tmp_path: Path) -> None:
    (tmp_path / "loop.yaml").symlink_to(tmp_path / "loop.yaml")
    assert "cannot be read" in refused("plan", str(tmp_path / "loop.yaml"), *REGIMEN, *START).err


def test_an_endless_file_is_not_read_to_its_end() -> None:
    assert "far too large" in refused("plan", "/dev/zero", *REGIMEN, *START).err


def test_problems_of_all_files_are_told_at_once(tmp_path: Path) -> None:
    (tmp_path / "patient.yaml").write_text("wieght: 70\nheihgt: 1", encoding="utf-8")
    (tmp_path / "clinic.yaml").write_text("id: a", encoding="utf-8")
    ran = refused("plan", str(tmp_path / "patient.yaml"), *REGIMEN, *AS_OF, "--clinic", str(tmp_path / "clinic.yaml"))
    assert "wieght" in ran.err
    assert "heihgt" in ran.err
    assert "time_zone" in ran.err


def test_an_unreadable_standard_input_is_named_so() -> None:
    assert "(standard input)" in refused("plan", "-", *REGIMEN, *START, given=b"\xff\xfe").err
    assert "the file is empty" in refused("screen", "-", *AS_OF, given=b"").err


@pytest.mark.parametrize(
    ("name", "said"),
    [
        ("no-folder/sheet.txt", "there is no folder"),
        (".", "this is a folder"),
        ("sheet.pdf", "add --format pdf"),
        ("sheet.json", "add --format json"),
    ],
)
def test_an_output_that_would_not_be_written_is_refused_first(name: str, said: str, tmp_path: Path) -> None:
    assert said in refused(*PLAN, "-o", str(tmp_path / name)).err
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("content", "said"),
    [
        ("- {rule: av-block, prescriber: A. Person, reason: because}", "second"),
        ("rule: av-block", "a list"),
        (
            "- {rule: no-such-rule, prescriber: A. Person, second: B. Person, reason: because}",
            "not a stop of this plan",
        ),
    ],
)
def test_overrides_are_read_strictly(content: str, said: str, tmp_path: Path) -> None:
    (tmp_path / "overrides.yaml").write_text(content, encoding="utf-8")
    assert said in refused(*PLAN, "--clinic", CLINIC, "--overrides", str(tmp_path / "overrides.yaml")).err


def test_our_own_fault_is_told_shortly_and_in_full_when_asked(tmp_path: Path) -> None:
    (tmp_path / "sitecustomize.py").write_text(
        "import assuage.catalog.trace as t\ndef read_trace(): raise RuntimeError('a fault')\nt.read_trace = read_trace\n",
        encoding="utf-8",
    )
    ran = assuage("trace", PYTHONPATH=str(tmp_path))
    assert (ran.code, ran.out) == (1, "")
    assert "assuage itself failed: RuntimeError: a fault" in ran.err
    assert "Traceback" not in ran.err
    assert "Traceback" in assuage("trace", "--debug", PYTHONPATH=str(tmp_path)).err
