"""Any linear compartmental model, by uniformisation: safe where no closed form is at hand, and slower.

exp(A h) = exp(-c h) Σ (c h)^k/k! P^k with P = I + A/c and c the fastest rate out of any compartment. P has no negative
entry, so every sum and product is of positive numbers, whatever the rates, equal ones included. Long times are squared up.

Source    Jensen A. Skand Aktuarietidskr 1953;36:87-91; Grassmann WK. Comput Oper Res 1977;4:47-53. Entries keep their relative
          accuracy to about c·h units in the last place.
"""

from __future__ import annotations

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import Doses, as_timeline, as_times
from assuage.exposure.events import Array, Timeline

# c·h is halved until it is at most this; 32 terms then leave out less than 1e-18 of the least entry that counts.
LONGEST_STEP = 2.0
TERMS = 32
STEPS_KEPT = 64


class Compartments(msgspec.Struct, frozen=True, eq=False):
    """Amounts in n compartments: dA/dt = matrix · A + input. Made by `compartments`.

    `matrix` (B, n, n), 1/h, column from, row to; `intravenous` and `intramuscular` name where doses go and what fraction
    arrives, each (n,); `output` (B, n) or (n,) turns amounts into the concentration that is asked for.
    """

    matrix: Array
    intravenous: Array
    intramuscular: Array
    output: Array
    is_single: bool


def compartments(
    matrix: ArrayLike, *, intravenous: ArrayLike, output: ArrayLike, intramuscular: ArrayLike | None = None
) -> Compartments:
    """A linear compartmental model, checked.

    Give      matrix (n, n) or (B, n, n) in 1/h: entry [i, j] is the rate from compartment j to i; the diagonal is minus all
              that leaves; `intravenous`, `intramuscular`: fractions of a dose that go into each compartment, (n,);
              `output`: (n,) or (B, n), for a concentration 1/volume at its compartment
    Get       a model for `general_concentrations`
    Errors    `ExposureError`: not square, not finite, a negative rate between compartments, a compartment out of which
              less leaves than arrives elsewhere, weights that are negative or of another length
    """
    rates = np.asarray(matrix, dtype=np.float64)
    is_single = rates.ndim == 2
    rates = rates[None] if is_single else rates
    if rates.ndim != 3 or rates.shape[1] != rates.shape[2]:
        raise _error(f"a matrix of shape {np.shape(matrix)}", "shape (n, n), or (B, n, n) for B patients")
    n = rates.shape[1]
    _refuse_rates(rates)
    muscle = np.zeros(n) if intramuscular is None else np.asarray(intramuscular, dtype=np.float64)
    vein, seen = np.asarray(intravenous, dtype=np.float64), np.asarray(output, dtype=np.float64)
    for name, weights in (("intravenous", vein), ("intramuscular", muscle), ("output", seen)):
        if weights.shape[-1:] != (n,) or not np.all(np.isfinite(weights) & (weights >= 0)):
            raise _error(f"{name} has shape {weights.shape}, or an entry below 0", f"{n} numbers of 0 or above")
    return Compartments(rates, vein, muscle, seen, is_single)


def _refuse_rates(rates: Array) -> None:
    off = rates * (1 - np.eye(rates.shape[1]))
    if not np.all(np.isfinite(rates)):
        raise _error("a rate that is not finite", "finite rates per hour")
    if np.any(off < 0):
        raise _error(f"a rate of {off.min()} between compartments", "rates of 0 or above off the diagonal")
    arriving, leaving = off.sum(axis=1), -np.einsum("bii->bi", rates)
    # Rates out of a compartment are added up by the caller too, and rounded.
    if np.any(leaving < arriving * (1 - 1e-12)):
        raise _error("more arrives from a compartment than leaves it", "a diagonal of minus all that leaves")


def _error(what: str, expected: str) -> ExposureError:
    return ExposureError(
        Problem(what, "a compartmental model", expected, "write row “to”, column “from”, the diagonal minus the sum of rates out")
    )  # fmt: skip


