"""Bad input at the clinic, item by item of the list of nasty ones: what is typed, and what happens to it.

Items that other files already hold to are named in `ELSEWHERE`; a test here says that those tests exist.
"""

from __future__ import annotations

import datetime as dt
import re
from decimal import Decimal
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk, catalog, clinic, facts, facts_for_ketamine, ml

from assuage.course import event as e
from assuage.course.ledger import by_clock, doses
from assuage.course.part import Entered, Lot, Measured
from assuage.errors import QuantityError
from assuage.quantity import Quantity, parse
from assuage.response import response

TESTS = Path(__file__).parents[1]
KETAMINE = "kim-2015-ketamine"
# Number of the item → the tests of other files that hold to it.
ELSEWHERE: dict[int, tuple[str, ...]] = {
    11: ("spec/test_course_gates.py::test_a_volume_typed_as_a_rate_is_a_slip",),
    12: ("unit/test_quantity_text.py::test_what_reads_two_ways_is_refused_with_a_way_out",),
    13: ("unit/test_quantity_text.py::test_what_reads_two_ways_is_refused_with_a_way_out",),
    14: ("spec/test_course_gates.py::test_ten_times_the_strength_is_not_what_was_ordered",),
    22: ("spec/test_facts.py::test_a_magnesium_level_without_a_unit_is_refused",),
    23: ("walks/test_cli_levels.py::test_a_level_that_cannot_be_used_is_refused",),
    24: ("walks/test_cli_levels.py::test_two_levels_of_one_instant_are_refused", "spec/test_doubts.py::test_a_fact_dated_after_the_infusion_lies_in_the_future"),
    25: ("spec/test_course_gates.py::test_two_infusions_on_one_day_are_stopped", "walks/test_web_course.py::test_starting_twice_starts_once"),
    27: ("spec/test_course_gates.py::test_clocks_that_go_back_count_real_hours", "unit/test_plan_schedule.py::test_clocks_going_back_leave_49_h_between"),
    28: ("spec/test_course_gates.py::test_an_instant_without_a_zone_or_in_the_future_is_refused",),
    29: ("spec/test_facts.py::test_an_age_nobody_has_holds", "spec/test_facts.py::test_a_birthday_on_29_february_is_reached_on_1_march"),
    30: ("spec/test_course_gates.py::test_a_new_allergy_stops_what_was_ordered_before_it", "spec/test_free_text.py::test_an_allergy_in_words_of_its_own_holds",
         "spec/test_free_text.py::test_none_known_and_a_list_of_allergies_contradict_each_other"),
    36: ("catalog/test_watch.py::test_lipid_by_weight_shows_both_readings_at_exactly_70", "spec/test_bounds.py::test_both_sides_of_a_bound",
         "spec/test_bounds.py::test_renal_function_exactly_on_a_bound_is_not_below_it"),
    37: ("unit/test_plan_preparation.py::test_a_way_of_adding_that_nobody_chose_holds_the_dose",
         "unit/test_plan_preparation.py::test_a_bag_as_measured_decides_the_volume_to_infuse"),
    39: ("spec/test_response.py::test_a_zero_baseline_has_no_percent", "spec/test_response.py::test_a_score_off_its_scale_is_refused",
         "spec/test_response.py::test_a_missing_answer_is_no_response_and_shows", "spec/test_response.py::test_a_score_before_the_infusion_is_no_follow_up",
         "spec/test_facts.py::test_a_scale_in_centimetres_is_refused"),
    40: ("catalog/test_disputes.py::test_one_and_thirty_milligrams_per_kilogram", "spec/test_course_gates.py::test_a_regimen_that_was_not_adopted_is_not_signed"),
}  # fmt: skip


@pytest.mark.parametrize("name", sorted({one for names in ELSEWHERE.values() for one in names}))
def test_what_is_said_to_be_tested_elsewhere_is(name: str) -> None:
    file, test = name.split("::")
    assert re.search(rf"^def {test}\b", (TESTS / file).read_text(encoding="utf-8"), re.MULTILINE)


