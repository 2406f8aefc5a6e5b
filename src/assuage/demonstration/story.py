"""One made-up course, told event by event through the same decisions as a real one: what is refused there is refused here."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course import Command, Course, Order, Person, Surroundings, decide, order_of
from assuage.course import event as e
from assuage.course.blind import steps_of
from assuage.course.evolve import evolve
from assuage.course.gates_today import patient_of
from assuage.course.order import Basis
from assuage.course.part import Entered, FoundThen, Gate, Lot, Measured
from assuage.course.people import System
from assuage.course.spoken import prescription
from assuage.demonstration.people import NURSE, PHARMACIST, PHYSICIAN, SECOND_NURSE, MadeUp, document
from assuage.errors import CourseError, Problem
from assuage.plan import Plan, Request, make_plan
from assuage.quantity import Quantity, parse

MINUTE, HOUR, DAY = dt.timedelta(minutes=1), dt.timedelta(hours=1), dt.timedelta(days=1)
READY = ("kit", "monitoring", "airway", "escort", "urine")
IDENTITY = ("name", "date of birth", "wristband")
BASELINE = {"vitals.sbp": "132 mm[Hg]", "vitals.dbp": "78 mm[Hg]", "vitals.hr": "72 /min", "vitals.rr": "16 /min",
            "vitals.spo2": "97 %", "urine-4h": "300 mL", "moaa-s": "5 {score}"}  # fmt: skip
AFTER = {"vitals.sbp": "124 mm[Hg]", "vitals.dbp": "74 mm[Hg]", "vitals.hr": "70 /min", "vitals.rr": "15 /min", "vitals.spo2": "97 %",
         "moaa-s": "5 {score}"}  # fmt: skip


@dataclass
class Story:
    """A course as it is told. `at` is its own clock; every step is decided as it would have been at that time."""

    who: MadeUp
    regimen: str
    catalog: Catalog
    clinic: Clinic
    at: dt.datetime
    seed: str
    records: list[e.Recorded] = field(default_factory=list)
    state: Course = field(default_factory=Course)

    def does(self, event: e.Event, by: Person | System, **acknowledged: str) -> None:
        """Record an event of this moment. Errors: `CourseError` where it is refused: the story then tells what cannot be."""
        around = Surroundings(now=self.at, catalog=self.catalog, clinic=self.clinic)
        key = f"{self.seed}/{self.who.id}/{len(self.records)}"
        reasons = {name.replace("_", "-"): why for name, why in acknowledged.items()}
        command = Command(event=event, by=by, key=key, surface="demonstration", acknowledged=reasons)
        decision = decide(self.state, command, around)
        if not decision.records:
            told = "; ".join(f"{one.rule}: {one.message}" for one in decision.findings)
            raise CourseError(Problem(f"a step that is refused: {told}", f"the story of {self.who.id}", "a step that may follow",
                                      "mend the story"))  # fmt: skip
        for one in decision.records:
            self.records.append(one)
            self.state = evolve(self.state, one)

    def wait(self, long: dt.timedelta) -> Story:
        """Time passes."""
        self.at += long
        return self

    def refers(self, **changed: Any) -> Story:
        """Referral, and the facts as they stand; facts are changed by name."""
        tried = ", ".join(one.replace("-", " ") for one in self.who.tried)
        self.does(e.Referred(at=self.at, patient=self.who.id, reason=f"Pain after zoster; tried: {tried}.", indication=self.who.indication,
                             goal="To sleep through and to bear clothes."), PHYSICIAN)  # fmt: skip
        self.wait(HOUR).does(
            e.FactsRecorded(at=self.at, document=document(self.who, self.at.date(), **changed), source="form"), NURSE
        )
        return self

    def plan(self, start: dt.datetime) -> Plan:
        """The plan as the program makes it on these facts."""
        assert self.state.facts is not None
        return make_plan(
            patient_of(self.state.facts.document), self.catalog.regimens[self.regimen], catalog=self.catalog, clinic=self.clinic,
            as_of=self.at.date(), request=Request(start=start.astimezone(self.clinic.zone), says_what_to_expect=False),
        )  # fmt: skip

    def screens(self, start: dt.datetime) -> Plan:
        """Judge the rules, and record the verdict they give."""
        plan = self.plan(start)
        found = tuple(FoundThen(one.rule, one.severity, one.blocks, one.message) for one in plan.findings)
        blocking = [one for one in plan.findings if one.blocks == "dose"]
        stops = any(one.severity in ("refuse", "stop") for one in blocking)
        self.wait(5 * MINUTE).does(e.Screened(
            at=self.at, regimen=self.regimen, facts=self.state.facts_number, day=self.at.date(), catalog=self.catalog.fingerprint,
            findings=found, verdict="not eligible" if stops else "cannot say yet" if blocking else "eligible",
            expires=start.date() + 20 * DAY,
        ), PHYSICIAN)  # fmt: skip
        return plan

    def orders(self, plan: Plan) -> Story:
        """Order what was planned."""
        assert self.state.screening is not None
        weight = parse(f"{self.who.kg} kg")
        order = order_of(
            plan,
            self.catalog,
            Basis(len(self.state.orders) + 1, self.state.facts_number, self.state.screening[0], weight),
        )
        self.wait(10 * MINUTE).does(e.Ordered(at=self.at, order=order), PHYSICIAN)
        return self

    @property
    def order(self) -> Order:
        """The order in force."""
        assert self.state.order is not None
        return self.state.order.order

    def checks_and_signs(self) -> Story:
        """Worked out by the pharmacist without a look, then signed."""
        order = self.order
        entered = tuple(
            Entered(
                session.step,
                drug.drug,
                order.weight,
                drug.strength,
                drug.dose,
                drug.draw_up,
                session.total_volume,
                session.rate,
            )
            for session, drug in steps_of(order)
        )
        self.wait(30 * MINUTE).does(e.Checked(at=self.at, order=order.number, entered=entered), PHARMACIST)
        identity = self.who.identity
        words = prescription(order, f"{identity.family.upper()}, {identity.given}", self.clinic.zone)
        self.wait(20 * MINUTE).does(e.Signed(at=self.at, order=order.number, words=words), PHYSICIAN)
        return self

    def prepares(self, number: int) -> Story:
        """Made up from lots that are in date."""
        session = self.order.session(number)
        assert session is not None
        lots = tuple(
            Lot(
                one.presentation, f"D{number}{place}7", self.at.date() + 200 * DAY, one.vials, witnessed_by=SECOND_NURSE
            )
            for place, one in enumerate(session.drugs)
        )
        self.does(e.Prepared(at=self.at, session=number, lots=lots, discard_at=self.at + 4 * HOUR), PHARMACIST)
        return self

    def observes(self, number: int, phase: Any, values: dict[str, str], *more: Measured) -> None:
        """Observations of this moment."""
        found = (
            *(
                Measured(what, parse(text), scale="MOAA/S" if what == "moaa-s" else None)
                for what, text in values.items()
            ),
            *more,
        )
        self.does(e.Observed(at=self.at, session=number, phase=phase, found=found), NURSE)

    def starts(self, number: int) -> Story:
        """Baseline, then the start by two nurses."""
        session = self.order.session(number)
        assert session is not None
        self.wait(15 * MINUTE).observes(number, "baseline", BASELINE, Measured("knee-jerk", word="present"))
        self.wait(2 * MINUTE).does(e.Started(
            at=self.at, session=number, second=SECOND_NURSE, identity=IDENTITY, ready=READY, weight=parse(f"{self.who.kg} kg"),
            rate=session.rate, site="left forearm",
        ), NURSE)  # fmt: skip
        return self

    def runs(self, number: int) -> Story:
        """All of it, as ordered, observed every quarter of an hour; then reconciled, flushed and home."""
        session = self.order.session(number)
        assert session is not None
        if session.portions:
            self._portions(number)
        else:
            self._infusion(number, session.duration)
        volume = session.volume
        self.does(e.Ended(at=self.at, session=number, volume=None if session.portions else volume), NURSE)
        if session.flush_volume is not None:
            self.wait(2 * MINUTE).does(
                e.Flushed(at=self.at, session=number, volume=session.flush_volume, rate=session.flush_rate), NURSE
            )
        self.wait(MINUTE).does(
            e.Reconciled(at=self.at, session=number, delivery="given", how="pump and empty bag", volume=volume), NURSE
        )
        return self.goes_home(number)

    def _infusion(self, number: int, duration: Quantity) -> None:
        left = int(duration.to("min").value)
        while left > 0:
            step = min(15, left)
            left -= step
            self.wait(step * MINUTE)
            self.observes(number, "during", AFTER, Measured("knee-jerk", word="present"))

    def _portions(self, number: int) -> None:
        session = self.order.session(number)
        assert session is not None
        before = Decimal(0)
        for one in session.portions:
            after = one.after.to("min").value
            self.wait(int(after - before) * MINUTE)
            before = after
            pain = parse(f"{max(0, self.who.pain - one.number)} {{score}}")
            self.does(
                e.PortionGiven(
                    at=self.at, session=number, portion=one.number, volume=one.draw_up, site="left deltoid", pain=pain
                ),
                NURSE,
            )
            self.observes(number, "during", AFTER)

    def goes_home(self, number: int) -> Story:
        """After recovery, every gate met; called the day after."""
        self.wait(45 * MINUTE).observes(number, "after", AFTER, Measured("knee-jerk", word="present"))
        gates = tuple(
            Gate(what, True, "met")
            for what in ("vital signs as at baseline", "awake and orientated", "steady on their feet", "escort present")
        )
        self.wait(15 * MINUTE).does(
            e.Discharged(at=self.at, session=number, gates=gates, escort="a friend", instructions="given on paper"),
            NURSE,
        )
        return self

    def calls(self, number: int, *symptoms: str) -> None:
        """The call the day after."""
        self.does(e.Called(at=self.at, session=number, reached=True, said="Slept well." if not symptoms else "Some symptoms, gone now.",
                           symptoms=symptoms, feelings_cleared=True), NURSE)  # fmt: skip

    def scores(self, value: int | None, purpose: Any, *, session: int | None = None, **more: Any) -> None:
        """A pain score of today, from the patient; none says that it was asked for in vain."""
        why = None if value is not None else "called three times, not reached"
        self.does(e.Scored(
            at=self.at, instrument="nrs", day=self.at.astimezone(self.clinic.zone).date(), purpose=purpose, reported_by="patient" if value is not None else "staff",
            value=None if value is None else Decimal(value), why_missing=why, session=session, **more,
        ), System("demonstration"))  # fmt: skip

    def says(self, word: str) -> None:
        """The patient's own impression of change."""
        self.does(e.Scored(at=self.at, instrument="pgic", day=self.at.astimezone(self.clinic.zone).date(), purpose="day 14",
                           reported_by="patient", word=word), System("demonstration"))  # fmt: skip

    def harmed(self, number: int, term: str, *, spoken: str, grade: int, action: str, is_serious: bool = False) -> None:
        """An adverse event of this moment, with what the dictionary says of it."""
        known = self.catalog.events[term]
        self.does(e.Harmed(
            at=self.at, term=term, spoken=spoken, session=number, began=self.at, grade=grade, standard="CTCAE v5", is_serious=is_serious,
            related="possible", expected="expected" if known.expected == "yes" else "unexpected", action=action, outcome="recovered",
        ), NURSE)  # fmt: skip


def last_of(story: Story) -> int:
    """How many sessions the order has."""
    return len(story.order.sessions)


def changed(one: MadeUp, **fields: Any) -> MadeUp:
    """The same made-up patient with other traits."""
    return msgspec.structs.replace(one, **fields)
