"""Adverse events: all of them with filters and rates, those of one course with a form, and each as text for a regulator."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence

from starlette.responses import Response

from assuage.course.event import Harmed
from assuage.errors import Problem, RegistryError
from assuage.finding import Finding
from assuage.registry import figures
from assuage.registry.adverse import Adverse, adverse_events, of_course
from assuage.registry.figures import Left
from assuage.response.harms import apart, by_drug
from assuage.web import counted
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.bedside_steps import OUTCOMES, RELATED, STANDARD, expected_of
from assuage.web.form import FieldError, Form, typed
from assuage.web.harm_report import on_the_clock, report
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

SERIOUS = "serious"
NO_INFUSION = "none"
# So long this page waits for infusions to be counted; the clinic's page counts the rest.
PATIENCE_S = 0.5


def every(asked: Asked) -> Response:
    """The list over all courses, narrowed as asked; below it, events for each 100 infusions by drug."""
    settings, registry = asked.settings, asked.settings.registry
    with registry.reading() as connection:
        found = sorted(adverse_events(connection, registry), key=lambda one: one.event.began, reverse=True)
    counts = figures.every(registry, settings.catalog, zone=settings.profile.zone, within_s=PATIENCE_S)
    rates = None if isinstance(counts, Left) else counted.harm_table(by_drug(counts), apart(counts), sees_all=True)
    wanted = {name: asked.asks(name) for name in ("drug", "grade", "term", "gravity")}
    asked.note("read adverse events")
    return page(
        asked, "harms.html", lines=_narrowed(found, wanted), all=len(found), wanted=wanted, grades=_grades(asked), serious=SERIOUS,
        drugs=sorted({drug for one in found for drug in one.drugs}), terms=sorted({one.event.term for one in found}),
        names={id: one.name for id, one in settings.catalog.events.items()}, on_the_clock=on_the_clock,
        rates=rates,
    )  # fmt: skip


def _narrowed(found: Sequence[Adverse], wanted: dict[str, str]) -> list[Adverse]:
    """What was asked for. A restricted patient's event is in the list, without its words."""
    least = int(wanted["grade"]) if wanted["grade"].isascii() and wanted["grade"].isdigit() else 0
    return [
        one for one in found
        if (not wanted["drug"] or wanted["drug"] in one.drugs) and one.event.grade >= least
        and (not wanted["term"] or one.event.term == wanted["term"]) and (wanted["gravity"] != SERIOUS or one.event.is_serious)
    ]  # fmt: skip


def _grades(asked: Asked) -> tuple[int, ...]:
    instrument = asked.settings.catalog.instruments["ctcae-grade"]
    assert instrument.lowest is not None
    assert instrument.highest is not None
    return tuple(range(int(instrument.lowest.quantity.value), int(instrument.highest.quantity.value) + 1))


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The adverse events of one course, and a form for one that is learnt of away from the bedside."""
    known, patient = open_course(asked)
    begun = [str(one.number) for one in known.state.sessions if one.has_begun]
    events = asked.settings.catalog.events
    return page(
        asked, "course_harms.html", status=status, patient=patient, course=known, lines=list(of_course(known, patient)), sessions=begun,
        terms=sorted(events, key=lambda id: events[id].name), names={id: one.name for id, one in events.items()}, grades=[str(one) for one in _grades(asked)],
        related=RELATED, outcomes=OUTCOMES, no_infusion=NO_INFUSION, on_the_clock=on_the_clock, keys=new_key,
        typed=typed(asked), findings=list(findings), errors=list(errors),
    )  # fmt: skip


def record(asked: Asked) -> Response:
    """Put an adverse event on record."""
    known, _ = open_course(asked)
    form = Form(asked)
    event = _event(asked, form, [one.number for one in known.state.sessions if one.has_begun])
    if event is None:
        return show(asked, errors=tuple(form.errors), status=422)
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/harms")


def _event(asked: Asked, form: Form, begun: Sequence[int]) -> Harmed | None:
    catalog = asked.settings.catalog
    term = form.one_of("term", "what happened", words=tuple(catalog.events))
    spoken, action = (
        form.text("spoken", "words of the patient", most=500),
        form.text("action", "what was done", most=500),
    )
    session = form.one_of("session", "infusion", words=(*map(str, begun), NO_INFUSION))
    grade = form.one_of("grade", "grade", words=tuple(map(str, _grades(asked))))
    related, outcome = (
        form.one_of("related", "relation to the drug", words=RELATED),
        form.one_of("outcome", "outcome so far", words=OUTCOMES),
    )
    began = form.instant("began", "when it began")
    if began is not None and began > asked.now + dt.timedelta(minutes=1):
        form.wrong("began", "when it began", what="a time that has not come", do="Correct it.")
    if (
        form.errors
        or term is None
        or session is None
        or grade is None
        or related is None
        or outcome is None
        or began is None
    ):
        return None
    known = catalog.events[term]
    return Harmed(
        at=asked.now, term=term, spoken=spoken, session=None if session == NO_INFUSION else int(session), began=began, grade=int(grade),
        standard=STANDARD, is_serious=form.yes("is_serious"), related=related, expected=expected_of(known.expected), action=action,
        antidote=asked.text("antidote") or None, outcome=outcome, reference="; ".join(dict.fromkeys(one.source for one in known.seen_in)) or None,
    )  # fmt: skip


def exported(asked: Asked) -> Response:
    """One adverse event as text for a regulator."""
    known, patient = open_course(asked)
    number = asked.path["number"]
    found = next((one for one in of_course(known, patient) if str(one.number) == number), None)
    if found is None:
        raise RegistryError(Problem(f"no adverse event {number[:12]} on this course", "the registry", "one that stands on record",
                                    "choose it from the list of the course"))  # fmt: skip
    settings = asked.settings
    asked.note("exported an adverse event", known.id)
    text = report(found, settings.catalog, clinic=settings.profile.id, zone=settings.profile.zone, made=asked.now)
    named = {"content-disposition": f'attachment; filename="adverse-event-{known.id}-{found.number}.txt"'}
    return Response(text, media_type="text/plain; charset=utf-8", headers=named)


ROUTES = (
    Route("/harms", "adverse events", every, CLINICIANS),
    Route("/courses/{course}/harms", "adverse events of a course", show, CLINICIANS, reads=True),
    Route("/courses/{course}/harms", "adverse event", record, CLINICIANS, ("POST",)),
    Route("/courses/{course}/harms/{number}/report", "adverse event as text", exported, CLINICIANS, reads=True),
)
