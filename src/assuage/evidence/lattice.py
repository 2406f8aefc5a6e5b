"""A posterior of log odds on an even lattice, in plain Python: what a plan can afford to compute while it is made.

The model is that of `pool_arms_bayes`: x ~ Binomial(n, logit⁻¹ θ), θ ~ N(mu, τ²), mu normal, τ half-normal. One arm is
enough here: the priors then say how far the next one may lie.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from functools import lru_cache
from math import asinh, ceil, cosh, exp, hypot, log, log1p, sinh, sqrt
from operator import mul

from assuage.errors import EvidenceError, Problem
from assuage.evidence.curve import Curve, Mixed

# Steps of the lattice in one standard deviation of what is best known; beyond so many of them nothing is left.
FINE, REACH = 3, 8
# A share of log odds turns within about one: steps wider than this would miss it, however wide the spread.
WIDEST = 0.8
# τ = a sinh u, even steps of u: fine where τ is small beside the arms, coarse where it is not.
STEP_OF_U, LARGEST_TAU = 0.22, 6
# A normal curve is cut off after so many standard deviations, a likelihood when it has fallen by this much.
CUT, NOTHING_LEFT, NEGLIGIBLE = 5.5, 30, 1e-13
KEPT = 256


class Belief:
    """The posterior of the mean of all clinics and of one more clinic, both as log odds."""

    __slots__ = ("mean", "new")

    def __init__(self, mean: Mixed, new: Mixed) -> None:
        self.mean, self.new = mean, new


@lru_cache(maxsize=KEPT)
def belief(counts: tuple[tuple[int, int], ...], prior: tuple[float, float, float]) -> Belief:
    """What is believed of the share in all clinics, and in one more, after one or more arms.

    Give      (events, n) of each arm, already refused where it cannot be; scale of τ, mean and standard deviation of mu
    Get       two distributions of log odds
    Holds     sums over an even lattice, which for smooth functions that vanish at both ends are exact to rounding
              (Trefethen & Weideman, SIAM Rev 2014); it has three steps in a standard deviation of what is summed over
    Source    the model and the priors of `pool_arms_bayes`; normal curves narrower than a step by `narrow`
    Checked   tests/conformance/test_expectation.py, tests/laws/test_expectation.py
    Errors    `EvidenceError` where the prior leaves the counts no room at all
    """
    grid = _Grid(counts, prior)
    means, news, weights = [], [], []
    for tau, share in grid.taus():
        stride = grid.stride(grid.spread(tau))
        kernel = _kernel(tau / grid.step)
        low, heights = grid.posterior(kernel, stride)
        if not heights:
            continue
        weights.append(share * stride * sum(heights))
        means.append(Curve(grid.first + low * grid.step, grid.step * stride, heights))
        half, wider = len(kernel) // 2, grid.stride(hypot(grid.spread(tau), tau))
        points = range(low - half, low + (len(heights) - 1) * stride + half + wider, wider)
        spread = _spread(heights, kernel, low=low, stride=stride, at=points)
        news.append(Curve(grid.first + points[0] * grid.step, grid.step * wider, list(spread)))
    if not weights:
        raise EvidenceError(
            Problem(f"counts of {', '.join(f'{x}/{n}' for x, n in counts)}", "a prediction from several arms",
                    "arms that differ no more than the prior allows",
                    "widen the scale of the prior, or leave an arm out and say so")
        )  # fmt: skip
    return Belief(Mixed(means, weights), Mixed(news, weights))


class _Grid:
    """Log odds at even steps, the likelihood of each arm there, and the prior of mu."""

    def __init__(self, counts: tuple[tuple[int, int], ...], prior: tuple[float, float, float]) -> None:
        self.tau_scale, self.centre, self.sd = prior
        self.variances = [_variance(events, n) for events, n in counts]
        self.step = self.spread(0) / FINE
        half = ceil(REACH * hypot(self.sd, self.tau_scale) / self.step)
        self.first, self.size = self.centre - half * self.step, 2 * half + 1
        theta = [self.first + at * self.step for at in range(self.size)]
        self.prior = [exp(-(((one - self.centre) / self.sd) ** 2) / 2) for one in theta]
        rest = [log1p(exp(one)) if one < 0 else one + log1p(exp(-one)) for one in theta]
        self.likelihoods = [_likelihood(events, n, theta=theta, rest=rest) for events, n in counts]

    def spread(self, tau: float) -> float:
        """About the standard deviation of mu at this τ."""
        return 1 / sqrt(1 / self.sd**2 + sum(1 / (variance + tau**2) for variance in self.variances))

    def stride(self, spread: float) -> int:
        """How many steps may be taken at once where what is summed over is spread so far."""
        return max(1, min(int(spread / self.spread(0)), int(WIDEST / self.step)))

    def taus(self) -> Iterator[tuple[float, float]]:
        """Nodes of τ with the prior's share of each; the integrand is even in u, so half steps leave out the ends."""
        scale = min(self.spread(0), self.tau_scale)
        for at in range(ceil(asinh(LARGEST_TAU * self.tau_scale / scale) / STEP_OF_U)):
            u = (at + 0.5) * STEP_OF_U
            tau = scale * sinh(u)
            yield tau, cosh(u) * exp(-((tau / self.tau_scale) ** 2) / 2)

    def posterior(self, kernel: Sequence[float], stride: int) -> tuple[int, list[float]]:
        """The density of mu at every `stride`-th point from the first one, up to a constant that is the same for all τ."""
        half = len(kernel) // 2
        # Elsewhere one of the arms has no likelihood left, however far the curve reaches.
        low = max(0, *(first - half for first, _ in self.likelihoods))
        high = min(self.size, *(first + len(values) + half for first, values in self.likelihoods))
        heights = self.prior[low:high:stride]
        if not heights:
            return 0, []
        for first, values in self.likelihoods:
            points = range(low, low + stride * len(heights), stride)
            heights = list(map(mul, heights, _blurred(values, kernel, first=first, at=points)))
            least = max(heights) * NEGLIGIBLE
            inside = [at for at, height in enumerate(heights) if height > least]
            if not inside:
                return 0, []
            low, heights = low + inside[0] * stride, heights[inside[0] : inside[-1] + 1]
        return low, heights


