"""How long relief lasts. It is seen at visits, so it ended somewhere between two of them: an interval, not a day."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction

import msgspec

from assuage.course.state import Course
from assuage.response.responder import Response
from assuage.response.scores import scores


class Relief(msgspec.Struct, frozen=True):
    """Days of relief after the last infusion given: longer than `more_than`, at most `at_most` (none: not ended when last seen).

    `began` is false where there never was relief: then both are zero.
    """

    more_than: int
    at_most: int | None
    began: bool
    last_seen: dt.date | None


def relief(state: Course, found: Response, *, zone: dt.tzinfo) -> Relief | None:
    """How long pain stayed at least moderately below the baseline; none where the baseline is missing or zero.

    Give      the course; its response, for baseline and threshold; the clinic's zone
    Holds     relief ended after the last day it was seen and by the first day it was seen gone; a day without a score says
              nothing; nobody is taken to be well because nobody asked
    Checked   tests/spec/test_response.py
    """
    last = state.day_14
    if last is None or found.instrument is None or found.baseline is None or not found.baseline.value:
        return None
    began = last.astimezone(zone).date()
    limit = found.baseline.value * (1 - Fraction(found.moderate) / 100)
    seen = [
        ((one.day - began).days, Fraction(one.value) <= limit)
        for one in scores(state, found.instrument)
        if one.value is not None and one.day > began
    ]
    if not seen:
        return None
    return _interval(seen, began)


def _interval(seen: Sequence[tuple[int, bool]], began: dt.date) -> Relief:
    well = 0
    has_begun = False
    for day, is_well in seen:
        if is_well:
            well, has_begun = day, True
        elif has_begun:
            return Relief(well, day, True, began + dt.timedelta(days=seen[-1][0]))
    last_seen = began + dt.timedelta(days=seen[-1][0])
    return Relief(well, None, True, last_seen) if has_begun else Relief(0, 0, False, last_seen)
