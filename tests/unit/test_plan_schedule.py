"""Dates: the same local time through changes of clock, closed days with the next possible one, days without a start."""

from __future__ import annotations

import datetime as dt
import itertools
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from tests.examples import AS_OF, clinic_with, the_catalog

from assuage.errors import PlanError
from assuage.plan.schedule import Visit, closed_flags, end_of, follow_ups, visits
from assuage.quantity import parse

WINNIPEG = ZoneInfo("America/Winnipeg")
KIM = "kim-2015-magnesium"


def series(start: dt.datetime | None, regimen: str = KIM, **clinic: str) -> tuple[Visit, ...]:
    return visits(
        the_catalog().regimen(regimen), clinic_with(**clinic), as_of=AS_OF, start=start, catalog=the_catalog()
    )


def at(*when: int, zone: dt.tzinfo = WINNIPEG) -> dt.datetime:
    return dt.datetime(*when, tzinfo=zone)  # type: ignore[misc, arg-type]


def test_without_a_start_days_are_counted_and_no_date_is_invented() -> None:
    found = series(None)
    assert [(one.day, one.start, one.interval, one.flags) for one in found] == [
        (1, None, None, ()), (3, None, None, ()), (5, None, None, ()),
    ]  # fmt: skip
    assert [one.date for one in found] == [AS_OF + dt.timedelta(days=gap) for gap in (0, 2, 4)]


def test_clocks_going_forward_leave_47_h_between_and_the_same_time_of_day() -> None:
    """Winnipeg goes from 02:00 to 03:00 on 14-Mar-2027."""
    found = series(at(2027, 3, 12, 9, 0), open="[monday, tuesday, wednesday, thursday, friday, saturday, sunday]")
    assert [one.start.hour for one in found if one.start] == [9, 9, 9]
    assert [one.interval for one in found] == [None, Decimal(47), Decimal(48)]
    assert found[1].flags == ("47 h after the one before: the clocks change between them.",)


def test_clocks_going_back_leave_49_h_between() -> None:
    """Winnipeg goes from 02:00 back to 01:00 on 07-Nov-2027."""
    found = series(at(2027, 11, 5, 9, 0), open="[monday, tuesday, wednesday, thursday, friday, saturday, sunday]")
    assert [one.interval for one in found] == [None, Decimal(49), Decimal(48)]


def test_a_start_that_does_not_exist_is_refused_with_the_next_that_does() -> None:
    with pytest.raises(PlanError) as caught:
        series(at(2027, 3, 14, 2, 30))
    assert "03:30" in str(caught.value)


def test_a_later_session_at_a_time_that_does_not_exist_is_moved_and_said() -> None:
    found = series(at(2027, 3, 12, 2, 30), open="[monday, tuesday, wednesday, thursday, friday, saturday, sunday]")
    assert found[1].start is not None
    assert (found[1].start.hour, found[1].start.minute) == (3, 30)
    assert "does not exist" in found[1].flags[0]
    assert found[2].start is not None
    assert (found[2].start.hour, found[2].start.minute) == (2, 30)


def test_a_later_session_at_a_time_that_happens_twice_is_said() -> None:
    found = series(at(2027, 11, 5, 1, 30), open="[monday, tuesday, wednesday, thursday, friday, saturday, sunday]")
    assert "happens twice" in found[1].flags[0]


def test_a_start_without_a_zone_is_refused() -> None:
    with pytest.raises(PlanError) as caught:
        series(dt.datetime(2026, 11, 30, 9, 0))
    assert "--tz" in str(caught.value)


def test_a_weekend_names_the_next_possible_date() -> None:
    """From Thursday 26-Nov-2026 every other day is Saturday 28-Nov, when the clinic is closed; then Monday."""
    found = series(at(2026, 11, 26, 9, 0))
    assert found[0].flags == ()
    assert found[1].flags == (
        "28-Nov-2026 is a Saturday, when the clinic is closed. The next possible date is 30-Nov-2026.",
    )


def test_the_next_possible_date_is_far_enough_from_the_session_before() -> None:
    clinic = clinic_with()
    when = at(2026, 11, 28, 9, 0)
    near = at(2026, 11, 29, 18, 0)
    free = closed_flags(when, clinic)
    far = closed_flags(when, clinic, near, Decimal(40))
    assert "30-Nov-2026" in free[0]
    assert "02-Dec-2026" in far[0]  # Monday 09:00 is 15 h after Sunday 18:00, Tuesday 39 h, Wednesday 63 h


def test_a_holiday_is_called_one() -> None:
    assert closed_flags(at(2026, 12, 25, 9, 0), clinic_with())[0].startswith("25-Dec-2026 is a holiday.")


def test_a_clinic_that_never_opens_is_said() -> None:
    never = clinic_with(open="[]")
    assert "no open day" in closed_flags(at(2026, 11, 30, 9, 0), never)[0]


def test_one_session_has_no_interval() -> None:
    (only,) = series(at(2026, 11, 30, 9, 0), "brill-2002-magnesium")
    assert (only.day, only.interval) == (1, None)


def test_two_drugs_on_alternate_days_leave_48_h_between_magnesium() -> None:
    found = series(at(2026, 11, 30, 9, 0), "alternating-magnesium-ketamine")
    assert [one.step.id for one in found] == ["magnesium", "ketamine", "magnesium", "ketamine", "magnesium"]
    magnesium = [one.start for one in found if one.step.id == "magnesium" and one.start]
    assert {later - sooner for sooner, later in itertools.pairwise(magnesium)} == {dt.timedelta(hours=48)}


def test_follow_up_without_a_start_counts_from_the_last_session() -> None:
    due = follow_ups(series(None)[-1], the_catalog(), clinic_with())
    assert [(str(one.after), one.at, one.primary) for one in due] == [
        ("24 h", None, False), ("14 days", None, True), ("28 days", None, False), ("56 days", None, False),
        ("84 days", None, False),
    ]  # fmt: skip


def test_an_infusion_through_the_change_of_clocks_ends_after_its_own_minutes() -> None:
    """Two hours from 01:00 on the night the clocks go forward end at 04:00 by the clock."""
    end = end_of(at(2027, 3, 14, 1, 0), parse("120 min"))
    assert end is not None
    assert (end.hour, end.minute) == (4, 0)
    assert end_of(None, parse("60 min")) is None


def test_a_start_in_the_second_of_two_equal_hours_is_kept() -> None:
    """01:30 on 07-Nov-2027 happens at −05:00 and again at −06:00 in Winnipeg."""
    second = dt.datetime(2027, 11, 7, 1, 30, tzinfo=WINNIPEG, fold=1)
    found = series(second, open="[monday, tuesday, wednesday, thursday, friday, saturday, sunday]")
    assert found[0].start == second
    assert found[0].start.utcoffset() == dt.timedelta(hours=-6)
    assert found[0].flags == ("01:30 happens twice on that day: the clocks go back. The second is meant.",)
    assert found[1].interval == Decimal(48)
