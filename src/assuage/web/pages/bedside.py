"""The bedside: what runs, what is due, what was seen; start by two people, stop by one press.

It is a chart with reminders, not a monitor.
"""

from __future__ import annotations

import datetime as dt
from collections.abc import Callable
from typing import Literal

from starlette.responses import Response

from assuage.course import event as e
from assuage.course.bedside import concerns
from assuage.course.due_observations import due_observations
from assuage.course.event import Event, kind_of
from assuage.course.ledger import by_clock
from assuage.course.part import Gate, Measured
from assuage.course.people import Role
from assuage.course.state import SessionState
from assuage.finding import Finding
from assuage.paper.clinic.telling import watch_lines as lines_of
from assuage.quantity import Quantity
from assuage.registry.store import Known
from assuage.web.acting import acknowledgements, act, new_key, open_course, second_person
from assuage.web.asked import Asked
from assuage.web.bedside_fields import OBSERVED, SIGNS, filed_of, observed_of, sheet_of
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

NURSES: tuple[Role, ...] = ("nurse", "physician")
IDENTITY = ("name", "date of birth", "wristband", "photograph")
READY = {"kit": "Emergency kit and antidote at hand", "monitoring": "Monitor on, alarms set", "airway": "Somebody who can keep an airway",
         "escort": "Somebody takes the patient home", "urine": "Urine normal"}  # fmt: skip
RELATED: tuple[Literal["not assessed", "not related", "unlikely", "possible", "probable", "definite"], ...] = (
    "not assessed",
    "not related",
    "unlikely",
    "possible",
    "probable",
    "definite",
)
STANDARD = "CTCAE v5"


# Which session is at hand, the first of these that any is.
WANTED: tuple[Callable[[SessionState], bool], ...] = (
    lambda one: one.status in ("running", "paused"),
    lambda one: one.delivery == "not reconciled",
    lambda one: one.status == "prepared",
    lambda one: one.has_begun and one.discharged is None,
)
DELIVERIES: tuple[Literal["given", "not given", "not known"], ...] = ("given", "not given", "not known")


