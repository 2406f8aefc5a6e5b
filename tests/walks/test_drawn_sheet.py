"""Expected levels drawn on the order sheet: paper and page, each with its table, its description, and the form unchanged."""

from __future__ import annotations

import io
import math
import re
import subprocess
import sys
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any

import pypdf
import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.walks.shell import PATIENT, START, assuage

CHROMIUM = "/usr/bin/chromium"
KIM, BOTH = "kim-2015-magnesium", "alternating-magnesium-ketamine"
# One substance; a drug and its metabolite; three substances; seven days of five hours.
DRAWN = ((KIM, 1), ("kim-2015-ketamine", 1), (BOTH, 2), ("amr-2010-ketamine", 1))
PAPERS = ("a4", "us-letter")


@cache
def sheet(regimen: str, format: str, *words: str) -> bytes:
    more = ("--mode", "exact") if regimen.startswith("amr") else ()
    command = [sys.executable, "-m", "assuage", "plan", PATIENT, "--regimen", regimen, *START, "--format", format]
    done = subprocess.run([*command, *more, *words], capture_output=True)
    assert done.returncode == 0, done.stderr.decode()
    return done.stdout


def pages(made: bytes) -> list[str]:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return [re.sub(r"\s+", " ", page) for page in done.stdout.decode().split("\f")[:-1]]


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("regimen", "charts"), DRAWN)
def test_each_drug_has_a_page_behind_a_form_that_is_as_it_was(regimen: str, charts: int, paper: str) -> None:
    plain = pages(sheet(regimen, "pdf", "--paper", paper))
    drawn = pages(sheet(regimen, "pdf", "--paper", paper, "--exposure"))
    assert len(drawn) == len(plain) + charts
    for before, after in zip(plain, drawn, strict=False):
        # A form of several pages lists at its end also the sources of the levels: up to there it is as it was.
        body, _, _ = before.rpartition(f"Regimen {regimen}, for")
        assert after.startswith(body)
    assert re.search(rf"page 1 of {len(drawn)}\b", drawn[0])
    for page in drawn[len(plain) :]:
        for part in ("Predicted, not measured.", "The beginning", "hours from the first start", "median and 5 to 95 %",
                     "levels after the first start", "reference bands are no targets", "SOURCES CITED ON THIS PAGE", "demo-1"):  # fmt: skip
            assert part in page


@pytest.mark.parametrize("paper", PAPERS)
@pytest.mark.parametrize(("regimen", "charts"), DRAWN)
def test_no_letter_is_smaller_than_seven_points_also_in_the_drawing(regimen: str, charts: int, paper: str) -> None:
    read = pypdf.PdfReader(io.BytesIO(sheet(regimen, "pdf", "--paper", paper, "--exposure")))
    sizes: set[float] = set()

    def seen(said: str, under: list[float], matrix: list[float], _: Any, size: float) -> None:
        if said.strip():
            # Text may be turned: the length of where its first axis goes.
            sizes.add(round(size * math.hypot(*matrix[:2]) * math.hypot(*under[:2]), 2))

    for page in read.pages[-charts:]:
        page.extract_text(visitor_text=seen)
    assert len(sizes) > 3
    assert min(sizes) >= 7


def test_the_drawing_has_a_description_for_those_who_cannot_see_it() -> None:
    read = pypdf.PdfReader(io.BytesIO(sheet(BOTH, "pdf", "--exposure")))
    told = alternatives(read)
    assert len(told) == 2
    assert "total magnesium: highest 1.16 mmol/L, 1 h after the start of session 5" in told[0]
    assert "norketamine: highest" in told[1]


def alternatives(read: pypdf.PdfReader) -> list[str]:
    """The alternative texts of a tagged document, in order."""
    found: list[str] = []
    waiting: list[Any] = [read.trailer["/Root"]["/StructTreeRoot"]]  # type: ignore[index]
    while waiting:
        one = waiting.pop().get_object()
        if isinstance(one, list):
            waiting += reversed(one)
        elif isinstance(one, dict):
            found += [str(one["/Alt"])] if "/Alt" in one else []
            waiting += [one["/K"]] if "/K" in one else []
    return found


