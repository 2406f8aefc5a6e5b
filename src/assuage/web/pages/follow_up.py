"""Follow-ups: which scores are due, day 14 first, how each was asked for, and what comes next; a missing score with its reason."""

from __future__ import annotations

import datetime as dt
from typing import Literal

import msgspec
from starlette.responses import Response

from assuage.course.event import Contacted, Scored
from assuage.finding import Finding
from assuage.registry.follow_ups import answers, told_by_patients
from assuage.registry.links import open_of
from assuage.registry.lists import FollowUp, follow_ups_due
from assuage.registry.projection import Due, due_of
from assuage.response.follow_up import Tried, tried
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.pages.response import PURPOSES, Purpose
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

Way = Literal["call", "letter"]
WAYS: tuple[Way, ...] = ("call", "letter")
CAME = ("reached", "not reached")
# Day 14 is what the clinic is judged by; a call the day after an infusion is a matter of safety and comes next.
ORDER = ("day 14", "call", "week 4", "week 8", "week 12")
# What patients told stays on the list at least so long.
TOLD_FOR = dt.timedelta(days=60)


class Waiting(msgspec.Struct, frozen=True):
    """One line of the list: what is due, and what was tried for it."""

    due: FollowUp
    tried: Tried


def worklist(asked: Asked) -> Response:
    """Everything that is due, over all courses."""
    registry, wanted = asked.settings.registry, asked.asks("what")
    with registry.reading() as connection:
        due = sorted(
            follow_ups_due(connection, registry, now=asked.now), key=lambda one: (ORDER.index(one.what), one.at)
        )
        told = sorted(
            told_by_patients(connection, registry, since=asked.now - TOLD_FOR), key=lambda one: one.at, reverse=True
        )
        counted = answers(connection, now=asked.now)
        shown = [one for one in due if not wanted or one.what == wanted]
        waiting = [_waiting(asked, one) for one in shown]
    asked.note("read follow-ups")
    counts = {what: sum(one.what == what for one in due) for what in ORDER}
    return page(
        asked,
        "follow_ups.html",
        waiting=waiting,
        counts=counts,
        wanted=wanted,
        all=len(due),
        told=told,
        answers=counted,
    )


def _waiting(asked: Asked, due: FollowUp) -> Waiting:
    state = asked.settings.registry.course(due.course).state
    return Waiting(due, tried(state, due.what, has_phone=bool(due.patient.identity.phone)))


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """What is due of one course, how it was asked for, and the ways to go on."""
    known, patient = open_course(asked)
    due = [one for one in due_of(known.state) if one.what != "session"]
    has_phone = bool(patient.identity.phone)
    lines = [(one, tried(known.state, one.what, has_phone=has_phone)) for one in due]
    with asked.settings.registry.reading() as connection:
        links = open_of(connection, known.id, at=asked.now)
    told = [(number, one) for number, one in known.state.scores if one.reported_by == "patient" and one.symptoms]
    return page(
        asked, "follow_up.html", status=status, patient=patient, course=known, lines=lines, attempts=known.state.contacts,
        open=_open(due), links=links, told=told, purposes=PURPOSES, ways=WAYS, came=CAME, keys=new_key, typed=typed(asked), findings=list(findings), errors=list(errors),
    )  # fmt: skip


def _open(due: list[Due]) -> tuple[str, ...]:
    """Purposes a score can still be asked for, the one that has been due longest first."""
    return tuple(one.what for one in sorted(due, key=lambda one: one.at) if not one.done and one.what != "call")


def _purpose(form: Form, field: str) -> Purpose | None:
    return form.one_of(field, "score", words=PURPOSES)


def contact(asked: Asked) -> Response:
    """Record an attempt: a call that reached the patient or did not, or a letter."""
    known, _ = open_course(asked)
    form = Form(asked)
    purpose, way = _purpose(form, "purpose"), form.one_of("way", "way", words=WAYS)
    came = form.one_of("came", "result", words=CAME) if way == "call" else "not reached"
    said = form.text("said", "note", optional=True, most=500)
    if form.errors or purpose is None or way is None or came is None:
        return show(asked, errors=tuple(form.errors), status=422)
    event = Contacted(at=asked.now, purpose=purpose, way=way, reached=came == "reached", said=said)
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/follow-up")


def missing(asked: Asked) -> Response:
    """Record that a score that was due is missing, and why: in the headline it is no response, and it shows."""
    known, _ = open_course(asked)
    form = Form(asked)
    purpose, why = _purpose(form, "of"), form.text("why", "reason", most=500)
    due = next((one for one in due_of(known.state) if one.what == purpose), None)
    if purpose is not None and (due is None or due.at > asked.now):
        form.wrong("of", "score", what=f"{purpose} is not due", do="Wait until it is, or choose another one.")
    if form.errors or purpose is None or due is None:
        return show(asked, errors=tuple(form.errors), status=422)
    day = due.at.astimezone(asked.settings.profile.zone).date()
    event = Scored(at=asked.now, instrument="nrs", day=day, purpose=purpose, reported_by="staff", why_missing=why)
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/follow-up")


ROUTES = (
    Route("/follow-ups", "follow-ups", worklist, CLINICIANS),
    Route("/courses/{course}/follow-up", "follow-up", show, CLINICIANS, reads=True),
    Route("/courses/{course}/follow-up/contact", "contact", contact, ("nurse", "physician"), ("POST",)),
    Route("/courses/{course}/follow-up/missing", "missing score", missing, ("nurse", "physician"), ("POST",)),
)
