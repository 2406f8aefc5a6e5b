"""The bedside: what runs, what is due, what was seen; start by two people, stop by one press.

It is a chart with reminders, not a monitor.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from typing import Any

import msgspec
from starlette.responses import Response

from assuage.course import Command, Decision
from assuage.course import event as e
from assuage.course.bedside import standing
from assuage.course.event import Event, Recorded, Surface
from assuage.course.people import Role
from assuage.course.state import SessionState
from assuage.finding import Finding
from assuage.registry.store import Known
from assuage.web.acting import acknowledgements, new_key, open_course, surroundings
from assuage.web.asked import Asked
from assuage.web.bedside_fields import bounds_of, signs_for, symptoms_for, values_for
from assuage.web.bedside_home import asked_of, lines_of, variants
from assuage.web.bedside_reaction import done, reactions
from assuage.web.bedside_sheet import REASON_AFTERWARDS, columns_of, previous, rows_of, without_reason
from assuage.web.bedside_steps import EXPECTED, OUTCOMES, RELATED, STEPS, AtBedside
from assuage.web.bedside_view import due_now, lines_for_device, next_portion, portion_times, running
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

NURSES: tuple[Role, ...] = ("nurse", "physician")
IDENTITY = ("name", "date of birth", "wristband", "photograph")
READY = {"kit": "Emergency kit and antidote at hand", "monitoring": "Monitor on, alarms set", "airway": "Somebody who can keep an airway",
         "escort": "Somebody takes the patient home", "urine": "Urine normal"}  # fmt: skip
WHY_STOPPED = ("all was in already", "the patient asked to", "the line or the vein failed", "the pump failed")

# Which session is at hand, the first of these that any is.
WANTED: tuple[Callable[[SessionState], bool], ...] = (
    lambda one: one.status in ("running", "paused"),
    lambda one: one.delivery == "not reconciled",
    lambda one: one.status == "prepared",
    lambda one: one.has_begun and one.discharged is None,
)


def session_now(known: Known, wanted: str = "") -> SessionState | None:
    """The session the bedside is about: the one asked for, the one that runs, one to settle, one that is prepared, the last begun."""
    sessions = known.state.sessions
    if wanted.isascii() and wanted.isdigit():
        found = known.state.session(int(wanted))
        if found is not None and (found.has_begun or found.status == "prepared"):
            return found
    for fits in WANTED:
        found = next((one for one in sessions if fits(one)), None)
        if found is not None:
            return found
    begun = [one for one in sessions if one.has_begun]
    return begun[-1] if begun else None


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The bedside of the session that is at hand, or that was asked for."""
    known, patient = open_course(asked)
    session = session_now(known, asked.asks("session") or asked.text("session"))
    if session is None:
        return page(asked, "bedside_none.html", patient=patient, course=known)
    others = [one for one in known.state.sessions if one.number != session.number and (one.has_begun or one.status == "prepared")]  # fmt: skip
    return page(
        asked, "bedside.html", status=status, patient=patient, course=known, session=session, others=others, keys=_keys(), version=known.version,
        typed=typed(asked), ticked={name: asked.texts(name) for name in ("identity", "ready", "symptoms", "symptom")},
        findings=findings, errors=list(errors), **_now(asked, known, session), **_words(asked, session),
    )  # fmt: skip


def _now(asked: Asked, known: Known, session: SessionState) -> dict[str, Any]:
    """What changes from minute to minute."""
    zone, catalog = asked.settings.profile.zone, asked.settings.catalog
    portion = next_portion(session)
    return {
        "due": due_now(session, catalog, asked.now), "pump": running(session, asked.now), "rows": rows_of(known, session, zone),
        "columns": columns_of(session), "before": previous(session, zone), "standing": standing(session, catalog),
        "unexplained": without_reason(known, session), "portion": portion, "pressed": done(session),
        "portion_due": portion_times(session, portion)[1] if portion and session.started else None,
    }  # fmt: skip


