"""Citations as each program hands them over: every tag that holds a thing, what is retracted, what is there already."""

from __future__ import annotations

import pytest

from assuage.catalog.exchange.citations import Sorted, read_citations, sort_citations
from assuage.catalog.exchange.cited import Cited
from assuage.errors import DocumentError, Problem
from assuage.study import Citation, Study

# The same publication as four programs write it. Names and numbers are made up.
ZOTERO = """TY  - JOUR
TI  - Ketamine by vein in a <i>made-up</i> neuralgia
AU  - Example, Anna Maria
AU  - De Sample-Case, B. C.
T2  - Journal of Examples
J2  - J Examples
DA  - 2021/03/01/
PY  - 2021
DO  - 10.5555/made.up.1
VL  - 12
IS  - 3
SP  - 101
EP  - 109
N1  - PMID: 99000001
ER  -\x20
"""
ENDNOTE = """\ufeff
TY  - JOUR
AU  - Example, A. M.
AU  - De Sample-Case, B. C.
PY  - 2021
DA  - Mar
TI  - Ketamine by vein in a <i>made-up</i> neuralgia
JO  - J Examples
VL  - 12
IS  - 3
SP  - 101-109
AN  - 99000001
DB  - PubMed
DO  - 10.5555/MADE.UP.1
ER  - 
"""
MENDELEY = """TY  - JOUR
T1  - Ketamine by vein in a
      <i>made-up</i> neuralgia
A1  - Example, Anna Maria
A1  - De Sample-Case, Bea Clara
Y1  - 2021/03//
JF  - J Examples
VL  - 12
IS  - 3
SP  - 101
EP  - 109
M3  - 10.5555/made.up.1
UR  - https://pubmed.ncbi.nlm.nih.gov/99000001/
ER  - 
"""
PUBMED = """1.
TY  - JOUR
AU  - Example AM
AU  - De Sample-Case BC
DP  - National Library of Medicine
PY  - 2021
JO  - J Examples
VL  - 12
IS  - 3
SP  - 101
EP  - 109
TI  - Ketamine by vein in a <i>made-up</i> neuralgia.
ID  - 99000001
UR  - https://doi.org/10.5555/made.up.1
ER  - 
"""
SAME = Citation(
    title="Ketamine by vein in a <i>made-up</i> neuralgia", authors=("Example AM", "De Sample-Case BC"), journal="J Examples", year=2021,
    volume="12", issue="3", pages="101-109", doi="10.5555/made.up.1", pmid="99000001",
)  # fmt: skip


def cited(text: str) -> tuple[Cited, ...]:
    read = read_citations(text, "c.ris")
    assert read.problems == ()
    return read.cited


def problems(text: str) -> tuple[Problem, ...]:
    found = read_citations(text, "c.ris").problems
    assert all((one.what, one.where, one.expected, one.do) for one in found)
    return found


def ris(*lines: str) -> str:
    return "\n".join(["TY  - JOUR", *lines, "ER  - ", ""])


def sorted_of(text: str, *known: Study) -> Sorted:
    return sort_citations(read_citations(text, "c.ris"), {one.id: one for one in known}, "primary_study")


@pytest.mark.parametrize("text", [ZOTERO, ENDNOTE, MENDELEY, PUBMED], ids=["Zotero", "EndNote", "Mendeley", "PubMed"])
@pytest.mark.parametrize("end", ["\n", "\r\n"])
def test_four_programs_write_one_publication(text: str, end: str) -> None:
    text = text.replace("DA  - Mar\n", "")
    (found,) = cited(text.replace("\n", end))
    doi = found.citation.doi
    assert doi is not None
    assert doi.casefold() == SAME.doi
    assert [getattr(found.citation, name) for name in Citation.__struct_fields__ if name != "doi"] == [
        getattr(SAME, name) for name in Citation.__struct_fields__ if name != "doi"
    ]


