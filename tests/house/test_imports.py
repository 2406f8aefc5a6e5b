"""What starting costs: the plan is made without the packages that only other commands, formats and rooms need."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest
from tests.walks.shell import CLINIC, PATIENT, START, json_of

# Slow, and needed for other things: charts, print, calendar, tables, statistics, lists, the web, the database, FHIR.
NEVER = {
    "numpy", "scipy", "numba", "polars", "rich", "typst", "altair", "vl_convert", "icalendar", "sqlalchemy", "alembic",
    "starlette", "fastapi", "jinja2", "assuage.fhir", "assuage.registry", "assuage.web", "assuage.charts",
    "assuage.exposure", "assuage.trial", "traceback", "tempfile", "subprocess", "asyncio",
}  # fmt: skip
# All that is imported from outside the standard library when a plan is made.
OUTSIDE = {"assuage", "attr", "attrs", "cyclopts", "msgspec", "typing_extensions", "tzdata", "yaml", "_yaml"}
PROBE = """
import json, sys
from assuage.cli import main
code = main(sys.argv[1:])
sys.stdout.flush()
print(json.dumps([code, sorted(sys.modules)]), file=sys.stderr)
"""


def loaded(*words: str) -> tuple[int, set[str]]:
    """The exit code of a command and every module that was loaded when it ended."""
    done = subprocess.run([sys.executable, "-c", PROBE, *words], capture_output=True, text=True)
    code, names = json.loads(done.stderr.splitlines()[-1])
    return code, set(names)


@pytest.fixture
def json_patient(tmp_path: Path) -> str:
    path = tmp_path / "patient.json"
    path.write_text(json_of(Path(PATIENT).read_text(encoding="utf-8")), encoding="utf-8")
    return str(path)


@pytest.mark.parametrize("format", ["text", "json"])
def test_a_plan_is_made_without_slow_packages(format: str, json_patient: str) -> None:
    code, names = loaded("plan", json_patient, "--regimen", "kim-2015-magnesium", *START, "--format", format)
    assert code == 0
    assert NEVER & names == set()


def test_only_the_listed_packages_come_from_outside_the_standard_library(json_patient: str) -> None:
    _, names = loaded("plan", json_patient, "--regimen", "kim-2015-magnesium", *START)
    tops = {name.split(".")[0] for name in names}
    outside = {
        top
        for top in tops
        if top not in sys.stdlib_module_names and not top.startswith(("__", "_distutils", "_sysconfigdata"))
    }
    assert outside <= OUTSIDE


def test_yaml_is_read_only_for_a_yaml_file(json_patient: str) -> None:
    rest = ("--regimen", "kim-2015-magnesium", *START)
    loaded("plan", json_patient, *rest)  # writes the compiled catalog where it is not fresh
    assert "yaml" not in loaded("plan", json_patient, *rest)[1]
    assert "yaml" in loaded("plan", json_patient, *rest, "--clinic", CLINIC)[1]


def test_levels_are_predicted_without_what_they_do_not_need(json_patient: str) -> None:
    """Neither charts nor statistics nor compiled kernels, nor the parts of NumPy that a call of the wrong function loads."""
    code, names = loaded("exposure", json_patient, "--regimen", "kim-2015-magnesium", *START)
    assert code == 0
    assert "numpy" in names
    unneeded = {
        "scipy",
        "numba",
        "altair",
        "vl_convert",
        "typst",
        "numpy.ma",
        "numpy.fft",
        "numpy.polynomial",
        "assuage.charts",
        "assuage.exposure.fast",
        "polars",
    }
    assert unneeded & names == set()


def test_levels_as_json_are_written_without_what_lays_out_pages(json_patient: str) -> None:
    words = ("exposure", json_patient, "--regimen", "kim-2015-ketamine", *START, "--n", "50", "--format", "json")
    code, names = loaded(*words)
    assert code == 0
    assert {"rich", "assuage.cli.page"} & names == set()
