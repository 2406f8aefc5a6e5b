"""What a body of evidence says in a few sentences: what was seen, in how many, what to expect next, and how sure that is."""

from __future__ import annotations

import re
from collections.abc import Sequence

from assuage.evidence import spoken
from assuage.evidence.answered import CertaintyFound, ForestRow, PoolFound
from assuage.evidence.certainty import certainty_words
from assuage.evidence.reanalysis import NOT_RANDOMISED
from assuage.evidence.rows import REVIEW
from assuage.question import Body

NOT_A_CONTRAST = "Each arm is seen by itself, uncontrolled: this was seen after the treatment and is no effect of it"
KNOWN_BY_NOBODY = "no study gives a number"


def row_effect(row: ForestRow) -> str:
    """A row's counts and effect with its interval, or why there is none.

    Holds     a count never stands without an interval or the words why there is none
    """
    if row.span is None:
        counts = " against ".join(f"{one.events} of {one.n}" for one in row.given)
        return f"{counts}; no interval: {row.why_not}" if counts else f"no interval: {row.why_not}"
    if row.measure == "PLO" and row.given:
        return counted(row)
    told = spoken.effect_with(row.measure, row.span, unit=spoken.unit_words(row.unit))
    counts = " against ".join(f"{one.events} of {one.n}" for one in row.given)
    return f"{counts}: {told}" if counts else told


def counted(row: ForestRow) -> str:
    """“7 of 15 (47 %, 95 % interval 25 to 70 %)”."""
    one, span = row.given[0], row.span
    assert span is not None
    reach = f"{spoken.interval(span)} {spoken.share_reach(span, n=one.n)}"
    return f"{one.events} of {one.n} ({spoken.share(span.value, n=one.n)}, {reach})"


def body_sentence(
    body: Body,
    rows: Sequence[ForestRow],
    *,
    pool: PoolFound | None,
    not_pooled: str | None,
    found: CertaintyFound | None,
) -> str:
    """The body in sentences.

    Give      the body, its rows as computed, its pool or the reason there is none, its certainty
    Holds     single arms are never told as a contrast; every effect has its interval; what was mixed is said
    Checked   tests/spec/test_answer_sentences.py
    """
    topic = f"{spoken.capital(body.outcome)}, {body.time}"
    if not rows:
        parts = [f"{topic}: {KNOWN_BY_NOBODY}", not_pooled or ""]
    elif pool is not None:
        parts = _of_pool(body, topic, pool)
    else:
        parts = [*_of_rows(topic, rows), f"Not pooled: {not_pooled or 'no reason was given'}"]
    if any(row.design == "single arm" for row in rows):
        parts.append(NOT_A_CONTRAST)
    if any(NOT_RANDOMISED in row.cautions for row in rows):
        parts.append(spoken.capital(NOT_RANDOMISED))
    return " ".join(spoken.closed(part.strip()) for part in (*parts, certainty_words(found)) if part.strip())


def _of_rows(topic: str, rows: Sequence[ForestRow]) -> list[str]:
    if len(rows) > 1:
        return [
            f"{topic}: {'; '.join(f'{name}: {row_effect(row)}' for name, row in zip(_names(rows), rows, strict=True))}"
        ]
    row = rows[0]
    people = "an unknown number of people" if row.people is None else f"{row.people:,} people"
    kind = "review" if REVIEW in row.cautions else "study"
    return [f"{topic}: {row_effect(row)}, in {people} of one {kind} ({row.label})", row.needed]


def _names(rows: Sequence[ForestRow]) -> list[str]:
    """A name for each row: its label, with its outcome and then its window where labels are alike."""
    names = [row.label for row in rows]
    for more in ("outcome", "window"):
        is_alike = [names.count(name) > 1 for name in names]
        told = [getattr(row, more) for row in rows]
        groups = {name: {word for word, other in zip(told, names, strict=True) if other == name} for name in names}
        names = [
            f"{name}, {word}" if alike and len(groups[name]) > 1 else name
            for name, word, alike in zip(names, told, is_alike, strict=True)
        ]
    return names


def _of_pool(body: Body, topic: str, pool: PoolFound) -> list[str]:
    unit, lead = spoken.unit_words(pool.unit), pool.lead
    told = spoken.effect_with(body.measure, lead.span, unit=unit, n=pool.people)
    parts = [f"{topic}: {told}, from {pool.people:,} people in {pool.k} studies"]
    if pool.absolute is not None and body.measure != "RD":
        share = spoken.share(pool.absolute.control_share)
        parts.append(f"Where {share} have it without ({pool.absolute.control_from}), that is "
                     f"{spoken.per_hundred_with(pool.absolute.difference)}")  # fmt: skip
    if pool.absolute is not None:
        parts.append(pool.absolute.needed)
    if pool.chance_better is not None:
        parts.append(
            f"The chance that the mean effect helps is {spoken.chance(pool.chance_better)}, under the stated prior"
        )
    if lead.expected is not None:
        reach = spoken.reach(body.measure, lead.expected, unit=unit, n=pool.people)
        parts.append(f"One more clinic should expect anything from {reach}")
    if pool.mixed:
        parts.append(f"Mixed on purpose: {'; '.join(map(_plain, pool.mixed))}")
    return parts


def _plain(text: str) -> str:
    """Words of the vocabulary without their hyphens."""
    return re.sub(r"“[^”]*”", lambda found: found[0].replace("-", " "), text)
