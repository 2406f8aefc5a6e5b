"""Divided differences of the exponential: what a chain of first-order steps does, without subtracting near equals.

A drug that passes through steps with rates a, b, c for a time h is there in proportion to the divided difference of exp at
the points -ah, -bh, -ch. Written with products and sums of positive numbers they stay exact to the last digits where rates
coincide, where the textbook's fractions divide by zero.

Source of the identities: Higham NJ. Functions of Matrices. SIAM 2008, appendix B.16 (divided differences); McCurdy A, Ng KC,
Parlett BN. Accurate computation of divided differences of the exponential function. Math Comp 1984;43:501-528.
"""

from __future__ import annotations

import math

import numpy as np

from assuage.exposure.events import Array

# Below this gap the series, above it the difference, which then loses no more than two bits.
SERIES_BELOW = 1.0
# For gaps below 1 the terms are at most (n + 1)/(n + 2)!: from the 19th on they are below half a unit in the last place.
TERMS = 19


def phi(z: Array) -> Array:
    """(1 - exp(-z))/z for z ≥ 0, and 1 at 0: how much of an input at a constant rate is left after one unit of time.

    Give      z of any shape, not negative
    Get       the same shape; between 0 and 1
    """
    positive = z > 0
    return np.where(positive, -np.expm1(-z) / np.where(positive, z, 1.0), 1.0)


def first_difference(a: Array, b: Array) -> Array:
    """exp[-a, -b] = (exp(-a) - exp(-b))/(b - a), and exp(-a) where they coincide.

    Give      a, b ≥ 0, shapes that broadcast
    Get       positive numbers; symmetric in a and b
    """
    return np.exp(-np.minimum(a, b)) * phi(np.abs(a - b))


def second_difference(a: Array, b: Array, *, c: Array | float) -> Array:
    """exp[-a, -b, -c], the second divided difference; half exp(-a) where all coincide.

    Give      a, b, c ≥ 0, shapes that broadcast
    Get       positive numbers; symmetric in all three
    """
    a, b, c = np.broadcast_arrays(a, b, c)
    least, most = np.minimum(np.minimum(a, b), c), np.maximum(np.maximum(a, b), c)
    middle = np.maximum(np.minimum(a, b), np.minimum(np.maximum(a, b), c))
    near, far = middle - least, most - least
    wide = far >= SERIES_BELOW
    # Each form is evaluated where it holds; elsewhere it is given a harmless argument.
    far_wide = np.where(wide, far, SERIES_BELOW)
    near_wide = np.where(wide, near, 0.0)
    apart = (phi(near_wide) - np.exp(-near_wide) * phi(far_wide - near_wide)) / far_wide
    if bool(np.all(wide)):
        return np.asarray(np.exp(-least) * apart)
    close = _series(np.where(wide, 0.0, near), np.where(wide, 0.0, far))
    return np.asarray(np.exp(-least) * np.where(wide, apart, close))


def _series(near: Array, far: Array) -> Array:
    """exp[0, -near, -far] by its Taylor series about -far: complete symmetric polynomials of positive gaps."""
    gap = far - near
    polynomial, power = np.ones_like(far), np.ones_like(far)
    total = 0.5 * np.ones_like(far)
    for n in range(1, TERMS):
        power = power * gap
        polynomial = polynomial * far + power
        total += polynomial / math.factorial(n + 2)
    return np.asarray(np.exp(-far) * total)
