"""A patient's own scores over a link: three questions, used once, expiring, replaced by a newer one, telling nothing."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import AUDITOR, Browser, Clinic
from tests.courses import NURSE, PHARMACIST, Walk
from tests.registries import DATABASES, fresh_registry


@pytest.fixture(params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(request.param, tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = Walk().referred()
        made.course(walk.records, id="abcabcabcabc")
        made.clock.at = walk.at
        yield made


def link(clinic: Clinic, purpose: str = "day 14") -> str:
    answer = clinic.signed_in(NURSE).post("/courses/abcabcabcabc/link", data={"purpose": purpose})
    assert answer.status_code == 200
    found = re.search(r"/answer/[A-Za-z0-9_-]+", answer.text)
    assert found
    assert "<svg" in answer.text
    return found.group(0)


def sent(browser: Browser, address: str) -> list[int]:
    steps = ({"step": "pain", "pain": "4"}, {"step": "change", "pain": "4", "change": "much improved"})
    last = {"step": "feelings", "pain": "4", "change": "much improved", "feelings": ["sleepy", "not one of ours"]}
    return [browser.post(address, data=one).status_code for one in (*steps, last)]


def test_three_answers_are_on_the_course_as_the_patients_own(clinic: Clinic) -> None:
    address = link(clinic)
    phone = clinic.browser()
    assert "E. E." in phone.get(address).text
    assert sent(phone, address) == [200, 200, 200]
    (_, pain), (_, change) = clinic.registry.course("abcabcabcabc").state.scores
    assert (str(pain.value), pain.reported_by, pain.purpose, pain.symptoms) == ("4", "patient", "day 14", ("sleepy",))
    assert (change.instrument, change.word) == ("pgic", "much improved")


def test_a_link_answers_once(clinic: Clinic) -> None:
    address = link(clinic)
    sent(clinic.browser(), address)
    assert clinic.browser().get(address).status_code == 410
    assert sent(clinic.browser(), address) == [410, 410, 410]
    assert len(clinic.registry.course("abcabcabcabc").state.scores) == 2


def test_a_link_ends_after_ten_days(clinic: Clinic) -> None:
    address = link(clinic)
    clinic.clock.wait(days=9, hours=23)
    assert clinic.browser().get(address).status_code == 200
    clinic.clock.wait(hours=2)
    assert clinic.browser().get(address).status_code == 410


def test_a_newer_link_closes_the_older_of_its_purpose_only(clinic: Clinic) -> None:
    older, other = link(clinic), link(clinic, "week 4")
    newer = link(clinic)
    assert [clinic.browser().get(one).status_code for one in (older, other, newer)] == [410, 200, 200]


def test_a_wrong_answer_is_asked_again_and_nothing_is_kept(clinic: Clinic) -> None:
    address = link(clinic)
    for wrong in ("11", "-1", "4.5", "٤", ""):
        answer = clinic.browser().post(address, data={"step": "pain", "pain": wrong})
        assert answer.status_code == 422
        assert "Please choose a number." in answer.text
    assert clinic.registry.course("abcabcabcabc").state.scores == ()


def test_an_invented_link_opens_nothing(clinic: Clinic) -> None:
    assert clinic.browser().get("/answer/" + "a" * 32).status_code == 410


def test_only_who_treats_makes_a_link(clinic: Clinic) -> None:
    for one in (AUDITOR, PHARMACIST):
        assert clinic.signed_in(one).post("/courses/abcabcabcabc/link", data={"purpose": "day 14"}).status_code == 403
    assert clinic.browser().post("/courses/abcabcabcabc/link", data={"purpose": "day 14"}).status_code in (303, 401)


def test_the_page_names_nobody_and_shows_no_record(clinic: Clinic) -> None:
    page = clinic.browser().get(link(clinic)).text
    assert not [word for word in ("Erna", "Example", "1957", "neuralgia") if word in page]
