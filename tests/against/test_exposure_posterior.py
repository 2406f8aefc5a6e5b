"""The estimate from levels against SciPy's minimisers, a grid without approximation, and arithmetic."""

from __future__ import annotations

import math

import numpy as np
import pytest
from scipy.optimize import minimize
from scipy.stats import chi2, kstest

from assuage.exposure import Dose, Level, Prior, Residual, concentrations, estimate, grid_posterior
from assuage.exposure.posterior import chi_square_tail

# The benchmark's patient with its spread: 30 % on clearance, 25 % on volume.
TYPICAL = {"v1": 4.4, "cl": 115.632, "v2": 10.5457, "q2": 156.288, "v3": 177.808, "q3": 155.76}
DOSES = [Dose(70, start, 1) for start in (0, 48, 96)]
LEVELS = [Level(48.75, 0.5), Level(49.5, 0.12)]


def prior(residual: Residual, correlation: float = 0.3) -> Prior:
    covariance = np.array([[0.09, 0.075 * correlation], [0.075 * correlation, 0.0625]])
    return Prior(TYPICAL, ("cl", "v1"), covariance, residual)


def misfit(eta: np.ndarray, population: Prior, levels: list[Level]) -> float:
    """Minus twice the logarithm of the posterior, written down again."""
    seen = concentrations(population.model(eta), DOSES, t_h=[one.at_h for one in levels])
    variance = (population.residual.proportional * seen) ** 2 + population.residual.additive**2
    values = np.array([one.value for one in levels])
    fit = np.sum((values - seen) ** 2 / variance + np.log(variance))
    return float(fit + eta @ np.linalg.solve(population.covariance, eta))


@pytest.mark.parametrize("residual", [Residual(0.15), Residual(0.0, 0.02), Residual(0.1, 0.01), Residual(0.02)])
@pytest.mark.parametrize(
    "levels", [LEVELS, LEVELS[:1], [Level(100.0, 0.02)], [*LEVELS, Level(60, 0.03), Level(97, 0.3)]]
)
def test_the_minimum_is_scipys(residual: Residual, levels: list[Level]) -> None:
    population = prior(residual)
    found = estimate(population, DOSES, levels=levels)
    options = {"xatol": 1e-9, "fatol": 1e-12, "maxiter": 4000, "maxfev": 4000}
    best = minimize(misfit, found.eta + 0.05, args=(population, levels), method="Nelder-Mead", options=options)
    other = minimize(misfit, [0.0, 0.0], args=(population, levels), method="Nelder-Mead", options=options)
    assert misfit(found.eta, population, levels) <= min(best.fun, other.fun) + 1e-8
    np.testing.assert_allclose(found.eta, best.x, atol=2e-5)


def test_predictions_are_the_engines() -> None:
    found = estimate(prior(Residual(0.15)), DOSES, levels=LEVELS[::-1])
    expected = concentrations(found.model, DOSES, t_h=[one.at_h for one in LEVELS[::-1]])
    np.testing.assert_allclose(found.predicted, expected, rtol=1e-13)


def test_laplace_against_the_grid_where_levels_are_close_to_what_is_expected() -> None:
    population = prior(Residual(0.1))
    at = [48.5, 49.5, 52.0]
    values = concentrations(population.model([0.1, -0.1]), DOSES, t_h=at)
    levels = [Level(time, float(value)) for time, value in zip(at, values, strict=True)]
    found = estimate(population, DOSES, levels=levels)
    grid = grid_posterior(found, DOSES, levels=levels)
    assert grid.weight.sum() == pytest.approx(1, rel=1e-12)
    deviations = np.sqrt(np.diag(grid.covariance))
    assert np.all(np.abs(grid.mean - found.eta) < 0.15 * deviations)
    # A normal curve in place of a skewed one: within a few per cent of its width.
    np.testing.assert_allclose(np.sqrt(np.diag(found.covariance)), deviations, rtol=0.06)  # skewness of the posterior


def test_the_grid_sums_what_scipy_would_integrate() -> None:
    one = Prior(TYPICAL, ("cl",), np.array([[0.09]]), Residual(0.15))
    found = estimate(one, DOSES, levels=LEVELS)
    grid = grid_posterior(found, DOSES, levels=LEVELS, nodes=401)
    eta = np.linspace(found.eta[0] - 1.5, found.eta[0] + 1.5, 6001)
    depth = np.array([misfit(np.array([x]), one, LEVELS) for x in eta])
    dense = np.exp(-(depth - depth.min()) / 2)
    assert grid.mean[0] == pytest.approx(float(np.sum(eta * dense) / np.sum(dense)), abs=1e-5)


def test_draws_have_the_mean_and_spread_of_the_estimate() -> None:
    found = estimate(prior(Residual(0.15)), DOSES, levels=LEVELS)
    drawn = found.draws(np.random.default_rng(3), count=40_000).disposition
    logs = np.log([drawn.cl_l_per_h / TYPICAL["cl"], drawn.v1_l / TYPICAL["v1"]])
    # Forty thousand draws: the standard error of a mean is 1/200 of the deviation.
    np.testing.assert_allclose(logs.mean(axis=1), found.eta, atol=0.006)
    np.testing.assert_allclose(np.cov(logs), found.covariance, atol=0.002)


@pytest.mark.parametrize("degrees", range(1, 12))
def test_the_tail_of_chi_square(degrees: int) -> None:
    for distance in (0.0, 1e-6, 0.3, 3.84, 20.0, 90.0):
        assert math.isclose(chi_square_tail(distance, degrees), chi2.sf(distance, degrees), rel_tol=1e-12)


def test_tails_of_patients_of_the_population_are_even() -> None:
    """Levels drawn from the model itself: their tail probability is evenly spread, but for what is not linear in η."""
    population, rng, at = prior(Residual(0.12)), np.random.default_rng(17), [48.75, 49.5]
    etas = rng.multivariate_normal([0, 0], population.covariance, size=600)
    true = concentrations(population.model(etas), DOSES, t_h=at)
    noisy = true * (1 + 0.12 * rng.standard_normal(true.shape))
    tails = [
        estimate(population, DOSES, levels=[Level(t, float(v)) for t, v in zip(at, row, strict=True)]).tail
        for row in noisy
    ]
    assert kstest(tails, "uniform").statistic < 0.08


def test_a_level_ten_times_off_is_told() -> None:
    usual = estimate(prior(Residual(0.15)), DOSES, levels=[Level(48.75, 0.35)])
    slip = estimate(prior(Residual(0.15)), DOSES, levels=[Level(48.75, 3.5)])
    assert usual.tail > 0.5
    assert slip.tail < 1e-6
