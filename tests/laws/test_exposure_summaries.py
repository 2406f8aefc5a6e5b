"""Summaries against what they summarise: no concentration above the peak, areas and hours as a fine grid has them."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_exposure_linear import bodies, close, models, series

from assuage.exposure import (
    Dose,
    Grid,
    LinearModel,
    Mammillary,
    Progress,
    concentrations,
    mammillary,
    quantiles,
    rate_history,
    summarise,
    timeline,
)
from assuage.exposure.summaries import hours_above_each

HORIZON = 80.0
ROUNDING = 1 + 1e-13


@given(models(), series)
def test_no_concentration_is_above_the_peak_and_the_peak_is_reached(model: LinearModel, given_: list[Dose]) -> None:
    seen = summarise(model, given_, until_h=HORIZON, fast=False)
    times = np.union1d(np.linspace(0, HORIZON, 1500), timeline(given_).edge_h)
    sampled = concentrations(model, given_, t_h=times[times <= HORIZON])
    assert sampled.max() <= seen.peak[0] * ROUNDING
    at_peak = concentrations(model, given_, t_h=seen.peak_at_h)
    # The time of a peak within a piece is known to 1e-12 of itself, in a fast mode's time a little less.
    close(at_peak, seen.peak, rtol=1e-8)


@given(bodies(), series)
def test_the_area_in_the_end_is_dose_over_clearance(body: Mammillary, given_: list[Dose]) -> None:
    intravenous = [Dose(one.amount, one.start_h, one.duration_h) for one in given_]
    model = LinearModel(body)
    seen = summarise(model, intravenous, until_h=HORIZON, fast=False)
    close(seen.area_to_infinity, sum(one.amount for one in given_) / body.cl_l_per_h, rtol=1e-13)
    assert seen.area_to_horizon[0] <= seen.area_to_infinity[0] * (1 + 1e-11)
    long = summarise(model, intravenous, until_h=1e9, fast=False)
    close(long.area_to_horizon, seen.area_to_infinity, rtol=1e-11)


@settings(max_examples=40)
@given(models(), series, st.floats(0.02, 0.98))
def test_hours_above_are_what_a_fine_grid_counts(model: LinearModel, given_: list[Dose], part: float) -> None:
    peak = summarise(model, given_, until_h=HORIZON, fast=False).peak[0]
    threshold = float(part * peak) or 1.0
    seen = summarise(model, given_, until_h=HORIZON, threshold=threshold, fast=False)
    assert seen.hours_above is not None
    step = 1 / 256
    times = np.arange(min(one.start_h for one in given_) + step / 2, HORIZON, step)
    counted = np.count_nonzero(concentrations(model, given_, t_h=times) > threshold) * step
    # A step at each crossing; six doses cross at most a dozen times each way, after the pieces their edges make.
    assert abs(seen.hours_above[0] - counted) <= 26 * step


@pytest.mark.parametrize("fast", [False, True])
@pytest.mark.parametrize("threshold", [4.2, 6.0, 7.0, 8.0])
def test_a_piece_that_rises_falls_and_rises_again(threshold: float, fast: bool) -> None:
    """Three compartments far apart, filled for 3 h, stopped for 6 min and run on slowly: the fast one fills, the second empties,
    the slow one fills. Both turns lie within one piece, and each threshold is crossed two or three times there.
    """
    body = mammillary(v1_l=1, cl_l_per_h=20, v2_l=20, q2_l_per_h=40, v3_l=2000, q3_l_per_h=40)
    doses = rate_history([(0, 1000), (3, 0), (3.1, 200)], end_h=300)
    step = 1 / 4096
    times = np.arange(3.1 + step / 2, 199, step)
    levels = concentrations(LinearModel(body), doses, t_h=times)
    turns = np.flatnonzero(np.diff(np.sign(np.diff(levels))))
    assert len(turns) == 2
    whole, before = (
        summarise(LinearModel(body), doses, until_h=until, threshold=threshold, fast=fast).hours_above
        for until in (199, 3.1)
    )
    assert whole is not None
    assert before is not None
    counted = np.count_nonzero(levels > threshold) * step
    assert counted > 0.01
    assert abs(whole[0] - before[0] - counted) < 4 * step


@given(models(), series, st.floats(0.01, 10), st.floats(1.01, 10))
def test_the_higher_the_threshold_the_fewer_hours(
    model: LinearModel, given_: list[Dose], low: float, by: float
) -> None:
    more, fewer = (
        summarise(model, given_, until_h=HORIZON, threshold=at, fast=False).hours_above for at in (low, low * by)
    )
    assert more is not None
    assert fewer is not None
    assert more[0] >= fewer[0] - 1e-9


def crowd(patients: int) -> LinearModel:
    rng = np.random.default_rng(5)
    spread = np.exp(0.3 * rng.standard_normal((2, patients)))
    return LinearModel(mammillary(v1_l=4.4 * spread[0], cl_l_per_h=116 * spread[1], v2_l=10, q2_l_per_h=156))


@settings(max_examples=20)
@given(models(), series, st.lists(st.floats(0.02, 1.5), min_size=1, max_size=4))
def test_hours_above_several_levels_are_those_above_each(
    model: LinearModel, given_: list[Dose], parts: list[float]
) -> None:
    peak = summarise(model, given_, until_h=HORIZON, fast=False).peak[0]
    thresholds = [float(part * peak) or 1.0 for part in parts]
    together = hours_above_each(model, given_, until_h=HORIZON, thresholds=thresholds)
    for row, threshold in zip(together, thresholds, strict=True):
        alone = summarise(model, given_, until_h=HORIZON, threshold=threshold, fast=False)
        assert alone.hours_above is not None
        assert row.tolist() == alone.hours_above.tolist()


def test_quantiles_do_not_fall_as_the_probability_rises() -> None:
    found = quantiles(
        crowd(333), [Dose(70, 0, 1)], t_h=Grid(0, 0.125, 50), probabilities=(0, 0.05, 0.5, 0.95, 1), fast=False
    )
    assert np.all(np.diff(found, axis=0) >= 0)


def test_quantiles_are_numpys_on_all_the_numbers() -> None:
    times = np.linspace(0, 12, 97)[::-1]
    probabilities = (0.5, 0.05, 0.333, 1)
    every = concentrations(crowd(1001), [Dose(70, 0, 1), Dose(70, 6, 1)], t_h=times)
    found = quantiles(crowd(1001), [Dose(70, 0, 1), Dose(70, 6, 1)], t_h=times, probabilities=probabilities)
    np.testing.assert_allclose(found, np.quantile(every, probabilities, axis=0), rtol=1e-14)


def test_a_crowd_larger_than_a_chunk_is_summarised_like_its_parts() -> None:
    many = crowd(20_000)
    body = many.disposition
    seen = summarise(many, [Dose(70, 0, 1)], until_h=24, threshold=0.1, fast=False)
    part = summarise(LinearModel(body.part(12_345, 12_400)), [Dose(70, 0, 1)], until_h=24, threshold=0.1, fast=False)
    for name in ("peak", "peak_at_h", "area_to_horizon", "area_to_infinity", "hours_above"):
        close(getattr(seen, name)[12_345:12_400], getattr(part, name), rtol=1e-14)


def test_progress_is_told_no_more_often_than_asked() -> None:
    told: list[tuple[int, int]] = []
    clock = iter(np.arange(0, 100, 0.9).tolist())
    progress = Progress(lambda done, of: told.append((done, of)), lambda: next(clock), every_s=2.0)
    summarise(crowd(60_000), [Dose(70, 0, 1)], until_h=24, progress=progress, fast=False)
    # Eight chunks, one look at the clock each: every third look is at least two seconds on.
    assert [done for done, _ in told] == [24_576, 49_152]
    assert {of for _, of in told} == {60_000}