def ordered(regimen: str = "kim-2015-magnesium") -> Walk:
    document = facts() if regimen == "kim-2015-magnesium" else facts_for_ketamine()
    return Walk(regimen=regimen, document=document).referred().screened().ordered()


def checked_with(walk: Walk, **wrong: str) -> tuple[str, ...]:
    """The differences that a check finds where these numbers were entered; and nothing can be signed on it."""
    (right,) = walk.entered()
    entered: Entered = replace(right, **{name: parse(value) for name, value in wrong.items()})
    walk.must(e.Checked(at=walk.at, order=1, entered=(entered,)), PHARMACIST)
    refused = walk.do(e.Signed(at=walk.at, order=1, words="…"), PHYSICIAN)
    assert "not-checked" in {one.rule for one in refused.findings}
    assert walk.state.order is not None
    return walk.state.order.checks[-1][1].differences


def rules(walk: Walk, event: e.Event, by: object = NURSE, **more: object) -> set[str]:
    decision = walk.do(event, by, **more)  # type: ignore[arg-type]
    assert not decision.records
    return {one.rule for one in decision.findings}


# 7: magnesium “10 mL” where 10 mEq was meant; 10 mL of 50 % hold 40.6 mEq.
def test_ten_millilitres_where_ten_milliequivalents_were_meant_is_a_difference_with_both_units() -> None:
    assert [round(float(parse(f"{ml_} mL").value) * 500 / 246.47 * 2, 1) for ml_ in (10,)] == [40.6]
    found = " ".join(checked_with(ordered(), dose="10 meq", draw_up="10 mL"))
    assert "volume to draw up: the order says 4.2 mL, the check says 10 mL" in found
    assert "dose: the order says 2,100 mg, the check says 10 mEq" in found


# 8: 8.5 mmol read as 8.5 mg.
def test_millimoles_are_no_milligrams() -> None:
    with pytest.raises(QuantityError):
        parse("8.5 mmol").compare(parse("8.5 mg"))
    assert checked_with(ordered(), dose="8.52 mg")
    assert checked_with(ordered(), dose="8.52 mmol"), "an amount is not compared with a mass: it is a difference"


def test_an_order_says_the_dose_as_mass_amount_and_equivalents() -> None:
    order = ordered().state.order
    assert order is not None
    (drug,) = order.order.sessions[0].drugs
    assert (str(drug.dose), str(drug.mmol)) == ("2,100 mg", "8.52 mmol")
    assert any("17.04 mEq" in line for line in order.order.working)


# 9: elemental magnesium for the sulfate; a factor of 10.1.
def test_the_mass_of_magnesium_itself_is_not_the_dose_of_its_salt() -> None:
    assert checked_with(ordered(), dose="207.09 mg")
    order = ordered().state.order
    assert order is not None
    assert order.order.sessions[0].drugs[0].name == "magnesium sulfate heptahydrate"


# 10: “2” overwritten to “51” g.
def test_fifty_one_grams_are_refused_wherever_the_order_came_from() -> None:
    walk = Walk().referred().screened()
    order = walk.order()
    (drug,) = order.sessions[0].drugs
    much = replace(drug, dose=parse("51 g"), draw_up=ml("102"), vials=11)
    sessions = (replace(order.sessions[0], drugs=(much,)), *order.sessions[1:])
    found = rules(walk, e.Ordered(at=walk.at, order=replace(order, sessions=sessions)), PHYSICIAN)
    assert found >= {"ceiling-magnesium-day-label", "ceiling-magnesium-dose-per-kg-absolute"}


def test_no_shipped_order_is_near_a_ceiling() -> None:
    assert ordered().state.order is not None
    assert ordered(KETAMINE).state.order is not None


