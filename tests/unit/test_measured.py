"""One patient from levels: which prior, which error, what is said of it, and what is refused."""

from __future__ import annotations

import math
from functools import cache

import msgspec
import numpy as np
import pytest
from tests.plans import SCREENED, plan_of
from tests.unit.test_exposed import state_of

from assuage.errors import ExposureError
from assuage.exposure.ensemble import Cast
from assuage.exposure.measured import (
    Question,
    Sample,
    Update,
    Window,
    caveats,
    is_indicative,
    prior_of,
    residual_of,
    update,
)
from assuage.exposure.models import Ensemble, Member, choose, levels
from assuage.exposure.population import people
from assuage.exposure.posterior import Residual
from assuage.plan.exposed import Answering, answering
from assuage.plan.pumped import pumped

KIM = "kim-2015-magnesium"
BASELINE = 0.85  # mmol/L, in examples/patient.yaml
MANY = people(4000, 1)
SESSIONS = (Window(0, 48), Window(48, 96))


@cache
def known() -> Answering:
    """The worked example: 2,100 mg of magnesium sulfate heptahydrate over 1 h, three times 48 h apart."""
    return answering("magnesium-sulfate", pumped(plan_of(KIM)), state_of())


@cache
def cast(count: int = MANY.count) -> Cast:
    return Cast(state_of().catalog.kinetics, known().covariates, people(count, 1))


@cache
def line_of(drug: str) -> tuple[Member, Ensemble]:
    found = choose(drug, "intravenous", covariates=known().covariates, models=cast().models)
    assert found.line is not None
    return found.line, found


def asked(*samples: Sample, baseline: float | None = BASELINE, following: Window | None = SESSIONS[1]) -> Update:
    question = Question(known().doses, samples, SESSIONS[0], following)
    return update(known().ensemble, cast(), baseline=baseline, question=question)


def venous(value: float, at_h: float = 1.0, error: float = 0.05) -> Sample:
    return Sample(at_h, value, "venous", error)


def test_the_prior_is_the_models_own() -> None:
    """Lu 2002 (cv 39, 26, 38, 59 %): ω² = ln(1 + CV²); the baseline is fixed, and no parameter of it varies."""
    line, _ = line_of("magnesium-sulfate")
    prior = prior_of(line, cast(), baseline=BASELINE, residual=Residual(0.2))
    spread = dict(zip(prior.varying, np.diag(prior.covariance), strict=True))
    assert spread == pytest.approx({name: math.log(1 + cv**2) for name, cv in (("cl", 0.39), ("v1", 0.26), ("v2", 0.38), ("q2", 0.59))})  # fmt: skip
    assert prior.baseline == BASELINE
    assert (prior.typical["v1"], prior.typical["v2"], prior.typical["q2"]) == (24, 25, 5.6)


def test_volumes_that_vary_as_one_stay_one() -> None:
    """Albrecht 1999: the spread is of all volumes together; a patient with V1 doubled has V2 and V3 doubled."""
    line, _ = line_of("midazolam")
    assert line.model.id == "midazolam-albrecht-1999"
    prior = prior_of(line, cast(), baseline=0.0, residual=Residual(0.2))
    assert set(prior.varying) == {"cl", "v1"}
    eta = [math.log(2) if name == "v1" else 0.0 for name in prior.varying]
    doubled = prior.parameters(eta)
    assert {name: doubled[name] / prior.typical[name] for name in doubled} == pytest.approx(
        {"v1": 2, "v2": 2, "v3": 2, "cl": 1, "q2": 1, "q3": 1}
    )
    assert prior.model(eta).disposition.v1_l[0] == pytest.approx(2 * prior.typical["v1"])


def test_the_error_of_a_level_is_that_of_its_site_with_the_laboratorys() -> None:
    """Kamp: 0.1095 borrowed for arterial levels, 0.23609 for venous ones; independent errors add as squares."""
    model = line_of("ketamine")[0].model
    arterial, vein = Sample(1, 0.2, "arterial", 0.05), Sample(1, 0.2, "venous")
    assert residual_of(model, [arterial]).proportional == pytest.approx(math.sqrt(0.1095**2 + 0.05**2))
    assert residual_of(model, [vein]).proportional == pytest.approx(0.23609)
    assert residual_of(model, [arterial, vein]).proportional == pytest.approx(0.23609)


def test_a_venous_level_against_an_arterial_model_is_indicative() -> None:
    line, _ = line_of("ketamine")
    told = " ".join(caveats(line, [Sample(1, 0.2, "venous")], models=cast().models))
    for part in ("nothing is corrected", "0.63 to 0.73", "borrowed", "to the minute"):
        assert part in told
    assert is_indicative(line, [Sample(1, 0.2, "venous")], models=cast().models)
    arterial = " ".join(caveats(line, [Sample(1, 0.2, "arterial", 0.05)], models=cast().models))
    assert "nothing is corrected" not in arterial
    assert is_indicative(line, [Sample(1, 0.2, "arterial")], models=cast().models)  # its spread is borrowed


