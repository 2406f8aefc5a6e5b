"""Charts of evidence as a reader meets them: drawn in a browser, no text cut off, none over another; whole as PNG too."""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterator
from decimal import Decimal
from functools import cache
from typing import Any

import pytest
from playwright.sync_api import Browser, Page, sync_playwright
from tests.evidence_found import body, many, pool, row, span
from tests.examples import the_catalog

from assuage.charts import (
    Chart,
    Dosing,
    Edge,
    Node,
    Person,
    dose_chart,
    durability_chart,
    forest_chart,
    funnel_chart,
    network_chart,
    png,
    risk_chart,
    svg,
)
from assuage.charts.lettering import WIDTH_OF, Width, wide_of
from assuage.evidence.answer import answer
from assuage.evidence.answered import BodyFound, DomainFound, ForestRow, RiskFound, Tallied
from assuage.question import Told

CHROMIUM = "/usr/bin/chromium"
WIDTHS: tuple[Width, ...] = ("wide", "narrow")
# Boxes of text are taller than its letters: so much may two lines share and not touch.
SHARED = 4.0
BOXES = """() => {
  const frame = document.querySelector('svg').getBoundingClientRect();
  const texts = [...document.querySelectorAll('svg text')].filter(one => one.textContent.trim());
  return [[frame.left, frame.top, frame.right, frame.bottom], texts.map(one => {
    const box = one.getBoundingClientRect();
    return [one.textContent, box.left, box.top, box.right, box.bottom];
  })];
}"""
EDGES = """async source => {
  const picture = new Image();
  picture.src = source;
  await picture.decode();
  const canvas = document.createElement('canvas');
  [canvas.width, canvas.height] = [picture.width, picture.height];
  const pen = canvas.getContext('2d');
  pen.drawImage(picture, 0, 0);
  const [w, h] = [canvas.width, canvas.height];
  const inked = (x, y, wide, high) => pen.getImageData(x, y, wide, high).data.some(byte => byte < 250);
  return [inked(0, 0, w, 2), inked(0, h - 2, w, 2), inked(0, 0, 2, h), inked(w - 2, 0, 2, h), inked(0, 0, w, h)];
}"""


@pytest.fixture(scope="module")
def page() -> Iterator[Page]:
    with sync_playwright() as playwright:
        browser: Browser = playwright.chromium.launch(executable_path=CHROMIUM, args=["--no-sandbox"])
        yield browser.new_page(viewport={"width": 1200, "height": 900})
        browser.close()


def arm(study: str, days: str, drug: str, value: float) -> ForestRow:
    return row(study, row=f"{drug}-{days}", measure="PLO", span=span(value, value / 2, min(1.0, value * 1.3)), drugs=(drug,),
               comparator=None, days=Decimal(days), given=(Tallied("M" if drug != "placebo" else "P", 5, 10, "stated"),))  # fmt: skip


ARMS = (
    arm("sigtermans-2009", "0", "ketamine", 0.6), arm("sigtermans-2009", "7", "ketamine", 0.5),
    arm("sigtermans-2009", "84", "ketamine", 0.2), arm("sigtermans-2009", "0", "placebo", 0.3),
    arm("sigtermans-2009", "7", "placebo", 0.3), arm("sigtermans-2009", "84", "placebo", 0.2),
    arm("kim-2015", "14", "magnesium-sulfate", 0.47), arm("crosby-2000", "0.17", "magnesium-sulfate", 0.83),
    arm("yousef-2013", "183", "magnesium-sulfate", 0.5), arm("tanaka-1998", "14", "magnesium-sulfate", 0.6),
)  # fmt: skip
WORDS = (Told("brill-2002", "for", "Better than saline."), Told("fischer-2013", "against", "No difference."))
RISKS = tuple(
    RiskFound(study, "relief-50", "ROBINS-I", "critical", "the worst", tuple(
        DomainFound(name, "no information", "not said") for name in
        ("confounding", "selection", "classification", "deviations", "missing data", "measurement", "reporting")), "A", None)
    for study in ("kim-2015", "schwartzman-with-a-long-name-2009")
)  # fmt: skip
NODES = tuple(
    Node(name, people)
    for name, people in zip(
        (
            "placebo",
            "ketamine",
            "magnesium sulfate",
            "lidocaine",
            "ketamine + magnesium sulfate",
            "morphine",
            "diphenhydramine",
        ),
        (300, 210, 120, 180, 20, 40, None),
        strict=True,
    )
)
NETWORK = (Edge("placebo", "ketamine", 8), Edge("placebo", "magnesium sulfate", 5), Edge("placebo", "lidocaine", 11),
           Edge("ketamine", "magnesium sulfate", 1), Edge("placebo", "ketamine + magnesium sulfate", 1, True),
           Edge("ketamine", "ketamine + magnesium sulfate", 1, True))  # fmt: skip
LONG = (
    "A person of 70 kg, made up for this picture, with a name that runs on for longer than a narrow column has room for"
)


