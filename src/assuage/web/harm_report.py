"""One adverse event as text for a regulator: every field that practice asks for, and a word where one is not known."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage.catalog import Catalog
from assuage.course.ledger import doses
from assuage.course.story import who
from assuage.quantity import show
from assuage.registry.adverse import Adverse
from assuage.screening import show_date
from assuage.web.rendering import age

NOT_KNOWN = "Not known"
SECONDS_A_MINUTE = 60


def report(one: Adverse, catalog: Catalog, *, clinic: str, zone: dt.tzinfo, made: dt.datetime) -> str:
    """The report, a field a line.

    Give      the event; the catalog, for its name and sources; the clinic's id and zone; the instant of printing
    Holds     no name of the patient: initials, age and sex; every field of practice record `adverse-event-fields` has a line
    """
    lines = [
        "ADVERSE EVENT", f"Clinic: {clinic}", f"Record: course {one.course}, event {one.number}", f"Printed: {moment(made, zone)}", "",
        *_patient(one), "", *_event(one, catalog, zone), "", *_infusion(one), "", *_signed(one, zone),
    ]  # fmt: skip
    return "\n".join(lines) + "\n"


def moment(at: dt.datetime, zone: dt.tzinfo) -> str:
    """03-Feb-2026 14:05."""
    local = at.astimezone(zone)
    return f"{show_date(local.date())} {local:%H:%M}"


def on_the_clock(one: Adverse) -> str:
    """When it began, on the clock of the infusion: “12 min after the start”; a word where there is no infusion."""
    started = one.session.started if one.session else None
    if started is None:
        return "Belongs to no infusion"
    minutes = int((one.event.began - started.at).total_seconds() // SECONDS_A_MINUTE)
    return f"{minutes:,} min after the start" if minutes >= 0 else f"{-minutes:,} min before the start"


def _patient(one: Adverse) -> Iterator[str]:
    identity = one.patient.identity
    weight = one.session.started.weight if one.session and one.session.started else None
    yield f"Patient: {identity.given[:1]}.{identity.family[:1]}., {identity.sex}, {age(identity.birth_date, one.event.began)} years"
    yield f"Weight at the infusion: {show(weight) if weight else NOT_KNOWN}"
    yield f"Treated for: {one.state.referred.indication.replace('-', ' ') if one.state.referred else NOT_KNOWN}"


def _event(one: Adverse, catalog: Catalog, zone: dt.tzinfo) -> Iterator[str]:
    event = one.event
    known = catalog.events.get(event.term)
    yield f"Event: {known.name if known else event.term.replace('-', ' ')}"
    yield f"Words as spoken: {event.spoken}"
    yield f"Code: {event.term} (this catalog's own; not coded in another dictionary)"
    yield f"Began: {moment(event.began, zone)}"
    yield f"Time on the infusion clock: {on_the_clock(one)}"
    yield f"Volume given by then: {show(event.volume) if event.volume else NOT_KNOWN}"
    yield f"Grade: {event.grade} ({event.standard})"
    yield f"Serious: {'Yes' if event.is_serious else 'No'}"
    yield f"Expected: {event.expected.capitalize()}{f', by {event.reference}' if event.reference else ''}"
    yield f"Related to the drug: {event.related.capitalize()}"
    yield f"Action on the infusion: {event.action}"
    yield f"Antidote: {event.antidote or 'None recorded'}"
    yield f"Outcome: {event.outcome.capitalize()}"


def _infusion(one: Adverse) -> Iterator[str]:
    session = one.session
    if session is None:
        yield "Drug: belongs to no infusion"
        return
    order = next((each.order for each in one.state.orders if each.order.number == session.order), None)
    yield f"Regimen: {order.regimen if order else NOT_KNOWN}, session {session.number} of {len(one.state.sessions)}"
    for dose in doses(session):
        certain = "" if dose.is_certain else " at most: how much went in is not known"
        yield f"Drug: {dose.name} {show(dose.dose)}{certain}"
    for lot in session.prepared.lots if session.prepared else ():
        yield f"Lot: {lot.presentation}, {lot.lot}, expires {show_date(lot.expires)}"
    others = [each.begun.name for each in one.state.measures if each.ended is None or each.ended.keeps]
    yield f"Other measures on record: {', '.join(others) or 'None recorded'}"


def _signed(one: Adverse, zone: dt.tzinfo) -> Iterator[str]:
    yield f"Reporter: {who(one.recorded)}, recorded {moment(one.recorded.recorded, zone)}"
    yield "Signer: ______________________________  Date: ____________"
