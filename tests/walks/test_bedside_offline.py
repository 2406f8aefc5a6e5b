"""The network goes in the middle of an infusion: nothing is lost, nothing is doubled, and the page says what it holds."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, Route, expect
from tests.bedsides import Station, chromium, enter, record, sign_in, start, station, until
from tests.browsed import PASSWORD
from tests.courses import NURSE, NURSE_2


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def offline_entry(page: Page, **values: str) -> None:
    """An entry while there is no network: it shows as kept on this device."""
    before = page.locator("tr.kept").count()
    enter(page, **values)
    page.click("form.entry-row button:has-text('Record')")
    expect(page.locator("tr.kept")).to_have_count(before + 1)


def back_online(here: Station, page: Page, *, minutes: float = 0) -> None:
    here.clinic.clock.wait(minutes=minutes)
    with page.expect_navigation():
        page.context.set_offline(False)
    page.wait_for_load_state()
    expect(page.locator("tr.kept")).to_have_count(0)


def test_the_network_goes_and_comes_back(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        record(page, **{"vitals.hr": "70"})
        page.context.set_offline(True)
        for value in ("71", "72", "73"):
            offline_entry(page, **{"vitals.hr": value})
        expect(page.locator("#strip")).to_contain_text("Working offline since")
        expect(page.locator("#strip")).to_contain_text("3 entries kept on this device")
        page.reload()
        expect(page.locator("h1")).to_contain_text("2,100 mg")
        expect(page.locator("tr.kept")).to_have_count(3)
        page.click(".edge button:has-text('Pause')")
        expect(page.locator("tr.kept")).to_have_count(4)
        back_online(here, page, minutes=9)
        assert here.observed("vitals.hr") == ["72", "70", "71", "72", "73"], "in the order they were made"
        assert here.session.status == "paused"
        late = [one for one in here.clinic.registry.course(here.course).records if one.is_late]
        assert len(late) == 4, "each says that it came late"
        expect(page.locator("#sheet")).to_contain_text("recorded late")
        expect(page.locator("#strip")).to_be_hidden()


def test_every_entry_after_every_reload_without_network_is_its_own(browser: Browser, tmp_path: Path) -> None:
    """The page that is kept is the same page each time: its keys are not used twice."""
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        record(page, **{"vitals.hr": "60"})
        page.context.set_offline(True)
        for count, value in enumerate(("61", "62", "63"), 1):
            offline_entry(page, **{"vitals.hr": value})
            page.reload()
            expect(page.locator("tr.kept")).to_have_count(count)
        back_online(here, page)
        assert here.observed("vitals.hr") == ["72", "60", "61", "62", "63"]


def test_a_stop_without_network_is_kept_and_a_start_waits(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        page.click(".edge button:has-text('Stop')")
        expect(page.locator("tr.kept")).to_contain_text("Stop")
        assert here.session.status == "running"
        back_online(here, page)
        assert here.session.status == "stopped"
        expect(page.locator("#why-title")).to_be_visible()


def test_a_stop_line_is_judged_on_the_device_while_nobody_else_can(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        offline_entry(page, **{"vitals.rr": "8"})
        told = page.locator("#told")
        expect(told).to_have_attribute("role", "alert")
        expect(told).to_contain_text("Respiratory rate below 10/min")
        # Down by more than 30 % of the first, 132: 92 is, 93 is not.
        offline_entry(page, **{"vitals.rr": "15", "vitals.sbp": "93"})
        expect(told).to_be_hidden()
        offline_entry(page, **{"vitals.sbp": "92"})
        expect(told).to_contain_text("Systolic BP below 90 mm Hg, or down by more than 30 %")
        back_online(here, page)
        expect(page.locator(".standing")).to_contain_text("Systolic BP")


def test_the_server_records_and_its_answer_is_lost(browser: Browser, tmp_path: Path) -> None:
    """What was recorded is sent again with the same key, and stands once."""
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        lost = []

        def lose_the_first(route: Route) -> None:
            answer = route.fetch()
            if not lost and '"entries":[{' in (route.request.post_data or ""):
                lost.append(answer.status)
                route.fulfill(status=503, body="")
            else:
                route.fulfill(response=answer)

        page.route("**/bedside/outbox", lose_the_first)
        enter(page, **{"vitals.hr": "77"})
        page.click("form.entry-row button:has-text('Record')")
        expect(page.locator("#strip")).to_contain_text("Working offline since")
        assert lost == [200]
        expect(page.locator("tr.kept")).to_have_count(1)
        with page.expect_navigation():
            page.evaluate("dispatchEvent(new Event('online'))")
        assert here.observed("vitals.hr") == ["72", "77"]


def test_a_sign_in_that_ends_meanwhile_keeps_the_entries(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        offline_entry(page, **{"vitals.hr": "79"})
        here.clinic.clock.wait(hours=1)
        page.context.set_offline(False)
        expect(page.locator("#strip")).to_contain_text("You are signed out. 1 entry kept on this device.")
        page.click("#strip a:has-text('Sign in again')")
        sign_in(page, NURSE)
        expect(page.locator("#sheet")).to_contain_text("recorded late")
        assert here.observed("vitals.hr") == ["72", "79"]


def test_nobodys_entry_is_recorded_in_another_name(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        offline_entry(page, **{"vitals.hr": "81"})
        here.clinic.clock.wait(hours=1)
        page.context.set_offline(False)
        page.click("#strip a:has-text('Sign in again')")
        sign_in(page, NURSE_2)
        expect(page.locator("#strip")).to_contain_text("1 entry of cleo kept here")
        assert here.observed("vitals.hr") == ["72"]
        page.click(".who button:has-text('Sign out')")
        page.goto(f"{here.address}/sign-in?next=/courses/{here.course}/bedside")
        sign_in(page, NURSE)
        expect(page.locator("#sheet")).to_contain_text("recorded late")
        assert here.observed("vitals.hr") == ["72", "81"]


def test_two_tabs_share_one_queue(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        one = here.signed_in()
        other = one.context.new_page()
        here.open(other)
        one.context.set_offline(True)
        offline_entry(one, **{"vitals.hr": "61"})
        expect(other.locator("tr.kept")).to_have_count(1)
        offline_entry(other, **{"vitals.hr": "62"})
        expect(one.locator("tr.kept")).to_have_count(2)
        one.context.set_offline(False)
        for page in (one, other):
            expect(page.locator("tr.kept")).to_have_count(0)
        assert here.observed("vitals.hr") == ["72", "61", "62"]


def test_what_is_refused_is_kept_and_shown_until_a_person_has_read_it(browser: Browser, tmp_path: Path) -> None:
    """A second device stopped the session; the pause that was pressed here without network no longer fits."""
    with station(browser, tmp_path, is_started=True) as here:
        page, other = here.signed_in(), here.signed_in(NURSE_2)
        page.context.set_offline(True)
        page.click(".edge button:has-text('Pause')")
        offline_entry(page, **{"vitals.hr": "64"})
        with other.expect_navigation():
            other.click(".edge button:has-text('Stop')")
        back = page.locator("#told")
        with page.expect_navigation():
            page.context.set_offline(False)
        expect(back).to_contain_text("Session 1 is stopped; it cannot be paused.")
        assert here.observed("vitals.hr") == ["72", "64"], "what came after it is recorded all the same"
        page.reload()
        expect(back).to_contain_text("it cannot be paused")
        back.locator("button:has-text('take it off')").click()
        expect(back).to_be_hidden()


def test_a_second_device_shows_what_the_first_recorded(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page, other = here.signed_in(), here.signed_in(NURSE_2)
        enter(other, **{"vitals.hr": "90"})
        record(page, **{"vitals.rr": "14"})
        with other.expect_navigation():
            other.evaluate("dispatchEvent(new Event('online'))")
        expect(other.locator("#rows tr").last).to_contain_text("14")
        assert other.input_value("[id='vitals.hr']") == "90", "what was typed and not sent is still there"


def test_no_password_and_no_list_of_patients_is_kept_on_the_device(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        offline_entry(page, **{"vitals.hr": "66"})
        names = "async () => { const all = []; for (const name of await caches.keys()) for (const one of await (await caches.open(name)).keys()) all.push(new URL(one.url).pathname); return all; }"
        kept = page.evaluate(names)
        assert [one for one in kept if not one.startswith("/static/")] == [f"/courses/{here.course}/bedside"]
        stored = page.evaluate(
            "async () => { const { default: _, ...all } = await import('/static/outbox.js'); return JSON.stringify(localStorage) + JSON.stringify(sessionStorage); }"
        )
        assert PASSWORD not in stored
        page.context.set_offline(False)
        expect(page.locator("tr.kept")).to_have_count(0)
        # Going on to another page wipes what was kept of this one.
        page.goto(f"{here.address}/patients")
        until(page, f"async () => !(await ({names})()).some((one) => one.startsWith('/courses/'))")


def test_a_start_without_network_sends_nothing_and_keeps_what_was_typed(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        page = here.signed_in()
        page.context.set_offline(True)
        start(page)
        page.click("form.start button:has-text('Start')")
        expect(page.locator("#strip")).to_contain_text("This needs the network. Nothing was sent")
        assert page.input_value("#weight") == "70"
        assert here.session.status == "prepared"
