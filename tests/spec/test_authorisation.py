"""Who may open what: every address of the program and every role, against a table that a person wrote.

A new address that is not in the table fails, and so does one that was opened to another role.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

import httpx
import pytest
from msgspec.structs import replace
from tests.browsed import EVERYONE, NOW, Browser, Clinic
from tests.courses import NURSE, PHYSICIAN, Walk
from tests.registries import fresh_registry

from assuage.course.event import Recorded, Referred
from assuage.course.people import ROLES, Person
from assuage.registry import erasure, glass, sign_ins
from assuage.registry.patients import Identity
from assuage.web.routes import ROUTES

LETTERS = {"D": "physician", "P": "pharmacist", "N": "nurse", "R": "researcher", "A": "administrator", "U": "auditor"}
ALL = "DPNRAU"
# Anybody, without a sign-in.
OPEN = "*"
# Method, address, who: D physician, P pharmacist, N nurse, R researcher, A administrator, U auditor.
WRITTEN_BY_HAND = """
GET  /sign-in                                *
POST /sign-in                                *
GET  /sign-in/elsewhere                      *
GET  /sign-in/elsewhere/back                 *
POST /theme                                  *
GET  /clock                                  *
GET  /answer/{token}                         *
POST /answer/{token}                         *
POST /sign-out                               DPNRAU
GET  /prove                                  DPNRAU
POST /prove                                  DPNRAU
GET  /prove/elsewhere                        DPNRAU
GET  /account                                DPNRAU
POST /account/password                       DPNRAU
POST /account/second-factor                  DPNRAU
POST /account/second-factor/confirm          DPNRAU
POST /account/browsers                       DPNRAU
GET  /                                       DPN
GET  /evidence                               DPNRAU
GET  /evidence/{question}                    DPNRAU
GET  /evidence/{question}/paper              DPNRAU
GET  /patients                               DPN
POST /patients                               DPN
GET  /patients/new                           DPN
POST /patients/new                           DPN
GET  /patients/{patient}                     DPN
GET  /patients/{patient}/courses/new         DPN
POST /patients/{patient}/courses/new         DN
GET  /restricted/{patient}                   DPN
POST /restricted/{patient}                   DPN
GET  /courses/{course}                       DPN
GET  /courses/{course}/facts                 DPN
POST /courses/{course}/facts                 DPN
POST /courses/{course}/facts/upload          DPN
GET  /courses/{course}/eligibility           DPN
POST /courses/{course}/eligibility           DPN
POST /courses/{course}/override              D
GET  /courses/{course}/compare               DPN
GET  /courses/{course}/plan                  DPN
POST /courses/{course}/plan                  DP
GET  /courses/{course}/levels                DPN
GET  /courses/{course}/levels/{number}.svg   DPN
GET  /courses/{course}/check                 DPN
POST /courses/{course}/check                 DPN
GET  /courses/{course}/checked               DPN
GET  /courses/{course}/sign                  DPN
POST /courses/{course}/sign                  D
GET  /courses/{course}/prepare               DPN
POST /courses/{course}/prepare               PN
GET  /courses/{course}/bedside               DPN
POST /courses/{course}/bedside/outbox        DN
POST /courses/{course}/bedside/reason        DN
POST /courses/{course}/bedside/{step}        DN
GET  /courses/{course}/bedside/mend/{number} DPN
POST /courses/{course}/bedside/mend/{number} DN
GET  /courses/{course}/reconcile             DPN
GET  /courses/{course}/downtime              DPN
POST /courses/{course}/downtime              DN
GET  /courses/{course}/response              DPN
POST /courses/{course}/response/score        DPN
POST /courses/{course}/response/decision     D
GET  /courses/{course}/harms                 DPN
POST /courses/{course}/harms                 DPN
GET  /courses/{course}/harms/{number}/report DPN
GET  /courses/{course}/ledger                DPN
POST /courses/{course}/ledger/begin          DN
POST /courses/{course}/ledger/end            DN
POST /courses/{course}/link                  DN
POST /courses/{course}/link/revoke           DN
GET  /courses/{course}/follow-up             DPN
POST /courses/{course}/follow-up/contact     DN
POST /courses/{course}/follow-up/missing     DN
GET  /courses/{course}/paper                 DPN
GET  /courses/{course}/paper/check           DPN
GET  /courses/{course}/paper/{paper}         DPN
GET  /follow-ups                             DPN
GET  /harms                                  DPN
GET  /adoption                               DPN
GET  /adoption/{regimen}                     DPN
POST /adoption/{regimen}                     DP
GET  /clinic                                 DPNR
GET  /clinic/figures.csv                     DPNR
GET  /research                               R
POST /research                               R
POST /research/counts                        R
GET  /accounts                               A
POST /accounts                               A
GET  /accounts/{account}                     A
POST /accounts/{account}                     A
GET  /keeping                                A
POST /keeping/find                           A
POST /keeping/merge                          A
POST /keeping/unmerge                        A
POST /keeping/move                           A
POST /keeping/restrict                       A
GET  /keeping/erase                          A
POST /keeping/resting                        A
POST /keeping/erase                          A
GET  /audit                                  UA
POST /audit                                  UA
POST /audit/verified                         UA
"""
TABLE = {(method, path): who for method, path, who in (line.split() for line in WRITTEN_BY_HAND.strip().splitlines())}
ADDRESSES = sorted({(method, one.path) for one in ROUTES for method in one.methods})
PERSON = {one.role: one for one in EVERYONE if one.id != "dora"}
NOT_FOR_YOU = "This page is not for your role."
PARTS = {"token": "x" * 43, "number": "1", "step": "pause", "paper": "leaflet", "regimen": "kim-2015-magnesium", "account": "anna", "question": "harms"}  # fmt: skip
# The name, the number and what was told of the patient: no page that treats nobody shows any of it.
WHO = Identity("Zwiebelmann", "Xanthippe", dt.date(1931, 7, 19), "female", "99-4711-23")
PERSONAL = (
    "zwiebelmann",
    "xanthippe",
    "19-jul-1931",
    "1931-07-19",
    "99-4711-23",
    "pain that nothing relieved",
    "demo-1<",
)


@pytest.fixture(scope="module")
def clinic(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path_factory.mktemp("authorisation")) as registry:
        made = Clinic(registry).with_people()
        for id in ("demo-1", "closed-1", "gone-1"):
            made.patient(id, WHO)
            made.course(referral_of(id), patient=id, id=COURSES[id])
        with registry.writing() as connection:
            glass.restrict(connection, "closed-1", is_restricted=True, by="ruth", at=NOW)
        erasure.erase(registry, "gone-1", by="ruth", at=NOW, because="entered by mistake")
        yield made


def referral_of(patient: str) -> list[Recorded]:
    """The facts of the example are of one person: who else is referred has none yet."""
    first, facts = Walk().referred().records
    assert isinstance(first.event, Referred)
    return [replace(first, event=replace(first.event, patient=patient)), *([facts] if patient == "demo-1" else [])]


COURSES = {"demo-1": "abcabcabcabc", "closed-1": "defdefdefdef", "gone-1": "hjkhjkhjkhjk"}


def browser(clinic: Clinic, person: Person | None) -> Browser:
    """A browser of its own for every question, so that signing out touches no other."""
    made = clinic.browser()
    if person is not None:
        with clinic.registry.writing() as connection:
            made.cookies.set("assuage", sign_ins.begin(connection, person.id, at=clinic.clock.at), domain="127.0.0.1")
    return made


def asked(clinic: Clinic, person: Person | None, method: str, path: str, patient: str = "demo-1") -> httpx.Response:
    address = path.format(**PARTS, patient=patient, course=COURSES[patient])
    return browser(clinic, person).ask(method, address, data={} if method == "POST" else None)


def is_refused(answer: httpx.Response) -> bool:
    return answer.status_code == 403 and NOT_FOR_YOU in answer.text


def test_the_table_names_every_address_and_no_other() -> None:
    assert sorted(TABLE) == ADDRESSES
    assert len(WRITTEN_BY_HAND.strip().splitlines()) == len(TABLE), "an address stands twice"
    assert sorted(LETTERS.values()) == sorted(ROLES), "a role without a letter"


def test_no_address_is_taken_by_two_routes() -> None:
    every = [(method, one.path) for one in ROUTES for method in one.methods]
    assert len(every) == len({*every})


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_the_guard_of_a_route_is_what_was_written(method: str, path: str) -> None:
    found = next(one for one in ROUTES if one.path == path and method in one.methods)
    written = None if TABLE[method, path] == OPEN else {LETTERS[one] for one in TABLE[method, path]}
    assert (None if found.roles is None else {*found.roles}) == written


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_each_role_is_let_in_or_refused_as_written(clinic: Clinic, method: str, path: str) -> None:
    written = TABLE[method, path]
    for letter in ALL:
        answer = asked(clinic, PERSON[LETTERS[letter]], method, path)
        may = written == OPEN or letter in written
        # Who treats nobody begins on a page of their own instead of being refused.
        sent_on = path == "/" and not may and answer.status_code == 303 and answer.headers["location"] != "/"
        assert is_refused(answer) is not may or sent_on, f"{LETTERS[letter]}: {answer.status_code}"
        assert answer.status_code != httpx.codes.INTERNAL_SERVER_ERROR, LETTERS[letter]


@pytest.mark.parametrize(("method", "path"), [one for one in ADDRESSES if TABLE.get(one) != OPEN])
def test_nobody_opens_what_asks_for_a_sign_in(clinic: Clinic, method: str, path: str) -> None:
    answer = asked(clinic, None, method, path)
    if method == "GET":
        assert answer.status_code == 303
        assert answer.headers["location"].startswith("/sign-in")
    else:
        assert answer.status_code == 401
    assert_no_patient(answer)


@pytest.mark.parametrize(("method", "path"), ADDRESSES)
def test_who_treats_nobody_sees_no_patient(clinic: Clinic, method: str, path: str) -> None:
    for role in ("researcher", "auditor"):
        # Who reads the audit sees ids: that is what it is made of.
        assert_no_patient(asked(clinic, PERSON[role], method, path), shows_ids=path == "/audit")


def assert_no_patient(answer: httpx.Response, *, shows_ids: bool = False) -> None:
    shown = answer.text.lower() + str(answer.headers).lower()
    personal = [one for one in PERSONAL if not (shows_ids and one == "demo-1<")]
    assert [one for one in personal if one in shown] == []


@pytest.mark.parametrize(
    ("method", "path"), [one for one in ADDRESSES if "{course}" in one[1] or "/{patient}" in one[1]]
)
@pytest.mark.parametrize("patient", ["closed-1", "gone-1"])
def test_a_restricted_or_erased_patient_is_shown_to_nobody(
    clinic: Clinic, method: str, path: str, patient: str
) -> None:
    before = clinic.registry.course(COURSES[patient]).version if patient == "closed-1" else None
    for person in (PHYSICIAN, NURSE):
        answer = asked(clinic, person, method, path, patient)
        assert_no_patient(answer)
        if is_refused(answer) or path.startswith("/restricted"):
            continue
        allowed = (303, 409) if patient == "closed-1" else (303, 404, 409, 410, 422)
        assert answer.status_code in allowed, answer.text[:300]
    if before is not None:
        assert clinic.registry.course(COURSES[patient]).version == before


def test_an_unknown_course_and_an_invented_one_read_the_same(clinic: Clinic) -> None:
    """Ids cannot be told apart by asking: what is unknown is said in one sentence, whoever asks."""
    known = browser(clinic, PHYSICIAN)
    assert {known.get(f"/courses/{id}/facts").status_code for id in ("aaaaaaaaaaaa", "zzzzzzzzzzzz")} == {404}
