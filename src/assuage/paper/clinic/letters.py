"""Papers that are read by others: leaflet, consent, discharge, and letters to the referrer and to the payer."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course import event as e
from assuage.course.ledger import doses
from assuage.course.order import Order
from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Leaf, Pair, Section
from assuage.paper.clinic.making import rhythm
from assuage.paper.clinic.series import given_rows, harm_lines, response_words
from assuage.paper.clinic.telling import (
    DELIVERIES,
    drugs,
    foot,
    instant,
    kinds,
    last_order,
    marks,
    order_of,
    session_of,
    watch_lines,
    which,
)
from assuage.paper.clinic.told import evidence, harms, helped, sayings
from assuage.paper.words import tie
from assuage.quantity import show
from assuage.screening import show_date

ROUTES = {"intravenous": "through a vein", "intramuscular": "into a muscle"}
PHONES = Section("The clinic's telephone", pairs=(Pair("Day", ""), Pair("Night and weekend", "")))


def leaflet(filed: Filed) -> Leaf:
    """What the patient takes home before it: plain words, no promise."""
    order = order_of(filed).order
    visits = tuple(
        f"Visit {one.number}: {instant(one.start, filed.zone) if one.start else 'the day is not set'}" for one in order.sessions
    )  # fmt: skip
    return Leaf(
        "leaflet", "Your treatment for nerve pain", _medicine(order), filed.who, (),
        (
            *sayings(filed, "leaflet", "What this is", "Before you come", "What you may feel"),
            Section("Your visits", items=visits),
            Section("Does it help?", sentences=tuple(helped(filed))),
            *sayings(filed, "leaflet", "Afterwards", "When to call", "How we find out whether it helped", "You decide"),
            PHONES,
        ),
        marks(filed), foot(filed), reading_size=True,
    )  # fmt: skip


def _medicine(order: Order) -> str:
    """“Ketamine base, into a muscle; 3 visits.”"""
    names = dict.fromkeys((drug.name, one.route) for one in order.sessions for drug in one.drugs)
    told = " and ".join(f"{name} {ROUTES.get(route, route)}" for name, route in names)
    count = len(order.sessions)
    return f"The medicine: {told}; {count} {'visit' if count == 1 else 'visits'}."


def consent(filed: Filed) -> Leaf:
    """The text of an agreement to a use that is not in the label, in plain words, with the evidence both ways."""
    order = order_of(filed).order
    said = {one.title: one for one in sayings(filed, "consent")}
    doses_of = tuple(
        tie(f"{which(group)}: {drugs(group[0])}, over {show(group[0].duration)}.") for group in kinds(order)
    )
    first = order.sessions[0].start
    visits = f"{len(order.sessions)} {'visit' if len(order.sessions) == 1 else 'visits'}" + (f", the first on {instant(first, filed.zone)}" if first else "")  # fmt: skip
    return Leaf(
        "consent", "Agreement to a treatment outside the label", _medicine(order), filed.who, (),
        (
            said["What you are asked to agree to"],
            Section("The treatment", items=(*doses_of, f"{visits}. {rhythm(order, filed.zone)}")),
            Section("Does it help?", sentences=tuple(helped(filed))),
            *(said[name] for name in ("What speaks against it",) if name in said),
            Section("What was noticed in others, or is listed on the label", items=tuple(harms(filed))),
            *(said[name] for name in ("What can go wrong", "Instead of this", "Costs", "You may change your mind") if name in said),
            Section("Signatures", sentences=("I have read this, or it was read to me, and I could ask what I wanted.",),
                    signs=("Patient, date", "Physician, date", "Interpreter or witness, date")),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def discharge(filed: Filed, number: int) -> Leaf:
    """What goes home after a session: what was given, which gates were met, whom to call."""
    session = session_of(filed, number)
    gone = session.discharged
    gates = tuple(f"{one.what}: {'' if one.met else 'NOT MET, '}{one.found}" for one in gone.gates) if gone else ()
    against = ("Left against advice.",) if gone and gone.left_against_advice else ()
    ticks = () if gone else tuple(watch_lines(filed, "discharge", session.planned))
    return Leaf(
        "discharge", f"Going home after session {number}", f"Ordered: {drugs(session.planned)}.", filed.who, (),
        (
            Section("What you had", pairs=tuple(_given(filed, session))),
            Section("Before you went", sentences=against, items=gates, ticks=ticks),
            *sayings(filed, "discharge"),
            PHONES,
            Section("Taken home by", pairs=(Pair("Name", (gone.escort or "nobody") if gone else ""),), signs=("Nurse, time", "Patient or escort")),
        ),
        marks(filed), foot(filed), reading_size=True,
    )  # fmt: skip


def _given(filed: Filed, session: SessionState) -> Iterator[Pair]:
    yield Pair("Delivery", DELIVERIES[session.delivery])
    for one in doses(session):
        certain = "" if one.is_certain else " at most; the volume that went in is not known"
        yield Pair(one.name, tie(show(one.dose.to_places(1))) + certain)
    if session.started is not None:
        yield Pair("Started", instant(session.started.at, filed.zone))
    if session.ended_at is not None:
        yield Pair("Ended", instant(session.ended_at, filed.zone))


def _letter(filed: Filed, to: str) -> tuple[str, ...]:
    """How a letter begins: the day it is printed, and whom it is for."""
    return show_date(filed.at.astimezone(filed.zone).date()), to


def referrer_letter(filed: Filed) -> Leaf:
    """To whoever sent the patient: what was done, what was delivered, what followed, what comes next."""
    referred = filed.state.referred
    decided = [one.event for one in filed.records if isinstance(one.event, e.Decided)]
    following = tuple(f"{one.chosen.capitalize()}: {one.because}" for one in decided[-1:]) or ("Not decided yet.",)
    begun = any(one.has_begun for one in filed.state.sessions)
    return Leaf(
        "letter", "Report on treatment of neuropathic pain", "", filed.who, (),
        (
            Section("Why you sent the patient", sentences=(referred.reason if referred else "Not recorded.",)),
            *_screened_out(filed),
            Section("What was given", items=tuple(given_rows(filed)) or ("Nothing was given.",)),
            Section("What was noticed", items=tuple(harm_lines(filed)) or ("No adverse event on record.",)),
            *((Section("What followed", sentences=tuple(response_words(filed))),) if begun else ()),
            *sayings(filed, "referrer"),
            Section("What comes next", items=following),
            Section("Yours sincerely", signs=("Physician, date",)),
        ),
        marks(filed), foot(filed), letter_to=_letter(filed, referred.referrer if referred and referred.referrer else "The referring physician"),
    )  # fmt: skip


def _screened_out(filed: Filed) -> Iterator[Section]:
    """Why nothing was ordered, where a screening says so."""
    if filed.state.orders or filed.state.screening is None:
        return
    _, held = filed.state.screening
    told = tuple(
        one.message for one in held.findings if one.blocks == "dose" and one.severity in ("refuse", "stop", "hold")
    )
    yield Section("What the screening found", sentences=(f"{show_date(held.day)}: {held.verdict}.",), items=told)


def payer_letter(filed: Filed) -> Leaf:
    """To whoever pays: the evidence both ways, what the patient has tried, what is asked, and no more than is known."""
    held = last_order(filed) or order_of(filed)
    order = held.order
    referred = filed.state.referred
    asked = tuple(tie(f"{which(group)}: {drugs(group[0])}.") for group in kinds(order))
    first = order.sessions[0].start
    when = f"From {instant(first, filed.zone)}. {rhythm(order, filed.zone)}" if first else "The days are not set."
    begun = any(one.has_begun for one in filed.state.sessions)
    return Leaf(
        "letter", "Request for coverage of a treatment outside the label", tie(order.regimen_name), filed.who, (),
        (
            *sayings(filed, "payer"),
            Section("The patient", sentences=(referred.reason if referred else "",), pairs=(Pair("Pain", (referred.indication if referred else "").replace("-", " ")),)),
            Section("What is asked for", sentences=(when,), items=asked),
            *evidence(filed),
            Section("How it will be judged", sentences=("Pain two weeks after the last session against the week before the first; a missing answer counts as no response.",)),
            *((Section("What has followed so far", sentences=tuple(response_words(filed))),) if begun else ()),
            Section("Yours sincerely", signs=("Physician, date",)),
        ),
        marks(filed), foot(filed), letter_to=_letter(filed, "The medical reviewer"),
    )  # fmt: skip
