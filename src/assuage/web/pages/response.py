"""Response: pain over days with the infusions as marks, the verdict in words, and the decision that a person makes on it."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from decimal import Decimal
from typing import Literal

import msgspec
from markupsafe import Markup
from starlette.responses import Response

from assuage.course.event import Decided, Scored
from assuage.course.ledger import GivenDose, doses
from assuage.course.state import Course
from assuage.finding import Finding
from assuage.quantity import show as shown
from assuage.response import relief, response
from assuage.response.options import CHOICES, Seen, options
from assuage.response.responder import Response as Found
from assuage.response.scores import Day, pain_days
from assuage.web.acting import act, new_key, open_course, surroundings
from assuage.web.asked import Asked
from assuage.web.curve import Given, curve
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

Purpose = Literal[
    "baseline", "before infusion", "end of infusion", "diary", "day after", "day 14", "week 4", "week 8", "week 12", "other"
]  # fmt: skip
PURPOSES: tuple[Purpose, ...] = (
    "baseline", "before infusion", "end of infusion", "diary", "day after", "day 14", "week 4", "week 8", "week 12", "other",
)  # fmt: skip
# What is asked for here. DN4 tells what kind of pain it is and is no measure of change.
INSTRUMENTS = ("nrs", "vas", "dn4")
# A visual scale is read in millimetres. So few of them may be centimetres.
MOST_CENTIMETRES = 10
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
    drawn = _drawn(asked, known.state, days, found)
    lasted = relief(known.state, found, zone=zone)
    elsewhere = settings.registry.doses_elsewhere(known)
    around = msgspec.structs.replace(surroundings(asked), elsewhere=elsewhere)
    decided = [one.event for one in known.records if isinstance(one.event, Decided)]
    return page(
        asked, "response.html", status=status, patient=patient, course=known, found=found, days=days, given=_given(known.state, zone), drawn=drawn,
        relief=lasted, scores=sorted(known.state.scores, key=lambda pair: pair[1].day), decided=decided, options=options(Seen(known.state, found, lasted, around)),
        purposes=PURPOSES, choices=CHOICES, changes=CHANGES, instruments=INSTRUMENTS, names={one: settings.catalog.instruments[one].name for one in INSTRUMENTS},
        keys=new_key, today=today, typed=typed(asked), findings=list(findings), errors=list(errors),
    )  # fmt: skip


def _drawn(asked: Asked, state: Course, days: Sequence[Day], found: Found) -> Markup:
    catalog = asked.settings.catalog
    if not days or found.instrument is None:
        return Markup("")
    window = catalog.practice["day-14-window"].fact.quantity.to("d").value
    given = _given(state, asked.settings.profile.zone)
    drawn = curve(days, given, found, highest=_reach(asked, found.instrument)[1], window_days=int(window))
    return Markup(drawn)  # noqa: S704 (every word in it is escaped where it is drawn)


def _given(state: Course, zone: dt.tzinfo) -> tuple[Given, ...]:
    """Infusions of which drug went in or may have, with each dose; “at most” where nobody knows how much."""
    return tuple(
        Given(one.started.at.astimezone(zone).date(), one.number, tuple(_dose(each) for each in doses(one)), tuple(f"{each.name} {_dose(each)}" for each in doses(one)))
        for one in state.sessions if one.started is not None and one.delivery != "not given"
    )  # fmt: skip


def _dose(one: GivenDose) -> str:
    return f"{'' if one.is_certain else 'at most '}{shown(one.dose.to_places(1))}"


def _reach(asked: Asked, instrument: str) -> tuple[int, int]:
    """The lowest and the highest score of an instrument."""
    known = asked.settings.catalog.instruments[instrument]
    assert known.lowest is not None
    assert known.highest is not None
    return int(known.lowest.quantity.value), int(known.highest.quantity.value)


def score(asked: Asked) -> Response:
    """Record a score, the patient's impression of change, or both; or that it was asked for in vain, with the reason."""
    known, _ = open_course(asked)
    form = Form(asked)
    events = _scores(asked, form)
    if form.errors:
        return show(asked, errors=tuple(form.errors), status=422)
    key = form.key() or new_key()
    for event in events:
        decision = act(asked, known.id, event, key=key if event.instrument != "pgic" else f"{key}/change")
        if decision.is_refused:
            return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/response")


def _scores(asked: Asked, form: Form) -> tuple[Scored, ...]:
    day, purpose = form.day("day", "day"), form.one_of("purpose", "purpose", words=PURPOSES)
    instrument = (
        form.one_of("instrument", "instrument", words=INSTRUMENTS) if asked.text("instrument") else INSTRUMENTS[0]
    )
    value, missing = _value(asked, form, instrument or INSTRUMENTS[0]), asked.text("why_missing") or None
    word = form.one_of("change", "change", words=CHANGES) if asked.text("change") else None
    if value is None and missing is None and word is None and not form.errors:
        form.wrong(
            "value", "score", what="nothing was entered", do="Enter a number, a word of change, or why there is none."
        )
    if value is not None and missing is not None:
        form.wrong(
            "why_missing", "reason", what="a score and a reason why there is none", do="Leave one of them empty."
        )
    if day is not None and day > asked.now.astimezone(asked.settings.profile.zone).date():
        form.wrong("day", "day", what="a day that has not come", do="Correct it.")
    if form.errors or day is None or purpose is None or instrument is None:
        return ()
    found = []
    if value is not None or missing is not None:
        found.append(
            Scored(
                at=asked.now,
                instrument=instrument,
                day=day,
                purpose=purpose,
                reported_by="staff",
                value=value,
                why_missing=missing,
            )
        )
    if word is not None:
        found.append(Scored(at=asked.now, instrument="pgic", day=day, purpose=purpose, reported_by="staff", word=word))
    return tuple(found)


def _value(asked: Asked, form: Form, instrument: str) -> Decimal | None:
    low, high = _reach(asked, instrument)
    value = form.number("value", "score", low=low, high=high, optional=True)
    if instrument == "vas" and value is not None and value <= MOST_CENTIMETRES and not form.yes("is_mm"):
        form.wrong(
            "value",
            "score",
            what=f"{value} on a scale in millimetres",
            do="If it was read in centimetres, enter millimetres; if it is millimetres, tick that it is.",
        )
    return value


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
