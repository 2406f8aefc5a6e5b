"""assuage course, as a pharmacist and an informatician run it at a terminal: list, story, chain, papers; each read on the audit."""

from __future__ import annotations

import datetime as dt
import shutil
import sqlite3
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pyotp
import pytest
from msgspec.structs import replace
from sqlalchemy import update
from tests.browsed import AUDITOR, EVERYONE, PASSWORD, Clinic
from tests.courses import NURSE, PHARMACIST, Walk, clinic
from tests.papers import corrected
from tests.registries import DATABASES, KEY, fresh_address
from tests.walks.shell import CLINIC, Ran, assuage, refused

from assuage.cli.reader import MAY_READ
from assuage.course import Command, fold
from assuage.course import event as e
from assuage.registry import accounts, audit, erasure, glass, second_factor
from assuage.registry.begun import begun_with
from assuage.registry.every_course import seals_of
from assuage.registry.projection import due_of, stage_of
from assuage.registry.readers import Wanted, lines
from assuage.registry.seen import last_seen
from assuage.registry.store import Registry
from assuage.registry.tables import course_view
from assuage.web.pages.check import SHOWS_THE_NUMBERS
from assuage.web.route import CLINICIANS

ENVIRONMENT = {"ASSUAGE_KEY": KEY.hex()}
TREATED, FRESH, EMPTY = "abc234def567", "mnp234qrs567", "tuv234wxy567"


def on_record(url: str, *more: Callable[[Registry], None]) -> str:
    """A registry with three courses: one with corrections, one before its order is checked, one without a record."""
    registry = Registry.open(url, key=KEY)
    one = Clinic(registry).with_people(*EVERYONE)
    one.patient()
    one.patient("demo-2")
    one.course(corrected().records, id=TREATED)
    one.course(Walk(patient="demo-2").referred().screened().ordered().records, "demo-2", id=FRESH)
    registry.begin_course("demo-2", at=one.clock.at, id=EMPTY)
    for change in more:
        change(registry)
    registry.close()
    return url


@pytest.fixture(scope="module")
def made(tmp_path_factory: pytest.TempPathFactory) -> Path:
    path = tmp_path_factory.mktemp("course") / "clinic.sqlite"
    on_record(str(path))
    return path


@pytest.fixture
def db(made: Path, tmp_path: Path) -> str:
    """A copy that a test may change."""
    return str(shutil.copy(made, tmp_path / "clinic.sqlite"))


def course(command: str, *words: str, db: str, who: str = PHARMACIST.id, given: str = PASSWORD, **more: Any) -> Ran:
    proof = () if command == "verify" else ("--as", who)
    return assuage("course", command, *words, *proof, "--db", db, given=f"{given}\n", **{**ENVIRONMENT, **more})


def done(command: str, *words: str, db: str, **more: Any) -> Ran:
    ran = course(command, *words, db=db, **more)
    assert (ran.code, ran.err) == (0, ""), ran
    return ran


def not_done(command: str, *words: str, db: str, **more: Any) -> str:
    proof = () if command == "verify" else ("--as", more.pop("who", PHARMACIST.id))
    given = f"{more.pop('given', PASSWORD)}\n"
    return refused("course", command, *words, *proof, "--db", db, given=given, **{**ENVIRONMENT, **more}).err


def opened(db: str) -> Registry:
    return Registry.open(db, key=KEY)


def noted(db: str) -> list[tuple[str, str, str | None, str | None]]:
    """The audit of the terminal, oldest first: who, what, of what, why."""
    registry = opened(db)
    with registry.reading() as connection:
        assert audit.broken(connection) == ()
        found = [(one.actor, one.what, one.subject, one.because) for one in lines(connection, Wanted()) if one.detail == "terminal"]  # fmt: skip
    registry.close()
    return found[::-1]


def spoil(db: str, *statements: str) -> None:
    connection = sqlite3.connect(db)
    for one in statements:
        connection.execute(one)
    connection.commit()
    connection.close()


