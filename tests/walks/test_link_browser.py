"""A patient answers on a telephone without script, by thumb and by keyboard; a nurse works off the list in a real browser."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page
from tests.bedsides import chromium
from tests.browsed import Clinic
from tests.courses import NURSE
from tests.registries import fresh_registry
from tests.served import served
from tests.walks.test_web_follow_up import COURSE, given

from assuage.registry import links

PHONE = {"width": 360, "height": 640}
# Targets of a page for a telephone, in CSS pixels.
LEAST = 44


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.fixture
def clinic(tmp_path: Path) -> Iterator[tuple[Clinic, str]]:
    with fresh_registry("sqlite", tmp_path) as registry:
        made = Clinic(registry).with_people()
        made.patient()
        walk = given()
        made.course(walk.records, id=COURSE)
        made.clock.at = walk.at + dt.timedelta(days=15)
        with served(made) as address:
            yield made, address


def link_of(clinic: Clinic, address: str) -> str:
    registry = clinic.registry
    with registry.writing() as connection:
        token = links.make(connection, registry.keys, course=COURSE, purpose="day 14", at=clinic.clock.at)
    return f"{address}/answer/{token}"


def phone(browser: Browser, *, has_script: bool) -> Page:
    return browser.new_context(viewport=PHONE, java_script_enabled=has_script, has_touch=True).new_page()


def fits(page: Page) -> None:
    widths = page.evaluate("[document.documentElement.scrollWidth, document.documentElement.clientWidth]")
    assert widths[0] <= widths[1], widths
    for target in page.locator("label:has(input), button").all():
        box = target.bounding_box()
        assert box is not None
        assert box["height"] >= LEAST, target.inner_text()


def test_three_questions_by_thumb_without_script(browser: Browser, clinic: tuple[Clinic, str]) -> None:
    made, address = clinic
    page = phone(browser, has_script=False)
    asked: list[str] = []
    page.on("request", lambda one: asked.append(one.url))
    link = link_of(made, address)
    page.goto(link)
    assert page.get_by_role("radio").count() == 12
    page.get_by_text("4", exact=True).click()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Much improved", exact=True).click()
    page.get_by_role("button", name="Next").click()
    page.get_by_text("Sleepy").click()
    page.get_by_role("button", name="Send").click()
    assert page.get_by_role("heading", name="Thank you").is_visible()
    assert all(one.startswith(address) for one in asked)
    (_, pain), (_, word) = made.registry.course(COURSE).state.scores
    assert (str(pain.value), pain.symptoms, word.word) == ("4", ("sleepy",), "much improved")
    page.goto(link)
    assert page.get_by_role("heading", name="This page takes no answers").is_visible()
    assert len(made.registry.course(COURSE).state.scores) == 2


def test_the_questions_fit_a_small_telephone(browser: Browser, clinic: tuple[Clinic, str]) -> None:
    made, address = clinic
    page = phone(browser, has_script=True)
    page.goto(link_of(made, address))
    fits(page)
    page.get_by_label("7", exact=True).check()
    page.get_by_role("button", name="Next").click()
    fits(page)
    page.get_by_label("No change").check()
    page.get_by_role("button", name="Next").click()
    fits(page)
    page.get_by_role("button", name="Back").click()
    assert page.get_by_label("No change").is_checked()


def test_by_keyboard_alone(browser: Browser, clinic: tuple[Clinic, str]) -> None:
    made, address = clinic
    page = browser.new_context(java_script_enabled=False).new_page()
    page.goto(link_of(made, address))
    keys = page.keyboard
    keys.press("Tab")
    keys.press("Space")
    for _ in range(3):
        keys.press("ArrowRight")
    keys.press("Enter")
    page.get_by_role("heading", name="How is your pain now?").wait_for()
    keys.press("Tab")
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", name="Did you notice").wait_for()
    page.get_by_label("Nothing").focus()
    keys.press("Space")
    keys.press("Enter")
    page.get_by_role("heading", name="Thank you").wait_for()
    (_, pain), _ = made.registry.course(COURSE).state.scores
    assert str(pain.value) == "3"


def test_a_nurse_works_off_the_list(browser: Browser, clinic: tuple[Clinic, str]) -> None:
    made, address = clinic
    page = browser.new_context().new_page()
    page.goto(f"{address}/sign-in")
    page.get_by_label("Account").fill(NURSE.id)
    page.get_by_label("Password").fill("correct horse battery staple")
    page.get_by_role("main").get_by_role("button").first.click()
    page.get_by_role("link", name="Follow-ups", exact=True).click()
    page.get_by_role("row", name="Day 14").get_by_role("link").click()
    page.get_by_label("Way").select_option("letter")
    page.get_by_label("Way").locator("xpath=ancestor::form").get_by_role("button", name="Record").click()
    page.get_by_text("day 14, letter").wait_for()
    page.get_by_label("Reason").fill("no answer to a letter")
    page.get_by_label("Reason").locator("xpath=ancestor::form").get_by_role("button", name="Record").click()
    page.get_by_role("row", name="Day 14").get_by_text("On record").wait_for()
    ((_, score),) = made.registry.course(COURSE).state.scores
    assert score.why_missing == "no answer to a letter"
