"""What a study printed of two arms beside what follows from its own counts and means, as text and as JSON."""

from __future__ import annotations

from math import isinf
from typing import Any

import msgspec

from assuage.cli.page import Page
from assuage.evidence import Figure, Recomputed, recomputed
from assuage.paper.studied import counted
from assuage.paper.words import plain, sentence
from assuage.study import Outcome, Responders, Study

LABELS = {
    "risk difference": "Difference",
    "number needed to treat": "Number needed to treat",
    "probability that the first share is above the second": "First above second",
    "p": "p",
    "difference of means": "Difference of means",
}
# Ratios and numbers of people from here are told with one decimal; below with two.
LARGE = 10
RARE, CLOSE = 0.001, 0.1  # below the second a p keeps three digits: 0.0625


def compared(page: Page, study: Study) -> None:
    """The part of a study's page that compares its arms; none where nothing is compared."""
    found = [one for one in recomputed(study) if one.about != "arm"]
    if not found:
        return
    page.heading("Arms compared", "as printed, then recomputed, first against second; nothing is added or pooled")
    for one in found:
        page.paragraph("")
        page.paragraph(_title(one, study))
        pairs = [("Printed", "; ".join(printed(one, study)) or "no comparison of these arms at this time")]
        pairs += [(LABELS.get(figure.name, figure.name.capitalize()), figure_text(figure)) for figure in one.figures]
        pairs += [("Caution", text) for text in one.cautions]
        page.pairs([("  " + label if label else "", text) for label, text in pairs])


def _title(one: Recomputed, study: Study) -> str:
    labels = {arm.id: f"{arm.id} ({arm.label})" for arm in study.arms}
    arms = [labels.get(arm, arm) for arm in one.arms]
    told = [f"{arm}: {_given(row, given)}" for arm, given, row in zip(arms, one.given, one.rows, strict=True)]
    return sentence(f"{plain(one.measure)}, {one.time}. {' against '.join(told)}")


def _given(row: Responders | Outcome, given: str) -> str:
    """A count never stands without its interval."""
    return counted(row) if isinstance(row, Responders) else given


def printed(one: Recomputed, study: Study) -> list[str]:
    """What the study printed between the same arms at the same time, of any measure."""
    if one.about == "printed p":
        return list(one.given)
    pairs = {one.arms, one.arms[::-1]}
    return [
        _outcome(row)
        for row in study.outcomes
        if row.time == one.time and ((row.arm, row.versus) in pairs or tuple(row.arm.split(" v ")) in pairs)
    ]


def _outcome(row: Outcome) -> str:
    name = ", ".join(part for part in (row.measure, row.statistic) if part)
    value = f"{row.value} {row.unit or ''}".strip() if row.value is not None else row.text or ""
    p = f"p {row.p}" if row.p else ""
    return f"{plain(name)}: {', '.join(part for part in (value, p) if part) or 'no number'}"


def figure_text(figure: Figure) -> str:
    """A figure with its interval and method, in points, people or as a ratio.

    >>> figure_text(Figure("risk difference", 0.2, -0.157, 0.511, "Miettinen-Nurminen score"))
    '20.0 points (−15.7 to 51.1), Miettinen-Nurminen score'
    """
    if figure.sentence:
        return figure.sentence
    value = number_text(figure.name, figure.value) if figure.value is not None else ""
    if figure.name == "risk difference" and value:
        value += " points"
    if figure.lower is None or figure.upper is None or figure.lower == figure.upper:
        return f"{value}, {figure.method}"
    between = f"{number_text(figure.name, figure.lower)} to {number_text(figure.name, figure.upper)}"
    return f"{value} ({between}), {figure.method}" if value else f"{between}, {figure.method}"


def number_text(name: str, value: float) -> str:
    """A figure's number as it is read; a limit without end is told as infinity."""
    if isinf(value):
        return "infinity" if value > 0 else "−infinity"
    if name == "risk difference":
        text = f"{100 * value:.1f}"
    elif name.startswith("probability"):
        text = f"{100 * value:.1f} %"
    elif name == "p":
        text = "less than 0.001" if value < RARE else f"{value:.3f}" if value >= CLOSE else f"{value:.3g}"
    else:
        text = f"{value:.1f}" if abs(value) >= LARGE else f"{value:.2f}"
    return text.replace("-", "−") if text.strip("-0.") else text.lstrip("-")


def objects(study: Study) -> list[dict[str, Any]]:
    """Every entry for JSON, with all digits; an endless limit is the word, since JSON has no such number."""
    found = []
    for one in recomputed(study):
        entry = {name: value for name, value in msgspec.to_builtins(one).items() if name != "rows"}
        entry["figures"] = [
            {key: number_text("", value) if isinstance(value, float) and isinf(value) else value for key, value in figure.items()}
            for figure in (msgspec.structs.asdict(each) for each in one.figures)
        ]  # fmt: skip
        found.append(entry)
    return found
