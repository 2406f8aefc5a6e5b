"""The signature: in the words of what is signed, after proving again who signs."""

from __future__ import annotations

from starlette.responses import Response

from assuage.course.event import Signed
from assuage.course.order import Order
from assuage.course.spoken import prescription
from assuage.finding import Finding
from assuage.registry import accounts
from assuage.registry.patients import PatientRecord
from assuage.web.acting import act, new_key, open_course, prove
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

NOT_PROVED = FieldError("password", "password", "it is not right, or was not given", "Give your password again.")
CHANGED = FieldError("words", "words", "the order has changed since it was shown", "Read it again, then sign.")


def words_of(asked: Asked, order: Order, patient: PatientRecord) -> str:
    """What is signed, in words."""
    identity = patient.identity
    return prescription(order, f"{identity.family.upper()}, {identity.given}", asked.settings.profile.zone)


def show_sign(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The words of the signature, and who checked."""
    known, patient = open_course(asked)
    order = known.state.order
    words = words_of(asked, order.order, patient) if order else ""
    checked_by = ""
    if order is not None and order.agreed is not None:
        with asked.settings.registry.reading() as connection:
            found = accounts.by_id(connection, order.agreed[0])
        checked_by = f"{found.name}, {found.role}" if found else order.agreed[0]
    return page(asked, "sign.html", status=status, patient=patient, course=known, order=order, words_shown=words, checked_by=checked_by,
                key=new_key(), version=known.version, typed=typed(asked), findings=findings, errors=list(errors))  # fmt: skip


def sign(asked: Asked) -> Response:
    """Sign, after proving again who signs. What is signed is what was shown, or nothing is."""
    known, patient = open_course(asked)
    order = known.state.order
    if order is None:
        return go(f"/courses/{known.id}")
    if not prove(asked):
        return show_sign(asked, errors=(NOT_PROVED,), status=422)
    words = words_of(asked, order.order, patient)
    if asked.text("words") != words:
        return show_sign(asked, errors=(CHANGED,), status=409)
    version = asked.text("version")
    event = Signed(at=asked.now, order=order.order.number, words=words)
    key = Form(asked).key() or new_key()
    decision = act(asked, known.id, event, key=key, version=int(version) if version.isdigit() else None)
    if decision.is_refused:
        return show_sign(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}")


ROUTES = (
    Route("/courses/{course}/sign", "sign", show_sign, CLINICIANS, reads=True),
    Route("/courses/{course}/sign", "sign", sign, ("physician",), ("POST",)),
)
