"""Days and times as they are typed: read one way only, and today's date, which is read nowhere else."""

from __future__ import annotations

import datetime as dt
import re
from zoneinfo import ZoneInfo

from assuage.catalog.clinic import Clinic
from assuage.errors import PlanError, Problem, nearest
from assuage.screening import show_date

DAY = re.compile(r"(\d{4})-(\d{2})-(\d{2})")
MOMENT = re.compile(r"(?P<day>\d{4}-\d{2}-\d{2})[T ](?P<time>\d{2}:\d{2})(?::00)?(?P<offset>Z|[+-]\d{2}:\d{2})?")
# Names such as EST or GMT have several readings; of those without a region only this one has one.
WITHOUT_REGION = {"UTC"}
CENTURY = (2000, 2099)


def today(zone: ZoneInfo) -> dt.date:
    """The date now, in a zone. The one place where the clock is read."""
    return dt.datetime.now(zone).date()


def read_day(text: str, option: str) -> dt.date:
    """A day such as 2026-11-30. Errors: `PlanError`."""
    found = DAY.fullmatch(text)
    try:
        day = dt.date.fromisoformat(text) if found else None
    except ValueError:
        day = None
    if day is None or not CENTURY[0] <= day.year <= CENTURY[1]:
        raise PlanError(
            Problem(f"“{text}” is not a day that reads one way", option, "year-month-day, such as 2026-11-30",
                    "write it that way")
        )  # fmt: skip
    return day


def read_zone(text: str) -> ZoneInfo:
    """A time zone by its region and city. Errors: `PlanError` with the nearest names."""
    if "/" in text or text in WITHOUT_REGION:
        try:
            return ZoneInfo(text)
        except (KeyError, ValueError, OSError):
            pass
    from zoneinfo import available_timezones

    known = [name for name in available_timezones() if "/" in name]
    by_name = {name.casefold(): name for name in known}
    cities = {name.casefold().rsplit("/", 1)[1]: name for name in sorted(known, reverse=True)}
    near = [by_name[one] for one in nearest(text, known)] or [cities[one] for one in nearest(text, cities)]
    do = f"did you mean {' or '.join(near)}?" if near else "write the region and the city"
    raise PlanError(Problem(f"“{text}” names no time zone that reads one way", "--tz",
                            "a region and a city, such as America/Winnipeg, or UTC", do))  # fmt: skip


def read_start(text: str, *, tz: str | None, clinic: Clinic) -> tuple[dt.datetime, list[str]]:
    """The instant of the first session in its zone, and what must be said of how it was read.

    The zone is `tz`, or the clinic's. Errors: `PlanError` for a start without a time of day, one that does not exist or
    exists twice (the clocks change), or whose offset is not the zone's.
    """
    found = MOMENT.fullmatch(text)
    if found is None:
        raise PlanError(_no_moment(text))
    day = read_day(found["day"], "--start")
    try:
        wall = dt.datetime.combine(day, dt.time.fromisoformat(found["time"]))
    except ValueError:
        raise PlanError(_no_moment(text)) from None
    zone = read_zone(tz) if tz is not None else clinic.zone
    notes = (
        [] if tz is not None else [f"The start is read in the time zone of {clinic.id}, {zone}; --tz names another."]
    )
    if found["offset"] is None:
        return _only_reading(wall, zone), notes
    instant = dt.datetime.fromisoformat(f"{wall.isoformat()}{found['offset'].replace('Z', '+00:00')}")
    local = instant.astimezone(zone)
    if local.fold:
        raise PlanError(_second_of_two(text, local))
    if local.replace(tzinfo=None) != wall:
        if tz is not None and found["offset"] != "Z":
            raise PlanError(_contradiction(text, wall, local, zone))
        notes.append(f"The start {text} is {_said(local)} in {zone}; the series keeps that time of day.")
    return local, notes


def _no_moment(text: str) -> Problem:
    what = f"“{text}” is not a day and a time of day that read one way"
    if DAY.fullmatch(text):
        what = f"“{text}” is a day without a time of day"
    return Problem(what, "--start", "a day and a time, such as 2026-11-30T09:00",
                   "write year-month-day, T, hours:minutes (00 to 23), and an offset only if you mean one")  # fmt: skip


def _second_of_two(text: str, local: dt.datetime) -> Problem:
    """A series keeps a time of day, and the second of two equal times is none."""
    first = local.replace(fold=0)
    return Problem(
        f"{text} is the second {local:%H:%M} of {show_date(local.date())}: the clocks go back",
        "--start",
        f"a time of day that a series can keep: the first, {_said(first)}, or another",
        f"write {first:%Y-%m-%dT%H:%M}{_offset(first)}, or another time",
    )


def _contradiction(text: str, wall: dt.datetime, local: dt.datetime, zone: ZoneInfo) -> Problem:
    there = _only_reading(wall, zone)
    return Problem(
        f"{text} and the zone {zone} disagree",
        "--start and --tz",
        f"one reading: {_said(local)} in {zone}, or {_said(there)}",
        f"write {local:%Y-%m-%dT%H:%M} or {there:%Y-%m-%dT%H:%M}, without the offset",
    )


def _only_reading(wall: dt.datetime, zone: ZoneInfo) -> dt.datetime:
    first, second = (wall.replace(tzinfo=zone, fold=fold) for fold in (0, 1))
    if first.utcoffset() == second.utcoffset():
        return first
    seen = [one.astimezone(dt.UTC).astimezone(zone) for one in (first, second)]
    where = "--start"
    if seen[0].replace(tzinfo=None) == wall:
        readings = [_said(one) for one in seen]
        raise PlanError(
            Problem(f"{wall:%H:%M} on {show_date(wall.date())} happens twice in {zone}: the clocks go back", where,
                    f"one reading: {readings[0]}, or an hour later {readings[1]}", f"write {seen[0]:%Y-%m-%dT%H:%M}{_offset(seen[0])}, or a time that happens once")
        )  # fmt: skip
    before, after = sorted(seen)
    raise PlanError(
        Problem(f"{wall:%H:%M} on {show_date(wall.date())} does not exist in {zone}: the clocks go forward", where,
                f"a time that exists, such as {_said(before)} or {_said(after)}",
                f"write {before:%Y-%m-%dT%H:%M} or {after:%Y-%m-%dT%H:%M}")
    )  # fmt: skip


def _offset(moment: dt.datetime) -> str:
    return moment.isoformat()[-6:]


def _said(moment: dt.datetime) -> str:
    return f"{moment:%H:%M}{_offset(moment)} on {show_date(moment.date())}"
