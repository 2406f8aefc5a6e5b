"""assuage trace: every item of the review that this catalog began from, where it lives, and the test that shows it."""

from __future__ import annotations

from typing import Annotated

from cyclopts import Parameter

from assuage.catalog.trace import TraceItem, read_trace, trace_item
from assuage.cli.as_json import print_json
from assuage.cli.options import TextOrJson
from assuage.cli.page import Column, Page

WIDE = 110
COLUMNS = (Column("Item", is_whole=True), Column("State", is_whole=True), Column("The review says", 3), Column("The software", 4),
           Column("Lives in", 4), Column("Test", 3))  # fmt: skip


def trace(
    item: Annotated[str | None, Parameter(help="One item, such as S07.")] = None, /, *, format: TextOrJson = "text"
) -> None:
    """Each item of the review: what it says, what the software does with it, where that lives, and the test that shows it."""
    items = read_trace()
    chosen = items if item is None else (trace_item(item, items),)
    if format == "json":
        print_json({"items": chosen})
        return
    page = Page()
    if item is None:
        counts = {state: sum(one.state == state for one in items) for state in ("built", "partly", "later")}
        page.title(f"{len(items)} items: {', '.join(f'{count} {state}' for state, count in counts.items())}")
        page.paragraph("")
        page.listing(COLUMNS, [_row(one) for one in items], wide=WIDE)
    else:
        page.title(f"{chosen[0].id}: {chosen[0].state}")
        page.pairs(_pairs(chosen[0]))
    page.print()


def _row(one: TraceItem) -> tuple[str, ...]:
    software = one.software + (f" ({one.note})" if one.note else "")
    return one.id, one.state, one.seed, software, ", ".join(one.lives_in) or "nowhere yet", one.test or "none yet"


def _pairs(one: TraceItem) -> tuple[tuple[str, str], ...]:
    return (
        ("The review says", one.seed),
        ("The software", one.software),
        ("Lives in", ", ".join(one.lives_in) or "nowhere yet"),
        ("Test", one.test or "none yet"),
        ("Missing", one.note or ""),
    )
