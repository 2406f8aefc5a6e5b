"""Rows of a table as studies: each slip of a person with a spreadsheet is refused in its cell, and nothing is guessed."""

from __future__ import annotations

import csv
import io
from decimal import Decimal
from pathlib import Path

import pytest

from assuage.catalog import load_catalog
from assuage.catalog.exchange.drugs import is_known, known_drugs
from assuage.catalog.exchange.studies import Imported, read_studies
from assuage.errors import DocumentError, Problem

EXAMPLE = (Path(__file__).parents[2] / "examples" / "studies.csv").read_text(encoding="utf-8")
DRUGS = known_drugs(load_catalog())
# Lines of the example: two arms with a count of responders, their means, one harm.
M_COUNT, P_COUNT, M_MEAN, P_MEAN, M_HARM = range(2, 7)


def with_cells(*changes: tuple[int, str, str], without: tuple[str, ...] = (), more: tuple[int, ...] = ()) -> str:
    """The example with other cells: line, head and text. `more` are lines that stand once more at the end."""
    rows = list(csv.DictReader(io.StringIO(EXAMPLE)))
    heads = [*rows[0], *dict.fromkeys(head for _, head, _ in changes if head not in rows[0])]
    rows += [dict(rows[line - 2]) for line in more]
    for line, head, text in changes:
        rows[line - 2][head] = text
    out = io.StringIO()
    writer = csv.DictWriter(
        out, [head for head in heads if head not in without], restval="", lineterminator="\n", extrasaction="ignore"
    )
    writer.writeheader()
    writer.writerows(rows)
    return out.getvalue()


def read(text: str) -> Imported:
    return read_studies(text, "t.csv", drugs=DRUGS)


def problems(text: str) -> tuple[Problem, ...]:
    with pytest.raises(DocumentError) as caught:
        read(text)
    assert all((one.what, one.where, one.expected, one.do) for one in caught.value.problems)
    return caught.value.problems


def test_the_example_is_one_study_with_what_its_rows_say() -> None:
    """Typed here from the rows of the example, not read from what the program makes of them."""
    (drafted,) = read(EXAMPLE).drafts
    study = drafted.study
    assert (study.id, study.role, study.confidence, drafted.lines) == ("example-2026", "added", "high", (2, 3, 4, 5, 6))
    assert [(row.arm, row.events, row.n, row.denominator) for row in study.responders] == [
        ("M", 9, 20, "patients"),
        ("P", 4, 20, "patients"),
    ]
    assert [(row.value, row.dispersion, row.dispersion_type) for row in study.outcomes] == [
        (Decimal("4.1"), Decimal("1.9"), "SD"), (Decimal("5.6"), Decimal("2.2"), "SD"),
    ]  # fmt: skip
    assert [(row.event, row.count, row.total, row.denominator) for row in study.harms] == [("flushing", 3, 20, None)]
    (magnesium,) = study.arms[0].drugs
    assert (magnesium.drug, magnesium.dose, magnesium.unit) == ("magnesium sulfate", Decimal(30), "mg/kg")
    assert [(one.id, one.read_at) for one in study.readings] == [
        ("s1", "Journal of Examples 2026, Table 2"), ("s2", "Journal of Examples 2026, page 4"),
    ]  # fmt: skip
    assert study.harms[0].reading == ("s2",)


