"""Covariate equations by hand, the working they leave, and what happens when a covariate is not known."""

from __future__ import annotations

import datetime as dt
import math
import re

import msgspec
import pytest
from tests.examples import AS_OF, clinic_with, patient_with, the_catalog

from assuage.errors import ExposureError
from assuage.exposure.covariates import (
    ASKS,
    EQUATIONS,
    Covariates,
    Terms,
    covariates_of,
    needed,
    numbers,
    unknown_covariates,
)
from assuage.kinetics import Form, Kinetics
from assuage.screening import Formulas, State

KNOWN = Covariates(weight=70, age=50, creatinine=0.9, gfr=111, bmi=24, heart_failure=False, asian=False,
                   tumour_size=50, total_dose=312)  # fmt: skip


def values(model: str, covariates: Covariates = KNOWN) -> dict[str, float]:
    models = the_catalog().kinetics
    return numbers(models[model], covariates, models=models).values


def working(model: str, covariates: Covariates = KNOWN) -> tuple[str, ...]:
    models = the_catalog().kinetics
    return numbers(models[model], covariates, models=models).working


def person(**changes: float | bool | None) -> Covariates:
    return msgspec.structs.replace(KNOWN, **changes)


# Worked by hand: typical 10, covariate 80, reference 40, exponent 2, coefficient 0.5.
BY_HAND: dict[Form, float] = {
    "power": 10 * 4, "power-inverse": 10 / 4, "per-kg": 800, "linear-dev": 10 * (1 + 0.5 * 1), "linear-dev-abs": 10 * (1 + 0.5 * 40),
    "exp-dev": 10 * math.e**0.5, "linear": 10 + 0.5 * 80, "linear-above": 10 + 0.5 * 40, "factor": 5, "set": 0.5,
}  # fmt: skip


@pytest.mark.parametrize("form", EQUATIONS)
def test_an_equation_by_hand(form: Form) -> None:
    terms = Terms(covariate=80, reference=40, exponent=2, coefficient=0.5, at_most=math.inf)
    assert EQUATIONS[form](10, terms) == pytest.approx(BY_HAND[form], rel=1e-12)


def test_every_equation_says_what_it_asks() -> None:
    assert set(ASKS) == set(EQUATIONS) == set(BY_HAND)


def test_a_factor_is_capped_only_where_the_cap_is_written() -> None:
    terms = Terms(covariate=80, reference=40, exponent=1, coefficient=1, at_most=1)
    assert EQUATIONS["power"](10, terms) == 10
    assert EQUATIONS["power"](10, msgspec.structs.replace(terms, at_most=math.inf)) == 20
    assert EQUATIONS["power"](10, msgspec.structs.replace(terms, covariate=20)) == 5


def test_below_its_threshold_an_effect_does_nothing() -> None:
    terms = Terms(covariate=30, reference=40, exponent=1, coefficient=0.5, at_most=math.inf)
    assert EQUATIONS["linear-above"](10, terms) == 10
    assert EQUATIONS["set"](10, terms) == 10
    assert EQUATIONS["factor"](10, msgspec.structs.replace(terms, covariate=0)) == 10


def test_kamp_at_ninety_kilograms() -> None:
    """84 × (90/70)^0.75 = 101.42 L/h; 25 × 90/70 = 32.143 L."""
    found = values("ketamine-kamp-2020", person(weight=90))
    assert found["CL"] == pytest.approx(101.4233, rel=1e-6)
    assert found["V1"] == pytest.approx(32.142857, rel=1e-6)
    assert "CL = 84 L/h × (90 kg ÷ 70 kg)^0.75 = 101.4 L/h" in working("ketamine-kamp-2020", person(weight=90))


def test_vozeh_in_heart_failure() -> None:
    """(0.67 − 0.16) × 70 = 35.7 L; (0.58 − 0.26) × 70 = 22.4 L/h; V2 = 35.7 × 1.3 ÷ 0.53 = 87.566 L; Q2 = 46.41 L/h."""
    found = values("lidocaine-vozeh-1984", person(heart_failure=True))
    assert (found["V1"], found["CL"]) == (pytest.approx(35.7), pytest.approx(22.4))
    assert (found["V2"], found["Q2"]) == (pytest.approx(87.5660, rel=1e-6), pytest.approx(46.41))
    assert "V1 = (0.67 L/kg − 0.16 L/kg × 1) × 70 kg = 35.7 L" in working(
        "lidocaine-vozeh-1984", person(heart_failure=True)
    )
    assert values("lidocaine-vozeh-1984")["CL"] == pytest.approx(40.6)


@pytest.mark.parametrize(("gfr", "clearance"), [(120, 5.0), (200, 5.0), (60, 2.5), (32.0487, 1.335363)])
def test_magnesium_clearance_follows_gfr_and_is_never_above_the_published_one(gfr: float, clearance: float) -> None:
    found = values("magnesium-lu-2002-gfr-scaled", person(gfr=gfr))
    assert found["CL"] == pytest.approx(clearance, rel=1e-6)
    assert (found["V1"], found["V2"], found["Q2"]) == (24, 25, 5.6)


def test_salinger_at_an_egfr_of_thirty() -> None:
    """4.81 × (0.8 ÷ 2.53711)^1.48 = 0.8716 L/h, the 0.87 L/h that its record compares; 15.6 × (70/55)^0.692 = 18.433 L."""
    found = values("magnesium-salinger-2013", person(creatinine=2.53711))
    assert found["CL"] == pytest.approx(4.81 * (0.8 / 2.53711) ** 1.48, rel=1e-12)
    assert found["CL"] == pytest.approx(0.87, abs=0.005)
    assert found["V1"] == pytest.approx(18.433, rel=1e-4)


