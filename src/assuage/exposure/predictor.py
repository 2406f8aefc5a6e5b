"""One patient's concentrations at a few times, in plain Python numbers: what an estimate from a measured level runs on.

Arrays cost more than the arithmetic here: two levels after two infusions take some twenty exponentials.
"""

from __future__ import annotations

import math
from collections.abc import Mapping, Sequence

import numpy as np

from assuage.exposure.events import Timeline
from assuage.exposure.kernels import _difference
from assuage.exposure.secular import three_modes

NAMES = ("v1", "cl", "v2", "q2", "v3", "q3", "ka")
STEPS = 8  # of the secular function; two or three are usual
LAST_PLACE = 2e-15
# Nearer to a pole than this part of itself, a rate has lost too many digits of its distance.
NEAR = 1e-4


class Predictor:
    """Levels of one patient for any parameters: doses and times are laid out once."""

    def __init__(self, line: Timeline, times_h: Sequence[float], *, fraction: float, baseline: float) -> None:
        self.fraction, self.baseline = fraction, baseline
        self.stops = _stops(line, times_h)
        self.has_depot = bool(np.any(line.depot))

    def levels(self, parameters: Mapping[str, float]) -> list[float]:
        """Concentrations at the times, in their order, for parameters by name (L, L/h, 1/h)."""
        modes = _modes(parameters)
        ka = parameters.get("ka", 0.0)
        amounts, depot = [0.0] * len(modes), 0.0
        found = []
        for length, rate, bolus, injected, is_asked in self.stops:
            if length > 0:
                amounts = [
                    _later(amount, mode[0], rate=rate, ka=ka, depot=depot, hours=length)
                    for amount, mode in zip(amounts, modes, strict=True)
                ]
                depot *= math.exp(-ka * length)
            if bolus:
                amounts = [amount + bolus for amount in amounts]
            depot += self.fraction * injected
            if is_asked:
                found.append(self.baseline + sum(a * mode[1] for a, mode in zip(amounts, modes, strict=True)))
        return found


def _stops(line: Timeline, times_h: Sequence[float]) -> list[tuple[float, float, float, float, bool]]:
    """Edges and asked times in order: time since the one before, the rate until then, bolus, injection, whether asked."""
    marks = [(float(at), 0, k) for k, at in enumerate(line.edge_h)] + [(float(at), 1, 0) for at in times_h]
    stops, now, rate = [], float(line.edge_h[0]), 0.0
    for at, is_asked, k in sorted(marks):
        given = (0.0, 0.0) if is_asked else (float(line.bolus[k]), float(line.depot[k]))
        stops.append((at - now, rate, *given, bool(is_asked)))
        now, rate = at, rate if is_asked else float(line.rate_per_h[k])
    return stops


def _later(amount: float, speed: float, *, rate: float, ka: float, depot: float, hours: float) -> float:
    """What a mode holds some hours later; see closed.py."""
    z = speed * hours
    left = amount * math.exp(-z)
    if rate:
        left -= rate * math.expm1(-z) / speed
    if depot:
        left += ka * depot * hours * _difference(z, ka * hours)
    return left


def _modes(parameters: Mapping[str, float]) -> list[tuple[float, float]]:
    """(rate, weight) of each exponential; see secular.py."""
    v1, k10 = parameters["v1"], parameters["cl"] / parameters["v1"]
    if "v2" not in parameters:
        return [(k10, 1 / v1)]
    k12, k21 = parameters["q2"] / v1, parameters["q2"] / parameters["v2"]
    if "v3" not in parameters:
        return _two(v1, (k10, k12, k21))
    k13, k31 = parameters["q3"] / v1, parameters["q3"] / parameters["v3"]
    return _three(v1, (k10, k12, k21, k13, k31))


def _two(v1: float, rates: tuple[float, float, float]) -> list[tuple[float, float]]:
    k10, k12, k21 = rates
    excess = k10 + k12 - k21
    half = math.sqrt(excess * excess + 4 * k12 * k21)
    larger = (abs(excess) + half) / 2
    smaller = k12 * k21 / larger
    gaps = (larger, smaller) if excess >= 0 else (smaller, larger)
    fast = (k10 + k12 + k21 + half) / 2
    return [
        (rate, 1 / v1 / (1 + k12 * k21 / (gap * gap))) for rate, gap in zip((fast, k10 * k21 / fast), gaps, strict=True)
    ]


def _three(v1: float, rates: tuple[float, float, float, float, float]) -> list[tuple[float, float]]:
    """By Viète's formula and Newton on the secular function; where that is not near enough to settle, by secular.py."""
    k10, k12, k21, k13, k31 = rates
    found = []
    for guess in _cubic(rates):
        at = guess
        for _ in range(STEPS):
            first, second = k21 - at, k31 - at
            if first == 0 or second == 0:
                return _careful(v1, rates)
            one, two = k12 / first, k13 / second
            move = (k10 - at * (1 + one + two)) / (1 + one * k21 / first + two * k31 / second)
            at += move
            if abs(move) <= LAST_PLACE * at:
                break
        else:
            return _careful(v1, rates)
        first, second = k21 - at, k31 - at
        if min(abs(first), abs(second)) < NEAR * at:
            return _careful(v1, rates)
        found.append((at, 1 / v1 / (1 + k12 * k21 / (first * first) + k13 * k31 / (second * second))))
    return found if found[0][0] > found[1][0] > found[2][0] else _careful(v1, rates)


def _careful(v1: float, rates: Sequence[float]) -> list[tuple[float, float]]:
    k10, k12, k21, k13, k31 = (np.array([rate]) for rate in rates)
    speed, share = three_modes(k10, (k12, k13), back=(k21, k31))
    return [(float(speed[i, 0]), float(share[i, 0]) / v1) for i in range(3)]


def _cubic(rates: Sequence[float]) -> tuple[float, float, float]:
    """The three roots to about eight digits, fastest first; see secular.py."""
    k10, k12, k21, k13, k31 = rates
    total = k10 + k12 + k13 + k21 + k31
    pairs = k10 * (k21 + k31) + k12 * k31 + k13 * k21 + k21 * k31
    product = k10 * k21 * k31
    spread = math.sqrt(max(total * total - 3 * pairs, 0.0)) / 3
    bend = (-2 * total**3 + 9 * total * pairs - 27 * product) / 54
    angle = math.acos(min(1.0, max(-1.0, bend / spread**3))) if spread > 0 else 0.0
    fast = total / 3 - 2 * spread * math.cos((angle + 2 * math.pi) / 3)
    middle = total / 3 - 2 * spread * math.cos((angle - 2 * math.pi) / 3)
    return fast, middle, product / (fast * middle) if middle > 0 else 0.0
