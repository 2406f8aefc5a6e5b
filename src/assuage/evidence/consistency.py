"""Do direct and indirect comparisons of a network agree? The design-by-treatment test, which is weak with few trials."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import msgspec
import numpy as np

from assuage.evidence.correlated import Estimator, Grouped, between_trials, solve
from assuage.evidence.distribution import chi2_above
from assuage.evidence.trial_contrasts import TrialContrasts
from assuage.evidence.weighted import Floats

FEW = 10


class Consistency(msgspec.Struct, frozen=True):
    """Q of the whole network, its part within designs (trials of the same treatments differ) and between them.

    `between` is the test of consistency with common effects; `random` the same with τ² from within the designs, where
    there is any left to tell it from. `p` are none without degrees of freedom: then nothing was checked. `caution` says
    how much the test can see, and belongs beside its p.
    """

    total: float
    total_df: int
    total_p: float | None
    within: float
    within_df: int
    within_p: float | None
    between: float
    between_df: int
    between_p: float | None
    random: float | None
    random_p: float | None
    designs: int
    caution: str


def consistency(
    trials: Sequence[TrialContrasts], data: Grouped, *, shape: Floats | None, estimator: Estimator
) -> Consistency:
    """Effects free to differ from design to design, set against effects that are consistent.

    Give      the trials, and their arrays; the shape of the covariance between trials, none for common effects
    Get       Q and its parts, with their degrees of freedom and p
    Holds     the parts add up to the whole; zero degrees of freedom between designs where there is no closed loop
    Source    Higgins et al., Res Synth Methods 2012; White et al. 2012; Krahn, Binder & König 2013 (parts of Q)
    Checked   tests/against/test_network_metafor.py, tests/laws/test_network_laws.py
    """
    free = replace(data, design=_by_design(trials, data))
    flat = np.zeros((data.values.shape[1],) * 2)
    total, within = (solve(one, flat, likelihood="ML").rss for one in (data, free))
    total_df, within_df = data.n - data.p, data.n - free.p
    between_df = free.p - data.p
    # Rounding alone may leave a part a little below 0.
    between = max(0.0, total - within)
    random = None
    if shape is not None and between_df and within_df:
        tau2 = max(0.0, between_trials(free, shape, estimator=estimator))
        gone = [solve(one, tau2 * shape, likelihood="ML").rss for one in (data, free)]
        random = max(0.0, gone[0] - gone[1])
    designs = len({one.design for one in trials})
    return Consistency(
        total, total_df, _p(total, total_df), within, within_df, _p(within, within_df), between, between_df,
        _p(between, between_df), random, None if random is None else _p(random, between_df), designs,
        _caution(len(trials), between_df),
    )  # fmt: skip


def _p(q: float, df: int) -> float | None:
    return chi2_above(q, df) if df else None


def _caution(k: int, df: int) -> str:
    if not df:
        return "no comparison was made both directly and indirectly: consistency is assumed, not checked"
    much = "with so few trials it misses most" if k < FEW else "it misses what few trials carry"
    return f"a large p does not show that direct and indirect evidence agree; {much} ({k} trials)"


def _by_design(trials: Sequence[TrialContrasts], data: Grouped) -> Floats:
    """A column for each contrast of each design, against the design's first treatment by name."""
    columns = [(one, name) for one in sorted({tuple(sorted(trial.design)) for trial in trials}) for name in one[1:]]
    found = np.zeros((*data.values.shape, len(columns)))
    for at, trial in enumerate(trials):
        own, (first, *rest) = tuple(sorted(trial.design)), trial.treatments
        for place, name in enumerate(rest):
            for column, (design, about) in enumerate(columns):
                found[at, place, column] = (design == own) * (float(name == about) - float(first == about))
    return found
