"""Instants as text: one width, in UTC, in the order of time, and back the same."""

from __future__ import annotations

import datetime as dt

from hypothesis import given
from hypothesis import strategies as st

from assuage.registry.columns import Instant

# Years of four digits, whatever the zone.
SOME = st.datetimes(
    min_value=dt.datetime(1000, 1, 2),
    max_value=dt.datetime(9999, 12, 30),
    timezones=st.timezones() | st.integers(-14 * 60, 14 * 60).map(lambda m: dt.timezone(dt.timedelta(minutes=m))),
)


def text(value: dt.datetime) -> str:
    found = Instant().process_bind_param(value, None)
    assert found is not None
    return found


@given(SOME)
def test_as_the_format_says_and_back_the_same(value: dt.datetime) -> None:
    assert text(value) == value.astimezone(dt.UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    assert Instant().process_result_value(text(value), None) == value.astimezone(dt.UTC)


@given(SOME, SOME)
def test_the_order_of_the_texts_is_that_of_the_instants(one: dt.datetime, two: dt.datetime) -> None:
    assert (text(one) < text(two)) == (one.astimezone(dt.UTC) < two.astimezone(dt.UTC))


def test_an_instant_of_three_digits_of_year_has_the_same_width() -> None:
    assert text(dt.datetime(987, 6, 5, 4, 3, 2, tzinfo=dt.UTC)) == "0987-06-05T04:03:02.000000Z"
