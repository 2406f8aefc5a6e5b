"""Pain scores of one course: the baseline they are measured against, and what counts as the score of day 14.

Scores of different instruments are never mixed: a visual scale and a number are two different things.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from collections.abc import Iterable, Sequence
from decimal import Decimal
from fractions import Fraction

import msgspec

from assuage.catalog import Catalog
from assuage.course.event import Scored
from assuage.course.state import Course

# Instruments of pain intensity, with their highest value in the catalog. Others are never a primary outcome here.
PAIN = ("nrs", "vas")


class Day(msgspec.Struct, frozen=True):
    """The pain of one day by one instrument: the mean of that day's scores, and how many there were."""

    day: dt.date
    value: Fraction
    scores: int


class Baseline(msgspec.Struct, frozen=True):
    """Pain before the first infusion: the mean of different days, or the reason why there is none."""

    instrument: str
    value: Fraction | None
    days: tuple[Day, ...]
    why_not: str


class At(msgspec.Struct, frozen=True):
    """The score that counts for a day: which, how many days from the aim, or why there is none."""

    aim: dt.date
    found: Scored | None
    off_days: int
    why_not: str


def pain_days(state: Course, instrument: str) -> tuple[Day, ...]:
    """Every day with pain scores of an instrument, oldest first; answers that are missing are not values."""
    by_day: dict[dt.date, list[Decimal]] = defaultdict(list)
    for one in scores(state, instrument):
        if one.value is not None:
            by_day[one.day].append(one.value)
    return tuple(
        Day(day, Fraction(sum(values, Decimal(0))) / len(values), len(values)) for day, values in sorted(by_day.items())
    )


def scores(state: Course, instrument: str) -> tuple[Scored, ...]:
    """Scores by one instrument, in the order of their days."""
    mine = [one for _, one in state.scores if one.instrument == instrument]
    return tuple(sorted(mine, key=lambda one: one.day))


def baseline(state: Course, instrument: str, *, catalog: Catalog, first: dt.date) -> Baseline:
    """The mean of the days before the first infusion, if there are enough of them.

    Give      the course; the instrument; the catalog, for how many days and how long before; the day of the first infusion
    Holds     a second score on one day does not count as a second day; a score of the day of the infusion counts only
              where it was given before it
    Source    at least so many diary days within so long: practice records `baseline-days`, `baseline-window`
    Checked   tests/spec/test_response.py
    """
    least = int(catalog.practice["baseline-days"].fact.quantity.to("d").value)
    window = dt.timedelta(days=int(catalog.practice["baseline-window"].fact.quantity.to("d").value))
    before = _before(state, instrument, first=first, since=first - window)
    if not before:
        return Baseline(instrument, None, (), "no score before the first infusion")
    if len(before) < least:
        return Baseline(instrument, None, before, f"{len(before)} of at least {least} days before the first infusion")
    mean = sum((one.value for one in before), Fraction(0)) / len(before)
    return Baseline(instrument, mean, before, "")


def _before(state: Course, instrument: str, *, first: dt.date, since: dt.date) -> tuple[Day, ...]:
    counted = [
        one for one in scores(state, instrument)
        if one.value is not None and since <= one.day and (one.day < first or (one.day == first and one.purpose in ("baseline", "before infusion") and one.session in (None, 1)))
    ]  # fmt: skip
    by_day: dict[dt.date, list[Decimal]] = defaultdict(list)
    for one in counted:
        assert one.value is not None
        by_day[one.day].append(one.value)
    return tuple(
        Day(day, Fraction(sum(values, Decimal(0))) / len(values), len(values)) for day, values in sorted(by_day.items())
    )


def at_day(found: Sequence[Scored], aim: dt.date, *, within_days: int, purpose: str) -> At:
    """The score that counts for a day: the one recorded for it, else the nearest one within so many days.

    A missing answer that was recorded for the day counts as missing, whatever other days say.
    """
    meant = [one for one in found if one.purpose == purpose and abs((one.day - aim).days) <= within_days]
    answered = [one for one in meant if one.value is not None]
    if answered:
        best = min(answered, key=lambda one: (abs((one.day - aim).days), one.day))
        return At(aim, best, (best.day - aim).days, "")
    if meant:
        return At(aim, None, 0, meant[-1].why_missing or "asked and not answered")
    near = [one for one in found if one.value is not None and abs((one.day - aim).days) <= within_days]
    if near:
        best = min(near, key=lambda one: (abs((one.day - aim).days), one.day))
        return At(aim, best, (best.day - aim).days, "")
    return At(aim, None, 0, "nobody asked, or nobody answered")


def instruments(state: Course) -> tuple[str, ...]:
    """Instruments of pain intensity that this course has values of."""
    have = {one.instrument for _, one in state.scores if one.value is not None}
    return tuple(one for one in PAIN if one in have)


def missing(found: Iterable[Scored]) -> int:
    """How many were asked and not answered."""
    return sum(one.value is None and one.word is None for one in found)