def _variance(events: int, n: int) -> float:
    """About the variance of an arm's log odds; half a person is added to either side, so that no arm is infinite."""
    return 1 / (events + 0.5) + 1 / (n - events + 0.5)


def _likelihood(events: int, n: int, *, theta: list[float], rest: list[float]) -> tuple[int, list[float]]:
    """An arm's likelihood as a share of its highest, where it is not nothing: first point and values."""
    top = sum(part * log(part / n) for part in (events, n - events) if part)
    heights = [events * one - n * other - top for one, other in zip(theta, rest, strict=True)]
    inside = [at for at, height in enumerate(heights) if height > -NOTHING_LEFT]
    if not inside:
        return 0, []
    return inside[0], [exp(height) for height in heights[inside[0] : inside[-1] + 1]]


def _kernel(width: float) -> list[float]:
    """Weights of a normal curve at whole steps, `width` steps wide, that sum to 1."""
    if width < 1:
        return narrow(width)
    half = ceil(CUT * width)
    right = [exp(-((at / width) ** 2) / 2) for at in range(half + 1)]
    total = 2 * sum(right) - right[0]
    right = [one / total for one in right]
    return right[:0:-1] + right


def narrow(width: float) -> list[float]:
    """Seven weights for a normal curve that is narrower than a step.

    Holds     moments up to the seventh are those of the normal: 1, width², 3 width⁴, 15 width⁶
    Source    exp(width² D²/2) with D² = (2 arsinh(δ/2))², expanded in central differences δ² up to the sixth
    Checked   tests/against/test_expectation.py

    >>> [round(one, 3) for one in narrow(1)]
    [0.006, 0.05, 0.25, 0.389, 0.25, 0.05, 0.006]
    """
    t = width**2
    second, fourth, sixth = t / 2, t**2 / 8 - t / 24, t**3 / 48 - t**2 / 48 + t / 180
    one, two = second - 4 * fourth + 15 * sixth, fourth - 6 * sixth
    return [sixth, two, one, 1 - 2 * second + 6 * fourth - 20 * sixth, one, two, sixth]


def _blurred(values: list[float], kernel: Sequence[float], *, first: int, at: range) -> list[float]:
    """Values averaged over the curve, at some points; `first` is the point of the first value."""
    half, last = len(kernel) // 2, first + len(values)
    found = []
    for point in at:
        low, high = max(first, point - half), min(last, point + half + 1)
        shift = half - point
        part = map(mul, values[low - first : high - first], kernel[low + shift : high + shift]) if low < high else ()
        found.append(sum(part))
    return found


def _spread(heights: list[float], kernel: Sequence[float], *, low: int, stride: int, at: range) -> Iterator[float]:
    """A density at every `stride`-th point from `low` on, averaged over the curve, at some points."""
    half, last = len(kernel) // 2, len(heights) - 1
    for point in at:
        left, right = max(0, -((low + half - point) // stride)), min(last, (point - low + half) // stride)
        weights = kernel[low + left * stride - point + half :: stride] if left <= right else ()
        yield sum(map(mul, heights[left : right + 1], weights))
