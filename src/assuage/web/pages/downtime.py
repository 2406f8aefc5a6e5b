"""After a downtime: what was written on the paper flow sheet is typed in, each entry with the time it has on the paper.

It has happened. It is recorded as it was, marked as from paper; what speaks against it is told.
"""

from __future__ import annotations

from starlette.responses import Response

from assuage.finding import Finding
from assuage.web.acting import new_key, open_course
from assuage.web.asked import Asked
from assuage.web.bedside_fields import bounds_of, signs_for, symptoms_for, values_for
from assuage.web.bedside_sheet import rows_of
from assuage.web.form import FieldError, Form, typed
from assuage.web.pages.bedside import IDENTITY, NURSES, READY, event_of, put, session_now
from assuage.web.rendering import page
from assuage.web.route import CLINICIANS, Route

# What a paper flow sheet has lines for, in the order of a session.
KINDS = {"observe": "Observation", "start": "Start", "reading": "Pump reading", "rate": "Another rate", "pause": "Pause", "resume": "Went on",
         "portion": "Portion", "stop": "Stop", "end": "All was in", "flush": "Flush"}  # fmt: skip
FOR_A_PUMP, FOR_PORTIONS = ("reading", "rate", "flush"), ("portion",)


def show(
    asked: Asked,
    *,
    findings: tuple[Finding, ...] = (),
    errors: tuple[FieldError, ...] = (),
    status: int = 200,
    is_recorded: bool = False,
) -> Response:
    """One entry at a time, in any order; below it what is typed in already."""
    known, patient = open_course(asked)
    session = session_now(known, asked.asks("session") or asked.text("session"))
    if session is None:
        return page(asked, "bedside_none.html", patient=patient, course=known)
    kinds = {id: words for id, words in KINDS.items() if _fits(id, has_pump=bool(session.planned.runs))}
    kind = asked.text("kind") or asked.asks("kind")
    catalog, values = asked.settings.catalog, values_for(session)
    return page(
        asked, "downtime.html", status=status, patient=patient, course=known, session=session, kinds=kinds, kind=kind if kind in kinds else "observe",
        observed=values, ends={one.what: bounds_of(one, catalog) for one in values}, signs=signs_for(session), symptoms=symptoms_for(session, catalog), key=new_key(), identity=IDENTITY,
        ready=READY, rows=rows_of(known, session, asked.settings.profile.zone), typed={} if is_recorded else typed(asked),
        ticked={name: [] if is_recorded else asked.texts(name) for name in ("identity", "ready")},
        findings=findings if not is_recorded else (), told=findings if is_recorded else (), is_recorded=is_recorded, errors=list(errors),
    )  # fmt: skip


def _fits(kind: str, *, has_pump: bool) -> bool:
    return kind not in (FOR_PORTIONS if has_pump else FOR_A_PUMP)


def record(asked: Asked) -> Response:
    """Record one line of the paper. Its time is asked for: on paper nothing happens now."""
    known, _ = open_course(asked)
    kind = asked.text("kind")
    missing = _without_time(asked)
    if missing or kind not in KINDS:
        wrong = FieldError("kind", "kind of entry", f"“{kind}”", "Choose one of the list.")
        return show(asked, errors=missing or (wrong,), status=422)
    _, event, errors = event_of(asked, known, kind)
    if errors or event is None:
        return show(asked, errors=errors, status=422)
    decision = put(asked, known.id, event, surface="paper")
    told = tuple(one for one in decision.findings if one.severity != "note")
    if decision.is_refused:
        return show(asked, findings=told, status=409)
    return show(asked, findings=told, is_recorded=True)


def _without_time(asked: Asked) -> tuple[FieldError, ...]:
    form = Form(asked)
    form.text("at", "time on the paper")
    return tuple(form.errors)


ROUTES = (
    Route("/courses/{course}/downtime", "downtime", show, CLINICIANS, reads=True),
    Route("/courses/{course}/downtime", "downtime", record, NURSES, ("POST",)),
)
