"""What must be true before an infusion starts: each gate shut by one thing, and open without it."""

from __future__ import annotations

import datetime as dt
import json
from typing import Any

import pytest
from tests.courses import NURSE, NURSE_2, PHARMACIST, PHYSICIAN, Walk, catalog, clinic, facts, ml, parse

from assuage.course import Decision, Surroundings
from assuage.course.command import Earlier
from assuage.course.event import Ended, FactsRecorded, Harmed, Observed, Ordered, Prepared, Reconciled, Started
from assuage.course.ledger import GivenDose
from assuage.course.part import Lot, Measured
from assuage.course.story import told

# The example patient a month earlier.
OLDER = facts().replace("2026-11-2", "2026-10-2")


def rules(decision: Decision) -> set[str]:
    return {rule for one in decision.findings for rule in (one.rule, *one.merged)}


def harm(
    walk: Walk, *, grade: int = 1, session: int | None = 1, is_serious: bool = False, term: str = "nausea"
) -> Harmed:
    return Harmed(at=walk.at, term=term, spoken="I felt sick", session=session, began=walk.at, grade=grade, standard="CTCAE v5",
                  is_serious=is_serious, related="probable", expected="expected", action="stopped")  # fmt: skip


def second(walk: Walk) -> Walk:
    """The first infusion given, two days gone, the second ready to start."""
    walk.must(walk.start())
    walk.ended().wait(hours=47)
    return walk.prepared(2).baseline(2)


def test_a_first_infusion_that_is_ready_starts() -> None:
    walk = Walk().ready()
    assert walk.do(walk.start()).records


def test_a_second_one_two_days_later_starts() -> None:
    walk = second(Walk().ready())
    assert walk.do(walk.start(2)).records


def test_two_infusions_on_one_day_are_stopped() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended().prepared(2).baseline(2)
    decision = walk.do(walk.start(2))
    assert decision.is_refused
    assert "same-day-infusions" in rules(decision)


def test_the_next_day_is_too_early_for_every_other_day() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended().wait(hours=23).prepared(2).baseline(2)
    assert "too-early" in rules(walk.do(walk.start(2)))


@pytest.mark.parametrize(("hours", "starts"), [(39.9, False), (40.1, True)])
def test_forty_hours_count_as_every_other_day(hours: float, starts: bool) -> None:
    walk = Walk(at=dt.datetime(2026, 11, 30, 20, 0, tzinfo=dt.UTC)).ready()
    walk.must(walk.start())
    began = walk.at
    walk.ended()
    walk.at = began + dt.timedelta(hours=hours)
    walk.prepared(2).baseline(2)
    assert bool(walk.do(walk.start(2)).records) is starts


def test_clocks_that_go_back_count_real_hours() -> None:
    """In Winnipeg clocks went back on 01-Nov-2026: from Friday 30-Oct 23:00 to Sunday 15:00 are 41 hours by the sun."""
    zone = clinic().zone
    friday = dt.datetime(2026, 10, 30, 23, 0, tzinfo=zone)
    sunday = dt.datetime(2026, 11, 1, 15, 0, tzinfo=zone)
    assert (sunday.astimezone(dt.UTC) - friday.astimezone(dt.UTC)) == dt.timedelta(hours=41)
    for local, starts in ((sunday, True), (sunday - dt.timedelta(hours=1, minutes=1), False)):
        walk = Walk(at=friday.astimezone(dt.UTC), document=OLDER).ready()
        walk.must(walk.start())
        walk.ended()
        walk.at = local.astimezone(dt.UTC)
        walk.prepared(2).baseline(2)
        assert bool(walk.do(walk.start(2)).records) is starts


@pytest.mark.parametrize("kg", ["62.9 kg", "77 kg"])
def test_a_weight_a_tenth_away_needs_a_new_order(kg: str) -> None:
    walk = Walk().ready()
    decision = walk.do(walk.start(weight=parse(kg)))
    assert "weight-changed" in rules(decision)
    assert decision.is_refused


def test_a_weight_a_little_away_does_not() -> None:
    walk = Walk().ready()
    assert walk.do(walk.start(weight=parse("70.9 kg"))).records


def test_a_weight_in_pounds_shows_as_a_slip() -> None:
    walk = Walk().ready()
    found = [
        one
        for one in walk.do(walk.start(weight=parse("154 kg"))).findings
        if "weight-changed" in (one.rule, *one.merged)
    ]
    assert "slip of unit" in found[0].reason


def test_no_weight_of_the_day_waits() -> None:
    walk = Walk().ready()
    assert "weight-of-the-day" in rules(walk.do(walk.start(weight=None)))


def test_a_delivery_that_is_not_known_blocks_the_next() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.wait(minutes=60)
    walk.must(Ended(at=walk.at, session=1))
    walk.must(Reconciled(at=walk.at, session=1, delivery="not known", how="the pump was switched off"))
    walk.wait(hours=47).prepared(2).baseline(2)
    assert "delivery-not-settled" in rules(walk.do(walk.start(2)))


