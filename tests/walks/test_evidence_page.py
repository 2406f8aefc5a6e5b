"""The page and the paper of an answer: in a real browser, on a telephone, in the dark, for a screen reader, and in print."""

from __future__ import annotations

import io
import itertools
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from typing import Any

import msgspec
import pypdf
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests import answers

from assuage.errors import PlanError
from assuage.evidence.answer import answer
from assuage.paper.evidence import render

CHROMIUM = "/usr/bin/chromium"
CATALOG = answers.the_catalog()
QUESTIONS = ("harms", "ketamine-or-magnesium", "magnesium-in-neuralgia")
INVENTED = "invented"
EVERY = (*QUESTIONS, INVENTED)


@cache
def page_of(name: str) -> str:
    found = answers.answer() if name == INVENTED else answer(CATALOG.question(name), CATALOG)
    return str(render(found, CATALOG, "html"))


@cache
def paper_of(name: str, paper: Any = "a4") -> bytes:
    found = answers.answer() if name == INVENTED else answer(CATALOG.question(name), CATALOG)
    made = render(found, CATALOG, "pdf", paper=paper)
    assert isinstance(made, bytes)
    return made


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, name: str, **options: Any) -> tuple[Page, list[str]]:
    """A page, and everything that it asked for or complained of."""
    page = browser.new_page(**options)
    told: list[str] = []
    page.on("request", lambda one: told.append(one.url))
    page.on("pageerror", lambda one: told.append(str(one)))
    page.on("console", lambda one: told.append(one.text))
    page.set_content(page_of(name))
    return page, told


@pytest.mark.parametrize("name", EVERY)
def test_the_page_asks_for_nothing_from_outside(browser: Browser, name: str) -> None:
    page, told = opened(browser, name)
    assert told == []
    assert page.evaluate("document.scripts.length") == 0
    assert re.findall(r"(?:src|href)=\"(?!#)", page_of(name)) == []
    assert "@import" not in page_of(name)


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("width", [360, 768, 1200])
def test_the_page_itself_never_scrolls_sideways(browser: Browser, name: str, width: int) -> None:
    page, _ = opened(browser, name, viewport={"width": width, "height": 800})
    assert page.evaluate("document.documentElement.scrollWidth") <= width
    shown = page.evaluate(
        "[...document.querySelectorAll('figure .picture')].filter(one => one.offsetWidth).map(one => one.className)"
    )
    assert shown
    assert set(shown) == {"picture narrow" if width == 360 else "picture wide"}


