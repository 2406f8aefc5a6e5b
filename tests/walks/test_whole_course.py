"""A whole course in a real browser, from the referral to the decision on day 14: three people, three infusions, and the patient's telephone.

On both databases with a mouse, and by keyboard alone. The clock is the test's; everything else is as it is in use.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from itertools import pairwise
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.bedsides import chromium
from tests.browsed import NOW, PASSWORD, Clinic
from tests.courses import NURSE, NURSE_2, PHARMACIST, PHYSICIAN
from tests.hands import Hands, Keys, Walked, check, order, prepare, record_facts, refer, sign
from tests.registries import fresh_registry
from tests.served import served

BASELINE = {"vitals.hr": "72", "vitals.sbp": "132", "vitals.dbp": "78", "vitals.spo2": "97", "vitals.rr": "16", "urine-4h": "300"}  # fmt: skip
READY = ("name", "date of birth", "kit", "monitoring", "airway", "escort", "urine")


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


@pytest.mark.parametrize(
    ("database", "hands"),
    [("sqlite", Hands()), ("postgresql", Hands()), ("sqlite", Keys())],
    ids=["sqlite", "postgresql", "keyboard"],
)
def test_from_the_referral_to_the_decision(browser: Browser, tmp_path: Path, database: str, hands: Hands) -> None:
    with fresh_registry(database, tmp_path) as registry:
        clinic = Clinic(registry).with_people()
        clinic.patient()
        with served(clinic) as address:
            walked = Walked(clinic, browser, address, hands=hands)
            before_the_first(walked)
            for number in (1, 2, 3):
                infuse(walked, number)
            clinic.clock.wait(days=14)
            answered_by_telephone(walked)
            decide(walked)
        state = walked.state
        assert [one.delivery for one in state.sessions] == ["given"] * 3
        assert [str(one.reconciled.volume) for one in state.sessions if one.reconciled] == ["104.2 mL"] * 3
        starts = [one.started.at for one in state.sessions if one.started]
        assert all(later - sooner >= dt.timedelta(hours=47) for sooner, later in pairwise(starts))
        assert walked.complaints == []
        assert walked.elsewhere == [], "no request leaves this machine"
        assert registry.verify() == ()


def before_the_first(walked: Walked) -> None:
    physician, pharmacist, nurse = (walked.signed_in(one) for one in (PHYSICIAN, PHARMACIST, NURSE))
    refer(walked, physician)
    record_facts(walked, nurse)
    for day in range(4):
        diary(walked, nurse, NOW.date() - dt.timedelta(days=4 - day), "8")
    order(walked, physician)
    check(walked, pharmacist)
    sign(walked, physician)
    for one in (physician, pharmacist, nurse):
        one.context.close()


def diary(walked: Walked, page: Page, day: dt.date, pain: str) -> None:
    walked.open(page, "response")
    # A date is typed into a browser's own field in the order of its language; the value is what is sent.
    page.locator("#day").fill(day.isoformat())
    walked.hands.choose(page, "purpose", "baseline")
    walked.hands.fill(page, "value", pain)
    walked.hands.press(page, "Record")


def infuse(walked: Walked, number: int) -> None:
    """One infusion as it is meant to be, with the call of the day after."""
    clinic = walked.clinic
    nurse = walked.signed_in(NURSE)
    prepare(walked, nurse)
    begin(walked, nurse)
    clinic.clock.wait(minutes=15)
    observe(walked, nurse)
    # Whoever is quiet for long is signed out: after each wait somebody signs in.
    nurse = after(walked, nurse, minutes=45)
    finish(walked, nurse)
    nurse = after(walked, nurse, minutes=45)
    go_home(walked, nurse)
    nurse = after(walked, nurse, hours=22)
    call(walked, nurse)
    nurse.context.close()
    session = walked.state.session(number)
    assert session is not None
    assert session.discharged is not None
    assert session.called[0].feelings_cleared is True
    # Every other day: the next one at the same time of day.
    clinic.clock.at = max(clinic.clock.at, NOW + number * dt.timedelta(hours=48))


def after(walked: Walked, page: Page, **time: float) -> Page:
    page.context.close()
    walked.clinic.clock.wait(**time)
    return walked.signed_in(NURSE)


def observe(walked: Walked, page: Page) -> None:
    walked.open(page, "bedside")
    walked.hands.fill(page, "vitals.hr", "70")
    walked.hands.fill(page, "vitals.sbp", "126")
    walked.hands.press(page, "Record")


def begin(walked: Walked, page: Page) -> None:
    walked.open(page, "bedside")
    for field, value in BASELINE.items():
        walked.hands.fill(page, field, value)
    walked.hands.choose(page, "knee-jerk", "present")
    walked.hands.press(page, "Record")
    for word in READY:
        walked.hands.tick(page, f"form.start input[value='{word}']")
    for field, value in (("weight", "70"), ("rate", "104.2"), ("site", "left forearm"), ("second", NURSE_2.id), ("second_password", PASSWORD)):  # fmt: skip
        walked.hands.fill(page, field, value)
    walked.hands.press(page, "Start")
    expect(page.locator(".now")).to_contain_text("Running")


def finish(walked: Walked, page: Page) -> None:
    walked.open(page, "bedside")
    walked.hands.fill(page, "end-volume", "104.2")
    walked.hands.press(page, "Ended")
    walked.hands.fill(page, "flush-volume", "20")
    walked.hands.press(page, "Flushed")
    walked.hands.choose(page, "delivery", "given")
    walked.hands.fill(page, "volume", "104.2")
    walked.hands.fill(page, "how", "pump")
    walked.hands.press(page, "Settle it")
    expect(page.locator("#settle-title ~ .columns")).to_contain_text("Given, 104.2")


def go_home(walked: Walked, page: Page) -> None:
    walked.open(page, "bedside")
    walked.hands.choose(page, "score.variant", "aldrete-modified")
    walked.hands.fill(page, "score.total", "10")
    for gate in page.locator("#discharge fieldset input[value=met]").all():
        walked.hands.tick(page, f"[name='{gate.get_attribute('name')}'][value=met]")
    walked.hands.fill(page, "escort", "a friend")
    walked.hands.press(page, "Goes home")
    expect(page.locator("#settle-title ~ .columns")).to_contain_text("taken by a friend")


def call(walked: Walked, page: Page) -> None:
    walked.open(page, "bedside")
    walked.hands.choose(page, "reached", "yes")
    walked.hands.choose(page, "cleared", "yes")
    walked.hands.fill(page, "said", "slept well")
    walked.hands.press(page, "Called")


def answered_by_telephone(walked: Walked) -> None:
    """The nurse makes a link; the patient answers on a telephone, one question on each page."""
    nurse = walked.signed_in(NURSE)
    walked.open(nurse, "follow-up")
    assert nurse.locator("#link-purpose").input_value() == "day 14"
    walked.hands.press(nurse, "Make a link")
    link = nurse.locator("code.link").inner_text()
    phone = walked.browser.new_context(viewport={"width": 360, "height": 740}).new_page()
    phone.goto(link)
    for selector, button in (("[name=pain][value='3']", "Next"), ("[name=change][value='much improved']", "Next"), ("[name=feelings][value='sleepy']", "Send")):  # fmt: skip
        wide = phone.evaluate(
            "[...document.querySelectorAll('body *')].filter(one => one.getBoundingClientRect().right > 361).map(one => one.outerHTML.slice(0, 120))"
        )
        assert phone.evaluate("document.documentElement.scrollWidth") <= 360, wide
        if isinstance(walked.hands, Keys):
            phone.focus(selector)
            phone.keyboard.press("Space")
        else:
            phone.locator(f"label:has({selector})").click()
        walked.hands.press(phone, button)
    expect(phone.locator("h1").last).to_have_text("Thank you")
    phone.context.close()
    nurse.context.close()


def decide(walked: Walked) -> None:
    """From 8 to 3 is 62.5 % less: at least half; by hand."""
    physician = walked.signed_in(PHYSICIAN)
    walked.open(physician, "response")
    verdict = physician.locator(".verdict").inner_text()
    assert "Pain went from 8.0 (mean of 4 days) to 3" in verdict
    assert "meets at least 50 %" in verdict
    assert "much improved" in verdict
    walked.hands.choose(physician, "chosen", "wait")
    walked.hands.fill(physician, "because", "Relief is good; asked again at week 4.")
    walked.hands.press(physician, "Decide")
    expect(physician.locator("main")).to_contain_text("Relief is good")
    physician.context.close()
