"""Concentrations in closed form: a sum of positive terms on every piece of constant input.

On a piece of input at rate R, h hours after its beginning, the amount that a mode with rate λ holds is

    y(h) = y(0) exp(-λh) + R (1 - exp(-λh))/λ + ka A(0) h exp[-λh, -ka·h]

with A the depot and exp[a, b] the divided difference of phi.py; the central concentration is Σ weight · y. Every term is
positive, so nothing is lost at a trough, nor where ka meets a λ. At an edge the doses given at that instant are in.

Source    superposition for linear models: Gibaldi M, Perrier D. Pharmacokinetics. 2nd ed. 1982, appendix B; the form with
          (1 - exp(-λh)) by expm1 instead of differences of steady states is this project's
"""

from __future__ import annotations

from collections.abc import Iterable

import msgspec
import numpy as np
from numpy.typing import ArrayLike

from assuage.errors import ExposureError, Problem
from assuage.exposure.events import Array, Dose, Timeline, timeline
from assuage.exposure.linear import LinearModel, Prepared
from assuage.exposure.phi import first_difference

Doses = Iterable[Dose] | Timeline
# Numbers held at once by an intermediate array: about a megabyte, so that it stays in the cache.
AT_ONCE = 1 << 17
# A scan of no more steps than this is a plain loop.
PLAIN_SCAN = 64


class States(msgspec.Struct, frozen=True, eq=False):
    """What is in the body at each edge, doses of that instant in: amounts of the modes (E, m, B); depot (E, B) or none."""

    amount: Array
    depot: Array | None


class Grid(msgspec.Struct, frozen=True):
    """Times `start_h`, `start_h + step_h`, …: `count` of them."""

    start_h: float
    step_h: float
    count: int

    def times_h(self) -> Array:
        """The times, shape (count,)."""
        return self.start_h + self.step_h * np.arange(self.count, dtype=np.float64)


