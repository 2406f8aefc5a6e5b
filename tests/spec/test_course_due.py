"""What is due next at the bedside, by the intervals that the sources give."""

from __future__ import annotations

import datetime as dt

from tests.courses import Walk, catalog, parse

from assuage.course.due_observations import due_observations
from assuage.course.event import Ended, Observed
from assuage.course.part import Measured

VITALS = {
    "vitals.sbp": "130 mm[Hg]",
    "vitals.dbp": "78 mm[Hg]",
    "vitals.hr": "72 /min",
    "vitals.rr": "16 /min",
    "vitals.spo2": "97 %",
}


def running() -> Walk:
    walk = Walk().ready()
    walk.must(walk.start())
    return walk


def minutes(walk: Walk, line: str) -> float:
    session = walk.state.session(1)
    assert session is not None
    assert session.started is not None
    (found,) = [one for one in due_observations(session, catalog()) if one.line == line]
    return (found.due - session.started.at) / dt.timedelta(minutes=1)


def observe(walk: Walk, *found: Measured) -> None:
    walk.must(Observed(at=walk.at, session=1, phase="during", found=found))


def vitals(*, without: str = "") -> list[Measured]:
    return [Measured(what, parse(value)) for what, value in VITALS.items() if what != without]


def test_vital_signs_are_due_a_quarter_of_an_hour_after_the_start() -> None:
    assert minutes(running(), "magnesium-during-vitals") == 15


def test_an_observation_moves_them_on_and_half_of_one_does_not() -> None:
    walk = running().wait(minutes=10)
    observe(walk, *vitals(without="vitals.spo2"))
    assert minutes(walk, "magnesium-during-vitals") == 15
    observe(walk, *vitals())
    assert minutes(walk, "magnesium-during-vitals") == 25


def test_the_knee_jerk_is_due_every_half_hour_for_two_hours_and_then_every_hour() -> None:
    """The source says every 30 min for 2 h, then hourly."""
    walk = running()
    for done, due in ((0, 30), (30, 60), (60, 90), (90, 120), (120, 180), (180, 240)):
        if done:
            walk.wait(minutes=30 if done <= 120 else 60)
            observe(walk, Measured("knee-jerk", word="present"))
        assert minutes(walk, "magnesium-during-reflex") == due


def test_nothing_is_due_before_the_start_or_after_the_end() -> None:
    before = Walk().ready().state.session(1)
    assert before is not None
    assert due_observations(before, catalog()) == ()
    walk = running().wait(minutes=60)
    walk.must(Ended(at=walk.at, session=1))
    after = walk.state.session(1)
    assert after is not None
    assert due_observations(after, catalog()) == ()
