"""What is entered at the bedside: values with their units and scales, signs in words, and what can be told as a symptom."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal

import msgspec

from assuage.catalog import Catalog
from assuage.course.bedside import concerns
from assuage.course.chain import head
from assuage.course.part import Measured
from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Named
from assuage.quantity import Quantity, show
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Known
from assuage.web.asked import Asked
from assuage.web.form import Form

# A symptom that was asked for and is not there: asking counts, silence does not.
NO_SYMPTOM = "none"
ZERO = Decimal(0)
LEAK, LEAK_SYMPTOM = "swelling or leak", "extravasation"


class Value(msgspec.Struct, frozen=True):
    """A value that is measured: its name in the record, the words for it, its unit, and the scale it is by."""

    what: str
    label: str
    unit: str
    scale: str | None = None
    instrument: str | None = None

    @property
    def shown_unit(self) -> str:
        """The unit as it stands beside the field."""
        return self.unit.replace("{score}", "").replace("mm[Hg]", "mm Hg")


class Sign(msgspec.Struct, frozen=True):
    """A sign in words; `drug` or `route` is none where it is asked of every one."""

    what: str
    label: str
    words: tuple[str, ...]
    drug: str | None = None
    route: str | None = None


OBSERVED = (
    Value("vitals.hr", "Heart rate", "/min"), Value("vitals.sbp", "BP systolic", "mm[Hg]"), Value("vitals.dbp", "BP diastolic", "mm[Hg]"),
    Value("vitals.spo2", "SpO2", "%"), Value("vitals.rr", "Breaths", "/min"), Value("moaa-s", "Sedation, MOAA/S", "{score}", "MOAA/S", "moaa-s"),
    Value("nrs", "Pain, 0 to 10", "{score}", "NRS", "nrs"),
)  # fmt: skip
BEFORE = (Value("urine-4h", "Urine of the last 4 h", "mL"),)
SIGNS = (
    Sign("knee-jerk", "Knee jerk", ("present", "weaker", "lost"), "magnesium-sulfate"),
    Sign("dissociation", "Mood and perception", ("as usual", "strange, at ease", "frightened"), "ketamine"),
    Sign("early-signs", "Lips, taste, ears, sight, speech", ("none", "some"), "lidocaine"),
    Sign("site", "Site", ("sound", "red or painful", LEAK), route="intravenous"),
)


class Symptom(msgspec.Struct, frozen=True):
    """Something that can be told: a word of the dictionary of adverse events, or of a stop line."""

    id: str
    name: str


def values_for(session: SessionState) -> tuple[Value, ...]:
    """The columns of a session: what is asked before the start only stands there before the start."""
    return OBSERVED if session.has_begun else (*OBSERVED, *BEFORE)


def signs_for(session: SessionState) -> tuple[Sign, ...]:
    """The signs of the drugs and of the way of giving of a session."""
    drugs = {one.drug for one in session.planned.drugs}
    return tuple(
        one for one in SIGNS if one.drug in (None, *drugs) and one.route in (None, session.planned.route)
    )  # fmt: skip


def symptoms_for(session: SessionState, catalog: Catalog) -> tuple[Symptom, ...]:
    """What can be told of the drugs of a session; every symptom that one of its stop lines names is among them."""
    drugs = {one.drug for one in session.planned.drugs}
    found = {one.id: one.name for one in catalog.events.values() if drugs & set(one.drugs)}
    for word in _named_by_lines(session, catalog):
        known = catalog.events.get(word)
        found.setdefault(word, known.name if known else word.replace("-", " ").capitalize())
    return tuple(Symptom(id, name) for id, name in sorted(found.items(), key=lambda one: one[1]))


def _named_by_lines(session: SessionState, catalog: Catalog) -> Iterator[str]:
    for line in catalog.watch.values():
        if concerns(line, session):
            for bound in line.bounds:
                if bound.what == "symptom":
                    yield from bound.words


def observed_of(form: Form, session: SessionState) -> tuple[Measured, ...]:
    """What was entered, in the order of the form; an empty field is nothing, never zero."""
    catalog = form.asked.settings.catalog
    found = [each for one in (*OBSERVED, *BEFORE) if (each := _value(form, one, catalog)) is not None]
    for sign in signs_for(session):
        word = form.asked.text(sign.what)
        if word and word not in sign.words:
            form.wrong(sign.what, sign.label, what=f"“{word}”", do=f"Choose one of: {', '.join(sign.words)}.")
        elif word:
            found.append(Measured(sign.what, word=word))
            if word == LEAK:
                # What the dictionary calls it, so that the line about it is judged.
                found.append(Measured("symptom", word=LEAK_SYMPTOM))
    known = {NO_SYMPTOM, *(one.id for one in symptoms_for(session, catalog))}
    for word in form.asked.texts("symptom"):
        if word not in known:
            form.wrong("symptom", "symptom", what=f"“{word}”", do="Choose one of the list, or write a note.")
        elif not any(one.what == "symptom" for one in found) or word != NO_SYMPTOM:
            found.append(Measured("symptom", word=word))
    return tuple(found)


def _value(form: Form, one: Value, catalog: Catalog) -> Measured | None:
    """A value in the unit of its column. Below zero and off its scale is refused; hard to believe is kept and marked later."""
    value = form.quantity(one.what, one.label, unit=one.unit, optional=True)
    if value is None:
        return None
    low, high = bounds_of(one, catalog)
    if value.value < low.value or (high is not None and value.value > high.value):
        span = f"from {low.value:f} to {high.value:f}" if high is not None else "of zero or more"
        form.wrong(one.what, one.label, what=f"“{show(value)}”", do=f"Enter a number {span}.")
        return None
    return Measured(one.what, value, scale=one.scale)


def bounds_of(one: Value, catalog: Catalog) -> tuple[Quantity, Quantity | None]:
    """The ends of the scale a value is by; zero and none where it is by no scale."""
    known = catalog.instruments[one.instrument] if one.instrument else None
    if known is None or known.lowest is None or known.highest is None:
        return Quantity(ZERO, one.unit), None
    return known.lowest.quantity, known.highest.quantity


def filed_of(asked: Asked, known: Known, patient: PatientRecord) -> Filed:
    """What a paper of this course is made from, at this moment."""
    who_it_is = patient.identity
    named = Named(
        who_it_is.family, who_it_is.given, who_it_is.birth_date, who_it_is.sex, who_it_is.number, patient.is_synthetic
    )
    settings = asked.settings
    return Filed(named, known.id, known.state, known.records, head(known.head), settings.catalog, settings.profile.id, settings.profile.zone,
                 asked.now, settings.is_demonstration)  # fmt: skip
