"""A start is read one way only. The clocks of Winnipeg go forward on 08-Mar-2026 at 02:00 and back on 01-Nov-2026 at 02:00."""

from __future__ import annotations

import datetime as dt
from zoneinfo import ZoneInfo

import pytest
from tests.walks.shell import PATIENT, refused

from assuage.cli.moment import read_day, read_start, read_zone
from assuage.cli.reading import read_clinic_file
from assuage.errors import PlanError

CLINIC = read_clinic_file(None)
WINNIPEG = "America/Winnipeg"


def instant(text: str, tz: str | None = WINNIPEG) -> dt.datetime:
    return read_start(text, tz=tz, clinic=CLINIC)[0].astimezone(dt.UTC)


def refusal(text: str, tz: str | None = WINNIPEG) -> str:
    with pytest.raises(PlanError) as error:
        read_start(text, tz=tz, clinic=CLINIC)
    return str(error.value)


@pytest.mark.parametrize(
    ("text", "hour"),
    [
        ("2026-11-30T09:00", 15),
        ("2026-11-30 09:00", 15),
        ("2026-11-30T09:00:00", 15),
        ("2026-11-30T09:00-06:00", 15),
        ("2026-11-30T15:00Z", 15),
        ("2026-07-01T09:00", 14),
        ("2026-11-01T01:30-05:00", 6),
    ],
)
def test_a_start_is_the_instant_it_names(text: str, hour: int) -> None:
    assert instant(text).hour == hour


def test_the_start_stays_in_its_zone_so_that_a_series_keeps_its_time_of_day() -> None:
    start, _ = read_start("2026-11-30T15:00Z", tz=WINNIPEG, clinic=CLINIC)
    assert start.tzinfo == ZoneInfo(WINNIPEG)
    assert (start.hour, start.minute) == (9, 0)


def test_without_a_zone_the_clinics_is_used_and_said() -> None:
    start, notes = read_start("2026-11-30T09:00", tz=None, clinic=CLINIC)
    assert start.tzinfo == ZoneInfo(CLINIC.time_zone)
    assert "is read in the time zone of example-clinic" in notes[0]


def test_a_foreign_offset_is_converted_and_said() -> None:
    start, notes = read_start("2026-11-30T09:00+01:00", tz=None, clinic=CLINIC)
    assert (start.hour, start.day) == (2, 30)
    assert "02:00-06:00 on 30-Nov-2026" in notes[-1]


def test_an_offset_that_is_not_the_zones_is_refused_with_both_readings() -> None:
    said = refusal("2026-11-30T09:00-05:00")
    assert "08:00-06:00 on 30-Nov-2026" in said
    assert "09:00-06:00 on 30-Nov-2026" in said


def test_a_time_that_does_not_exist_is_refused_with_its_neighbours() -> None:
    said = refusal("2026-03-08T02:30")
    assert "does not exist" in said
    assert "01:30-06:00" in said
    assert "03:30-05:00" in said


def test_a_time_that_exists_twice_is_refused_with_both_readings() -> None:
    said = refusal("2026-11-01T01:30")
    assert "happens twice" in said
    assert "01:30-05:00 on 01-Nov-2026" in said
    assert "01:30-06:00" in said


def test_the_second_of_two_equal_times_is_refused_and_never_taken_for_the_first() -> None:
    said = refusal("2026-11-01T01:30-06:00")
    assert "is the second 01:30 of 01-Nov-2026" in said
    assert "write 2026-11-01T01:30-05:00" in said


@pytest.mark.parametrize(
    "text",
    ["2026-11-30", "30/11/2026 09:00", "2026-11-30T9:00", "2026-11-30T24:00", "2026-11-30T09:00:30", "2026-02-30T09:00",
     "20261130T0900", "2026-W49-1T09:00", "tomorrow", "", "1926-11-30T09:00", "2026-11-30T09:00+0100", "２０２６-11-30T09:00"],
)  # fmt: skip
def test_what_reads_two_ways_or_not_at_all_is_refused(text: str) -> None:
    assert "expected: " in refusal(text)


@pytest.mark.parametrize("name", ["EST", "CST", "GMT+1", "America", "America/Winipeg", "Winnipeg", "../UTC", ""])
def test_a_zone_with_several_readings_is_refused(name: str) -> None:
    with pytest.raises(PlanError):
        read_zone(name)


def test_a_city_without_its_region_is_suggested_with_it() -> None:
    with pytest.raises(PlanError) as error:
        read_zone("Winnipeg")
    assert "America/Winnipeg" in error.value.problems[0].do


def test_a_day_is_a_day() -> None:
    assert read_day("2026-11-30", "--as-of") == dt.date(2026, 11, 30)
    with pytest.raises(PlanError):
        read_day("2026-02-29", "--as-of")


@pytest.mark.parametrize(
    ("words", "said"),
    [
        (("--start", "2026-11-30", "--tz", WINNIPEG), "without a time of day"),
        (("--tz", WINNIPEG), "a time zone without a start"),
        (("--as-of", "30.11.2026"), "year-month-day"),
    ],
)
def test_the_command_refuses_them_too(words: tuple[str, ...], said: str) -> None:
    assert said in refused("plan", PATIENT, "--regimen", "kim-2015-magnesium", *words).err
