"""PubMed's XML: a PubmedArticleSet as E-utilities and the web page hand it over.

Source    NLM, PubMed DTD of 2019 and later: PubmedArticle, MedlineCitation, PubmedData
"""

from __future__ import annotations

import re

from assuage.catalog.exchange.cited import Cited, Read, bare_doi, said_of_title
from assuage.catalog.exchange.markup import Element, read_xml
from assuage.catalog.exchange.table import MEANINGLESS
from assuage.errors import DocumentError, Problem
from assuage.study import Citation, RecordType

SET, ARTICLE, BOOK, DELETED = "PubmedArticleSet", "PubmedArticle", "PubmedBookArticle", "DeleteCitation"
RETRACTED_TYPES, NOTICE_TYPES = ("Retracted Publication",), ("Retraction of Publication", "Retraction Notice")
# What PubMed's types settle, the first that fits; a review that is not systematic may be either of two records.
KINDS: tuple[tuple[tuple[str, ...], RecordType], ...] = (
    (("Systematic Review", "Meta-Analysis"), "systematic_review"),
    (("Practice Guideline", "Guideline"), "guideline"),
    (("Randomized Controlled Trial", "Controlled Clinical Trial", "Clinical Trial", "Clinical Trial, Phase I", "Clinical Trial, Phase II",
      "Clinical Trial, Phase III", "Clinical Trial, Phase IV", "Pragmatic Clinical Trial", "Observational Study", "Case Reports"), "primary_study"),
)  # fmt: skip
# How one article speaks of another, and what that means for whoever uses it.
SPOKEN_OF = {
    "ExpressionOfConcernIn": "The journal has expressed concern",
    "ErratumIn": "A correction was published",
    "RepublishedIn": "It was corrected and published again",
    "PartialRetractionIn": "PARTLY RETRACTED",
    "UpdateIn": "There is a later version",
}
ISSUE = "MedlineCitation/Article/Journal/JournalIssue"
YEAR = re.compile(r"(?:18|19|20)[0-9]{2}")
REGISTERED = re.compile(r"NCT[0-9]{8}|ISRCTN[0-9]{8}|[A-Za-z-]+[0-9][0-9A-Za-z/-]{5,}")
DIGITS = re.compile(r"[1-9][0-9]{0,8}")


def read_pubmed(text: str, name: str) -> Read:
    """The citations of a PubmedArticleSet.

    Give      the whole text, and what the file is called in messages
    Get       the citations in order, and every problem with its line
    Errors    `DocumentError` for what is no such XML, or XML that is not safe to read
    """
    root = read_xml(text, name)
    if root.name not in (SET, ARTICLE):
        raise DocumentError(
            Problem(
                f"the file is a {root.name}",
                f"{name}:{root.line}",
                f"a {SET}",
                "in PubMed choose Save or Send to, and the format XML",
            )
        )
    articles = [root] if root.name == ARTICLE else [one for one in root.holds if isinstance(one, Element)]
    problems: list[Problem] = []
    cited = [one for article in articles if (one := _cited(article, name, problems)) is not None]
    if not cited and not problems:
        problems.append(Problem("the file holds no article", name, f"a {ARTICLE}", "export the references again"))
    return Read(tuple(cited), tuple(problems))


def _cited(article: Element, name: str, problems: list[Problem]) -> Cited | None:
    place = f"{name}:{article.line}"
    if article.name != ARTICLE:
        problems.append(
            Problem(
                f"{article.name} is not read",
                place,
                f"a {ARTICLE}",
                "a book has no study in it; a deleted record has nothing: remove it",
            )
        )
        return None
    before = len(problems)
    citation = _citation(article, place, problems)
    for found in MEANINGLESS.finditer(" ".join((citation.title, *citation.authors))):
        problems.append(
            Problem(
                f"the citation holds the character U+{ord(found[0]):04X}, which is not seen",
                place,
                "characters that are seen",
                "enter the study by hand",
            )
        )
    return None if len(problems) > before else _spoken(article, citation, place)


def _citation(article: Element, place: str, problems: list[Problem]) -> Citation:
    whole = "MedlineCitation/Article"
    title = article.text(f"{whole}/ArticleTitle") or article.text(f"{whole}/VernacularTitle")
    if not title:
        problems.append(
            Problem("the article has no title", place, "ArticleTitle", "remove the article, or enter the study by hand")
        )
    pmid = article.text("MedlineCitation/PMID") or None
    if pmid is not None and not DIGITS.fullmatch(pmid):
        problems.append(Problem(f"the PMID is “{pmid}”", place, "digits", "export the article again"))
    authors, is_complete = _authors(article)
    return Citation(
        title=_bare(title), authors=(*authors, *(() if is_complete else ("et al.",))), authors_missing=None if authors else "not named in the citation",
        journal=_journal(article), year=_year(article, place, problems), volume=article.text(f"{ISSUE}/Volume") or None,
        issue=article.text(f"{ISSUE}/Issue") or None, pages=article.text(f"{whole}/Pagination/MedlinePgn") or None,
        doi=_doi(article, place, problems), pmid=pmid, pmcid=_id(article, "pmc"), registry=_registry(article),
    )  # fmt: skip


