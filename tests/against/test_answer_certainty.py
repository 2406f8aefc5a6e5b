"""Sample sizes against the reference table, and certainty worked by hand from pools whose numbers are known."""

from __future__ import annotations

from math import ceil

import pytest
from tests.questions import arm_study, arms_body, body, claim, grade, pool, trial, trials_body
from tests.questions import catalog as small

from assuage.evidence.answer import body_found
from assuage.evidence.answered import BodyFound, StepFound
from assuage.evidence.enough import people_for_difference, people_for_share, people_for_shares
from assuage.question import Row


def step(found: BodyFound, domain: str) -> StepFound:
    assert found.certainty is not None
    return next(one for one in found.certainty.steps if one.domain == domain)


@pytest.mark.parametrize(("power", "all_people"), [(0.80, 190.36), (0.90, 253.84)])
def test_people_for_the_difference_that_kim_saw(power: float, all_people: float) -> None:
    """10/15 against 7/15, two-sided 5 %: 190.36 and 253.84 people in all (rpact), 96 and 127 an arm."""
    assert people_for_shares(10 / 15, 7 / 15, power=power) == 2 * ceil(all_people / 2)


def test_people_for_the_thirty_per_cent_rule() -> None:
    """12/15 against 11/15: 631 an arm for 80 %, 844 for 90 %."""
    assert people_for_shares(12 / 15, 11 / 15) == 2 * 631
    assert people_for_shares(12 / 15, 11 / 15, power=0.90) == 2 * 844


def test_people_for_a_difference_of_scores() -> None:
    """100 people gave an error of 0.5; to find 1 takes 100 (0.5 (1.959964 + 0.841621))² = 196.2."""
    assert people_for_difference(100, 0.5, matters=1.0) == 197


def test_people_to_know_one_share() -> None:
    """1.959964² × 0.25 / 0.01 = 96.04."""
    assert people_for_share(0.5, within=0.1) == 97


def test_a_wide_interval_in_few_people_loses_two_steps() -> None:
    """Kim again: the interval holds no effect, and 30 people are fewer than a quarter's change of 47 % would take."""
    one = trial("a-2020", (10, 15), (7, 15))
    found = body_found(body("RD", [Row("a-2020", "k", "m")], grade=grade("high", {"imprecision": -1})), small(one))
    judged = step(found, "imprecision")
    assert (judged.steps, judged.suggested) == (-1, -2)
    need = people_for_shares(7 / 15 * 1.25, 7 / 15)
    assert any(f"{need} people" in fact and "30 were counted" in fact for fact in judged.facts)
    assert "17 events" in judged.facts
    assert found.certainty is not None
    assert found.certainty.level == "moderate"
    assert "imprecision: judged 1 step down, the numbers suggest 2 steps down" in found.certainty.disagreements[0]


def test_a_narrow_interval_in_many_people_loses_none() -> None:
    one = trial("a-2020", (600, 1000), (400, 1000))
    found = body_found(body("RD", [Row("a-2020", "k", "m")], grade=grade("high")), small(one))
    assert step(found, "imprecision").suggested == 0
    assert found.certainty is not None
    assert found.certainty.level == "high"


def test_an_interval_that_no_patient_would_feel_is_precise() -> None:
    """No effect is inside, but so is nothing that matters: 50 % against 50 % of 10,000, where ten points matter."""
    one = trial("a-2020", (5000, 10000), (5000, 10000))
    found = body_found(body("RD", [Row("a-2020", "k", "m")], grade=grade("high"), matters=claim("10 %")), small(one))
    assert step(found, "imprecision").suggested == 0
    assert "all of it is too small for a patient to feel" in step(found, "imprecision").facts


def test_an_effect_that_may_be_trivial_loses_a_step() -> None:
    """60 % against 50 % of 1,000: 6 to 14 points, which excludes none and does not exclude less than ten."""
    one = trial("a-2020", (600, 1000), (500, 1000))
    found = body_found(body("RD", [Row("a-2020", "k", "m")], grade=grade("high"), matters=claim("10 %")), small(one))
    assert step(found, "imprecision").suggested == -1


@pytest.mark.parametrize(("n", "steps"), [(10, -2), (40, -1), (400, 0)])
def test_one_share_is_as_precise_as_it_reaches_either_way(n: int, steps: int) -> None:
    """Half the people: Wilson reaches 26, 15 and 5 points either way."""
    found = body_found(body("PLO", [Row("a-2020", "m")], grade=grade("low")), small(arm_study("a-2020", n // 2, n)))
    assert step(found, "imprecision").suggested == steps


def test_studies_that_contradict_one_another_lose_two_steps() -> None:
    """I² by hand for log odds ±log 9 of arms 45/50 and 5/50: Q far above its one degree of freedom."""
    arms = arm_study("a-2020", 45, 50), arm_study("b-2020", 5, 50)
    found = body_found(arms_body(*arms, grade=grade("low")), small(*arms))
    assert step(found, "inconsistency").suggested == -2
    assert found.pool is not None
    assert found.pool.spreading is not None
    # v = 1/45 + 1/5 each, y = ±2.1972: Q = 2 × 2.1972² / 0.2222 = 43.45, I² = 1 − 1/43.45 by moments of two.
    assert found.pool.spreading.q == pytest.approx(43.45, abs=0.01)
    assert found.pool.spreading.i2 is not None
    assert found.pool.spreading.i2.value == pytest.approx(100 * (1 - 1 / 43.45), abs=0.01)


def test_studies_alike_lose_nothing() -> None:
    arms = [arm_study(f"{name}-2020", 20, 40) for name in ("a", "b", "c")]
    assert step(body_found(arms_body(*arms, grade=grade("low")), small(*arms)), "inconsistency").suggested == 0


def test_few_studies_cannot_show_a_funnel() -> None:
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10))
    judged = step(body_found(trials_body("OR", *trials, grade=grade("high")), small(*trials)), "publication bias")
    assert judged.suggested is None
    assert judged.facts == ("2 studies: a funnel of fewer than 10 shows nothing",)


def test_a_lopsided_funnel_of_ten_loses_a_step() -> None:
    """Small trials with large effects, large ones with none: Egger's slope is steep."""
    sizes = (10, 12, 14, 16, 20, 30, 60, 120, 300, 600)
    trials = [
        trial(f"s{at}-2020", (round(n * min(0.9, 0.5 + 3.5 / n)), n), (round(n * 0.5), n)) for at, n in enumerate(sizes)
    ]
    judged = step(body_found(trials_body("OR", *trials, grade=grade("high")), small(*trials)), "publication bias")
    assert judged.suggested == -1


def test_people_with_another_condition_are_weighed() -> None:
    """Two arms alike in size, one of them in migraine; then two of three."""
    here, there = arm_study("a-2020", 20, 40), arm_study("b-2020", 20, 40, condition="migraine")
    more = arm_study("c-2020", 20, 40, condition="migraine")
    mixed = pool("arms", mixed_on_purpose=("condition",))
    one = body_found(arms_body(here, there, more, pool=mixed, grade=grade("low")), small(here, there, more))
    assert step(one, "indirectness").suggested == -1
    assert "67 % of the weight" in step(one, "indirectness").facts[0]
    only = arm_study("d-2020", 20, 40)
    alike = body_found(arms_body(here, only, grade=grade("low")), small(here, only))
    assert step(alike, "indirectness").suggested is None
    assert alike.certainty is not None
    assert alike.certainty.disagreements != ()  # imprecision was judged as nothing
