"""Response at day 14, by rules fixed beforehand."""

from __future__ import annotations

import datetime as dt
from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from tests.courses import PHYSICIAN, Walk, catalog, clinic

from assuage.course.event import Scored
from assuage.response import baseline, relief, response
from assuage.response.responder import Response

ZONE = clinic().zone
FIRST = dt.date(2026, 11, 30)


def scored(walk: Walk, day: dt.date, value: str | None, **more: Any) -> None:
    said = {
        "instrument": "nrs",
        "purpose": "diary",
        "reported_by": "patient",
        "why_missing": None if value else "did not answer",
        **more,
    }
    # Nobody scores a day that has not come.
    walk.at = max(walk.at, dt.datetime.combine(day, dt.time(18), ZONE).astimezone(dt.UTC))
    walk.must(Scored(at=walk.at, day=day, value=Decimal(value) if value else None, **said), PHYSICIAN)


def treated(*, before: tuple[str, ...] = ("8", "8", "8", "8")) -> Walk:
    """One infusion on 30-Nov-2026, with diary days before it. Day 14 is 14-Dec-2026."""
    walk = Walk().ready()
    for number, value in enumerate(before):
        scored(walk, FIRST - dt.timedelta(days=len(before) - number), value)
    walk.must(walk.start())
    return walk.ended().wait(days=20)


def found(walk: Walk, today: dt.date = dt.date(2026, 12, 20)) -> Response:
    return response(walk.state, catalog(), zone=ZONE, today=today)


def after(walk: Walk, value: str | None, *, day: int = 14, **more: Any) -> Walk:
    scored(walk, FIRST + dt.timedelta(days=day), value, **{"purpose": "day 14", **more})
    return walk


@pytest.mark.parametrize(
    ("score", "verdict", "fall"),
    [("4", "substantial", 50), ("5", "moderate", Fraction(75, 2)), ("6", "less", 25), ("8", "less", 0), ("9", "worse", Fraction(-25, 2)), ("0", "substantial", 100)],
)  # fmt: skip
def test_the_fall_from_eight(score: str, verdict: str, fall: Fraction) -> None:
    one = found(after(treated(), score))
    assert (one.verdict, one.fall_percent) == (verdict, fall)


def test_exactly_thirty_per_cent_is_moderate() -> None:
    """10 → 7."""
    one = found(after(treated(before=("10", "10", "10", "10")), "7"))
    assert (one.verdict, one.is_responder, one.is_substantial) == ("moderate", True, False)


def test_a_zero_baseline_has_no_percent() -> None:
    one = found(after(treated(before=("0", "0", "0", "0")), "0"))
    assert (one.verdict, one.fall_percent, one.is_responder) == ("undefined", None, False)


def test_three_days_are_no_baseline_and_two_scores_of_one_day_are_one_day() -> None:
    walk = treated(before=("8", "8", "8"))
    scored(walk, FIRST - dt.timedelta(days=1), "6")
    one = found(after(walk, "2"))
    assert (one.verdict, one.is_responder) == ("undefined", False)
    assert "3 of at least 4 days" in one.because


def test_days_long_before_are_no_baseline() -> None:
    walk = Walk().ready()
    for days in (8, 9, 10, 11):
        scored(walk, FIRST - dt.timedelta(days=days), "8")
    assert baseline(walk.state, "nrs", catalog=catalog(), first=FIRST).value is None


def test_a_missing_answer_is_no_response_and_shows() -> None:
    one = found(after(treated(), None))
    assert (one.verdict, one.is_missing, one.is_responder) == ("missing", True, False)
    assert "counts as no response" in one.said()


def test_nobody_asked_is_missing_once_the_window_is_over_and_not_due_before() -> None:
    walk = treated()
    assert found(walk, dt.date(2026, 12, 17)).verdict == "not due"
    assert found(walk, dt.date(2026, 12, 18)).verdict == "missing"


def test_a_missing_answer_is_not_filled_from_another_day() -> None:
    walk = after(treated(), None)
    scored(walk, FIRST + dt.timedelta(days=13), "1")
    assert found(walk).is_missing


@pytest.mark.parametrize(("day", "counts"), [(11, True), (17, True), (10, False), (18, False)])
def test_the_window_of_day_14(day: int, counts: bool) -> None:
    one = found(after(treated(), "2", day=day, purpose="diary"))
    assert (one.verdict == "substantial") is counts


def test_scales_are_never_mixed() -> None:
    """A baseline on the numerical scale and 20 mm on the visual one have no percent between them."""
    walk = after(treated(), "20", instrument="vas")
    assert found(walk).verdict == "missing"


def test_a_score_before_the_infusion_is_no_follow_up() -> None:
    walk = treated()
    scored(walk, FIRST, "1", purpose="day 14")
    assert found(walk).verdict == "missing"


def test_relief_ended_between_two_visits() -> None:
    walk = treated()
    for day, value in ((7, "4"), (14, "4"), (28, "8")):
        scored(walk, FIRST + dt.timedelta(days=day), value)
    lasted = relief(walk.state, found(walk), zone=ZONE)
    assert lasted is not None
    assert (lasted.more_than, lasted.at_most, lasted.began) == (14, 28, True)


def test_relief_that_never_came_lasted_no_day() -> None:
    walk = treated()
    scored(walk, FIRST + dt.timedelta(days=7), "8")
    lasted = relief(walk.state, found(walk), zone=ZONE)
    assert lasted is not None
    assert (lasted.more_than, lasted.at_most, lasted.began) == (0, 0, False)


def test_relief_that_goes_on_has_no_end() -> None:
    walk = treated()
    scored(walk, FIRST + dt.timedelta(days=7), "2")
    lasted = relief(walk.state, found(walk), zone=ZONE)
    assert lasted is not None
    assert (lasted.more_than, lasted.at_most) == (7, None)


def test_no_infusion_no_response() -> None:
    assert found(Walk().ready()).verdict == "not due"


@pytest.mark.parametrize(("value", "instrument"), [("11", "nrs"), ("-1", "nrs"), ("101", "vas"), ("10.5", "nrs")])
def test_a_score_off_its_scale_is_refused(value: str, instrument: str) -> None:
    walk = treated()
    decision = walk.do(score_of(walk, value, instrument=instrument))
    assert [one.rule for one in decision.findings] == ["score-off-its-scale"]
    assert decision.is_refused


def test_a_score_of_no_instrument_is_refused() -> None:
    walk = treated()
    assert walk.do(score_of(walk, "5", instrument="smiles")).is_refused


def score_of(walk: Walk, value: str, *, instrument: str) -> Scored:
    return Scored(
        at=walk.at,
        instrument=instrument,
        day=walk.at.date(),
        purpose="day 14",
        reported_by="patient",
        value=Decimal(value),
    )


def test_a_reason_is_enough_to_be_missing_where_nobody_ever_scored() -> None:
    one = found(after(treated(before=()), None), dt.date(2026, 12, 15))
    assert (one.verdict, one.because) == ("missing", "did not answer")
