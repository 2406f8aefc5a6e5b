"""Facts that follow from others: age, body size, renal function, how long the pain has lasted.

Each answers with a value, or with what is in doubt. `NEEDS` names what a derived fact rests on.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from functools import partial
from typing import TYPE_CHECKING

from assuage.patient import Unknown, Value
from assuage.quantity import Quantity
from assuage.screening.truth import Doubted

if TYPE_CHECKING:
    from assuage.screening.state import State

Derive = Callable[["State"], Value | Unknown]
BODY_FACTS = ("bmi", "egfr", "crcl", "ideal_weight", "adjusted_weight", "lean_weight", "egfr_indexed")
ESTIMATES = ("egfr", "crcl")
RENAL = ("creatinine", "weight", "height", "age", "sex")
NEEDS: dict[str, tuple[str, ...]] = {
    "bmi": ("weight", "height"), "renal": (*RENAL, "egfr_reported"), "egfr": RENAL, "crcl": RENAL,
    "egfr_indexed": ("creatinine", "age", "sex"), "ideal_weight": ("height", "sex"),
    "adjusted_weight": ("weight", "height", "sex"), "lean_weight": ("weight", "height", "sex"),
    "creatinine_doubled": ("creatinine",), "creatinine.age": ("creatinine",), "pain.duration": ("pain.since",),
}  # fmt: skip


def age(state: State) -> Value | Unknown:
    """Completed years on the day."""
    years = state.patient.age_on(state.day)
    if years is None:
        return Doubted(f"it cannot be computed without {state.why_missing('birth_date')}")
    value = Quantity(Decimal(years), "a")
    if reason := state.implausible("age", value):
        return Doubted(f"born {state.born}: {reason}", "implausible")
    return value


def computed(name: str, state: State) -> Value | Unknown:
    """A body or renal value by its formula; implausible results are in doubt."""
    found = state.computed(name)
    if found is None:
        return Doubted(f"it cannot be computed without {state.lacking(NEEDS[name])}")
    if reason := state.implausible(name, found.value):
        return Doubted(f"{found.working}; {reason}", "implausible")
    return found.value


def estimates(state: State) -> dict[str, Quantity]:
    """Every estimate of renal function there is, by its formula's name, in mL/min."""
    found = {}
    for name in ESTIMATES:
        one = state.computed(name)
        if one is not None:
            found[one.formula] = one.value
    reported = state.quantity("egfr_reported")
    if reported is not None:
        found["as the laboratory reported it"] = Quantity(reported.value, "mL/min")
        area = state.formulas.area(state.body)
        if reported.unit != "mL/min" and area is not None:
            found["as reported, for this body's surface"] = state.formulas.deindexed(reported, area)
    return found


def renal(state: State) -> Value | Unknown:
    """The lowest of all estimates. While one formula cannot be computed the lowest found is only a ceiling."""
    lowest = min(estimates(state).values(), key=lambda value: value.value, default=None)
    if lowest is None or any(state.computed(name) is None for name in ESTIMATES):
        return Doubted(f"it cannot be computed without {state.lacking(RENAL)}", at_most=lowest)
    return lowest


def pain_duration(state: State) -> Value | Unknown:
    """Months since the pain began."""
    since = state.patient.fact("pain.since")
    if isinstance(since, Unknown):
        return Doubted(since.reason)
    begun = dt.date.fromisoformat(str(since.value))
    days = (state.day - begun).days
    if days < 0:
        return Doubted(f"it began on {show_date(begun)}, after {show_date(state.day)}", "later", since.place)
    return Quantity(Decimal(days), "d").to("mo")


def creatinine_age(state: State) -> Value | Unknown:
    """Days since creatinine was measured."""
    value, fact = state.get("creatinine"), state.patient.fact("creatinine")
    if isinstance(value, Unknown) or isinstance(fact, Unknown) or fact.on is None:
        return Doubted("creatinine is not known")
    return Quantity(Decimal((state.day - fact.on).days), "d")


def creatinine_doubled(state: State) -> Value | Unknown:
    """Whether creatinine is at least twice any value of the 48 h before it (catalog: practice, creatinine-doubling)."""
    now, fact = state.quantity("creatinine"), state.patient.fact("creatinine")
    if now is None or isinstance(fact, Unknown) or fact.on is None:
        return Doubted("creatinine is not known")
    days = state.catalog.practice["creatinine-doubling"].fact.quantity.to("d").value
    before = [
        state.in_unit("creatinine", one.value).value
        for one in fact.earlier
        if isinstance(one.value, Quantity) and one.on is not None and (fact.on - one.on).days <= days
    ]
    return any(now.value >= 2 * value for value in before)


def pregnancy(state: State) -> Value | Unknown:
    """As recorded; where nothing is recorded, it does not arise in a man."""
    if "pregnancy" not in state.patient.facts and state.get("sex") == "male":
        return "not-applicable"
    return state.recorded("pregnancy")


def child_pugh(state: State) -> Value | Unknown:
    """As recorded; where nothing is recorded, it does not arise without liver disease, or with one that is graded."""
    if "liver.child_pugh" in state.patient.facts:
        return state.recorded("liver.child_pugh")
    has_disease = state.among("condition", ("liver-disease", "cirrhosis"))
    is_graded = state.among("condition", ("moderate-liver-disease", "severe-liver-disease", "hepatic-failure"))
    return "not-applicable" if has_disease == "false" or is_graded == "true" else state.recorded("liver.child_pugh")


def diagnosis(state: State) -> Value | Unknown:
    """The id of the condition the pain's diagnosis names; the words as they stand where they name none."""
    value = state.recorded("pain.diagnosis")
    if not isinstance(value, str):
        return value
    return state.resolved(value, "condition").term or value


def show_date(day: dt.date) -> str:
    """A date no one can misread: 03-Feb-2026."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")

DERIVED: dict[str, Derive] = {
    "age": age,
    "renal": renal,
    "pain.duration": pain_duration,
    "pain.diagnosis": diagnosis,
    "creatinine.age": creatinine_age,
    "creatinine_doubled": creatinine_doubled,
    "pregnancy": pregnancy,
    "liver.child_pugh": child_pugh,
    **{name: partial(computed, name) for name in BODY_FACTS},
}
