"""The overall judgement of risk of bias, by the rule of each tool; a result that nobody judged stays unjudged."""

from __future__ import annotations

import pytest
from tests.questions import DAY, arm_study, arms_body, body, grade
from tests.questions import catalog as small

from assuage.errors import EvidenceError
from assuage.evidence.answer import body_found
from assuage.evidence.risk import overall
from assuage.question import Appraisal, DomainRisk, Risk, Row, Tool

SOME: Risk = "some concerns"


@pytest.mark.parametrize(
    ("tool", "risks", "expected"),
    [
        ("RoB 2", ["low"] * 5, "low"),
        ("RoB 2", ["low", "low", "high", "low", "low"], "high"),
        ("RoB 2", ["low", SOME, "low", "low", "low"], SOME),
        ("RoB 2", ["low", SOME, SOME, "low", "low"], SOME),
        ("RoB 2", ["low", SOME, SOME, SOME, "low"], "high"),
        ("RoB 2 crossover", ["low", SOME, "low", SOME, "low", SOME], "high"),
        ("RoB 2 crossover", ["low", "high", "low", "low", "low", "low"], "high"),
        ("ROBINS-I", ["low", "moderate", "low", "serious", "low", "low", "low"], "serious"),
        ("ROBINS-I", ["low"] * 6 + ["critical"], "critical"),
        ("ROBINS-I", ["low"] * 6 + ["no information"], "no information"),
        ("ROBINS-I", ["serious"] + ["low"] * 5 + ["no information"], "serious"),
        ("case series", ["low", SOME, "low", "high"], "high"),
        ("case series", ["low", SOME, "low", "low"], SOME),
        ("case series", ["no information"] * 4, "no information"),
    ],
)
def test_the_rule_of_the_tool(tool: Tool, risks: list[Risk], expected: Risk) -> None:
    assert overall(tool, risks) == expected
    assert overall(tool, risks[::-1]) == expected


@pytest.mark.parametrize(
    ("tool", "risks"), [("RoB 2", []), ("RoB 2", ["serious"]), ("ROBINS-I", ["high"]), ("RoB 2", ["no information"])]
)
def test_words_of_another_tool_and_no_words_are_refused(tool: Tool, risks: list[Risk]) -> None:
    with pytest.raises(EvidenceError):
        overall(tool, risks)


def appraisal(study: str, risk: Risk, result: str = "relief-50-2-weeks") -> Appraisal:
    domains = tuple(
        DomainRisk(name, risk, "as read", ("s1",)) for name in ("selection", "ascertainment", "causality", "reporting")
    )
    return Appraisal(f"{study}.{result}", study, result, "case series", domains, "A. Reader", DAY)


def test_a_row_has_the_risk_of_its_own_result_and_of_no_other() -> None:
    arms = arm_study("a-2020", 20, 40), arm_study("b-2020", 20, 40)
    known = {one.id: one for one in (appraisal("a-2020", "high"), appraisal("b-2020", "low", "relief-30-2-weeks"))}
    found = body_found(arms_body(*arms, grade=grade("low")), small(*arms, appraisals=known))
    assert [row.risk for row in found.rows] == ["high", None]
    assert [one.study for one in found.risks] == ["a-2020"]
    assert "worst domain" in found.risks[0].rule


def test_weight_that_nobody_judged_leaves_the_suggestion_open() -> None:
    """Half at high risk and half unjudged is at least half: a step. A quarter and three quarters unjudged: not known."""
    arms = [arm_study(f"{name}-2020", 20, 40) for name in ("a", "b", "c", "d")]
    one = appraisal("a-2020", "high")
    half = body_found(arms_body(*arms[:2], grade=grade("low")), small(*arms, appraisals={one.id: one}))
    quarter = body_found(arms_body(*arms, grade=grade("low")), small(*arms, appraisals={one.id: one}))
    assert half.certainty is not None
    assert half.certainty.steps[0].suggested == -1
    assert quarter.certainty is not None
    assert quarter.certainty.steps[0].suggested is None
    assert "75 % of the weight not judged" in " ".join(quarter.certainty.steps[0].facts)


def test_a_body_of_one_row_judged_low_suggests_nothing_to_lose() -> None:
    one = appraisal("a-2020", "low")
    alone = body("PLO", [Row("a-2020", "m")], grade=grade("low"))
    found = body_found(alone, small(arm_study("a-2020", 20, 40), appraisals={one.id: one}))
    assert found.certainty is not None
    assert found.certainty.steps[0].suggested == 0
