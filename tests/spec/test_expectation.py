"""What a clinician reads of what to expect: the count, its interval, the next ten, what is not known, and why."""

from __future__ import annotations

import pytest
from tests.examples import example_plan, the_catalog

from assuage.evidence.asked import ask, asked_of
from assuage.evidence.expectation import Prospect, own_arm, prospect
from assuage.paper import render
from assuage.paper.outlook import ahead, counted, headline, left_out, plainly, reasons_to_doubt
from assuage.paper.remark import remarks_of
from assuage.paper.words import Numbering

KIM = "kim-2015-magnesium"


def of(regimen: str = KIM, **options: object) -> Prospect:
    known = the_catalog()
    one = known.regimen(regimen)
    return prospect(one, asked_of(one, known)[0], known, **options)  # type: ignore[arg-type]


def test_the_headline_gives_the_count_with_its_interval_the_next_ten_and_the_certainty() -> None:
    # Wilson of 7 of 15 is 24.8 to 69.9 %; the ends of the next ten are checked in tests/conformance.
    assert headline(of()).startswith(
        "In the one comparable arm, 7 of 15 (47 %, 95 % interval 25 to 70 %) had at least half their pain gone two weeks after"
        " the last infusion; of the next ten, "
    )
    assert headline(of()).endswith(" Certainty: very low.")


def test_one_arm_is_called_no_pool_and_what_nobody_compared_is_said() -> None:
    told = " ".join(reasons_to_doubt(of(), refs="[1]"))
    assert "One arm is no pool: how far clinics differ is assumed and was not seen." in told
    assert "Nobody compared it with placebo: some of this is time" in told
    assert "some may be the midazolam that was given beside it and is not given here." in told
    assert (
        "Believed before: half-normal(1) for how far clinics differ, normal(0, 1.5) for their mean, on the logit scale [1]."
        in told
    )


def test_a_regimen_whose_arm_had_nothing_else_says_nothing_of_sedation() -> None:
    told = " ".join(reasons_to_doubt(of("crosby-2000-magnesium-1g"), refs=""))
    assert "some of this is time." in told
    assert "midazolam" not in told


def test_with_an_own_count_there_are_two_arms_each_with_its_interval_and_it_is_called_ours() -> None:
    found = of(ours=[own_arm("ours", events=9, n=20)])
    # Wilson of 9 of 20: centre (0.45 + 1.92/20)/(1 + 3.84/20) = 0.458, half-width 0.2: 26 to 66 %.
    assert headline(found).startswith(
        "In two comparable arms, 7 of 15 (47 %, 95 % interval 25 to 70 %) in kim-2015 and"
        " 9 of 20 (45 %, 95 % interval 26 to 66 %) of our own had at least half their pain gone"
    )
    assert "is no pool" not in " ".join(reasons_to_doubt(found, refs=""))


def test_an_own_count_alone_is_called_so() -> None:
    found = of("collins-2009-magnesium", ours=[own_arm("ours", events=3, n=8)])
    assert headline(found).startswith("In our own count, 3 of 8 (38 %, 95 % interval 14 to 69 %) had")


def test_ends_that_meet_are_said_once() -> None:
    found = of("collins-2009-magnesium", ours=[own_arm("ours", events=3, n=8)])
    assert found.predicted is not None
    same = type(found.predicted.next_patients)(10, 4, 4, ())
    assert ahead(same) == "of the next ten, four"
    assert ahead(type(same)(10, 0, 10, ())) == "of the next ten, none to all"
    assert ahead(type(same)(12, 1, 11, ())) == "of the next 12, one to 11"


def test_a_count_is_written_in_one_way() -> None:
    assert counted(own_arm("ours", events=0, n=5)) == "0 of 5 (0 %, 95 % interval 0 to 43 %)"


@pytest.mark.parametrize(
    ("regimen", "told"),
    [
        (KIM, "In one study 7 of 15 people had at least half their pain gone two weeks after the last infusion."
              " The true number may be anywhere from 25 to 70 of every 100."),
        # Another outcome at another time is never told as the one that most are asked about.
        ("crosby-2000-magnesium-1g", "In one study 1 of 6 people had no pain left within four hours of the infusion."
                                     " The true number may be anywhere from 3 to 56 of every 100."),
    ],
)  # fmt: skip
def test_for_a_patient_the_count_is_told_with_its_own_outcome_and_time_and_how_far_it_reaches(
    regimen: str, told: str
) -> None:
    assert list(plainly(of(regimen))) == [told]


def test_without_a_comparable_arm_nothing_is_predicted_and_the_sheet_says_so() -> None:
    assert headline(of("collins-2009-magnesium")) == ""
    sheet = " ".join(str(render(example_plan("collins-2009-magnesium"), "text")).split())
    assert "What to expect is not known: nobody was counted in an arm like this regimen." in sheet
    assert "kim-2015, Magnesium sulfate: another condition (postherpetic neuralgia); another dose (30 mg/kg)" in sheet


def test_arms_without_a_count_are_named_together() -> None:
    lines = list(left_out(of().left_out))
    assert lines[-1].startswith("No count of people with relief was read: cheong-2006, collins-2009, fischer-2013")
    assert sum("No count" in line for line in lines) == 1


def test_what_stood_under_one_outcome_is_not_repeated_under_the_next() -> None:
    plan = example_plan(KIM)
    expect = next(part for part in remarks_of(plan, Numbering(s.id for s in plan.sources)) if part.key == "expect")
    lines = [line for item in expect.items for line in item.more]
    assert len(lines) == len(set(lines))
    assert len(expect.items) == 2


def test_a_result_that_is_no_response_stays_a_count_of_its_own() -> None:
    # One of six had no pain left and one of six was unchanged: equal counts are not the same thing.
    sheet = " ".join(str(render(example_plan("crosby-2000-magnesium-1g"), "text")).split())
    assert "1 of 6 (17 %, 95 % interval 3 to 56 %) had no pain left within four hours of the infusion" in sheet
    assert "unchanged, up to 4 h: 1 of 6 (17 %, 95 % interval 3 to 56 %)" in sheet


@pytest.mark.parametrize(
    ("window", "is_series", "words"),
    [
        ("2-weeks", True, "two weeks after the last infusion"),
        ("2-weeks", False, "two weeks after the infusion"),
        ("24-hours", False, "24 hours after the infusion"),
        ("not-stated", True, "at a time that is not stated"),
    ],
)
def test_a_time_reads_as_people_say_it(window: str, is_series: bool, words: str) -> None:
    assert ask("relief-50", window).when(is_series=is_series) == words  # type: ignore[arg-type]
