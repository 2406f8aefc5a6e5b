"""Which arms of the catalog tell what to expect of a regimen, and why every other arm of its drug does not.

An arm counts if people, with a condition the regimen is for, had its drug or drugs, in its dose, by its route and in its
series, and were counted for the asked outcome within the window of the asked time. What is not stated is not alike.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from decimal import Decimal

import msgspec

from assuage.catalog.model import Catalog
from assuage.errors import AssuageError
from assuage.evidence.asked import Asked, outcome_words, when_words
from assuage.quantity import Quantity, parse, show
from assuage.regimen import Regimen
from assuage.sourced import Fact
from assuage.study import PLACEBO, Arm, Coded, Responders, Study

ROUTES = {"IV": "intravenous", "IM": "intramuscular"}
NO_COUNT = "no count of people with relief was read"
# A study whose readings differ in how many there were is not counted.
_OF_PEOPLE = re.compile(r"\b(?:patients|people|responders?|pain free)\b")


class Regime(msgspec.Struct, frozen=True):
    """A regimen as arms are compared with it: drugs with their doses, routes, number of sessions and days between them.

    A dose, a number or an interval that has no value is none, and like nothing. `own` are the arms it was taken from.
    """

    drugs: tuple[str, ...]
    doses: dict[str, tuple[Quantity | None, ...]]
    given: frozenset[str]
    routes: tuple[str, ...]
    conditions: tuple[str, ...]
    sessions: Decimal | None
    every_days: Decimal | None
    own: frozenset[tuple[str, str]]


class Counted(msgspec.Struct, frozen=True):
    """An arm that counts: events of n for an outcome and a time in the study's own words.

    `also_had` is what else everybody in it had; `has_placebo` whether its study had a placebo.
    """

    study: str
    arm: str
    row: str
    outcome: str
    time: str
    events: int
    n: int
    also_had: tuple[str, ...]
    has_placebo: bool


class LeftOut(msgspec.Struct, frozen=True):
    """An arm of the same drug that does not count, with every reason."""

    study: str
    arm: str
    reasons: tuple[str, ...]


def regime_of(regimen: Regimen) -> Regime:
    """What of a regimen an arm must be like; drugs that were given for blinding, or against another's effects, are not."""
    pairs = [(step, one) for step in regimen.steps for one in step.components if one.role == "therapy"]
    drugs = tuple(sorted({one.drug for _, one in pairs}))
    schedule = regimen.schedule
    count = _quantity(schedule.count) if schedule else None
    every = _quantity(schedule.every) if schedule and schedule.every else None
    own = [one for one in regimen.expectations if regimen.basis == "as-studied" and one.study == regimen.study]
    return Regime(
        drugs=drugs,
        doses={drug: tuple(_quantity(one.dose) for _, one in pairs if one.drug == drug) for drug in drugs},
        given=frozenset(one.drug for step in regimen.steps for one in step.components),
        routes=tuple(dict.fromkeys(step.route for step in regimen.steps)),
        conditions=regimen.indications,
        sessions=None if count is None else count.value,
        every_days=None if every is None else every.to("d").value,
        own=frozenset((one.study, one.arm) for one in own),
    )


def _quantity(fact: Fact) -> Quantity | None:
    try:
        return fact.quantity
    except AssuageError:  # not stated, disputed, or words
        return None


class Search(msgspec.Struct, frozen=True):
    """What is looked for: like which regimen, which outcome and time, how wide a window, and what may differ."""

    like: Regime
    asked: Asked
    window_days: Decimal
    any_dose: bool = False
    any_series: bool = False


def alike(search: Search, catalog: Catalog) -> tuple[tuple[Counted, ...], tuple[LeftOut, ...]]:
    """The arms that count, and all others of the same drug or drugs with every reason, in the order of the catalog.

    Holds     an arm is in one of the two once; nobody is counted twice: parts of arms and arms taken together never count
    Checked   tests/unit/test_expectation_arms.py
    """
    counted: list[Counted] = []
    left: list[LeftOut] = []
    if not search.like.drugs:
        return (), ()
    for study in catalog.studies.values():
        if study.record_type not in ("primary_study", "regimen"):
            continue
        for arm in study.arms:
            if not set(search.like.drugs) <= set(_drugs(arm, study)):
                continue
            found = _judged(arm, study, search=search, catalog=catalog)
            if isinstance(found, Counted):
                counted.append(found)
            else:
                left.append(found)
    return tuple(counted), tuple(left)


def _drugs(arm: Arm, study: Study) -> tuple[str, ...]:
    """The drugs of an arm as its rows are coded; where no row is, as they were given."""
    coded = [coded.drugs for name, coded in _rows(study) if name == arm.id]
    return coded[0] if coded else given(arm)


def _rows(study: Study) -> Iterator[tuple[str, Coded]]:
    """Every coded row of a study with the arm it names."""
    yield from ((row.arm, row.coded) for row in study.responders if row.coded is not None)
    yield from ((row.arm, row.coded) for row in study.outcomes if row.coded is not None)
    yield from ((row.arm, row.coded) for row in study.harms if row.coded is not None)


def given(arm: Arm) -> tuple[str, ...]:
    """Everything an arm was given, by the ids of the catalog."""
    return tuple(one.drug.replace(" ", "-") for one in arm.drugs)


