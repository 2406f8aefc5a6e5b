"""Adoption: a physician and a pharmacist read the source of a regimen, settle what is open, and take it up for the clinic."""

from __future__ import annotations

from starlette.responses import Response

from assuage.catalog import Catalog
from assuage.course.adoption import AdoptionEvent, Agreed, Proposed, Standing, Withdrawn, judge, standings
from assuage.finding import Finding
from assuage.registry import clinic_record
from assuage.web.acting import new_key, prove
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route


def show(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """Every regimen with where its adoption stands."""
    with asked.settings.registry.reading() as connection:
        found = standings(clinic_record.adoptions(connection))
    catalog = asked.settings.catalog
    rows = [
        (one, found.get(one.id, Standing(one.id)))
        for one in catalog.regimens.values()
        if one.plannable and one.basis != "hypothesis"
    ]
    return page(asked, "adoption.html", status=status, rows=rows, fingerprint=catalog.fingerprint, key=new_key(), typed=typed(asked),
                findings=findings, errors=list(errors))  # fmt: skip


def show_one(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """One regimen: what is to be read and settled."""
    catalog = asked.settings.catalog
    regimen = catalog.regimen(asked.path["regimen"])
    with asked.settings.registry.reading() as connection:
        standing = standings(clinic_record.adoptions(connection)).get(regimen.id, Standing(regimen.id))
    sources = _sources(catalog, regimen.id)
    disputes = _disputes(catalog, regimen.id)
    return page(asked, "adoption_one.html", status=status, regimen=regimen, standing=standing, sources=sources, disputes=disputes,
                fingerprint=catalog.fingerprint, key=new_key(), typed=typed(asked), findings=findings, errors=list(errors))  # fmt: skip


def _sources(catalog: Catalog, name: str) -> list[tuple[str, str, str]]:
    """Id, citation and how much was read of the sources of a regimen."""
    regimen = catalog.regimens[name]
    ids = dict.fromkeys(one for one in (regimen.source, regimen.study) if one)
    return [(one, catalog.sources[one].citation, catalog.sources[one].access) for one in ids if one in catalog.sources]


def _disputes(catalog: Catalog, name: str) -> list[tuple[str, str]]:
    from assuage.plan.beside import disputes

    return [(one.fact, " against ".join(dict.fromkeys(claim.value for claim in one.claims)) + f"; chosen: {one.chosen or 'none'}. {one.because or ''}")
            for one in disputes(catalog.regimens[name], catalog)]  # fmt: skip


def step(asked: Asked) -> Response:
    """Put up, agree or withdraw, after proving who does it."""
    catalog = asked.settings.catalog
    regimen = catalog.regimen(asked.path["regimen"]).id
    form = Form(asked)
    if not prove(asked):
        form.wrong("password", "password", what="it is not right, or was not given", do="Give your password again.")
    read = tuple(asked.texts("read"))
    event: AdoptionEvent
    match asked.text("step"):
        case "propose":
            settled = {
                name.removeprefix("settled:"): values[-1].strip()
                for name, values in asked.form.items()
                if name.startswith("settled:")
            }
            if any(not one for one in settled.values()):
                form.wrong(
                    "settled", "open points", what="one of them is not settled", do="Say how each is settled here."
                )
            event = Proposed(at=asked.now, regimen=regimen, by=asked.person, catalog=catalog.fingerprint, read=read, settled=settled,
                             limits=form.text("limits", "limits of the clinic"))  # fmt: skip
        case "agree":
            event = Agreed(at=asked.now, regimen=regimen, by=asked.person, catalog=catalog.fingerprint, read=read)
        case _:
            event = Withdrawn(at=asked.now, regimen=regimen, by=asked.person, because=form.text("because", "reason"))
    if form.errors:
        return show_one(asked, errors=tuple(form.errors), status=422)
    return _put(asked, event, form.key())


def _put(asked: Asked, event: AdoptionEvent, key: str) -> Response:
    registry = asked.settings.registry
    with registry.writing() as connection:
        found = judge(clinic_record.adoptions(connection), event, asked.settings.catalog)
        if not found:
            clinic_record.add(connection, event, key=key or new_key(), recorded=asked.now)
    if found:
        return show_one(asked, findings=found, status=409)
    asked.note(f"adoption of {event.regimen}")
    return go(f"/adoption/{event.regimen}")


ROUTES = (
    Route("/adoption", "adoption", show, CLINICIANS),
    Route("/adoption/{regimen}", "adoption of a regimen", show_one, CLINICIANS),
    Route("/adoption/{regimen}", "adoption of a regimen", step, ("physician", "pharmacist"), ("POST",)),
)
