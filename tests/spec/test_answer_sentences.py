"""What a body of evidence says, word for word."""

from __future__ import annotations

import pytest
from tests.questions import arm_study, arms_body, body, coded, grade, outcome, pool, shipped, study, trial, trials_body
from tests.questions import catalog as small

from assuage.evidence import spoken
from assuage.evidence.answer import answer, body_found
from assuage.evidence.answered import Span
from assuage.question import Row


def test_one_trial_of_two_arms() -> None:
    """Both counts, the difference of every hundred, the number needed through infinity, why it is not pooled."""
    found = answer(shipped().questions["ketamine-or-magnesium"], shipped()).bodies[0]
    assert found.sentence == (
        "Pain lower by at least half, two weeks after the last infusion: 10 of 15 against 7 of 15: 20 more of every 100 "
        "(95 % interval 16 fewer to 51 more), in 30 people of one study (Kim 2015). NNTB 1.96 to infinity to NNTH 6.38 "
        "(Miettinen-Nurminen score). As counted, one more benefited for every 5 treated with the first instead of the "
        "second. The counts also fit one more benefiting for every 2, one more harmed for every 6.4, and no difference at "
        "all. Not pooled: One trial compared the two. There is nothing to pool it with. Very low certainty: the truth is "
        "probably quite different."
    )


def test_one_arm_is_told_as_a_share_and_never_as_an_effect() -> None:
    found = body_found(body("PLO", [Row("a-2020", "m")], grade=grade("low")), small(arm_study("a-2020", 7, 15)))
    assert found.sentence == (
        "Pain lower by half, two weeks after: 7 of 15 (47 %, 95 % interval 25 to 70 %), in 15 people of one study "
        "(A 2020, arm M). Not pooled: One study. Each arm is seen by itself, uncontrolled: this was seen after the "
        "treatment and is no effect of it. Low certainty: the truth may well be quite different."
    )


def test_pooled_arms_say_what_one_more_clinic_should_expect() -> None:
    arms = arm_study("a-2020", 7, 15), arm_study("b-2020", 8, 15)
    found = body_found(arms_body(*arms), small(*arms))
    assert found.pool is not None
    span, expected = found.pool.lead.span, found.pool.lead.expected
    assert expected is not None
    assert found.sentence.startswith(
        f"Pain lower by half, two weeks after: {spoken.share_with(span)}, from 30 people in 2 studies. One more clinic "
        f"should expect anything from {spoken.share_reach(expected)}. Each arm is seen by itself, uncontrolled"
    )
    for word in ("better", "against", "than"):
        assert f" {word} " not in found.sentence


def test_pooled_trials_say_ratio_people_of_a_hundred_chance_and_what_to_expect() -> None:
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10))
    told = body_found(trials_body("OR", *trials), small(*trials)).sentence
    assert "odds ratio " in told
    assert "Where 28 % have it without (median share of 2 comparison arms), that is " in told
    assert "NNT" in told
    assert "The chance that the mean effect helps is " in told
    assert "One more clinic should expect anything from odds ratio " in told


def test_a_printed_difference_has_its_unit_and_its_direction() -> None:
    row = outcome("K v M", code=coded("d", comparator="placebo", outcome="pain-score"), statistic="mean difference",
                  value=-2.77, unit="0-10", interval=("-4.17", "-1.37"))  # fmt: skip
    known = small(study("a-2020", [row], arms={"K": 30, "M": 30}))
    told = body_found(body("MD", [Row("a-2020", "d")], better="lower"), known).sentence
    assert "2.8 points of 10 lower (95 % interval 4.2 lower to 1.4 lower), in 60 people of one study (A 2020)" in told


def test_arms_that_chance_did_not_choose_say_so_and_have_no_number_needed() -> None:
    one = trial("a-2020", (10, 15), (7, 15), design="open sequential series, not randomised")
    told = body_found(body("RD", [Row("a-2020", "k", "m")]), small(one)).sentence
    assert "The arms were not randomised: a difference may lie in the people." in told
    assert "NNT" not in told


def test_a_body_without_rows_says_that_there_is_no_number() -> None:
    told = body_found(body("PLO", [], not_pooled="Nobody tried it."), small()).sentence
    assert told == (
        "Pain lower by half, two weeks after: no study gives a number. Nobody tried it. Certainty: nobody has judged it."
    )


def test_several_rows_of_one_study_are_told_apart() -> None:
    row = study("a-2020", [
        outcome("K v M", code=coded(name, comparator="placebo", outcome="pain-score", window=window),
                statistic="mean difference", value=-1, unit="0-10", interval=("-2", "0"))
        for name, window in (("early", "1-week"), ("late", "4-weeks"))
    ], arms={"K": 30, "M": 30})  # fmt: skip
    told = body_found(body("MD", [Row("a-2020", "early"), Row("a-2020", "late")], better="lower"), small(row)).sentence
    assert "A 2020, 1 week: 1.0 points of 10 lower" in told
    assert "A 2020, 4 weeks: 1.0 points of 10 lower" in told


def test_what_was_mixed_is_told_in_plain_words() -> None:
    arms = arm_study("a-2020", 7, 15), arm_study("b-2020", 8, 15, window="4-weeks")
    told = body_found(arms_body(*arms, pool=pool("arms", mixed_on_purpose=("time",))), small(*arms)).sentence
    assert "Mixed on purpose: time of the outcome: “2 weeks” and “4 weeks”." in told


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (7 / 15, "47 %"),
        (1 / 8, "13 %"),
        (0.0, "0 %"),
        (1.0, "100 %"),
        (0.002, "0.2 %"),
        (0.9985, "99.9 %"),
        (0.995, "99.5 %"),
    ],
)
def test_shares_are_whole_and_never_read_as_none_or_all(value: float, text: str) -> None:
    assert spoken.share(value) == text


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (10 / 7, "1.43"),
        (0.7467, "0.75"),
        (10.013, "10.0"),
        (0.0321, "0.032"),
        (1.001, "1.001"),
        (0.9999, "0.9999"),
        (1234, "1,234"),
    ],
)
def test_ratios_have_two_or_three_figures_and_never_read_as_one(value: float, text: str) -> None:
    assert spoken.ratio(value) == text


def test_a_difference_never_reads_as_none() -> None:
    assert spoken.difference_with(Span(-1.0, -2.04, -0.02, 0.95, "x"), unit="points") == (
        "1.0 points lower (95 % interval 2.0 lower to 0.02 lower)"
    )
