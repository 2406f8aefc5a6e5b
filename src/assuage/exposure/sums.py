"""Levels of many people as sums of exponentials on every piece of constant input: few operations for each of many times.

On a piece, h hours after its edge, the level is floor + Σ height · exp(-rate · h). It is what closed.py and chains.py give,
multiplied out by partial fractions: an infusion at rate R adds Σ weight R/λ to the floor and takes it from the heights; a depot
A adds a term with rate ka, of height -Σ weight ka A/(ka - λ). A follower with rate μ that is fed by such a sum is such a sum.

There every term is positive. Here heights of both signs meet, and where two rates nearly coincide they are far larger than
their sum: `cancelling` says for whom, and whoever asks takes the positive terms for them.

Source    partial fractions of the formulas at the heads of closed.py and chains.py
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from itertools import pairwise

import msgspec
import numpy as np
from numpy.typing import NDArray

from assuage.exposure.chains import Follower
from assuage.exposure.closed import absorption_rate
from assuage.exposure.events import Array, Timeline
from assuage.exposure.linear import Prepared

# Beyond this multiple of a rate's time nothing is left of its term: 4e-18.
GONE = 40.0
# How far rounding may carry a level away, of those that a person reaches: numbers are told with six digits. Of the heights so much
# may be lost: a few units in the last place.
LOST, ROUNDINGS = 1e-9, 8 * np.finfo(np.float64).eps
# Levels as small as this are nothing, and so small numbers lose digits of their own.
NOTHING = 1e-280
# Where the size of a person's levels is looked at besides at edges: at this part of each piece, and an hour into the last, which
# has no end and may be the only one.
INSIDE, AN_HOUR = 0.1, 1.0


class Sums(msgspec.Struct, frozen=True, eq=False):
    """B people's levels on E pieces: edges (E,), rates (K, B), heights (E, K, B), floors (E, B), the baseline in them."""

    edge_h: Array
    rate_per_h: Array
    height: Array
    floor: Array

    @property
    def people(self) -> int:
        """B."""
        return int(self.floor.shape[1])

    def of(self, chosen: NDArray[np.bool_]) -> Sums:
        """Some of the people, by a mask (B,)."""
        if bool(np.all(chosen)):
            return self
        # `compress` goes along rows; a mask as an index does not, and takes several times as long.
        return Sums(
            self.edge_h,
            np.compress(chosen, self.rate_per_h, axis=1),
            np.compress(chosen, self.height, axis=2),
            np.compress(chosen, self.floor, axis=1),
        )


def drug_sums(prepared: Prepared, line: Timeline) -> Sums:
    """The levels of a drug in its central compartment.

    Holds     equals `concentrations` but for what cancels; see `cancelling`
    Checked   tests/conformance/test_exposure_sums.py
    Errors    `ExposureError`: an intramuscular dose without absorption
    """
    rate, weight, ka = prepared.modes.rate_per_h, prepared.modes.weight_per_l, absorption_rate(prepared, line)
    number, rates = len(rate), rate if ka is None else np.concatenate([rate, ka[None]])
    height = np.empty((len(line.edge_h), *rates.shape))
    # Amounts with their weights.
    held, depot = np.zeros_like(weight), np.zeros_like(prepared.baseline)
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        # What a unit of rate gives in the end; what a unit in the depot gives to a mode, and takes away at a rate of its own.
        unit, share = weight / rate, None if ka is None else weight * ka / (ka - rate)
        floor = prepared.baseline + line.rate_per_h[:, None] * unit.sum(axis=0)
        for piece, hours in enumerate([*line.length_h, 0.0]):
            held += weight * line.bolus[piece]
            running, left = unit * line.rate_per_h[piece], np.exp(-rates * hours)
            height[piece, :number] = held - running
            if share is not None:
                depot += prepared.fraction * line.depot[piece]
                height[piece, :number] += share * depot
                height[piece, number] = -share.sum(axis=0) * depot
                depot = depot * left[number]
                running = running - share * depot
            held = height[piece, :number] * left[:number] + running
    return Sums(line.edge_h, rates, height, floor)


