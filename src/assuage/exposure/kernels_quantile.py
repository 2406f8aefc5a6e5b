"""Exact quantiles over patients at every point of a grid, in plain numbers, without the array of all concentrations.

Each stretch of a grid begins from the exact state of every patient and goes on by multiplying: at most `STRETCH` roundings.
The order of patients hardly changes from one point to the next, so the quantile is looked for between two patients who stood
a little below and above it: those below are counted, those between are sorted. Where it is not between them, all are.
"""

from __future__ import annotations

import math

import numpy as np

from assuage.exposure.kernels import Numbers, _advance, _difference

prange = range
STRETCH = 512
# How many patients to either side of a rank are looked through.
BESIDE = 30


def _quantiles_all(
    system: Numbers, states: Numbers, stretches: Numbers, step: float, ranks: Numbers, out: Numbers
) -> None:
    """Quantiles of a grid: out (Q, T).

    `system` (B, 9); `states` (E, B, 4) at the edges; `stretches` (N, 5): piece, first point, points, offset (h), rate;
    `ranks` (Q, 2): the rank below and the share of the next one.
    """
    for n in prange(len(stretches)):
        _quantiles_of_stretch(system, states[int(stretches[n, 0])], stretches[n], step, ranks, out)


def _quantiles_of_stretch(
    system: Numbers, states: Numbers, stretch: Numbers, step: float, ranks: Numbers, out: Numbers
) -> None:
    """The points of one stretch, in order."""
    patients = len(system)
    held, factor = np.empty((5, patients)), np.empty((10, patients))
    _begin(system, states, stretch, step, held, factor)
    values, chosen, who = np.empty(patients), np.empty(patients), np.empty(patients, np.int64)
    guides = _guides(held, ranks)
    has_depot = bool(np.any(held[3] > 0))
    first, count = int(stretch[1]), int(stretch[2])
    for k in range(count):
        if has_depot:
            _proceed_with_depot(held, factor, values)
        else:
            _proceed(held, factor, values)
        for q in range(len(ranks)):
            out[q, first + k] = _ranked(values, ranks[q], guides[q], chosen, who)


def _begin(system: Numbers, states: Numbers, stretch: Numbers, step: float, held: Numbers, factor: Numbers) -> None:
    """Weighted amounts at the first point, and what a step does to them: factor rows 0-2 left, 3-5 added, 6-8 from the depot, 9 its own."""
    after = np.zeros(4)
    for b in range(len(system)):
        one = system[b]
        _advance(one, states[b], stretch[4], stretch[3], after)
        ka = one[6]
        for i in range(3):
            z = one[i] * step
            held[i, b] = one[3 + i] * after[i]
            factor[i, b] = math.exp(-z)
            factor[3 + i, b] = one[3 + i] * stretch[4] * -math.expm1(-z) / one[i]
            factor[6 + i, b] = one[3 + i] * ka * step * _difference(z, ka * step)
        held[3, b], factor[9, b] = after[3], math.exp(-ka * step)
        held[4, b] = one[8]


def _proceed(held: Numbers, factor: Numbers, values: Numbers) -> None:
    """Form the values of this point and go to the next."""
    for b in range(len(values)):
        x, y, z = held[0, b], held[1, b], held[2, b]
        values[b] = held[4, b] + x + y + z
        held[0, b] = x * factor[0, b] + factor[3, b]
        held[1, b] = y * factor[1, b] + factor[4, b]
        held[2, b] = z * factor[2, b] + factor[5, b]


def _proceed_with_depot(held: Numbers, factor: Numbers, values: Numbers) -> None:
    """As `_proceed`, with what the depot gives."""
    for b in range(len(values)):
        depot = held[3, b]
        for i in range(3):
            factor_of_depot = factor[6 + i, b] * depot
            if i == 0:
                values[b] = held[4, b] + held[0, b] + held[1, b] + held[2, b]
            held[i, b] = held[i, b] * factor[i, b] + factor[3 + i, b] + factor_of_depot
        held[3, b] = depot * factor[9, b]


def _ranked(values: Numbers, rank: Numbers, guides: Numbers, chosen: Numbers, who: Numbers) -> float:
    """The value between two ranks; `guides` are the patients to look between, renewed for the next point."""
    wanted, part = int(rank[0]), rank[1]
    low, high = values[guides[0]], values[guides[1]]
    low, high = min(low, high), max(low, high)
    below, count = _between(values, low, high, chosen, who)
    last = min(wanted + 1, len(values) - 1)
    if not (below <= wanted and last < below + count):
        low, high = -np.inf, np.inf
        below, count = _between(values, low, high, chosen, who)
    order = np.argsort(chosen[:count])
    at = wanted - below
    guides[0] = who[order[max(at - BESIDE, 0)]]
    guides[1] = who[order[min(at + 1 + BESIDE, count - 1)]]
    lower = chosen[order[at]]
    upper = chosen[order[min(at + 1, count - 1)]]
    return float(lower + (upper - lower) * part)


def _guides(held: Numbers, ranks: Numbers) -> Numbers:
    """For each rank a patient a little below and one a little above it at the first point: (Q, 2)."""
    order = np.argsort(held[4] + held[0] + held[1] + held[2])
    guides = np.empty((len(ranks), 2), np.int64)
    for q in range(len(ranks)):
        at = int(ranks[q, 0])
        guides[q, 0] = order[max(at - BESIDE, 0)]
        guides[q, 1] = order[min(at + 1 + BESIDE, len(order) - 1)]
    return guides


def _between(values: Numbers, low: float, high: float, chosen: Numbers, who: Numbers) -> tuple[int, int]:
    """How many lie below `low`; those from `low` to `high` are written to `chosen`, and who they are to `who`."""
    below, count = 0, 0
    for b in range(len(values)):
        below += values[b] < low
    for b in range(len(values)):
        if low <= values[b] <= high:
            chosen[count] = values[b]
            who[count] = b
            count += 1
    return below, count
