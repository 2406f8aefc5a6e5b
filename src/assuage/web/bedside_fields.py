"""What is entered at the bedside, and the flow sheet of what was: time down, newest last, late and corrected ones marked."""

from __future__ import annotations

import datetime as dt

import msgspec

from assuage.course.chain import head
from assuage.course.part import Measured
from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Named
from assuage.registry.patients import PatientRecord
from assuage.registry.store import Known
from assuage.web.asked import Asked
from assuage.web.form import Form
from assuage.web.story import told, who


class Value(msgspec.Struct, frozen=True):
    """A value that is measured: its name in the record, the words for it, its unit, and the scale it is by."""

    what: str
    label: str
    unit: str
    scale: str | None = None


class Sign(msgspec.Struct, frozen=True):
    """A sign in words; `drug` is none where it is asked of every drug."""

    what: str
    label: str
    words: tuple[str, ...]
    drug: str | None = None


OBSERVED = (
    Value("vitals.sbp", "BP systolic", "mm[Hg]"), Value("vitals.dbp", "BP diastolic", "mm[Hg]"), Value("vitals.hr", "Heart rate", "/min"),
    Value("vitals.rr", "Breaths", "/min"), Value("vitals.spo2", "SpO2", "%"), Value("moaa-s", "Sedation, MOAA/S", "{score}", "MOAA/S"),
    Value("nrs", "Pain, 0 to 10", "{score}", "NRS"), Value("urine-4h", "Urine of the last 4 h", "mL"),
)  # fmt: skip
SIGNS = (
    Sign("knee-jerk", "Knee jerk", ("present", "weaker", "lost"), "magnesium-sulfate"),
    Sign("dissociation", "Mood and perception", ("as usual", "strange, at ease", "frightened"), "ketamine"),
    Sign("early-signs", "Lips, taste, ears, sight, speech", ("none", "some"), "lidocaine"),
)


class Entry(msgspec.Struct, frozen=True):
    """One line of the flow sheet."""

    number: int
    at: dt.datetime
    sentence: str
    by: str
    is_late: bool
    is_corrected: bool


def observed_of(form: Form) -> list[Measured]:
    """What was entered, in the order of the form; an empty field is nothing, never zero."""
    found = []
    for one in OBSERVED:
        value = form.quantity(one.what, one.label, unit=one.unit, optional=True)
        if value is not None:
            found.append(Measured(one.what, value, scale=one.scale))
    for sign in SIGNS:
        word = form.asked.text(sign.what)
        if word and word not in sign.words:
            form.wrong(sign.what, sign.label, what=f"“{word}”", do=f"Choose one of: {', '.join(sign.words)}.")
        elif word:
            found.append(Measured(sign.what, word=word))
    symptom = form.asked.text("symptom")
    if symptom:
        found.append(Measured("symptom", word=symptom))
    return found


def sheet_of(known: Known, session: SessionState, zone: dt.tzinfo) -> tuple[Entry, ...]:
    """Everything on record of a session, in the order of time."""
    mine = [one for one in known.records if getattr(one.event, "session", None) == session.number]
    lines = [
        Entry(one.number, one.event.at, told(one, zone), who(one), one.is_late, one.number in known.state.corrected) for one in mine
    ]  # fmt: skip
    return tuple(sorted(lines, key=lambda one: (one.at, one.number)))


def filed_of(asked: Asked, known: Known, patient: PatientRecord) -> Filed:
    """What a paper of this course is made from, at this moment."""
    who_it_is = patient.identity
    named = Named(
        who_it_is.family, who_it_is.given, who_it_is.birth_date, who_it_is.sex, who_it_is.number, patient.is_synthetic
    )
    settings = asked.settings
    return Filed(named, known.id, known.state, known.records, head(known.head), settings.catalog, settings.profile.id, settings.profile.zone,
                 asked.now, settings.is_demonstration)  # fmt: skip
