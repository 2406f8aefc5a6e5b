"""What is known of a patient on one day: values in one unit, checked for age and plausibility, lists resolved to terms.

A value that is missing, stale, implausible, contradictory or dated after the day is not known, and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from decimal import Decimal
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.catalog.terms import Resolution, resolve
from assuage.patient import Dated, Listed, Patient, Unknown, Value
from assuage.quantity import EXACT, Quantity, Substance
from assuage.screening.body import Body, Computed, Formulas
from assuage.screening.truth import Truth

Doubt = Literal["missing", "stale", "implausible", "contradictory", "later"]
LISTS = {"condition": "conditions", "medication": "medications", "allergy": "allergies"}
KINDS: dict[str, Literal["drug", "condition", "allergen"]] = {
    "conditions": "condition", "medications": "drug", "allergies": "allergen", "tried": "drug",
}  # fmt: skip
# A fact of a group goes stale with its group.
STALE_AS = {"ecg": "ecg", "vitals": "vitals", "knee_jerk": "vitals", "urine": "vitals", "liver": "liver"}
BODY_FACTS = ("bmi", "egfr", "crcl", "ideal_weight", "adjusted_weight", "lean_weight", "egfr_indexed")


class Doubted(Unknown, frozen=True):
    """An unknown that began as a value: what is wrong with it, and where it stands."""

    doubt: Doubt = "missing"
    place: str = ""


class Entry(msgspec.Struct, frozen=True):
    """One entry of a list, with what it was understood as."""

    listed: Listed
    resolution: Resolution
    counts: bool  # False once a stopped drug is past its wash-out


class State:
    """The patient as known on `day`. Reads nothing but its arguments."""

    def __init__(self, patient: Patient, day: dt.date, *, catalog: Catalog, clinic: Clinic, formulas: Formulas) -> None:
        self.patient, self.day, self.catalog, self.clinic, self.formulas = patient, day, catalog, clinic, formulas
        self._values: dict[str, Value | Unknown] = {}
        self._entries: dict[str, tuple[Entry, ...] | Unknown] = {}
        self._computed: dict[str, Computed | None] | None = None

    def get(self, name: str) -> Value | Unknown:
        """A fact by name, computed ones included, or why it is not known."""
        if name not in self._values:
            derive = DERIVED.get(name)
            self._values[name] = derive(self) if derive else self._recorded(name)
        return self._values[name]

    def quantity(self, name: str) -> Quantity | None:
        """A fact known to be a quantity, or None."""
        value = self.get(name)
        return value if isinstance(value, Quantity) else None

    def entries(self, which: str) -> tuple[Entry, ...] | Unknown:
        """A list with each entry resolved, or Unknown when it was not asked."""
        if which not in self._entries:
            listed = getattr(self.patient, which)
            self._entries[which] = (
                listed if isinstance(listed, Unknown) else tuple(self._entry(one, KINDS[which]) for one in listed)
            )
        return self._entries[which]

    def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
        """Whether a list holds anything wanted; unknown when not asked or when an entry is not understood."""
        entries = self.entries(LISTS[which])
        if isinstance(entries, Unknown):
            return "unknown"
        answers = {_match(entry, wanted) for entry in entries if entry.counts}
        return "true" if "true" in answers else "unknown" if "unknown" in answers else "false"

    def holding(self, which: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The entries, as written, that answer to anything wanted."""
        entries = self.entries(LISTS[which])
        if isinstance(entries, Unknown):
            return ()
        return tuple(e.listed.name for e in entries if e.counts and _match(e, wanted) == "true")

    def computed(self, name: str) -> Computed | None:
        """A computed body or renal value with its formula and working."""
        if self._computed is None:
            body = self._body()
            self._computed = {one: getattr(self.formulas, one)(body) for one in BODY_FACTS}
        return self._computed[name]

    def _entry(self, listed: Listed, kind: Literal["drug", "condition", "allergen"]) -> Entry:
        resolution = resolve(listed.name, kind, self.catalog.terms)
        return Entry(listed, resolution, self._still_counts(listed, resolution))

    def _still_counts(self, listed: Listed, resolution: Resolution) -> bool:
        if not listed.is_stopped or listed.stopped is None:
            return True  # never stopped, or stopped on a day nobody knows: still counts
        if listed.stopped > self.day:
            return True
        term = self.catalog.terms.get(resolution.term or "")
        if term is None or term.washout is None:
            return term is None
        days = term.washout.quantity.to("d").value
        return Decimal((self.day - listed.stopped).days) < days

    def _recorded(self, name: str) -> Value | Unknown:
        if name in LISTS.values():
            entries = self.entries(name)
            return entries if isinstance(entries, Unknown) else True
        fact = self.patient.fact(name)
        if isinstance(fact, Unknown):
            return Doubted(fact.reason, "missing")
        return self.too_old(name, fact) or self._measured(name, fact)

    def too_old(self, name: str, fact: Dated) -> Doubted | None:
        """Why a dated fact does not count on this day, if it does not."""
        if fact.on is None:
            return None
        if fact.on > self.day:
            return Doubted(f"dated {show_date(fact.on)}, after {show_date(self.day)}", "later", fact.place)
        limit = self.clinic.stale_after.get(self._stale_as(name))
        age = (self.day - fact.on).days
        if limit is not None and Decimal(age) > limit.value:
            when = f"{show_date(fact.on)}, {age} days before {show_date(self.day)}"
            return Doubted(f"from {when}; the clinic's limit is {limit}", "stale", fact.place)
        return None

    def _stale_as(self, name: str) -> str:
        measurement = self.catalog.measurements.get(name)
        if measurement is not None and measurement.stale_as:
            return measurement.stale_as
        return STALE_AS.get(name.split(".")[0], name)

    def _measured(self, name: str, fact: Dated) -> Value | Unknown:
        measurement = self.catalog.measurements.get(name)
        if measurement is None or not isinstance(fact.value, Quantity):
            return fact.value
        value = self.in_unit(name, fact.value)
        low, high = measurement.plausible_low.quantity, measurement.plausible_high.quantity
        if value.compare(low) < 0 or value.compare(high) > 0:
            shown = f"{fact.value}" if fact.value.unit == value.unit else f"{fact.value} ({value.to_places(1)})"
            why = f"{shown} is outside {low} to {high}. {measurement.slip or 'Check the value and its unit.'}"
            return Doubted(why, "implausible", fact.place)
        return value

    def in_unit(self, name: str, value: Quantity) -> Quantity:
        """A measured value in the unit its rules compare it in."""
        measurement = self.catalog.measurements[name]
        if measurement.molar_mass is None:
            return value.to(measurement.unit) if value.unit != "g" else Quantity(value.value / 1000, "kg")
        grams = measurement.molar_mass.quantity.value
        return _concentration(value, measurement.unit, Substance(name, name, grams, measurement.valence))

    def _body(self) -> Body:
        sex, creatinine = self.get("sex"), self.quantity("creatinine")
        mg_dl = None
        if creatinine is not None:
            grams = self.catalog.measurements["creatinine"].molar_mass
            assert grams is not None
            substance = Substance("creatinine", "creatinine", grams.quantity.value)
            mg_dl = _concentration(creatinine, "mg/dL", substance).value
        return Body(
            weight=self.quantity("weight"),
            height=self.quantity("height"),
            is_female=None if isinstance(sex, Unknown) else sex == "female",
            age=None if isinstance(self.get("age"), Unknown) else self.patient.age_on(self.day),
            creatinine_mg_dl=mg_dl,
        )


