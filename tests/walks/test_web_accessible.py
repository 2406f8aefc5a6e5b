"""Every page is open to everybody: the rules of accessibility in light, dark, dim and print, by keyboard, and 320 px wide."""

from __future__ import annotations

import json
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from tests.browsed import ADMINISTRATOR, AUDITOR, ERNA, RESEARCHER, Clinic
from tests.courses import NURSE, PHARMACIST, PHYSICIAN, Walk
from tests.registries import fresh_registry
from tests.served import served

from assuage.course import Person
from assuage.registry import links, sign_ins
from assuage.web.routes import ROUTES

AXE = Path(__file__).parent / "axe" / "node_modules" / "axe-core" / "axe.min.js"
CHROMIUM = "/usr/bin/chromium"
FLAGS = [
    "--no-sandbox",
    "--disable-gpu",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
    "--no-first-run",
]
RULES = ["wcag2a", "wcag2aa", "wcag21a", "wcag21aa", "wcag22a", "wcag22aa", "best-practice"]
NARROW = {"width": 320, "height": 640}
WIDE = {"width": 1280, "height": 900}
# A form of every fact has some two hundred places to stop at; so many are tried on each page.
STOPS = 40
OF_A_COURSE = ("", "/facts", "/eligibility", "/compare?regimen=kim-2015-magnesium", "/plan", "/levels", "/check", "/sign", "/prepare",
               "/bedside", "/reconcile", "/downtime", "/response", "/ledger", "/follow-up", "/harms", "/paper")  # fmt: skip
OF_THE_CLINIC = ("/", "/patients", "/patients/new", "/patients/demo-1", "/patients/demo-1/courses/new", "/follow-ups", "/harms", "/clinic",
                 "/adoption", "/adoption/kim-2015-magnesium", "/account", "/prove", "/restricted/demo-1", "/nothing")  # fmt: skip
PAGES: tuple[tuple[Person | None, str], ...] = (
    *((PHYSICIAN, f"/courses/referred00{part}") for part in OF_A_COURSE[:6]),
    *((PHYSICIAN, f"/courses/signed000{part}") for part in OF_A_COURSE),
    *((NURSE, f"/courses/running00{part}") for part in ("", "/bedside", "/bedside/mend/8", "/response")),
    *((NURSE, f"/courses/over00000{part}") for part in ("", "/bedside", "/reconcile", "/response", "/follow-up", "/paper")),
    *((PHYSICIAN, one) for one in OF_THE_CLINIC),
    *((ADMINISTRATOR, one) for one in ("/accounts", "/accounts/cleo", "/keeping", "/keeping/erase")),
    (PHARMACIST, "/courses/over00000/checked"), (PHYSICIAN, "/evidence"), (PHYSICIAN, "/evidence/ketamine-or-magnesium"),
    (AUDITOR, "/audit"), (RESEARCHER, "/research"), (RESEARCHER, "/clinic"), (None, "/sign-in"), (None, "/answer/{token}"), (None, "/answer/gone"),
)  # fmt: skip
# What the browser says of a page that is not there, and of a worker that is kept out so that no page is an old one.
OF_THE_TEST = ("status of 4", "Service Worker registration blocked")
ABSENT = {"/nothing": 404, "/answer/gone": 410}
# Paper, pictures, files and ways on.
NO_PAGES = {
    "/clock", "/courses/{course}/paper/check", "/courses/{course}/paper/{paper}", "/evidence/{question}/paper", "/courses/{course}/levels/{number}.svg",
    "/clinic/figures.csv", "/courses/{course}/harms/{number}/report", "/sign-in/elsewhere", "/sign-in/elsewhere/back", "/prove/elsewhere",
}  # fmt: skip
FOUND = """async rules => (await axe.run(document, {runOnly: rules, resultTypes: ["violations"]})).violations.map(
    one => one.id + ": " + one.nodes.slice(0, 3).map(each => each.html.slice(0, 140) + " | " + each.failureSummary.slice(0, 200)).join(" ;; "))"""

TOO_WIDE = """width => { const wide = document.documentElement.scrollWidth;
    return wide <= width ? [] : [wide, ...[...document.body.querySelectorAll("*")].filter(one => one.getBoundingClientRect().right > width)
        .map(one => one.outerHTML.slice(0, 120)).slice(0, 9)]; }"""


@dataclass
class Shown:
    """One server and one browser for all; what pages complained of, and what they asked of other hosts."""

    clinic: Clinic
    address: str
    browser: Browser
    token: str
    contexts: dict[tuple[str, str], BrowserContext] = field(default_factory=dict)
    complaints: list[str] = field(default_factory=list)

    def page(self, person: Person | None, scheme: str = "light", theme: str = "device") -> Page:
        """A page of a person: the policy of the program is set aside here, so that the rules can be read into it."""
        name = (person.id if person else "", f"{scheme} {theme}")
        if name not in self.contexts:
            self.contexts[name] = self._context(person, scheme, theme)
        return self.contexts[name].pages[0]

    def _context(self, person: Person | None, scheme: Any, theme: str) -> BrowserContext:
        context = self.browser.new_context(bypass_csp=True, color_scheme=scheme, viewport=WIDE, service_workers="block")  # type: ignore[arg-type]
        cookies = {"theme": theme, **signed_in(self.clinic, person)}
        context.add_cookies([{"name": name, "value": value, "url": self.address} for name, value in cookies.items()])
        page = context.new_page()
        page.on("console", lambda one: self.complaints.append(one.text) if one.type in ("error", "warning") else None)
        page.on("pageerror", lambda one: self.complaints.append(str(one)))
        page.on(
            "request",
            lambda one: None if one.url.startswith((self.address, "data:")) else self.complaints.append(one.url),
        )
        return context

    def open(self, page: Page, address: str) -> None:
        self.complaints.clear()
        answer = page.goto(self.address + address.replace("{token}", self.token))
        assert answer is not None
        assert answer.status == ABSENT.get(address, 200), address