def test_what_a_model_cannot_be_trusted_for_stands_in_the_picture_itself() -> None:
    magnesium, ketamine = pages(sheet(BOTH, "pdf", "--exposure"))[-2:]
    for part in ("– Rises above the baseline read 22 to 27 % low", "– Fitted on pregnant women", "(upper line)"):
        assert part in magnesium
    assert "– Predicts arterial levels; a venous level is not to be compared with it" in ketamine
    assert "– The range from slow to fast absorption is the answer" in ketamine


def test_hours_of_a_table_count_where_the_drug_is_given() -> None:
    """Ketamine begins on the second day: half an hour later is 24.5 h, and not a row of zeros."""
    page = pages(sheet(BOTH, "pdf", "--exposure"))[-1]
    assert "24.5 h 25 h 26 h 28 h 32 h 48 h" in page


def test_the_same_plan_draws_the_same_page() -> None:
    assert sheet(KIM, "html", "--exposure") == sheet(KIM, "html", "--exposure", "--force")


@pytest.mark.parametrize("format", ["html", "pdf"])
def test_a_refused_plan_draws_nothing(format: str, tmp_path: Path) -> None:
    path = tmp_path / f"plan.{format}"
    words = ("plan", PATIENT, "--regimen", "fischer-2013-magnesium", *START, "--exposure", "--format", format)
    assert assuage(*words, "-o", str(path)).code == 3
    assert b"<svg" not in path.read_bytes()


def test_a_band_of_the_only_line_has_no_second_time() -> None:
    """Ketamine has one line: the time above a band is told once, and no other line is said to reach it for 0 min."""
    text = " ".join(sheet("kim-2015-ketamine", "text", "--exposure").decode().split())
    assert "Reached: 70 ng/mL (analgesia; adults) by everybody of 10,000, for" in text
    assert "by the highest line" not in text


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with sync_playwright() as playwright:
        started = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield started
        started.close()


def opened(browser: Browser, path: Path, width: int) -> tuple[Page, list[str]]:
    page = browser.new_page(viewport={"width": width, "height": 900}, java_script_enabled=False)
    told: list[str] = []
    page.on("request", lambda one: told.append(one.url))
    page.on("console", lambda one: told.append(one.text))
    page.goto(path.as_uri())
    return page, told


@pytest.mark.parametrize("width", [360, 1000])
def test_the_page_shows_each_picture_with_its_table_and_fetches_nothing(
    browser: Browser, tmp_path: Path, width: int
) -> None:
    path = tmp_path / "plan.html"
    path.write_bytes(sheet(BOTH, "html", "--exposure"))
    page, told = opened(browser, path, width)
    assert told == [page.url]
    drawn = page.locator(".picture svg[role=img]")
    assert drawn.count() == 2
    for number in range(2):
        box = drawn.nth(number).bounding_box()
        assert box is not None
        assert 0 < box["width"] <= width
        assert drawn.nth(number).locator("> title").count() == 1
        assert "Predicted levels over time" in (drawn.nth(number).locator("> desc").text_content() or "")
    assert page.locator("section:has(> .picture) table").count() == 2
    names = re.findall(r'\bid="([^"]+)"', path.read_text(encoding="utf-8"))
    assert len(names) == len(set(names))
    page.close()


def test_a_hostile_name_is_text_in_the_picture(browser: Browser, tmp_path: Path) -> None:
    patient = tmp_path / "patient.yaml"
    hostile = "</svg><script>document.title='taken'</script>"
    text = Path(PATIENT).read_text(encoding="utf-8")
    patient.write_text(re.sub(r"^id: .*$", f'id: "{hostile}"', text, flags=re.MULTILINE), encoding="utf-8")
    path = tmp_path / "plan.html"
    words = ("plan", str(patient), "--regimen", KIM, *START, "--exposure", "--format", "html", "-o", str(path))
    assert assuage(*words).code == 0
    page = browser.new_page()
    page.goto(path.as_uri())
    assert page.title() != "taken"
    assert page.locator("script").count() == 0
    assert hostile in (page.locator(".picture svg").text_content() or "")
    page.close()