def fed_sums(parent: Sums, follower: Follower, *, baseline: Array) -> Sums:
    """The levels of what the parent's central concentration feeds, less the parent's `baseline` (B,): that forms nothing here.

    Holds     equals `metabolite_concentrations` but for what cancels; see `cancelling`
    Checked   tests/conformance/test_exposure_sums.py
    """
    own, gain, number = follower.rate_per_h, follower.gain, len(parent.rate_per_h)
    shape = parent.height.shape
    height = np.empty((shape[0], number + len(own), shape[2]))
    rates = np.concatenate([parent.rate_per_h, own])
    entering = parent.floor - baseline
    with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
        share = 1 / (own[:, None] - parent.rate_per_h)
        np.multiply(parent.height, np.sum(gain[:, None] * share, axis=0), out=height[:, :number])
        held = np.zeros_like(own)
        for piece, hours in enumerate([*np.diff(parent.edge_h), None]):
            whole, flow = entering[piece] / own, share * parent.height[piece]
            rest = held - whole - flow.sum(axis=1)
            np.multiply(gain, rest, out=height[piece, number:])
            if hours is not None:
                left = np.exp(-rates * hours)
                held = rest * left[number:] + whole + np.sum(flow * left[:number], axis=1)
    return Sums(parent.edge_h, rates, height, entering * np.sum(gain / own, axis=0))


def cancelling(sums: Sums) -> NDArray[np.bool_]:
    """Who loses more than `LOST` of the levels reached to heights that cancel, or has no finite height: a mask (B,)."""
    inside = [*(early + INSIDE * (late - early) for early, late in pairwise(sums.edge_h)), sums.edge_h[-1] + AN_HOUR]
    meeting, reached = np.zeros(sums.people), np.zeros(sums.people)
    with np.errstate(invalid="ignore", over="ignore"):
        for floor, height, level in zip(sums.floor, sums.height, rows_at(sums, np.array(inside)), strict=True):
            np.maximum(meeting, np.abs(floor) + np.abs(height).sum(axis=0), out=meeting)
            np.maximum(reached, np.maximum(level, floor + height.sum(axis=0)), out=reached)
        return ~(meeting * ROUNDINGS + NOTHING <= LOST * reached)


def sum_at_edges(sums: Sums) -> Array:
    """The levels at the edges, what is given there in, (E, B)."""
    return np.asarray(sums.floor + sums.height.sum(axis=1))


def levels_at(sums: Sums, times_h: Array) -> Array:
    """The levels at times from the first edge on, a row for each: (T, B)."""
    found = np.empty((len(times_h), sums.people))
    for _ in rows_at(sums, times_h, into=found):
        pass
    return found


def rows_at(sums: Sums, times_h: Array, *, into: Iterable[Array] | None = None) -> Iterator[Array]:
    """The levels at one time after another, (B,) each.

    Give      times (T,) from the first edge on, in any order; rows to write into: without them each is a new one
    """
    pieces = np.searchsorted(sums.edge_h, times_h, side="right") - 1
    gone_h, term = (GONE / sums.rate_per_h.min(axis=1)).tolist(), np.empty(sums.people)
    rows = (np.empty(sums.people) for _ in times_h) if into is None else into
    for row, piece, at_h in zip(rows, pieces.tolist(), times_h.tolist(), strict=True):
        since_h = at_h - float(sums.edge_h[piece])
        row[:] = sums.floor[piece]
        # One row of a term after another stays in the cache.
        for mode in (mode for mode, until_h in enumerate(gone_h) if since_h < until_h):
            np.multiply(sums.rate_per_h[mode], -since_h, out=term)
            np.exp(term, out=term)
            np.multiply(term, sums.height[piece, mode], out=term)
            np.add(row, term, out=row)
        yield row
