"""How likely it is that one arm's true share is above the other's, by quadrature."""

from __future__ import annotations

from typing import Any

import msgspec

from assuage.evidence.effect import Count, refused
from assuage.evidence.proportion import refuse_confidence

NODES = 20
GRADED = 24  # halvings of the panels towards both ends, for factors that turn sharply there
ROUNDING = 1e-10  # more than this beyond 0 or 1 is a fault of ours, never trimmed
LEAST_PRIOR = 0.5  # below Jeffreys' prior the integrand has no bound at the ends


class PosteriorDifference(msgspec.Struct, frozen=True):
    """What the counts of two arms say of the difference of their true shares, under one prior for each arm."""

    prior: float
    probability_above_0: float
    mean: float
    median: float
    lower: float
    upper: float
    confidence: float


def probability_above(first: Count, second: Count, *, prior: float = 1, by: float = 0) -> float:
    """The posterior probability that the first arm's true share is above the second's by more than `by`.

    Give      two counts of different people; each share's prior is Beta(prior, prior): 1 uniform, 0.5 Jeffreys'; by from
              −1 to 1
    Get       a probability, to 1e-10
    Holds     of both directions the probabilities add to 1; falls as `by` rises
    Source    ∫ f₁(p) F₂(p − by) dp with p = low + width sin² φ, under which the integrand is smooth; Gauss-Legendre
    Checked   tests/against/test_evidence_seed.py, tests/against/test_evidence_posterior.py,
              tests/laws/test_evidence_posterior.py
    Errors    `EvidenceError` for a prior below 0.5, or `by` outside −1 to 1

    >>> round(probability_above(Count(10, 15), Count(7, 15)), 4)
    0.8574
    """
    import numpy as np
    from scipy.special import betainc, betaln, xlogy  # type: ignore[import-untyped]

    _refuse(prior, by)
    if abs(by) == 1:
        return 0.0 if by > 0 else 1.0  # no two shares differ by more than one; all by more than minus one
    (a, b), (c, d) = _shapes(first, prior), _shapes(second, prior)
    low, high = max(0.0, by), min(1.0, 1.0 + by)
    angle, weight = _nodes(first.n + second.n)
    sine = np.sin(angle) ** 2
    p = low + (high - low) * sine
    # 1 − p from its own end, so that it is never rounded to 0, where the density has no bound.
    q = (high - low) * np.cos(angle) ** 2 + (1 - high)
    density = np.exp(xlogy(a - 1, p) + xlogy(b - 1, q) - betaln(a, b))
    other = betainc(c, d, (high - low) * sine + max(0.0, -by))
    inner = float(np.sum(weight * density * other * (high - low) * np.sin(2 * angle)))
    # Where p − by is above 1, the second share is certainly below it.
    rest = float(betainc(b, a, -by)) if by < 0 else 0.0
    total = inner + rest
    assert -ROUNDING <= total <= 1 + ROUNDING, f"a probability of {total}"
    return min(max(total, 0.0), 1.0)


def posterior_difference(
    first: Count, second: Count, *, prior: float = 1, confidence: float = 0.95
) -> PosteriorDifference:
    """The posterior of the difference of both true shares: probability above 0, mean, median, equal-tailed interval.

    Give      two counts of different people; the prior of each share; the interval's probability
    Holds     swapping the arms mirrors it about 0
    Source    quantiles by halving `probability_above`; the mean is the difference of both posterior means
    Checked   tests/against/test_evidence_seed.py
    Errors    as `probability_above`; `EvidenceError` for an impossible confidence
    """
    refuse_confidence(confidence)
    (a, b), (c, d) = _shapes(first, prior), _shapes(second, prior)
    tail = (1 - confidence) / 2

    def quantile(above: float) -> float:
        low, high = -1.0, 1.0
        for _ in range(44):  # the width left, 2/2⁴⁴, is below the error of the quadrature
            middle = (low + high) / 2
            is_right = probability_above(first, second, prior=prior, by=middle) > above
            low, high = (middle, high) if is_right else (low, middle)
        return (low + high) / 2

    return PosteriorDifference(
        prior, probability_above(first, second, prior=prior), a / (a + b) - c / (c + d),
        quantile(0.5), quantile(1 - tail), quantile(tail), confidence,
    )  # fmt: skip


def _shapes(count: Count, prior: float) -> tuple[float, float]:
    return count.events + prior, count.others + prior


def _refuse(prior: float, by: float) -> None:
    if not LEAST_PRIOR <= prior < float("inf"):
        raise refused(
            f"a Beta({prior}, {prior}) prior", "a number from 0.5 up", "write 1 for uniform, 0.5 for Jeffreys'"
        )
    if not -1 <= by <= 1:
        raise refused(f"a difference of more than {by}", "a fraction between −1 and 1", "write 0.1 for ten points")


def _nodes(people: int) -> tuple[Any, Any]:
    """Angles from 0 to a quarter turn and their weights, finer towards the ends and with the number of people."""
    import numpy as np

    graded = 0.5 ** np.arange(2, GRADED)
    even = np.linspace(0, 1, 17 + 2 * int(people**0.5))
    edges = np.unique(np.concatenate([even, graded, 1 - graded])) * (np.pi / 2)
    at, weight = np.polynomial.legendre.leggauss(NODES)
    half = np.diff(edges) / 2
    angle = (edges[:-1] + half)[:, None] + half[:, None] * at
    return angle.ravel(), (half[:, None] * weight).ravel()
