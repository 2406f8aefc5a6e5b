"""What is given, followed in each person of a body: levels, the highest, the area, hours above a level.

Sums of exponentials do it for nearly everybody. For those few whose sums would lose digits, or turn more than once within a
piece, the positive terms of closed.py, chains.py and summaries.py do it.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence

import msgspec
import numpy as np
from numpy.typing import NDArray

from assuage.exposure.chains import formed
from assuage.exposure.closed import as_prepared
from assuage.exposure.events import Array, Dose, distinct, timeline
from assuage.exposure.simulate import Body, horizon, levels, some
from assuage.exposure.sums import Sums, cancelling, drug_sums, fed_sums, rows_at
from assuage.exposure.turns import hours_of_one, tops

# Where tops are sought: above this part of the highest level, in stretches that come so near to it, at so many times in each.
NEAR, LIKE_IT, LOOKED_AT = 0.6, 0.95, 24


class Answer(msgspec.Struct, frozen=True, eq=False):
    """What each of B people reaches: highest level, baseline included, when (h), area above the baseline for ever; (B,)."""

    peak: Array
    peak_at_h: Array
    area: Array


class Followed(msgspec.Struct, frozen=True, eq=False):
    """A body, its doses, the sums that tell its levels, and for whom they do not, a mask (B,): those have sums of 0."""

    body: Body
    doses: tuple[Dose, ...]
    sums: Sums
    is_apart: NDArray[np.bool_]

    def of(self, chosen: NDArray[np.bool_]) -> Followed:
        """Some of the people, by a mask (B,)."""
        return Followed(some(self.body, chosen), self.doses, self.sums.of(chosen), self.is_apart[chosen])

    def levels(self, times_h: Array) -> Array:
        """Levels from the first dose on, a row for each time: (T, B)."""
        if self.sums.people == 1:
            # Sums go through people row by row; of one person the times are the longer side.
            return levels(self.body, self.doses, t_h=times_h).T
        found = np.empty((len(times_h), self.sums.people))
        for _ in self.rows(times_h, into=found):
            pass
        return found

    def rows(self, times_h: Array, *, into: Iterable[Array] | None = None) -> Iterator[Array]:
        """The same, one (B,) after another: what is looked at once need not be held. Rows to write into, or new ones."""
        if not np.any(self.is_apart):
            yield from rows_at(self.sums, times_h, into=into)
            return
        apart = levels(some(self.body, self.is_apart), self.doses, t_h=times_h).T
        for row, own in zip(rows_at(self.sums, times_h, into=into), apart, strict=True):
            row[self.is_apart] = own
            yield row


def followed(body: Body, doses: Sequence[Dose]) -> Followed:
    """A body with doses, at least one, ready to be asked. Errors: `ExposureError`, see `concentrations`."""
    prepared, line = as_prepared(body.drug), timeline(doses)
    sums = drug_sums(prepared, line)
    if body.metabolite is not None:
        sums = fed_sums(sums, formed(prepared, body.metabolite), baseline=prepared.baseline)
    is_apart = cancelling(sums)
    if np.any(is_apart):
        # Nothing may come of heights that are not finite.
        sums.height[:, :, is_apart] = 0
        sums.floor[:, is_apart] = 0
    return Followed(body, tuple(doses), sums, is_apart)


def answer(one: Followed, *, times_h: Array, curves: Array | None = None) -> Answer:
    """The highest level, its time and the area, for each person.

    Give      times of `clock`, among which the peak of a metabolite is sought; the levels at them, (T, B), where they are known
    Holds     exact for a drug; a metabolite's area is exact (share × dose ÷ its clearance), its peak the top of the parabola
              through the highest of the times and its neighbours
    Source    turns.py, summaries.py; areas by mass balance
    Checked   tests/unit/test_exposed.py, tests/conformance/test_exposure_sums.py
    """
    given = sum(dose.amount for dose in one.doses if dose.route == "intravenous")
    injected = sum(dose.amount for dose in one.doses if dose.route == "intramuscular")
    prepared, metabolite = as_prepared(one.body.drug), one.body.metabolite
    arriving = given + injected * prepared.fraction
    if metabolite is None:
        return Answer(*_peaks(one), arriving / prepared.cl_l_per_h)
    area = np.asarray(metabolite.fraction) * arriving / metabolite.disposition.cl_l_per_h
    curves = one.levels(times_h) if curves is None else curves
    return Answer(*_arches(times_h, curves), np.array(np.broadcast_to(area, (one.sums.people,))))


def _peaks(one: Followed) -> tuple[Array, Array]:
    until_h = horizon(one.doses)
    found = tops(one.sums, until_h=until_h)
    rest = found.is_unknown | one.is_apart
    if np.any(rest):
        from assuage.exposure.summaries import summarise

        careful = summarise(some(one.body, rest).drug, one.doses, until_h=until_h)
        found.level[rest], found.at_h[rest] = careful.peak, careful.peak_at_h
    return found.level, found.at_h


def hours_above(one: Followed, *, above: Sequence[float]) -> Array:
    """Hours for which one person's level of a drug lies above each of some levels, (K,), exactly, to the horizon.

    Not for metabolites: no band of one has a source yet.
    """
    assert one.body.metabolite is None
    until_h = horizon(one.doses)
    found = None if one.is_apart[0] else hours_of_one(one.sums, until_h=until_h, above=above)
    if found is None:
        from assuage.exposure.summaries import hours_above_each

        found = hours_above_each(one.body.drug, one.doses, until_h=until_h, thresholds=above)[:, 0]
    return found


def hours_above_on(times_h: Array, rows: Iterable[Array], *, above: Sequence[float]) -> Array:
    """The same for B people, (K, B), to about a minute: levels are straight between times of `clock`, of which each has a row.

    Many times faster for many. Levels to lie above from the lowest up.

    >>> hours_above_on(np.array([0.0, 1.0, 2.0]), np.array([[0.0], [2.0], [0.0]]), above=[1.0]).tolist()
    [[1.0]]
    """
    following = iter(rows)
    before = next(following)
    was_over = [before > level for level in above]
    # All times at which a level is left, less all at which it is reached; who begins above it does so at the first time.
    found, top = [-times_h[0] * over for over in was_over], before.max()
    for early, late, now in zip(times_h, times_h[1:], following, strict=False):
        last_top, top = top, now.max()
        for number, level in enumerate(above):
            if level >= max(last_top, top):
                break  # nobody was or is above this level, or any that follows
            is_over = now > level
            who = (is_over != was_over[number]).nonzero()[0]
            was_over[number] = is_over
            if who.size:
                first, last = before[who], now[who]
                at_h = early + (level - first) / (last - first) * (late - early)
                found[number][who] += np.where(last > first, -at_h, at_h)
        before = now
    return np.maximum([hours + times_h[-1] * over for hours, over in zip(found, was_over, strict=True)], 0.0)


def near_top(times_h: Array, curve: Array) -> Array:
    """Times around the highest places of a curve, a few for each: where the tops of like curves are to be found.

    Give      a typical curve (T,)
    Get       some of `times_h`: stretches above a part of the highest level that come near it themselves
    """
    high = curve >= NEAR * curve.max()
    begins = np.flatnonzero(np.diff(high.astype(np.int8), prepend=0) == 1)
    ends = np.flatnonzero(np.diff(high.astype(np.int8), append=0) == -1)
    kept = [
        np.linspace(max(0, int(begin) - 1), min(len(times_h) - 1, int(end) + 1), LOOKED_AT).round().astype(np.int64)
        for begin, end in zip(begins, ends, strict=True)
        if curve[begin : end + 1].max() >= LIKE_IT * curve.max()
    ]
    return distinct(times_h[np.concatenate(kept)])


def _arches(times_h: Array, curves: Array) -> tuple[Array, Array]:
    """The highest of each curve of (T, B), and when, (B,): the top of the arch through the highest point and its neighbours.

    A metabolite has no corners: its level turns smoothly also where the pump stops.
    """
    columns = np.arange(curves.shape[1])
    best = curves.argmax(axis=0)
    top = np.clip(best, 1, len(times_h) - 2)
    t0, t1, t2 = times_h[top - 1], times_h[top], times_h[top + 1]
    y0, y1, y2 = (curves[top + n, columns] for n in (-1, 0, 1))
    first, second = (y1 - y0) / (t1 - t0), (y2 - y1) / (t2 - t1)
    bend = (second - first) / (t2 - t0)
    with np.errstate(divide="ignore", invalid="ignore"):
        at = (t0 + t1) / 2 - first / (2 * bend)
        height = y0 + first * (at - t0) + bend * (at - t0) * (at - t1)
    is_arch = (bend < 0) & (at > t0) & (at < t2)
    return np.where(is_arch, height, curves[best, columns]), np.where(is_arch, at, times_h[best])
