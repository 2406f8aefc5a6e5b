"""A body of evidence in the order a forest plot shows it: kinds of study apart, each row with its words."""

from __future__ import annotations

import re
from collections.abc import Sequence

import msgspec

from assuage.charts.scale import RATIOS, in_words, told, unit_of
from assuage.evidence.answered import BodyFound, ForestRow, Summary
from assuage.evidence.rows import REVIEW
from assuage.evidence.stated import matters_of as smallest_of
from assuage.question import Risk, Tool
from assuage.sourced import Claim

OURS = "This clinic, apart from the studies"
OTHERS = "Pools of other authors, apart: their trials may stand in other rows"
# Units of scores from 0 to 10, in which what matters to a patient is claimed.
SCORES = {"0-10", "points"}
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
# Parts of ids that are no names but the first letters of several words.
ACRONYMS = {"ahp", "cadth", "dn4", "esk", "hz", "im", "nma", "nmda", "pcia", "phn", "prf", "sr", "tn"}
YEAR = re.compile(r"\b(?:19|20)\d{2}\b")
SIGNS: dict[Risk, str] = {"low": "+", "some concerns": "?", "moderate": "?", "serious": "−", "high": "−", "critical": "×",
                          "no information": "0"}  # fmt: skip
RISK_COLOURS: dict[Risk, str] = {"low": "#56B4E9", "some concerns": "#F0E442", "moderate": "#F0E442", "serious": "#D55E00",
                                 "high": "#D55E00", "critical": "#000000", "no information": "#ffffff"}  # fmt: skip


class Group(msgspec.Struct, frozen=True):
    """Rows of one kind of study, under its heading."""

    heading: str
    rows: tuple[ForestRow, ...]


def groups_of(body: BodyFound) -> tuple[Group, ...]:
    """Every row of a body, once: parallel groups, crossovers, single arms, pools of others, then the clinic's own.

    Holds     rows keep their order within a group; no row is left out
    """
    tools = {one.study: one.tool for one in body.risks}
    headings: dict[str, list[ForestRow]] = {}
    for design in DESIGNS:
        for row in body.rows:
            if row.design == design and not row.is_ours and row.not_pooled != REVIEW:
                headings.setdefault(_heading(row, tools), []).append(row)
    others = [row for row in body.rows if row.not_pooled == REVIEW and not row.is_ours]
    if others:
        headings[OTHERS] = others
    ours = [row for row in body.rows if row.is_ours]
    return tuple(Group(name, tuple(rows)) for name, rows in (*headings.items(), *([(OURS, ours)] if ours else [])))


def _heading(row: ForestRow, tools: dict[str, Tool]) -> str:
    tool = tools.get(row.study)
    return DESIGNS[row.design] + (RANDOMISED.get(tool, "") if tool and row.design == "parallel" else "")


def named(row: ForestRow) -> str:
    """A row's study and year, with its arm where the label says it; a mark where readings differ."""
    name = row.label.replace(row.study, study_name(row.study)) or study_name(row.study)
    year = str(row.year) if row.year is not None else next(iter(YEAR.findall(row.study)), "")
    if year and not YEAR.search(name):
        name = f"{name} {year}"
    return f"{name} {DISPUTED}" if row.is_disputed else name


def told_apart(rows: Sequence[ForestRow]) -> dict[tuple[str, str], str]:
    """What tells rows of one name apart, by study and row: outcome and time where they differ, else the row's own id.

    Holds     a row whose name stands once has no words; two rows never have the same name and the same words
    """
    found: dict[tuple[str, str], str] = {}
    for name in dict.fromkeys(named(row) for row in rows):
        mine = [row for row in rows if named(row) == name]
        words = {(row.study, row.row): _differing(row, mine) for row in mine}
        is_enough = len(set(words.values())) == len(mine)
        found |= {key: said if is_enough or len(mine) < 2 else key[1].replace("-", " ") for key, said in words.items()}
    return found


def _differing(row: ForestRow, others: Sequence[ForestRow]) -> str:
    parts = [
        (row.outcome, {one.outcome for one in others}),
        (row.window, {one.window for one in others}),
        (row.unit or "no unit", {one.unit for one in others}),
    ]
    return ", ".join(value.replace("-", " ") for value, values in parts if len(values) > 1)


def full_name(row: ForestRow, apart: dict[tuple[str, str], str]) -> str:
    """A row's name with what tells it apart."""
    more = apart.get((row.study, row.row), "")
    return f"{named(row)}, {more}" if more else named(row)


def study_name(study: str) -> str:
    """The id of a study as people write it: short parts are initials, parts of groups and diagnoses their letters.

    >>> study_name("kim-yc-2018"), study_name("esk-pcia-phn-2024")
    ('Kim YC 2018', 'ESK PCIA PHN 2024')
    """
    return " ".join(_part(one, is_first=not number) for number, one in enumerate(study.split("-")))


def _part(text: str, *, is_first: bool) -> str:
    is_initials = text in ACRONYMS or (not is_first and len(text) <= 2 and text.isalpha())
    return text.upper() if is_initials else text[:1].upper() + text[1:]


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
    """The effect with its interval, in its unit where the units of the rows differ; or why there is none."""
    if row.span is None:
        return f"No interval: {row.why_not or 'no reason was given'}"
    text = told(body.measure, row.span)
    return f"{text} {row.unit}".rstrip() if unit_of(body.rows) is None else text


def summaries_of(body: BodyFound) -> tuple[Summary, ...]:
    """The ways to pool, the leading one first."""
    return () if body.pool is None else tuple(sorted(body.pool.summaries, key=lambda one: not one.is_lead))


def matters_of(body: BodyFound) -> tuple[float, float] | None:
    """The effects too small for a patient to feel, on the scale people read; none where nobody said.

    Holds     for a difference d they reach from −d to d, for a ratio r from 1/r to r; one arm has no such region,
              nor has a mean difference in another unit than scores from 0 to 10
    Errors    `EvidenceError` for a claim that is no one number (evidence/stated.py)
    """
    number = smallest_of(body.matters, body.measure, where=f"body {body.id}, matters")
    if number is None or body.measure == "PLO" or (body.measure == "MD" and unit_of(body.rows) not in SCORES):
        return None
    if body.measure in RATIOS:
        return min(number, 1 / number), max(number, 1 / number)
    return -abs(number), abs(number)


def matter_of(claim: Claim) -> str:
    """A claim of what matters as it reads: the catalog writes a bare number with the unit 1 and a score in braces.

    >>> matter_of(Claim("2 {score}", "a", "b")), matter_of(Claim("1.25 1", "a", "b")), matter_of(Claim("10 %", "a", "b"))
    ('2 points', '1.25', '10 %')
    """
    return claim.value.replace("{score}", "points").removesuffix(" 1")


def risks_in(rows: Sequence[ForestRow]) -> tuple[Risk, ...]:
    """The judgements that rows have, in the order of their gravity."""
    have = {row.risk for row in rows}
    return tuple(risk for risk in SIGNS if risk in have)


def sign_key(risks: Sequence[Risk]) -> str:
    """What the signs of risk of bias mean."""
    return "Risk of bias: " + "; ".join(f"{SIGNS[risk]} {risk}" for risk in risks) + "." if risks else ""
