"""Each check of the catalog finds the faults of its own broken catalog, on the line they stand on, and nothing else.

`broken/sound` is a small made-up catalog without a fault. Beside it, one folder for each check holds files with faults
instead of some of its files; a comment on the line of each says how the message begins or what it holds.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from pathlib import Path

import pytest

from assuage.catalog import Catalog, CheckProblem, check_catalog
from assuage.catalog.check import CHECKS
from assuage.catalog.checks.reference import patient_facts
from assuage.screening.derived import DERIVED

BROKEN = Path(__file__).parent / "broken"
FAULT = re.compile(r"# fault: (.+)$")
# Behaviour is given by the caller; it has tests of its own below.
FOLDERS = tuple(name.replace(" ", "-") for name in CHECKS if name != "behaviour")


def with_faults(folder: Path, name: str) -> Path:
    """The sound catalog with the files of one broken one in the place of its own."""
    shutil.copytree(BROKEN / "sound", folder, dirs_exist_ok=True)
    shutil.copytree(BROKEN / name, folder, dirs_exist_ok=True)
    return folder


def marked(name: str) -> Iterator[tuple[str, str]]:
    """File and line of each fault, with the words that its message holds."""
    for path in sorted((BROKEN / name).rglob("*.yaml")):
        for number, line in enumerate(path.read_text(encoding="utf-8").splitlines(), 1):
            if match := FAULT.search(line):
                yield f"{path.relative_to(BROKEN / name).as_posix()}:{number}", match[1]


def line_of(problem: CheckProblem, folder: Path) -> str:
    return ":".join(problem.where.removeprefix(f"{folder}/").split(":")[:2])


def test_the_sound_catalog_has_no_fault() -> None:
    assert check_catalog(BROKEN / "sound") == ()


@pytest.mark.parametrize("name", FOLDERS)
def test_a_check_finds_its_faults_where_they_stand_and_nothing_else(name: str, tmp_path: Path) -> None:
    found = check_catalog(with_faults(tmp_path, name))
    expected = dict(marked(name))
    assert expected
    mine = [one for one in found if one.check == name.replace("-", " ")]
    assert {line_of(one, tmp_path) for one in mine} == set(expected)
    for line, words in expected.items():
        assert [one for one in mine if line_of(one, tmp_path) == line and words in one.what]
    assert all(one.expected and one.do for one in found)
    # What cannot be read, or has another name, takes with it what others needed of it.
    others = [one for one in found if one not in mine and one.severity == "error"]
    assert others == [] or name in ("parse", "shape")


@pytest.mark.parametrize("name", FOLDERS)
def test_no_folder_of_faults_is_there_without_its_check(name: str) -> None:
    assert {path.name for path in BROKEN.iterdir()} == {"sound", *FOLDERS}


def test_all_checks_report_at_once(tmp_path: Path) -> None:
    for name in ("sound", "units", "provenance", "disputes"):
        shutil.copytree(BROKEN / name, tmp_path, dirs_exist_ok=True)
    assert {one.check for one in check_catalog(tmp_path)} >= {"units", "provenance", "disputes"}


def refuses(catalog: Catalog) -> list[CheckProblem]:
    return [
        CheckProblem("behaviour", "error", f"{regimen.id} cannot be planned", regimen.id, "a plan", "mend it")
        for regimen in catalog.regimens.values()
        if regimen.plannable
    ]


def test_behaviour_is_asked_of_the_caller() -> None:
    found = check_catalog(BROKEN / "sound", behaviour=refuses)
    assert [(one.check, one.where) for one in found] == [("behaviour", "author-2020-salt")]


def test_behaviour_is_not_asked_of_a_catalog_that_cannot_be_read(tmp_path: Path) -> None:
    found = check_catalog(with_faults(tmp_path, "parse"), behaviour=refuses)
    assert {one.check for one in found} == {"parse"} | {one.check for one in found if one.check != "behaviour"}
    assert "behaviour" not in {one.check for one in found}


def test_every_fact_that_screening_computes_is_known() -> None:
    assert set(DERIVED) <= patient_facts()


@pytest.mark.parametrize(
    ("old", "new", "said"),
    [
        ("limits/salt.yaml", "limit/salt.yaml", "no folder of the catalog is called limit"),
        ("limits/salt.yaml", "limits/salt.yml", "limits/salt.yml is not read"),
        ("limits/salt.yaml", "limits/more/salt.yaml", "limits/more/salt.yaml is not read"),
    ],
)
def test_a_file_that_nobody_reads_is_found(old: str, new: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "sound", tmp_path, dirs_exist_ok=True)
    (tmp_path / new).parent.mkdir(exist_ok=True)
    (tmp_path / old).rename(tmp_path / new)
    assert [one.what for one in check_catalog(tmp_path) if one.severity == "error"] == [said]


@pytest.mark.parametrize(
    ("character", "said"), [("\t", "a tab"), ("\r", "a carriage return"), ("\u00a0", "a no-break space")]
)
def test_a_character_that_nobody_sees_is_found(character: str, said: str, tmp_path: Path) -> None:
    shutil.copytree(BROKEN / "sound", tmp_path, dirs_exist_ok=True)
    path = tmp_path / "practice" / "practice.yaml"
    path.write_bytes((path.read_text(encoding="utf-8").rstrip("\n") + f"  #{character}\n").encode())
    assert [one.what for one in check_catalog(tmp_path)] == [f"the line holds {said}"]


def test_the_shipped_catalog_has_nothing_to_mend() -> None:
    assert [str(one) for one in check_catalog() if one.severity == "error"] == []
