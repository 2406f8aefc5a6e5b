"""One model and what is given: levels at any times, the highest, the area, the hours above a level, for each person."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import msgspec
import numpy as np
from numpy.typing import ArrayLike, NDArray

from assuage.exposure.chains import Metabolite, metabolite_concentrations
from assuage.exposure.closed import concentrations
from assuage.exposure.events import Array, Dose, distinct
from assuage.exposure.linear import Absorption, LinearModel, Mammillary, mammillary
from assuage.exposure.quantiles import quantiles
from assuage.exposure.summaries import hours_above_each, summarise

# How finely a stretch between two changes of rate is looked at, while drug goes in and after; coarser in a long series,
# so that a curve has about as many points whatever the number of doses.
WHILE_GIVEN, AFTERWARDS, MOST_POINTS, FEWEST = 16, 48, 400, 6
# Where tops are sought: above this part of the highest level, in stretches that come so near to it, at so many times in each.
NEAR, LIKE_IT, LOOKED_AT = 0.6, 0.95, 24
# Curves that are looked at together stay in the cache.
ROWS = 128
# How long after the last dose levels are followed.
AFTER_LAST_H = 24.0
PARAMETERS = {"V1": "v1_l", "CL": "cl_l_per_h", "V2": "v2_l", "Q2": "q2_l_per_h", "V3": "v3_l", "Q3": "q3_l_per_h"}


class Body(msgspec.Struct, frozen=True, eq=False):
    """A model ready to be given doses, in one or B people: the drug, and the metabolite where that is what is asked for."""

    drug: LinearModel
    metabolite: Metabolite | None = None


class Answer(msgspec.Struct, frozen=True, eq=False):
    """What each of B people reaches: highest level, baseline included, when (h), area above the baseline for ever; (B,)."""

    peak: Array
    peak_at_h: Array
    area: Array


def disposition(values: Mapping[str, ArrayLike]) -> Mammillary:
    """The compartments of a model by its volumes (L) and clearances (L/h), numbers or (B,); others are left aside."""
    return mammillary(**{PARAMETERS[name]: value for name, value in values.items() if name in PARAMETERS})


def absorbed(values: Mapping[str, ArrayLike]) -> Absorption:
    """From muscle: F, and ka (1/h) or the absorption half-life (h); ka = ln 2 ÷ half-life."""
    ka = values["ka"] if "ka" in values else np.log(2) / np.asarray(values["absorption half-life"], dtype=np.float64)
    return Absorption(ka, values.get("F", 1.0))


def levels(body: Body, doses: Sequence[Dose], *, t_h: ArrayLike) -> Array:
    """Levels at some times, (B, T); (1, T) for one person."""
    if body.metabolite is None:
        return np.atleast_2d(concentrations(body.drug, doses, t_h=t_h))
    return np.atleast_2d(metabolite_concentrations(body.drug, doses, metabolite=body.metabolite, t_h=t_h))


def some(body: Body, chosen: NDArray[np.bool_]) -> Body:
    """Some of the people of a drug's model, by a mask (B,)."""
    drug = body.drug.disposition
    if drug.patients == 1:
        return body
    cut = Mammillary(
        drug.v1_l[chosen],
        drug.cl_l_per_h[chosen],
        drug.k10_per_h[chosen],
        tuple(rate[chosen] for rate in drug.out_per_h),
        tuple(rate[chosen] for rate in drug.back_per_h),
        False,
    )
    front = body.drug.absorption
    if front is not None:
        front = Absorption(
            *(value if np.ndim(value) == 0 else np.asarray(value)[chosen] for value in (front.ka_per_h, front.fraction))
        )
    return Body(LinearModel(cut, front, body.drug.baseline))


def spread(body: Body, doses: Sequence[Dose], *, t_h: Array, shares: Sequence[float]) -> Array:
    """Levels that these shares of people stay below, at each time apart: (Q, T)."""
    if body.metabolite is None:
        return quantiles(body.drug, doses, t_h=t_h, probabilities=shares)
    return np.asarray(np.quantile(levels(body, doses, t_h=t_h), shares, axis=0))


def edges(doses: Sequence[Dose]) -> list[float]:
    """Every time at which the rate changes, in order."""
    return sorted({at for dose in doses for at in (dose.start_h, dose.start_h + dose.duration_h)})


def horizon(doses: Sequence[Dose]) -> float:
    """How far levels are followed: some hours after the last dose is in."""
    return edges(doses)[-1] + AFTER_LAST_H


def clock(doses: Sequence[Dose]) -> Array:
    """Times at which a curve is looked at, (T,): every change of rate, and between two of them more near the first."""
    changes = edges(doses)
    running = [(dose.start_h, dose.start_h + dose.duration_h) for dose in doses if dose.duration_h > 0]
    fine = min(1.0, MOST_POINTS / (len(changes) * (WHILE_GIVEN + AFTERWARDS) / 2))
    found = [np.array(changes)]
    for begin, end in zip(changes, [*changes[1:], horizon(doses)], strict=True):
        is_given = any(start <= begin < stop for start, stop in running)
        points, power = (WHILE_GIVEN, 1) if is_given else (AFTERWARDS, 3)
        count = max(FEWEST, round(points * fine))
        found.append(begin + (end - begin) * (np.arange(count + 1) / count) ** power)
    return distinct(np.concatenate(found))


