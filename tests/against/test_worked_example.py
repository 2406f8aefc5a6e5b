"""The worked example against hand arithmetic: 70 kg, 30 mg/kg, a 500 mg/mL vial, a 100 mL bag, three times in five days.

Molar mass of magnesium sulfate heptahydrate 246.47 g/mol and of magnesium 24.305 g/mol; the sums were done on paper.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import pytest
from tests.examples import example_plan

from assuage.plan import Plan
from assuage.plan.model import Session


@pytest.fixture
def plan() -> Plan:
    return example_plan("kim-2015-magnesium")


@pytest.fixture
def first(plan: Plan) -> Session:
    assert plan.preparation is not None
    return plan.preparation.sessions[0]


def test_nothing_blocks_the_dose(plan: Plan) -> None:
    assert [one for one in plan.findings if one.blocks == "dose"] == []
    assert plan.preparation is not None
    assert not plan.signable


def test_the_dose_is_2100_mg_8_52_mmol_17_04_meq(first: Session) -> None:
    """30 × 70 = 2,100; 2,100 ÷ 246.47 = 8.5203; × 2 = 17.0406; × 24.305 = 207.09."""
    (one,) = first.components
    assert (str(one.dose), str(one.mmol), str(one.meq), str(one.active)) == (
        "2,100 mg", "8.52 mmol", "17.04 mEq", "207.09 mg",
    )  # fmt: skip
    assert one.name == "magnesium sulfate heptahydrate"


def test_it_is_4_2_ml_of_one_vial_with_5_8_ml_left(first: Session) -> None:
    """2,100 ÷ 500 = 4.2; 10 − 4.2 = 5.8."""
    (one,) = first.components
    assert (str(one.draw_up), one.presentation) == ("4.2 mL", "magnesium-sulfate-500-mg-per-ml-10-ml")
    assert (one.vials.count, str(one.vials.wasted_volume)) == (1, "5.8 mL")
    assert one.rounding_error_percent == 0


def test_the_bag_holds_104_2_ml_of_20_15_mg_per_ml(first: Session) -> None:
    """100 + 4.2 = 104.2; 2,100 ÷ 104.2 = 20.1536."""
    assert first.vehicle is not None
    assert (str(first.vehicle.total_volume), str(first.vehicle.concentration)) == ("104.2 mL", "20.15 mg/mL")
    assert first.vehicle.mode == "add"


def test_it_runs_at_104_2_ml_per_h_for_60_min_which_is_35_mg_per_min(first: Session) -> None:
    (run,) = first.runs
    assert (str(run.rate), str(run.duration), str(run.drug_rate)) == ("104.2 mL/h", "60 min", "35 mg/min")


def test_the_flush_follows_at_the_same_rate_and_all_of_the_dose_arrives(first: Session) -> None:
    """The line holds 20 mL of drug when the bag is empty: 104.2 − 20 = 84.2 mL leave the bag, the flush brings the rest."""
    assert first.vehicle is not None
    assert first.vehicle.flush is not None
    assert (str(first.vehicle.flush.volume), str(first.vehicle.flush.rate)) == ("20 mL", "104.2 mL/h")
    assert str(first.vehicle.from_bag) == "84.2 mL"
    assert first.vehicle.delivered_percent == 100
    assert str(first.components[0].delivered) == "2,100 mg"


def test_a_bag_that_holds_110_ml_loses_part_of_the_dose(first: Session) -> None:
    """110 + 4.2 = 114.2; 2,100 ÷ 114.2 = 18.389; 104.2 ÷ 114.2 = 91.24 %; 100 ÷ 114.2 = 87.57 %."""
    assert first.vehicle is not None
    over = first.vehicle.overfill
    assert over is not None
    assert (str(over.actual), str(over.total_volume), str(over.concentration)) == ("110 mL", "114.2 mL", "18.39 mg/mL")
    assert (over.delivered_percent, over.label_volume_percent) == (Decimal("91.24"), Decimal("87.57"))
    assert str(over.delivered) == "1,916.11 mg"


def test_three_infusions_48_h_apart_at_the_same_time_of_day(plan: Plan) -> None:
    assert plan.preparation is not None
    starts = [session.start.isoformat() for session in plan.preparation.sessions if session.start]
    assert starts == ["2026-11-30T09:00:00-06:00", "2026-12-02T09:00:00-06:00", "2026-12-04T09:00:00-06:00"]
    assert [session.interval_hours for session in plan.preparation.sessions] == [None, 48, 48]
    assert [session.day for session in plan.preparation.sessions] == [1, 3, 5]
    assert not any(session.flags for session in plan.preparation.sessions)


def test_day_14_is_18_december_and_4_weeks_falls_on_a_holiday(plan: Plan) -> None:
    assert plan.preparation is not None
    due = {one.at.date(): one for one in plan.preparation.follow_up if one.at}
    assert due[dt.date(2026, 12, 18)].primary
    assert "holiday" in due[dt.date(2027, 1, 1)].flags[0]
    assert "04-Jan-2027" in due[dt.date(2027, 1, 1)].flags[0]
    assert [day for day, one in due.items() if one.primary] == [dt.date(2026, 12, 18)]


def test_no_midazolam_is_given_and_the_blinding_dose_is_said(plan: Plan) -> None:
    assert plan.preparation is not None
    given = {one.drug for session in plan.preparation.sessions for one in session.components}
    assert given == {"magnesium-sulfate"}
    assert [(one.drug, one.role, one.dose) for one in plan.omitted] == [("midazolam", "blinding", "0.1 mg/kg")]


def test_the_dispute_of_1_and_30_mg_per_kg_prints_with_its_choice(plan: Plan) -> None:
    dose = next(one for one in plan.disputes if "30 mg/kg" in {claim.value for claim in one.claims})
    assert {claim.value for claim in dose.claims} == {"30 mg/kg", "1 mg/kg"}
    assert dose.chosen
    assert dose.because


def test_seven_of_fifteen_stands_beside_its_interval(plan: Plan) -> None:
    """Wilson, 7 of 15, 95 %: 0.248 to 0.699 (hand arithmetic with z = 1.96)."""
    assert plan.expectation is not None
    half = next(one for one in plan.expectation.results if one.events == 7)
    assert (half.n, round(half.lower, 2), round(half.upper, 2)) == (15, 0.25, 0.70)
    assert {one.direction for one in plan.expectation.against} >= {"against", "qualifies"}


def test_the_weight_falls_stale_for_no_infusion_of_the_series(plan: Plan) -> None:
    """Weighed on 27-Nov; the clinic's limit is 7 days; the last infusion is on 04-Dec, 7 days later."""
    assert not [one for one in plan.findings if "renew" in one.rule and "weight" in one.message.casefold()]


def test_at_most_three_warnings(plan: Plan) -> None:
    assert sum(one.severity == "warn" for one in plan.findings) <= 3
