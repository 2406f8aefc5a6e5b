"""Shares still well, against hand arithmetic and the example on which a well-known package draws a wrong curve.

24 patients seen on days 7, 14, 28, 56 and 90: 4 had relapsed by day 7, 5 more by 14, 4 by 28, 10 by 56, 1 by 90. Taking
neighbouring visits as sharing their end point gives 1.00 at day 7, 0.667 at day 28 and 0.111 at day 56; the data say 20/24,
11/24 and 1/24.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import pytest

from assuage.errors import EvidenceError
from assuage.response.survival import Between, share_at, still_well

BY_LIFELINES = json.loads((Path(__file__).parent / "data" / "intervals_lifelines.json").read_text("utf-8"))["cases"]
VISITS = {(0, 7): 4, (7, 14): 5, (14, 28): 4, (28, 56): 10, (56, 90): 1}


def test_visit_intervals_that_touch() -> None:
    steps = still_well([Between(*one) for one, count in VISITS.items() for _ in range(count)])
    for day, well in ((7, 20), (14, 15), (28, 11), (56, 1), (90, 0)):
        assert share_at(steps, day) == pytest.approx(well / 24, abs=1e-9)  # the fixed point is reached to 1e-12


def test_exact_days_and_people_lost_are_the_product_limit() -> None:
    """Relapse on days 1, 3, 3; lost after 2 and 4: (1 − 1/5)(1 − 2/3) = 4/15 after day 3."""
    ends = [Between(1, 1), Between(3, 3), Between(3, 3), Between(2, None), Between(4, None)]
    steps = still_well(ends)
    assert share_at(steps, 1) == pytest.approx(4 / 5, abs=1e-9)  # fixed point
    assert share_at(steps, 3) == pytest.approx(4 / 15, abs=1e-9)  # fixed point


def test_overlapping_intervals_of_two_people() -> None:
    """(0, 2] and (1, 3] overlap in (1, 2]: all the mass lies there."""
    (step,) = still_well([Between(0, 2), Between(1, 3)])
    assert (step.since, step.at, step.share) == (1, 2, 0)


@pytest.mark.parametrize("case", BY_LIFELINES, ids=lambda case: f"{len(case['ends'])} people")
def test_shares_are_those_of_lifelines(case: dict[str, Any]) -> None:
    steps = still_well([Between(*one) for one in case["ends"]])
    # Both stop when their steps are small; where the likelihood is flat that leaves some 5e-5.
    assert {str(one.at): one.share for one in steps} == pytest.approx(case["well"], abs=2e-4)


def test_nobody_relapsed() -> None:
    assert still_well([Between(14, None), Between(28, None)]) == ()


@pytest.mark.parametrize("ends", [[], [Between(-1, 2)], [Between(5, 3)]])
def test_what_cannot_be(ends: list[Between]) -> None:
    with pytest.raises(EvidenceError):
        still_well(ends)
