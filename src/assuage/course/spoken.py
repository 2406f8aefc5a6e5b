"""An order in one sentence, as it is signed: every drug, dose, volume and day of every session, nothing left out."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from itertools import pairwise

import msgspec

from assuage.course.order import Order, OrderedSession
from assuage.quantity import show
from assuage.screening import show_date

TIMES = ("never", "once", "twice", "three times")
RHYTHMS = {1: "on consecutive days", 2: "on alternate days", 7: "once a week"}


def prescription(order: Order, patient: str, zone: dt.tzinfo) -> str:
    """“You are prescribing magnesium sulfate 2,100 mg in 104.2 mL over 60 min for NAME, Given, three times on alternate days from 30-Nov-2026.”

    Give      the order; the name as it stands in the banner; the clinic's zone
    Get       one sentence for sessions that are alike; where they differ, each kind with all its days
    Holds     every dose and every volume of the order is in it
    Checked   tests/unit/test_course_spoken.py
    """
    kinds: dict[OrderedSession, list[OrderedSession]] = {}
    for one in order.sessions:
        kinds.setdefault(msgspec.structs.replace(one, number=0, start=None), []).append(one)
    if len(kinds) == 1:
        return f"You are prescribing {_given(order.sessions[0])} for {patient}, {_when(order.sessions, zone)}."
    each = "; ".join(f"{_given(group[0])}, {_when(group, zone)}" for group in kinds.values())
    return f"You are prescribing for {patient}, {len(order.sessions)} sessions in all: {each}."


def _given(session: OrderedSession) -> str:
    drugs = _listed([f"{one.name} {show(one.dose)}" for one in session.drugs])
    if session.portions:
        return f"{drugs} in {show(session.volume)}, {len(session.portions)} intramuscular portions"
    return f"{drugs} in {show(session.volume)} over {show(session.duration)}"


def _when(sessions: Sequence[OrderedSession], zone: dt.tzinfo) -> str:
    days = [one.start.astimezone(zone).date() for one in sessions if one.start is not None]
    count = len(sessions)
    times = TIMES[count] if count < len(TIMES) else f"{count} times"
    if len(days) < count:
        return f"{times}, on days that are not set"
    if count == 1:
        return f"once on {show_date(days[0])}"
    gaps = {(after - before).days for before, after in pairwise(days)}
    if len(gaps) > 1:
        return f"{times}: on {_listed([show_date(day) for day in days])}"
    gap = gaps.pop()
    return f"{times} {RHYTHMS.get(gap, f'every {gap} days')} from {show_date(days[0])}"


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"
