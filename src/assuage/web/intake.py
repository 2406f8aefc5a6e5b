"""What the form of facts asks, in the order of a good intake: every fact that a patient document can hold, once.

Units and words are those of `patient.fields`; here stand only the order, the labels and how a word reads.
"""

from __future__ import annotations

from typing import Any

import msgspec

from assuage.patient.fields import BARE, GROUPS, SCALES, SINGLE, Field


class Entry(msgspec.Struct, frozen=True):
    """One fact of the form. `name` is its dotted name; `dated` says that it has a day of its own, `how` that it is asked how."""

    name: str
    label: str
    field: Field
    dated: bool = False
    how: bool = False
    hint: str = ""

    @property
    def unit(self) -> str:
        """The only unit it is given in; empty where there are several, or none."""
        return self.field.units[0] if len(self.field.units) == 1 else ""


class Section(msgspec.Struct, frozen=True):
    """Facts under one heading. `group` names the group whose parts share one day."""

    id: str
    title: str
    entries: tuple[Entry, ...]
    group: str | None = None
    is_dated: bool = False


class Listing(msgspec.Struct, frozen=True):
    """A list of the form: the labels of its columns by the key they are kept under."""

    name: str
    title: str
    none: str
    columns: tuple[tuple[str, str], ...]
    has_end: str = ""
    hint: str = ""


Document = dict[str, Any]
# How a document says that something ended on a day nobody knows.
UNKNOWN_DATE = "date-not-known"
SCORE = Field("quantity", units=("{score}",))
LABELS = {
    "weight": "Weight", "height": "Height", "creatinine": "Creatinine", "egfr_reported": "eGFR as reported",
    "magnesium": "Magnesium", "ionised_magnesium": "Ionised magnesium", "calcium": "Calcium", "potassium": "Potassium",
    "alt": "ALT", "alp": "ALP", "ggt": "GGT", "stop_bang": "STOP-Bang", "psychosis_screen": "Screen for psychosis",
    "substance_screen": "Screen for substance use", "ecg.av_block": "AV block", "ecg.pr": "PR interval", "ecg.qrs": "QRS duration",
    "ecg.qtc": "QTc", "ecg.rhythm": "Rhythm", "ecg.text": "Words of the report", "ecg.read_by": "Read by",
    "vitals.sbp": "Systolic pressure", "vitals.dbp": "Diastolic pressure", "vitals.hr": "Heart rate", "vitals.rr": "Breaths",
    "vitals.spo2": "Oxygen saturation", "knee_jerk.present": "Knee jerk present", "urine.normal": "Passes urine normally",
    "urine.last_4h": "Urine in the last 4 h", "consent.off_label": "Consent to off-label use, signed",
    "setting.kit": "Emergency kit in the room", "setting.monitoring": "Continuous monitoring", "setting.airway": "Somebody with airway skills",
    "liver.child_pugh": "Child-Pugh grade", "escort": "An escort takes the patient home", "drives_home": "The patient means to drive home",
    "urinary_symptoms": "Urinary symptoms", "nerve_block": "Nerve block", "pregnancy": "Pregnancy",
    "pain.diagnosis": "Diagnosis of the pain", "pain.since": "Pain since", "pain.score": "Pain score", "pain.scale": "Scale",
    "pain.dn4": "DN4", "medications": "Medications", "conditions": "Conditions", "allergies": "Allergies", "tried": "Treatments tried",
}  # fmt: skip
WORDS = {
    "true": "Yes", "false": "No", "none": "None", "first": "First degree", "second": "Second degree", "third": "Third degree",
    "a": "A", "b": "B", "c": "C", "none-planned": "None given, none planned", "within-4-h": "Within 4 h",
    "not-within-4-h": "Not within 4 h", "not-applicable": "Does not arise", "nrs-0-10": "NRS, 0 to 10", "vas-0-10": "VAS, 0 to 10",
    "vas-0-100": "VAS, 0 to 100", "umol/L": "µmol/L", "[lb_av]": "lb", "[in_i]": "in", "[ft_i]": "ft", "mm[Hg]": "mmHg",
    "meq/L": "mEq/L", "mL/min/{1.73_m2}": "mL/min/1.73 m²", "{score}": "points", "1": "points",
}  # fmt: skip


