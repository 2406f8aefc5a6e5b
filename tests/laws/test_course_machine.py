"""Random commands on a course: whatever is tried, in whatever order, what stands on record stays true."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from typing import Any

from hypothesis import settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test
from tests.courses import IDENTITY, NURSE, NURSE_2, PHARMACIST, PHYSICIAN, Walk, clinic, ml, parse

from assuage.course import fold
from assuage.course.chain import BEGINNING, Sealed, broken, decoded, encoded, seal
from assuage.course.event import (
    Cancelled,
    Checked,
    Closed,
    Corrected,
    Discharged,
    Ended,
    Event,
    Flushed,
    Harmed,
    Observed,
    Ordered,
    Paused,
    Prepared,
    RateChanged,
    Reconciled,
    Resumed,
    Scored,
    Signed,
    Started,
    Stopped,
)
from assuage.course.evolve import evolve
from assuage.course.ledger import all_doses, by_clock
from assuage.course.part import Gate, Lot, Measured
from assuage.course.state import Course

SESSIONS = st.integers(1, 4)
PEOPLE = st.sampled_from([PHYSICIAN, PHARMACIST, NURSE, NURSE_2])
VOLUMES = st.sampled_from(["0", "40", "104.2", "120", "-1"]).map(ml)
RATES = st.sampled_from(["104.2 mL/h", "52.1 mL/h", "0 mL/h", "500 mL/h", "120 mL/h"]).map(parse)

# Sessions that any run has started: a machine that never starts one proves nothing.
REACHED: list[int] = []


class Machine(RuleBasedStateMachine):
    """One course, driven by anybody in any order; every outcome is checked against what must always hold."""

    def __init__(self) -> None:
        super().__init__()
        self.walk = Walk()
        self.before: list[bytes] = []

    def attempt(self, event: Event, by: Any, **more: Any) -> None:
        self.walk.do(event, by, **more)

    @rule(minutes=st.sampled_from([0, 1, 15, 60, 60 * 24, 60 * 48]))
    def time_passes(self, minutes: int) -> None:
        self.walk.wait(minutes=minutes)

    @precondition(lambda self: not self.walk.records)
    @rule()
    def begins(self) -> None:
        self.walk.referred().screened()

    @precondition(lambda self: self.walk.state.screening is not None and self.walk.state.closed is None)
    @rule(by=PEOPLE, because=st.sampled_from([None, "", "the weight changed"]))
    def orders(self, by: Any, because: str | None) -> None:
        if not self.walk.plan().is_refused:
            self.attempt(Ordered(at=self.walk.at, order=self.walk.order(), because=because), by)

    @precondition(lambda self: self.walk.state.order is not None)
    @rule(by=PEOPLE, slip=st.booleans())
    def checks(self, by: Any, slip: bool) -> None:
        entered = self.walk.entered()[1:] if slip else self.walk.entered()
        assert self.walk.state.order is not None
        self.attempt(Checked(at=self.walk.at, order=self.walk.state.order.order.number, entered=entered), by)

    @rule()
    def goes_well(self) -> None:
        """The next step of a course that goes well, by the right person: without it random steps get nowhere."""
        state, walk = self.walk.state, self.walk
        order = state.order
        if not walk.records:
            walk.referred().screened()
        elif state.closed is not None:
            return
        elif order is None:
            self.orders(PHYSICIAN, None)
        elif order.standing == "draft":
            self.checks(NURSE if order.by == PHARMACIST.id else PHARMACIST, slip=False)
        elif order.standing == "checked":
            self.attempt(Signed(at=walk.at, order=order.order.number, words="…"), PHYSICIAN)
        else:
            self.session_goes_on()

    def session_goes_on(self) -> None:
        walk = self.walk
        unsettled = [one for one in walk.state.sessions if one.delivery == "not reconciled"]
        # People come on the day that was ordered.
        waiting = [one for one in walk.state.sessions if one.status in ("planned", "prepared")]
        running = walk.state.running
        if running is not None:
            self.attempt(Ended(at=walk.at, session=running.number), NURSE)
        elif unsettled:
            planned = unsettled[0].planned
            self.attempt(
                Reconciled(at=walk.at, session=planned.number, delivery="given", how="pump", volume=planned.volume),
                NURSE,
            )
        elif waiting and waiting[0].status == "planned":
            planned_start = waiting[0].planned.start
            assert planned_start is not None
            walk.at = max(walk.at, planned_start)
            order = next(one for one in walk.state.orders if one.order.number == waiting[0].order)
            if order.standing == "signed":
                walk.prepared(waiting[0].number)
        elif waiting:
            walk.baseline(waiting[0].number)
            decision = walk.do(walk.start(waiting[0].number), NURSE)
            if decision.records:
                REACHED.append(waiting[0].number)

    @rule(by=PEOPLE, order=st.integers(1, 3))
    def signs(self, by: Any, order: int) -> None:
        self.attempt(Signed(at=self.walk.at, order=order, words="…"), by)

    @rule(by=PEOPLE, order=st.integers(1, 3), session=st.none() | SESSIONS)
    def cancels(self, by: Any, order: int, session: int | None) -> None:
        self.attempt(
            Cancelled(at=self.walk.at, order=order, because="the patient changed their mind", session=session), by
        )

    @rule(by=PEOPLE, session=SESSIONS, days=st.sampled_from([-1, 100]), is_other=st.booleans())
    def prepares(self, by: Any, session: int, days: int, is_other: bool) -> None:
        name = "magnesium-sulfate-100-mg-per-ml-10-ml" if is_other else "magnesium-sulfate-500-mg-per-ml-10-ml"
        lot = Lot(name, "L1", self.walk.at.date() + dt.timedelta(days=days), 1)
        discard = self.walk.at + dt.timedelta(hours=4)
        self.attempt(Prepared(at=self.walk.at, session=session, lots=(lot,), discard_at=discard), by)

    @precondition(lambda self: bool(self.walk.state.sessions))
    @rule(session=SESSIONS, by=PEOPLE, weight=st.sampled_from(["70 kg", "80 kg"]), rate=RATES, second=PEOPLE)
    def starts(self, session: int, by: Any, weight: str, rate: Any, second: Any) -> None:
        event = Started(at=self.walk.at, session=session, second=second, identity=IDENTITY,
                        ready=("kit", "monitoring", "airway", "escort", "urine"), weight=parse(weight), rate=rate)  # fmt: skip
        self.attempt(event, by)

    @rule(session=SESSIONS, kind=st.sampled_from([Paused, Stopped]), volume=st.none() | VOLUMES, by=PEOPLE)
    def halts(self, session: int, kind: Any, volume: Any, by: Any) -> None:
        self.attempt(kind(at=self.walk.at, session=session, because="asked to", volume=volume), by)

    @rule(session=SESSIONS, volume=st.none() | VOLUMES, by=PEOPLE)
    def ends(self, session: int, volume: Any, by: Any) -> None:
        self.attempt(Ended(at=self.walk.at, session=session, volume=volume), by)

    @rule(session=SESSIONS, rate=RATES, is_change=st.booleans(), by=PEOPLE)
    def runs_on(self, session: int, rate: Any, is_change: bool, by: Any) -> None:
        at = self.walk.at
        event: Event = (
            RateChanged(at=at, session=session, rate=rate, because="slower")
            if is_change
            else Resumed(at=at, session=session, rate=rate)
        )
        self.attempt(event, by)

    @rule(
        session=SESSIONS,
        delivery=st.sampled_from(["given", "not given", "not known"]),
        volume=st.none() | VOLUMES,
        by=PEOPLE,
    )
    def reconciles(self, session: int, delivery: Any, volume: Any, by: Any) -> None:
        self.attempt(Reconciled(at=self.walk.at, session=session, delivery=delivery, how="pump", volume=volume), by)

    @rule(session=SESSIONS, by=PEOPLE, what=st.sampled_from(["vitals.hr", "vitals.sbp", "knee-jerk"]))
    def observes(self, session: int, by: Any, what: str) -> None:
        found = (
            Measured(what, word="present")
            if what == "knee-jerk"
            else Measured(what, parse("72 /min" if what == "vitals.hr" else "120 mm[Hg]"))
        )
        self.attempt(Observed(at=self.walk.at, session=session, phase="during", found=(found,)), by)

    @rule(session=SESSIONS, by=PEOPLE, met=st.booleans())
    def discharges(self, session: int, by: Any, met: bool) -> None:
        gate = Gate("knee jerk present", met, "yes" if met else "no")
        self.attempt(
            Discharged(at=self.walk.at, session=session, gates=(gate,), escort="a friend", instructions="given"), by
        )

    @rule(session=st.none() | SESSIONS, by=PEOPLE, grade=st.integers(0, 6))
    def harms(self, session: int | None, by: Any, grade: int) -> None:
        self.attempt(Harmed(at=self.walk.at, term="nausea", spoken="felt sick", session=session, began=self.walk.at, grade=grade,
                            standard="CTCAE v5", is_serious=False, related="possible", expected="expected", action="none"), by)  # fmt: skip

    @rule(session=SESSIONS, volume=VOLUMES, by=PEOPLE)
    def flushes(self, session: int, volume: Any, by: Any) -> None:
        self.attempt(Flushed(at=self.walk.at, session=session, volume=volume), by)

    @rule(by=PEOPLE, value=st.none() | st.integers(0, 10))
    def scores(self, by: Any, value: int | None) -> None:
        self.attempt(Scored(at=self.walk.at, instrument="nrs", day=self.walk.at.date(), purpose="diary", reported_by="patient",
                            value=None if value is None else parse(f"{value} {{score}}").value,
                            why_missing="did not answer" if value is None else None), by)  # fmt: skip

    @rule(number=st.integers(0, 12), by=PEOPLE)
    def takes_back(self, number: int, by: Any) -> None:
        """A correction that takes an observation or a score back; other events are mended by the next step instead."""
        records = {one.number: one for one in self.walk.records}
        if number in records and not isinstance(records[number].event, Observed | Scored | Harmed):
            return
        self.attempt(Corrected(at=self.walk.at, number=number, because="typed for another patient"), by)

    @precondition(lambda self: len(self.walk.records) > 20)
    @rule(by=PEOPLE)
    def closes(self, by: Any) -> None:
        self.attempt(Closed(at=self.walk.at, because="done"), by)

    @precondition(lambda self: bool(self.walk.records))
    @rule(data=st.data())
    def says_it_again(self, data: st.DataObject) -> None:
        """A retry with the same key adds nothing."""
        one = data.draw(st.sampled_from(self.walk.records))
        count = len(self.walk.records)
        decision = self.walk.do(one.event, one.by, key=one.key)  # type: ignore[arg-type]
        assert decision.is_repeat
        assert not decision.records
        assert len(self.walk.records) == count

    @invariant()
    def what_stands_is_never_changed(self) -> None:
        now = [encoded(one) for one in self.walk.records]
        assert now[: len(self.before)] == self.before
        self.before = now

    @invariant()
    def numbers_run_from_one(self) -> None:
        assert [one.number for one in self.walk.records] == list(range(1, len(self.walk.records) + 1))
        assert self.walk.state.version == len(self.walk.records)

    @invariant()
    def folding_is_evolving_step_by_step(self) -> None:
        if any(isinstance(one.event, Corrected) for one in self.walk.records):
            return
        state = Course()
        for one in self.walk.records:
            state = evolve(state, one)
        assert state == self.walk.state

    @invariant()
    def at_most_one_session_runs(self) -> None:
        assert sum(one.status in ("running", "paused") for one in self.walk.state.sessions) <= 1

    @invariant()
    def nothing_began_that_was_not_checked_signed_and_prepared_by_the_right_people(self) -> None:
        state = self.walk.state
        for session in state.sessions:
            if session.started is None:
                continue
            order = next(one for one in state.orders if one.order.number == session.order)
            assert order.signed is not None
            assert order.agreed is not None
            assert order.agreed[0] not in (order.by, order.signed_by)
            assert session.prepared is not None
            starter = next(
                one.by
                for one in self.walk.records
                if isinstance(one.event, Started) and one.event.session == session.number
            )
            assert starter.id != session.started.second.id  # type: ignore[union-attr]

    @invariant()
    def infusions_of_a_series_keep_their_distance(self) -> None:
        starts = sorted(
            one.started.at for one in self.walk.state.sessions if one.started and one.delivery != "not given"
        )
        for sooner, later in pairwise(starts):
            assert later - sooner >= dt.timedelta(hours=40)
            assert later.astimezone(clinic().zone).date() > sooner.astimezone(clinic().zone).date()

    @invariant()
    def no_more_goes_in_than_was_prepared(self) -> None:
        for session in self.walk.state.sessions:
            if session.reconciled and session.reconciled.volume:
                assert session.reconciled.volume.compare(session.planned.volume) <= 0
        for dose in all_doses(self.walk.state):
            assert dose.dose.value >= 0

    @invariant()
    def the_clock_never_runs_back(self) -> None:
        for session in self.walk.state.sessions:
            now, later = (by_clock(session, self.walk.at + dt.timedelta(minutes=add)) for add in (0, 5))
            assert later.volume.value >= now.volume.value

    @invariant()
    def the_chain_holds_and_reads_back(self) -> None:
        before, sealed = BEGINNING, []
        for one in self.walk.records:
            content = encoded(one)
            assert decoded(content) == one
            before = seal(before, course="c", number=one.number, content=content)
            sealed.append(Sealed(one.number, content, before))
        assert broken("c", sealed) == ()
        assert fold(decoded(one.content) for one in sealed) == self.walk.state


Machine.TestCase.settings = settings(max_examples=60, stateful_step_count=60, deadline=None)


def test_whatever_is_tried_in_whatever_order() -> None:
    REACHED.clear()
    run_state_machine_as_test(Machine)  # type: ignore[no-untyped-call]
    assert {1, 2} <= set(REACHED), "random steps never reached a second infusion"
