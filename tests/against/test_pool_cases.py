"""No reference case is left out: every one is run by the test of its kind, and the kinds add up to all there are."""

from __future__ import annotations

import importlib
from collections import Counter
from typing import Any

import pytest
from tests import gold

# Test file → the lists in it that its parametrised tests run, each of whole cases.
RUN = {
    "test_evidence_escalc": ("GOLD",),
    "test_pool_metafor": ("POOLS", "predict"),
    "test_pool_bias": ("REGRESSIONS", "leave1out", "regtest", "ranktest", "trimfill"),
    "test_pool_sparse": ("rma.mh", "rma.peto"),
    "test_pool_glmm": ("CASES", "INTERCEPTS", "betabinomial.ml"),
    "test_pool_bayes": ("bayes.nnhm",),
    "test_network_metafor": ("CASES",),
    "test_repeated_metafor": ("CASES",),
}
# metafor failed or is wrong there; the exact fit judges, in test_pool_glmm.
BY_QUADRATURE = {"hine1989/glmm/CM.EL", "yusuf1985_t6/glmm/CM.EL"}
# Cases of which a part is judged by a tightened fit of the same program, in test_pool_glmm.
PARTS_BY_LME4 = {"egger2001/glmm/UM.RS", "yusuf1985_t6/glmm/UM.RS"}


def listed(file: str, name: str) -> list[dict[str, Any]]:
    """A list of cases that a test file runs: a name of it, or every case of one function, which it must name too."""
    module = importlib.import_module(f"tests.against.{file}")
    if hasattr(module, name):
        found = getattr(module, name)
        return list(found["cases"] if isinstance(found, dict) else found)
    assert module.__file__ is not None
    with open(module.__file__, encoding="utf-8") as text:
        assert f'gold.cases("{name}"), ids' in text.read(), f"{file} does not run {name}"
    return gold.cases(name)


def ran() -> list[dict[str, Any]]:
    return [case for file, names in RUN.items() for name in names for case in listed(file, name)]


def test_869_cases_are_run_and_none_twice() -> None:
    counted = Counter(case["id"] for case in ran())
    assert len(counted) == 869
    assert set(counted.values()) == {1}


def test_those_are_all_the_cases_there_are() -> None:
    kept = [*gold.gold()["cases"], *gold.escalc_cases()]
    assert sorted(case["id"] for case in kept) == sorted(case["id"] for case in ran())


def test_what_is_judged_by_something_else_is_named() -> None:
    assert {case["id"] for case in ran() if "suspect" in case} == BY_QUADRATURE
    module = importlib.import_module("tests.against.test_pool_glmm")
    assert {f"{name}/glmm/UM.RS" for name in module.SHORT_ERRORS} == PARTS_BY_LME4
    # 869 = 867 whole by their own tolerance + 2 by quadrature; no case has no judge.
    assert all("quadrature" in case for case in ran() if "suspect" in case)


@pytest.mark.parametrize("file", RUN)
def test_every_file_that_runs_cases_runs_some(file: str) -> None:
    assert all(listed(file, name) for name in RUN[file])
