"""A plan for a course as it stands: the same composition as on the command line, with what the form chose."""

from __future__ import annotations

import datetime as dt
from typing import get_args
from urllib.parse import urlencode

import msgspec

from assuage.catalog.clinic import Mode
from assuage.course.gates_today import patient_of
from assuage.errors import AssuageError, PlanError, Problem
from assuage.plan import Override, Plan, Request, make_plan
from assuage.quantity import Quantity
from assuage.registry.store import Known
from assuage.web.asked import Asked

MODES: tuple[Mode, ...] = get_args(Mode)
MORNING = dt.time(9, 0)


class Chosen(msgspec.Struct, frozen=True):
    """What a form chose: regimen, start in the clinic's zone, vial and way of adding; empty where the clinic's own.

    `problem` is what is wrong with it: nothing is planned then, and nothing is put in its place.
    """

    regimen: str
    start: dt.datetime
    presentation: str
    mode: str
    problem: Problem | None = None


def chosen(asked: Asked, known: Known) -> Chosen:
    """What was chosen by the address or the form; the latest screening's regimen and the next open morning where nothing was."""
    sent = asked.text if asked.method == "POST" else asked.asks
    screened = known.state.screening
    regimen = sent("regimen") or (screened[1].regimen if screened else "")
    mode = sent("mode")
    start, problem = _start(sent("start"), asked)
    if mode and mode not in MODES:
        problem = Problem(f"“{mode}”", "how it is added", f"one of: {', '.join(MODES)}", "choose one of them")
    return Chosen(regimen, start, sent("presentation"), mode, problem)


def _start(text: str, asked: Asked) -> tuple[dt.datetime, Problem | None]:
    """The start that was written; without one the next open morning, and what is wrong with one that cannot be read."""
    zone = asked.settings.profile.zone
    morning = dt.datetime.combine(next_open(asked), MORNING, tzinfo=zone)
    if not text:
        return morning, None
    try:
        found = dt.datetime.fromisoformat(text)
    except ValueError:
        return morning, Problem(f"“{text}”", "the first infusion", "a day and a time, such as 2026-11-30T09:00", "write it that way")  # fmt: skip
    return found if found.tzinfo else found.replace(tzinfo=zone), None


def choice_of(one: Chosen) -> str:
    """What was chosen, as a query: the same plan on every page."""
    start = f"{one.start:%Y-%m-%dT%H:%M}"
    return urlencode({"regimen": one.regimen, "presentation": one.presentation, "mode": one.mode, "start": start})


def next_open(asked: Asked) -> dt.date:
    """The next day after today on which the clinic is open."""
    profile = asked.settings.profile
    day = asked.now.astimezone(profile.zone).date() + dt.timedelta(days=1)
    while day in profile.holidays or day.strftime("%A").lower() not in profile.open:
        day += dt.timedelta(days=1)
    return day


def planned(asked: Asked, known: Known, one: Chosen) -> Plan | None:
    """The plan; none where there are no facts, or no such regimen. Errors: as `make_plan`."""
    settings = asked.settings
    if one.problem is not None:
        raise PlanError(one.problem)
    if known.state.facts is None or one.regimen not in settings.catalog.regimens:
        return None
    overrides = tuple(
        Override(each.rule, _prescriber(known, each.rule), each.second.name, each.reason)
        for each in known.state.overrides
    )
    request = Request(
        start=one.start, presentations=(one.presentation,) if one.presentation else (), mode=next((m for m in MODES if m == one.mode), None),
        overrides=_standing(overrides, known, one),
    )  # fmt: skip
    return make_plan(
        patient_of(known.state.facts.document), settings.catalog.regimens[one.regimen], catalog=settings.catalog,
        clinic=settings.clinic, as_of=asked.now.astimezone(settings.profile.zone).date(), request=request,
    )  # fmt: skip


def _standing(overrides: tuple[Override, ...], known: Known, one: Chosen) -> tuple[Override, ...]:
    """Overrides of what the latest screening of this regimen found: an override of nothing is refused."""
    screened = known.state.screening
    if screened is None or screened[1].regimen != one.regimen:
        return ()
    found = {each.rule for each in screened[1].findings}
    return tuple(each for each in overrides if each.rule in found)


def _prescriber(known: Known, rule: str) -> str:
    from assuage.course.event import Overridden
    from assuage.course.people import Person

    for record in known.records:
        if isinstance(record.event, Overridden) and record.event.rule == rule and isinstance(record.by, Person):
            return record.by.name
    return "not known"


def weight_of(known: Known) -> Quantity | None:
    """The weight on record."""
    if known.state.facts is None:
        return None
    fact = patient_of(known.state.facts.document).facts.get("weight")
    return fact.value if fact is not None and isinstance(fact.value, Quantity) else None


def said(error: AssuageError) -> str:
    """What a refusal of the planner says, in one line."""
    one = error.problems[0]
    return f"{one.what}: {one.do}"
