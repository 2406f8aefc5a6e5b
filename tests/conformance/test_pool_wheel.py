"""What is installed holds none of the reference data: they are of another package, under another licence."""

from __future__ import annotations

import shutil
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest
from tests import gold

ROOT = Path(__file__).parents[2]
# What a wheel holds beside the package itself.
ABOUT = "assuage-"


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> dict[str, bytes]:
    """Every file of the wheel that this tree builds, by name."""
    folder = tmp_path_factory.mktemp("wheel")
    source = folder / "source"
    shutil.copytree(ROOT / "src", source / "src", ignore=shutil.ignore_patterns("__pycache__", "compiled.msgpack"))
    shutil.copytree(ROOT / "tests" / "against" / "data", source / "tests" / "against" / "data")
    for name in ("pyproject.toml", "hatch_build.py", "README.md"):
        shutil.copy(ROOT / name, source / name)
    subprocess.run([sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)], cwd=source,
                   check=True, capture_output=True)  # fmt: skip
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as opened:
        return {name: opened.read(name) for name in opened.namelist()}


def test_it_holds_the_package_and_nothing_beside(wheel: dict[str, bytes]) -> None:
    outside = [name for name in wheel if not name.startswith(("assuage/", ABOUT))]
    assert outside == []
    assert "assuage/evidence/network.py" in wheel
    assert [name for name in wheel if "against" in name or name.startswith("assuage/tests")] == []


def test_no_file_of_it_is_a_file_of_reference_data(wheel: dict[str, bytes]) -> None:
    kept = {path.name: path.read_bytes() for path in (ROOT / "tests" / "against" / "data").rglob("*.json")}
    assert len(kept) >= 5
    assert [name for name, content in wheel.items() if content in kept.values()] == []
    assert [name for name in wheel if Path(name).name in kept] == []


def test_no_column_of_a_reference_set_stands_in_any_file(wheel: dict[str, bytes]) -> None:
    """The first six numbers of each column, as they stand in a row there, are in nothing that ships."""
    published = [name for name in gold.gold()["datasets"] if not name.startswith("syn_")]
    assert len(published) == 11
    for dataset in published:
        for column, values in gold.columns(dataset).items():
            numbers = [f"{one:g}" for one in values if isinstance(one, int | float)][:6]
            if len(numbers) < 6 or len(set(numbers)) < 4:
                continue
            for joint in (", ", ","):
                run = joint.join(numbers).encode()
                assert [name for name, content in wheel.items() if run in content] == [], (dataset, column)
