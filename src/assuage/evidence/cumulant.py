"""The logarithm of a sum of exponentials in one parameter, read from a table: Σ ways × e^(jθ) of a study with many counts.

A pool asks for it at some hundred thousand values of θ; the sum over a few hundred j each time is what such a pool takes its time
for. The function is smooth and its derivatives are moments, so that a table of value, mean and variance at even steps gives all
between.
"""

from __future__ import annotations

from functools import cached_property
from typing import Any

import numpy as np

from assuage.evidence.weighted import Floats

# Beyond the table the sum itself is taken; within it, steps so fine that what is read is right to 1e-10. A short sum is as soon
# taken as read.
REACH, STEP, LONG = 30.0, 0.05, 24


class Cumulant:
    """log Σ_j exp(way_j + jθ), the mean of j and its variance, at any θ.

    Holds     convex; the slope lies between the least and the largest j
    Source    quintic pieces through value, mean and variance (Hermite); their error is h⁶/46,080 times the sixth cumulant
    Checked   tests/conformance/test_counting_average.py
    """

    def __init__(self, j: Floats, ways: Floats) -> None:
        self.j, self.ways = j, ways

    def at(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """Value, mean and variance, each of the shape of theta."""
        if len(self.j) < LONG:
            return self.summed(theta)
        value, mean, variance = (one(theta) for one in self._table)
        beyond = np.abs(theta) > REACH
        if beyond.any():
            value[beyond], mean[beyond], variance[beyond] = self.summed(theta[beyond])
        return value, mean, variance

    @cached_property
    def _table(self) -> tuple[Any, Any, Any]:
        from scipy.interpolate import BPoly, PPoly  # type: ignore[import-untyped]

        at: Floats = np.linspace(-REACH, REACH, round(2 * REACH / STEP) + 1, dtype=np.float64)
        pieces = PPoly.from_bernstein_basis(BPoly.from_derivatives(at, np.stack(self.summed(at), axis=1)))
        return pieces, pieces.derivative(1), pieces.derivative(2)

    def summed(self, theta: Floats) -> tuple[Floats, Floats, Floats]:
        """The same by the sum itself."""
        terms = self.ways + self.j * theta[..., None]
        top = terms.max(-1, keepdims=True)
        weights = np.exp(terms - top)
        total = weights.sum(-1)
        mean = weights @ self.j / total
        variance = (weights * (self.j - mean[..., None]) ** 2).sum(-1) / total
        return top[..., 0] + np.log(total), mean, variance
