"""Pain over days as a picture of ours: marks for infusions, the window of day 14, lines at the thresholds; gaps stay gaps."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from fractions import Fraction
from itertools import pairwise

from assuage.response.responder import Response
from assuage.response.scores import Day

WIDTH, HEIGHT, LEFT, BOTTOM, TOP, RIGHT = 760, 260, 40, 34, 14, 120
MOST = 10
# Scores further apart than this are not joined: nobody knows what lay between.
JOINED_DAYS = 2


def curve(days: Sequence[Day], given: Sequence[tuple[dt.date, int]], found: Response) -> str:
    """The picture as SVG; it holds no text from outside."""
    first = min(one.day for one in days)
    last = max([*(one.day for one in days), *(day for day, _ in given)])
    if found.at is not None:
        last = max(last, found.at.aim)
    span = max(1, (last - first).days)

    def x(day: dt.date) -> float:
        return LEFT + (WIDTH - LEFT - RIGHT) * (day - first).days / span

    def y(value: Fraction | float) -> float:
        return TOP + (HEIGHT - TOP - BOTTOM) * (1 - float(value) / MOST)

    parts = [
        f'<svg class="pain" viewBox="0 0 {WIDTH} {HEIGHT}" role="img" aria-label="Pain over days, with infusions">'
    ]
    parts += [
        f'<text class="axis" x="{LEFT - 8}" y="{y(n):.0f}" text-anchor="end">{n}</text><line class="grid" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{y(n):.1f}" y2="{y(n):.1f}"/>'
        for n in (0, 2, 4, 6, 8, 10)
    ]
    if found.at is not None:
        parts.append(
            f'<rect class="window" x="{x(found.at.aim) - 12:.1f}" y="{TOP}" width="24" height="{HEIGHT - TOP - BOTTOM}"/><text class="axis" x="{x(found.at.aim):.1f}" y="{HEIGHT - 4}" text-anchor="middle">day 14</text>'
        )
    if found.baseline is not None and found.baseline.value:
        for share, name in (
            (Fraction(0), "baseline"),
            (Fraction(found.moderate) / 100, f"{found.moderate:f} % less"),
            (Fraction(found.substantial) / 100, f"{found.substantial:f} % less"),
        ):
            at = y(found.baseline.value * (1 - share))
            parts.append(
                f'<line class="limit" x1="{LEFT}" x2="{WIDTH - RIGHT}" y1="{at:.1f}" y2="{at:.1f}"/><text class="axis" x="{WIDTH - RIGHT + 6}" y="{at + 4:.1f}">{name}</text>'
            )
    for day, number in given:
        parts.append(
            f'<line class="infusion" x1="{x(day):.1f}" x2="{x(day):.1f}" y1="{TOP}" y2="{HEIGHT - BOTTOM}"/><text class="axis" x="{x(day):.1f}" y="{HEIGHT - BOTTOM + 14}" text-anchor="middle">{number}</text>'
        )
    for sooner, later in pairwise(days):
        if (later.day - sooner.day).days <= JOINED_DAYS:
            parts.append(
                f'<line class="pain-line" x1="{x(sooner.day):.1f}" y1="{y(sooner.value):.1f}" x2="{x(later.day):.1f}" y2="{y(later.value):.1f}"/>'
            )
    parts += [f'<circle class="pain-point" cx="{x(one.day):.1f}" cy="{y(one.value):.1f}" r="4"/>' for one in days]
    return "".join([*parts, "</svg>"])
