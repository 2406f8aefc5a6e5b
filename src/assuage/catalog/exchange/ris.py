"""RIS, the format in which Zotero, EndNote, Mendeley and PubMed hand over citations.

Source    RIS format specifications of Reference Manager: two letters or letter and digit, two spaces, a hyphen, a
          space, the value; TY begins a record and ER ends it. Programs differ in which tag holds a thing: each reading
          below names its tags in the order they are asked.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from assuage.catalog.exchange.cited import RETRACTED_NOTE, Cited, Read, bare_doi, person, said_of_title
from assuage.catalog.exchange.table import MEANINGLESS
from assuage.errors import Problem
from assuage.study import Citation

TAG = re.compile(r"(?P<tag>[A-Z][A-Z0-9])  -(?: (?P<value>.*)|)")
TITLE, AUTHORS = ("TI", "T1", "CT", "BT"), ("AU", "A1")
# Abbreviated first, as the catalog writes it; a series of a book is no journal.
JOURNAL = ("J2", "JA", "JO", "J1", "JF", "T2")
YEAR, PAGES = ("PY", "Y1", "DA"), ("SP", "EP")
DOIS, NUMBERS = ("DO", "M3", "DI", "L3", "UR"), ("AN", "ID", "C2", "C7", "M1", "N1", "U1")
FROM = ("DB", "DP", "UR", "L2")
PUBMED = re.compile(r"pubmed|medline|^nlm$|national library of medicine", re.IGNORECASE)
PMID = re.compile(r"PMID:? ?(?P<pmid>[1-9][0-9]{0,8})\b", re.IGNORECASE)
PUBMED_ADDRESS = re.compile(r"(?:pubmed\.ncbi\.nlm\.nih\.gov|ncbi\.nlm\.nih\.gov/pubmed)/(?P<pmid>[1-9][0-9]{0,8})\b")
PMCID = re.compile(r"PMC[0-9]+")
YEAR_FORM = re.compile(r"(?P<year>(?:18|19|20)[0-9]{2})(?:$|[/\- ,.].*)")
NUMBERED = re.compile(r"[0-9]+\.")
# Where an abstract or keyword speaks of retraction the study may be about retractions: those tags are not asked.
SPEAKS_OF_ITSELF = ("N1", "M3", "C1", "C3", "U2", "PT", "LB")
TAKEN = {"TY", "ER", *TITLE, *AUTHORS, *JOURNAL, *YEAR, *PAGES, *DOIS, *NUMBERS, *FROM, "VL", "IS", "CP"}


class Field(msgspec.Struct, frozen=True):
    """One line of a record, with those that go on from it."""

    tag: str
    value: str
    line: int


Record = Sequence[Field]


def read_ris(text: str, name: str) -> Read:
    """The citations of a RIS file.

    Give      the whole text, and what the file is called in messages
    Get       the citations in order, and every problem with its line
    Holds     a number is taken as a PMID only where the record says that it is one or that it is from PubMed
    """
    problems: list[Problem] = []
    cited = [
        one
        for record in _records(text.removeprefix("\ufeff"), name, problems)
        if (one := _cited(record, name, problems)) is not None
    ]
    if not cited and not problems:
        problems.append(
            Problem(
                "the file holds no record",
                name,
                "records that begin with “TY  - ”",
                "export the references again, as RIS",
            )
        )
    return Read(tuple(cited), tuple(problems))


def _records(text: str, name: str, problems: list[Problem]) -> Iterator[list[Field]]:
    """Each record from TY to ER. A line without a tag goes on from the one above it."""
    record: list[Field] = []
    for number, raw in enumerate(re.split(r"\r\n|\r|\n", text), 1):
        line = raw.strip()
        match = TAG.fullmatch(line)
        if match is None:
            _goes_on(line, record, f"{name}:{number}", problems)
        elif match["tag"] == "TY":
            if record:
                problems.append(_unended(name, record[0].line, number))
            record = [Field("TY", match["value"] or "", number)]
        elif not record:
            problems.append(
                Problem(f"{match['tag']} stands before a record begins", f"{name}:{number}", "“TY  - ” as the first line of a record",
                        "export the references again, as RIS")
            )  # fmt: skip
        elif match["tag"] == "ER":
            yield record
            record = []
        else:
            record.append(Field(match["tag"], (match["value"] or "").strip(), number))
    if record:
        problems.append(_unended(name, record[0].line, None))


def _goes_on(line: str, record: list[Field], where: str, problems: list[Problem]) -> None:
    if not line:
        return
    if record:
        last = record[-1]
        record[-1] = Field(last.tag, f"{last.value} {line}".strip(), last.line)
    elif not NUMBERED.fullmatch(line):
        problems.append(Problem(f"“{line[:60]}” stands outside of a record", where, "“TY  - ” as the first line of a record",
                                "name a file in RIS, or remove the line"))  # fmt: skip


def _unended(name: str, began: int, at: int | None) -> Problem:
    ends = f"the next one begins in line {at}" if at else "the file ends"
    return Problem(
        f"the record has no end: {ends}",
        f"{name}:{began}",
        "“ER  - ” as the last line of each record",
        "the file may be cut off: export it again",
    )


def values(record: Record, *tags: str) -> Iterator[Field]:
    """The fields under these tags that hold something, in the order of the tags."""
    for tag in tags:
        yield from (field for field in record if field.tag == tag and field.value)


def _first(record: Record, *tags: str) -> str | None:
    return next((" ".join(field.value.split()) for field in values(record, *tags)), None)


def _cited(record: Record, name: str, problems: list[Problem]) -> Cited | None:
    before, place = len(problems), f"{name}:{record[0].line}"
    title = _first(record, *TITLE)
    if title is None:
        problems.append(
            Problem("the record has no title", place, f"one of {', '.join(TITLE)}", "fill it in, or remove the record")
        )
    for field in (one for one in record if one.tag in TAKEN):
        if found := MEANINGLESS.search(" ".join(field.value.split())):
            problems.append(Problem(f"{field.tag} holds the character U+{ord(found[0]):04X}, which is seen as nothing or as a space", f"{name}:{field.line}",
                                    "characters that are seen, and ordinary spaces", "write the value again"))  # fmt: skip
    year, doi, pmid = _year(record, name, problems), _doi(record, name, problems), _pmid(record, name, problems)
    if title is None or len(problems) > before:
        return None
    said, is_notice = said_of_title(title)
    noted = next(
        (field.value for field in values(record, *SPEAKS_OF_ITSELF) if RETRACTED_NOTE.search(field.value)), None
    )
    authors = tuple(dict.fromkeys(person(" ".join(field.value.split())) for field in values(record, *AUTHORS)))
    citation = Citation(
        title=title.removesuffix("."), authors=authors, authors_missing=None if authors else "not named in the citation",
        journal=_first(record, *JOURNAL), year=year, volume=_first(record, "VL"), issue=_first(record, "IS", "CP"),
        pages=_pages(record), doi=doi, pmid=pmid, pmcid=next((field.value for field in values(record, *NUMBERS) if PMCID.fullmatch(field.value)), None),
    )  # fmt: skip
    left = tuple(sorted({field.tag for field in record} - TAKEN))
    return Cited(
        place, citation, retracted=noted or said, is_notice=is_notice, warnings=_untaken(record, pmid), left=left
    )


def _year(record: Record, name: str, problems: list[Problem]) -> int | None:
    """The year: four digits, alone or before slashes."""
    for field in values(record, *YEAR):
        match = YEAR_FORM.fullmatch(field.value)
        if match is None:
            problems.append(Problem(f"{field.tag} is “{field.value}”", f"{name}:{field.line}", "a year of four digits, alone or before slashes: 2015/03/01/",
                                    "write the year"))  # fmt: skip
            return None
        return int(match["year"])
    return None


def _pages(record: Record) -> str | None:
    start, end = _first(record, "SP"), _first(record, "EP")
    if start is None or end is None or start == end or "-" in start:
        return start or end
    return f"{start}-{end}"


def _doi(record: Record, name: str, problems: list[Problem]) -> str | None:
    """The DOI, wherever it stands; two that differ are told, for a record is of one publication."""
    found: dict[str, tuple[str, Field]] = {}
    for field in values(record, *DOIS):
        if doi := bare_doi(field.value):
            found.setdefault(doi.casefold(), (doi, field))
    for field in values(record, "DO", "DI"):
        if bare_doi(field.value) is None:
            problems.append(Problem(f"{field.tag} is “{field.value}”, which is no DOI", f"{name}:{field.line}", "a DOI such as 10.1016/j.jclinane.2015.02.006",
                                    "correct it, or remove it"))  # fmt: skip
    return _only("DOI", list(found.values()), name, problems)


def _pmid(record: Record, name: str, problems: list[Problem]) -> str | None:
    is_pubmed = any(PUBMED.search(field.value) for field in values(record, *FROM))
    found: dict[str, tuple[str, Field]] = {}
    for field in values(record, *NUMBERS, "UR", "L2"):
        match = PMID.match(field.value) or PUBMED_ADDRESS.search(field.value)
        pmid = (
            match["pmid"]
            if match
            else field.value
            if is_pubmed and field.tag in ("AN", "ID") and field.value.isascii() and field.value.isdigit()
            else None
        )
        if pmid:
            found.setdefault(pmid, (pmid, field))
    return _only("PMID", list(found.values()), name, problems)


def _only(kind: str, found: list[tuple[str, Field]], name: str, problems: list[Problem]) -> str | None:
    if len(found) > 1:
        told = " and ".join(f"{value} ({field.tag})" for value, field in found)
        problems.append(Problem(f"the record has {len(found)} values of {kind}: {told}", f"{name}:{found[0][1].line}", f"one {kind}",
                                "keep the one of this publication"))  # fmt: skip
        return None
    return found[0][0] if found else None


def _untaken(record: Record, pmid: str | None) -> tuple[str, ...]:
    """Numbers that look like a PMID, in a record that does not say so."""
    if pmid is not None:
        return ()
    return tuple(
        f"{field.tag} {field.value} was not taken as a PMID: the record does not say that it is from PubMed."
        for field in values(record, "AN", "ID")
        if field.value.isascii() and field.value.isdigit()
    )
