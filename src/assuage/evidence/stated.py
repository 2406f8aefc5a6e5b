"""A number of the catalog as evidence uses it: a claim read one way only, and a prior made of claims."""

from __future__ import annotations

import re

from assuage.errors import EvidenceError, Problem
from assuage.evidence.bayes import Prior
from assuage.question import Measured, Pool
from assuage.sourced import Claim

NUMBER = re.compile(r"([−-]?\d+(?:\.\d+)?)(?: ?(%)|(?: (.+))?)")
SHARES: frozenset[Measured] = frozenset({"PLO", "RD"})


def number_of(claim: Claim, *, where: str) -> float:
    """The number of a claim, below zero too; per cent as a fraction.

    Errors    `EvidenceError` for text that does not begin with one plain number

    >>> number_of(Claim("-0.4 1", "editors", "choice"), where="a prior"), number_of(Claim("10 %", "a", "b"), where="c")
    (-0.4, 0.1)
    """
    found = NUMBER.fullmatch(claim.value.strip())
    if found is None:
        raise EvidenceError(
            Problem(f"the claim “{claim.value}” of {claim.source}", where, "one plain number, with its unit after a space",
                    "write 0.5 1, −0.4 1, 2 points or 10 %")
        )  # fmt: skip
    number = float(found[1].replace("−", "-"))
    return number / 100 if found[2] else number


def matters_of(claim: Claim | None, measure: Measured, *, where: str) -> float | None:
    """The smallest effect that a patient would feel, on the scale people read; none where nobody said.

    Errors    `EvidenceError` where a share is above 1 without a per cent sign, or a ratio is not above 0
    """
    if claim is None:
        return None
    number = number_of(claim, where=where)
    if measure in SHARES and abs(number) > 1:
        raise EvidenceError(
            Problem(f"{claim.value} as a share that matters", where, "a fraction, or a number with %", "write 10 %")
        )
    if measure in ("OR", "RR", "ROM") and number <= 0:
        raise EvidenceError(
            Problem(f"{claim.value} as a ratio that matters", where, "a number above 0", "write 1.25 1")
        )
    return number


def prior_of(pool: Pool, *, where: str) -> Prior:
    """The prior of a pool, from its claims."""
    mean = None if pool.mean is None else number_of(pool.mean, where=f"{where}, mean")
    sd = None if pool.mean_sd is None else number_of(pool.mean_sd, where=f"{where}, mean_sd")
    return Prior(number_of(pool.tau_scale, where=f"{where}, tau_scale"), mean, sd)


def claims_of(pool: Pool) -> tuple[Claim, ...]:
    """The claims that its prior rests on."""
    return tuple(claim for claim in (pool.tau_scale, pool.mean, pool.mean_sd) if claim is not None)
