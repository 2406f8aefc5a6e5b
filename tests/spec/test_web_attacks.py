"""What somebody who means harm sends, and what comes of it: nothing is recorded, run, told or taken for somebody else's act."""

from __future__ import annotations

import re
from collections.abc import Iterator

import httpx
import pytest
from tests.attacks import COURSE, INJECTIONS, MARKUP, attacked, bare, filled, is_run, missing, version
from tests.browsed import ADMINISTRATOR, ERNA, Browser, Clinic
from tests.courses import NURSE, PHYSICIAN
from tests.forms import fields
from tests.registries import DATABASES

from assuage.web.routes import ROUTES
from assuage.web.security import MOST_BYTES

PATHS = (
    "../../../../etc/passwd",
    "..%2f..%2fetc%2fpasswd",
    "%2e%2e/%2e%2e/route.py",
    "....//....//etc/passwd",
    "..\\..\\x",
    "/etc/passwd",
)
CHANGING = sorted({one.path for one in ROUTES if "POST" in one.methods})


@pytest.fixture(scope="module", params=DATABASES)
def clinic(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with attacked(request.param, tmp_path_factory.mktemp("attacks")) as made:
        yield made


@pytest.fixture
def nurse(clinic: Clinic) -> Browser:
    clinic.clock.wait(minutes=1)
    return clinic.signed_in(NURSE)


# A question from another page


@pytest.mark.parametrize(
    "headers",
    [
        {"sec-fetch-site": "cross-site"}, {"sec-fetch-site": "same-site"}, {"sec-fetch-site": ""}, {"sec-fetch-site": "none, cross-site"},
        {"origin": "https://evil.example"}, {"origin": "http://sub.127.0.0.1"}, {"origin": "null"}, {"origin": "http://127.0.0.1:1"}, {},
    ],
)  # fmt: skip
def test_a_question_from_elsewhere_changes_nothing(clinic: Clinic, nurse: Browser, headers: dict[str, str]) -> None:
    for path in CHANGING:
        sent = {"cookie": f"assuage={nurse.cookies['assuage']}", "host": "127.0.0.1", **headers}
        assert bare(clinic, "POST", filled(path), sent).status_code == httpx.codes.FORBIDDEN, path


def test_a_browser_that_only_says_where_it_comes_from_is_believed(clinic: Clinic, nurse: Browser) -> None:
    sent = {"cookie": f"assuage={nurse.cookies['assuage']}", "host": "127.0.0.1", "origin": "http://127.0.0.1"}
    assert bare(clinic, "POST", "/theme", sent).status_code == httpx.codes.SEE_OTHER


def test_reading_changes_nothing(clinic: Clinic) -> None:
    before = version(clinic)
    physician = clinic.signed_in(PHYSICIAN)
    for one in ROUTES:
        if "GET" in one.methods and not one.path.startswith("/sign-in"):
            assert physician.get(filled(one.path)).status_code < 500, one.path
    assert version(clinic) == before


@pytest.mark.parametrize("method", ["PUT", "DELETE", "PATCH", "TRACE", "CONNECT", "PROPFIND", "GETT"])
def test_other_methods_are_refused(clinic: Clinic, nurse: Browser, method: str) -> None:
    answer = nurse.ask(method, f"/courses/{COURSE}/facts")
    assert answer.status_code in (403, 405)


# Words that want to be a part of the page

FORMS = (
    ("/patients/new", "family"), (f"/courses/{COURSE}/facts", "key"), ("/patients/demo-1/courses/new", "key"), ("/patients", "family"),
    (f"/courses/{COURSE}/eligibility", "key"), (f"/courses/{COURSE}/ledger", "key"), (f"/courses/{COURSE}/follow-up", "key"),
    (f"/courses/{COURSE}/response", "key"), (f"/courses/{COURSE}/harms", "key"), (f"/courses/{COURSE}/plan", "key"),
    ("/sign-in?next=/x", "account"), ("/accounts", "id"), ("/keeping", "double"), ("/keeping/erase", "again"), ("/restricted/demo-1", "because"),
)  # fmt: skip


@pytest.mark.parametrize("payload", [*MARKUP, *INJECTIONS])
def test_what_is_typed_is_shown_as_text_and_breaks_nothing(clinic: Clinic, payload: str) -> None:
    """Into every field of every form at once; then every page that could show it is read as a browser reads it."""
    clinic.clock.wait(minutes=1)
    people = {person.id: clinic.signed_in(person) for person in (PHYSICIAN, ADMINISTRATOR)}
    for address, holding in FORMS:
        one = (
            clinic.browser()
            if address.startswith("/sign-in")
            else people["ruth" if address[:3] in ("/ac", "/ke") else "anna"]
        )
        shown = one.get(address).text
        if f'name="{holding}"' not in shown:
            continue
        form = {name: values if name == "key" else [payload] for name, values in fields(shown, holding=holding).items()}
        answer = one.post(address.split("?")[0], data=form)
        assert answer.status_code < 500, f"{address}: {answer.text}"
        assert is_run(answer.text) == [], address


def test_what_went_on_record_is_text_everywhere(clinic: Clinic) -> None:
    clinic.clock.wait(minutes=1)
    physician = clinic.signed_in(PHYSICIAN)
    for payload in MARKUP:
        named = {
            "family": payload,
            "given": payload,
            "birth_date": "1950-01-01",
            "sex": "female",
            "number": payload,
            "is_another": "yes",
            "phone": payload,
        }
        patient = physician.post("/patients/new", data=named).headers["location"]
        referral = {
            "reason": payload,
            "indication": "postherpetic-neuralgia",
            "goal": payload,
            "referrer": payload,
            "key": payload,
        }
        course = physician.post(f"{patient}/courses/new", data=referral).headers["location"]
        for address in (
            patient,
            course,
            f"{course}/facts",
            f"{course}/response",
            f"{course}/follow-up",
            f"{course}/paper",
            "/",
        ):
            answer = physician.get(address)
            assert answer.status_code == 200, address
            assert is_run(answer.text) == [], address
        letter = physician.get(f"{course}/paper/referrer")
        assert letter.status_code in (200, 404), letter.text[:300]
        assert b"/JavaScript" not in letter.content
        assert b"/URI (javascript" not in letter.content


@pytest.mark.parametrize("payload", MARKUP)
def test_a_file_that_is_sent_is_text_too(nurse: Browser, payload: str) -> None:
    for content in (
        payload.encode(),
        f'schema: 1\npatient: "{payload}"\n'.encode(),
        b"\xff\xfe\x00",
        b"!!python/object/apply:os.system [x]",
    ):
        answer = nurse.post(f"/courses/{COURSE}/facts/upload", files={"file": (f"{payload}.yaml", content)})
        assert answer.status_code < 500
        assert is_run(answer.text) == []


# Words that want to be a command of the database, or a path


@pytest.mark.parametrize("payload", [*INJECTIONS[:-1], "%00", "a%00b", "%0d%0aset-cookie:x=1", *PATHS])
def test_a_part_of_an_address_is_only_looked_up(clinic: Clinic, nurse: Browser, payload: str) -> None:
    for path in ("/courses/{}", "/courses/{}/facts", f"/courses/{COURSE}/paper/{{}}", "/patients/{}", "/adoption/{}", "/answer/{}",
                 "/static/{}", f"/courses/{COURSE}/levels/{{}}.svg", "/restricted/{}", f"/courses/{COURSE}/harms/{{}}/report"):  # fmt: skip
        answer = nurse.get(path.format(payload))
        assert answer.status_code < 500, path
        assert "root:" not in answer.text
        assert "def endpoint" not in answer.text
        assert "set-cookie" not in answer.headers
    assert version(clinic) > 0


@pytest.mark.parametrize("payload", INJECTIONS)
def test_a_search_finds_nobody_by_a_trick(nurse: Browser, payload: str) -> None:
    answer = nurse.post("/patients", data={"family": payload, "birth_date": "1957-04-02", "number": payload})
    assert answer.status_code < 500
    assert ERNA.given not in answer.text


@pytest.mark.parametrize("value", [b"a\x00b", b"\xff\xfe", b"%00"])
def test_signs_that_are_none_are_refused(nurse: Browser, value: bytes) -> None:
    form = {"content-type": "application/x-www-form-urlencoded"}
    assert nurse.ask("POST", "/patients", content=b"family=" + value + b"&number=1", headers=form).status_code < 500


# Too much, too deep, too many


def test_more_than_anything_asks_for_is_refused_however_it_comes(nurse: Browser) -> None:
    async def without_length() -> object:
        for _ in range(MOST_BYTES // 50_000 + 2):
            yield b"a" * 50_000

    form = {"content-type": "application/x-www-form-urlencoded"}
    assert nurse.ask("POST", "/patients", content=b"a=" + b"a" * MOST_BYTES, headers=form).status_code == 413
    assert (
        nurse.ask(
            "POST", "/patients", content=without_length(), headers={"content-type": "application/json"}
        ).status_code
        == 413
    )


@pytest.mark.parametrize(
    ("kind", "body"),
    [
        ("application/json", b"[" * 100_000), ("application/json", b'{"entries": "\\ud800"}'), ("application/json", b'{"entries": ["\\u0000"]}'),
        ("application/json", b"\xff"), ("application/json", b""), ("application/json", b"null"), ("text/plain", b"family=x"), ("text/xml", b"<!DOCTYPE x>"),
        ("multipart/form-data", b"--x"), ("multipart/form-data; boundary=x", b"--x\r\nbroken"),
        ("application/x-www-form-urlencoded", b"&".join(b"a%d=1" % one for one in range(2000))),
        ("application/x-www-form-urlencoded", b"a[b][c][d]" * 1000 + b"=1"), ("nothing", b"\x00\x01"),
    ],
)  # fmt: skip
def test_what_cannot_be_read_is_refused_and_is_no_fault_of_ours(
    clinic: Clinic, nurse: Browser, kind: str, body: bytes
) -> None:
    before = version(clinic)
    for address in ("/patients", f"/courses/{COURSE}/bedside/outbox", f"/courses/{COURSE}/facts/upload"):
        answer = nurse.ask("POST", address, content=body, headers={"content-type": kind})
        assert answer.status_code < 500, address
        assert missing(answer) == []
    assert version(clinic) == before


# Nothing personal outside the page


def test_nothing_personal_is_in_an_address_or_a_log(
    clinic: Clinic, nurse: Browser, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level("DEBUG", logger="assuage")
    found = nurse.post("/patients", data={"family": ERNA.family, "birth_date": "1957-04-02"})
    addresses = re.findall(r'(?:href|action)="([^"]*)"', found.text + nurse.get(f"/courses/{COURSE}").text)
    assert addresses
    assert not [one for one in addresses if "erna" in one.lower() or "1957" in one]
    assert not [one.getMessage() for one in caplog.records if ERNA.given in one.getMessage()]