def session_now(known: Known) -> SessionState | None:
    """The session the bedside is about: the one that runs, else one to settle, else one that is prepared, else the last begun."""
    sessions = known.state.sessions
    for wanted in WANTED:
        found = next((one for one in sessions if wanted(one)), None)
        if found is not None:
            return found
    begun = [one for one in sessions if one.has_begun]
    return begun[-1] if begun else None


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The bedside of the session that is at hand."""
    known, patient = open_course(asked)
    session = session_now(known)
    if session is None:
        return page(asked, "bedside_none.html", patient=patient, course=known)
    catalog = asked.settings.catalog
    symptoms = [
        one for one in catalog.events.values() if {drug.drug for drug in session.planned.drugs} & set(one.drugs)
    ]
    discharge = tuple(lines_of(filed_of(asked, known, patient), "discharge", session.planned))
    stops = [
        one.said
        for one in sorted(catalog.watch.values(), key=lambda each: each.order)
        if one.kind == "stop" and concerns(one, session)
    ]
    antidotes = tuple(lines_of(filed_of(asked, known, patient), "antidote", session.planned))
    return page(
        asked, "bedside.html", status=status, patient=patient, course=known, session=session, due=due_observations(session, catalog),
        expected=by_clock(session, asked.now), sheet=sheet_of(known, session, asked.settings.profile.zone), observed=OBSERVED,
        signs=[one for one in SIGNS if one.drug is None or one.drug in {drug.drug for drug in session.planned.drugs}], symptoms=symptoms,
        ready=READY, identity=IDENTITY, discharge=discharge, stops=stops, antidotes=antidotes, related=RELATED, keys=_keys(),
        version=known.version, typed=typed(asked), findings=findings, errors=list(errors),
    )  # fmt: skip


def _keys() -> Callable[[], str]:
    return new_key


def record(asked: Asked) -> Response:
    """One act at the bedside, by the name of the button that was pressed."""
    known, _ = open_course(asked)
    number = asked.text("session")
    session = known.state.session(int(number)) if number.isdigit() else None
    step = STEPS.get(asked.path["step"])
    if session is None or step is None:
        return show(
            asked,
            errors=(
                FieldError("session", "session", "there is no such session or step", "Use the page of the bedside."),
            ),
            status=422,
        )
    form = Form(asked)
    event = step(asked, form, session)
    if form.errors or event is None:
        return show(asked, errors=tuple(form.errors), status=422)
    decision = act(asked, known.id, event, key=form.key(), acknowledged=acknowledgements(asked))
    told = tuple(one for one in decision.findings if one.severity != "note")
    if asked.is_fragment():
        # From the queue of a device: recorded, or on record already; else what stands in the way.
        return Response(status_code=409 if decision.is_refused else 204)
    if decision.is_refused:
        return show(asked, findings=told, status=409)
    if told and kind_of(event) in ("observed", "harmed"):
        return show(asked, findings=told)
    return go(f"/courses/{known.id}/bedside")


def _start(asked: Asked, form: Form, session: SessionState) -> Event | None:
    second = second_person(asked)
    if second is None:
        form.wrong(
            "second", "second person", what="nobody proved it", do="Let the second person enter account and password."
        )
    weight = form.quantity("weight", "weight of today", unit="kg")
    rate = form.quantity("rate", "rate on the pump", unit="mL/h") if session.planned.rate is not None else None
    site = form.text("site", "site", most=80)
    if second is None:
        return None
    return e.Started(at=_at(form), session=session.number, second=second, identity=tuple(asked.texts("identity")),
                     ready=tuple(asked.texts("ready")), weight=weight, rate=rate, site=site)  # fmt: skip


def _at(form: Form) -> dt.datetime:
    """When it happened: now, or the time that was given for a late entry."""
    return form.instant("at", "time", optional=True) or form.asked.now


def _observe(asked: Asked, form: Form, session: SessionState) -> Event | None:
    found = observed_of(form)
    if not found and not asked.text("note") and not form.errors:
        form.wrong("vitals.sbp", "observation", what="nothing was entered", do="Enter a value or a note.")
    phase: Literal["baseline", "during", "after"]
    phase = "baseline" if not session.has_begun else "during" if session.ended_at is None else "after"
    return e.Observed(
        at=_at(form), session=session.number, phase=phase, found=tuple(found), note=asked.text("note") or None
    )


def _pause(asked: Asked, form: Form, session: SessionState) -> Event:
    volume = form.quantity("volume", "volume on the pump", unit="mL", optional=True)
    return e.Paused(
        at=_at(form), session=session.number, because=asked.text("because") or "not said yet", volume=volume
    )


def _stop(asked: Asked, form: Form, session: SessionState) -> Event:
    volume = form.quantity("volume", "volume on the pump", unit="mL", optional=True)
    return e.Stopped(at=_at(form), session=session.number, because=asked.text("because") or None, volume=volume)


def _end(asked: Asked, form: Form, session: SessionState) -> Event:
    volume = form.quantity("volume", "volume on the pump", unit="mL", optional=True)
    return e.Ended(at=_at(form), session=session.number, volume=volume)


def _resume(asked: Asked, form: Form, session: SessionState) -> Event | None:
    rate = form.quantity("rate", "rate", unit="mL/h")
    return e.Resumed(at=_at(form), session=session.number, rate=rate) if rate else None


def _rate(asked: Asked, form: Form, session: SessionState) -> Event | None:
    rate, because = form.quantity("rate", "rate", unit="mL/h"), form.text("because", "reason", most=200)
    volume = form.quantity("volume", "volume on the pump", unit="mL", optional=True)
    return (
        e.RateChanged(at=_at(form), session=session.number, rate=rate, because=because, volume=volume) if rate else None
    )


def _portion(asked: Asked, form: Form, session: SessionState) -> Event | None:
    number = form.number("portion", "portion", low=1, high=20)
    volume, site = form.quantity("volume", "volume given", unit="mL"), form.text("site", "site", most=80)
    pain = form.number("pain", "pain before it", low=0, high=10, optional=True)
    if number is None or volume is None:
        return None
    rated = None if pain is None else Quantity(pain, "{score}")
    return e.PortionGiven(at=_at(form), session=session.number, portion=int(number), volume=volume, site=site, pain=rated,
                          why_no_pain=asked.text("why_no_pain") or None)  # fmt: skip


def _flush(asked: Asked, form: Form, session: SessionState) -> Event | None:
    volume = form.quantity("volume", "volume of the flush", unit="mL")
    return e.Flushed(at=_at(form), session=session.number, volume=volume) if volume else None


def _reconcile(asked: Asked, form: Form, session: SessionState) -> Event | None:
    delivery = form.one_of("delivery", "delivery", words=DELIVERIES)
    how = form.text("how", "what it was read from", most=200)
    volume = (
        form.quantity("volume", "volume that went in", unit="mL", optional=delivery != "given")
        if delivery == "given"
        else None
    )
    discarded = form.quantity("discarded", "volume discarded", unit="mL", optional=True)
    if delivery is None:
        return None
    witness = second_person(asked) if discarded is not None else None
    return e.Reconciled(
        at=_at(form),
        session=session.number,
        delivery=delivery,
        how=how,
        volume=volume,
        discarded=discarded,
        witnessed_by=witness,
    )


def _discharge(asked: Asked, form: Form, session: SessionState) -> Event:
    gates = tuple(
        Gate(name.removeprefix("gate:"), values[-1] == "met", values[-1])
        for name, values in asked.form.items()
        if name.startswith("gate:")
    )
    return e.Discharged(at=_at(form), session=session.number, gates=gates, escort=asked.text("escort") or None,
                        instructions=asked.text("instructions") or "given on paper", left_against_advice=form.yes("against_advice"))  # fmt: skip


def _harm(asked: Asked, form: Form, session: SessionState) -> Event | None:
    terms = tuple(asked.settings.catalog.events)
    term = form.one_of("term", "what happened", words=terms)
    spoken, action = (
        form.text("spoken", "words of the patient", most=500),
        form.text("action", "what was done", most=500),
    )
    grade = form.number("grade", "grade", low=1, high=5)
    related = form.one_of("related", "relation to the drug", words=RELATED)
    if term is None or grade is None or related is None:
        return None
    known = asked.settings.catalog.events[term]
    expected = "expected" if known.expected == "yes" else "unexpected"
    return e.Harmed(
        at=asked.now, term=term, spoken=spoken, session=session.number, began=_at(form), grade=int(grade), standard=STANDARD,
        is_serious=form.yes("is_serious"), related=related, expected=expected, action=action, antidote=asked.text("antidote") or None,  # type: ignore[arg-type]
        volume=form.quantity("volume", "volume on the pump", unit="mL", optional=True),
    )  # fmt: skip


def _call(asked: Asked, form: Form, session: SessionState) -> Event:
    reached = form.yes("reached")
    return e.Called(at=_at(form), session=session.number, reached=reached, said=asked.text("said") or ("" if reached else "not reached"),
                    symptoms=tuple(asked.texts("symptoms")), feelings_cleared=form.yes("cleared") if reached else None)  # fmt: skip


def _symptom(asked: Asked, form: Form, session: SessionState) -> Event | None:
    word = form.text("symptom", "symptom", most=60)
    return (
        e.Observed(at=_at(form), session=session.number, phase="during", found=(Measured("symptom", word=word),))
        if word
        else None
    )


STEPS: dict[str, Callable[[Asked, Form, SessionState], Event | None]] = {
    "start": _start, "observe": _observe, "pause": _pause, "resume": _resume, "stop": _stop, "end": _end, "rate": _rate, "portion": _portion,
    "flush": _flush, "reconcile": _reconcile, "discharge": _discharge, "harm": _harm, "call": _call, "symptom": _symptom,
}  # fmt: skip
ROUTES = (
    Route("/courses/{course}/bedside", "bedside", show, CLINICIANS, reads=True),
    Route("/courses/{course}/reconcile", "reconcile", show, CLINICIANS, reads=True),
    Route("/courses/{course}/bedside/{step}", "bedside step", record, NURSES, ("POST",)),
)
