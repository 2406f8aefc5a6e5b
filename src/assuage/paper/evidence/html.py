"""The page of evidence as HTML that stands alone: inline style, no script, nothing fetched."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence

import msgspec

from assuage.paper.block import Item, Pair
from assuage.paper.drawing import Drawing
from assuage.paper.evidence.drawn import CAPTIONS, drawn_as, pictures_in
from assuage.paper.evidence.piece import Card, Chapter, Grid, Lines, Pairs, Part, Picture, Piece, Report, Says
from assuage.paper.evidence.style import MORE
from assuage.paper.html import kept, links, scrolling
from assuage.paper.markup import Html, constant, element, join
from assuage.paper.style import STYLE

CITED = re.compile(r"\[\d+(?:, \d+)*\]")


def html_report(report: Report, *, back: str = "", paper: str = "") -> str:
    """The page. Text from a file is escaped; every picture has a caption, words for those who cannot see it, and a table.

    Give      where it stands among other pages: the address of the list to go `back` to, and of the same on `paper`

    Errors: `AssuageError` where what draws charts is not installed.
    """
    drawn = _pictured(report)
    body = element(
        "body",
        element("a", "Skip to the evidence", href="#evidence", class_="skip"),
        _around(back, paper) if back else None,
        _header(report),
        element("main", *(_chapter(one, drawn) for one in report.chapters), id="evidence"),
        element("footer", element("dl", *(_pair(pair) for pair in report.foot)), aria_label="Made with"),
    )
    head = element(
        "head",
        element("meta", charset="utf-8"),
        element("meta", name="viewport", content="width=device-width, initial-scale=1"),
        element("title", f"{report.headline} {report.title}"),
        element("link", rel="icon", href="/static/icon.svg") if back else None,
        element("style", constant(style_of_reports())),
    )
    return f"<!doctype html>\n{element('html', head, body, lang='en')}\n"


def style_of_reports() -> str:
    """The style that stands in the page, for whoever must say beforehand which style a page may have."""
    return STYLE + MORE


def _around(back: str, paper: str) -> Html:
    links = [("All questions", back), *([("On paper (PDF)", paper)] if paper else [])]
    return element(
        "nav",
        element("ul", *(element("li", element("a", words, href=to)) for words, to in links), class_="around"),
        aria_label="Program",
    )


class Pictured(msgspec.Struct, frozen=True):
    """One chart, drawn for a wide window and for that of a telephone."""

    wide: Drawing
    narrow: Drawing


def _pictured(report: Report) -> dict[Picture, Pictured]:
    found = pictures_in(report)
    drawn = drawn_as([*((one, "wide") for one in found), *((one, "narrow") for one in found)], report)
    wide, narrow = drawn[: len(found)], drawn[len(found) :]
    return {one: Pictured(big, small) for one, big, small in zip(found, wide, narrow, strict=True)}


def _header(report: Report) -> Html:
    standing = element("div", element("p", report.standing), class_="standing")
    band = element("dl", *(_pair(pair) for pair in report.band), class_="band")
    contents = element("ul", *(element("li", element("a", one.title, href=f"#{one.key}")) for one in report.chapters))
    return element(
        "header", standing, element("h1", kept(report.title)), element("section", band, aria_label="About this page"),
        element("nav", contents, class_="contents", aria_label="Contents"),
    )  # fmt: skip


def _chapter(chapter: Chapter, drawn: dict[Picture, Pictured]) -> Html:
    heading = f"heading-{chapter.key}"
    first, *rest = chapter.pieces or (None,)
    is_short = chapter.key == "summary" and isinstance(first, Says)
    pieces = ([element("p", kept(first.text), class_="headline")] if is_short and isinstance(first, Says)
              else list(_piece(first, drawn)) if first is not None else [])  # fmt: skip
    return element(
        "section", element("h2", kept(chapter.title), id=heading), *pieces, *(html for one in rest for html in _piece(one, drawn)),
        *(_part(part, drawn, under=heading) for part in chapter.parts), id=chapter.key, aria_labelledby=heading,
    )  # fmt: skip


def _part(part: Part, drawn: dict[Picture, Pictured], *, under: str) -> Html:
    # Named by the chapter too: several chapters have a part of the same title.
    heading = f"heading-{part.key}"
    return element(
        "section", element("h3", kept(part.title), id=heading), *(html for one in part.pieces for html in _piece(one, drawn)),
        aria_labelledby=f"{under} {heading}",
    )  # fmt: skip


def _piece(piece: Piece | None, drawn: dict[Picture, Pictured]) -> Iterator[Html]:
    match piece:
        case Says():
            yield element("p", cited(piece.text), class_="caveat" if piece.is_caveat else None)
        case Lines():
            yield _lines(piece)
        case Pairs():
            yield element("dl", *(_pair(pair, grouped=False) for pair in piece.pairs), class_="facts")
        case Grid():
            yield _table(piece)
        case Picture():
            yield _figure(piece, drawn[piece])
        case Card():
            yield _card(piece)


def _lines(lines: Lines) -> Html:
    items = [_item(item, is_source=lines.is_numbered) for item in lines.items]
    return element(
        "ol" if lines.is_numbered else "ul", *items, class_="items sources" if lines.is_numbered else "items"
    )


def _item(item: Item, *, is_source: bool = False) -> Html:
    return element(
        "li",
        element("span", kept(item.tag), class_="tag") if item.tag else None,
        cited(item.text),
        join(" ", links(item.refs)) if item.refs else None,
        *(element("p", cited(line), class_="more") for line in item.more),
        id=f"source-{item.tag.strip('[]')}" if is_source else None,
    )


def cited(text: str) -> Html:
    """Text whose references in brackets are links to the sources, and whose numbers stay with their units."""
    parts, end = [], 0
    for found in CITED.finditer(text):
        parts += [kept(text[end : found.start()]), links(found[0])]
        end = found.end()
    return join(*parts, kept(text[end:]))


def _pair(pair: Pair, *, grouped: bool = True) -> Html:
    both = join(element("dt", pair.label), " ", element("dd", cited(pair.value)))
    return element("div", both) if grouped else both


def _table(grid: Grid) -> Html:
    table = grid.table
    head = element("thead", element("tr", *(element("th", cell, scope="col") for cell in table.head)))
    anchors = grid.anchors or ("",) * len(table.rows)
    rows = [_row(row, anchor) for row, anchor in zip(table.rows, anchors, strict=True)]
    return scrolling(
        element("table", element("caption", kept(table.caption)), head, element("tbody", *rows)), table.caption
    )


def _row(row: Sequence[str], anchor: str) -> Html:
    first = element("a", kept(row[0]), href=f"#{anchor}") if anchor else kept(row[0])
    return element("tr", element("th", first, scope="row"), *(element("td", kept(cell)) for cell in row[1:]))


def _figure(piece: Picture, drawn: Pictured) -> Html:
    """What the picture shows is told within it to those who cannot see it; the caption says where it stands in words."""
    told = element("figcaption", kept(f"{drawn.wide.title}. {CAPTIONS[piece.chart]}"))
    return element("figure", _drawing(drawn.wide, "picture wide"), _drawing(drawn.narrow, "picture narrow"), told)


def _drawing(drawing: Drawing, kind: str) -> Html:
    # Drawn by this program from a definition of its own, in which text is data: what is text there is escaped here.
    return element("div", constant(drawing.svg), class_=kind)


def _card(card: Card) -> Html:
    heading = f"heading-{card.anchor}"
    lists = [
        part
        for title, items in (("Results here", card.results), ("Risk of bias", card.risks))
        if items
        for part in (element("h4", title), element("ul", *(_item(item) for item in items), class_="items"))
    ]
    facts = element("dl", *(_pair(pair, grouped=False) for pair in card.pairs), class_="facts")
    return element(
        "article",
        element("h3", kept(card.title), id=heading),
        facts,
        *lists,
        class_="card",
        id=card.anchor,
        aria_labelledby=heading,
    )
