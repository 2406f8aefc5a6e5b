"""What can be done after a response: every option with what speaks to it, from this course and from elsewhere; none is ranked."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator, Sequence
from typing import Literal, get_args

import msgspec

from assuage.course.command import Surroundings
from assuage.course.ledger import all_doses, total
from assuage.course.measures import layers, unjudged
from assuage.course.state import Course
from assuage.evidence.spoken import share
from assuage.response.believed import believed
from assuage.response.duration import Relief
from assuage.response.responder import Response, day_14
from assuage.screening import show_date

Choice = Literal[
    "nothing further", "repeat the series", "another regimen", "add one measure", "stop this regimen", "wait"
]  # fmt: skip
CHOICES: tuple[Choice, ...] = get_args(Choice)


class Option(msgspec.Struct, frozen=True):
    """One thing that can be done, with what is known of it, a sentence each."""

    choice: Choice
    known: tuple[str, ...]


class Seen(msgspec.Struct, frozen=True):
    """What the options are told from: the course, its response and relief, and the surroundings of today."""

    state: Course
    found: Response
    relief: Relief | None
    around: Surroundings


def options(seen: Seen) -> tuple[Option, ...]:
    """Every option, always all of them and in one order.

    Holds     nothing is recommended; what is not known is said
    Checked   tests/spec/test_response_options.py
    """
    says = {
        "nothing further": _nothing, "repeat the series": _repeat, "another regimen": _another, "add one measure": _add,
        "stop this regimen": _stop, "wait": _wait,
    }  # fmt: skip
    return tuple(Option(one, tuple(says[one](seen))) for one in CHOICES)


def _nothing(seen: Seen) -> Iterator[str]:
    yield f"Day 14: {seen.found.said()}."
    lasted = seen.relief
    if lasted is None or not lasted.began:
        yield "No relief of the moderate size was seen after the last infusion."
    elif lasted.at_most is None:
        yield f"Relief had not ended when last asked, {lasted.more_than} days after the last infusion."
    else:
        yield f"Relief had ended by day {lasted.at_most}, and was last seen on day {lasted.more_than}."


def _repeat(seen: Seen) -> Iterator[str]:
    regimen = _regimen(seen.state)
    if regimen is not None:
        yield elsewhere(regimen, seen.around)
        yield "Those counts are of one series; whether a second does as much is not said by them."
    yield from _totals(seen)
    yield _harms(seen.state)


def _another(seen: Seen) -> Iterator[str]:
    mine = _regimen(seen.state)
    others = [one.regimen for one in seen.around.clinic.adopted if one.regimen != mine]
    yield from (f"{one}: {elsewhere(one, seen.around)}" for one in others)
    if not others:
        yield "This clinic has adopted no other regimen."


def _add(seen: Seen) -> Iterator[str]:
    fresh = [one.begun.name for one in unjudged(seen.state, seen.around.catalog, now=seen.around.now)]
    yield f"Not judged yet: {', '.join(fresh)}." if fresh else "No measure of the ledger waits to be judged."
    sedate = layers(seen.state, seen.around)
    yield (
        f"Depress the central nervous system now: {', '.join(sedate)}."
        if sedate
        else "Nothing on record depresses the central nervous system now."
    )


def _stop(seen: Seen) -> Iterator[str]:
    yield f"Day 14: {seen.found.said()}."
    yield _harms(seen.state)


def _wait(seen: Seen) -> Iterator[str]:
    catalog = seen.around.catalog
    aim = day_14(seen.state, catalog, zone=seen.around.clinic.zone)
    if aim is None:
        yield "No infusion was given."
        return
    until = aim + dt.timedelta(days=float(catalog.practice["day-14-window"].fact.quantity.to("d").value))
    today = seen.around.now.astimezone(seen.around.clinic.zone).date()
    yield (
        f"A score counts for day 14 until {show_date(until)}."
        if today <= until
        else f"The window of day 14 closed on {show_date(until)}."
    )


def elsewhere(regimen: str, around: Surroundings) -> str:
    """What is believed of a regimen from arms elsewhere, in a sentence."""
    found = believed(regimen, around.catalog, events=0, n=0)
    if found.before is None:
        return f"What to expect two weeks after the last infusion is not known: {found.why_not}."
    one = found.before
    arms = "1 arm" if found.arms == 1 else f"{found.arms} arms"
    return (
        f"In a new clinic {share(one.mean)} (95 % interval {share(one.lower).removesuffix(' %')} to {share(one.upper)}) are believed to have at "
        f"least half their pain gone two weeks after the last infusion, from {arms} elsewhere."
    )


def _regimen(state: Course) -> str | None:
    last = state.last_given
    given = next((one.order for one in state.orders if last is not None and one.order.number == last.order), None)
    return given.regimen if given else None


def _totals(seen: Seen) -> Iterator[str]:
    running = seen.around.catalog.practice["running-total"].fact.quantity
    since = seen.around.now - dt.timedelta(days=float(running.to("d").value))
    doses = (*all_doses(seen.state), *seen.around.elsewhere)
    for drug in dict.fromkeys(one.drug for one in doses):
        found = total(doses, drug, since=since, until=seen.around.now)
        if found is not None:
            most = "" if found.is_certain else "at most "
            yield f"Given in the last {running}: {found.name}, {most}{found.dose.to_places(1)} in {found.sessions} infusion{'' if found.sessions == 1 else 's'}."


def _harms(state: Course) -> str:
    events: Sequence[int] = [one.grade for _, one in state.harms]
    return (
        f"Adverse events in this course: {len(events)}, the gravest of grade {max(events)}."
        if events
        else "No adverse event on record."
    )
