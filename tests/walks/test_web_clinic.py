"""The clinic's page: counts with how many they are of, small ones hidden from who has no research role, and the same as a file."""

from __future__ import annotations

import csv
import io
import json
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.browsed import ADMINISTRATOR, AUDITOR, RESEARCHER, Browser, Clinic
from tests.courses import PHYSICIAN, Walk
from tests.registries import DATABASES, fresh_registry
from tests.spec.test_response import after, treated

from assuage.course.event import Event, FactsRecorded, Referred

# Five whose pain fell by half, one whose did not, one who gave no answer.
COURSES = (*("4" for _ in range(5)), "8", None)


def of_patient(event: Event, patient: str) -> Event:
    if isinstance(event, Referred):
        return replace(event, patient=patient)
    if isinstance(event, FactsRecorded):
        return replace(event, document=json.dumps({**json.loads(event.document), "id": patient}))
    return event


def put(clinic: Clinic, walk: Walk, id: str) -> None:
    patient = clinic.patient(f"of-{id}")
    clinic.course([replace(one, event=of_patient(one.event, patient)) for one in walk.records], patient=patient, id=id)
    clinic.clock.at = max(clinic.clock.at, walk.at)


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        for number, score in enumerate(COURSES):
            put(made, after(treated(), score), f"course-{number}")
        yield made


def cells(browser: Browser) -> dict[tuple[str, str, str], str]:
    answer = browser.get("/clinic/figures.csv")
    assert answer.headers["content-type"].startswith("text/csv")
    rows = list(csv.DictReader(io.StringIO(answer.text)))
    return {(one["table"], one["row"], one["column"]): one["value"] for one in rows}


def test_a_researcher_sees_every_count(clinic: Clinic) -> None:
    found = cells(clinic.signed_in(RESEARCHER))
    row = ("responders", "kim-2015-magnesium")
    assert found[(*row, "Due")] == "7"
    # 5 of 7 by Wilson: 0.7143, limits 0.3589 and 0.9178.
    assert found[(*row, "At least 50 % less pain")] == "5 of 7 (71 %; 36 to 92 %)"
    assert found[(*row, "At least 30 %, of those who answered")].startswith("5 of 6 (83 %")
    assert (found[(*row, "Missing")], found[(*row, "Worse")]) == ("1", "0")
    assert found[("missing", "Dec-2026", "Missing")] == "1"


def test_a_clinician_sees_no_count_of_a_few_nor_what_it_follows_from(clinic: Clinic) -> None:
    found = cells(clinic.signed_in(PHYSICIAN))
    row = ("responders", "kim-2015-magnesium")
    assert found[(*row, "Due")] == "7"
    assert found[(*row, "Missing")] == "fewer than 5"
    # 5 of 7 would say that 2 were not better.
    assert found[(*row, "At least 50 % less pain")] == "hidden, of 7"
    assert found[(*row, "At least 30 %, of those who answered")] == "hidden"
    assert found[("missing", "Dec-2026", "Answered")] == found[("missing", "Dec-2026", "Missing")] == "hidden"
    assert found[("believed", "kim-2015-magnesium", "After")] == "hidden with the count"
    assert found[("funnel", "Started", "Courses")] == "7"


def test_before_and_after_stand_side_by_side(clinic: Clinic) -> None:
    found = cells(clinic.signed_in(RESEARCHER))
    row = ("believed", "kim-2015-magnesium")
    for column in ("Before", "After"):
        assert re.fullmatch(r"\d+ % \(\d+ to \d+ %\)", found[(*row, column)])
    assert found[(*row, "Before")] != found[(*row, "After")]


def test_a_page_of_words_and_tables(clinic: Clinic) -> None:
    page = clinic.signed_in(PHYSICIAN).get("/clinic").text
    # The series of each has two infusions to come, so nothing is on the list of follow-ups.
    assert "No two-week score has been due yet." in page
    assert page.count("<table>") >= 6
    assert "Erna" not in page
    assert "course-0" not in page


def test_an_empty_clinic_says_so(tmp_path: Path) -> None:
    with fresh_registry("sqlite", tmp_path) as registry:
        page = Clinic(registry).with_people().signed_in(PHYSICIAN).get("/clinic")
        assert page.status_code == 200
        assert "Nothing to count yet." in page.text


def test_who_may_see_it(clinic: Clinic) -> None:
    for one in (AUDITOR, ADMINISTRATOR):
        assert clinic.signed_in(one).get("/clinic").status_code == 403
        assert clinic.signed_in(one).get("/clinic/figures.csv").status_code == 403