# 12, 13: an ampoule is no unit; numbers that read two ways are refused.
@pytest.mark.parametrize(
    "text", ["1 amp", "0.5.0 mg", ".5 mg", "1,5 mg", "1 000 mg", "5 Mg", "１ mg", "−5 mg", "1e3 mg", "NaN mg"]
)
def test_what_reads_two_ways_never_becomes_a_number(text: str) -> None:
    with pytest.raises(QuantityError) as raised:
        parse(text)
    problem = raised.value.problems[0]
    assert all((problem.what, problem.expected, problem.do))


# 14: ketamine 10 mg/mL picked, 100 mg/mL drawn.
def test_ten_times_the_strength_is_found_by_the_check_and_by_the_lot() -> None:
    walk = ordered(KETAMINE)
    (right,) = walk.entered()
    tenfold = Quantity(right.strength.value * 10, right.strength.unit)
    assert any("strength on the label" in one for one in checked_with(walk, strength=str(tenfold).replace(",", "")))
    walk.checked().signed()
    found = walk.state.session(1)
    assert found is not None
    other = next(
        name for name, one in catalog().presentations.items()
        if one.drug == "ketamine" and name != found.planned.drugs[0].presentation
    )  # fmt: skip
    lots = (Lot(other, "L1", walk.at.date() + dt.timedelta(days=9), 1),)
    prepared = e.Prepared(at=walk.at, session=1, lots=lots, discard_at=walk.at + dt.timedelta(hours=4))
    assert "another-product" in rules(walk, prepared, PHARMACIST)


# 22: a level of 4.9 with no unit, or in a unit of something else: kept, marked, asked about, and never taken for safe.
@pytest.mark.parametrize("value", [Quantity(Decimal("4.9"), "1"), Quantity(Decimal("4.9"), "mg")])
def test_a_level_in_no_unit_of_it_is_kept_and_marked(value: Quantity) -> None:
    walk = Walk().ready().started()
    decision = walk.must(e.Observed(at=walk.at, session=1, phase="during", found=(Measured("magnesium", value),)))
    assert "implausible-observation" in {one.rule for one in decision.findings}
    event = decision.records[0].event
    assert isinstance(event, e.Observed)
    assert "no line was judged by it" in (event.found[0].doubted or "")
    assert event.found[0].value == value


@pytest.mark.parametrize(
    ("value", "stops"),
    [("4.9 mg/dL", True), ("4.1 meq/L", True), ("2.1 mmol/L", True), ("4.7 mg/dL", False), ("1.9 mmol/L", False)],
)
def test_a_level_in_any_unit_of_it_is_judged_by_the_same_line(value: str, stops: bool) -> None:
    """2 mmol/L are 4 mEq/L and, at 24.305 g/mol, 4.861 mg/dL."""
    walk = Walk().ready().started()
    decision = walk.must(
        e.Observed(at=walk.at, session=1, phase="during", found=(Measured("magnesium", parse(value)),))
    )
    assert ("magnesium-stop-level" in {one.rule for one in decision.findings}) is stops


def test_a_first_value_in_the_wrong_unit_stops_no_later_one_from_being_recorded() -> None:
    walk = Walk().ready().started()
    for value in (Quantity(Decimal("132"), "kg"), parse("132 mm[Hg]"), parse("85 mm[Hg]")):
        decision = walk.must(e.Observed(at=walk.at, session=1, phase="during", found=(Measured("vitals.sbp", value),)))
    assert any(one.severity == "stop" for one in decision.findings)


# 26: “start” pressed twice, or sent again after the network came back.
def test_a_start_sent_again_starts_once() -> None:
    walk = Walk().ready()
    start = walk.start()
    walk.must(start, key="the tablet's own")
    before = walk.state.version
    again = walk.do(start, key="the tablet's own")
    assert (again.is_repeat, again.is_refused, walk.state.version) == (True, False, before)
    assert "not-a-step" in rules(walk, start, key="another key")


