"""Concentrations to forty digits, by matrix exponentials and superposition: no eigenvalues, no formula of the program's own."""

from __future__ import annotations

from collections.abc import Sequence

import mpmath as mp

from assuage.exposure import Dose

DIGITS = 60
DEPOT, CENTRAL, METABOLITE, SITE = 0, 1, 4, 6
# The effect site takes so little that it leaves the rest as it is to forty digits and may be counted as a compartment.
LITTLE = mp.mpf(10) ** -45


def exponential(matrix: mp.matrix) -> mp.matrix:
    """exp by Taylor series and squaring."""
    halvings = max(0, int(mp.log(mp.norm(matrix, 1) + 1, 2)) + 12)
    part = matrix / mp.mpf(2) ** halvings
    total, term = mp.eye(matrix.rows), mp.eye(matrix.rows)
    for k in range(1, 24):
        term = term * part / k
        total += term
    for _ in range(halvings):
        total = total * total
    return total


def body(micro: Sequence[float], *, ka: float, ke0: float, metabolite: Sequence[float]) -> mp.matrix:
    """Depot, central, two peripheral, metabolite with its peripheral, effect site: rates per hour.

    `micro` is k10, k12, k21, k13, k31; `metabolite` is fraction, rate out, rate to its peripheral and back.
    """
    k10, k12, k21, k13, k31 = map(mp.mpf, micro)
    fraction, out, there, back = map(mp.mpf, metabolite)
    rates = mp.matrix(7, 7)
    rates[0, 0], rates[1, 0] = -mp.mpf(ka), mp.mpf(ka)
    rates[1, 1], rates[1, 2], rates[1, 3] = -(k10 + k12 + k13), k21, k31
    rates[2, 1], rates[2, 2], rates[3, 1], rates[3, 3] = k12, -k21, k13, -k31
    rates[4, 1], rates[4, 4], rates[4, 5] = fraction * k10, -(out + there), back
    rates[5, 4], rates[5, 5] = there, -back
    rates[6, 1], rates[6, 6] = mp.mpf(ke0) * LITTLE, -mp.mpf(ke0)
    return rates


def amounts(rates: mp.matrix, doses: Sequence[Dose], at_h: float) -> list[mp.mpf]:
    """Amounts in all compartments at a time: each dose by itself, added up; the effect site as amount per central litre."""
    size = rates.rows
    total = [mp.mpf(0)] * size
    with mp.workdps(DIGITS):
        for dose in doses:
            if at_h >= dose.start_h:
                total = [a + b for a, b in zip(total, _one(rates, dose, at_h), strict=True)]
        return [*total[:-1], total[-1] / LITTLE]


def _one(rates: mp.matrix, dose: Dose, at_h: float) -> list[mp.mpf]:
    size, since = rates.rows, mp.mpf(at_h) - mp.mpf(dose.start_h)
    into = DEPOT if dose.route == "intramuscular" else CENTRAL
    if dose.duration_h == 0:
        moved = exponential(rates * since)
        return [mp.mpf(dose.amount) * moved[i, into] for i in range(size)]
    length = mp.mpf(dose.start_h + dose.duration_h) - mp.mpf(dose.start_h)
    pumped = mp.matrix(size + 1, size + 1)
    pumped[:size, :size] = rates
    pumped[into, size] = mp.mpf(dose.amount) / length
    at_end = exponential(pumped * min(since, length))
    state = [at_end[i, size] for i in range(size)]
    if since <= length:
        return state
    moved = exponential(rates * (since - length))
    return [sum(moved[i, j] * state[j] for j in range(size)) for i in range(size)]


def worst(found: Sequence[float], exact: Sequence[mp.mpf]) -> float:
    """The largest relative error; where the exact number is 0 the found one must be."""
    assert len(found) == len(exact) > 0
    assert all(value == 0 for value, true in zip(found, exact, strict=True) if true == 0)
    with mp.workdps(DIGITS):
        return max(
            float(abs(mp.mpf(float(value)) / true - 1)) for value, true in zip(found, exact, strict=True) if true
        )
