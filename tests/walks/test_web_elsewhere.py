"""Signing in with a provider of OpenID Connect: another implementation of it, on this machine, there and back."""

from __future__ import annotations

import datetime as dt
import subprocess
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import httpx
import pytest
from msgspec.structs import replace
from tests.browsed import EVERYONE, PASSWORD, Browser, Clinic, Clock
from tests.courses import NURSE, PHYSICIAN
from tests.registries import free_port, fresh_registry

from assuage.errors import RegistryError
from assuage.registry import audit, offices, sign_ins
from assuage.web import identity
from assuage.web.identity import NotProved, from_environment
from assuage.web.settings import Identity

FOLDER = Path(__file__).parent / "oidc"
BACK = "http://127.0.0.1/sign-in/elsewhere/back"


class Provider:
    """The provider, and a browser that walks through it."""

    def __init__(self, port: int) -> None:
        self.issuer = f"http://127.0.0.1:{port}"
        self.walker = httpx.Client()

    def knows(self, subject: str) -> None:
        httpx.get(f"{self.issuer}/as/{subject}")

    def through(self, address: str) -> str:
        """From the address we were sent to until the provider sends us back: that address."""
        for _ in range(12):
            answer = self.walker.get(address)
            assert answer.status_code in (302, 303), answer.text
            address = str(answer.url.join(answer.headers["location"]))
            if address.startswith(BACK):
                return address
        raise AssertionError("the provider sends nobody back")


@pytest.fixture(scope="module")
def provider() -> Iterator[Provider]:
    port = free_port()
    with subprocess.Popen(["node", "provider.mjs", str(port), BACK], cwd=FOLDER, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True) as running:  # fmt: skip
        assert running.stdout is not None
        assert running.stdout.readline().strip() == "listening"
        one = Provider(port)
        yield one
        one.walker.close()
        running.terminate()


@pytest.fixture
def clinic(provider: Provider, tmp_path: Path) -> Iterator[Clinic]:
    known = Identity(provider.issuer, "assuage", "a secret of the tests", "the test hospital")
    with fresh_registry("sqlite", tmp_path) as registry:
        # The provider has the true clock, so this clinic has it too.
        one = Clinic(registry, Clock(dt.datetime.now(dt.UTC)), {"identity": known}).with_people(*EVERYONE)
        with registry.writing() as connection:
            offices.link(connection, "cleo", subject="s-cleo", at=one.clock.at)
        provider.walker.cookies.clear()
        yield one


def begun(browser: Browser, address: str = "/sign-in/elsewhere?next=/patients") -> str:
    answer = browser.get(address)
    assert answer.status_code == 303, answer.text
    return answer.headers["location"]


def path_of(address: str) -> str:
    found = urlsplit(address)
    return f"{found.path}?{found.query}"


def whose(clinic: Clinic, browser: Browser) -> str | None:
    cookie = browser.cookies.get("assuage")
    with clinic.registry.reading() as connection:
        found = sign_ins.found(connection, cookie, at=clinic.clock.at) if cookie else None
    return found.account.id if found else None


