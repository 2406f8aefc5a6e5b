"""Eligibility on a page: each rule with its answer and age, the verdict, and a stop that two people take upon themselves."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from tests.browsed import PASSWORD, Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk, facts
from tests.forms import fields
from tests.registries import fresh_registry

QUERY = "?regimen=kim-2015-magnesium&start=2026-11-30T09:00"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        yield made


def course_of(clinic: Clinic, **changed: Any) -> str:
    return f"/courses/{clinic.course(Walk(document=facts(**changed)).referred().records)}"


def words(text: str) -> str:
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", text.split("<main", 1)[-1])).split())


def seen(clinic: Clinic, query: str = QUERY, **changed: Any) -> str:
    return words(clinic.signed_in(NURSE).get(course_of(clinic, **changed) + "/eligibility" + query).text)


def test_a_rule_shows_its_answer_its_age_and_its_source(clinic: Clinic) -> None:
    page = seen(clinic)
    assert "Eligible for Magnesium sulfate 30 mg/kg" in page
    assert "The facts hold until 25-Dec-2026" in page
    assert "AV block on the ECG: none , 25-Nov-2026, 5 days old then" in page
    assert re.search(r"Clear Heart block .*? Source: m4, seed\.", page)


@pytest.mark.parametrize(
    ("changed", "verdict", "said"),
    [
        ({"ecg": {"on": "2026-11-25", "av_block": "third"}}, "Not eligible", "third"),
        ({"creatinine": None}, "Cannot say yet", "not known: not in the patient file"),
        ({"creatinine": {"value": "88 mg/dL", "on": "2026-11-25"}}, "Cannot say yet", "outside"),
        ({"creatinine": {"value": "80 umol/L", "on": "2026-10-01"}}, "Cannot say yet", "too old"),
        ({"creatinine": {"value": "160 umol/L", "on": "2026-11-25", "history": [{"value": "80 umol/L", "on": "2026-11-24"}]}}, "Not eligible", "doubled"),
        ({"weight": {"value": "70 kg", "on": "2026-11-20", "how": "measured"}}, "Cannot say yet", "too old"),
        ({"weight": {"value": "70 kg", "on": "2026-11-27", "how": "stated"}}, "Cannot say yet", "stated, not measured"),
        ({"weight": {"value": "154 kg", "on": "2026-11-27", "history": [{"value": "70 kg", "on": "2026-10-27"}]}}, "Cannot say yet", "154 lb is 69.9 kg"),
        ({"magnesium": {"value": "4.9 mmol/L", "on": "2026-11-25"}}, "Cannot say yet", "check the unit on the report"),
        ({"allergies": ["NKDA", "lidocaine"]}, "Cannot say yet", "says none and names some"),
        ({"allergies": None}, "Cannot say yet", "not asked"),
        ({"medications": ["some new drug"]}, "Cannot say yet", "some new drug"),
        ({"birth_date": "1870-01-01"}, "Cannot say yet", "outside"),
        ({"ecg": {"on": "2026-11-25", "av_block": "none", "text": "sinus rhythm, 1st degree AV block"}}, "Not eligible", "The ECG\'s words name"),
    ],
)  # fmt: skip
def test_bad_input_is_told_and_never_taken_for_normal(
    clinic: Clinic, changed: dict[str, Any], verdict: str, said: str
) -> None:
    page = seen(clinic, **changed)
    assert f"{verdict} for Magnesium" in page, page[:1500]
    assert said in page


def test_lidocaine_waits_for_a_height_and_stops_near_a_nerve_block(clinic: Clinic) -> None:
    assert "Height" in seen(clinic, height=None)
    page = seen(
        clinic,
        "?regimen=kim-2015-ketamine&start=2026-11-30T09:00",
        medications=[{"name": "phenelzine", "stopped": "2026-11-29"}],
    )
    assert "phenelzine" in page, "what was stopped yesterday still counts"


def test_a_stop_is_taken_on_by_two_and_the_plan_says_so(clinic: Clinic) -> None:
    at = course_of(
        clinic,
        creatinine={"value": "160 umol/L", "on": "2026-11-25", "history": [{"value": "80 umol/L", "on": "2026-11-24"}]},
    )
    physician = clinic.signed_in(PHYSICIAN)
    page = physician.get(f"{at}/eligibility{QUERY}").text
    assert physician.post(f"{at}/eligibility", data=fields(page, holding="start")).status_code == 303
    page = physician.get(f"{at}/eligibility{QUERY}").text
    stops = set(re.findall(r'name="rule" value="([^"]+)"', page))
    assert "creatinine-doubled" in stops
    form = {
        **fields(page, holding="rule"),
        "rule": ["creatinine-doubled"],
        "reason": ["Dialysis is under way, nephrology agrees."],
    }
    alone = physician.post(f"{at}/override", data={**form, "second": [PHYSICIAN.id], "second_password": [PASSWORD]})
    assert alone.status_code == 422
    assert "nobody proved it" in words(alone.text).casefold()
    both = physician.post(f"{at}/override", data={**form, "second": [PHARMACIST.id], "second_password": [PASSWORD]})
    assert both.status_code == 303, words(both.text)[:600]
    assert "Overridden by Dr Anna Berg with Ben Ito" in words(physician.get(f"{at}/eligibility{QUERY}").text)


def test_a_nurse_overrides_nothing(clinic: Clinic) -> None:
    at = course_of(clinic)
    assert clinic.signed_in(NURSE).post(f"{at}/override", data={"rule": "x"}).status_code == 403


def test_a_start_that_cannot_be_read_is_told(clinic: Clinic) -> None:
    page = seen(clinic, "?regimen=kim-2015-magnesium&start=tomorrow")
    assert "“tomorrow”" in page
    assert "Eligible for" not in page
    # The clocks go forward on 14-Mar-2027 in Winnipeg: half past two is no time there.
    assert "does not exist" in seen(clinic, "?regimen=kim-2015-magnesium&start=2027-03-14T02:30")
