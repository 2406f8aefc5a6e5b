"""The shipped example patient and clinic, and plans made with them."""

from __future__ import annotations

import datetime as dt
from functools import cache
from pathlib import Path
from zoneinfo import ZoneInfo

from assuage.catalog import Catalog, load_catalog
from assuage.catalog.clinic import Clinic, read_clinic
from assuage.document import read_yaml
from assuage.patient import Patient, read_patient
from assuage.plan import Plan, Request, make_plan

EXAMPLES = Path(__file__).parents[1] / "examples"
AS_OF = dt.date(2026, 11, 28)
START = dt.datetime(2026, 11, 30, 9, 0, tzinfo=ZoneInfo("America/Winnipeg"))


@cache
def the_catalog() -> Catalog:
    """The shipped catalog."""
    return load_catalog()


@cache
def example_text(name: str) -> str:
    """The text of a shipped example file."""
    return (EXAMPLES / name).read_text(encoding="utf-8")


def patient_with(**changes: str) -> Patient:
    """The example patient with some top-level lines replaced by other YAML, or removed by an empty text.

    A change is the YAML after the key: `weight="{value: 80 kg, on: 2026-11-27, how: measured}"`.
    """
    return read_patient(read_yaml(changed(example_text("patient.yaml"), changes), "patient.yaml"))


def clinic_with(**changes: str) -> Clinic:
    """The example clinic with some top-level lines replaced or removed."""
    return read_clinic(read_yaml(changed(example_text("clinic.yaml"), changes), "clinic.yaml"))


def changed(text: str, changes: dict[str, str]) -> str:
    """A YAML text of top-level keys with some of them rewritten; continuation lines go with their key."""
    blocks: list[str] = []
    for line in text.splitlines():
        if line[:1] in (" ", "") and blocks:
            blocks[-1] += f"\n{line}"
        else:
            blocks.append(line)
    kept = [block for block in blocks if block.split(":")[0] not in changes]
    return "\n".join([*kept, *(f"{key}: {value}" for key, value in changes.items() if value)]) + "\n"


def example_plan(regimen: str, patient: Patient | None = None, *, clinic: Clinic | None = None,
                 request: Request | None = None) -> Plan:  # fmt: skip
    """A plan for the example patient (or another) at the example start."""
    return make_plan(
        patient or patient_with(),
        the_catalog().regimen(regimen),
        catalog=the_catalog(),
        clinic=clinic or clinic_with(),
        as_of=AS_OF,
        request=request or Request(start=START),
    )
