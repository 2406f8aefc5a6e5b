"""assuage compare from outside: beside everything else each regimen has its expected levels, as `assuage exposure` has them."""

from __future__ import annotations

import re
from functools import cache
from typing import Any

import pytest
from tests.walks.shell import AS_OF, PATIENT, Ran, assuage

SIDE_BY_SIDE = ("compare", PATIENT, *AS_OF)


@cache
def answer(*words: str, width: int = 80) -> Ran:
    ran = assuage(*words, width=width)
    assert ran.code == 0, ran.err
    return ran


def flat(text: str) -> str:
    return re.sub(r"\s+", " ", text)


def rows_of(*words: str) -> list[dict[str, Any]]:
    return [
        row for one in answer(*SIDE_BY_SIDE, *words, "--format", "json").json["regimens"] for row in one["exposure"]
    ]


@pytest.mark.parametrize(("words", "count"), [((), "1"), (("--exposure",), "2000")])
def test_levels_are_those_of_the_comparison_of_levels(words: tuple[str, ...], count: str) -> None:
    alone = answer("exposure", PATIENT, "--compare", *AS_OF, "--n", count, "--format", "json").json
    assert rows_of(*words) == alone["rows"]
    assert len(alone["rows"]) > 10


def test_a_typical_person_has_no_interval_and_people_have_one() -> None:
    for row in rows_of():
        assert (row["rise"]["p05"], row["rise"]["p95"], row["area"]["p05"]) == (None, None, None)
    for row in rows_of("--exposure"):
        assert row["rise"]["p05"] < row["rise"]["median"] < row["rise"]["p95"]
        assert row["area"]["p05"] < row["area"]["median"] < row["area"]["p95"]


def test_a_regimen_that_is_not_planned_has_no_level_and_says_why() -> None:
    for one in answer(*SIDE_BY_SIDE, "--format", "json").json["regimens"]:
        assert bool(one["exposure"] or one["not_predicted"])
        if one["verdict"] not in ("proposal", "order"):
            assert one["exposure"] == []
            assert one["not_predicted"] == [" ".join(one["blocked_by"])]


def test_a_rise_is_above_the_level_that_was_measured() -> None:
    """0.85 mmol/L was measured before: the peak of the plan less that is the rise that is compared."""
    plan = answer("plan", PATIENT, "--regimen", "kim-2015-magnesium", *AS_OF, "--exposure", "--format", "json").json
    peaks = {line["part"]: line["peak"]["median"] for line in plan["exposure"][0]["lines"]}
    [row] = [row for row in rows_of() if row["regimen"] == "kim-2015-magnesium"]
    assert row["rise_by_highest"] == pytest.approx(peaks["upper"] - 0.85, abs=1e-6)  # a plan writes six figures


@pytest.mark.parametrize("width", [60, 80, 160])
def test_levels_stand_with_the_regimen_at_every_width(width: int) -> None:
    told = flat(answer(*SIDE_BY_SIDE, "--exposure", width=width).out)
    assert "predicted, not measured" in told
    assert "a higher level is not a better one" in told
    assert "2,000 simulated people, seed 1." in told
    assert re.search(r"0\.313 \(5 to 95 %: [\d.]+ to [\d.]+\) mmol/L", told)
    if width < 150:
        assert re.search(r"Expected levels: total magnesium, highest rise 0\.313 \(", told)
        assert "Expected levels: none: nothing is given" in told
    else:
        assert "EXPECTED LEVELS" in told


def test_the_range_of_absorption_is_shown_and_not_the_line_alone() -> None:
    told = flat(answer(*SIDE_BY_SIDE).out)
    [found] = re.findall(
        r"ketamine, highest rise ([\d.]+) ng/mL; by the lowest to the highest line ([\d.]+) to ([\d.]+) ng/mL; area 2",
        told,
    )
    low, high = float(found[1]), float(found[2])
    assert low < float(found[0]) < high
