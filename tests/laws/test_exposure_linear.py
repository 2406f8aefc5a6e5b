"""What holds for every linear model, any doses and times: the laws that superposition, mass and time obey."""

from __future__ import annotations

import numpy as np
from hypothesis import given, settings
from hypothesis import strategies as st

from assuage.exposure import (
    Absorption,
    Dose,
    EffectSite,
    Grid,
    LinearModel,
    Mammillary,
    Metabolite,
    concentrations,
    effect_concentrations,
    grid_concentrations,
    mammillary,
    metabolite_concentrations,
    rate_history,
    timeline,
)
from assuage.exposure.closed import edge_states
from assuage.exposure.linear import modes, prepare

size = st.floats(0.05, 500)
hours = st.integers(0, 64 * 72).map(lambda n: n / 64)  # exact in binary, so that shifting a time loses nothing
TIMES = np.array([0, 0.25, 1, 2.5, 7, 24, 48.5, 72, 100])


@st.composite
def bodies(draw: st.DrawFn) -> Mammillary:
    names = ["v1_l", "cl_l_per_h", "v2_l", "q2_l_per_h", "v3_l", "q3_l_per_h"]
    return mammillary(**{name: draw(size) for name in names[: 2 * draw(st.integers(1, 3))]})


def models() -> st.SearchStrategy[LinearModel]:
    absorption = st.builds(Absorption, st.floats(0.05, 20), st.floats(0.1, 1))
    return st.builds(LinearModel, bodies(), absorption)


@st.composite
def doses(draw: st.DrawFn) -> Dose:
    route = draw(st.sampled_from(["intravenous", "intravenous", "intramuscular"]))
    length = 0.0 if route == "intramuscular" else draw(st.sampled_from([0.0, 0.25, 1.0, 4.0, 24.0]))
    return Dose(draw(st.floats(0, 1000)), draw(hours), length, route)


series = st.lists(doses(), min_size=1, max_size=6)


def close(first: np.ndarray, second: np.ndarray, rtol: float = 2e-14) -> None:
    np.testing.assert_allclose(
        first, second, rtol=rtol, atol=1e-280
    )  # rtol as each law says; below atol numbers are denormal


@given(models(), series, st.floats(0.001, 1000))
def test_linear_in_dose(model: LinearModel, given_: list[Dose], factor: float) -> None:
    more = [Dose(one.amount * factor, one.start_h, one.duration_h, one.route) for one in given_]
    close(concentrations(model, more, t_h=TIMES), factor * concentrations(model, given_, t_h=TIMES))


@given(models(), series, st.randoms())
def test_doses_commute(model: LinearModel, given_: list[Dose], chance: object) -> None:
    mixed = list(given_)
    chance.shuffle(mixed)  # type: ignore[attr-defined]
    close(concentrations(model, mixed, t_h=TIMES), concentrations(model, given_, t_h=TIMES))


@given(models(), series)
def test_superposition(model: LinearModel, given_: list[Dose]) -> None:
    alone = sum(concentrations(model, [one], t_h=TIMES) for one in given_)
    # The fastest rates decay some 10^4 times over these pieces; the edges in between round the exponent anew.
    close(concentrations(model, given_, t_h=TIMES), alone, rtol=1e-11)


@given(models(), series, hours)
def test_a_shift_of_time_changes_nothing(model: LinearModel, given_: list[Dose], by: float) -> None:
    later = [Dose(one.amount, one.start_h + by, one.duration_h, one.route) for one in given_]
    close(concentrations(model, later, t_h=TIMES + by), concentrations(model, given_, t_h=TIMES))


@given(models(), series)
def test_nothing_before_the_first_start_and_nothing_negative(model: LinearModel, given_: list[Dose]) -> None:
    first = min(one.start_h for one in given_)
    before = concentrations(model, given_, t_h=[first - 1e-9, first - 100])
    assert before.tolist() == [0, 0]
    assert np.all(concentrations(model, given_, t_h=TIMES) >= 0)


