"""Sums of exponentials against positive terms: the same levels, peaks and hours; and where sums lose digits, those terms are taken."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tests.laws.test_exposure_linear import bodies, models, series

from assuage.exposure import (
    Absorption,
    Dose,
    LinearModel,
    Mammillary,
    Metabolite,
    concentrations,
    mammillary,
    metabolite_concentrations,
    rate_history,
    summarise,
    timeline,
)
from assuage.exposure.followed import Followed, answer, followed, hours_above
from assuage.exposure.population import people
from assuage.exposure.simulate import Body, clock, horizon, levels
from assuage.exposure.summaries import hours_above_each
from assuage.exposure.sums import cancelling, drug_sums, levels_at

VEIN = [Dose(70, start, 1) for start in (0, 48, 96)]
MUSCLE = [Dose(5, start + n / 4, 0, "intramuscular") for start in (0, 48) for n in range(4)]
MIXED = [*VEIN, Dose(10, 0.5), Dose(5, 2, 0, "intramuscular"), Dose(5, 7.013, 0, "intramuscular"), Dose(40, 3, 70)]
UNEVEN = 0.9731
SERIES = pytest.mark.parametrize("doses", [VEIN, MUSCLE, MIXED], ids=["vein", "muscle", "both"])


def crowd(count: int = 400) -> LinearModel:
    """People of three compartments; of absorption as fast as each of their modes, now a little faster, now a little slower."""
    rng = np.random.default_rng(11)
    v1, cl, ka = np.exp(0.5 * rng.standard_normal((3, count)))
    body = mammillary(v1_l=25 * v1, cl_l_per_h=84 * cl, v2_l=56, q2_l_per_h=161, v3_l=157, q3_l_per_h=79)
    return LinearModel(body, Absorption(2 * ka, 0.93), 0.02)


def metabolite(count: int = 400) -> Metabolite:
    volumes = np.exp(0.4 * np.random.default_rng(12).standard_normal(count))
    return Metabolite(mammillary(v1_l=100 * volumes, cl_l_per_h=60, v2_l=170, q2_l_per_h=90), 0.8)


def within(found: np.ndarray, expected: np.ndarray, part: float) -> None:
    """Each person's numbers (T, B) to a part of the highest that this person reaches."""
    off = np.abs(found - expected).max(axis=0)
    assert np.all(off <= part * np.abs(expected).max(axis=0) + 1e-280), off.max()


@SERIES
def test_levels_of_a_drug(doses: list[Dose]) -> None:
    times = clock(doses)
    one = followed(Body(crowd()), doses)
    assert np.count_nonzero(one.is_apart) < 40
    within(one.levels(times), concentrations(crowd(), doses, t_h=times).T, 1e-9)
    within(np.stack(list(one.rows(times))), one.levels(times), 0)


@SERIES
def test_levels_of_a_metabolite(doses: list[Dose]) -> None:
    times = clock(doses)
    one = followed(Body(crowd(), metabolite()), doses)
    expected = metabolite_concentrations(crowd(), doses, metabolite=metabolite(), t_h=times)
    within(one.levels(times), expected.T, 1e-9)


@SERIES
def test_who_is_chosen_keeps_the_levels(doses: list[Dose]) -> None:
    times, chosen = clock(doses), np.arange(400) % 3 == 0
    for body in (Body(crowd()), Body(crowd(), metabolite())):
        whole = followed(body, doses)
        within(whole.of(chosen).levels(times), whole.levels(times)[:, chosen], 1e-15)


@SERIES
def test_peaks_and_areas(doses: list[Dose]) -> None:
    found = answer(followed(Body(crowd()), doses), times_h=clock(doses))
    expected = summarise(crowd(), doses, until_h=horizon(doses), fast=False)
    np.testing.assert_allclose(found.peak, expected.peak, rtol=1e-9)
    np.testing.assert_allclose(found.area, expected.area_to_infinity, rtol=1e-14)
    # A flat top is where it is to the root of what its height is known to.
    np.testing.assert_allclose(found.peak_at_h, expected.peak_at_h, atol=1e-6)


