"""The ways in which the rows of one body are put together: what leads, what stands beside it, and what was not computed."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from functools import lru_cache

import msgspec

from assuage.errors import EvidenceError
from assuage.evidence.answered import Small, Span, Summary, Without
from assuage.evidence.bayes import Posterior, Prior, pool_bayes
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.bias import FEWEST_FOR_A_FUNNEL, FunnelTest, egger, rank_correlation
from assuage.evidence.binomial import logit_share
from assuage.evidence.counting import Binomial, Hypergeometric, Likelihood
from assuage.evidence.effect import Bounds, Count, Effect, Measure
from assuage.evidence.glmm import BinomialPool, pool_arms, pool_contrasts
from assuage.evidence.pool import as_read, pool_random, prediction
from assuage.evidence.sparse import PooledCounts, mantel_haenszel, peto
from assuage.evidence.weighted import refuse
from assuage.evidence.without import means_without
from assuage.question import Measured, Model

FEWEST_BESIDE = 3
HALF = 0.5
KEPT = 256
ALONE_FUNNEL = "small-study tests: not for single arms, whose spread depends on the share itself"


class Member(msgspec.Struct, frozen=True):
    """One row of a pool: its effect on the scale of analysis, and its counts where it has them."""

    study: str
    effect: Effect
    arm: Count | None = None
    pair: tuple[Count, Count] | None = None


class Members(msgspec.Struct, frozen=True):
    """What is pooled, in which measure, by which model, under which prior."""

    measure: Measured
    model: Model
    prior: Prior
    members: tuple[Member, ...]

    @property
    def effects(self) -> list[Effect]:
        return [one.effect for one in self.members]

    @property
    def arms(self) -> tuple[Count, ...]:
        return tuple(one.arm for one in self.members if one.arm is not None)

    @property
    def pairs(self) -> tuple[tuple[Count, Count], ...]:
        """Counts of both arms, if every member has them; else none at all."""
        found = tuple(one.pair for one in self.members if one.pair is not None)
        return found if len(found) == len(self.members) else ()

    @property
    def is_exact(self) -> bool:
        """Whether the likelihood of the counts themselves can lead: it needs a prior for the mean."""
        has_mean = self.prior.mean is not None
        return self.model == "arms" or (self.measure == "OR" and bool(self.pairs) and has_mean)

    def without(self, at: int) -> Members:
        """All but one."""
        return msgspec.structs.replace(self, members=(*self.members[:at], *self.members[at + 1 :]))


def arm_effect(arm: Count) -> Effect:
    """The log odds of an arm, for weights and for how much arms differ; 1/2 is added only where it is empty or full."""
    return logit_share(arm, add=HALF)


def lead(of: Members) -> Posterior:
    """The posterior that leads: by the counts themselves where it can be, else by normal effects.

    Errors    as the Bayesian pools
    """
    if of.model == "arms":
        return _arms(of.arms, of.prior)
    return _contrasts(of.pairs, of.prior) if of.is_exact else pool_bayes(of.effects, prior=of.prior)


@lru_cache(maxsize=KEPT)
def _arms(arms: tuple[Count, ...], prior: Prior) -> Posterior:
    return pool_arms_bayes(arms, prior=prior)


@lru_cache(maxsize=KEPT)
def _contrasts(pairs: tuple[tuple[Count, Count], ...], prior: Prior) -> Posterior:
    return pool_contrasts_bayes(pairs, prior=prior)


def read(measure: Measure, value: float, bounds: tuple[float, float], *, method: str, confidence: float = 0.95) -> Span:
    """A value and its ends from the scale of analysis, as people read them."""
    return Span(as_read(measure, value), as_read(measure, bounds[0]), as_read(measure, bounds[1]), confidence, method)


def leading(found: Posterior) -> Summary:
    """The posterior as a summary: its median, its central interval, and the true effect in one more study."""
    median = as_read(found.measure, found.median)
    low, high = as_read(found.measure, found.lower), as_read(found.measure, found.upper)
    expected = read(found.measure, found.new.quantile(0.5), (found.new_lower, found.new_upper),
                    method="posterior of the true effect in one more study", confidence=found.confidence)  # fmt: skip
    return Summary("Bayesian", Span(median, low, high, found.confidence, found.method), expected, True)


Maker = Callable[[], Summary]


def beside(of: Members) -> tuple[tuple[Summary, ...], tuple[str, ...]]:
    """Other ways to pool the same rows, and those that could not be computed, each with its reason.

    Holds     nothing is left out in silence: what is missing among the summaries is among the notes
    """
    found, notes = [], []
    for name, make in _ways(of):
        try:
            found.append(make())
        except EvidenceError as refused:
            notes.append(f"{name}: not computed ({refused.problems[0].what})")
    if len(of.members) < FEWEST_BESIDE:
        notes.append(f"{len(of.members)} studies: random effects without a prior are shown from {FEWEST_BESIDE} on")
    return tuple(found), tuple(notes)


def _ways(of: Members) -> Iterator[tuple[str, Maker]]:
    is_many, pairs = len(of.members) >= FEWEST_BESIDE, of.pairs
    if is_many:
        yield "REML with Hartung-Knapp", lambda: _reml(of)
        if of.model == "arms":
            yield "binomial-normal model", lambda: _binomial(pool_arms(of.arms))
        elif of.measure == "OR" and pairs:
            yield "binomial-normal model", lambda: _binomial(pool_contrasts(pairs))
    measure = of.measure
    if pairs and (measure == "OR" or measure == "RR" or measure == "RD"):
        yield "Mantel-Haenszel", lambda: _one_effect("Mantel-Haenszel", mantel_haenszel(pairs, measure=measure))
        if measure == "OR":
            yield "Peto", lambda: _one_effect("Peto", peto(pairs))


def _reml(of: Members) -> Summary:
    """Random effects by inverse variance. An empty or full arm has no logarithm, so there its place stays empty."""
    if any(arm.events in (0, arm.n) for arm in of.arms):
        raise refuse("an arm is empty or full, and has no finite log odds", "some with it and some without in every arm",
                     "use the models of the counts themselves")  # fmt: skip
    effects = [logit_share(arm) for arm in of.arms] if of.model == "arms" else of.effects
    found = pool_random(effects)
    span = read(found.measure, found.value, (found.lower, found.upper), method=found.method)
    return Summary("REML with Hartung-Knapp", span, _next(found.measure, found.value, prediction(found)), False)


def _next(measure: Measure, value: float, bounds: Bounds) -> Span:
    return read(measure, value, (bounds.lower, bounds.upper), method=bounds.method, confidence=bounds.confidence)


def _binomial(found: BinomialPool) -> Summary:
    span = read(found.measure, found.value, (found.lower, found.upper), method=found.method)
    return Summary("binomial-normal model", span, _next(found.measure, found.value, found.prediction()), False)


def _one_effect(name: str, found: PooledCounts) -> Summary:
    bounds = found.bounds
    span = Span(found.estimate, bounds.lower, bounds.upper, bounds.confidence, bounds.method)
    return Summary(f"{name}, common effect", span, None, False)


def without_each(of: Members) -> tuple[tuple[Without, ...], tuple[str, ...]]:
    """The leading pool without each study in turn, where two or more stay; and why there is none.

    Holds     a study that says nothing about a ratio changes nothing when it is left out
    """
    if len(of.members) <= 2:
        return (), (f"{len(of.members)} studies: without one of them there is no pool",)
    try:
        spans = (
            _exactly_without(of)
            if of.is_exact
            else [leading(lead(of.without(at))).span for at in range(len(of.members))]
        )
    except EvidenceError as refused:
        return (), (f"without one study: not computed ({refused.problems[0].what})",)
    return tuple(Without(one.study, span) for one, span in zip(of.members, spans, strict=True)), ()


def _exactly_without(of: Members) -> list[Span]:
    """By the counts themselves, all at once."""
    told = f"binomial-normal model, Bayesian by quadrature; {of.prior}"
    telling = [one for one in of.members if one.pair is None or says_something(one.pair)]
    pairs = [one.pair for one in telling if one.pair is not None]
    likelihood: Likelihood = Binomial.of(of.arms) if of.model == "arms" else Hypergeometric.of(pairs)
    found = means_without(likelihood, prior=of.prior)
    measure: Measure = of.measure
    spans = {
        id(one): read(measure, mean.median, (mean.lower, mean.upper), method=told)
        for one, mean in zip(telling, found, strict=True)
    }
    whole = leading(lead(of)).span
    return [spans.get(id(one), whole) for one in of.members]


def says_something(pair: tuple[Count, Count]) -> bool:
    """Whether some, but not all, of both arms had it."""
    return 0 < pair[0].events + pair[1].events < pair[0].n + pair[1].n


def small_studies(of: Members) -> tuple[tuple[Small, ...], tuple[str, ...]]:
    """Tests for small-study effects, each marked where the studies are too few for it; and why there are none."""
    if of.model == "arms":
        return (), (ALONE_FUNNEL,)
    tests: tuple[Callable[[Sequence[Effect]], FunnelTest], ...] = (egger, rank_correlation)
    found, notes = [], []
    for test in tests:
        try:
            one = test(of.effects)
            found.append(Small(one.method, one.p, one.is_enough))
        except EvidenceError as refused:
            notes.append(f"small-study test: not computed ({refused.problems[0].what})")
    if found and len(of.members) < FEWEST_FOR_A_FUNNEL:
        notes.append(f"small-study tests: {len(of.members)} studies are not enough (fewer than {FEWEST_FOR_A_FUNNEL})")
    return tuple(found), tuple(dict.fromkeys(notes))
