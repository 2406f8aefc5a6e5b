"""assuage import: results from a spreadsheet and citations from a reference manager as drafts of studies."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Any

from cyclopts import Parameter

from assuage.catalog.exchange.citations import Sorted, read_citations, sort_citations
from assuage.catalog.exchange.cited import Cited
from assuage.catalog.exchange.draft import file_of
from assuage.catalog.exchange.drafted import files_of
from assuage.catalog.exchange.drugs import known_drugs
from assuage.catalog.exchange.studies import Drafted, read_studies
from assuage.cli.as_json import made_with, print_json
from assuage.cli.options import CatalogFolders, TextOrJson
from assuage.cli.own_folder import OwnFolder, own_folder
from assuage.cli.page import Page
from assuage.cli.reading import read_text
from assuage.cli.writing import note
from assuage.study import RecordType, Study


@Parameter(name="*")
@dataclass(frozen=True)
class Keeping:
    """Where the drafts go, and whether they are written."""

    output: Annotated[
        str | None,
        Parameter(
            name=["--output", "-o"],
            help="The clinic's own folder, made where there is none; without it, the drafts are printed.",
        ),
    ] = None
    dry_run: Annotated[bool, Parameter(help="Check everything and write nothing.", negative="")] = False
    force: Annotated[bool, Parameter(help="Write over a draft that exists and holds something else.", negative="")] = (
        False
    )


PRINTED = Keeping()


def studies(
    file: Annotated[str, Parameter(help="Table of results: CSV with commas, semicolons or tabs, in UTF-8.")],
    /,
    *,
    keeping: Keeping = PRINTED,
    catalog: CatalogFolders = (),
    format: TextOrJson = "text",
) -> None:
    """Make drafts of studies from a table of results, one file for each study.

    One row is one arm with one result; docs/studies.md lists the columns. Every row is taken as it stands or refused,
    all that is wrong is told at once with line and column, and nothing is written while anything is refused.
    """
    text = read_text(Path(file), "table of studies")
    own = own_folder(keeping.output, catalog)
    found = read_studies(text, file, drugs=known_drugs(own.over))
    records = [one.study for one in found.drafts]
    files = files_of(records, own.under, own.folder, {one.study.id: f"{file}, {_lines(one)}" for one in found.drafts})
    is_written = _keep(own, files, keeping)
    made = [{"id": one.study.id, "lines": one.lines, "file": file_of(one.study)} for one in found.drafts]
    if format == "json":
        print_json({**made_with(own.over), "separator": found.separator, "written": is_written, "studies": made})
        return
    note(f"{file} is separated by {found.separator}s")
    _print(
        own,
        files,
        is_dry=keeping.dry_run,
        told=[f"{one.study.id}: {_held(one.study)}, from {_lines(one)}" for one in found.drafts],
    )


def citations(
    file: Annotated[str, Parameter(help="Citations: RIS, or the XML of PubMed.")],
    /,
    *,
    record_type: Annotated[
        RecordType | None,
        Parameter(
            help="What the records are, such as primary_study; without it, PubMed's publication types must say so."
        ),
    ] = None,
    keeping: Keeping = PRINTED,
    catalog: CatalogFolders = (),
    format: TextOrJson = "text",
) -> None:
    """Make drafts of studies from citations, one file for each that is not known yet. No number comes with them.

    A DOI, a PMID, or a title and year that the catalog or the file has already is told and not doubled. A retraction is
    told first, of known studies too.
    """
    text = read_text(Path(file), "file of citations")
    own = own_folder(keeping.output, catalog)
    found = sort_citations(read_citations(text, file), own.over.studies, record_type)
    records = [study for _, study in found.drafts]
    files = (
        files_of(records, own.under, own.folder, {study.id: cited.place for cited, study in found.drafts})
        if records
        else {}
    )
    is_written = _keep(own, files, keeping)
    for cited, name in found.retracted:
        note(f"RETRACTED: {name}, “{cited.citation.title}”: {cited.retracted}")
    if format == "json":
        print_json({**made_with(own.over), "written": is_written, **_sorted_object(found)})
        return
    _print(own, files, is_dry=keeping.dry_run, told=_told(found))


def _keep(own: OwnFolder, files: Mapping[str, str], keeping: Keeping) -> bool:
    """Write the files where they are to be written; whether they were."""
    own.refuse_existing(files, is_forced=keeping.force)
    if own.place is None or keeping.dry_run or not files:
        return False
    own.write(files)
    return True


def _print(own: OwnFolder, files: Mapping[str, str], *, is_dry: bool, told: list[str]) -> None:
    """What was made; the drafts themselves where no folder is named."""
    if own.place is None and not is_dry and files:
        for line in told:
            note(line)
        print("\n".join(f"# {name}\n{text}" for name, text in files.items()), end="")
        return
    page = Page()
    page.title(
        f"{len(files)} draft{'' if len(files) == 1 else 's'}{': nothing was written' if is_dry or not files else f' in {own.folder.label}studies'}"
    )
    page.bullets(told)
    if files and not is_dry:
        page.paragraph(f"Next: read each over beside its paper, then “assuage catalog check {own.place}”.")
    page.print()


def _lines(one: Drafted) -> str:
    first, last = min(one.lines), max(one.lines)
    if first == last:
        return f"line {first}"
    return (
        f"lines {first} to {last}"
        if len(one.lines) == last - first + 1
        else f"{len(one.lines)} lines from {first} to {last}"
    )


def _held(study: Study) -> str:
    counts = (
        (study.arms, "arm"),
        (study.responders, "count of responders"),
        (study.outcomes, "other result"),
        (study.harms, "harm"),
    )
    return ", ".join(f"{len(rows)} {_plural(name) if len(rows) != 1 else name}" for rows, name in counts)


def _plural(name: str) -> str:
    return name.replace("count", "counts") if name.startswith("count") else f"{name}s"


def _told(found: Sorted) -> list[str]:
    lines = [f"RETRACTED: {name} ({cited.place}): {cited.retracted}" for cited, name in found.retracted]
    lines += [f"{study.id}: {cited.citation}" for cited, study in found.drafts]
    lines += [f"{study.id}: {text}" for cited, study in found.drafts for text in cited.warnings]
    lines += [
        f"{one.cited.place} is {one.study}, which is there already: the same {one.by}. Left out" for one in found.known
    ]
    lines += [
        f"{one.place} is the notice of a retraction, no study: “{one.citation.title}”. Left out"
        for one in found.notices
    ]
    left = sorted({tag for cited, _ in found.drafts for tag in cited.left})
    return [*lines, *([f"Not taken from the records: {', '.join(left)}"] if left else [])]


def _sorted_object(found: Sorted) -> dict[str, Any]:
    return {
        "studies": [{"id": study.id, "place": cited.place, "file": file_of(study), "citation": study.citation,
                     "record_type": study.record_type, "retracted": cited.retracted, "warnings": cited.warnings} for cited, study in found.drafts],
        "known": [{"place": one.cited.place, "study": one.study, "by": one.by, "retracted": one.cited.retracted} for one in found.known],
        "retraction_notices": [_notice(one) for one in found.notices],
    }  # fmt: skip


def _notice(one: Cited) -> dict[str, Any]:
    return {"place": one.place, "citation": one.citation}
