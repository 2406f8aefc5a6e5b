"""The answer as one JSON object for other programs. Its names and nesting are promised: docs/evidence.schema.json is made from it.

Every effect is a number with all its digits, on the scale people read: shares from 0 to 1, ratios, differences. A limit
without end is the word “infinity” or “-infinity”, since JSON has no such number; `days` is a number. What other sources
print stays as they print it.
"""

from __future__ import annotations

import datetime as dt
import json
import re
from decimal import Decimal
from math import isfinite
from typing import Any, Literal

import msgspec

from assuage import __version__
from assuage.catalog import Catalog
from assuage.evidence.answered import Answer, BodyFound
from assuage.paper.contract import CatalogRead, Software
from assuage.paper.evidence.asked import AskedBody, asked_questions
from assuage.paper.evidence.report import day_read, sources_of
from assuage.paper.evidence.telling import IS_NOT, UNCONTROLLED
from assuage.question import Conflict
from assuage.sourced import Access

Known = Literal["answered", "partly", "nobody knows"]
ENDLESS = ("infinity", "-infinity")


class SourceOut(msgspec.Struct, frozen=True):
    """What was read, and how much of it anyone was able to read."""

    citation: str
    access: Access | None


class EvidenceOut(msgspec.Struct, frozen=True):
    """A question answered. `is_not` says what this is not, and belongs beside every use of it.

    `sources` has every study and source that the answer names, in the order of their numbers on paper.
    """

    software: Software
    catalog: CatalogRead
    question: str
    read_on: dt.date | None
    is_not: tuple[str, ...]
    asked: str
    short: str
    known: Known
    summary: tuple[str, ...]
    conflicts: tuple[Conflict, ...]
    bodies: tuple[BodyFound, ...]
    methods: tuple[str, ...]
    would_change: tuple[str, ...]
    sources: dict[str, SourceOut]


class AskedOut(msgspec.Struct, frozen=True):
    """A question that the catalog can answer, with how much it holds on each outcome; nothing here is pooled."""

    id: str
    asked: str
    short: str
    known: Known
    aliases: tuple[str, ...]
    read_on: dt.date | None
    bodies: tuple[AskedBody, ...]


class ListOut(msgspec.Struct, frozen=True):
    """Every question that the catalog can answer, in the order of their ids."""

    software: Software
    catalog: CatalogRead
    is_not: tuple[str, ...]
    questions: tuple[AskedOut, ...]


def evidence_object(answer: Answer, catalog: Catalog) -> EvidenceOut:
    """The promised object of an answer."""
    return EvidenceOut(
        software=Software(__version__), catalog=CatalogRead(catalog.version, catalog.fingerprint), question=answer.question,
        read_on=day_read(answer.question, catalog), is_not=(*IS_NOT, UNCONTROLLED), asked=answer.asked, short=answer.short,
        known=answer.known, summary=answer.summary, conflicts=answer.conflicts, bodies=answer.bodies, methods=answer.methods,
        would_change=answer.would_change, sources={name: _source(name, catalog) for name in sources_of(answer)},
    )  # fmt: skip


def list_object(catalog: Catalog) -> ListOut:
    """The promised object of all questions."""
    found = tuple(
        AskedOut(one.id, one.asked, one.short, one.known, one.aliases, one.read_on, bodies)
        for one, bodies in asked_questions(catalog)
    )
    return ListOut(
        Software(__version__), CatalogRead(catalog.version, catalog.fingerprint), (*IS_NOT, UNCONTROLLED), found
    )


def _source(name: str, catalog: Catalog) -> SourceOut:
    source, study = catalog.sources.get(name), catalog.studies.get(name)
    if source is not None:
        return SourceOut(source.citation, source.access)
    return SourceOut(str(study.citation), study.access) if study is not None else SourceOut(name, None)


def json_report(made: EvidenceOut | ListOut) -> str:
    """An object as indented JSON."""
    return (
        json.dumps(_numbers(msgspec.to_builtins(made, builtin_types=(Decimal, float))), indent=2, ensure_ascii=False)
        + "\n"
    )


def _numbers(data: Any) -> Any:
    """The same with decimals as numbers, and a word for each number without end."""
    match data:
        case dict():
            return {key: _numbers(value) for key, value in data.items()}
        case list() | tuple():
            return [_numbers(value) for value in data]
        case Decimal():
            return int(data) if data == data.to_integral_value() else float(data)
        case float() if not isfinite(data):
            return ENDLESS[0] if data > 0 else ENDLESS[1]
    return data


def schema() -> dict[str, Any]:
    """The JSON Schema (2020-12) of one answer, and of the list of questions as `$defs.List`."""
    (ref, _), made = msgspec.json.schema_components((EvidenceOut, ListOut), ref_template="#/$defs/{name}")
    named = json.loads(re.sub(r'(?<=\w)Out"', '"', json.dumps({**ref, "$defs": made})))
    for bound in ("value", "lower", "upper"):
        named["$defs"]["Span"]["properties"][bound] = {"anyOf": [{"type": "number"}, {"enum": list(ENDLESS)}]}
    row = named["$defs"]["ForestRow"]["properties"]
    row["days"] = {**row["days"], "anyOf": [{"type": "number"}, {"type": "null"}]}
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", "title": "assuage evidence", **named}


def schema_text() -> str:
    """The schema as it stands in docs/evidence.schema.json."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"
