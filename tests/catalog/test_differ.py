"""What changed between two catalogs, in sentences."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from assuage.catalog import differ, read_catalog

SOUND = Path(__file__).parent / "broken" / "sound"
DOSE = "{value: 30 mg/kg, source: author-2020, where: methods, key: methods}"


def changed(folder: Path, file: str, old: str, new: str) -> tuple[str, ...]:
    """The differences after one change of text in the small sound catalog."""
    shutil.copytree(SOUND, folder, dirs_exist_ok=True)
    path = folder / file
    text = path.read_text(encoding="utf-8")
    assert old in text
    path.write_text(text.replace(old, new, 1), encoding="utf-8")
    return differ(read_catalog(SOUND), read_catalog(folder))


def test_a_catalog_does_not_differ_from_itself() -> None:
    assert differ(read_catalog(SOUND), read_catalog(SOUND)) == ()


REGIMEN = "regimens/author-2020-salt.yaml"


@pytest.mark.parametrize(
    ("file", "old", "new", "sentences"),
    [
        (
            REGIMEN, DOSE, DOSE.replace("30", "40").replace("author-2020, where: methods", "other-2021, where: page 3"),
            ["The dose of salt in author-2020-salt, step infusion: 30 mg/kg → 40 mg/kg; source now other-2021, place page 3."],
        ),
        (
            REGIMEN, "value: 60 min, source: author-2020, where: methods", "value: 60 min, source: other-2021, where: page 9",
            ["The running time in author-2020-salt, step infusion: still 60 min; source now other-2021, place page 9"
             " (stated); before, author-2020, methods (stated)."],
        ),
        (
            REGIMEN, "chosen: methods\n          because: It is what was given.", "chosen: at-70-kg\n          because: It was.",
            ["The dose of salt in author-2020-salt, step infusion: 30 mg/kg → 2100 mg; source now arithmetic, place at 70 kg.",
             "The dose of salt in author-2020-salt, step infusion: chosen methods → at-70-kg.",
             "The dose of salt in author-2020-salt, step infusion: the reason of the choice is now “It was.”."],
        ),
        (
            "limits/salt.yaml", "value: 60 mg/kg", "value: 50 mg/kg",
            ["The bound in limit salt-dose-per-kg-stop: 60 mg/kg → 50 mg/kg; source now author-2020, place table 2."],
        ),
        (
            "practice/practice.yaml", "id: call", "id: ring",
            ["The number of practice call was removed.", "The number of practice ring was added."],
        ),
        (
            "studies/author-2020.yaml", "events: 7", "events: 8",
            ["The events in study author-2020, responders 1: “7” → “8”."],
        ),
        (
            "terms/terms.yaml", "name: heart trouble", "name: heart troubles",
            ["The name in term heart-trouble: “heart trouble” → “heart troubles”."],
        ),
    ],
)  # fmt: skip
def test_one_change_is_told(file: str, old: str, new: str, sentences: list[str], tmp_path: Path) -> None:
    assert list(changed(tmp_path, file, old, new)) == sentences


def test_a_claim_added_and_one_removed_are_told(tmp_path: Path) -> None:
    more = DOSE + "\n            - {value: 35 mg/kg, source: other-2021, where: page 3, key: other}"
    added = changed(tmp_path, REGIMEN, DOSE, more)
    about = "The dose of salt in author-2020-salt, step infusion"
    assert added == (f"{about}: a claim was added, 35 mg/kg (other-2021, page 3).",)
    back = differ(read_catalog(tmp_path), read_catalog(SOUND))
    assert back == (f"{about}: a claim was removed, 35 mg/kg (other-2021, page 3).",)


def test_what_one_way_adds_the_other_way_removes(tmp_path: Path) -> None:
    shutil.copytree(SOUND, tmp_path, dirs_exist_ok=True)
    (tmp_path / "watch" / "watch.yaml").unlink()
    old, new = read_catalog(SOUND), read_catalog(tmp_path)
    assert differ(old, new) == ("The watch record salt-pulse was removed.",)
    assert differ(new, old) == ("The watch record salt-pulse was added.",)


def test_every_byte_that_means_something_is_told_or_is_no_fact() -> None:
    """The shipped catalog beside the small one: nothing of either is left out."""
    small, shipped = read_catalog(SOUND), read_catalog()
    told = " ".join(differ(small, shipped))
    assert all(f"regimen {name} was added" in told for name in shipped.regimens)
    assert all(f"limit {name} was removed" in told for name in small.limits)
