"""Bayesian pools of counts by the binomial likelihood itself: empty and full arms need no correction, only a prior."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from assuage.evidence.bayes import Posterior, Prior
from assuage.evidence.counting import Binomial, Hypergeometric, Likelihood
from assuage.evidence.effect import Count, Measure
from assuage.evidence.proportion import refuse_confidence
from assuage.evidence.slices import MeanEffect, NewEffect, Surface, slices_of
from assuage.evidence.weighted import refuse


def pool_arms_bayes(arms: Sequence[Count], *, prior: Prior, confidence: float = 0.95) -> Posterior:
    """Single arms: log odds with a normal spread, under a half-normal prior for τ and a normal prior for their mean.

    Give      counts of two or more arms, empty and full ones too; a prior with `mean` and `mean_sd` (on the logit scale)
    Get       the posterior on the logit scale; `sd` and `mean` too
    Holds     order does not matter; counting the others, with the prior's mean turned, changes the sign
    Source    x ~ Binomial(n, logit⁻¹ θ), θ ~ N(mu, τ²); by quadrature in θ, mu and τ, which `slices` describes
    Checked   tests/against/test_pool_bayes.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two arms, or a prior that leaves the mean flat
    """
    return _posterior("PLO", Binomial.of(arms) if arms else None, prior=prior, confidence=confidence)


def pool_contrasts_bayes(pairs: Sequence[tuple[Count, Count]], *, prior: Prior, confidence: float = 0.95) -> Posterior:
    """Two-armed studies: log odds ratios with a normal spread, by the likelihood conditional on both arms' events.

    Give      counts of both arms of two or more studies; a prior with `mean` and `mean_sd` (log odds ratio)
    Holds     order does not matter; swapping the arms, with the prior's mean turned, changes the sign; a study in which
              nobody or everybody had the event changes nothing
    Source    non-central hypergeometric (Stijnen, Hamza & Özdemir, Stat Med 2010) with the priors of `pool_arms_bayes`
    Checked   tests/against/test_pool_bayes.py, tests/laws/test_pool_laws.py
    Errors    `EvidenceError` for fewer than two informative studies, or a prior that leaves the mean flat
    """
    telling = [pair for pair in pairs if 0 < pair[0].events + pair[1].events < pair[0].n + pair[1].n]
    return _posterior("OR", Hypergeometric.of(telling) if telling else None, prior=prior, confidence=confidence)


def _posterior(measure: Measure, likelihood: Likelihood | None, *, prior: Prior, confidence: float) -> Posterior:
    refuse_confidence(confidence)
    if likelihood is None or likelihood.k < 2:
        raise refuse(f"{likelihood.k if likelihood else 0} informative study to pool", "at least two studies",
                     "show the one study with its own interval; it is not a pool")  # fmt: skip
    if prior.mean is None:
        raise refuse("a flat prior for the mean of counts", "a normal prior: with empty arms a flat one has no posterior",
                     "write Prior(tau_scale=0.5, mean=0, mean_sd=1.5)")  # fmt: skip
    slices = slices_of(Surface(likelihood, prior))
    effect, new = MeanEffect(slices), NewEffect(slices)
    rest = (1 - confidence) / 2
    means = (slices.shares * slices.mu).sum(1)
    mean = float(slices.weights @ means)
    sd = float(np.sqrt(slices.weights @ (slices.shares * (slices.mu - mean) ** 2).sum(1)))
    return Posterior(
        measure, likelihood.k, prior, mean, sd, effect.quantile(0.5), effect.quantile(rest), effect.quantile(1 - rest),
        new.quantile(rest), new.quantile(1 - rest), slices.tau_quantile(0.5), slices.tau_quantile(confidence),
        confidence, f"binomial-normal model, Bayesian by quadrature; {prior}", effect, new,
    )  # fmt: skip
