"""What can happen in a course of treatment: one type for each kind of event, and the record that holds them.

An event says what happened and when. Who put it on record, when, from which surface and after which event stands in
`Recorded`. Nothing here is ever changed; a mistake is mended by a `Corrected` that names it.
"""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog.clinic import Mode
from assuage.course.order import Order
from assuage.course.part import Entered, FoundThen, Gate, Lot, Measured
from assuage.course.people import Person, System
from assuage.quantity import Quantity

# “paper”: what was written by hand while the system was down, and typed in afterwards.
Surface = Literal["web", "paper", "cli", "fhir", "link", "import", "demonstration"]


class _Event(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True, tag_field="kind"):
    """What every event has: the instant it happened, with its zone."""

    at: dt.datetime


class Referred(_Event, frozen=True, tag="referred"):
    """The course begins: who is treated, why, and what the patient hopes for. `patient` is the id of the person's record."""

    patient: str
    reason: str
    indication: str
    goal: str | None = None
    referrer: str | None = None


class FactsRecorded(_Event, frozen=True, tag="facts-recorded"):
    """All facts of the patient as they stand now, as one patient document in JSON (the same fields as a patient file)."""

    document: str
    source: Literal["form", "file", "fhir"]


class Screened(_Event, frozen=True, tag="screened"):
    """The rules were judged for a regimen on a day, on the facts of event `facts`, by a catalog."""

    regimen: str
    facts: int
    day: dt.date
    catalog: str
    findings: tuple[FoundThen, ...]
    verdict: Literal["eligible", "not eligible", "cannot say yet"]
    expires: dt.date | None


class Overridden(_Event, frozen=True, tag="overridden"):
    """A stop that a prescriber and a second clinician take upon themselves. `refuse` cannot be overridden."""

    rule: str
    reason: str
    second: Person


class Ordered(_Event, frozen=True, tag="ordered"):
    """An order: all sessions as they are to be given. A later order replaces the one before it, never silently."""

    order: Order
    because: str | None = None


class Checked(_Event, frozen=True, tag="checked"):
    """A blind check: what was entered, and each difference from the order. It agrees when there is none."""

    order: int
    entered: tuple[Entered, ...]
    differences: tuple[str, ...] = ()


class Signed(_Event, frozen=True, tag="signed"):
    """The order is signed, in the words that were shown. `meaning` is what the signature means."""

    order: int
    words: str
    meaning: Literal["prescribed"] = "prescribed"


class Cancelled(_Event, frozen=True, tag="cancelled"):
    """An order that will not be given further: all of it, or one session."""

    order: int
    because: str
    session: int | None = None


class Prepared(_Event, frozen=True, tag="prepared"):
    """A bag or syringe is ready, from these lots; it is discarded at `discard_at`."""

    session: int
    lots: tuple[Lot, ...]
    discard_at: dt.datetime
    mode: Mode | Literal["undiluted"] | None = None


class Started(_Event, frozen=True, tag="started"):
    """The infusion runs, or the first portion is about to be given: identity checked by two people, kit ready."""

    session: int
    second: Person
    identity: tuple[str, ...]
    ready: tuple[str, ...]
    weight: Quantity | None
    rate: Quantity | None = None
    site: str | None = None


class Observed(_Event, frozen=True, tag="observed"):
    """Observations at one moment of a session: before it, during it or after it."""

    session: int
    phase: Literal["baseline", "during", "after"]
    found: tuple[Measured, ...]
    note: str | None = None


class RateChanged(_Event, frozen=True, tag="rate-changed"):
    """The pump runs at another rate from now on. `volume` is what the pump shows as infused, where it was read."""

    session: int
    rate: Quantity
    because: str
    volume: Quantity | None = None


class Paused(_Event, frozen=True, tag="paused"):
    """The pump stands still."""

    session: int
    because: str
    volume: Quantity | None = None


class Resumed(_Event, frozen=True, tag="resumed"):
    """The pump runs again, at this rate; none for portions, which have no pump."""

    session: int
    rate: Quantity | None = None
    volume: Quantity | None = None


class Stopped(_Event, frozen=True, tag="stopped"):
    """The session ends before it is complete. The reason may follow: stopping never waits for it."""

    session: int
    because: str | None = None
    volume: Quantity | None = None


class Ended(_Event, frozen=True, tag="ended"):
    """The bag or the last portion is in."""

    session: int
    volume: Quantity | None = None


class PortionGiven(_Event, frozen=True, tag="portion-given"):
    """One intramuscular portion, with the pain rated just before it (none: could not be asked, and why)."""

    session: int
    portion: int
    volume: Quantity
    site: str
    pain: Quantity | None
    why_no_pain: str | None = None


class Flushed(_Event, frozen=True, tag="flushed"):
    """The line was flushed, at a rate or by hand."""

    session: int
    volume: Quantity
    rate: Quantity | None = None


class Reconciled(_Event, frozen=True, tag="reconciled"):
    """What was given, settled by a person: the volume of drug solution that went in, or that none did, or that nobody knows.

    `how` says what it was read from (pump, bag weighed, graduations). `discarded` is what was left and thrown away.
    """

    session: int
    delivery: Literal["given", "not given", "not known"]
    how: str
    volume: Quantity | None = None
    discarded: Quantity | None = None
    witnessed_by: Person | None = None


