"""One piece of constant input for many patients at once: level, slope, area, and where the concentration turns.

What kernels.py does for one patient, in arrays. With the depot empty dC/dt is Σ weight (R - λ y) exp(-λh), a sum of three
exponentials; times exp(slowest · h) it has one turn at most, in closed form, hence two zeros at most. With a drug in the depot
(d/dt + ka) dC/dt is such a sum, and between its zeros exp(ka · h) dC/dt is monotone.
"""

from __future__ import annotations

from collections.abc import Callable
from itertools import pairwise

import msgspec
import numpy as np

from assuage.exposure.events import Array
from assuage.exposure.linear import Prepared
from assuage.exposure.phi import first_difference, second_difference

MOST_STEPS = 200
CLOSE = 1e-12  # relative: of the time of a peak, which is then exact itself
NEAR = 1e-8  # relative, of a Newton step; the next would be the square of that


class Piece(msgspec.Struct, frozen=True, eq=False):
    """A piece for b patients: modes (m, b), what they hold at its beginning (m, b), the depot (b,) or none, the rate of input."""

    rate_per_h: Array
    weight_per_l: Array
    amount: Array
    depot: Array | None
    ka_per_h: Array | None
    baseline: Array
    input_per_h: float

    def of(self, patients: np.ndarray) -> Piece:
        """The same piece for some of the patients."""
        # `take` leaves rows in one piece; an index does not, and every sum over them takes many times as long.
        return Piece(
            np.take(self.rate_per_h, patients, axis=1),
            np.take(self.weight_per_l, patients, axis=1),
            np.take(self.amount, patients, axis=1),
            None if self.depot is None else self.depot[patients],
            None if self.ka_per_h is None else self.ka_per_h[patients],
            self.baseline[patients],
            self.input_per_h,
        )

    def level(self, hours: Array | float) -> Array:
        """The concentration, baseline included, `hours` (b,) into the piece."""
        z = self.rate_per_h * hours
        held = self.amount * np.exp(-z)
        if self.input_per_h > 0:
            held += self.input_per_h * -np.expm1(-z) / self.rate_per_h
        if self.depot is not None and self.ka_per_h is not None:
            held += self.ka_per_h * self.depot * hours * first_difference(z, self.ka_per_h * hours)
        return np.asarray(self.baseline + np.sum(self.weight_per_l * held, axis=0))

    def slope(self, hours: Array | float) -> Array:
        """dC/dt, (b,)."""
        z = self.rate_per_h * hours
        flow = (self.input_per_h - self.rate_per_h * self.amount) * np.exp(-z)
        if self.depot is not None and self.ka_per_h is not None:
            passed = self.ka_per_h * hours
            flow += self.ka_per_h * self.depot * (np.exp(-passed) - z * first_difference(z, passed))
        return np.asarray(np.sum(self.weight_per_l * flow, axis=0))

    def bends(self) -> Array:
        """Coefficients (m, b) of (d/dt + ka) dC/dt, or of dC/dt where there is no depot."""
        flow = self.input_per_h - self.rate_per_h * self.amount
        if self.depot is not None and self.ka_per_h is not None:
            rates = self.rate_per_h
            flow = (self.ka_per_h - rates) * flow - rates * self.ka_per_h * self.depot
        return self.weight_per_l * flow

    def area(self, hours: float) -> Array:
        """The integral of the concentration over the piece, baseline apart, (b,)."""
        z = self.rate_per_h * hours
        held = self.amount * hours * first_difference(z, np.zeros_like(z))
        if self.input_per_h > 0:
            held += self.input_per_h * hours**2 * second_difference(np.zeros_like(z), z, c=0.0)
        if self.depot is not None and self.ka_per_h is not None:
            arrived = second_difference(self.ka_per_h * hours, z, c=0.0)
            held += self.ka_per_h * self.depot * hours**2 * arrived
        return np.asarray(np.sum(self.weight_per_l * held, axis=0))

    def marks(self, hours: float) -> Array:
        """Times (n, b) between which the concentration only rises or only falls; the first is 0, the last `hours`.

        Where a patient has fewer of them, one is repeated.
        """
        bends = self.bends()
        begin, end = np.zeros(bends.shape[1]), np.full(bends.shape[1], hours)
        mixed = np.flatnonzero(np.any(bends > 0, axis=0) & np.any(bends < 0, axis=0))
        turns = np.stack([begin, begin])
        if mixed.size:
            turns[:, mixed] = _turns(bends[:, mixed], self.rate_per_h[:, mixed], hours=hours)
        bounds = np.stack([begin, *turns, end])
        if self.depot is None:
            return bounds
        # A repeated bound makes an empty bracket, whose beginning is returned.
        zeros = [bracketed(lambda of: self.of(of).slope, low, high=high) for low, high in pairwise(bounds)]
        return np.maximum.accumulate(np.stack([begin, *zeros, end]), axis=0)


