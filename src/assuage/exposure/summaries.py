"""Peak, its time, areas and time above a threshold, exactly and without a grid, for one patient or many."""

from __future__ import annotations

import math
from collections.abc import Callable, Iterator, Sequence
from itertools import pairwise

import msgspec
import numpy as np

from assuage.errors import ExposureError, Problem
from assuage.exposure.closed import Doses, as_prepared, as_timeline, edge_states
from assuage.exposure.events import Array, Timeline
from assuage.exposure.linear import LinearModel, Prepared
from assuage.exposure.pieces import CLOSE, Piece, crossings, piece_at

# Patients whose arrays are held at once: a few hundred bytes each.
PATIENTS_AT_ONCE = 8_192


class Summary(msgspec.Struct, frozen=True, eq=False):
    """What a concentration does up to a horizon; every array of shape (B,).

    `peak` is the highest concentration, baseline included, and `peak_at_h` when it is first reached. The areas are of what the
    doses add to the baseline: to the horizon, and for ever. `hours_above` is None where no threshold was given.
    """

    peak: Array
    peak_at_h: Array
    area_to_horizon: Array
    area_to_infinity: Array
    hours_above: Array | None


class Progress(msgspec.Struct, frozen=True):
    """Whom to tell how many patients of how many are done, not more often than `every_s` seconds of the given clock.

    The clock is passed in (time.monotonic): nothing here looks at one by itself.
    """

    tell: Callable[[int, int], object]
    clock: Callable[[], float]
    every_s: float = 2.0


def summarise(
    model: LinearModel | Prepared,
    doses: Doses,
    *,
    until_h: float,
    threshold: float | None = None,
    fast: bool | None = None,
    progress: Progress | None = None,
) -> Summary:
    """Exact peak, areas and hours above a threshold, from the first start to a horizon.

    Give      a model of one patient or B; doses, at least one; the horizon, not before the first start: what happens later
              counts only for the area to infinity, which is of all doses; a threshold above 0 in the unit of the
              concentration; `fast` as in `grid_concentrations`; `progress`
    Get       arrays (B,). The peak is found where dC/dt = 0 as well as at edges, every crossing of the threshold by Newton
    Holds     the peak is never below a concentration at any time up to the horizon; area to infinity = dose / clearance
    Source    pieces.py; area by mass balance: Gibaldi M, Perrier D. Pharmacokinetics. 2nd ed. 1982, chapter 11
    Checked   tests/laws/test_exposure_summaries.py, tests/conformance/test_exposure_fast.py
    Not for   metabolites and effect sites
    Errors    `ExposureError`: no dose; a horizon before the first start or not finite; a threshold not above 0
    """
    prepared, line = as_prepared(model), as_timeline(doses)
    _refuse(line, until_h, threshold)
    total = prepared.fraction * line.depot.sum() + line.bolus.sum() + line.rate_per_h[:-1] @ line.length_h
    cut, last_h = _until(line, until_h)
    from assuage.exposure.fast import is_wanted, summarise_all

    level = math.inf if threshold is None else threshold
    is_fast = is_wanted(fast, work=prepared.patients * len(cut.edge_h) * POINTS_OF_A_PIECE)
    found = np.empty((prepared.patients, 4))
    told = _Teller(progress, prepared.patients)
    size = PATIENTS_AT_ONCE * (8 if is_fast else 1)
    for begin in range(0, prepared.patients, size):
        part = prepared.part(begin, begin + size)
        run = summarise_all if is_fast else _summarise
        found[begin : begin + size] = run(part, cut, last_h=last_h, threshold=level)
        told.done(min(begin + size, prepared.patients))
    hours_above = None if threshold is None else found[:, 3].copy()
    return Summary(found[:, 0].copy(), found[:, 1].copy(), found[:, 2].copy(), total / prepared.cl_l_per_h, hours_above)


# What summarising one piece of one patient costs, in points of a grid.
POINTS_OF_A_PIECE = 500


class _Teller:
    """Tells progress, seldom enough."""

    def __init__(self, progress: Progress | None, total: int) -> None:
        self.progress, self.total = progress, total
        self.last_s = progress.clock() if progress else 0.0

    def done(self, count: int) -> None:
        if self.progress is None:
            return
        now_s = self.progress.clock()
        if now_s - self.last_s >= self.progress.every_s:
            self.last_s = now_s
            self.progress.tell(count, self.total)