@pytest.mark.parametrize("database", DATABASES)
def test_the_list_says_what_comes_next_and_names_nobody(database: str, tmp_path: Path) -> None:
    with fresh_address(database, tmp_path) as url:
        db = on_record(url)
        text = done("list", db=db, who=NURSE.id).out
        assert max(len(line) for line in text.splitlines()) <= 80
        assert [text.index(one) for one in (FRESH, TREATED, EMPTY)] == sorted(text.index(one) for one in (FRESH, TREATED, EMPTY))  # fmt: skip
        assert "between infusions 1, not begun 1, waiting for a check 1" in text
        assert "30-Nov-2026 14:00" in text, "UTC without a clinic profile, and it says so"
        assert "Times in UTC." in text
        assert "Example" not in text
        assert noted(db)[-1] == (NURSE.id, "read list of courses", None, None)
        assert "the chain holds, 16 records" in done("verify", TREATED, db=db).out
        assert "Session 1 stopped" in done("show", TREATED, db=db).out


def test_the_list_as_data_has_the_same_keys_for_every_course(db: str) -> None:
    found = done("list", "--format", "json", db=db).json
    assert set(found) == {"software", "stage", "patient", "names", "on_record", "courses"}
    assert [one["course"] for one in found["courses"]] == [FRESH, TREATED, EMPTY]
    keys = {"course", "patient", "name", "is_restricted", "stage", "regimen", "next_session", "next_at", "version"}
    assert all(set(one) == keys for one in found["courses"])
    assert found["courses"][0] == {
        "course": FRESH, "patient": "demo-2", "name": None, "is_restricted": False, "stage": "waiting for a check",
        "regimen": "kim-2015-magnesium", "next_session": 1, "next_at": "2026-11-30T14:00:00Z", "version": 4,
    }  # fmt: skip
    assert found["courses"][2]["stage"] == "not begun"


def test_names_are_told_when_they_are_asked_for_and_the_audit_says_so(db: str) -> None:
    named = done("list", "--names", "--patient", "demo-2", "--clinic", CLINIC, db=db)
    assert "EXAMPLE, Erna" in named.out
    assert "30-Nov-2026 08:00" in named.out
    assert "Times in America/Winnipeg." in named.out
    assert TREATED not in named.out
    assert noted(db)[-1] == (PHARMACIST.id, "read list of courses with names", "demo-2", None)
    data = done("list", "--names", "--format", "json", db=db).json["courses"]
    assert data[0]["name"] == {"family": "Example", "given": "Erna", "birth_date": "1957-04-02"}


def test_one_stage_is_listed_and_a_word_that_is_none_is_told(db: str) -> None:
    text = done("list", "--stage", "Waiting-for-a-check", db=db).out
    assert "1 of 3 courses: waiting for a check" in text
    assert TREATED not in text
    assert "0 of 3 courses: ready" in done("list", "--stage", "ready", db=db).out
    said = not_done("list", "--stage", "preparred", db=db)
    assert "did you mean “prepared”" in said
    assert "waiting for a signature" in said
    assert noted(db)[-1][1] == "read list of courses", "what was refused read nothing"


def test_the_story_tells_each_record_with_what_was_wrong_and_what_came_late(db: str) -> None:
    text = done("show", TREATED, db=db).out
    assert max(len(line) for line in text.splitlines()) <= 80
    whole = " ".join(text.split())
    for told in (
        "Course abc234def567: between infusions", "Patient demo-1, made up", "1 30-Nov-2026 08:00 stopped not known",
        "10 30-Nov-2026 08:10, Cleo Diaz (nurse) [Session 1, during: heart rate 27/min.] WRONG, corrected by record 11: digits turned round.",
        "Read instead: Session 1, during: heart rate 72/min.", "WRONG, taken back by record 13: another patient's cuff.",
        "RECORDED LATE, at 30-Nov-2026 08:32.", "Times in America/Winnipeg", "- Session 2: 02-Dec-2026 08:00",
    ):  # fmt: skip
        assert told in whole, told
    registry = opened(db)
    with registry.reading() as connection:
        seal = seals_of(connection, TREATED)[-1][:16]
    registry.close()
    assert f"Seal {' '.join(seal[at : at + 4] for at in range(0, 16, 4))} (record 16)" in whole
    assert noted(db)[-2:] == [(PHARMACIST.id, "proved", PHARMACIST.id, None), (PHARMACIST.id, "read course", TREATED, None)]  # fmt: skip
    assert "Nothing yet." in done("show", EMPTY, db=db).out


