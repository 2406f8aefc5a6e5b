"""One compartment by hand: formulas of any textbook, worked out here apart from the engine's code."""

from __future__ import annotations

import math

import numpy as np
import pytest

from assuage.exposure import (
    Absorption,
    Dose,
    EffectSite,
    Grid,
    LinearModel,
    concentrations,
    effect_concentrations,
    mammillary,
    quantiles,
    rate_history,
    summarise,
    timeline,
)

# 10 L, 5 L/h: rate 0.5 per hour, half-life 2 ln 2 hours.
DRUG = LinearModel(mammillary(v1_l=10, cl_l_per_h=5))
HALF_LIFE = 2 * math.log(2)


def test_half_is_left_after_a_half_life() -> None:
    found = concentrations(DRUG, [Dose(80, 0)], t_h=[0, HALF_LIFE, 2 * HALF_LIFE])
    np.testing.assert_allclose(found, [8, 4, 2], rtol=1e-15)


def test_a_long_infusion_comes_to_rate_over_clearance() -> None:
    # 40 mg/h at 5 L/h is 8 mg/L; after one half-life half of it.
    found = concentrations(DRUG, [Dose(40 * 200, 0, 200)], t_h=[0, HALF_LIFE, 200])
    np.testing.assert_allclose(found, [0, 4, 8], rtol=1e-14)


def test_an_infusion_that_stops() -> None:
    # 100 mg over 2 h: 10 (1 - exp(-1)) at its end, a fraction exp(-1) of that 2 h later.
    found = concentrations(DRUG, [Dose(100, 0, 2)], t_h=[2, 4])
    np.testing.assert_allclose(found, [10 * (1 - math.exp(-1)), 10 * (1 - math.exp(-1)) * math.exp(-1)], rtol=1e-14)


def test_muscle_peaks_where_the_textbook_says() -> None:
    # ka 2, k 0.5: peak at ln(4)/1.5 h; concentration there F D/V (k/ka)^(k/(ka - k)) = 0.9 · 8 · 4^(-1/3).
    model = LinearModel(DRUG.disposition, Absorption(2.0, 0.9))
    seen = summarise(model, [Dose(80, 1, 0, "intramuscular")], until_h=30)
    assert seen.peak_at_h[0] == pytest.approx(1 + math.log(4) / 1.5, rel=1e-10)
    assert seen.peak[0] == pytest.approx(7.2 * 4 ** (-1 / 3), rel=1e-14)
    assert seen.area_to_infinity[0] == pytest.approx(0.9 * 80 / 5, rel=1e-15)


def test_muscle_where_both_rates_are_the_same() -> None:
    # ka = k = 0.5: C = (D/V) k t exp(-k t), at its highest after 1/k = 2 h, with D/V exp(-1).
    model = LinearModel(DRUG.disposition, Absorption(0.5))
    seen = summarise(model, [Dose(80, 0, 0, "intramuscular")], until_h=30)
    assert (seen.peak_at_h[0], seen.peak[0]) == (
        pytest.approx(2, rel=1e-10),
        pytest.approx(8 * math.exp(-1), rel=1e-14),
    )


def test_an_effect_site_peaks_where_its_curve_meets_the_plasma() -> None:
    # ke0 2, k 0.5: the site is highest at ln(4)/1.5 h, where it equals the plasma: 8 · 4^(-1/3).
    at = math.log(4) / 1.5
    site = effect_concentrations(DRUG, [Dose(80, 0)], effect_site=EffectSite(2.0), t_h=[at - 1e-3, at, at + 1e-3])
    assert site[1] == pytest.approx(8 * 4 ** (-1 / 3), rel=1e-14)
    assert site[1] > max(site[0], site[2])


def test_area_and_time_above() -> None:
    # 80 mg at once: 8 mg/L; above 2 mg/L for two half-lives; area 16 in all, and 16 (1 - 1/8) in three half-lives.
    seen = summarise(DRUG, [Dose(80, 0)], until_h=3 * HALF_LIFE, threshold=2)
    assert seen.hours_above is not None
    assert seen.hours_above[0] == pytest.approx(2 * HALF_LIFE, rel=1e-13)
    assert (seen.area_to_infinity[0], seen.area_to_horizon[0]) == (16, pytest.approx(14, rel=1e-14))


def test_a_baseline_lifts_all_but_the_area() -> None:
    raised = LinearModel(DRUG.disposition, baseline=0.5)
    assert concentrations(raised, [Dose(80, 0)], t_h=[-1, 0])[0] == 0.5
    bare, seen = (summarise(model, [Dose(80, 0)], until_h=9) for model in (DRUG, raised))
    assert seen.peak[0] == 8.5
    assert seen.area_to_horizon[0] == bare.area_to_horizon[0]


def test_a_peak_within_a_piece_counts_for_the_time_above() -> None:
    """Two compartments far apart. Filled up, stopped, then run slowly: a fast rise, and a slow fall with no change of rate.

    Running at 200/h the fast balance is (200 + 10 · 100)/20 = 60, on the way down to 200/10 = 20.
    """
    model = LinearModel(mammillary(v1_l=1, cl_l_per_h=10, v2_l=100, q2_l_per_h=10))
    doses = rate_history([(0, 1000), (400, 0), (400.5, 200)], end_h=500)
    fine = np.linspace(400.5, 402, 150_001)
    levels = concentrations(model, doses, t_h=fine)
    top = levels.max()
    assert levels[0] < 50 < 58 < top < 60
    assert levels[-1] < top - 0.5
    above, all_along = (summarise(model, doses, until_h=402, threshold=level) for level in (top - 0.2, top + 1e-9))
    before = summarise(model, doses, until_h=400.5, threshold=top - 0.2)
    assert above.hours_above is not None
    assert before.hours_above is not None
    counted = np.count_nonzero(levels > top - 0.2) * 1e-5
    # Each end of the counted stretch is within one step.
    assert above.hours_above[0] - before.hours_above[0] == pytest.approx(counted, abs=2e-5)
    passed = summarise(model, doses, until_h=400.5, threshold=top + 1e-9)
    assert all_along.hours_above == pytest.approx(passed.hours_above, rel=1e-12)


def test_the_edges_of_a_pause() -> None:
    line = timeline(rate_history([(0, 60), (0.5, 0), (1, 30)], end_h=2))
    assert line.edge_h.tolist() == [0, 0.5, 1, 2]
    assert line.rate_per_h.tolist() == [60, 0, 30, 0]


def test_quantiles_of_three_patients_by_hand() -> None:
    three = LinearModel(mammillary(v1_l=[10, 20, 40], cl_l_per_h=5))
    # 80 mg at once: 8, 4, 2 mg/L; a quarter of the way from rank 0 to rank 2 lies half-way from 2 to 4.
    found = quantiles(three, [Dose(80, 0)], t_h=[0.0], probabilities=(0, 0.25, 0.5, 1))
    assert found[:, 0].tolist() == [2, 3, 4, 8]
    assert Grid(1, 0.5, 3).times_h().tolist() == [1, 1.5, 2]
