"""Where levels turn: the highest level of each person, and hours above a level, exactly, from sums of exponentials.

On a piece dC/dt = Σ bend · exp(-rate · h) with bend = -rate · height. Sorted by rate it has no more zeros than its bends have
changes of sign (Descartes' rule, for exponentials). Without a change a level only rises or only falls. With one there is one
zero at most, and it lies in the piece where dC/dt has different signs at the piece's ends. Take a ρ between the rates of either
sign: exp(ρh) dC/dt is monotone, and so is the same of d²C/dt²; hence before the zero dC/dt keeps bending the same way, and
Newton's steps from the piece's edge go towards the zero and never beyond. With more changes nothing is said here.

Source    Pólya G, Szegő G. Problems and theorems in analysis II. Springer 1976, part five, chapter 1, number 77
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from assuage.exposure.events import Array
from assuage.exposure.pieces import CLOSE, MOST_STEPS, NEAR, bracketed
from assuage.exposure.sums import Sums, levels_at, sum_at_edges


class Tops(msgspec.Struct, frozen=True, eq=False):
    """The highest level of each person and when it is first reached, (B,); and for whom that is not known, a mask (B,)."""

    level: Array
    at_h: Array
    is_unknown: NDArray[np.bool_]


class Turns(msgspec.Struct, frozen=True, eq=False):
    """Which columns turn once, when, and whether upside down, from falling to rising: each (n,). And which may turn more often."""

    of: NDArray[np.int64]
    since_h: Array
    is_low: NDArray[np.bool_]
    unsure: NDArray[np.int64]

    @property
    def high(self) -> NDArray[np.int64]:
        """The columns that turn from rising to falling."""
        return self.of[~self.is_low]


def tops(sums: Sums, *, until_h: float) -> Tops:
    """The highest levels up to a time.

    Give      sums; a time from the last edge on
    Holds     no level is higher, where it is known; of those that are equal but for rounding the first
    Checked   tests/conformance/test_exposure_sums.py
    """
    times = np.array([*sums.edge_h, until_h])
    found = [*sum_at_edges(sums), *levels_at(sums, times[-1:])]
    at_h = [np.full(sums.people, at) for at in times]
    best, order = np.max(found, axis=0), np.argsort(sums.rate_per_h, axis=0)
    is_unknown = np.zeros(sums.people, dtype=np.bool_)
    # From the last piece on, which reaches most in a series: what can no longer be the highest is left out.
    for piece in reversed(range(len(sums.edge_h))):
        floor, height = sums.floor[piece], sums.height[piece]
        may = floor + np.maximum(height, 0).sum(axis=0) > best
        turn = _turns(sums.rate_per_h, height, hours=times[piece + 1] - times[piece], may=may, order=order)
        is_unknown[turn.unsure] = True
        if turn.high.size:
            level, when = np.zeros(sums.people), np.full(sums.people, times[piece])
            when[turn.high] += turn.since_h[~turn.is_low]
            left = np.exp(-np.take(sums.rate_per_h, turn.high, axis=1) * turn.since_h[~turn.is_low])
            level[turn.high] = floor[turn.high] + np.sum(np.take(height, turn.high, axis=1) * left, axis=0)
            found, at_h, best = [*found, level], [*at_h, when], np.maximum(best, level)
    is_best = np.stack(found) * (1 + CLOSE) >= best
    return Tops(best, np.where(is_best, np.stack(at_h), np.inf).min(axis=0), is_unknown)


def _turns(
    rates: Array, height: Array, *, hours: Array | float, may: NDArray[np.bool_], order: NDArray[np.int64]
) -> Turns:
    """Of the columns of rates and heights (K, n) that `may`, those that turn within some hours. `order` of the rates, (K, n)."""
    # Where all heights have the same sign, nobody turns: most pieces after a vein's doses.
    bends = -rates * height
    of = np.flatnonzero(may & np.any(bends > 0, axis=0) & np.any(bends < 0, axis=0))
    # `take` leaves rows in one piece; an index does not, and every sum over them takes many times as long.
    bends, rates, ranked = np.take(bends, of, axis=1), np.take(rates, of, axis=1), np.take(order, of, axis=1)
    length = np.broadcast_to(hours, may.shape)[of]
    changes = np.diff(np.take_along_axis(bends > 0, ranked, axis=0), axis=0).sum(axis=0)
    first, last = bends.sum(axis=0), np.sum(bends * np.exp(-rates * length), axis=0)
    once = np.flatnonzero((changes == 1) & (np.sign(first) * np.sign(last) < 0))
    since_h = _zero(np.take(rates, once, axis=1), np.take(bends, once, axis=1))
    return Turns(of[once], np.minimum(since_h, length[once]), first[once] < 0, of[changes > 1])


def _zero(rates: Array, bends: Array) -> Array:
    """The one zero of Σ bends exp(-rates h) for each person, (n,), by Newton from 0: see the head of this file."""
    at_h = np.zeros(rates.shape[1])
    for _ in range(MOST_STEPS):
        left = bends * np.exp(-rates * at_h)
        move = left.sum(axis=0) / np.sum(rates * left, axis=0)
        at_h += move
        if np.all(np.abs(move) <= NEAR * at_h):
            break
    return at_h


def hours_of_one(sums: Sums, *, until_h: float, above: Sequence[float]) -> Array | None:
    """Hours for which one person's level lies above each of some levels, up to a time, (K,); none where it is not known.

    Holds     equals `hours_above_each`
    Checked   tests/conformance/test_exposure_sums.py
    """
    lengths = np.diff([*sums.edge_h, until_h])
    # Its pieces side by side, as people stand elsewhere.
    rates = np.repeat(sums.rate_per_h, len(lengths), axis=1)
    height = np.ascontiguousarray(sums.height[:, :, 0].T)
    everywhere, order = np.ones(len(lengths), dtype=np.bool_), np.argsort(rates, axis=0)
    turn = _turns(rates, height, hours=lengths, may=everywhere, order=order)
    if turn.unsure.size:
        return None
    # Every piece from its edge to its turn, then from its turn on; every level with every such stretch.
    middle = lengths.copy()
    middle[turn.of] = turn.since_h
    low, high = np.concatenate([np.zeros_like(middle), middle]), np.concatenate([middle, lengths])
    piece = np.tile(np.arange(len(lengths)), 2)
    low, high, piece = (np.tile(one, len(above)) for one in (low, high, piece))
    hours = _hours(sums, low, high=high, piece=piece, above=np.repeat(above, 2 * len(lengths)))
    return np.asarray(hours.reshape(len(above), -1).sum(axis=1))


def _hours(sums: Sums, low: Array, *, high: Array, piece: NDArray[np.int64], above: Array) -> Array:
    """Hours above a level on stretches, each of which only rises or only falls: (n,)."""

    def over(of: NDArray[np.int64]) -> Callable[[Array], Array]:
        floor, height = sums.floor[piece[of], 0] - above[of], np.ascontiguousarray(sums.height[piece[of], :, 0].T)
        return lambda since_h: np.asarray(floor + np.sum(height * np.exp(-sums.rate_per_h * since_h), axis=0))

    of_all = over(np.arange(len(low)))
    first, last = of_all(low), of_all(high)
    crossed = np.where(last == 0, high, bracketed(over, low, high=high))
    return np.where(first > 0, np.where(last > 0, high, crossed) - low, np.where(last > 0, high - crossed, 0.0))
