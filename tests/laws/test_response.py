"""The response at day 14, whatever the scores: what is missing never responds, more pain never responds sooner."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from functools import cache
from typing import Literal

from hypothesis import given
from hypothesis import strategies as st
from tests.courses import PHYSICIAN, Walk, catalog, clinic

from assuage.course.event import Scored
from assuage.course.state import Course
from assuage.response import response
from assuage.response.responder import Response

ZONE = clinic().zone
FIRST = dt.date(2026, 11, 30)
PAIN = st.integers(0, 10)
BASELINES = st.lists(PAIN, min_size=0, max_size=8)
AFTER = st.lists(st.tuples(st.integers(9, 19), st.one_of(st.none(), PAIN)), max_size=5)


@cache
def treated() -> Walk:
    walk = Walk().ready()
    walk.must(walk.start())
    return walk.ended().wait(days=20)


def course(before: list[int], after: list[tuple[int, int | None]]) -> Course:
    walk = Walk(at=treated().at, records=list(treated().records), keys=len(treated().records) + 100)
    for at, value in enumerate(before):
        walk.must(score(walk, FIRST - dt.timedelta(days=len(before) - at), value, "baseline"), PHYSICIAN)
    for day, answer in after:
        walk.must(score(walk, FIRST + dt.timedelta(days=day), answer, "day 14"), PHYSICIAN)
    return walk.state


def score(walk: Walk, day: dt.date, value: int | None, purpose: Literal["baseline", "day 14"]) -> Scored:
    return Scored(at=walk.at, instrument="nrs", day=day, purpose=purpose, reported_by="patient",
                  value=None if value is None else Decimal(value), why_missing="not reached" if value is None else None)  # fmt: skip


def found(state: Course) -> Response:
    return response(state, catalog(), zone=ZONE, today=dt.date(2026, 12, 31))


@given(BASELINES, AFTER)
def test_no_score_no_response(before: list[int], after: list[tuple[int, int | None]]) -> None:
    one = found(course(before, after))
    if one.at is None or one.at.found is None:
        assert not one.is_responder
        assert one.verdict in ("missing", "undefined")


@given(st.integers(4, 8), AFTER)
def test_a_share_of_no_pain_is_undefined(days: int, after: list[tuple[int, int | None]]) -> None:
    one = found(course([0] * days, after))
    assert one.fall_percent is None
    assert not one.is_responder


@given(st.lists(PAIN, min_size=4, max_size=8), PAIN, PAIN)
def test_more_pain_at_day_14_never_makes_a_response(before: list[int], less: int, more: int) -> None:
    less, more = sorted((less, more))
    better, worse = (found(course(before, [(14, value)])) for value in (less, more))
    assert worse.is_responder <= better.is_responder
    assert worse.is_substantial <= better.is_substantial


@given(BASELINES, AFTER)
def test_half_the_pain_gone_is_a_third_gone(before: list[int], after: list[tuple[int, int | None]]) -> None:
    one = found(course(before, after))
    assert one.is_responder or not one.is_substantial
