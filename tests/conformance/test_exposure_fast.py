"""The compiled kernels against NumPy: the same numbers to 1e-12, and the same refusals; and nothing is loaded unasked."""

from __future__ import annotations

import subprocess
import sys

import numpy as np
import pytest

from assuage.errors import ExposureError
from assuage.exposure import (
    Absorption,
    Dose,
    Grid,
    LinearModel,
    Summary,
    fast,
    grid_concentrations,
    mammillary,
    quantiles,
    summarise,
)

INTRAVENOUS = [Dose(70, start, 1) for start in (0, 48, 96)]
MIXED = [
    *INTRAVENOUS,
    Dose(10, 0.5),
    Dose(5, 2, 0, "intramuscular"),
    Dose(5, 7.013, 0, "intramuscular"),
    Dose(40, 3, 70),
]


def crowd(compartments: int, patients: int = 300) -> LinearModel:
    rng = np.random.default_rng(11)
    v1, cl = np.exp(0.3 * rng.standard_normal((2, patients)))
    more = {"v2_l": 56, "q2_l_per_h": 161, "v3_l": 157, "q3_l_per_h": 79}
    chosen = dict(list(more.items())[: 2 * (compartments - 1)])
    return LinearModel(mammillary(v1_l=25 * v1, cl_l_per_h=84 * cl, **chosen), Absorption(4.159, 0.93), 0.02)


@pytest.mark.parametrize("compartments", [1, 2, 3])
@pytest.mark.parametrize("doses", [INTRAVENOUS, MIXED], ids=["vein", "vein and muscle"])
def test_grids(compartments: int, doses: list[Dose]) -> None:
    grid = Grid(-0.5, 1 / 60, 3700)
    plain, quick = (grid_concentrations(crowd(compartments), doses, grid=grid, fast=fast) for fast in (False, True))
    np.testing.assert_allclose(quick, plain, rtol=1e-12)


@pytest.mark.parametrize("compartments", [1, 2, 3])
@pytest.mark.parametrize("doses", [INTRAVENOUS, MIXED], ids=["vein", "vein and muscle"])
@pytest.mark.parametrize("until_h", [0.75, 48.5, 200])
def test_summaries(compartments: int, doses: list[Dose], until_h: float) -> None:
    model = crowd(compartments)
    plain, quick = (summarise(model, doses, until_h=until_h, threshold=0.15, fast=fast) for fast in (False, True))
    for name in Summary.__struct_fields__:
        # A crossing where the curve is nearly flat is known less well than the curve; hours are of the order of one.
        np.testing.assert_allclose(getattr(quick, name), getattr(plain, name), rtol=1e-11, atol=1e-11, err_msg=name)


@pytest.mark.parametrize("doses", [INTRAVENOUS, MIXED], ids=["vein", "vein and muscle"])
def test_quantiles(doses: list[Dose]) -> None:
    grid, asked = Grid(-0.5, 1 / 30, 3400), (0, 0.05, 0.5, 0.95, 1)
    plain, quick = (quantiles(crowd(3), doses, t_h=grid, probabilities=asked, fast=fast) for fast in (False, True))
    np.testing.assert_allclose(quick, plain, rtol=1e-12)


def test_one_patient_and_two() -> None:
    for patients in (1, 2):
        model = crowd(3, patients)
        plain, quick = (quantiles(model, MIXED, t_h=Grid(0, 0.5, 200), fast=fast) for fast in (False, True))
        np.testing.assert_allclose(quick, plain, rtol=1e-12)


def test_a_grid_before_all_doses() -> None:
    grid = Grid(-10, 1, 5)
    assert np.all(grid_concentrations(crowd(2, 7), MIXED, grid=grid, fast=True) == 0.02)
    assert np.all(quantiles(crowd(2, 7), MIXED, t_h=grid, fast=True) == 0.02)


def test_asked_for_and_absent(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "is_available", lambda: False)
    with pytest.raises(ExposureError, match="numba is not installed"):
        grid_concentrations(crowd(1), INTRAVENOUS, grid=Grid(0, 1, 5), fast=True)
    assert not fast.is_wanted(None, work=10**12)
    assert grid_concentrations(crowd(1), INTRAVENOUS, grid=Grid(0, 1, 5)).shape == (300, 5)


def test_taken_where_it_repays(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(fast, "is_loaded", lambda: False)
    assert (fast.is_wanted(None, work=10**7), fast.is_wanted(None, work=10**10)) == (False, True)
    monkeypatch.setattr(fast, "is_loaded", lambda: True)
    assert (fast.is_wanted(None, work=10**4), fast.is_wanted(None, work=10**7)) == (False, True)
    assert not fast.is_wanted(False, work=10**12)


def test_importing_and_a_small_answer_load_neither_numba_nor_scipy() -> None:
    code = (
        "import sys; from assuage.exposure import *;"
        "model = LinearModel(mammillary(v1_l=25, cl_l_per_h=84));"
        "summarise(model, [Dose(70, 0, 1)], until_h=9, threshold=0.1);"
        "quantiles(model, [Dose(70, 0, 1)], t_h=[1.0]);"
        "grid_concentrations(model, [Dose(70, 0, 1)], grid=Grid(0, 1, 9));"
        "prior = Prior({'v1': 25, 'cl': 84}, ('cl',), [[0.09]], Residual(0.2));"
        "estimate(prior, [Dose(70, 0, 1)], levels=[Level(2, 0.1)]);"
        "print(sorted({'numba', 'scipy', 'mpmath'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"
