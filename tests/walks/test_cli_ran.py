"""assuage exposure --ran from outside: the infusion as the pump really ran goes through the same model."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest
from tests.walks.shell import AS_OF, PATIENT, START, assuage, refused

KIM = ("exposure", PATIENT, "--regimen", "kim-2015-magnesium", *START, "--n", "1")
# What the plan sets: 84.2 mL from the bag and 20 mL of flush, both at 104.2 mL/h.
AS_SET = "{rate: 104.2 mL/h, volume: 84.2 mL}, {rate: 104.2 mL/h, volume: 20 mL}"


def session(pump: str, number: int = 1, start: str = "2026-11-30T09:00") -> str:
    return f"- {{session: {number}, start: {start}, pump: [{pump}]}}\n"


def answered(tmp_path: Path, text: str, *words: str) -> dict[str, Any]:
    path = tmp_path / "ran.yaml"
    path.write_text(text, encoding="utf-8")
    ran = assuage(*KIM, "--ran", str(path), "--format", "json", *words)
    assert ran.code == 0, ran.err
    one: dict[str, Any] = ran.json["exposure"][0]
    return one


def planned() -> dict[str, Any]:
    one: dict[str, Any] = assuage(*KIM, "--format", "json").json["exposure"][0]
    return one


def test_a_pump_that_ran_as_it_was_set_gives_the_levels_of_the_plan(tmp_path: Path) -> None:
    as_ran, before = answered(tmp_path, session(AS_SET)), planned()
    assert as_ran["caveats"] == ["Session 1 as the pump really ran; the others as planned.", *before["caveats"]]
    assert {**as_ran, "caveats": []} == {**before, "caveats": []}


def test_half_of_the_volume_gives_half_of_the_area(tmp_path: Path) -> None:
    """The area above the baseline is dose over clearance: of three equal sessions one half and two whole are 5/6."""
    half = answered(tmp_path, session("{rate: 104.2 mL/h, volume: 52.1 mL}"))
    assert half["area"]["median"] == pytest.approx(
        planned()["area"]["median"] * 5 / 6, rel=2e-5
    )  # six figures are written


def test_a_pause_and_a_slower_rate_keep_the_area_and_lower_the_peak(tmp_path: Path) -> None:
    text = "".join(
        session("{rate: 104.2 mL/h, volume: 52.1 mL}, {pause: 2 h}, {rate: 52.1 mL/h, volume: 52.1 mL}", number, day)
        for number, day in ((1, "2026-11-30T09:00"), (2, "2026-12-02T09:00"), (3, "2026-12-04T09:00"))
    )
    one, before = answered(tmp_path, text), planned()
    assert one["caveats"][0] == "Sessions 1 and 2 and 3 as the pump really ran."
    assert one["area"]["median"] == pytest.approx(before["area"]["median"], rel=2e-5)  # six figures are written
    assert one["peak"]["median"] < before["peak"]["median"]


def test_a_session_that_was_not_given_leaves_two(tmp_path: Path) -> None:
    two = answered(tmp_path, session("{pause: 1 h}", 2, "2026-12-02T09:00"))
    assert two["area"]["median"] == pytest.approx(
        planned()["area"]["median"] * 2 / 3, rel=2e-5
    )  # six figures are written


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (session(AS_SET, 9), "session 9, and the plan has 3"),
        (session("{rate: 0 mL/h, volume: 5 mL}"), "the rate is 0 mL/h"),
        (session("{rate: -1 mL/h, volume: 5 mL}"), "-1 mL/h"),
        (session("{rate: nan mL/h, volume: 5 mL}"), "nan mL/h"),
        (session("{rate: 100 mL/h, volume: 500 mL}"), "the pump moved 500 mL"),
        (session("{rate: 100 mg/h, volume: 5 mL}"), "mg/h is no unit of a rate"),
        (session("{rate: 100 mL/h}"), "neither a rate with its volume nor a pause alone"),
        (session("{rate: 100 mL/h, volume: 5 mL, pause: 5 min}"), "neither a rate with its volume nor a pause alone"),
        (session(""), "no stretch of the pump"),
        (session(AS_SET, 1, "2026-12-03T09:00"), "session 2 begins before session 1 has ended"),
        (session("{rate: 1 mL/h, volume: 90 mL}"), "session 2 begins before session 1 has ended"),
        (session(AS_SET, 1, "yesterday"), "yesterday"),
        (session(AS_SET) + session(AS_SET), "session 1 twice"),
        ("{}", "this is no list of sessions"),
        ("- {session: 1, pump: []}", "start"),
    ],
)  # fmt: skip
def test_a_history_that_cannot_be_is_refused(tmp_path: Path, text: str, told: str) -> None:
    path = tmp_path / "ran.yaml"
    path.write_text(text, encoding="utf-8")
    assert told in refused(*KIM, "--ran", str(path)).err


@pytest.mark.parametrize(
    "words", [("--compare", *AS_OF), ("--regimen", "kim-2015-magnesium", "--format", "html", *START)]
)
def test_a_history_is_of_one_regimen_and_no_page_with_sliders(tmp_path: Path, words: tuple[str, ...]) -> None:
    assert "how a pump ran" in refused("exposure", PATIENT, *words, "--ran", str(tmp_path / "ran.yaml")).err


def test_a_history_needs_a_start_and_a_pump(tmp_path: Path) -> None:
    path = tmp_path / "ran.yaml"
    path.write_text(session(AS_SET), encoding="utf-8")
    words = ("exposure", PATIENT, "--regimen")
    assert "without a start" in refused(*words, "kim-2015-magnesium", *AS_OF, "--ran", str(path)).err
    assert "no pump runs" in refused(*words, "anodyne-ketamine-im", *START, "--ran", str(path)).err


def test_a_level_is_judged_by_what_was_really_given(tmp_path: Path) -> None:
    """After half of the volume less is expected than after all of it, of the same level."""
    levels = tmp_path / "levels.yaml"
    levels.write_text(
        "- {analyte: magnesium, value: 1.05 mmol/L, at: 2026-11-30T10:30, site: venous, arm: other, specimen: serum, after_lipid: false}\n"
    )
    path = tmp_path / "ran.yaml"
    path.write_text(session("{rate: 104.2 mL/h, volume: 52.1 mL}"), encoding="utf-8")
    words = (*KIM[:-2], "--levels", str(levels), "--format", "text")
    whole, half = assuage(*words), assuage(*words, "--ran", str(path))
    assert (whole.code, half.code) == (0, 0), (whole.err, half.err)
    assert "Session 1 as the pump really ran; the others as planned." in " ".join(half.out.split())
    assert whole.out != half.out
