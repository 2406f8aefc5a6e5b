"""Levels, and what no grade may hold."""

from __future__ import annotations

import pytest
from tests.questions import DAY, arm_study, body, grade, question
from tests.questions import catalog as small

from assuage.errors import EvidenceError
from assuage.evidence.answer import answer, body_found
from assuage.evidence.answered import BodyFound
from assuage.question import Grade, Row, Upgrade

LARGE = (Upgrade("large effect", 1, "very large", "A. Reader", DAY),)


def found(one: Grade) -> BodyFound:
    return body_found(body("PLO", [Row("a-2020", "m")], grade=one), small(arm_study("a-2020", 20, 40)))


@pytest.mark.parametrize(
    ("starts", "steps", "level"),
    [
        ("high", {}, "high"),
        ("high", {"imprecision": -1}, "moderate"),
        ("high", {"imprecision": -2, "indirectness": -1}, "very low"),
        ("high", {"imprecision": -3, "indirectness": -3, "risk of bias": -2}, "very low"),
        ("low", {}, "low"),
        ("low", {"inconsistency": -1}, "very low"),
        ("low", {"inconsistency": -3}, "very low"),
    ],
)
def test_the_level_is_the_start_less_the_steps_and_ends_at_very_low(
    starts: str, steps: dict[str, int], level: str
) -> None:
    sure = found(grade(starts, steps)).certainty
    assert sure is not None
    assert sure.level == level


def test_what_began_low_and_lost_nothing_may_rise() -> None:
    sure = found(grade("low", upgrades=LARGE)).certainty
    assert sure is not None
    assert sure.level == "moderate"
    assert sure.steps[-1].domain == "large effect"


@pytest.mark.parametrize(
    ("wrong", "part"),
    [
        (grade("high", upgrades=LARGE), "began high"),
        (grade("low", {"imprecision": -1}, upgrades=LARGE), "was lowered"),
        (grade("low", upgrades=(Upgrade("large effect", 3, "too much", "A. Reader", DAY),)), "1 or 2 steps"),
        (grade("low", {"imprecision": 1}), "raises"),
        (grade("low", {"imprecision": -4}), "more than three"),
        (grade("low", judgements=grade("low").judgements[:4]), "nobody judged publication bias"),
        (grade("low", judgements=(*grade("low").judgements, grade("low").judgements[0])), "judged twice"),
    ],
)
def test_a_grade_that_cannot_be_is_refused_with_its_place(wrong: Grade, part: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        found(wrong)
    problem = refused.value.problems[0]
    assert part in problem.what
    assert "body relief" in problem.where
    assert problem.expected
    assert problem.do


def test_nobody_judged_is_told_and_is_no_level() -> None:
    one = body_found(body("PLO", [Row("a-2020", "m")]), small(arm_study("a-2020", 20, 40)))
    assert one.certainty is None
    assert one.sentence.endswith("Certainty: nobody has judged it.")


def test_where_no_row_gives_a_number_nothing_is_suggested() -> None:
    one = body_found(body("PLO", [], grade=grade("low"), not_pooled="Nobody counted."), small()).certainty
    assert one is not None
    assert [step.suggested for step in one.steps] == [None] * 5
    assert one.disagreements == ()


def test_a_refusal_within_a_question_names_the_question_and_the_body() -> None:
    wrong = body("PLO", [Row("a-2020", "m")], grade=grade("low", {"imprecision": 1}))
    with pytest.raises(EvidenceError) as refused:
        answer(question(wrong), small(arm_study("a-2020", 20, 40)))
    assert refused.value.problems[0].where == "question help, body relief"
