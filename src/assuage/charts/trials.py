"""From the rows of an answer to the picture of what its trials compared with what."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.charts.chart import Chart
from assuage.charts.lettering import Width
from assuage.charts.network_graph import Edge, Node, network_chart
from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import BodyFound, ForestRow
from assuage.study import TOGETHER

# A treatment and how many people of one study had it; none where the row does not count them.
Had = tuple[str, int | None]


def trials_chart(title: str, bodies: Sequence[BodyFound], *, width: Width = "wide") -> Chart:
    """Which treatments the trials of these bodies compared with which.

    Give      bodies of an answer; rows of one arm compare nothing, and a drug against itself in another dose or number joins
              nothing: the title counts the latter
    Holds     a study counts once for each two treatments, however many of its rows there are; people are counted once a
              study, by the row that counts most of them
    Checked   tests/unit/test_charts_network.py
    Errors    `EvidenceError` where no row compares two treatments
    """
    compared = [row for body in bodies for row in body.rows if row.comparator is not None and not row.is_ours]
    rows = [row for row in compared if row.comparator != TOGETHER.join(row.drugs)]
    if not rows:
        raise EvidenceError(
            Problem(f"nothing compared in {title}", "--chart", "a row that sets one drug against another or placebo",
                    "use --chart forest, which shows single arms")
        )  # fmt: skip
    people = _people(rows)
    names = sorted({name for name, _ in people}, key=lambda name: (name == "placebo", name))
    of_each = {name: [count for (one, _), count in people.items() if one == name] for name in names}
    nodes = [Node(_words(name), _sum(of_each[name])) for name in names]
    itself = len({row.study for row in compared if row not in rows})
    apart = f"; {itself} with one drug against itself are not drawn" if itself else ""
    return network_chart(f"{title} Trials by what they compared{apart}", nodes, _edges(rows), width=width)


def _had(row: ForestRow) -> tuple[Had, Had]:
    """Both sides of a row. In a crossover everybody had both; else each side is counted where the study counted it."""
    assert row.comparator is not None
    one, other = TOGETHER.join(row.drugs), row.comparator
    if row.design == "crossover":
        return (one, row.people), (other, row.people)
    if len(row.given) == 2:  # one count a side
        return (one, row.given[0].n), (other, row.given[1].n)
    return (one, None), (other, None)


def _people(rows: Sequence[ForestRow]) -> dict[tuple[str, str], int | None]:
    """By treatment and study, the most people that a row of it counts."""
    found: dict[tuple[str, str], int | None] = {}
    for row in rows:
        for name, count in _had(row):
            known = found.get((name, row.study))
            found[name, row.study] = count if known is None else max(known, count or 0)
    return found


def _sum(counts: Sequence[int | None]) -> int | None:
    """All people of a treatment; none where one study does not say."""
    known = [one for one in counts if one is not None]
    return sum(known) if len(known) == len(counts) else None


def _edges(rows: Sequence[ForestRow]) -> list[Edge]:
    made: dict[tuple[str, str], dict[str, bool]] = {}
    for row in rows:
        (one, _), (other, _) = _had(row)
        first, second = sorted((one, other))
        made.setdefault((first, second), {})[row.study] = row.design == "crossover"
    return [
        Edge(_words(one), _words(other), len(studies), all(studies.values()))
        for (one, other), studies in sorted(made.items())
    ]


def _words(name: str) -> str:
    return name.replace("-", " ")
