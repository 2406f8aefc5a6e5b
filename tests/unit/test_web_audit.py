"""What an auditor sees: reasons for opening first, then every line, narrowed by account, patient and day; never a name."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import AUDITOR, EVERYONE, Browser, Clinic
from tests.courses import NURSE, PHYSICIAN, Walk
from tests.registries import fresh_registry

from assuage.registry import audit, glass, readers


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        one = Clinic(registry).with_people(*EVERYONE)
        one.patient()
        yield one


@pytest.fixture
def course(clinic: Clinic) -> str:
    return clinic.course(Walk().referred().records)


def rows(page: str) -> list[list[str]]:
    """The lines of the table: when, account, what, subject."""
    table = page.split('id="lines-title"', 1)[1]
    found = re.findall(r"<tr><th scope=\"row\">(\d+)</th>(.*?)</tr>", table, re.DOTALL)
    return [[number, *(re.sub(r"<[^>]+>", "", cell) for cell in re.findall(r"<td>(.*?)</td>", row, re.DOTALL))] for number, row in found]  # fmt: skip


def narrowed(browser: Browser, **form: str) -> list[list[str]]:
    answer = browser.post("/audit", form)
    assert answer.status_code == 200, answer.text
    return rows(answer.text)


def test_every_read_is_a_line_with_ids_and_no_name(clinic: Clinic, course: str) -> None:
    clinic.signed_in(NURSE).get(f"/courses/{course}")
    page = clinic.signed_in(AUDITOR).get("/audit").text
    assert ["cleo", "read course", course] in [row[2:5] for row in rows(page)]
    assert "Erna" not in page
    assert "Example" not in page


def test_a_patient_brings_all_courses_and_an_account_only_itself(clinic: Clinic, course: str) -> None:
    clinic.signed_in(NURSE).get(f"/courses/{course}")
    clinic.signed_in(PHYSICIAN).get("/patients/demo-1")
    browser = clinic.signed_in(AUDITOR)
    assert {(row[2], row[3]) for row in narrowed(browser, subject="demo-1")} == {
        ("cleo", "read course"),
        ("anna", "read patient"),
    }
    assert {row[2] for row in narrowed(browser, actor="cleo")} == {"cleo"}
    assert {row[3] for row in narrowed(browser, actor="cleo", subject="demo-1")} == {"read course"}
    assert narrowed(browser, subject="nobody") == []


def test_a_day_is_a_day_of_the_clinic(clinic: Clinic) -> None:
    """At 05:30 in UTC it is still the day before in the clinic's zone."""
    clinic.clock.at = clinic.clock.at.replace(day=1, month=12, hour=5, minute=30)
    assert clinic.clock.at.astimezone(clinic.settings.profile.zone).day == 30
    browser = clinic.signed_in(AUDITOR)
    assert narrowed(browser, since="2026-11-30", until="2026-11-30")
    assert narrowed(browser, since="2026-12-01") == []
    assert narrowed(browser, until="2026-11-29") == []
    assert browser.post("/audit", {"since": "30.11.2026"}).status_code == 422


def test_reasons_for_opening_come_first(clinic: Clinic) -> None:
    with clinic.registry.writing() as connection:
        glass.restrict(connection, "demo-1", is_restricted=True, by="ruth", at=clinic.clock.at)
    clinic.signed_in(NURSE).post("/restricted/demo-1", {"because": "chest <pain>", "next": "/"})
    browser = clinic.signed_in(AUDITOR)
    page = browser.get("/audit").text
    assert page.index("chest &lt;pain&gt;") < page.index('id="lines-title"')
    assert "chest" not in browser.post("/audit", {"actor": "anna"}).text
    assert "chest" in browser.post("/audit", {"actor": "cleo", "subject": "demo-1"}).text


def test_older_lines_are_reached_page_by_page(clinic: Clinic) -> None:
    with clinic.registry.writing() as connection:
        for number in range(readers.MOST + 5):
            audit.note(connection, audit.Note(clinic.clock.at, "cleo", f"read {number}"))
    browser = clinic.signed_in(AUDITOR)
    page = browser.post("/audit", {"actor": "cleo"}).text
    before = re.search(r'name="before" value="(\d+)"', page)
    assert before
    assert len(rows(page)) == readers.MOST
    older = narrowed(browser, actor="cleo", before=before.group(1))
    assert [row[3] for row in older] == [f"read {number}" for number in range(4, -1, -1)]


def test_the_chain_is_checked_when_asked(clinic: Clinic) -> None:
    browser = clinic.signed_in(AUDITOR)
    assert "The audit holds" in browser.post("/audit/verified").text
    from tests.conformance.test_registry import unguarded

    unguarded(clinic.registry, "UPDATE audit SET actor = 'dora' WHERE number = 1")
    assert "the seal of line 1 does not fit" in browser.post("/audit/verified").text


@pytest.mark.parametrize(
    "person", [one for one in EVERYONE if one.role not in ("auditor", "administrator")], ids=lambda one: one.role
)
def test_the_audit_is_for_auditors(clinic: Clinic, person: object) -> None:
    assert clinic.signed_in(person).get("/audit").status_code == 403  # type: ignore[arg-type]


def test_an_auditor_begins_there_and_reads_no_patient(clinic: Clinic, course: str) -> None:
    browser = clinic.signed_in(AUDITOR)
    assert browser.get("/").headers["location"] == "/audit"
    for address in ("/patients/demo-1", f"/courses/{course}", "/keeping", "/accounts", "/research"):
        assert browser.get(address).status_code == 403
