"""Every closed form against forty digits, where it is easy and where rates coincide: at most 1e-12 off, relative, anywhere."""

from __future__ import annotations

import math

import mpmath as mp
import numpy as np
import pytest
from tests.digits import CENTRAL, METABOLITE, SITE, amounts, body, exponential, worst

from assuage.exposure import (
    Absorption,
    Dose,
    EffectSite,
    Grid,
    LinearModel,
    Metabolite,
    compartments,
    concentrations,
    effect_concentrations,
    from_micro,
    general_concentrations,
    grid_concentrations,
    mammillary,
    metabolite_concentrations,
)
from assuage.exposure.linear import modes
from assuage.exposure.phi import first_difference, second_difference
from assuage.exposure.predictor import Predictor

PROMISED = 1e-12
# The benchmark's patient, per hour: a ketamine-like drug, V1 4.4 L.
V1 = 4.4
MICRO = (26.28, 35.52, 14.82, 35.4, 0.876)
DOSES = [
    Dose(70, 0, 1),
    Dose(20, 0.5, 3),
    Dose(10, 2),
    Dose(8, 2, 0, "intramuscular"),
    Dose(8, 9.25, 0, "intramuscular"),
    Dose(30, 20, 0.5),
]
TIMES = [0, 1 / 64, 0.25, 1, 1.5, 2, 2.5, 5, 9, 9.3, 12, 19.75, 20, 20.25, 21, 30]


def patient(micro: tuple[float, ...] = MICRO, *, ka: float = 5.0) -> LinearModel:
    names = ("k10_per_h", "k12_per_h", "k21_per_h", "k13_per_h", "k31_per_h")
    return LinearModel(from_micro(v1_l=V1, **dict(zip(names, micro, strict=True))), Absorption(ka))


def rates() -> np.ndarray:
    return modes(patient().disposition).rate_per_h[:, 0]


def coincidences() -> list[tuple[int, float]]:
    return [(mode, distance) for mode in range(3) for distance in (1e-1, 1e-5, 1e-9, 1e-13, 0.0)]


@pytest.mark.parametrize(("mode", "distance"), coincidences())
def test_coinciding_rates_cost_no_digits(mode: int, distance: float) -> None:
    """Absorption, metabolite and effect site all at one of the parent's own rates, or a hair beside it."""
    rate = float(rates()[mode]) * (1 + distance)
    volume, fraction = 50.0, 0.8
    clearance = rate * volume
    exact = [
        amounts(body(MICRO, ka=rate, ke0=rate, metabolite=(fraction, mp.mpf(clearance) / volume, 0, 1)), DOSES, at)
        for at in TIMES
    ]
    model = patient(ka=rate)
    follows = Metabolite(mammillary(v1_l=volume, cl_l_per_h=clearance), fraction)
    assert worst(concentrations(model, DOSES, t_h=TIMES), [one[CENTRAL] / mp.mpf(V1) for one in exact]) < PROMISED
    formed = metabolite_concentrations(model, DOSES, metabolite=follows, t_h=TIMES)
    assert worst(formed, [one[METABOLITE] / volume for one in exact]) < PROMISED
    felt = effect_concentrations(model, DOSES, effect_site=EffectSite(rate), t_h=TIMES)
    assert worst(felt, [one[SITE] / mp.mpf(V1) for one in exact]) < PROMISED


def test_a_metabolite_of_two_compartments_after_muscle_and_vein() -> None:
    clearance, volume, aside, exchange = 57.72, 98.638, 160.04, 42.778
    out, there, back = (mp.mpf(a) / mp.mpf(b) for a, b in ((clearance, volume), (exchange, volume), (exchange, aside)))
    system = body(MICRO, ka=4.159, ke0=1, metabolite=(1, out, there, back))
    exact = [amounts(system, DOSES, at)[METABOLITE] / mp.mpf(volume) for at in TIMES]
    follows = Metabolite(mammillary(v1_l=volume, cl_l_per_h=clearance, v2_l=aside, q2_l_per_h=exchange))
    assert worst(metabolite_concentrations(patient(ka=4.159), DOSES, metabolite=follows, t_h=TIMES), exact) < PROMISED


def test_the_general_path_agrees_where_the_closed_form_is_proven() -> None:
    system = body(MICRO, ka=5, ke0=1e-6, metabolite=(0.8, 1.25, 0.5, 0.25))
    exact = [amounts(system, DOSES, at)[METABOLITE] for at in TIMES]
    plain = np.array([[float(system[i, j]) for j in range(6)] for i in range(6)])
    model = compartments(
        plain, intravenous=[0, 1, 0, 0, 0, 0], intramuscular=[1, 0, 0, 0, 0, 0], output=[0, 0, 0, 0, 1, 0]
    )
    # Fastest rate 97 per hour, longest step 8 hours: some 800 units in the last place at the very most.
    assert worst(general_concentrations(model, DOSES, t_h=TIMES), exact) < PROMISED


