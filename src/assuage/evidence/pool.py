"""One answer from several studies by inverse variance: common and random effects, with what the interval rests on."""

from __future__ import annotations

from collections.abc import Sequence
from math import exp, sin, sqrt
from typing import Literal

import msgspec

from assuage.evidence.effect import LOG, Bounds, Effect, Measure
from assuage.evidence.heterogeneity import (
    NAMES,
    Estimator,
    Spread,
    SpreadBounds,
    Tau2,
    between_studies,
    spread,
    spread_bounds,
)
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.small_sample import Inference, Reference, Test, inference, predicted
from assuage.evidence.weighted import Data, data_of, fit, measure_of, refuse

Model = Literal["common", "random"]
QUARTER_TURN = 1.5707963267948966


class Pooled(msgspec.Struct, frozen=True):
    """A pooled effect on the scale of analysis (logarithm for ratios), with how it was reached.

    `weights` sum to 1, in the order of the studies given. `tau2` is none for a common effect. `mixed` names what was
    pooled although it differs, because somebody asked for it.
    """

    measure: Measure
    model: Model
    k: int
    value: float
    standard_error: float
    lower: float
    upper: float
    confidence: float
    p: float
    statistic: float
    test: Test
    weights: tuple[float, ...]
    spread: Spread
    tau2: Tau2 | None
    method: str
    mixed: tuple[str, ...] = ()

    @property
    def estimate(self) -> float:
        """The pooled effect as it is read: a ratio, a share, a difference."""
        return as_read(self.measure, self.value)

    @property
    def bounds(self) -> Bounds:
        """The interval on the scale that is read."""
        low, high = as_read(self.measure, self.lower), as_read(self.measure, self.upper)
        return Bounds(low, high, self.confidence, self.method)


def as_read(measure: Measure, value: float) -> float:
    """A value of analysis on the scale that people read; a double arcsine needs `share_of_double_arcsine` instead."""
    if measure in LOG:
        return exp(value)
    if measure == "PLO":
        return 1 / (1 + exp(-value))
    if measure == "PAS":
        return sin(min(max(value, 0.0), QUARTER_TURN)) ** 2
    if measure == "PFT":
        raise refuse("a double arcsine read as a share", "the group size to transform with",
                     "use share_of_double_arcsine and say which size; or pool by a binomial model")  # fmt: skip
    return value


def share_of_double_arcsine(value: float, *, sizes: Sequence[int]) -> float:
    """The share behind a pooled double arcsine, by Miller's inversion at the harmonic mean of the arm sizes.

    Source    Miller, Am Stat 1978
    Not for   new work: the answer depends on the size put in (Schwarzer et al. 2019); it reproduces papers
    Checked   tests/against/test_pool_metafor.py
    """
    from math import asin, copysign, cos

    n = len(sizes) / sum(1 / size for size in sizes)
    least = 0.5 * asin(sqrt(1 / (n + 1)))
    most = 0.5 * (asin(sqrt(n / (n + 1))) + QUARTER_TURN)
    if value <= least:
        return 0.0
    if value >= most:
        return 1.0
    turn = sin(2 * value)
    inside = 1 - (turn + (turn - 1 / turn) / n) ** 2
    return 0.5 * (1 - copysign(1, cos(2 * value)) * sqrt(max(0.0, inside)))


def pool_common(effects: Sequence[Effect], *, confidence: float = 0.95) -> Pooled:
    """One effect common to all studies, by inverse variance. It says nothing about studies that differ.

    Give      effects of two or more studies in one measure
    Holds     weights sum to 1; order does not matter; shifting every effect shifts the answer
    Source    Σ y/v ÷ Σ 1/v, variance 1/Σ(1/v)
    Checked   tests/against/test_pool_metafor.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two studies, several measures, or values that are no numbers
    """
    refuse_confidence(confidence)
    data = data_of(effects)
    found = inference(data, tau2=0.0, test="normal", confidence=confidence)
    return _pooled(measure_of(effects), "common", data=data, found=found, tau2=None)


def pool_random(
    effects: Sequence[Effect],
    *,
    estimator: Estimator = "REML",
    test: Test = "hartung-knapp",
    confidence: float = 0.95,
) -> Pooled:
    """The mean of effects that differ from study to study, by inverse variance with τ² added.

    Give      effects of two or more studies in one measure; τ² estimator; normal, hartung-knapp, or
              hartung-knapp-floor (never narrower than the normal standard error)
    Holds     weights sum to 1; order does not matter; shifting every effect shifts the answer
    Source    Σ w y ÷ Σ w, w = 1/(v + τ²); Hartung & Knapp, Stat Med 2001; Sidik & Jonkman 2002
    Checked   tests/against/test_pool_metafor.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two studies, several measures, values that are no numbers, or effects all
              equal, whose Hartung-Knapp interval would have no width
    """
    refuse_confidence(confidence)
    data = data_of(effects)
    tau2 = between_studies(data, estimator=estimator)
    found = inference(data, tau2=tau2.value, test=test, confidence=confidence)
    return _pooled(measure_of(effects), "random", data=data, found=found, tau2=tau2)


def _pooled(measure: Measure, model: Model, *, data: Data, found: Inference, tau2: Tau2 | None) -> Pooled:
    at = fit(data, found.tau2)
    weights = at.w[0] / at.w[0].sum()
    by = "common effect" if tau2 is None else f"random effects, τ² by {NAMES[tau2.estimator]}"
    return Pooled(
        measure, model, data.k, found.beta[0], found.standard_error[0], found.lower[0], found.upper[0],
        found.confidence, found.p[0], found.statistic[0], found.test, tuple(float(w) for w in weights),
        spread(data, tau2=None if tau2 is None else tau2.value), tau2, f"inverse variance, {by}, {found.method}",
    )  # fmt: skip


def heterogeneity_bounds(effects: Sequence[Effect], *, confidence: float = 0.95) -> SpreadBounds:
    """The Q-profile intervals of τ² and I² of these studies."""
    return spread_bounds(data_of(effects), confidence=confidence)


def prediction(pooled: Pooled, *, reference: Reference = "t, k − 2", confidence: float = 0.95) -> Bounds:
    """Where the true effect of one more study like these is expected, on the scale of analysis.

    Give      a random-effects pool; the distribution by name: “t, k − 2” (Higgins 2009), “t, k − 1” or “normal”
    Get       bounds on the scale of analysis, with the t used in `method`
    Source    value ± t √(SE² + τ²) (Higgins, Thompson & Spiegelhalter, J R Stat Soc A 2009)
    Checked   tests/against/test_pool_metafor.py
    Errors    `EvidenceError` for a common effect, or too few studies for the t asked for
    """
    if pooled.tau2 is None:
        raise refuse("a prediction from a common effect", "a random-effects pool", "use pool_random")
    return predicted(pooled.value, pooled.standard_error, tau2=pooled.tau2.value, k=pooled.k, reference=reference,
                     confidence=confidence)  # fmt: skip
