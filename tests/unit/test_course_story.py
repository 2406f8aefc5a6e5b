"""Each kind of event is told in a sentence of its own, in the zone that is asked for; nothing on record is without words."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from tests.courses import NURSE, NURSE_2, Walk, ml

from assuage.course import event as e
from assuage.course.event import Acknowledged, Event, Happening, Recorded, kind_of
from assuage.course.part import Gate, Lot
from assuage.course.people import System
from assuage.course.story import sentence, told, who

AT = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)
DAY = AT.date()
WINNIPEG = ZoneInfo("America/Winnipeg")
SAID: list[tuple[Event, str]] = [
    (e.Overridden(at=AT, rule="renal", reason="agreed", second=NURSE_2), "Stop renal taken on with Dora Novak: agreed"),
    (e.Cancelled(at=AT, order=1, because="moved away", session=2), "Order 1, session 2, cancelled: moved away"),
    (e.Prepared(at=AT, session=1, lots=(Lot("vial", "L1", DAY, 1),), discard_at=AT), "lot L1, expires 30-Nov-2026; discard at 08:00."),
    (e.RateChanged(at=AT, session=1, rate=ml("50"), because="warmth"), "rate 50 mL, because warmth"),
    (e.Paused(at=AT, session=1, because="nausea"), "Session 1 paused: nausea"),
    (e.Resumed(at=AT, session=1), "Session 1 goes on."),
    (e.Stopped(at=AT, session=1), "the reason was not given yet"),
    (e.PortionGiven(at=AT, session=1, portion=2, volume=ml("1"), site="left deltoid", pain=None, why_no_pain="asleep"), "pain before it not rated (asleep)"),
    (e.Flushed(at=AT, session=1, volume=ml("20")), "Session 1 flushed with 20 mL."),
    (e.Discharged(at=AT, session=1, gates=(Gate("walks", False, "unsteady"),), escort=None, instructions="", left_against_advice=True), "against advice, not met: walks."),
    (e.Harmed(at=AT, term="chest-tightness", spoken="tight", session=1, began=AT, grade=2, standard="CTCAE v5", is_serious=False,
              related="possible", expected="expected", action="Stopped."), "Adverse event chest tightness, grade 2 (CTCAE v5)"),
    (e.Called(at=AT, session=1, reached=False, said=""), "Called after session 1: not reached."),
    (e.Scored(at=AT, instrument="nrs", day=DAY, purpose="day 14", reported_by="patient", why_missing="moved"), "NRS, day 14, 30-Nov-2026: missing: moved."),
    (e.Contacted(at=AT, purpose="day 14", way="letter", reached=False), "Asked for the score of day 14 by letter: sent."),
    (e.MeasureBegun(at=AT, measure="m", name="TENS", sort="physical", aim="less pain"), "Measure begun: TENS. less pain"),
    (e.MeasureEnded(at=AT, measure="m", response="partly", because="a little", keeps=True), "Measure m: partly. a little"),
    (e.Decided(at=AT, chosen="wait", because="too early", shown=()), "Decided: wait. too early"),
    (e.Moved(at=AT, patient="b", left="a", why="same person", because="a double"), "Moved from patient a to b (same person): a double"),
    (e.Closed(at=AT, because="done"), "Closed: done"),
    (e.Corrected(at=AT, number=3, because="typed twice"), "Record 3 taken back: typed twice"),
]  # fmt: skip
WALKED = Walk().ready().started().ended().records


@pytest.mark.parametrize(("event", "words"), SAID, ids=[kind_of(event) for event, _ in SAID])
def test_an_event_is_told(event: Event, words: str) -> None:
    assert words in sentence(event, WINNIPEG)


def test_every_kind_of_event_has_a_sentence() -> None:
    found = [*(event for event, _ in SAID), *(one.event for one in WALKED)]
    assert {type(one) for one in found} == {*Happening.__args__, e.Corrected}
    assert all(sentence(one, WINNIPEG).strip() for one in found)


def test_a_record_says_who_and_what_was_gone_over() -> None:
    warned = (Acknowledged("renal", "Low.", "agreed"),)
    one = Recorded(number=1, event=e.Closed(at=AT, because="done"), by=NURSE, recorded=AT, surface="web", key="k", acknowledged=warned)  # fmt: skip
    assert told(one, WINNIPEG) == "Closed: done Despite “Low.”: agreed"
    assert who(one) == "Cleo Diaz (nurse)"
    assert who(Recorded(number=1, event=one.event, by=System("patient"), recorded=AT, surface="link", key="k")) == "the patient"  # fmt: skip
