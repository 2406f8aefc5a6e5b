"""The bedside in a real browser: a clinic with a prepared session, and hands that work at its page."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, sync_playwright
from tests.browsed import PASSWORD, Clinic
from tests.courses import NURSE, NURSE_2, Walk, facts, facts_for_ketamine
from tests.registries import fresh_registry
from tests.served import served

from assuage.course import Person
from assuage.course.event import Observed
from assuage.course.state import SessionState

CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
TABLET = {"width": 1024, "height": 768}
VITALS = {"vitals.hr": "72", "vitals.sbp": "130", "vitals.dbp": "76", "vitals.spo2": "97", "vitals.rr": "15"}


@contextmanager
def chromium() -> Iterator[Browser]:
    """A browser of this machine."""
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield started
        started.close()


@dataclass
class Station:
    """A clinic that answers, one course, and a browser."""

    clinic: Clinic
    address: str
    course: str
    browser: Browser
    complaints: list[str] = field(default_factory=list)

    @property
    def bedside(self) -> str:
        return f"{self.address}/courses/{self.course}/bedside"

    @property
    def session(self) -> SessionState:
        found = self.clinic.registry.course(self.course).state.session(1)
        assert found is not None
        return found

    def observed(self, what: str) -> list[str]:
        """Every value on record of one thing, in the order it was put there."""
        seen = [
            one.event for one in self.clinic.registry.course(self.course).records if isinstance(one.event, Observed)
        ]
        return [f"{each.value.value:f}" if each.value else str(each.word) for one in seen for each in one.found if each.what == what]  # fmt: skip

    def signed_in(self, person: Person = NURSE, *, context: BrowserContext | None = None) -> Page:
        """A tablet with somebody signed in, at the bedside."""
        page = (context or self.browser.new_context(viewport=TABLET)).new_page()  # type: ignore[arg-type]
        page.on("console", lambda one: self.complaints.append(one.text) if is_complaint(one) else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.goto(f"{self.address}/sign-in")
        sign_in(page, person)
        self.open(page)
        return page

    def open(self, page: Page) -> None:
        """The page of the bedside, once it is kept for a reload without network."""
        page.goto(self.bedside)
        until(page, "async () => bedside.dataset.open === 'no' || !!(await caches.match(location.href))")

    def minutes(self, page: Page, minutes: float) -> None:
        """Time passes; the tablet hears of it."""
        self.clinic.clock.wait(minutes=minutes)
        with page.expect_response("**/clock"):
            page.evaluate("dispatchEvent(new Event('online'))")


def until(page: Page, question: str) -> None:
    """Ask the page until it says yes; for what cannot be seen on it."""
    for _ in range(200):
        if page.evaluate(question):
            return
        page.wait_for_timeout(50)
    raise AssertionError(f"never true: {question}")


def is_complaint(one: ConsoleMessage) -> bool:
    """What a browser complains of; that there is no network, or that a step was refused, is a part of these stories."""
    expected = (
        "ERR_INTERNET_DISCONNECTED",
        "status of 4",
        "status of 503",
        "ERR_FAILED",
        "error occurred when fetching the script",
    )
    return one.type in ("error", "warning") and not any(word in one.text for word in expected)


def sign_in(page: Page, person: Person) -> None:
    page.fill("#account", person.id)
    page.fill("#password", PASSWORD)
    with page.expect_navigation():
        page.click("main button:has-text('Sign in')")


def fill(page: Page, **values: str) -> None:
    """Fields by their ids; a double underscore is a point."""
    for name, value in values.items():
        page.fill(f"[id='{name.replace('__', '.')}']", value)


def record(page: Page, **values: str) -> None:
    """An entry of the flow sheet, until the page shows it from the record."""
    enter(page, **values)
    with page.expect_navigation():
        page.click("form.entry-row button:has-text('Record')")
    page.wait_for_load_state()


def enter(page: Page, **values: str) -> None:
    for name, value in values.items():
        field_ = f"form.entry-row [id='{name}']"
        if page.locator(field_).evaluate("one => one.tagName") == "SELECT":
            page.select_option(field_, value)
        else:
            page.fill(field_, value)


def press(page: Page, selector: str) -> None:
    with page.expect_navigation():
        page.click(selector)
    page.wait_for_load_state()


def start(page: Page, *, second: Person = NURSE_2, rate: str | None = "104.2") -> None:
    """Fill the start, all but the last press."""
    for word in ("name", "date of birth", "kit", "monitoring", "airway", "escort", "urine"):
        page.check(f"form.start input[value='{word}']")
    fill(page, weight="70", site="left forearm", second=second.id, second_password=PASSWORD)
    if rate is not None:
        page.fill("#rate", rate)


@contextmanager
def station(
    browser: Browser, folder: Path, *, regimen: str = "kim-2015-magnesium", is_started: bool = False
) -> Iterator[Station]:
    """A clinic in which the first session is prepared and its baseline found; or it runs."""
    with fresh_registry("sqlite", folder) as registry:
        clinic = Clinic(registry).with_people()
        clinic.patient()
        walk = Walk(regimen=regimen, document=facts_for_ketamine() if "ketamine" in regimen else facts()).ready()
        if is_started:
            walk.started()
        course = clinic.course(walk.records)
        clinic.clock.at = walk.at
        with served(clinic) as address:
            made = Station(clinic, address, course, browser)
            yield made
            for context in browser.contexts:
                context.close()
        assert registry.verify() == ()
        assert made.complaints == [], made.complaints