def test_the_story_as_data_has_stable_keys(db: str) -> None:
    found = done("show", TREATED, "--format", "json", db=db).json
    assert list(found) == [
        "software", "course", "patient", "is_restricted", "is_synthetic", "zone", "version", "after_record", "stage", "indication",
        "closed", "orders", "sessions", "due", "story", "seal", "chain",
    ]  # fmt: skip
    keys = {"number", "kind", "at", "recorded", "is_late", "surface", "by", "who", "told", "acknowledged", "corrected", "seal"}  # fmt: skip
    assert all(set(one) == keys for one in found["story"])
    assert [one["number"] for one in found["story"]] == [*range(1, 17)]
    assert [one["number"] for one in found["story"] if one["corrected"]] == [10, 12]
    assert [one["number"] for one in found["story"] if one["is_late"]] == [14]
    assert found["story"][-1]["seal"] == found["seal"]["whole"]
    assert found["seal"]["printed"].replace(" ", "") == found["seal"]["whole"][:16]
    assert found["chain"] == {"holds": True, "places": []}


@pytest.mark.parametrize("number", [4, 10, 12, 16])
def test_a_course_as_it_stood_is_the_fold_of_its_first_records(db: str, number: int) -> None:
    found = done("show", TREATED, "--at", str(number), "--format", "json", db=db).json
    state = fold(corrected().records[:number])
    assert (found["version"], found["after_record"], found["stage"]) == (16, number, stage_of(state))
    assert [(one["number"], one["status"], one["delivery"]) for one in found["sessions"]] == [
        (one.number, one.status, one.delivery) for one in state.sessions
    ]
    assert [one["standing"] for one in found["orders"]] == [one.standing for one in state.orders]
    assert [dt.datetime.fromisoformat(one["at"]) for one in found["due"]] == [one.at for one in due_of(state)]
    assert {one["number"] for one in found["story"] if one["corrected"]} == state.corrected
    assert found["seal"]["whole"] == found["story"][-1]["seal"]


def test_a_record_that_is_not_there_is_told(db: str) -> None:
    assert "expected: 1 to 16" in not_done("show", TREATED, "--at", "17", db=db)
    assert "1 to 16" in not_done("show", TREATED, "--at", "0", db=db)
    assert "no record yet" in not_done("show", EMPTY, "--at", "1", db=db)
    assert "as it stood after record 10 of 16" in " ".join(done("show", TREATED, "--at", "10", db=db).out.split())


def test_a_warning_that_was_gone_over_stands_beside_the_record(tmp_path: Path) -> None:
    walk = Walk().referred().screened()
    warned = e.Acknowledged("renal", "The clearance is low.", "the nephrologist agreed")
    walk.records[-1] = replace(walk.records[-1], acknowledged=(warned,))
    db = str(tmp_path / "warned.sqlite")
    registry = opened(db)
    one = Clinic(registry).with_people(PHARMACIST)
    one.patient()
    with registry.writing() as connection:
        begun_with(registry, connection, id="warned", patient="demo-1", records=walk.records, at=walk.at)
    registry.close()
    assert "Despite “The clearance is low.”: the nephrologist agreed" in done("show", "warned", db=db).out


def test_an_id_nobody_knows_is_answered_with_the_nearest(db: str) -> None:
    for command in ("show", "verify", "paper"):
        assert f"did you mean {TREATED}?" in not_done(command, "abc234def568", db=db)
        assert "assuage course list" in not_done(command, "nothing-like-it", db=db)
    assert "leave --patient out" in not_done("list", "--patient", "nobody", db=db)


def test_who_does_not_prove_or_does_not_treat_reads_nothing(db: str) -> None:
    assert MAY_READ == CLINICIANS
    assert "not right" in not_done("show", TREATED, db=db, given="wrong horse battery staple")
    assert "not right" in not_done("show", TREATED, db=db, who="nobody")
    assert "otto is auditor" in not_done("show", TREATED, db=db, who=AUDITOR.id)
    assert "no password of ben" in refused("course", "list", "--as", "ben", "--db", db, given="", **ENVIRONMENT).err
    assert "user list" in refused("course", "list", "--db", db, **ENVIRONMENT).err
    assert noted(db) == [
        ("nobody", "failed to sign in", None, None), ("nobody", "failed to sign in", None, None),
        (AUDITOR.id, "proved", AUDITOR.id, None), (AUDITOR.id, "refused", "course show", None),
    ]  # fmt: skip


def test_failures_count_and_after_some_the_account_waits(db: str) -> None:
    for _ in range(accounts.FREE_FAILURES):
        not_done("list", db=db, given="wrong horse battery staple")
    assert "has to wait" in not_done("list", db=db)


