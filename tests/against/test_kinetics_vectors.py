"""Twenty-four curves computed apart from this program, through the catalog's facts, the covariates and the engine."""

from __future__ import annotations

import json
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from tests.examples import the_catalog

from assuage.exposure.covariates import Covariates
from assuage.exposure.events import Dose
from assuage.exposure.models import levels, single

FILE = Path(__file__).parent / "kinetics_vectors.json"
# Engine units (mg or mmol per litre) per unit of the file.
PER_UNIT = {"ng/mL": 1000.0, "ug/mL": 1.0, "mmol/L": 1.0}


@cache
def file() -> dict[str, Any]:
    return json.loads(FILE.read_text(encoding="utf-8"))  # type: ignore[no-any-return]


def predicted(vector: dict[str, Any]) -> Any:
    """The same doses, times and patient through the real engine, in the unit of the file."""
    models = the_catalog().kinetics
    member = single(models[vector["model"]], Covariates(**vector["covariates"]), models=models)
    doses = [Dose(one["amount"], one["start_h"], one["duration_h"], one["route"]) for one in vector["doses"]]
    return levels(member, doses, t_h=vector["hours"]) * PER_UNIT[vector["unit"]]


def test_there_are_twenty_four_and_they_say_where_they_are_from() -> None:
    assert len(file()["vectors"]) == 24
    assert "computed apart" in file()["source"]
    assert {one["model"] for one in file()["vectors"]} <= set(the_catalog().kinetics)


@pytest.mark.parametrize("vector", file()["vectors"], ids=lambda one: f"{one['model']}: {one['given']}")
def test_a_curve_is_met(vector: dict[str, Any]) -> None:
    assert len(vector["hours"]) == len(vector["expected"]) > 2
    np.testing.assert_allclose(
        predicted(vector), vector["expected"], rtol=file()["relative_tolerance"]
    )  # 0.2 %: five digits are printed, and the solver apart had a tolerance of its own


def test_the_curves_would_notice_a_parameter_that_is_one_per_cent_off() -> None:
    """A check of the check: the least sensitive curve still moves by more than what is tolerated."""
    for vector in file()["vectors"]:
        heavier = {**vector["covariates"], "weight": 71}
        moved = predicted({**vector, "covariates": heavier})
        fixed = vector["model"] in ("magnesium-lu-2002", "magnesium-lu-2002-gfr-scaled", "midazolam-albrecht-1999",
                                    "lidocaine-rowland-1971", "ketamine-perez-ruixo-2021-s")  # fmt: skip
        change = np.max(np.abs(moved / predicted(vector) - 1))
        assert (change == 0) == fixed, vector["model"]
        assert fixed or change > file()["relative_tolerance"]