REFUSED = [
    # a number that can be read in two ways, or in none
    ((P_COUNT, "events", "4,0"), "events", "holds a comma", "4.0"),
    ((M_MEAN, "value", "1,234"), "value", "holds a comma", "1.234 or 1234"),
    ((M_MEAN, "value", "1,234,567"), "value", "holds a comma", "1234567"),
    ((M_MEAN, "value", "1,23,4"), "value", "holds a comma", "without commas"),
    ((M_COUNT, "events", "45 %"), "events", "is a percentage", "a percentage of n is not one"),
    ((M_COUNT, "events", "9/20"), "events", "is two numbers", "whole number"),
    ((M_COUNT, "events", "9.5"), "events", "no whole number", "count"),
    ((M_COUNT, "events", "nine"), "events", "is no number", "whole number"),
    ((M_MEAN, "value", "4.1 ± 1.9"), "value", "is two numbers", "decimal point"),
    ((M_COUNT, "dose", "30-40"), "dose", "is a range", "30 or 40"),
    ((M_COUNT, "dose", "30 mg/kg"), "dose", "holds a number and a unit", "decimal point"),
    ((M_MEAN, "value", "−4.1"), "value", "no minus sign", "-4.1"),
    ((M_MEAN, "value", "4.1e0"), "value", "", "decimal point"),
    ((M_MEAN, "value", "04.1"), "value", "is no number", "decimal point"),
    # what cannot be
    ((M_COUNT, "events", "21"), "events", "21 events of 20", "not above n"),
    ((M_HARM, "events", "21"), "events", "21 events of 20", "not above n"),
    ((M_COUNT, "events", "-1"), "events", "events is -1", "not below 0"),
    ((M_COUNT, "n", "0"), "n", "n is 0", "above 0"),
    ((M_MEAN, "dispersion", "-1.9"), "dispersion", "dispersion is -1.9", "not below 0"),
    ((M_MEAN, "lower_95", "5"), "lower_95", "upper_95 is empty", "both"),
    # what is missing
    ((M_COUNT, "dose_unit", ""), "dose", "has no unit", "mg/kg"),
    ((M_MEAN, "dispersion_type", ""), "dispersion", "dispersion_type is empty", "both"),
    ((M_COUNT, "events", ""), "threshold", "the threshold has no events", "a note"),
    ((M_HARM, "n", ""), "events", "3 events and no n", "looked at"),
    ((M_MEAN, "value", ""), "measure", "neither value nor text", "number"),
    ((M_COUNT, "arm_label", ""), "arm", "the arm M has no label", "arm_label"),
    ((M_COUNT, "authors", ""), "title", "nobody is named as author", "authors_missing"),
    # what nobody knows
    ((M_COUNT, "drug", "magnesum sulfate"), "drug", "no drug is called", "a drug or a name"),
    ((M_COUNT, "record_type", "trial"), "record_type", "“trial”", "primary_study"),
    ((M_COUNT, "confidence", "sure"), "confidence", "“sure”", "high"),
    ((M_COUNT, "doi", "https://doi.org/10.5555/a"), "doi", "is not how doi is written", "bare DOI"),
    ((M_COUNT, "pmid", "PMID 123"), "pmid", "is not how pmid is written", "number alone"),
    ((M_COUNT, "year", "26"), "year", "is not how year is written", "four digits"),
    ((M_COUNT, "pages", "05-Oct"), "pages", "is not how pages is written", "a date that a spreadsheet made"),
    ((M_COUNT, "issue", "Mar-04"), "issue", "is not how issue is written", "a date that a spreadsheet made"),
    # what does not belong there
    ((M_MEAN, "events", "9"), "events", "no meaning in a row with measure", "columns of such a row"),
    ((M_MEAN, "n", "20"), "n", "no meaning in a row with measure", "columns of such a row"),
    ((P_MEAN, "title", "Another title"), "title", "“Another title” here and", "one title"),
    ((M_MEAN, "dose", "3"), "dose", "“3” here and “30” in line 2", "one dose"),
]  # fmt: skip


@pytest.mark.parametrize(("change", "head", "what", "expected"), REFUSED, ids=lambda one: str(one)[:40])
def test_a_slip_is_refused_in_its_cell(change: tuple[int, str, str], head: str, what: str, expected: str) -> None:
    found = problems(with_cells(change))
    assert any(f"column {head} (" in one.where and what in one.what and expected in one.expected for one in found), (
        found
    )
    assert all(one.where.startswith("t.csv:") for one in found)


@pytest.mark.parametrize(
    "name", ["../other", "Kim-2015", "kim 2015", "kim_2015", "kim-2015-", "a" * 81, "1" + ".1" * 39, "/etc/kim"]
)
def test_an_id_names_one_file_of_the_folder_and_no_other(name: str) -> None:
    found = problems(EXAMPLE.replace("example-2026", name))
    assert any("is not how study is written" in one.what for one in found)


@pytest.mark.parametrize("pages", ["296-300", "e12-e15", "S5", "5-10", "51"])
def test_pages_are_as_printed(pages: str) -> None:
    assert read(with_cells((M_COUNT, "pages", pages))).drafts[0].study.citation.pages == pages


@pytest.mark.parametrize("head", ["study", "title", "record_type", "access", "study_confidence"])
def test_a_column_that_is_needed_is_named(head: str) -> None:
    assert [one.what for one in problems(with_cells(without=(head,)))] == [f"the column {head} is missing"]


@pytest.mark.parametrize("head", ["time", "n", "confidence", "read_at", "read_what", "arm"])
def test_what_a_row_lacks_is_told_with_its_line(head: str) -> None:
    found = problems(with_cells((M_COUNT, head, "")))
    assert any(one.where.startswith(f"t.csv:{M_COUNT}") for one in found), found


@pytest.mark.parametrize(
    ("head", "do"),
    [
        ("sd", "dispersion"),
        ("mean", "statistic"),
        ("percentage", "events and n"),
        ("evnets", "events"),
        ("colour", "remove"),
    ],
)
def test_a_column_that_is_not_known_is_told_with_the_one_that_is_meant(head: str, do: str) -> None:
    (found,) = problems(with_cells((M_COUNT, head, "1")))
    assert do in found.do
    assert found.where.startswith(f"t.csv:1, column {head} (")


