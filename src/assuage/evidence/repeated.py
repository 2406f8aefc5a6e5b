"""Studies that looked at the same people at several times: one answer for each time, none counted as another study."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from math import isfinite, sqrt
from typing import Literal

import msgspec
import numpy as np

from assuage.errors import EvidenceError, Problem
from assuage.evidence.correlated import Grouped, Likelihood, Solved, grouped, solve, unusable
from assuage.evidence.distribution import chi2_above, t_quantile, two_sided_t, two_sided_z, z_quantile
from assuage.evidence.effect import Bounds, Effect, Measure
from assuage.evidence.heterogeneity import NAMES
from assuage.evidence.over_time import STRUCTURES, Between, Structure, likeliest
from assuage.evidence.pool import as_read
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.weighted import Floats

Test = Literal["normal", "t, studies − times"]
Errors = Literal["falling with time", "the same at all times"]
WHERE = "studies followed over time"


class Followed(msgspec.Struct, frozen=True):
    """One study at its times, in one unit of time for all studies: effects with the covariance of their errors."""

    study: str
    measure: Measure
    times: tuple[float, ...]
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    derivation: str

    def __post_init__(self) -> None:
        where, m = f"the times of {self.study}", len(self.times)
        if not m or len(self.values) != m or [len(row) for row in self.covariance] != [m] * m:
            raise EvidenceError(Problem(f"{len(self.values)} effects at {m} times", where, "one effect at each of one or "
                                        "more times, with their covariance", "give each time its effect"))  # fmt: skip
        if not all(map(isfinite, self.times)) or list(self.times) != sorted(set(self.times)):
            raise EvidenceError(Problem(f"times {', '.join(f'{t:g}' for t in self.times)}", where, "finite numbers that "
                                        "rise, each once", "put them in order; join what was seen at one time"))  # fmt: skip
        if problems := unusable(self.study, np.array(self.values), covariance=np.array(self.covariance)):
            raise EvidenceError(*problems)


def followed(
    study: str, effects: Mapping[float, Effect], *, correlation: float, errors: Errors = "falling with time"
) -> Followed:
    """A study at its times, with a stated correlation between the errors of the same people.

    Give      time → effect, in one measure; the correlation of the errors of two times: one unit of time apart
              (correlation^gap further apart), or of any two times
    Holds     there is no default: studies rarely print the correlation, and what was assumed stands in `derivation`
    Source    cov = correlation^|t − s| √(v v′) (Ishak et al., Clin Trials 2007); or correlation √(v v′)
    Checked   tests/against/test_repeated_metafor.py, tests/laws/test_repeated_laws.py
    Errors    `EvidenceError` for no effect, several measures, or a correlation outside 0 to 1 (1 excluded)
    """
    where = f"the times of {study}"
    measures = sorted({effect.measure for effect in effects.values()})
    if len(measures) != 1:
        raise EvidenceError(Problem(f"effects measured as {' and '.join(measures) or 'nothing'}", where, "one measure",
                                    "compute the same measure at every time"))  # fmt: skip
    if not 0 <= correlation < 1:
        raise EvidenceError(Problem(f"a correlation of {correlation}", where, "a number from 0 up, below 1",
                                    "take it from the study, or state what is assumed and try others"))  # fmt: skip
    if errors not in ("falling with time", "the same at all times"):
        raise EvidenceError(Problem(f"errors “{errors}”", where, "falling with time, or the same at all times",
                                    "choose one by its name"))  # fmt: skip
    times = sorted(effects)
    variances = np.array([effects[time].variance for time in times])
    if problems := unusable(study, np.zeros(len(times)), covariance=np.diag(variances)):
        raise EvidenceError(*problems)
    spreads = np.sqrt(variances)
    gaps = np.abs(np.subtract.outer(times, times))
    r = correlation**gaps if errors == "falling with time" else np.where(gaps == 0, 1.0, correlation)
    rows = tuple(tuple(map(float, row)) for row in r * np.outer(spreads, spreads))
    told = f"{len(times)} times, errors correlated by {correlation:g}, {errors}"
    return Followed(study, effects[times[0]].measure, tuple(times), tuple(effects[t].value for t in times), rows, told)


class AtTime(msgspec.Struct, frozen=True):
    """The effect at one time, or its change between two, on the scale of analysis; `k` studies looked then."""

    measure: Measure
    name: str
    k: int
    value: float
    standard_error: float
    lower: float
    upper: float
    p: float
    confidence: float
    method: str

    @property
    def estimate(self) -> float:
        """The effect as it is read."""
        return as_read(self.measure, self.value)


class Repeated(msgspec.Struct, frozen=True):
    """The mean effect at each time, with how studies differ at each (`tau2`) and how alike they stay (`correlations`).

    `at_limit` says in words where the likelihood rose to an end of what it may be: spreads of 0, correlations of 1. `df`
    belongs to the t; `q` tests that every study has the same effect at a time. `mixed` as in a pool.
    """

    measure: Measure
    k: int
    times: tuple[float, ...]
    seen: tuple[int, ...]
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    tau2: tuple[float, ...]
    correlations: tuple[tuple[float, ...], ...]
    at_limit: tuple[str, ...]
    log_likelihood: float
    parameters: int
    q: float
    q_df: int
    q_p: float
    test: Test
    df: int
    confidence: float
    method: str
    mixed: tuple[str, ...] = ()

    def at(self, time: float) -> AtTime:
        """The mean effect at one time."""
        place = self._place(time)
        return self._found(f"at {time:g}", np.eye(len(self.times))[place], self.seen[place])

    def change(self, first: float, second: float) -> AtTime:
        """The effect at the second time less that at the first: does it last? Ratios become a ratio of ratios."""
        one, other = self._place(first), self._place(second)
        if one == other:
            raise _refuse(f"a change from {first:g} to {second:g}", "two times", "name another time")
        weights = np.eye(len(self.times))[other] - np.eye(len(self.times))[one]
        return self._found(f"{second:g} less {first:g}", weights, min(self.seen[one], self.seen[other]))

    def prediction(self, time: float) -> Bounds:
        """Where the true effect of one more study at this time is expected, on the scale of analysis, by the same test.

        Source    value ± reach √(SE² + τ²), as for one time (Higgins, Thompson & Spiegelhalter 2009)
        """
        at, place = self.at(time), self._place(time)
        half = self._reach * sqrt(at.standard_error**2 + self.tau2[place])
        told = "normal" if self.test == "normal" else f"{self.test} = {self.df}"
        return Bounds(at.value - half, at.value + half, self.confidence, f"prediction by {told}")

    @property
    def _reach(self) -> float:
        below = (1 + self.confidence) / 2
        return z_quantile(below) if self.test == "normal" else t_quantile(below, self.df)

    def _found(self, name: str, weights: Floats, k: int) -> AtTime:
        value = float(weights @ np.array(self.values))
        error = sqrt(float(weights @ np.array(self.covariance) @ weights))
        p = two_sided_z(value / error) if self.test == "normal" else two_sided_t(value / error, self.df)
        return AtTime(self.measure, name, k, value, error, value - self._reach * error, value + self._reach * error, p,
                      self.confidence, self.method)  # fmt: skip

    def _place(self, time: float) -> int:
        if time not in self.times:
            raise _refuse(f"the time {time:g}", f"one of {', '.join(f'{t:g}' for t in self.times)}",
                          "no study looked then; nothing is read between times")  # fmt: skip
        return self.times.index(time)


def _refuse(what: str, expected: str, do: str) -> EvidenceError:
    return EvidenceError(Problem(what, WHERE, expected, do))


def pool_repeated(
    studies: Sequence[Followed],
    *,
    structure: Structure = "CS",
    estimator: Likelihood = "REML",
    test: Test = "t, studies − times",
    confidence: float = 0.95,
) -> Repeated:
    """The mean effect at every time that was looked at, from studies that each looked at some of the times.

    Give      two studies or more in one measure; how true effects of one study hang together over time: CS (one spread,
              one correlation), HCS (a spread a time), AR (falling with the gap), HAR, or UN (all free); REML or ML
    Get       means, spreads and correlations; limits by t on studies less times, or by the normal
    Holds     order does not matter; with one time it is the pool of the studies; shifting every effect shifts each mean
    Source    y = Xβ + u + e, u ~ N(0, G(structure)), e ~ N(0, V) (Ishak et al., Clin Trials 2007; van Houwelingen,
              Arends & Stijnen, Stat Med 2002). t on studies less times: a study is one observation however often it
              looked, and each time costs one; no exact small-sample theory exists. It is wide rather than narrow: of 95 %
              intervals from 5 studies at three times nearly all hold, from 8 about 98 %, by the normal about 92 and 94 %
    Checked   tests/against/test_repeated_metafor.py, tests/laws/test_repeated_laws.py
    Errors    `EvidenceError` for fewer than two studies, a study given twice, several measures, a structure that the
              times seen do not tell, or too few studies for the t
    """
    refuse_confidence(confidence)
    _refuse_choices(structure, estimator, test)
    _refuse_studies(studies)
    times = tuple(sorted({time for one in studies for time in one.times}))
    df = len(studies) - len(times)
    if test != "normal" and df < 1:
        raise _refuse(f"{len(studies)} studies at {len(times)} times", "more studies than times for a t",
                      "leave out times that few looked at; or write test='normal', whose intervals are then too narrow")  # fmt: skip
    data = _laid(studies, times)
    found = likeliest(data, times, structure=structure, likelihood=estimator)
    at = solve(data, found.covariance, likelihood=estimator)
    return _repeated(studies, times, data=data, found=found, at=at, told=(structure, estimator, test, confidence))


def _refuse_choices(structure: str, estimator: str, test: str) -> None:
    for given, known, what in (
        (structure, tuple(STRUCTURES), "structure"),
        (estimator, ("REML", "ML"), "estimator"),
        (test, ("normal", "t, studies − times"), "test"),
    ):
        if given not in known:
            raise _refuse(f"the {what} “{given}”", f"one of: {'; '.join(known)}", "choose one by its name")


def _refuse_studies(studies: Sequence[Followed]) -> None:
    if len(studies) < 2:
        raise _refuse(f"{len(studies)} study to pool" if studies else "no study to pool", "at least two studies",
                      "show the one study with its own intervals; it is not a pool")  # fmt: skip
    problems = []
    measures = sorted({one.measure for one in studies})
    if len(measures) > 1:
        problems.append(Problem(f"effects measured as {' and '.join(measures)}", WHERE, "one measure in a pool",
                                "compute the same measure for every study"))  # fmt: skip
    names = [one.study for one in studies]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem(f"{name} given more than once", WHERE, "each study once, with all its times",
                                "join its reports; people count once"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)


def _laid(studies: Sequence[Followed], times: Sequence[float]) -> Grouped:
    places = [[times.index(time) for time in one.times] for one in studies]
    each = np.eye(len(times))
    rows = [(one.study, np.array(one.values), np.array(one.covariance), each[place])
            for one, place in zip(studies, places, strict=True)]  # fmt: skip
    return grouped(rows, places=places, width=len(times))


def _repeated(
    studies: Sequence[Followed],
    times: tuple[float, ...],
    *,
    data: Grouped,
    found: Between,
    at: Solved,
    told: tuple[Structure, Likelihood, Test, float],
) -> Repeated:
    structure, estimator, test, confidence = told
    q = solve(data, np.zeros_like(found.covariance), likelihood="ML").rss
    q_df = data.n - data.p
    return Repeated(
        studies[0].measure, len(studies), times, tuple(map(int, data.is_there.sum(0))), tuple(map(float, at.beta)),
        tuple(tuple(map(float, row)) for row in at.covariance), tuple(map(float, np.diag(found.covariance))),
        tuple(tuple(map(float, row)) for row in found.correlations), found.at_limit, at.log_likelihood,
        found.parameters, q, q_df, chi2_above(q, q_df), test, len(studies) - len(times), confidence,
        f"effects over time, {STRUCTURES[structure]}, {NAMES[estimator]}, {test} interval",
    )  # fmt: skip
