"""What must be true before a session starts. Every gate is judged each time; none is skipped because another is shut."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator
from decimal import Decimal

from assuage.course.command import Surroundings, told
from assuage.course.event import Started
from assuage.course.gates_dose import crossed
from assuage.course.gates_today import facts_changed, found_today
from assuage.course.ledger import all_doses
from assuage.course.state import Course, OrderState, SessionState
from assuage.finding import Finding, merge
from assuage.quantity import Quantity, show
from assuage.rule import Rule
from assuage.screening import show_date

HOUR = dt.timedelta(hours=1)
HUNDRED = Decimal(100)


def gates(state: Course, session: SessionState, started: Started, around: Surroundings) -> tuple[Finding, ...]:
    """Everything that speaks against starting this session now, gravest first.

    Give      the course, the session that is about to start, and the start as it would be recorded
    Holds     an added reaction, allergy or delivery that is not known never removes a finding
    Checked   tests/spec/test_course_gates.py, tests/laws/test_course_gates.py
    """
    order = next(one for one in state.orders if one.order.number == session.order)
    found = [
        *_of_order(order, session, started),
        *_unsettled(state, session),
        *_spacing(state, session, started, around),
        *_weight(order, started, around),
        *facts_changed(state, order),
        *_expired(state, started, around),
        *_reactions(state, session, around),
        *crossed(state, session, started, around),
        *found_today(state, session, started, around),
    ]
    return merge(found)


def _of_order(order: OrderState, session: SessionState, started: Started) -> Iterator[Finding]:
    if order.standing != "signed":
        yield told("order-not-signed", f"Order {order.order.number} is {order.standing}, not signed.",
                   reason="Nothing is given without a signed order.", resolve="Check it blind and sign it.",
                   severity="refuse")  # fmt: skip
    if session.prepared is None and session.status != "prepared":
        yield told("not-prepared", f"Session {session.number} has not been prepared.",
                   reason="Lot and expiry of what is given belong to the record.", resolve="Record the preparation.",
                   severity="refuse")  # fmt: skip
        return
    assert session.prepared is not None
    if session.prepared.discard_at <= started.at:
        yield told("preparation-too-old", f"What was prepared is to be discarded at {session.prepared.discard_at:%d-%b-%Y %H:%M}.",
                   reason="A preparation that has stood too long may be contaminated.", resolve="Discard it and prepare anew.",
                   severity="refuse")  # fmt: skip
    for lot in session.prepared.lots:
        if lot.expires < started.at.date():
            yield told("product-expired", f"Lot {lot.lot} of {lot.presentation} expired on {show_date(lot.expires)}.",
                       reason="An expired product is not given.", resolve="Discard it and prepare from another lot.",
                       severity="refuse")  # fmt: skip


def _unsettled(state: Course, session: SessionState) -> Iterator[Finding]:
    for one in state.sessions:
        if one.number != session.number and one.delivery in ("under way", "not reconciled", "not known"):
            words = {"under way": "is still under way", "not reconciled": "was not reconciled",
                     "not known": "was given to an amount that is not known"}[one.delivery]  # fmt: skip
            yield told("delivery-not-settled", f"Session {one.number} {words}.",
                       reason="A dose that may have been given twice, or not at all, is settled before the next one.",
                       resolve="Reconcile the volume that went in: pump, bag, witness.")  # fmt: skip


def _spacing(state: Course, session: SessionState, started: Started, around: Surroundings) -> Iterator[Finding]:
    here = {each.number: each for each in state.sessions}
    doses = [one for one in (*all_doses(state), *around.elsewhere) if one.at <= started.at]
    zone = around.clinic.zone
    today = started.at.astimezone(zone).date()
    for one in doses:
        other = here.get(one.session) if not one.course else None
        if other is not None and other.number == session.number:
            continue
        if one.at.astimezone(zone).date() == today and not _meant_together(session, other, zone):
            yield _same_day(around.catalog.rules["same-day-infusions"], one.name, one.at.astimezone(zone))
            return
    last = max((one.at for one in doses), default=None)
    least = around.catalog.practice["least-interval"].fact.quantity
    planned = _planned_gap(state, session)
    if last is None or planned is None or planned < dt.timedelta(hours=float(least.to("h").value)):
        return
    gap = started.at.astimezone(dt.UTC) - last.astimezone(dt.UTC)
    if gap < dt.timedelta(hours=float(least.to("h").value)):
        yield told("too-early", f"The last infusion began {gap / HOUR:.1f} h ago; every other day means at least {show(least)}.",
                   reason="The days between let the drug and its feelings clear.",
                   resolve="Wait, or order another schedule.", severity="stop")  # fmt: skip


def _meant_together(session: SessionState, other: SessionState | None, zone: dt.tzinfo) -> bool:
    """Both were ordered for one day."""
    if other is None or session.planned.start is None or other.planned.start is None or session.order != other.order:
        return False
    return session.planned.start.astimezone(zone).date() == other.planned.start.astimezone(zone).date()


def _planned_gap(state: Course, session: SessionState) -> dt.timedelta | None:
    """The time that the order leaves between this session and the one before it."""
    before = [
        one.planned.start for one in state.sessions if one.number < session.number and one.planned.start is not None
    ]
    if not before or session.planned.start is None:
        return None
    return session.planned.start.astimezone(dt.UTC) - max(before).astimezone(dt.UTC)


def _same_day(rule: Rule, name: str, at: dt.datetime) -> Finding:
    sources = tuple(dict.fromkeys(claim.source for claim in rule.authority))
    return Finding(rule.id, rule.severity, "start", f"{name} was given today at {at:%H:%M}. {rule.sentence}", rule.reason,
                   rule.resolve, sources)  # fmt: skip


def _weight(order: OrderState, started: Started, around: Surroundings) -> Iterator[Finding]:
    ordered = order.order.weight
    if started.weight is None:
        yield told("weight-of-the-day", "No weight of today.", reason="The dose rests on the weight.",
                   resolve="Weigh the patient.")  # fmt: skip
        return
    if ordered is None:
        return
    kg, now = ordered.to("kg").value, started.weight.to("kg").value
    change = abs(now - kg) * HUNDRED
    checked = around.catalog.practice["weight-change"].fact.quantity.to("%").value
    shown = around.catalog.practice["weight-change-shown"].fact.quantity.to("%").value
    if change >= shown * kg:
        again = change >= checked * kg
        percent = Quantity(change / kg, "%").to_places(1)
        yield told("weight-changed", f"Weight {show(started.weight)} today, {show(ordered)} in the order: {show(percent)} apart.",
                   reason="The order was reckoned with the other weight."
                   + (" So great a change is usually a slip of unit or of the scale." if again else ""),
                   resolve=("Weigh again on another scale; then order" if again else "Order")
                   + " with the weight of today, and check and sign anew.")  # fmt: skip


def _expired(state: Course, started: Started, around: Surroundings) -> Iterator[Finding]:
    if state.screening is None:
        yield told("not-screened", "The patient has not been screened.", reason="Every rule is judged before a dose.",
                   resolve="Screen the patient.", severity="refuse")  # fmt: skip
        return
    _, screened = state.screening
    today = started.at.astimezone(around.clinic.zone).date()
    if screened.expires is not None and today > screened.expires:
        yield told("screening-expired", f"The screening held until {show_date(screened.expires)}.",
                   reason="A fact it rests on has become too old.", resolve="Renew the facts and screen again.")  # fmt: skip


def _reactions(state: Course, session: SessionState, around: Surroundings) -> Iterator[Finding]:
    drugs = {one.drug for one in session.planned.drugs}
    stops = around.catalog.practice["prior-reaction-stops"].fact.quantity.value
    warns = around.catalog.practice["prior-reaction-warns"].fact.quantity.value
    by_session = {one.number: one for one in state.sessions}
    here = [
        (one, {d.drug for d in by_session[one.session].planned.drugs} if one.session in by_session else drugs)
        for _, one in state.harms
    ]
    for event, of in (*here, *((one.event, set(one.drugs)) for one in around.earlier)):
        if not of & drugs:
            continue
        words = f"{event.term.replace('-', ' ')}, grade {event.grade}, {show_date(event.began.astimezone(around.clinic.zone).date())}"
        if event.is_serious or event.grade >= stops:
            yield told("prior-reaction", f"After an earlier infusion: {words}.",
                       reason="What happened once may happen again, and worse.",
                       resolve="A physician decides, with a second clinician, whether the drug is given again.",
                       severity="stop")  # fmt: skip
        elif event.grade >= warns:
            yield told("prior-reaction-mild", f"After an earlier infusion: {words}.",
                       reason="It may come again; slower or less may be wiser.",
                       resolve="Go on with a reason, or order another rate.", severity="warn")  # fmt: skip
    if "magnesium-sulfate" in drugs and _jerk_lost(state):
        rule = around.catalog.rules["knee-jerk-lost"]
        sources = tuple(dict.fromkeys(claim.source for claim in rule.authority))
        yield Finding(rule.id, rule.severity, "start", rule.sentence, rule.reason, rule.resolve, sources)


def _jerk_lost(state: Course) -> bool:
    """Whether the knee jerk was lost in any session of this course."""
    return any(
        measured.what == "knee-jerk" and measured.word == "lost"
        for session in state.sessions
        for _, observed in session.observed
        for measured in observed.found
    )
