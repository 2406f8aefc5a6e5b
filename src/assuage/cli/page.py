"""Lists and pages for a terminal: tables where there is room, cards where there is not, plain text in a pipe."""

from __future__ import annotations

import re
import sys
import textwrap
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from typing import Any

from rich.console import Console, Group, RenderableType
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from assuage.paper.words import TIED, tie

# A character that no text holds and rich does not break at: it stands for a space that ties a number to its unit.
GLUE = "\ue000"
COUNTED = re.compile(r"(\d) (infusion|session|portion)")
NARROWEST = 40
INDENT = 2


@dataclass(frozen=True)
class Column:
    """One column of a list: its head, its share of the width or a width of its own, whether its cells are never broken."""

    head: str
    share: int = 1
    is_whole: bool = False
    width: int | None = None


@dataclass
class Page:
    """What is printed, in order. `wide` is the width from which lists are tables."""

    parts: list[RenderableType] = field(default_factory=list)
    console: Console = field(default_factory=lambda: _console())

    def title(self, text: str) -> None:
        """The first line."""
        self.parts.append(Text(tied(text), style="bold"))

    def heading(self, title: str, lead: str = "") -> None:
        """A line above a part, with an empty one before it; `lead` follows the title in ordinary letters."""
        text = f"{title.upper()}{f': {lead}' if lead else ''}"
        self.parts.append(Group(Text(""), Text(tied(text), style="bold")))

    def paragraph(self, text: str, *, indent: int = 0, style: str = "") -> None:
        """A paragraph; numbers stay with their units."""
        self.parts.append(Padding(Text(tied(text), style=style), (0, 0, 0, indent)))

    def bullets(self, texts: Sequence[str]) -> None:
        """One line each, hanging."""
        for text in texts:
            self.parts.append(_hanging("- ", text, self.width))

    def pairs(self, pairs: Sequence[tuple[str, str]]) -> None:
        """Labels and values; a pair without a value is left out."""
        shown = [(label, value) for label, value in pairs if value]
        width = max((len(label) for label, _ in shown), default=0) + INDENT
        for label, value in shown:
            if width > self.width // 2:
                self.parts.append(_hanging(f"{label}: ", value, self.width, hang=2 * INDENT))
            else:
                self.parts.append(_hanging(f"{label:<{width}}", value, self.width))

    def listing(self, columns: Sequence[Column], rows: Sequence[Sequence[str]], *, wide: int) -> None:
        """Rows under heads from `wide` columns up; below, each row as a card that begins with its first cell."""
        if self.width >= wide:
            self.parts.append(_table(columns, rows))
            return
        for row in rows:
            self.parts.extend(_card([column.head for column in columns], row, self.width))

    @property
    def width(self) -> int:
        """Columns of the terminal."""
        return max(NARROWEST, self.console.width)

    def text(self) -> str:
        """The page as text."""
        with self.console.capture() as captured:
            for part in self.parts:
                self.console.print(part)
        lines = captured.get().replace(GLUE, " ").splitlines()
        return "\n".join(line.rstrip() for line in lines) + "\n"

    def print(self) -> None:
        """Write the page to standard output."""
        sys.stdout.write(self.text())


def _console() -> Console:
    return Console(markup=False, emoji=False, highlight=False)


def tied(text: str) -> str:
    """Text whose numbers stay with their units when it is broken into lines."""
    return COUNTED.sub(rf"\1{GLUE}\2", tie(text).replace(TIED, GLUE))


def _table(columns: Sequence[Column], rows: Sequence[Sequence[str]]) -> Table:
    table = Table(box=None, pad_edge=False, padding=(0, INDENT, 1, 0), header_style="bold", expand=True)
    for column in columns:
        table.add_column(column.head, overflow="fold", **_options(column))
    for row in rows:
        table.add_row(*(Text(tied(cell)) for cell in row))
    return table


def _options(column: Column) -> dict[str, Any]:
    if column.is_whole:
        return {"no_wrap": True}
    return {"ratio": column.share} if column.width is None else {"width": column.width}


def _card(heads: Sequence[str], row: Sequence[str], width: int) -> Iterator[RenderableType]:
    yield Text("")
    yield Text(tied(row[0]), style="bold")
    for head, cell in zip(heads[1:], row[1:], strict=True):
        if cell:
            yield _hanging(f"  {head}: ", cell, width, hang=INDENT * 2)


def _hanging(label: str, text: str, width: int, *, hang: int | None = None) -> Text:
    indent = " " * (len(label) if hang is None else hang)
    wrapped = textwrap.wrap(
        tied(text).replace("\n", " "), width, initial_indent=label, subsequent_indent=indent,
        break_long_words=False, break_on_hyphens=False,
    )  # fmt: skip
    return Text("\n".join(wrapped) or label.rstrip(), no_wrap=True, overflow="ignore")
