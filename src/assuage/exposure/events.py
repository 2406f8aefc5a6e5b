"""Doses as they are given, and the constant pieces of input that they add up to.

There is one event type, `Dose`. What is meant, and what is refused (tests/unit/test_exposure_events.py goes through it):

| what is written                         | what it means                                                        |
| --------------------------------------- | -------------------------------------------------------------------- |
| duration 0                              | a bolus: all of it at the start; at that very time it is in          |
| duration above 0                        | a constant rate, amount over duration, from start to start + duration |
| two infusions that overlap              | two pumps: the rates add                                             |
| two doses at the same instant           | both are given; a repeated entry is not recognised here              |
| an infusion from the end of another     | the rate changes at that instant; neither gap nor overlap            |
| doses in any order                      | the same: they are put in order of time                              |
| amount 0                                | nothing is given (a placebo, a pump that stands)                     |
| start below 0                           | before the origin of time, which has no meaning of its own           |
| a million doses                         | a million doses; time and memory grow in proportion                  |
| no dose at all                          | nothing is given: zero, or the baseline, at all times                |
| route intramuscular, duration 0         | into the depot, all of it at the start                               |
| route intramuscular, duration above 0   | refused: an injection has no rate                                    |
| amount, start or duration not finite    | refused                                                              |
| amount below 0                          | refused: what was not given is not taken back                        |
| duration below 0 (stop before start)    | refused                                                              |
| start + duration = start in floating point | refused: too short to be told from a bolus at that time           |
| a rate so high that it is not finite    | refused                                                              |

Amounts are in any one unit (mg, mmol); concentrations come out in that unit per litre.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Sequence
from itertools import accumulate, pairwise
from typing import Literal

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from assuage.errors import ExposureError, Problem

Array = NDArray[np.float64]
Route = Literal["intravenous", "intramuscular"]
MOST_TOLD = 20  # of a million wrong doses, the first few tell enough


class Dose(msgspec.Struct, frozen=True):
    """One dose: an amount from `start_h` on, at once (duration 0) or at a constant rate over `duration_h`."""

    amount: float
    start_h: float
    duration_h: float = 0.0
    route: Route = "intravenous"


class Timeline(msgspec.Struct, frozen=True, eq=False):
    """What goes in, as pieces between edges. Piece k runs from `edge_h[k]` to `edge_h[k + 1]`, the last one for ever.

    All of shape (E,), E the number of edges, in order of time: `rate_per_h` is constant on the piece that begins at the
    edge; `bolus` goes into the central compartment and `depot` into the muscle, at the edge.
    """

    edge_h: Array
    rate_per_h: Array
    bolus: Array
    depot: Array

    @property
    def length_h(self) -> Array:
        """How long each piece but the last is, shape (E - 1,)."""
        return np.diff(self.edge_h)


def distinct(values: ArrayLike) -> Array:
    """Numbers in order, each once. As `numpy.unique`, which loads NumPy's masked arrays for it.

    >>> distinct([2.0, 1.0, 2.0]).tolist()
    [1.0, 2.0]
    """
    ordered = np.sort(np.asarray(values, dtype=np.float64), axis=None)
    return ordered[np.diff(ordered, prepend=-np.inf) > 0]


def timeline(doses: Iterable[Dose]) -> Timeline:
    """The pieces of constant input that doses add up to.

    Give      doses in any order; amounts in one unit, times in hours
    Get       edges without repetition; overlapping rates are added exactly and rounded once, so that what is left after
              a fast infusion has ended is not the rounding of the fast one
    Holds     the amounts put in are the amounts given: each rate is amount / (end - start) of the edges as stored
    Errors    `ExposureError` with every dose that the table above refuses
    """
    doses = tuple(doses)
    _refuse(doses)
    edge_h = distinct([at for dose in doses for at in (dose.start_h, dose.start_h + dose.duration_h)])
    bolus, depot = np.zeros_like(edge_h), np.zeros_like(edge_h)
    starts = np.searchsorted(edge_h, [dose.start_h for dose in doses])
    for target, route in ((bolus, "intravenous"), (depot, "intramuscular")):
        chosen = [n for n, dose in enumerate(doses) if dose.route == route and dose.duration_h == 0]
        np.add.at(target, starts[chosen], [doses[n].amount for n in chosen])
    return Timeline(edge_h, _rates(doses, edge_h), bolus, depot)


def _rates(doses: Sequence[Dose], edge_h: Array) -> Array:
    """The rate on every piece: exact sums of the rates that run on it, each sum rounded once.

    Doubles are whole numbers of a power of two, and whole numbers add without rounding.
    """
    running = [dose for dose in doses if dose.duration_h > 0 and dose.amount > 0]
    ends = [dose.start_h + dose.duration_h for dose in running]
    parts = [(dose.amount / (end - dose.start_h)).as_integer_ratio() for dose, end in zip(running, ends, strict=True)]
    unit = max((below for _, below in parts), default=1)
    change = [0] * len(edge_h)
    first = np.searchsorted(edge_h, [dose.start_h for dose in running])
    last = np.searchsorted(edge_h, ends)
    for (above, below), begin, end in zip(parts, first, last, strict=True):
        whole = above * (unit // below)
        change[begin] += whole
        change[end] -= whole
    return np.array([total / unit for total in accumulate(change)], dtype=np.float64)


def rate_history(changes: Sequence[tuple[float, float]], *, end_h: float) -> tuple[Dose, ...]:
    """Consecutive infusions from what a pump was told: each change is (at_h, rate per h); a rate of 0 is a pause.

    Give      changes in order of time, the last of them before `end_h`, when the pump was stopped
    Get       one infusion for each stretch at a rate above 0
    Errors    `ExposureError` where times do not increase, or a rate is negative or not finite

    >>> [dose.duration_h for dose in rate_history([(0, 60), (0.5, 0), (1, 30)], end_h=2)]
    [0.5, 1]
    """
    times = [*(at for at, _ in changes), end_h]
    problems = [
        Problem(f"the rate changes at {late} h, after a change at {early} h", f"change {n} of a rate history",
                "times that increase, all before the end", "put the changes in order of time, one for each instant")
        for n, (early, late) in enumerate(pairwise(times), 2)
        if not early < late
    ]  # fmt: skip
    problems += [
        Problem(f"the rate is {rate} per h", f"change {n} of a rate history", "a finite rate of 0 or above",
                "write 0 for a pause; correct the rate")
        for n, (_, rate) in enumerate(changes, 1)
        if not (math.isfinite(rate) and rate >= 0)
    ]  # fmt: skip
    if problems:
        raise ExposureError(*problems[:MOST_TOLD])
    return tuple(
        Dose(rate * (until - at), at, until - at)
        for (at, rate), until in zip(changes, times[1:], strict=True)
        if rate > 0
    )


def _refuse(doses: Sequence[Dose]) -> None:
    problems = []
    for number, dose in enumerate(doses, 1):
        if problem := _problem(dose, f"dose {number} of {len(doses)}"):
            problems.append(problem)
            if len(problems) == MOST_TOLD:
                break
    if problems:
        raise ExposureError(*problems)


def _problem(dose: Dose, where: str) -> Problem | None:
    if not (math.isfinite(dose.amount) and dose.amount >= 0):
        return Problem(f"the amount is {dose.amount}", where, "a finite amount of 0 or above",
                       "write what was given; leave out a dose that was not")  # fmt: skip
    if not math.isfinite(dose.start_h):
        return Problem(f"the start is {dose.start_h} h", where, "a finite time in hours", "write when the dose began")
    if not (math.isfinite(dose.duration_h) and dose.duration_h >= 0):
        return Problem(f"the duration is {dose.duration_h} h", where, "a finite time of 0 or above, in hours",
                       "write how long the dose ran, 0 for a bolus; a stop before the start is a slip")  # fmt: skip
    if dose.route not in ("intravenous", "intramuscular"):
        return Problem(f"the route is “{dose.route}”", where, "intravenous or intramuscular", "write one of the two")
    return _problem_of_length(dose, where)


def _problem_of_length(dose: Dose, where: str) -> Problem | None:
    if dose.duration_h == 0:
        return None
    if dose.route == "intramuscular":
        return Problem(f"an intramuscular dose over {dose.duration_h} h", where, "an injection: duration 0",
                       "write each portion as its own dose, duration 0")  # fmt: skip
    length_h = dose.start_h + dose.duration_h - dose.start_h
    if length_h == 0 or not math.isfinite(dose.amount / length_h):
        return Problem(f"{dose.amount} over {dose.duration_h} h from {dose.start_h} h is shorter than can be told apart",
                       where, "a duration that the clock can tell from 0", "write duration 0 for a bolus")  # fmt: skip
    return None
