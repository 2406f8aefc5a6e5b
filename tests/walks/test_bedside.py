"""A whole infusion at the bedside in a real browser, on a clock of the test: two nurses, a mouse or the keyboard alone."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from tests.bedsides import VITALS, Station, chromium, enter, fill, press, record, start, station
from tests.browsed import PASSWORD
from tests.courses import NURSE_2

from assuage.course.event import Started, Stopped

KEYS_56 = 56


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with chromium() as started:
        yield started


def test_a_whole_infusion_by_two_nurses(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        page = here.signed_in()
        start(page)
        press(page, "form.start button:has-text('Start')")
        expect(page.locator(".now")).to_contain_text("Running")
        here.minutes(page, 10)
        record(page, **VITALS, **{"knee-jerk": "present"})
        press_reading(page, "17")
        here.minutes(page, 5)
        fill(page, **{"new-rate": "52.1", "rate-because": "the arm burns", "rate-volume": "26"})
        press(page, "form[data-queue=rate] button")
        press(page, ".edge button:has-text('Pause')")
        page.fill("#why-own", "the vein hurts")
        press(page, "form.why.own button")
        page.fill("#rate", "104.2")
        press(page, "form[data-queue=resume] button")
        here.minutes(page, 14)
        page.fill("#end-volume", "104.2")
        press(page, "form[data-queue=end] button")
        settle(page)
        here.minutes(page, 15)
        go_home(here)
    session = here.session
    assert session.delivery == "given"
    assert session.discharged is not None
    assert session.called[0].feelings_cleared is True
    # 10 min at 104.2 mL/h read as 17 mL, slower from 26 mL, a pause, then on.
    assert [(str(one.rate.value), one.volume and str(one.volume.value)) for one in session.segments][1:4] == [("104.2", "17"), ("52.1", "26"), ("0", None)]  # fmt: skip
    assert session.reconciled is not None
    assert session.reconciled.witnessed_by is not None
    assert session.reconciled.witnessed_by.id == NURSE_2.id


def press_reading(page: Page, volume: str) -> None:
    page.fill("#reading-volume", volume)
    press(page, "form[data-queue=reading] button")


def settle(page: Page) -> None:
    """What was discarded needs a witness; without one the page says so and keeps what was typed."""
    page.select_option("#delivery", "given")
    fill(page, volume="100", how="pump", discarded="4.2")
    press(page, "#reconcile button")
    expect(page.locator("#problems")).to_contain_text("nobody proved to have seen")
    assert page.input_value("#volume") == "100"
    fill(page, second=NURSE_2.id, second_password=PASSWORD)
    press(page, "#reconcile button")
    expect(page.locator(".now")).to_contain_text("given")


def go_home(here: Station) -> None:
    """Gates that are not met keep the patient; the call comes the day after."""
    page = here.signed_in()
    page.select_option("[id='score.variant']", "aldrete-modified")
    page.fill("[id='score.total']", "8")
    gates = page.locator("#discharge fieldset")
    for place in range(gates.count()):
        gates.nth(place).locator("input[value=met]").check()
    page.fill("#escort", "a friend")
    press(page, "#discharge button")
    expect(page.locator("#findings")).to_contain_text("Modified Aldrete score")
    here.minutes(page, 19)
    page.fill("[id='score.total']", "9")
    press(page, "#discharge button")
    found = here.session.discharged
    assert found is not None
    assert "9 of 10 (aldrete-modified)" in [one.found for one in found.gates]
    here.clinic.clock.wait(hours=20)
    page = here.signed_in()
    page.select_option("#reached", "yes")
    page.select_option("#cleared", "yes")
    page.fill("#said", "slept well")
    press(page, "#call button")


class Keyboard:
    """Hands that have no mouse."""

    def __init__(self, page: Page) -> None:
        self.page = page

    def to(self, selector: str) -> None:
        for _ in range(200):
            if self.page.evaluate("wanted => document.activeElement.matches(wanted)", selector):
                return
            self.page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab")

    def tick(self, value: str) -> None:
        self.to(f"input[value='{value}']")
        self.page.keyboard.press("Space")

    def type(self, selector: str, text: str) -> None:
        self.to(selector)
        self.page.keyboard.type(text)

    def enter(self, selector: str) -> None:
        self.to(selector)
        with self.page.expect_navigation():
            self.page.keyboard.press("Enter")
        self.page.wait_for_load_state()


def test_an_infusion_by_keyboard_alone(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        page = here.signed_in()
        keys = Keyboard(page)
        for value in ("name", "date of birth", "kit", "monitoring", "airway", "escort", "urine"):
            keys.tick(value)
        for selector, text in (("#weight", "70"), ("#rate", "104.2"), ("#site", "left arm"), ("#second", NURSE_2.id), ("#second_password", PASSWORD)):  # fmt: skip
            keys.type(selector, text)
        keys.enter("form.start button")
        # Enter goes to the next value, as the keypad does.
        keys.type("[id='vitals.hr']", "71")
        for value in ("128", "74", "98", "14"):
            page.keyboard.press("Enter")
            page.keyboard.type(value)
        keys.enter("form.entry-row .ends > button")
        assert here.observed("vitals.dbp") == ["78", "74"]
        keys.enter(".edge button.grave")
        # The question why is at hand as soon as the page's own program has read what waits.
        page.wait_for_function("document.activeElement.closest('.why') !== null")
        keys.enter(".why button[value='the patient asked to']")
    assert (here.session.status, here.session.stopped_because) == ("stopped", "the patient asked to")


def test_starting_by_a_double_press_starts_once(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        page = here.signed_in()
        start(page)
        with page.expect_navigation():
            page.dblclick("form.start button:has-text('Start')")
        page.wait_for_load_state()
        started = [one for one in here.clinic.registry.course(here.course).records if isinstance(one.event, Started)]
        assert len(started) == 1


def test_a_start_waits_for_the_second_person(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        page = here.signed_in()
        start(page)
        page.fill("#second_password", "not the password")
        press(page, "form.start button:has-text('Start')")
        expect(page.locator("#problems")).to_contain_text("nobody proved it")
        assert page.is_checked("input[value=kit]"), "what was ticked is kept"
        assert page.input_value("#weight") == "70"
        assert page.input_value("#second_password") == ""
        assert here.session.status == "prepared"


def test_one_press_stops_and_then_it_asks_why(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        press(page, ".edge button:has-text('Stop')")
        assert here.session.status == "stopped"
        expect(page.locator("#why-title")).to_contain_text("Why was it stopped?")
        page.fill("#why-own", "chest tightness")
        press(page, "form.why.own button")
        assert here.session.stopped_because == "chest tightness"
        expect(page.locator("#sheet")).to_contain_text("reason added by Cleo Diaz")
        assert page.locator("tr.struck").count() == 0, "a reason that follows strikes nothing through"
        stops = [one for one in here.clinic.registry.course(here.course).records if isinstance(one.event, Stopped)]
        assert len(stops) == 1


def test_a_line_that_is_met_alarms_until_it_is_observed_again(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        record(page, **{"vitals.rr": "8"})
        standing = page.locator(".standing")
        expect(standing).to_have_attribute("role", "alert")
        expect(standing).to_contain_text("Respiratory rate below 10/min")
        expect(page.locator("#alarm")).to_be_visible()
        page.click("#alarm-seen")
        expect(page.locator("#alarm")).to_be_hidden()
        expect(standing).to_be_visible()
        # A second device shows it too: it stands on the record.
        expect(here.signed_in(NURSE_2).locator(".standing")).to_be_visible()
        record(page, **{"vitals.rr": "15"})
        expect(page.locator(".standing")).to_have_count(0)


def test_what_is_due_counts_from_the_start_and_alarms_when_it_is_late(browser: Browser, tmp_path: Path) -> None:
    """Vital signs of magnesium are due within 15 min, by the catalog's line; the clock of this tablet is days wrong."""
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        here.minutes(page, 5)
        expect(page.locator(".now .next strong")).to_have_text("in 10 min")
        expect(page.locator("#alarm")).to_be_hidden()
        expect(page.locator("#clock")).to_contain_text("behind the server")
        page.reload()
        expect(page.locator("[data-since-at]").first).to_have_text("5 min")
        here.minutes(page, 12)
        expect(page.locator(".now .next strong")).to_have_text("2 min overdue")
        expect(page.locator("#alarm-words")).to_contain_text("BP, heart rate, respiratory rate and SpO2")
        page.click("#alarm-seen")
        expect(page.locator("#alarm")).to_be_hidden()
        here.minutes(page, 3)
        expect(page.locator("#alarm")).to_be_visible()
        record(page, **VITALS)
        expect(page.locator("#alarm")).to_be_hidden()


