"""Rates of the exponentials of mammillary models, from the secular function, to the last digits.

A central compartment with rate k10 out, and peripheral compartments with rates out k and back p, has the eigenvalues that
solve f(λ) = k10 - λ (1 + Σ k/(p - λ)) = 0. One lies below the slowest p, one between each two, one above the fastest. f falls
on each of these stretches, and the share of a mode in the central concentration after a bolus is 1/(1 + Σ k p/(p - λ)²): a sum
of positive terms, which is 0 where two p coincide and needs no difference of two eigenvalues.

λ is carried as its distance from the nearest p (or from 0), so that p - λ keeps all its digits however weak the exchange.

Source    f: characteristic polynomial of the rate matrix by expansion along the central row; the cubic by Viète's
          trigonometric form; iteration with the nearest pole kept and the rest linearised: Gu M, Eisenstat SC. A
          divide-and-conquer algorithm for the symmetric tridiagonal eigenproblem. SIAM J Matrix Anal Appl 1995;16:172-191.
Checked   tests/against/test_exposure_digits.py
"""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assuage.exposure.events import Array

MOST_STEPS = 80  # bisection alone would be done by then; three to five steps are usual
LAST_PLACE = 8 * np.finfo(np.float64).eps
NOISE = 1e-8  # relative; the square root of the precision, beyond which a wrong sign cannot reach


def two_modes(k10: Array, out: Array, *, back: Array) -> tuple[Array, Array]:
    """Rates and shares of a model with one peripheral compartment.

    Give      rate constants of one unit, each (B,)
    Get       rates and shares, each (2, B), fastest first; shares add up to 1
    """
    excess = k10 + out - back
    root = np.sqrt(excess * excess + 4 * out * back)
    larger = (np.abs(excess) + root) / 2
    smaller = out * back / larger
    above = np.where(excess >= 0, larger, smaller)  # fast rate - back
    below = np.where(excess >= 0, smaller, larger)  # back - slow rate
    fast = (k10 + out + back + root) / 2
    slow = k10 * back / fast
    shares = [1 / (1 + out * back / (gap * gap)) for gap in (above, below)]
    return np.stack([fast, slow]), np.stack(shares)


def three_modes(k10: Array, out: Sequence[Array], *, back: Sequence[Array]) -> tuple[Array, Array]:
    """Rates and shares of a model with two peripheral compartments.

    Give      rate constants of one unit, each (B,); `out` and `back` of the two compartments
    Get       rates and shares, each (3, B), fastest first; shares add up to 1
    """
    swap = back[0] > back[1]
    pole = np.where(swap, back[1], back[0]), np.where(swap, back[0], back[1])
    k = np.where(swap, out[1], out[0]), np.where(swap, out[0], out[1])
    guess = _cubic(k10, k, pole)
    origin, at_pole = _origins(guess, pole)
    offset = np.stack([pole[0] - origin, pole[1] - origin])  # (2, 3, B)
    tau = _solve(k10, k, pole=pole, origin=origin, at_pole=at_pole, start=guess - origin)
    with np.errstate(divide="ignore", over="ignore"):
        gaps = offset - tau
        shares = 1 / (1 + sum(k[n] * pole[n] / (gaps[n] * gaps[n]) for n in range(2)))
    return origin + tau, shares


def _cubic(k10: Array, k: Sequence[Array], pole: Sequence[Array]) -> Array:
    """Three roots to about eight digits, fastest first: (3, B)."""
    total = k10 + k[0] + k[1] + pole[0] + pole[1]
    pairs = k10 * (pole[0] + pole[1]) + k[0] * pole[1] + k[1] * pole[0] + pole[0] * pole[1]
    product = k10 * pole[0] * pole[1]
    spread = np.sqrt(np.maximum(total * total - 3 * pairs, 0)) / 3
    bend = (-2 * total**3 + 9 * total * pairs - 27 * product) / 54
    with np.errstate(invalid="ignore", divide="ignore"):
        angle = np.arccos(np.clip(np.nan_to_num(bend / spread**3), -1, 1))
    fast = total / 3 - 2 * spread * np.cos((angle + 2 * np.pi) / 3)
    middle = np.clip(total / 3 - 2 * spread * np.cos((angle - 2 * np.pi) / 3), pole[0], pole[1])
    fast = np.maximum(fast, pole[1])
    return np.stack([fast, middle, np.minimum(product / (fast * middle), pole[0])])