def word(text: str) -> str:
    """A word or unit of the document as people read it."""
    return WORDS.get(text) or (text.capitalize() if text.isalpha() and text.islower() else text)


def _single(*names: str) -> tuple[Entry, ...]:
    return tuple(Entry(one, LABELS[one], SINGLE[one], dated=True, how=one in ("weight", "height")) for one in names)


def _group(id: str, title: str) -> Section:
    parts = {part: field for part, field in GROUPS[id].items() if part != "bp"}
    entries = tuple(Entry(f"{id}.{part}", LABELS[f"{id}.{part}"], field) for part, field in parts.items())
    return Section(id, title, entries, group=id, is_dated=any(field.dated for field in GROUPS[id].values()))


def _bare(*names: str) -> tuple[Entry, ...]:
    return tuple(Entry(one, LABELS[one], BARE[one]) for one in names)


PAIN = (
    Entry("pain.diagnosis", LABELS["pain.diagnosis"], Field("text"), hint="Such as postherpetic neuralgia."),
    Entry("pain.since", LABELS["pain.since"], Field("text"), hint="The day it began, as near as is known."),
    Entry("pain.scale", LABELS["pain.scale"], Field("word", words=SCALES)),
    Entry("pain.score", LABELS["pain.score"], SCORE, dated=True),
    Entry("pain.dn4", LABELS["pain.dn4"], SCORE, dated=True, hint="0 to 10; each yes counts one."),
)
SECTIONS: tuple[Section, ...] = (
    Section("body", "Body", _single("weight", "height")),
    Section("renal", "Renal function", (*_single("creatinine", "egfr_reported"), *_bare("urinary_symptoms"))),
    Section("electrolytes", "Electrolytes", _single("magnesium", "ionised_magnesium", "calcium", "potassium")),
    Section("enzymes", "Liver enzymes", _single("alt", "alp", "ggt")),
    _group("liver", "Liver disease, graded"),
    _group("ecg", "ECG"),
    _group("vitals", "Vital signs"),
    _group("knee_jerk", "Knee jerk"),
    _group("urine", "Urine"),
    Section("pain", "Pain", PAIN),
    Section("screens", "Screens", _single("stop_bang", "psychosis_screen", "substance_screen")),
    Section("pregnant", "Pregnancy and nerve block", _bare("pregnancy", "nerve_block")),
    _group("setting", "Setting"),
    Section("home", "Going home", _bare("escort", "drives_home")),
    _group("consent", "Consent"),
)
LISTINGS: tuple[Listing, ...] = (
    Listing("tried", "Treatments tried", "Asked, none tried", (("name", "Treatment"),), hint="For this pain, one a line."),
    Listing("conditions", "Conditions", "Asked, none", (("name", "Condition"),), has_end="Ended on", hint="One a line."),
    Listing("medications", "Medications", "Asked, takes none", (("name", "Drug"), ("dose", "Dose and times")), has_end="Stopped on",
            hint="One a line, what was stopped too: some drugs still count for weeks."),
    Listing("allergies", "Allergies", "Asked, none known", (("name", "Allergy"), ("reaction", "What happened")), hint="One a line."),
)  # fmt: skip
ENTRIES: dict[str, Entry] = {one.name: one for section in SECTIONS for one in section.entries}


def label_of(name: str) -> str:
    """The label of a field of the form, parts of an entry included."""
    parts = name.split(".")
    for end in range(len(parts), 0, -1):
        known = LABELS.get(".".join(parts[:end]))
        if known:
            tail = {"on": "day", "unit": "unit", "how": "how", "because": "reason", "stopped": "end"}.get(parts[-1])
            return f"{known}, {tail}" if tail and end < len(parts) else known
    section = next((one.title for one in SECTIONS if one.group == parts[0]), parts[0].replace("_", " "))
    return f"{section}, day" if parts[-1] == "on" else section
