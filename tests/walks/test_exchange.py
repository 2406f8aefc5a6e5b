"""A researcher's spreadsheet and a reference manager's export, from the file to a study that the catalog shows."""

from __future__ import annotations

from pathlib import Path

import pytest
from tests.walks.shell import ROOT, assuage, refused

TABLE, CITATIONS = str(ROOT / "examples" / "studies.csv"), str(ROOT / "examples" / "citations.ris")
AS = ("--record-type", "primary_study")


def files(folder: Path) -> list[str]:
    return sorted(path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file())


def flat(text: str) -> str:
    return " ".join(text.split())


def test_a_table_becomes_a_study_of_the_clinic_that_is_shown_recomputed(tmp_path: Path) -> None:
    own = tmp_path / "own"
    ran = assuage("import", "studies", TABLE, "-o", str(own))
    assert (ran.code, ran.err) == (0, f"note: {TABLE} is separated by commas\n")
    assert files(own) == ["studies/example-2026.yaml"]
    check = assuage("catalog", "check", str(own), "--format", "json")
    assert (check.code, check.json["sound"]) == (0, True)
    # Wilson 95 % of 9/20 by hand: 0.2582 to 0.6579.
    assert "9 of 20 patients = 45.0 % (25.8 to 65.8 %)" in flat(
        assuage("studies", "example-2026", "--catalog", str(own)).out
    )
    assert "example-2026" in [
        one["study"]["id"] for one in assuage("studies", "--catalog", str(own), "--format", "json").json["studies"]
    ]


def test_an_export_is_what_is_imported(tmp_path: Path) -> None:
    own, again, table = tmp_path / "own", tmp_path / "again", tmp_path / "t.csv"
    assuage("import", "studies", TABLE, "-o", str(own))
    ran = assuage("export", "studies", "example-2026", "--catalog", str(own), "-o", str(table))
    assert (ran.code, ran.out, ran.err) == (0, "", "")
    assert assuage("import", "studies", str(table), "-o", str(again)).code == 0
    assert (again / "studies" / "example-2026.yaml").read_bytes() == (
        own / "studies" / "example-2026.yaml"
    ).read_bytes()


def test_the_whole_catalog_is_exported_and_what_no_column_holds_is_told() -> None:
    ran = assuage("export", "studies")
    assert ran.code == 0
    assert "kim-2015 (conflicts and remembered)" in ran.err
    assert {line.split(",")[0] for line in ran.out.splitlines()} >= {"study", "kim-2015", "brill-2002", "zhu-2019"}


def test_without_a_folder_drafts_are_printed_and_a_dry_run_writes_nothing(tmp_path: Path) -> None:
    ran = assuage("import", "studies", TABLE)
    assert ran.out.startswith("# studies/example-2026.yaml\nid: example-2026\n")
    ran = assuage("import", "studies", TABLE, "-o", str(tmp_path / "own"), "--dry-run")
    assert "nothing was written" in ran.out
    assert list(tmp_path.iterdir()) == []
    ran = assuage("import", "studies", TABLE, "--format", "json")
    assert (ran.json["separator"], ran.json["written"], ran.json["studies"][0]["lines"]) == (
        "comma",
        False,
        [2, 3, 4, 5, 6],
    )


def test_nothing_is_written_while_one_row_is_refused(tmp_path: Path) -> None:
    table = tmp_path / "t.csv"
    second = Path(TABLE).read_text(encoding="utf-8").splitlines()[1:]
    bad = (
        "\n".join(second)
        .replace("example-2026", "other-2026")
        .replace("example.1", "example.9")
        .replace("336,9,20", "336,45 %,20")
    )
    table.write_text(
        Path(TABLE).read_text(encoding="utf-8") + bad.replace("Made up", "Also made up") + "\n", encoding="utf-8"
    )
    ran = refused("import", "studies", str(table), "-o", str(tmp_path / "own"))
    assert f"{table}:7, column events (" in ran.err
    assert files(tmp_path) == ["t.csv"]


def test_a_draft_that_was_changed_by_hand_is_not_overwritten_unasked(tmp_path: Path) -> None:
    own = tmp_path / "own"
    draft = own / "studies" / "example-2026.yaml"
    assuage("import", "studies", TABLE, "-o", str(own))
    made = draft.read_text(encoding="utf-8")
    assert assuage("import", "studies", TABLE, "-o", str(own)).code == 0
    draft.write_text(made + "follow_up: our own words\n", encoding="utf-8")
    assert "holds something else" in refused("import", "studies", TABLE, "-o", str(own)).err
    assert draft.read_text(encoding="utf-8").endswith("our own words\n")
    assert assuage("import", "studies", TABLE, "-o", str(own), "--force").code == 0
    assert draft.read_text(encoding="utf-8") == made


