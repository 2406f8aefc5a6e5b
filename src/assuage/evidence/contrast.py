"""Two arms of different people, compared by their counts: ratios and differences with normal-theory variances."""

from __future__ import annotations

from math import asin, log, sqrt

from assuage.evidence.effect import Count, Effect, To, added, made, no_empty


def _cells(first: Count, second: Count, add: float, to: To) -> tuple[tuple[float, ...], str]:
    cells = (first.events, first.others, second.events, second.others)
    return added(cells, add=add, to=to)


def risk_ratio(first: Count, second: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """The share of the first arm over that of the second, as a logarithm.

    Give      two counts of different people; add and to name a continuity correction, none unless asked for
    Get       `RR`: the natural logarithm and its variance
    Holds     swapping the arms changes the sign
    Source    a/(a+b) ÷ c/(c+d); variance 1/a − 1/(a+b) + 1/c − 1/(c+d) (Katz et al., Biometrics 1978, delta method)
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` where an arm has no events and no correction is asked for, or where both are full

    >>> round(risk_ratio(Count(10, 15), Count(7, 15)).estimate, 3)
    1.429
    """
    (a, b, c, d), what = _cells(first, second, add, to)
    no_empty("RR", (a, c))
    value = log(a / (a + b)) - log(c / (c + d))
    variance = (b / a) / (a + b) + (d / c) / (c + d)
    return made("RR", value, variance=variance, derivation=f"log of ({first}) / ({second}); {what}")


def odds_ratio(first: Count, second: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """The odds of the first arm over those of the second, as a logarithm.

    Give      two counts of different people; add and to name a continuity correction, none unless asked for
    Get       `OR`: the natural logarithm and its variance
    Holds     swapping the arms, or counting the others, changes the sign
    Source    ad/bc; variance 1/a + 1/b + 1/c + 1/d (Woolf, Ann Hum Genet 1955)
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` where a cell is empty and no correction is asked for
    """
    (a, b, c, d), what = _cells(first, second, add, to)
    no_empty("OR", (a, b, c, d))
    value = log(a) - log(b) - log(c) + log(d)
    variance = 1 / a + 1 / b + 1 / c + 1 / d
    return made("OR", value, variance=variance, derivation=f"log odds ratio of {first} and {second}; {what}")


def peto_odds_ratio(first: Count, second: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """Peto's one-step odds ratio, as a logarithm; it needs no correction unless nobody, or everybody, has the event.

    Give      two counts of different people; add and to name a continuity correction, none unless asked for
    Get       `PETO`: (observed − expected) / V and its variance 1/V
    Source    expected (a+b)(a+c)/N, V = (a+b)(c+d)(a+c)(b+d) / (N²(N−1)) (Yusuf et al., Prog Cardiovasc Dis 1985)
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` where nobody or everybody in both arms has the event: V is 0
    """
    (a, b, c, d), what = _cells(first, second, add, to)
    total = a + b + c + d
    information = (a + b) * (c + d) * (a + c) * (b + d) / (total * total * (total - 1))
    no_empty("PETO", (information,))
    value = (a - (a + b) * (a + c) / total) / information
    return made("PETO", value, variance=1 / information, derivation=f"(O − E)/V of {first} and {second}; {what}")


def risk_difference(first: Count, second: Count, *, add: float = 0, to: To = "only0") -> Effect:
    """The share of the first arm less that of the second.

    Give      two counts of different people; add and to name a continuity correction, none unless asked for
    Get       `RD`: a difference between −1 and 1, and its variance
    Holds     swapping the arms changes the sign
    Source    p₁ − p₂; variance p₁(1−p₁)/n₁ + p₂(1−p₂)/n₂. Its Wald interval is poor in small arms: see `newcombe` and
              `miettinen_nurminen`
    Checked   tests/against/test_evidence_escalc.py, tests/laws/test_evidence_contrast.py
    Errors    `EvidenceError` where both arms are empty or full: the variance is 0
    """
    (a, b, c, d), what = _cells(first, second, add, to)
    one, other = a / (a + b), c / (c + d)
    variance = a * b / (a + b) ** 3 + c * d / (c + d) ** 3
    return made("RD", one - other, variance=variance, derivation=f"{first} − {second}; {what}")


def arcsine_difference(first: Count, second: Count) -> Effect:
    """The difference of arcsine square roots; defined for empty and full arms without a correction.

    Give      two counts of different people
    Get       `AS`: a difference of angles in radians, and its variance
    Source    asin √p₁ − asin √p₂; variance 1/4n₁ + 1/4n₂ (Rücker et al., Stat Med 2009)
    Checked   tests/against/test_evidence_escalc.py
    Not for   people: the scale has no clinical meaning
    """
    value = asin(sqrt(first.share)) - asin(sqrt(second.share))
    variance = 1 / (4 * first.n) + 1 / (4 * second.n)
    return made("AS", value, variance=variance, derivation=f"arcsine difference of {first} and {second}")
