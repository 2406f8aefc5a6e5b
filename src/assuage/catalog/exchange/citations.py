"""A file of citations against what is known: which are new, which are there already, which are retracted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping

import msgspec

from assuage.catalog.exchange.cited import Cited, Read, draft_of
from assuage.catalog.exchange.pubmed import read_pubmed
from assuage.catalog.exchange.ris import read_ris
from assuage.catalog.exchange.same import differ, identities, title_key
from assuage.errors import DocumentError, Problem
from assuage.study import RecordType, Study


class Known(msgspec.Struct, frozen=True):
    """A citation that is there already: which, as what, and by what it was known again."""

    cited: Cited
    study: str
    by: str


class Sorted(msgspec.Struct, frozen=True):
    """What became of each citation of a file: a draft, known already, or the notice of a retraction and left out."""

    drafts: tuple[tuple[Cited, Study], ...]
    known: tuple[Known, ...]
    notices: tuple[Cited, ...]

    @property
    def retracted(self) -> tuple[tuple[Cited, str], ...]:
        """Every retracted one with the study that it is, new or known."""
        all_of_them = [(cited, study.id) for cited, study in self.drafts] + [
            (one.cited, one.study) for one in self.known
        ]
        return tuple((cited, name) for cited, name in all_of_them if cited.retracted)


def read_citations(text: str, name: str) -> Read:
    """The citations of a file, by what it begins with: XML of PubMed, or RIS. Errors: `DocumentError`."""
    begins = text.removeprefix("\ufeff").lstrip()
    return read_pubmed(text, name) if begins.startswith("<") else read_ris(text, name)


def sort_citations(read: Read, studies: Mapping[str, Study], kind: RecordType | None) -> Sorted:
    """Drafts for what is new.

    Give      read      what a file holds
              studies   those that are known, by id
              kind      what the new records are; without it, PubMed's types must settle it
    Holds     each publication becomes at most one draft: DOI, PMID, or title and year tell that two are one
    Errors    `DocumentError` with every problem of the file, and a record whose type nobody states
    """
    problems = list(read.problems)
    seen = {identity: (study, by) for study in studies.values() for by, identity in _keys(study)}
    titles = {title_key(study.citation.title): study.id for study in studies.values()}
    everything = dict(studies)
    drafts: list[tuple[Cited, Study]] = []
    known: list[Known] = []
    for cited in (one for one in read.cited if not one.is_notice):
        found = _found(cited, seen)
        if found is not None:
            known.append(Known(cited, *found))
            continue
        settled = kind or cited.kind
        if settled is None:
            problems.append(_untyped(cited))
            continue
        likened = _likened(cited, titles)
        study = draft_of(likened, settled, {name for one in everything.values() for name in (one.id, *one.aliases)})
        everything[study.id] = study
        titles.setdefault(title_key(study.citation.title), study.id)
        seen |= {identity: (study, by) for by, identity in _keys(study) if identity not in seen}
        drafts.append((likened, study))
    if problems:
        raise DocumentError(*problems)
    return Sorted(tuple(drafts), tuple(known), tuple(one for one in read.cited if one.is_notice))


def _keys(study: Study) -> Iterable[tuple[str, tuple[str, str]]]:
    return ((by, (by, key)) for by, key in identities(study.citation))


def _found(cited: Cited, seen: Mapping[tuple[str, str], tuple[Study, str]]) -> tuple[str, str] | None:
    """The study that a citation is of, and by what; a title in common says nothing where the numbers differ."""
    for identity in identities(cited.citation):
        if identity in seen:
            study, by = seen[identity]
            if by != "title and year" or not differ(cited.citation, study.citation):
                return study.id, by
    return None


def _likened(cited: Cited, titles: Mapping[str, str]) -> Cited:
    """The citation, with a word on a study of the same title that is not the same by year or number."""
    same = titles.get(title_key(cited.citation.title))
    if same is None:
        return cited
    said = f"{same} has the same title, with another year or number: see whether they are one study."
    return msgspec.structs.replace(cited, warnings=(*cited.warnings, said))


def _untyped(cited: Cited) -> Problem:
    return Problem(
        f"“{cited.citation.title[:60]}” does not say what kind of record it is", cited.place, "a kind of record, for all that the file leaves open",
        "add --record-type primary_study, or another; import reviews and studies from files of their own",
    )  # fmt: skip
