"""The sum of exponentials that pages add up, against the closed forms that are safe everywhere."""

from __future__ import annotations

import numpy as np
import pytest

from assuage.exposure.chains import Metabolite
from assuage.exposure.events import Dose, Route
from assuage.exposure.impulse import impulse
from assuage.exposure.linear import Absorption, LinearModel, mammillary
from assuage.exposure.simulate import Body, levels

HOURS = np.array([0.0, 0.02, 0.1, 0.5, 1.0, 3.0, 10.0, 40.0])
PARENT = mammillary(v1_l=25, cl_l_per_h=84, v2_l=56, q2_l_per_h=161, v3_l=157, q3_l_per_h=79)
FORMED = Metabolite(mammillary(v1_l=98.6, cl_l_per_h=57.7, v2_l=160, q2_l_per_h=42.8), 1.0)
# A depot that empties exactly as fast as the one compartment is cleared, and the same once more.
EQUAL = LinearModel(mammillary(v1_l=10, cl_l_per_h=5), Absorption(0.5, 1.0))


def summed(body: Body, route: Route) -> np.ndarray:
    found = impulse(body, route)
    return np.exp(-HOURS[:, None] * found.rate_per_h) @ found.weight_per_l


@pytest.mark.parametrize("metabolite", [None, FORMED])
@pytest.mark.parametrize("route", ["intravenous", "intramuscular"])
def test_one_unit_gives_what_the_closed_form_says(route: Route, metabolite: Metabolite | None) -> None:
    body = Body(LinearModel(PARENT, Absorption(4.159, 0.93)), metabolite)
    expected = levels(body, [Dose(1, 0, 0, route)], t_h=HOURS)[0]
    assert summed(body, route) == pytest.approx(expected, rel=1e-9, abs=1e-15)


def test_equal_rates_are_moved_apart_by_less_than_anyone_sees() -> None:
    body = Body(EQUAL)
    expected = levels(body, [Dose(1, 0, 0, "intramuscular")], t_h=HOURS)[0]
    assert summed(body, "intramuscular") == pytest.approx(expected, rel=1e-5, abs=1e-12)


def test_the_area_of_one_unit_is_one_over_the_clearance() -> None:
    found = impulse(Body(LinearModel(PARENT)), "intravenous")
    assert (found.weight_per_l / found.rate_per_h).sum() == pytest.approx(1 / 84, rel=1e-12)
