"""Expected levels on a page: a picture from an address of its own, in words, and as a table."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import Browser, Clinic
from tests.courses import PHYSICIAN, Walk, facts
from tests.registries import fresh_registry

MAGNESIUM = "?regimen=kim-2015-magnesium&start=2026-12-01T09:00"


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[Clinic]:
    with fresh_registry("sqlite", tmp_path) as registry:
        made = Clinic(registry).with_people(PHYSICIAN)
        made.patient()
        yield made


def opened(clinic: Clinic, walk: Walk) -> tuple[Browser, str]:
    return clinic.signed_in(PHYSICIAN), f"/courses/{clinic.course(walk.records)}"


def test_the_page_has_words_a_picture_and_a_table(clinic: Clinic) -> None:
    browser, at = opened(clinic, Walk().referred())
    page = browser.get(f"{at}/levels{MAGNESIUM}").text
    assert "from 0.85 mmol/L measured before" in page
    address = re.findall(r'src="([^"]+\.svg[^"]*)"', page)[0].replace("&amp;", "&")
    picture = browser.get(address)
    assert picture.headers["content-type"] == "image/svg+xml"
    assert picture.text.startswith("<svg")
    assert "<script" not in picture.text
    assert re.search(r'<th scope="col">1 h</th>', page), "a table tells the same"
    assert address.split("?")[0] in browser.get(f"{at}/plan{MAGNESIUM}").text, "the plan shows it"


def test_there_is_no_picture_of_what_is_not_given(clinic: Clinic) -> None:
    walk = Walk(document=facts(ecg={"on": "2026-11-25", "av_block": "third"})).referred()
    browser, at = opened(clinic, walk)
    page = browser.get(f"{at}/levels{MAGNESIUM}").text
    assert "Nothing is planned" in page
    assert "<img" not in page
    assert browser.get(f"{at}/levels/1.svg{MAGNESIUM}").status_code == 404
    assert browser.get(f"{at}/levels/0.svg{MAGNESIUM}").status_code == 404
    assert browser.get(f"{at}/levels/x.svg{MAGNESIUM}").status_code == 404


def test_a_picture_is_for_those_who_may_see_the_course(clinic: Clinic) -> None:
    _, at = opened(clinic, Walk().referred())
    asked = clinic.browser().get(f"{at}/levels/1.svg{MAGNESIUM}")
    assert asked.headers["location"].startswith("/sign-in?next=")
