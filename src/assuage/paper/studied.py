"""Facts, claims and counts as lists show them: never a number without its unit, its source or its interval."""

from __future__ import annotations

from collections.abc import Sequence

from assuage.errors import FactError, QuantityError
from assuage.evidence import wilson
from assuage.paper.words import listed, said
from assuage.quantity import parse
from assuage.regimen import Component, Regimen, Step
from assuage.sourced import Claim, Fact
from assuage.study import Responders

NOT_STATED = "not stated"
ACCESS = {
    "full-text": "read in full",
    "full-text-partial": "read in part",
    "abstract": "read as an abstract",
    "label": "a label",
    "guideline": "a guideline",
    "registry": "a registry entry",
    "secondary": "known only second-hand",
    "weak": "known from a weak source",
    "seed": "known only second-hand, through the review",
    "title-only": "only the title was read",
    "memory": "UNVERIFIED (memory)",
    "not-found": "not found",
    "editorial": "a choice of the editors",
    "arithmetic": "arithmetic",
}
BASIS = {
    "as-studied": "as studied",
    "authors-practice": "an author's practice, not studied",
    "hypothesis": "a hypothesis, for research only",
    "listed": "listed only",
}
ROLES = {"therapy": "", "premedication": " before it", "blinding": " for blinding", "dysphoria": " against dysphoria"}


def value_text(text: str) -> str:
    """A value of the catalog for people: a quantity as it prints, anything else as it stands."""
    try:
        return said(parse(text))
    except QuantityError:
        return text


def fact_text(fact: Fact | None) -> str:
    """The standing value, or why there is none; a dispute shows with what it is against."""
    if fact is None or not fact.claims:
        return NOT_STATED
    try:
        standing = fact.claim()
    except FactError:
        return f"disputed: {listed([*dict.fromkeys(value_text(one.value) for one in fact.claims)], last='or')}"
    others = [*dict.fromkeys(value_text(one.value) for one in fact.claims if one.value != standing.value)]
    return value_text(standing.value) + (f" (disputed: also {listed(others, last='or')})" if others else "")


def claim_text(claim: Claim) -> str:
    """A claim in one sentence: value, source, place, how it is known, and what was written."""
    text = f"{value_text(claim.value)} [{claim.source}], {claim.where}; {claim.kind.replace('-', ' ')}"
    if claim.as_written is not None:
        text += f", written “{claim.as_written}”"
    if claim.derivation is not None:
        text += f"; {claim.derivation}"
    return text + (f". {claim.note}" if claim.note else "")


def as_studied(regimen: Regimen) -> str:
    """What was given, in what, over how long, how often; what is not stated is said."""
    steps = [*dict.fromkeys(_step_text(step, regimen.plannable) for step in regimen.steps)]
    if not steps:
        return f"dose {NOT_STATED}"
    schedule = regimen.schedule
    times = ""
    if schedule is not None:
        times = f"; {_times(schedule.count)}"
        times += f", {fact_text(schedule.every)} apart" if schedule.every is not None else ""
    if all(step.route == "intramuscular" for step in regimen.steps):
        times = times.replace("infusion", "session")
    return "; then ".join(steps) + times


def _step_text(step: Step, is_complete: bool) -> str:
    drugs = " and ".join(_component_text(one) for one in step.components)
    if step.portions is not None:
        return f"{drugs} in {fact_text(step.portions)}, {fact_text(step.portion_interval)} apart, {step.route}"
    return f"{drugs}{_vehicle_text(step, is_complete)} over {fact_text(step.duration)}"


def _vehicle_text(step: Step, is_complete: bool) -> str:
    if step.fluid is not None:
        return f" in {fact_text(step.volume)}"
    # Without a fluid a complete regimen is undiluted; in one that lacks numbers the fluid may be what is lacking.
    volume = f" in {fact_text(step.volume)}" if step.volume is not None else ""
    return f"{volume}, undiluted," if is_complete else f"{volume}, fluid {NOT_STATED},"


def _component_text(component: Component) -> str:
    return f"{component.drug.replace('-', ' ')} {fact_text(component.dose)}{ROLES[component.role]}"


def _times(count: Fact) -> str:
    text = fact_text(count)
    return f"number of infusions {text}" if text == NOT_STATED else text


def counted(row: Responders) -> str:
    """Events out of n, recomputed with the interval they are never shown without."""
    if row.events is None:
        return f"no whole count of {row.n} {row.denominator}"
    return f"{row.events} of {row.n} {row.denominator} = {proportion_text(row.events, row.n)}"


def proportion_text(events: int, n: int) -> str:
    """A proportion in per cent with its 95 % Wilson interval.

    >>> proportion_text(7, 15)
    '46.7 % (24.8 to 69.9 %)'
    """
    seen = wilson(events, n)
    return f"{seen.mean:.1%} ({seen.lower:.1%} to {seen.upper:.1%})".replace("%", " %").replace(" % to", " to")


def readings_text(readings: Sequence[str], confidence: str) -> str:
    """Where a number was read and how far it is trusted."""
    return f"[{', '.join(readings)}] {confidence}"
