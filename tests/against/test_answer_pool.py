"""Pools of answers against sums by hand, the feasibility values of the dossier, and a grid of the posterior."""

from __future__ import annotations

from math import comb, exp, log, sqrt
from statistics import NormalDist

import numpy as np
import pytest
from tests.questions import (
    arm_study,
    arms_body,
    body,
    claim,
    coded,
    outcome,
    pool,
    shipped,
    study,
    trial,
    trials_body,
)
from tests.questions import catalog as small

from assuage.evidence.answer import body_found
from assuage.evidence.answered import BodyFound, PoolFound, Span
from assuage.evidence.binomial import logit_share
from assuage.evidence.effect import Count
from assuage.evidence.pool import pool_random
from assuage.evidence.pooling import applied
from assuage.question import Body, Row

PRINTED = 6e-3  # the dossier prints two decimals


def shipped_body(question: str, name: str) -> Body:
    return next(one for one in shipped().questions[question].bodies if one.id == name)


def pool_of(found: BodyFound) -> PoolFound:
    assert found.pool is not None
    return found.pool


@pytest.mark.parametrize(
    ("question", "name", "left_out", "printed"),
    [
        ("magnesium-in-neuralgia", "magnesium-alone", (), (0.59, 0.42, 0.74)),
        ("magnesium-in-neuralgia", "magnesium-alone", ("brill-2002",), (0.59, 0.36, 0.78)),
        ("magnesium-in-neuralgia", "magnesium-alone-30", (), (0.69, 0.50, 0.83)),
        ("magnesium-with-lidocaine", "together", (), (0.95, 0.80, 0.99)),
        ("ketamine-in-neuralgia", "half-gone", (), (0.59, 0.43, 0.73)),
        ("harms", "ketamine-any", (), (0.49, 0.20, 0.79)),
    ],
)
def test_arms_have_the_counts_of_their_feasibility_value(
    question: str, name: str, left_out: tuple[str, ...], printed: tuple[float, float, float]
) -> None:
    """DerSimonian and Laird on log odds with 1/2 added to every count, normal interval: sets P2, P3, P1b and P8."""
    found = body_found(shipped_body(question, name), shipped())
    counts = [Count(row.given[0].events, row.given[0].n) for row in found.rows if row.study not in left_out]
    by_moments = pool_random([logit_share(one, add=0.5, to="all") for one in counts], estimator="DL", test="normal")
    bounds = by_moments.bounds
    assert (by_moments.estimate, bounds.lower, bounds.upper) == pytest.approx(printed, abs=PRINTED)


def test_the_answer_is_more_careful_than_the_feasibility_value() -> None:
    """A stated prior at four small arms: wider than 0.42 to 0.74, and one more clinic wider still."""
    found = pool_of(body_found(shipped_body("magnesium-in-neuralgia", "magnesium-alone"), shipped()))
    span, expected = found.lead.span, found.lead.expected
    assert expected is not None
    assert (found.k, found.people) == (4, 41)
    assert span.upper - span.lower > 0.74 - 0.42
    assert expected.lower < span.lower < span.upper < expected.upper


def test_the_leading_pool_is_the_posterior_on_a_grid() -> None:
    """Binomial arms, log odds normal(mu, τ²), mu normal(0, 1.5), τ half-normal(1): summed over a grid of all three."""
    counts = [(4, 6), (10, 12), (7, 15), (4, 8)]
    mu, tau, z = np.linspace(-7, 7, 561), (np.arange(150) + 0.5) * 0.04, np.linspace(-7, 7, 141)
    theta = mu[:, None, None] + tau[:, None] * z
    share = 1 / (1 + np.exp(-theta))
    density = np.exp(-((mu / 1.5) ** 2) / 2)[:, None] * np.exp(-(tau**2) / 2)
    for events, n in counts:
        density = density * (comb(n, events) * share**events * (1 - share) ** (n - events) * np.exp(-(z**2) / 2)).sum(
            -1
        )
    below = np.cumsum(density.sum(1)) / density.sum()
    found = pool_of(body_found(shipped_body("magnesium-in-neuralgia", "magnesium-alone"), shipped())).lead.span
    for value, want in ((found.lower, 0.025), (found.value, 0.5), (found.upper, 0.975)):
        at = log(value / (1 - value))
        assert float(np.interp(at, mu + 0.0125, below)) == pytest.approx(want, abs=1e-3)


def test_two_conditions_pooled_as_the_stress_case() -> None:
    """7/15 and 21/40: 0.509; REML with Hartung and Knapp 0.217 to 0.795."""
    found = pool_random([logit_share(Count(7, 15)), logit_share(Count(21, 40))])
    assert (found.estimate, found.bounds.lower, found.bounds.upper) == pytest.approx((0.509, 0.217, 0.795), abs=1e-3)


def differences(*given: tuple[float, float], tau: str = "0.0001 1") -> tuple[Body, object]:
    """A body of printed differences with their standard errors, and its catalog."""
    studies = [
        study(
            f"s{at}-2020",
            [outcome("K v M", code=coded("d", comparator="placebo", outcome="pain-score"), statistic="mean difference",
                     value=value, unit="0-10", interval=(f"{value - 1.959964 * se:.6f}", f"{value + 1.959964 * se:.6f}"))],
            arms={"K": 10, "M": 10},
        )
        for at, (value, se) in enumerate(given)
    ]  # fmt: skip
    how = pool("differences", tau_scale=claim(tau), mean=None, mean_sd=None)
    return body("MD", [Row(one.id, "d") for one in studies], pool=how, better="lower"), small(*studies)


