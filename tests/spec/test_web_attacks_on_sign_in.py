"""Who asks, from where, and in whose name: a stolen, planted or repeated sign-in, another host, and the headers of every answer."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest
from tests.attacks import COURSE, attacked, bare, missing, version
from tests.browsed import AUDITOR, ERNA, PASSWORD, Browser, Clinic, key_in
from tests.courses import NURSE, NURSE_2
from tests.registries import DATABASES

from assuage.registry.sign_ins import IDLE, LONGEST

ELSEWHERE = (
    "https://evil.example/",
    "//evil.example/",
    "/\\evil.example",
    "/%0d%0aset-cookie:x=1",
    "javascript:alert(1)",
    "/\t/evil.example",
)


@pytest.fixture(scope="module", params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with attacked(request.param, tmp_path_factory.mktemp("attacks")) as made:
        yield made


@pytest.fixture
def nurse(clinic: Clinic) -> Browser:
    clinic.clock.wait(minutes=1)
    return clinic.signed_in(NURSE)


# Addresses and headers


@pytest.mark.parametrize(
    "host",
    [
        "evil.example",
        "127.0.0.1.evil.example",
        "127.0.0.1@evil.example",
        "evil.example:80",
        "",
        "127.0.0.1/x",
        "localhost evil",
    ],
)
def test_another_host_is_refused_and_in_no_link(clinic: Clinic, nurse: Browser, host: str) -> None:
    for method, address in (("GET", "/sign-in"), ("POST", f"/courses/{COURSE}/link"), ("GET", "/sign-in/elsewhere")):
        answer = nurse.ask(method, address, headers={"host": host})
        assert answer.status_code == httpx.codes.BAD_REQUEST
        assert "evil" not in answer.text + str(answer.headers)


def test_a_link_is_built_from_the_address_the_clinic_gave(clinic: Clinic) -> None:
    from assuage.web.app import make_app
    from assuage.web.settings import Settings

    known = clinic.settings
    named = Settings(
        known.registry, known.catalog, known.profile, now=clinic.clock, is_secure=True, address="https://clinic.example"
    )
    nurse = Browser(make_app(named))
    kept = nurse.post("/sign-in", data={"account": NURSE.id, "password": PASSWORD}).headers["set-cookie"]
    assert kept.startswith("__Host-assuage=")
    assert {"httponly", "secure", "samesite=lax", "path=/"} <= {one.strip().lower() for one in kept.split(";")}
    cookie = kept.split(";")[0]
    answer = nurse.post(f"/courses/{COURSE}/link", data={"purpose": "day 14"}, headers={"cookie": cookie})
    assert "https://clinic.example/answer/" in answer.text
    assert "http://127.0.0.1" not in answer.text
    assert answer.headers["strict-transport-security"].startswith("max-age=")
    out = nurse.post("/sign-out", headers={"cookie": cookie}).headers["set-cookie"].lower()
    assert "secure" in out
    assert "httponly" in out


@pytest.mark.parametrize("next", ELSEWHERE)
def test_no_way_on_leads_elsewhere(clinic: Clinic, next: str) -> None:
    for address, form in (
        ("/sign-in", {"account": NURSE.id, "password": PASSWORD, "next": next}), ("/theme", {"theme": "dim", "back": next}),
    ):  # fmt: skip
        answer = clinic.browser().post(address, data=form)
        assert answer.headers["location"] == "/"
        assert "x" not in answer.cookies


ANSWERS = (
    "/",
    "/sign-in",
    "/nothing",
    "/static/style.css",
    "/static/nothing",
    "/worker.js",
    "/clock",
    f"/courses/{COURSE}",
    "/answer/x",
)


@pytest.mark.parametrize("address", ANSWERS)
def test_every_answer_carries_the_headers(nurse: Browser, address: str) -> None:
    for method in ("GET", "POST", "DELETE"):
        answer = nurse.ask(method, address)
        assert missing(answer) == [], method
        assert answer.headers["cache-control"]
    assert missing(nurse.ask("POST", address, headers={"sec-fetch-site": "cross-site"})) == []
    assert missing(nurse.get(address, headers={"host": "evil.example"})) == []


def test_a_fault_of_ours_carries_them_too_and_tells_nothing(
    clinic: Clinic, nurse: Browser, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    def fails(*_: object, **__: object) -> None:
        raise ZeroDivisionError(ERNA.family)

    monkeypatch.setattr(type(clinic.registry), "course", fails)
    answer = nurse.get(f"/courses/{COURSE}")
    assert (answer.status_code, missing(answer)) == (500, [])
    assert ERNA.family not in answer.text
    assert ERNA.family not in caplog.text


# Who somebody is


def test_a_cookie_from_before_is_not_the_one_after(clinic: Clinic) -> None:
    planted = clinic.browser()
    planted.cookies.set("assuage", "planted", domain="127.0.0.1")
    answer = planted.post("/sign-in", data={"account": NURSE.id, "password": PASSWORD})
    first = answer.cookies["assuage"]
    assert first != "planted"
    again = planted.post("/sign-in", data={"account": NURSE_2.id, "password": PASSWORD}).cookies["assuage"]
    assert again != first
    assert opens(clinic, again)
    assert not opens(clinic, first), "signing in again left the browser before it signed in"


def test_proving_again_changes_the_cookie(clinic: Clinic) -> None:
    clinic.clock.wait(minutes=5)
    nurse = clinic.signed_in(NURSE)
    before = nurse.cookies["assuage"]
    after = nurse.post("/prove", data={"password": PASSWORD, "next": "/"}).cookies["assuage"]
    assert after != before
    assert opens(clinic, after)
    assert not opens(clinic, before)


def opens(clinic: Clinic, cookie: str) -> bool:
    return bare(clinic, "GET", "/account", {"cookie": f"assuage={cookie}", "host": "127.0.0.1"}).status_code == 200


def test_a_sign_in_ends_when_it_is_quiet_and_after_a_working_day(clinic: Clinic) -> None:
    clinic.clock.wait(hours=1)
    nurse = clinic.signed_in(NURSE)
    clinic.clock.at += IDLE + dt.timedelta(seconds=1)
    assert nurse.get("/account").status_code == httpx.codes.SEE_OTHER
    nurse = clinic.signed_in(NURSE)
    until = clinic.clock.at + LONGEST
    while clinic.clock.at + IDLE / 2 < until:
        clinic.clock.at += IDLE / 2
        assert nurse.get("/account").status_code == httpx.codes.OK
    clinic.clock.at = until
    assert nurse.get("/account").status_code == httpx.codes.SEE_OTHER


def test_an_unknown_account_reads_and_works_as_a_wrong_password(
    clinic: Clinic, monkeypatch: pytest.MonkeyPatch
) -> None:
    from assuage.registry import accounts

    compared: list[str] = []
    real = accounts._matches
    monkeypatch.setattr(accounts, "_matches", lambda stored, given: compared.append(stored) or real(stored, given))
    answers = [
        clinic.browser().post("/sign-in", data={"account": one, "password": "wrong, but long"})
        for one in ("dora", "nobody-here")
    ]
    assert {one.status_code for one in answers} == {401}
    said = {answer.text.replace("dora", "").replace("nobody-here", "") for answer in answers}
    assert len(said) == 1
    assert len(compared) == len(answers), "each is compared with one hash"


def test_guessing_makes_an_account_wait(clinic: Clinic) -> None:
    for _ in range(6):
        assert (
            clinic.browser().post("/sign-in", data={"account": AUDITOR.id, "password": "not this one"}).status_code
            == 401
        )
    assert clinic.browser().post("/sign-in", data={"account": AUDITOR.id, "password": PASSWORD}).status_code == 401
    clinic.clock.wait(minutes=5)
    assert clinic.browser().post("/sign-in", data={"account": AUDITOR.id, "password": PASSWORD}).status_code == 303


# The same form again

ATTEMPT = {"purpose": "day 14", "way": "letter", "said": "sent"}


def test_the_form_of_one_person_confirms_nothing_for_another(clinic: Clinic) -> None:
    clinic.clock.wait(hours=1)
    first, second = clinic.signed_in(NURSE), clinic.signed_in(NURSE_2)
    form = {**ATTEMPT, "key": "one-form"}
    address = f"/courses/{COURSE}/follow-up/contact"
    assert first.post(address, data=form).status_code == httpx.codes.SEE_OTHER
    after = version(clinic)
    assert first.post(address, data=form).status_code == httpx.codes.SEE_OTHER, "sent twice by one person"
    refused = second.post(address, data=form)
    assert refused.status_code == httpx.codes.CONFLICT
    assert "Another person has sent this form already" in refused.text
    first.post("/sign-out")
    assert first.post(address, data=form).status_code == httpx.codes.UNAUTHORIZED
    assert version(clinic) == after


def test_the_form_of_one_patient_begins_no_course_of_another(clinic: Clinic) -> None:
    clinic.clock.wait(hours=1)
    clinic.patient("demo-2")
    nurse = clinic.signed_in(NURSE)
    key = key_in(nurse.get("/patients/demo-1/courses/new").text)
    form = {"reason": "pain", "indication": "postherpetic-neuralgia", "key": key}
    begun = [
        nurse.post(f"/patients/{one}/courses/new", data=form).headers["location"]
        for one in ("demo-1", "demo-1", "demo-2")
    ]
    assert begun[0] == begun[1] != begun[2]
    assert clinic.registry.course(begun[2].split("/")[-1]).patient == "demo-2"
