"""What is no network is refused in four parts; what a network says of itself; the guard before it."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from math import inf, nan
from typing import Any

import msgspec
import pytest

from assuage.errors import EvidenceError
from assuage.evidence.comparable import Described, network_described, repeated_described
from assuage.evidence.continuous import Scores
from assuage.evidence.effect import Count, Effect, Measure
from assuage.evidence.network import Network, network_equal, network_random
from assuage.evidence.trial_contrasts import (
    TrialContrasts,
    contrasts_of_counts,
    contrasts_of_effects,
    contrasts_of_scores,
)

SOME, MORE, EMPTY = Count(4, 9), Count(6, 9), Count(0, 9)


def effect(value: float = 0.4, variance: float = 0.2, measure: Measure = "OR") -> Effect:
    return Effect(measure, value, variance, "drawn")


def pair(study: str, one: str, other: str, **changed: Any) -> TrialContrasts:
    return contrasts_of_effects(study, {(one, other): effect(**changed)})


LINE = [pair("first", "ketamine", "placebo"), pair("second", "lidocaine", "placebo", value=0.1)]
THRICE = [*LINE, pair("third", "ketamine", "placebo", value=0.9)]
APART = [pair("first", "ketamine", "placebo"), pair("second", "lidocaine", "magnesium")]


def three(**changed: Effect) -> TrialContrasts:
    given = {"kp": effect(0.9), "lp": effect(0.5), "lk": effect(-0.4)} | changed
    names = {"kp": ("ketamine", "placebo"), "lp": ("lidocaine", "placebo"), "lk": ("lidocaine", "ketamine")}
    return contrasts_of_effects("one", {names[name]: one for name, one in given.items() if one is not None})


def on(trials: list[TrialContrasts], **asked: Any) -> Network:
    return network_random(trials, **{"reference": "placebo", **asked})


ANY: Any = None
REFUSED: list[tuple[Callable[[], object], str]] = [
    (lambda: on([]), "no trial"),
    (lambda: on(LINE[:1]), "1 trial"),
    (lambda: on(LINE), "2 contrasts for 2 effects"),
    (lambda: on(APART), "a network of 2 parts that no trial connects: ketamine, placebo; lidocaine, magnesium"),
    (lambda: on([LINE[0], LINE[0]]), "first given more than once"),
    (lambda: on([LINE[0], pair("second", "lidocaine", "placebo", measure="RR")]), "trials measured as OR and RR"),
    (lambda: on([pair("a", "x", "placebo", measure="PLO"), pair("b", "x", "placebo", measure="PLO")]), "PLO, a measure of one arm"),
    (lambda: on(THRICE, reference="saline"), "the reference “saline”"),
    (lambda: on(THRICE, estimator="PM"), "the estimator “PM”"),
    (lambda: on(THRICE, test="t"), "the test “t”"),
    (lambda: on(THRICE, confidence=95), "the confidence is 95"),
    (lambda: on([*LINE, pair("third", "ketamine", "placebo")]), "contrasts that agree to the last digit"),
    (lambda: on(THRICE).versus("ketamine", "ketamine"), "ketamine against itself"),
    (lambda: on(THRICE).versus("ketamine", "saline"), "“saline”"),
    (lambda: on(THRICE).prediction("ketamine", "placebo"), "a prediction interval by t, contrasts − effects − 1 = 0"),
    (lambda: on(THRICE).prediction("ketamine", "placebo", reference=ANY), "the reference “None”"),
    (lambda: network_equal(LINE, reference="placebo").prediction("ketamine", "placebo"), "a prediction from common effects"),
    (lambda: pair("one", "ketamine", "ketamine"), "ketamine compared with itself"),
    (lambda: TrialContrasts("one", "OR", ("a", "b", "a"), (1, 1), ((1, 0), (0, 1)), ""), "a compared with itself"),
    (lambda: TrialContrasts("one", "OR", ("a",), (), (), ""), "1 treatment"),
    (lambda: TrialContrasts("one", "OR", ("a", "b"), (1, 2), ((1,),), ""), "2 contrasts of 2 treatments"),
    (lambda: TrialContrasts("one", "OR", ("a", "b"), (nan,), ((1,),), ""), "effects nan"),
    (lambda: TrialContrasts("one", "OR", ("a", "b"), (inf,), ((1,),), ""), "effects inf"),
    (lambda: TrialContrasts("one", "OR", ("a", "b"), (1,), ((-1,),), ""), "variances -1"),
    (lambda: TrialContrasts("one", "OR", ("a", "b", "c"), (1, 1), ((1, 2), (2, 1)), ""), "variances and covariances that cannot"),
    (lambda: TrialContrasts("one", "OR", ("a", "b", "c"), (1, 1), ((1, 0.2), (0.3, 1)), ""), "a covariance that is not the same"),
    (lambda: contrasts_of_effects("one", {}), "no contrast"),
    (lambda: contrasts_of_effects("one", {("a", "b"): effect(), ("b", "a"): effect()}), "a against b given both ways"),
    (lambda: three(lk=effect(measure="RR")), "effects measured as OR and RR"),
    (lambda: three(lk=effect(0.4)), "contrasts of placebo, ketamine and lidocaine that miss each other by 0.8"),
    (lambda: three(lk=ANY), "2 contrasts of 3 treatments"),
    (lambda: three(lk=effect(-0.4, 0.9)), "variances and covariances that cannot"),
    (lambda: contrasts_of_effects("one", {("a", "p"): effect(), ("b", "p"): effect()}, shared_variance=-0.1), "a shared variance of -0.1"),
    (lambda: contrasts_of_effects("one", {("a", "p"): effect(), ("b", "p"): effect()}, shared_variance=nan), "a shared variance of nan"),
    (lambda: contrasts_of_effects("one", {("a", "b"): effect(), ("c", "d"): effect()}, shared_variance=0.1), "2 contrasts of 4 treatments"),
    (lambda: contrasts_of_counts("one", {"placebo": SOME}, measure="OR"), "1 treatment"),
    (lambda: contrasts_of_counts("one", {"placebo": SOME, "ketamine": EMPTY}, measure="OR"), "OR of the counts"),
    (lambda: contrasts_of_counts("one", {"placebo": EMPTY, "ketamine": SOME}, measure="RR"), "RR of the counts"),
    (lambda: contrasts_of_counts("one", {"placebo": EMPTY, "ketamine": EMPTY}, measure="RD"), "variances 0"),
    (lambda: contrasts_of_counts("one", {"placebo": EMPTY, "ketamine": EMPTY, "x": SOME}, measure="RD"), "variances 0"),
    (lambda: contrasts_of_counts("one", {"placebo": SOME, "ketamine": MORE}, measure=ANY), "the measure “None”"),
    (lambda: contrasts_of_scores("one", {"placebo": Scores(5, 2, 9)}), "1 treatment"),
]  # fmt: skip


@pytest.mark.parametrize(("work", "what"), REFUSED, ids=[f"{at} {what}" for at, (_, what) in enumerate(REFUSED)])
def test_it_is_refused_in_four_parts(work: Callable[[], object], what: str) -> None:
    with pytest.raises(EvidenceError) as caught:
        work()
    problem = caught.value.problems[0]
    assert problem.what.startswith(what)
    assert all([problem.where, problem.expected, problem.do])


def test_an_empty_arm_is_corrected_only_when_asked_and_for_all_arms() -> None:
    counts = {"placebo": EMPTY, "ketamine": SOME, "lidocaine": MORE}
    one = contrasts_of_counts("one", counts, measure="OR", add=0.5)
    assert one.covariance[0][1] == pytest.approx(1 / 0.5 + 1 / 9.5)
    assert "0.5 added to each of the 6 counts" in one.derivation


def test_a_network_says_how_it_was_made_and_what_compared_directly() -> None:
    one = on(THRICE)
    assert one.method == (
        "network of contrasts, random effects, τ² by restricted maximum likelihood, Hartung-Knapp intervals"
    )
    assert [(pair.one, pair.other, pair.direct) for pair in one.league()] == [
        ("ketamine", "placebo", 2), ("lidocaine", "placebo", 1), ("lidocaine", "ketamine", 0),
    ]  # fmt: skip
    assert one.consistency.between_p is None
    assert (
        one.consistency.caution
        == "no comparison was made both directly and indirectly: consistency is assumed, not checked"
    )
    assert one.versus("ketamine", "placebo").bounds.method == one.method


FIRST = Described(
    study="first", species="human", condition="neuralgia after zoster", drug="ketamine", comparator="placebo",
    outcome="relief ≥ 50 %", time="14 d", design="parallel", counted="patients",
)  # fmt: skip


def second(**changes: Any) -> Described:
    return msgspec.structs.replace(FIRST, **{"study": "second", "drug": "lidocaine", **changes})


def through(guard: Callable[..., Any], *changes: Mapping[str, Any], **asked: Any) -> Network:
    studies = [FIRST, *(second(**change) for change in changes)]
    found: Network = guard(studies, lambda: on(THRICE), measure="OR", **asked)
    return found


def test_a_network_of_different_drugs_goes_through_the_guard_unmarked() -> None:
    assert through(network_described, {}) == on(THRICE)
    assert through(network_described, {"comparator": "magnesium sulfate"}).mixed == ()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"species": "rat"}, "species: “human” and “rat”"),
        ({"condition": "migraine"}, "condition: “neuralgia after zoster” and “migraine”"),
        ({"time": "4 h"}, "time of the outcome"),
        ({"outcome": "relief ≥ 30 %"}, "outcome"),
        ({"counted": "sessions"}, "what n counts"),
        ({"design": "single arm"}, "single arms"),
        ({"study": "first"}, "more than one result of first"),
        ({"drug": None}, "the drug of second is not stated"),
        ({"comparator": None}, "the comparator of second is not stated"),
    ],
)
def test_a_network_of_what_differs_otherwise_is_refused(changes: dict[str, Any], what: str) -> None:
    with pytest.raises(EvidenceError, match=what):
        through(network_described, changes)


def test_a_network_mixed_on_purpose_says_so_and_drugs_are_no_mixture() -> None:
    found = through(network_described, {"condition": "migraine"}, mixed_on_purpose=["condition"])
    assert found.mixed == ("condition: “neuralgia after zoster” and “migraine”",)
    with pytest.raises(EvidenceError, match="is the same in every study"):
        through(network_described, {}, mixed_on_purpose=["drug"])


def test_studies_followed_over_time_may_differ_in_time_and_nothing_else() -> None:
    same = {"drug": "ketamine"}
    assert through(repeated_described, {**same, "time": "4 h and 14 d"}).mixed == ()
    with pytest.raises(EvidenceError, match="drug"):
        through(repeated_described, {"time": "4 h"})
    with pytest.raises(EvidenceError, match="the time of the outcome of second is not stated"):
        through(repeated_described, {**same, "time": None})
