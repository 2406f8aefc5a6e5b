"""A score that is due is asked for by link, by call, by letter, in that order; then it is missing and shows."""

from __future__ import annotations

from typing import Literal

import pytest
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk

from assuage.course.event import Closed, Contacted
from assuage.response.follow_up import NextStep, tried

Way = Literal["link", "call", "letter"]


def given() -> Walk:
    walk = Walk().ready()
    walk.must(walk.start())
    return walk.ended().wait(days=15)


def asked(walk: Walk, way: Way, *, purpose: str = "day 14", reached: bool = False) -> Walk:
    walk.must(Contacted(at=walk.at, purpose=purpose, way=way, reached=reached, said="nobody answered"), NURSE)
    return walk


@pytest.mark.parametrize(
    ("ways", "expected"),
    [((), "link"), (("link",), "call"), (("link", "call", "call"), "letter"), (("call",), "link"), (("link", "call", "letter"), "record as missing")],
)  # fmt: skip
def test_each_way_before_the_next(ways: tuple[Way, ...], expected: NextStep) -> None:
    walk = given()
    for way in ways:
        asked(walk, way)
    found = tried(walk.state, "day 14", has_phone=True)
    assert found.next_step == expected
    assert [one.way for one in found.attempts] == list(ways)


def test_nobody_is_told_to_call_a_number_that_is_not_there() -> None:
    assert tried(asked(given(), "link").state, "day 14", has_phone=False).next_step == "letter"


def test_another_purpose_and_an_earlier_infusion_do_not_count() -> None:
    walk = asked(Walk().ready(), "link").wait(minutes=1)
    walk.must(walk.start())
    walk.ended().wait(days=15)
    assert tried(asked(walk, "call", purpose="week 4").state, "day 14", has_phone=True).attempts == ()


def test_an_attempt_is_recorded_after_a_course_was_closed_and_by_who_treats_only() -> None:
    walk = given()
    walk.must(Closed(at=walk.at, because="the series is over"), PHYSICIAN)
    assert tried(asked(walk, "link").state, "day 14", has_phone=True).last is not None
    refused = walk.do(Contacted(at=walk.at, purpose="day 14", way="call", reached=True), PHARMACIST)
    assert [one.rule for one in refused.findings] == ["not-your-role"]
