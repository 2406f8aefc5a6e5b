"""Concentrations on a uniform grid: a few exponentials per patient, the rest by doubling and one small matrix product.

Within a piece of constant input the next K points are the same function of what the modes hold at their first point:
C[k] = Σ x_i exp(-λ_i k·step) + R S[k] + A P[k], with S the response to a unit rate and P to a unit in the depot. The tables
exp(-λ_i k·step), S and P are the same for all blocks of a patient, and are filled by doubling: at most log2(K) roundings.
"""

from __future__ import annotations

import math

import msgspec
import numpy as np

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import Doses, Grid, States, as_output, as_prepared, as_timeline, edge_states
from assuage.exposure.events import Array, Timeline
from assuage.exposure.linear import LinearModel, Prepared
from assuage.exposure.phi import first_difference

BLOCK = 128  # points in a block; found by measurement, as is the next
PATIENTS_AT_ONCE = 128  # whose tables stay in the cache


class Span(msgspec.Struct, frozen=True):
    """The points of a grid that lie in one piece: `first` and `count` of them; the first is `offset_h` after the edge."""

    piece: int
    first: int
    count: int
    offset_h: float


def grid_concentrations(
    model: LinearModel | Prepared, doses: Doses, *, grid: Grid, out: Array | None = None, fast: bool | None = None
) -> Array:
    """Central concentration on a uniform grid, after a series of doses. As `concentrations`, for many points.

    Give      a model of one patient or B; doses; a grid; `out`, shape (B, count), to be used again: a new array of that size
              costs more than the computation. `fast`: True asks for the compiled kernels of the extra [fast], False
              forbids them, None takes them where they are loaded or where the work repays loading them
    Get       amount per litre, baseline included, shape (count,) for one patient, else (B, count)
    Holds     equals `concentrations` at the grid's times to 1e-12, with or without kernels
    Source    the formula at the head of this file
    Checked   tests/laws/test_exposure_linear.py, tests/conformance/test_exposure_fast.py
    Errors    as `concentrations`; a step that is not above 0; `fast=True` where numba is absent
    """
    refuse_grid(grid)
    prepared, line = as_prepared(model), as_timeline(doses)
    target = as_output(out, prepared, grid.count)
    from assuage.exposure.fast import fill_grid, is_wanted

    if is_wanted(fast, work=target.size):
        fill_grid(prepared, line, grid=grid, out=target)
    else:
        _fill(prepared, line, grid=grid, out=target)
    return target[0] if prepared.is_single and out is None else target


def refuse_grid(grid: Grid) -> None:
    """`ExposureError` where the numbers make no grid."""
    is_good = math.isfinite(grid.start_h) and 0 < grid.step_h < math.inf and grid.count >= 0
    if not is_good:
        raise ExposureError(
            Problem(f"a grid from {grid.start_h} h in steps of {grid.step_h} h, {grid.count} points", "a grid of times",
                    "a finite start, a step above 0, a count of 0 or above", "correct the grid")
        )  # fmt: skip


def spans(line: Timeline, grid: Grid) -> tuple[int, list[Span]]:
    """How many points come before the first edge, and the spans of the pieces that hold any."""
    times = grid.times_h()
    first = np.searchsorted(times, line.edge_h, side="left")
    following = np.append(first[1:], grid.count)
    found = [
        Span(piece, int(begin), int(end - begin), float(times[begin] - line.edge_h[piece]))
        for piece, (begin, end) in enumerate(zip(first, following, strict=True))
        if end > begin
    ]
    return (int(first[0]) if len(first) else grid.count), found


def _fill(prepared: Prepared, line: Timeline, *, grid: Grid, out: Array) -> None:
    before, found = spans(line, grid)
    out[:, :before] = prepared.baseline[:, None]
    if not found:
        return
    longest = max(span.count for span in found)
    block = min(BLOCK, 1 << (longest - 1).bit_length())
    size = max(1, min(PATIENTS_AT_ONCE, prepared.patients))
    for begin in range(0, prepared.patients, size):
        part = prepared.part(begin, begin + size)
        states = edge_states(part, line)
        table = _tables(part, grid.step_h, block=block, has_depot=states.depot is not None)
        for span in found:
            _fill_span(
                part,
                states,
                table=table,
                span=span,
                at=(line.rate_per_h[span.piece], grid.step_h),
                out=out[begin : begin + size],
            )