def _words(asked: Asked, session: SessionState) -> dict[str, Any]:
    """What the catalog says of this session: fields, lines, reactions, gates."""
    catalog = asked.settings.catalog
    values = values_for(session)
    return {
        "observed": values, "ends": {one.what: bounds_of(one, catalog) for one in values}, "signs": signs_for(session),
        "symptoms": symptoms_for(session, catalog), "reactions": reactions(session, catalog), "terms": catalog.events,
        "home": asked_of(session, catalog), "variants": variants(catalog), "lines": lines_for_device(session, catalog),
        "stops": lines_of("stop", session, catalog), "antidotes": lines_of("antidote", session, catalog),
        "rescues": lines_of("rescue", session, catalog), "kit": lines_of("kit", session, catalog),
        "after": lines_of("after", session, catalog), "ready": READY, "identity": IDENTITY, "related": RELATED,
        "expected_words": EXPECTED, "outcomes": OUTCOMES, "why_stopped": WHY_STOPPED,
    }  # fmt: skip


def _keys() -> Callable[[], str]:
    return new_key


def record(asked: Asked) -> Response:
    """One act at the bedside, by the name of the button that was pressed."""
    known, _ = open_course(asked)
    session, event, errors = event_of(asked, known, asked.path["step"])
    if errors or session is None or event is None:
        return show(asked, errors=errors, status=422)
    decision = put(asked, known.id, event, surface="web")
    if decision.is_refused:
        return show(asked, findings=tuple(one for one in decision.findings if one.severity != "note"), status=409)
    at_hand = session_now(asked.settings.registry.course(known.id))
    is_other = at_hand is not None and at_hand.number != session.number
    return go(f"/courses/{known.id}/bedside" + (f"?session={session.number}" if is_other else ""))


def event_of(asked: Asked, known: Known, step: str) -> tuple[SessionState | None, Event | None, tuple[FieldError, ...]]:
    """The event that a form of the bedside asks for, or what is wrong with its fields."""
    number = asked.text("session")
    session = known.state.session(int(number)) if number.isascii() and number.isdigit() else None
    if session is None or step not in STEPS:
        wrong = FieldError("session", "session", "there is no such session or step", "Use the page of the bedside.")
        return None, None, (wrong,)
    form = Form(asked)
    if not form.key():
        form.wrong("key", "form", what="it has no key", do="Open the page of the bedside again.")
    event = STEPS[step](AtBedside(asked, form, known, session))
    return session, event, tuple(form.errors)


def put(asked: Asked, course: str, event: Event, *, surface: Surface) -> Decision:
    """Judge and record. What was written on paper while the system was down has happened: it is told, not refused."""
    around = surroundings(asked)
    if surface == "paper":
        around = msgspec.structs.replace(around, takes_over=True)
    version = asked.text("version")
    command = Command(
        event=event, by=asked.person, key=f"{course}/{asked.text('key')}", surface=surface,
        version=int(version) if version.isascii() and version.isdigit() else None, acknowledged=acknowledgements(asked),
    )  # fmt: skip
    return asked.settings.registry.act(course, command, around)


def reason(asked: Asked) -> Response:
    """Why it was stopped or paused: put on record afterwards, beside the entry that had none."""
    known, _ = open_course(asked)
    form = Form(asked)
    number = form.number("number", "entry", low=1, high=max(known.version, 1))
    because = form.text("because", "reason", most=500)
    found = known.records[int(number) - 1].event if number is not None else None
    if form.errors or not isinstance(found, e.Stopped | e.Paused):
        return show(asked, errors=tuple(form.errors), status=422)
    waiting = [without_reason(known, one) for one in known.state.sessions if one.number == found.session]
    if not any(one is not None and one.number == number for one in waiting):
        return go(f"/courses/{known.id}/bedside")
    instead = msgspec.structs.replace(found, because=because)
    event = e.Corrected(at=asked.now, number=int(number or 0), because=REASON_AFTERWARDS, instead=instead)
    decision = put(asked, known.id, event, surface="web")
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/bedside")


def record_of(known: Known, number: str) -> Recorded | None:
    """An entry by its number."""
    if not number.isascii() or not number.isdigit() or not 1 <= int(number) <= known.version:
        return None
    return known.records[int(number) - 1]


def with_fields(asked: Asked, fields: dict[str, list[str]]) -> Asked:
    """The same request with other fields: an entry of a queue is read as a form of its own."""
    return replace(asked, form=fields)


ROUTES = (
    Route("/courses/{course}/bedside", "bedside", show, CLINICIANS, reads=True),
    Route("/courses/{course}/reconcile", "reconcile", show, CLINICIANS, reads=True),
    Route("/courses/{course}/bedside/reason", "bedside reason", reason, NURSES, ("POST",)),
    Route("/courses/{course}/bedside/{step}", "bedside step", record, NURSES, ("POST",)),
)
