"""Response: pain over days with the infusions as marks, the verdict in words, and the decision that a person makes on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import Literal

from markupsafe import Markup
from starlette.responses import Response

from assuage.course.event import Decided, Scored
from assuage.finding import Finding
from assuage.response import relief, response
from assuage.response.responder import Response as Found
from assuage.response.scores import Day, pain_days
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.curve import curve
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

Purpose = Literal[
    "baseline", "before infusion", "end of infusion", "diary", "day after", "day 14", "week 4", "week 8", "week 12", "other"
]  # fmt: skip
Choice = Literal[
    "nothing further", "repeat the series", "another regimen", "add one measure", "stop this regimen", "wait"
]  # fmt: skip
PURPOSES: tuple[Purpose, ...] = (
    "baseline", "before infusion", "end of infusion", "diary", "day after", "day 14", "week 4", "week 8", "week 12", "other",
)  # fmt: skip
CHOICES: tuple[Choice, ...] = (
    "nothing further",
    "repeat the series",
    "another regimen",
    "add one measure",
    "stop this regimen",
    "wait",
)
CHANGES = (
    "very much improved",
    "much improved",
    "minimally improved",
    "no change",
    "minimally worse",
    "much worse",
    "very much worse",
)


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The response of a course as it stands today."""
    known, patient = open_course(asked)
    settings = asked.settings
    zone = settings.profile.zone
    today = asked.now.astimezone(zone).date()
    found = response(known.state, settings.catalog, zone=zone, today=today)
    days = pain_days(known.state, found.instrument) if found.instrument else ()
    given = [
        (one.started.at.astimezone(zone).date(), one.number)
        for one in known.state.sessions
        if one.started and one.delivery != "not given"
    ]
    drawn = _drawn(asked, days, given, found)
    decided = [one.event for one in known.records if isinstance(one.event, Decided)]
    return page(
        asked, "response.html", status=status, patient=patient, course=known, found=found, days=days, given=given, drawn=drawn,
        relief=relief(known.state, found, zone=zone), scores=sorted(known.state.scores, key=lambda pair: pair[1].day), decided=decided,
        purposes=PURPOSES, choices=CHOICES, changes=CHANGES, keys=new_key, today=today, typed=typed(asked), findings=list(findings),
        errors=list(errors),
    )  # fmt: skip


def _drawn(asked: Asked, days: Sequence[Day], given: Sequence[tuple[dt.date, int]], found: Found) -> Markup:
    catalog = asked.settings.catalog
    if not days or found.instrument is None:
        return Markup("")
    highest = catalog.instruments[found.instrument].highest
    assert highest is not None
    window = catalog.practice["day-14-window"].fact.quantity.to("d").value
    return Markup(curve(days, given, found, highest=int(highest.quantity.value), window_days=int(window)))


def score(asked: Asked) -> Response:
    """Record a score, or that it was asked for in vain, with the reason."""
    known, _ = open_course(asked)
    form = Form(asked)
    day, purpose = form.day("day", "day"), form.one_of("purpose", "purpose", words=PURPOSES)
    value = form.number("value", "pain", low=0, high=10, optional=True)
    missing, word = asked.text("why_missing") or None, asked.text("change") or None
    if value is None and missing is None and word is None and not form.errors:
        form.wrong(
            "value", "pain", what="nothing was entered", do="Enter a number, a word of change, or why there is none."
        )
    if day is not None and day > asked.now.astimezone(asked.settings.profile.zone).date():
        form.wrong("day", "day", what="a day that has not come", do="Correct it.")
    if form.errors or day is None or purpose is None:
        return show(asked, errors=tuple(form.errors), status=422)
    instrument = "pgic" if word and value is None and missing is None else "nrs"
    event = Scored(at=asked.now, instrument=instrument, day=day, purpose=purpose, reported_by="staff", value=value,
                   word=word if instrument == "pgic" else None, why_missing=missing)  # fmt: skip
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/response")


def decide(asked: Asked) -> Response:
    """Record what is done next, and why."""
    known, _ = open_course(asked)
    form = Form(asked)
    chosen, because = form.one_of("chosen", "decision", words=CHOICES), form.text("because", "reason")
    if form.errors or chosen is None:
        return show(asked, errors=tuple(form.errors), status=422)
    decision = act(
        asked, known.id, Decided(at=asked.now, chosen=chosen, because=because, shown=CHOICES), key=form.key()
    )
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/response")


ROUTES = (
    Route("/courses/{course}/response", "response", show, CLINICIANS, reads=True),
    Route("/courses/{course}/response/score", "score", score, ("nurse", "physician", "pharmacist"), ("POST",)),
    Route("/courses/{course}/response/decision", "decision", decide, ("physician",), ("POST",)),
)
