"""Text, page, paper and JSON of an answer carry the same numbers, because all of them are one Answer."""

from __future__ import annotations

import json
import re
import subprocess
from collections.abc import Iterator
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import jsonschema
import pytest
from tests import answers
from tests import evidence_found as found

from assuage.catalog import load_catalog
from assuage.evidence.answer import answer
from assuage.evidence.answered import Answer
from assuage.paper.evidence import render
from assuage.paper.evidence.contract import json_report, list_object, schema_text

SCHEMA = Path(__file__).parents[2] / "docs" / "evidence.schema.json"
CATALOG = load_catalog()
QUESTIONS = sorted(CATALOG.questions)
# Pages and paper take seconds to draw: the questions that between them have every measure and every part.
ON_PAPER = ("harms", "ketamine-or-magnesium", "magnesium-in-neuralgia", "single-or-series")
INVENTED = "invented"
NUMBER = re.compile(r"(?<![\w.,])[−-]?\d[\d,]*(?:\.\d+)?")


class Words(HTMLParser):
    """The text of a page, without its style and without what is lettered in its drawings."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[str] = []
        self.silent = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.silent += tag in ("style", "svg")
        if tag not in ("span", "a", "strong"):
            self.found.append(" ")

    def handle_endtag(self, tag: str) -> None:
        self.silent -= tag in ("style", "svg")

    def handle_data(self, data: str) -> None:
        if not self.silent:
            self.found.append(data)


def one_line(text: str) -> str:
    return re.sub(r"\s+", " ", text.replace("\N{NO-BREAK SPACE}", " "))


@cache
def answered(name: str) -> Answer:
    return answers.answer() if name == INVENTED else answer(CATALOG.question(name), CATALOG)


@cache
def as_text(name: str) -> str:
    return one_line(str(render(answered(name), CATALOG, "text")))


@cache
def as_html(name: str) -> str:
    page = Words()
    page.feed(str(render(answered(name), CATALOG, "html")))
    return one_line("".join(page.found))


@cache
def as_pdf(name: str) -> str:
    made = render(answered(name), CATALOG, "pdf")
    assert isinstance(made, bytes)
    done = subprocess.run(["pdftotext", "-raw", "-", "-"], input=made, capture_output=True, check=True)
    return one_line(done.stdout.decode())


@cache
def as_json(name: str) -> Any:
    return json.loads(str(render(answered(name), CATALOG, "json")))


def rounded(value: Any, measure: str) -> str:
    """A number of the JSON object as a person reads it: shares and their differences in hundredths with one decimal."""
    if isinstance(value, str):
        return {"infinity": "∞", "-infinity": "−∞"}[value]
    if measure in ("PLO", "RD"):
        text = f"{value * 100:.1f}"
    elif value and abs(value) < 0.1:
        text = f"{value:.{1 - int(f'{value:.1e}'.split('e')[1])}f}"
    else:
        text = f"{value:,.{2 if abs(value) < 10 else 1 if abs(value) < 100 else 0}f}"
    return text.replace("-", "−") if float(text.replace(",", "")) else text.lstrip("-")


def spans(made: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """Every effect with its interval, of rows and of pools, out of the JSON object."""
    for body in made["bodies"]:
        yield from ((body["measure"], row["span"]) for row in body["rows"] if row["span"])
        pool = body["pool"] or {"summaries": [], "without": []}
        yield from ((body["measure"], one["span"]) for one in (*pool["summaries"], *pool["without"]))


def intervals(made: Any) -> Iterator[tuple[str, dict[str, Any]]]:
    """What one more clinic is expected to find."""
    for body in made["bodies"]:
        for one in body["pool"]["summaries"] if body["pool"] else ():
            if one["expected"]:
                yield body["measure"], one["expected"]


def reach(measure: str, span: dict[str, Any]) -> str:
    return f"{rounded(span['lower'], measure)} to {rounded(span['upper'], measure)}"


@pytest.mark.parametrize(
    ("name", "read"),
    [*((name, as_text) for name in (*QUESTIONS, INVENTED)), *((name, as_html) for name in (*ON_PAPER, INVENTED))],
)
def test_every_effect_of_the_object_is_printed_with_its_interval(name: str, read: Any) -> None:
    page = read(name)
    missing = [(measure, span) for measure, span in spans(as_json(name))
               if not re.search(rf"{re.escape(rounded(span['value'], measure))}.{{0,60}}?\({re.escape(reach(measure, span))}\)", page)]  # fmt: skip
    assert missing == []
    assert [one for measure, one in intervals(as_json(name)) if reach(measure, one) not in page] == []


@pytest.mark.parametrize("name", [*ON_PAPER, INVENTED])
def test_paper_has_every_effect_too(name: str) -> None:
    page = as_pdf(name)
    missing = [span for measure, span in spans(as_json(name)) if f"({reach(measure, span)})" not in page]
    assert missing == []
    assert [one for measure, one in intervals(as_json(name)) if reach(measure, one) not in page] == []


@pytest.mark.parametrize("name", [*ON_PAPER, INVENTED])
def test_text_and_page_hold_the_same_numbers(name: str) -> None:
    """The marks of an axis stand in the text alone: in the page they are part of the drawing."""
    text, page = set(NUMBER.findall(as_text(name))), set(NUMBER.findall(as_html(name)))
    assert page - text == set()
    assert {one for one in text - page if not re.search(rf"(?<!\S){re.escape(one)}(?!\S)", as_text(name))} == set()


@pytest.mark.parametrize("name", [*ON_PAPER, INVENTED])
def test_every_sentence_conflict_and_reason_is_in_every_format(name: str) -> None:
    made = as_json(name)
    said = [*made["summary"], *made["would_change"], *made["methods"], *(one["sentence"] for one in made["conflicts"])]
    for body in made["bodies"]:
        said += [
            body["sentence"],
            *(one["because"] for one in body["excluded"]),
            *(one["sentence"] for one in body["told"]),
        ]
        said += [one["because"] for one in body["certainty"]["steps"]] if body["certainty"] else []
        said += [domain["reason"] for one in body["risks"] for domain in one["domains"]]
    for page in (as_text(name), as_html(name), as_pdf(name)):
        # Sources are numbers on a page; a table of the text breaks its cells within the line.
        bare = re.sub(r"\[[^\]]*\]|[^\w]", "", page)
        missing = [one for one in said if re.sub(r"\[[^\]]*\]|[^\w]", "", plain(one))[1:] not in bare]
        assert [one for one in missing if page is not as_text(name) or not _in_a_table(one, made)] == []


def plain(text: str) -> str:
    """Comparisons of the catalog in words, as reasons print them."""
    return text.replace(">=", "at least ").replace("<=", "at most ")


def _in_a_table(text: str, made: Any) -> bool:
    steps = (step for body in made["bodies"] if body["certainty"] for step in body["certainty"]["steps"])
    return any(text == step["because"] for step in steps)


@pytest.mark.parametrize("name", [*QUESTIONS, INVENTED])
def test_the_object_keeps_its_published_schema(name: str) -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    jsonschema.Draft202012Validator.check_schema(schema)
    jsonschema.Draft202012Validator(schema).validate(as_json(name))


def test_the_list_keeps_it_too_and_agrees_with_the_answers() -> None:
    """The list counts from the data; the answers compute: k, people of a pool and certainty are the same."""
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    made = json.loads(json_report(list_object(CATALOG)))
    jsonschema.Draft202012Validator({**schema, "$ref": "#/$defs/List"}).validate(made)
    assert [one["id"] for one in made["questions"]] == QUESTIONS
    for question in made["questions"]:
        for listed, body in zip(question["bodies"], as_json(question["id"])["bodies"], strict=True):
            assert listed["studies"] == len({row["study"] for row in body["rows"]})
            assert listed["certainty"] == (body["certainty"]["level"] if body["certainty"] else None)
            pool = body["pool"]
            if pool and not listed["is_at_least"] and pool["k"] == listed["studies"]:
                assert listed["people"] == pool["people"]


def test_numbers_are_numbers_and_what_has_no_end_is_a_word() -> None:
    row = found.row(span=found.span(3.0, 1.5, float("inf")), days=None)
    made = json.loads(str(render(answers.answer(found.body((row,), not_pooled="One trial.")), CATALOG, "json")))
    assert made["bodies"][0]["rows"][0]["span"] == {"value": 3.0, "lower": 1.5, "upper": "infinity", "confidence": 0.95, "method": "Wald"}  # fmt: skip
    assert as_json(INVENTED)["bodies"][1]["rows"][0]["days"] == 14
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    made["bodies"][0]["rows"][0]["span"]["lower"] = "1.5"
    assert not jsonschema.Draft202012Validator(schema).is_valid(made)


def test_the_published_schema_is_current() -> None:
    """To renew it: write `assuage.paper.evidence.contract.schema_text()` to docs/evidence.schema.json."""
    assert SCHEMA.read_text(encoding="utf-8") == schema_text()