def _origins(guess: Array, pole: Sequence[Array]) -> tuple[Array, Array]:
    """For each root the pole nearest to it, or 0 for a slow one; and which pole that is (0, 1; 2 for none). Each (3, B)."""
    nearer_first = guess[1] - pole[0] <= pole[1] - guess[1]
    near_zero = guess[2] < pole[0] / 2
    which = np.stack([np.ones_like(guess[0]), np.where(nearer_first, 0.0, 1.0), np.where(near_zero, 2.0, 0.0)])
    return np.choose(which.astype(np.int64), [pole[0], pole[1], np.zeros_like(pole[0])]), which


def _solve(
    k10: Array, k: Sequence[Array], *, pole: Sequence[Array], origin: Array, at_pole: Array, start: Array
) -> Array:
    """The distance of each root from its origin, (3, B): the pole at the origin kept, the rest linearised, in a bracket."""
    own = [at_pole == n for n in range(2)]
    rest = [np.where(own[n], 0.0, k[n]) for n in range(2)]
    constant = k10 + np.where(own[0], k[0], 0.0) + np.where(own[1], k[1], 0.0)
    strength = np.where(own[0], k[0] * pole[0], 0.0) + np.where(own[1], k[1] * pole[1], 0.0)
    low, high = _brackets(k10, k, pole, origin)
    sign = np.where(high > 0, 1.0, -1.0)
    tau = np.where((start > low) & (start < high), start, (low + high) / 2)
    for _ in range(MOST_STEPS):
        rate = origin + tau
        gaps = [np.where(own[n], 1.0, pole[n] - origin - tau) for n in range(2)]
        with np.errstate(divide="ignore", invalid="ignore", over="ignore"):
            part = [rest[n] / gaps[n] for n in range(2)]
            value = constant - rate - rate * (part[0] + part[1])
            slope = 1 + part[0] * pole[0] / gaps[0] + part[1] * pole[1] / gaps[1]
            is_left = value + np.where(strength > 0, strength / tau, 0.0) > 0
            low, high = np.where(is_left, tau, low), np.where(is_left, high, tau)
            step = _quadratic(value + slope * tau, slope, strength=strength, sign=sign)
        # Near the root the sign of f is noise and may have put the bracket a hair beside it.
        slack = NOISE * np.abs(step)
        is_inside = (step >= low - slack) & (step <= high + slack)
        following = np.where(is_inside, step, (low + high) / 2)
        is_done = np.abs(following - tau) <= LAST_PLACE * np.abs(following)
        tau = following
        if np.all(is_done):
            break
    return tau


def _quadratic(level: Array, slope: Array, *, strength: Array, sign: Array) -> Array:
    """The root of level - slope τ + strength/τ on the side of 0 that `sign` tells, without cancellation."""
    root = np.sqrt(level * level + 4 * slope * strength)
    towards = sign * level
    return np.asarray(sign * np.where(towards >= 0, (towards + root) / (2 * slope), 2 * strength / (root - towards)))


def _brackets(k10: Array, k: Sequence[Array], pole: Sequence[Array], origin: Array) -> tuple[Array, Array]:
    """Between which distances from its origin each root lies: (3, B) each."""
    top = k10 + k[0] + k[1] + pole[0] + pole[1]
    low = np.stack([pole[1], pole[0], np.zeros_like(k10)]) - origin
    high = np.stack([top, pole[1], pole[0]]) - origin
    return low, high
