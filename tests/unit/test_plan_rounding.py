"""What prints of a vehicle and its working; rounding that would carry a dose over a limit; what is chosen to be drawn up."""

from __future__ import annotations

from decimal import Decimal

import pytest
from tests.examples import START, clinic_with, example_plan, patient_with

from assuage.catalog.clinic import Mode
from assuage.plan import Plan, Request
from assuage.plan.model import Session

KIM = "kim-2015-magnesium"


def first(plan: Plan) -> Session:
    assert plan.preparation is not None, [one.message for one in plan.findings if one.blocks == "dose"]
    return plan.preparation.sessions[0]


def asked(mode: Mode | None = None) -> Request:
    return Request(start=START, mode=mode)


def test_a_vehicle_says_all_that_the_pharmacist_needs() -> None:
    vehicle = first(example_plan(KIM)).vehicle
    assert vehicle is not None
    assert (vehicle.fluid, vehicle.bag, str(vehicle.labelled), str(vehicle.actual)) == (
        "sodium chloride 0.9 %", "saline-100", "100 mL", "100 mL",
    )  # fmt: skip
    assert (vehicle.primed_with, str(vehicle.line_volume), vehicle.withdraw) == ("drug", "20 mL", None)
    assert vehicle.flush is not None
    assert (vehicle.flush.fluid, str(vehicle.flush.volume), str(vehicle.flush.rate)) == (
        "sodium chloride 0.9 %", "20 mL", "104.2 mL/h",
    )  # fmt: skip
    assert [run.id for run in first(example_plan(KIM)).runs] == ["whole"]


@pytest.mark.parametrize(
    ("flush", "percent", "delivered"),
    [
        # 20 − 19 = 1 mL of 104.2 stays: 99.04 %
        ("19 mL", "99.04", "2,079.85 mg"),
        ("20 mL", "100", "2,100 mg"),
        ("21 mL", "100", "2,100 mg"),
        # 20 − 18 = 2 mL stays: 98.08 %
        ("18 mL", "98.08", "2,059.69 mg"),
    ],
)
def test_what_the_line_keeps_is_what_the_flush_leaves(flush: str, percent: str, delivered: str) -> None:
    line = f"{{volume: 20 mL, primed_with: drug, flush: {{fluid: sodium chloride 0.9 %, volume: {flush}}}}}"
    session = first(example_plan(KIM, clinic=clinic_with(line=line)))
    assert session.vehicle is not None
    assert session.vehicle.delivered_percent == Decimal(percent)
    assert str(session.components[0].delivered) == delivered


@pytest.mark.parametrize(
    ("line", "from_bag"),
    [("2 mL", "8 mL"), ("9 mL", "1 mL"), ("9.5 mL", "0.5 mL"), ("10 mL", "10 mL"), ("11 mL", "10 mL")],
)
def test_a_line_as_large_as_the_dose_cannot_be_primed_with_it(line: str, from_bag: str) -> None:
    """10 mL in all: what is left for the bag is 10 less the line, as long as the line is smaller."""
    clinic = clinic_with(
        line=f"{{volume: {line}, primed_with: drug, flush: {{fluid: sodium chloride 0.9 %, volume: 20 mL}}}}",
        syringes="[{size: 10 mL, step: 0.01 mL}]",
    )
    session = first(example_plan("tanaka-1998-magnesium", clinic=clinic))
    assert session.vehicle is not None
    assert str(session.vehicle.from_bag) == from_bag


def test_an_exact_mixture_has_no_bag_and_no_overfill() -> None:
    vehicle = first(example_plan(KIM, request=asked("exact"))).vehicle
    assert vehicle is not None
    assert (vehicle.bag, vehicle.labelled, vehicle.actual, vehicle.overfill) == (None, None, None, None)


def test_the_usual_overfill_of_a_replaced_volume() -> None:
    """Replacing keeps the total at what the bag holds: 2,100 ÷ 110 = 19.09; 100 ÷ 110 = 90.91 %, 1,909.09 mg."""
    vehicle = first(example_plan(KIM, request=asked("replace"))).vehicle
    assert vehicle is not None
    assert vehicle.overfill is not None
    over = vehicle.overfill
    assert (str(over.actual), str(over.total_volume), str(over.concentration)) == ("110 mL", "110 mL", "19.09 mg/mL")
    assert (over.delivered_percent, str(over.delivered), over.label_volume_percent, over.source) == (
        Decimal("90.91"), "1,909.09 mg", Decimal("90.91"), "i11",
    )  # fmt: skip


def test_portions_are_numbered_from_one_with_their_doses() -> None:
    session = first(example_plan("anodyne-ketamine-im"))
    assert [(part.number, str(part.dose)) for part in session.portions] == [
        (1, "5 mg"),
        (2, "5 mg"),
        (3, "5.5 mg"),
        (4, "5.5 mg"),
    ]


def test_a_portion_may_fill_its_syringe_and_be_one_step_of_it() -> None:
    """21 mg of 10 mg/mL is 2.1 mL: four portions of 0.525 mL; on a 0.5 mL syringe none fits, on one of 0.525 mL it does."""
    stock = "[ketamine-10-mg-per-ml-20-ml]"
    sizes = "[{size: 0.525 mL, step: 0.525 mL}, {size: 5 mL, step: 0.1 mL}]"
    session = first(example_plan("anodyne-ketamine-im", clinic=clinic_with(stock=stock, syringes=sizes)))
    assert [str(part.draw_up) for part in session.portions] == ["0.525 mL"] * 4