def test_easterlings_creatinine_term_is_left_out() -> None:
    assert values("magnesium-easterling-2018", person(creatinine=9.0))["CL"] == pytest.approx(3.378)
    assert needed(the_catalog().kinetics["magnesium-easterling-2018"], the_catalog().kinetics) == ("weight",)


@pytest.mark.parametrize(("age", "volume"), [(20, 7.9), (64.9, 7.9), (65, 8.5), (80, 8.5)])
def test_albrecht_jumps_at_sixty_five(age: float, volume: float) -> None:
    assert values("midazolam-albrecht-1999", person(age=age))["V1"] == volume


def test_albrechts_volumes_sum_to_those_of_the_abstract() -> None:
    """94.8 and 106.5 L, within the abstract's 85 ± 22 and 104 ± 11."""
    for age, total in ((40, 94.8), (70, 106.5)):
        found = values("midazolam-albrecht-1999", person(age=age))
        assert found["V1"] + found["V2"] + found["V3"] == pytest.approx(total, abs=0.05)


def test_hsu_is_4_19_millilitres_per_minute_and_kilogram() -> None:
    """0.00419 L/min × 70 kg × 60 = 17.598 L/h; 8.92 L/min = 535.2 L/h."""
    found = values("lidocaine-hsu-2011")
    assert (found["CL"], found["Q2"]) == (pytest.approx(17.598), pytest.approx(535.2))


def test_buhrers_rate_constants_agree_with_its_clearances() -> None:
    """The original's k10 0.162181 /min × 3.3 L × 60 = 32.11 L/h; k12 0.610464 → 120.87; k13 0.252155 → 49.93."""
    found = values("midazolam-buhrer-stanpumpr")
    for name, rate in (("CL", 0.162181), ("Q2", 0.610464), ("Q3", 0.252155)):
        assert found[name] == pytest.approx(rate * found["V1"] * 60, rel=1e-3)


def test_perez_ruixos_liver_flow_falls_above_sixty() -> None:
    assert values("ketamine-perez-ruixo-2021-s", person(age=70))["Qh"] == pytest.approx(151 - 21.9)
    assert values("ketamine-perez-ruixo-2021-s", person(age=60))["Qh"] == 151
    assert values("ketamine-perez-ruixo-2021-s", person(asian=True))["kel"] == pytest.approx(1.11 * 0.36)


USABLE = [one for one in the_catalog().kinetics.values() if one.is_usable]


@pytest.mark.parametrize("model", USABLE, ids=lambda one: one.id)
def test_every_usable_model_gives_positive_numbers_and_half_lives_that_are_possible(model: Kinetics) -> None:
    """Terminal half-lives are at least as long as the clearance of the whole volume allows: ln 2 × Vss ÷ CL."""
    found = values(model.id)
    assert all(value > 0 and math.isfinite(value) for value in found.values())
    if "CL" in found:
        volume = sum(found.get(f"V{number}", 0.0) for number in (1, 2, 3))
        half_life_h = math.log(2) * volume / found["CL"]
        assert 0.25 < half_life_h < 24
    assert len(working(model.id)) >= 2


@pytest.mark.parametrize("model", USABLE, ids=lambda one: one.id)
def test_a_covariate_that_is_not_known_is_a_finding_and_never_a_default(model: Kinetics) -> None:
    models = the_catalog().kinetics
    asked = needed(model, models)
    found = unknown_covariates(model, Covariates(), models=models)
    assert len(found) == len(asked)
    assert all(one.rule == "kinetics-covariate-unknown" and one.severity == "hold" for one in found)
    if asked:
        with pytest.raises(ExposureError):
            numbers(model, Covariates(), models=models)
    assert unknown_covariates(model, KNOWN, models=models) == ()


def test_what_is_not_usable_is_refused() -> None:
    with pytest.raises(ExposureError, match=re.escape("cannot be simulated")):
        values("magnesium-brookfield-2016")


def test_a_volume_that_comes_to_nothing_is_refused_with_its_working() -> None:
    """Brill's central volume is 44.1 × (1 + 0.0105 × (30 − 127)) = −0.8 L at 30 kg."""
    with pytest.raises(ExposureError, match=re.escape("44.1 L × (1 + 0.0105 × (30 kg − 127 kg))")):
        values("midazolam-brill-2014", person(weight=30))


def test_covariates_of_the_example_patient() -> None:
    state = State(patient_with(), dt.date(2026, 11, 30), catalog=the_catalog(), clinic=clinic_with(),
                  formulas=Formulas.of(the_catalog()))  # fmt: skip
    found = covariates_of(state, total_dose_mg=70)
    weight = state.quantity("weight")
    assert weight
    assert found.weight == float(weight.value)
    assert found.total_dose == 70
    assert found.gfr is not None
    assert found.creatinine is not None
    assert found.asian is None


def test_what_screening_does_not_know_is_not_known_here() -> None:
    patient = patient_with(weight="", creatinine="")
    state = State(patient, AS_OF, catalog=the_catalog(), clinic=clinic_with(), formulas=Formulas.of(the_catalog()))
    found = covariates_of(state)
    assert (found.weight, found.creatinine, found.gfr, found.bmi) == (None, None, None, None)
