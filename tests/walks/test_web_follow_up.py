"""Follow-ups on pages: day 14 first, asked for by link, call and letter; what is missing is recorded with its reason and shows."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import AUDITOR, Clinic
from tests.courses import NURSE, PHARMACIST, Walk
from tests.forms import send
from tests.registries import DATABASES, fresh_registry

COURSE = "abcabcabcabc"
AT = f"/courses/{COURSE}/follow-up"


def given() -> Walk:
    """One infusion of three, the others taken off the order's course by stopping: the series ends after the first."""
    walk = Walk().ready()
    walk.must(walk.start())
    walk.ended()
    for session in (2, 3):
        walk.wait(hours=47).prepared(session).baseline(session)
        walk.must(walk.start(session))
        walk.ended(session)
    return walk


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = given()
        made.course(walk.records, id=COURSE)
        made.clock.at = walk.at + dt.timedelta(days=15)
        yield made


def words(text: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", " ", text).split())


def test_day_14_comes_first_and_says_what_comes_next(clinic: Clinic) -> None:
    page = words(clinic.signed_in(NURSE).get("/follow-ups").text)
    assert "Two-week scores not answered yet: 1 of 1" in page
    assert page.index("Day 14 EXAMPLE, Erna") < page.index("Call after session 1")
    assert "not asked Link" in page


def test_a_link_then_a_letter_then_missing_with_a_reason(clinic: Clinic) -> None:
    """Nobody has a telephone number of this patient, so nobody is told to call."""
    nurse = clinic.signed_in(NURSE)
    assert nurse.post(f"/courses/{COURSE}/link", data={"purpose": "day 14", "key": "once"}).status_code == 200
    assert "Letter" in words(nurse.get("/follow-ups?what=day+14").text)
    assert send(nurse, AT, holding="way", to=f"{AT}/contact", way="letter").status_code == 303
    assert "Record as missing" in words(nurse.get("/follow-ups?what=day+14").text)
    answer = send(nurse, AT, holding="why", to=f"{AT}/missing", why="moved away, no answer to a link and a letter")
    assert answer.status_code == 303
    ((_, score),) = clinic.registry.course(COURSE).state.scores
    assert (score.purpose, score.value, score.why_missing) == (
        "day 14",
        None,
        "moved away, no answer to a link and a letter",
    )
    assert "day 14" not in words(nurse.get("/follow-ups").text).lower().split("due")[-1]
    assert "counts as no response" in words(nurse.get(f"/courses/{COURSE}/response").text)


def test_a_call_says_whether_the_patient_was_reached(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    refused = send(nurse, AT, holding="way", to=f"{AT}/contact", way="call", said="rang twice")
    assert refused.status_code == 422
    assert "rang twice" in refused.text
    assert send(nurse, AT, holding="way", to=f"{AT}/contact", way="call", came="not reached").status_code == 303
    assert "call , not reached" in words(nurse.get(AT).text) or "call, not reached" in words(nurse.get(AT).text)


def test_what_is_not_due_is_not_given_up(clinic: Clinic) -> None:
    answer = send(clinic.signed_in(NURSE), AT, holding="why", to=f"{AT}/missing", of="week 4", why="too early")
    assert answer.status_code == 422
    assert "week 4 is not due" in words(answer.text).lower()


def test_what_a_patient_told_stays_until_somebody_reached_them(clinic: Clinic) -> None:
    nurse = clinic.signed_in(NURSE)
    made = nurse.post(f"/courses/{COURSE}/link", data={"purpose": "day 14"}).text
    address = re.search(r"/answer/[A-Za-z0-9_-]+", made)
    assert address
    form = {"step": "feelings", "pain": "4", "change": "no change", "feelings": ["fainting"]}
    assert clinic.browser().post(address.group(0), data=form).status_code == 200
    assert "Fainting" in nurse.get("/follow-ups").text
    send(nurse, AT, holding="way", to=f"{AT}/contact", way="call", came="not reached", purpose="week 4")
    assert "Fainting" in nurse.get("/follow-ups").text
    send(nurse, AT, holding="way", to=f"{AT}/contact", way="call", came="reached", purpose="week 4")
    assert "Fainting" not in nurse.get("/follow-ups").text


def test_who_may_read_and_who_may_write(clinic: Clinic) -> None:
    pharmacist = clinic.signed_in(PHARMACIST)
    assert pharmacist.get("/follow-ups").status_code == 200
    assert "<h2>Record" not in pharmacist.get(AT).text
    assert pharmacist.post(f"{AT}/missing", data={}).status_code == 403
    assert clinic.signed_in(AUDITOR).get("/follow-ups").status_code == 403


def test_a_link_for_a_diary_is_made_whatever_is_due(clinic: Clinic) -> None:
    answer = send(clinic.signed_in(NURSE), AT, holding="purpose", to=f"/courses/{COURSE}/link", purpose="diary")
    assert answer.status_code == 200
    assert "For diary." in answer.text
