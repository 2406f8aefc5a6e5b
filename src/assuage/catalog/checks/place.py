"""Places in the sentences of an answer: what each may name, and that no number stands outside of one."""

from __future__ import annotations

import re
from collections.abc import Iterator

import msgspec

from assuage.catalog.checks.mixture import found_row
from assuage.catalog.model import Catalog
from assuage.question import Body, Question

PLACE = re.compile(r"\{([^{}]*)\}")
ROW = ".row."
# What a place may ask of a body: of any with rows, of one row or a pool, of a pool only.
OF_ROWS, OF_RESULT, OF_POOL = ("k", "people"), ("estimate", "per100"), ("chance", "expected")
# Measures that can be told as so many of a hundred.
PER_HUNDRED = ("PLO", "RD")


class Fault(msgspec.Struct, frozen=True):
    """What is wrong with one sentence."""

    what: str
    expected: str
    do: str


def faults(sentence: str, question: Question, catalog: Catalog) -> Iterator[Fault]:
    """Digits outside of places, braces that are no place, and places that nothing can fill."""
    rest = PLACE.sub("", sentence)
    if digits := re.search(r"\d[\d.,/]*", rest):
        yield Fault(f"the sentence holds the number {digits[0].rstrip('.,')}", "numbers only in places, times and counts in words",
                    "name a place such as {BODY.estimate}, or write the number as a word")  # fmt: skip
    if "{" in rest or "}" in rest:
        yield Fault("a brace without its other half", "{PLACE}", "close it, or leave it out")
    for name in PLACE.findall(sentence):
        if what := _unfilled(name, question, catalog):
            yield Fault(f"nothing fills the place {{{name}}}: {what}", "{BODY.estimate}, {STUDY.row.ROW} or {claim.NAME}",
                        "name what is there")  # fmt: skip


def _unfilled(name: str, question: Question, catalog: Catalog) -> str:
    """Why a place cannot be filled; empty where it can."""
    if name.startswith("claim."):
        return "" if name.removeprefix("claim.") in question.claims else "the question has no such claim"
    if ROW in name:
        study, _, row = name.partition(ROW)
        return "" if found_row(catalog, study, row) else "no study has such a row"
    of, _, asked = name.rpartition(".")
    body = next((one for one in question.bodies if one.id == of), None)
    return "the question has no such body" if body is None else _not_of(asked, body)


def _not_of(asked: str, body: Body) -> str:
    if asked not in (*OF_ROWS, *OF_RESULT, *OF_POOL):
        return f"a body has no {asked}"
    if not body.rows:
        return "the body has no rows"
    if body.pool is None and asked in OF_POOL:
        return "the body is not pooled"
    if body.pool is None and asked in OF_RESULT and len(body.rows) > 1:
        return "the body has several rows and no pool"
    if asked == "per100" and body.measure not in PER_HUNDRED:
        return f"a {body.measure} is no share"
    if asked == "chance" and body.measure == "PLO":
        return "an arm by itself is compared with nothing"
    return ""
