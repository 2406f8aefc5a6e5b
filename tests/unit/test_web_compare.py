"""Regimens side by side on a page: the words of the command line, at most three columns, and no order but that of names."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator
from pathlib import Path

import pytest
from tests.browsed import Browser, Clinic
from tests.courses import PHYSICIAN, Walk
from tests.registries import fresh_registry


@pytest.fixture
def page(tmp_path: Path) -> Iterator[tuple[Browser, str]]:
    with fresh_registry("sqlite", tmp_path) as registry:
        clinic = Clinic(registry).with_people(PHYSICIAN)
        clinic.patient()
        course = clinic.course(Walk().referred().records)
        yield clinic.signed_in(PHYSICIAN), f"/courses/{course}/compare"


def cells(text: str, row: str) -> list[str]:
    """The cells of one row of the table, as text."""
    found = re.search(rf'<th scope="row">{re.escape(row)}</th>(.*?)</tr>', text, re.DOTALL)
    assert found, row
    return [
        " ".join(html.unescape(re.sub("<[^>]+>", " ", one)).split())
        for one in re.findall(r"<td>(.*?)</td>", found[1], re.DOTALL)
    ]


def test_nothing_is_chosen_for_the_reader(page: tuple[Browser, str]) -> None:
    browser, address = page
    text = browser.get(address).text
    assert "nothing is ranked" in text
    assert "<table" not in text
    assert 'value="kim-2015-magnesium"' in text


def test_columns_stand_in_the_order_of_their_ids_with_the_numbers_of_the_plan(page: tuple[Browser, str]) -> None:
    browser, address = page
    text = browser.get(f"{address}?regimen=kim-2015-magnesium&regimen=kim-2015-ketamine").text
    assert re.findall(r'<th scope="col">([^<]+)', text)[0].casefold().count("ketamine")
    ketamine, magnesium = cells(text, "Dose here")
    # 30 mg/kg of 70 kg, and what 4.2 mL of 500 mg/mL holds.
    assert "2,100 mg" in magnesium
    assert "ketamine" in ketamine
    # Kim 2015: seven of fifteen after magnesium, with the interval of Wilson worked by hand.
    assert "7/15 = 46.7 % (24.8 to 69.9 %)" in cells(text, "Better, with the 95 % interval")[1]
    assert all("highest" in one for one in cells(text, "Expected levels"))


def test_a_fourth_column_is_refused_and_the_choice_is_kept(page: tuple[Browser, str]) -> None:
    browser, address = page
    ids = re.findall(r'name="regimen" value="([^"]+)"', browser.get(address).text)
    answer = browser.get(address + "?" + "&".join(f"regimen={one}" for one in ids[:4]))
    assert answer.status_code == 422
    assert "Choose at most 3" in answer.text
    assert len(re.findall(r'value="[^"]+" checked', answer.text)) == 4
    assert "<table" not in answer.text
