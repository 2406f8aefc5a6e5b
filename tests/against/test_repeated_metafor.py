"""Effects over time against metafor: the cases of data/meta/pooling.json, and more structures in data/meta/correlated.json."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests import gold

from assuage.evidence.effect import Effect
from assuage.evidence.repeated import Followed, Repeated, followed, pool_repeated

CASES = [case for case in gold.cases("rma.mv") if case["dataset"] == "ishak2007"]
MORE = [case for case in gold.correlated() if case["dataset"] == "ishak2007"]


def studies() -> list[Followed]:
    """Ishak 2007: mean change after implants of electrodes at up to four times, errors correlated by 0.97^|lag|."""
    data = gold.columns("ishak2007")
    seen: dict[str, dict[float, Effect]] = {}
    for study, time, value, variance in zip(data["study"], data["time"], data["yi"], data["vi"], strict=True):
        seen.setdefault(study, {})[float(time)] = Effect("MC", value, variance, "as printed")
    return [followed(study, effects, correlation=0.97) for study, effects in seen.items()]


def as_metafor(one: Repeated, structure: str) -> dict[str, Any]:
    corner = np.array(one.correlations)
    return {
        "b": list(one.values), "se": [one.at(time).standard_error for time in one.times],
        "tau2": list(one.tau2) if structure in ("HAR", "HCS", "UN") else one.tau2[0],
        "rho": [float(corner[i, j]) for i in range(4) for j in range(i + 1, 4)] if structure == "UN" else corner[0, 1],
        "QE": one.q, "logLik": one.log_likelihood,
    }  # fmt: skip


@pytest.mark.parametrize("case", [*CASES, *MORE], ids=lambda case: case["id"])
def test_effects_over_time_agree_with_metafor(case: dict[str, Any]) -> None:
    structure = case["args"]["struct"]
    one = pool_repeated(studies(), structure=structure, estimator=case["args"]["method"], test="normal")
    found = as_metafor(one, structure)
    for expected in (case["out"], case["out"] | case.get("out_5_1", {})):
        assert gold.misses({name: found[name] for name in expected}, expected, tol=case["tol"]) == {}


def test_no_likelihood_lies_below_metafors() -> None:
    for case in [*CASES, *MORE]:
        one = pool_repeated(
            studies(), structure=case["args"]["struct"], estimator=case["args"]["method"], test="normal"
        )
        # Ten digits of the log likelihood are what its optimiser leaves sure.
        assert one.log_likelihood > case["out"]["logLik"] - 1e-7


def test_every_case_is_there() -> None:
    assert (len(CASES), len(MORE)) == (2, 10)
    assert {case["args"]["struct"] for case in MORE} == {"CS", "HCS", "AR", "HAR", "UN"}