def test_a_row_that_stands_twice_or_contradicts_is_refused_with_the_first() -> None:
    (twice,) = problems(with_cells(more=(M_COUNT,)))
    assert (twice.where, twice.what.split(":")[0]) == ("t.csv:7", "the row repeats line 2")
    (other,) = problems(with_cells((7, "events", "8"), more=(M_COUNT,)))
    assert "contradicts line 2" in other.what
    assert "events" in other.what


def test_a_row_is_one_result_of_one_subject() -> None:
    assert "threshold and measure" in problems(with_cells((M_COUNT, "measure", "pain")))[0].what
    assert "both an arm and a group" in problems(with_cells((M_COUNT, "group", "all")))[0].what
    assert any("is an arm" in one.what for one in problems(with_cells((M_MEAN, "arm", ""), (M_MEAN, "group", "P"))))
    (study,) = [one.study for one in read(with_cells((M_HARM, "arm", ""), (M_HARM, "group", "both arms"))).drafts]
    assert study.harms[0].arm == "both arms"


def test_every_fault_of_every_row_is_told_at_once() -> None:
    found = problems(
        with_cells(
            (M_COUNT, "events", "45 %"), (P_COUNT, "dose", "3"), (M_MEAN, "dispersion", "-1"), (M_HARM, "events", "30")
        )
    )
    assert {one.where.split(",")[0] for one in found} >= {
        f"t.csv:{line}" for line in (M_COUNT, P_COUNT, M_MEAN, M_HARM)
    }


def test_a_space_or_an_unknown_column_does_not_hide_the_rest() -> None:
    found = problems(with_cells((M_COUNT, "events", " 9"), (P_COUNT, "events", "45 %"), (M_HARM, "colour", "red")))
    assert [one.what.split(" ")[0] for one in found] == ["no", "the", "“45"]


def test_problems_are_told_line_by_line() -> None:
    found = problems(
        with_cells(
            (M_HARM, "events", "30"), (P_COUNT, "dose", "3"), (M_COUNT, "events", "45 %"), (M_MEAN, "dispersion", "-1")
        )
    )
    lines = [int(one.where.removeprefix("t.csv:").split(",")[0]) for one in found]
    assert (lines, set(lines)) == (sorted(lines), {M_COUNT, P_COUNT, M_MEAN, M_HARM})


def test_a_reading_is_described_once_and_used_by_name() -> None:
    named = [(line, "reading", "table") for line in (M_COUNT, P_COUNT, M_MEAN)]
    empty = [(line, head, "") for line in (P_COUNT, M_MEAN) for head in ("read_at", "read_access", "read_what")]
    study = read(with_cells(*named, *empty)).drafts[0].study
    assert [row.reading for row in (*study.responders, *study.outcomes)] == [
        ("table",),
        ("table",),
        ("table",),
        ("table",),
    ]
    (found,) = problems(with_cells(*named, *empty, (M_MEAN, "reading", "tabel")))
    assert (found.what, "column reading" in found.where) == (
        "the reading “tabel” is described by no row of the study",
        True,
    )
    (twice,) = problems(with_cells(*named, (P_COUNT, "read_what", "other numbers")))
    assert "is described in two ways" in twice.what


def test_a_second_drug_stands_in_numbered_columns() -> None:
    text = with_cells((M_COUNT, "drug_2", "midazolam"), (M_COUNT, "dose_2", "0.1"), (M_COUNT, "dose_unit_2", "mg/kg"))
    drugs = read(text).drafts[0].study.arms[0].drugs
    assert [(one.drug, one.dose, one.unit) for one in drugs] == [
        ("magnesium sulfate", Decimal(30), "mg/kg"),
        ("midazolam", Decimal("0.1"), "mg/kg"),
    ]
    assert any("has no unit" in one.what for one in problems(text.replace(",midazolam,0.1,mg/kg", ",midazolam,0.1,")))
    assert any("no drug is named" in one.what for one in problems(with_cells((M_COUNT, "dose_2", "0.1"))))


@pytest.mark.parametrize(
    ("name", "is_one"),
    [
        ("ketamine", True),
        ("Ketalar", True),
        ("placebo", True),
        ("placebo (saline)", True),
        ("none", True),
        ("ketamene", False),
        ("salt", False),
    ],
)
def test_a_drug_is_known_by_every_name_but_its_misspellings(name: str, is_one: bool) -> None:
    assert is_known(name, DRUGS) is is_one
