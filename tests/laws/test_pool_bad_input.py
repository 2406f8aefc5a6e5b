"""Whatever is given, a pool is numbers or a refusal in four parts: no NaN travels, nothing is dropped unsaid."""

from __future__ import annotations

import warnings
from collections.abc import Callable, Iterator
from functools import partial
from math import inf, isnan, nan
from typing import Any

import msgspec
import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assuage.errors import EvidenceError
from assuage.evidence.batch import pool_bayes_batch, pool_random_batch
from assuage.evidence.bayes import Prior, pool_bayes
from assuage.evidence.bayes_counts import pool_arms_bayes, pool_contrasts_bayes
from assuage.evidence.beta_binomial import pool_beta_binomial
from assuage.evidence.bias import cumulative, egger, leave_one_out, rank_correlation, trim_and_fill
from assuage.evidence.effect import Count, Effect
from assuage.evidence.glmm import pool_arms, pool_contrasts
from assuage.evidence.heterogeneity import NAMES
from assuage.evidence.network import network_equal, network_random
from assuage.evidence.pool import heterogeneity_bounds, pool_common, pool_random, prediction
from assuage.evidence.random_intercepts import pool_random_intercepts
from assuage.evidence.regression import regress
from assuage.evidence.repeated import followed, pool_repeated
from assuage.evidence.sparse import cochran_mantel_haenszel, mantel_haenszel, peto, tarone
from assuage.evidence.trial_contrasts import contrasts_of_counts, contrasts_of_effects

number = st.one_of(
    st.sampled_from([nan, inf, -inf, 0.0, -1.0, 1e-12, 1e12]), st.floats(-5, 5, allow_nan=False), st.floats(0.01, 3)
)
rows = st.lists(st.tuples(number, number), max_size=5)
# As above, but such as can be pooled: alike, tiny, huge, or with one that outweighs the rest.
sound = st.lists(
    st.tuples(st.sampled_from([0.0, 0.3, 0.3000001, -2.0, 1e6]), st.sampled_from([1e-8, 0.04, 1.0, 9.0, 1e6])),
    max_size=6,
)
arm = st.integers(1, 12).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))).map(lambda one: Count(*one))
pairs = st.lists(st.tuples(arm, arm), max_size=4)
WITHOUT_SHRINKING = [Phase.explicit, Phase.reuse, Phase.generate]
PRIOR = Prior(0.5, 0, 1.5)


def effects(given: list[tuple[float, float]]) -> list[Effect]:
    return [Effect("MD", value, variance, "drawn") for value, variance in given]


def values(result: object) -> Iterator[float]:
    """Every number in a result, however deep."""
    if isinstance(result, float | np.floating):
        yield float(result)
    elif isinstance(result, np.ndarray) and result.dtype.kind == "f":
        yield from map(float, result.ravel())
    elif isinstance(result, list | tuple):
        for one in result:
            yield from values(one)
    elif isinstance(result, msgspec.Struct):
        for name in result.__struct_fields__:
            yield from values(getattr(result, name))
    elif hasattr(result, "__dataclass_fields__"):
        for name in result.__dataclass_fields__:
            yield from values(getattr(result, name))


def sound_or_refused(work: Callable[[], object]) -> None:
    """A result without NaN, or a refusal with its parts; a warning of numpy on the way is neither."""
    with warnings.catch_warnings():
        warnings.simplefilter("error")
        try:
            result = work()
        except EvidenceError as error:
            parts = [(one.what, one.where, one.expected, one.do) for one in error.problems]
            assert parts
            assert all(all(part) for part in parts)
            return
    found = list(values(result))
    assert found
    assert not any(isnan(one) for one in found)


OF_EFFECTS: dict[str, Callable[[list[Effect]], object]] = {
    **{f"random {name}": lambda rows, name=name: pool_random(rows, estimator=name) for name in NAMES},
    "common": pool_common,
    "random, normal": lambda rows: pool_random(rows, test="normal"),
    "random, floor": lambda rows: pool_random(rows, test="hartung-knapp-floor"),
    "prediction": lambda rows: prediction(pool_random(rows)),
    "profile": heterogeneity_bounds,
    "Bayes": lambda rows: pool_bayes(rows, prior=PRIOR),
    "Bayes, flat": lambda rows: pool_bayes(rows, prior=Prior(0.5)),
    "regression": lambda rows: regress(rows, {"dose": list(range(len(rows)))}),
    "left out": leave_one_out,
    "cumulative": cumulative,
    "Egger": egger,
    "ranks": rank_correlation,
    "trim and fill": trim_and_fill,
    "batch": lambda rows: pool_random_batch([[r.value for r in rows]], [[r.variance for r in rows]]),
    "Bayes batch": lambda rows: pool_bayes_batch([[r.value for r in rows]], [[r.variance for r in rows]], prior=PRIOR),
    "network, equal": lambda rows: network_equal(_trials(rows), reference="b").league(),
    "network": lambda rows: network_random(_trials(rows), reference="b").league(),
    "over time": lambda rows: pool_repeated(_studies(rows), test="normal"),
}  # fmt: skip


def _trials(rows: list[Effect]) -> list[Any]:
    names = ["a", "b", "a", "c", "b", "c"]
    return [contrasts_of_effects(f"study {at}", {(names[at], names[(at + 1) % 6] if at % 2 == 0 else "b" if names[at] != "b" else "a"): one})
            for at, one in enumerate(rows)]  # fmt: skip


