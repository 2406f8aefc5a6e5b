"""How charts look: colours that colour-blind eyes tell apart, dashes that a grey print tells apart, one letter."""

from __future__ import annotations

from typing import Any, Literal

LETTER = "Liberation Sans, Arial, sans-serif"
INK, SOFT, PALE = "#16191d", "#4a5158", "#9aa1a8"

Kind = Literal["line", "upper", "lower", "envelope", "metabolite"]
# The colours of Okabe and Ito, each with a dash of its own.
COLOURS: dict[Kind, tuple[str, ...]] = {
    "line": ("#0072B2",),
    "upper": ("#D55E00",),
    "lower": ("#E69F00",),
    "envelope": ("#CC79A7", "#56B4E9", "#000000"),
    "metabolite": ("#009E73",),
}
DASHES: dict[Kind, tuple[list[int], ...]] = {
    "line": ([1, 0],),
    "upper": ([7, 3],),
    "lower": ([2, 2],),
    "envelope": ([5, 2, 1, 2], [3, 3], [9, 2, 2, 2, 2, 2]),
    "metabolite": ([12, 3, 2, 3],),
}
BAND = "#b9bdc2"


def styled(kinds: list[Kind]) -> tuple[list[str], list[list[int]]]:
    """A colour and a dash for each line, in order; two of one kind differ."""
    seen: dict[Kind, int] = {}
    colours, dashes = [], []
    for kind in kinds:
        number = seen.get(kind, 0) % len(COLOURS[kind])
        seen[kind] = seen.get(kind, 0) + 1
        colours.append(COLOURS[kind][number])
        dashes.append(DASHES[kind][number])
    return colours, dashes


def configured(chart: Any) -> dict[str, Any]:
    """The definition of an Altair chart with the look of all charts."""
    text = {
        "labelFont": LETTER,
        "titleFont": LETTER,
        "labelColor": INK,
        "titleColor": INK,
        "labelFontSize": 11,
        "titleFontSize": 12,
    }
    made = (
        chart.configure(font=LETTER, background="white")
        .configure_axis(**text, gridColor="#e6e8ea", domainColor=PALE, tickColor=PALE, titleFontWeight="normal")
        .configure_legend(**text, symbolStrokeWidth=2.5, symbolSize=400, labelLimit=0, titleFontWeight="normal")
        .configure_title(font=LETTER, fontSize=14, color=INK, anchor="start", subtitleFont=LETTER, subtitleColor=SOFT, subtitleFontSize=11)
        .configure_view(stroke=None)
    )  # fmt: skip
    definition: dict[str, Any] = made.to_dict()
    return definition
