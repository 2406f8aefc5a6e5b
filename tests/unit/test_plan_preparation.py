"""Bags, lines, syringes and portions: every way of adding, every way it cannot be done."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.examples import START, clinic_with, example_plan, patient_with

from assuage.catalog.clinic import Mode
from assuage.errors import PlanError, UnknownName
from assuage.plan import Plan, Request
from assuage.plan.dose import measured
from assuage.plan.model import Session
from assuage.plan.preparation import fluid_id, fluid_name
from assuage.quantity import parse

KIM = "kim-2015-magnesium"
TWO_BAGS = "[{id: s100, fluid: sodium chloride 0.9 %, labelled: 100 mL, actual: 107 mL}]"


def first(plan: Plan) -> Session:
    assert plan.preparation is not None, [one.message for one in plan.findings if one.blocks == "dose"]
    return plan.preparation.sessions[0]


def rules(plan: Plan) -> set[str]:
    return {one.rule for one in plan.findings}


def asked(mode: Mode | None = None, *presentations: str) -> Request:
    return Request(start=START, mode=mode, presentations=presentations)


@pytest.mark.parametrize(
    ("mode", "total", "concentration", "withdraw"),
    [
        ("add", "104.2 mL", "20.15 mg/mL", None),
        ("replace", "100 mL", "21 mg/mL", "4.2 mL"),
        ("exact", "100 mL", "21 mg/mL", None),
    ],
)
def test_three_ways_of_adding_give_three_preparations(
    mode: Mode, total: str, concentration: str, withdraw: str | None
) -> None:
    """2,100 ÷ 104.2 = 20.15; 2,100 ÷ 100 = 21."""
    vehicle = first(example_plan(KIM, request=asked(mode))).vehicle
    assert vehicle is not None
    taken = None if vehicle.withdraw is None else str(vehicle.withdraw)
    assert (str(vehicle.total_volume), str(vehicle.concentration), taken) == (total, concentration, withdraw)


def test_a_bag_as_measured_decides_the_volume_to_infuse() -> None:
    """107 + 4.2 = 111.2; 2,100 ÷ 111.2 = 18.885."""
    vehicle = first(example_plan(KIM, clinic=clinic_with(bags=TWO_BAGS))).vehicle
    assert vehicle is not None
    assert (str(vehicle.volume_to_infuse), str(vehicle.concentration)) == ("111.2 mL", "18.88 mg/mL")


def test_a_way_of_adding_that_nobody_chose_holds_the_dose() -> None:
    plan = example_plan(KIM, clinic=clinic_with(adding=""))
    assert plan.preparation is None
    assert "way-of-adding-not-chosen" in rules(plan)


def test_a_bag_whose_fill_nobody_measured_holds_the_signature() -> None:
    bags = "[{id: s100, fluid: sodium chloride 0.9 %, labelled: 100 mL}]"
    plan = example_plan(KIM, clinic=clinic_with(bags=bags))
    finding = next(one for one in plan.findings if one.rule == "bag-fill-not-measured")
    assert (finding.severity, finding.blocks) == ("hold", "sign")
    assert str(first(plan).vehicle.total_volume) == "104.2 mL"  # type: ignore[union-attr]


def test_a_bag_that_is_not_stocked_holds_the_dose() -> None:
    plan = example_plan("yousef-2013-magnesium")
    assert plan.preparation is None
    assert "bag-not-available" in rules(plan)


def test_a_line_flushed_with_too_little_keeps_part_of_the_dose() -> None:
    """The line keeps 20 − 5 = 15 mL of 104.2 mL: 85.6 % arrives, 1,797.7 mg."""
    flush = "{fluid: sodium chloride 0.9 %, volume: 5 mL, rate: same}"
    clinic = clinic_with(line=f"{{volume: 20 mL, primed_with: drug, flush: {flush}}}")
    session = first(example_plan(KIM, clinic=clinic))
    assert session.vehicle is not None
    assert session.vehicle.delivered_percent == Decimal("85.6")
    assert str(session.components[0].delivered) == "1,797.7 mg"


def test_a_line_that_is_never_flushed_keeps_its_whole_volume() -> None:
    """84.2 ÷ 104.2 = 80.81 %."""
    clinic = clinic_with(line="{volume: 20 mL, primed_with: drug, flush: null}")
    session = first(example_plan(KIM, clinic=clinic))
    assert session.vehicle is not None
    assert session.vehicle.flush is None
    assert session.vehicle.delivered_percent == Decimal("80.81")


def test_a_line_primed_with_fluid_gives_later_by_its_own_volume() -> None:
    """20 mL ÷ 104.2 mL/h = 11.5 min: the drug is in after 71.5 min."""
    flush = "{fluid: sodium chloride 0.9 %, volume: 20 mL, rate: same}"
    clinic = clinic_with(line=f"{{volume: 20 mL, primed_with: fluid, flush: {flush}}}")
    session = first(example_plan(KIM, clinic=clinic))
    assert session.vehicle is not None
    assert str(session.vehicle.from_bag) == "104.2 mL"
    assert str(session.duration) == "71.5 min"


def test_a_flush_at_its_own_rate_prints_that_rate() -> None:
    flush = "{fluid: sodium chloride 0.9 %, volume: 20 mL, rate: 60 mL/h}"
    clinic = clinic_with(line=f"{{volume: 20 mL, primed_with: fluid, flush: {flush}}}")
    session = first(example_plan(KIM, clinic=clinic))
    assert session.vehicle is not None
    assert session.vehicle.flush is not None
    assert str(session.vehicle.flush.rate) == "60 mL/h"
    assert str(session.duration) == "80 min"


def test_a_line_that_holds_more_than_the_dose_holds_the_signature() -> None:
    plan = example_plan("tanaka-1998-magnesium")
    assert next(one for one in plan.findings if one.rule == "line-holds-the-dose").blocks == "sign"


def test_much_added_to_a_bag_is_said() -> None:
    """120 kg × 70 mg/kg = 8,400 mg = 16.8 mL: more than a tenth of 100 mL."""
    heavy = patient_with(weight="{value: 120 kg, on: 2026-11-27, how: measured}",
                         height="{value: 185 cm, on: 2026-11-27}")  # fmt: skip
    plan = example_plan("collins-2009-magnesium", heavy, request=asked("add"))
    assert "additive-above-share" in rules(plan)


def test_more_drug_than_the_container_holds_is_not_prepared() -> None:
    bags = "[{id: tiny, fluid: sodium chloride 0.9 %, labelled: 100 mL, actual: 3 mL}]"
    plan = example_plan(KIM, clinic=clinic_with(bags=bags), request=asked("replace"))
    assert plan.preparation is None
    assert "bag-not-available" in rules(plan)


@pytest.mark.parametrize(
    ("exact", "volume", "syringe"),
    [("0.137 mL", "0.14 mL", "1 mL"), ("4.23 mL", "4.2 mL", "5 mL"), ("9.9 mL", "10 mL", "10 mL"),
     ("24.31 mL", "24.3 mL", "1 × 20 mL + 5 mL"), ("40 mL", "40 mL", "1 × 20 mL + 20 mL"), ("40.004 mL", "40 mL", "2 × 20 mL")],
)  # fmt: skip
def test_a_volume_is_rounded_to_what_the_syringe_shows(exact: str, volume: str, syringe: str) -> None:
    found, name = measured(parse(exact), clinic_with().syringes, direction="nearest")
    assert (str(found), name) == (volume, syringe)


def test_nothing_to_draw_up_is_a_finding() -> None:
    clinic = clinic_with(syringes="[{size: 20 mL, step: 20 mL}]")
    plan = example_plan(KIM, clinic=clinic)
    assert plan.preparation is None
    assert "nothing-to-draw-up" in rules(plan)


def test_a_step_too_coarse_for_the_dose_is_a_finding() -> None:
    clinic = clinic_with(syringes="[{size: 20 mL, step: 1 mL}]", stock="[ketamine-50-mg-per-ml-10-ml]")
    plan = example_plan("kim-2015-ketamine", clinic=clinic)
    assert plan.preparation is None
    assert "rounding-error-too-large" in rules(plan)


def test_the_stocked_vial_that_can_be_measured_is_chosen() -> None:
    """1.4 mL cannot be read on a 20 mL syringe with 0.5 mL steps within 5 %; 7 mL of the weaker vial can."""
    clinic = clinic_with(syringes="[{size: 20 mL, step: 0.5 mL}]")
    session = first(example_plan("kim-2015-ketamine", clinic=clinic))
    assert session.components[0].presentation == "ketamine-10-mg-per-ml-20-ml"
    assert str(session.components[0].draw_up) == "7 mL"


def test_a_drug_that_is_not_stocked_is_a_finding() -> None:
    plan = example_plan(KIM, clinic=clinic_with(stock="[ketamine-50-mg-per-ml-10-ml]"))
    assert plan.preparation is None
    assert "no-presentation-stocked" in rules(plan)


def test_a_vial_asked_for_that_is_not_on_the_shelf_holds_the_signature() -> None:
    plan = example_plan(KIM, request=asked(None, "magnesium-sulfate-500-mg-per-ml-20-ml"))
    assert next(one for one in plan.findings if one.rule == "presentation-not-stocked").blocks == "sign"
    assert first(plan).components[0].presentation == "magnesium-sulfate-500-mg-per-ml-20-ml"


def test_a_premixed_bag_is_not_diluted_again() -> None:
    plan = example_plan(KIM, request=asked(None, "magnesium-sulfate-40-mg-per-ml-100-ml"))
    assert plan.preparation is None
    assert "premixed-bag" in rules(plan)


def test_a_vial_of_another_drug_is_an_error_of_the_request() -> None:
    with pytest.raises(PlanError, match="ketamine"):
        example_plan(KIM, request=asked(None, "ketamine-50-mg-per-ml-10-ml"))


def test_two_vials_of_one_drug_are_an_error_of_the_request() -> None:
    names = ("magnesium-sulfate-500-mg-per-ml-10-ml", "magnesium-sulfate-500-mg-per-ml-20-ml")
    with pytest.raises(PlanError, match="both"):
        example_plan(KIM, request=asked(None, *names))


def test_an_unknown_vial_offers_the_nearest() -> None:
    with pytest.raises(UnknownName, match="500-mg-per-ml-10-ml"):
        example_plan(KIM, request=asked(None, "magnesium-sulfate-500-mg-per-ml-10"))


def test_a_pump_too_coarse_for_the_rate_is_a_finding() -> None:
    plan = example_plan(KIM, clinic=clinic_with(pump="{rate_step: 500 mL/h}"))
    assert plan.preparation is None
    assert "rate-below-pump-step" in rules(plan)


def test_tanaka_runs_half_in_5_min_and_half_in_60_min() -> None:
    """10 mL: 5 mL over 5 min is 60 mL/h, 5 mL over 60 min is 5 mL/h; 5 mmol is 1,232.35 mg, drawn up as 2.46 mL."""
    clinic = clinic_with(line="{volume: 2 mL, primed_with: drug, flush: {fluid: sodium chloride 0.9 %, volume: 5 mL}}",
                         syringes="[{size: 10 mL, step: 0.01 mL}]")  # fmt: skip
    session = first(example_plan("tanaka-1998-magnesium", clinic=clinic))
    assert [(str(run.rate), str(run.duration)) for run in session.runs] == [("60 mL/h", "5 min"), ("5 mL/h", "60 min")]
    assert (str(session.components[0].draw_up), str(session.components[0].mmol)) == ("2.46 mL", "4.99 mmol")
    assert session.vehicle is not None
    assert session.vehicle.mode == "exact"


def test_portions_add_up_and_a_rating_stands_between() -> None:
    """0.3 × 70 = 21 mg = 0.42 mL of 50 mg/mL: 42 steps of 0.01 mL in four portions are 10, 10, 11 and 11."""
    session = first(example_plan("anodyne-ketamine-im"))
    assert [str(part.draw_up) for part in session.portions] == ["0.1 mL", "0.1 mL", "0.11 mL", "0.11 mL"]
    assert [str(part.after) for part in session.portions] == ["0 min", "15 min", "30 min", "45 min"]
    assert session.portions[0].before is None
    assert all("rates pain" in (part.before or "") for part in session.portions[1:])


def test_portions_too_small_to_read_are_a_finding() -> None:
    clinic = clinic_with(syringes="[{size: 1 mL, step: 0.2 mL}]", stock="[ketamine-50-mg-per-ml-10-ml]")
    plan = example_plan("anodyne-ketamine-im", clinic=clinic)
    assert plan.preparation is None
    assert "portions-too-small" in rules(plan)


def test_a_controlled_drug_left_over_is_to_be_reconciled() -> None:
    """70 mg is 1.4 mL; 8.6 mL and 430 mg stay in the vial."""
    (one,) = first(example_plan("kim-2015-ketamine")).components
    assert one.vials.reconcile
    assert (str(one.vials.wasted_volume), str(one.vials.wasted)) == ("8.6 mL", "430 mg")


@pytest.mark.parametrize("text", ["sodium chloride 0.9 %", "Sodium-chloride-0.9", "SODIUM CHLORIDE 0.9%"])
def test_one_fluid_has_one_id(text: str) -> None:
    assert fluid_id(text) == "sodium-chloride-0.9"
    assert fluid_name(text) == "sodium chloride 0.9 %"


def test_a_fluid_without_a_strength_keeps_its_name() -> None:
    assert fluid_name("water for injection") == "water for injection"


def test_portions_too_small_for_the_stronger_vial_take_the_weaker() -> None:
    """0.3 × 50 = 15 mg: 0.3 mL of 50 mg/mL in four portions is 0.075 mL; 1.5 mL of 10 mg/mL is 0.375 mL each."""
    light = patient_with(weight="{value: 50 kg, on: 2026-11-27, how: measured}")
    session = first(example_plan("anodyne-ketamine-im", light))
    assert session.components[0].presentation == "ketamine-10-mg-per-ml-20-ml"
    assert [str(part.draw_up) for part in session.portions] == ["0.37 mL", "0.37 mL", "0.38 mL", "0.38 mL"]
