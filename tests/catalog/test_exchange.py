"""A clinic adds a study by one file: what the check says of it, the source that is made of it, and what it may not double."""

from __future__ import annotations

from pathlib import Path

import pytest

from assuage.catalog import check_catalog, load_catalog, read_catalog
from assuage.catalog.exchange.draft import file_of
from assuage.catalog.exchange.drafted import files_of
from assuage.catalog.exchange.drugs import known_drugs
from assuage.catalog.exchange.studies import read_studies
from assuage.catalog.overlay import source_of
from assuage.catalog.read import Folder
from assuage.errors import CatalogError, Problem

EXAMPLE = (Path(__file__).parents[2] / "examples" / "studies.csv").read_text(encoding="utf-8")
CATALOG = load_catalog()
OWN = """id: own-2026
record_type: primary_study
role: added
citation: {title: A study of our own, authors: [Own A], year: 2026}
access: full-text
confidence: high
readings: [{id: s1, read_at: our library, access: full text, what: all}]
arms: [{id: K, label: Ketamine, n: 9, reading: [s1], confidence: high}]
responders:
  - {arm: K, threshold: ">=30% pain reduction", time: 1 day, events: 4, n: 9, reading: [s1], confidence: high}
"""


def clinic(folder: Path, text: str, name: str = "own-2026", **files: str) -> Path:
    for path, content in {
        f"studies/{name}.yaml": text,
        **{f"{kind}/own.yaml": one for kind, one in files.items()},
    }.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(content, encoding="utf-8")
    return folder


def to_mend(folder: Path) -> list[tuple[str, str]]:
    return [
        (one.where.removeprefix(f"{folder}/"), one.what) for one in check_catalog(folder) if one.severity == "error"
    ]


def test_one_file_adds_a_study_and_a_source_of_the_same_id(tmp_path: Path) -> None:
    rule = "- {id: own-words, kind: drug, name: a drug of our own, source: own-2026, classes: []}\n"
    catalog = read_catalog(clinic(tmp_path, OWN, terms=rule))
    assert catalog.studies["own-2026"].responders[0].events == 4
    source = catalog.sources["own-2026"]
    assert (source.kind, source.access, source.read_what) == ("study", "full-text", "full text: all")
    assert source.citation == "Own A. A study of our own. 2026."
    assert to_mend(tmp_path) == []


def test_a_source_that_the_clinic_writes_itself_stands(tmp_path: Path) -> None:
    own = "- {id: own-2026, kind: trial, citation: As we cite it., access: full-text}\n"
    assert read_catalog(clinic(tmp_path, OWN, sources=own)).sources["own-2026"].citation == "As we cite it."


@pytest.mark.parametrize("name", sorted(CATALOG.studies))
def test_the_source_made_of_a_shipped_study_is_the_one_that_was_typed(name: str) -> None:
    """The typed ones were written apart, with a kind of their own and in some an alias."""
    typed, made = CATALOG.sources[name], source_of(CATALOG.studies[name])
    assert (made.citation, made.access, made.doi, made.pmid) == (typed.citation, typed.access, typed.doi, typed.pmid)


@pytest.mark.parametrize(
    ("line", "old", "new", "what"),
    [
        (1, "record_type: primary_study\n", "", "the key “record_type” is missing"),
        (4, "title: A study of our own, ", "", "the key “title” is missing"),
        (8, "label: Ketamine, ", "", "the key “label” is missing"),
        (10, "n: 9, reading", "reading", "the key “n” is missing"),
        (10, "confidence: high}\n", "certainty: high}\n", "the key “confidence” is missing"),
        (10, "events: 4", "events: 40 %", "“40 %”"),
        (10, "events: 4", "events: 10", "10 of 9 in K"),
        (10, "n: 9, reading", "n: 12, reading", "n is 12 in an arm of 9 (K)"),
        (
            10,
            "reading: [s1], confidence: high}\n",
            "reading: [s2], confidence: high}\n",
            "the reading “s2” is not listed",
        ),
        (1, "id: own-2026", "id: own-2025", "the id is “own-2025”"),
    ],
)
def test_the_check_names_what_is_missing_or_wrong_with_its_line(
    tmp_path: Path, line: int, old: str, new: str, what: str
) -> None:
    head, sep, tail = OWN.rpartition(old) if line >= 8 else OWN.partition(old)
    assert sep
    found = to_mend(clinic(tmp_path, f"{head}{new}{tail}"))
    assert any(where.startswith(f"studies/own-2026.yaml:{line}:") and what in said for where, said in found), found


@pytest.mark.parametrize(
    ("citation", "same"),
    [
        ("title: Another, authors: [Own A], doi: 10.1016/J.JCLINANE.2015.02.006", "kim-2015 again: the same DOI"),
        ("title: Another, authors: [Own A], pmid: 12393768", "brill-2002 again: the same PMID"),
        ("title: Efficacy of Intravenous Magnesium in Neuropathic Pain., authors: [Own A], year: 2002", "brill-2002 again: the same title and year"),
    ],
)  # fmt: skip
def test_a_study_that_stands_is_not_added_again(tmp_path: Path, citation: str, same: str) -> None:
    text = OWN.replace("title: A study of our own, authors: [Own A], year: 2026", citation)
    assert [what for _, what in to_mend(clinic(tmp_path, text))] == [f"own-2026 is {same}"]


def test_a_retracted_study_with_numbers_is_told(tmp_path: Path) -> None:
    folder = clinic(
        tmp_path,
        OWN.replace("confidence: high\nreadings", "confidence: high\nretracted: retraction in a journal\nreadings"),
    )
    notes = [one.what for one in check_catalog(folder) if one.severity == "note"]
    assert "own-2026 was retracted, and its numbers stand: retraction in a journal" in notes


def drafts(text: str) -> dict[str, str]:
    found = read_studies(text, "t.csv", drugs=known_drugs(CATALOG)).drafts
    records = [one.study for one in found]
    return files_of(
        records, CATALOG, Folder(Path("own"), {}, "own/"), {one.id: "t.csv, lines 2 to 6" for one in records}
    )


def test_drafts_of_a_table_are_files_that_the_check_accepts(tmp_path: Path) -> None:
    ((name, text),) = drafts(EXAMPLE).items()
    assert name == "studies/example-2026.yaml"
    folder = clinic(tmp_path, text, "example-2026")
    assert to_mend(folder) == []
    assert file_of(read_catalog(folder).studies["example-2026"]) == name


def refusal(text: str) -> Problem:
    with pytest.raises(CatalogError) as caught:
        drafts(text)
    (problem,) = caught.value.problems
    return problem


def test_what_a_check_of_the_catalog_finds_in_a_draft_is_told_with_the_lines_it_comes_from() -> None:
    problem = refusal(
        EXAMPLE.replace("2 weeks after the last infusion,336,9,20", "2 weeks after the last infusion,336,9,21")
    )
    assert (problem.what, problem.where) == (
        "n is 21 in an arm of 20 (M)",
        "t.csv, lines 2 to 6, which would become own/studies/example-2026.yaml",
    )
    assert "already" in refusal(EXAMPLE.replace("example-2026", "kim-2015")).what
