"""How much was given: from volumes, never from the clock. What the clock would say is told apart, and called expected."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable, Sequence
from decimal import Decimal

import msgspec

from assuage.course.order import OrderedDrug
from assuage.course.state import Course, Segment, SessionState
from assuage.quantity import EXACT, Quantity

ZERO = Decimal(0)
SECONDS_AN_HOUR = Decimal(60 * 60)


class GivenDose(msgspec.Struct, frozen=True):
    """A dose of one drug that went in at `at`, or may have. An unknown delivery counts whole: `is_certain` is false then."""

    drug: str
    form: str
    name: str
    at: dt.datetime
    dose: Quantity
    is_certain: bool
    course: str = ""
    session: int = 0


class ExpectedVolume(msgspec.Struct, frozen=True):
    """What the pump should have moved by an instant, from its last reading on. Said as expected, never as given.

    `is_beyond` is true where the clock has run past all there is to pump.
    """

    volume: Quantity
    since_reading: dt.datetime | None
    is_beyond: bool


def by_clock(session: SessionState, now: dt.datetime) -> ExpectedVolume:
    """Σ rate × time since the last volume that was read off the pump, added to that volume.

    Source    arithmetic; rates in mL/h, times in seconds ÷ 3,600
    """
    segments = sorted(session.segments, key=lambda one: one.at)
    read = [one for one in segments if one.volume is not None and one.at <= now]
    anchor = read[-1] if read else None
    total = anchor.volume.to("mL").value if anchor and anchor.volume else ZERO
    since = anchor.at if anchor else None
    for one, ends in _stretches(segments, now):
        begins = max(one.at, since) if since else one.at
        if ends > begins:
            seconds = Decimal((ends - begins) // dt.timedelta(milliseconds=1)) / 1000
            total += EXACT.divide(EXACT.multiply(one.rate.to("mL/h").value, seconds), SECONDS_AN_HOUR)
    everything = session.planned.volume.value
    return ExpectedVolume(Quantity(total, "mL"), since, total > everything)


def _stretches(segments: Sequence[Segment], now: dt.datetime) -> Iterable[tuple[Segment, dt.datetime]]:
    for index, one in enumerate(segments):
        following = segments[index + 1].at if index + 1 < len(segments) else now
        if one.at < now:
            yield one, min(following, now)


def volume_given(session: SessionState) -> Quantity | None:
    """The volume of drug solution that went in, settled by a person or given as portions; none where it is not known."""
    settled = session.reconciled
    if settled is not None:
        if settled.delivery == "not known":
            return None
        return settled.volume if settled.delivery == "given" else Quantity(ZERO, "mL")
    if session.planned.portions and session.portions and session.status == "ended":
        return Quantity(sum((one.volume.to("mL").value for one in session.portions), ZERO), "mL")
    return None if session.has_begun else Quantity(ZERO, "mL")


def doses(session: SessionState, *, course: str = "") -> tuple[GivenDose, ...]:
    """What each drug of a session amounts to; where the volume is not known, all that was ordered counts."""
    if session.started is None or session.delivery == "not given":
        return ()
    volume = volume_given(session)
    return tuple(
        GivenDose(
            one.drug, one.substance, one.name, session.started.at,
            one.dose if volume is None else session.planned.dose_in(one, volume), volume is not None, course, session.number,
        )
        for one in session.planned.drugs
    )  # fmt: skip


def all_doses(state: Course, *, course: str = "") -> tuple[GivenDose, ...]:
    """Every dose of a course that went in, or may have, in the order of time."""
    found = [one for session in state.sessions for one in doses(session, course=course)]
    return tuple(sorted(found, key=lambda one: one.at))


class Total(msgspec.Struct, frozen=True):
    """The sum of one drug's doses in a stretch of time; certain only where every part is."""

    drug: str
    name: str
    dose: Quantity
    since: dt.datetime
    until: dt.datetime
    sessions: int
    is_certain: bool


def total(given: Iterable[GivenDose], drug: str, *, since: dt.datetime, until: dt.datetime) -> Total | None:
    """The doses of a drug from `since` (not counted) to `until` (counted), in mg; none where there is none."""
    inside = [one for one in given if one.drug == drug and since < one.at <= until]
    if not inside:
        return None
    whole = sum((one.dose.to("mg").value for one in inside), ZERO)
    return Total(
        drug, inside[0].name, Quantity(whole, "mg"), since, until, len(inside), all(one.is_certain for one in inside)
    )


def flows(session: SessionState) -> tuple[tuple[Decimal, Decimal], ...]:
    """The history of the pump as it really ran: (mL/h, hours) for each stretch, pauses as a rate of 0, until it ended."""
    if session.ended_at is None:
        return ()
    segments = sorted(session.segments, key=lambda one: one.at)
    found = []
    for one, ends in _stretches(segments, session.ended_at):
        hours = Decimal((ends - one.at) // dt.timedelta(milliseconds=1)) / 1000 / SECONDS_AN_HOUR
        if hours > 0:
            found.append((one.rate.to("mL/h").value, hours))
    return tuple(found)


def planned_doses(session: SessionState, at: dt.datetime) -> tuple[GivenDose, ...]:
    """What this session would add if it is given whole."""
    return tuple(_whole(one, at, session.number) for one in session.planned.drugs)


def _whole(one: OrderedDrug, at: dt.datetime, session: int) -> GivenDose:
    return GivenDose(one.drug, one.substance, one.name, at, one.dose, True, "", session)
