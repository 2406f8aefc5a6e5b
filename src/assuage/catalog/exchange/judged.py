"""What cannot be right in a row, a study or an arm of a table: said with the cell it stands in, before it is a record."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from decimal import Decimal

from assuage.catalog.exchange.columns import DRUG, GROUP, MOST_DRUGS, OF_RESULT, READINGS, RESULTS, drug_columns
from assuage.catalog.exchange.drugs import is_known
from assuage.catalog.exchange.numbers import NUMBER
from assuage.catalog.exchange.places import Places
from assuage.catalog.exchange.shaped import several
from assuage.catalog.exchange.table import Cell, Row
from assuage.errors import Problem, nearest

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
PMID = re.compile(r"[1-9][0-9]{0,8}")
YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")
IDENTITY = re.compile(r"(?=.{1,80}$)[a-z0-9]+(?:-[a-z0-9]+)*")
# What a spreadsheet makes of 5-10 or 3/4: a day of a month.
MONTH = r"(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)[a-z]*"
NO_DATE = re.compile(rf"(?!\d{{1,2}}[-/. ]{MONTH}\b|{MONTH}[-/. ]\d{{1,4}}$|\d{{4}}-\d\d-\d\d)(?s:.+)", re.IGNORECASE)
AS_PRINTED = (
    NO_DATE,
    "the text as printed; this is a date that a spreadsheet made of it",
    "format the column as text and write it again",
)
FORMS = {
    "doi": (DOI, "the bare DOI, such as 10.1016/j.jclinane.2015.02.006", "remove the address or the word before it"),
    "pmid": (PMID, "the number alone", "write the digits"),
    "year": (YEAR, "a year of four digits", "write the year alone"),
    "study": (IDENTITY, "at most 80 small letters, digits and hyphens, such as kim-2015", "write author and year so"),
    **dict.fromkeys(("volume", "issue", "pages"), AS_PRINTED),
}
# A trial that is registered has a sponsor and may have no author.
REGISTERED = "registry"
WITHOUT_SIGN = ("dispersion", "hours", "events", "dose")
POSITIVE = ("n", "arm_n", "arm_volume_ml", "arm_duration_min")
# What to do with a cell that people put into a row of another kind.
OTHERWISE = {
    ("measure", "n"): "a mean is of the arm: write arm_n; where fewer were measured, say so in note",
    ("measure", "events"): "write a count of responders in a row with threshold",
    ("threshold", "value"): "write the count in events, of n",
    ("threshold", "percent"): "count the people, and write events and n",
    ("threshold", "p"): "write the comparison in a row with measure, its p there",
    ("harm", "time"): "write when it happened into text",
}
# What tells two rows of one kind apart.
KEYS = {
    "threshold": ("arm", GROUP, "threshold", "time", "denominator"),
    "measure": ("arm", GROUP, "measure", "statistic", "time", "versus", "unit", "text"),
    "harm": ("arm", GROUP, "harm", "denominator", "text"),
}


def number(cell: Cell | None) -> Decimal | None:
    """The number in a cell; none where there is none, which is told elsewhere."""
    return Decimal(cell.value) if cell is not None and NUMBER.fullmatch(cell.value) else None


def about_study(cells: Mapping[str, Cell], places: Places) -> Iterator[Problem]:
    """Ids and numbers of the citation in another form, and nobody named as author."""
    for head, (form, expected, do) in FORMS.items():
        if head in cells and not form.fullmatch(cells[head].value):
            yield Problem(f"“{cells[head].value}” is not how {head} is written", cells[head].where, expected, do)
    title, kind = cells.get("title"), cells.get("record_type")
    is_registered = kind is not None and kind.value == REGISTERED
    if title is not None and not is_registered and not {"authors", "authors_missing"} & set(cells):
        yield Problem("nobody is named as author", title.where, "authors, or authors_missing with the reason",
                      "write them as Kim YH; Lee PB, or why they are not known")  # fmt: skip
    known = {reading.id for reading in places.readings}
    for head in (one for one in ("design_reading", "population_reading") if one in cells):
        for name in several(cells[head], []):
            if name not in known:
                yield Problem(f"the reading “{name}” is described by no row of the study", cells[head].where,
                              f"one of {', '.join(sorted(known)) or 'the readings'}", "describe it, or correct the name")  # fmt: skip


def about_arm(cells: Mapping[str, Cell], first: Row, drugs: Collection[str]) -> Iterator[Problem]:
    """An arm without a label or a reading, drugs that nobody knows, doses without a unit."""
    if "arm_label" not in cells:
        yield Problem(f"the arm {cells['arm'].value} has no label", cells["arm"].where, "arm_label in one of its rows",
                      f"label it; several arms together or a comparison stand in the column {GROUP}")  # fmt: skip
    yield from _signs(cells)
    if not any(kind in first.cells for kind in RESULTS):
        yield from _where_read(first)
    for count in range(1, MOST_DRUGS + 1):
        yield from _drug([column.head for column in drug_columns(count)], cells, drugs)


def _drug(names: Sequence[str], cells: Mapping[str, Cell], drugs: Collection[str]) -> Iterator[Problem]:
    drug, dose, unit = (cells.get(names[DRUG.heads.index(head)]) for head in ("drug", "dose", "dose_unit"))
    if drug is None:
        stray = next((cells[head] for head in names if head in cells), None)
        if stray is not None:
            yield Problem(
                f"{stray.head} is “{stray.value}” and no drug is named",
                stray.where,
                f"a drug in column {names[0]}",
                "name it",
            )
        return
    if not is_known(drug.value, drugs):
        near = nearest(drug.value, drugs)
        do = f"did you mean {' or '.join(near)}? " if near else ""
        yield Problem(f"no drug is called “{drug.value}”", drug.where, "a drug or a name of the catalog, a placebo, or none",
                      f"{do}A drug that is new is added to the clinic's folder first, as a term of kind drug")  # fmt: skip
    if dose is not None and unit is None:
        yield Problem(f"the dose {dose.value} of {drug.value} has no unit", dose.where, f"{names[DRUG.heads.index('dose_unit')]}, such as mg/kg",
                      "write the unit that was printed; a dose is never taken without one")  # fmt: skip


def about_result(row: Row, kinds: Sequence[str], arms: Collection[str]) -> Iterator[Problem]:
    """A row that is no one result, lacks what its kind needs, or holds what its kind does not have."""
    cells = row.cells
    if not kinds:
        for head in (one for one in (GROUP, *OF_RESULT) if one in cells):
            yield Problem(f"{head} is “{cells[head].value}” and the row names no result", cells[head].where,
                          "one of threshold, measure and harm", "say what was counted or measured, or empty the cell")  # fmt: skip
        return
    if len(kinds) > 1:
        yield Problem(f"the row holds {' and '.join(kinds)}", row.where, "one of them in a row", "write a row for each")
        return
    part = RESULTS[kinds[0]]
    for head in (one for one in OF_RESULT if one in cells and one not in part.heads):
        yield Problem(f"{head} has no meaning in a row with {kinds[0]}", cells[head].where, f"columns of such a row: {', '.join(part.heads)}",
                      OTHERWISE.get((kinds[0], head), "move it to a row of its own, or empty the cell"))  # fmt: skip
    for column in part.columns:
        if column.is_needed and column.head not in cells and column.head != "confidence":
            yield Problem(f"the row has {kinds[0]} and no {column.head}", row.where, column.head, "fill it in")
    if ("arm" in cells) == (GROUP in cells):
        yield Problem(f"the row names {'both an arm and a group' if 'arm' in cells else 'neither an arm nor a group'}", row.where,
                      "an arm that is described, or a group, comparison or subject in words", f"fill one of arm and {GROUP}")  # fmt: skip
    if GROUP in cells and cells[GROUP].value in arms:
        yield Problem(
            f"the group “{cells[GROUP].value}” is an arm", cells[GROUP].where, "an arm in column arm", "move it there"
        )
    yield from _where_read(row)
    yield from _signs(cells)
    yield from {"threshold": _count, "measure": _measured, "harm": _count}[kinds[0]](row)


def _where_read(row: Row) -> Iterator[Problem]:
    if READINGS not in row.cells and "read_at" not in row.cells:
        yield Problem(
            "the row does not say where it was read",
            row.where,
            f"read_at, read_access and read_what, or {READINGS}",
            "fill them in",
        )
    if "confidence" not in row.cells:
        yield Problem(
            "the row does not say how sure it is",
            row.where,
            "confidence: high, medium, low or unverified",
            "fill it in",
        )


def _signs(cells: Mapping[str, Cell]) -> Iterator[Problem]:
    """Numbers that cannot be negative, and those that cannot be none."""
    for head, cell in cells.items():
        found = number(cell)
        name = head.rpartition("_")[0] if head.startswith("dose_") and head[-1:].isdigit() else head
        if found is not None and (
            (found < 0 and name in (*WITHOUT_SIGN, *POSITIVE)) or (found == 0 and name in POSITIVE)
        ):
            yield Problem(
                f"{head} is {cell.value}",
                cell.where,
                "a number above 0" if name in POSITIVE else "a number not below 0",
                "correct it",
            )


def _count(row: Row) -> Iterator[Problem]:
    """Events above n, a count without what it is of, a threshold without a count."""
    cells = row.cells
    events, n = number(cells.get("events")), number(cells.get("n"))
    may_recur = "harm" in cells and "denominator" in cells and cells["denominator"].value == "infusions"
    if events is not None and n is not None and events > n and not may_recur:
        yield Problem(f"{events} events of {n}", cells["events"].where, "events not above n", "correct the count, or n")
    if "harm" in cells and "events" in cells and "n" not in cells:
        yield Problem(
            f"{cells['events'].value} events and no n",
            cells["events"].where,
            "n: how many were looked at",
            "fill it in",
        )
    if "harm" in cells and not {"events", "percent", "text"} & set(cells):
        yield Problem(
            "the harm has neither a count nor words",
            cells["harm"].where,
            "events and n, or text",
            "fill in what was reported",
        )
    if "threshold" in cells and "events" not in cells and "note" not in cells:
        yield Problem("the threshold has no events", cells["threshold"].where, "events, or a note that says why there is no count",
                      "count the people; a percentage is not a count")  # fmt: skip


def _measured(row: Row) -> Iterator[Problem]:
    """Neither a number nor words, half an interval, an interval turned round, a spread that is not said to be one."""
    cells = row.cells
    if ("value" in cells) == ("text" in cells):
        yield Problem(f"the row has {'both value and text' if 'value' in cells else 'neither value nor text'}", cells["measure"].where,
                      "the number in value, or words in text", "keep the number; other words stand in note")  # fmt: skip
    for one, other in (
        ("dispersion", "dispersion_type"),
        ("dispersion_type", "dispersion"),
        ("lower_95", "upper_95"),
        ("upper_95", "lower_95"),
    ):
        if one in cells and other not in cells:
            yield Problem(f"{one} is “{cells[one].value}” and {other} is empty", cells[one].where, f"both {one} and {other}",
                          "write SD, SE or what was printed, or “not stated”" if other == "dispersion_type" else "fill in the other")  # fmt: skip
    lower, upper = number(cells.get("lower_95")), number(cells.get("upper_95"))
    if lower is not None and upper is not None and lower > upper:
        yield Problem(f"the interval runs from {lower} to {upper}", cells["lower_95"].where, "a lower end not above the upper end",
                      "exchange or correct them")  # fmt: skip


def contradictions(rows: Iterable[Row]) -> Iterator[Problem]:
    """Rows that say one thing twice, or two things of one result."""
    first: dict[tuple[str, ...], Row] = {}
    for row in rows:
        for kind in (one for one in RESULTS if one in row.cells):
            key = (kind, *(row.cells[head].value if head in row.cells else "" for head in KEYS[kind]))
            same = first.setdefault(key, row)
            if same is not row:
                alike = _values(same) == _values(row)
                yield Problem(
                    f"the row {'repeats' if alike else 'contradicts'} line {same.line}: the same {', '.join(KEYS[kind])}"
                    + ("" if alike else f" with other {', '.join(sorted(_differing(same, row)))}"),
                    row.where, "each result once", "remove one of them, or correct what should tell them apart",
                )  # fmt: skip


def _values(row: Row) -> dict[str, str]:
    return {head: cell.value for head, cell in row.cells.items()}


def _differing(one: Row, two: Row) -> set[str]:
    first, second = _values(one), _values(two)
    return {head for head in {*first, *second} if first.get(head) != second.get(head)}