def _fill_span(
    part: Prepared, states: States, *, table: Array, span: Span, at: tuple[float, float], out: Array
) -> None:
    """The points of one span, (b, count), block by block; `at` is the rate on the piece and the step."""
    block = table.shape[-1]
    begins = span.offset_h + at[1] * np.arange(0, span.count, block, dtype=np.float64)
    weights = _weights(part, states, piece=span.piece, rate=at[0], since_h=begins)
    columns = weights.shape[-1]
    full = span.count // block
    if full:
        body = out[:, span.first : span.first + full * block]
        np.matmul(weights[:, :full], table[:, :columns], out=body.reshape(len(out), full, block, copy=False))
    if rest := span.count - full * block:
        end = out[:, None, span.first + full * block : span.first + span.count]
        np.matmul(weights[:, full:], table[:, :columns, :rest], out=end)


def _tables(part: Prepared, step_h: float, *, block: int, has_depot: bool) -> Array:
    """What one of each weight gives at the points of a block: (b, rows, block).

    Rows: a mode each, the constant 1, the response to a unit rate, the response to a unit in the depot.
    """
    rate, weight = part.modes.rate_per_h.T, part.modes.weight_per_l.T
    number = rate.shape[1]
    table = np.empty((part.patients, number + 2 + has_depot, block))
    left, gone = table[:, :number], np.empty((part.patients, number, block))
    left[..., 0], gone[..., 0] = 1, 0
    done = 1
    while done < block:
        power = np.exp(-rate * (done * step_h))[..., None]
        lost = -np.expm1(-rate * (done * step_h))[..., None]
        np.multiply(left[..., :done], power, out=left[..., done : 2 * done])
        np.multiply(gone[..., :done], power, out=gone[..., done : 2 * done])
        gone[..., done : 2 * done] += lost
        done *= 2
    table[:, number] = 1
    np.matmul((weight / rate)[:, None, :], gone, out=table[:, None, number + 1])
    if has_depot and part.ka_per_h is not None:
        later = step_h * np.arange(block)
        ka = part.ka_per_h[:, None, None]
        arrived = later * first_difference(rate[..., None] * later, ka * later)
        table[:, number + 2] = ka[..., 0] * np.sum(weight[..., None] * arrived, axis=1)
    return table


def _weights(part: Prepared, states: States, *, piece: int, rate: float, since_h: Array) -> Array:
    """What the modes, the baseline, the pump and the depot contribute at the beginning of each block: (b, blocks, rows).

    Rows at the end that would be 0 on this piece are left out.
    """
    speed, weight = part.modes.rate_per_h.T, part.modes.weight_per_l.T
    number = speed.shape[1]
    has_depot = states.depot is not None
    rows = number + 2 + has_depot if has_depot else number + 1 + (rate > 0)
    if not has_depot and rate == 0 and not np.any(part.baseline):
        rows = number
    found = np.empty((part.patients, len(since_h), rows))
    z = speed[:, None, :] * since_h[:, None]
    held = states.amount[piece].T[:, None, :] * np.exp(-z)
    if rate > 0:
        held += rate * -np.expm1(-z) / speed[:, None, :]
    if states.depot is not None and part.ka_per_h is not None:
        ka = part.ka_per_h[:, None, None] * since_h[:, None]
        depot = states.depot[piece][:, None, None]
        held += depot * ka * first_difference(z, np.broadcast_to(ka, z.shape))
        found[..., number + 2] = depot[..., 0] * np.exp(-ka[..., 0])
    np.multiply(held, weight[:, None, :], out=found[..., :number])
    if rows > number:
        found[..., number] = part.baseline[:, None]
    if rows > number + 1:
        found[..., number + 1] = rate
    return found
