"""The patient as found today: the rules are judged again on today's weight, vitals, reflexes and answers."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from typing import Protocol

from msgspec.structs import replace

from assuage.course.command import Surroundings, told
from assuage.course.event import Observed, Started
from assuage.course.state import Course, OrderState, SessionState
from assuage.document import read_json
from assuage.finding import Finding
from assuage.patient import Listed, Patient, Unknown, read_patient
from assuage.patient.facts import Dated, Value
from assuage.screening import screen, show_date

# What a bedside answer is called among the facts of a patient.
READY = {"kit": "setting.kit", "monitoring": "setting.monitoring", "airway": "setting.airway", "escort": "escort",
         "urine": "urine.normal"}  # fmt: skip
JERK = "knee_jerk.present"
WATCHED = ("creatinine", "weight", "ecg.av_block")
LISTS = ("allergies", "medications", "conditions")


class Lay(Protocol):
    """Lays one fact of today over the facts of a patient."""

    def __call__(self, name: str, value: Value, how: str | None = None) -> None: ...


def patient_of(document: str) -> Patient:
    """The patient that a recorded document describes. Errors: `DocumentError` where it cannot be read."""
    return read_patient(read_json(document, "the recorded facts"))


def facts_changed(state: Course, order: OrderState) -> Iterator[Finding]:
    """Facts that were recorded after the order: each change that could matter is told, and the order waits."""
    if state.facts is None or state.facts_number <= order.order.facts:
        return
    ordered = next((facts for number, facts in state.earlier_facts if number == order.order.facts), None)
    if ordered is None:
        yield told("facts-changed", "The facts the order rests on are not on record.", reason="An order rests on facts.",
                   resolve="Screen again and order anew.")  # fmt: skip
        return
    for sentence, is_allergy in _changes(patient_of(ordered.document), patient_of(state.facts.document)):
        yield told(
            "allergy-new" if is_allergy else "facts-changed", sentence,
            reason="The order was made, checked and signed on the facts before.",
            resolve="Screen again; then order, check and sign anew.", severity="stop" if is_allergy else "hold",
        )  # fmt: skip


def _changes(before: Patient, after: Patient) -> Iterator[tuple[str, bool]]:
    for name in LISTS:
        old, new = _names(getattr(before, name)), _names(getattr(after, name))
        if old == new:
            continue
        added = ", ".join(sorted(set(new or ()) - set(old or ()))) or "none"
        gone = ", ".join(sorted(set(old or ()) - set(new or ()))) or "none"
        yield (
            f"{name.capitalize()} changed since the order: added {added}; no longer listed {gone}.",
            name == "allergies",
        )
    for name in WATCHED:
        was, now = _value(before, name), _value(after, name)
        if was != now:
            label = name.replace("ecg.av_block", "heart block on the ECG").capitalize()
            yield f"{label} changed since the order: {was}, now {now}.", False


def _names(listed: tuple[Listed, ...] | Unknown) -> tuple[str, ...] | None:
    return None if isinstance(listed, Unknown) else tuple(one.name for one in listed if not one.is_stopped)


def _value(patient: Patient, name: str) -> str:
    fact = patient.fact(name)
    return "not known" if isinstance(fact, Unknown) else f"{fact.value}"


def found_today(state: Course, session: SessionState, started: Started, around: Surroundings) -> Iterator[Finding]:
    """What the rules say of the patient as found today; what two people took upon themselves is left out.

    A baseline that was not observed leaves the facts as they are, and the rules say what is missing.
    """
    if state.facts is None:
        return
    order = next(one.order for one in state.orders if one.order.number == session.order)
    today = started.at.astimezone(around.clinic.zone).date()
    patient = seen_today(patient_of(state.facts.document), session, started, today)
    regimen = around.catalog.regimens[order.regimen]
    screening = screen(patient, regimen, catalog=around.catalog, clinic=around.clinic, days=(today,))
    taken_on = {one.rule for one in state.overrides}
    for finding in screening.findings:
        rules = {finding.rule, *finding.merged}
        if finding.severity == "stop" and rules <= taken_on:
            continue
        if finding.severity in ("refuse", "stop", "hold") and finding.blocks != "none":
            yield replace(finding, blocks="start")


def seen_today(patient: Patient, session: SessionState, started: Started, today: dt.date) -> Patient:
    """The patient with today's weight, baseline observations and answers laid over the recorded facts."""
    facts = dict(patient.facts)
    place = f"the bedside on {show_date(today)}"

    def lay(name: str, value: Value, how: str | None = None) -> None:
        old = facts.get(name)
        earlier = () if old is None else (replace(old, earlier=()), *old.earlier)
        facts[name] = Dated(value, today, place, how, earlier)

    if started.weight is not None:
        lay("weight", started.weight, "measured")
    for name in READY:
        if name in started.ready:
            lay(READY[name], True)
    for one in (each for _, each in session.observed if each.phase == "baseline"):
        _lay_observed(one, lay)
    return replace(patient, facts=facts)


def _lay_observed(observed: Observed, lay: Lay) -> None:
    for one in observed.found:
        if one.what.startswith("vitals.") and one.value is not None:
            lay(one.what, one.value)
        elif one.what == "knee-jerk" and one.word is not None:
            lay(JERK, one.word not in ("lost", "absent"))
        elif one.what == "urine-4h" and one.value is not None:
            lay("urine.last_4h", one.value)
