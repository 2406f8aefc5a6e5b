"""Certainty step by step, from the same rows and the same pool that the number came from."""

from __future__ import annotations

from typing import get_args

from assuage.errors import EvidenceError, Problem
from assuage.evidence.answered import CertaintyFound, StepFound
from assuage.evidence.graded import LEVELS as LEVELS
from assuage.evidence.graded import level_of
from assuage.evidence.suggested import Evidence, Suggested, suggested
from assuage.question import Domain, Grade, Judgement, Level, Upgrade

DOMAINS: tuple[Domain, ...] = get_args(Domain)
MEANS: dict[Level, str] = {
    "high": "High certainty: the truth is very probably close to this",
    "moderate": "Moderate certainty: the truth is probably close to this, and may be quite different",
    "low": "Low certainty: the truth may well be quite different",
    "very low": "Very low certainty: the truth is probably quite different",
}
NOT_JUDGED = "Certainty: nobody has judged it"


def certainty(grade: Grade, of: Evidence, *, where: str) -> CertaintyFound:
    """The level that a body of evidence ends at, with every step, and where judgement and numbers part.

    Give      the grade as judged; the body as computed; where it stands, for a refusal
    Get       the level: the start, less the steps down, plus the steps up; very low at the least, high at the most
    Holds     the level is the judged one; the suggestion stands beside each step and changes nothing
    Source    Guyatt et al., BMJ 2008 (GRADE); J Clin Epidemiol 2011, numbers 3 to 9
    Checked   tests/against/test_answer_certainty.py, tests/unit/test_answer_certainty.py
    Errors    `EvidenceError` for a domain judged twice or not at all, steps that are none, or an upgrade of what began
              high or was lowered
    """
    _refuse_incomplete(grade, where)
    lowered = sum(one.steps for one in grade.judgements)
    _refuse_upgrades(grade.upgrades, grade, lowered=lowered, where=where)
    downs = tuple(_down(one, suggested(one.domain, of)) for one in sorted(grade.judgements, key=_order))
    ups = tuple(StepFound(one.reason, one.steps, one.because, None, (), one.reader) for one in grade.upgrades)
    told = tuple(_disagreement(step) for step in downs if step.suggested is not None and step.suggested != step.steps)
    return CertaintyFound(grade.starts, grade.starts_because, (*downs, *ups), level_of(grade), told)


def _order(one: Judgement) -> int:
    return DOMAINS.index(one.domain)


def _down(one: Judgement, numbers: Suggested) -> StepFound:
    return StepFound(one.domain, one.steps, one.because, numbers.steps, numbers.facts, one.reader)


def _disagreement(step: StepFound) -> str:
    assert step.suggested is not None
    return (
        f"{step.domain}: judged {steps_words(step.steps)}, the numbers suggest {steps_words(step.suggested)} "
        f"({'; '.join(step.facts)})"
    )


def steps_words(steps: int) -> str:
    """Steps in words.

    >>> steps_words(-2), steps_words(0), steps_words(1), steps_words(-1)
    ('2 steps down', 'no step', '1 step up', '1 step down')
    """
    if steps == 0:
        return "no step"
    return f"{abs(steps)} {'step' if abs(steps) == 1 else 'steps'} {'down' if steps < 0 else 'up'}"


def _refuse_incomplete(grade: Grade, where: str) -> None:
    judged = [one.domain for one in grade.judgements]
    missing = [domain for domain in DOMAINS if domain not in judged]
    twice = sorted({domain for domain in judged if judged.count(domain) > 1})
    problems = []
    if missing:
        problems.append(Problem(f"nobody judged {', '.join(missing)}", where, "every domain judged, 0 where nothing is lost",
                                "judge it; what is not judged is not known to be sound"))  # fmt: skip
    if twice:
        problems.append(Problem(f"{', '.join(twice)} judged twice", where, "each domain once", "keep one judgement"))
    if any(one.steps not in (0, -1, -2, -3) for one in grade.judgements):
        problems.append(Problem("a judgement that raises, or lowers by more than three steps", where, "0, −1, −2 or −3",
                                "write the steps down as a number below 0"))  # fmt: skip
    if problems:
        raise EvidenceError(*problems)


def _refuse_upgrades(upgrades: tuple[Upgrade, ...], grade: Grade, *, lowered: int, where: str) -> None:
    if upgrades and (grade.starts != "low" or lowered < 0):
        why = "began high" if grade.starts != "low" else "was lowered"
        raise EvidenceError(
            Problem(f"an upgrade of evidence that {why}", where, "upgrades only of what began low and lost nothing",
                    "leave the upgrade out")
        )  # fmt: skip
    if any(one.steps not in (1, 2) for one in upgrades):
        raise EvidenceError(Problem("an upgrade by other than 1 or 2 steps", where, "1 or 2", "write the steps up"))


def certainty_words(found: CertaintyFound | None) -> str:
    """The level as a sentence without its full stop; that nobody judged it, where nobody did."""
    return NOT_JUDGED if found is None else MEANS[found.level]
