"""Text, JSON, HTML, PDF and calendar say the same numbers, because all of them are one Plan."""

from __future__ import annotations

import datetime as dt
import json
import re
import subprocess
from decimal import Decimal
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import icalendar
import jsonschema
import pytest
from tests.plans import PLANNED, plan_of, refused, undated

from assuage.paper import render
from assuage.paper.contract import schema_text
from assuage.plan import Plan
from assuage.quantity import Quantity, show

SCHEMA = Path(__file__).parents[2] / "docs" / "plan.schema.json"
MONTHS = "Jan Feb Mar Apr May Jun Jul Aug Sep Oct Nov Dec".split()
AMOUNT = re.compile(r"(?<![\w.,/])\d[\d,]*(?:\.\d+)? (?:mg/mL|mg/kg|mL/h|mg/min|mL|mg|mmol|mEq|min)(?![\w/])")
DATE = re.compile(r"\d{2}-[A-Z][a-z]{2}-\d{4}")


class Words(HTMLParser):
    """The text of a page, without its style."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.inside: list[str] = []

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.inside.append(tag)
        if tag not in ("span", "a", "strong"):
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        while self.inside and self.inside.pop() != tag:
            pass

    def handle_data(self, data: str) -> None:
        if "style" not in self.inside:
            self.found.append(data)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text)


@cache
def as_text(name: str) -> str:
    made = render(plan_of(name), "text")
    assert isinstance(made, str)
    return one_line(made)


@cache
def as_html(name: str) -> str:
    made = render(plan_of(name), "html")
    assert isinstance(made, str)
    page = Words()
    page.feed(made)
    return one_line("".join(page.found))


@cache
def as_pdf(name: str) -> str:
    made = render(plan_of(name), "pdf")
    assert isinstance(made, bytes)
    return pdf_words(made)


def pdf_words(pdf: bytes) -> str:
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=pdf, capture_output=True, check=True)
    return one_line(done.stdout.decode())


def as_json(plan: Plan) -> Any:
    made = render(plan, "json")
    assert isinstance(made, str)
    return json.loads(made)


def told(amount: dict[str, str]) -> str:
    """An amount of the JSON object as a person reads it."""
    return show(Quantity(Decimal(amount["value"]), amount["unit"]))


def prepared(name: str) -> list[str]:
    """Every amount that someone draws up, hangs or sets, out of the JSON object."""
    found: list[str] = []
    for infusion in as_json(plan_of(name))["preparation"]["infusions"]:
        for component in infusion["components"]:
            found += [told(component["dose"]), told(component["draw_up"]), told(component["strength"])]
            found += [f"{component['mmol']} mmol", f"{component['meq']} mEq"] if component["mmol"] else []
        for run in infusion["runs"]:
            found += [told(run[key]) for key in ("rate", "volume", "duration", "drug_rate")]
        for portion in infusion["portions"]:
            found += [told(portion["dose"]), told(portion["draw_up"])]
        vehicle = infusion["vehicle"]
        if vehicle:
            found += [told(vehicle[key]) for key in ("total_volume", "volume_to_infuse", "concentration")]
            found += [told(vehicle["flush"]["volume"]), told(vehicle["flush"]["rate"])]
            if vehicle["overfill"]:
                over = vehicle["overfill"]
                found += [told(over["total_volume"]), told(over["concentration"]), told(over["delivered"])]
    return found


def starts(name: str) -> list[str]:
    """Dates and times of all sessions as a person reads them, out of the JSON object."""
    found = []
    for infusion in as_json(plan_of(name))["preparation"]["infusions"]:
        at = dt.datetime.fromisoformat(infusion["start"])
        found.append(f"{at.day:02d}-{MONTHS[at.month - 1]}-{at.year} {at:%a %H:%M}")
    return found


@pytest.mark.parametrize("name", PLANNED)
@pytest.mark.parametrize("read", [as_text, as_html, as_pdf], ids=["text", "html", "pdf"])
def test_every_amount_prepared_is_printed(name: str, read: Any) -> None:
    page = read(name)
    amounts = prepared(name)
    assert amounts
    assert [amount for amount in amounts if amount not in page] == []


@pytest.mark.parametrize("name", PLANNED)
@pytest.mark.parametrize("read", [as_text, as_html, as_pdf], ids=["text", "html", "pdf"])
def test_every_start_is_printed(name: str, read: Any) -> None:
    page = read(name)
    assert [start for start in starts(name) if start not in page] == []


@pytest.mark.parametrize("name", PLANNED)
def test_text_and_page_hold_the_same_amounts_and_dates(name: str) -> None:
    for pattern in (AMOUNT, DATE):
        assert set(pattern.findall(as_text(name))) == set(pattern.findall(as_html(name)))


@pytest.mark.parametrize("name", PLANNED)
def test_paper_holds_no_amount_that_the_text_does_not(name: str) -> None:
    assert set(AMOUNT.findall(as_pdf(name))) - set(AMOUNT.findall(as_text(name))) == set()


@pytest.mark.parametrize("name", PLANNED)
def test_the_calendar_has_the_instants_of_the_object(name: str) -> None:
    plan = plan_of(name)
    calendar = icalendar.Calendar.from_ical(render(plan, "ics"))
    events = [
        (event["DTSTART"].dt, event["DTEND"].dt if "DTEND" in event else None) for event in calendar.walk("VEVENT")
    ]
    made = as_json(plan)["preparation"]
    expected = [(one["start"], one["recovery_until"] or one["end"]) for one in made["infusions"]]
    expected += [(one["at"], None) for one in made["follow_up"]]
    assert events == [tuple(at and dt.datetime.fromisoformat(at) for at in pair) for pair in expected]


@pytest.mark.parametrize("name", PLANNED)
def test_every_finding_is_in_every_format(name: str) -> None:
    for finding in plan_of(name).findings:
        start = one_line(finding.message)[1:].rstrip(".")
        assert start in as_text(name)
        assert start in as_html(name)
        assert start in as_pdf(name)
        assert finding.rule in [one["rule"] for one in as_json(plan_of(name))["findings"]]


def test_a_refused_plan_prints_its_refusal_and_no_dose_in_every_format() -> None:
    plan = refused()
    page = Words()
    page.feed(str(render(plan, "html")))
    made = render(plan, "pdf")
    assert isinstance(made, bytes)
    pages = [one_line(str(render(plan, "text"))), one_line("".join(page.found)), pdf_words(made)]
    assert as_json(plan)["preparation"] is None
    blocking = [finding.message[1:].rstrip(".") for finding in plan.findings if finding.blocks == "dose"]
    assert blocking
    for words in pages:
        assert words.strip().startswith("NOT PLANNED") or "NOT PLANNED" in words
        assert [message for message in blocking if one_line(message) not in words] == []
        assert "mL/h" not in words
        assert "2,100 mg" not in words


@pytest.mark.parametrize("plan", [*map(plan_of, PLANNED), refused(), undated()], ids=[*PLANNED, "refused", "undated"])
def test_the_object_keeps_its_published_schema(plan: Plan) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(as_json(plan))


def test_the_schema_refuses_what_is_not_a_plan() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    made = as_json(undated())
    made["preparation"]["infusions"][0]["components"][0]["dose"]["value"] = 2100.0
    assert not jsonschema.Draft202012Validator(schema).is_valid(made)


def test_the_published_schema_is_current() -> None:
    """To renew it: write `assuage.paper.contract.schema_text()` to docs/plan.schema.json."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