@given(models(), series)
def test_mass_balance(model: LinearModel, given_: list[Dose]) -> None:
    """What went in is in the body, in the depot, or was cleared: weights over rates give what is yet to be cleared."""
    prepared, line = prepare(model), timeline(given_)
    states = edge_states(prepared, line)
    share = prepared.modes.weight_per_l / prepared.modes.rate_per_h * prepared.cl_l_per_h
    close(share.sum(axis=0), np.ones(1), rtol=1e-12)
    from assuage.exposure import summarise

    seen = summarise(model, line, until_h=float(line.edge_h[-1]))
    yet = np.sum(share[:, 0] * states.amount[-1, :, 0])
    depot = 0.0 if states.depot is None else states.depot[-1, 0]
    arriving = sum(one.amount * (prepared.fraction[0] if one.route == "intramuscular" else 1) for one in given_)
    cleared = seen.area_to_horizon[0] * prepared.cl_l_per_h[0]
    close(np.array([yet + depot + cleared]), np.array([arriving]), rtol=1e-11)


@given(bodies())
def test_weights_are_positive_and_add_up(body: Mammillary) -> None:
    found = modes(body)
    assert np.all(found.weight_per_l >= 0)
    assert np.all(np.diff(found.rate_per_h, axis=0) <= 0)
    close(found.weight_per_l.sum(axis=0), 1 / body.v1_l, rtol=1e-12)
    close((found.weight_per_l / found.rate_per_h).sum(axis=0), 1 / body.cl_l_per_h, rtol=1e-12)


@given(st.lists(st.tuples(size, size, size, size, size, size), min_size=2, max_size=9), series)
def test_a_batch_is_its_patients_one_by_one(rows: list[tuple[float, ...]], given_: list[Dose]) -> None:
    names = ["v1_l", "cl_l_per_h", "v2_l", "q2_l_per_h", "v3_l", "q3_l_per_h"]
    columns = np.array(rows).T
    together = LinearModel(mammillary(**dict(zip(names, columns, strict=True))), Absorption(2.0, 0.9), 0.5)
    found = concentrations(together, given_, t_h=TIMES)
    for row, values in zip(rows, found, strict=True):
        one = LinearModel(mammillary(**dict(zip(names, row, strict=True))), Absorption(2.0, 0.9), 0.5)
        close(concentrations(one, given_, t_h=TIMES), values, rtol=1e-14)


@settings(max_examples=40)
@given(models(), series, hours, st.sampled_from([1 / 64, 0.25, 3.0]), st.integers(1, 700))
def test_a_grid_is_its_times_one_by_one(
    model: LinearModel, given_: list[Dose], start: float, step: float, count: int
) -> None:
    grid = Grid(start, step, count)
    single = concentrations(model, given_, t_h=grid.times_h())
    close(grid_concentrations(model, given_, grid=grid, fast=False), single, rtol=1e-11)


@given(models(), series, bodies(), st.floats(0.01, 1))
def test_metabolites_and_effect_sites_are_linear_and_begin_at_zero(
    model: LinearModel, given_: list[Dose], formed: Mammillary, fraction: float
) -> None:
    follows = Metabolite(formed, fraction)
    twice = [Dose(2 * one.amount, one.start_h, one.duration_h, one.route) for one in given_]
    first = metabolite_concentrations(model, given_, metabolite=follows, t_h=TIMES)
    close(metabolite_concentrations(model, twice, metabolite=follows, t_h=TIMES), 2 * first)
    felt = effect_concentrations(model, given_, effect_site=EffectSite(3.0), t_h=TIMES)
    assert np.all(felt >= 0)
    assert np.all(felt[min(one.start_h for one in given_) >= TIMES] == 0)


@given(models(), st.floats(0.5, 10), st.floats(1, 100))
def test_a_pump_that_goes_on_is_one_that_never_changed(model: LinearModel, end: float, rate: float) -> None:
    cut = rate_history([(0, rate), (end / 3, rate), (end / 2, rate)], end_h=end)
    close(
        concentrations(model, cut, t_h=TIMES), concentrations(model, [Dose(rate * end, 0, end)], t_h=TIMES), rtol=1e-10
    )