def test_a_delivery_nobody_settled_blocks_the_next() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.wait(minutes=60)
    walk.must(Ended(at=walk.at, session=1))
    walk.wait(hours=47).prepared(2).baseline(2)
    assert "delivery-not-settled" in rules(walk.do(walk.start(2)))


def recorded(walk: Walk, **changed: Any) -> Walk:
    walk.must(FactsRecorded(at=walk.at, document=facts(**changed), source="form"))
    return walk


def test_a_new_allergy_stops_what_was_ordered_before_it() -> None:
    walk = recorded(Walk().ready(), allergies=["magnesium sulfate rash"])
    decision = walk.do(walk.start())
    assert "allergy-new" in rules(decision)
    assert decision.is_refused


def test_another_creatinine_waits_for_a_new_screening() -> None:
    walk = recorded(Walk().ready(), creatinine={"value": "95 umol/L", "on": "2026-11-29"})
    assert "facts-changed" in rules(walk.do(walk.start()))


def test_the_same_facts_recorded_again_change_nothing() -> None:
    walk = recorded(Walk().ready())
    assert walk.do(walk.start()).records


def test_a_screening_that_expired_waits() -> None:
    walk = Walk().ready()
    state = walk.state
    assert state.screening is not None
    expires = state.screening[1].expires
    assert expires is not None
    walk.at += dt.timedelta(days=15)
    walk.prepared().baseline()
    assert "screening-expired" in rules(walk.do(walk.start()))


@pytest.mark.parametrize(
    ("grade", "serious", "rule", "starts"),
    [
        (1, False, None, True),
        (2, False, "prior-reaction-mild", False),
        (3, False, "prior-reaction", False),
        (1, True, "prior-reaction", False),
    ],
)
def test_a_reaction_to_the_drug_gates_the_next(grade: int, serious: bool, rule: str | None, starts: bool) -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.must(harm(walk, grade=grade, is_serious=serious))
    walk.ended().wait(hours=47).prepared(2).baseline(2)
    decision = walk.do(walk.start(2))
    assert bool(decision.records) is starts
    assert rule is None or rule in rules(decision)


def test_a_mild_reaction_is_acknowledged_with_a_reason() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.must(harm(walk, grade=2))
    walk.ended().wait(hours=47).prepared(2).baseline(2)
    assert walk.do(walk.start(2), acknowledged={"prior-reaction-mild": "  "}).is_refused
    reasons = {"prior-reaction-mild": " antiemetic first ", "no-such-warning": "sent all the same"}
    [record] = walk.do(walk.start(2), acknowledged=reasons).records
    [kept] = record.acknowledged
    assert (kept.rule, kept.because) == ("prior-reaction-mild", "antiemetic first")
    assert f"Despite “{kept.message}”: antiemetic first" in told(record, dt.UTC)


def test_a_reaction_in_another_course_counts_for_the_same_drug_only() -> None:
    for drugs, starts in ((("magnesium-sulfate",), False), (("ketamine",), True)):
        walk = Walk().ready()
        around = walk.around(earlier=(Earlier(drugs, harm(walk, grade=4)),))
        assert bool(walk.do(walk.start(), around=around).records) is starts


def test_a_knee_jerk_lost_refuses_every_further_dose() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    told = walk.must(Observed(at=walk.at, session=1, phase="during", found=(Measured("knee-jerk", word="lost"),)))
    assert any(one.severity == "refuse" for one in told.findings)
    walk.ended().wait(hours=47).prepared(2).baseline(2)
    decision = walk.do(walk.start(2))
    assert "knee-jerk-lost" in rules(decision)
    assert decision.is_refused


def given(at: dt.datetime, grams: str, *, certain: bool = True) -> GivenDose:
    return GivenDose(
        "magnesium-sulfate",
        "magnesium-sulfate-heptahydrate",
        "Magnesium sulfate",
        at,
        parse(f"{grams} g"),
        certain,
        "other",
        1,
    )


def test_doses_of_another_course_count_towards_the_day() -> None:
    """20 g in 48 h, the most with severe renal insufficiency, are crossed by 18 g elsewhere and 2.1 g here, and not by 17 g."""
    for grams, stops in (("18", True), ("17", False)):
        walk = Walk().ready()
        began = walk.at - dt.timedelta(hours=20)
        decision = walk.do(walk.start(), around=walk.around(elsewhere=(given(began, grams),)))
        assert any(one.rule.startswith("total-") for one in decision.findings) is stops


def test_what_was_prepared_too_long_ago_is_discarded() -> None:
    walk = Walk().ready()
    walk.wait(hours=5)
    assert "preparation-too-old" in rules(walk.do(walk.start()))


