"""Bodies of evidence for tests of pictures: invented studies, but for Kim 2015's counts, in every state a row can have."""

from __future__ import annotations

import xml.etree.ElementTree as ET
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

from assuage.charts import Chart, svg
from assuage.evidence.answered import (
    BodyFound,
    DomainFound,
    ForestRow,
    PoolFound,
    RiskFound,
    Span,
    Spreading,
    Summary,
    Tallied,
)
from assuage.question import Risk, Told
from assuage.sourced import Claim

MIXED = ("drug: ketamine, lidocaine", "condition: postherpetic neuralgia, complex regional pain syndrome")


def values_of(part: Any, *, mark: str = "point", data: Any = None) -> Iterator[dict[str, Any]]:
    """Every datum that a definition draws with a kind of mark; a layer without data has those around it."""
    if isinstance(part, dict):
        data = part.get("data", data)
        if part.get("mark", {}).get("type") == mark:
            yield from data["values"]
        for value in part.values():
            yield from values_of(value, mark=mark, data=data)
    elif isinstance(part, list):
        for one in part:
            yield from values_of(one, mark=mark, data=data)


def span(value: float, lower: float, upper: float) -> Span:
    """A 95 % interval."""
    return Span(value, lower, upper, 0.95, "Wald")


def row(study: str = "kim-2015", **changes: object) -> ForestRow:
    """A row of Kim 2015 (10 of 15 v 7 of 15; risk ratio 1.43, 0.75 to 2.73), or changed."""
    given = {
        "study": study, "year": 2015, "row": "relief-50", "label": "", "design": "parallel",
        "condition": "postherpetic-neuralgia", "drugs": ("ketamine",), "comparator": "magnesium-sulfate",
        "outcome": "relief-50", "window": "2-weeks", "measure": "RR", "span": span(10 / 7, 0.75, 2.73), "why_not": "",
        "given": (Tallied("K", 10, 15, "stated"), Tallied("M", 7, 15, "stated")), "people": 30, "is_derived": False,
        "derivation": "", "is_disputed": False, "disputes": (), "cautions": (), "weight": 0.4, "risk": "some concerns",
    }  # fmt: skip
    return ForestRow(**{**given, **changes})  # type: ignore[arg-type]


def varied() -> tuple[ForestRow, ...]:
    """One row in each state: plain, derived, disputed, cut off, without an interval, crossover, the clinic's own."""
    none = (Tallied("K", 0, 9, "stated"), Tallied("P", 0, 9, "stated"))
    return (
        row(),
        row("yousef-2013", year=2013, span=span(2.1, 1.2, 3.6), is_derived=True, derivation="counts from percentages",
            drugs=("magnesium-sulfate",), comparator="placebo", risk="low", weight=0.35),
        row("schwartzman-2009", year=2009, is_disputed=True, disputes=("9 or 10 people",), span=span(6.0, 0.4, 95.0),
            risk="high", weight=0.05, comparator="placebo"),
        row("gottrup-2006", year=2006, span=None, why_not="no event in either arm: a ratio of nothing to nothing", given=none,
            people=18, weight=None, risk="no information"),
        row("eichenberger-2008", year=2008, design="crossover", span=span(0.8, 0.5, 1.3), weight=0.2, risk="critical",
            drugs=("ketamine", "calcitonin"), comparator="placebo"),
        row("our-clinic", year=2026, is_ours=True, span=span(1.6, 0.9, 2.8), weight=None, risk=None, cautions=("n is small",)),
    )  # fmt: skip


def pool() -> PoolFound:
    """A pool with four ways to reach it."""
    return PoolFound(
        4, 98, "τ half-normal 0.5", ("turner-2012",),
        (
            Summary("Bayesian, random effects", span(1.41, 0.86, 2.2), span(1.41, 0.38, 5.1), True),
            Summary("REML with Hartung-Knapp", span(1.38, 0.61, 3.1), span(1.38, 0.3, 6.3), False),
            Summary("Mantel-Haenszel, common effect", span(1.35, 0.95, 1.92), None, False),
            Summary("Peto", span(1.52, 0.9, 2.57), None, False),
        ),
        Spreading(span(43, 0, 85), span(0.31, 0.0, 1.2), 5.31, 3, 0.1505), 0.926, MIXED,
        "too few studies of one drug alone", (), (),
    )  # fmt: skip


def body(rows: tuple[ForestRow, ...] | None = None, *, pooled: PoolFound | None = None, **changes: object) -> BodyFound:
    """A body of the varied rows, pooled unless told otherwise."""
    given = {
        "id": "ketamine-relief", "title": "Ketamine or magnesium: at least 50 % relief two weeks on",
        "population": "Adults with refractory neuropathic pain", "comparison": "Infusion against placebo or another infusion",
        "outcome": "At least 50 % pain reduction", "time": "2 weeks after the last infusion", "measure": "RR",
        "better": "higher", "rows": varied() if rows is None else rows, "pool": pooled, "not_pooled": None,
        "matters": Claim("1.25", "grade-2013", "p. 4"), "told": (Told("brill-2002", "for", "Better than saline."),), "excluded": (),
        "risks": (), "certainty": None, "sentence": "Ketamine may help more people; nobody knows by how much.",
    }  # fmt: skip
    return BodyFound(**{**given, **changes})  # type: ignore[arg-type]


def many(count: int) -> tuple[ForestRow, ...]:
    """So many rows, each a little different, with long names among them."""
    return tuple(
        row(
            f"study{'-with-a-long-name' * (number % 5 == 3)}-{number}", year=1990 + number,
            span=span(0.5 + 0.15 * number, 0.2 + 0.05 * number, 1.5 + 0.4 * number), is_derived=number % 3 == 0,
            is_disputed=number % 7 == 2, weight=1 / count, design="crossover" if number % 4 == 1 else "parallel",
            days=Decimal(number), risk=("low", "some concerns", "high")[number % 3],
        )
        for number in range(count)
    )  # fmt: skip


def words_of(chart: Chart) -> str:
    """All the text of the drawing, as one line."""
    return " ".join(" ".join(ET.fromstring(svg(chart)).itertext()).split())


def appraised(study: str, overall: Risk, risks: tuple[Risk, ...]) -> RiskFound:
    """Risk of bias of one result, by five domains in the order given."""
    domains = ("randomisation", "deviations", "missing outcomes", "measurement", "selection of the result")
    found = tuple(DomainFound(name, risk, f"why {name}") for name, risk in zip(domains, risks, strict=True))
    return RiskFound(study, "relief-50", "RoB 2", overall, "the worst domain decides", found, "A. Reader", None)