def test_a_value_nobody_has_is_kept_marked_and_asked_about_then_mended(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        record(page, **{"vitals.hr": "720"})
        assert here.observed("vitals.hr")[-1] == "720"
        expect(page.locator("#sheet")).to_contain_text("Hard to believe")
        press(page, "#rows tr:last-child a.mend")
        page.fill("[id='vitals.hr']", "72")
        page.fill("#because", "typed a nought too many")
        press(page, "button[value='put right']")
        struck = page.locator("tr.struck")
        expect(struck.locator("s")).to_have_text("720")
        expect(struck).to_contain_text("typed a nought too many")
        assert [str(one.value.value) for _, each in here.session.observed for one in each.found if one.what == "vitals.hr" and one.value][-1] == "72"  # fmt: skip


@pytest.mark.parametrize(("what", "value"), [("nrs", "11"), ("moaa-s", "6"), ("vitals.hr", "-5"), ("vitals.hr", "7,2"), ("vitals.hr", "1e3"), ("vitals.hr", "٧٢")])  # fmt: skip
def test_what_cannot_be_a_number_of_the_field_stays_in_it_and_is_told(
    browser: Browser, tmp_path: Path, what: str, value: str
) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        before = here.clinic.registry.course(here.course).version
        enter(page, **{what: value})
        page.click("form.entry-row button:has-text('Record')")
        expect(page.locator(".part .error.here")).to_be_visible()
        assert page.input_value(f"form.entry-row [id='{what}']") == value
        assert here.clinic.registry.course(here.course).version == before


def test_the_keypad_takes_one_value_at_a_time_beside_the_one_before(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        expect(page.locator("#keypad .which")).to_contain_text("Heart rate")
        expect(page.locator("#keypad .was")).to_contain_text("Before: 72")
        assert page.input_value("[id='vitals.hr']") == "", "the value before is beside the field, never in it"
        for key in ("6", "8"):
            page.click(f".keys button:has-text('{key}')")
        page.click("#keypad button:has-text('Next value')")
        expect(page.locator("#keypad .which")).to_contain_text("systolic")
        small = page.evaluate(
            "[...document.querySelectorAll('.keys button, .edge .big, .entry-row input, .entry-row select')]"
            ".filter(one => one.offsetParent && one.type !== 'hidden' && one.getBoundingClientRect().height < 56).map(one => one.outerHTML)"
        )
        assert small == [], f"targets at the bedside are {KEYS_56} px"
        press(page, "form.entry-row .ends > button")
        assert here.observed("vitals.hr")[-1] == "68"


def test_a_reaction_is_steps_that_are_on_record_when_they_are_pressed(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, is_started=True) as here:
        page = here.signed_in()
        page.click(".edge a:has-text('Reaction')")
        page.click("#reaction-chest-tightness summary")
        press(page, "#reaction-chest-tightness button:has-text('It is happening now')")
        expect(page.locator(".standing")).to_contain_text("Chest pain or tightness")
        page.click("#reaction-chest-tightness summary")
        press(page, "#reaction-chest-tightness .step >> nth=0 >> button")
        expect(page.locator("#reaction-chest-tightness .step").first).to_contain_text("Done")
        page.select_option("#term", "chest-tightness")
        fill(page, spoken="My chest is tight.", grade="2", action="stopped, ECG")
        page.select_option("#related", "possible")
        page.select_option("#outcome", "recovering")
        press(page, "#harm button")
        (_, harm), *_ = here.clinic.registry.course(here.course).state.harms
        # The dictionary calls it not expected, and says where it was seen.
        assert (harm.expected, harm.reference) == ("unexpected", "seed")


def test_portions_with_a_rating_between_held_and_going_on(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path, regimen="anodyne-ketamine-im", is_started=True) as here:
        page = here.signed_in()
        volume = str(here.session.planned.portions[0].draw_up.value)
        fill(page, **{"portion-volume": volume, "portion-site": "left thigh"})
        page.click("form[data-queue=portion] button")
        expect(page.locator("#told")).to_contain_text("Pain is rated before each portion")
        assert here.session.portions == ()
        page.click("#told button:has-text('take it off')")
        page.check("#pain input[value='7']")
        fill(page, **{"portion-volume": volume, "portion-site": "left thigh"})
        press(page, "form[data-queue=portion] button")
        assert here.session.portions[0].pain is not None
        page.check("#pain input[value='5']")
        fill(page, **{"portion-volume": volume, "portion-site": "right thigh"})
        page.click("form[data-queue=portion] button")
        expect(page.locator("#told")).to_contain_text("since the portion before")
        page.click("#told button:has-text('take it off')")
        press(page, ".edge button:has-text('Pause')")
        expect(page.locator(".portions")).to_contain_text("Held.")
        # The tablet's clock runs on by seconds while the one of the test stands.
        here.minutes(page, 16)
        press(page, "form[data-queue=resume] button")
        page.check("#pain input[value='5']")
        fill(page, **{"portion-volume": volume, "portion-site": "right thigh"})
        press(page, "form[data-queue=portion] button")
        assert [one.portion for one in here.session.portions] == [1, 2]


def test_what_was_written_on_paper_is_typed_in_and_marked(browser: Browser, tmp_path: Path) -> None:
    """The times are in the past and in the clinic's zone; what speaks against it is told and it is recorded all the same."""
    with station(browser, tmp_path) as here:
        began = here.clinic.clock.at
        here.clinic.clock.wait(hours=2)
        page = here.signed_in()
        page.goto(f"{here.address}/courses/{here.course}/downtime?kind=start&session=1")
        local = began.astimezone(here.clinic.settings.profile.zone)
        page.fill("#at", f"{local:%Y-%m-%dT%H:%M}")
        for word in ("name", "date of birth", "kit", "monitoring", "airway", "escort", "urine"):
            page.check(f"input[value='{word}']")
        fill(page, weight="70", rate="104.2", site="left arm", second=NURSE_2.id, second_password=PASSWORD)
        press(page, "form.paper button")
        expect(page.locator("main")).to_contain_text("Recorded.")
        page.click("a:has-text('Observation')")
        page.fill("#at", f"{local:%Y-%m-%dT%H}:{local.minute + 10:02d}")
        page.fill("[id='vitals.rr']", "8")
        press(page, "form.paper button")
        expect(page.locator(".standing")).to_contain_text("Respiratory rate below 10/min")
        page.click("a:has-text('Back to the bedside')")
        expect(page.locator("#sheet")).to_contain_text("from paper")
        assert here.session.started is not None
        assert here.session.started.at == began
        assert here.observed("vitals.rr")[-1] == "8"


def test_every_form_works_without_script(browser: Browser, tmp_path: Path) -> None:
    with station(browser, tmp_path) as here:
        context = browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{here.address}/sign-in")
        page.fill("#account", "cleo")
        page.fill("#password", PASSWORD)
        page.click("main button:has-text('Sign in')")
        page.goto(here.bedside)
        start(page)
        page.click("form.start button:has-text('Start')")
        page.fill("[id='vitals.rr']", "8")
        page.click("form.entry-row button:has-text('Record')")
        expect(page.locator(".standing")).to_contain_text("Respiratory rate below 10/min")
        page.click(".edge button:has-text('Stop')")
        page.click(".why button[value='the patient asked to']")
        assert here.session.stopped_because == "the patient asked to"
        # 70 kg × 30 mg/kg = 2,100 mg in 104.2 mL, by hand: what stands at the top.
        assert "2,100 mg" in page.locator("h1").inner_text()
        assert here.session.planned.volume.value == Decimal("104.2")