def _studies(rows: list[Effect]) -> list[Any]:
    return [followed(f"study {at}", {1.0: one, 2.0: rows[at - 1]}, correlation=0.5) for at, one in enumerate(rows)]


@pytest.mark.parametrize("name", OF_EFFECTS)
@given(given=rows)
@settings(max_examples=60, deadline=None, phases=WITHOUT_SHRINKING)
def test_any_numbers_are_pooled_or_refused(name: str, given: list) -> None:
    sound_or_refused(lambda: OF_EFFECTS[name](effects(given)))


@pytest.mark.parametrize("name", OF_EFFECTS)
@given(given=sound)
@settings(max_examples=25, deadline=None, phases=WITHOUT_SHRINKING)
def test_effects_alike_tiny_huge_or_lopsided_are_pooled_or_refused(name: str, given: list) -> None:
    sound_or_refused(lambda: OF_EFFECTS[name](effects(given)))


OF_PAIRS: dict[str, Callable[[list[Any]], object]] = {
    "Mantel-Haenszel OR": lambda rows: mantel_haenszel(rows, measure="OR"),
    "Mantel-Haenszel RR": lambda rows: mantel_haenszel(rows, measure="RR"),
    "Mantel-Haenszel RD": lambda rows: mantel_haenszel(rows, measure="RD"),
    "Peto": peto,
    "CMH": lambda rows: [*cochran_mantel_haenszel(rows)],
    "Tarone": tarone,
    "conditional": pool_contrasts,
    "rare": lambda rows: pool_contrasts(rows, model="conditional, rare events"),
    "intercepts": lambda rows: pool_contrasts(rows, model="study intercepts"),
    "random intercepts": lambda rows: pool_random_intercepts(rows, nodes=1),
    "Bayes of contrasts": lambda rows: pool_contrasts_bayes(rows, prior=PRIOR),
    "arms": lambda rows: pool_arms([first for first, _ in rows]),
    "beta-binomial": lambda rows: pool_beta_binomial([first for first, _ in rows]),
    "Bayes of arms": lambda rows: pool_arms_bayes([first for first, _ in rows], prior=PRIOR),
    "network of counts": lambda rows: network_equal(
        [contrasts_of_counts(f"study {at}", {"placebo": b, "ketamine": a}, measure="RD") for at, (a, b) in enumerate(rows)],
        reference="placebo",
    ).league(),
}  # fmt: skip
SLOW = {"Bayes of contrasts", "Bayes of arms", "random intercepts", "intercepts"}


@pytest.mark.parametrize("name", OF_PAIRS)
@given(data=st.data())
@settings(max_examples=12, deadline=None, phases=WITHOUT_SHRINKING)
def test_any_counts_are_pooled_or_refused(name: str, data: st.DataObject) -> None:
    for _ in range(1 if name in SLOW else 4):
        sound_or_refused(partial(OF_PAIRS[name], data.draw(pairs)))


def test_what_once_gave_a_nan_or_a_crash_has_an_answer() -> None:
    """Shares alike to the last count: the likelihood ratio is 0, not a rounding below it. A spread that is rounding: none."""
    alike = [(Count(2, 2), Count(4, 6)), (Count(3, 8), Count(2, 8))]
    test = pool_contrasts(alike, model="conditional, rare events").homogeneity
    assert (test.statistic, test.p) == (0.0, 1.0)
    arms = [Count(2, 2), Count(6, 10), Count(3, 5), Count(0, 2)]
    assert pool_beta_binomial(arms).theta == 0.0
    # All arms one share: its binomial error, by hand.
    assert pool_beta_binomial(arms).standard_error == pytest.approx((19 / (11 * 8)) ** 0.5, rel=1e-12)


@pytest.mark.parametrize(
    ("given", "what"),
    [
        ([(0, 1e-12), (1, 1)], "variances from 1e-12 to 1"),
        ([(0, 1e-60), (1, 1)], "the variance of study 1 is 1e-60"),
        ([(1e60, 1), (1, 1)], "the effect of study 1 is 1e+60"),
    ],
)
def test_numbers_of_another_unit_are_refused_by_name(given: list, what: str) -> None:
    for pool in (pool_common, pool_random):
        with pytest.raises(EvidenceError, match=what.replace("+", r"\+")):
            pool(effects(given))


def test_effects_that_no_prior_can_join_are_refused_by_both_ways() -> None:
    far = effects([(0, 1), (1e7, 1)])
    with pytest.raises(EvidenceError, match="times as far apart"):
        pool_bayes(far, prior=Prior(0.5))
    with pytest.raises(EvidenceError, match="effects further apart"):
        pool_bayes_batch([[0, 1e7], [0, 1]], [[1, 1], [1, 1]], prior=Prior(0.5))
    with pytest.raises(EvidenceError, match="variances further apart"):
        pool_random_batch([[0, 1], [0, 1]], [[1, 1], [1e-11, 1]])


def test_a_nan_in_a_result_is_seen() -> None:
    with pytest.raises(AssertionError):
        sound_or_refused(lambda: [1.0, nan])
    with pytest.raises(AssertionError):
        sound_or_refused(lambda: pool_common(effects([(0, 1), (1, 1)])).method)
    assert list(values(np.array([1.0, 2.0]))) == [1.0, 2.0]
