"""An effect of one study: its value and variance on the scale it is analysed on, and what was done to get them."""

from __future__ import annotations

from math import erfc, exp, isfinite, sin, sqrt
from statistics import NormalDist
from typing import Literal

import msgspec

from assuage.errors import EvidenceError, Problem
from assuage.evidence.proportion import refuse_confidence, refuse_count
from assuage.sourced import Kind

Measure = Literal[
    "RR", "OR", "PETO", "RD", "AS", "PR", "PLN", "PLO", "PAS", "PFT", "MD", "SMD", "SMDH", "ROM",
    "MC", "SMCC", "SMCR", "SMCRH", "ROMC", "MPRR", "MPOR", "MPORC", "MPPETO", "MPRD",
]  # fmt: skip
To = Literal["only0", "all"]

LOG = {"RR", "OR", "PETO", "ROM", "PLN", "ROMC", "MPRR", "MPOR", "MPORC", "MPPETO"}
NOTHING_ADDED = "nothing added to the counts"


class Count(msgspec.Struct, frozen=True):
    """People with the event out of the people counted, in one arm. Refuses what cannot have been counted."""

    events: int
    n: int

    def __post_init__(self) -> None:
        refuse_count(self.events, self.n)

    @property
    def others(self) -> int:
        """People without the event."""
        return self.n - self.events

    @property
    def share(self) -> float:
        return self.events / self.n

    def less(self, other: Count) -> float:
        """This share less the other, rounded once: 10/15 − 7/15 is 0.2."""
        return (self.events * other.n - other.events * self.n) / (self.n * other.n)

    def __str__(self) -> str:
        return f"{self.events}/{self.n}"


class Bounds(msgspec.Struct, frozen=True):
    """Lower and upper limit at a two-sided confidence, by a named method. A limit may be infinite, never missing."""

    lower: float
    upper: float
    confidence: float
    method: str


class Effect(msgspec.Struct, frozen=True):
    """One effect: `value` and `variance` on the scale of analysis, always derived, with its derivation in words.

    Ratios are analysed as natural logarithms, log odds of one arm as logits, arcsines as angles; `estimate` and
    `bounds` are on the scale people read.
    """

    measure: Measure
    value: float
    variance: float
    derivation: str
    kind: Kind = "derived"

    @property
    def estimate(self) -> float:
        """The effect as it is read: a ratio, a share, a difference, or standard deviations."""
        return self._read(self.value)

    @property
    def standard_error(self) -> float:
        return sqrt(self.variance)

    @property
    def p(self) -> float:
        """Two-sided p of the normal test that the value is 0; far from exact in small arms."""
        return erfc(abs(self.value) / sqrt(2 * self.variance))

    def bounds(self, *, confidence: float = 0.95) -> Bounds:
        """The interval value ± z √variance, on the scale that is read (Wald)."""
        refuse_confidence(confidence)
        half = z_of(confidence) * self.standard_error
        lower, upper = self._read(self.value - half), self._read(self.value + half)
        return Bounds(lower, upper, confidence, f"{self.measure}, normal approximation (Wald)")

    def _read(self, value: float) -> float:
        if self.measure in LOG:
            return exp(value)
        if self.measure == "PLO":
            return 1 / (1 + exp(-value))
        if self.measure == "PAS":
            return sin(min(max(value, 0.0), _QUARTER_TURN)) ** 2
        return value


_QUARTER_TURN = 1.5707963267948966


def z_of(confidence: float) -> float:
    """The standard normal deviate with (1 − confidence)/2 above it."""
    return NormalDist().inv_cdf((1 + confidence) / 2)


def made(measure: Measure, value: float, *, variance: float, derivation: str) -> Effect:
    """The effect, if value and variance are numbers and the variance is above zero; else a refusal.

    A variance of zero would give a study infinite weight in a pool; a NaN would travel.
    """
    if not (isfinite(value) and isfinite(variance) and variance > 0):
        raise refused(
            f"{measure} has the value {value} and the variance {variance}", "a finite value and a variance above zero",
            "check the counts or spreads; where an arm is empty or full, use an exact interval instead",
        )  # fmt: skip
    return Effect(measure, value, variance, derivation)


def refused(what: str, expected: str, do: str) -> EvidenceError:
    """The refusal of one effect, in four parts."""
    return EvidenceError(Problem(what, "an effect of one study", expected, do))


def added(cells: tuple[int, ...], *, add: float, to: To) -> tuple[tuple[float, ...], str]:
    """The cells of a table with `add` on each where asked for, and what was done in words.

    Give      cells counts of a table; add 0 or more; to `only0` (only a table that has an empty cell) or `all`
    Holds     with add 0 the cells come back as they are: nothing is ever added unasked
    Errors    `EvidenceError` when add is negative or no number, or `to` is neither word
    """
    if not (isfinite(add) and add >= 0):
        raise refused(f"the continuity correction is {add}", "a number from 0 up", "write add=0.5, or leave it out")
    if to not in ("only0", "all"):
        raise refused(
            f"the correction goes to “{to}”", "only0 or all", "write to='only0' for tables with an empty cell"
        )
    if add == 0 or (to == "only0" and 0 not in cells):
        return tuple(float(cell) for cell in cells), NOTHING_ADDED
    why = "because one of them was 0" if to == "only0" else "as asked for every table"
    return tuple(cell + add for cell in cells), f"{add:g} added to each of the {len(cells)} counts, {why}"


def no_empty(measure: Measure, cells: tuple[float, ...]) -> None:
    """Refuse a logarithm of an empty cell."""
    if min(cells) <= 0:
        counts = ", ".join(f"{cell:g}" for cell in cells)
        raise refused(
            f"{measure} of the counts {counts}: one of them is 0", "counts above 0, since logarithms are taken",
            "use a difference or an exact interval; or ask for a correction by name: add=0.5",
        )  # fmt: skip