def _spoken(article: Element, citation: Citation, place: str) -> Cited:
    """The citation with what PubMed says of it: retracted, corrected, what type it is."""
    types = [one.text() for one in article.all("MedlineCitation/Article/PublicationTypeList/PublicationType")]
    others = list(article.all("MedlineCitation/CommentsCorrectionsList/CommentsCorrections"))
    retraction = next((_reference(one) for one in others if one.attributes.get("RefType") == "RetractionIn"), None)
    said, is_notice = said_of_title(citation.title)
    named = next((one for one in types if one in RETRACTED_TYPES), None)
    retracted = f"retraction in {retraction}" if retraction else named or said
    return Cited(
        place, citation, retracted=retracted,
        is_notice=is_notice or any(one in NOTICE_TYPES for one in types) or any(one.attributes.get("RefType") == "RetractionOf" for one in others),
        kind=next((kind for words, kind in KINDS if any(word in types for word in words)), None),
        warnings=tuple(f"{SPOKEN_OF[word]}: {_reference(one)}." for one in others if (word := one.attributes.get("RefType", "")) in SPOKEN_OF),
    )  # fmt: skip


def _reference(one: Element) -> str:
    pmid = one.text("PMID")
    return (one.text("RefSource").removesuffix(".") or "a place that is not named") + (
        f" (PMID {pmid})" if pmid else ""
    )


def _bare(title: str) -> str:
    """A title without the full stop that PubMed puts after each, and without the brackets of a translated one.

    >>> _bare("[Relief of neuropathic pain].")
    'Relief of neuropathic pain'
    """
    text = title.removesuffix(".") if not title.endswith("..") else title
    inner = text[1:-1]
    return inner if text.startswith("[") and text.endswith("]") and not set("[]") & set(inner) else text


def _year(article: Element, place: str, problems: list[Problem]) -> int | None:
    """The year of the issue; of a season or a span of months, the year it begins with."""
    text = article.text(f"{ISSUE}/PubDate/Year") or article.text(f"{ISSUE}/PubDate/MedlineDate")
    match = YEAR.search(text)
    if text and match is None:
        problems.append(
            Problem(
                f"the date is “{text}”", place, "a year of four digits", "export the article again, or enter it by hand"
            )
        )
    return int(match[0]) if match else None


def _doi(article: Element, place: str, problems: list[Problem]) -> str | None:
    """The DOI: the location that the article names, or the id that PubMed keeps. Those of its references are others'."""
    named = [one.text() for one in article.all("MedlineCitation/Article/ELocationID")
             if one.attributes.get("EIdType") == "doi" and one.attributes.get("ValidYN", "Y") == "Y"]  # fmt: skip
    kept = _id(article, "doi")
    texts = [*named, *([kept] if kept else [])]
    problems += [Problem(f"the DOI is “{text}”", place, "a DOI such as 10.1016/j.jclinane.2015.02.006", "enter the study by hand")
                 for text in texts if bare_doi(text) is None]  # fmt: skip
    found = {doi.casefold(): doi for text in reversed(texts) if (doi := bare_doi(text))}
    if len(found) > 1:
        problems.append(
            Problem(
                f"the article has several DOIs: {', '.join(found.values())}",
                place,
                "one DOI",
                "enter the study by hand",
            )
        )
        return None
    return next(iter(found.values()), None)


def _id(article: Element, kind: str) -> str | None:
    ids = article.all("PubmedData/ArticleIdList/ArticleId")
    return next((one.text() for one in ids if one.attributes.get("IdType") == kind and one.text()), None)


def _authors(article: Element) -> tuple[tuple[str, ...], bool]:
    """Those who wrote it, groups by their name, and whether the list is complete."""
    found = []
    for one in article.all("MedlineCitation/Article/AuthorList/Author"):
        if one.attributes.get("ValidYN", "Y") != "Y":
            continue
        parts = (one.text("LastName"), one.text("Initials"), one.text("Suffix"))
        found.append(one.text("CollectiveName") or " ".join(part for part in parts if part))
    lists = list(article.all("MedlineCitation/Article/AuthorList"))
    is_complete = all(one.attributes.get("CompleteYN", "Y") == "Y" for one in lists)
    return tuple(dict.fromkeys(name for name in found if name)), is_complete


def _journal(article: Element) -> str | None:
    places = ("Article/Journal/ISOAbbreviation", "MedlineJournalInfo/MedlineTA", "Article/Journal/Title")
    found = (article.text(f"MedlineCitation/{place}") for place in places)
    return next((text for text in found if text), None)


def _registry(article: Element) -> str | None:
    """The number of the trial in a register, where there is exactly one."""
    path = "MedlineCitation/Article/DataBankList/DataBank/AccessionNumberList/AccessionNumber"
    found = {one.text() for one in article.all(path) if REGISTERED.fullmatch(one.text())}
    return found.pop() if len(found) == 1 else None