def answer(body: Body, doses: Sequence[Dose], *, times: Array) -> Answer:
    """The highest level, its time and the area, for each person.

    Give      `times` of `clock`, which the peak of a metabolite is sought among
    Holds     exact for a drug; a metabolite's area is exact (share × dose ÷ its clearance), its peak the top of the parabola
              through the highest of the times and its neighbours
    Source    summaries.py; area of a metabolite by mass balance
    Checked   tests/unit/test_exposed.py
    """
    if body.metabolite is None:
        found = summarise(body.drug, doses, until_h=horizon(doses))
        return Answer(found.peak, found.peak_at_h, found.area_to_infinity)
    curve = levels(body, doses, t_h=times)
    peak, at_h = _tops(times, curve)
    given = sum(dose.amount for dose in doses if dose.route == "intravenous")
    injected = sum(dose.amount for dose in doses if dose.route == "intramuscular")
    arrives = 0.0 if body.drug.absorption is None else np.asarray(body.drug.absorption.fraction)
    formed = np.asarray(body.metabolite.fraction) * (given + injected * arrives)
    area = np.broadcast_to(formed / body.metabolite.disposition.cl_l_per_h, (len(curve),))
    return Answer(peak, at_h, np.array(area, dtype=np.float64))


def hours_above(body: Body, doses: Sequence[Dose], *, above: Sequence[float]) -> Array:
    """Hours for which each person's level of a drug lies above each of some levels, (K, B), exactly, to the horizon.

    Not for metabolites: no band of one has a source yet.
    """
    assert body.metabolite is None
    return hours_above_each(body.drug, doses, until_h=horizon(doses), thresholds=above)


def hours_above_on(times: Array, curve: Array, *, level: float) -> Array:
    """The same from curves (B, T) at times of `clock`, to about a minute: straight between them. Many times faster for many.

    >>> hours_above_on(np.array([0.0, 1.0, 2.0]), np.array([[0.0, 2.0, 0.0]]), level=1.0).tolist()
    [1.0]
    """
    # A stretch over which nobody is above the level gives nothing.
    highest = curve.max(axis=0)
    looked = np.flatnonzero(np.maximum(highest[1:], highest[:-1]) > level)
    found = np.zeros(len(curve))
    if not looked.size:
        return found
    first, last = int(looked[0]), int(looked[-1]) + 2
    length = np.diff(times[first:last])
    for begin in range(0, len(curve), ROWS):
        found[begin : begin + ROWS] = _shares_above(curve[begin : begin + ROWS, first:last] - level) @ length
    return found


def _shares_above(over: Array) -> Array:
    """Of each stretch between two times, the share that lies above zero: (b, T - 1)."""
    above = np.maximum(over, 0)
    rise = np.diff(over, axis=1)
    # Of a stretch that crosses zero, the share above it is as the change above it to the whole change.
    share = np.divide(np.diff(above, axis=1), rise, out=np.zeros_like(rise), where=rise != 0)
    share[(above[:, 1:] > 0) & (above[:, :-1] > 0)] = 1.0
    return share


def near_top(times: Array, curve: Array) -> Array:
    """Times around the highest places of a curve, a few for each: where the tops of like curves are to be found.

    Give      a typical curve (T,)
    Get       some of `times`: stretches above a part of the highest level that come near it themselves
    """
    high = curve >= NEAR * curve.max()
    begins = np.flatnonzero(np.diff(high.astype(np.int8), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(high.astype(np.int8), append=0) == -1)
    kept = [
        np.linspace(max(0, int(begin) - 1), min(len(times) - 1, int(end) + 1), LOOKED_AT).round().astype(np.int64)
        for begin, end in zip(begins, ends, strict=True)
        if curve[begin : end + 1].max() >= LIKE_IT * curve.max()
    ]
    return distinct(times[np.concatenate(kept)])


def _tops(times: Array, curve: Array) -> tuple[Array, Array]:
    """The highest of each curve, (B,), and when: the top of the arch through the highest point and its neighbours.

    A metabolite has no corners: its level turns smoothly also where the pump stops.
    """
    rows = np.arange(len(curve))
    best = curve.argmax(axis=1)
    top = np.clip(best, 1, len(times) - 2)
    t0, t1, t2 = times[top - 1], times[top], times[top + 1]
    y0, y1, y2 = (curve[rows, top + n] for n in (-1, 0, 1))
    first, second = (y1 - y0) / (t1 - t0), (y2 - y1) / (t2 - t1)
    bend = (second - first) / (t2 - t0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (t0 + t1) / 2 - first / (2 * bend)
        height = y0 + first * (at - t0) + bend * (at - t0) * (at - t1)
    is_arch = (bend < 0) & (at > t0) & (at < t2)
    return np.where(is_arch, height, curve[rows, best]), np.where(is_arch, at, times[best])
