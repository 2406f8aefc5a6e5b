"""The visits and follow-ups as a calendar file. Titles name no drug, no diagnosis and no patient."""

from __future__ import annotations

import datetime as dt
import hashlib
from collections.abc import Iterator
from typing import Any
from zoneinfo import ZoneInfo

from assuage.errors import PlanError, Problem
from assuage.plan.model import FollowUp, Plan, Preparation, Session


def calendar_file(plan: Plan) -> bytes:
    """An iCalendar file (RFC 5545): one event for each session and each follow-up, in the clinic's zone.

    Holds: the same patient, regimen and number give the same UID, whatever the catalog; DTSTAMP is the day the plan's
    facts were judged on, since nothing here looks at a clock. Errors: `PlanError` without dates, or without icalendar.
    """
    made = plan.preparation
    if made is None:
        raise PlanError(
            Problem("nothing is planned: a finding blocks the dose", "--format ics", "a plan with dates",
                    "settle the findings that block the dose; --format text lists them")
        )  # fmt: skip
    if any(session.start is None for session in made.sessions):
        raise PlanError(
            Problem("the plan has no dates: no start was given", "--format ics", "the start of the first session",
                    "give --start and --tz, such as --start 2026-11-30T09:00 --tz America/Winnipeg")
        )  # fmt: skip
    return _file(plan, made)


def _file(plan: Plan, made: Preparation) -> bytes:
    icalendar = _icalendar()
    calendar = icalendar.Calendar()
    calendar.add("prodid", "-//assuage//plan//EN")
    calendar.add("version", "2.0")
    calendar.add("method", "PUBLISH")
    for number, session in enumerate(made.sessions, 1):
        calendar.add_component(_visit(icalendar, plan, session, of=len(made.sessions), number=number))
    for number, follow_up in enumerate(made.follow_up, 1):
        if follow_up.at is not None:
            calendar.add_component(_due(icalendar, plan, follow_up, of=len(made.follow_up), number=number))
    first, last = _span(made)
    calendar.add_missing_timezones(first_date=first, last_date=last)
    built: bytes = calendar.to_ical()
    return built


def _icalendar() -> Any:
    try:
        import icalendar
    except ImportError:
        raise PlanError(
            Problem("icalendar is not installed", "--format ics", "the part of assuage that writes calendars",
                    "install assuage[calendar]")
        ) from None  # fmt: skip
    return icalendar


def _visit(icalendar: Any, plan: Plan, session: Session, *, of: int, number: int) -> Any:
    kind = "Infusion visit" if session.route == "intravenous" else "Treatment visit"
    event = _event(icalendar, plan, f"visit-{number}", title=f"{kind} {number} of {of}")
    event.add("dtstart", _local(session.start, plan))
    event.add("dtend", _local(session.recovery_until or session.end, plan))
    if session.flags:
        event.add("description", " ".join(session.flags))
    return event


def _due(icalendar: Any, plan: Plan, follow_up: FollowUp, *, of: int, number: int) -> Any:
    event = _event(icalendar, plan, f"follow-up-{number}", title=f"Follow-up {number} of {of}")
    event.add("dtstart", _local(follow_up.at, plan))
    event.add("description", " ".join((follow_up.what, *follow_up.flags)))
    event.add("transp", "TRANSPARENT")
    return event


def _event(icalendar: Any, plan: Plan, which: str, *, title: str) -> Any:
    event = icalendar.Event()
    event.add("uid", uid(plan, which))
    event.add("dtstamp", dt.datetime(plan.as_of.year, plan.as_of.month, plan.as_of.day, tzinfo=dt.UTC))
    event.add("summary", title)
    event.add("status", "CONFIRMED" if plan.signable else "TENTATIVE")
    return event


def uid(plan: Plan, which: str) -> str:
    """The lasting name of one event. A digest: neither the patient nor the regimen can be read from it."""
    digest = hashlib.sha256("\0".join((plan.patient.id, plan.regimen, which)).encode())
    return f"{digest.hexdigest()}@assuage"


def _local(instant: dt.datetime | None, plan: Plan) -> dt.datetime:
    assert instant is not None
    return instant.astimezone(ZoneInfo(plan.time_zone))


def _instants(made: Preparation) -> Iterator[dt.datetime]:
    for session in made.sessions:
        yield from (one for one in (session.start, session.end, session.recovery_until) if one is not None)
    yield from (one.at for one in made.follow_up if one.at is not None)


def _span(made: Preparation) -> tuple[dt.date, dt.date]:
    """The days the zone's offsets must be given for, a day wider at each end."""
    days = [instant.date() for instant in _instants(made)]
    return min(days) - dt.timedelta(days=1), max(days) + dt.timedelta(days=1)
