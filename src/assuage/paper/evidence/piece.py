"""The pieces a page of evidence is made of. All text; every number in it already stands as it prints.

One report is laid out as text, HTML and PDF; none of the three adds or leaves out a number.
"""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.evidence.answered import BodyFound
from assuage.paper.block import Item, Pair, Table


class Says(msgspec.Struct, frozen=True, tag="says"):
    """A paragraph. A caveat is set apart, so that nobody reads past it."""

    text: str
    is_caveat: bool = False


class Lines(msgspec.Struct, frozen=True, tag="lines"):
    """Items under one another; numbered where their order says something."""

    items: tuple[Item, ...]
    is_numbered: bool = False


class Pairs(msgspec.Struct, frozen=True, tag="pairs"):
    """Labels and values."""

    pairs: tuple[Pair, ...]


class Grid(msgspec.Struct, frozen=True, tag="grid"):
    """A table that breaks across pages under a repeated head.

    `is_beside` says that it tells again what a picture shows; `anchors` are the cards that its rows are about, if any.
    """

    table: Table
    is_beside: bool = False
    anchors: tuple[str, ...] = ()


class Picture(msgspec.Struct, frozen=True, tag="picture"):
    """Where a picture stands: the chart by its name, and the body whose rows it draws."""

    chart: str
    body: str


class Card(msgspec.Struct, frozen=True, tag="card"):
    """One study: who cites it, how it was done, what it found, and how far it can be trusted."""

    anchor: str
    title: str
    pairs: tuple[Pair, ...]
    results: tuple[Item, ...]
    risks: tuple[Item, ...]


Piece = Says | Lines | Pairs | Grid | Picture | Card


class Part(msgspec.Struct, frozen=True):
    """Pieces under a heading of their own within a chapter."""

    key: str
    title: str
    pieces: tuple[Piece, ...]
    lead: str = ""


class Chapter(msgspec.Struct, frozen=True):
    """Pieces under a main heading, and the parts that follow them. `key` is the address within the page."""

    key: str
    title: str
    pieces: tuple[Piece, ...] = ()
    parts: tuple[Part, ...] = ()
    lead: str = ""


class Report(msgspec.Struct, frozen=True):
    """Everything that prints of one answer. `bodies` are drawn where a picture stands; they add no words of their own.

    `running` stands at the head of every sheet of paper; `day` is the one on which the evidence was read.
    """

    standing: str
    title: str
    headline: str
    band: tuple[Pair, ...]
    chapters: tuple[Chapter, ...]
    foot: tuple[Pair, ...]
    running: str
    day: dt.date | None
    bodies: tuple[BodyFound, ...]

    def body(self, name: str) -> BodyFound:
        """The body of evidence with this id."""
        return next(one for one in self.bodies if one.id == name)
