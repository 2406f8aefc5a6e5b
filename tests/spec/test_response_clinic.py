"""A clinic's courses counted: each step of the funnel, responders by regimen, missing by month, harms for each 100 infusions."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.courses import NURSE, NURSE_2, Walk, catalog, clinic
from tests.spec.test_response import FIRST, after, scored, treated

from assuage.course.event import Harmed, Overridden
from assuage.response import clinic as counted
from assuage.response.believed import believed
from assuage.response.clinic import Figures, figures_of
from assuage.response.harms import apart, by_drug

LATE = dt.date(2027, 3, 1)


def figures(walk: Walk) -> Figures:
    return figures_of(walk.state, catalog(), zone=clinic().zone)


def harmed(walk: Walk, *, session: int | None = 1, grade: int = 2, serious: bool = False) -> Walk:
    walk.must(Harmed(at=walk.at, term="dizziness", spoken="The room went round.", session=session, began=walk.at, grade=grade,
                     standard="CTCAE 5", is_serious=serious, related="possible", expected="expected", action="lay flat"), NURSE)  # fmt: skip
    return walk


def test_steps_end_at_the_first_that_was_not_taken() -> None:
    assert figures(Walk().referred()).steps == ()
    assert figures(Walk().referred().screened(verdict="not eligible")).steps == ("screened",)
    assert figures(Walk().ready()).steps == ("screened", "eligible")
    assert figures(after(treated(), "4")).steps == ("screened", "eligible", "started")


def test_a_whole_series_that_is_scored_took_every_step() -> None:
    walk = Walk().ready()
    for number in range(4):
        scored(walk, FIRST - dt.timedelta(days=4 - number), "8")
    for session in (1, 2, 3):
        if session > 1:
            walk.wait(hours=47).prepared(session).baseline(session)
        walk.must(walk.start(session))
        walk.ended(session)
    last = (walk.at.date() - FIRST).days
    assert figures(walk).steps == ("screened", "eligible", "started", "completed")
    after(walk.wait(days=20), "4", day=last + 14)
    assert figures(walk).steps == counted.STEPS


def test_the_funnel_counts_each_step_of_the_step_before() -> None:
    every = [figures(one) for one in (Walk().referred(), Walk().ready(), after(treated(), "4"), treated())]
    assert [(one.name, one.courses, one.of) for one in counted.funnel(every)] == [
        ("screened", 3, 4), ("eligible", 3, 3), ("started", 2, 3), ("completed", 0, 2), ("scored", 0, 0),
    ]  # fmt: skip


def test_responders_are_of_all_that_are_due_and_missing_shows_apart() -> None:
    """8 → 4, 8 → 5, 8 → 9, no answer with a reason, no baseline."""
    courses = [after(treated(), "4"), after(treated(), "5"), after(treated(), "9"), after(treated(), None), after(treated(before=("8",)), "1")]  # fmt: skip
    (found,) = counted.responders([figures(one) for one in courses], today=LATE)
    assert (found.due, found.moderate.events, found.substantial.events) == (5, 2, 1)
    assert (found.answered, found.missing, found.undefined, found.worse) == (3, 1, 1, 1)
    assert found.of_answered is not None
    assert (found.of_answered.events, found.of_answered.n) == (2, 3)
    # Wilson by hand, 2 of 5 and z = 1.959964: centre 0.4 + 1.92073/5 = 0.784146, spread 1.959964 √(0.048 + 0.0384146) ÷ …
    assert (found.moderate.lower, found.moderate.upper) == pytest.approx(
        (0.1176, 0.7693), abs=5e-5
    )  # four digits by hand


def test_nobody_is_missing_before_the_window_is_over() -> None:
    one = figures(treated())
    assert counted.responders([one], today=dt.date(2026, 12, 17)) == ()
    assert counted.responders([one], today=dt.date(2026, 12, 18))[0].missing == 1


def test_a_reason_recorded_early_is_missing_at_once() -> None:
    assert figures(after(treated(), None)).verdict_on(dt.date(2026, 12, 15)) == "missing"


def test_missing_by_month_of_day_14() -> None:
    every = [figures(one) for one in (treated(), after(treated(), "4"), after(treated(), None), treated(before=()))]
    (month,) = counted.by_month(every, today=LATE)
    assert (month.month, month.due, month.answered, month.missing) == (dt.date(2026, 12, 1), 4, 1, 3)


def test_harms_are_counted_against_every_infusion_of_the_drug() -> None:
    every = [
        figures(one)
        for one in (harmed(harmed(treated()), grade=3, serious=True), treated(), harmed(treated(), session=None))
    ]
    (found,) = by_drug(every)
    assert (found.drug, found.rate.events, found.rate.infusions) == ("magnesium-sulfate", 2, 3)
    assert (found.with_any.events, found.with_any.n, found.serious, found.by_grade) == (1, 3, 1, ((2, 1), (3, 1)))
    assert apart(every) == 1


def test_an_infusion_that_was_not_given_is_in_no_denominator() -> None:
    assert figures(Walk().ready()).sessions == ()


def test_an_override_counts_once_for_a_course_with_an_order() -> None:
    ready = Walk().ready()
    taken_on = tuple(Overridden(at=ready.at, rule=one, reason="weighed", second=NURSE_2) for one in ("a", "a", "b"))
    with_stop = figures_of(replace(ready.state, overrides=taken_on), catalog(), zone=clinic().zone)
    found = counted.overrides([with_stop, figures(ready), figures(Walk().referred())])
    assert found.share is not None
    assert (found.share.events, found.share.n) == (1, 2)
    assert found.rules == (("a", 2), ("b", 1))


def test_relief_is_an_interval_for_the_clinic() -> None:
    walk = treated()
    for day, value in ((7, "4"), (28, "8")):
        scored(walk, FIRST + dt.timedelta(days=day), value)
    (found,) = counted.lasted([figures(walk), figures(treated())], "kim-2015-magnesium")
    assert (found.more_than, found.at_most) == (7, 28)


def test_before_and_after_stand_side_by_side() -> None:
    found = believed("kim-2015-magnesium", catalog(), events=9, n=10)
    assert found.before is not None
    assert found.after is not None
    assert found.arms >= 1
    assert found.after.mean > found.before.mean
    assert found.after.upper - found.after.lower < found.before.upper - found.before.lower


def test_no_arm_elsewhere_no_belief() -> None:
    found = believed("nobody-has-this", catalog(), events=1, n=2)
    assert (found.before, found.after) == (None, None)
    assert found.why_not