def test_a_lot_that_expired_is_not_prepared() -> None:
    walk = Walk().referred().screened().ordered().checked().signed()
    lot = Lot("magnesium-sulfate-500-mg-per-ml-10-ml", "L1", walk.at.date() - dt.timedelta(days=1), 1)
    event = Prepared(at=walk.at, session=1, lots=(lot,), discard_at=walk.at + dt.timedelta(hours=4))
    assert "product-expired" in rules(walk.do(event, PHARMACIST))


def test_ten_times_the_strength_is_not_what_was_ordered() -> None:
    walk = Walk().referred().screened().ordered().checked().signed()
    lot = Lot("ketamine-10-mg-per-ml-20-ml", "L1", walk.at.date() + dt.timedelta(days=99), 1)
    event = Prepared(at=walk.at, session=1, lots=(lot,), discard_at=walk.at + dt.timedelta(hours=4))
    assert "another-product" in rules(walk.do(event, PHARMACIST))


def test_a_volume_typed_as_a_rate_is_a_slip() -> None:
    walk = Walk().ready()
    assert "another-rate" in rules(walk.do(walk.start(rate=parse("310 mL/h"))))


def test_a_start_needs_two_people_and_two_identifiers() -> None:
    walk = Walk().ready()
    assert "same-person-twice" in rules(walk.do(walk.start(second=NURSE)))
    assert "identity-not-checked" in rules(walk.do(walk.start(identity=("name", "name"))))


def test_what_was_written_on_paper_is_recorded_with_what_speaks_against_it() -> None:
    """Refusing to write down what has happened would not undo it."""
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended().wait(hours=20).prepared(2).baseline(2)
    decision = walk.do(walk.start(2), around=walk.around(takes_over=True))
    assert decision.records
    assert "too-early" in rules(decision)


def test_nobody_checks_their_own_work_even_on_paper() -> None:
    walk = Walk().referred().screened().ordered()
    from assuage.course.event import Checked

    event = Checked(at=walk.at, order=1, entered=walk.entered())
    decision = walk.do(event, PHYSICIAN, around=walk.around(takes_over=True))
    assert "own-work" in rules(decision)
    assert decision.is_refused


def test_a_regimen_that_was_not_adopted_is_not_signed() -> None:
    from msgspec.structs import replace

    from assuage.course.event import Signed

    walk = Walk().referred().screened()
    order = replace(walk.order(), signable=False)
    walk.must(Ordered(at=walk.at, order=order), PHYSICIAN)
    walk.checked()
    assert "not-adopted" in rules(walk.do(Signed(at=walk.at, order=1, words="…"), PHYSICIAN))


def test_facts_of_another_patient_never_enter() -> None:
    walk = Walk().referred()
    other = json.loads(facts())
    other["id"] = "demo-2"
    event = FactsRecorded(at=walk.at, document=json.dumps(other), source="form")
    assert "another-patient" in rules(walk.do(event))


def test_an_instant_without_a_zone_or_in_the_future_is_refused() -> None:
    walk = Walk().ready()
    naive = Started(
        at=dt.datetime(2026, 11, 30, 14, 0), session=1, second=NURSE_2, identity=("a", "b"), ready=(), weight=None
    )
    assert "instant-without-zone" in rules(
        walk.do(Observed(at=naive.at, session=1, phase="during", found=(), note="x"))
    )
    ahead = Observed(at=walk.at + dt.timedelta(minutes=10), session=1, phase="during", found=(), note="x")
    assert "instant-in-the-future" in rules(walk.do(ahead))


def test_the_baseline_of_today_is_judged_by_the_rules() -> None:
    """A respiratory rate of 11 stops magnesium, whatever the file said."""
    walk = Walk().referred().screened().ordered().checked().signed().prepared().baseline(**{"vitals.rr": "11 /min"})
    decision = walk.do(walk.start())
    assert decision.is_refused


def test_less_than_prepared_is_what_was_given() -> None:
    """52.1 of 104.2 mL hold half of 2,100 mg."""
    from assuage.course.ledger import all_doses

    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended(volume="52.1 mL")
    (dose,) = all_doses(walk.state)
    assert dose.dose.compare(parse("1050 mg")) == 0
    assert dose.is_certain


def test_more_than_was_prepared_cannot_have_gone_in() -> None:
    walk = Walk().ready()
    walk.must(walk.start())
    walk.wait(minutes=60)
    walk.must(Ended(at=walk.at, session=1))
    event = Reconciled(at=walk.at, session=1, delivery="given", how="pump", volume=ml("124.2"))
    assert "more-than-prepared" in rules(walk.do(event))


def test_surroundings_of_the_shipped_catalog_name_every_practice_that_gates_ask_for() -> None:
    assert isinstance(Walk().around(), Surroundings)
    for name in (
        "least-interval",
        "weight-change",
        "weight-change-shown",
        "prior-reaction-stops",
        "prior-reaction-warns",
        "rate-slip",
    ):
        assert catalog().practice[name].fact.quantity.value > 0
    assert clinic().adopted