@pytest.mark.parametrize("name", EVERY)
def test_the_page_has_landmarks_headings_in_order_and_heads_for_every_table(name: str) -> None:
    page = page_of(name)
    assert page.startswith('<!doctype html>\n<html lang="en">')
    for landmark in ("<header>", "<main ", "<footer ", "<nav "):
        assert page.count(landmark) == 1
    levels = [int(level) for level in re.findall(r"<h(\d)", page)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(after - before <= 1 for before, after in itertools.pairwise(levels))
    assert page.count("<table") == page.count("<caption>") == page.count("<thead>")
    assert page.count("<tr>") == page.count('scope="row"') + page.count("<thead>")
    assert page.count("<figure>") == page.count("<figcaption>") > 0
    ids = re.findall(r"\bid=\"([^\"]+)\"", page)
    assert len(ids) == len(set(ids))
    assert set(re.findall(r"href=\"#([^\"]+)\"", page)) <= set(ids)


@pytest.mark.parametrize("name", EVERY)
def test_every_picture_tells_itself_to_those_who_cannot_see_it(name: str) -> None:
    drawn = re.findall(r"<svg[^>]*>(?:<title>.*?</title><desc>.*?</desc>)?", page_of(name), re.DOTALL)
    outer = [one for one in drawn if 'role="img"' in one]
    assert outer
    assert all("<desc>" in one and len(one.split("<desc>")[1]) > 40 for one in outer)


def test_a_keyboard_reaches_the_evidence_and_every_table_that_scrolls(browser: Browser) -> None:
    page, _ = opened(browser, "magnesium-in-neuralgia", viewport={"width": 360, "height": 700})
    page.keyboard.press("Tab")
    assert page.evaluate("document.activeElement.textContent") == "Skip to the evidence"
    page.keyboard.press("Enter")
    assert page.evaluate("document.querySelectorAll('.scroll:not([tabindex])').length") == 0
    assert page.evaluate("[...document.querySelectorAll('.scroll')].every(one => one.getAttribute('aria-label'))")


@pytest.mark.parametrize("scheme", ["light", "dark"])
def test_letters_stand_out_from_the_page(browser: Browser, scheme: Any) -> None:
    """WCAG 2.2, 1.4.3: a ratio of at least 4.5 between every text and what is behind it."""
    page, _ = opened(browser, "ketamine-or-magnesium", color_scheme=scheme)
    worst = page.evaluate(CONTRAST)
    assert worst["ratio"] >= 4.5, worst


CONTRAST = """() => {
  const channel = one => { one /= 255; return one <= 0.04045 ? one / 12.92 : ((one + 0.055) / 1.055) ** 2.4; };
  const light = parts => 0.2126 * channel(parts[0]) + 0.7152 * channel(parts[1]) + 0.0722 * channel(parts[2]);
  const numbers = text => text.match(/[\\d.]+/g).map(Number);
  const behind = node => { for (let at = node; at; at = at.parentElement) {
    const found = numbers(getComputedStyle(at).backgroundColor); if (found.length < 4 || found[3] > 0) return found; }
    return [255, 255, 255]; };
  let worst = {ratio: 99, text: ''};
  for (const node of document.querySelectorAll('body *:not(svg *):not(.skip)')) {
    if (![...node.childNodes].some(one => one.nodeType === 3 && one.textContent.trim())) continue;
    const [one, other] = [light(numbers(getComputedStyle(node).color)), light(behind(node))].sort((a, b) => b - a);
    const ratio = (one + 0.05) / (other + 0.05);
    if (ratio < worst.ratio) worst = {ratio, text: node.textContent.slice(0, 60)};
  }
  return worst;
}"""


def test_in_print_the_wide_picture_stands_and_heads_are_repeated(browser: Browser) -> None:
    page, _ = opened(browser, "magnesium-in-neuralgia", viewport={"width": 360, "height": 700})
    page.emulate_media(media="print")
    assert page.evaluate("getComputedStyle(document.querySelector('thead')).display") == "table-header-group"
    assert page.evaluate("getComputedStyle(document.querySelector('nav')).display") == "none"
    assert page.evaluate("getComputedStyle(document.body).color") == "rgb(0, 0, 0)"


def test_a_study_of_the_table_leads_to_its_card() -> None:
    page = page_of("ketamine-or-magnesium")
    assert re.search(r'<th scope="row"><a href="#study-kim-2015">', page)
    assert '<article class="card" id="study-kim-2015"' in page


@pytest.mark.parametrize("name", EVERY)
@pytest.mark.parametrize("format", ["text", "html"])
def test_every_page_says_what_it_is_not_before_its_tables(name: str, format: str) -> None:
    found = answers.answer() if name == INVENTED else answer(CATALOG.question(name), CATALOG)
    made = page_of(name) if format == "html" else str(render(found, CATALOG, format))
    said = re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", made.split("</style>")[-1]).replace("\n! ", " "))
    table = said.index("One line for each body of evidence")
    for part in ("not a recommendation", "recommends no treatment and ranks none", "regression to the mean"):
        assert said.index(part) < table


def test_what_a_record_says_is_never_markup_nor_source() -> None:
    hostile = answers.answer(short=answers.HOSTILE, summary=(answers.HOSTILE,))
    page = str(render(hostile, CATALOG, "html"))
    assert "<script" not in page
    assert "&lt;script&gt;alert(1)&lt;/script&gt;" in page
    made = render(hostile, CATALOG, "pdf")
    assert isinstance(made, bytes)
    assert '<script>alert(1)</script> #panic("x") *z*' in re.sub(r"\s+", " ", words(made)[0])


def words(made: bytes) -> list[str]:
    """The text of each sheet of paper."""
    done = subprocess.run(["pdftotext", "-layout", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode().split("\f")[:-1]


@pytest.mark.parametrize("name", EVERY)
def test_every_sheet_has_its_question_its_day_its_catalog_and_its_number(name: str) -> None:
    sheets = words(paper_of(name))
    question = answers.QUESTION if name == INVENTED else name
    for number, sheet in enumerate(sheets, 1):
        head = sheet.strip().splitlines()[0]
        assert head.startswith(f"{question}; evidence as read on 25-Nov-2026; catalog {CATALOG.fingerprint[:10]}")
        assert re.search(rf"not a recommendation.*page {number} of {len(sheets)}\s*$", sheet.strip())


@pytest.mark.parametrize("name", EVERY)
def test_the_paper_is_tagged_in_english_and_has_a_title(name: str) -> None:
    read = pypdf.PdfReader(io.BytesIO(paper_of(name)))
    root: Any = read.trailer["/Root"]
    assert root["/MarkInfo"]["/Marked"]
    assert root["/Lang"] == "en"
    assert root["/ViewerPreferences"]["/DisplayDocTitle"]
    assert "pdfuaid:part" in read.xmp_metadata.stream.get_data().decode()  # type: ignore[union-attr]
    assert str(read.metadata.title).split()  # type: ignore[union-attr]
    assert read.outline


def test_a_table_that_breaks_repeats_its_head() -> None:
    bodies = [msgspec.structs.replace(answers.means(), id=f"scores-{number}") for number in range(40)]
    made = render(answers.answer(*bodies), CATALOG, "pdf")
    assert isinstance(made, bytes)
    sheets = words(made)
    begun = next(number for number, sheet in enumerate(sheets) if "One line for each body of evidence" in sheet)
    for sheet in sheets[begun : begun + 2]:
        assert re.search(r"Outcome and time\s+Found\s+Effect", sheet)


def test_no_letter_of_the_paper_is_smaller_than_seven_points() -> None:
    sizes: set[float] = set()

    def seen(said: str, under: list[float], matrix: list[float], _: Any, size: float) -> None:
        if said.strip():
            sizes.add(
                round(size * (matrix[0] ** 2 + matrix[1] ** 2) ** 0.5 * (under[0] ** 2 + under[1] ** 2) ** 0.5, 2)
            )

    for sheet in pypdf.PdfReader(io.BytesIO(paper_of("magnesium-in-neuralgia"))).pages:
        sheet.extract_text(visitor_text=seen)
    assert len(sizes) > 3
    assert min(sizes) >= 7


def test_the_same_answer_makes_the_same_bytes_on_either_paper() -> None:
    for paper, size in (("a4", (210, 297)), ("us-letter", (216, 279))):
        made = paper_of(INVENTED, paper)
        assert made == render(answers.answer(), CATALOG, "pdf", paper=paper)  # type: ignore[arg-type]
        read = pypdf.PdfReader(io.BytesIO(made))
        assert tuple(round(float(side) / 72 * 25.4) for side in read.pages[0].mediabox[2:]) == size
    with pytest.raises(PlanError, match="us-letter"):
        render(answers.answer(), CATALOG, "pdf", paper="letter")  # type: ignore[arg-type]
