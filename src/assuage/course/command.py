"""What is asked of a course: one event, by somebody, in some surroundings; and what comes of it."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.course.event import Event, Harmed, Recorded, Surface
from assuage.course.ledger import GivenDose
from assuage.course.people import Person, System
from assuage.finding import Finding, Severity

# What stands in the way of an event. A warning does not: it is told, and the event is recorded.
IN_THE_WAY: tuple[Severity, ...] = ("refuse", "stop", "hold")


class Earlier(msgspec.Struct, frozen=True):
    """An adverse event of the patient in another course, with the drugs of the session it belongs to."""

    drugs: tuple[str, ...]
    event: Harmed


class Surroundings(msgspec.Struct, frozen=True, kw_only=True):
    """What a decision needs beside the course: the instant, the catalog, the clinic, and what other courses gave.

    `takes_over` is true only for what was written on paper while the system was down: it is recorded as it was, and what
    speaks against it is told, since it has already happened.
    """

    now: dt.datetime
    catalog: Catalog
    clinic: Clinic
    elsewhere: tuple[GivenDose, ...] = ()
    earlier: tuple[Earlier, ...] = ()
    takes_over: bool = False


class Command(msgspec.Struct, frozen=True, kw_only=True):
    """One event that somebody wants on the record. `key` is the writer's own and makes a repeat harmless.

    `version` is the version of the course the writer saw; none where it does not matter (an observation, a stop).
    `acknowledged` pairs rules that warn with the reason for going on.
    """

    event: Event
    by: Person | System
    key: str
    surface: Surface
    version: int | None = None
    acknowledged: dict[str, str] = {}


class Decision(msgspec.Struct, frozen=True, kw_only=True):
    """What comes of a command: records to append, and what is told beside them. A repeat adds nothing and is no error."""

    records: tuple[Recorded, ...] = ()
    findings: tuple[Finding, ...] = ()
    is_repeat: bool = False

    @property
    def is_refused(self) -> bool:
        """Nothing is recorded, and it is no repeat."""
        return not self.records and not self.is_repeat


def told(
    rule: str,
    message: str,
    *,
    reason: str,
    resolve: str,
    severity: Severity = "hold",
    sources: tuple[str, ...] = ("editors",),
) -> Finding:
    """A finding about a course: it blocks the step that was asked for."""
    return Finding(rule, severity, "start", message, reason, resolve, sources)