def test_a_second_factor_is_asked_for_and_a_password_of_somebody_else_proves_nobody(db: str) -> None:
    registry = opened(db)
    with registry.writing() as connection:
        address = second_factor.begin(connection, registry.keys, NURSE.id)
        totp = pyotp.parse_uri(address)
        assert isinstance(totp, pyotp.TOTP)
        before = dt.datetime.now(dt.UTC) - dt.timedelta(seconds=30)
        assert second_factor.confirm(connection, registry.keys, NURSE.id, code=totp.at(before), at=before)
        accounts.set_password(connection, PHARMACIST.id, password=PASSWORD, is_given=True)
    registry.close()
    assert "no code of the second factor" in not_done("list", db=db, who=NURSE.id)
    assert TREATED in done("list", db=db, who=NURSE.id, given=f"{PASSWORD}\n{totp.now()}").out
    assert "given by somebody else" in not_done("list", db=db)


def test_a_wrong_key_reads_nothing(db: str) -> None:
    for command, words in (("list", ()), ("show", (TREATED,)), ("verify", (TREATED,))):
        assert "key" in not_done(command, *words, db=db, ASSUAGE_KEY="00" * 32)


def test_an_erased_course_is_listed_and_said_to_be_erased(db: str) -> None:
    registry = opened(db)
    erasure.erase(registry, "demo-1", by="ruth", at=dt.datetime(2026, 12, 24, 9, tzinfo=dt.UTC), because="asked for")
    registry.close()
    text = done("list", "--names", "--stage", "erased", db=db).out
    assert "1 of 3 courses: erased" in text
    assert "(no name: erased)" in " ".join(text.split())
    for command, words in (("show", ()), ("paper", ("leaflet",))):
        said = not_done(command, TREATED, *words, db=db, COLUMNS="80")
        assert "was erased on 24-Dec-2026: its key was destroyed" in said
    checked = done("verify", TREATED, db=db).out
    assert "the chain holds, 16 records" in checked
    assert "the seals are all that can be checked" in checked


def test_a_restricted_patient_is_opened_with_a_reason_that_is_kept(db: str) -> None:
    registry = opened(db)
    with registry.writing() as connection:
        glass.restrict(connection, "demo-1", is_restricted=True, by="ruth", at=dt.datetime.now(dt.UTC))
    registry.close()
    listed = done("list", "--names", "--patient", "demo-1", db=db).out
    assert "(no name: restricted)" in " ".join(listed.split())
    assert "add --because REASON" in not_done("show", TREATED, db=db)
    assert "add --because REASON" in not_done("show", TREATED, "--because", "  ", db=db)
    assert "at most 500" in not_done("show", TREATED, "--because", "x" * 501, db=db)
    assert "demo-1, restricted, made up" in done("show", TREATED, "--because", "asked to check the lot", db=db).out
    assert ("ben", "broke the glass", "demo-1") in [(one.actor, one.what, one.subject) for one in _all(db)]
    again = course("show", TREATED, "--because", "once more", db=db)
    assert (again.code, "not needed" in again.err) == (0, True)
    registry = opened(db)
    with registry.reading() as connection:
        assert [one.because for one in glass.openings(connection, registry)] == ["asked to check the lot"]
    registry.close()


def _all(db: str) -> list[audit.Noted]:
    registry = opened(db)
    with registry.reading() as connection:
        found = list(lines(connection, Wanted()))
    registry.close()
    return found


def test_a_chain_that_does_not_hold_is_told_by_its_places_and_by_the_code(db: str) -> None:
    assert "the chain holds, 4 records" in done("verify", FRESH, db=db).out
    assert "nothing is on record yet" in done("verify", EMPTY, db=db).out
    spoil(db, "DROP TRIGGER event_no_update", f"UPDATE event SET seal = '00' WHERE course = '{TREATED}' AND number = 2")
    checked = course("verify", TREATED, db=db)
    assert checked.code == 2
    assert "the seal of record 2 does not fit" in checked.out
    assert "2 places" in checked.err
    assert "the chain holds" in done("verify", FRESH, db=db).out, "another course is as it was"
    shown = course("show", TREATED, db=db)
    assert (shown.code, "DOES NOT HOLD" in shown.out, "does not hold" in shown.err) == (2, True, True)
    data = course("show", TREATED, "--format", "json", db=db)
    assert (data.code, data.json["chain"]["holds"], len(data.json["chain"]["places"])) == (2, False, 2)
    spoil(db, f"UPDATE event SET content = x'00' WHERE course = '{FRESH}' AND number = 2")
    assert "its key does not open" in not_done("show", FRESH, db=db)
    spoil(db, "PRAGMA foreign_keys = OFF", f"DELETE FROM course_view WHERE course = '{FRESH}'", f"DELETE FROM due WHERE course = '{FRESH}'", f"DELETE FROM course WHERE id = '{FRESH}'")  # fmt: skip
    assert "records without a course" in course("verify", FRESH, db=db).out


