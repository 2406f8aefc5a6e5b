"""Keeping the record on pages: doubles, wrong patients, restriction, erasure; and who may do it."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from msgspec.structs import replace
from tests.browsed import ADMINISTRATOR, ERNA, EVERYONE, PASSWORD, Browser, Clinic
from tests.courses import NURSE, Walk
from tests.registries import fresh_registry

from assuage.registry import audit, patients
from assuage.registry.keys import Erased

PROVED = {"because": "asked at the desk", "password": PASSWORD}


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        one = Clinic(registry).with_people(*EVERYONE)
        one.patient()
        one.patient("twin", replace(ERNA, given="Ernestine", number=None))
        yield one


@pytest.fixture
def course(clinic: Clinic) -> str:
    return clinic.course(Walk().referred().records)


@pytest.fixture
def admin(clinic: Clinic) -> Browser:
    return clinic.signed_in(ADMINISTRATOR)


def whose(clinic: Clinic, course: str) -> str:
    return clinic.registry.course(course).patient


def whole(clinic: Clinic) -> bool:
    with clinic.registry.reading() as connection:
        return clinic.registry.verify() == () and audit.broken(connection) == ()


def test_doubles_are_listed_put_together_and_taken_apart(clinic: Clinic, course: str, admin: Browser) -> None:
    page = admin.get("/keeping").text
    assert "Possible doubles (1)" in page
    assert "EXAMPLE, Ernestine" in page
    form = {"double": "demo-1", "into": "twin"}
    assert admin.post("/keeping/merge", {**form, "because": "one person"}).status_code == 422, "not proved"
    assert admin.post("/keeping/merge", {**form, "password": PASSWORD}).status_code == 422, "no reason"
    assert whose(clinic, course) == "demo-1"
    assert admin.post("/keeping/merge", {**form, **PROVED}).status_code == 303
    assert whose(clinic, course) == "twin"
    nurse = clinic.signed_in(NURSE)
    assert nurse.get("/patients/demo-1").headers["location"] == "/patients/twin"
    assert f"/courses/{course}" in nurse.get("/patients/twin").text
    assert "Possible doubles (0)" in admin.get("/keeping").text
    assert admin.post("/keeping/merge", {**form, **PROVED}).status_code == 409
    assert admin.post("/keeping/unmerge", {"double": "demo-1", **PROVED}).status_code == 303
    assert whose(clinic, course) == "demo-1"
    assert whole(clinic)


def test_a_course_moves_and_what_stands_in_the_way_is_shown(clinic: Clinic) -> None:
    course = clinic.course(Walk().ready().records)
    clinic.clock.wait(days=2)
    admin = clinic.signed_in(ADMINISTRATOR)
    form = {"course": course, "to": "twin", "key": "k", **PROVED}
    refused = admin.post("/keeping/move", form)
    assert refused.status_code == 409
    assert "still has sessions to give" in refused.text
    assert "asked at the desk" in refused.text, "what was typed stays"
    assert admin.post("/keeping/move", {**form, "course": "nothing"}).status_code == 409
    assert admin.post("/keeping/move", {**form, "to": "nobody"}).status_code == 409
    early = clinic.course(Walk().referred().records)
    assert admin.post("/keeping/move", {**form, "course": early}).status_code == 303
    assert (whose(clinic, course), whose(clinic, early)) == ("demo-1", "twin")
    assert whole(clinic)


def test_a_restricted_patient_is_not_named_in_lists(clinic: Clinic, course: str, admin: Browser) -> None:
    nurse = clinic.signed_in(NURSE)
    assert "EXAMPLE" in nurse.get("/").text
    assert admin.post("/keeping/restrict", {"patient": "demo-1", "restriction": "set", **PROVED}).status_code == 303
    page = nurse.get("/").text
    assert ("EXAMPLE" in page, "Restricted patient" in page) == (False, True)
    assert nurse.get(f"/courses/{course}").status_code == 303
    assert admin.post("/keeping/restrict", {"patient": "demo-1", "restriction": "lift", **PROVED}).status_code == 303
    assert nurse.get(f"/courses/{course}").status_code == 200
    assert admin.post("/keeping/restrict", {"patient": "nobody", "restriction": "set", **PROVED}).status_code == 422


def test_who_is_found_is_told_with_ids(admin: Browser, course: str) -> None:
    page = admin.post("/keeping/find", {"family": "example", "birth_date": "1957-04-02"}).text
    assert "<code>demo-1</code>" in page
    assert f"<code>{course}</code>" in page
    assert admin.post("/keeping/find", {"family": "example"}).status_code == 422


@pytest.mark.parametrize(
    "change",
    [
        {"again": "twin"},
        {"because": "a reason of my own"},
        {"password": "wrong password"},
        {"patient": "", "again": ""},
    ],
)
def test_nobody_is_erased_by_half_a_form(clinic: Clinic, admin: Browser, change: dict[str, str]) -> None:
    admin.post("/prove", {"password": PASSWORD})
    form = {"patient": "demo-1", "again": "demo-1", "because": "entered by mistake", "password": PASSWORD}
    assert admin.post("/keeping/erase", {**form, **change}).status_code == 422
    with clinic.registry.reading() as connection:
        assert patients.by_id(connection, clinic.registry.keys, "demo-1").identity == ERNA


def test_a_person_is_erased_and_pages_say_so(clinic: Clinic, course: str, admin: Browser) -> None:
    clinic.clock.wait(days=400)
    admin = clinic.signed_in(ADMINISTRATOR)
    rests = admin.post("/keeping/resting", {"since": "2027-11-30"}).text
    assert "<code>demo-1</code>" in rests
    assert "EXAMPLE" not in rests
    form = {"patient": "demo-1", "again": "demo-1", "because": "the patient asked for it", "password": PASSWORD}
    erased = admin.post("/keeping/erase", form)
    assert (erased.status_code, "1 course cannot" in erased.text) == (200, True)
    nurse = clinic.signed_in(NURSE)
    for address in ("/patients/demo-1", f"/courses/{course}"):
        assert nurse.get(address).status_code == 410
    with clinic.registry.reading() as connection, pytest.raises(Erased):
        patients.by_id(connection, clinic.registry.keys, "demo-1")
    assert whole(clinic)


@pytest.mark.parametrize("person", [one for one in EVERYONE if one.role != "administrator"], ids=lambda one: one.role)
def test_nobody_else_keeps_the_record(clinic: Clinic, person: object) -> None:
    browser = clinic.signed_in(person)  # type: ignore[arg-type]
    for address in ("/keeping", "/keeping/erase", "/accounts"):
        assert browser.get(address).status_code == 403
    assert browser.post("/keeping/erase", {"patient": "demo-1", "again": "demo-1"}).status_code == 403