@settings(max_examples=60)
@given(models(), series)
def test_no_model_has_a_higher_peak_by_either_way(model: LinearModel, given_: list[Dose]) -> None:
    found = answer(followed(Body(model), given_), times_h=clock(given_))
    expected = summarise(model, given_, until_h=horizon(given_), fast=False)
    np.testing.assert_allclose(found.peak, expected.peak, rtol=1e-9, atol=1e-280)


@settings(max_examples=60)
@given(models(), series, st.lists(st.floats(0.02, 1.5), min_size=1, max_size=4))
def test_hours_of_one_person(model: LinearModel, given_: list[Dose], parts: list[float]) -> None:
    peak = summarise(model, given_, until_h=horizon(given_), fast=False).peak[0]
    # Never the height of a plateau, which two rates in a whole proportion make: above that a level lies by rounding alone.
    above = [float(part * UNEVEN * peak) or 1.0 for part in parts]
    found = hours_above(followed(Body(model), given_), above=above)
    expected = hours_above_each(model, given_, until_h=horizon(given_), thresholds=above)[:, 0]
    for level, mine, other in zip(above, found, expected, strict=True):
        # Where the curve is nearly flat, the time above a level is known to the root of what the curve is known to.
        assert mine == pytest.approx(other, rel=1e-6, abs=1e-6), level


def test_a_rate_that_coincides_is_taken_apart() -> None:
    """ka as fast as a mode to the last digit, or nearly, or not: the sums lose all, some or no digits, the levels none."""
    rate = 2.0
    near = rate * (1 + np.array([0.0, 1e-15, 1e-12, 1e-9, 1e-3, 0.5]))
    body = mammillary(v1_l=np.full(6, 10.0), cl_l_per_h=10 * rate)
    model, times = LinearModel(body, Absorption(near)), clock(MUSCLE)
    assert cancelling(drug_sums(model.prepared, timeline(MUSCLE))).tolist() == [True, True, True, True, False, False]
    one = followed(Body(model), MUSCLE)
    within(one.levels(times), concentrations(model, MUSCLE, t_h=times).T, 1e-9)
    peaks = answer(one, times_h=times).peak
    np.testing.assert_allclose(peaks, summarise(model, MUSCLE, until_h=horizon(MUSCLE), fast=False).peak, rtol=1e-9)


def test_more_turns_than_one_are_left_to_others() -> None:
    """Three compartments far apart, filled, stopped for 6 min and run on slowly: the level rises, falls and rises in one piece."""
    body = mammillary(v1_l=1, cl_l_per_h=20, v2_l=20, q2_l_per_h=40, v3_l=2000, q3_l_per_h=40)
    doses = rate_history([(0, 1000), (3, 0), (3.1, 200)], end_h=300)
    one, above = followed(Body(LinearModel(body)), doses), [4.2, 6.0, 7.0, 8.0]
    expected = hours_above_each(LinearModel(body), doses, until_h=horizon(doses), thresholds=above)[:, 0]
    np.testing.assert_allclose(hours_above(one, above=above), expected, rtol=1e-9)
    peak = summarise(LinearModel(body), doses, until_h=horizon(doses), fast=False).peak
    np.testing.assert_allclose(answer(one, times_h=clock(doses)).peak, peak, rtol=1e-12)


def test_nothing_given_reaches_nothing() -> None:
    placebo = [Dose(0, 0, 1), Dose(0, 2, 0, "intramuscular")]
    found: Followed = followed(Body(LinearModel(mammillary(v1_l=10, cl_l_per_h=5), Absorption(1.0))), placebo)
    seen = answer(found, times_h=clock(placebo))
    assert (seen.peak.tolist(), seen.area.tolist()) == ([0.0], [0.0])


@settings(max_examples=40)
@given(bodies(), series)
def test_one_row_at_any_time_is_the_level_there(body: Mammillary, given_: list[Dose]) -> None:
    intravenous = [Dose(one.amount, one.start_h, one.duration_h) for one in given_]
    model = LinearModel(body)
    sums, times = drug_sums(model.prepared, timeline(intravenous)), clock(intravenous)[::-1]
    if not cancelling(sums)[0]:
        within(levels_at(sums, times), levels(Body(model), intravenous, t_h=times).T, 1e-9)


def test_a_model_is_diagonalised_once() -> None:
    model = crowd(people(3, 1).count)
    assert model.prepared is model.prepared
