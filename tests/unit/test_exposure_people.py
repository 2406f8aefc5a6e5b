"""People: the same for a seed, spread as reported, together where the source says so."""

from __future__ import annotations

import numpy as np
import pytest
from tests.examples import the_catalog

from assuage.exposure.followed import hours_above_on
from assuage.exposure.population import factors, people, spanned
from assuage.kinetics import Spread, Together, Variability
from assuage.sourced import Claim, Fact

MANY = people(40_000, 7)


def fact(value: str) -> Fact:
    return Fact("test", (Claim(value=value, source="editors", where="test", kind="assumed"),))


def varied(kind: str, *values: tuple[str, str], together: tuple[Together, ...] = ()) -> Variability:
    return Variability(kind, tuple(Spread(name, fact(value)) for name, value in values), together)  # type: ignore[arg-type]


def drawn(one: Variability, **more: object) -> dict[str, np.ndarray]:
    return factors(one, ("CL", "V1"), model="test", group=None, who=MANY)


def test_a_coefficient_of_variation_is_that_of_the_people() -> None:
    """Of 40,000 the coefficient of variation is right to about 1 %."""
    found = drawn(varied("cv", ("CL", "39 %")))["CL"]
    assert found.std() / found.mean() == pytest.approx(0.39, rel=0.02)  # chance: 40,000 people
    assert np.median(found) == pytest.approx(1, abs=0.01)


def test_a_variance_is_that_of_the_logarithm() -> None:
    found = np.log(drawn(varied("omega-squared", ("CL", "0.09 1")))["CL"])
    assert found.var() == pytest.approx(0.09, rel=0.03)  # chance: 40,000 people


@pytest.mark.parametrize(
    ("kind", "value", "correlation"), [("correlation", "0.6 1", 0.6), ("covariance", "0.045 1", 0.5)]
)
def test_what_varies_together_does(kind: str, value: str, correlation: float) -> None:
    """By hand: 0.045 ÷ √(0.09 × 0.09) = 0.5."""
    pair = Together(("CL", "V1"), kind, fact(value))  # type: ignore[arg-type]
    found = drawn(varied("omega-squared", ("CL", "0.09 1"), ("V1", "0.09 1"), together=(pair,)))
    logs = np.log([found["CL"], found["V1"]])
    assert np.corrcoef(logs)[0, 1] == pytest.approx(correlation, abs=0.02)


def test_a_person_is_the_same_whatever_the_number_of_people() -> None:
    spread = the_catalog().kinetics["magnesium-lu-2002"].variability
    names = ("CL", "V1", "V2", "Q2")
    few, many = (factors(spread, names, model="a", group=None, who=people(n, 3)) for n in (5, 500))
    assert all(np.array_equal(few[name], many[name][:5]) for name in names)


def test_another_seed_or_model_has_other_people() -> None:
    spread = varied("cv", ("CL", "39 %"))
    one, seed, model = (
        factors(spread, ("CL",), model=name, group=None, who=people(10, number))["CL"]
        for name, number in (("a", 1), ("a", 2), ("b", 1))
    )
    assert not np.allclose(one, seed)
    assert not np.allclose(one, model)


def test_who_does_not_vary_is_left_alone() -> None:
    assert drawn(varied("cv", ("Q9", "39 %"))) == {}
    assert factors(None, ("CL",), model="a", group=None, who=MANY) == {}
    assert factors(varied("cv", ("CL", "39 %")), ("CL",), model="a", group=None, who=people(1, 1)) == {}


def test_nine_in_ten_lie_between_the_ends() -> None:
    assert spanned(np.arange(1001.0)) == (500, 50, 950)


def test_hours_above_a_level_on_a_curve() -> None:
    """By hand: up from 0 to 4 in 2 h and down again: above 1 for 3 h, above 4 never, above −1 all 4 h."""
    times, rows = np.array([0.0, 2.0, 4.0]), np.array([[0.0, 0.0], [4.0, 1.0], [0.0, 0.0]])
    found = hours_above_on(times, rows, above=[-1.0, 1.0, 4.0])
    assert found.tolist() == [[4.0, 4.0], [3.0, 0.0], [0.0, 0.0]]


def test_hours_above_a_level_on_a_curve_that_stands_still() -> None:
    """By hand: two stretches of 1 h at 3, one falling to 0 over 3 h; above 1.5 for 2 h and half of the rest. A level that is reached and not passed has no hours."""
    times, curves = np.array([0.0, 1.0, 2.0, 5.0]), np.array([[3.0, 3.0, 3.0, 0.0], [1.5, 1.5, 1.5, 1.5]])
    assert hours_above_on(times, curves.T, above=[1.5]).tolist() == [[3.5, 0.0]]


def test_hours_above_levels_are_the_same_alone_and_together() -> None:
    """Any number of curves and of levels at once: each has the hours that it has alone."""
    times = np.linspace(0, 10, 40)
    curves = np.abs(np.sin(np.linspace(0.1, 2, 30) * times[:, None]))
    above = [0.2, 0.5, 0.99]
    together = hours_above_on(times, curves, above=above)
    alone = [[hours_above_on(times, one[:, None], above=[level])[0, 0] for one in curves.T] for level in above]
    np.testing.assert_allclose(together, alone, rtol=1e-12, atol=1e-12)
