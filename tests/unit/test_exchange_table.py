"""A table as spreadsheets save it: separators, heads, quotes, line breaks, and what is seen as nothing."""

from __future__ import annotations

import pytest

from assuage.catalog.exchange.shaped import joined, several
from assuage.catalog.exchange.table import Cell, Table, letters, read_table
from assuage.errors import DocumentError

KNOWN = ("study", "title", "events", "n", "notes")


def table(text: str) -> Table:
    return read_table(text, "t.csv", known=KNOWN)


def refusals(text: str) -> list[tuple[str, str]]:
    """What is wrong with a table, whether the rest of it can be judged or not."""
    try:
        found = table(text).problems
    except DocumentError as error:
        found = error.problems
    assert found
    for one in found:
        assert all((one.what, one.where, one.expected, one.do))
    return [(one.where, one.what) for one in found]


@pytest.mark.parametrize(("mark", "name"), [(",", "comma"), (";", "semicolon"), ("\t", "tab")])
@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"])
@pytest.mark.parametrize("begin", ["", "\ufeff"])
def test_each_separator_and_line_end_gives_the_same_cells(mark: str, name: str, end: str, begin: str) -> None:
    text = begin + end.join(mark.join(row) for row in (("study", "events", "n"), ("a-2020", "7", "15"))) + end
    found = table(text)
    assert found.separator == name
    assert {head: cell.value for head, cell in found.rows[0].cells.items()} == {
        "study": "a-2020",
        "events": "7",
        "n": "15",
    }


def test_a_cell_says_its_line_head_and_letter_also_after_a_cell_of_several_lines() -> None:
    found = table('study,notes,n\na-2020,"first\nsecond",15\nb-2021,,x\n')
    assert found.rows[1].cells["n"].where == "t.csv:4, column n (C)"
    assert found.rows[0].cells["notes"].value == "first\nsecond"


def test_only_a_table_without_known_heads_cannot_be_judged_further() -> None:
    with pytest.raises(DocumentError):
        table("a,b\n1,2\n")
    assert [row.line for row in table("study,n\na, 1\nb\nc,2\n").rows] == [2, 4]


def test_an_empty_row_holds_nothing_and_is_passed_over() -> None:
    assert [row.line for row in table("study,n\n,\na-2020,15\n,\n").rows] == [3]


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "t.csv:1", "no two heads are known"),
        ("id|events|n\na|7|15\n", "t.csv:1", "no two heads are known"),
        ("study,n\n", "t.csv", "heads and no rows"),
        ("study,n\na,1,2\n", "t.csv:2", "the row has 3 cells"),
        ("study,n,title\na,1\n", "t.csv:2", "the row has 2 cells"),
        ('study,n\na,"1\nb,2\n', "t.csv:2", "cannot be read"),
        ('study,n\na,"1"2\n', "t.csv:2", "cannot be read"),
        ("study,n,n\na,1,2\n", "t.csv:1, column n (B)", "stands 2 times"),
        ("study,n,\na,1,2\n", "t.csv:1, column C", "no head"),
        ("study,n\na, 1\n", "t.csv:2, column n (B)", "begins or ends with a space"),
        ("study,n\na,1\u00a0\n", "t.csv:2, column n (B)", "U+00A0"),
        ("study,n\na\u200b,1\n", "t.csv:2, column study (A)", "U+200B"),
    ],
)
def test_what_is_no_table_is_refused_where_it_stands(text: str, where: str, what: str) -> None:
    found = refusals(text)
    assert found[0][0] == where
    assert what in found[0][1]


def test_all_faults_are_told_at_once() -> None:
    assert [where for where, _ in refusals("study,n\na, 1\nb\nc,\u00a02\n")] == [
        "t.csv:2, column n (B)", "t.csv:3", "t.csv:4, column n (B)",
    ]  # fmt: skip


@pytest.mark.parametrize(
    ("column", "name"), [(1, "A"), (26, "Z"), (27, "AA"), (52, "AZ"), (53, "BA"), (702, "ZZ"), (703, "AAA")]
)
def test_columns_have_the_letters_that_spreadsheets_give_them(column: int, name: str) -> None:
    assert letters(column) == name


@pytest.mark.parametrize(
    ("text", "parts"),
    [("Kim YH; Lee PB", ("Kim YH", "Lee PB")), ("a;b", ("a", "b")), ("a; b\n", ("a; b",)), ("a; b\nc", ("a; b", "c"))],
)
def test_a_list_stands_between_semicolons_or_on_lines(text: str, parts: tuple[str, ...]) -> None:
    cell = Cell("text", text, "t.csv", 2, 1, "authors")
    assert several(cell, []) == parts
    assert several(Cell("text", joined(parts), "t.csv", 2, 1, "authors"), []) == parts


@pytest.mark.parametrize("text", ["a;;b", "a;", ";a", "a;  b", "a\n\nb", "a \nb"])
def test_an_empty_part_of_a_list_is_refused(text: str) -> None:
    problems: list[object] = []
    several(Cell("text", text, "t.csv", 2, 1, "authors"), problems)  # type: ignore[arg-type]
    assert len(problems) == 1