def general_concentrations(model: Compartments, doses: Doses, *, t_h: ArrayLike, baseline: float = 0.0) -> Array:
    """Output of any linear compartmental model after a series of doses.

    Give      a model; doses; times (T,) in hours, in any order; a constant added to the result
    Get       (T,) for one patient, else (B, T)
    Holds     linear in dose; `baseline` before the first start; no number is ever negative
    Source    the formula at the head of this file
    Checked   tests/against/test_exposure_digits.py, tests/against/test_exposure_vectors.py
    Not for   many times in many patients: n² numbers a step instead of n
    Errors    `ExposureError`: see `timeline`; times that are not finite
    """
    times, line = as_times(t_h), as_timeline(doses)
    patients, n = model.matrix.shape[:2]
    found = np.zeros((patients, len(times)))
    piece = np.searchsorted(line.edge_h, times, side="right") - 1
    order = np.argsort(times, kind="stable")
    walk = _Walk(model, line)
    for at in order[piece[order] >= 0]:
        state = walk.to(int(piece[at]), float(times[at]))
        found[:, at] = np.einsum("bn,bn->b", np.broadcast_to(model.output, (patients, n)), state)
    found += baseline
    return found[0] if model.is_single else found


class _Walk:
    """Goes along a timeline, forward only, and keeps the steps it has computed: a grid has few different ones."""

    def __init__(self, model: Compartments, line: Timeline) -> None:
        self.model, self.line = model, line
        self.piece, self.at_h = 0, float(line.edge_h[0]) if len(line.edge_h) else 0.0
        self.state = np.zeros(model.matrix.shape[:2])
        self.steps: dict[tuple[float, float], tuple[Array, Array]] = {}
        if len(line.edge_h):
            self._give(0)

    def to(self, piece: int, at_h: float) -> Array:
        """Amounts at a time within a piece, (B, n)."""
        while self.piece < piece:
            self._advance(float(self.line.edge_h[self.piece + 1]))
            self.piece += 1
            self._give(self.piece)
        self._advance(at_h)
        return self.state

    def _give(self, edge: int) -> None:
        model, line = self.model, self.line
        self.state = self.state + line.bolus[edge] * model.intravenous + line.depot[edge] * model.intramuscular

    def _advance(self, at_h: float) -> None:
        length, rate = at_h - self.at_h, float(self.line.rate_per_h[self.piece])
        if length > 0:
            key = (length, rate)
            if key not in self.steps:
                if len(self.steps) == STEPS_KEPT:
                    self.steps.clear()
                self.steps[key] = _step(self.model, length, rate)
            moved, put_in = self.steps[key]
            self.state = np.einsum("bij,bj->bi", moved, self.state) + put_in
            self.at_h = at_h


def _step(model: Compartments, length_h: float, rate: float) -> tuple[Array, Array]:
    """What a time does to amounts, (B, n, n), and what an input at a rate puts in, (B, n)."""
    patients, n = model.matrix.shape[:2]
    whole = np.zeros((patients, n + 1, n + 1))
    whole[:, :n, :n] = model.matrix
    # The pump is one more compartment, that gives and does not empty.
    whole[:, :n, n] = rate * model.intravenous
    moved = exponential(whole * length_h)
    return moved[:, :n, :n], moved[:, :n, n]


def exponential(matrix: Array) -> Array:
    """exp of matrices whose off-diagonal entries are not negative, entry by entry to their last digits.

    Give      (B, n, n), no unit
    Get       (B, n, n), no entry negative
    Source    the formula at the head of this file
    """
    n = matrix.shape[-1]
    fastest = float(np.max(-np.einsum("bii->bi", matrix), initial=0.0))
    largest = float(np.max(matrix, initial=0.0))
    doublings = max(0, int(np.ceil(np.log2(max(fastest, largest, LONGEST_STEP) / LONGEST_STEP))))
    part = matrix / 2**doublings
    shift = fastest / 2**doublings
    moved = part + shift * np.eye(n)
    term = np.broadcast_to(np.eye(n), matrix.shape)
    total = term.copy()
    for k in range(1, TERMS):
        term = term @ moved / k
        total += term
    total *= np.exp(-shift)
    for _ in range(doublings):
        total = total @ total
    return np.asarray(total)
