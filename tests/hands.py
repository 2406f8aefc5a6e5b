"""Hands at the clinic's pages in a real browser: with a mouse, by keyboard alone, without script; and what they do, step by step."""

from __future__ import annotations

from playwright.sync_api import Browser, ConsoleMessage, Page
from tests.browsed import PASSWORD, Clinic
from tests.courses import facts

from assuage.course import Person
from assuage.course.state import Course

# A form of every fact has some two hundred places to stop at.
MOST_STOPS = 600
MAGNESIUM = "magnesium-sulfate-500-mg-per-ml-10-ml"


class Hands:
    """How somebody works at a page. With a mouse: everything is clicked."""

    has_script = True

    def fill(self, page: Page, field: str, text: str) -> None:
        page.fill(f"[id='{field}']", text)

    def choose(self, page: Page, field: str, value: str) -> None:
        page.select_option(f"[id='{field}']", value)

    def tick(self, page: Page, selector: str) -> None:
        page.check(selector)

    def press(self, page: Page, words: str) -> None:
        with page.expect_navigation():
            page.click(f"main button:has-text('{words}')")


class Keys(Hands):
    """By keyboard alone: Tab until the place is reached, then type."""

    def reach(self, page: Page, selector: str) -> None:
        for _ in range(MOST_STOPS):
            if page.evaluate("selector => document.activeElement.matches(selector)", selector):
                return
            page.keyboard.press("Tab")
        raise AssertionError(f"{selector} is not reached by Tab on {page.url}")

    def fill(self, page: Page, field: str, text: str) -> None:
        self.reach(page, f"[id='{field}']")
        page.keyboard.press("Control+A")
        page.keyboard.type(text)

    def choose(self, page: Page, field: str, value: str) -> None:
        self.reach(page, f"[id='{field}']")
        listed = "(one, value) => [...one.options].find(each => each.value === value).text"
        words = page.locator(f"[id='{field}']").evaluate(listed, value)
        page.keyboard.type(words)
        assert page.locator(f"[id='{field}']").input_value() == value

    def tick(self, page: Page, selector: str) -> None:
        self.reach(page, selector)
        page.keyboard.press("Space")

    def press(self, page: Page, words: str) -> None:
        button = page.locator(f"main button:has-text('{words}')").first
        button.evaluate("one => one.setAttribute('data-wanted', '')")
        self.reach(page, "[data-wanted]")
        with page.expect_navigation():
            page.keyboard.press("Enter")


class NoScript(Hands):
    """A browser with script turned off."""

    has_script = False


def _is_complaint(one: ConsoleMessage) -> bool:
    """What a browser complains of; a hint of its own, and the refusal that this story has in it, are none."""
    return one.type in ("error", "warning") and "status of 422" not in one.text


class Walked:
    """Three browsers at one clinic, and everything a page complained of."""

    def __init__(self, clinic: Clinic, browser: Browser, address: str, *, hands: Hands) -> None:
        self.clinic, self.hands, self.address = clinic, hands, address
        self.complaints: list[str] = []
        self.elsewhere: list[str] = []
        self.browser = browser
        self.course = ""

    def signed_in(self, person: Person) -> Page:
        context = self.browser.new_context(java_script_enabled=self.hands.has_script)
        page = context.new_page()
        page.on("console", lambda one: self.complaints.append(one.text) if _is_complaint(one) else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.on("request", lambda one: self.elsewhere.append(one.url) if not one.url.startswith(self.address) else None)
        page.goto(f"{self.address}/sign-in")
        self.hands.fill(page, "account", person.id)
        self.hands.fill(page, "password", PASSWORD)
        self.hands.press(page, "Sign in")
        return page

    def open(self, page: Page, part: str) -> None:
        page.goto(f"{self.address}/courses/{self.course}/{part}")

    @property
    def state(self) -> Course:
        return self.clinic.registry.course(self.course).state


def refer(walked: Walked, page: Page) -> None:
    page.goto(f"{walked.address}/patients/demo-1/courses/new")
    walked.hands.choose(page, "indication", "postherpetic-neuralgia")
    walked.hands.fill(page, "reason", "Nothing helped.")
    walked.hands.press(page, "Begin the course")
    walked.course = page.url.rsplit("/", 1)[1]


def record_facts(walked: Walked, page: Page) -> None:
    """A file fills the form; one slip is told beside its field; then it is recorded."""
    walked.open(page, "facts")
    page.locator(".upload summary").click()
    page.set_input_files(
        "#file",
        files=[{"name": "patient.json", "mimeType": "application/json", "buffer": facts(id="letter-7").encode()}],
    )
    walked.hands.press(page, "Read the file")
    walked.hands.fill(page, "creatinine", "<0.2")
    walked.hands.tick(page, "#same") if not isinstance(walked.hands, Keys) else None
    walked.hands.press(page, "Record the facts")
    told = page.locator("#creatinine-error").inner_text()
    assert "not a bound" in told
    assert page.input_value("#weight") == "70", "what was typed is kept"
    if walked.hands.has_script:
        assert page.evaluate("document.activeElement.id") == "problems", "what went wrong is read first"
    if not page.is_checked("#same"):
        walked.hands.tick(page, "#same")
    walked.hands.fill(page, "creatinine", "80")
    walked.hands.press(page, "Record the facts")
    assert page.url.endswith("/eligibility")
    assert walked.state.facts is not None


def order(walked: Walked, page: Page) -> None:
    walked.open(page, "eligibility?regimen=kim-2015-magnesium&start=2026-11-30T09:00")
    assert "Eligible" in page.locator(".verdict").inner_text()
    walked.hands.press(page, "Record this verdict")
    assert "/plan" in page.url
    assert "2,100 mg" in page.locator("p.dose").first.inner_text().replace("\N{NO-BREAK SPACE}", " ")
    for one in page.locator("[id^='because:']").all():
        walked.hands.fill(page, str(one.get_attribute("id")), "Read and weighed.")
    walked.hands.press(page, "Order")
    assert walked.state.order is not None


def check(walked: Walked, page: Page) -> None:
    walked.open(page, "check")
    main = page.locator("main").inner_text()
    assert "30 mg/kg" in main
    assert "2,100" not in main
    at = "infusion.magnesium-sulfate"
    for field, value in (("weight", "70"), (f"{at}.strength", "500"), (f"{at}.dose", "2100"), (f"{at}.draw_up", "4.2"),
                         ("infusion.total_volume", "104.2"), ("infusion.rate", "104.2")):  # fmt: skip
        walked.hands.fill(page, field, value)
    walked.hands.press(page, "Compare")
    assert "It agrees" in page.locator("main").inner_text()


def sign(walked: Walked, page: Page) -> None:
    walked.open(page, "sign")
    words = page.locator(".words").inner_text()
    assert "for EXAMPLE, Erna, three times on alternate days from 30-Nov-2026" in words
    walked.hands.fill(page, "password", PASSWORD)
    walked.hands.press(page, "Sign: prescribed")
    order = walked.state.order
    assert order is not None
    assert order.signed is not None
    assert order.signed.words == words


def prepare(walked: Walked, page: Page) -> None:
    walked.open(page, "prepare")
    walked.hands.choose(page, "magnesium-sulfate.presentation", MAGNESIUM)
    for field, value in (("lot", "L7"), ("expires", "2027-06"), ("opened", "1")):
        walked.hands.fill(page, f"magnesium-sulfate.{field}", value)
    walked.hands.press(page, "It is prepared")
    assert page.url.endswith("/bedside")