class Discharged(_Event, frozen=True, tag="discharged"):
    """The patient went home, against the gates."""

    session: int
    gates: tuple[Gate, ...]
    escort: str | None
    instructions: str
    left_against_advice: bool = False


class Harmed(_Event, frozen=True, tag="harmed"):
    """An adverse event, in the patient's words and in the dictionary's: how grave, how related, what was done.

    `grade` is of the standard named; `session` is the session during or after which it came; `reference` is what says
    whether it was to be expected.
    """

    term: str
    spoken: str
    session: int | None
    began: dt.datetime
    grade: int
    standard: str
    is_serious: bool
    related: Literal["not related", "unlikely", "possible", "probable", "definite", "not assessed"]
    expected: Literal["expected", "unexpected", "not known"]
    action: str
    antidote: str | None = None
    outcome: Literal["recovered", "recovering", "not recovered", "fatal", "not known"] = "not known"
    volume: Quantity | None = None
    reference: str | None = None


class Called(_Event, frozen=True, tag="called"):
    """The call the day after: reached or not, what was said, symptoms since."""

    session: int
    reached: bool
    said: str
    symptoms: tuple[str, ...] = ()
    feelings_cleared: bool | None = None


class Scored(_Event, frozen=True, tag="scored"):
    """A score: which instrument, which value, for which day, from whom; `purpose` says what it is for.

    `value` is none where it was asked and not answered; `why_missing` then says why.
    """

    instrument: str
    day: dt.date
    purpose: Literal[
        "baseline",
        "before infusion",
        "end of infusion",
        "diary",
        "day after",
        "day 14",
        "week 4",
        "week 8",
        "week 12",
        "other",
    ]
    reported_by: Literal["patient", "staff"]
    value: Decimal | None = None
    word: str | None = None
    why_missing: str | None = None
    session: int | None = None
    symptoms: tuple[str, ...] = ()


class Contacted(_Event, frozen=True, tag="contacted"):
    """Somebody tried to get a score that is due: for which purpose, by which way, and whether the patient was reached.

    A link or a letter reaches nobody by itself: the score that comes of it does. `said` is what came of a call.
    """

    purpose: str
    way: Literal["link", "call", "letter"]
    reached: bool
    said: str = ""


class MeasureBegun(_Event, frozen=True, tag="measure-begun"):
    """One measure of all that is done for this pain: a drug, a block, physiotherapy, sleep, a series of this clinic."""

    measure: str
    name: str
    sort: Literal["infusion series", "oral drug", "topical drug", "block", "physical", "sleep", "mood", "other"]
    aim: str
    judged_on: dt.date | None = None


class MeasureEnded(_Event, frozen=True, tag="measure-ended"):
    """A measure ends, or its effect is judged: what it did, in words and where possible in per cent of relief."""

    measure: str
    response: Literal["effective", "partly", "not effective", "harmful", "not known"]
    because: str
    keeps: bool
    relief_percent: Decimal | None = None


class Decided(_Event, frozen=True, tag="decided"):
    """What is done next, in words, on what was seen. Options are shown; one is chosen by a person."""

    chosen: Literal[
        "nothing further", "repeat the series", "another regimen", "add one measure", "stop this regimen", "wait"
    ]
    because: str
    shown: tuple[str, ...]


class Corrected(_Event, frozen=True, tag="corrected"):
    """Event `number` was wrong. `instead` is what it should have said; none takes it back altogether."""

    number: int
    because: str
    instead: Happening | None = None


class Moved(_Event, frozen=True, tag="moved"):
    """From now on the course belongs to another entry: `left` was the wrong patient's, or a double of the same person's."""

    patient: str
    left: str
    why: Literal["wrong patient", "same person"]
    because: str


class Closed(_Event, frozen=True, tag="closed"):
    """The course is closed."""

    because: str


Happening = (
    Referred | FactsRecorded | Screened | Overridden | Ordered | Checked | Signed | Cancelled | Prepared | Started | Observed
    | RateChanged | Paused | Resumed | Stopped | Ended | PortionGiven | Flushed | Reconciled | Discharged | Harmed | Called
    | Scored | Contacted | MeasureBegun | MeasureEnded | Decided | Moved | Closed
)  # fmt: skip
Event = Happening | Corrected


class Acknowledged(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """A warning that stood before the event, as it was worded then, and why the writer went on."""

    rule: str
    message: str
    because: str


class Recorded(msgspec.Struct, frozen=True, forbid_unknown_fields=True, kw_only=True):
    """An event on record. `number` counts from 1 within the course; `key` is given by the writer and never used twice."""

    number: int
    event: Event
    by: Person | System
    recorded: dt.datetime
    surface: Surface
    key: str
    acknowledged: tuple[Acknowledged, ...] = ()

    @property
    def is_late(self) -> bool:
        """Put on record more than a few minutes after it happened; said wherever the event is shown."""
        return self.recorded - self.event.at > LATE


# Charting within this time is charting at the bedside. A matter of wording, not of safety: nothing is refused for it.
LATE = dt.timedelta(minutes=5)


def kind_of(event: Event) -> str:
    """The word for an event: “started”, “rate-changed”."""
    tag = type(event).__struct_config__.tag
    assert isinstance(tag, str)
    return tag