def bolus(micro: np.ndarray, at_h: float) -> mp.mpf:
    with mp.workdps(60):
        k10, k12, k21, k13, k31 = (mp.mpf(float(k)) for k in micro)
        system = mp.matrix([[-(k10 + k12 + k13), k21, k31], [k12, -k21, 0], [k13, 0, -k31]])
        return exponential(system * mp.mpf(at_h))[0, 0]


def wild() -> list[tuple[float, ...]]:
    """Rates over six powers of ten, equal and nearly equal peripheral ones, exchange that hardly is, resonance."""
    rng = np.random.default_rng(20260211)
    sets = 10 ** rng.uniform(-4, 2, (60, 5))
    sets[:10, 4] = sets[:10, 2]
    sets[10:25, 4] = sets[10:25, 2] * (1 + 10 ** rng.uniform(-16, -1, 15))
    sets[25:40, 1] = 10 ** rng.uniform(-14, -6, 15)
    sets[35:40, 0] = sets[35:40, 2]
    return [tuple(map(float, one)) for one in sets]


@pytest.mark.parametrize("micro", wild(), ids=lambda one: "-".join(f"{k:.1e}" for k in one))
def test_three_compartments_whatever_their_rates(micro: tuple[float, ...]) -> None:
    model = patient(micro)
    slowest = float(modes(model.disposition).rate_per_h[-1, 0])
    times = [part / slowest for part in (1e-3, 1e-2, 0.1, 1, 10)]
    exact = [bolus(np.array(micro), at) / mp.mpf(V1) for at in times]
    assert worst(concentrations(model, [Dose(1, 0)], t_h=times), exact) < PROMISED
    k10, k12, k21, k13, k31 = micro
    typical = {"v1": V1, "cl": k10 * V1, "q2": k12 * V1, "v2": V1 * k12 / k21, "q3": k13 * V1, "v3": V1 * k13 / k31}
    one = Predictor(_bolus_line(), times, fraction=1.0, baseline=0.0)
    # The rates are formed again from volumes and clearances, with an ulp or two for each.
    assert worst(one.levels(typical), exact) < 10 * PROMISED


def _bolus_line():
    from assuage.exposure import timeline

    return timeline([Dose(1, 0)])


@pytest.mark.parametrize("micro", [(0.5, 0.3, 0.2), (1e-3, 50.0, 1e-4), (3.0, 1e-12, 3.0), (1e3, 1e-3, 1e-3)])
def test_two_compartments(micro: tuple[float, ...]) -> None:
    k10, k12, k21 = micro
    model = LinearModel(from_micro(v1_l=1, k10_per_h=k10, k12_per_h=k12, k21_per_h=k21))
    times = [part / k10 for part in (1e-3, 0.1, 1, 10)]
    exact = [bolus(np.array([k10, k12, k21, 0, 1]), at) for at in times]
    assert worst(concentrations(model, [Dose(1, 0)], t_h=times), exact) < PROMISED


def test_a_grid_at_its_troughs() -> None:
    """Steps of 1/64 h are exact in binary; a trough is where superposition by differences loses seven digits."""
    doses = [Dose(70, start, 1) for start in (0, 48, 96)]
    grid = Grid(0, 1 / 64, 120 * 64 + 1)
    found = grid_concentrations(patient(), doses, grid=grid, fast=False)
    asked = [1, 63, 64, 65, 100, 3071, 3072, 3073, 3136, 3200, 6143, 6144, 6208, 7680]
    system = body(MICRO, ka=5, ke0=1, metabolite=(1, 1, 0, 1))
    exact = [amounts(system, doses, at / 64)[CENTRAL] / mp.mpf(V1) for at in asked]
    assert worst(found[asked], exact) < PROMISED


@pytest.mark.parametrize("gap", [0.0, 1e-300, 1e-13, 1e-6, 0.002, 0.3, 0.999999, 1.0, 1.000001, 30.0, 700.0])
@pytest.mark.parametrize("second", [0.0, 0.5, 1.0])
def test_divided_differences(gap: float, second: float) -> None:
    a, b, c = 0.25, 0.25 + gap, 0.25 + second * gap
    with mp.workdps(400):
        points = [mp.mpf(x) + mp.mpf(10) ** -60 * n for n, x in enumerate((a, b, c))]
        x, y, z = (mp.exp(-p) for p in points)
        pair = (x - y) / (points[1] - points[0])
        triple = ((y - z) / (points[2] - points[1]) - pair) / (points[0] - points[2])
        found = (
            float(first_difference(np.array(a), np.array(b))),
            float(second_difference(np.array(a), np.array(b), c=c)),
        )
        assert math.isclose(found[0], pair, rel_tol=1e-14)
        assert math.isclose(found[1], abs(triple), rel_tol=1e-14)
