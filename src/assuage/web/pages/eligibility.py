"""Eligibility: every rule that speaks, in groups by what it stops, with what would settle it; the verdict and until when."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course.event import Overridden, Screened
from assuage.course.gates_today import patient_of
from assuage.course.holding import holds_until
from assuage.course.part import FoundThen
from assuage.errors import AssuageError
from assuage.finding import Finding
from assuage.plan import Plan
from assuage.registry.store import Known
from assuage.screening import Formulas, State
from assuage.screening.answers import Answer, answers, found_nothing
from assuage.web.acting import act, new_key, open_course, second_person
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.planning import Chosen, chosen, planned, said
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

GROUPS = (
    ("Stops", ("refuse", "stop")), ("Waits: cannot be said yet", ("hold",)), ("Warnings", ("warn",)), ("Notes", ("note",)),
)  # fmt: skip


def verdict_of(plan: Plan) -> str:
    """Eligible, not eligible, or cannot say yet: by what blocks the dose and was not taken on."""
    blocking = [one for one in plan.findings if one.blocks == "dose"]
    if any(one.severity in ("refuse", "stop") for one in blocking):
        return "not eligible"
    return "cannot say yet" if blocking else "eligible"


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The rules, judged now for a regimen and a start."""
    known, patient = open_course(asked)
    one = chosen(asked, known)
    refused = ""
    plan = None
    try:
        plan = planned(asked, known, one)
    except AssuageError as error:
        refused = said(error)
    state = _state(asked, known, one)
    regimen = asked.settings.catalog.regimens.get(one.regimen)
    grouped = _grouped(plan, state)
    until = holds_until(state.patient, regimen, state) if state is not None and regimen is not None else None
    clear = found_nothing(regimen, state) if state is not None and regimen is not None and plan is not None else ()
    indication = known.state.referred.indication if known.state.referred else ""
    return page(
        asked, "eligibility.html", status=status, patient=patient, course=known, plan=plan, grouped=grouped, one=one, until=until, clear=clear,
        verdict=verdict_of(plan) if plan else None, regimens=_regimens(asked, indication), refused=refused, key=new_key(),
        version=known.version, taken_on={each.rule for each in known.state.overrides}, latest=known.state.screening,
        typed=typed(asked), findings=findings, errors=list(errors),
    )  # fmt: skip


def _state(asked: Asked, known: Known, one: Chosen) -> State | None:
    """The patient as known on the day that is judged; none without facts."""
    if known.state.facts is None:
        return None
    settings = asked.settings
    patient = patient_of(known.state.facts.document)
    formulas = Formulas.of(settings.catalog)
    return State(patient, one.start.date(), catalog=settings.catalog, clinic=settings.clinic, formulas=formulas)


def _grouped(plan: Plan | None, state: State | None) -> list[tuple[str, list[tuple[Finding, tuple[Answer, ...]]]]]:
    """Findings by what they do, gravest first, each with the answers it rests on."""
    if plan is None or state is None:
        return []
    return [
        (name, [(each, answers(each, state)) for each in plan.findings if each.severity in levels])
        for name, levels in GROUPS
    ]


def _regimens(asked: Asked, indication: str) -> list[tuple[str, str, bool]]:
    """Every regimen that can be planned: id, name, whether it was tried in this pain; in the order of their ids."""
    found = [one for one in asked.settings.catalog.regimens.values() if one.plannable]
    return [(one.id, one.name, indication in one.indications) for one in sorted(found, key=lambda each: each.id)]


def record(asked: Asked) -> Response:
    """Put the verdict on record, as it is now."""
    known, _ = open_course(asked)
    one = chosen(asked, known)
    plan = planned(asked, known, one)
    state = _state(asked, known, one)
    if plan is None or state is None:
        return show(
            asked,
            errors=(FieldError("regimen", "regimen", "none was chosen, or there are no facts", "Choose one."),),
            status=422,
        )
    settings = asked.settings
    event = Screened(
        at=asked.now, regimen=one.regimen, facts=known.state.facts_number, day=one.start.date(), catalog=settings.catalog.fingerprint,
        findings=tuple(FoundThen(each.rule, each.severity, each.blocks, each.message) for each in plan.findings),
        verdict=verdict_of(plan),  # type: ignore[arg-type]
        expires=holds_until(state.patient, settings.catalog.regimens[one.regimen], state),
    )  # fmt: skip
    decision = act(asked, known.id, event, key=Form(asked).key() or new_key(), version=_version(asked))
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    following = "plan" if verdict_of(plan) == "eligible" else "eligibility"
    return go(f"/courses/{known.id}/{following}?regimen={one.regimen}&start={one.start:%Y-%m-%dT%H:%M}")


def override(asked: Asked) -> Response:
    """A prescriber and a second clinician take a stop upon themselves."""
    known, _ = open_course(asked)
    form = Form(asked)
    rule, reason = asked.text("rule"), form.text("reason", "reason")
    second = second_person(asked)
    if second is None:
        form.wrong(
            "second",
            "second clinician",
            what="nobody proved it",
            do="Let a second clinician enter account and password.",
        )
    if form.errors or second is None:
        return show(asked, errors=tuple(form.errors), status=422)
    decision = act(
        asked,
        known.id,
        Overridden(at=asked.now, rule=rule, reason=reason, second=second),
        key=form.key() or new_key(),
        version=_version(asked),
    )
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/eligibility")


def _version(asked: Asked) -> int | None:
    text = asked.text("version")
    return int(text) if text.isdigit() else None


ROUTES = (
    Route("/courses/{course}/eligibility", "eligibility", show, CLINICIANS, reads=True),
    Route("/courses/{course}/eligibility", "eligibility", record, CLINICIANS, ("POST",)),
    Route("/courses/{course}/override", "override", override, ("physician",), ("POST",)),
)