@pytest.mark.parametrize(
    ("given", "year"),
    [("2015", 2015), ("2015///", 2015), ("2015/02/16/", 2015), ("2015-02-16", 2015), ("2015 Feb", 2015)],
)
def test_a_year_stands_before_slashes(given: str, year: int) -> None:
    assert cited(ris("TI  - A made-up title", f"PY  - {given}"))[0].citation.year == year


@pytest.mark.parametrize("given", ["in press", "15", "20155", "n.d.", "Feb 2015"])
def test_a_year_that_is_none_is_refused_with_its_line(given: str) -> None:
    (found,) = problems(ris("TI  - A made-up title", f"PY  - {given}"))
    assert (found.where, found.what) == ("c.ris:3", f"PY is “{given}”")


@pytest.mark.parametrize(
    ("lines", "pmid"),
    [
        (("AN  - 99000001", "DB  - PubMed"), "99000001"),
        (("AN  - 99000001", "DB  - MEDLINE"), "99000001"),
        (("AN  - 99000001", "DP  - NLM"), "99000001"),
        (("AN  - PMID: 99000001",), "99000001"),
        (("AN  - 99000001",), None),
        (("ID  - 12",), None),
        (("AN  - WOS:000099000001", "DB  - PubMed"), None),
        (("N1  - Retraction in: J Examples. PMID: 99000009",), None),
        (("N1  - PMID: 99000001 PMCID: PMC7000001",), "99000001"),
    ],
)
def test_a_number_is_a_pmid_only_where_the_record_says_so(lines: tuple[str, ...], pmid: str | None) -> None:
    (found,) = cited(ris("TI  - A made-up title", *lines))
    assert found.citation.pmid == pmid
    is_bare = pmid is None and lines[0].split()[-1].isdigit() and not lines[0].startswith("N1")
    assert bool(found.warnings) is is_bare


@pytest.mark.parametrize(
    ("text", "where", "what"),
    [
        ("", "c.ris", "no record"),
        ("Kim 2015\n", "c.ris:1", "stands outside of a record"),
        ("TI  - A\nER  - \n", "c.ris:1", "before a record begins"),
        ("TY  - JOUR\nTI  - A\n", "c.ris:1", "the record has no end: the file ends"),
        ("TY  - JOUR\nTI  - A\nTY  - JOUR\nTI  - B\nER  - \n", "c.ris:1", "the next one begins in line 3"),
        (ris("PY  - 2015"), "c.ris:1", "no title"),
        (ris("TI  - A", "DO  - J Clin Anesth"), "c.ris:3", "is no DOI"),
        (ris("TI  - A", "DO  - 10.5555/a", "M3  - 10.5555/b"), "c.ris:3", "2 values of DOI"),
        (ris("TI  - A", "AN  - PMID: 1", "N1  - PMID: 2"), "c.ris:3", "2 values of PMID"),
        (ris("TI  - A\ue000 title"), "c.ris:2", "U+E000"),
    ],
)
def test_what_is_no_ris_is_refused_where_it_stands(text: str, where: str, what: str) -> None:
    found = problems(text)
    assert (found[0].where, what in found[0].what) == (where, True), found


@pytest.mark.parametrize(
    "lines",
    [
        ("TI  - RETRACTED: A made-up title",),
        ("TI  - [Retracted] A made-up title",),
        ("TI  - Retracted Article: A made-up title",),
        ("TI  - WITHDRAWN: A made-up title",),
        ("TI  - A made-up title (Retracted article. See vol. 9, pg. 1, 2020)",),
        ("TI  - A made-up title", "N1  - Retraction in: J Examples 2022;13:1"),
        ("TI  - A made-up title", "M3  - Retracted Publication"),
    ],
)
def test_a_retraction_is_said(lines: tuple[str, ...]) -> None:
    (found,) = cited(ris(*lines))
    assert found.retracted
    ((_, study),) = sorted_of(ris(*lines)).drafts
    assert study.retracted == found.retracted
    assert sorted_of(ris(*lines)).retracted == ((found, study.id),)


