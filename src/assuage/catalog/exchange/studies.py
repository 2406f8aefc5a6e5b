"""A table of results read as studies, one record for each id in the column `study`. All that is wrong is told at once."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Iterator, Sequence
from typing import Any

import msgspec

from assuage.catalog.exchange.columns import (
    ARM,
    CITATION,
    DESIGN,
    DRUG,
    FIELDS,
    GROUP,
    MOST_DRUGS,
    OF_STUDY,
    POPULATION,
    RESULTS,
    STUDY,
    Column,
    drug_columns,
    heads,
)
from assuage.catalog.exchange.judged import about_arm, about_result, about_study, contradictions
from assuage.catalog.exchange.places import Places, places_of
from assuage.catalog.exchange.shaped import Cells, mapping_of, shaped
from assuage.catalog.exchange.table import Cell, Row, read_table
from assuage.document import Node
from assuage.document.shape import FAILED
from assuage.errors import DocumentError, Problem, nearest
from assuage.study import Study

NEEDED = ("study", "title", "record_type", "access", "study_confidence")
# What people call a column, and what to do with it.
CALLED_ELSEWHERE = {
    "mean": "write statistic “mean”, and the number in value",
    "median": "write statistic “median”, and the number in value",
    "sd": "write the number in dispersion, and SD in dispersion_type",
    "se": "write the number in dispersion, and SE in dispersion_type",
    "sem": "write the number in dispersion, and SE in dispersion_type",
    "id": "write study",
    "study_id": "write study",
    "outcome": "write threshold for a count of responders, measure for a number, harm for an adverse event",
    "responders": "write the count in events, of n, with the threshold",
    "percentage": "count the people, and write events and n",
    "source": "write read_at, read_access and read_what: where it was read, how much of it, what was taken",
    "where": "write read_at, read_access and read_what: where it was read, how much of it, what was taken",
    "event": "write harm for the name of an adverse event, events for its count",
}
ADDED = "added"
WITHIN = {"citation": CITATION, "design": DESIGN, "population": POPULATION}


class Drafted(msgspec.Struct, frozen=True):
    """A study as a table gives it, with the lines that it comes from."""

    study: Study
    lines: tuple[int, ...]


class Imported(msgspec.Struct, frozen=True):
    """What a table holds: the separator it was written with, in a word, and its studies."""

    separator: str
    drafts: tuple[Drafted, ...]


def read_studies(text: str, name: str, *, drugs: Collection[str]) -> Imported:
    """The studies of a table.

    Give      text    the table, as a spreadsheet saves it; name what it is called in messages
              drugs   every name of a drug that is known: see `known_drugs`
    Get       a record for each study, in the order they first appear
    Holds     nothing is completed, cut or rounded: a cell is taken as it stands or refused
    Errors    `DocumentError` with every problem, each with line and column
    Checked   tests/laws/test_exchange.py, tests/unit/test_exchange_studies.py
    """
    table = read_table(text, name, known=heads())
    problems = list(_columns(table.heads))
    given = {cell.head for cell in table.heads}
    groups: dict[str, list[Row]] = {}
    for row in table.rows:
        if "study" in row.cells:
            groups.setdefault(row.cells["study"].value, []).append(row)
        elif "study" in given:
            problems.append(
                Problem(
                    "the row names no study",
                    row.where,
                    "the id of a study in column study",
                    "write the id of its study",
                )
            )
    drafts = [Drafted(study, tuple(row.line for row in rows)) for rows in groups.values()
              if (study := _study(rows, drugs, given, problems)) is not FAILED]  # fmt: skip
    told = {one.where for one in table.problems}
    problems = [*table.problems, *(one for one in problems if one.where not in told)]
    if problems:
        raise DocumentError(*sorted(problems, key=lambda one: _line(one, name)))
    return Imported(table.separator, tuple(drafts))


def _line(problem: Problem, name: str) -> int:
    """The line that a problem is of; those of the whole table come first."""
    line = problem.where.removeprefix(f"{name}:").partition(",")[0]
    return int(line) if line.isdigit() else 0


def _columns(found: Sequence[Cell]) -> Iterator[Problem]:
    known = heads()
    names = [cell.head for cell in found]
    for cell in found:
        if cell.head not in known:
            near = nearest(cell.head, known)
            do = CALLED_ELSEWHERE.get(
                cell.head.casefold(),
                f"did you mean {' or '.join(near)}?" if near else "remove the column, or name it as it is known",
            )
            yield Problem(
                f"no column is called “{cell.head}”",
                cell.where,
                "a column of this kind of table; docs/studies.md lists them",
                do,
            )
    for head in NEEDED:
        if head not in names:
            yield Problem(f"the column {head} is missing", f"{found[0].file}:1", f"a column {head}",
                          "add it; it may be filled in one row of each study")  # fmt: skip


def _study(rows: list[Row], drugs: Collection[str], given: Collection[str], problems: list[Problem]) -> Any:
    """One study from its rows; FAILED where something of it cannot be read. `given` are the heads of the table."""
    before = len(problems)
    cells = {part: _merged(rows, part.heads, "study", problems) for part in OF_STUDY}
    first = rows[0]
    lacking = [head for head in NEEDED if not any(head in row.cells for row in rows)]
    problems += [
        Problem(f"{first.cells['study'].value} has no {head}", first.where, f"{head} in one of the rows of the study", "fill it in")
        for head in lacking
        if head in given
    ]  # fmt: skip
    places = places_of(rows, problems)
    arms = list(_arms(rows, drugs, places, problems))
    results = _results(rows, {arm.id for arm in arms if arm is not FAILED}, places, problems)
    problems += [
        *about_study({head: cell for one in cells.values() for head, cell in one.items()}, places),
        *contradictions(rows),
    ]
    fixed: dict[str, Node] = {
        name: mapping_of(part.columns, cells[part], {}, problems) for name, part in WITHIN.items() if cells[part]
    }
    if "role" not in cells[STUDY]:
        fixed["role"] = Cell("text", ADDED, first.file, first.line, 1)
    if lacking or len(problems) > before:
        return FAILED
    study = shaped(Study, STUDY.columns, cells[STUDY], fixed=fixed, problems=problems)
    if study is FAILED:
        return FAILED
    return msgspec.structs.replace(study, readings=places.readings, arms=tuple(arms), **results)


def _merged(rows: Iterable[Row], names: Iterable[str], whose: str, problems: list[Problem]) -> dict[str, Cell]:
    """Cells that say something of all the rows: each is filled in one of them, or in several alike."""
    found: dict[str, Cell] = {}
    for row in rows:
        for head in names:
            cell = row.cells.get(head)
            if cell is None:
                continue
            same = found.setdefault(head, cell)
            if same.value != cell.value:
                problems.append(
                    Problem(f"{head} is “{cell.value}” here and “{same.value}” in line {same.line}", cell.where,
                            f"one {head} for each {whose}", "make them the same, or leave all but one empty")
                )  # fmt: skip
    return found


def _arms(rows: list[Row], drugs: Collection[str], places: Places, problems: list[Problem]) -> Iterator[Any]:
    """The arms in the order they first appear; a row that describes an arm names it."""
    of_drugs = [drug_columns(number) for number in range(1, MOST_DRUGS + 1)]
    names = [*ARM.heads, *(column.head for columns in of_drugs for column in columns)]
    groups: dict[str, list[Row]] = {}
    for row in rows:
        if "arm" in row.cells:
            groups.setdefault(row.cells["arm"].value, []).append(row)
        else:
            problems += [Problem(f"the row has {head} and names no arm", row.cells[head].where, "the arm that it is of, in column arm",
                                 "write the arm's id") for head in names if head in row.cells]  # fmt: skip
    for name, own in groups.items():
        cells = _merged(own, names, f"arm (this one is {name})", problems)
        problems += about_arm(cells, own[0], drugs)
        given = [drug for columns in of_drugs if (drug := _drug(columns, cells, problems)) is not None]
        if "arm_label" not in cells or FAILED in given:
            yield FAILED
            continue
        arm = shaped(ARM.record, ARM.columns, cells, fixed=places.fixed(own[0], problems), problems=problems)
        yield FAILED if arm is FAILED else msgspec.structs.replace(arm, drugs=tuple(given))


def _drug(columns: Sequence[Column], cells: Cells, problems: list[Problem]) -> Any:
    """One drug of an arm; none where its columns are empty."""
    if columns[0].head not in cells:
        return None
    return shaped(DRUG.record, columns, cells, fixed={}, problems=problems)


def _results(
    rows: list[Row], arms: Collection[str], places: Places, problems: list[Problem]
) -> dict[str, tuple[Any, ...]]:
    """Responders, outcomes and harms by the name of their field."""
    found: dict[str, list[Any]] = {field: [] for field in FIELDS.values()}
    for row in rows:
        kinds = [head for head in RESULTS if head in row.cells]
        problems += about_result(row, kinds, arms)
        if len(kinds) != 1:
            continue
        part = RESULTS[kinds[0]]
        subject = row.cells.get("arm") or row.cells.get(GROUP)
        needed = [column.head for column in part.columns if column.is_needed and column.head not in row.cells]
        if subject is None or needed:
            continue
        cells = {head: row.cells[head] for head in part.heads if head in row.cells}
        one = shaped(
            part.record, part.columns, cells, fixed={"arm": subject, **places.fixed(row, problems)}, problems=problems
        )
        found[FIELDS[kinds[0]]].append(one)
    return {field: tuple(members) for field, members in found.items()}
