"""The dose itself: weights, rates over a time, ceilings of a regimen, forms; and how patients without a fact are summed up."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest
from tests.examples import AS_OF, START, clinic_with, example_plan, patient_with, the_catalog

from assuage.drug import Presentation
from assuage.plan import Plan, Request, make_plan
from assuage.plan.dose import Weights, calculate, least_drawn_up, weight_rule
from assuage.quantity import parse
from assuage.regimen import Component, Regimen
from assuage.sourced import Claim, Fact

WEIGHTS = Weights(parse("80 kg"), parse("60 kg"))


def fact(value: str) -> Fact:
    return Fact("x", (Claim(value, "editors", "a test", kind="assumed"),))


def component(drug: str, dose: str, cap: str | None = None) -> Component:
    form = the_catalog().drugs[drug].doses_are_of
    return Component(drug, "therapy", fact(form), fact(dose), fact(cap) if cap else None)


def reckoned(drug: str, dose: str, **more: Any) -> tuple[str, str]:
    duration = parse(more["over"]) if "over" in more else None
    found = calculate(component(drug, dose, more.get("cap")), more.get("weights", WEIGHTS), catalog=the_catalog(),
                      duration=duration)  # fmt: skip
    assert found is not None
    return str(found.mass.to_places(2)), found.basis


@pytest.mark.parametrize(
    ("drug", "dose", "mass", "basis"),
    [
        ("magnesium-sulfate", "30 mg/kg", "2,400 mg", "30 mg/kg × 80 kg"),
        ("magnesium-sulfate", "1 g", "1,000 mg", "1 g"),
        # 5 mmol × 246.47 g/mol
        ("magnesium-sulfate", "5 mmol", "1,232.35 mg", "5 mmol"),
        # the lower of 80 and 60 kg
        ("lidocaine", "5 mg/kg", "300 mg", "5 mg/kg × 60 kg (the lower of actual and ideal weight)"),
        ("ketamine", "0.5 mg/kg", "40 mg", "0.5 mg/kg × 80 kg"),
    ],
)
def test_a_dose_by_hand(drug: str, dose: str, mass: str, basis: str) -> None:
    assert reckoned(drug, dose) == (mass, basis)


@pytest.mark.parametrize(
    ("dose", "over", "mass", "basis"),
    [
        ("0.35 mg/kg/h", "4 h", "112 mg", "0.35 mg/kg/h × 80 kg × 4 h"),
        ("22 mg/h", "30 min", "11 mg", "22 mg/h × 30 min"),
        ("2 mg/min", "60 min", "120 mg", "2 mg/min × 60 min"),
    ],
)
def test_a_rate_over_a_time_is_a_dose(dose: str, over: str, mass: str, basis: str) -> None:
    assert reckoned("ketamine", dose, over=over) == (mass, basis)


def test_a_ceiling_of_the_regimen_prints_with_both_numbers() -> None:
    """1.4 × 80 = 112 mg; the trial gave at most 100 mg."""
    found = calculate(component("ketamine", "1.4 mg/kg", "100 mg"), WEIGHTS, catalog=the_catalog(), duration=None)
    assert found is not None
    assert str(found.mass) == "100 mg"
    assert found.basis == "1.4 mg/kg × 80 kg, at most 100 mg"
    assert "112 mg is above the regimen's own ceiling of 100 mg" in found.working[-1]


def test_below_its_ceiling_a_dose_is_as_calculated() -> None:
    light = Weights(parse("50 kg"), parse("60 kg"))
    assert reckoned("ketamine", "1.4 mg/kg", cap="100 mg", weights=light) == ("70 mg", "1.4 mg/kg × 50 kg")


def test_the_lower_weight_needs_both() -> None:
    assert (
        calculate(
            component("lidocaine", "5 mg/kg"), Weights(parse("80 kg"), None), catalog=the_catalog(), duration=None
        )
        is None
    )
    assert Weights(parse("50 kg"), parse("60 kg")).by("lower") == parse("50 kg")
    assert Weights(None, parse("60 kg")).by("ideal") == parse("60 kg")


def test_each_drug_says_which_weight_its_doses_use() -> None:
    rules = {name: weight_rule(drug) for name, drug in the_catalog().drugs.items()}
    assert (rules["magnesium-sulfate"], rules["ketamine"], rules["lidocaine"]) == ("actual", "actual", "lower")


def with_presentation(presentation: Presentation) -> Plan:
    catalog = the_catalog()
    more = msgspec.structs.replace(catalog, presentations={**catalog.presentations, presentation.id: presentation})
    regimen = catalog.regimen("kim-2015-magnesium")
    clinic = clinic_with(stock=f"[{presentation.id}]")
    request = Request(start=START, presentations=(presentation.id,))
    return make_plan(patient_with(), regimen, catalog=more, clinic=clinic, as_of=AS_OF, request=request)


def test_a_vial_labelled_in_another_form_is_not_converted_but_refused() -> None:
    like = the_catalog().presentations["magnesium-sulfate-500-mg-per-ml-10-ml"]
    dry = msgspec.structs.replace(like, id="dry", substance="magnesium-sulfate-anhydrous")
    plan = with_presentation(dry)
    assert plan.is_refused
    assert "presentation-of-another-form" in {one.rule for one in plan.findings}


def test_a_vial_that_fills_the_whole_container_leaves_no_room() -> None:
    like = the_catalog().presentations["magnesium-sulfate-500-mg-per-ml-10-ml"]
    weak = msgspec.structs.replace(like, id="weak", strength=fact("10 mg/mL"), volume=fact("1000 mL"))
    catalog = the_catalog()
    more = msgspec.structs.replace(catalog, presentations={**catalog.presentations, "weak": weak})
    plan = make_plan(
        patient_with(), catalog.regimen("kim-2015-magnesium"), catalog=more, clinic=clinic_with(stock="[weak]"),
        as_of=AS_OF, request=Request(start=START, mode="exact"),
    )  # fmt: skip
    assert "bag-not-available" in {one.rule for one in plan.findings}


def test_undiluted_from_another_strength_is_not_what_was_studied() -> None:
    clinic = clinic_with(stock="[magnesium-sulfate-100-mg-per-ml-10-ml]")
    plan = example_plan("crosby-2000-magnesium-1g", clinic=clinic)
    assert plan.is_refused
    assert "undiluted-volume-differs" in {one.rule for one in plan.findings}


def test_a_bag_fuller_than_usual_is_its_own_worst_case() -> None:
    """115 mL in a bag labelled 100 mL: 115 + 4.2 = 119.2."""
    bags = "[{id: s100, fluid: sodium chloride 0.9 %, labelled: 100 mL, actual: 115 mL}]"
    plan = example_plan("kim-2015-magnesium", clinic=clinic_with(bags=bags))
    assert plan.preparation is not None
    vehicle = plan.preparation.sessions[0].vehicle
    assert vehicle is not None
    assert vehicle.overfill is not None
    assert (str(vehicle.overfill.actual), str(vehicle.overfill.total_volume)) == ("115 mL", "119.2 mL")
    assert vehicle.overfill.delivered_percent == 100


def test_a_regimen_nobody_ever_followed_up_expects_nothing() -> None:
    kim = the_catalog().regimen("kim-2015-magnesium")
    regimen = msgspec.structs.replace(kim, later=(), expectations=(), indications=("migraine",))
    assert plan_of(regimen).expectation is None


def plan_of(regimen: Regimen) -> Plan:
    return make_plan(patient_with(), regimen, catalog=the_catalog(), clinic=clinic_with(), as_of=AS_OF)


def test_what_nobody_recorded_is_said_in_words() -> None:
    plan = example_plan(
        "kim-2015-magnesium", patient_with(allergies="", sex="", height="", creatinine="", birth_date="")
    )
    summed = plan.patient
    assert (summed.allergies, summed.sex, summed.height, summed.age, summed.birth_date) == (
        "not asked", "not known", "not known", "not known", "not known",
    )  # fmt: skip
    assert all("not known" in line for line in (*summed.sizes, *summed.renal))


def test_a_weight_in_pounds_is_shown_in_kilograms_with_what_was_written() -> None:
    """154 lb × 0.45359237 = 69.85 kg."""
    plan = example_plan("kim-2015-magnesium", patient_with(weight="{value: 154 lb, on: 2026-11-27, how: measured}"))
    assert plan.patient.weight == "69.9 kg (154 lb)"
    assert plan.preparation is not None
    assert plan.preparation.working[0].startswith("30 mg/kg × 69.853 kg = 2,095.6 mg")
    assert plan.preparation is not None
    assert str(plan.preparation.sessions[0].components[0].calculated) == "2,095.597 mg"


def test_without_a_limit_on_it_any_volume_may_be_drawn_up() -> None:
    drug = the_catalog().drugs["ketamine"]
    assert str(least_drawn_up(drug, the_catalog())) == "0.1 mL"
    none = msgspec.structs.replace(the_catalog(), limits={})
    assert str(least_drawn_up(drug, none)) == "0 mL"
    mine = the_catalog().limits["ketamine-draw-up"]
    stricter = msgspec.structs.replace(mine, id="own", below=fact("0.25 mL"))
    both = msgspec.structs.replace(the_catalog(), limits={"own": stricter, mine.id: mine})
    assert str(least_drawn_up(drug, both)) == "0.25 mL"
