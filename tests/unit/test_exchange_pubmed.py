"""PubMed's XML: several articles, names of groups, dates in words, markup in titles, retractions; and what does harm."""

from __future__ import annotations

import pytest

from assuage.catalog.exchange.citations import read_citations, sort_citations
from assuage.catalog.exchange.cited import Cited
from assuage.errors import DocumentError

DOCTYPE = '<!DOCTYPE PubmedArticleSet PUBLIC "-//NLM//DTD PubMedArticle, 1st January 2019//EN" "https://dtd.nlm.nih.gov/ncbi/pubmed/out/pubmed_190101.dtd">'
AUTHORS = '<AuthorList CompleteYN="Y"><Author ValidYN="Y"><LastName>Müller</LastName><ForeName>Eva Maria</ForeName><Initials>EM</Initials></Author></AuthorList>'
DATE = "<Year>2015</Year><Month>Jun</Month>"


def article(
    title: str = "A made-up trial.",
    *,
    authors: str = AUTHORS,
    date: str = DATE,
    more: str = "",
    types: tuple[str, ...] = ("Randomized Controlled Trial",),
    after: str = "",
) -> str:
    return f"""<PubmedArticle><MedlineCitation><PMID Version="1">99000001</PMID><Article><Journal><JournalIssue><Volume>27</Volume><Issue>4</Issue>
<PubDate>{date}</PubDate></JournalIssue><Title>Journal of examples</Title><ISOAbbreviation>J Examples</ISOAbbreviation></Journal>
<ArticleTitle>{title}</ArticleTitle><Pagination><MedlinePgn>296-300</MedlinePgn></Pagination>{more}{authors}
<PublicationTypeList>{"".join(f"<PublicationType>{one}</PublicationType>" for one in types)}</PublicationTypeList></Article></MedlineCitation>{after}</PubmedArticle>"""


def whole(*articles: str, head: str = DOCTYPE) -> str:
    return f'<?xml version="1.0" ?>\n{head}\n<PubmedArticleSet>{"".join(articles)}</PubmedArticleSet>\n'


def cited(*articles: str) -> tuple[Cited, ...]:
    read = read_citations(whole(*articles), "p.xml")
    assert read.problems == ()
    return read.cited


def test_an_article_is_a_citation() -> None:
    more = '<ELocationID EIdType="pii" ValidYN="Y">S0</ELocationID><ELocationID EIdType="doi" ValidYN="Y">10.5555/a</ELocationID>'
    after = (
        '<PubmedData><ArticleIdList><ArticleId IdType="pubmed">99000001</ArticleId><ArticleId IdType="doi">10.5555/A</ArticleId>'
        '<ArticleId IdType="pmc">PMC7000001</ArticleId></ArticleIdList><ReferenceList><Reference><ArticleIdList>'
        '<ArticleId IdType="doi">10.5555/of-another</ArticleId></ArticleIdList></Reference></ReferenceList></PubmedData>'
    )
    (found,) = cited(article(more=more, after=after))
    assert (
        str(found.citation)
        == "Müller EM. A made-up trial. J Examples 2015 27(4):296-300. doi 10.5555/a. PMID 99000001. PMC7000001."
    )
    assert (found.kind, found.retracted, found.is_notice, found.place) == ("primary_study", None, False, "p.xml:3")


def test_several_articles_keep_their_order_and_lines() -> None:
    found = cited(article("First."), article("Second &amp; last."))
    assert [one.citation.title for one in found] == ["First", "Second & last"]
    assert [one.place for one in found] == ["p.xml:3", "p.xml:6"]


@pytest.mark.parametrize(
    ("written", "title"),
    [
        (
            "Effect of <i>N</i>-methyl-<sub>D</sub>-aspartate\n   antagonists.",
            "Effect of N-methyl-D-aspartate antagonists",
        ),
        ("Mg<sup>2+</sup> &lt; 0.54 mmol/L &#8211; a trial?", "Mg2+ < 0.54 mmol/L – a trial?"),
        ("[A title that was translated].", "A title that was translated"),
        ("<b>All</b> of <i>it <u>nested</u></i>.", "All of it nested"),
    ],
)
def test_markup_in_a_title_is_passed_over_and_its_text_kept(written: str, title: str) -> None:
    assert cited(article(written))[0].citation.title == title


@pytest.mark.parametrize(
    ("date", "year"),
    [
        ("<MedlineDate>1998 Dec-1999 Jan</MedlineDate>", 1998),
        ("<MedlineDate>Spring 2004</MedlineDate>", 2004),
        (DATE, 2015),
        ("", None),
    ],
)
def test_a_date_in_words_begins_with_its_year(date: str, year: int | None) -> None:
    assert cited(article(date=date))[0].citation.year == year


def test_what_the_file_says_of_its_encoding_changes_no_letter() -> None:
    text = whole(article("Schmerz – Müller.")).replace('version="1.0"', 'version="1.0" encoding="ISO-8859-1"')
    (found,) = read_citations(text, "p.xml").cited
    assert (found.citation.title, found.citation.authors) == ("Schmerz – Müller", ("Müller EM",))


