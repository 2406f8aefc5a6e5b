"""Pools of ours and of PyMARE, by other authors: drawn data and published ones, every estimator that both have."""

from __future__ import annotations

import warnings
from typing import Any

import numpy as np
import pytest
from tests import gold

from assuage.evidence.effect import Effect
from assuage.evidence.heterogeneity import Estimator, log_likelihood
from assuage.evidence.pool import heterogeneity_bounds, pool_common, pool_random
from assuage.evidence.small_sample import Test
from assuage.evidence.weighted import data_of

with warnings.catch_warnings():
    # It leaves a file of its own open while it is imported.
    warnings.simplefilter("ignore", ResourceWarning)
    from pymare import Dataset
    from pymare.estimators import DerSimonianLaird, Hedges, VarianceBasedLikelihoodEstimator, WeightedLeastSquares

Rows = tuple[str, list[float], list[float]]
TESTS: dict[Test, str] = {
    "normal": "wald", "hartung-knapp": "knapp-hartung", "hartung-knapp-floor": "knapp-hartung-conservative",
}  # fmt: skip
PUBLISHED = sorted({(case["dataset"], case["args"]["measure"]) for case in gold.cases("leave1out")})


def drawn(count: int) -> list[Rows]:
    """Effects of 3 to 12 studies: alike, rather or very different, on scales from hundredths to hundreds."""
    rng = np.random.default_rng(20261125)
    found = []
    for at in range(count):
        k, scale = int(rng.integers(3, 13)), float(rng.choice([0.01, 1.0, 100.0]))
        spread = float(rng.choice([0.0, 0.4, 2.0]))
        v = rng.uniform(0.02, 1.5, k)
        y = rng.normal(0.5, spread, k) + rng.normal(0, np.sqrt(v))
        found.append((f"drawn {at}", [float(one) for one in scale * y], [float(one) for one in scale**2 * v]))
    return found


def published() -> list[Rows]:
    found = []
    for dataset, measure in PUBLISHED:
        out = gold.escalc()[dataset, measure]["out"]
        found.append((f"{dataset} {measure}", out["yi"], out["vi"]))
    return found


ALL = [*drawn(120), *published()]


def theirs(rows: Rows, estimator: Estimator, test: Test) -> Any:
    _, y, v = rows
    given = {"small_sample_correction": TESTS[test]}
    # Their search is bounded by an absolute width: asked for as fine as the data are.
    fine = {"xtol": 1e-14}
    made = {
        "DL": lambda: DerSimonianLaird(**given), "HE": lambda: Hedges(**given),
        "ML": lambda: VarianceBasedLikelihoodEstimator("ml", **given, **fine),
        "REML": lambda: VarianceBasedLikelihoodEstimator("reml", **given, **fine),
    }[estimator]()  # fmt: skip
    return made.fit_dataset(Dataset(np.array(y), np.array(v), add_intercept=True)).summary()


def effects(rows: Rows) -> list[Effect]:
    return [Effect("MD", y, v, "as given") for y, v in zip(*rows[1:], strict=True)]


@pytest.mark.parametrize("test", TESTS)
@pytest.mark.parametrize("estimator", ["DL", "HE", "ML", "REML"])
def test_pools_agree(estimator: Estimator, test: Test) -> None:
    for rows in ALL:
        one, other = pool_random(effects(rows), estimator=estimator, test=test), theirs(rows, estimator, test)
        assert one.tau2 is not None
        scale = float(np.mean(rows[2]))
        seen = float(np.squeeze(other.tau2))
        if one.tau2.other_maxima and seen != pytest.approx(one.tau2.value, rel=1e-3, abs=1e-6 * scale):
            # The likelihood has two maxima, and theirs ended on the lower one.
            heights = log_likelihood(data_of(effects(rows)), np.array([one.tau2.value, seen]), estimator=estimator)  # type: ignore[arg-type]
            assert heights[0] > heights[1], rows[0]
            continue
        stats = other.get_fe_stats()
        found = [one.value, one.standard_error, one.lower, one.upper, one.p]
        expected = [float(np.squeeze(stats[name])) for name in ("est", "se", "ci_l", "ci_u", "p")]
        # Moments are exact in both; a search ends where the likelihood is flat to the last digits of a double.
        rel = 1e-11 if estimator in ("DL", "HE") else 1e-6
        assert one.tau2.value == pytest.approx(seen, rel=rel, abs=rel * scale), rows[0]  # as said above
        assert found == pytest.approx(expected, rel=rel, abs=rel * scale**0.5), rows[0]  # as said above


def test_pools_of_one_effect_agree() -> None:
    for rows in ALL:
        one = pool_common(effects(rows))
        made = WeightedLeastSquares(small_sample_correction="wald")
        stats = made.fit_dataset(Dataset(np.array(rows[1]), np.array(rows[2]), add_intercept=True)).summary().get_fe_stats()  # fmt: skip
        assert [one.value, one.standard_error] == pytest.approx(
            [float(np.squeeze(stats[name])) for name in ("est", "se")], rel=1e-10, abs=1e-13
        ), rows[0]


def test_profiles_of_q_agree() -> None:
    for rows in ALL:
        bounds, stats = heterogeneity_bounds(effects(rows)), theirs(rows, "DL", "normal").get_re_stats()
        scale = float(np.mean(rows[2]))
        expected = [float(np.squeeze(stats[name])) for name in ("ci_l", "ci_u")]
        assert [bounds.tau2_lower, bounds.tau2_upper] == pytest.approx(expected, rel=1e-7, abs=1e-7 * scale), rows[0]


def test_all_are_there() -> None:
    assert (len(ALL), len(PUBLISHED)) == (155, 35)
