"""Laws of tables and citations: a record goes out and comes back the same, and no bytes bring the program down."""

from __future__ import annotations

import csv
import io
import string
from collections.abc import Callable

import msgspec
import pytest
from hypothesis import given
from hypothesis import strategies as st

from assuage.catalog import load_catalog
from assuage.catalog.exchange.citations import read_citations, sort_citations
from assuage.catalog.exchange.columns import heads
from assuage.catalog.exchange.draft import yaml_of
from assuage.catalog.exchange.drugs import known_drugs
from assuage.catalog.exchange.studies import read_studies
from assuage.catalog.exchange.written import carried, table_of
from assuage.document import read_yaml, shape
from assuage.errors import AssuageError, Problem
from assuage.study import (
    Arm,
    ArmDrug,
    Citation,
    Design,
    Harm,
    Interval,
    Outcome,
    Population,
    Reading,
    Responders,
    Study,
)

CATALOG = load_catalog()
DRUGS = known_drugs(CATALOG)
SIGNS = string.ascii_letters + string.digits + " ,;:#'\"%&*!|>-<=[]{}()±≥µéß\n/\\?@`~^$"
texts = st.text(SIGNS, min_size=1, max_size=30).filter(lambda text: text == text.strip() and "\n" not in text)
paragraphs = st.text(SIGNS, min_size=1, max_size=60).filter(lambda text: text == text.strip())
words = st.text(string.ascii_lowercase, min_size=1, max_size=8)
numbers = st.decimals(0, 10_000, places=2)
signed = st.decimals(-10_000, 10_000, places=2)
counts = st.integers(1, 500)
sure = st.sampled_from(["high", "medium", "low", "unverified"])
kinds = st.sampled_from(["stated", "derived", "read-off-figure", "assumed"])
maybe = st.none() | texts
lists = st.lists(texts, max_size=3).map(tuple)


@st.composite
def arms(draw: st.DrawFn, number: int, readings: st.SearchStrategy[tuple[str, ...]]) -> Arm:
    drug = st.builds(
        ArmDrug, st.sampled_from(["ketamine", "placebo", "magnesium sulfate"]), dose=st.none() | numbers, unit=st.just("mg/kg"),
        basis=maybe, salt=maybe, text=maybe, kind=kinds,
    )  # fmt: skip
    return draw(st.builds(
        Arm, st.just(f"arm {number}"), texts, readings, sure, n=st.none() | counts, drugs=st.lists(drug, max_size=3).map(tuple), route=maybe,
        volume_ml=st.none() | numbers.filter(bool), interval=maybe, reading_detail=maybe, derived=st.dictionaries(words, texts, max_size=2),
    ))  # fmt: skip


@st.composite
def responders(
    draw: st.DrawFn, number: int, subjects: st.SearchStrategy[str], readings: st.SearchStrategy[tuple[str, ...]]
) -> Responders:
    n = draw(counts)
    return Responders(
        draw(subjects), f">={number}% {draw(texts)}", draw(texts), n, draw(readings), draw(sure), events=draw(st.integers(0, n)),
        denominator=draw(st.sampled_from(["patients", "sessions"])), kind=draw(kinds), hours=draw(st.none() | numbers), pools=draw(lists), note=draw(maybe),
    )  # fmt: skip


@st.composite
def outcomes(
    draw: st.DrawFn, number: int, subjects: st.SearchStrategy[str], readings: st.SearchStrategy[tuple[str, ...]]
) -> Outcome:
    lower, upper = sorted(draw(st.tuples(signed, signed)))
    is_number, has_spread = draw(st.booleans()), draw(st.booleans())
    return Outcome(
        draw(subjects), draw(texts), f"measure {number}", draw(readings), draw(sure), statistic=draw(maybe), value=draw(signed) if is_number else None,
        text=None if is_number else draw(paragraphs), unit=draw(maybe), dispersion=draw(numbers) if has_spread else None,
        dispersion_type="SD" if has_spread else None, interval_95=draw(st.none() | st.just(Interval(lower, upper))), p=draw(maybe), versus=draw(maybe),
    )  # fmt: skip