def _concentration(value: Quantity, unit: str, substance: Substance) -> Quantity:
    """mg/dL, mEq/L, mmol/L … of one substance, per litre."""
    amount, per = value.unit.split("/")
    wanted, wanted_per = unit.split("/")
    scaled = Quantity(value.value, amount).to(wanted, substance)
    litres = Quantity(Decimal(1), per).to(wanted_per).value
    return Quantity(EXACT.divide(scaled.value, litres), unit)


def _match(entry: Entry, wanted: tuple[str, ...]) -> Truth:
    if entry.resolution.term is None:
        return "unknown"  # words nobody understood could be anything
    return "true" if set(wanted) & {entry.resolution.term, *entry.resolution.classes} else "false"


def show_date(day: dt.date) -> str:
    """A date no one can misread: 03-Feb-2026."""
    return f"{day.day:02d}-{MONTHS[day.month - 1]}-{day.year}"


MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def _age(state: State) -> Value | Unknown:
    age = state.patient.age_on(state.day)
    if age is None or state.patient.birth_date is None:
        return Doubted("birth date not in the patient file", "missing")
    value = Quantity(Decimal(age), "a")
    measurement = state.catalog.measurements["age"]
    low, high = measurement.plausible_low.quantity, measurement.plausible_high.quantity
    if value.compare(low) < 0 or value.compare(high) > 0:
        born = show_date(state.patient.birth_date)
        return Doubted(f"born {born}: {age} years is outside {low} to {high}. {measurement.slip}", "implausible")
    return value


