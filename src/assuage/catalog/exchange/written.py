"""Studies as a table that a spreadsheet opens and `read_studies` reads back as the same records."""

from __future__ import annotations

import csv
import io
from collections.abc import Collection, Iterable
from decimal import Decimal
from typing import Any

import msgspec

from assuage.catalog.exchange.columns import (
    ARM,
    CITATION,
    DESIGN,
    FIELDS,
    GROUP,
    HARM,
    MOST_DRUGS,
    NOT_CARRIED,
    OUTCOME,
    POPULATION,
    READING,
    READINGS,
    RESPONDERS,
    STUDY,
    Column,
    Part,
    drug_columns,
    heads,
)
from assuage.catalog.exchange.shaped import PAIR, joined
from assuage.catalog.exchange.studies import NEEDED, read_studies
from assuage.errors import DocumentError, Problem
from assuage.study import Arm, Study

Line = dict[str, str]
PARTS = {"responders": RESPONDERS, "outcomes": OUTCOME, "harms": HARM}
WITHIN: tuple[tuple[str, Part], ...] = (("citation", CITATION), ("design", DESIGN), ("population", POPULATION))


def table_of(studies: Iterable[Study], drugs: Collection[str]) -> str:
    """Studies as CSV: UTF-8, commas, one head for each column that holds anything.

    Give      studies, and every name of a drug that is known
    Get       the text; `not_carried` says what of each study it lacks
    Holds     read again it gives the same records without what is not carried: done here, each time
    Errors    `DocumentError` for a record that no table can hold: an arm of ten drugs, a text that ends in a space
    """
    known = list(studies)
    lines = [line for study in known for line in lines_of(study)]
    used = {head for line in lines for head in line}
    names = [head for head in heads() if head in used or head in NEEDED]
    text = io.StringIO(newline="")
    writer = csv.writer(text, lineterminator="\n")
    writer.writerow(names)
    writer.writerows([line.get(head, "") for head in names] for line in lines)
    if known:
        _read_back(text.getvalue(), known, drugs)
    return text.getvalue()


def _read_back(text: str, studies: list[Study], drugs: Collection[str]) -> None:
    found = {drafted.study.id: drafted.study for drafted in read_studies(text, "the table", drugs=drugs).drafts}
    problems = [
        Problem(f"{study.id} read back from its own table would be another record", study.id,
                "texts that are not empty, and arms of at most nine drugs", "export the others, and keep its YAML file")
        for study in studies
        if found.get(study.id) != carried(study)
    ]  # fmt: skip
    if problems:
        raise DocumentError(*problems)


def carried(study: Study) -> Study:
    """A study without the parts that no column holds."""
    empty: Any = dict.fromkeys(NOT_CARRIED, ())
    return msgspec.structs.replace(study, **empty)


def not_carried(study: Study) -> tuple[str, ...]:
    """The parts of a study that a table does not hold."""
    return tuple(name for name in NOT_CARRIED if getattr(study, name))


def lines_of(study: Study) -> list[Line]:
    """The rows of a study: its readings, its arms, its results. What is of the whole study stands in the first."""
    lines = [{READINGS: joined([one.id]), **_cells(READING.columns, one)} for one in study.readings]
    lines += [_arm(arm) for arm in study.arms]
    arms = {arm.id for arm in study.arms}
    for field in FIELDS.values():
        for row in getattr(study, field):
            subject = "arm" if row.arm in arms else GROUP
            lines.append({subject: row.arm, **_cells(PARTS[field].columns, row), **_read(row)})
    whole = _cells(STUDY.columns, study)
    for name, part in WITHIN:
        whole |= _cells(part.columns, getattr(study, name))
    return [{**(whole if not number else {}), **line, "study": study.id} for number, line in enumerate(lines or [{}])]


def _arm(arm: Arm) -> Line:
    cells = {**_cells(ARM.columns, arm), **_read(arm)}
    for number, drug in enumerate(arm.drugs[:MOST_DRUGS], 1):
        cells |= _cells(drug_columns(number), drug)
    return cells


def _read(row: Any) -> Line:
    return {READINGS: joined(row.reading), "confidence": row.confidence}


def _cells(columns: Iterable[Column], record: Any) -> Line:
    """The cells of a part that hold something."""
    found = ((column.head, _at(record, column.path)) for column in columns)
    return {head: text for head, text in ((head, _text(value)) for head, value in found) if text}


def _at(record: Any, path: tuple[str, ...]) -> Any:
    for step in path:
        record = getattr(record, step, None)
    return record


def _text(value: Any) -> str:
    if value is None or value in ((), {}):
        return ""
    match value:
        case Decimal():
            return f"{value:f}"
        case tuple():
            return joined(value)
        case dict():
            return joined(f"{name}{PAIR}{one}" for name, one in value.items())
    return str(value)
