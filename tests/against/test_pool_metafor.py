"""Pools by inverse variance against metafor: every rma.uni case of data/meta/pooling.json, every value it gives."""

from __future__ import annotations

from typing import Any

import pytest
from tests import gold

from assuage.evidence.heterogeneity import SpreadBounds
from assuage.evidence.pool import (
    Pooled,
    as_read,
    heterogeneity_bounds,
    pool_common,
    pool_random,
    prediction,
    share_of_double_arcsine,
)
from assuage.evidence.small_sample import Reference, Test

TESTS: dict[str, Test] = {"z": "normal", "knha": "hartung-knapp", "adhoc": "hartung-knapp-floor"}
POOLS = [case for case in gold.cases("rma.uni") if "mods" not in case["args"]]


def pooled(case: dict[str, Any]) -> Pooled:
    method, test = case["args"]["method"], TESTS[case["args"]["test"]]
    if method == "EE":
        return pool_common(gold.effects(case))
    return pool_random(gold.effects(case), estimator=method, test=test)


def as_metafor(one: Pooled) -> dict[str, Any]:
    """Our answer under metafor's names; I² in per cent."""
    spread = one.spread
    return {
        "k": one.k, "b": one.value, "se": one.standard_error, "stat": one.statistic, "pval": one.p,
        "ci_lb": one.lower, "ci_ub": one.upper, "tau2": one.tau2.value if one.tau2 else 0,
        "se_tau2": one.tau2.standard_error if one.tau2 else None, "I2": 100 * spread.i2, "H2": spread.h2,
        "QE": spread.q, "QEp": spread.p,
    }  # fmt: skip


def predictions(one: Pooled) -> dict[str, float]:
    """metafor predicts by the distribution of its test; t with k − 2 is Riley's."""
    own: Reference = "normal" if one.test == "normal" else "t, k − 1"
    named: tuple[tuple[str, Reference], ...] = (("pi", own), ("pi_riley", "t, k − 2"))
    found = {}
    for name, reference in named:
        bounds = prediction(one, reference=reference)
        found |= {f"{name}_lb": bounds.lower, f"{name}_ub": bounds.upper}
    return found


def profiled(found: SpreadBounds) -> dict[str, float]:
    return {"tau2_qp_lb": found.tau2_lower, "tau2_qp_ub": found.tau2_upper,
            "I2_qp_lb": 100 * found.i2_lower, "I2_qp_ub": 100 * found.i2_upper}  # fmt: skip


@pytest.mark.parametrize("case", POOLS, ids=lambda case: case["id"])
def test_a_pool_agrees_with_metafor(case: dict[str, Any]) -> None:
    one = pooled(case)
    found: dict[str, Any] = as_metafor(one)
    if one.tau2:
        found |= predictions(one) | profiled(heterogeneity_bounds(gold.effects(case)))
    expected = case["out"]
    # metafor gives less for some methods and tests; that much of ours is compared, and all that it gives.
    assert gold.misses({name: found[name] for name in expected}, expected, tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("predict"), ids=lambda case: case["id"])
def test_a_pool_of_single_arms_reads_as_a_share_as_in_metafor(case: dict[str, Any]) -> None:
    one = pool_random(gold.effects(case), test="normal")
    ahead = prediction(one, reference="normal")
    sizes = gold.columns(case["dataset"])["ni"]
    scale = {"pred": one.value, "ci_lb": one.lower, "ci_ub": one.upper, "pi_lb": ahead.lower, "pi_ub": ahead.upper}
    is_double = one.measure == "PFT"
    found = {
        name: share_of_double_arcsine(value, sizes=sizes) if is_double else as_read(one.measure, value)
        for name, value in scale.items()
    }
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


def test_every_case_is_there() -> None:
    assert len(POOLS) == 525
    assert len(gold.gold()["cases"]) == 797
    assert {case["args"]["method"] for case in POOLS} == {"EE", "DL", "PM", "REML", "ML", "EB", "SJ", "HE", "HS"}
