"""Binomial-normal models against metafor and lme4 (1e-3, their optimiser's) and against an exact fit (1e-5).

Not compared: `QE_Wld`, a Wald test between studies that has no meaning where an arm is empty, and lme4's `logLik`, which
leaves constants out; the exact fit has them. The models with random study intercepts (`UM.RS`, Laplace only) are not computed here: `study intercepts` stands for them.
"""

from __future__ import annotations

from math import inf
from typing import Any

import numpy as np
import pytest
from tests import gold

from assuage.evidence.beta_binomial import pool_beta_binomial
from assuage.evidence.counting import Binomial, Hypergeometric, average
from assuage.evidence.effect import Count
from assuage.evidence.glmm import BinomialPool, Contrast, pool_arms, pool_contrasts
from assuage.evidence.pool import as_read

MODELS: dict[str, Contrast] = {
    "UM.FS": "study intercepts", "CM.EL": "conditional", "CM.AL": "conditional, rare events",
}  # fmt: skip
CASES = [case for case in gold.cases("rma.glmm") if case["args"].get("model") != "UM.RS"]
LEFT = {"QE_Wld", "logLik", "sigma2"}


def fitted(case: dict[str, Any]) -> BinomialPool:
    if case["args"]["measure"] == "PLO":
        return pool_arms(gold.arms(case["dataset"]))
    return pool_contrasts(gold.pairs(case["dataset"]), model=MODELS[case["args"]["model"]])


def as_metafor(one: BinomialPool) -> dict[str, float]:
    ahead = one.prediction()
    found = {
        "k": one.k_informative, "b": one.value, "se": one.standard_error, "ci_lb": one.lower, "ci_ub": one.upper,
        "tau2": one.tau2, "I2": 100 * one.i2, "QE_LRT": one.homogeneity.statistic,
    }  # fmt: skip
    if one.measure == "PLO":
        shares = {"": one.value, "_ci_lb": one.lower, "_ci_ub": one.upper, "_pi_lb": ahead.lower, "_pi_ub": ahead.upper}
        return found | {f"pred{name}": as_read("PLO", value) for name, value in shares.items()}
    return found | {"pi_lb": ahead.lower, "pi_ub": ahead.upper}


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["id"])
def test_a_binomial_model_agrees(case: dict[str, Any]) -> None:
    one = fitted(case)
    exact = {"b": one.value, "se": one.standard_error, "tau2": one.tau2, "logLik": one.log_likelihood}
    # The exact fit is good to about 1e-6; its standard errors come from differences, to 4e-6.
    assert gold.misses(exact, case["quadrature"], tol=1e-5) == {}
    if "suspect" not in case:
        expected = {name: value for name, value in case["out"].items() if name not in LEFT}
        assert gold.misses(as_metafor(one), expected, tol=case["tol"]) == {}


@pytest.mark.parametrize("case", gold.cases("betabinomial.ml"), ids=lambda case: case["id"])
def test_a_beta_binomial_model_agrees(case: dict[str, Any]) -> None:
    one = pool_beta_binomial(gold.arms(case["dataset"]))
    found = {"logit_p": one.value, "se_logit_p": one.standard_error, "p": one.estimate, "theta": one.theta,
             "rho": one.correlation, "logLik": one.log_likelihood}  # fmt: skip
    assert gold.misses(found, case["out"], tol=case["tol"]) == {}


def test_every_case_is_there() -> None:
    assert (len(CASES), len(gold.cases("betabinomial.ml"))) == (24, 3)


@pytest.mark.parametrize(("events", "n"), [(0, 7), (7, 7), (3, 7), (0, 200), (200, 200)])
@pytest.mark.parametrize(("mu", "tau"), [(0.0, 0.5), (-2.0, 3.0), (1.0, 1e-4)])
def test_the_average_over_a_spread_agrees_with_adaptive_integration(events: int, n: int, mu: float, tau: float) -> None:
    from scipy.integrate import quad
    from scipy.stats import binom, norm

    def density(z: float) -> float:
        return float(binom.pmf(events, n, 1 / (1 + np.exp(-(mu + tau * z)))) * norm.pdf(z))

    expected = sum(quad(density, low, low + 0.5, epsabs=1e-14, epsrel=1e-11)[0] for low in np.arange(-12, 12, 0.5))
    found = average(Binomial.of([Count(events, n)]), np.array([mu]), np.array([tau])).value[0, 0]
    # A spread of 3 logits is beyond any that was seen; there 40 nodes are right to a millionth, else to eleven digits.
    assert np.exp(found) == pytest.approx(expected, rel=1e-6 if tau == 3 else 1e-11)  # as said above


def test_the_hypergeometric_agrees_with_scipy_for_a_two_by_two_table() -> None:
    from scipy.stats import nchypergeom_fisher

    likelihood = Hypergeometric.of([(Count(5, 9), Count(2, 10))])
    for theta in (-3.0, 0.0, 0.7, 4.0):
        found = likelihood.at(np.array([[[theta]]]))[0][0, 0, 0]
        assert np.exp(found) == pytest.approx(nchypergeom_fisher.pmf(5, 19, 9, 7, np.exp(theta)), rel=1e-9)
    assert likelihood.saturated() < inf
