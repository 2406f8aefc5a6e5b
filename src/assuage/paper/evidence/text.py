"""The page of evidence as plain text for a terminal: as wide as it is, no colour, no number parted from its unit."""

from __future__ import annotations

import textwrap
from collections.abc import Iterator, Sequence

from assuage.paper.block import Item, Pair, Table
from assuage.paper.evidence.columns import table_lines
from assuage.paper.evidence.forest import WIDEST, forest_lines
from assuage.paper.evidence.piece import Card, Chapter, Grid, Lines, Pairs, Part, Picture, Piece, Report, Says
from assuage.paper.text import COLUMNS
from assuage.paper.words import untie

INDENT = "  "
# Lines of prose longer than this are hard to follow back.
PROSE = 100


def text_report(report: Report, *, width: int = COLUMNS) -> str:
    """The page as text. Lines are at most `width` columns, but for words that are longer by themselves."""
    page = Layout(report, min(width, WIDEST))
    return untie("\n".join(line.rstrip() for line in page.lines())) + "\n"


class Layout:
    """A report laid out at one width."""

    def __init__(self, report: Report, width: int) -> None:
        self.report, self.width, self.prose = report, width, min(width, PROSE)

    def lines(self) -> Iterator[str]:
        """Every line of the page."""
        yield from self._wrapped(self.report.standing)
        yield ""
        yield from self._wrapped(self.report.title)
        yield ""
        yield from self._pairs(self.report.band)
        for chapter in self.report.chapters:
            yield from self._chapter(chapter)
        yield ""
        yield from self._pairs(self.report.foot)

    def _chapter(self, chapter: Chapter) -> Iterator[str]:
        yield ""
        yield from self._wrapped(chapter.title.upper())
        yield "─" * min(len(chapter.title), self.prose)
        yield from self._pieces(chapter.pieces)
        for part in chapter.parts:
            yield from self._part(part)

    def _part(self, part: Part) -> Iterator[str]:
        shown = [piece for piece in part.pieces if self._is_shown(piece)]
        if shown:
            yield ""
            yield from self._wrapped(part.title.upper())
            yield from self._pieces(shown)

    def _is_shown(self, piece: Piece) -> bool:
        """The forest is drawn in letters and is its own table; lights of risk are words on the cards."""
        return not (isinstance(piece, Grid) and piece.is_beside) and not (
            isinstance(piece, Picture) and piece.chart != "forest"
        )

    def _pieces(self, pieces: Sequence[Piece]) -> Iterator[str]:
        for number, piece in enumerate(one for one in pieces if self._is_shown(one)):
            if number and not (isinstance(piece, Lines)):
                yield ""
            yield from self._piece(piece)

    def _piece(self, piece: Piece) -> Iterator[str]:
        match piece:
            case Says():
                yield from self._wrapped(
                    piece.text, first="! " if piece.is_caveat else "", hanging="  " if piece.is_caveat else ""
                )
            case Lines():
                for item in piece.items:
                    yield from self._item(item, "" if piece.is_numbered else "- ")
            case Pairs():
                yield from self._pairs(piece.pairs)
            case Grid():
                yield from self._table(piece.table)
            case Picture():
                yield from forest_lines(self.report.body(piece.body), width=self.width)
            case Card():
                yield from self._card(piece)

    def _item(self, item: Item, mark: str, *, indent: str = "") -> Iterator[str]:
        text = " ".join(part for part in (item.tag, item.text, item.refs) if part)
        yield from self._wrapped(text, first=indent + mark, hanging=indent + INDENT)
        for line in item.more:
            yield from self._wrapped(line, first=indent + INDENT * 2, hanging=indent + INDENT * 2)

    def _card(self, card: Card) -> Iterator[str]:
        yield from self._wrapped(card.title)
        yield from self._pairs(card.pairs, indent=INDENT)
        for title, items in (("Results here", card.results), ("Risk of bias", card.risks)):
            if items:
                yield f"{INDENT}{title}"
                for item in items:
                    yield from self._item(item, "- ", indent=INDENT)

    def _pairs(self, pairs: Sequence[Pair], *, indent: str = "") -> Iterator[str]:
        """Labels in a column of their own; before their values where that would take half the line."""
        width = max((len(pair.label) for pair in pairs), default=0) + len(INDENT)
        is_narrow = 2 * width > self.prose
        for pair in pairs:
            label = f"{pair.label}: " if is_narrow else f"{pair.label:<{width}}"
            hanging = INDENT * 2 if is_narrow else " " * (width + len(indent))
            yield from self._wrapped(pair.value, first=f"{indent}{label}", hanging=hanging)

    def _table(self, table: Table) -> Iterator[str]:
        yield from self._wrapped(table.caption)
        yield from table_lines(table, width=self.width)

    def _wrapped(self, text: str, *, first: str = "", hanging: str = "") -> list[str]:
        """Broken at plain spaces only: what is tied stays on one line."""
        return textwrap.wrap(
            text,
            self.prose,
            initial_indent=first,
            subsequent_indent=hanging,
            break_long_words=False,
            break_on_hyphens=False,
        ) or [first.rstrip()]
