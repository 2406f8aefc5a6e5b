"""What is known of a patient on one day: values in one unit, checked for age and plausibility, lists resolved to terms.

A value that is missing, stale, implausible, contradictory or dated after the day is not known, and says why.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterable
from decimal import Decimal
from functools import lru_cache
from typing import Literal

import msgspec

from assuage.catalog import Catalog
from assuage.catalog.clinic import Clinic
from assuage.catalog.terms import Resolution, TermKind, resolve
from assuage.drug import Term
from assuage.patient import Dated, Listed, Patient, Unknown, Value
from assuage.quantity import EXACT, Quantity, Substance, show
from assuage.screening.body import Body, Computed, Formulas
from assuage.screening.derived import BODY_FACTS, DERIVED, NEEDS, show_date
from assuage.screening.ecg import EcgWords, read_words
from assuage.screening.free_text import is_of_no_account, reach_of
from assuage.screening.same import Same
from assuage.screening.truth import ORDER, Doubt, Doubted, Truth

__all__ = ["KINDS", "LISTS", "NEEDS", "Doubt", "Doubted", "Entry", "State", "show_date"]

LISTS = {"condition": "conditions", "medication": "medications", "allergy": "allergies"}
KINDS: dict[str, Literal["drug", "condition", "allergen"]] = {
    "conditions": "condition", "medications": "drug", "allergies": "allergen", "tried": "drug",
}  # fmt: skip
# Facts that no measurement record describes go stale as these do.
STALE_AS = {"ecg": "ecg", "vitals": "vitals", "knee_jerk": "vitals", "urine": "vitals", "liver": "liver",
            "egfr_reported": "creatinine"}  # fmt: skip


class Entry(msgspec.Struct, frozen=True):
    """One entry of a list, with what it was understood as.

    `counts` is false once a stopped drug is past its wash-out; `matters` is false where the words were not understood
    and yet cannot name anything that a rule asks for.
    """

    listed: Listed
    resolution: Resolution
    counts: bool
    matters: bool


class State:
    """The patient as known on `day`. Reads nothing but its arguments."""

    def __init__(self, patient: Patient, day: dt.date, *, catalog: Catalog, clinic: Clinic, formulas: Formulas) -> None:
        self.patient, self.day, self.catalog, self.clinic, self.formulas = patient, day, catalog, clinic, formulas
        self._values: dict[str, Value | Unknown] = {}
        self._entries: dict[str, tuple[Entry, ...] | Unknown] = {}
        self._computed: dict[str, Computed | None] = {}
        self._body: Body | None = None
        self._ecg: EcgWords | None = None

    def get(self, name: str) -> Value | Unknown:
        """A fact by name, computed ones included, or why it is not known."""
        if name not in self._values:
            derive = DERIVED.get(name)
            self._values[name] = derive(self) if derive else self.recorded(name)
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
                listed if isinstance(listed, Unknown) else tuple(self._entry(one, which) for one in listed)
            )
        return self._entries[which]

    def among(self, which: str, wanted: tuple[str, ...]) -> Truth:
        """Whether a list holds anything wanted; unknown when not asked, or when an entry that matters is not understood.

        What the words of the ECG name counts among the conditions.
        """
        if which == "condition" and self._reach(self.ecg.named) & set(wanted):
            return "true"
        entries = self.entries(LISTS[which])
        if isinstance(entries, Unknown):
            return "unknown"
        return max((_match(entry, wanted) for entry in entries if entry.counts), key=ORDER.index, default="false")

    def holding(self, which: str, wanted: tuple[str, ...]) -> tuple[str, ...]:
        """The entries, as written, that answer to anything wanted."""
        entries = self.entries(LISTS[which])
        listed = () if isinstance(entries, Unknown) else entries
        found = [e.listed.name for e in listed if e.counts and _match(e, wanted) == "true"]
        if which == "condition" and self._reach(self.ecg.named) & set(wanted):
            found.extend(f"{part} (ECG)" for part in self.ecg.said)
        return tuple(found)

    def computed(self, name: str) -> Computed | None:
        """A computed body or renal value with its formula and working."""
        if name not in self._computed:
            assert name in BODY_FACTS, name
            self._computed[name] = getattr(self.formulas, name)(self.body)
        return self._computed[name]

    @property
    def ecg(self) -> EcgWords:
        """The words of the ECG, however old: a block that was once seen is not unseen."""
        if self._ecg is None:
            facts = (self.patient.fact(f"ecg.{part}") for part in ("text", "rhythm"))
            text = "; ".join(str(fact.value) for fact in facts if not isinstance(fact, Unknown))
            self._ecg = read_words(text, lambda part: self.resolved(part, "condition"))
        return self._ecg

    @property
    def born(self) -> str:
        """The birth date for people."""
        return show_date(self.patient.birth_date) if self.patient.birth_date else "not known"

    @property
    def body(self) -> Body:
        """What the formulas ask of this patient."""
        if self._body is None:
            sex, age, creatinine = self.get("sex"), self.quantity("age"), self.quantity("creatinine")
            self._body = Body(
                weight=self.quantity("weight"),
                height=self.quantity("height"),
                is_female=None if isinstance(sex, Unknown) else sex == "female",
                age=None if age is None else int(age.value),
                creatinine_mg_dl=None
                if creatinine is None
                else _concentration(creatinine, "mg/dL", self._solute("creatinine")).value,
            )
        return self._body

    def resolved(self, text: str, kind: TermKind) -> Resolution:
        """What a text was understood as; looked up once."""
        return _resolved(Same(self.catalog.terms), text, kind)

    def has_class(self, term: str, wanted: str) -> bool:
        """Whether a term is, or carries, a class."""
        return wanted in self._reach((term,))

    def lacking(self, names: Iterable[str]) -> str:
        """Which of these facts are not known, each with its reason where the file gives one."""
        return ", ".join(self.why_missing(name) for name in names if name != "egfr_reported" and self.is_unknown(name))

    def is_unknown(self, name: str) -> bool:
        """Whether a fact is not known, or a list was not asked or not understood."""
        if name in LISTS.values():
            return self.among(next(key for key, value in LISTS.items() if value == name), ()) == "unknown"
        return isinstance(self.get(name), Unknown)

    def why_missing(self, name: str) -> str:
        """A fact's name, and why it was not obtained where the file says so."""
        why = self.patient.not_obtained.get(name) or self.patient.not_obtained.get(name.split(".")[0])
        label = name.replace(".", " ").replace("_", " ")
        return f"{label} ({why})" if why else label

    def _reach(self, terms: Iterable[str]) -> set[str]:
        return {name for term in terms for name in reach_of(term, self.catalog.terms)}

    def _entry(self, listed: Listed, which: str) -> Entry:
        resolution = self.resolved(listed.name, KINDS[which])
        matters = which != "tried" and not is_of_no_account(resolution, which, self.catalog)
        return Entry(listed, resolution, self._still_counts(listed, resolution, which), matters)

    def _still_counts(self, listed: Listed, resolution: Resolution, which: str) -> bool:
        """Whether an entry still counts on this day.

        A drug stopped on a known day counts until its wash-out is over; a passing condition until the day it ended. An
        allergy, a disease once had, and anything that ended on a day nobody knows, always count.
        """
        if listed.stopped is None or listed.stopped > self.day or resolution.term is None:
            return True
        term = self.catalog.terms[resolution.term]
        if which == "medications":
            return Decimal((self.day - listed.stopped).days) < _washout(term, self.catalog)
        return which != "conditions" or not term.passing

    def recorded(self, name: str) -> Value | Unknown:
        """A fact as it stands in the file, unless something speaks against using it."""
        if name in (*LISTS.values(), "tried"):
            entries = self.entries(name)
            return Doubted(entries.reason) if isinstance(entries, Unknown) else True
        fact = self.patient.fact(name)
        if isinstance(fact, Unknown):
            return Doubted(fact.reason)
        return self._contradicted(name, fact) or self.too_old(name, fact) or self._measured(name, fact)

    def _contradicted(self, name: str, fact: Dated) -> Doubted | None:
        """A value beside a reason for having none, or one that its own history overtakes."""
        why = self.patient.not_obtained.get(name)
        if why is not None:
            return Doubted(
                f"a value stands in the file, and also that it was not obtained ({why})", "contradictory", fact.place
            )
        newer = next((one.on for one in fact.earlier if one.on and fact.on and one.on > fact.on), None)
        if newer is not None:
            return Doubted(f"its history holds a newer value, of {show_date(newer)}", "contradictory", fact.place)
        return None

    def too_old(self, name: str, fact: Dated) -> Doubted | None:
        """Why a dated fact does not count on this day, if it does not."""
        limit = self.clinic.stale_after.get(self._stale_as(name))
        if fact.on is None:
            return Doubted("it has no date", "stale", fact.place) if limit is not None else None
        if fact.on > self.day:
            return Doubted(f"dated {show_date(fact.on)}, after {show_date(self.day)}", "later", fact.place)
        age = (self.day - fact.on).days
        if limit is not None and Decimal(age) > limit.to("d").value:
            when = f"{show_date(fact.on)}, {age} days before {show_date(self.day)}"
            return Doubted(f"from {when}; the clinic's limit is {limit}", "stale", fact.place)
        return None

    def age_limit(self, name: str) -> str | None:
        """The age limit that applies to a fact and that the clinic profile does not give; none when all is well."""
        wanted = self._stale_as(name)
        has_limit = wanted in self.clinic.stale_after or wanted not in {*STALE_AS.values(), *self._measured_limits()}
        return None if has_limit else wanted

    def _measured_limits(self) -> set[str]:
        return {one.stale_as for one in self.catalog.measurements.values() if one.stale_as}

    def _stale_as(self, name: str) -> str:
        measurement = self.catalog.measurements.get(name)
        if measurement is not None and measurement.stale_as:
            return measurement.stale_as
        return STALE_AS.get(name.split(".")[0], name)

    def _measured(self, name: str, fact: Dated) -> Value | Unknown:
        if name not in self.catalog.measurements or not isinstance(fact.value, Quantity):
            return fact.value
        value = self.in_unit(name, fact.value)
        reason = self.implausible(name, value, written=fact.value)
        return Doubted(reason, "implausible", fact.place) if reason else value

    def implausible(self, name: str, value: Quantity, *, written: Quantity | None = None) -> str | None:
        """Why no living adult has this value; none when it is plausible."""
        measurement = self.catalog.measurements.get(name)
        if measurement is None:
            return None
        low, high = measurement.plausible_low.quantity, measurement.plausible_high.quantity
        if value.compare(low) >= 0 and value.compare(high) <= 0:
            return None
        other = written is not None and written.unit != value.unit
        shown = f"{written} ({show(value, places=1)})" if other else show(value)
        return f"{shown} is outside {low} to {high}. {measurement.slip or 'Check the value and its unit.'}"

    def in_unit(self, name: str, value: Quantity) -> Quantity:
        """A measured value in the unit its rules compare it in."""
        measurement = self.catalog.measurements[name]
        if measurement.molar_mass is not None:
            return _concentration(value, measurement.unit, self._solute(name))
        return value.to(measurement.unit) if value.unit != "g" else Quantity(value.value / 1000, "kg")

    def _solute(self, name: str) -> Substance:
        measurement = self.catalog.measurements[name]
        assert measurement.molar_mass is not None
        return Substance(name, name, measurement.molar_mass.quantity.value, measurement.valence)


def _washout(term: Term, catalog: Catalog) -> Decimal:
    """Days a stopped drug still counts: the longest of it and what it contains; the general one where none is stated."""
    unstated = catalog.practice["washout-unless-stated"].fact
    parts = [term, *(catalog.terms[part] for part in term.contains)]
    return max((one.washout or unstated).quantity.to("d").value for one in parts)


@lru_cache(maxsize=1000)
def _resolved(terms: Same[dict[str, Term]], text: str, kind: TermKind) -> Resolution:
    return resolve(text, kind, terms.it)


def _concentration(value: Quantity, unit: str, substance: Substance) -> Quantity:
    """mg/dL, mEq/L, mmol/L … of one substance, per litre."""
    amount, per = value.unit.split("/")
    wanted, wanted_per = unit.split("/")
    scaled = Quantity(value.value, amount).to(wanted, substance)
    litres = Quantity(Decimal(1), per).to(wanted_per).value
    return Quantity(EXACT.divide(scaled.value, litres), unit)


def _match(entry: Entry, wanted: tuple[str, ...]) -> Truth:
    if entry.resolution.term is None:
        return "unknown" if entry.matters else "false"
    return "true" if set(wanted) & {entry.resolution.term, *entry.resolution.classes} else "false"