def signed_in(clinic: Clinic, person: Person | None) -> dict[str, str]:
    """The cookie of somebody who has signed in; none of nobody."""
    if person is None:
        return {}
    with clinic.registry.writing() as connection:
        return {"assuage": sign_ins.begin(connection, person.id, at=clinic.clock.at)}


@contextmanager
def at_every_stage(folder: Path) -> Iterator[tuple[Clinic, str, str]]:
    """A clinic that serves a course at each stage, its address, and the token of a patient's link."""
    with fresh_registry("sqlite", folder) as registry:
        clinic = Clinic(registry).with_people()
        clinic.patient()
        # Two infusions of one person on one day would be refused.
        clinic.patient("demo-2")
        for id, walk in stages().items():
            clinic.course(walk.records, patient=walk.patient, id=id)
            clinic.clock.at = max(clinic.clock.at, walk.at)
        with registry.writing() as connection:
            token = links.make(connection, registry.keys, course="over00000", purpose="day 14", at=clinic.clock.at)
        with served(clinic) as address:
            yield clinic, address, token


@pytest.fixture(scope="module")
def shown(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Shown]:
    folder = tmp_path_factory.mktemp("accessible")
    with at_every_stage(folder) as (clinic, address, token), sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=FLAGS)
        yield Shown(clinic, address, browser, token)
        browser.close()


def stages() -> dict[str, Walk]:
    """A course at each stage, weeks apart, so that none stands in the way of another."""
    first = Walk().at
    return {
        "referred00": Walk(at=first).referred(),
        "signed000": Walk(at=first).referred().screened().ordered().checked().signed(),
        "running00": Walk(at=first, patient="demo-2").ready().started(),
        "over00000": Walk(at=first).ready().started().ended(),
    }


def test_the_rules_are_there() -> None:
    assert json.loads((AXE.parent / "package.json").read_text())["version"]


def test_no_page_is_left_out() -> None:
    read = [address.split("?")[0].replace("{token}", "x") for _, address in PAGES]
    routes = [one.path for one in ROUTES if "GET" in one.methods and one.path not in NO_PAGES]
    assert [
        one for one in routes if not any(re.fullmatch(re.sub(r"{[a-z]+}", "[^/]+", one), each) for each in read)
    ] == []


@pytest.mark.parametrize(
    ("person", "address"), PAGES, ids=lambda one: one.id if isinstance(one, Person) else str(one or "nobody")
)
def test_a_page_breaks_no_rule(shown: Shown, person: Person | None, address: str) -> None:
    """In light, dark, dim and on paper; one heading, a title without a patient, nothing asked of another host."""
    problems = []
    for scheme, theme in (("light", "device"), ("dark", "device"), ("light", "dim")):
        page = shown.page(person, scheme, theme)
        shown.open(page, address)
        page.evaluate(AXE.read_text(encoding="utf-8"))
        problems += [f"{scheme} {theme}: {one}" for one in page.evaluate(FOUND, RULES)]
        problems += [
            f"{scheme} {theme}: {one}" for one in shown.complaints if not any(each in one for each in OF_THE_TEST)
        ]
    page = shown.page(person)
    page.emulate_media(media="print")
    problems += [f"print: {one}" for one in page.evaluate(FOUND, RULES)]
    page.emulate_media(media="screen")
    problems += named(page)
    assert problems == []


def named(page: Page) -> list[str]:
    """What is wrong with the name of a page."""
    # The mark of the example clinic is a word of the example patient's name too.
    title, headings = page.title().removesuffix(" · EXAMPLE"), page.locator("h1").count()
    personal = [one for one in (ERNA.family, ERNA.given, "1957") if re.search(one, title, re.IGNORECASE)]
    return [f"{headings} headings of the first order"] * (headings != 1) + [f"the title “{title}”"] * (
        bool(personal) or len(title) < 4
    )


@pytest.mark.parametrize(
    ("person", "address"), PAGES, ids=lambda one: one.id if isinstance(one, Person) else str(one or "nobody")
)
def test_a_page_fits_a_telephone_and_is_reached_by_keyboard(shown: Shown, person: Person | None, address: str) -> None:
    page = shown.page(person)
    shown.open(page, address)
    page.set_viewport_size(NARROW)  # type: ignore[arg-type]
    wide = page.evaluate(TOO_WIDE, NARROW["width"])
    page.set_viewport_size(WIDE)  # type: ignore[arg-type]
    assert wide == []
    unseen = []
    for _ in range(STOPS):
        page.keyboard.press("Tab")
        at = page.evaluate("""() => { const one = document.activeElement, style = getComputedStyle(one), box = one.getBoundingClientRect();
            return one === document.body ? null : {words: one.outerHTML.slice(0, 90), seen: style.outlineStyle !== "none" && parseFloat(style.outlineWidth) >= 2,
            inside: box.bottom > 0 && box.top < innerHeight}; }""")
        if at is None:
            break
        unseen += [] if at["seen"] and at["inside"] else [at["words"]]
    assert unseen == []
