"""Several treatments compared through trials that share some of them: one consistent set of effects."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from itertools import combinations
from math import isfinite, sqrt
from typing import Literal

import msgspec
import numpy as np

from assuage.errors import EvidenceError, Problem
from assuage.evidence.comparable import OF_ONE_ARM
from assuage.evidence.consistency import Consistency, consistency
from assuage.evidence.correlated import Estimator, Grouped, Likelihood, Solved, between_trials, grouped, solve
from assuage.evidence.distribution import t_quantile, two_sided_t, two_sided_z, z_quantile
from assuage.evidence.effect import Bounds, Measure
from assuage.evidence.heterogeneity import NAMES
from assuage.evidence.pool import as_read
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.small_sample import TESTS, Test
from assuage.evidence.trial_contrasts import TrialContrasts
from assuage.evidence.weighted import Floats

Reference = Literal["normal", "t, contrasts − effects", "t, contrasts − effects − 1"]
ESTIMATORS = ("REML", "ML", "DL")
WHERE = "a network of trials"
WORDS = {"normal": "normal intervals", "hartung-knapp": "Hartung-Knapp intervals",
         "hartung-knapp-floor": "Hartung-Knapp intervals with their factor not below 1"}  # fmt: skip
TINY = 1e-300
NO_HEADLINE = "a rank hides how far apart and how certain the effects are; read the league table first"


class Comparison(msgspec.Struct, frozen=True):
    """One treatment against another on the scale of analysis; `direct` trials compared the two themselves."""

    measure: Measure
    one: str
    other: str
    value: float
    standard_error: float
    lower: float
    upper: float
    p: float
    confidence: float
    direct: int
    method: str

    @property
    def estimate(self) -> float:
        """The effect as it is read."""
        return as_read(self.measure, self.value)

    @property
    def bounds(self) -> Bounds:
        """The interval on the scale that is read."""
        low, high = as_read(self.measure, self.lower), as_read(self.measure, self.upper)
        return Bounds(low, high, self.confidence, self.method)


class Ranking(msgspec.Struct, frozen=True):
    """P-scores from 0 to 1 by treatment, with the caution that belongs beside them wherever they are shown."""

    scores: dict[str, float]
    is_more_better: bool
    caution: str = NO_HEADLINE


class Network(msgspec.Struct, frozen=True):
    """Effects of every treatment against the reference, on the scale of analysis, from direct and indirect evidence.

    `values` and `covariance` are in the order of `treatments`, without the reference. `contrasts` are counted over all
    trials; `df` is contrasts less effects. `tau2` is one for every contrast, none for common effects; `before_cut` is
    what the formula gave. `factor` is what the variances were multiplied by. `mixed` as in a pool.
    """

    measure: Measure
    reference: str
    treatments: tuple[str, ...]
    k: int
    contrasts: int
    values: tuple[float, ...]
    covariance: tuple[tuple[float, ...], ...]
    tau2: float | None
    before_cut: float | None
    df: int
    test: Test
    factor: float
    confidence: float
    log_likelihood: float
    consistency: Consistency
    direct: dict[str, int]
    method: str
    mixed: tuple[str, ...] = ()

    def versus(self, one: str, other: str) -> Comparison:
        """One treatment against another, through all the network knows.

        Errors    `EvidenceError` for a treatment that is not in the network, or one against itself
        """
        weights = self._weights(one, other)
        value = float(weights @ np.array(self.values))
        error = sqrt(float(weights @ np.array(self.covariance) @ weights))
        below = (1 + self.confidence) / 2
        is_normal = self.test == "normal"
        reach = z_quantile(below) if is_normal else t_quantile(below, self.df)
        p = two_sided_z(value / error) if is_normal else two_sided_t(value / error, self.df)
        return Comparison(self.measure, one, other, value, error, value - reach * error, value + reach * error, p,
                          self.confidence, self.direct.get(_pair(one, other), 0), self.method)  # fmt: skip

    def league(self) -> tuple[Comparison, ...]:
        """Every pair of treatments, each later one against each earlier one, the reference first."""
        names = (self.reference, *self.treatments)
        return tuple(self.versus(other, one) for one, other in combinations(names, 2))

    def prediction(self, one: str, other: str, *, reference: Reference = "t, contrasts − effects − 1") -> Bounds:
        """Where the true effect of one treatment against another is expected in one more trial, on the scale of analysis.

        Source    value ± t √(SE² + τ²), as Higgins, Thompson & Spiegelhalter 2009 for one comparison (k − 2 there)
        Errors    `EvidenceError` for common effects, or fewer contrasts than the t needs
        """
        if self.tau2 is None:
            raise _refuse("a prediction from common effects", "a random-effects network", "use network_random")
        lost = {"normal": None, "t, contrasts − effects": 0, "t, contrasts − effects − 1": 1}
        if reference not in lost:
            raise _refuse(f"the reference “{reference}”", f"one of: {'; '.join(lost)}", "choose one by its name")
        at, away = self.versus(one, other), lost[reference]
        below = (1 + self.confidence) / 2
        if away is not None and self.df - away < 1:
            raise _refuse(f"a prediction interval by {reference} = {self.df - away}", "at least one degree of freedom",
                          "show the trials one by one; too few compare the same things twice")  # fmt: skip
        reach = z_quantile(below) if away is None else t_quantile(below, self.df - away)
        half = reach * sqrt(at.standard_error**2 + self.tau2)
        df = "" if away is None else f" = {self.df - away}"
        return Bounds(at.value - half, at.value + half, self.confidence, f"prediction by {reference}{df}")

    def p_scores(self, *, is_more_better: bool) -> Ranking:
        """How often, on average, each treatment would be the better of two: asked for by name, never a headline.

        Source    Rücker & Schwarzer, BMC Med Res Methodol 2015: the mean of Φ(value/SE) over the others
        Not for   choosing a treatment: 0.9 against 0.8 may be no difference at all
        """
        names = (self.reference, *self.treatments)
        sign = 1 if is_more_better else -1
        return Ranking({one: sum(self._is_better(sign, one, other) for other in names if other != one)
                        / (len(names) - 1) for one in names}, is_more_better)  # fmt: skip

    def _is_better(self, sign: int, one: str, other: str) -> float:
        at = self.versus(one, other)
        half = two_sided_z(at.value / at.standard_error) / 2
        return 1 - half if sign * at.value > 0 else half

    def _weights(self, one: str, other: str) -> Floats:
        names = (self.reference, *self.treatments)
        for name in (one, other):
            if name not in names:
                raise _refuse(f"“{name}”", f"one of {', '.join(names)}", "name a treatment of the network")
        if one == other:
            raise _refuse(f"{one} against itself", "two treatments", "name another")
        return np.array([float(name == one) - float(name == other) for name in self.treatments])


def _refuse(what: str, expected: str, do: str) -> EvidenceError:
    return EvidenceError(Problem(what, WHERE, expected, do))


def _pair(one: str, other: str) -> str:
    return " and ".join(sorted((one, other)))


@dataclass(frozen=True, slots=True)
class Laid:
    """The trials as arrays, with the treatments that the coefficients belong to."""

    trials: tuple[TrialContrasts, ...]
    reference: str
    treatments: tuple[str, ...]
    data: Grouped

    @property
    def shape(self) -> Floats:
        """Of the covariance between trials: 1 on the diagonal, ½ off it, so that every contrast differs alike."""
        width = self.data.values.shape[1]
        return (np.eye(width) + 1) / 2


def network_equal(trials: Sequence[TrialContrasts], *, reference: str, confidence: float = 0.95) -> Network:
    """One effect for each treatment in all trials. It says nothing about trials that differ.

    Give      two trials or more in one measure, connected with one another; the treatment that effects are set against
    Holds     which arm of a trial comes first, the order of trials and the reference change no comparison
    Source    generalised least squares of the contrasts (Lu et al., Res Synth Methods 2011)
    Checked   tests/against/test_network_metafor.py, tests/laws/test_network_laws.py
    Errors    `EvidenceError` as `network_random`
    """
    refuse_confidence(confidence)
    laid = _laid(trials, reference)
    at = solve(laid.data, 0 * laid.shape, likelihood="ML")
    return _network(laid, at, found=None, estimator="ML", test="normal", confidence=confidence)


def network_random(
    trials: Sequence[TrialContrasts],
    *,
    reference: str,
    estimator: Estimator = "REML",
    test: Test = "hartung-knapp",
    confidence: float = 0.95,
) -> Network:
    """Effects that differ from trial to trial by one τ², the same for every comparison.

    Give      as `network_equal`; τ² by REML, ML or DL (moments); normal, hartung-knapp or hartung-knapp-floor
    Holds     as `network_equal`; with two treatments it is the pool of their trials
    Source    Lu & Ades, Stat Med 2004 (τ² and correlation ½ between contrasts of one trial); Jackson & Riley, Stat Med
              2014 (variances times y′Py/(contrasts − effects), t on as many)
    Checked   tests/against/test_network_metafor.py, tests/laws/test_network_laws.py
    Errors    `EvidenceError` for fewer than two trials, several measures, measures of one arm, trials that do not hang
              together (the parts are named), a study given twice, or no comparison made twice
    """
    refuse_confidence(confidence)
    if estimator not in ESTIMATORS:
        raise _refuse(f"the estimator “{estimator}”", f"one of {', '.join(ESTIMATORS)}", "write estimator='REML'")
    if test not in TESTS:
        raise _refuse(f"the test “{test}”", f"one of {', '.join(TESTS)}", "write test='hartung-knapp'")
    laid = _laid(trials, reference)
    if laid.data.n <= laid.data.p:
        raise _refuse(f"{laid.data.n} contrasts for {laid.data.p} effects", "more contrasts than effects: how much "
                      "trials differ shows only where something was compared twice", "use network_equal, and say so")  # fmt: skip
    raw = between_trials(laid.data, laid.shape, estimator=estimator)
    likelihood: Likelihood = "ML" if estimator == "ML" else "REML"
    at = solve(laid.data, max(0.0, raw) * laid.shape, likelihood=likelihood)
    return _network(laid, at, found=raw, estimator=estimator, test=test, confidence=confidence)


def _laid(trials: Sequence[TrialContrasts], reference: str) -> Laid:
    _refuse_trials(trials)
    parts = connected(trials)
    if len(parts) > 1:
        told = "; ".join(", ".join(sorted(part)) for part in parts)
        raise _refuse(f"a network of {len(parts)} parts that no trial connects: {told}", "trials that hang together",
                      "pool each part by itself; nothing compares one with another")  # fmt: skip
    names = parts[0]
    if reference not in names:
        raise _refuse(
            f"the reference “{reference}”", f"one of {', '.join(sorted(names))}", "name a treatment of the trials"
        )
    treatments = tuple(sorted(names - {reference}))
    rows = [(one.study, np.array(one.values), np.array(one.covariance), _design(one, treatments)) for one in trials]
    width = max(len(one.values) for one in trials)
    data = grouped(rows, places=[range(len(one.values)) for one in trials], width=width)
    return Laid(tuple(trials), reference, treatments, data)


def _design(trial: TrialContrasts, treatments: Sequence[str]) -> Floats:
    first, *rest = trial.treatments
    return np.array([[float(name == one) - float(name == first) for name in treatments] for one in rest])


def _refuse_trials(trials: Sequence[TrialContrasts]) -> None:
    if len(trials) < 2:
        raise _refuse(f"{len(trials)} trial" if trials else "no trial", "at least two trials",
                      "show the one trial with its own intervals; it is not a network")  # fmt: skip
    problems = []
    measures = sorted({one.measure for one in trials})
    if len(measures) > 1:
        problems.append(Problem(f"trials measured as {' and '.join(measures)}", WHERE, "one measure in a network",
                                "compute the same measure for every trial"))  # fmt: skip
    for measure in measures:
        if measure in OF_ONE_ARM:
            problems.append(Problem(f"{measure}, a measure of one arm by itself", WHERE, "a measure that compares two",
                                    "use OR, RR, RD or MD"))  # fmt: skip
    names = [one.study for one in trials]
    for name in sorted({name for name in names if names.count(name) > 1}):
        problems.append(Problem(f"{name} given more than once", WHERE, "each study once: its people count once",
                                "join its arms into one trial; or give the reports of other people other names"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)


def connected(trials: Sequence[TrialContrasts]) -> list[frozenset[str]]:
    """The parts of a network: treatments that trials connect, directly or through others, largest part first."""
    parts: list[frozenset[str]] = []
    for trial in trials:
        touched = [part for part in parts if part & trial.design]
        parts = [part for part in parts if not part & trial.design] + [trial.design.union(*touched)]
    return sorted(parts, key=lambda part: (-len(part), sorted(part)))


def _network(
    laid: Laid, at: Solved, *, found: float | None, estimator: Estimator, test: Test, confidence: float
) -> Network:
    df = laid.data.n - laid.data.p
    factor = 1.0 if test == "normal" else at.rss / df
    factor = max(1.0, factor) if test == "hartung-knapp-floor" else factor
    if not (isfinite(factor) and factor > TINY):
        raise _refuse("contrasts that agree to the last digit", "contrasts that scatter: else Hartung-Knapp has no width",
                      "check for a trial entered twice; or write test='hartung-knapp-floor'")  # fmt: skip
    by = "common effects" if found is None else f"random effects, τ² by {NAMES[estimator]}"
    covariance = factor * at.covariance
    agreed = consistency(laid.trials, laid.data, shape=None if found is None else laid.shape, estimator=estimator)
    return Network(
        laid.trials[0].measure, laid.reference, laid.treatments, len(laid.trials), laid.data.n,
        tuple(map(float, at.beta)), tuple(tuple(map(float, row)) for row in covariance),
        None if found is None else max(0.0, found), found, df, test, factor, confidence, at.log_likelihood, agreed,
        dict(_direct(laid.trials)), f"network of contrasts, {by}, {WORDS[test]}",
    )  # fmt: skip


def _direct(trials: Sequence[TrialContrasts]) -> Iterator[tuple[str, int]]:
    names = sorted({_pair(*pair) for one in trials for pair in combinations(one.treatments, 2)})
    counted = [_pair(*pair) for one in trials for pair in combinations(one.treatments, 2)]
    return ((name, counted.count(name)) for name in names)
