"""The response page: the picture with infusions and doses, scores by their instrument, options with what is known, the decision."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN
from tests.forms import send
from tests.registries import DATABASES, fresh_registry
from tests.spec.test_response import after, treated

COURSE = "abcabcabcabc"
AT = f"/courses/{COURSE}/response"


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = after(treated(), "4")
        made.course(walk.records, id=COURSE)
        made.clock.at = walk.at
        yield made


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_the_verdict_and_the_picture(clinic: Clinic) -> None:
    page = clinic.signed_in(NURSE).get(AT).text
    assert "Pain went from 8.0 (mean of 4 days) to 4 on 14-Dec-2026: 50 % less. It meets at least 50 %." in words(page)
    drawn = re.search(r"<svg.*?</svg>", page, re.S)
    assert drawn
    for said in (
        ">1</text>",
        ">2,100 mg</text>",
        ">day 14</text>",
        ">baseline</text>",
        ">30 % less</text>",
        ">50 % less</text>",
    ):
        assert said in drawn.group(0).replace("\u00a0", " "), said
    assert "style=" not in drawn.group(0)
    assert drawn.group(0).count("pain-point") == 5
    # Four days in a row before are three lines; the ten days without a score are a gap.
    assert drawn.group(0).count("pain-line") == 3
    assert "Infusion 1, 30-Nov-2026: magnesium sulfate heptahydrate 2,100 mg" in words(page).replace("\u00a0", " ")


def test_a_score_and_a_word_are_two_records(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    form = {"purpose": "week 4", "day": "2026-12-19", "value": "3", "change": "much improved"}
    assert send(nurse, AT, holding="value", to=f"{AT}/score", **form).status_code == 303
    (_, pain), (_, word) = clinic.registry.course(COURSE).state.scores[-2:]
    assert (pain.instrument, str(pain.value), word.instrument, word.word) == ("nrs", "3", "pgic", "much improved")


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"value": "11"}, "from 0 to 10"),
        ({"value": "7.5"}, "Write a whole number"),
        ({"value": ""}, "nothing was entered"),
        ({"instrument": "vas", "value": "7"}, "on a scale in millimetres"),
        ({"instrument": "vas", "value": "101"}, "from 0 to 100"),
        ({"value": "3", "why_missing": "away"}, "a score and a reason"),
        ({"value": "3", "day": "2027-01-01"}, "a day that has not come"),
    ],
)
def test_what_is_no_score_is_asked_again(clinic: Clinic, changed: dict[str, str], said: str) -> None:
    before = len(clinic.registry.course(COURSE).records)
    form = {"purpose": "week 4", "day": "2026-12-19", **changed}
    answer = send(clinic.signed_in(NURSE), AT, holding="value", to=f"{AT}/score", **form)
    assert answer.status_code == 422
    assert said.lower() in answer.text.lower()
    assert len(clinic.registry.course(COURSE).records) == before


def test_seven_millimetres_are_kept_where_they_are_said_to_be(clinic: Clinic) -> None:
    form = {"purpose": "week 4", "day": "2026-12-19", "instrument": "vas", "value": "7", "is_mm": "yes"}
    assert send(clinic.signed_in(NURSE), AT, holding="value", to=f"{AT}/score", **form).status_code == 303
    assert clinic.registry.course(COURSE).state.scores[-1][1].instrument == "vas"


def test_a_form_that_is_sent_twice_scores_once(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    form = {"purpose": "week 4", "day": "2026-12-19", "value": "3", "change": "no change", "key": "one"}
    assert [nurse.post(f"{AT}/score", data=form).status_code for _ in range(2)] == [303, 303]
    assert [one.purpose for _, one in clinic.registry.course(COURSE).state.scores].count("week 4") == 2


def test_a_physician_decides_on_what_was_shown(clinic: Clinic) -> None:
    physician = clinic.signed_in(PHYSICIAN)
    page = words(physician.get(AT).text)
    assert "What can be done In no order of merit." in page
    assert "In a new clinic" in page
    answer = send(
        physician, AT, holding="chosen", to=f"{AT}/decision", chosen="nothing further", because="He is content."
    )
    assert answer.status_code == 303
    assert "nothing further. He is content." in words(physician.get(AT).text)
    assert clinic.signed_in(PHARMACIST).post(f"{AT}/decision", data={}).status_code == 403
