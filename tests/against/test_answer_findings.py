"""The summary of findings, by hand."""

from __future__ import annotations

import pytest
from tests.questions import arm_study, body, grade, question, shipped, trial, trials_body
from tests.questions import catalog as small

from assuage.evidence.answer import answer
from assuage.evidence.findings_table import findings_table
from assuage.question import Row


def test_one_trial_is_told_at_the_share_of_its_own_comparison_arm() -> None:
    """Kim: 7/15 have it with magnesium, 20 more of every 100 with ketamine (16 fewer to 51 more)."""
    found = findings_table(answer(shipped().questions["ketamine-or-magnesium"], shipped()))
    one = next(row for row in found if row.body == "direct-50")
    assert one.control == pytest.approx(7 / 15)
    assert one.treated is not None
    assert one.difference is not None
    assert one.treated.value == pytest.approx(10 / 15)
    assert (one.difference.value, one.difference.lower, one.difference.upper) == pytest.approx(
        (0.2, -0.157, 0.511), abs=6e-4
    )
    assert one.relative is None
    assert (one.people, one.studies, one.certainty) == (30, 1, "very low")
    assert one.control_from == "share of the one comparison arm"


def test_a_pooled_ratio_is_told_at_the_median_of_the_comparison_arms() -> None:
    """Shares 0.25, 0.3 and 7/15 without; the odds ratio o makes 0.3 o / (0.7 + 0.3 o)."""
    trials = trial("a-2020", (10, 20), (5, 20)), trial("b-2020", (6, 10), (3, 10)), trial("c-2020", (8, 15), (7, 15))
    asked = question(trials_body("OR", *trials, grade=grade("high", {"imprecision": -2})))
    (one,) = findings_table(answer(asked, small(*trials)))
    assert one.relative is not None
    assert one.treated is not None
    assert one.difference is not None
    odds = one.relative.value
    assert one.control == pytest.approx(0.3)
    assert one.treated.value == pytest.approx(0.3 * odds / (0.7 + 0.3 * odds))
    assert one.difference.value == pytest.approx(one.treated.value - 0.3)
    assert (one.people, one.studies, one.certainty) == (90, 3, "low")
    assert one.control_from == "median share of 3 comparison arms"


def test_single_arms_have_no_effect_and_say_so() -> None:
    asked = question(body("PLO", [Row("a-2020", "m")]))
    (one,) = findings_table(answer(asked, small(arm_study("a-2020", 7, 15))))
    assert one.seen is not None
    assert one.seen.value == pytest.approx(7 / 15)
    assert (one.relative, one.difference, one.control, one.certainty) == (None, None, None, None)
    assert "no effect of a treatment" in one.comment
    assert "Certainty not judged." in one.comment


def test_every_row_of_every_shipped_table_has_a_number_or_a_reason() -> None:
    for asked in ("harms", "how-long", "ketamine-in-neuralgia", "magnesium-in-neuralgia"):
        for one in findings_table(answer(shipped().questions[asked], shipped())):
            has_number = any((one.relative, one.difference, one.measured, one.seen))
            assert has_number or "no interval" in one.comment.casefold() or "results, each told" in one.comment, one
