"""Places in the sentences of an answer: what each becomes, and what nothing can fill."""

from __future__ import annotations

import pytest
from tests.questions import arm_study, arms_body, body, claim, coded, outcome, question, study, trial, trials_body
from tests.questions import catalog as small

from assuage.errors import EvidenceError, UnknownName
from assuage.evidence.answer import answer
from assuage.question import Question, Row
from assuage.sourced import Claim

ARMS = (arm_study("a-2020", 7, 15), arm_study("b-2020", 8, 15))
TRIALS = (trial("c-2020", (10, 20), (5, 20)), trial("d-2020", (6, 10), (3, 10)))
MEANS = study("e-2020", [
    outcome("K v M", code=coded("d", comparator="placebo"), statistic="mean difference", value=-1, unit="0-10", interval=("-2", "0")),
    outcome("K", code=coded("fall"), statistic="mean", value=40, unit="%"),
    outcome("K", code=coded("words"), measure="satisfaction", text="most were satisfied"),
], arms={"K": 30, "M": 30})  # fmt: skip
KNOWN = small(*ARMS, *TRIALS, MEANS)


def asked(*sentences: str) -> Question:
    bodies = (
        arms_body(*ARMS, id="arms"),
        trials_body("OR", *TRIALS, id="trials"),
        body("RD", [Row("c-2020", "k", "m")], id="one"),
        body("PLO", [Row("a-2020", "m"), Row("b-2020", "m")], id="apart"),
        body("PLO", [], id="empty"),
    )
    claims = {"review": Claim("3.26 (1.05 to 10.09)", "editors", "abstract"), "bare": claim("2.5 1")}
    return question(*bodies, answer=sentences, claims=claims)


def filled(sentence: str) -> str:
    return answer(asked(sentence), KNOWN).summary[0]


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("{a-2020.row.m}", "7 of 15 (47 %, 95 % interval 25 to 70 %)"),
        ("{e-2020.row.d}", "1.0 points of 10 lower (95 % interval 2.0 lower to no difference)"),
        ("{claim.review}", "3.26 (1.05 to 10.09)"),
        ("{claim.bare}", "2.5"),
        ("{arms.k}", "2"),
        ("{arms.people}", "30"),
        ("{apart.k}", "2"),
        ("{apart.people}", "30"),
        ("{trials.people}", "60"),
        ("{one.people}", "40"),
    ],
)
def test_a_place_becomes_its_number(place: str, text: str) -> None:
    assert filled(f"So it was {place} there.") == f"So it was {text} there."


@pytest.mark.parametrize(
    "place", ["arms.estimate", "arms.per100", "one.estimate", "one.per100", "trials.estimate", "trials.per100"]
)
def test_an_effect_always_has_its_interval(place: str) -> None:
    assert "(95 % interval " in filled(f"{{{place}}}")


def test_a_hundred_people_are_counted_where_the_words_say_of_what() -> None:
    assert filled("{one.per100} of a hundred").startswith("25 more (95 % interval ")
    assert filled("{arms.per100} per hundred").startswith("50 (95 % interval ")


def test_what_to_expect_and_how_likely() -> None:
    assert " to " in filled("{arms.expected}")
    assert filled("{trials.expected}").startswith("odds ratio ")
    assert filled("{trials.chance}").endswith(" %")


def test_a_row_without_an_interval_says_why() -> None:
    with pytest.raises(EvidenceError, match="no measure that can be told"):
        filled("{e-2020.row.words}")


@pytest.mark.parametrize(
    "place",
    ["nothing", "arms.mean", "none.estimate", "claim.none", "apart.estimate", "apart.expected", "arms.chance", "empty.people",
     "one.chance", "a-2020.row.none", ""],
)  # fmt: skip
def test_a_place_that_nothing_fills_is_refused_in_four_parts(place: str) -> None:
    with pytest.raises(EvidenceError) as refused:
        filled(f"So {{{place}}} there.")
    problem = refused.value.problems[0]
    assert place in f"{problem.what} {problem.where}"
    assert "question help" in problem.where
    assert problem.expected
    assert problem.do


def test_a_study_that_nobody_knows_is_named_with_the_nearest() -> None:
    with pytest.raises(UnknownName, match="a-2020"):
        filled("{a-2021.row.m}")


def test_a_brace_without_its_other_half_is_refused() -> None:
    with pytest.raises(EvidenceError, match="other half"):
        filled("So {arms.k there.")


def test_every_place_that_fails_is_told_at_once() -> None:
    with pytest.raises(EvidenceError) as refused:
        filled("{arms.mean} and {none.k}")
    assert len(refused.value.problems) == 2
