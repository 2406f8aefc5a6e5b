"""Pain over days as a picture of ours: marks for infusions, the window of day 14, lines at the thresholds; gaps stay gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from fractions import Fraction
from itertools import pairwise

import msgspec
from markupsafe import escape

from assuage.response.responder import DAY_14, Response
from assuage.response.scores import Day

WIDTH, LEFT, TOP, FLOOR, RIGHT = 760, 40, 14, 226, 120
# Lines across the picture, how far words stand from what they name, and about how wide a sign of them is.
STEPS, GAP, SIGN = 5, 6, 7
LINE = 2 * GAP
# Scores further apart than this are not joined: nobody knows what lay between.
JOINED_DAYS = 1


class Given(msgspec.Struct, frozen=True):
    """An infusion on the axis: its day, its number, and the dose of each drug in a few signs; `named` has the drug too."""

    day: dt.date
    number: int
    doses: tuple[str, ...]
    named: tuple[str, ...] = ()


class Scale(msgspec.Struct, frozen=True):
    """Where a day and a score stand in the picture. `highest` is the worst score of the instrument."""

    first: dt.date
    last: dt.date
    highest: int
    window_days: int

    def x(self, day: dt.date) -> float:
        span = max(1, (self.last - self.first).days)
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - self.first).days / span

    def y(self, value: Fraction | float) -> float:
        return TOP + (FLOOR - TOP) * (1 - float(value) / self.highest)


def curve(days: Sequence[Day], given: Sequence[Given], found: Response, *, highest: int, window_days: int) -> str:
    """The picture as SVG.

    Give      the days with scores, at least one; the infusions with their doses; the response; the worst score
              of the instrument and the days around day 14 that count for it, from the catalog
    """
    seen = [*(one.day for one in days), *(one.day for one in given)]
    if found.at is not None:
        seen += [found.at.aim - dt.timedelta(days=window_days), found.at.aim + dt.timedelta(days=window_days)]
    scale = Scale(min(seen), max(seen), highest, window_days)
    levels = levels_of(scale, given)
    rows = (max(levels) + 1) * _doses(given) + 1 if given else 0
    lowest = FLOOR + LINE * (rows + 1)
    parts = [
        *_lines(scale),
        *_window(scale, found, lowest=lowest),
        *_limits(scale, found),
        *_infusions(scale, given, levels),
        *_pain(scale, days),
    ]
    height = lowest + GAP
    head = f'<svg class="pain" viewBox="0 0 {WIDTH} {height}" role="img" aria-label="Pain over days, with infusions">'
    return "".join([head, *parts, "</svg>"])


def _words(x: float, y: float, text: str, *, anchor: str = "start") -> str:
    return f'<text class="axis" x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}">{escape(text)}</text>'


def _across(scale: Scale, value: Fraction, kind: str) -> str:
    y = scale.y(value)
    return f'<line class="{kind}" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y:.1f}" y2="{y:.1f}"/>'


def _lines(scale: Scale) -> Iterator[str]:
    for step in range(STEPS + 1):
        value = Fraction(step * scale.highest, STEPS)
        yield _across(scale, value, "grid")
        yield _words(LEFT - GAP, scale.y(value) + GAP / 2, f"{float(value):g}", anchor="end")


def _window(scale: Scale, found: Response, *, lowest: int) -> Iterator[str]:
    if found.at is None:
        return
    reach = dt.timedelta(days=scale.window_days)
    left, right = scale.x(found.at.aim - reach), scale.x(found.at.aim + reach)
    yield f'<rect class="window" x="{left:.1f}" y="{TOP}" width="{right - left:.1f}" height="{FLOOR - TOP}"/>'
    yield _words(scale.x(found.at.aim), lowest, DAY_14, anchor="middle")


def _limits(scale: Scale, found: Response) -> Iterator[str]:
    if found.baseline is None or not found.baseline.value:
        return
    for share, name in (
        (Fraction(0), "baseline"),
        (Fraction(found.moderate) / 100, f"{found.moderate:f} % less"),
        (Fraction(found.substantial) / 100, f"{found.substantial:f} % less"),
    ):
        value = found.baseline.value * (1 - share)
        yield _across(scale, value, "limit")
        yield _words(WIDTH - RIGHT + GAP, scale.y(value) + GAP / 2, name)


def _doses(given: Sequence[Given]) -> int:
    return max((len(one.doses) for one in given), default=0)


def levels_of(scale: Scale, given: Sequence[Given]) -> list[int]:
    """How far down the doses of each infusion are written, so that none stands on another's.

    Checked   tests/unit/test_web_curve.py
    """
    ends: list[float] = []
    found = []
    for one in given:
        half = SIGN * max((len(text) for text in one.doses), default=0) / 2
        left, right = scale.x(one.day) - half, scale.x(one.day) + half
        level = next((at for at, end in enumerate(ends) if end < left), len(ends))
        ends[level : level + 1] = [right]
        found.append(level)
    return found


def _infusions(scale: Scale, given: Sequence[Given], levels: Sequence[int]) -> Iterator[str]:
    for one, level in zip(given, levels, strict=True):
        x = scale.x(one.day)
        yield f'<line class="infusion" x1="{x:.1f}" x2="{x:.1f}" y1="{TOP}" y2="{FLOOR}"/>'
        yield _words(x, FLOOR + LINE, str(one.number), anchor="middle")
        for row, text in enumerate(one.doses, level * _doses(given) + 1):
            yield _words(x, FLOOR + LINE * (row + 1), text, anchor="middle")


def _pain(scale: Scale, days: Sequence[Day]) -> Iterator[str]:
    for sooner, later in pairwise(days):
        if (later.day - sooner.day).days <= JOINED_DAYS:
            ends = f'x1="{scale.x(sooner.day):.1f}" y1="{scale.y(sooner.value):.1f}" x2="{scale.x(later.day):.1f}" y2="{scale.y(later.value):.1f}"'
            yield f'<line class="pain-line" {ends}/>'
    for one in days:
        yield f'<circle class="pain-point" cx="{scale.x(one.day):.1f}" cy="{scale.y(one.value):.1f}" r="4"/>'