@st.composite
def harms(
    draw: st.DrawFn, number: int, subjects: st.SearchStrategy[str], readings: st.SearchStrategy[tuple[str, ...]]
) -> Harm:
    total = draw(counts)
    return Harm(
        draw(subjects),
        f"harm {number}",
        draw(readings),
        draw(sure),
        count=draw(st.integers(0, total)),
        total=total,
        text=draw(maybe),
    )


@st.composite
def studies(draw: st.DrawFn) -> Study:
    """Any study of which every part has a column."""
    known = draw(
        st.lists(st.builds(Reading, words, texts, texts, texts), min_size=1, max_size=3, unique_by=lambda one: one.id)
    )
    readings = st.lists(st.sampled_from([one.id for one in known]), min_size=1, max_size=2, unique=True).map(tuple)
    groups = [draw(arms(number, readings)) for number in range(draw(st.integers(0, 3)))]
    subjects = st.sampled_from([*(arm.id for arm in groups), "both together"])
    citation = draw(
        st.builds(
            Citation,
            texts,
            st.lists(texts, min_size=1, max_size=3).map(tuple),
            journal=maybe,
            year=st.none() | st.integers(1900, 2099),
            pages=maybe,
        )
    )
    return Study(
        draw(st.from_regex(r"[a-z]{1,8}-(?:19|20)[0-9]{2}", fullmatch=True)), "primary_study", draw(st.sampled_from(["added", "review"])), citation,
        "abstract", draw(sure), directness=draw(maybe), aliases=draw(lists), readings=tuple(known), notes=draw(lists), monitoring=draw(st.none() | paragraphs),
        design=draw(st.none() | st.builds(Design, texts, n_randomised=st.none() | counts, models=lists, reading=readings)),
        population=draw(st.none() | st.builds(Population, texts, exclusion=lists, female_percent=st.none() | numbers)), arms=tuple(groups),
        responders=tuple(draw(responders(number, subjects, readings)) for number in range(draw(st.integers(0, 3)))),
        outcomes=tuple(draw(outcomes(number, subjects, readings)) for number in range(draw(st.integers(0, 3)))),
        harms=tuple(draw(harms(number, subjects, readings)) for number in range(draw(st.integers(0, 2)))),
    )  # fmt: skip


@given(st.lists(studies(), min_size=1, max_size=3, unique_by=lambda study: study.id), st.sampled_from([",", ";", "\t"]))
def test_a_study_goes_out_as_a_table_and_comes_back_the_same(records: list[Study], mark: str) -> None:
    text = table_of(records, DRUGS)
    out = io.StringIO()
    csv.writer(out, delimiter=mark, lineterminator="\r\n", quoting=csv.QUOTE_ALL).writerows(
        csv.reader(io.StringIO(text, newline=""))
    )
    for written in (text, "\ufeff" + out.getvalue()):
        assert [one.study for one in read_studies(written, "t.csv", drugs=DRUGS).drafts] == records


@given(studies())
def test_a_draft_read_again_is_the_same_study(record: Study) -> None:
    assert shape(read_yaml(yaml_of(record), "s"), Study) == record


@pytest.mark.parametrize("name", sorted(CATALOG.studies))
def test_each_study_of_the_catalog_goes_out_and_comes_back(name: str) -> None:
    study = CATALOG.studies[name]
    (drafted,) = read_studies(table_of([study], DRUGS), "t.csv", drugs=DRUGS).drafts
    assert drafted.study == carried(study)
    kept = msgspec.structs.replace(drafted.study, conflicts=study.conflicts, remembered=study.remembered)
    assert kept == study