def test_a_linked_identity_signs_in_and_comes_to_the_page_it_wanted(clinic: Clinic, provider: Provider) -> None:
    provider.knows("s-cleo")
    browser = clinic.browser()
    assert "the test hospital" in browser.get("/sign-in").text
    address = begun(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert {len(asked[name][0]) >= 43 for name in ("state", "nonce", "code_challenge")} == {True}
    answer = browser.get(path_of(provider.through(address)))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/patients")
    assert whose(clinic, browser) == "cleo"
    assert browser.get("/patients").status_code == 200
    with clinic.registry.reading() as connection:
        assert audit.broken(connection) == ()


@pytest.mark.parametrize("subject", ["s-nobody", "cleo", ""])
def test_an_identity_that_nobody_linked_opens_nothing(clinic: Clinic, provider: Provider, subject: str) -> None:
    provider.knows(subject or "s-else")
    browser = clinic.browser()
    answer = browser.get(path_of(provider.through(begun(browser))))
    assert (answer.status_code, "belongs to no open account" in answer.text) == (401, True)
    assert whose(clinic, browser) is None


def test_a_closed_account_stays_closed(clinic: Clinic, provider: Provider) -> None:
    with clinic.registry.writing() as connection:
        offices.close(connection, "cleo", at=clinic.clock.at)
    provider.knows("s-cleo")
    browser = clinic.browser()
    assert browser.get(path_of(provider.through(begun(browser)))).status_code == 401


def test_an_answer_is_taken_once_in_the_browser_that_asked_and_in_time(clinic: Clinic, provider: Provider) -> None:
    provider.knows("s-cleo")
    asker, other = clinic.browser(), clinic.browser()
    back = path_of(provider.through(begun(asker)))
    assert other.get(back).status_code == 401, "another browser, as in a forged sign-in"
    assert asker.get(back.replace("state=", "state=x")).status_code == 401
    assert asker.get(back.replace("code=", "code=x")).status_code == 401
    spent = provider.through(begun(asker))
    assert asker.get(path_of(spent)).status_code == 303
    assert asker.get(path_of(spent)).status_code == 401
    late = clinic.browser()
    address = path_of(provider.through(begun(late)))
    clinic.clock.wait(minutes=11)
    assert late.get(address).status_code == 401


def test_an_answer_to_another_question_is_refused(clinic: Clinic, provider: Provider) -> None:
    """The code of one sign-in put into another one of the same browser: verifier and nonce do not fit."""
    provider.knows("s-cleo")
    browser = clinic.browser()
    first = parse_qs(urlsplit(provider.through(begun(browser))).query)
    second = parse_qs(urlsplit(provider.through(begun(browser))).query)
    mixed = browser.get(f"/sign-in/elsewhere/back?code={first['code'][0]}&state={second['state'][0]}")
    assert mixed.status_code == 401


def test_who_has_no_password_here_proves_it_there(clinic: Clinic, provider: Provider) -> None:
    provider.knows("s-cleo")
    browser = clinic.browser()
    browser.get(path_of(provider.through(begun(browser))))
    address = begun(browser, "/prove/elsewhere?next=/courses/c/sign")
    assert {"prompt": ["login"], "max_age": ["0"]}.items() <= parse_qs(urlsplit(address).query).items()
    answer = browser.get(path_of(provider.through(address)))
    assert (answer.status_code, answer.headers.get("location")) == (303, "/courses/c/sign")
    assert "less than two minutes ago" in browser.get("/prove").text


def test_another_person_there_proves_nobody_here(clinic: Clinic, provider: Provider) -> None:
    with clinic.registry.writing() as connection:
        offices.link(connection, "anna", subject="s-anna", at=clinic.clock.at)
    browser = clinic.signed_in(NURSE)
    provider.knows("s-anna")
    answer = browser.get(path_of(provider.through(begun(browser, "/prove/elsewhere?next=/"))))
    assert answer.status_code == 401
    assert whose(clinic, browser) == "cleo"
    assert "less than two minutes ago" not in browser.get("/prove").text


def test_a_token_is_of_this_provider_for_this_program_and_this_moment(clinic: Clinic, provider: Provider) -> None:
    provider.knows("s-cleo")
    known = clinic.settings.identity
    assert known is not None
    now = dt.datetime.now(dt.UTC)

    def subject(**change: object) -> str:
        begun = identity.begin("/", at=now, again=None)
        code = parse_qs(urlsplit(provider.through(identity.question(known, identity.places(known), begun, BACK))).query)["code"][0]  # fmt: skip
        later = change.pop("now", now)
        assert isinstance(later, dt.datetime)
        return identity.subject(known, replace(begun, **change), code=code, back=BACK, now=later)  # type: ignore[arg-type]

    assert subject() == "s-cleo"
    for change in ({"nonce": "x" * 43}, {"verifier": "x" * 64}, {"now": now + dt.timedelta(hours=2)}):
        with pytest.raises(NotProved):
            subject(**change)
    with pytest.raises(NotProved):
        identity.places(Identity(f"{provider.issuer}/", "assuage"))


def test_a_provider_that_is_down_is_told_and_local_accounts_go_on(tmp_path: Path) -> None:
    known = Identity(f"http://127.0.0.1:{free_port()}", "assuage")
    with fresh_registry("sqlite", tmp_path) as registry:
        one = Clinic(registry, more={"identity": known}).with_people(PHYSICIAN)
        answer = one.browser().get("/sign-in/elsewhere")
        assert (answer.status_code, "no answer" in answer.text.lower()) == (401, True)
        assert one.signed_in(PHYSICIAN).get("/").status_code == 200
        assert PASSWORD not in answer.text


def test_without_a_provider_there_is_no_such_sign_in(tmp_path: Path) -> None:
    with fresh_registry("sqlite", tmp_path) as registry:
        one = Clinic(registry).with_people(PHYSICIAN)
        assert one.browser().get("/sign-in/elsewhere").status_code == 404
        assert one.browser().get("/sign-in/elsewhere/back?code=a&state=b").status_code == 401


def test_the_environment_names_a_provider_or_none() -> None:
    assert from_environment({}) is None
    found = from_environment(
        {"ASSUAGE_OIDC_ISSUER": "https://id.example", "ASSUAGE_OIDC_CLIENT": "c", "ASSUAGE_OIDC_SECRET": "s"}
    )
    assert found == Identity("https://id.example", "c", "s")
    for wrong in (
        {"ASSUAGE_OIDC_ISSUER": "https://id.example"},
        {"ASSUAGE_OIDC_ISSUER": "http://id.example", "ASSUAGE_OIDC_CLIENT": "c"},
    ):
        with pytest.raises(RegistryError):
            from_environment(wrong)
