"""Dates: the same local time of day, intervals in real hours, closed days flagged with the next possible one."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import WEEKDAYS, Clinic
from assuage.errors import PlanError, Problem
from assuage.plan.model import FollowUp
from assuage.quantity import Quantity
from assuage.regimen import Regimen, Step
from assuage.screening import show_date

FOLLOW_UP = "follow-up-"
PRIMARY = "follow-up-primary"
# A search for an open day ends: a clinic whose profile closes every day for this long opens on none.
LONGEST_CLOSURE = dt.timedelta(weeks=10)


class Visit(msgspec.Struct, frozen=True):
    """One session before anything is prepared: its number, its day (from 1), its step and its start where one is known.

    `interval` is in real hours since the session before; `flags` are sentences about the date.
    """

    number: int
    day: int
    step: Step
    date: dt.date
    start: dt.datetime | None
    interval: Decimal | None
    flags: tuple[str, ...]


def visits(
    regimen: Regimen, clinic: Clinic, *, as_of: dt.date, start: dt.datetime | None, catalog: Catalog
) -> tuple[Visit, ...]:
    """The sessions of a regimen in order. Without a start their dates count from `as_of`, for ages of facts only.

    Errors: `PlanError` where the local time of the first session does not exist, or exists twice and the offset given
    fits neither.
    """
    assert regimen.schedule is not None
    count = int(regimen.schedule.count.quantity.value)
    gap = _gap(regimen)
    steps = {step.id: step for step in regimen.steps}
    pattern = regimen.schedule.pattern or tuple(regimen.steps[0].id for _ in range(count))
    least = catalog.practice["least-interval"].fact.quantity.to("h").value
    if start is not None:
        _refuse_no_such_time(start)
    found: list[Visit] = []
    for index in range(count):
        shift = dt.timedelta(days=gap * index)
        when = None if start is None else _same_local_time(start, shift)
        date = (as_of if start is None else start.date()) + shift
        before = found[-1].start if found else None
        interval = None if when is None or before is None else _hours(before, when)
        flags = () if when is None else (*_clock_flags(start, when), *closed_flags(when, clinic, before, least))
        if interval is not None and interval != gap * 24:
            flags = (*flags, f"{interval.normalize():f} h after the one before: the clocks change between them.")
        found.append(Visit(index + 1, gap * index + 1, steps[pattern[index]], date, when, interval, flags))
    return tuple(found)


def _gap(regimen: Regimen) -> int:
    """Days between sessions; a schedule in hours that are not whole days does not exist in the catalog."""
    assert regimen.schedule is not None
    if regimen.schedule.every is None:
        return 0
    days = regimen.schedule.every.quantity.to("d").value
    assert days == days.to_integral_value(), f"{regimen.id} does not repeat at the same time of day"
    return int(days)


def _same_local_time(start: dt.datetime, shift: dt.timedelta) -> dt.datetime:
    """The wall clock of the start, days later; where that time is skipped, the first moment after the gap.

    The start itself is kept as it was given, also on the second of two hours that the clocks show twice.
    """
    if not shift:
        return start
    wall = (start + shift).replace(fold=0)
    real = wall.astimezone(dt.UTC).astimezone(start.tzinfo)
    return real if real.replace(tzinfo=None) != wall.replace(tzinfo=None) else wall


def _hours(before: dt.datetime, after: dt.datetime) -> Decimal:
    seconds = (after.astimezone(dt.UTC) - before.astimezone(dt.UTC)).total_seconds()
    return Decimal(int(seconds)) / Decimal(60 * 60)


def _refuse_no_such_time(start: dt.datetime) -> None:
    if start.tzinfo is None:
        raise PlanError(
            Problem(f"the start {start.isoformat()} has no time zone", "--start", "an instant with its zone",
                    "give --tz, such as America/Winnipeg, or an offset")
        )  # fmt: skip
    back = start.astimezone(dt.UTC).astimezone(start.tzinfo)
    if back.replace(tzinfo=None) != start.replace(tzinfo=None):
        raise PlanError(
            Problem(f"{start:%H:%M} on {show_date(start.date())} does not exist in {start.tzinfo}: the clocks go forward",
                    "--start", "a time that exists", f"the next that does is {back:%H:%M}")
        )  # fmt: skip


def _clock_flags(start: dt.datetime | None, when: dt.datetime) -> tuple[str, ...]:
    assert start is not None
    if (when.hour, when.minute) != (start.hour, start.minute):
        return (f"{start:%H:%M} does not exist on that day: the clocks go forward. Moved to {when:%H:%M}.",)
    if when.replace(fold=1).utcoffset() != when.replace(fold=0).utcoffset():
        which = "second" if when.fold else "first"
        return (f"{when:%H:%M} happens twice on that day: the clocks go back. The {which} is meant.",)
    return ()


def closed_flags(
    when: dt.datetime, clinic: Clinic, before: dt.datetime | None = None, least: Decimal = Decimal(0)
) -> tuple[str, ...]:
    """Why the clinic is closed on that day, with the next day it is open and far enough from the session before."""
    why = _closed(when.date(), clinic)
    if why is None:
        return ()
    day = when
    while day - when < LONGEST_CLOSURE:
        day += dt.timedelta(days=1)
        far_enough = before is None or _hours(before, day) >= least
        if _closed(day.date(), clinic) is None and far_enough:
            return (f"{why}. The next possible date is {show_date(day.date())}.",)
    return (f"{why}. The clinic profile has no open day soon after.",)


def _closed(day: dt.date, clinic: Clinic) -> str | None:
    if day in clinic.holidays:
        return f"{show_date(day)} is a holiday"
    weekday = WEEKDAYS[day.weekday()]
    return (
        None if weekday in clinic.open else f"{show_date(day)} is a {weekday.capitalize()}, when the clinic is closed"
    )


def follow_ups(last: Visit, catalog: Catalog, clinic: Clinic) -> tuple[FollowUp, ...]:
    """Calls and scores, counted from the last session, in order of time."""
    due = [one for one in catalog.practice.values() if one.id.startswith(FOLLOW_UP)]
    found = []
    for practice in sorted(due, key=lambda one: one.fact.quantity.to("h").value):
        after = practice.fact.quantity
        at = None
        if last.start is not None:
            at = _same_local_time(last.start, dt.timedelta(hours=int(after.to("h").value)))
        flags = () if at is None else closed_flags(at, clinic)
        found.append(FollowUp(practice.sentence, after, at, practice.id == PRIMARY, flags))
    return tuple(found)


def end_of(start: dt.datetime | None, minutes: Quantity) -> dt.datetime | None:
    """An instant some minutes after another, in the same zone, through any change of clocks."""
    if start is None:
        return None
    seconds = int(minutes.to("s").value.to_integral_value())
    return (start.astimezone(dt.UTC) + dt.timedelta(seconds=seconds)).astimezone(start.tzinfo)