def test_a_lost_view_is_listed_as_such_and_shown_from_the_events(db: str) -> None:
    registry = opened(db)
    with registry.writing() as connection:
        connection.execute(update(course_view).where(course_view.c.course == FRESH).values(stage="closed"))
    registry.close()
    assert "rebuild it" in course("verify", FRESH, db=db).out
    spoil(db, f"DELETE FROM course_view WHERE course = '{FRESH}'")
    assert "1 of 3 courses: not worked out" in done("list", "--stage", "not worked out", db=db).out
    assert "waiting for a check" in course("show", FRESH, db=db).out


def test_papers_are_those_of_the_browser_and_count_for_the_blind_check(db: str, tmp_path: Path) -> None:
    names = done("paper", TREATED, db=db).out
    assert {"order-1", "check", "leaflet", "flow-2", "labels-3"} <= {line.split()[0] for line in names.splitlines()}
    done("show", FRESH, db=db)
    sheet = tmp_path / "check.pdf"
    done("paper", FRESH, "check", "-o", str(sheet), db=db)
    assert sheet.read_bytes().startswith(b"%PDF")
    assert not saw_the_numbers(db)
    done("paper", FRESH, "order-1", "-o", str(tmp_path / "order.pdf"), "--size", "us-letter", "--clinic", CLINIC, db=db)
    assert saw_the_numbers(db)
    assert [one[1] for one in noted(db) if one[2] == FRESH] == [
        "read course", "read sheet for the blind check", "printed check", "read printed paper", "printed order",
    ]  # fmt: skip
    assert "the file exists" in not_done("paper", FRESH, "check", "-o", str(sheet), db=db)
    said = not_done("paper", FRESH, "ordr-1", "-o", str(tmp_path / "x.pdf"), db=db)
    assert "did you mean order-1?" in said
    assert "no session 9" in not_done("paper", FRESH, "flow-9", "-o", str(tmp_path / "x.pdf"), db=db)
    assert not (tmp_path / "x.pdf").exists()


def test_a_story_with_the_numbers_of_a_check_that_differed_counts_as_having_seen_them(db: str) -> None:
    walk = Walk(patient="demo-2").referred().screened().ordered()
    registry = opened(db)
    slip = e.Checked(at=walk.at, order=1, entered=walk.entered()[1:])
    assert registry.act(FRESH, Command(event=slip, by=NURSE, key="slip", surface="web"), walk.around()).records
    registry.close()
    done("show", FRESH, "--at", "4", db=db)
    assert not saw_the_numbers(db), "before the check there was nothing to see"
    assert "was not worked out" in done("show", FRESH, db=db).out
    assert saw_the_numbers(db)


def saw_the_numbers(db: str) -> bool:
    """Whether the pharmacist is kept from checking blind, as the page of the check asks it."""
    registry = opened(db)
    since = dt.datetime.now(dt.UTC) - dt.timedelta(hours=1)
    with registry.reading() as connection:
        seen = last_seen(connection, PHARMACIST.id, subject=FRESH, what=SHOWS_THE_NUMBERS, since=since)
    registry.close()
    return seen is not None


def test_times_are_in_the_zone_of_the_order_unless_a_clinic_is_named(db: str, tmp_path: Path) -> None:
    text = Path(CLINIC).read_text("utf-8").replace("America/Winnipeg", "Europe/Berlin")
    assert "Europe/Berlin" in text
    other = tmp_path / "berlin.yaml"
    other.write_text(text, "utf-8")
    assert str(clinic().zone) in done("show", FRESH, db=db).out
    shown = " ".join(done("show", FRESH, "--clinic", str(other), db=db).out.split())
    assert "Times in Europe/Berlin" in shown
    assert "1 30-Nov-2026 15:00, Dr Anna Berg (physician)" in shown