def test_magnesium_has_a_spread_of_its_own() -> None:
    line, _ = line_of("magnesium-sulfate")
    assert not is_indicative(line, [venous(1.2)], models=cast().models)
    told = " ".join(caveats(line, [Sample(1, 1.2, "venous")], models=cast().models))
    for part in ("not estimated", "pregnant", "no more", "upper line"):
        assert part in told


def test_before_the_level_the_peak_is_that_of_the_plain_answer() -> None:
    """The same people: the first session's peak of `assuage exposure`, which is the highest of the series here too."""
    found = asked(venous(1.15))
    assert found.peak_before[0] == pytest.approx(1.147, abs=0.01)
    assert found.peak_before[1] < found.peak_before[0] < found.peak_before[2]


def test_the_upper_line_is_told_and_no_level_changes_it() -> None:
    low, high = asked(venous(1.0)), asked(venous(1.6))
    assert [one.part for one in low.beside] == ["upper"]
    assert low.beside == high.beside
    assert low.beside[0].peak > low.peak_before[0]


def test_levels_come_back_in_order_of_time() -> None:
    found = asked(venous(1.0, 4.0), venous(1.2, 1.0))
    assert [one.sample.at_h for one in found.levels] == [1.0, 4.0]


def test_without_a_next_infusion_nothing_is_said_of_one() -> None:
    found = asked(venous(1.2), following=None)
    assert found.peak_following is None
    assert all(one.peak_following is None for one in found.beside)


def test_a_level_ten_times_too_high_contradicts() -> None:
    assert asked(venous(1.15)).tail > 0.5
    assert asked(venous(11.5)).tail < 0.000001


def refusal(call: object) -> str:
    with pytest.raises(ExposureError) as caught:
        call()  # type: ignore[operator]
    one = caught.value.problems[0]
    assert all((one.what, one.where, one.expected, one.do))
    return one.what


def test_magnesium_without_a_measured_baseline_is_refused() -> None:
    assert "before the first dose is not known" in refusal(lambda: asked(venous(1.2), baseline=None))


def test_a_model_without_a_spread_is_refused() -> None:
    line, _ = line_of("ketamine")
    bare = msgspec.structs.replace(line.model, variability=None, like=None)
    models = {**cast().models, bare.id: bare}
    lone = msgspec.structs.replace(line, model=bare)
    told = refusal(lambda: prior_of(lone, Cast(models, known().covariates, MANY), baseline=0, residual=Residual(0.2)))
    assert "no published spread" in told


def test_a_model_without_an_error_of_one_level_is_refused() -> None:
    bare = msgspec.structs.replace(line_of("ketamine")[0].model, residuals=())
    assert "no error of one level" in refusal(lambda: residual_of(bare, [venous(1.0)]))


def test_a_metabolite_is_refused() -> None:
    (metabolite,) = line_of("ketamine")[1].of("metabolite")
    assert "cannot be updated" in refusal(lambda: prior_of(metabolite, cast(), baseline=0.0, residual=Residual(0.2)))


def test_one_person_has_no_interval_and_is_refused() -> None:
    question = Question(known().doses, (venous(1.2),), SESSIONS[0])
    assert "1 person" in refusal(lambda: update(known().ensemble, cast(1), baseline=BASELINE, question=question))


def test_without_a_line_nothing_is_estimated() -> None:
    empty = msgspec.structs.replace(known().ensemble, members=())
    question = Question(known().doses, (venous(1.2),), SESSIONS[0])
    assert "no level of magnesium-sulfate is predicted" in refusal(
        lambda: update(empty, cast(), baseline=BASELINE, question=question)
    )


def test_after_an_injection_the_top_is_found_between_the_looks() -> None:
    """Ketamine into muscle: smooth tops, here against one look every 5 s; a look a minute misses less than 1 in 1,000."""
    state = state_of(**SCREENED)
    found = answering("ketamine", pumped(plan_of("anodyne-ketamine-im")), state)
    which = Cast(state.catalog.kinetics, found.covariates, people(400, 1))
    question = Question(found.doses, (Sample(1.2, 0.1, "arterial", 0.05),), Window(0, 24))
    made = update(found.ensemble, which, baseline=None, question=question)
    assert set(made.posterior.prior.varying) == {"cl", "v1", "q3", "ka"}
    (upper,) = found.ensemble.of("upper")
    times = np.linspace(0, 24, 24 * 720 + 1)
    assert made.beside[0].peak == pytest.approx(levels(upper, found.doses, t_h=times).max(), rel=1e-3)