def _formula(name: str) -> Callable[[State], Value | Unknown]:
    def derive(state: State) -> Value | Unknown:
        computed = state.computed(name)
        if computed is None:
            return Doubted(f"{name} cannot be computed: a fact it needs is not known", "missing")
        measurement = state.catalog.measurements.get(name)
        if measurement and (
            computed.value.compare(measurement.plausible_low.quantity) < 0
            or computed.value.compare(measurement.plausible_high.quantity) > 0
        ):
            span = f"{measurement.plausible_low.quantity} to {measurement.plausible_high.quantity}"
            return Doubted(f"{computed.working}, outside {span}. {measurement.slip}", "implausible")
        return computed.value

    return derive


def _renal(state: State) -> Value | Unknown:
    """The worse of the two renal estimates; unknown unless both are known."""
    both = [state.get("egfr"), state.get("crcl")]
    known = [value for value in both if isinstance(value, Quantity)]
    if len(known) < len(both):
        return Doubted("renal function cannot be computed: creatinine, sex, age, weight and height are all needed")
    return min(known, key=lambda value: value.value)


def _pain_duration(state: State) -> Value | Unknown:
    since = state.patient.fact("pain.since")
    if isinstance(since, Unknown):
        return Doubted(since.reason, "missing")
    days = (state.day - dt.date.fromisoformat(str(since.value))).days
    if days < 0:
        return Doubted(f"pain since {since.value}, after {show_date(state.day)}", "later", since.place)
    return Quantity(Decimal(days), "d").to("mo")


def _creatinine_doubled(state: State) -> Value | Unknown:
    fact = state.patient.fact("creatinine")
    if isinstance(fact, Unknown) or fact.on is None or not isinstance(fact.value, Quantity):
        return Doubted("creatinine is not known", "missing")
    days = state.catalog.practice["creatinine-doubling"].fact.quantity.to("d").value
    now = state.in_unit("creatinine", fact.value).value
    before = [
        state.in_unit("creatinine", one.value).value
        for one in fact.earlier
        if isinstance(one.value, Quantity) and one.on is not None and 0 <= (fact.on - one.on).days <= days
    ]
    return any(now >= 2 * value for value in before)


def _pregnancy(state: State) -> Value | Unknown:
    if state.patient.facts.get("pregnancy") is None and state.get("sex") == "male":
        return "not-applicable"
    return state._recorded("pregnancy")


DERIVED: dict[str, Callable[[State], Value | Unknown]] = {
    "age": _age,
    "renal": _renal,
    "pain.duration": _pain_duration,
    "creatinine_doubled": _creatinine_doubled,
    "pregnancy": _pregnancy,
    **{name: _formula(name) for name in BODY_FACTS},
}
