"""What an observation means while something runs: each stop line of the catalog, just inside and just outside."""

from __future__ import annotations

import pytest
from tests.courses import Walk, catalog, parse

from assuage.course.bedside import judged
from assuage.course.event import Observed
from assuage.course.part import Measured


def running(regimen: str = "kim-2015-magnesium") -> Walk:
    walk = Walk(regimen=regimen).ready()
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
