"""Models, times, arrays and levels that cannot be used are refused in four parts, all at once."""

from __future__ import annotations

import math
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from assuage.errors import ExposureError
from assuage.exposure import (
    Absorption,
    Dose,
    EffectSite,
    Grid,
    Level,
    LinearModel,
    Metabolite,
    Prior,
    Residual,
    compartments,
    concentrations,
    effect_concentrations,
    estimate,
    from_micro,
    grid_concentrations,
    grid_posterior,
    mammillary,
    metabolite_concentrations,
    quantiles,
    summarise,
)

NAN = math.nan
ONE = mammillary(v1_l=10, cl_l_per_h=5)
THREE = mammillary(v1_l=[10, 11, 12], cl_l_per_h=5)
DOSES = [Dose(80, 0, 1)]
PRIOR = Prior({"v1": 10, "cl": 5}, ("cl",), np.array([[0.09]]), Residual(0.2))


def refusals() -> dict[str, Callable[[], Any]]:
    return {**refusals_of_models(), **refusals_of_questions()}


def refusals_of_models() -> dict[str, Callable[[], Any]]:
    return {
        "CL is 0": lambda: mammillary(v1_l=10, cl_l_per_h=0),
        "V1 is -1": lambda: mammillary(v1_l=-1, cl_l_per_h=1),
        "Q2 is nan": lambda: mammillary(v1_l=1, cl_l_per_h=1, v2_l=1, q2_l_per_h=NAN),
        "V1 is 0.0": lambda: mammillary(v1_l=[1, 0], cl_l_per_h=1),
        "V2 and Q2 only one": lambda: mammillary(v1_l=1, cl_l_per_h=1, v2_l=1),
        "V3 and Q3 without": lambda: mammillary(v1_l=1, cl_l_per_h=1, v3_l=1, q3_l_per_h=1),
        "k12 and k21 only one": lambda: from_micro(v1_l=1, k10_per_h=1, k21_per_h=1),
        "k31 is inf": lambda: from_micro(
            v1_l=1, k10_per_h=1, k12_per_h=1, k21_per_h=1, k13_per_h=1, k31_per_h=math.inf
        ),
        "shapes that do not fit": lambda: mammillary(v1_l=[1, 2], cl_l_per_h=[1, 2, 3]),
        "a matrix of shape": lambda: compartments([[1, 2]], intravenous=[1], output=[1]),
        "between compartments": lambda: compartments([[-1, -1], [0, 0]], intravenous=[1, 0], output=[1, 0]),
        "more arrives": lambda: compartments([[-1, 0], [2, 0]], intravenous=[1, 0], output=[1, 0]),
        "output has shape": lambda: compartments([[-1, 0], [1, 0]], intravenous=[1, 0], output=[1]),
        "not finite": lambda: compartments([[NAN]], intravenous=[1], output=[1]),
    }


def refusals_of_questions() -> dict[str, Callable[[], Any]]:
    one, three = LinearModel(ONE), LinearModel(THREE)
    return {
        "ka is -1": lambda: concentrations(LinearModel(ONE, Absorption(-1.0)), DOSES, t_h=[1]),
        "fraction is 1.2": lambda: concentrations(LinearModel(ONE, Absorption(1.0, 1.2)), DOSES, t_h=[1]),
        "the baseline is negative": lambda: concentrations(LinearModel(ONE, baseline=-0.1), DOSES, t_h=[1]),
        "the baseline has shape": lambda: concentrations(LinearModel(THREE, baseline=[1, 2]), DOSES, t_h=[1]),
        "no absorption": lambda: concentrations(one, [Dose(1, 0, 0, "intramuscular")], t_h=[1]),
        "1 of them not finite": lambda: concentrations(one, DOSES, t_h=[1, NAN]),
        "times of shape": lambda: concentrations(one, DOSES, t_h=1.0),
        "out has shape": lambda: concentrations(three, DOSES, t_h=[1.0], out=np.empty((3, 2))),
        "type float32": lambda: concentrations(three, DOSES, t_h=[1.0], out=np.empty((3, 1), np.float32)),
        "a grid from": lambda: grid_concentrations(one, DOSES, grid=Grid(0, 0, 5)),
        "the metabolite is given for 2": lambda: metabolite_concentrations(
            three, DOSES, metabolite=Metabolite(mammillary(v1_l=[1, 2], cl_l_per_h=1)), t_h=[1]
        ),
        "the fraction that becomes": lambda: metabolite_concentrations(
            one, DOSES, metabolite=Metabolite(ONE, 0.0), t_h=[1]
        ),
        "ke0 is given for 2": lambda: effect_concentrations(three, DOSES, effect_site=EffectSite([1, 2]), t_h=[1]),
        "ke0 is not": lambda: effect_concentrations(one, DOSES, effect_site=EffectSite(-1.0), t_h=[1]),
        "there is no dose": lambda: summarise(one, [], until_h=1),
        "the horizon is -1": lambda: summarise(one, DOSES, until_h=-1),
        "the threshold is 0": lambda: summarise(one, DOSES, until_h=1, threshold=0),
        "probabilities": lambda: quantiles(three, DOSES, t_h=[1.0], probabilities=(5, 95)),
    }