def _judged(arm: Arm, study: Study, *, search: Search, catalog: Catalog) -> Counted | LeftOut:
    """The row of an arm that comes nearest to what is asked: it counts, or its reasons stand for the arm."""
    always = [*_of_study(study, catalog), *_of_arm(arm, study, search=search)]
    rows = [(row, row.coded) for row in study.responders if row.arm == arm.id and row.coded is not None]
    if not rows:
        return LeftOut(study.id, arm.label, (*_of_study(study, catalog), NO_COUNT))
    judged = [(list(_of_row(row, coded, search=search)), row, coded) for row, coded in rows]
    reasons, row, coded = min(judged, key=lambda one: (len(one[0]), _apart(one[2], search.asked)))
    if reasons or always or row.events is None:
        return LeftOut(study.id, arm.label, (*reasons, *always))
    also = tuple(drug for drug in given(arm) if drug not in coded.drugs)
    return Counted(
        study.id, arm.label, coded.id, row.threshold, row.time, row.events, row.n, also, has_placebo(study)
    )  # fmt: skip


def _apart(coded: Coded, asked: Asked) -> Decimal:
    """Days between a row and what is asked; a row in the same window comes first."""
    if coded.window == asked.window or coded.days is None or asked.days is None:
        return Decimal(0)
    return abs(coded.days - asked.days)


def has_placebo(study: Study) -> bool:
    """Whether any arm or printed difference of a study is against placebo."""
    arms = any(name.startswith(PLACEBO) for arm in study.arms for name in given(arm))
    return arms or any(PLACEBO in (*coded.drugs, coded.comparator) for _, coded in _rows(study))


def _of_study(study: Study, catalog: Catalog) -> Iterator[str]:
    if study.design is not None and study.design.species is not None:
        yield f"animals ({study.design.species})"
    if study.retracted is not None:
        yield f"retracted: {study.retracted}"
    for name in (study.id, f"studies.{study.id}"):
        if name in catalog.recalls:
            yield f"recalled: {catalog.recalls[name].because}"
    if any(_OF_PEOPLE.search(one.field) for one in study.conflicts):
        yield "how many there were is disputed"
    if study.confidence == "unverified":
        yield "UNVERIFIED"


def _of_arm(arm: Arm, study: Study, *, search: Search) -> Iterator[str]:
    like = search.like
    others = [drug for drug in _drugs(arm, study) if drug not in like.given]
    if others and (study.id, arm.id) not in like.own:
        yield f"given together with {' and '.join(others).replace('-', ' ')}"
    route = next((name for sign, name in ROUTES.items() if (arm.route or "").startswith(sign)), arm.route)
    if route not in like.routes:
        yield f"another route ({route or 'not stated'})"
    if (study.id, arm.id) in like.own:
        return
    if not search.any_dose and not all(_has_dose(arm, drug, like) for drug in like.drugs):
        yield f"another dose ({_doses(arm, like)})"
    if not search.any_series and not _is_series(arm, like):
        yield f"another series ({_series(arm)})"


def _has_dose(arm: Arm, drug: str, like: Regime) -> bool:
    for one in arm.drugs:
        if one.drug.replace(" ", "-") == drug and one.dose is not None:
            dose = _parsed(f"{one.dose} {one.unit}")
            return any(_is_same(dose, mine) for mine in like.doses[drug])
    return False


def _parsed(text: str) -> Quantity | None:
    try:
        return parse(text)
    except AssuageError:  # a unit in words
        return None


def _is_same(one: Quantity | None, other: Quantity | None) -> bool:
    if one is None or other is None:
        return False
    try:
        return one.compare(other) == 0
    except AssuageError:  # 30 mg/kg is no number of mg before somebody is weighed
        return False


def _doses(arm: Arm, like: Regime) -> str:
    mine = [one for one, drug in zip(arm.drugs, given(arm), strict=True) if drug in like.drugs and one.dose is not None]
    told = [show(dose) if (dose := _parsed(f"{one.dose} {one.unit}")) else f"{one.dose} {one.unit}" for one in mine]
    return " and ".join(told) or "not stated"


def _is_series(arm: Arm, like: Regime) -> bool:
    if arm.infusions is None or like.sessions is None or arm.infusions != like.sessions:
        return False
    return arm.interval_days is None or like.every_days is None or arm.interval_days == like.every_days


def _series(arm: Arm) -> str:
    if arm.infusions is None:
        return arm.infusions_text or "number of infusions not stated"
    count = f"{arm.infusions} infusion{'' if arm.infusions == 1 else 's'}"
    apart = arm.interval_days if arm.infusions > 1 else None
    return count if apart is None else f"{count}, {show(Quantity(apart, 'd'))} apart"


def _of_row(row: Responders, coded: Coded, *, search: Search) -> Iterator[str]:
    asked, like = search.asked, search.like
    if coded.condition not in like.conditions:
        yield f"another condition ({coded.condition.replace('-', ' ')})"
    if coded.outcome != asked.outcome:
        yield f"another outcome ({outcome_words(coded.outcome)})"
    if not _is_in_time(coded, asked, search.window_days):
        yield f"another time ({when_words(coded.window, is_series=coded.infusions != 1)})"
    if row.denominator != "patients":
        yield f"counts {row.denominator}, not people"
    if row.events is None:
        yield "the printed percentage is no whole count"
    if row.confidence == "unverified":
        yield "UNVERIFIED"


def _is_in_time(coded: Coded, asked: Asked, window_days: Decimal) -> bool:
    """In the asked window; or on a day within the prior's, where the asked day lies further off than that is wide."""
    if coded.window == asked.window and coded.days == asked.days:
        return True
    if coded.days is None or asked.days is None or asked.days < window_days:
        return False
    return abs(coded.days - asked.days) <= window_days
