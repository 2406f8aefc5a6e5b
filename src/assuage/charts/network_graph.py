"""Which treatments were compared with which: nodes by people, edges by trials, on a circle that never moves."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from itertools import combinations
from math import cos, hypot, pi, sin, sqrt
from typing import Any

import msgspec

from assuage.charts.chart import Chart, Table, altair
from assuage.charts.lettering import LINE, SMALL, Style, Width, Word, across, beneath, down, headed, lettered, wrapped
from assuage.charts.look import COLOURS, SOFT, configured
from assuage.errors import EvidenceError, Problem
from assuage.evidence.trial_contrasts import TrialContrasts

# Width of the picture, radius of the circle.
PAGES: dict[Width, tuple[float, float]] = {"wide": (620, 170), "narrow": (380, 95)}
SMALLEST, LARGEST = 160.0, 1000.0
THINNEST, THICKEST = 1.5, 10.0
HOLLOW = "#ffffff"
TEXT_WIDTH, TOP = 120, 4.5 * LINE
# How far along a line its number may stand.
PARTS = (0.42, 0.5, 0.58, 0.36, 0.64)
Point = tuple[float, float]


class Node(msgspec.Struct, frozen=True):
    """A treatment, and how many people got it; none where trials do not say."""

    name: str
    people: int | None


class Edge(msgspec.Struct, frozen=True):
    """Two treatments that trials set against one another; `only_crossovers` where every one of them was a crossover."""

    one: str
    other: str
    trials: int
    only_crossovers: bool = False


def network_chart(title: str, nodes: Sequence[Node], edges: Sequence[Edge], *, width: Width = "wide") -> Chart:
    """Treatments on a circle in the order given, joined where a trial compared them.

    Holds     the same nodes and edges give the same picture; treatments that nothing joins are said to be not connected
    Checked   tests/unit/test_charts_network.py, tests/walks/test_charts_evidence.py
    Errors    `EvidenceError` for an edge to an unknown node, a node or edge given twice, or an edge without a trial
    """
    _refuse(nodes, edges)
    page, radius = PAGES[width]
    at = _circle(nodes, middle=page / 2, radius=radius)
    height = 2 * radius + 2 * TOP
    parts = parts_of([node.name for node in nodes], edges)
    layers = [*_edges(edges, at, width=page, height=height), _nodes(nodes, at, width=page, height=height)]
    lonely = {name for part in parts[1:] for name in part}
    words = [
        *(
            word
            for node in nodes
            for word in _name(node, _said(node, lonely), at[node.name], around=(page, radius, _disc(node, nodes)))
        ),
        *_counts(edges, at),
    ]
    view = altair().layer(*layers, *lettered(words, width=page, height=height)).properties(width=page, height=height)
    notes = [
        "Area of a circle: people. Width of a line and its number: trials. Dashed: crossovers only. Hollow: people not stated."
    ]
    under = [_connected(parts)]
    whole = (
        altair()
        .vconcat(view, *beneath(notes, width=page), spacing=4)
        .properties(title=headed(title, under, within=page))
    )
    return Chart(title, _told(title, edges, under[0]), configured(whole), _table(title, nodes, edges, parts=parts))


def edges_of(trials: Sequence[TrialContrasts], *, crossovers: Collection[str] = ()) -> tuple[Edge, ...]:
    """The comparisons that trials made, each trial once for every two of its treatments.

    Give      trials as contrasts; the studies among them that were crossovers
    Get       edges in the order of their names
    Checked   tests/unit/test_charts_network.py
    """
    made: dict[tuple[str, str], list[str]] = {}
    for trial in trials:
        for one, other in combinations(sorted(trial.treatments), 2):
            made.setdefault((one, other), []).append(trial.study)
    return tuple(Edge(*pair, len(studies), set(studies) <= set(crossovers)) for pair, studies in sorted(made.items()))


def parts_of(names: Iterable[str], edges: Iterable[Edge]) -> list[tuple[str, ...]]:
    """Treatments that hang together, the largest part first; a treatment that nothing joins is a part of its own.

    >>> parts_of(["a", "b", "c"], [Edge("a", "c", 1)])
    [('a', 'c'), ('b',)]
    """
    parts = [{name} for name in names]
    for edge in edges:
        touched = [part for part in parts if part & {edge.one, edge.other}]
        parts = [part for part in parts if part not in touched] + [set().union(*touched)]
    return sorted((tuple(sorted(part)) for part in parts), key=lambda part: (-len(part), part))


def _refuse(nodes: Sequence[Node], edges: Sequence[Edge]) -> None:
    names = [node.name for node in nodes]
    where = "a picture of a network"
    found = [Problem(f"{name} given more than once", where, "each treatment once", "join its people into one node")
             for name in dict.fromkeys(names) if names.count(name) > 1]  # fmt: skip
    pairs = [frozenset((edge.one, edge.other)) for edge in edges]
    for edge, pair in zip(edges, pairs, strict=True):
        told = f"{edge.one} against {edge.other}"
        if not pair <= set(names) or len(pair) < 2:
            found.append(Problem(told, where, f"two of: {', '.join(names)}", "name two treatments of the picture"))
        elif pairs.count(pair) > 1:
            found.append(Problem(f"{told} given more than once", where, "each pair once", "add up its trials"))
        elif edge.trials < 1:
            found.append(Problem(f"{told} in {edge.trials} trials", where, "at least one trial", "leave the line out"))
    if found:
        raise EvidenceError(*found)


def _circle(nodes: Sequence[Node], *, middle: float, radius: float) -> dict[str, Point]:
    """Where each treatment stands, the first at the top, clockwise."""
    down_to = radius + TOP
    turns = [2 * pi * number / max(len(nodes), 1) for number in range(len(nodes))]
    places = [(middle + radius * sin(turn), down_to - radius * cos(turn)) for turn in turns]
    return {node.name: (round(x, 1), round(y, 1)) for node, (x, y) in zip(nodes, places, strict=True)}


def _nodes(nodes: Sequence[Node], at: dict[str, Point], *, width: float, height: float) -> Any:
    alt = altair()
    colour = COLOURS["line"][0]
    values = [{"name": node.name, "people": node.people, "px": at[node.name][0], "py": at[node.name][1], "area": _area(node, nodes),
               "fill": HOLLOW if node.people is None else colour} for node in nodes]  # fmt: skip
    mark = alt.Chart(alt.Data(values=values)).mark_point(shape="circle", opacity=1, stroke=colour, strokeWidth=2)
    return mark.encode(
        x=across("px", width), y=down("py", height), size=alt.Size("area:Q", scale=None), fill=alt.Fill("fill:N", scale=None),
        tooltip=["name:N", "people:Q"],
    )  # fmt: skip


def _area(node: Node, nodes: Sequence[Node]) -> float:
    most = max((one.people or 0 for one in nodes), default=0) or 1
    return round(max(SMALLEST, LARGEST * (node.people or 0) / most), 1)


def _edges(edges: Sequence[Edge], at: dict[str, Point], *, width: float, height: float) -> list[Any]:
    alt = altair()
    most = max((edge.trials for edge in edges), default=1)
    layers = []
    for is_dashed in (False, True):
        values = [
            {"px": at[edge.one][0], "py": at[edge.one][1], "px2": at[edge.other][0], "py2": at[edge.other][1],
             "one": edge.one, "other": edge.other, "trials": edge.trials,
             "thick": round(max(THINNEST, THICKEST * edge.trials / most), 2)}
            for edge in edges if edge.only_crossovers == is_dashed
        ]  # fmt: skip
        if values:
            mark = alt.Chart(alt.Data(values=values)).mark_rule(
                color="#9aa1a8", strokeDash=[6, 5] if is_dashed else [1, 0]
            )
            layers.append(mark.encode(
                x=across("px", width), x2="px2:Q", y=down("py", height), y2="py2:Q", tooltip=["one:N", "other:N", "trials:Q"],
                strokeWidth=alt.StrokeWidth("thick:Q", scale=None),
            ))  # fmt: skip
    return [*layers, *_plates(edges, at, width=width, height=height)]


def _plates(edges: Sequence[Edge], at: dict[str, Point], *, width: float, height: float) -> list[Any]:
    """White discs under the numbers of trials."""
    alt = altair()
    values = [{"px": x, "py": y} for x, y in _middles(edges, at)]
    if not values:
        return []
    mark = alt.Chart(alt.Data(values=values)).mark_point(
        shape="circle", filled=True, size=230, color="white", opacity=1, stroke=SOFT, strokeWidth=0.7
    )
    return [mark.encode(x=across("px", width), y=down("py", height))]


def _middles(edges: Sequence[Edge], at: dict[str, Point]) -> list[Point]:
    """Where the number of each edge stands: as far as can be from other edges and from numbers placed before."""
    places: list[Point] = []
    for edge in edges:
        others = [(at[one.one], at[one.other]) for one in edges if one is not edge]
        tried = [_along(at[edge.one], at[edge.other], part) for part in PARTS]
        places.append(max(tried, key=lambda point: min(
            [_apart(point, line) for line in others] + [hypot(point[0] - x, point[1] - y) / 2 for x, y in places], default=0.0
        )))  # fmt: skip
    return places


def _along(one: Point, other: Point, part: float) -> Point:
    return round(one[0] + (other[0] - one[0]) * part, 1), round(one[1] + (other[1] - one[1]) * part, 1)


def _apart(point: Point, line: tuple[Point, Point]) -> float:
    """How far a point is from a line between two others."""
    (x, y), (x2, y2) = line
    along = ((point[0] - x) * (x2 - x) + (point[1] - y) * (y2 - y)) / ((x2 - x) ** 2 + (y2 - y) ** 2)
    near = _along((x, y), (x2, y2), min(max(along, 0.0), 1.0))
    return hypot(point[0] - near[0], point[1] - near[1])


def _counts(edges: Sequence[Edge], at: dict[str, Point]) -> list[Word]:
    return [Word(x, y, str(edge.trials), "middle") for edge, (x, y) in zip(edges, _middles(edges, at), strict=True)]


def _said(node: Node, lonely: set[str]) -> str:
    people = "people not stated" if node.people is None else f"{node.people:,} people"
    return f"{people}, not connected" if node.name in lonely else people


def _disc(node: Node, nodes: Sequence[Node]) -> float:
    """How far from the middle of a node its name begins."""
    return sqrt(_area(node, nodes) / pi) + 6


def _name(node: Node, said: str, at: Point, *, around: tuple[float, float, float]) -> list[Word]:
    """A name outside the circle, on the side where it has room; `around` is the page, the radius and the disc."""
    (x, y), (page, radius, disc) = at, around
    turn = (x - page / 2) / radius
    is_aside = abs(turn) > 1 / 2
    within = min(TEXT_WIDTH, page / 2 - abs(x - page / 2) - disc) if is_aside else TEXT_WIDTH
    lines: list[tuple[str, Style]] = [(one, "strong") for one in wrapped(node.name, within, is_bold=True)]
    lines += [(one, "soft") for one in wrapped(said, within, size=SMALL)]
    is_low = y > radius + TOP
    first = y - LINE * len(lines) / 2 if is_aside else y + disc if is_low else y - disc - LINE * len(lines)
    words = [Word(0, first + LINE * (number + 0.5), line, style) for number, (line, style) in enumerate(lines)]
    widest = max(word.box[1] for word in words)
    left = x + disc if turn > 0 else x - disc - widest
    return [msgspec.structs.replace(word, x=left if is_aside else x - word.box[1] / 2) for word in words]


def _connected(parts: Sequence[tuple[str, ...]]) -> str:
    if len(parts) <= 1:
        return "All treatments are connected by trials."
    told = "; ".join(", ".join(part) for part in parts)
    return f"Not connected: {len(parts)} parts that no trial joins ({told}). Nothing compares one part with another."


def _told(title: str, edges: Sequence[Edge], connected: str) -> str:
    said = "; ".join(
        f"{edge.one} and {edge.other}, {_trials(edge)}" for edge in sorted(edges, key=lambda one: -one.trials)
    )
    return f"{title}. Treatments and the trials that compare them. {connected} {said or 'No comparison'}."


def _trials(edge: Edge) -> str:
    return f"{edge.trials} trial{'s' if edge.trials > 1 else ''}{', crossovers only' if edge.only_crossovers else ''}"


def _table(title: str, nodes: Sequence[Node], edges: Sequence[Edge], *, parts: Sequence[tuple[str, ...]]) -> Table:
    rows = [
        (edge.one, edge.other, str(edge.trials), "crossovers only" if edge.only_crossovers else "not only crossovers")
        for edge in edges
    ]
    part_of = {name: number for number, part in enumerate(parts, 1) for name in part}
    rows += [
        (
            node.name,
            f"part {part_of[node.name]} of {len(parts)}",
            "",
            "people not stated" if node.people is None else f"{node.people:,} people",
        )
        for node in nodes
    ]
    return Table(title, ("Treatment", "Compared with", "Trials", "Remark"), tuple(rows))
