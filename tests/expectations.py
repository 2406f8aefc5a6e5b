"""What tests of expectation share: a prior with the numbers of the catalog's, and predictions under it."""

from __future__ import annotations

from decimal import Decimal

from assuage.evidence.expectation import Predicted, predict
from assuage.question import Prior
from assuage.sourced import Claim


def prior(*, scale: float = 1, mean: float = 0, sd: float = 1.5) -> Prior:
    """A prior with these numbers."""
    claims = [Claim(f"{value} 1", "editors", "a test") for value in (scale, mean, sd)]
    return Prior("tried", *claims, window_days=Decimal(7), because="a test")


def predicted(counts: list[tuple[int, int]], *, scale: float = 1, sd: float = 1.5, of: int = 10) -> Predicted:
    """The prediction of these arms."""
    return predict(counts, prior=prior(scale=scale, sd=sd), of=of)
