"""One patient's peak, area and time above a threshold, in plain numbers; see kernels.py for what `one` and `piece` hold."""

from __future__ import annotations

import math

import numpy as np

from assuage.exposure.kernels import (
    Numbers,
    _advance,
    _bend,
    _difference,
    _difference_of_three,
    _give,
    _level,
    _root,
    _turning,
)

prange = range
MOST_STEPS = 200
CLOSE = 1e-12  # relative; see pieces.py
NEAR = 1e-8  # relative; Newton's next step would be the square of that


def _summarise_all(system: Numbers, pieces: Numbers, threshold: float, out: Numbers) -> None:
    """Peak, its time, area above the baseline and hours above the threshold of every patient: out (B, 4)."""
    for b in prange(len(system)):
        _summarise_one(system[b], pieces, threshold, out[b])


def _summarise_one(one: Numbers, pieces: Numbers, threshold: float, row: Numbers) -> None:
    """Walk the pieces once; the last ends at the horizon."""
    state, after, marks = np.zeros(4), np.zeros(4), np.zeros(5)
    row[0], row[1], row[2], row[3] = 0.0, pieces[0, 7], 0.0, 0.0
    for k in range(len(pieces)):
        _give(one, state, pieces[k])
        rate, hours, edge = pieces[k, 1], pieces[k, 0], pieces[k, 7]
        is_last = k == len(pieces) - 1
        count = _monotone(one, state, rate, hours, marks)
        before = _level(one, state) + one[8]
        _record(row, before, edge)
        for n in range(1, count):
            _advance(one, state, rate, marks[n], after)
            here = _level(one, after) + one[8]
            if n < count - 1 or is_last:
                _record(row, here, edge + marks[n])
            row[3] += _above(one, state, rate, threshold, (marks[n - 1], marks[n], before, here))
            before = here
        row[2] += _area(one, state, rate, hours)
        for i in range(4):
            state[i] = after[i]


def _record(row: Numbers, found: float, at_h: float) -> None:
    """Keep the higher peak; of peaks that are equal but for rounding the time of the first."""
    if found > row[0] * (1 + CLOSE):
        row[1] = at_h
    row[0] = max(row[0], found)


def _monotone(one: Numbers, state: Numbers, rate: float, hours: float, marks: Numbers) -> int:
    """Times between which the concentration only rises or only falls, 0 and the piece's end among them; how many.

    exp(slowest · t) · bent has one turn, hence bent has at most two zeros; between them exp(ka · t) · dC/dt is monotone,
    hence has at most one zero each. Without a depot bent is dC/dt itself.
    """
    marks[0], marks[1] = 0.0, hours
    first, second, third = _bend(one, state, rate, 0), _bend(one, state, rate, 1), _bend(one, state, rate, 2)
    if min(first, second, third) >= 0 or max(first, second, third) <= 0:
        # A sum of one sign has no zero; the depot's own term may still turn the curve once.
        if state[3] > 0:
            marks[1] = _root(one, state, rate, 0, (0.0, hours))
            if 0 < marks[1] < hours:
                marks[2] = hours
                return 3
            marks[1] = hours
        return 2
    turn = min(_turning(one, state, rate), hours)
    early = _root(one, state, rate, 1, (0.0, turn))
    late = max(early, _root(one, state, rate, 1, (turn, hours)))
    bounds = (0.0, early, late, hours)
    count = 1
    for n in range(3):
        # A mark too many, where `_root` found none, does no harm.
        found = _root(one, state, rate, 0, (bounds[n], bounds[n + 1])) if state[3] > 0 else bounds[n + 1]
        if marks[count - 1] < found < hours:
            marks[count] = found
            count += 1
    marks[count] = hours
    return count + 1


def _area(one: Numbers, state: Numbers, rate: float, hours: float) -> float:
    """The integral of the concentration over a piece, the baseline apart: all terms positive."""
    total, ka, depot = 0.0, one[6], state[3]
    for i in range(3):
        z, weight = one[i] * hours, one[3 + i]
        total += weight * state[i] * hours * _difference(z, 0.0)
        if rate > 0:
            total += weight * rate * hours * hours * _difference_of_three(0.0, 0.0, z)
        if depot > 0:
            total += weight * ka * depot * hours * hours * _difference_of_three(0.0, z, ka * hours)
    return total


def _above(
    one: Numbers, state: Numbers, rate: float, threshold: float, stretch: tuple[float, float, float, float]
) -> float:
    """Hours above the threshold on a stretch where the concentration is monotone: (from, to, level at each)."""
    begin, end, first, last = stretch
    if first > threshold and last > threshold:
        return end - begin
    if first <= threshold and last <= threshold:
        return 0.0
    at_h = _crossing(one, state, rate, threshold, stretch)
    return at_h - begin if first > last else end - at_h


def _crossing(
    one: Numbers, state: Numbers, rate: float, threshold: float, stretch: tuple[float, float, float, float]
) -> float:
    """When a monotone stretch crosses the threshold: Newton on the logarithm, kept in its bracket by bisection."""
    low, high, first, last = stretch
    is_falling = first > last
    at_h = _guess(one, state, rate, threshold, (low, high)) if first > 0 else (low + high) / 2
    for _ in range(MOST_STEPS):
        here, steep = _course(one, state, rate, at_h)
        if (here > threshold) == is_falling:
            low = at_h
        else:
            high = at_h
        move = -math.log(here / threshold) * here / steep if here > 0 and threshold > 0 and steep != 0 else high - low
        following = at_h + move
        if abs(move) <= NEAR * at_h:
            # Rounding may have put the bracket a hair beside the root: the last step need not lie within.
            return min(max(following, stretch[0]), stretch[1])
        if not low <= following <= high:
            following = (low + high) / 2
        at_h = following
    return at_h


def _guess(one: Numbers, state: Numbers, rate: float, threshold: float, bracket: tuple[float, float]) -> float:
    """A time to begin at. Where a drug only leaves, the latest at which one mode alone crosses: the sum does so later."""
    at_h, wanted = bracket[0], threshold - one[8]
    if rate == 0 and state[3] == 0 and wanted > 0:
        for i in range(3):
            held = one[3 + i] * state[i]
            if held > wanted:
                at_h = max(at_h, math.log(held / wanted) / one[i])
    return min(at_h, bracket[1])


def _course(one: Numbers, state: Numbers, rate: float, hours: float) -> tuple[float, float]:
    """Concentration, baseline included, and its slope, from the same exponentials."""
    here, steep = one[8], 0.0
    ka, depot = one[6], state[3]
    for i in range(3):
        z, weight = one[i] * hours, one[3 + i]
        if rate > 0:
            lost = math.expm1(-z)
            left = 1 + lost
            here += weight * (state[i] * left - rate * lost / one[i])
        else:
            left = math.exp(-z)
            here += weight * state[i] * left
        steep += weight * (rate - one[i] * state[i]) * left
        if depot > 0:
            passed = hours * _difference(z, ka * hours)
            here += weight * ka * depot * passed
            steep += weight * ka * depot * (math.exp(-ka * hours) - one[i] * passed)
    return here, steep
