"""Distributions given by their density at even steps, and mixtures of them: probability below, quantiles, means."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from itertools import accumulate

# The area of one step from the six heights about it, the two nearest first: exact for polynomials up to the fifth degree.
NEAREST, NEXT, FAR, WHOLE = 802, -93, 11, 1440
# Of a reach of some tens of log odds a ten-millionth is left.
HALVINGS = 28
# A part of a mixture that no share could show.
LEAST = 1e-11


class Curve:
    """A density at even steps, of any total; it has vanished at both ends."""

    __slots__ = ("_below", "_heights", "first", "step")

    def __init__(self, first: float, step: float, heights: Sequence[float]) -> None:
        total = step * sum(heights)
        self.first, self.step = first, step
        self._heights: list[float] = [one / total for one in heights]
        wide = [0.0, 0.0, *self._heights, 0.0, 0.0]
        each = step / WHOLE
        six = zip(wide, wide[1:], wide[2:], wide[3:], wide[4:], wide[5:], strict=False)
        areas: list[float] = [each * (FAR * (a + f) + NEXT * (b + e) + NEAREST * (c + d)) for a, b, c, d, e, f in six]
        self._below: list[float] = list(accumulate(areas, initial=0.0))

    @property
    def last(self) -> float:
        return self.first + self.step * (len(self._heights) - 1)

    def below(self, value: float) -> float:
        """Probability of less than this: cubic between the points, with the density as its slope."""
        at = (value - self.first) / self.step
        if at <= 0:
            return 0.0
        if at >= len(self._heights) - 1:
            return 1.0
        point = int(at)
        t = at - point
        rise = self._below[point + 1] - self._below[point]
        left, right = self._heights[point] * self.step, self._heights[point + 1] * self.step
        return self._below[point] + t * (left + t * (3 * rise - 2 * left - right + t * (left + right - 2 * rise)))

    def points(self) -> Iterator[tuple[float, float]]:
        """Values and the probability that each stands for: the mean of a smooth function is a sum over them."""
        for at, height in enumerate(self._heights):
            yield self.first + at * self.step, height * self.step

    def quantile(self, below: float) -> float:
        """The value with this probability below it."""
        return _halved(self.below, below, low=self.first, high=self.last)


class Mixed:
    """Curves with weights of any total."""

    __slots__ = ("_curves", "_weights")

    def __init__(self, curves: Sequence[Curve], weights: Sequence[float]) -> None:
        total = sum(weights)
        kept = [(curve, one / total) for curve, one in zip(curves, weights, strict=True) if one > LEAST * total]
        self._curves, self._weights = [curve for curve, _ in kept], [weight for _, weight in kept]

    def below(self, value: float) -> float:
        """Probability of less than this."""
        return sum(weight * curve.below(value) for weight, curve in zip(self._weights, self._curves, strict=True))

    def points(self) -> Iterator[tuple[float, float]]:
        """Values and the probability that each stands for."""
        for weight, curve in zip(self._weights, self._curves, strict=True):
            least = LEAST / weight
            yield from ((value, weight * part) for value, part in curve.points() if part > least)

    def quantile(self, below: float) -> float:
        """The value with this probability below it."""
        low, high = min(one.first for one in self._curves), max(one.last for one in self._curves)
        return _halved(self.below, below, low=low, high=high)


def _halved(function: Callable[[float], float], aim: float, *, low: float, high: float) -> float:
    """Where a function that never falls reaches the aim, far closer than a sheet shows."""
    for _ in range(HALVINGS):
        middle = (low + high) / 2
        if not low < middle < high:
            break
        low, high = (middle, high) if function(middle) < aim else (low, middle)
    return (low + high) / 2
