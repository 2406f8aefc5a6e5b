"""Plan: the working line by line, limits, disputes, sessions with their dates; then the order."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course.event import Ordered
from assuage.course.order import Basis, order_of
from assuage.errors import AssuageError
from assuage.finding import Finding
from assuage.paper.sheet import order_sheet
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.planning import MODES, choice_of, chosen, planned, said, weight_of
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The plan for what was chosen, with everything it rests on."""
    known, patient = open_course(asked)
    one = chosen(asked, known)
    plan, refused = None, ""
    try:
        plan = planned(asked, known, one)
    except AssuageError as error:
        refused = said(error)
    drugs = (
        {each.drug for step in asked.settings.catalog.regimens[one.regimen].steps for each in step.components}
        if plan
        else set()
    )
    vials = [each for each in asked.settings.catalog.presentations.values() if each.drug in drugs]
    warnings = [each for each in plan.findings if each.severity == "warn"] if plan else []
    screened = known.state.screening
    return page(
        asked, "plan.html", status=status, patient=patient, course=known, one=one, plan=plan, refused=refused, vials=vials, modes=MODES,
        warnings=warnings, key=new_key(), version=known.version, order=known.state.order, typed=typed(asked), findings=findings,
        errors=list(errors), choice=choice_of(one), sheet=order_sheet(plan) if plan else None, is_screened=screened is not None and screened[1].regimen == one.regimen and screened[1].facts == known.state.facts_number,
    )  # fmt: skip


def order(asked: Asked) -> Response:
    """Record the order that the plan makes."""
    known, _ = open_course(asked)
    one = chosen(asked, known)
    plan = planned(asked, known, one)
    screened = known.state.screening
    if plan is None or plan.is_refused or screened is None:
        return show(
            asked,
            errors=(FieldError("regimen", "plan", "there is nothing to order", "Settle what blocks the dose."),),
            status=422,
        )
    before = known.state.order
    missing = _unanswered(asked, plan.findings)
    if before is not None and not asked.text("because"):
        missing += (FieldError("because", "what changed", "nothing was written", f"Say why order {before.order.number} is replaced."),)  # fmt: skip
    if missing:
        return show(asked, errors=missing, status=422)
    basis = Basis(
        len(known.state.orders) + 1,
        known.state.facts_number,
        screened[0],
        weight_of(known),
        before.order.number if before else None,
    )
    reasons = "; ".join(
        f"{name.removeprefix('because:')}: {values[-1].strip()}"
        for name, values in asked.form.items()
        if name.startswith("because:") and values[-1].strip()
    )
    because = "; ".join(part for part in (asked.text("because"), reasons) if part) or None
    event = Ordered(at=asked.now, order=order_of(plan, asked.settings.catalog, basis), because=because)
    version = asked.text("version")
    decision = act(
        asked, known.id, event, key=Form(asked).key() or new_key(), version=int(version) if version.isdigit() else None
    )
    if decision.is_refused:
        return show(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}")


def _unanswered(asked: Asked, findings: tuple[Finding, ...]) -> tuple[FieldError, ...]:
    """A warning is acknowledged with a reason, once for the series."""
    return tuple(
        FieldError(
            f"because:{one.rule}",
            "warning",
            f"“{one.message}” was not acknowledged",
            "Write why you go on in spite of it.",
        )
        for one in findings
        if one.severity == "warn" and not asked.text(f"because:{one.rule}")
    )


ROUTES = (
    Route("/courses/{course}/plan", "plan", show, CLINICIANS, reads=True),
    Route("/courses/{course}/plan", "plan", order, ("physician", "pharmacist"), ("POST",)),
)
