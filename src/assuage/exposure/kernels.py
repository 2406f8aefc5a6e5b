"""One patient at a time, in plain numbers: what numba compiles, and what a single patient's estimate runs uncompiled.

Nothing here imports numba: `fast` compiles these functions where they are asked for. They are private to exposure, and take
their arguments by position, which is all that numba knows. `one` is a patient: rates of three modes
(1/h), their weights (1/L), ka (1/h), absorbed fraction, baseline; a mode that the model has not has weight 0. `state` is the
amounts of the three modes and of the depot. `piece` is length (h), rate (1/h), bolus, depot, first point, points, offset (h),
edge (h); see `PIECE_COLUMNS`. The formulas are those of closed.py, grid.py and summaries.py.
"""

from __future__ import annotations

import math
from typing import Any

import numpy as np

# Numba's parallel range, where compiled.
prange = range

ONE_COLUMNS = ("rate", "rate", "rate", "weight", "weight", "weight", "ka", "fraction", "baseline")
PIECE_COLUMNS = ("length", "rate", "bolus", "depot", "first", "count", "offset", "edge")
BLOCK = 256  # points in a block of a grid; found by measurement
TERMS = 19  # of the series of phi.py
MOST_STEPS = 200
CLOSE = 1e-12  # relative, of the time of a peak: the peak itself is then exact to its last digit

Numbers = Any  # an array where compiled, an array or a list where not


def _share(z: float) -> float:
    """phi of phi.py."""
    return -math.expm1(-z) / z if z > 0 else 1.0


def _difference(a: float, b: float) -> float:
    """first_difference of phi.py."""
    return math.exp(-min(a, b)) * _share(abs(a - b))


def _difference_of_three(a: float, b: float, c: float) -> float:
    """second_difference of phi.py."""
    least, most = min(a, b, c), max(a, b, c)
    near, far = a + b + c - least - most - least, most - least
    near = min(max(near, 0.0), far)
    if far >= 1:
        return math.exp(-least) * (_share(near) - math.exp(-near) * _share(far - near)) / far
    polynomial, power, total, below = 1.0, 1.0, 0.5, 2.0
    for n in range(1, TERMS):
        power *= far - near
        polynomial = polynomial * far + power
        below *= n + 2
        total += polynomial / below
    return math.exp(-most) * total


def _advance(one: Numbers, state: Numbers, rate: float, hours: float, after: Numbers) -> None:
    """Write the state some hours later, at a constant rate of input, to `after`."""
    ka, depot = one[6], state[3]
    for i in range(3):
        z = one[i] * hours
        after[i] = state[i] * math.exp(-z)
        if rate > 0:
            after[i] += rate * -math.expm1(-z) / one[i]
        if depot > 0:
            after[i] += ka * depot * hours * _difference(z, ka * hours)
    after[3] = depot * math.exp(-ka * hours) if depot > 0 else 0.0


def _give(one: Numbers, state: Numbers, piece: Numbers) -> None:
    """Add what is given at the edge at which a piece begins."""
    for i in range(3):
        state[i] += piece[2]
    state[3] += one[7] * piece[3]


def _level(one: Numbers, state: Numbers) -> float:
    """The central concentration of a state, the baseline apart."""
    return float(one[3] * state[0] + one[4] * state[1] + one[5] * state[2])


def _fill_all(system: Numbers, pieces: Numbers, step: float, out: Numbers) -> None:
    """A grid of points for every patient: system (B, 9), pieces (E, 8), out (B, T)."""
    for b in prange(len(system)):
        _fill_one(system[b], pieces, step, out[b])


def _fill_one(one: Numbers, pieces: Numbers, step: float, row: Numbers) -> None:
    """A grid of points for one patient."""
    table = np.empty((5, BLOCK))
    has_depot = False
    for k in range(len(pieces)):
        has_depot = has_depot or pieces[k, 3] > 0
    _fill_tables(one, step, has_depot, table)
    state, after = np.zeros(4), np.zeros(4)
    first = int(pieces[0, 4])
    for j in range(first):
        row[j] = one[8]
    for k in range(len(pieces)):
        if k > 0:
            _advance(one, state, pieces[k - 1, 1], pieces[k - 1, 0], after)
            for i in range(4):
                state[i] = after[i]
        _give(one, state, pieces[k])
        _fill_piece(one, state, pieces[k], step, table, row)