@pytest.mark.parametrize("what", refusals())
def test_refused_in_four_parts(what: str) -> None:
    with pytest.raises(ExposureError) as raised:
        refusals()[what]()
    told = str(raised.value)
    assert all(word in told for word in what.split())
    assert all(part for one in raised.value.problems for part in (one.what, one.where, one.expected, one.do))


def given(*levels: Level, doses: list[Dose] | None = None, prior: Prior = PRIOR) -> Callable[[], Any]:
    return lambda: estimate(prior, DOSES if doses is None else doses, levels=levels)


def with_(**changes: Any) -> Prior:
    fields = {name: getattr(PRIOR, name) for name in Prior.__struct_fields__}
    return Prior(**{**fields, **changes})


def refusals_of_levels() -> dict[str, Callable[[], Any]]:
    fine = Level(2, 4.0)
    two = with_(varying=("cl", "v1"), covariance=np.array([[0.09, 0.2], [0.2, 0.09]]))
    return {
        "there is no level": given(),
        "there is no dose": given(fine, doses=[]),
        "the level is -1": given(Level(2, -1.0)),
        "the level is 0": given(Level(2, 0.0)),
        "the level is nan": given(Level(2, NAN)),
        "the sample is of -1": given(Level(-1, 1.0)),
        "the sample is of 0": given(Level(0, 1.0)),
        "the sample is of nan": given(Level(NAN, 1.0)),
        "two levels of 2": given(fine, Level(2, 4.5)),
        "the sample and a bolus": given(fine, doses=[Dose(1, 0), Dose(1, 2)]),
        "no typical ka": given(fine, doses=[Dose(1, 0, 0, "intramuscular")]),
        "a parameter called “kel”": given(fine, prior=with_(typical={"v1": 1, "cl": 1, "kel": 1})),
        "typical values of v1": given(fine, prior=with_(typical={"v1": 1, "cl": 1, "v2": 3})),
        "typical values of cl": given(fine, prior=with_(typical={"cl": 1})),
        "v3 without v2": given(fine, prior=with_(typical={"v1": 1, "cl": 1, "v3": 3, "q3": 2})),
        "the typical v1 is -1": given(fine, prior=with_(typical={"v1": -1, "cl": 1})),
        "a baseline of -1": given(fine, prior=with_(baseline=-1.0)),
        "fraction of 0": given(fine, prior=with_(fraction=0.0)),
        "q2 varies": given(fine, prior=with_(varying=("q2",))),
        "a covariance of shape (1, 1) for 2": given(fine, prior=with_(varying=("cl", "v1"))),
        "a covariance of shape (2, 2)": given(fine, prior=two),
        "residual errors": given(fine, prior=with_(residual=Residual(0.0))),
    }


@pytest.mark.parametrize("what", refusals_of_levels())
def test_a_level_or_a_prior_that_cannot_be_used(what: str) -> None:
    with pytest.raises(ExposureError) as raised:
        refusals_of_levels()[what]()
    assert what in str(raised.value)


def test_all_problems_of_levels_at_once() -> None:
    with pytest.raises(ExposureError) as raised:
        given(Level(-1, 1.0), Level(2, -4.0), Level(2, 3.0))()
    assert len(raised.value.problems) == 3


def test_a_sample_at_the_start_of_an_infusion_is_before_it() -> None:
    # Nothing jumps where an infusion begins: the sample is what the earlier dose left.
    assert estimate(PRIOR, [Dose(80, 0), Dose(80, 2, 1)], levels=[Level(2, 3.0)]).tail > 0.5


def test_three_etas_have_no_grid() -> None:
    prior = Prior({"v1": 10, "cl": 5, "v2": 9, "q2": 4}, ("cl", "v1", "v2"), np.eye(3) * 0.1, Residual(0.2))
    found = estimate(prior, DOSES, levels=[Level(2, 4.0)])
    with pytest.raises(ExposureError, match="3 varying parameters"):
        grid_posterior(found, DOSES, levels=[Level(2, 4.0)])
