"""Adoption: a physician and a pharmacist read the source of a regimen, settle what is open, and take it up for the clinic."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course.adopting import Reading, reading_of
from assuage.course.adoption import AdoptionEvent, Agreed, Proposed, Standing, Withdrawn, judge, standings
from assuage.finding import Finding
from assuage.registry import clinic_record
from assuage.registry.lists import orders_to_look_at
from assuage.web.acting import new_key, prove
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """Every regimen with where its adoption stands; below, orders that no longer rest on what is adopted."""
    settings, catalog = asked.settings, asked.settings.catalog
    clinic = settings.clinic
    adopted = frozenset(one.regimen for one in clinic.adopted if one.catalog == catalog.fingerprint)
    with settings.registry.reading() as connection:
        found = standings(clinic_record.adoptions(connection))
        resting = tuple(
            orders_to_look_at(connection, settings.registry, fingerprint=catalog.fingerprint, adopted=adopted)
        )
    if resting:
        asked.note("read orders to look at")
    rows = [
        (one, found.get(one.id, Standing(one.id)), clinic.adoption(one.id))
        for one in sorted(catalog.regimens.values(), key=lambda each: each.id)
        if one.plannable and one.basis != "hypothesis"
    ]
    return page(asked, "adoption.html", status=status, rows=rows, fingerprint=catalog.fingerprint, resting=resting, key=new_key(),
                typed=typed(asked), findings=findings, errors=list(errors))  # fmt: skip


def show_one(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """One regimen: what is to be read and settled, and the step that may follow."""
    settings, catalog = asked.settings, asked.settings.catalog
    regimen = catalog.regimen(asked.path["regimen"])
    with settings.registry.reading() as connection:
        standing = standings(clinic_record.adoptions(connection)).get(regimen.id, Standing(regimen.id))
    adoption = settings.clinic.adoption(regimen.id)
    return page(asked, "adoption_one.html", status=status, reading=reading_of(regimen, catalog), regimen=regimen, standing=standing,
                adoption=adoption, following=_following(standing, catalog.fingerprint), fingerprint=catalog.fingerprint, key=new_key(),
                typed=typed(asked), read=asked.texts("read"), findings=findings, errors=list(errors))  # fmt: skip


def _following(standing: Standing, fingerprint: str) -> str:
    """The step that may follow: a proposal of an older catalog is put up again, what is adopted against this one falls."""
    first = standing.proposed
    if first is None or standing.withdrawn is not None or first.catalog != fingerprint:
        return "propose"
    return "withdraw" if standing.adoption is not None else "agree"


def step(asked: Asked) -> Response:
    """Put up, agree or withdraw, after proving who does it."""
    catalog = asked.settings.catalog
    regimen = catalog.regimen(asked.path["regimen"])
    form = Form(asked)
    if not prove(asked):
        form.wrong("password", "password", what="it is not right, or was not given", do="Give your password again.")
    event = _event(asked, form, reading_of(regimen, catalog))
    if form.errors or event is None:
        return show_one(asked, errors=tuple(form.errors), status=422)
    return _put(asked, event, form.key())


def _event(asked: Asked, form: Form, reading: Reading) -> AdoptionEvent | None:
    regimen, fingerprint = reading.regimen.id, asked.settings.catalog.fingerprint
    known = {one.id for one in reading.sources}
    read = tuple(one for one in asked.texts("read") if one in known)
    match form.one_of("step", "step", words=("propose", "agree", "withdraw")):
        case "propose":
            settled = {
                one.fact: form.text(f"settled:{one.fact}", f"settlement of {one.fact}") for one in reading.disputes
            }
            limits = form.text("limits", "limits of the clinic")
            return Proposed(at=asked.now, regimen=regimen, by=asked.person, catalog=fingerprint, read=read, settled=settled, limits=limits)  # fmt: skip
        case "agree":
            return Agreed(at=asked.now, regimen=regimen, by=asked.person, catalog=fingerprint, read=read)
        case "withdraw":
            because = form.text("because", "reason")
            return Withdrawn(at=asked.now, regimen=regimen, by=asked.person, because=because)
    return None


def _put(asked: Asked, event: AdoptionEvent, key: str) -> Response:
    registry = asked.settings.registry
    with registry.writing() as connection:
        found = judge(clinic_record.adoptions(connection), event, asked.settings.catalog)
        if not found:
            clinic_record.add(
                connection, event, key=f"{event.regimen}/{event.by.id}/{key or new_key()}", recorded=asked.now
            )
    if found:
        return show_one(asked, findings=found, status=409)
    asked.note(f"adoption of {event.regimen}")
    return go(f"/adoption/{event.regimen}")


ROUTES = (
    Route("/adoption", "adoption", show, CLINICIANS),
    Route("/adoption/{regimen}", "adoption of a regimen", show_one, CLINICIANS),
    Route("/adoption/{regimen}", "adoption of a regimen", step, ("physician", "pharmacist"), ("POST",)),
)