@pytest.mark.parametrize(
    "title", ["Retraction notice: A made-up title", "Retraction of: A title", "Notice of Retraction: A title"]
)
def test_the_notice_of_a_retraction_is_no_study(title: str) -> None:
    found = sorted_of(ris(f"TI  - {title}") + ris("TI  - A study of a retraction reflex", "AB  - retraction in mice"))
    assert [one.citation.title for one in found.notices] == [title]
    assert [(study.citation.title, study.retracted) for _, study in found.drafts] == [
        ("A study of a retraction reflex", None)
    ]


@pytest.mark.parametrize(
    "title",
    [
        "Retraction of the eyelid in a made-up disease",
        "Retraction pockets of the ear",
        "Withdrawn patients in trials of pain: a study",
        "Retracted lungs in rats",
        "Analysis of retracted articles on pain",
    ],
)
def test_a_title_that_only_holds_the_word_is_neither(title: str) -> None:
    ((found, study),) = sorted_of(ris(f"TI  - {title}")).drafts
    assert (found.retracted, found.is_notice, study.retracted) == (None, False, None)


@pytest.mark.parametrize(
    "title",
    [
        "Retraction: A trial",
        "RETRACTION NOTICE TO “A trial”",
        "Retraction Note to: A trial",
        "Notice of retraction. A trial",
    ],
)
def test_each_publishers_notice_is_one(title: str) -> None:
    assert len(sorted_of(ris(f"TI  - {title}")).notices) == 1


def study_of(**citation: object) -> Study:
    made = Citation(**{"title": "A made-up title of one study", **citation})  # type: ignore[arg-type]
    return Study("known-2020", "primary_study", "added", made, "abstract", "high")


@pytest.mark.parametrize(
    ("known", "lines", "by"),
    [
        ({"doi": "10.5555/A"}, ("TI  - Another", "DO  - 10.5555/a"), "DOI"),
        ({"pmid": "99000001"}, ("TI  - Another", "AN  - PMID 99000001"), "PMID"),
        ({"year": 2020}, ("TI  - A Made-Up  Title of one study.", "PY  - 2020"), "title and year"),
        ({"year": 2020, "doi": "10.5555/a"}, ("TI  - A made up title of one study", "PY  - 2020"), "title and year"),
        ({"year": 2020, "doi": "10.5555/a"}, ("TI  - A made-up title of one study", "PY  - 2020", "DO  - 10.5555/b"), None),
        ({"year": 2020}, ("TI  - A made-up title of one study", "PY  - 2021"), None),
        ({}, ("TI  - Another title altogether", "PY  - 2020"), None),
    ],
)  # fmt: skip
def test_what_is_there_already_is_told_and_not_doubled(
    known: dict[str, object], lines: tuple[str, ...], by: str | None
) -> None:
    found = sorted_of(ris(*lines), study_of(**known))
    assert [(one.study, one.by) for one in found.known] == ([("known-2020", by)] if by else [])
    assert len(found.drafts) == (0 if by else 1)


def test_a_title_of_two_studies_is_told_where_it_is_not_enough() -> None:
    ((cited_one, study),) = sorted_of(
        ris("TI  - A made-up title of one study", "PY  - 2021"), study_of(year=2020)
    ).drafts
    said = "known-2020 has the same title, with another year or number: see whether they are one study."
    assert (cited_one.warnings, study.notes) == ((said,), (said,))


def test_within_one_file_the_second_is_the_first_and_ids_do_not_clash() -> None:
    one, two = (
        ris("TI  - A made-up title, first", "AU  - Kim, Y", "PY  - 2020"),
        ris("TI  - A made-up title, second", "AU  - Kim, Y", "PY  - 2020"),
    )
    found = sorted_of(one + two + one)
    assert [study.id for _, study in found.drafts] == ["kim-2020", "kim-2020-2"]
    assert [(known.study, known.cited.place) for known in found.known] == [("kim-2020", "c.ris:11")]


def test_a_kind_is_never_guessed() -> None:
    with pytest.raises(DocumentError, match="does not say what kind of record it is"):
        sort_citations(read_citations(ris("TI  - A made-up title"), "c.ris"), {}, None)
