"""Which studies may be pooled: alike, or different on purpose and marked so."""

from __future__ import annotations

from typing import Any

import msgspec
import pytest

from assuage.errors import EvidenceError
from assuage.evidence.comparable import Described, pool_described, refuse_mixtures
from assuage.evidence.effect import Count, Effect
from assuage.evidence.glmm import pool_arms
from assuage.evidence.pool import pool_random

FIRST = Described(
    study="first", species="human", condition="neuralgia after zoster", drug="magnesium sulfate", comparator="placebo",
    outcome="relief ≥ 50 %", time="14 d", design="parallel", counted="patients",
)  # fmt: skip
EFFECTS = [Effect("RR", 0.3, 0.1, "drawn"), Effect("RR", 0.5, 0.2, "drawn")]


def second(**changes: Any) -> Described:
    return msgspec.structs.replace(FIRST, **{"study": "second", **changes})


def differing(**changes: Any) -> list[str]:
    with pytest.raises(EvidenceError) as caught:
        refuse_mixtures([FIRST, second(**changes)], measure="RR")
    assert all(all([one.where, one.expected, one.do]) for one in caught.value.problems)
    return [one.what for one in caught.value.problems]


def test_studies_that_are_alike_are_pooled_and_not_marked() -> None:
    pooled = pool_described([FIRST, second()], lambda: pool_random(EFFECTS), measure="RR")
    assert pooled == pool_random(EFFECTS)
    assert pooled.mixed == ()


def test_a_crossover_may_be_pooled_with_a_parallel_trial() -> None:
    assert refuse_mixtures([FIRST, second(design="crossover")], measure="RR") == ()


@pytest.mark.parametrize(
    ("changes", "what"),
    [
        ({"species": "rat"}, "studies that differ in species: “human” and “rat”"),
        ({"condition": "migraine"}, "studies that differ in condition: “neuralgia after zoster” and “migraine”"),
        ({"drug": "ketamine"}, "studies that differ in drug: “magnesium sulfate” and “ketamine”"),
        ({"comparator": "ketamine"}, "studies that differ in comparator: “placebo” and “ketamine”"),
        ({"outcome": "relief ≥ 30 %"}, "studies that differ in outcome: “relief ≥ 50 %” and “relief ≥ 30 %”"),
        ({"time": "4 h"}, "studies that differ in time of the outcome: “14 d” and “4 h”"),
        ({"counted": "sessions"}, "studies that differ in what n counts: “patients” and “sessions”"),
        ({"time": None}, "studies that differ in time of the outcome: “14 d” and not stated in second"),
        ({"design": "single arm"},
         "studies that differ in single arms (second) as RR, which compares two treatments"),
        ({"study": "first"},
         "studies that differ in more than one result of first: the same people may count twice"),
    ],
)  # fmt: skip
def test_each_difference_is_refused(changes: dict[str, Any], what: str) -> None:
    assert differing(**changes) == [what]


def test_all_differences_come_at_once() -> None:
    assert len(differing(species="rat", time="4 h", counted="animals")) == 3


def test_a_difference_named_on_purpose_is_pooled_and_marked() -> None:
    both = [FIRST, second(condition="migraine")]
    pooled = pool_described(both, lambda: pool_random(EFFECTS), measure="RR", mixed_on_purpose=["condition"])
    assert pooled.mixed == ("condition: “neuralgia after zoster” and “migraine”",)
    assert msgspec.structs.replace(pooled, mixed=()) == pool_random(EFFECTS)


def test_naming_one_difference_does_not_excuse_another() -> None:
    with pytest.raises(EvidenceError, match="time of the outcome"):
        refuse_mixtures([FIRST, second(condition="migraine", time="4 h")], measure="RR", mixed_on_purpose=["condition"])


def test_single_arms_are_pooled_as_shares_but_not_beside_contrasts() -> None:
    arms = [
        msgspec.structs.replace(FIRST, design="single arm", comparator="none"),
        second(design="single arm", comparator="none"),
    ]
    counts = [Count(3, 9), Count(5, 8)]
    assert pool_described(arms, lambda: pool_arms(counts), measure="PLO").mixed == ()
    with pytest.raises(EvidenceError, match="beside compared arms"):
        refuse_mixtures([arms[0], second(comparator="none")], measure="PLO")


def test_one_study_and_names_that_do_not_fit_are_refused() -> None:
    with pytest.raises(EvidenceError, match="1 study to pool"):
        refuse_mixtures([FIRST], measure="RR")
    with pytest.raises(EvidenceError) as caught:
        refuse_mixtures([FIRST, second()], measure="RR", mixed_on_purpose=["species", "dose"])
    assert [one.what for one in caught.value.problems] == [
        "“species” is named as mixed, but is the same in every study", "“dose” is named as mixed",
    ]  # fmt: skip


def test_nothing_is_pooled_when_the_studies_are_refused() -> None:
    def never() -> Any:
        raise AssertionError("pooled although refused")

    with pytest.raises(EvidenceError):
        pool_described([FIRST, second(species="rat")], never, measure="RR")
