"""Accounts on pages: one's own, and everybody's for the administrator; who is quiet for long loses nothing."""

from __future__ import annotations

import base64
import re
import urllib.parse
from collections.abc import Iterator
from pathlib import Path

import pyotp
import pytest
from sqlalchemy import select
from tests.browsed import ADMINISTRATOR, EVERYONE, PASSWORD, Browser, Clinic, key_in
from tests.courses import NURSE, NURSE_2, PHYSICIAN, Walk
from tests.registries import fresh_registry

from assuage.registry import accounts, glass, tables
from assuage.registry.sign_ins import IDLE
from assuage.web.route import CLINICIANS
from assuage.web.routes import ROUTES

OWN = "a sentence that is mine alone"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        yield Clinic(registry).with_people(*EVERYONE)


def noted(clinic: Clinic) -> list[tuple[str, str, str | None]]:
    with clinic.registry.reading() as connection:
        rows = connection.execute(select(tables.audit.c.actor, tables.audit.c.what, tables.audit.c.subject))
        return [(row[0], row[1], row[2]) for row in rows]


def made(clinic: Clinic, id: str = "nora", role: str = "nurse") -> str:
    """A new account by the administrator; its first password."""
    page = clinic.signed_in(ADMINISTRATOR).post(
        "/accounts", {"id": id, "name": "Nora New", "role": role, "password": PASSWORD}
    )
    found = re.search(r'class="given"><code>([^<]+)', page.text)
    assert found, page.text
    return found.group(1)


def entering(clinic: Clinic, id: str, password: str) -> Browser:
    browser = clinic.browser()
    assert browser.post("/sign-in", {"account": id, "password": password}).status_code == 303
    return browser


def test_a_first_password_opens_nothing_but_the_page_that_changes_it(clinic: Clinic) -> None:
    first = made(clinic)
    browser = entering(clinic, "nora", first)
    assert browser.get("/").headers["location"] == "/account"
    assert "given to you by somebody else" in browser.get("/account").text
    refused = browser.post("/account/password", {"password": first, "new_password": first, "again_password": first})
    assert refused.status_code == 422
    changed = browser.post("/account/password", {"password": first, "new_password": OWN, "again_password": OWN})
    assert changed.status_code == 303, changed.text
    assert browser.get("/").status_code == 200
    assert ("nora", "changed a password", "nora") in noted(clinic)
    assert entering(clinic, "nora", OWN).get("/").status_code == 200
    assert clinic.browser().post("/sign-in", {"account": "nora", "password": first}).status_code == 401


@pytest.mark.parametrize(
    ("now", "new", "again", "said"),
    [
        ("wrong password", OWN, OWN, "it is not right, or was not given"),
        (PASSWORD, OWN, OWN + " ", "Type the same one twice"),
        (PASSWORD, "short", "short", "12 to 200 signs"),
        (PASSWORD, PASSWORD, PASSWORD, "It is the one you have"),
    ],
)
def test_a_password_changes_only_with_the_one_that_stands(
    clinic: Clinic, now: str, new: str, again: str, said: str
) -> None:
    browser = clinic.signed_in(NURSE)
    # A proof of just now is not enough: whoever found the screen open would have the account.
    browser.post("/prove", {"password": PASSWORD})
    answer = browser.post("/account/password", {"password": now, "new_password": new, "again_password": again})
    assert answer.status_code == 422
    assert said in answer.text
    clinic.signed_in(NURSE)


def test_a_changed_password_signs_out_the_other_browsers(clinic: Clinic) -> None:
    one, other = clinic.signed_in(NURSE), clinic.signed_in(NURSE)
    one.post("/account/password", {"password": PASSWORD, "new_password": OWN, "again_password": OWN})
    assert one.get("/").status_code == 200
    assert other.get("/").headers["location"] == "/sign-in"


