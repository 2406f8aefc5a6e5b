"""When two citations are of one publication: the same DOI, the same PMID, or the same title and year."""

from __future__ import annotations

import unicodedata
from collections.abc import Iterator

from assuage.study import Citation

# Titles shorter than this are of many publications: “Letter”, “In reply”.
SHORTEST = 16


def identities(citation: Citation) -> Iterator[tuple[str, str]]:
    """What makes a citation that of one publication: each a name for people, and a key.

    >>> list(identities(Citation(title="Ketamine in neuralgia.", year=2015, doi="10.1000/A")))
    [('DOI', '10.1000/a'), ('title and year', 'ketamineinneuralgia 2015')]
    """
    if citation.doi:
        yield "DOI", citation.doi.casefold()
    if citation.pmid:
        yield "PMID", citation.pmid
    title = title_key(citation.title)
    if citation.year and len(title) >= SHORTEST:
        yield "title and year", f"{title} {citation.year}"


def title_key(title: str) -> str:
    """A title without what people write in different ways: case, accents, marks, spaces, hyphens."""
    apart = unicodedata.normalize("NFKD", title.casefold())
    return "".join(letter for letter in apart if letter.isalnum())


def differ(one: Citation, two: Citation) -> bool:
    """Whether two citations name different publications by number: then a title and year in common say nothing."""
    pairs = ((one.doi, two.doi), (one.pmid, two.pmid))
    return any(first and second and first.casefold() != second.casefold() for first, second in pairs)
