"""An estimate lies between what the population and what the level says, the nearer to the surer of the two."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.exposure import Dose, Level, Prior, Residual, concentrations, estimate

DOSES = [Dose(80, 0, 1), Dose(80, 24, 1)]
TIMES = [2.0, 9.0, 30.0]


def population(residual: float, spread: float = 0.09) -> Prior:
    return Prior({"v1": 10, "cl": 1, "v2": 20, "q2": 3}, ("cl", "v1"), np.eye(2) * spread, Residual(residual))


def levels(prior: Prior, eta: tuple[float, float]) -> list[Level]:
    values = concentrations(prior.model(eta), DOSES, t_h=TIMES)
    return [Level(at, float(value)) for at, value in zip(TIMES, values, strict=True)]


etas = st.tuples(st.floats(-0.6, 0.6), st.floats(-0.6, 0.6))


@settings(max_examples=40)
@given(etas)
def test_sure_levels_give_back_the_patient_they_are_of(eta: tuple[float, float]) -> None:
    prior = population(0.0001)
    found = estimate(prior, DOSES, levels=levels(prior, eta))
    np.testing.assert_allclose(found.eta, eta, atol=1e-4)


@settings(max_examples=40)
@given(etas)
def test_unsure_levels_leave_the_typical_patient(eta: tuple[float, float]) -> None:
    prior = Prior(population(0).typical, ("cl", "v1"), np.eye(2) * 0.09, Residual(0.0, 1e4))
    found = estimate(prior, DOSES, levels=levels(prior, eta))
    np.testing.assert_allclose(found.eta, 0, atol=1e-6)
    np.testing.assert_allclose(found.covariance, prior.covariance, atol=1e-6)


@settings(max_examples=40)
@given(etas, st.floats(0.02, 0.5))
def test_a_level_never_makes_us_less_sure_than_the_population(eta: tuple[float, float], residual: float) -> None:
    prior = Prior(population(0).typical, ("cl", "v1"), np.eye(2) * 0.09, Residual(0.0, residual))
    found = estimate(prior, DOSES, levels=levels(prior, eta))
    # Positive definite; and of a linear model at most the prior: half as much again for what is not linear.
    values = np.linalg.eigvalsh(found.covariance)
    assert 0 < values[0] <= values[-1] <= 1.5 * 0.09
    assert 0 <= found.tail <= 1


@settings(max_examples=40)
@given(etas, st.floats(0.05, 0.3))
def test_the_order_of_levels_does_not_matter(eta: tuple[float, float], residual: float) -> None:
    prior = population(residual)
    given_ = levels(prior, eta)
    first, second = (estimate(prior, DOSES, levels=order) for order in (given_, given_[::-1]))
    # Newton stops at 1e-9, differences for derivatives round apart.
    np.testing.assert_allclose(first.eta, second.eta, atol=1e-8)
    np.testing.assert_allclose(first.predicted, second.predicted[::-1], rtol=1e-7)
