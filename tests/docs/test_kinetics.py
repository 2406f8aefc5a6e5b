"""The page of kinetic models is the catalog's own, and leaves out no number, no disagreement and no set."""

from __future__ import annotations

import importlib.util
from functools import cache
from pathlib import Path
from types import ModuleType

import pytest
from tests.examples import the_catalog

from assuage.catalog.walk import facts
from assuage.kinetics import Kinetics
from assuage.quantity import show

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "kinetics.md").read_text(encoding="utf-8")


@cache
def writer() -> ModuleType:
    """The script that writes the page."""
    spec = importlib.util.spec_from_file_location("make_kinetics", ROOT / "docs" / "make_kinetics.py")
    assert spec is not None
    assert spec.loader is not None
    loaded = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(loaded)
    return loaded


def section(name: str) -> str:
    return PAGE.split(f"\n### {name}\n", 1)[1].split("\n### ", 1)[0].split("\n## ", 1)[0]


def test_the_page_is_current() -> None:
    assert writer().page() == PAGE, "run: python docs/make_kinetics.py"


@pytest.mark.parametrize("model", the_catalog().kinetics.values(), ids=lambda one: one.id)
def test_a_model_has_every_parameter_with_its_source_and_every_disagreement(model: Kinetics) -> None:
    told = section(model.id)
    groups = [one for group in model.groups for one in group.parameters]
    for one in (*model.parameters, *model.listed, *groups):
        row = next(line for line in told.splitlines() if f"{one.id} | {show(one.value.quantity)}" in line)
        assert all(claim.source in row and claim.where in row for claim in one.value.claims)
    disputed = [fact for fact in facts(model) if fact.disputed]
    assert told.count("**disputed**") == len(disputed)
    assert model.because in told
    assert (model.provisional or "") in told


def test_bands_and_sets_are_all_there() -> None:
    for band in the_catalog().bands.values():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {band.id} |"))
        assert ("never drawn" in row) == (not band.may_be_drawn)
    for one in the_catalog().observed.values():
        row = next(line for line in PAGE.splitlines() if line.startswith(f"| {one.id} |"))
        assert one.source in row
        assert all(error.model in row for error in one.errors)


def test_the_page_says_that_bands_are_no_targets() -> None:
    assert "references, never targets" in PAGE