def test_groups_are_authors_and_a_list_may_be_incomplete() -> None:
    group = "<Author><CollectiveName>Made-up Pain Group</CollectiveName></Author>"
    struck = '<Author ValidYN="N"><LastName>Wrong</LastName><Initials>A</Initials></Author>'
    found = cited(article(authors=f'<AuthorList CompleteYN="N">{group}{struck}</AuthorList>'), article(authors=""))
    assert found[0].citation.authors == ("Made-up Pain Group", "et al.")
    assert (found[1].citation.authors, found[1].citation.authors_missing) == ((), "not named in the citation")


CORRECTION = '</Article><CommentsCorrectionsList><CommentsCorrections RefType="{}"><RefSource>J Examples. 2016;28:1.</RefSource><PMID>99000002</PMID></CommentsCorrections></CommentsCorrectionsList><Article>'


def spoken_of(reference: str, **more: tuple[str, ...]) -> Cited:
    text = article(**more).replace(
        "</Article></MedlineCitation>", CORRECTION.format(reference) + "</Article></MedlineCitation>"
    )  # type: ignore[arg-type]
    return cited(text)[0]


def test_a_retraction_is_said_with_where_it_stands() -> None:
    found = spoken_of("RetractionIn")
    assert found.retracted == "retraction in J Examples. 2016;28:1 (PMID 99000002)"
    assert cited(article(types=("Journal Article", "Retracted Publication")))[0].retracted == "Retracted Publication"
    assert cited(article("RETRACTED: A made-up trial."))[0].retracted == "the title says “RETRACTED”"


def test_the_notice_is_no_study_and_other_words_are_kept() -> None:
    assert spoken_of("RetractionOf").is_notice
    assert cited(article(types=("Retraction of Publication",)))[0].is_notice
    concern = spoken_of("ExpressionOfConcernIn")
    assert (concern.retracted, concern.warnings) == (
        None,
        ("The journal has expressed concern: J Examples. 2016;28:1 (PMID 99000002).",),
    )
    assert spoken_of("CommentIn").warnings == ()


@pytest.mark.parametrize(
    ("types", "kind"),
    [
        (("Journal Article", "Randomized Controlled Trial"), "primary_study"),
        (("Systematic Review", "Review"), "systematic_review"),
        (("Meta-Analysis", "Randomized Controlled Trial"), "systematic_review"),
        (("Practice Guideline",), "guideline"),
        (("Journal Article",), None),
        (("Review",), None),
    ],
)
def test_only_what_pubmed_settles_is_a_kind(types: tuple[str, ...], kind: str | None) -> None:
    assert cited(article(types=types))[0].kind == kind


BOMB = '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;"><!ENTITY c "&b;&b;&b;">]>'
HARM = {
    "billion laughs": whole(article("&c;"), head=BOMB),
    "a file of the machine": whole(article("&x;"), head='<!DOCTYPE x [<!ENTITY x SYSTEM "file:///etc/hostname">]>'),
    "a parameter entity": whole(article(), head='<!DOCTYPE x [<!ENTITY % p SYSTEM "http://example.org/p.dtd"> %p;]>'),
    "an own declaration": whole(article(), head="<!DOCTYPE x [<!ELEMENT x ANY>]>"),
    "an empty subset": whole(article(), head="<!DOCTYPE x []>"),
    "an entity of nobody": whole(article("&nosuch;")),
    "an entity without a document type": whole(article("&eacute;"), head=""),
    "nesting without end": "<a>" * 5000 + "</a>" * 5000,
    "cut off": whole(article())[:400],
    "two roots": "<a/><b/>",
    "another kind of XML": "<html><body/></html>",
    "half of a character": "<a>\ud800</a>",
    "a null character": "<a>\x00</a>",
}


@pytest.mark.parametrize("text", HARM.values(), ids=HARM)
def test_what_does_harm_or_is_something_else_is_refused(text: str) -> None:
    with pytest.raises(DocumentError) as caught:
        read_citations(text, "p.xml")
    (problem,) = caught.value.problems
    assert problem.where.startswith("p.xml")
    assert all((problem.what, problem.expected, problem.do))


def test_an_empty_set_a_book_and_a_deleted_record_are_told() -> None:
    assert "no article" in read_citations(whole(), "p.xml").problems[0].what
    others = whole(article(), "<PubmedBookArticle/>", "<DeleteCitation><PMID>1</PMID></DeleteCitation>")
    assert [one.what.split()[0] for one in read_citations(others, "p.xml").problems] == [
        "PubmedBookArticle",
        "DeleteCitation",
    ]


@pytest.mark.parametrize(
    ("text", "what"),
    [
        (article(""), "no title"),
        (article(date="<MedlineDate>undated</MedlineDate>"), "the date is"),
        (article(more='<ELocationID EIdType="doi" ValidYN="Y">doi</ELocationID>'), "the DOI is"),
        (
            article(
                more='<ELocationID EIdType="doi">10.5555/a</ELocationID><ELocationID EIdType="doi">10.5555/b</ELocationID>'
            ),
            "several DOIs",
        ),
        (article().replace(">99000001<", ">PMID<"), "the PMID is"),
    ],
)
def test_an_article_that_cannot_be_cited_is_told_and_no_other_is_lost(text: str, what: str) -> None:
    read = read_citations(whole(text, article("Another.")), "p.xml")
    assert [what in one.what for one in read.problems] == [True]
    assert [one.citation.title for one in read.cited] == ["Another"]
    with pytest.raises(DocumentError):
        sort_citations(read, {}, None)
