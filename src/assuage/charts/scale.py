"""The axis that effects stand on, and effects in words: per cent for shares, a logarithm for ratios, points for differences."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from math import floor, inf, isfinite, log, log10
from typing import Literal

import msgspec

from assuage.evidence.answered import BodyFound, ForestRow, Span
from assuage.question import Measured

RATIOS: frozenset[Measured] = frozenset({"OR", "RR", "ROM"})
PERCENT: frozenset[Measured] = frozenset({"PLO", "RD"})
NAMED: dict[Measured, str] = {
    "PLO": "share of people, %", "OR": "odds ratio", "RR": "risk ratio", "RD": "difference in shares, percentage points",
    "MD": "mean difference", "SMD": "difference in standard deviations", "ROM": "ratio of means",
}  # fmt: skip
# An interval is followed so many times as far as the estimates reach; what lies beyond is an arrow.
FOLLOWED_RATIO, FOLLOWED = 4.0, 1.5
STEPS = (1, 2, 5, 10)
MARKS = 6
MINUS = "−"


class Scale(msgspec.Struct, frozen=True):
    """An axis of effects, in drawn units (per cent where the measure is a share): its ends, its marks, its zero.

    `no_effect` is none for a measure of one arm. `is_cut` says whether some interval goes on beyond an end,
    `is_empty` that there was none to make the axis for.
    """

    measure: Measured
    low: float
    high: float
    marks: tuple[float, ...]
    no_effect: float | None
    is_cut: bool
    is_empty: bool = False
    unit: str = ""

    @property
    def kind(self) -> Literal["log", "linear"]:
        return "log" if self.measure in RATIOS else "linear"

    @property
    def title(self) -> str:
        return f"{NAMED[self.measure]}, {self.unit}" if self.unit else NAMED[self.measure]

    def within(self, value: float) -> float:
        """A drawn value, or the end of the axis that it lies beyond."""
        return min(max(value, self.low), self.high)

    def at(self, value: float, *, ends: tuple[float, float]) -> float:
        """Where a drawn value stands in pixels, the axis lying between two ends."""
        low, high, here = (log(v) if self.kind == "log" else v for v in (self.low, self.high, self.within(value)))
        return ends[0] + (ends[1] - ends[0]) * (here - low) / (high - low)


def drawn(measure: Measured, value: float) -> float:
    """A value as it stands on the axis: per cent for shares and their differences."""
    return value * 100 if measure in PERCENT else value


def unit_of(rows: Iterable[ForestRow]) -> str | None:
    """The unit that the intervals of rows stand in: empty where none is needed, none where they differ.

    Holds     numbers in different units are never on one axis without its saying so
    """
    units = {row.unit for row in rows if row.span is not None}
    return units.pop() if len(units) == 1 else None if units else ""


def scale_of(measure: Measured, spans: Sequence[Span], others: Iterable[float] = ()) -> Scale:
    """The axis for effects with their intervals.

    Give      spans on the scale people read; further values that must be on the axis, as drawn
    Holds     every estimate lies on the axis; shares have 0 to 100 %; an interval much longer than the estimates are far
              apart is cut, and `is_cut` says so
    Checked   tests/unit/test_charts_evidence.py
    """
    if measure == "PLO":
        return Scale(measure, 0, 100, (0, 20, 40, 60, 80, 100), None, False, not spans)
    no_effect = 1.0 if measure in RATIOS else 0.0
    sure = [drawn(measure, one.value) for one in spans] + [no_effect, *others]
    ends = [drawn(measure, end) for one in spans for end in (one.lower, one.upper)]
    low, high = (_ratio_ends if measure in RATIOS else _ends)([v for v in sure if isfinite(v)], ends)
    marks = _ratio_marks(low, high) if measure in RATIOS else _marks(low, high)
    low, high = (low, high) if measure in RATIOS else (min(low, marks[0]), max(high, marks[-1]))
    return Scale(
        measure, low, high, marks, no_effect, min(ends, default=low) < low or max(ends, default=high) > high, not spans
    )


def _ratio_ends(sure: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
    above = [value for value in sure if value > 0]
    low = max(min((*above, *ends)), min(above) / FOLLOWED_RATIO)
    high = min(max((*above, *ends)), max(above) * FOLLOWED_RATIO)
    # Never narrower than a half to a double: else the smallest difference would look large.
    return _round_ratio(min(low, 1 / 2), up=False), _round_ratio(max(high, 2), up=True)


def _round_ratio(value: float, *, up: bool) -> float:
    decade = 10.0 ** floor(log10(value))
    steps = [step * decade for step in STEPS]
    slack = 1e-9
    return (
        min(s for s in steps if s >= value * (1 - slack)) if up else max(s for s in steps if s <= value * (1 + slack))
    )


def _ratio_marks(low: float, high: float) -> tuple[float, ...]:
    decades = range(floor(log10(low)) - 1, floor(log10(high)) + 2)
    for steps in ((1, 2, 5), (1, 3), (1,)):
        marks = tuple(float(f"{step}e{at}") for at in decades for step in steps)
        marks = tuple(one for one in marks if low <= one * (1 + 1e-9) and one <= high * (1 + 1e-9))
        if len(marks) <= MARKS + 1:
            break
    return marks


def _ends(sure: Sequence[float], ends: Sequence[float]) -> tuple[float, float]:
    reach = max(max(sure) - min(sure), max((abs(value) for value in sure), default=0.0))
    known = [end for end in ends if isfinite(end)]
    reach = reach or max((abs(end) for end in known), default=1.0) or 1.0
    low, high = min(*sure, *ends, inf), max(*sure, *ends, -inf)
    if low == high:
        # Nothing to show but no effect: an axis still has two ends.
        return low - reach, high + reach
    return max(low, min(sure) - FOLLOWED * reach), min(high, max(sure) + FOLLOWED * reach)


def _marks(low: float, high: float) -> tuple[float, ...]:
    """Round marks from one at or below the low end to one at or above the high end."""
    rough = (high - low) / MARKS or 1.0
    decade = 10.0 ** floor(log10(rough))
    step = next(one * decade for one in STEPS if one * decade >= rough * (1 - 1e-9))
    first, last = floor(low / step + 1e-9), -floor(-high / step + 1e-9)
    return tuple(round(number * step, 10) for number in range(first, last + 1))


def shown(measure: Measured, value: float) -> str:
    """One effect as people read it, with its sign.

    >>> shown("PLO", 7 / 15), shown("RR", 10 / 7), shown("MD", -1.2), shown("RD", 0.2), shown("RR", float("inf"))
    ('46.7 %', '1.43', '−1.20', '20.0', '∞')
    """
    at = drawn(measure, value)
    if not isfinite(at):
        return "∞" if at > 0 else f"{MINUS}∞"
    text = f"{at:.1f}" if measure in PERCENT else _figures(at)
    text = text.lstrip("-") if not float(text.replace(",", "")) else text.replace("-", MINUS)
    return f"{text} %" if measure == "PLO" else text


def _figures(value: float) -> str:
    size = abs(value)
    if size and size < 0.1:
        return f"{value:.{1 - floor(log10(size))}f}"
    return f"{value:,.{2 if size < 10 else 1 if size < 100 else 0}f}"


def told(measure: Measured, span: Span) -> str:
    """An effect with its interval.

    >>> told("PLO", Span(7 / 15, 0.248, 0.699, 0.95, "Wilson"))
    '46.7 % (24.8 to 69.9)'
    """
    return f"{shown(measure, span.value)} ({reach_of(measure, span)})"


def reach_of(measure: Measured, span: Span) -> str:
    """An interval alone, without a unit."""
    return f"{shown(measure, span.lower).removesuffix(' %')} to {shown(measure, span.upper).removesuffix(' %')}"


def mark_text(value: float) -> str:
    """A mark of an axis.

    >>> mark_text(0.5), mark_text(-20.0), mark_text(1000.0)
    ('0.5', '−20', '1,000')
    """
    return f"{value:,g}".replace("-", MINUS)


def marks_expression(marks: Iterable[float]) -> str:
    """What writes the marks of an axis, with a true minus."""
    return f"replace(format(datum.value, ',~g'), '-', '{MINUS}')" if tuple(marks) else "''"


def analysed(measure: Measured, value: float) -> float:
    """An effect on the scale of analysis: the logarithm of a ratio, the log odds of a share.

    Holds     evidence/pool.py `as_read` is the way back
    Checked   tests/unit/test_charts_evidence.py
    """
    if measure in RATIOS:
        return log(value) if value > 0 else -inf
    if measure == "PLO":
        return -inf if value <= 0 else inf if value >= 1 else log(value / (1 - value))
    return value


def sides(body: BodyFound) -> tuple[str, str]:
    """What lies on the left and what on the right of the picture, in plain words.

    Holds     said of what helps the patient, whichever way the measure counts
    """
    if body.measure == "PLO":
        return ("fewer people: worse", "more people: better") if body.better == "higher" else (
            "fewer people: better", "more people: worse"
        )  # fmt: skip
    treated, other = compared(body)
    right, left = (treated, other) if body.better == "higher" else (other, treated)
    return f"better with {left}", f"better with {right}"


def compared(body: BodyFound) -> tuple[str, str]:
    """The two that a body sets against one another; in general words where its rows compare different ones."""
    pairs = {(row.drugs, row.comparator) for row in body.rows if row.comparator is not None}
    if len(pairs) != 1:
        return "the treatment", "what it is compared with"
    drugs, comparator = next(iter(pairs))
    return in_words(drugs), in_words((comparator or "",))


def in_words(drugs: Sequence[str]) -> str:
    """Drugs by their names, not their ids.

    >>> in_words(("ketamine", "magnesium-sulfate"))
    'ketamine + magnesium sulfate'
    """
    return " + ".join(one.replace("-", " ") for one in drugs)
