"""The page of papers: each one opens as a PDF, with a name that says nothing of the patient, for who may see it."""

from __future__ import annotations

import datetime as dt
import io
import re
from collections.abc import Iterator
from pathlib import Path

import pypdf
import pytest
from tests.browsed import AUDITOR, RESEARCHER, Browser, Clinic
from tests.courses import PHARMACIST, PHYSICIAN, Walk
from tests.papers import cancelled, replaced, words
from tests.registries import DATABASES, fresh_registry


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry(DATABASES[0], tmp_path) as registry:
        made = Clinic(registry).with_people(PHYSICIAN, PHARMACIST, RESEARCHER, AUDITOR)
        made.patient()
        made.clock.at = dt.datetime(2026, 11, 30, 16, 0, tzinfo=dt.UTC)
        yield made


def listed(browser: Browser, course: str) -> list[str]:
    page = browser.get(f"/courses/{course}/paper").text
    return re.findall(rf'href="(/courses/{course}/paper/[^"]+)"', page)


def test_every_paper_of_the_page_opens_as_a_pdf_and_its_name_tells_nothing(clinic: Clinic) -> None:
    course = clinic.course(Walk().ready().started().ended().records)
    physician = clinic.signed_in(PHYSICIAN)
    addresses = listed(physician, course)
    assert len(addresses) == 7 + 3 * 4
    for address in addresses:
        answer = physician.get(address)
        assert answer.status_code == 200, address
        assert answer.headers["content-type"] == "application/pdf"
        assert answer.content.startswith(b"%PDF")
        assert re.fullmatch(r'inline; filename="[a-z-]+\.pdf"', answer.headers["content-disposition"])
        assert "no-store" in answer.headers["cache-control"]
    assert "EXAMPLE, Erna" in words(physician.get(addresses[0]).content)


def test_letter_is_as_wide_as_letter(clinic: Clinic) -> None:
    course = clinic.course(Walk().ready().records)
    physician = clinic.signed_in(PHYSICIAN)
    for query, points in (("", 595), ("?size=us-letter", 612), ("?size=nothing", 595)):
        made = physician.get(f"/courses/{course}/paper/order{query}").content
        assert int(pypdf.PdfReader(io.BytesIO(made)).pages[0].mediabox.width) == points


def test_before_an_order_there_is_a_letter_and_nothing_to_give(clinic: Clinic) -> None:
    course = clinic.course(Walk().referred().records)
    physician = clinic.signed_in(PHYSICIAN)
    assert [one.split("/")[-1] for one in listed(physician, course)] == ["referrer"]
    assert physician.get(listed(physician, course)[0]).status_code == 200


def test_a_replaced_and_a_cancelled_order_are_printed_as_what_they_are(clinic: Clinic) -> None:
    physician = clinic.signed_in(PHYSICIAN)
    course = clinic.course(replaced().records)
    first, second = (words(physician.get(f"/courses/{course}/paper/order-{number}").content) for number in (1, 2))
    assert "REPLACED: DO NOT GIVE" in first
    assert "DRAFT: NOT SIGNED, NOT VALID" in second
    other = clinic.course(cancelled().records)
    assert "CANCELLED: DO NOT GIVE" in words(physician.get(f"/courses/{other}/paper/order-1").content)
    assert all(physician.get(one).status_code == 200 for one in listed(physician, other))


def test_a_paper_that_is_not_there_is_refused_in_words(clinic: Clinic) -> None:
    course = clinic.course(Walk().ready().records)
    physician = clinic.signed_in(PHYSICIAN)
    for name in ("order-9", "labels-9", "flow", "flow-0", "nothing", "leaflet-2", "..%2Forder", "order-1.pdf"):
        answer = physician.get(f"/courses/{course}/paper/{name}")
        assert answer.status_code == 404, name
        assert answer.headers["content-type"].startswith("text/html")


def test_who_may_not_see_a_patient_prints_nothing(clinic: Clinic) -> None:
    course = clinic.course(Walk().ready().records)
    for browser in (clinic.signed_in(RESEARCHER), clinic.signed_in(AUDITOR), clinic.browser()):
        answer = browser.get(f"/courses/{course}/paper/order")
        assert answer.status_code in (303, 401, 403, 404)
        assert b"%PDF" not in answer.content


def test_who_prints_the_sheet_for_the_check_may_check_and_who_printed_the_order_may_not(clinic: Clinic) -> None:
    course = clinic.course(Walk().referred().screened().ordered().records)
    pharmacist = clinic.signed_in(PHARMACIST)
    assert pharmacist.get(f"/courses/{course}/paper/check").content.startswith(b"%PDF")
    assert "You saw the numbers" not in pharmacist.get(f"/courses/{course}/check").text
    assert pharmacist.get(f"/courses/{course}/paper/order").content.startswith(b"%PDF")
    assert "You saw the numbers" in pharmacist.get(f"/courses/{course}/check").text
