"""Mantel-Haenszel and Peto against metafor: every rma.mh and rma.peto case of data/meta/pooling.json."""

from __future__ import annotations

from typing import Any

import pytest
from tests import gold

from assuage.evidence.sparse import PooledCounts, cochran_mantel_haenszel, mantel_haenszel, peto, tarone


def as_metafor(one: PooledCounts) -> dict[str, float]:
    test = one.homogeneity
    return {"k": one.k, "b": one.value, "se": one.standard_error, "zval": one.statistic, "pval": one.p,
            "ci_lb": one.lower, "ci_ub": one.upper, "QE": test.statistic, "QEp": test.p}  # fmt: skip


@pytest.mark.parametrize("case", gold.cases("rma.mh"), ids=lambda case: case["id"])
def test_mantel_haenszel_agrees_with_metafor(case: dict[str, Any]) -> None:
    pairs, measure = gold.pairs(case["dataset"]), case["args"]["measure"]
    found: dict[str, Any] = as_metafor(mantel_haenszel(pairs, measure=measure))
    found |= {"CMH": None, "CMHp": None, "TA": None, "TAp": None}
    if measure == "OR":
        statistic, p = cochran_mantel_haenszel(pairs, is_corrected=case["args"]["correct"])
        homogeneity = tarone(pairs)
        found |= {"CMH": statistic, "CMHp": p, "TA": homogeneity.statistic, "TAp": homogeneity.p}
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("rma.peto"), ids=lambda case: case["id"])
def test_peto_agrees_with_metafor(case: dict[str, Any]) -> None:
    assert gold.misses(as_metafor(peto(gold.pairs(case["dataset"]))), case["out"], tol=case["tol"]) == {}


def test_every_case_is_there() -> None:
    assert (len(gold.cases("rma.mh")), len(gold.cases("rma.peto"))) == (24, 6)
