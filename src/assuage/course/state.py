"""Where a course stands: a pure fold of its events. Nothing is known here that the events do not say."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.course.event import (
    Called,
    Checked,
    Contacted,
    Discharged,
    FactsRecorded,
    Flushed,
    Harmed,
    MeasureBegun,
    MeasureEnded,
    Moved,
    Observed,
    Overridden,
    PortionGiven,
    Prepared,
    Reconciled,
    Recorded,
    Referred,
    Scored,
    Screened,
    Signed,
    Started,
)
from assuage.course.order import Order, OrderedSession
from assuage.quantity import Quantity

Status = Literal["planned", "prepared", "running", "paused", "stopped", "ended", "cancelled"]
Delivery = Literal["none begun", "under way", "not reconciled", "given", "not given", "not known"]
Standing = Literal["draft", "checked", "signed", "replaced", "cancelled"]
# A session of these has drug in the patient or on its way.
BEGUN: tuple[Status, ...] = ("running", "paused", "stopped", "ended")


class Segment(msgspec.Struct, frozen=True):
    """The pump at one rate from an instant on; a rate of 0 stands still. `volume` is what the pump showed then, if read."""

    at: dt.datetime
    rate: Quantity
    volume: Quantity | None = None


class Numbered(msgspec.Struct, frozen=True):
    """An event with its number on the record."""

    number: int
    recorded: Recorded


class SessionState(msgspec.Struct, frozen=True, kw_only=True):
    """One session of the order in force: as ordered, and as it really went."""

    planned: OrderedSession
    order: int
    status: Status = "planned"
    prepared: Prepared | None = None
    prepared_by: str | None = None
    started: Started | None = None
    segments: tuple[Segment, ...] = ()
    observed: tuple[tuple[int, Observed], ...] = ()
    portions: tuple[PortionGiven, ...] = ()
    flushed: tuple[Flushed, ...] = ()
    ended_at: dt.datetime | None = None
    stopped_because: str | None = None
    reconciled: Reconciled | None = None
    discharged: Discharged | None = None
    called: tuple[Called, ...] = ()
    harms: tuple[int, ...] = ()

    @property
    def number(self) -> int:
        return self.planned.number

    @property
    def has_begun(self) -> bool:
        """Whether any of the drug may have gone in."""
        return self.status in BEGUN

    @property
    def delivery(self) -> Delivery:
        """Given, not given or not known; a session that has begun and is not settled by a person is not reconciled."""
        if self.reconciled is not None:
            return self.reconciled.delivery
        if self.status in ("running", "paused"):
            return "under way"
        return "not reconciled" if self.has_begun else "none begun"


class OrderState(msgspec.Struct, frozen=True, kw_only=True):
    """An order with its checks and signature."""

    order: Order
    by: str
    standing: Standing = "draft"
    checks: tuple[tuple[str, Checked], ...] = ()
    signed: Signed | None = None
    signed_by: str | None = None

    @property
    def agreed(self) -> tuple[str, Checked] | None:
        """The blind check that found no difference, if any."""
        return next((one for one in self.checks if not one[1].differences), None)


class Measure(msgspec.Struct, frozen=True):
    """One line of the ledger of everything that is done for this pain."""

    begun: MeasureBegun
    ended: MeasureEnded | None = None


class Course(msgspec.Struct, frozen=True, kw_only=True):
    """A course after its events. `version` is the number of the last one; 0 is a course that has not begun.

    `sessions` are those of all orders that were begun, and of the order in force. `corrected` names events that a later
    one took back or mended.
    """

    version: int = 0
    referred: Referred | None = None
    facts: FactsRecorded | None = None
    facts_number: int = 0
    earlier_facts: tuple[tuple[int, FactsRecorded], ...] = ()
    screenings: tuple[tuple[int, Screened], ...] = ()
    overrides: tuple[Overridden, ...] = ()
    orders: tuple[OrderState, ...] = ()
    sessions: tuple[SessionState, ...] = ()
    harms: tuple[tuple[int, Harmed], ...] = ()
    scores: tuple[tuple[int, Scored], ...] = ()
    contacts: tuple[tuple[int, Contacted], ...] = ()
    measures: tuple[Measure, ...] = ()
    moves: tuple[tuple[int, Moved], ...] = ()
    closed: str | None = None
    corrected: frozenset[int] = frozenset()
    keys: frozenset[str] = frozenset()

    @property
    def patient(self) -> str | None:
        """The id of the patient whose course it is now."""
        if self.moves:
            return self.moves[-1][1].patient
        return self.referred.patient if self.referred else None

    @property
    def order(self) -> OrderState | None:
        """The order in force: the last that was neither replaced nor cancelled."""
        return next((one for one in reversed(self.orders) if one.standing not in ("replaced", "cancelled")), None)

    @property
    def screening(self) -> tuple[int, Screened] | None:
        """The latest screening."""
        return self.screenings[-1] if self.screenings else None

    def session(self, number: int) -> SessionState | None:
        """A session by its number, of the order in force or begun under an earlier one."""
        return next((one for one in self.sessions if one.number == number), None)

    @property
    def running(self) -> SessionState | None:
        """The session that runs or is paused."""
        return next((one for one in self.sessions if one.status in ("running", "paused")), None)

    @property
    def last_given(self) -> SessionState | None:
        """The last session of which drug may have gone in, by the time it started."""
        begun = [one for one in self.sessions if one.started is not None and one.delivery != "not given"]
        return max(begun, key=lambda one: one.started.at if one.started else MIN, default=None)

    @property
    def day_14(self) -> dt.datetime | None:
        """The instant from which the fourteenth day counts: the start of the last infusion given."""
        last = self.last_given
        return last.started.at if last and last.started else None


MIN = dt.datetime.min.replace(tzinfo=dt.UTC)
NOTHING = Quantity(Decimal(0), "mL/h")
