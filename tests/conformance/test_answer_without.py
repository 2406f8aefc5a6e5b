"""The mean without each study, from one lattice, against the whole pool of the others."""

from __future__ import annotations

import pytest

from assuage.errors import EvidenceError
from assuage.evidence.bayes import Posterior, Prior
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.counting import Binomial, Hypergeometric
from assuage.evidence.effect import Count
from assuage.evidence.without import Mean, means_without

PRIOR = Prior(1.0, 0.0, 1.5)
CLOSE = 1e-3


def agree(found: Mean, other: Posterior) -> None:
    for mine, theirs in ((found.median, other.median), (found.lower, other.lower), (found.upper, other.upper)):
        assert abs(mine - theirs) < CLOSE * other.sd


@pytest.mark.parametrize(
    "arms",
    [
        [Count(7, 15), Count(10, 12), Count(4, 6), Count(4, 8)],
        [Count(0, 10), Count(0, 6), Count(30, 300), Count(9, 9)],
        [Count(108, 218), Count(8, 8), Count(4, 20)],
    ],
)
def test_arms_without_one_are_the_pool_of_the_others(arms: list[Count]) -> None:
    for at, found in enumerate(means_without(Binomial.of(arms), prior=PRIOR)):
        agree(found, pool_arms_bayes(arms[:at] + arms[at + 1 :], prior=PRIOR))


def test_contrasts_without_one_are_the_pool_of_the_others() -> None:
    pairs = [(Count(10, 15), Count(7, 15)), (Count(5, 20), Count(9, 20)), (Count(3, 8), Count(0, 8))]
    for at, found in enumerate(means_without(Hypergeometric.of(pairs), prior=PRIOR)):
        agree(found, pool_contrasts_bayes(pairs[:at] + pairs[at + 1 :], prior=PRIOR))


@pytest.mark.parametrize("prior", [PRIOR, Prior(1.0)])
def test_two_studies_or_a_flat_mean_are_refused(prior: Prior) -> None:
    arms = [Count(7, 15), Count(4, 8)] if prior.mean is not None else [Count(7, 15)] * 3
    with pytest.raises(EvidenceError):
        means_without(Binomial.of(arms), prior=prior)