def test_printed_differences_by_hand() -> None:
    """−1 (SE 0.5) and −2 (SE 1), hardly any spread: −6/5 with the error √(1/5); weights 4/5 and 1/5."""
    one, known = differences((-1, 0.5), (-2, 1))
    found = body_found(one, known)  # type: ignore[arg-type]
    pooled, error = pool_of(found), sqrt(1 / 5)
    span = pooled.lead.span
    assert (span.value, span.lower, span.upper) == pytest.approx(
        (-1.2, -1.2 - 1.96 * error, -1.2 + 1.96 * error), abs=1e-3
    )
    assert [row.weight for row in found.rows] == pytest.approx([0.8, 0.2], abs=1e-5)
    assert pooled.chance_better == pytest.approx(NormalDist().cdf(1.2 / error), abs=1e-4)
    assert pooled.people == 40
    assert any("random effects without a prior are shown from 3 on" in note for note in pooled.notes)


def test_ratios_of_one_effect_by_hand() -> None:
    """10/20 v 5/20 and 6/10 v 3/10: (5 + 3)/(2.5 + 1.5) = 2; the odds ratio (150/40 + 42/20)/(50/40 + 12/20) = 3.1622."""
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10))
    ways = {
        measure: {
            one.name: one.span.value
            for one in pool_of(body_found(trials_body(measure, *trials), small(*trials))).summaries
        }
        for measure in ("RR", "OR")
    }
    assert ways["RR"]["Mantel-Haenszel, common effect"] == pytest.approx(2.0)
    assert ways["OR"]["Mantel-Haenszel, common effect"] == pytest.approx((150 / 40 + 42 / 20) / (50 / 40 + 12 / 20))
    assert "Peto, common effect" in ways["OR"]
    assert "Peto, common effect" not in ways["RR"]


def test_three_trials_have_every_way_and_the_prediction_names_its_t() -> None:
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10)), trial("c-2020", (8, 15), (7, 15))
    found = pool_of(body_found(trials_body("OR", *trials), small(*trials)))
    names = [one.name for one in found.summaries]
    assert names == ["Bayesian", "REML with Hartung-Knapp", "binomial-normal model", "Mantel-Haenszel, common effect",
                     "Peto, common effect"]  # fmt: skip
    assert [one.is_lead for one in found.summaries] == [True, False, False, False, False]
    expected = found.summaries[1].expected
    assert expected is not None
    assert expected.method == "prediction by t, k − 2 = 1"
    assert [one.study for one in found.without] == ["a-2020", "b-2020", "c-2020"]
    assert not any(one.is_enough for one in found.small)


def test_the_absolute_effect_is_the_ratio_at_the_median_of_the_comparison_arms() -> None:
    """Comparison shares 5/20, 3/10 and 7/15: the median is 0.3."""
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10)), trial("c-2020", (8, 15), (7, 15))
    found = pool_of(body_found(trials_body("OR", *trials), small(*trials)))
    assert found.absolute is not None
    odds = found.lead.span.value * 0.3 / 0.7
    assert found.absolute.control_share == pytest.approx(0.3)
    assert found.absolute.treated.value == pytest.approx(odds / (1 + odds))
    assert found.absolute.control_from == "median share of 3 comparison arms"


def test_an_odds_ratio_of_two_makes_four_tenths_of_a_quarter() -> None:
    treated, difference, notes = applied("OR", 0.25, Span(2.0, 1.0, 3.0, 0.95, "made up"))
    assert treated is not None
    assert difference is not None
    assert (treated.value, treated.lower, treated.upper) == pytest.approx((0.4, 0.25, 0.5))
    assert (difference.value, difference.lower) == pytest.approx((0.15, 0.0))
    assert notes == ()


def test_a_ratio_that_would_leave_the_whole_is_said_to_be_cut() -> None:
    treated, _, notes = applied("RR", 0.4, Span(2.0, 1.0, 4.0, 0.95, "made up"))
    assert treated is not None
    assert treated.upper == 1
    assert "cut" in notes[0]
    assert applied("RR", 0.6, Span(2.0, 1.0, 4.0, 0.95, "made up"))[0] is None


def test_a_clearly_better_drug_is_likely_better() -> None:
    """Large trials of one effect: the posterior mean is near log 2 whatever the prior, and the chance near 1."""
    trials = [trial(f"{name}-2020", (200, 400), (133, 400)) for name in ("a", "b", "c")]
    found = pool_of(body_found(trials_body("RR", *trials), small(*trials)))
    assert found.lead.span.value == pytest.approx(200 / 133, rel=5e-3)
    assert found.chance_better is not None
    assert found.chance_better > 0.99
    assert exp(log(found.lead.span.lower)) > 1


def test_people_who_are_not_known_are_said_to_be_missing() -> None:
    one, known = differences((-1, 0.5), (-2, 1))
    first = known.studies["s0-2020"]  # type: ignore[attr-defined]
    nobody = study("s0-2020", first.outcomes, arms={"K": None, "M": None})
    found = pool_of(body_found(one, small(nobody, known.studies["s1-2020"])))  # type: ignore[attr-defined]
    assert found.people == 20
    assert "s0-2020: how many people it counts is not known" in found.notes


def test_arms_all_full_have_a_posterior_and_say_what_was_not_computed() -> None:
    arms = [arm_study(f"{name}-2020", n, n) for name, n in (("a", 9), ("b", 7), ("c", 15))]
    found = pool_of(body_found(arms_body(*arms), small(*arms)))
    assert 0.5 < found.lead.span.lower < found.lead.span.value < 1
    assert any(note.startswith("REML with Hartung-Knapp: not computed") for note in found.notes)
    assert any(note.startswith("binomial-normal model: not computed") for note in found.notes)
