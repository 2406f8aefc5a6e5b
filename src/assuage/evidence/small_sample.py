"""Intervals for few studies: Hartung and Knapp's t, its floor, and the interval for one more study."""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt
from typing import Literal

import numpy as np

from assuage.evidence.distribution import (
    chi2_above,
    f_above,
    t_quantile,
    two_sided_t,
    two_sided_z,
    z_quantile,
)
from assuage.evidence.effect import Bounds
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Data, Floats, fit, refuse

Test = Literal["normal", "hartung-knapp", "hartung-knapp-floor"]
Reference = Literal["normal", "t, k − 1", "t, k − 2"]
TESTS = ("normal", "hartung-knapp", "hartung-knapp-floor")


@dataclass(frozen=True, slots=True)
class Inference:
    """Coefficients at one τ² with standard errors, tests and limits; `factor` is what variances were multiplied by."""

    tau2: float
    beta: tuple[float, ...]
    standard_error: tuple[float, ...]
    statistic: tuple[float, ...]
    p: tuple[float, ...]
    lower: tuple[float, ...]
    upper: tuple[float, ...]
    test: Test
    confidence: float
    factor: float
    moderators: float
    moderators_p: float

    @property
    def method(self) -> str:
        """The words for the interval."""
        return {"normal": "normal interval", "hartung-knapp": "Hartung-Knapp interval",
                "hartung-knapp-floor": "Hartung-Knapp interval with its factor not below 1"}[self.test]  # fmt: skip


def inference(data: Data, *, tau2: float, test: Test, confidence: float) -> Inference:
    """Standard errors, tests and limits of every coefficient at a given τ².

    Source    Knapp & Hartung, Stat Med 2003: variances times y′Py/(k − p), Student's t on k − p; with the floor the
              factor is never below 1 (Röver, Knapp & Friede, BMC Med Res Methodol 2015)
    Holds     with the floor never narrower than without
    Checked   tests/against/test_pool_metafor.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for an unknown test, or for a factor of 0, which would give an interval without width
    """
    refuse_confidence(confidence)
    if test not in TESTS:
        raise refuse(f"the test “{test}”", f"one of {', '.join(TESTS)}", "write test='hartung-knapp'")
    at = fit(data, tau2)
    df = data.k - data.p
    factor = 1.0 if test == "normal" else float(at.rss[0]) / df
    scale = float(np.abs(data.values).max()) ** 2 * float(at.w[0].max())
    if test == "hartung-knapp" and factor <= 1e-24 * (1 + scale):
        raise refuse("effects that are all equal", "effects that differ: else Hartung-Knapp has no width",
                     "check for a study entered twice; or write test='hartung-knapp-floor'")  # fmt: skip
    factor = max(1.0, factor) if test == "hartung-knapp-floor" else factor
    beta, covariance = at.beta[0], factor * at.covariance[0]
    error = np.sqrt(np.diag(covariance))
    ratio = beta / error
    below = (1 + confidence) / 2
    reach = z_quantile(below) if test == "normal" else t_quantile(below, df)
    p = [two_sided_z(one) if test == "normal" else two_sided_t(one, df) for one in ratio]
    moderators, moderators_p = _moderators(beta, covariance, test=test, df=df)
    return Inference(
        tau2, _floats(beta), _floats(error), _floats(ratio), tuple(p), _floats(beta - reach * error),
        _floats(beta + reach * error), test, confidence, factor, moderators, moderators_p,
    )  # fmt: skip


def _floats(values: Floats) -> tuple[float, ...]:
    return tuple(float(value) for value in values)


def _moderators(beta: Floats, covariance: Floats, *, test: Test, df: int) -> tuple[float, float]:
    """The joint test that every coefficient but the first is 0: chi-square, or F where t is used."""
    m = len(beta) - 1
    if m == 0:
        return 0.0, 1.0
    wald = float(beta[1:] @ np.linalg.solve(covariance[1:, 1:], beta[1:]))
    if test == "normal":
        return wald, chi2_above(wald, m)
    return wald / m, f_above(wald / m, df1=m, df2=df)


def predicted(
    value: float, standard_error: float, *, tau2: float, k: int, reference: Reference, confidence: float
) -> Bounds:
    """value ± the reference's quantile × √(SE² + τ²); refuses a t without degrees of freedom."""
    refuse_confidence(confidence)
    lost = {"normal": 0, "t, k − 1": 1, "t, k − 2": 2}.get(reference)
    if lost is None:
        raise refuse(f"the reference “{reference}”", "normal; t, k − 1; or t, k − 2", "write reference='t, k − 2'")
    below = (1 + confidence) / 2
    if lost and k - lost < 1:
        raise refuse(f"a prediction interval by {reference} from {k} studies", f"at least {lost + 1} studies",
                     "show the studies one by one: two cannot say where a third will fall")  # fmt: skip
    reach = t_quantile(below, k - lost) if lost else z_quantile(below)
    half = reach * sqrt(standard_error**2 + tau2)
    df = f" = {k - lost}" if lost else ""
    return Bounds(value - half, value + half, confidence, f"prediction by {reference}{df}")