def concentrations(model: LinearModel | Prepared, doses: Doses, *, t_h: ArrayLike, out: Array | None = None) -> Array:
    """Central concentration at any times, after a series of doses.

    Give      a model of one patient or B; doses in its unit of amount; `t_h` in hours, shape (T,), in any order; `out` to
              write into, shape (B, T)
    Get       amount per litre, baseline included, shape (T,) for one patient, else (B, T)
    Holds     linear in dose; 0 (the baseline) before the first start; at the time of a bolus the bolus is in
    Source    the formula at the head of this file
    Checked   tests/against/test_exposure_digits.py, tests/laws/test_exposure_linear.py
    Not for   saturable elimination
    Errors    `ExposureError`: see `timeline`, `prepare`; times that are not finite; an `out` of another shape; an
              intramuscular dose without absorption

    >>> from assuage.exposure.linear import mammillary
    >>> drug = LinearModel(mammillary(v1_l=10, cl_l_per_h=5))
    >>> concentrations(drug, [Dose(100, 0, 1)], t_h=[0, 1]).round(3).tolist()
    [0.0, 7.869]
    """
    prepared, line, times = as_prepared(model), as_timeline(doses), as_times(t_h)
    target = as_output(out, prepared, len(times))
    piece = np.searchsorted(line.edge_h, times, side="right") - 1
    begun = np.flatnonzero(piece >= 0)
    piece, since_h = piece[begun], times[begun] - line.edge_h[piece[begun]]
    target[...] = prepared.baseline[:, None]
    if begun.size:
        size = max(1, AT_ONCE // max(len(begun), len(line.edge_h)))
        for begin in range(0, prepared.patients, size):
            part = prepared.part(begin, begin + size)
            chunk = target[begin : begin + size]
            if begun.size == len(times):
                _add(part, edge_states(part, line), rates=line.rate_per_h, piece=piece, since_h=since_h, out=chunk)
            else:
                some = np.zeros((part.patients, len(begun)))
                _add(part, edge_states(part, line), rates=line.rate_per_h, piece=piece, since_h=since_h, out=some)
                chunk[:, begun] += some
    return target[0] if prepared.is_single and out is None else target


def _add(prepared: Prepared, states: States, *, rates: Array, piece: np.ndarray, since_h: Array, out: Array) -> None:
    """Add the central concentration `since_h` after the beginning of each `piece` to `out`, (b, T)."""
    running = np.flatnonzero(rates[piece] > 0)
    scheduled = rates[piece[running]]
    for rate, weight, amount in zip(
        prepared.modes.rate_per_h, prepared.modes.weight_per_l, states.amount.swapaxes(0, 1), strict=True
    ):
        z = rate[:, None] * since_h
        out += weight[:, None] * amount[piece].T * np.exp(-z)
        if running.size:
            out[:, running] += (weight / rate)[:, None] * scheduled * -np.expm1(-z[:, running])
        if states.depot is not None and prepared.ka_per_h is not None:
            arrived = since_h * first_difference(z, prepared.ka_per_h[:, None] * since_h)
            out += (weight * prepared.ka_per_h)[:, None] * states.depot[piece].T * arrived


def edge_states(prepared: Prepared, line: Timeline) -> States:
    """What each mode and the depot hold at every edge, the doses of that instant included.

    Give      B patients and a timeline of E ≥ 1 edges
    Get       amounts (E, m, B) and depot (E, B)
    """
    rate, gap = prepared.modes.rate_per_h, line.length_h[:, None, None]
    z = rate * gap
    gain = line.rate_per_h[:-1, None, None] * -np.expm1(-z) / rate + line.bolus[1:, None, None]
    depot = _depot(prepared, line)
    if depot is not None and prepared.ka_per_h is not None:
        ka = prepared.ka_per_h
        gain += ka * depot[:-1, None, :] * gap * first_difference(z, ka * gap)
    start = np.full_like(rate, line.bolus[0])
    return States(scan(np.exp(-z), gain, start=start), depot)


def _depot(prepared: Prepared, line: Timeline) -> Array | None:
    """What will still be absorbed, (E, B): the fraction that arrives is taken at once."""
    ka = absorption_rate(prepared, line)
    if ka is None:
        return None
    arriving = line.depot[:, None] * prepared.fraction
    return scan(np.exp(-ka * line.length_h[:, None]), arriving[1:], start=arriving[0])


def absorption_rate(prepared: Prepared, line: Timeline) -> Array | None:
    """ka, (B,), where something is injected into muscle. Errors: `ExposureError` where the model knows none then."""
    if not np.any(line.depot):
        return None
    if prepared.ka_per_h is None:
        raise ExposureError(
            Problem("an intramuscular dose, and the model knows no absorption", "doses and model",
                    "a model with an absorption rate for intramuscular doses", "give the model an Absorption, or leave the dose out")
        )  # fmt: skip
    return prepared.ka_per_h


def scan(decay: Array, gain: Array, *, start: Array) -> Array:
    """x[0] = start, x[k + 1] = decay[k] x[k] + gain[k], along the first axis; long ones pair by pair.

    Give      decay and gain (n, …), start (…)
    Get       (n + 1, …)
    """
    steps = len(decay)
    x = np.empty((steps + 1, *start.shape))
    x[0] = start
    if steps <= PLAIN_SCAN:
        for k in range(steps):
            x[k + 1] = decay[k] * x[k] + gain[k]
        return x
    even = steps - steps % 2
    first, second = slice(0, even, 2), slice(1, even, 2)
    x[0 : even + 1 : 2] = scan(decay[second] * decay[first], decay[second] * gain[first] + gain[second], start=start)
    x[1:even:2] = decay[first] * x[first] + gain[first]
    if steps > even:
        x[steps] = decay[even] * x[even] + gain[even]
    return x


def as_prepared(model: LinearModel | Prepared) -> Prepared:
    """The model, diagonalised where it is not yet."""
    return model if isinstance(model, Prepared) else model.prepared


def as_timeline(doses: Doses) -> Timeline:
    """The timeline of doses, or the timeline given."""
    return doses if isinstance(doses, Timeline) else timeline(doses)


def as_times(t_h: ArrayLike) -> Array:
    """Times as an array (T,); refused where one is not finite."""
    times = np.asarray(t_h, dtype=np.float64)
    if times.ndim != 1 or not np.all(np.isfinite(times)):
        raise ExposureError(
            Problem(f"times of shape {times.shape}, {np.count_nonzero(~np.isfinite(times))} of them not finite",
                    "times of concentrations", "a list of finite times in hours", "correct the times; write one time as [1.5]")
        )  # fmt: skip
    return times


def as_output(out: Array | None, prepared: Prepared, count: int) -> Array:
    """The array to write into: (B, count), float64, rows without gaps."""
    shape = (prepared.patients, count)
    if out is None:
        return np.empty(shape)
    if out.shape != shape or out.dtype != np.float64 or not out.flags.c_contiguous:
        raise ExposureError(
            Problem(f"out has shape {out.shape} and type {out.dtype}", "the array to write into",
                    f"float64, C order, shape {shape}", f"make it with numpy.empty({shape}) and use it again and again")
        )  # fmt: skip
    return out
