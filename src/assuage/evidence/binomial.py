"""One arm: exact, Bayesian and likelihood intervals of its share, and the share on scales that pools use."""

from __future__ import annotations

from math import asin, log, sqrt

from assuage.evidence.effect import Count, Effect, To, added, made, no_empty, refused, z_of
from assuage.evidence.proportion import Proportion, refuse_confidence, refuse_count

JEFFREYS = 0.5


def clopper_pearson(events: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """The exact interval: every share that neither one-sided binomial test at half the rest refuses.

    Give      counts; two-sided confidence between 0 and 1
    Holds     covers at least at its confidence, for every share and n; counting the others mirrors it
    Source    Clopper & Pearson, Biometrika 1934: beta quantiles B(α/2; x, n−x+1) and B(1−α/2; x+1, n−x)
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_intervals.py
    Errors    `EvidenceError` for impossible counts or confidence

    >>> seen = clopper_pearson(7, 15)
    >>> f"{seen.lower:.3f} to {seen.upper:.3f}"
    '0.213 to 0.734'
    """
    from scipy.special import betaincinv  # type: ignore[import-untyped]

    refuse_count(events, n)
    refuse_confidence(confidence)
    tail = (1 - confidence) / 2
    lower = 0.0 if events == 0 else float(betaincinv(events, n - events + 1, tail))
    # The upper limit is the lower limit of the others: so the mirror holds to the last digit.
    upper = 1.0 if events == n else 1 - float(betaincinv(n - events, events + 1, tail))
    return Proportion(events, n, events / n, lower, upper, confidence, "Clopper-Pearson, exact")


def jeffreys(events: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """The equal-tailed interval of the posterior under Jeffreys' prior; the end is 0 or 1 for an empty or full arm.

    Source    quantiles of Beta(x + 1/2, n − x + 1/2) (Brown, Cai & DasGupta, Stat Sci 2001)
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_intervals.py
    Errors    `EvidenceError` for impossible counts or confidence
    """
    lower, upper = _quantiles(events, n, JEFFREYS, confidence)
    lower = 0.0 if events == 0 else lower
    upper = 1.0 if events == n else upper
    return Proportion(events, n, events / n, lower, upper, confidence, "Jeffreys")


def posterior_share(events: int, n: int, *, prior: float = 1, confidence: float = 0.95) -> Proportion:
    """Mean and equal-tailed interval of the share after a Beta(prior, prior) prior: 1 is uniform, 0.5 Jeffreys'.

    Holds     the mean is the posterior mean, (x + prior)/(n + 2 prior), not x/n
    Checked   tests/against/test_evidence_seed.py
    Errors    `EvidenceError` for impossible counts or confidence, or a prior not above 0
    """
    lower, upper = _quantiles(events, n, prior, confidence)
    mean = (events + prior) / (n + 2 * prior)
    return Proportion(events, n, mean, lower, upper, confidence, f"posterior of a Beta({prior:g}, {prior:g}) prior")


def refuse_prior(prior: float) -> None:
    """Refuse a prior that is no beta distribution."""
    if not 0 < prior < float("inf"):
        raise refused(f"a Beta({prior}, {prior}) prior", "a number above 0", "write 1 for uniform, 0.5 for Jeffreys'")


def _quantiles(events: int, n: int, prior: float, confidence: float) -> tuple[float, float]:
    from scipy.special import betaincinv

    refuse_count(events, n)
    refuse_confidence(confidence)
    refuse_prior(prior)
    tail = (1 - confidence) / 2
    a, b = events + prior, n - events + prior
    return float(betaincinv(a, b, tail)), 1 - float(betaincinv(b, a, tail))


def agresti_coull(events: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """Wald's interval after z²/2 successes and failures were added; its ends are cut at 0 and 1.

    Source    Agresti & Coull, Am Stat 1998
    Checked   tests/against/test_evidence_seed.py, tests/laws/test_evidence_intervals.py
    Errors    `EvidenceError` for impossible counts or confidence
    """
    refuse_count(events, n)
    refuse_confidence(confidence)
    z = z_of(confidence)
    people = n + z * z
    centre = (events + z * z / 2) / people
    half = z * sqrt(centre * (1 - centre) / people)
    lower, upper = max(0.0, centre - half), min(1.0, centre + half)
    return Proportion(events, n, events / n, lower, upper, confidence, "Agresti-Coull")


def likelihood(events: int, n: int, *, confidence: float = 0.95) -> Proportion:
    """The shares whose likelihood is not too far below the best: no correction, also for an empty or full arm.

    Source    2 (log L(x/n) − log L(P)) ≤ z² (Wilks, Ann Math Stat 1938)
    Holds     contains x/n; one end is 0 or 1 for an empty or full arm; counting the others mirrors it
    Checked   tests/against/test_evidence_intervals.py, tests/laws/test_evidence_intervals.py
    Errors    `EvidenceError` for impossible counts or confidence
    """
    refuse_count(events, n)
    refuse_confidence(confidence)
    cut = z_of(confidence) ** 2
    lower = 0.0 if events == 0 else _support(events, n, cut)
    upper = 1.0 if events == n else 1 - _support(n - events, n, cut)
    return Proportion(events, n, events / n, lower, upper, confidence, "profile likelihood")


def _support(events: int, n: int, cut: float) -> float:
    """The share below events/n at which the deviance equals the cut, by halving."""
    best = events / n

    def deviance(share: float) -> float:
        rest = 0.0 if events == n else (n - events) * log((1 - best) / (1 - share))
        return 2 * (events * log(best / share) + rest)

    low, high = 0.0, best
    while (middle := (low + high) / 2) not in (low, high):
        if deviance(middle) > cut:
            low = middle
        else:
            high = middle
    return high


def _cells(count: Count, add: float, to: To) -> tuple[tuple[float, ...], str]:
    return added((count.events, count.others), add=add, to=to)


def raw_share(count: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """`PR`: the share itself, variance p(1−p)/n; refused for an empty or full arm unless a correction is asked for.

    Source    binomial variance
    Checked   tests/against/test_evidence_escalc.py
    """
    (x, m), what = _cells(count, add, to)
    return made("PR", x / (x + m), variance=x * m / (x + m) ** 3, derivation=f"{count}; {what}")


def log_share(count: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """`PLN`: the logarithm of the share, variance 1/x − 1/n.

    Source    delta method
    Checked   tests/against/test_evidence_escalc.py
    """
    (x, m), what = _cells(count, add, to)
    no_empty("PLN", (x,))
    return made("PLN", log(x / (x + m)), variance=m / x / (x + m), derivation=f"log of {count}; {what}")


def logit_share(count: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """`PLO`: the log odds, variance 1/x + 1/(n−x). For pools the binomial likelihood is better: it needs no correction.

    Source    delta method
    Checked   tests/against/test_evidence_escalc.py
    """
    (x, m), what = _cells(count, add, to)
    no_empty("PLO", (x, m))
    return made("PLO", log(x / m), variance=1 / x + 1 / m, derivation=f"log odds of {count}; {what}")


def arcsine_share(count: Count) -> Effect:
    """`PAS`: the arcsine of the square root, variance 1/4n.

    Source    Freeman & Tukey, Ann Math Stat 1950
    Checked   tests/against/test_evidence_escalc.py
    """
    return made("PAS", asin(sqrt(count.share)), variance=1 / (4 * count.n), derivation=f"asin √({count})")


def double_arcsine_share(count: Count) -> Effect:
    """`PFT`: Freeman and Tukey's double arcsine, only to reproduce papers; it cannot be turned back without one n.

    Source    (asin √(x/(n+1)) + asin √((x+1)/(n+1)))/2, variance 1/(4n+2) (Freeman & Tukey, Ann Math Stat 1950)
    Checked   tests/against/test_evidence_escalc.py
    Not for   new pools: the pooled share depends on the n chosen and can leave 0 to 1
    """
    x, n = count.events, count.n
    value = (asin(sqrt(x / (n + 1))) + asin(sqrt((x + 1) / (n + 1)))) / 2
    return made("PFT", value, variance=1 / (4 * n + 2), derivation=f"double arcsine of {count}")