# 28: a zone other than the clinic's is the same instant.
def test_an_instant_from_another_zone_is_the_same_instant() -> None:
    walk = Walk().ready()
    abroad = walk.at.astimezone(dt.timezone(dt.timedelta(hours=9)))
    walk.must(replace(walk.start(), at=abroad))
    session = walk.state.session(1)
    assert session is not None
    assert session.started is not None
    assert session.started.at == walk.at


# 29: a birth date that cannot be.
@pytest.mark.parametrize("born", ["2026-02-30", "2025-02-29", "31/12/1957", "1957"])
def test_a_birth_date_that_is_no_day_is_refused(born: str) -> None:
    walk = Walk().referred()
    assert "facts-unreadable" in rules(
        walk, e.FactsRecorded(at=walk.at, document=facts(birth_date=born), source="form")
    )


@pytest.mark.parametrize("born", ["2027-01-01", "2026-11-30", "1876-01-01"])
def test_a_patient_of_no_age_is_planned_no_dose(born: str) -> None:
    walk = Walk(document=facts(birth_date=born)).referred()
    assert walk.plan().preparation is None


# 30: an allergy that is told after the order was signed.
def test_an_allergy_told_after_signing_stops_the_start() -> None:
    walk = Walk().ready()
    document = facts(allergies=[{"name": "lidocaine", "reaction": "rash"}])
    walk.must(e.FactsRecorded(at=walk.at, document=document, source="form"))
    assert "allergy-new" in rules(walk, walk.start())


# 38: a changed rate, a pause, a leak, a new cannula: what went in is what the pump says, not what the clock says.
def test_a_dose_after_changes_and_a_leak_is_what_the_volume_says() -> None:
    walk = Walk().ready().started().wait(minutes=15)
    walk.must(e.RateChanged(at=walk.at, session=1, rate=parse("52.1 mL/h"), because="the arm burns", volume=ml("26")))
    walk.wait(minutes=15).must(e.Paused(at=walk.at, session=1, because="swelling at the cannula", volume=ml("39")))
    walk.must(e.Observed(at=walk.at, session=1, phase="during", found=(Measured("symptom", word="extravasation"),)))
    walk.wait(minutes=40)
    walk.must(
        e.Observed(at=walk.at, session=1, phase="during", found=(Measured("symptom", word="none"),), note="new cannula")
    )
    walk.must(e.Resumed(at=walk.at, session=1, rate=parse("104.2 mL/h"), volume=ml("39")))
    walk.wait(minutes=20).must(e.Stopped(at=walk.at, session=1, because="enough", volume=ml("60")))
    session = walk.state.sessions[0]
    assert [one.rate.value for one in session.segments] == [Decimal("104.2"), Decimal("52.1"), 0, Decimal("104.2"), 0]
    assert by_clock(session, walk.at).volume.value == 60, "a reading is worth more than the clock"
    walk.must(e.Reconciled(at=walk.at, session=1, delivery="given", how="pump; 5 mL into the tissue", volume=ml("55")))
    (one,) = doses(walk.state.sessions[0])
    assert one.dose.to_places(1).value == (Decimal(2100) * 55 / Decimal("104.2")).quantize(Decimal("0.1"))
    assert one.is_certain


def test_nothing_runs_on_above_the_ordered_rate_to_catch_up() -> None:
    walk = Walk().ready().started().wait(minutes=15)
    walk.must(e.Paused(at=walk.at, session=1, because="leak"))
    assert "rate-above-order" in rules(walk, e.Resumed(at=walk.at, session=1, rate=parse("150 mL/h")))
    assert "rate-slip" in rules(walk, e.Resumed(at=walk.at, session=1, rate=parse("310 mL/h")))


def test_a_pump_that_ran_back_is_a_slip_of_reading() -> None:
    walk = Walk().ready().started().wait(minutes=15)
    walk.must(e.RateChanged(at=walk.at, session=1, rate=parse("52.1 mL/h"), because="burning", volume=ml("26")))
    assert "volume-runs-back" in rules(walk.wait(minutes=5), e.RateChanged(at=walk.at, session=1, rate=parse("50 mL/h"), because="burning", volume=ml("2.6")))  # fmt: skip


