"""A patient's own scores over a link: three questions, used once, expiring, replaced by a newer one, telling nothing."""

from __future__ import annotations

import datetime as dt
import re
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import pytest
from sqlalchemy import insert, select
from tests.browsed import AUDITOR, Browser, Clinic
from tests.courses import NURSE, PHARMACIST, Walk
from tests.registries import DATABASES, fresh_registry

from assuage.registry import tables
from assuage.registry.vault import hashed


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
    last = {"step": "feelings", "pain": "4", "change": "much improved", "feelings": ["sleepy"], "other": "a warm arm"}
    return [browser.post(address, data=one).status_code for one in (*steps, last)]


def test_three_answers_are_on_the_course_as_the_patients_own(clinic: Clinic) -> None:
    address = link(clinic)
    phone = clinic.browser()
    assert "E. E." in phone.get(address).text
    assert sent(phone, address) == [200, 200, 200]
    (_, pain), (_, change) = clinic.registry.course("abcabcabcabc").state.scores
    assert (str(pain.value), pain.reported_by, pain.purpose, pain.symptoms) == (
        "4",
        "patient",
        "day 14",
        ("sleepy", "a warm arm"),
    )
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


def test_who_cannot_say_is_missing_with_that_reason(clinic: Clinic) -> None:
    address = link(clinic)
    form = {"step": "feelings", "pain": "cannot", "change": "no change", "feelings": ["nothing"]}
    assert clinic.browser().post(address, data=form).status_code == 200
    (_, pain), _ = clinic.registry.course("abcabcabcabc").state.scores
    assert (pain.value, pain.why_missing, pain.symptoms) == (None, "the patient could not say", ())


@pytest.mark.parametrize(
    ("changed", "said"),
    [
        ({"feelings": []}, "Please choose what you noticed"),
        ({"feelings": ["nothing", "sleepy"]}, "and something else"),
        ({"feelings": ["not one of ours"]}, "the words of the list"),
        ({"feelings": [], "other": "a" * 301}, "at most 300 signs"),
    ],
)
def test_what_cannot_be_taken_is_asked_again(clinic: Clinic, changed: dict[str, object], said: str) -> None:
    form = {"step": "feelings", "pain": "4", "change": "no change", **changed}
    answer = clinic.browser().post(link(clinic), data=form)
    assert answer.status_code == 422
    assert said in answer.text
    assert clinic.registry.course("abcabcabcabc").state.scores == ()


def test_what_nobody_waits_with_is_said_first(clinic: Clinic) -> None:
    form = {"step": "feelings", "pain": "4", "change": "no change", "feelings": ["trouble breathing", "sleepy"]}
    page = clinic.browser().post(link(clinic), data=form).text
    assert page.index("Get help now") < page.index("Thank you")
    assert "trouble breathing" in page


def test_before_any_infusion_only_pain_is_asked(clinic: Clinic) -> None:
    answer = clinic.browser().post(link(clinic, "baseline"), data={"step": "pain", "pain": "8"})
    assert "Thank you" in answer.text
    ((_, score),) = clinic.registry.course("abcabcabcabc").state.scores
    assert (score.purpose, score.instrument, str(score.value)) == ("baseline", "nrs", "8")


def test_back_keeps_what_was_answered(clinic: Clinic) -> None:
    address = link(clinic)
    page = clinic.browser().post(address, data={"step": "change", "pain": "7", "back": "pain"}).text
    assert 'name="pain" value="7" checked' in page


def test_a_revoked_link_opens_nothing(clinic: Clinic) -> None:
    address = link(clinic)
    nurse = clinic.signed_in(NURSE)
    assert "Revoke the link for day 14" in nurse.get("/courses/abcabcabcabc/follow-up").text
    assert nurse.post("/courses/abcabcabcabc/link/revoke", data={"purpose": "day 14"}).status_code == 303
    assert clinic.browser().get(address).status_code == 410
    assert "Revoke" not in nurse.get("/courses/abcabcabcabc/follow-up").text


def test_guessing_from_one_place_is_slowed_and_real_links_still_open(clinic: Clinic) -> None:
    address = link(clinic)
    codes = [clinic.browser().get(f"/answer/{number:032}").status_code for number in range(22)]
    assert codes == [410] * 20 + [429] * 2
    assert clinic.browser().get(address).status_code == 200
    clinic.clock.wait(minutes=11)
    assert clinic.browser().get("/answer/guessed").status_code == 410


def test_no_link_can_be_made_by_who_writes_to_the_table_alone(clinic: Clinic) -> None:
    """What is stored is under the registry's own key: the plain hash of a token is no link."""
    now = clinic.clock.at
    with clinic.registry.writing() as connection:
        connection.execute(insert(tables.link).values(
            id=hashed("forged"), course="abcabcabcabc", purpose="day 14", created=now, expires=now + dt.timedelta(days=1),
        ))  # fmt: skip
    assert clinic.browser().get("/answer/forged").status_code == 410


def test_two_phones_that_send_at_once_record_once(clinic: Clinic) -> None:
    address = link(clinic)
    form = {"step": "feelings", "pain": "4", "change": "no change", "feelings": ["nothing"]}
    with ThreadPoolExecutor(4) as pool:
        codes = list(pool.map(lambda _: clinic.browser().post(address, data=form).status_code, range(4)))
    assert codes.count(200) == 1
    assert len(clinic.registry.course("abcabcabcabc").state.scores) == 2


def test_the_address_is_told_to_no_other_page_and_stands_in_no_audit(clinic: Clinic) -> None:
    address = link(clinic)
    assert clinic.browser().get(address).headers["referrer-policy"] == "no-referrer"
    with clinic.registry.reading() as connection:
        lines = connection.execute(select(tables.audit)).all()
    assert not [one for one in lines if address.removeprefix("/answer/") in str(one)]
