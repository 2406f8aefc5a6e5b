"""Labels of infusions stand apart: what was given on three near days can be read."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise

from hypothesis import given
from hypothesis import strategies as st

from assuage.web.curve import SIGN, Given, Scale, levels_of

FIRST = dt.date(2026, 11, 1)


def scale(days: int) -> Scale:
    return Scale(FIRST, FIRST + dt.timedelta(days=days), 10, 3)


def infusions(*days: int, dose: str = "2,600 mg") -> list[Given]:
    return [Given(FIRST + dt.timedelta(days=day), number, (dose,)) for number, day in enumerate(days, 1)]


def test_three_near_days_take_three_lines_and_far_days_one() -> None:
    assert levels_of(scale(60), infusions(10, 12, 14)) == [0, 1, 2]
    assert levels_of(scale(60), infusions(10, 25, 40)) == [0, 0, 0]
    assert levels_of(scale(60), []) == []


@given(
    st.lists(st.integers(0, 90), max_size=12, unique=True).map(sorted),
    st.text("0123456789 mg", min_size=1, max_size=14),
)
def test_no_label_stands_on_another(days: list[int], dose: str) -> None:
    one = scale(90)
    shown = infusions(*days, dose=dose)
    by_level: dict[int, list[float]] = {}
    for level, each in zip(levels_of(one, shown), shown, strict=True):
        by_level.setdefault(level, []).append(one.x(each.day))
    assert all(later - sooner > SIGN * len(dose) for places in by_level.values() for sooner, later in pairwise(places))
