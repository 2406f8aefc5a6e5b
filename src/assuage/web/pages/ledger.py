"""The ledger of everything that is done for this pain: what began, what it did, what is kept; added one at a time. No sum is made."""

from __future__ import annotations

import datetime as dt
from typing import Literal, get_args

from starlette.responses import Response

from assuage.course.event import MeasureBegun, MeasureEnded
from assuage.course.ledger import all_doses, total
from assuage.course.measures import arms, layers, unjudged
from assuage.finding import Finding
from assuage.registry.store import new_id
from assuage.web.acting import acknowledgements, act, new_key, open_course, surroundings
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

Sort = Literal["infusion series", "oral drug", "topical drug", "block", "physical", "sleep", "mood", "other"]
Answer = Literal["effective", "partly", "not effective", "harmful", "not known"]
SORTS: tuple[Sort, ...] = get_args(Sort)
ANSWERS: tuple[Answer, ...] = get_args(Answer)


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """Every measure, with what each drug amounts to in the running time that practice counts."""
    known, patient = open_course(asked)
    catalog = asked.settings.catalog
    running = catalog.practice["running-total"].fact.quantity
    since = asked.now - dt.timedelta(days=float(running.to("d").value))
    doses = (*all_doses(known.state), *asked.settings.registry.doses_elsewhere(known))
    totals = [
        one
        for drug in dict.fromkeys(dose.drug for dose in doses)
        if (one := total(doses, drug, since=since, until=asked.now))
    ]
    wait = catalog.practice["one-measure-at-a-time"].fact.quantity
    around = surroundings(asked)
    return page(asked, "ledger.html", status=status, patient=patient, course=known, measures=known.state.measures, totals=totals,
                running=running, wait=wait, fresh=unjudged(known.state, catalog, now=asked.now), layers=layers(known.state, around), arms=arms(known.state),
                sorts=SORTS, answers=ANSWERS, keys=new_key, typed=typed(asked), findings=findings,
                errors=list(errors))  # fmt: skip


def begin(asked: Asked) -> Response:
    """Add a measure: one at a time, so that what it does can be told."""
    known, _ = open_course(asked)
    form = Form(asked)
    name, aim = form.text("name", "measure", most=120), form.text("aim", "aim", most=200)
    sort = form.one_of("sort", "kind", words=SORTS)
    if form.errors or sort is None:
        return show(asked, errors=tuple(form.errors), status=422)
    reasons = acknowledgements(asked)
    for why in reasons.values():
        aim = f"{aim} In spite of what was told: {why}"
    event = MeasureBegun(at=asked.now, measure=new_id(), name=name, sort=sort, aim=aim)
    decision = act(asked, known.id, event, key=form.key(), acknowledged=reasons)
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/ledger")


def end(asked: Asked) -> Response:
    """Judge a measure: what it did, and whether it is kept."""
    known, _ = open_course(asked)
    form = Form(asked)
    found, because = form.one_of("response", "what it did", words=ANSWERS), form.text("because_end", "reason", most=300)
    if form.errors or found is None:
        return show(asked, errors=tuple(form.errors), status=422)
    event = MeasureEnded(
        at=asked.now, measure=asked.text("measure"), response=found, because=because, keeps=form.yes("keeps")
    )
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/ledger")


ROUTES = (
    Route("/courses/{course}/ledger", "ledger", show, CLINICIANS, reads=True),
    Route("/courses/{course}/ledger/begin", "begin a measure", begin, ("physician", "nurse"), ("POST",)),
    Route("/courses/{course}/ledger/end", "judge a measure", end, ("physician", "nurse"), ("POST",)),
)
