"""The blind check: a second person sees what was ordered per kilogram and how it is made, and works out the rest."""

from __future__ import annotations

import datetime as dt

import msgspec
from starlette.responses import Response

from assuage.course.blind import as_stated, steps_of
from assuage.course.command import told
from assuage.course.event import Checked
from assuage.course.order import Order, OrderedDrug, OrderedSession
from assuage.course.part import Entered
from assuage.course.state import OrderState
from assuage.finding import Finding
from assuage.quantity import Quantity, show
from assuage.registry import accounts
from assuage.registry.seen import last_seen
from assuage.registry.store import Known
from assuage.screening import show_date
from assuage.web.acting import act, new_key, open_course
from assuage.web.asked import Asked
from assuage.web.form import FieldError, Form, typed
from assuage.web.rendering import go, page
from assuage.web.route import CLINICIANS, Route

# Whoever saw the numbers within this time remembers them. A matter of the procedure, not a number of medicine.
REMEMBERED = dt.timedelta(hours=1)
# Pages that show what a check works out, as the audit calls opening them.
SHOWS_THE_NUMBERS = tuple(
    f"read {one}" for one in ("plan", "sign", "prepare", "result of the check", "bedside", "reconcile", "printed paper")
)
ADDING = {
    "add": "added to the bag, nothing taken out first",
    "replace": "added to the bag after as much fluid was taken out",
    "exact": "made up exactly in an empty container or syringe",
}


class Asking(msgspec.Struct, frozen=True):
    """One drug of one step as the check asks for it: what was ordered, in words without an answer in them."""

    step: str
    drug: str
    name: str
    ordered: str
    made: tuple[str, ...]
    has_bag: bool
    is_first: bool


def show_check(
    asked: Asked, *, findings: tuple[Finding, ...] = (), errors: tuple[FieldError, ...] = (), status: int = 200
) -> Response:
    """The check, without a look at the answers."""
    known, patient = open_course(asked)
    order = known.state.order
    barred = _barred(asked, known, order) if order and not findings else ()
    return page(
        asked, "check.html", status=status, patient=patient, course=known, order=order, steps=_asking(asked, order.order) if order else (),
        profile=asked.settings.profile, key=new_key(), version=known.version, typed=typed(asked), findings=findings or barred, is_barred=bool(findings or barred),
        errors=list(errors),
    )  # fmt: skip


def _barred(asked: Asked, known: Known, order: OrderState) -> tuple[Finding, ...]:
    """Why this person does not check this order: it is theirs, or they saw its numbers within the hour."""
    if order.by == asked.person.id:
        return (told("own-work", "Who worked out an order does not check it.", reason="Nobody sees their own slip.",
                     resolve="Ask another person.", severity="refuse"),)  # fmt: skip
    if order.standing in ("replaced", "cancelled"):
        return ()
    since = asked.now - REMEMBERED
    differed = [one.at for who, one in order.checks if who == asked.person.id and one.differences and one.at >= since]
    with asked.settings.registry.reading() as connection:
        seen = last_seen(connection, asked.person.id, subject=known.id, what=SHOWS_THE_NUMBERS, since=since)
    if seen is None and not differed:
        return ()
    seen = max([*differed, *([seen] if seen else [])])
    local = seen.astimezone(asked.settings.profile.zone)
    return (told("not-blind", f"You saw the numbers of this course at {local:%H:%M}.",
                 reason="A check that has seen the answer finds no slip.",
                 resolve="Ask another person, or check an hour after you last saw them.", severity="refuse"),)  # fmt: skip


def _asking(asked: Asked, order: Order) -> tuple[Asking, ...]:
    found: list[Asking] = []
    for session, drug in steps_of(order):
        is_first = session.step not in {one.step for one in found}
        found.append(
            Asking(
                session.step, drug.drug, drug.name, as_stated(asked.settings.catalog, order, session, drug), _made(asked, session),
                session.total_volume is not None, is_first,
            )
        )  # fmt: skip
    return tuple(found)


