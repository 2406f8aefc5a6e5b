"""A citation as a reference manager or PubMed gives it, and the draft of a study that is made of it."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Collection
from itertools import chain, count

import msgspec

from assuage.errors import Problem
from assuage.study import Citation, Reading, RecordType, Study

DOI = re.compile(r"10\.[0-9]{4,9}/\S+")
DOI_ADDRESS = re.compile(r"(?:https?://(?:dx\.)?doi\.org/|doi:? ?)(?P<doi>10\.[0-9]{4,9}/\S+)", re.IGNORECASE)
# A notice names itself, or has a colon after the word: “Retraction of the eyelid” is no notice.
NOTICE = re.compile(
    r"retraction(?: (?:note|notice|statement))?(?: (?:of|to|for))?:|retraction (?:note|notice|statement)\b|notice of retraction\b",
    re.IGNORECASE,
)
OF_WHAT = r"(?:retracted|withdrawn)(?: (?:article|paper|publication|chapter))?"
RETRACTED_TITLE = re.compile(rf"[\[(]{OF_WHAT}[\])]|{OF_WHAT} ?[:–—]", re.IGNORECASE)
# As some indexes end a title: (Retracted article. See vol. 9, 2020).
RETRACTED_END = re.compile(r"[\[(]retracted (?:article|paper|publication)\b[^\])]*[\])]?\.?$", re.IGNORECASE)
RETRACTED_NOTE = re.compile(
    r"retracted publication|retraction in\b|\bretracted article\b|this article has been retracted", re.IGNORECASE
)
NOT_READ = "the citation alone: nothing of the study was read"
UNDATED = "undated"
SHORT = "s1"
# Of a family name or the name of a group, in an id.
MOST_WORDS = 4


class Cited(msgspec.Struct, frozen=True):
    """One citation: where its record stands, how it is cited, and what must be said of it.

    `retracted` holds the words that say it was; `is_notice` is true for the notice of a retraction itself; `kind` is
    the type that PubMed's own words settle, or none; `warnings` are read by people; `left` names what was not taken.
    """

    place: str
    citation: Citation
    retracted: str | None = None
    is_notice: bool = False
    kind: RecordType | None = None
    warnings: tuple[str, ...] = ()
    left: tuple[str, ...] = ()


class Read(msgspec.Struct, frozen=True):
    """What a file of citations holds: those that could be read, and what is wrong with the others."""

    cited: tuple[Cited, ...]
    problems: tuple[Problem, ...]


def bare_doi(text: str) -> str | None:
    """The DOI of a field that holds one, alone or as its address; none where it holds something else.

    >>> bare_doi("https://doi.org/10.1000/182"), bare_doi("Journal Article")
    ('10.1000/182', None)
    """
    if DOI.fullmatch(text):
        return text
    match = DOI_ADDRESS.fullmatch(text)
    return match["doi"] if match else None


def person(name: str) -> str:
    """An author as the catalog writes one: family name and initials. A name without a comma stays as it is.

    >>> person("Kim, Yang-Hyun"), person("Kim YH"), person("De Leon-Casasola, O. A."), person("Smith, John, Jr.")
    ('Kim YH', 'Kim YH', 'De Leon-Casasola OA', 'Smith J Jr')
    """
    family, comma, rest = name.partition(",")
    given, _, suffix = rest.strip().partition(",")
    if not comma or not given.strip():
        return family.strip() if comma else name
    parts = [part for part in re.split(r"[\s.\-‐]+", given) if part]
    is_initials = len(parts) == 1 and parts[0].isupper() and len(parts[0]) <= 4
    initials = parts[0] if is_initials else "".join(part[0] for part in parts)
    return " ".join(part for part in (family.strip(), initials, suffix.strip().removesuffix(".")) if part)


def said_of_title(title: str) -> tuple[str | None, bool]:
    """The words of a title that say it is retracted, and whether it is the notice of a retraction."""
    if NOTICE.match(title):
        return None, True
    match = RETRACTED_TITLE.match(title) or RETRACTED_END.search(title)
    return (f"the title says “{match[0].strip(' :–—')}”" if match else None), False


def draft_of(cited: Cited, kind: RecordType, taken: Collection[str]) -> Study:
    """A study of which only the citation is known. `taken` are the ids that are used already."""
    return Study(
        id=identity(cited.citation, taken), record_type=kind, role="added", citation=cited.citation,
        access="title-only", confidence="unverified",
        readings=(Reading(SHORT, cited.place.rpartition("/")[2], "title only", NOT_READ),),
        retracted=cited.retracted,
        notes=cited.warnings,
    )  # fmt: skip


def identity(citation: Citation, taken: Collection[str]) -> str:
    """First author and year, or what else there is; the next number after it where that is taken.

    >>> identity(Citation(title="A", authors=("Müller-Schwefe G",), year=2015), ())
    'muller-schwefe-2015'
    >>> identity(Citation(title="A", authors=("Kim YH",), year=2015), ("kim-2015", "kim-2015-2"))
    'kim-2015-3'
    """
    author = citation.authors[0] if citation.authors else ""
    family = kebab(re.sub(r"(?: [A-Z]{1,4})?(?: (?:Jr|Sr|I{2,3}))?$", "", author)) or kebab(author)
    first = (
        family
        or (f"pmid-{citation.pmid}" if citation.pmid else "-".join(kebab(citation.title).split("-")[:3]))
        or "study"
    )
    name = f"{first}-{citation.year or UNDATED}"
    names = chain((name,), (f"{name}-{number}" for number in count(2)))
    return next(one for one in names if one not in taken)


def kebab(text: str) -> str:
    """A text as small letters, digits and hyphens; nothing where none of its letters is Latin."""
    apart = unicodedata.normalize("NFKD", text.replace("ø", "o").replace("Ø", "o").replace("ß", "ss").replace("ł", "l"))
    plain = "".join(
        letter for letter in apart.casefold() if (letter.isascii() and not letter.isspace()) or letter in " -"
    )
    return "-".join(part for part in re.split(r"[^a-z0-9]+", plain) if part)
