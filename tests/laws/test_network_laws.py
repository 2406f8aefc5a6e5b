"""What must hold for every network: order, names and first arms change nothing; two treatments are a pool; Q has its parts."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import Phase, given, settings
from hypothesis import strategies as st

from assuage.evidence.contrast import odds_ratio, risk_difference, risk_ratio
from assuage.evidence.effect import Count, Effect
from assuage.evidence.network import Network, connected, network_equal, network_random
from assuage.evidence.pool import pool_common, pool_random, prediction
from assuage.evidence.trial_contrasts import TrialContrasts, contrasts_of_counts, contrasts_of_effects

NAMES = ("ketamine", "lidocaine", "magnesium", "placebo")
arm = st.integers(7, 20).flatmap(lambda n: st.tuples(st.integers(1, n - 1), st.just(n))).map(lambda row: Count(*row))
arms = st.lists(st.sampled_from(NAMES[:3]), min_size=1, max_size=3, unique=True).flatmap(
    lambda names: st.fixed_dictionaries(dict.fromkeys(("placebo", *names), arm))
)
several = st.lists(arms, min_size=5, max_size=7)
# A network takes a tenth of a second: a failing case is shown as found.
QUICK = settings(max_examples=10, deadline=None, phases=[Phase.explicit, Phase.reuse, Phase.generate])


def trials(rows: list[dict[str, Count]], *, turned: bool = False) -> list[TrialContrasts]:
    found = [
        contrasts_of_counts(f"study {at}", dict(reversed(row.items())) if turned else row, measure="OR")
        for at, row in enumerate(rows)
    ]
    return found[::-1] if turned else found


def effects(one: Network) -> list[float]:
    pairs = [(a, b) for a in one.treatments for b in one.treatments if a < b]
    return [number for pair in pairs for number in (one.versus(*pair).value, one.versus(*pair).standard_error)]


@given(rows=several)
@QUICK
def test_order_first_arm_and_reference_change_no_comparison(rows: list) -> None:
    one = network_random(trials(rows), reference="placebo", test="normal")
    other = network_random(trials(rows, turned=True), reference=one.treatments[0], test="normal")
    assert one.tau2 is not None
    assert other.tau2 == pytest.approx(one.tau2, rel=1e-6, abs=1e-8)
    for name in one.treatments:
        first, second = one.versus(name, "placebo"), other.versus(name, "placebo")
        assert [second.value, second.standard_error, second.p] == pytest.approx(
            [first.value, first.standard_error, first.p], rel=1e-5, abs=1e-7
        )


@given(rows=several)
@QUICK
def test_comparisons_add_up_and_turn_and_q_has_its_parts(rows: list) -> None:
    one = network_equal(trials(rows), reference="placebo")
    for name in one.treatments[1:]:
        first = one.treatments[0]
        around = one.versus(name, first).value + one.versus(first, "placebo").value
        assert around == pytest.approx(one.versus(name, "placebo").value, abs=1e-9)
        assert one.versus(first, name).value == pytest.approx(-one.versus(name, first).value, abs=1e-12)
    seen = one.consistency
    assert seen.within + seen.between == pytest.approx(seen.total, abs=1e-7)
    assert seen.within_df + seen.between_df == seen.total_df == one.df
    assert (seen.between_p is None) == (seen.between_df == 0)
    assert (seen.caution.startswith("no comparison")) == (seen.between_df == 0)
    assert len(one.league()) == (len(one.treatments) + 1) * len(one.treatments) // 2


@given(rows=st.lists(st.tuples(arm, arm), min_size=3, max_size=7))
@QUICK
def test_a_network_of_two_treatments_is_the_pool_of_its_trials(rows: list) -> None:
    network = [
        contrasts_of_counts(f"study {at}", {"placebo": second, "ketamine": first}, measure="OR")
        for at, (first, second) in enumerate(rows)
    ]
    ratios = [odds_ratio(first, second) for first, second in rows]
    if len({one.value for one in ratios}) < 2:
        return
    for test in ("normal", "hartung-knapp", "hartung-knapp-floor"):
        one, pool = network_random(network, reference="placebo", test=test), pool_random(ratios, test=test)
        assert pool.tau2 is not None
        assert one.tau2 == pytest.approx(pool.tau2.value, rel=1e-6, abs=1e-9)
        found, ahead = one.versus("ketamine", "placebo"), one.prediction("ketamine", "placebo")
        assert [found.value, found.standard_error, found.lower, found.upper, found.p] == pytest.approx(
            [pool.value, pool.standard_error, pool.lower, pool.upper, pool.p], rel=1e-6, abs=1e-9
        )
        if len(rows) > 2:
            away = prediction(pool, reference="t, k − 2")
            assert [ahead.lower, ahead.upper] == pytest.approx([away.lower, away.upper], rel=1e-6)
    alike = network_equal(network, reference="placebo").versus("ketamine", "placebo")
    assert alike.value == pytest.approx(pool_common(ratios).value, abs=1e-12)
    moments, pool = network_random(network, reference="placebo", estimator="DL"), pool_random(ratios, estimator="DL")
    assert pool.tau2 is not None
    assert moments.tau2 == pytest.approx(pool.tau2.value, rel=1e-9, abs=1e-12)


@given(row=st.tuples(arm, arm, arm))
@settings(max_examples=40, deadline=None)
def test_contrasts_printed_for_every_pair_say_what_the_arms_share(row: tuple) -> None:
    by_name = dict(zip(("placebo", "ketamine", "lidocaine"), row, strict=True))
    for measure, effect in (("OR", odds_ratio), ("RR", risk_ratio), ("RD", risk_difference)):
        own = contrasts_of_counts("study", by_name, measure=measure)
        pairs = {(a, b): effect(by_name[a], by_name[b]) for a, b in (("ketamine", "placebo"), ("lidocaine", "placebo"), ("lidocaine", "ketamine"))}  # fmt: skip
        printed = contrasts_of_effects("study", pairs)
        assert printed.treatments == own.treatments
        assert list(printed.values) == pytest.approx(list(own.values), abs=1e-12)
        assert np.allclose(printed.covariance, own.covariance, atol=1e-12)
        shared = own.covariance[0][1]
        star = {pair: one for pair, one in pairs.items() if "placebo" in pair}
        again = contrasts_of_effects("study", star, shared_variance=shared)
        assert np.allclose(again.covariance, own.covariance, atol=1e-12)


@given(rows=several)
@QUICK
def test_a_second_trial_alike_makes_every_comparison_surer(rows: list) -> None:
    one = network_equal(trials(rows), reference="placebo")
    more = [*trials(rows), contrasts_of_counts("one more", rows[0], measure="OR")]
    other = network_equal(more, reference="placebo")
    for name in one.treatments:
        assert other.versus(name, "placebo").standard_error <= one.versus(name, "placebo").standard_error + 1e-12


@given(rows=several)
@QUICK
def test_the_likeliest_spread_is_as_high_as_any_point_of_a_fine_grid(rows: list) -> None:
    one = network_random(trials(rows), reference="placebo", test="normal")
    assert one.tau2 is not None
    y, v, x, groups = _flat(trials(rows), one.treatments)
    same = (groups[:, None] == groups) * (np.eye(len(y)) + 1) / 2

    def height(tau2: float) -> float:
        w = np.linalg.inv(v + tau2 * same)
        information = x.T @ w @ x
        raw = y - x @ np.linalg.solve(information, x.T @ w @ y)
        return 0.5 * float(np.linalg.slogdet(w)[1] - np.linalg.slogdet(information)[1] - raw @ w @ raw)

    assert height(one.tau2) >= max(height(tau2) for tau2 in np.linspace(0, 12, 300)) - 1e-8


def _flat(given: list[TrialContrasts], treatments: tuple[str, ...]) -> tuple[np.ndarray, ...]:
    y = np.concatenate([one.values for one in given])
    groups = np.concatenate([np.full(len(one.values), at) for at, one in enumerate(given)])
    v, at = np.zeros((len(y), len(y))), 0
    for one in given:
        v[at : at + len(one.values), at : at + len(one.values)] = one.covariance
        at += len(one.values)
    x = [[float(name == own) - float(name == one.treatments[0]) for name in treatments]
         for one in given for own in one.treatments[1:]]  # fmt: skip
    return y, v, np.array(x), groups


def test_scores_of_ranking_average_one_half_and_carry_their_caution() -> None:
    rows = [
        {"placebo": Count(3, 12), "ketamine": Count(8, 12), "lidocaine": Count(6, 12)},
        {"placebo": Count(4, 15), "lidocaine": Count(7, 14)},
    ]
    one = network_equal(trials(rows), reference="placebo")
    up, down = one.p_scores(is_more_better=True), one.p_scores(is_more_better=False)
    assert sum(up.scores.values()) == pytest.approx(1.5, abs=1e-12)
    assert [up.scores[name] + down.scores[name] for name in up.scores] == pytest.approx([1.0] * 3, abs=1e-12)
    assert "hides" in up.caution
    assert up.scores["ketamine"] > up.scores["placebo"]


def test_parts_of_a_network_are_found_whatever_the_order() -> None:
    def pair(study: str, one: str, other: str) -> TrialContrasts:
        return contrasts_of_effects(study, {(one, other): Effect("OR", 0.2, 0.3, "drawn")})

    chain = [pair("first", "a", "b"), pair("second", "c", "d"), pair("third", "b", "c"), pair("fourth", "x", "y")]
    for order in (chain, chain[::-1]):
        assert connected(order) == [frozenset("abcd"), frozenset("xy")]