def _fill_tables(one: Numbers, step: float, has_depot: bool, table: Numbers) -> None:
    """Rows of a block: what is left of each mode, the response to a unit rate, to a unit in the depot."""
    table[3:] = 0
    gone = np.empty(BLOCK)
    for i in range(3):
        table[i, 0], gone[0] = 1.0, 0.0
        done = 1
        while done < BLOCK:
            power, lost = math.exp(-one[i] * (done * step)), -math.expm1(-one[i] * (done * step))
            for k in range(done):
                table[i, done + k] = table[i, k] * power
                gone[done + k] = gone[k] * power + lost
            done *= 2
        for k in range(BLOCK):
            table[3, k] += one[3 + i] / one[i] * gone[k]
        if has_depot:
            for k in range(1, BLOCK):
                table[4, k] += one[3 + i] * one[6] * k * step * _difference(one[i] * (k * step), one[6] * (k * step))


def _fill_piece(one: Numbers, state: Numbers, piece: Numbers, step: float, table: Numbers, row: Numbers) -> None:
    """The points of one piece, block by block."""
    rate, first, count = piece[1], int(piece[4]), int(piece[5])
    after = np.zeros(4)
    for begin in range(0, count, BLOCK):
        _advance(one, state, rate, piece[6] + begin * step, after)
        a, b, c, d = one[3] * after[0], one[4] * after[1], one[5] * after[2], after[3]
        points = min(BLOCK, count - begin)
        target = row[first + begin : first + begin + points]
        if rate > 0 or d > 0:
            for k in range(points):
                target[k] = (
                    one[8] + a * table[0, k] + b * table[1, k] + c * table[2, k] + rate * table[3, k] + d * table[4, k]
                )
        else:
            for k in range(points):
                target[k] = one[8] + a * table[0, k] + b * table[1, k] + c * table[2, k]


def _slope(one: Numbers, state: Numbers, rate: float, hours: float) -> float:
    """dC/dt some hours into a piece that began in this state; no cancellation where nothing is in the depot."""
    total, ka, depot = 0.0, one[6], state[3]
    for i in range(3):
        z = one[i] * hours
        total += one[3 + i] * (rate - one[i] * state[i]) * math.exp(-z)
        if depot > 0:
            total += one[3 + i] * ka * depot * (math.exp(-ka * hours) - z * _difference(z, ka * hours))
    return total


def _bend(one: Numbers, state: Numbers, rate: float, i: int) -> float:
    """The coefficient of one mode in `_bent`."""
    ka, depot, flow = one[6], state[3], rate - one[i] * state[i]
    return float(one[3 + i] * ((ka - one[i]) * flow - one[i] * ka * depot if depot > 0 else flow))


def _bent(one: Numbers, state: Numbers, rate: float, hours: float) -> float:
    """(d/dt + ka) dC/dt: a sum of exponentials at the modes' rates, whatever the depot. dC/dt where the depot is empty."""
    total = 0.0
    for i in range(3):
        total += _bend(one, state, rate, i) * math.exp(-one[i] * hours)
    return total


def _turning(one: Numbers, state: Numbers, rate: float) -> float:
    """Where exp(slowest rate · t) · bent turns, its only extremum; 0 where it has none."""
    fast, middle, slow = one[0], one[1], one[2]
    first, second = _bend(one, state, rate, 0) * (fast - slow), _bend(one, state, rate, 1) * (middle - slow)
    if first * second >= 0 or not fast > middle:
        return 0.0
    ratio = -second / first
    return -math.log(ratio) / (fast - middle) if 0 < ratio < 1 else 0.0


def _root(one: Numbers, state: Numbers, rate: float, which: int, bracket: tuple[float, float]) -> float:
    """The zero of `_slope` (0) or `_bent` (1) in a bracket at whose ends the signs differ; its beginning where they do not.

    Bisection with the secant of the last two where that stays inside (Illinois).
    """
    low, high = bracket
    at_low = _slope(one, state, rate, low) if which == 0 else _bent(one, state, rate, low)
    at_high = _slope(one, state, rate, high) if which == 0 else _bent(one, state, rate, high)
    if at_low * at_high >= 0:
        return low
    for n in range(MOST_STEPS):
        middle = (low * at_high - high * at_low) / (at_high - at_low)
        if n % 3 == 2 or not low < middle < high:
            middle = (low + high) / 2
        found = _slope(one, state, rate, middle) if which == 0 else _bent(one, state, rate, middle)
        if found == 0 or high - low <= CLOSE * high:
            return middle
        if found * at_low > 0:
            low, at_low = middle, found
            at_high /= 2
        else:
            high, at_high = middle, found
            at_low /= 2
    return (low + high) / 2
