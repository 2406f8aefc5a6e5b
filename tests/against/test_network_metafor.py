"""Networks against metafor: the case of data/meta/pooling.json, and an effect for each design in data/meta/correlated.json."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
from tests import gold

from assuage.evidence.continuous import Scores
from assuage.evidence.network import Network, network_equal, network_random
from assuage.evidence.trial_contrasts import TrialContrasts, contrasts_of_scores

CASES = [case for case in gold.cases("rma.mv") if case["dataset"] == "senn2013"]
DESIGNS = [case for case in gold.correlated() if case["dataset"] == "senn2013"]


def trials(*, is_last_first: bool = True) -> list[TrialContrasts]:
    """The trials of Senn 2013; metafor's case sets each arm against the last by name."""
    data = gold.columns("senn2013")
    arms: dict[str, dict[str, Scores]] = {}
    for study, name, n, mean, sd in zip(
        data["study"], data["treatment"], data["ni"], data["mi"], data["sdi"], strict=True
    ):
        arms.setdefault(study, {})[name] = Scores(mean, sd, n)
    return [contrasts_of_scores(study, dict(sorted(one.items(), reverse=is_last_first))) for study, one in arms.items()]


def as_metafor(one: Network) -> dict[str, Any]:
    errors = [one.versus(name, one.reference).standard_error for name in one.treatments]
    return {
        "treatments": list(one.treatments), "b": list(one.values), "se": errors, "tau2": one.tau2,
        "QE": one.consistency.total, "QEp": one.consistency.total_p, "logLik": one.log_likelihood,
    }  # fmt: skip


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_network_agrees_with_metafor(case: dict[str, Any]) -> None:
    one = network_random(trials(), reference=case["args"]["reference"], test="normal")
    assert gold.misses(as_metafor(one), case["out"], tol=case["tol"]) == {}
    # metafor's digits allow more than the tolerance that is stated with the case.
    assert gold.misses(as_metafor(one), case["out"], tol=1e-8) == {}


@pytest.mark.parametrize("case", DESIGNS, ids=lambda case: case["id"])
def test_an_effect_for_each_design_agrees_with_metafor(case: dict[str, Any]) -> None:
    one = network_random(trials(), reference="placebo", estimator=case["args"]["method"], test="normal")
    alike = network_equal(trials(), reference="placebo")
    found = as_metafor(one) | {
        "QE_designs": one.consistency.within, "QE_designs_p": one.consistency.within_p,
        "inconsistency": one.consistency.random, "b_common": list(alike.values),
        "se_common": as_metafor(alike)["se"],
    }  # fmt: skip
    expected = {name: value for name, value in case["out"].items() if name != "tau2_designs"}
    assert gold.misses({name: found[name] for name in expected}, expected, tol=1e-6) == {}


def test_the_moments_of_the_network_are_those_of_another_program() -> None:
    # A port of R's netmeta gives τ² 0.1087 for these trials by DerSimonian and Laird's moments.
    one = network_random(trials(), reference="placebo", estimator="DL")
    assert one.tau2 == pytest.approx(0.1087, abs=5e-5)
    seen = one.consistency
    assert (seen.within_df, seen.between_df, seen.total_df) == (11, 7, 18)
    assert seen.within + seen.between == pytest.approx(seen.total, rel=1e-9)


def test_which_arm_comes_first_changes_nothing_but_the_constant_of_the_likelihood() -> None:
    one = network_random(trials(), reference="placebo")
    other = network_random(trials(is_last_first=False), reference="metformin")
    assert one.tau2 == pytest.approx(other.tau2, rel=1e-8)
    for name in ("acarbose", "sulfonylurea"):
        first, second = one.versus(name, "rosiglitazone"), other.versus(name, "rosiglitazone")
        assert [first.value, first.standard_error, first.lower] == pytest.approx(
            [second.value, second.standard_error, second.lower], rel=1e-8
        )


def test_the_interval_is_that_of_a_refined_fit_by_hand() -> None:
    """y′Py over its degrees of freedom, and Student's t on 18, from the arrays of the trials themselves."""
    one = network_random(trials(), reference="placebo")
    assert one.tau2 is not None
    blocks = [(np.array(t.values), np.array(t.covariance), t) for t in trials()]
    y = np.concatenate([values for values, _, _ in blocks])
    x = np.array([[float(name == own) - float(t.treatments[0] == name) for name in one.treatments]
                  for _, _, t in blocks for own in t.treatments[1:]])  # fmt: skip
    m, at = np.zeros((len(y), len(y))), 0
    for values, covariance, _ in blocks:
        k = len(values)
        m[at : at + k, at : at + k] = covariance + one.tau2 * (np.eye(k) + 1) / 2
        at += k
    w = np.linalg.inv(m)
    free = np.linalg.inv(x.T @ w @ x)
    raw = y - x @ (free @ x.T @ w @ y)
    factor = float(raw @ w @ raw) / (len(y) - 9)
    assert one.factor == pytest.approx(factor, rel=1e-9)
    at_place = one.versus("metformin", "placebo")
    assert at_place.standard_error == pytest.approx((factor * free[2, 2]) ** 0.5, rel=1e-9)
    # Student's t on 18, two-sided 5 %: 2.100922 (any table).
    assert at_place.upper - at_place.value == pytest.approx(2.100922 * at_place.standard_error, rel=1e-6)


def test_every_case_is_there() -> None:
    assert (len(CASES), len(DESIGNS)) == (1, 2)