@given(studies(), st.data())
def test_the_order_of_rows_within_a_kind_decides_nothing_else(record: Study, data: st.DataObject) -> None:
    """Rows of another study between them change nothing."""
    other = msgspec.structs.replace(record, id="zzz-zzz")
    first, *rows = list(csv.reader(io.StringIO(table_of([record, other], DRUGS), newline="")))
    mine, theirs = ([row for row in rows if row[0] == name] for name in (record.id, "zzz-zzz"))
    mixed: list[list[str]] = []
    while mine or theirs:
        mixed.append((mine if mine and (not theirs or data.draw(st.booleans())) else theirs).pop(0))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([first, *mixed])
    assert {one.study.id: one.study for one in read_studies(out.getvalue(), "t.csv", drugs=DRUGS).drafts} == {
        record.id: record,
        other.id: other,
    }


BITS = st.sampled_from([
    *heads(2), ",", ";", "\t", "\n", "\r\n", '"', "kim-2015", "10", "15", "1,5", "47 %", "-1", "mg/kg", "ketamine", "\ufeff", "\u00a0", "\x00",
    "TY  - JOUR", "ER  - ", "AU  - Kim, Y", "TI  - A title", "PY  - 2015//", "DO  - 10.5555/a", "AN  - 1", "<", ">", "<PubmedArticleSet>",
    "</PubmedArticleSet>", "<PubmedArticle>", "</PubmedArticle>", "<MedlineCitation>", "<!DOCTYPE x [<!ENTITY a 'b'>]>", "&a;", "<i>", "\ud800",
])  # fmt: skip
any_text = st.lists(BITS | st.text(max_size=4), max_size=40).map("".join)


@given(any_text | st.binary(max_size=200).map(lambda data: data.decode("latin-1")))
def test_no_text_brings_the_readers_down(text: str) -> None:
    for read in (
        lambda: read_studies(text, "t", drugs=DRUGS),
        lambda: sort_citations(read_citations(text, "t"), CATALOG.studies, "primary_study"),
    ):
        for one in problems_of(read):
            assert all((one.what, one.where, one.expected, one.do))


def problems_of(read: Callable[[], object]) -> tuple[Problem, ...]:
    """What a reader refuses; any other error than a refusal fails the test."""
    try:
        read()
    except AssuageError as error:
        return error.problems
    return ()


@given(studies(), st.data())
def test_a_table_with_any_one_cell_changed_is_read_as_it_stands_or_refused(record: Study, data: st.DataObject) -> None:
    """What is read from a changed table, written out again, has that very cell: nothing was made to fit."""
    first, *rows = list(csv.reader(io.StringIO(table_of([record], DRUGS), newline="")))
    line, column = data.draw(st.integers(0, len(rows) - 1)), data.draw(st.integers(0, len(first) - 1))
    rows[line][column] = data.draw(BITS | texts | st.sampled_from(["", " ", "0", "1e3", "+5", "007", "5.", ".5", "٣"]))
    out = io.StringIO()
    csv.writer(out, lineterminator="\n").writerows([first, *rows])
    try:
        (drafted, *_) = read_studies(out.getvalue(), "t.csv", drugs=DRUGS).drafts
    except AssuageError:
        return
    text = rows[line][column]
    holds = {
        cell
        for row in csv.reader(
            io.StringIO(
                table_of([one.study for one in read_studies(out.getvalue(), "t.csv", drugs=DRUGS).drafts], DRUGS),
                newline="",
            )
        )
        for cell in row
    }
    parts = {part.strip() for cell in holds for part in (*cell.split(";"), *cell.split("\n"))} | holds
    assert text == "" or text in parts or {part.strip() for part in text.replace("\n", ";").split(";")} <= parts
    assert drafted.study.id


@pytest.mark.parametrize("text", ["1e3", "+5", "007", "5.", ".5", "1_000", "٣", "0x1F", "NaN", "inf", "１５"])
def test_only_plain_digits_are_a_number(text: str) -> None:
    """A number that another reader of numbers would take is refused here."""
    table = table_of([CATALOG.studies["kim-2015"]], DRUGS).replace(",10,patients,", f",{text},patients,")
    with pytest.raises(AssuageError):
        read_studies(table, "t.csv", drugs=DRUGS)
