"""Expected levels as one page that stands alone: pictures and tables first, then sliders where a script may run.

Nothing is fetched. Without a script the page is whole but for the sliders.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable
from typing import Any

import msgspec

from assuage.charts import Chart, Levels, browser_script
from assuage.charts.expected import BEGINNING_H, TIMES_AS_LONG
from assuage.charts.explored import Explored
from assuage.charts.level import FOOTROOM, HEADROOM, frames
from assuage.paper.drawing import drawings
from assuage.paper.expected import LEAD, SPREAD, expected_of
from assuage.paper.explorer_script import SCRIPT
from assuage.paper.html import kept, pictures
from assuage.paper.markup import Html, constant, element, join
from assuage.paper.style import STYLE
from assuage.paper.words import Numbering
from assuage.plan.model import Plan

SLIDERS = (
    ("weight", "Weight"),
    ("creatinine", "Creatinine"),
    ("duration", "Running time of each infusion"),
    ("spacing", "Time between sessions"),
)
# Within a script its own end tag would end it, wherever it stands.
END_OF_SCRIPT = re.compile(r"</(?=script)", re.IGNORECASE)
MORE = """
[hidden] { display: none !important; }
.sliders { display: grid; grid-template-columns: repeat(auto-fit, minmax(15rem, 1fr)); gap: .8rem 1.6rem; border: 1px solid var(--line);
  padding: .8rem 1rem; margin: .6rem 0; } .sliders label { display: block; font-weight: 700; } .sliders input { width: 100%; min-height: 2.75rem; }
@media print { #explorer { display: none; } }
"""


class Drawn(msgspec.Struct, frozen=True):
    """What the page is made of: whole charts, the ones that sliders draw anew, and every setting of the sliders."""

    charts: tuple[Chart, ...]
    redrawn: tuple[tuple[Levels, Chart], ...]
    explored: Explored


def explorer_page(plan: Plan, drawn: Drawn) -> str:
    """The page. Text from a patient's file is escaped; the script reads it as data."""
    synthetic = " (synthetic)" if plan.patient.synthetic else ""
    title = f"Expected levels: {plan.regimen_name}"
    standing = element("div", element("p", LEAD), class_="standing")
    who = f"{plan.patient.id}{synthetic}, {plan.patient.weight}, born {plan.patient.birth_date}. {plan.headline}"
    body = element(
        "body",
        element("a", "Skip to the levels", href="#levels", class_="skip"),
        element("header", standing, element("h1", kept(title)), element("p", kept(who))),
        element(
            "main", *_levels(plan), *pictures(drawings(drawn.charts)), _explorer(drawn), _sources(plan), id="levels"
        ),
        *_scripts(drawn),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{plan.patient.id}: {title}"),
        element("style", constant(STYLE + MORE)),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def _levels(plan: Plan) -> Iterable[Html]:
    number = Numbering(source.id for source in plan.sources)
    for part in expected_of(plan, number):
        lines = [
            element(
                "li",
                kept(item.text),
                " ",
                item.refs,
                *(element("p", kept(line.removeprefix(SPREAD)), class_="more") for line in item.more),
            )
            for item in part.items
        ]
        yield element(
            "section",
            element("h2", "Expected levels", id="told"),
            element("ul", *lines, class_="items"),
            aria_labelledby="told",
        )


def _explorer(drawn: Drawn) -> Html:
    sliders = [
        element(
            "div",
            element("label", label, ": ", element("output", id=f"{name}-shown", for_=name), for_=name),
            element("input", type="range", id=name, min="0", max="0", step="1", value="0"),
        )
        for name, label in SLIDERS
    ]
    hours = drawn.redrawn[0][0].told_h
    heads = (
        "Line, typical person",
        "Highest level",
        "From the first start",
        "Area, h × unit",
        *(f"{hour:g} h" for hour in hours),
    )
    table = element(
        "table",
        element("caption", "Levels at the settings chosen"),
        element("thead", element("tr", *(element("th", cell, scope="col") for cell in heads))),
        element("tbody", id="answer"),
    )
    pictures = [element("div", id=f"picture-{number}", class_="picture") for number in range(len(drawn.redrawn))]
    return element(
        "section",
        element("h2", "With other settings", id="other"),
        element("p", "Every setting is planned as the regimen would be for that weight and creatinine; where it would be refused, nothing is shown.", class_="lead"),
        element("div", *sliders, class_="sliders"),
        element("p", id="doses", role="status"),
        element("ul", id="stops"),
        element("ul", id="said"),
        *pictures,
        element("div", table, id="table", class_="scroll"),
        id="explorer",
        hidden="hidden",
        aria_labelledby="other",
    )  # fmt: skip


def _sources(plan: Plan) -> Html:
    numbers = {one.id: str(number) for number, one in enumerate(plan.sources, 1)}
    used = dict.fromkeys(name for one in plan.exposure for name in one.sources)
    lines = [element("li", element("span", f"[{numbers[name]}]", class_="tag"), _citation(plan, name)) for name in used]
    return element(
        "section",
        element("h2", "Sources", id="sources"),
        element("ol", *lines, class_="items sources"),
        aria_labelledby="sources",
    )


def _citation(plan: Plan, name: str) -> str:
    one = next(source for source in plan.sources if source.id == name)
    return f"{one.citation} ({one.access.replace('-', ' ')})"


def _scripts(drawn: Drawn) -> Iterable[Html]:
    yield _data("explored", msgspec.to_builtins(drawn.explored))
    yield _data("pictures", [_redrawn(levels, chart) for levels, chart in drawn.redrawn])
    yield element("script", constant(END_OF_SCRIPT.sub(r"<\\/", browser_script())))
    yield element("script", constant(SCRIPT))


def _redrawn(levels: Levels, chart: Chart) -> dict[str, Any]:
    return {
        "key": levels.key,
        "unit": levels.unit,
        "drug": levels.key.removesuffix("-explored"),
        "hours": list(levels.told_h),
        "definition": chart.definition,
        "frames": frames(levels),
        "head": HEADROOM,
        "foot": FOOTROOM,
        "beginning": BEGINNING_H,
        "times": TIMES_AS_LONG,
    }


def _data(name: str, content: Any) -> Html:
    text = json.dumps(content, ensure_ascii=False, allow_nan=False, separators=(",", ":")).replace("</", "<\\/")
    return element("script", join(constant(text)), id=name, type="application/json")