def test_a_second_factor_is_shown_once_as_picture_and_letters_and_then_asked_for(clinic: Clinic) -> None:
    browser = clinic.signed_in(NURSE)
    assert browser.post("/account/second-factor").status_code == 422, "only after proving"
    page = browser.post("/account/second-factor", {"password": PASSWORD}).text
    picture = re.search(r'<img class="code" src="data:image/svg\+xml[^,]*,([^"]+)"', page)
    assert picture
    assert "<svg" in urllib.parse.unquote(picture.group(1))
    letters = re.search(r"type this secret: <code>([A-Z2-7 ]+)", page)
    assert letters
    secret = letters.group(1).replace(" ", "")
    assert len(base64.b32decode(secret)) == 20
    wrong = browser.post("/account/second-factor/confirm", {"code": "000000"})
    assert (wrong.status_code, secret in wrong.text) == (422, False)
    code = pyotp.TOTP(secret).at(clinic.clock.at)
    assert browser.post("/account/second-factor/confirm", {"code": code}).status_code == 303
    clinic.clock.wait(minutes=5)
    assert clinic.browser().post("/sign-in", {"account": "cleo", "password": PASSWORD}).status_code == 401
    fresh = pyotp.TOTP(secret).at(clinic.clock.at)
    assert clinic.signed_in(NURSE, code=fresh).get("/account").status_code == 200


def test_browsers_are_listed_and_signed_out(clinic: Clinic) -> None:
    one, other = clinic.signed_in(NURSE), clinic.signed_in(NURSE)
    page = one.get("/account").text
    ids = re.findall(r'name="browser" value="([0-9a-f]{64})"', page)
    assert len(ids) == 1
    assert clinic.signed_in(NURSE_2).post("/account/browsers", {"browser": ids[0]}).status_code == 303
    assert other.get("/").status_code == 200, "another person's browser is not signed out"
    one.post("/account/browsers", {"browser": ids[0]})
    assert other.get("/").status_code == 303
    third = clinic.signed_in(NURSE)
    one.post("/account/browsers", {"browser": "others"})
    assert third.get("/").status_code == 303


@pytest.mark.parametrize(
    "form",
    [
        {"id": "Nora", "name": "N", "role": "nurse"},
        {"id": "n", "name": "N", "role": "nurse"},
        {"id": "nora<b>", "name": "N", "role": "nurse"},
        {"id": "nora", "name": "", "role": "nurse"},
        {"id": "nora", "name": "N", "role": "chief"},
    ],
)
def test_an_account_with_something_wrong_is_not_made_and_what_was_typed_stays(
    clinic: Clinic, form: dict[str, str]
) -> None:
    answer = clinic.signed_in(ADMINISTRATOR).post("/accounts", {**form, "password": PASSWORD})
    assert answer.status_code == 422
    assert PASSWORD not in answer.text
    with clinic.registry.reading() as connection:
        assert len(accounts.everyone(connection)) == len(EVERYONE)


def test_an_account_is_made_once_and_only_after_proving(clinic: Clinic) -> None:
    browser = clinic.signed_in(ADMINISTRATOR)
    form = {"id": "nora", "name": "Nora", "role": "nurse"}
    assert browser.post("/accounts", form).status_code == 422
    made(clinic)
    assert browser.post("/accounts", {**form, "password": PASSWORD}).status_code == 409


def test_an_administrator_changes_an_account_and_each_change_is_noted(clinic: Clinic) -> None:
    nurse, admin = clinic.signed_in(NURSE), clinic.signed_in(ADMINISTRATOR)
    assert admin.post("/accounts/cleo", {"change": "close"}).status_code == 422
    assert nurse.get("/").status_code == 200
    for change, more in (
        ("close", {}),
        ("open", {}),
        ("role", {"role": "pharmacist"}),
        ("subject", {"subject": "s-9"}),
    ):
        answer = admin.post("/accounts/cleo", {"change": change, "password": PASSWORD, **more})
        assert answer.status_code == 303, answer.text
    assert nurse.get("/").status_code == 303
    with clinic.registry.reading() as connection:
        found = accounts.by_subject(connection, "s-9")
    assert found is not None
    assert (found.id, found.role, found.disabled) == ("cleo", "pharmacist", None)
    assert [what for actor, what, subject in noted(clinic) if actor == "ruth" and subject == "cleo"] == [
        "closed an account", "opened an account", "changed a role", "linked an identity",
    ]  # fmt: skip
    last = admin.post("/accounts/ruth", {"change": "close", "password": PASSWORD})
    assert (last.status_code, "last administrator" in last.text) == (409, True)


