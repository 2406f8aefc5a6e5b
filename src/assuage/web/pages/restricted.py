"""A restricted patient: opened by who treats, with a reason that is kept and listed for the auditor."""

from __future__ import annotations

from starlette.responses import Response

from assuage.registry import glass
from assuage.registry.glass import HOLDS
from assuage.web.asked import Asked
from assuage.web.entering import local
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route


def show(asked: Asked, *, errors: tuple[FieldError, ...] = (), status: int = 200) -> Response:
    """The question why. Nothing of the patient is shown."""
    hours = int(HOLDS.total_seconds() // 3600)
    next = local(asked.asks("next") or asked.text("next"))
    return page(asked, "restricted.html", status=status, hours=hours, next=next, id=asked.path["patient"],
                typed=typed(asked), errors=list(errors))  # fmt: skip


def opened(asked: Asked) -> Response:
    """Open the patient, and on to the page that was wanted."""
    form = Form(asked)
    because = form.text("because", "reason", most=500)
    if form.errors:
        return show(asked, errors=tuple(form.errors), status=422)
    glass.break_glass(
        asked.settings.registry, asked.path["patient"], account=asked.person.id, because=because, at=asked.now
    )
    return go(local(asked.text("next")))


ROUTES = (
    Route("/restricted/{patient}", "restricted", show, CLINICIANS),
    Route("/restricted/{patient}", "restricted", opened, CLINICIANS, ("POST",)),
)
