"""What an observation means while something runs: each stop line of the catalog, just inside and just outside."""

from __future__ import annotations

import datetime as dt

import pytest
from msgspec.structs import replace
from tests.courses import Walk, catalog, facts, facts_for_ketamine, parse

from assuage.course.bedside import judged, standing
from assuage.course.event import Corrected, Observed, Paused, PortionGiven, RateChanged, Resumed
from assuage.course.part import Measured


def running(regimen: str = "kim-2015-magnesium") -> Walk:
    walk = Walk(regimen=regimen, document=facts_for_ketamine() if "ketamine" in regimen else facts()).ready()
    walk.must(walk.start())
    return walk


def severities(walk: Walk, *found: Measured) -> dict[str, str]:
    session = walk.state.session(1)
    assert session is not None
    event = Observed(at=walk.at, session=1, phase="during", found=found)
    return {one.rule: one.severity for one in judged(session, event, catalog())}


def value(what: str, text: str) -> Measured:
    return Measured(what, parse(text))


@pytest.mark.parametrize(
    ("what", "inside", "outside", "line"),
    [
        ("vitals.rr", "10 /min", "9 /min", "stop-breathing"),
        ("vitals.spo2", "90 %", "89 %", "stop-oxygen"),
        # The baseline of the walk is 132: 30 % below is 92.4 and 30 % above 171.6.
        ("vitals.sbp", "93 mm[Hg]", "92 mm[Hg]", "stop-low-pressure"),
        ("vitals.sbp", "171 mm[Hg]", "172 mm[Hg]", "stop-high-pressure"),
        ("vitals.hr", "50 /min", "49 /min", "stop-heart-rate"),
        ("vitals.hr", "130 /min", "131 /min", "stop-heart-rate"),
        ("magnesium", "1.99 mmol/L", "2 mmol/L", "magnesium-stop-level"),
        ("moaa-s", "4 {score}", "2 {score}", "stop-sedation"),
    ],
)
def test_each_line_at_its_bound(what: str, inside: str, outside: str, line: str) -> None:
    walk = running()
    assert line not in severities(walk, value(what, inside))
    assert severities(walk, value(what, outside))[line] == "stop"


def test_sedation_three_pauses_and_two_stops() -> None:
    walk = running()
    assert severities(walk, value("moaa-s", "3 {score}"))["stop-sedation"] == "hold"


@pytest.mark.parametrize(("word", "severity"), [("present", None), ("weaker", "stop"), ("lost", "refuse")])
def test_the_knee_jerk(word: str, severity: str | None) -> None:
    found = severities(running(), Measured("knee-jerk", word=word))
    assert found.get("magnesium-stop-reflex") == severity


def test_chest_tightness_stops_whatever_the_drug() -> None:
    assert severities(running(), Measured("symptom", word="chest-tightness"))["stop-emergency"] == "stop"


def test_a_level_in_another_unit_is_the_same_level() -> None:
    """4 mEq/L of magnesium are 2 mmol/L; the line is reckoned through no guess: another unit needs its substance."""
    assert severities(running(), value("magnesium", "2000 umol/L"))["magnesium-stop-level"] == "stop"


def test_an_implausible_value_is_kept_marked_and_asked_about() -> None:
    walk = running()
    decision = walk.must(Observed(at=walk.at, session=1, phase="during", found=(value("vitals.hr", "720 /min"),)))
    event = decision.records[0].event
    assert isinstance(event, Observed)
    assert event.found[0].doubted
    assert event.found[0].value == parse("720 /min")
    assert "implausible-observation" in {one.rule for one in decision.findings}


def test_an_observation_is_recorded_whatever_it_says() -> None:
    walk = running()
    decision = walk.do(Observed(at=walk.at, session=1, phase="during", found=(value("vitals.rr", "3 /min"),)))
    assert decision.records
    assert any(one.severity == "stop" for one in decision.findings)


def observe(walk: Walk, *found: Measured) -> None:
    walk.wait(minutes=1).must(Observed(at=walk.at, session=1, phase="during", found=found))


def stands(walk: Walk) -> dict[str, str]:
    session = walk.state.session(1)
    assert session is not None
    return {one.rule: one.severity for one in standing(session, catalog())}