def _made(asked: Asked, session: OrderedSession) -> tuple[str, ...]:
    """How it is made and run, as far as a check has to know it."""
    if session.portions:
        every = session.portions[1].after if len(session.portions) > 1 else None
        apart = f", {show(every)} apart" if every is not None else ""
        return (f"{len(session.portions)} equal intramuscular portions{apart}. Work out the whole dose.",)
    bag = next((one for one in asked.settings.profile.bags if one.id == session.bag), None)
    lines = [f"In {session.fluid}" if session.fluid else "Undiluted"]
    if bag is not None and session.mode != "exact":
        lines[0] += f", a bag labelled {show(bag.labelled)}"
    if session.mode in ADDING:
        lines[0] += f": {ADDING[session.mode]}"
    first = session.runs[0] if len(session.runs) > 1 else None
    lines.append(
        f"Over {show(session.duration)}"
        + (f"; the first part over {show(first.duration)}" if first is not None else "")
    )
    return tuple(f"{one}." for one in lines)


def check(asked: Asked) -> Response:
    """Compare what was entered with the order, and record both."""
    known, _ = open_course(asked)
    order = known.state.order
    if order is None:
        return go(f"/courses/{known.id}")
    form = Form(asked)
    is_repeat = f"{known.id}/{form.key()}" in known.state.keys
    barred = () if is_repeat else _barred(asked, known, order)
    if barred:
        return show_check(asked, findings=barred, status=409)
    weight = form.quantity("weight", "weight", unit="kg")
    entered = tuple(one for each in steps_of(order.order) if (one := _entered(form, *each, weight=weight)) is not None)
    if form.errors:
        return show_check(asked, errors=tuple(form.errors), status=422)
    event = Checked(at=asked.now, order=order.order.number, entered=entered)
    decision = act(asked, known.id, event, key=form.key() or new_key(), version=_version(asked))
    if decision.is_refused:
        return show_check(asked, findings=decision.findings, status=409)
    return go(f"/courses/{known.id}/checked")


def _entered(form: Form, session: OrderedSession, drug: OrderedDrug, *, weight: Quantity | None) -> Entered | None:
    """What was worked out for one drug; none where a field is wrong, which the form then tells."""
    at = f"{session.step}.{drug.drug}"
    strength = form.quantity(f"{at}.strength", f"strength of {drug.name}", unit="mg/mL")
    dose = form.quantity(f"{at}.dose", f"dose of {drug.name}", unit="mg")
    draw_up = form.quantity(f"{at}.draw_up", f"volume of {drug.name} to draw up", unit="mL")
    whole = rate = None
    if session.total_volume is not None:
        whole = form.quantity(f"{session.step}.total_volume", "total volume", unit="mL")
    if session.rate is not None:
        rate = form.quantity(f"{session.step}.rate", "first rate", unit="mL/h")
    if strength is None or dose is None or draw_up is None:
        return None
    return Entered(session.step, drug.drug, weight, strength, dose, draw_up, whole, rate)


def _version(asked: Asked) -> int | None:
    text = asked.text("version")
    return int(text) if text.isdigit() else None


def checked(asked: Asked) -> Response:
    """What the latest check found: it agrees, or both workings side by side."""
    known, patient = open_course(asked)
    order = known.state.order
    who, latest = order.checks[-1] if order and order.checks else ("", None)
    with asked.settings.registry.reading() as connection:
        account_of = accounts.by_id(connection, who) if who else None
    at = latest.at.astimezone(asked.settings.profile.zone) if latest else None
    return page(asked, "checked.html", patient=patient, course=known, order=order, latest=latest, steps=steps_of(order.order) if order else (),
                who=account_of.name if account_of else who, day=show_date(at.date()) if at else "")  # fmt: skip


ROUTES = (
    Route("/courses/{course}/check", "blind check", show_check, CLINICIANS, reads=True),
    Route("/courses/{course}/check", "blind check", check, CLINICIANS, ("POST",)),
    Route("/courses/{course}/checked", "result of the check", checked, CLINICIANS, reads=True),
)