def _refuse(line: Timeline, until_h: float, threshold: float | None) -> None:
    problems = []
    if not len(line.edge_h):
        problems.append(
            Problem("there is no dose", "a summary of exposure", "at least one dose", "leave the summary out")
        )
    elif not (math.isfinite(until_h) and until_h >= line.edge_h[0]):
        problems.append(
            Problem(f"the horizon is {until_h} h", "a summary of exposure",
                    f"a finite time from the first start on, {line.edge_h[0]} h", "give the time up to which to look")
        )  # fmt: skip
    if threshold is not None and not (math.isfinite(threshold) and threshold > 0):
        problems.append(
            Problem(f"the threshold is {threshold}", "a summary of exposure", "a finite concentration above 0",
                    "correct the threshold, or leave it out")
        )  # fmt: skip
    if problems:
        raise ExposureError(*problems)


def _until(line: Timeline, until_h: float) -> tuple[Timeline, float]:
    """The pieces that begin up to the horizon, and how long the last of them is."""
    count = int(np.searchsorted(line.edge_h, until_h, side="right"))
    cut = Timeline(line.edge_h[:count], line.rate_per_h[:count], line.bolus[:count], line.depot[:count])
    return cut, float(until_h - cut.edge_h[-1])


def hours_above_each(
    model: LinearModel | Prepared, doses: Doses, *, until_h: float, thresholds: Sequence[float]
) -> Array:
    """Hours for which the concentration lies above each of several thresholds, up to a horizon: (K, B).

    Holds     each row is what `summarise` gives for its threshold; what rises and falls when is worked out once
    Checked   tests/laws/test_exposure_summaries.py
    Errors    as `summarise`
    """
    prepared, line = as_prepared(model), as_timeline(doses)
    for threshold in thresholds:
        _refuse(line, until_h, threshold)
    cut, last_h = _until(line, until_h)
    found = np.zeros((len(thresholds), prepared.patients))
    for begin in range(0, prepared.patients, PATIENTS_AT_ONCE):
        part = prepared.part(begin, begin + PATIENTS_AT_ONCE)
        for one in _stretches(part, cut, last_h=last_h):
            for row, threshold in zip(found, thresholds, strict=True):
                row[begin : begin + PATIENTS_AT_ONCE] += _above(one.piece, one.marks, one.levels, threshold=threshold)
    return found


class _Stretch(msgspec.Struct, frozen=True, eq=False):
    """A piece: when it begins and how long it is, times between which levels only rise or only fall, levels at those."""

    edge_h: float
    hours: float
    piece: Piece
    marks: Array
    levels: list[Array]


def _stretches(part: Prepared, line: Timeline, *, last_h: float) -> Iterator[_Stretch]:
    states = edge_states(part, line)
    lengths = [*line.length_h, last_h]
    for k, (edge, hours) in enumerate(zip(line.edge_h, lengths, strict=True)):
        depot = None if states.depot is None else states.depot[k]
        piece = piece_at(part, states.amount[k], depot=depot, input_per_h=float(line.rate_per_h[k]))
        marks = piece.marks(float(hours))
        yield _Stretch(float(edge), float(hours), piece, marks, [piece.level(mark) for mark in marks])


def _summarise(part: Prepared, line: Timeline, *, last_h: float, threshold: float) -> Array:
    """Peak, its time, area and hours above, (b, 4)."""
    found = np.zeros((part.patients, 4))
    found[:, 1] = line.edge_h[0]
    for k, one in enumerate(_stretches(part, line, last_h=last_h), 1):
        is_last = k == len(line.edge_h)
        for mark, level in zip(one.marks if is_last else one.marks[:-1], one.levels, strict=False):
            # Of peaks that are equal but for rounding the first.
            found[:, 1] = np.where(level > found[:, 0] * (1 + CLOSE), one.edge_h + mark, found[:, 1])
            found[:, 0] = np.maximum(found[:, 0], level)
        found[:, 2] += one.piece.area(one.hours)
        if threshold < math.inf:
            found[:, 3] += _above(one.piece, one.marks, one.levels, threshold=threshold)
    return found


def _above(piece: Piece, marks: Array, levels: list[Array], *, threshold: float) -> Array:
    """Hours above the threshold within a piece, (b,)."""
    hours = np.zeros(marks.shape[1])
    for (low, high), (first, last) in zip(pairwise(marks), pairwise(levels), strict=True):
        starts, ends = first > threshold, last > threshold
        hours += np.where(starts & ends, high - low, 0.0)
        of = np.flatnonzero(starts != ends)
        if of.size:
            at = crossings(piece.of(of), low[of], high=high[of], threshold=threshold)
            hours[of] += np.where(starts[of], at - low[of], high[of] - at)
    return hours
