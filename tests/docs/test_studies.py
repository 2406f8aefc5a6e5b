"""The guide to adding a study: its example is run as it stands, its commands too, and it names every column."""

from __future__ import annotations

import re
import shlex
from pathlib import Path

import pytest
from tests.walks.shell import ROOT, assuage

from assuage.catalog.exchange.columns import heads

README = (ROOT / "src" / "assuage" / "catalog" / "data" / "README.md").read_text(encoding="utf-8")
GUIDE = (ROOT / "docs" / "studies.md").read_text(encoding="utf-8")
COMMANDS = [line for block in re.findall(r"```sh\n(.*?)```", GUIDE, re.DOTALL) for line in block.splitlines()]


def example() -> tuple[str, str]:
    """The path and the text of the study in the guide."""
    section = README.split("## To add a study\n", 1)[1].split("\n## ", 1)[0]
    (text,) = re.findall(r"```yaml\n(.*?)```", section, re.DOTALL)
    name, _, rest = text.partition("\n")
    return name.removeprefix("# "), rest


def test_the_example_of_the_guide_is_accepted_and_shown_recomputed(tmp_path: Path) -> None:
    name, text = example()
    path = tmp_path / name
    path.parent.mkdir(parents=True)
    path.write_text(text, encoding="utf-8")
    own = str(tmp_path / "clinic")
    check = assuage("catalog", "check", own, "--format", "json")
    assert (check.code, [one for one in check.json["problems"] if own in one["where"]]) == (0, [])
    shown = " ".join(assuage("studies", path.stem, "--catalog", own).out.split())
    # Wilson 95 % by hand from the formula of 1927: 7/12 is 0.3195 to 0.8067, 3/12 is 0.0889 to 0.5323.
    assert "7 of 12 patients = 58.3 % (32.0 to 80.7 %)" in shown
    assert "3 of 12 patients = 25.0 % (8.9 to 53.2 %)" in shown


def test_the_commands_of_the_guide_name_its_own_study() -> None:
    assert f"assuage studies {Path(example()[0]).stem} --catalog" in README


@pytest.mark.parametrize("line", COMMANDS)
def test_a_command_of_the_page_runs(line: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(ROOT)
    ran = assuage(*shlex.split(line)[1:])
    assert (ran.code, bool(ran.out)) == (0, True), ran.err


def test_the_page_names_every_column_and_no_other() -> None:
    tables = "".join(line for line in GUIDE.splitlines(keepends=True) if line.startswith("| `"))
    named = set(re.findall(r"`([a-z_0-9]+)`", "".join(row.split("|")[1] for row in tables.splitlines())))
    rest = set(re.findall(r"`([a-z_0-9]+)`", GUIDE)) & {"reading", "read_at", "read_access", "read_what"}
    assert named | rest == set(heads(1))
