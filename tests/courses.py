"""A course as a test walks it: people, a clinic that has adopted, and each step of a session that goes well."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import dataclass, field
from decimal import Decimal
from functools import cache
from pathlib import Path
from typing import Any, Literal

from msgspec.structs import replace

from assuage.catalog import Catalog, load_catalog
from assuage.catalog.clinic import Adoption, Clinic, read_clinic
from assuage.course import Command, Course, Decision, Order, Person, Surroundings, decide, fold, order_of
from assuage.course.blind import steps_of
from assuage.course.event import (
    Checked,
    Ended,
    Event,
    FactsRecorded,
    Observed,
    Ordered,
    Prepared,
    Reconciled,
    Recorded,
    Referred,
    Screened,
    Signed,
    Started,
)
from assuage.course.gates_today import patient_of
from assuage.course.order import Basis
from assuage.course.part import Entered, FoundThen, Lot, Measured
from assuage.document import as_json, read_yaml
from assuage.plan import Request, make_plan
from assuage.quantity import Quantity, parse

ROOT = Path(__file__).parents[1]
PHYSICIAN = Person("anna", "Dr Anna Berg", "physician")
PHARMACIST = Person("ben", "Ben Ito", "pharmacist")
NURSE = Person("cleo", "Cleo Diaz", "nurse")
NURSE_2 = Person("dora", "Dora Novak", "nurse")
IDENTITY = ("name", "date of birth")
READY = ("kit", "monitoring", "airway", "escort", "urine")


@cache
def catalog() -> Catalog:
    return load_catalog()


@cache
def clinic() -> Clinic:
    text = (ROOT / "examples" / "clinic.yaml").read_text(encoding="utf-8")
    one = read_clinic(read_yaml(text, "clinic.yaml"))
    adopted = tuple(
        Adoption(name, "Dr Anna Berg", "Ben Ito", dt.date(2026, 11, 1), catalog().fingerprint)
        for name in ("kim-2015-magnesium", "kim-2015-ketamine", "anodyne-ketamine-im")
    )
    return replace(one, id="test-clinic", synthetic=False, adopted=adopted)


def facts(**changed: Any) -> str:
    """The example patient as a recorded document, with keys changed; a key that is None is left out."""
    found = json.loads(
        as_json(read_yaml((ROOT / "examples" / "patient.yaml").read_text(encoding="utf-8"), "patient.yaml"))
    )
    for name, value in changed.items():
        if value is None:
            found.pop(name, None)
        else:
            found[name] = value
    return json.dumps(found)


def facts_for_ketamine() -> str:
    """The example patient, screened as ketamine asks for."""
    negative = {"value": "negative", "on": "2026-11-25"}
    return facts(psychosis_screen=negative, substance_screen=negative, drives_home=False)


@dataclass
class Walk:
    """A course under way. `at` is the wall clock of the story; every step moves it on by a minute."""

    regimen: str = "kim-2015-magnesium"
    at: dt.datetime = dt.datetime(2026, 11, 30, 14, 0, tzinfo=dt.UTC)
    records: list[Recorded] = field(default_factory=list)
    document: str = field(default_factory=facts)
    keys: int = 0
    patient: str = "demo-1"

    @property
    def state(self) -> Course:
        return fold(self.records)

    def around(self, **more: Any) -> Surroundings:
        return Surroundings(now=self.at, catalog=catalog(), clinic=clinic(), **more)

    def do(self, event: Event, by: Person = NURSE, *, key: str | None = None, **more: Any) -> Decision:
        """Decide and append; what is refused changes nothing."""
        self.keys += 1
        around = more.pop("around", None) or self.around()
        command = Command(event=event, by=by, key=key or f"k{self.keys}", surface="web", **more)
        decision = decide(self.state, command, around)
        self.records += decision.records
        return decision

    def must(self, event: Event, by: Person = NURSE, **more: Any) -> Decision:
        """As `do`, and it has to be recorded."""
        decision = self.do(event, by, **more)
        assert decision.records, [f"{one.rule}: {one.message}" for one in decision.findings]
        return decision

    def wait(self, **time: float) -> Walk:
        self.at += dt.timedelta(**time)
        return self

    def plan(self, start: dt.datetime | None = None) -> Any:
        state = self.state
        assert state.facts is not None
        return make_plan(
            patient_of(state.facts.document), catalog().regimens[self.regimen], catalog=catalog(), clinic=clinic(),
            as_of=self.at.date(), request=Request(start=start or self.at.astimezone(clinic().zone)),
        )  # fmt: skip

    def referred(self) -> Walk:
        self.must(
            Referred(
                at=self.at,
                patient=self.patient,
                reason="pain that nothing relieved",
                indication="postherpetic-neuralgia",
            ),
            PHYSICIAN,
        )
        self.must(FactsRecorded(at=self.at, document=self.document.replace("demo-1", self.patient), source="form"))
        return self

    def screened(self, *, verdict: Literal["eligible", "not eligible", "cannot say yet"] = "eligible") -> Walk:
        plan = self.plan()
        found = tuple(FoundThen(one.rule, one.severity, one.blocks, one.message) for one in plan.findings)
        self.must(
            Screened(
                at=self.at, regimen=self.regimen, facts=self.state.facts_number, day=self.at.date(), catalog=catalog().fingerprint,
                findings=found, verdict=verdict, expires=self.at.date() + dt.timedelta(days=14),
            ), PHYSICIAN,
        )  # fmt: skip
        return self

    def order(self) -> Order:
        state = self.state
        assert state.screening is not None
        patient = patient_of(state.facts.document) if state.facts else None
        weight = patient.facts["weight"].value if patient else None
        assert isinstance(weight, Quantity)
        before = state.order
        replaces = before.order.number if before else None
        basis = Basis(len(state.orders) + 1, state.facts_number, state.screening[0], weight, replaces)
        return order_of(self.plan(), catalog(), basis)

    def ordered(self, *, because: str | None = None) -> Walk:
        self.must(Ordered(at=self.at, order=self.order(), because=because), PHYSICIAN)
        return self

    def entered(self) -> tuple[Entered, ...]:
        assert self.state.order is not None
        order = self.state.order.order
        return tuple(
            Entered(session.step, drug.drug, order.weight, drug.strength, drug.dose, drug.draw_up, session.total_volume, session.rate)
            for session, drug in steps_of(order)
        )  # fmt: skip

    def checked(self) -> Walk:
        assert self.state.order is not None
        self.must(Checked(at=self.at, order=self.state.order.order.number, entered=self.entered()), PHARMACIST)
        return self

    def signed(self) -> Walk:
        assert self.state.order is not None
        self.must(Signed(at=self.at, order=self.state.order.order.number, words="You are prescribing …"), PHYSICIAN)
        return self

    def prepared(self, session: int = 1) -> Walk:
        found = self.state.session(session)
        assert found is not None
        lots = tuple(
            Lot(one.presentation, f"L{number}", self.at.date() + dt.timedelta(days=100), one.vials)
            for number, one in enumerate(found.planned.drugs)
        )
        self.must(
            Prepared(at=self.at, session=session, lots=lots, discard_at=self.at + dt.timedelta(hours=4)), PHARMACIST
        )
        return self

    def baseline(self, session: int = 1, **changed: str) -> Walk:
        """What is found before a start. Times of the file's facts are long ago, so today's values are laid over them."""
        values = {"vitals.sbp": "132 mm[Hg]", "vitals.dbp": "78 mm[Hg]", "vitals.hr": "72 /min", "vitals.rr": "16 /min",
                  "vitals.spo2": "97 %", "urine-4h": "300 mL", **changed}  # fmt: skip
        found = (
            *(Measured(what, parse(value)) for what, value in values.items()),
            Measured("knee-jerk", word="present"),
        )
        self.must(Observed(at=self.at, session=session, phase="baseline", found=found))
        return self

    def start(self, session: int = 1, **changed: Any) -> Started:
        found = self.state.session(session)
        assert found is not None
        said = {
            "at": self.at, "session": session, "second": NURSE_2, "identity": IDENTITY, "ready": READY,
            "weight": parse("70 kg"), "rate": found.planned.rate, "site": "left forearm", **changed,
        }  # fmt: skip
        return Started(**said)

    def started(self, session: int = 1) -> Walk:
        self.must(self.start(session))
        return self

    def ended(self, session: int = 1, *, volume: str | None = None) -> Walk:
        found = self.state.session(session)
        assert found is not None
        self.wait(minutes=60)
        self.must(Ended(at=self.at, session=session, volume=found.planned.volume))
        given = parse(volume) if volume else found.planned.volume
        self.must(Reconciled(at=self.at, session=session, delivery="given", how="pump", volume=given))
        return self

    def ready(self) -> Walk:
        """Until the first session is prepared and its baseline is found."""
        return self.referred().screened().ordered().checked().signed().prepared().baseline()


def ml(value: str) -> Quantity:
    return Quantity(Decimal(value), "mL")