def test_a_form_sent_after_long_quiet_is_kept_and_recorded_after_signing_in_again(clinic: Clinic) -> None:
    browser = clinic.signed_in(NURSE)
    clinic.patient()
    page = browser.get("/patients/demo-1/courses/new").text
    form = {"key": key_in(page), "indication": "postherpetic-neuralgia", "reason": "burning <pain> & “nothing” helped"}
    clinic.clock.wait(seconds=IDLE.total_seconds() + 1)
    asked = browser.post("/patients/demo-1/courses/new", {**form, "own_password": "never shown"})
    assert asked.status_code == 401
    assert "burning &lt;pain&gt; &amp; “nothing” helped" in asked.text
    assert "never shown" not in asked.text
    wrong = browser.post("/patients/demo-1/courses/new", {**form, "_account": "cleo", "_password": "wrong password"})
    assert wrong.status_code == 401
    assert clinic.registry.verify() == ()
    sent = browser.post("/patients/demo-1/courses/new", {**form, "_account": "cleo", "_password": PASSWORD})
    assert sent.status_code == 303, sent.text
    course = clinic.registry.course(sent.headers["location"].removeprefix("/courses/"))
    assert course.state.referred is not None
    assert course.state.referred.reason == form["reason"]
    assert browser.get("/").status_code == 200, "the browser is signed in again"


def test_who_signs_in_again_comes_back_to_the_page(clinic: Clinic) -> None:
    browser = clinic.browser()
    asked = browser.get("/patients")
    assert asked.headers["location"] == "/sign-in?next=/patients"
    narrowed = browser.get("/?stage=to+reconcile").headers["location"]
    assert browser.get(narrowed).text.count('value="/?stage=to+reconcile"') == 1
    assert 'value="/patients"' in browser.get(asked.headers["location"]).text
    entered = browser.post("/sign-in", {"account": "cleo", "password": PASSWORD, "next": "/patients"})
    assert entered.headers["location"] == "/patients"
    away = clinic.browser().post("/sign-in", {"account": "cleo", "password": PASSWORD, "next": "//evil.example"})
    assert away.headers["location"] == "/"


def test_a_script_that_asks_without_a_sign_in_is_told_and_keeps_what_it_holds(clinic: Clinic) -> None:
    answer = clinic.browser().get("/", headers={"x-fragment": "1"})
    assert (answer.status_code, answer.text) == (401, "Sign in.")


def test_a_restricted_patient_opens_with_a_reason_alone(clinic: Clinic) -> None:
    clinic.patient()
    course = clinic.course(Walk().ready().records)
    with clinic.registry.writing() as connection:
        glass.restrict(connection, "demo-1", is_restricted=True, by="ruth", at=clinic.clock.at)
    browser = clinic.signed_in(NURSE)
    for address in ("/patients/demo-1", f"/courses/{course}"):
        answer = browser.get(address)
        assert answer.headers["location"] == f"/restricted/demo-1?next={address}"
    assert browser.post(f"/courses/{course}/facts", {}).status_code == 409
    assert browser.post("/restricted/demo-1", {"because": " ", "next": "/"}).status_code == 422
    assert browser.get("/patients/demo-1").status_code == 303
    opened = browser.post("/restricted/demo-1", {"because": "chest pain", "next": f"/courses/{course}"})
    assert opened.headers["location"] == f"/courses/{course}"
    assert browser.get(f"/courses/{course}").status_code == 200
    assert clinic.signed_in(PHYSICIAN).get(f"/courses/{course}").status_code == 303
    assert ("cleo", "broke the glass", "demo-1") in noted(clinic)


def test_every_page_of_a_record_notes_who_read_it(clinic: Clinic) -> None:
    """Every address with a course or a patient in it that is read by a clinician says so on the audit, by id."""
    clinic.patient()
    course = clinic.course(Walk().ready().records)
    browser = clinic.signed_in(NURSE)
    read = [one for one in ROUTES if one.reads and one.methods == ("GET",) and set(one.roles or ()) >= set(CLINICIANS)]
    assert len(read) >= 5
    for route in read:
        before = len(noted(clinic))
        address = route.path.replace("{course}", course).replace("{patient}", "demo-1")
        browser.get(re.sub(r"{\w+}", "1", address))
        subject = course if "{course}" in route.path else "demo-1"
        assert ("cleo", f"read {route.name}", subject) in noted(clinic)[before:], route.path


def test_every_address_of_a_record_is_marked_as_one_that_reads(clinic: Clinic) -> None:
    unread = [
        one.path
        for one in ROUTES
        if one.methods == ("GET",) and ("{course}" in one.path or "{patient}" in one.path) and not one.reads
    ]
    assert unread == ["/restricted/{patient}"]