def test_the_working_of_a_plan_is_every_sum_in_order() -> None:
    plan = example_plan(KIM)
    assert plan.preparation is not None
    assert plan.preparation.working == (
        "30 mg/kg × 70 kg = 2,100 mg magnesium sulfate heptahydrate",
        "2,100 mg ÷ 500 mg/mL = 4.2 mL",
        "2,100 mg ÷ 246.47 g/mol = 8.52 mmol = 17.04 mEq (holds 207.09 mg of magnesium)",
        "100 mL + 4.2 mL = 104.2 mL",
        "2,100 mg ÷ 104.2 mL = 20.15 mg/mL",
        "104.2 mL ÷ 60 min = 104.2 mL/h",
        "2,100 mg ÷ 60 min = 35 mg/min",
        "104.2 mL − 20 mL in the line = 84.2 mL from the bag; the flush of 20 mL carries the rest",
        "a bag that holds 110 mL: 114.2 mL, 18.39 mg/mL; 104.2 mL of it is 91.24 % of the dose",
    )


@pytest.mark.parametrize(
    ("mode", "line"),
    [
        ("replace", "100 mL − 4.2 mL + 4.2 mL = 100 mL"),
        ("exact", "4.2 mL made up to 100 mL with sodium chloride 0.9 %"),
    ],
)
def test_the_working_says_how_the_volumes_meet(mode: Mode, line: str) -> None:
    plan = example_plan(KIM, request=asked(mode))
    assert plan.preparation is not None
    assert line in plan.preparation.working


def test_a_dose_that_rounding_carries_over_a_limit_is_rounded_down() -> None:
    """71.3 × 70 = 4,991 mg is 9.982 mL; 10 mL would be 5,000 mg, 70.13 mg/kg, above 70. So 9.8 mL, 4,900 mg, −1.82 %."""
    patient = patient_with(weight="{value: 71.3 kg, on: 2026-11-27, how: measured}")
    (one,) = first(example_plan("collins-2009-magnesium", patient)).components
    assert (str(one.calculated), str(one.draw_up), str(one.dose)) == ("4,991 mg", "9.8 mL", "4,900 mg")
    assert one.rounding_error_percent == Decimal("-1.82")


def test_a_rate_that_rounding_carries_over_a_limit_is_rounded_down() -> None:
    """149.8 × 30 = 4,494 mg is 8.988 mL, drawn up as 8.98 mL = 4,490 mg in 108.98 mL over 30 min: 217.96 mL/h.

    At 220 mL/h that is 151.07 mg/min, above the label's 150; so 210 mL/h, 144.20 mg/min, and 8.98 mL either way.
    """
    patient = patient_with(
        weight="{value: 149.8 kg, on: 2026-11-27, how: measured}", height="{value: 190 cm, on: 2026-11-27}"
    )
    clinic = clinic_with(pump="{rate_step: 10 mL/h}", syringes="[{size: 10 mL, step: 0.02 mL}]")
    session = first(example_plan("brill-2002-magnesium", patient, clinic=clinic))
    assert str(session.components[0].draw_up) == "8.98 mL"
    assert (str(session.runs[0].rate), str(session.runs[0].drug_rate)) == ("210 mL/h", "144.2 mg/min")


def test_rounding_to_the_nearest_is_kept_where_nothing_is_crossed() -> None:
    """70.9 × 70 = 4,963 mg is 9.926 mL: 10 mL is 5,000 mg, 70.52 mg/kg: down to 9.8 mL. At 30 mg/kg nothing is crossed."""
    patient = patient_with(weight="{value: 70.9 kg, on: 2026-11-27, how: measured}")
    assert str(first(example_plan("collins-2009-magnesium", patient)).components[0].draw_up) == "9.8 mL"
    # 30 × 70.9 = 2,127 mg is 4.254 mL, and 4.3 mL is nearer than 4.2
    assert str(first(example_plan(KIM, patient)).components[0].draw_up) == "4.3 mL"


@pytest.mark.parametrize(("adding", "mode"), [("add", "replace"), ("replace", "replace"), ("exact", "exact")])
def test_a_final_volume_is_made_up_to_in_its_bag_or_an_empty_one(adding: str, mode: str) -> None:
    """Collins is made up to 100 mL: what is added is taken out first, unless the clinic mixes in empty containers."""
    vehicle = first(example_plan("collins-2009-magnesium", clinic=clinic_with(adding=adding))).vehicle
    assert vehicle is not None
    assert (vehicle.mode, vehicle.fluid) == (mode, "sodium chloride 0.9 %")
    assert str(vehicle.total_volume) == "100 mL"


def test_four_portions_of_the_least_volume_are_still_drawn_from_the_strong_vial() -> None:
    """0.3 × 67 = 20.1 mg is 0.402 mL, drawn up as 0.4 mL: four portions of exactly 0.1 mL."""
    patient = patient_with(weight="{value: 67 kg, on: 2026-11-27, how: measured}")
    session = first(example_plan("anodyne-ketamine-im", patient))
    assert session.components[0].presentation == "ketamine-50-mg-per-ml-10-ml"
    assert [str(part.draw_up) for part in session.portions] == ["0.1 mL"] * 4


def test_a_premixed_bag_in_stock_is_never_chosen_to_be_diluted() -> None:
    stock = "[magnesium-sulfate-40-mg-per-ml-100-ml, magnesium-sulfate-500-mg-per-ml-20-ml]"
    session = first(example_plan(KIM, clinic=clinic_with(stock=stock)))
    assert session.components[0].presentation == "magnesium-sulfate-500-mg-per-ml-20-ml"
