"""Text on a picture: how wide it is, where it breaks, and where it stands. Nothing is cut short to fit."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from assuage.charts.chart import altair
from assuage.charts.look import INK, SOFT

# Advance widths of Liberation Sans in thousandths of the size of the letter (its metrics file), grouped by width.
WIDTHS = {
    191: "'", 222: "ijl", 260: "|", 278: " \u00a0!,./:;I[\\]ft", 333: "()-`r", 334: "{}", 355: '"', 389: "*",
    500: "Jcksvxyz", 556: "#$0123456789?L_abdeghnopqu", 584: "+<=>~−", 611: "FTZ", 667: "&ABEKPSVXY",
    722: "CDHNRUw", 778: "GOQ", 833: "Mm", 889: "%", 944: "W", 1015: "@",
}  # fmt: skip
WIDTH_OF = {letter: width for width, letters in WIDTHS.items() for letter in letters}
OTHER, BOLD = 667, 1.1
SIZE, SMALL, LINE = 11, 10, 14

Width = Literal["wide", "narrow"]
Style = Literal["left", "right", "middle", "soft", "soft-right", "soft-middle", "strong", "strong-right", "sign",
                "sign-light"]  # fmt: skip
# Style → side, size, weight, colour.
STYLES: dict[Style, tuple[str, int, str, str]] = {
    "left": ("left", SIZE, "normal", INK), "right": ("right", SIZE, "normal", INK),
    "middle": ("center", SIZE, "normal", INK), "soft": ("left", SMALL, "normal", SOFT),
    "soft-right": ("right", SMALL, "normal", SOFT), "soft-middle": ("center", SMALL, "normal", SOFT),
    "strong": ("left", SIZE, "bold", INK), "strong-right": ("right", SIZE, "bold", INK),
    "sign": ("center", 12, "bold", INK), "sign-light": ("center", 12, "bold", "#ffffff"),
}  # fmt: skip


class Word(msgspec.Struct, frozen=True):
    """A line of text whose middle stands `y` below the top; `x` is its left end, right end or middle, by its style."""

    x: float
    y: float
    text: str
    style: Style = "left"

    @property
    def box(self) -> tuple[float, float]:
        """Where it begins and ends, from left to right."""
        side, size, weight, _ = STYLES[self.style]
        wide = wide_of(self.text, size=size, is_bold=weight == "bold")
        return {"left": (self.x, self.x + wide), "right": (self.x - wide, self.x)}.get(
            side, (self.x - wide / 2, self.x + wide / 2)
        )


def wide_of(text: str, *, size: float = SIZE, is_bold: bool = False) -> float:
    """How wide a text is drawn, in pixels.

    >>> round(wide_of("il", size=1000)), round(wide_of("W", size=1000))
    (444, 944)
    """
    return sum(WIDTH_OF.get(letter, OTHER) for letter in text) * size / 1000 * (BOLD if is_bold else 1)


def wrapped(text: str, within: float, *, size: float = SIZE, is_bold: bool = False) -> list[str]:
    """A text in lines that are no wider than `within`; a word that alone is wider breaks between its letters.

    Holds     what stands between spaces that do not break stays on one line where it fits

    >>> wrapped("every other day", 70)
    ['every other', 'day']
    """
    lines: list[str] = []
    for word in filter(None, text.split(" ")):
        longer = f"{lines[-1]} {word}" if lines else word
        if lines and wide_of(longer, size=size, is_bold=is_bold) <= within:
            lines[-1] = longer
        else:
            lines.extend(_broken(word, within, size=size, is_bold=is_bold))
    return lines


def _broken(word: str, within: float, *, size: float, is_bold: bool) -> list[str]:
    parts = [""]
    for letter in word:
        if parts[-1] and wide_of(parts[-1] + letter, size=size, is_bold=is_bold) > within:
            parts.append("")
        parts[-1] += letter
    return parts


def column(lines: Iterable[str], at: tuple[float, float], *, style: Style = "left") -> list[Word]:
    """Lines under one another, from a place to the right and below, the first with its middle half a line deeper."""
    x, top = at
    return [Word(x, top + LINE * (number + 0.5), text, style) for number, text in enumerate(lines)]


def headed(title: str, under: Iterable[str], *, within: float) -> Any:
    """Title and subtitle of a picture, in lines that fit it."""
    lines = [line for text in under if text for line in wrapped(text, within)]
    return altair().TitleParams(wrapped(title, within, size=14, is_bold=True), subtitle=lines, offset=12)


def lettered(words: Sequence[Word], *, width: float, height: float) -> list[Any]:
    """Layers of text for a view of this size, in pixels from its upper left corner."""
    alt = altair()
    layers = []
    for style, (side, size, weight, colour) in STYLES.items():
        values = [
            {"px": round(one.x, 1), "py": round(one.y, 1), "text": one.text} for one in words if one.style == style
        ]
        if values:
            mark = alt.Chart(alt.Data(values=values)).mark_text(
                align=side, baseline="middle", fontSize=size, fontWeight=weight, color=colour, limit=0
            )
            layers.append(mark.encode(x=across("px", width), y=down("py", height), text="text:N"))
    return layers


def beneath(texts: Iterable[str], *, width: float) -> list[Any]:
    """A view with paragraphs, to stand under a picture; empty where there is nothing to say."""
    lines = [line for text in texts for line in wrapped(text, width, size=SMALL)]
    words = column(lines, (0, 0), style="soft")
    if not words:
        return []
    height = LINE * len(words)
    return [altair().layer(*lettered(words, width=width, height=height)).properties(width=width, height=height)]


def across(field: str, width: float) -> Any:
    """A place in pixels from the left."""
    alt = altair()
    return alt.X(f"{field}:Q", scale=alt.Scale(domain=[0, width], nice=False, zero=False), axis=None)


def down(field: str, height: float) -> Any:
    """A place in pixels from the top."""
    alt = altair()
    return alt.Y(f"{field}:Q", scale=alt.Scale(domain=[height, 0], nice=False, zero=False), axis=None)
