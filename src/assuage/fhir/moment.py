"""Dates and times of FHIR: the day as written, the instant where one is given, and why a day cannot be told."""

from __future__ import annotations

import calendar
import datetime as dt
import re

import msgspec

from assuage.fhir.element import Element
from assuage.patient import Unknown

SHAPE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?P<time>T[0-9]{2}:[0-9]{2}:[0-9]{2}(?:\.[0-9]+)?(?P<zone>Z|[+-][0-9]{2}:[0-9]{2})?)?)?)?"
)
DECEMBER = 12


class Moment(msgspec.Struct, frozen=True):
    """When something was true. `day` is known or Unknown with the reason; `latest` is the last day it can have been.

    The day is the one written, in the time zone it was written with. Without `latest` nothing can be told of it.
    """

    day: dt.date | Unknown
    latest: dt.date | None = None
    instant: dt.datetime | None = None


def read_moment(text: str | None) -> Moment:
    """A FHIR date, dateTime or instant. A year or month alone is no day, and a time without a zone is refused."""
    if text is None:
        return Moment(Unknown("it carries no date"))
    shape = SHAPE.fullmatch(text)
    if shape is None:
        return Moment(Unknown(f"“{text}” is not a FHIR date"))
    try:
        if shape["day"] is None:
            return _partial(text, shape)
        day = dt.date.fromisoformat(text[:10])
        if shape["time"] is None:
            return Moment(day, day)
        if shape["zone"] is None:
            return Moment(Unknown(f"“{text}” is a time without a time zone, which FHIR refuses"), day)
        return Moment(day, day, dt.datetime.fromisoformat(text))
    except ValueError:
        return Moment(Unknown(f"“{text}” is not a date of the calendar"))


def _partial(text: str, shape: re.Match[str]) -> Moment:
    year, month = int(shape["year"]), int(shape["month"] or DECEMBER)
    latest = dt.date(year, month, calendar.monthrange(year, month)[1])
    return Moment(Unknown(f"“{text}” names no day"), latest)


def effective(element: Element) -> Moment:
    """When an observation was true: effectiveDateTime, effectiveInstant, or an effectivePeriod within one day."""
    text = element.text("effectiveDateTime") or element.text("effectiveInstant")
    period = element.child("effectivePeriod")
    if text is not None or period is None:
        return read_moment(text)
    start, end = read_moment(period.text("start")), read_moment(period.text("end"))
    if isinstance(start.day, dt.date) and start.day == end.day:
        return end
    return Moment(Unknown("it covers a period that is not within one day"), end.latest)