def test_a_line_stands_until_the_same_thing_is_observed_again() -> None:
    walk = running()
    observe(walk, value("vitals.rr", "8 /min"))
    observe(walk, value("vitals.hr", "72 /min"))
    assert stands(walk) == {"stop-breathing": "stop"}
    observe(walk, value("vitals.rr", "14 /min"))
    assert stands(walk) == {}


def test_a_reflex_that_was_lost_stands_whatever_comes_after() -> None:
    walk = running()
    observe(walk, Measured("knee-jerk", word="lost"))
    observe(walk, Measured("knee-jerk", word="present"))
    assert stands(walk)["magnesium-stop-reflex"] == "refuse"


def test_nothing_goes_on_while_a_line_stands() -> None:
    walk = running()
    walk.must(Paused(at=walk.at, session=1, because="looked pale"))
    observe(walk, value("vitals.rr", "8 /min"))
    resumed = Resumed(at=walk.at, session=1, rate=parse("104.2 mL/h"))
    assert "stop-line-stands" in {one.rule for one in walk.do(resumed).findings}
    observe(walk, value("vitals.rr", "14 /min"))
    walk.must(Resumed(at=walk.at, session=1, rate=parse("104.2 mL/h")))


def test_no_portion_is_given_while_a_line_stands() -> None:
    walk = running("anodyne-ketamine-im")
    session = walk.state.session(1)
    assert session is not None
    observe(walk, value("vitals.rr", "8 /min"))
    first = session.planned.portions[0]
    given = PortionGiven(at=walk.at, session=1, portion=1, volume=first.draw_up, site="thigh", pain=parse("7 {score}"))
    assert "stop-line-stands" in {one.rule for one in walk.do(given).findings}
    observe(walk, value("vitals.rr", "14 /min"))
    walk.must(replace(given, at=walk.at))


def test_portions_are_held_and_go_on_without_a_pump() -> None:
    walk = running("anodyne-ketamine-im")
    walk.must(Paused(at=walk.at, session=1, because="sleepy"))
    decision = walk.do(Resumed(at=walk.at, session=1, rate=parse("10 mL/h")))
    assert "rate-of-resuming" in {one.rule for one in decision.findings}
    walk.must(Resumed(at=walk.at, session=1))
    session = walk.state.session(1)
    assert session is not None
    assert session.status == "running"


def test_a_pump_goes_on_at_a_rate() -> None:
    walk = running()
    walk.must(Paused(at=walk.at, session=1, because="the arm burns"))
    assert "rate-of-resuming" in {one.rule for one in walk.do(Resumed(at=walk.at, session=1)).findings}


def test_a_reading_that_comes_late_is_held_against_its_own_time() -> None:
    """Read 60 mL at minute 30 and typed first; 20 mL at minute 10 is typed afterwards and is no pump running back."""
    walk = running()
    began = walk.at
    walk.wait(minutes=30)
    walk.must(RateChanged(at=walk.at, session=1, rate=parse("52.1 mL/h"), because="slower", volume=parse("60 mL")))
    late = RateChanged(
        at=began + dt.timedelta(minutes=10), session=1, rate=parse("90 mL/h"), because="warm", volume=parse("20 mL")
    )
    walk.must(late)
    decision = walk.do(replace(late, at=began + dt.timedelta(minutes=20), volume=parse("61 mL")))
    assert "volume-runs-back" in {one.rule for one in decision.findings}
    decision = walk.do(replace(late, at=walk.at, volume=parse("59 mL")))
    assert "volume-runs-back" in {one.rule for one in decision.findings}


def test_a_value_put_in_by_a_correction_is_doubted_as_any_other() -> None:
    walk = running()
    walk.must(Observed(at=walk.at, session=1, phase="during", found=(value("vitals.hr", "72 /min"),)))
    wrong = Observed(at=walk.at, session=1, phase="during", found=(value("vitals.hr", "720 /min"),))
    walk.must(Corrected(at=walk.at, number=walk.state.version, because="misread", instead=wrong))
    session = walk.state.session(1)
    assert session is not None
    assert session.observed[-1][1].found[0].doubted
