"""Proving again who one is: for signing, and for a second person who stands beside."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import PASSWORD, Browser, Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN
from tests.registries import fresh_registry

from assuage.course import Person
from assuage.registry import audit, sign_ins
from assuage.web.acting import prove, second_person
from assuage.web.asked import Asked
from assuage.web.form import typed


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Clinic(registry).with_people(PHYSICIAN, PHARMACIST, NURSE)


def asked(clinic: Clinic, browser: Browser, **form: str) -> Asked:
    """What a page is asked by this browser."""
    with clinic.registry.reading() as connection:
        sign_in = sign_ins.found(connection, browser.cookies["assuage"], at=clinic.clock.at)
    return Asked(
        clinic.settings, "POST", clinic.clock.at, sign_in, form={name: [value] for name, value in form.items()}
    )


def test_a_password_given_again_proves_for_two_minutes(clinic: Clinic) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    assert not prove(asked(clinic, browser))
    assert not prove(asked(clinic, browser, password="not the password"))
    assert prove(asked(clinic, browser, password=PASSWORD))
    clinic.clock.wait(minutes=2)
    assert prove(asked(clinic, browser))
    clinic.clock.wait(seconds=1)
    assert not prove(asked(clinic, browser))


def test_a_password_is_taken_as_typed(clinic: Clinic) -> None:
    assert not prove(asked(clinic, clinic.signed_in(PHYSICIAN), password=f" {PASSWORD}"))


def test_wrong_proofs_lock_as_wrong_sign_ins_do(clinic: Clinic) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    for _ in range(5):
        assert not prove(asked(clinic, browser, password="not the password"))
    assert not prove(asked(clinic, browser, password=PASSWORD))
    clinic.clock.wait(seconds=31)
    assert prove(asked(clinic, browser, password=PASSWORD))


@pytest.mark.parametrize(
    ("account", "password", "person"),
    [
        ("ben", PASSWORD, PHARMACIST),
        ("ben", "not the password", None),
        ("ben", "", None),
        ("nobody", PASSWORD, None),
        ("", PASSWORD, None),
        ("anna", PASSWORD, None),
    ],
)
def test_a_second_person_is_another_one_with_their_own_password(
    clinic: Clinic, account: str, password: str, person: Person | None
) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    assert second_person(asked(clinic, browser, second=account, second_password=password)) == person


def test_the_page_goes_on_to_where_it_was_asked(clinic: Clinic) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    page = browser.get("/prove", params={"next": "/courses/abc/sign"})
    assert 'value="/courses/abc/sign"' in page.text
    wrong = browser.post("/prove", data={"next": "/courses/abc/sign", "password": "wrong"})
    assert wrong.status_code == 422
    assert "This does not prove it" in wrong.text
    right = browser.post("/prove", data={"next": "/courses/abc/sign", "password": PASSWORD})
    assert (right.status_code, right.headers["location"]) == (303, "/courses/abc/sign")
    assert "less than two minutes ago" in browser.get("/prove").text


@pytest.mark.parametrize(
    "next", ["//evil.example/", "https://evil.example/", "/\\evil.example", "/\t/evil.example", "x"]
)
def test_no_way_leads_to_another_host(clinic: Clinic, next: str) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    answer = browser.post("/prove", data={"next": next, "password": PASSWORD})
    assert answer.headers["location"] == "/"


def test_what_proves_is_noted_and_what_was_typed_is_not_kept(clinic: Clinic) -> None:
    browser = clinic.signed_in(PHYSICIAN)
    one = asked(clinic, browser, password="wrong once", second_password="wrong twice", why="because")
    assert not prove(one)
    assert typed(one) == {"why": "because"}
    with clinic.registry.reading() as connection:
        assert audit.broken(connection) == ()
    assert "wrong once" not in browser.post("/prove", data={"password": "wrong once"}).text
