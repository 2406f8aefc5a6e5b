"""Barnard's and Boschloo's tests: exact for two arms without fixing how many had the event; stronger than Fisher's."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from assuage.evidence.effect import Count, refused
from assuage.evidence.exact import fisher, ways

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    Tables = NDArray[np.bool_]

# Every table of both arms is visited; beyond this an exact test adds nothing to the score test.
MOST_PEOPLE = 1_000
GRID, FINE, ROUNDS, PEAKS = 1001, 101, 4, 5
# Two Fisher p of different margins are floats of exact fractions: equal ones differ by their last digits only.
TIE = 1 + 1e-12


def barnard(first: Count, second: Count) -> float:
    """Barnard's exact p, two-sided: tables at least as far by the pooled z, at the share where they are likeliest.

    Give      two counts of different people
    Get       the largest probability over all common shares, to about 1e-9 from below
    Holds     swapping the arms or counting the others changes nothing
    Source    Barnard, Biometrika 1947, with the pooled score statistic (Suissa & Shuster, J R Stat Soc A 1985)
    Checked   tests/against/test_evidence_exact.py, tests/laws/test_evidence_exact.py
    Errors    `EvidenceError` where the arms are so large that they hold more than 1,000 people together
    """
    import numpy as np

    _refuse_large(first, second)
    i, j = np.arange(first.n + 1)[:, None], np.arange(second.n + 1)[None, :]
    events, people = i + j, first.n + second.n
    # z² up to a constant, as a fraction of integers: compared crosswise, so that ties are ties.
    above, below = (i * second.n - j * first.n) ** 2, events * (people - events)
    a, b = int(above[first.events, second.events]), int(below[first.events, second.events])
    if a == 0:
        return 1.0
    return _likeliest((above * b >= a * below) & (below > 0))


def boschloo(first: Count, second: Count) -> float:
    """Boschloo's exact p, two-sided: tables with a Fisher p no larger, at the share where they are likeliest.

    Give      two counts of different people
    Get       the largest probability over all common shares, to about 1e-9 from below
    Holds     never above Fisher's p; swapping the arms or counting the others changes nothing
    Source    Boschloo, Stat Neerl 1970, ordered by the two-sided Fisher p (point probability)
    Checked   tests/against/test_evidence_exact.py, tests/laws/test_evidence_exact.py
    Errors    `EvidenceError` where the arms are so large that they hold more than 1,000 people together
    """
    import numpy as np

    _refuse_large(first, second)
    seen = fisher(first, second) * TIE
    region = np.zeros((first.n + 1, second.n + 1), dtype=bool)
    for events in range(first.n + second.n + 1):
        low, weights = ways(first.n, second.n, events=events)
        total, running = sum(weights), 0
        upto: dict[int, int] = {}
        for weight in sorted(weights):
            running += weight
            upto[weight] = running
        for k, weight in enumerate(weights, low):
            region[k, events - k] = upto[weight] / total <= seen
    return _likeliest(region)


def _refuse_large(first: Count, second: Count) -> None:
    people = first.n + second.n
    if people > MOST_PEOPLE:
        raise refused(f"arms of {first.n:,} and {second.n:,} people", f"at most {MOST_PEOPLE:,} people together",
                      "use the score interval; in arms of this size it is as good")  # fmt: skip


def _likeliest(region: Tables) -> float:
    """The largest probability of a set of tables over the common share: a grid, then finer ones about its peaks."""
    import numpy as np

    # Equal steps of the arcsine: shares near 0 and 1 change the most.
    angles = np.linspace(0, np.pi / 2, GRID)
    found = _probabilities(region, angles)
    best, step = float(found.max()), angles[1]
    for start in angles[np.argsort(found)[-PEAKS:]]:
        centre, width = float(start), float(step)
        for _ in range(ROUNDS):
            near = np.clip(np.linspace(centre - width, centre + width, FINE), 0, np.pi / 2)
            values = _probabilities(region, near)
            centre, width = float(near[values.argmax()]), 2 * width / (FINE - 1)
            best = max(best, float(values.max()))
    return min(best, 1.0)


def _probabilities(region: Tables, angles: Any) -> Any:
    import numpy as np

    shares = np.sin(angles) ** 2
    one, other = (_binomial(size - 1, shares) for size in region.shape)
    return ((one @ region) * other).sum(axis=1)


def _binomial(n: int, shares: Any) -> Any:
    """Probabilities of 0 to n events, a row for each share."""
    import numpy as np
    from scipy.special import gammaln, xlog1py, xlogy  # type: ignore[import-untyped]

    k = np.arange(n + 1)
    ways = gammaln(n + 1) - gammaln(k + 1) - gammaln(n - k + 1)
    return np.exp(ways + xlogy(k, shares[:, None]) + xlog1py(n - k, -shares[:, None]))
