"""Before and after a clinic's own count, against the whole hierarchical model summed on a plain grid of its own."""

from __future__ import annotations

import numpy as np
import pytest

from assuage.response.believed import updated

PRIOR = (1.0, 0.0, 1.5)


def by_grid(arms: tuple[tuple[int, int], ...], events: int, n: int) -> tuple[float, float, float]:
    """θ of the clinic under x ~ Binomial(n, logit⁻¹ θ), θ ~ N(mu, τ²), mu normal, τ half-normal: every sum written out."""
    scale, centre, sd = PRIOR
    theta = np.linspace(-9, 9, 1801)
    mu = np.linspace(-7.5, 7.5, 301)
    share = 1 / (1 + np.exp(-theta))
    density = np.zeros_like(theta)
    for tau in (np.arange(240) + 0.5) * 0.02:
        spread = np.exp(-(((theta[None, :] - mu[:, None]) / tau) ** 2) / 2)
        spread /= spread.sum(1, keepdims=True)
        weight = np.exp(-(((mu - centre) / sd) ** 2) / 2) * np.exp(-((tau / scale) ** 2) / 2)
        for x, of in arms:
            weight = weight * (spread @ (share**x * (1 - share) ** (of - x)))
        density += weight @ spread
    density *= share**events * (1 - share) ** (n - events)
    density /= density.sum()
    summed = np.cumsum(density) - density / 2
    low, high = (float(np.interp(one, summed, share)) for one in (0.025, 0.975))
    return float((density * share).sum()), low, high


@pytest.mark.parametrize(
    ("arms", "events", "n"), [(((7, 15),), 9, 14), (((7, 15), (20, 30)), 2, 40), (((12, 15),), 0, 0)]
)
def test_the_grid_agrees(arms: tuple[tuple[int, int], ...], events: int, n: int) -> None:
    found = updated(arms, PRIOR, events=events, n=n)
    mean, low, high = by_grid(arms, events, n)
    # The grid's own steps leave about a thousandth of a share.
    assert (found.mean, found.lower, found.upper) == pytest.approx((mean, low, high), abs=0.002)
