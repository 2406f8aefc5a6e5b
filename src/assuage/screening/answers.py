"""What a rule rests on for this patient: each fact it asks about, with its answer and its age; and the rules that found nothing."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.finding import Finding
from assuage.patient import Unknown, Value
from assuage.patient.fields import GROUPS
from assuage.quantity import Quantity, show
from assuage.regimen import Regimen
from assuage.rule import Rule
from assuage.screening.derived import NEEDS
from assuage.screening.scope import scope_of
from assuage.screening.state import LISTS, State
from assuage.screening.truth import asked, judge
from assuage.screening.wording import label

# Findings about a fact itself are called by it.
ABOUT = ("not-usable-", "not-known-", "renew-")
YES_NO = {True: "yes", False: "no"}


class Answer(msgspec.Struct, frozen=True):
    """One fact as a rule sees it. `on` is its day and `days` its age on the day that is judged, where it has one."""

    name: str
    label: str
    said: str
    on: dt.date | None
    days: int | None
    is_known: bool


class Clear(msgspec.Struct, frozen=True):
    """A rule that was judged and found nothing, with what it asked."""

    rule: Rule
    answers: tuple[Answer, ...]


def answers(finding: Finding, state: State) -> tuple[Answer, ...]:
    """Every fact that the rules of a finding ask about, once each."""
    names: dict[str, None] = {}
    for rule_id in dict.fromkeys((finding.rule, *finding.merged)):
        rule = state.catalog.rules.get(rule_id)
        if rule is not None and rule.when is not None:
            names.update(dict.fromkeys(asked(rule.when)))
        for about in ABOUT:
            if rule_id.startswith(about):
                names[rule_id.removeprefix(about)] = None
    return tuple(answer(name, state) for name in names)


def answer(name: str, state: State) -> Answer:
    """One fact, a list, or a value that follows from others; the age of what follows is that of the oldest it rests on."""
    on = _day(name, state)
    days = None if on is None else (state.day - on).days
    said, is_known = _said(name, state)
    words = name if name in LISTS.values() else label(name, state)
    return Answer(name, words, said, on, days, is_known)


def _day(name: str, state: State) -> dt.date | None:
    days = [
        fact.on
        for each in (name, *NEEDS.get(name, ()))
        if not isinstance(fact := state.patient.fact(each), Unknown) and fact.on is not None
    ]
    return min(days, default=None)


def _said(name: str, state: State) -> tuple[str, bool]:
    if name in (*LISTS.values(), "tried"):
        listed = state.entries(name)
        if isinstance(listed, Unknown):
            return "not asked", False
        return ", ".join(_entry(one.listed.name, one.listed.is_stopped) for one in listed) or "asked, none", True
    value = state.get(name)
    if name in GROUPS and value is True:
        return "recorded", True
    if isinstance(value, Unknown):
        return f"not known: {value.reason}", False
    return _shown(value), True


def _entry(name: str, is_stopped: bool) -> str:
    return f"{name.replace('-', ' ')}{' (stopped)' if is_stopped else ''}"


def _shown(value: Value) -> str:
    if isinstance(value, bool):
        return YES_NO[value]
    return show(value, places=2) if isinstance(value, Quantity) else value.replace("-", " ")


def found_nothing(regimen: Regimen, state: State) -> tuple[Clear, ...]:
    """The rules that look at a regimen and were judged to say nothing of this patient, in the order of the catalog."""
    found = []
    for one in scope_of(regimen, state.catalog).rules:
        when = one.rule.when
        if when is not None and judge(when, state) == "false":
            found.append(Clear(one.rule, tuple(answer(name, state) for name in asked(when))))
    return tuple(found)
