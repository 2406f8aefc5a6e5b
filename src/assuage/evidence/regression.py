"""Effects explained by what studies did: meta-regression on dose, number of infusions or time."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np

from assuage.evidence.effect import Effect, Measure
from assuage.evidence.heterogeneity import NAMES, Estimator, Spread, Tau2, between_studies, spread
from assuage.evidence.small_sample import Test, inference
from assuage.evidence.weighted import data_of, measure_of, refuse


class Coefficient(msgspec.Struct, frozen=True):
    """One coefficient on the scale of analysis: the change in effect for one unit of its covariate."""

    name: str
    value: float
    standard_error: float
    statistic: float
    p: float
    lower: float
    upper: float


class Regression(msgspec.Struct, frozen=True):
    """A mixed-effects meta-regression. `explained` is the fraction of τ² that the covariates take away, 0 to 1, or none.

    `moderators` and `moderators_p` test all covariates together (F with Hartung-Knapp, else chi-square).
    """

    measure: Measure
    k: int
    coefficients: tuple[Coefficient, ...]
    tau2: Tau2
    spread: Spread
    moderators: float
    moderators_p: float
    explained: float | None
    confidence: float
    method: str


def regress(
    effects: Sequence[Effect],
    covariates: Mapping[str, Sequence[float]],
    *,
    estimator: Estimator = "REML",
    test: Test = "hartung-knapp",
    confidence: float = 0.95,
) -> Regression:
    """Meta-regression with an intercept, named first, and one coefficient for each covariate.

    Give      effects; covariates by name, one number a study, in the order of the effects
    Get       coefficients with limits by Student's t on k − p unless the normal test is asked for
    Holds     adding a constant to every effect changes the intercept only
    Source    Viechtbauer 2005; Knapp & Hartung, Stat Med 2003; explained: Raudenbush 1994
    Checked   tests/against/test_pool_bias.py, tests/laws/test_pool_laws.py
    Not for   causes: studies that differ in dose differ in other things too
    Errors    `EvidenceError` for a covariate of another length, constant, repeated, or too many for the studies
    """
    for name, column in covariates.items():
        if len(column) != len(effects):
            raise refuse(f"{len(column)} values of “{name}” for {len(effects)} studies", "one value a study",
                         "leave a study out if its value is not known, and say so")  # fmt: skip
    columns = [np.ones(len(effects)), *(np.asarray(column, dtype=float) for column in covariates.values())]
    data = data_of(effects, design=np.column_stack(columns) if effects else None)
    tau2 = between_studies(data, estimator=estimator)
    found = inference(data, tau2=tau2.value, test=test, confidence=confidence)
    rows = zip(("intercept", *covariates), found.beta, found.standard_error, found.statistic, found.p, found.lower,
               found.upper, strict=True)  # fmt: skip
    alone = between_studies(data_of(effects), estimator=estimator).value
    explained = max(0.0, 1 - tau2.value / alone) if alone > 0 else None
    return Regression(
        measure_of(effects), data.k, tuple(Coefficient(*row) for row in rows), tau2, spread(data, tau2=tau2.value),
        found.moderators, found.moderators_p, explained, confidence,
        f"meta-regression, τ² by {NAMES[estimator]}, {found.method}",
    )  # fmt: skip
