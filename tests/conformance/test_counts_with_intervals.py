"""A count of responders never stands without its interval: every outlet of a plan, and every list, is read for it."""

from __future__ import annotations

import re
import subprocess

import pytest
from tests.examples import example_plan, the_catalog
from tests.walks.shell import AS_OF, PATIENT, assuage

from assuage.charts.responder import responders_of
from assuage.evidence import wilson
from assuage.paper import render

# Regimens that rest on Kim 2015, whose small arms tempt most to be quoted bare.
RESTING_ON_KIM = ("kim-2015-magnesium", "kim-2015-ketamine", "magnesium-alternate-days")
COUNTS = ((7, 15), (10, 15), (11, 15), (12, 15))
# How many letters behind a count its interval must be over: a sentence, not a paragraph.
NEAR = 120


def bare(text: str, events: int, n: int) -> list[str]:
    """Places where a count stands without both ends of its Wilson interval close behind it."""
    seen = wilson(events, n)
    ends = [rf"{end * 100:.0f}|{end * 100:.1f}" for end in (seen.lower, seen.upper)]
    interval = re.compile(rf"(?<![\d.])(?:{ends[0]}) to (?:{ends[1]}) %")
    flat = " ".join(text.replace("\N{NO-BREAK SPACE}", " ").split())
    places = re.finditer(rf"(?<![\d.,]){events} ?(?:/|of|out of|von) ?{n}(?![\d.])", flat)
    return [
        flat[one.start() : one.end() + NEAR]
        for one in places
        if not interval.search(flat[one.end() : one.end() + NEAR])
    ]


def pdf_text(made: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return done.stdout.decode()


def outlets(regimen: str) -> dict[str, str]:
    """What a plan prints, by where."""
    plan = example_plan(regimen)
    page, paper = render(plan, "html"), render(plan, "pdf")
    assert isinstance(page, str)
    assert isinstance(paper, bytes)
    return {"text": str(render(plan, "text")), "html": re.sub(r"<[^>]+>", " ", page), "pdf": pdf_text(paper)}


@pytest.mark.parametrize("regimen", RESTING_ON_KIM)
def test_on_every_sheet_a_count_has_its_interval(regimen: str) -> None:
    for where, text in outlets(regimen).items():
        assert [line for count in COUNTS for line in bare(text, *count)] == [], where


def test_the_sheets_do_show_the_count() -> None:
    for text in outlets("kim-2015-magnesium").values():
        assert re.search(r"7\s+of\s+15", text)


@pytest.mark.parametrize("width", ["60", "160"])
@pytest.mark.parametrize(
    "words",
    [("compare", PATIENT, *AS_OF, "--format", "json"), ("studies",), ("studies", "kim-2015"), ("regimens",)]
    + [("regimens", name) for name in RESTING_ON_KIM],
    ids=" ".join,
)
def test_in_every_list_a_count_has_its_interval(words: tuple[str, ...], width: str) -> None:
    ran = assuage(*words, width=int(width))
    assert ran.code == 0
    assert [line for count in COUNTS for line in bare(ran.out, *count)] == []


@pytest.mark.parametrize("regimen", RESTING_ON_KIM)
def test_a_chart_told_in_words_has_the_interval_too(regimen: str) -> None:
    chart = responders_of(example_plan(regimen))
    assert chart is not None
    assert [line for count in COUNTS for line in bare(chart.told, *count)] == []


def test_no_sentence_of_the_catalog_quotes_the_count_bare() -> None:
    for one in the_catalog().regimens.values():
        told = " ".join([*(later.sentence for later in one.later), *(claim.value for claim in one.remarks)])
        assert [line for count in COUNTS for line in bare(told, *count)] == [], one.id


@pytest.mark.parametrize(
    "text",
    [
        "7 of 15 had relief",
        "7/15",
        "7/15 (47 %)",
        "7 of 15 (47 %; 95 % interval 13 to 90 %)",
        "7 of 15" + " so" * 50 + " 25 to 70 %",
    ],
)
def test_a_bare_count_is_found(text: str) -> None:
    assert len(bare(text, 7, 15)) == 1


@pytest.mark.parametrize(
    "text",
    ["7 of 15 (47 %, 95 % interval 25 to 70 %)", "7/15 = 46.7 % (24.8 to 69.9 %)", "17 of 15", "7 of 150", "on 7/15.5"],
)
def test_a_count_with_its_interval_is_not(text: str) -> None:
    assert bare(text, 7, 15) == []


def test_beside_each_other_on_cards_a_count_has_its_interval() -> None:
    # On a wide terminal the same sentences stand in cells, broken between those of other columns; the JSON above has them whole.
    ran = assuage("compare", PATIENT, *AS_OF, width=60)
    assert re.search(r"7/15", ran.out)
    assert [line for count in COUNTS for line in bare(ran.out, *count)] == []