def piece_at(prepared: Prepared, amount: Array, *, depot: Array | None, input_per_h: float) -> Piece:
    """A piece that begins with these amounts, (m, B), and this depot, (B,)."""
    modes = prepared.modes
    return Piece(
        modes.rate_per_h,
        modes.weight_per_l,
        amount,
        depot,
        None if depot is None else prepared.ka_per_h,
        prepared.baseline,
        input_per_h,
    )


def _turns(bends: Array, rates: Array, *, hours: float) -> Array:
    """The zeros, up to two, of Σ bends exp(-rates h) from 0 to `hours`: (2, b); where there is none, a harmless time."""
    slow = rates[-1]
    turn = np.zeros_like(slow)
    if len(rates) == 3:
        first, second = bends[0] * (rates[0] - slow), bends[1] * (rates[1] - slow)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            ratio = np.where(first * second < 0, -second / first, 1.0)
            found = -np.log(ratio) / (rates[0] - rates[1])
        turn = np.where((ratio > 0) & (ratio < 1), np.minimum(found, hours), 0.0)

    def value(of: np.ndarray) -> Callable[[Array], Array]:
        some, speeds = bends[:, of], rates[:, of]
        return lambda h: np.asarray(np.sum(some * np.exp(-speeds * h), axis=0))

    early = bracketed(value, np.zeros_like(turn), high=turn)
    late = bracketed(value, turn, high=np.full_like(turn, hours))
    return np.stack([early, np.maximum(early, late)])


def bracketed(value: Callable[[np.ndarray], Callable[[Array], Array]], low: Array, *, high: Array) -> Array:
    """Where a function of time changes sign between `low` and `high`, (b,); `low` where it has the same sign at both.

    `value` is given the numbers of some patients, and gives the function of theirs. Regula falsi by halves (Illinois), and every third
    step a bisection, so that it always ends. Source: Dowell M, Jarratt P. BIT 1971;11:168-174.
    """
    everybody = np.arange(len(low))
    of_all = value(everybody)
    at_low, at_high = of_all(low), of_all(high)
    # By their signs: the product of two small numbers may be 0.
    of = np.flatnonzero(np.sign(at_low) * np.sign(at_high) < 0)
    found = low.copy()
    if not of.size:
        return found
    a, b, fa, fb = low[of], high[of], at_low[of], at_high[of]
    of_these = value(of)
    for step in range(MOST_STEPS):
        with np.errstate(divide="ignore", invalid="ignore"):
            middle = (a * fb - b * fa) / (fb - fa)
        is_outside = ~((a < middle) & (middle < b))
        middle = np.where(is_outside | (step % 3 == 2), (a + b) / 2, middle)
        here = of_these(middle)
        is_left = np.sign(here) * np.sign(fa) > 0
        fa, fb = np.where(is_left, here, fa / 2), np.where(is_left, fb / 2, here)
        a, b = np.where(is_left, middle, a), np.where(is_left, b, middle)
        hit = here == 0
        a, b = np.where(hit, middle, a), np.where(hit, middle, b)
        fa, fb = np.where(hit, -1.0, fa), np.where(hit, 1.0, fb)
        if np.all(b - a <= CLOSE * b):
            break
    found[of] = (a + b) / 2
    return found


def crossings(piece: Piece, low: Array, *, high: Array, threshold: float) -> Array:
    """When a concentration that is monotone from `low` to `high`, and crosses the threshold between them, does so: (b,).

    Newton on the logarithm, which is convex where a drug only leaves, kept in its bracket by bisection.
    """
    found = np.empty_like(low)
    first, last = low, high
    waiting, a, b = np.arange(len(low)), low, high
    is_falling = piece.level(low) > piece.level(high)
    at = np.where(is_falling, a, (a + b) / 2)
    for _ in range(MOST_STEPS):
        here = piece.level(at)
        is_before = (here > threshold) == is_falling
        a, b = np.where(is_before, at, a), np.where(is_before, b, at)
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            move = -np.log(here / threshold) * here / piece.slope(at)
            is_done = np.abs(move) <= NEAR * at
        following = at + move
        # Rounding may have put the bracket a hair beside the root: the last step need not lie within.
        is_inside = is_done | ((a <= following) & (following <= b))
        following = np.where(is_inside, following, (a + b) / 2)
        is_open = ~is_done
        found[waiting] = at = following
        if not np.any(is_open):
            break
        if 2 * np.count_nonzero(is_open) < len(is_open):
            piece, waiting, is_falling = piece.of(np.flatnonzero(is_open)), waiting[is_open], is_falling[is_open]
            a, b, at = a[is_open], b[is_open], at[is_open]
    return np.clip(found, first, last)