@pytest.mark.parametrize(
    ("data", "said"),
    [
        ("study;title\nkim-2015;Müller".encode("latin-1"), "the byte 0xfc is not UTF-8"),
        ("study,title\n".encode("utf-16"), "this looks like UTF-16"),
        (b"", "the file is empty"),
        (b"PK\x03\x04", "this is a ZIP archive or office document"),
        (b"just words\n", "no two heads are known"),
    ],
)
def test_a_file_that_is_no_table_is_refused_with_what_it_looks_like(tmp_path: Path, data: bytes, said: str) -> None:
    (tmp_path / "t.csv").write_bytes(data)
    assert said in refused("import", "studies", str(tmp_path / "t.csv")).err


def test_a_table_of_a_european_spreadsheet_is_read_and_its_separator_told(tmp_path: Path) -> None:
    import csv
    import io

    out = io.StringIO()
    csv.writer(out, delimiter=";", lineterminator="\r\n").writerows(
        csv.reader(io.StringIO(Path(TABLE).read_text(encoding="utf-8")))
    )
    (tmp_path / "t.csv").write_bytes(b"\xef\xbb\xbf" + out.getvalue().encode("utf-8"))
    ran = assuage("import", "studies", str(tmp_path / "t.csv"), "-o", str(tmp_path / "own"))
    assert (ran.code, "separated by semicolons" in ran.err) == (0, True)


@pytest.mark.parametrize("place", ["studies.csv", "whole"])
def test_drafts_go_into_a_clinics_own_folder_alone(tmp_path: Path, place: str) -> None:
    (tmp_path / "studies.csv").write_text("x", encoding="utf-8")
    (tmp_path / "whole").mkdir()
    (tmp_path / "whole" / "VERSION").write_text("2026.1\n", encoding="utf-8")
    refused("import", "studies", TABLE, "-o", str(tmp_path / place))


def test_citations_become_drafts_and_what_is_known_is_told(tmp_path: Path) -> None:
    own = tmp_path / "own"
    ran = assuage("import", "citations", CITATIONS, *AS, "-o", str(own))
    assert ran.code == 0
    assert files(own) == ["studies/example-2026.yaml"]
    assert f"{CITATIONS}:15 is kim-2015, which is there already: the same DOI. Left out" in flat(ran.out)
    assert assuage("catalog", "check", str(own)).code == 0
    shown = flat(assuage("studies", "example-2026", "--catalog", str(own)).out)
    assert "only the title was read; confidence unverified" in shown
    again = assuage("import", "citations", CITATIONS, *AS, "-o", str(own))
    assert flat(again.out).startswith("0 drafts: nothing was written - ")
    assert "is example-2026, which is there already" in flat(again.out)


def test_a_retraction_is_told_first_and_in_the_list(tmp_path: Path) -> None:
    path, own = tmp_path / "c.ris", tmp_path / "own"
    record = "TY  - JOUR\nTI  - RETRACTED: {}\nAU  - Example, A\nPY  - 2020\nDO  - {}\nER  - \n"
    path.write_text(
        record.format("A made-up trial", "10.5555/r")
        + record.format("Is magnesium sulfate effective", "10.1016/j.jclinane.2015.02.006"),
        encoding="utf-8",
    )
    ran = assuage("import", "citations", str(path), *AS, "-o", str(own))
    assert [line.split(",")[0] for line in ran.err.splitlines()] == [
        "note: RETRACTED: example-2020",
        "note: RETRACTED: kim-2015",
    ]
    assert flat(ran.out).index("- RETRACTED: example-2020") < flat(ran.out).index("- example-2020")
    assert "RETRACTED" in assuage("studies", "example-2020", "--catalog", str(own)).out.splitlines()[1]
    listed = flat(assuage("studies", "--catalog", str(own), width=200).out)
    assert "RETRACTED: A made-up trial" in listed


def test_pubmed_xml_is_read_and_dangerous_xml_refused(tmp_path: Path) -> None:
    path = tmp_path / "p.xml"
    article = "<PubmedArticle><MedlineCitation><PMID>99000001</PMID><Article><ArticleTitle>A made-up review.</ArticleTitle><PublicationTypeList><PublicationType>Meta-Analysis</PublicationType></PublicationTypeList></Article></MedlineCitation></PubmedArticle>"
    path.write_text(f"<PubmedArticleSet>{article}</PubmedArticleSet>", encoding="utf-8")
    ran = assuage("import", "citations", str(path), "--format", "json")
    assert [(one["id"], one["record_type"]) for one in ran.json["studies"]] == [
        ("pmid-99000001-undated", "systematic_review")
    ]
    path.write_text(f"<!DOCTYPE x [<!ENTITY a 'b'>]><PubmedArticleSet>{article}</PubmedArticleSet>", encoding="utf-8")
    assert "declarations of its own" in refused("import", "citations", str(path)).err
