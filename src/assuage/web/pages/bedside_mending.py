"""Mending an entry of the bedside: the old one stays, struck through; a value is put right, anything else is taken back."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course import event as e
from assuage.course.event import Observed, Recorded, kind_of
from assuage.course.state import SessionState
from assuage.course.story import told, who
from assuage.finding import Finding
from assuage.quantity import show_number
from assuage.registry.store import Known
from assuage.web.acting import new_key, open_course
from assuage.web.asked import Asked
from assuage.web.bedside_fields import BEFORE, OBSERVED, bounds_of, observed_of, signs_for, symptoms_for
from assuage.web.form import FieldError, Form, typed
from assuage.web.pages.bedside import NURSES, put, record_of
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

# What one nurse mends alone. A start or a preparation that was wrong is an adverse event, not a slip of the finger.
MENDED = ("observed", "rate-changed", "paused", "resumed", "stopped", "ended", "portion-given", "flushed", "reconciled", "discharged",
          "harmed", "called")  # fmt: skip


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The entry as it stands, and fields to put it right."""
    known, patient = open_course(asked)
    found = _found(known, asked.path["number"])
    if found is None:
        said = "This entry cannot be mended here."
        resolve = "Go back to the bedside; what was mended before or started a session is not mended here."
        return page(asked, "refused.html", status=404, what=said, resolve=resolve)
    one, session = found
    catalog = asked.settings.catalog
    values = (*OBSERVED, *BEFORE)
    return page(
        asked, "bedside_mend.html", status=status, patient=patient, course=known, session=session, one=one, by=who(one),
        said=told(one, asked.settings.profile.zone), is_observed=isinstance(one.event, Observed), observed=values,
        ends={each.what: bounds_of(each, catalog) for each in values}, signs=signs_for(session), symptoms=symptoms_for(session, catalog),
        key=new_key(), version=known.version, typed=typed(asked) or _stands(one), findings=findings, errors=list(errors),
    )  # fmt: skip


def _found(known: Known, number: str) -> tuple[Recorded, SessionState] | None:
    one = record_of(known, number)
    if one is None or kind_of(one.event) not in MENDED:
        return None
    if any(isinstance(each.event, e.Corrected) and each.event.number == one.number and each.event.instead is None for each in known.records):  # fmt: skip
        return None
    session = known.state.session(getattr(one.event, "session", None) or 0)
    return None if session is None else (one, session)


def _stands(one: Recorded) -> dict[str, str]:
    """What stands in the fields of an observation: what was entered."""
    if not isinstance(one.event, Observed):
        return {}
    found = {
        each.what: show_number(each.value.value) if each.value is not None else (each.word or "")
        for each in one.event.found
    }
    return {**found, "note": one.event.note or ""}


def mend(asked: Asked) -> Response:
    """Put an observation right, or take any entry back; with a reason."""
    known, _ = open_course(asked)
    found = _found(known, asked.path["number"])
    if found is None:
        return show(asked)
    one, session = found
    form = Form(asked)
    because = form.text("because", "reason", most=500)
    how = form.one_of("how", "what to do with it", words=("put right", "taken back"))
    instead: Observed | None = None
    if how == "put right":
        if isinstance(one.event, Observed):
            seen = observed_of(form, session)
            instead = Observed(at=one.event.at, session=one.event.session, phase=one.event.phase, found=seen,
                               note=form.text("note", "note", optional=True) or None)  # fmt: skip
            if not seen and instead.note is None:
                form.wrong("vitals.hr", "observation", what="nothing is left", do="Take the entry back instead.")
        else:
            form.wrong("how", "what to do with it", what="only values are put right", do="Take it back, then record it anew.")  # fmt: skip
    if form.errors:
        return show(asked, errors=tuple(form.errors), status=422)
    event = e.Corrected(at=asked.now, number=one.number, because=because, instead=instead)
    decision = put(asked, known.id, event, surface="web")
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/bedside")


ROUTES = (
    Route("/courses/{course}/bedside/mend/{number}", "mend entry", show, CLINICIANS, reads=True),
    Route("/courses/{course}/bedside/mend/{number}", "mend entry", mend, NURSES, ("POST",)),
)
