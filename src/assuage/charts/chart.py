"""A chart as data, with the table that says the same; and its drawing, for which no browser is needed."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import msgspec

from assuage.errors import ExposureError, Problem

# Two dots for each point of the picture: text stays sharp on paper.
DOTS = 2.0
GAP = 40
OF_THE_WHOLE = ("$schema", "config", "datasets")
# Charts under one another keep their own colours and dashes.
APART = {"scale": {"color": "independent", "strokeDash": "independent"}}


class Table(msgspec.Struct, frozen=True):
    """What a chart shows, in rows under column heads."""

    caption: str
    head: tuple[str, ...]
    rows: tuple[tuple[str, ...], ...]


class Chart(msgspec.Struct, frozen=True):
    """One chart: its title, what it shows in words (for those who cannot see it), its Vega-Lite definition, its table."""

    title: str
    told: str
    definition: dict[str, Any]
    table: Table


def stacked(charts: Sequence[Chart]) -> Chart:
    """Charts under one another as one picture, with all their data; the look is that of the first."""
    if len(charts) == 1:
        return charts[0]
    first = charts[0].definition
    shared: dict[str, Any] = {name: first[name] for name in ("$schema", "config") if name in first}
    parts: list[dict[str, Any]] = [
        {name: value for name, value in one.definition.items() if name not in OF_THE_WHOLE} for one in charts
    ]
    data: dict[str, Any] = {
        name: values for one in charts for name, values in one.definition.get("datasets", {}).items()
    }
    whole: dict[str, Any] = {**shared, "vconcat": parts, "spacing": GAP, "datasets": data, "resolve": APART}
    rows = tuple(row for one in charts for row in (one.table.head, *one.table.rows))
    title = "; ".join(one.title for one in charts)
    return Chart(title, " ".join(one.told for one in charts), whole, Table(title, charts[0].table.head, rows[1:]))


def altair() -> Any:
    """The package that charts are defined with. Errors: `ExposureError` where it is not installed."""
    try:
        import altair as found
    except ImportError:
        raise _not_installed() from None
    return found


def svg(chart: Chart) -> str:
    """The chart as SVG, its title and description within, so that a screen reader has something to read."""
    drawn = str(_drawer().vegalite_to_svg(chart.definition))
    return _described(drawn, chart)


def png(chart: Chart) -> bytes:
    """The chart as PNG."""
    return bytes(_drawer().vegalite_to_png(chart.definition, scale=DOTS))


def pdf(chart: Chart) -> bytes:
    """The chart as a PDF of one page."""
    return bytes(_drawer().vegalite_to_pdf(chart.definition))


def browser_script() -> str:
    """All that a browser needs to draw a definition, as one script that fetches nothing: `window.vegaEmbed` and `vega`."""
    return str(_drawer().javascript_bundle())


def _drawer() -> Any:
    try:
        import vl_convert
    except ImportError:
        raise _not_installed() from None
    return vl_convert


def _not_installed() -> ExposureError:
    return ExposureError(
        Problem("what draws charts is not installed", "--format", "the part of assuage that draws",
                "install assuage[charts], or use --format text or json")
    )  # fmt: skip


def _described(drawn: str, chart: Chart) -> str:
    from xml.sax.saxutils import escape, quoteattr

    opening, rest = drawn.split(">", 1)
    told = f"<title>{escape(chart.title)}</title><desc>{escape(chart.told)}</desc>"
    return f'{opening} role="img" aria-label={quoteattr(chart.title)}>{told}{rest}'
