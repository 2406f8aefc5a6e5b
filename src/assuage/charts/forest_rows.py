"""A body of evidence in the order a forest plot shows it: kinds of study apart, each row with its words."""

from __future__ import annotations

from collections.abc import Sequence

import msgspec

from assuage.charts.scale import PERCENT, RATIOS, in_words, told
from assuage.evidence.answered import BodyFound, ForestRow, Summary
from assuage.question import Risk, Tool
from assuage.sourced import Claim

OURS = "This clinic, apart from the studies"
# The tool that a study is appraised with says whether chance chose who got what.
RANDOMISED: dict[Tool, str] = {
    "RoB 2": ", randomised",
    "RoB 2 crossover": ", randomised",
    "ROBINS-I": ", not randomised",
}
DESIGNS = {
    "parallel": "Parallel groups",
    "crossover": "Crossover: everybody got both",
    "single arm": "Single arms: nothing to compare with",
}
DISPUTED = "†"
SIGNS: dict[Risk, str] = {"low": "+", "some concerns": "?", "moderate": "?", "serious": "−", "high": "−", "critical": "×",
                          "no information": "0"}  # fmt: skip
RISK_COLOURS: dict[Risk, str] = {"low": "#56B4E9", "some concerns": "#F0E442", "moderate": "#F0E442", "serious": "#D55E00",
                                 "high": "#D55E00", "critical": "#000000", "no information": "#ffffff"}  # fmt: skip


class Group(msgspec.Struct, frozen=True):
    """Rows of one kind of study, under its heading."""

    heading: str
    rows: tuple[ForestRow, ...]


def groups_of(body: BodyFound) -> tuple[Group, ...]:
    """Every row of a body, once: parallel groups, crossovers, single arms, then the clinic's own.

    Holds     rows keep their order within a group; no row is left out
    """
    tools = {one.study: one.tool for one in body.risks}
    headings: dict[str, list[ForestRow]] = {}
    for design in DESIGNS:
        for row in body.rows:
            if row.design == design and not row.is_ours:
                headings.setdefault(_heading(row, tools), []).append(row)
    ours = [row for row in body.rows if row.is_ours]
    return tuple(Group(name, tuple(rows)) for name, rows in (*headings.items(), *([(OURS, ours)] if ours else [])))


def _heading(row: ForestRow, tools: dict[str, Tool]) -> str:
    tool = tools.get(row.study)
    return DESIGNS[row.design] + (RANDOMISED.get(tool, "") if tool and row.design == "parallel" else "")


def named(row: ForestRow) -> str:
    """A row's study and year, and its own label where that says more; a mark where readings differ."""
    name = (
        row.label
        if _says_study(row)
        else f"{study_name(row.study)}: {row.label}"
        if row.label
        else study_name(row.study)
    )
    if row.year is not None and str(row.year) not in name:
        name = f"{name} {row.year}"
    return f"{name} {DISPUTED}" if row.is_disputed else name


def _says_study(row: ForestRow) -> bool:
    return row.study.split("-")[0].casefold() in row.label.casefold()


def study_name(study: str) -> str:
    """The id of a study as people write it: short parts are initials.

    >>> study_name("kim-yc-2018")
    'Kim YC 2018'
    """
    parts = study.split("-")
    return " ".join(
        one.upper() if number and len(one) <= 2 and one.isalpha() else one[:1].upper() + one[1:]
        for number, one in enumerate(parts)
    )


def treated(row: ForestRow) -> str:
    """What was given, and against what."""
    return in_words(row.drugs) + (f" v {in_words((row.comparator,))}" if row.comparator else "")


def counted(row: ForestRow) -> str:
    """Events of n in each arm; else how many people."""
    if row.given:
        return " v ".join(f"{one.events}/{one.n}" for one in row.given)
    return "n not stated" if row.people is None else f"n {row.people:,}"


def share_of_pool(weight: float | None) -> str:
    """The weight of a row in words."""
    return "" if weight is None else f"{weight * 100:.1f} %"


def effect_of(body: BodyFound, row: ForestRow) -> str:
    """The effect with its interval, or why there is none."""
    return f"No interval: {row.why_not or 'no reason was given'}" if row.span is None else told(body.measure, row.span)


def summaries_of(body: BodyFound) -> tuple[Summary, ...]:
    """The ways to pool, the leading one first."""
    return () if body.pool is None else tuple(sorted(body.pool.summaries, key=lambda one: not one.is_lead))


def matters_of(body: BodyFound) -> tuple[float, float] | None:
    """The effects too small for a patient to feel, on the scale people read; none where nobody said, or not as a number.

    Holds     for a difference d they reach from −d to d, for a ratio r from 1/r to r; one arm has no such region
    """
    if body.matters is None or body.measure == "PLO":
        return None
    number = _number(body.matters.value, is_share=body.measure in PERCENT)
    if number is None or not number:
        return None
    if body.measure in RATIOS:
        return (min(number, 1 / number), max(number, 1 / number)) if number > 0 else None
    return -abs(number), abs(number)


def matter_of(claim: Claim) -> str:
    """A claim of what matters as it reads: the catalog writes a bare number with the unit 1 and a score in braces.

    >>> matter_of(Claim("2 {score}", "a", "b")), matter_of(Claim("1.25 1", "a", "b")), matter_of(Claim("10 %", "a", "b"))
    ('2 points', '1.25', '10 %')
    """
    return claim.value.replace("{score}", "points").removesuffix(" 1")


def _number(text: str, *, is_share: bool) -> float | None:
    """A claim as a number: 10 % and 10 percentage points are 0.1; a bare 10 for shares could be either and is none."""
    first, *unit = text.replace("%", " %").split() or [""]
    try:
        value = float(first)
    except ValueError:
        return None
    if not is_share:
        return value
    if unit and unit != ["1"]:
        return value / 100 if unit[0] in ("%", "percentage", "percent") else None
    return value if abs(value) <= 1 else None


def risks_in(rows: Sequence[ForestRow]) -> tuple[Risk, ...]:
    """The judgements that rows have, in the order of their gravity."""
    have = {row.risk for row in rows}
    return tuple(risk for risk in SIGNS if risk in have)


def sign_key(risks: Sequence[Risk]) -> str:
    """What the signs of risk of bias mean."""
    return "Risk of bias: " + "; ".join(f"{SIGNS[risk]} {risk}" for risk in risks) + "." if risks else ""