@cache
def bodies_of(question: str) -> tuple[BodyFound, ...]:
    """The bodies of a question of the catalog, as it answers it."""
    return answer(the_catalog().questions[question], the_catalog()).bodies


def found(question: str, name: str) -> BodyFound:
    return next(one for one in bodies_of(question) if one.id == name)


def lasting(question: str, width: Width) -> Chart:
    """What lasts, of the bodies of a question that are mean differences."""
    return durability_chart("How long", [one for one in bodies_of(question) if one.measure == "MD"], width=width)


def by_dose(width: Width) -> Chart:
    catalog = the_catalog()
    dosing = Dosing("millimoles", catalog.drugs["magnesium-sulfate"], Person(Decimal(70), LONG))
    return dose_chart(body(ARMS, measure="PLO"), catalog, dosing, width=width)


CHARTS: dict[str, Callable[[Width], Chart]] = {
    "forest": lambda width: forest_chart(body(pooled=pool()), width=width),
    "forest of twenty": lambda width: forest_chart(body(many(20), pooled=pool()), width=width),
    "forest of one": lambda width: forest_chart(body((row(weight=None),), not_pooled="one is no pool"), width=width),
    "forest of shares": lambda width: forest_chart(body(ARMS, measure="PLO", matters=None), width=width),
    "funnel": lambda width: funnel_chart(body(many(20), pooled=pool()), width=width),
    "funnel of few": lambda width: funnel_chart(body(pooled=pool()), width=width),
    "durability": lambda width: durability_chart(
        "How long it lasts", [body(ARMS, measure="PLO", told=WORDS)], width=width
    ),
    "dose": by_dose,
    "network": lambda width: network_chart("What was compared", NODES, NETWORK, width=width),
    "magnesium alone": lambda width: forest_chart(found("magnesium-in-neuralgia", "magnesium-alone"), width=width),
    "its bias": lambda width: risk_chart("Bias", found("magnesium-in-neuralgia", "magnesium-alone").risks, width=width),
    "ketamine against magnesium": lambda width: forest_chart(found("ketamine-or-magnesium", "direct-50"), width=width),
    "ketamine in reviews": lambda width: forest_chart(
        found("ketamine-in-neuralgia", "ketamine-in-reviews"), width=width
    ),
    "lidocaine by session": lambda width: forest_chart(found("harms", "lidocaine-by-session"), width=width),
    "ketamine over time": lambda width: lasting("ketamine-in-neuralgia", width),
    "risk of bias": lambda width: risk_chart("Risk of bias", RISKS, width=width),
}


def boxes_of(page: Page, chart: Chart) -> tuple[list[float], list[tuple[str, list[float]]]]:
    page.set_content(f"<body style='margin:0'>{svg(chart)}</body>")
    frame, texts = page.evaluate(BOXES)
    return frame, [(text, box) for text, *box in texts]


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_no_text_is_cut_off_or_covers_another(page: Page, name: str, width: Width) -> None:
    frame, texts = boxes_of(page, CHARTS[name](width))
    assert len(texts) > 5
    outside = [text for text, box in texts
               if box[0] < frame[0] - 1 or box[1] < frame[1] - 1 or box[2] > frame[2] + 1 or box[3] > frame[3] + 1]  # fmt: skip
    assert outside == []
    covered = [(one, other) for number, (one, box) in enumerate(texts) for other, second in texts[number + 1 :]
               if _share(box, second)]  # fmt: skip
    assert covered == []


def _share(one: list[float], other: list[float]) -> bool:
    wide = min(one[2], other[2]) - max(one[0], other[0])
    high = min(one[3], other[3]) - max(one[1], other[1])
    return wide > 1 and high > SHARED


@pytest.mark.parametrize("width", WIDTHS)
@pytest.mark.parametrize("name", CHARTS)
def test_a_png_has_a_white_margin_all_around(page: Page, name: str, width: Width) -> None:
    source = base64.b64encode(png(CHARTS[name](width))).decode()
    inked: list[Any] = page.evaluate(EDGES, f"data:image/png;base64,{source}")
    assert inked == [False, False, False, False, True]


@pytest.mark.parametrize("width", WIDTHS)
def test_a_narrow_picture_fits_a_narrow_column(page: Page, width: Width) -> None:
    room = {"wide": 960, "narrow": 430}[width]
    for name, make in CHARTS.items():
        frame, _ = boxes_of(page, make(width))
        assert frame[2] - frame[0] <= room, name


def test_letters_are_as_wide_as_the_browser_draws_them(page: Page) -> None:
    """Against the font itself, as the browser measures it at 100 pixels."""
    text = "".join(one for one in WIDTH_OF if one.strip())
    measure = "letters => {const pen = document.createElement('canvas').getContext('2d'); pen.font = '100px Liberation Sans';" \
              "return [...letters].map(one => pen.measureText(one).width)}"  # fmt: skip
    measured = page.evaluate(measure, text)
    wrong = {one: (wide_of(one, size=100), wide) for one, wide in zip(text, measured, strict=True)
             if abs(wide_of(one, size=100) - wide) > 0.5}  # fmt: skip
    assert wrong == {}
