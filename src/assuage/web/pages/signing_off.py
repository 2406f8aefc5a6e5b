"""The blind check, the signature and the preparation of an order."""

from __future__ import annotations

import datetime as dt

from starlette.responses import Response

from assuage.course.blind import steps_of
from assuage.course.event import Checked, Prepared, Signed
from assuage.course.order import Order
from assuage.course.part import Entered, Lot
from assuage.course.state import OrderState
from assuage.finding import Finding
from assuage.quantity import show as shown
from assuage.registry.patients import PatientRecord
from assuage.screening import show_date
from assuage.web.acting import act, new_key, open_course, prove, second_person
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

# What a check asks for: field, words, unit.
CHECKED = (
    ("strength", "Strength on the label", "mg/mL"), ("dose", "Dose", "mg"), ("draw_up", "Volume to draw up", "mL"),
    ("total_volume", "Total volume", "mL"), ("rate", "First rate", "mL/h"),
)  # fmt: skip


def show_check(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The check, without a look at the answers; differences only after everything was entered."""
    known, patient = open_course(asked)
    order = known.state.order
    steps = (
        [(session.step, drug, session.total_volume is not None) for session, drug in steps_of(order.order)]
        if order
        else []
    )
    return page(
        asked, "check.html", status=status, patient=patient, course=known, order=order, steps=steps, asks=CHECKED, key=new_key(),
        typed=typed(asked), findings=findings, errors=list(errors),
    )  # fmt: skip


def check(asked: Asked) -> Response:
    """Compare what was entered with the order, and record both."""
    known, _ = open_course(asked)
    order = known.state.order
    if order is None:
        return go(f"/courses/{known.id}")
    form = Form(asked)
    weight = form.quantity("weight", "weight", unit="kg")
    entered = []
    for session, drug in steps_of(order.order):
        at = f"{session.step}.{drug.drug}"
        strength = form.quantity(f"{at}.strength", "strength on the label", unit="mg/mL")
        dose = form.quantity(f"{at}.dose", "dose", unit="mg")
        draw_up = form.quantity(f"{at}.draw_up", "volume to draw up", unit="mL")
        whole = (
            form.quantity(f"{at}.total_volume", "total volume", unit="mL") if session.total_volume is not None else None
        )
        rate = form.quantity(f"{at}.rate", "first rate", unit="mL/h") if session.rate is not None else None
        if strength and dose and draw_up:
            entered.append(Entered(session.step, drug.drug, weight, strength, dose, draw_up, whole, rate))
    if form.errors:
        return show_check(asked, errors=tuple(form.errors), status=422)
    decision = act(
        asked, known.id, Checked(at=asked.now, order=order.order.number, entered=tuple(entered)), key=form.key()
    )
    if decision.is_refused:
        return show_check(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/checked")


def checked(asked: Asked) -> Response:
    """What the latest check found: it agrees, or both workings side by side."""
    known, patient = open_course(asked)
    order = known.state.order
    latest = order.checks[-1][1] if order and order.checks else None
    return page(asked, "checked.html", patient=patient, course=known, order=order, latest=latest)


def words_of(order: Order, patient: PatientRecord, zone: dt.tzinfo) -> str:
    """What is signed, in words."""
    first = order.sessions[0]
    drugs = " and ".join(f"{one.name} {shown(one.dose)}" for one in first.drugs)
    how = (
        f"in {shown(first.volume)} over {shown(first.duration)}"
        if first.total_volume is not None
        else f"in {len(first.portions)} portions"
    )
    starts = first.start.astimezone(zone) if first.start else None
    when = f"from {show_date(starts.date())} {starts:%H:%M}" if starts else "without a date"
    times = "once" if len(order.sessions) == 1 else f"{len(order.sessions)} times"
    who = f"{patient.identity.family.upper()}, {patient.identity.given}, born {show_date(patient.identity.birth_date)}"
    return f"You are prescribing {drugs} {how} for {who}, {times}, {when} ({order.regimen_name})."


def show_sign(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The words of the signature."""
    known, patient = open_course(asked)
    order = known.state.order
    words = words_of(order.order, patient, asked.settings.profile.zone) if order else ""
    return page(asked, "sign.html", status=status, patient=patient, course=known, order=order, words_shown=words, key=new_key(),
                version=known.version, typed=typed(asked), findings=findings, errors=list(errors))  # fmt: skip


def sign(asked: Asked) -> Response:
    """Sign, after proving again who signs."""
    known, patient = open_course(asked)
    order = known.state.order
    if order is None:
        return go(f"/courses/{known.id}")
    if not prove(asked):
        return show_sign(
            asked,
            errors=(
                FieldError("password", "password", "it is not right, or was not given", "Give your password again."),
            ),
            status=422,
        )
    words = words_of(order.order, patient, asked.settings.profile.zone)
    if asked.text("words") != words:
        return show_sign(
            asked,
            errors=(
                FieldError("words", "words", "the order has changed since it was shown", "Read it again, then sign."),
            ),
            status=409,
        )
    version = asked.text("version")
    decision = act(asked, known.id, Signed(at=asked.now, order=order.order.number, words=words), key=Form(asked).key(),
                   version=int(version) if version.isdigit() else None)  # fmt: skip
    if decision.is_refused:
        return show_sign(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}")


def show_prepare(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """What to make up for the next session, with lots and times to enter."""
    known, patient = open_course(asked)
    order = known.state.order
    session = next((one for one in known.state.sessions if one.status in ("planned", "prepared")), None)
    controlled = session is not None and _is_controlled(asked, order, session.number)
    return page(asked, "prepare.html", status=status, patient=patient, course=known, order=order, session=session, key=new_key(),
                is_controlled=controlled, typed=typed(asked), findings=findings, errors=list(errors))  # fmt: skip


def _is_controlled(asked: Asked, order: OrderState | None, number: int) -> bool:
    """Whether waste of this session is witnessed: the catalog says so of its drugs."""
    if order is None:
        return False
    planned = order.order.session(number)
    catalog = asked.settings.catalog
    return planned is not None and any(catalog.drugs[one.drug].controlled is not None for one in planned.drugs)


def prepare(asked: Asked) -> Response:
    """Record what was made up."""
    known, _ = open_course(asked)
    form = Form(asked)
    number = form.number("session", "session", low=1, high=99)
    session = known.state.session(int(number)) if number is not None else None
    if session is None:
        return show_prepare(asked, errors=tuple(form.errors), status=422)
    witness = second_person(asked) if _is_controlled(asked, known.state.order, session.number) else None
    lots = []
    for drug in session.planned.drugs:
        lot = form.text(f"{drug.drug}.lot", f"lot of {drug.name}", most=60)
        expires = form.day(f"{drug.drug}.expires", f"expiry of {drug.name}")
        opened = form.number(f"{drug.drug}.opened", "containers opened", low=1, high=50)
        wasted = form.quantity(f"{drug.drug}.wasted", "volume wasted", unit="mL", optional=True)
        scanned = asked.text(f"{drug.drug}.presentation") or drug.presentation
        if lot and expires and opened is not None:
            lots.append(Lot(scanned, lot, expires, int(opened), wasted, witness))
    discard = form.instant("discard_at", "discard after")
    if _is_controlled(asked, known.state.order, session.number) and witness is None:
        form.wrong(
            "second",
            "witness",
            what="nobody witnessed what is wasted",
            do="Let a second person enter account and password.",
        )
    if form.errors or discard is None:
        return show_prepare(asked, errors=tuple(form.errors), status=422)
    event = Prepared(at=asked.now, session=session.number, lots=tuple(lots), discard_at=discard)
    decision = act(asked, known.id, event, key=form.key())
    if decision.is_refused:
        return show_prepare(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/bedside")


ROUTES = (
    Route("/courses/{course}/check", "blind check", show_check, CLINICIANS, reads=True),
    Route("/courses/{course}/check", "blind check", check, CLINICIANS, ("POST",)),
    Route("/courses/{course}/checked", "result of the check", checked, CLINICIANS, reads=True),
    Route("/courses/{course}/sign", "sign", show_sign, CLINICIANS, reads=True),
    Route("/courses/{course}/sign", "sign", sign, ("physician",), ("POST",)),
    Route("/courses/{course}/prepare", "prepare", show_prepare, CLINICIANS, reads=True),
    Route("/courses/{course}/prepare", "prepare", prepare, ("pharmacist", "nurse"), ("POST",)),
)
