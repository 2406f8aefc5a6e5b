"""Meta-regression, leave-one-out and tests of the funnel against metafor: every case of data/meta/pooling.json."""

from __future__ import annotations

from typing import Any

import pytest
from tests import gold

from assuage.evidence.bias import egger, leave_one_out, rank_correlation, trim_and_fill
from assuage.evidence.regression import Regression, regress
from assuage.evidence.small_sample import Test

TESTS: dict[str, Test] = {"z": "normal", "knha": "hartung-knapp"}
REGRESSIONS = [case for case in gold.cases("rma.uni") if "mods" in case["args"]]


def as_metafor(one: Regression) -> dict[str, Any]:
    columns = {
        "b": "value",
        "se": "standard_error",
        "stat": "statistic",
        "pval": "p",
        "ci_lb": "lower",
        "ci_ub": "upper",
    }
    found: dict[str, Any] = {name: [getattr(row, ours) for row in one.coefficients] for name, ours in columns.items()}
    assert one.explained is not None
    return found | {
        "k": one.k, "tau2": one.tau2.value, "se_tau2": one.tau2.standard_error, "I2": 100 * one.spread.i2,
        "H2": one.spread.h2, "QE": one.spread.q, "QEp": one.spread.p, "QM": one.moderators, "QMp": one.moderators_p,
        "R2": 100 * one.explained,
    }  # fmt: skip


@pytest.mark.parametrize("case", REGRESSIONS, ids=lambda case: case["id"])
def test_a_regression_on_latitude_agrees(case: dict[str, Any]) -> None:
    latitude = gold.columns(case["dataset"])["ablat"]
    found = regress(gold.effects(case), {"latitude": latitude}, test=TESTS[case["args"]["test"]])
    assert gold.misses(as_metafor(found), case["out"], tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("leave1out"), ids=lambda case: case["id"])
def test_leaving_one_out_agrees(case: dict[str, Any]) -> None:
    left = leave_one_out(gold.effects(case), test="normal")
    found = {"b": [one.value for one in left], "se": [one.standard_error for one in left],
             "tau2": [one.tau2.value if one.tau2 else None for one in left]}  # fmt: skip
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("regtest"), ids=lambda case: case["id"])
def test_regression_on_errors_agrees(case: dict[str, Any]) -> None:
    is_mixed = case["args"]["model"] == "rma"
    one = egger(gold.effects(case), is_mixed=is_mixed)
    found = {"zval" if is_mixed else "tval": one.statistic, "pval": one.p, "limit": one.limit}
    found |= {} if is_mixed else {"dfs": one.df}
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("ranktest"), ids=lambda case: case["id"])
def test_rank_correlation_agrees(case: dict[str, Any]) -> None:
    one = rank_correlation(gold.effects(case))
    assert gold.misses({"tau": one.statistic, "pval": one.p}, case["out"], tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("trimfill"), ids=lambda case: case["id"])
def test_trim_and_fill_agrees(case: dict[str, Any]) -> None:
    one = trim_and_fill(gold.effects(case))
    assert one.pooled.tau2 is not None
    found = {"k0": one.added, "side": one.side, "b": one.pooled.value, "se": one.pooled.standard_error,
             "tau2": one.pooled.tau2.value}  # fmt: skip
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


def test_every_case_is_there() -> None:
    counts = [len(gold.cases(fn)) for fn in ("leave1out", "regtest", "ranktest", "trimfill")]
    assert (len(REGRESSIONS), counts) == (2, [35, 70, 35, 35])
