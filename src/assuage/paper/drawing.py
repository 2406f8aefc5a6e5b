"""Charts as they print: the drawing with its title and description within, and the table that says the same."""

from __future__ import annotations

import re
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from assuage.paper.block import Table

if TYPE_CHECKING:
    from assuage.charts import Chart

# Names within a drawing are counted through a whole process; on a page each must be the only one of its name.
CLIP = re.compile(r"\bclip(\d+)(?=[\")])")


class Drawing(msgspec.Struct, frozen=True):
    """One chart: its title, what it shows in words, SVG that fetches nothing, its table."""

    title: str
    told: str
    svg: str
    table: Table


def drawings(charts: Sequence[Chart]) -> tuple[Drawing, ...]:
    """Every chart drawn. Errors: `ExposureError` where what draws charts is not installed.

    Holds: the same chart in the same place gives the same text.
    """
    return tuple(_drawing(chart, number) for number, chart in enumerate(charts, 1))


def _drawing(chart: Chart, number: int) -> Drawing:
    from assuage.charts import svg

    table = Table(chart.table.caption, chart.table.head, chart.table.rows)
    return Drawing(chart.title, chart.told, _own_names(svg(chart), f"drawing-{number}"), table)


def _own_names(drawn: str, key: str) -> str:
    """The drawing with its inner names counted from 1, and marked as its own."""
    seen: dict[str, int] = {}
    return CLIP.sub(lambda found: f"{key}-clip-{seen.setdefault(found[1], len(seen) + 1)}", drawn)
