"""The patient as the sheet describes them: unknown is a word, and every computed size names its formula."""

from __future__ import annotations

from assuage.patient import Unknown
from assuage.plan.model import PatientSummary
from assuage.quantity import Quantity, show
from assuage.screening import State, show_date

SIZES = (
    ("bmi", "body mass index"), ("ideal_weight", "ideal weight"),
    ("adjusted_weight", "adjusted weight"), ("lean_weight", "lean weight"),
)  # fmt: skip
RENAL = ("crcl", "egfr", "egfr_indexed")
NOT_KNOWN = "not known"


def summary(state: State) -> PatientSummary:
    """What identifies and describes the patient. Weight as recorded, and in kilograms where it was not."""
    patient = state.patient
    age = state.get("age")
    return PatientSummary(
        id=patient.id,
        synthetic=patient.synthetic,
        birth_date=show_date(patient.birth_date) if patient.birth_date else NOT_KNOWN,
        age=show(age) if isinstance(age, Quantity) else NOT_KNOWN,
        sex=_word(state, "sex"),
        weight=_recorded(state, "weight"),
        weight_on=_day(state, "weight"),
        height=_recorded(state, "height"),
        sizes=tuple(_size(state, name, label) for name, label in SIZES),
        renal=tuple(_renal(state, name) for name in RENAL),
        allergies=_allergies(state),
        diagnosis=_word(state, "pain.diagnosis").replace("-", " "),
    )


def _word(state: State, name: str) -> str:
    value = state.get(name)
    return NOT_KNOWN if isinstance(value, Unknown) else str(value)


def _recorded(state: State, name: str) -> str:
    fact = state.patient.fact(name)
    value = state.quantity(name)
    if isinstance(fact, Unknown) or value is None:
        return NOT_KNOWN
    recorded = show(fact.value) if isinstance(fact.value, Quantity) else NOT_KNOWN
    return recorded if recorded == show(value) else f"{show(value.to_places(1))} ({recorded})"


def _day(state: State, name: str) -> str:
    fact = state.patient.fact(name)
    return NOT_KNOWN if isinstance(fact, Unknown) or fact.on is None else show_date(fact.on)


def _size(state: State, name: str, label: str) -> str:
    computed = state.computed(name)
    return f"{label} {show(computed.value)} ({computed.formula})" if computed else f"{label} {NOT_KNOWN}"


def _renal(state: State, name: str) -> str:
    computed = state.computed(name)
    if computed is None:
        return f"{name} {NOT_KNOWN}"
    return f"{show(computed.value)} ({computed.formula}): {computed.working}"


def _allergies(state: State) -> str:
    listed = state.patient.allergies
    if isinstance(listed, Unknown):
        return "not asked"
    return ", ".join(one.name for one in listed) or "asked, none known"
