"""What to expect, in sentences: a count with its interval, how far a new clinic may lie, and what nobody compared."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assuage.evidence.alike import NO_COUNT, LeftOut
from assuage.evidence.expectation import Likely, NextPatients, Prospect, SeenArm
from assuage.paper.words import listed, share

COUNTED = ("none", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten")


def counted(one: SeenArm) -> str:
    """“7 of 15 (47 %, 95 % interval 25 to 70 %)”: a count of an arm is never written another way."""
    return f"{one.events} of {one.n} ({share(one.mean)}, 95 % interval {_reach(one)})"


def _reach(one: SeenArm | Likely) -> str:
    return f"{share(one.lower).removesuffix(' %')} to {share(one.upper)}"


def headline(one: Prospect) -> str:
    """What was seen, what follows for the next ten, and how certain; empty where nothing counts."""
    if one.predicted is None:
        return ""
    had = f"had {one.asked.had} {one.asked.when(is_series=one.is_series)}"
    return f"{_seen(one.arms)} {had}; {ahead(one.predicted.next_patients)}. {sure(one)}"


def sure(one: Prospect) -> str:
    """How certain: the level alone, or that nobody graded it."""
    level = (one.certainty or "not graded").split(" (")[0]
    return f"Certainty: {level}."


def _seen(arms: Sequence[SeenArm]) -> str:
    if len(arms) == 1:
        where = "our own count" if arms[0].is_ours else "the one comparable arm"
        return f"In {where}, {counted(arms[0])}"
    told = [f"{counted(one)} {'of our own' if one.is_ours else f'in {one.study}'}" for one in arms]
    return f"In {_number(len(arms))} comparable arms, {listed(told)}"


def _number(count: int) -> str:
    return COUNTED[count] if count < len(COUNTED) else str(count)


def ahead(found: NextPatients) -> str:
    """“of the next ten, one to nine”: a 95 % interval."""
    return f"of the next {_number(found.of)}, {_ends(found)}"


def _ends(found: NextPatients) -> str:
    ends = (_number(found.lower), "all" if found.upper == found.of else _number(found.upper))
    return " to ".join(dict.fromkeys(ends))


def plainly(one: Prospect) -> Iterator[str]:
    """Each count for a patient to read: what was counted, when, and how far so few people can be trusted."""
    had = f"had {one.asked.had} {one.asked.when(is_series=one.is_series)}"
    for arm in one.arms:
        where = "In our own clinic" if arm.is_ours else "In one study"
        low, high = (f"{value * 100:.0f}" for value in (arm.lower, arm.upper))
        yield f"{where} {arm.events} of {arm.n} people {had}. The true number may be anywhere from {low} to {high} of every 100."


def reasons_to_doubt(one: Prospect, *, refs: str) -> Iterator[str]:
    """What the headline rests on, sentence by sentence; `refs` are the sources of the prior."""
    if one.predicted is None:
        return
    found = one.predicted
    if len(one.arms) == 1:
        yield "One arm is no pool: how far clinics differ is assumed and was not seen."
    ten = found.next_patients
    yield (
        f"Believed of the mean of all clinics: {share(found.mean.mean)} (95 % interval {_reach(found.mean)}); of a new clinic:"
        f" {share(found.new_clinic.mean)} ({_reach(found.new_clinic)}), {_ends(ten)} of its next {_number(ten.of)};"
        f" of one new patient: {share(found.new_patient)}."
    )
    yield f"Believed before: {one.prior} {refs}".rstrip() + "."
    yield from _uncompared(one)
    if one.certainty:
        yield f"Certainty: {one.certainty}."


def _uncompared(one: Prospect) -> Iterator[str]:
    """What an arm by itself cannot tell apart: the drug, time, a placebo, and what else everybody had."""
    alone = "it" if len(one.arms) == 1 else "any of them"
    if not any(arm.has_placebo for arm in one.arms):
        first = f"Nobody compared {alone} with placebo: some of this is time"
    else:
        first = "These are people who had the drug, whatever those with placebo had: some of this is time"
    if one.not_given:
        drugs = listed([drug.replace("-", " ") for drug in one.not_given])
        first += f", and some may be the {drugs} that was given beside it and is not given here"
    yield f"{first}."


def left_out(found: Sequence[LeftOut]) -> Iterator[str]:
    """Each arm of the same drug that was not counted, with its reasons; those without any count together."""
    for one in found:
        if one.reasons != (NO_COUNT,):
            yield f"{one.study}, {one.arm}: {'; '.join(one.reasons)}."
    silent = [one.study for one in found if one.reasons == (NO_COUNT,)]
    if silent:
        yield f"{NO_COUNT.capitalize()}: {listed(list(dict.fromkeys(silent)))}."