# 39: scores that cannot be.
def scored(walk: Walk, **more: object) -> e.Scored:
    said = {
        "at": walk.at,
        "instrument": "nrs",
        "day": walk.at.date(),
        "purpose": "diary",
        "reported_by": "patient",
        **more,
    }
    return e.Scored(**said)  # type: ignore[arg-type]


@pytest.mark.parametrize(("instrument", "value"), [("nrs", "11"), ("nrs", "-1"), ("vas", "101"), ("vas", "6.5")])
def test_a_score_off_its_scale_or_in_centimetres_is_refused(instrument: str, value: str) -> None:
    walk = Walk().ready()
    assert "score-off-its-scale" in rules(walk, scored(walk, instrument=instrument, value=Decimal(value)), PHYSICIAN)


def test_neither_a_score_nor_a_reason_is_refused() -> None:
    walk = Walk().ready()
    assert "score-or-reason" in rules(walk, scored(walk), PHYSICIAN)


def test_a_score_of_a_day_to_come_is_refused_even_on_paper() -> None:
    walk = Walk().ready()
    tomorrow = scored(walk, value=Decimal(3), day=walk.at.date() + dt.timedelta(days=1))
    assert "score-of-a-day-to-come" in rules(walk, tomorrow, PHYSICIAN)
    assert "score-of-a-day-to-come" in rules(walk, tomorrow, PHYSICIAN, around=walk.around(takes_over=True))


def test_a_score_of_yesterday_for_yesterday_is_kept_whatever_the_hour_says_elsewhere() -> None:
    """At 02:00 of the 1st in Greenwich it is still the 30th in Winnipeg, and the 1st has not come."""
    walk = Walk().ready()
    walk.at = dt.datetime(2026, 12, 1, 2, 0, tzinfo=dt.UTC)
    assert clinic().zone.utcoffset(walk.at.replace(tzinfo=None)) != dt.timedelta(0)
    walk.must(scored(walk, value=Decimal(3), day=dt.date(2026, 11, 30)), PHYSICIAN)
    assert "score-of-a-day-to-come" in rules(walk, scored(walk, value=Decimal(3), day=dt.date(2026, 12, 1)), PHYSICIAN)


def test_a_blank_answer_is_never_a_success() -> None:
    walk = Walk().ready()
    for days in range(4, 0, -1):
        walk.must(
            scored(walk, value=Decimal(8), day=walk.at.date() - dt.timedelta(days=days), purpose="baseline"), PHYSICIAN
        )
    walk.started().ended().wait(days=20)
    today = walk.at.astimezone(clinic().zone).date()
    found = response(walk.state, catalog(), zone=clinic().zone, today=today)
    assert (found.verdict, found.is_responder, found.fall_percent) == ("missing", False, None)


# 40: a catalog that changed under an order.
def test_an_order_worked_out_with_another_catalog_is_not_signed() -> None:
    walk = ordered().checked()
    other = replace(catalog(), fingerprint="0" * 64)
    found = rules(
        walk, e.Signed(at=walk.at, order=1, words="…"), PHYSICIAN, around=replace(walk.around(), catalog=other)
    )
    assert found == {"catalog-changed"}
    walk.signed()


# An implausible vital sign is kept, marked and asked about, and never blocks the record.
def test_a_heart_rate_of_seven_hundred_is_kept_marked_and_asked_about() -> None:
    walk = Walk().ready().started()
    found = (Measured("vitals.hr", parse("720 /min")),)
    decision = walk.must(e.Observed(at=walk.at, session=1, phase="during", found=found))
    (asked,) = [one for one in decision.findings if one.rule == "implausible-observation"]
    assert (asked.severity, asked.blocks) == ("warn", "none")
    assert "Measure again" in asked.resolve
