"""Papers that are read by others: leaflet, consent, discharge, letters to referrer and payer, and the series in one view."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course import event as e
from assuage.course.ledger import doses
from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Grid, Leaf, Pair, Section
from assuage.paper.clinic.telling import counted, drugs, foot, instant, marks, order_of, session_of, watch_lines
from assuage.paper.outlook import plainly
from assuage.paper.words import sentence
from assuage.plan.model import Expected
from assuage.plan.reference import expectation
from assuage.quantity import show
from assuage.response import Response, relief, response
from assuage.rule import Saying
from assuage.screening import show_date

NOBODY = "Nobody has counted who is helped by this; what to expect is not known."


def leaflet(filed: Filed) -> Leaf:
    """What the patient takes home before it: plain words, no promise."""
    order = order_of(filed).order
    dates = tuple(instant(one.start, filed.zone) for one in order.sessions)
    return Leaf(
        "leaflet", "Your treatment for nerve pain", "", filed.who, (),
        (
            *_said(filed, "leaflet", ("What this is", "Before you come", "What you may feel")),
            Section("Your visits", items=tuple(f"Visit {number}: {when}" for number, when in enumerate(dates, 1))),
            Section("Does it help?", sentences=tuple(_plainly(filed))),
            *_said(filed, "leaflet", ("Afterwards", "When to call", "How we find out whether it helped", "You decide")),
            Section("The clinic's telephone", pairs=(Pair("Day", ""), Pair("Night and weekend", ""))),
        ),
        marks(filed), foot(filed), reading_size=True,
    )  # fmt: skip


def _said(filed: Filed, paper: str, headings: tuple[str, ...] = ()) -> Iterator[Section]:
    """Sections of what the catalog says on a paper, for the drugs of this course."""
    given = {one.drug for session in order_of(filed).order.sessions for one in session.drugs}
    mine = [
        one
        for one in filed.catalog.sayings.values()
        if one.paper == paper and (not one.drugs or given & set(one.drugs))
    ]
    for heading in headings or tuple(dict.fromkeys(one.heading for one in mine)):
        found = sorted((one for one in mine if one.heading == heading), key=_place)
        if found:
            yield Section(heading, sentences=tuple(one.sentence for one in found))


def _place(one: Saying) -> int:
    return one.order


def _plainly(filed: Filed) -> Iterator[str]:
    expected = _expected(filed)
    told = next((one for one in expected.prospects if one.arms), None) if expected else None
    if told is None:
        yield NOBODY
        return
    yield from plainly(told)
    yield "In other groups it may be more or fewer. Some get better by themselves."


def _expected(filed: Filed) -> Expected | None:
    order = order_of(filed).order
    return expectation(filed.catalog.regimens[order.regimen], filed.catalog)


def _evidence(filed: Filed) -> tuple[Section, Section]:
    """For and against, each number with its interval, each with its study."""
    expected = _expected(filed)
    seen = tuple(
        f"{sentence(one.outcome)} {one.time}: {counted(one.events, one.n)} [{one.study}]."
        for one in (expected.results if expected else ())
    )
    against = tuple(
        f"{one.sentence} [{one.study}]" for one in (expected.against if expected else ()) if one.direction == "against"
    )
    others = tuple(
        f"{one.sentence} [{one.study}]" for one in (expected.against if expected else ()) if one.direction != "against"
    )
    certainty = f"Certainty: {expected.certainty}." if expected and expected.certainty else "Certainty: not graded."
    return (
        Section("What was seen with this regimen", items=(*(seen or (NOBODY,)), *others), sentences=(certainty,)),
        Section(
            "What speaks against it",
            items=against or ("Nothing is recorded against it; that is not the same as proof.",),
        ),
    )


def consent(filed: Filed) -> Leaf:
    """The text of an agreement to a use that is not in the label, with the evidence both ways."""
    order = order_of(filed).order
    said = {one.title: one for one in _said(filed, "consent")}
    dose_lines = tuple(f"{drugs(one)}, {show(one.duration)}" for one in order.sessions[:1])
    return Leaf(
        "consent", "Agreement to a treatment outside the label", order.regimen_name, filed.who, (),
        (
            said["What you are asked to agree to"],
            Section("The treatment", items=(*dose_lines, f"{len(order.sessions)} visits, from {instant(order.sessions[0].start, filed.zone)}.")),
            *_evidence(filed),
            Section("What was noticed by others", items=tuple(_harms(filed))),
            *(said[name] for name in ("What can go wrong", "Instead of this", "Costs", "You may change your mind") if name in said),
            Section("Signatures", sentences=("I have read this, or it was read to me, and I could ask what I wanted.",),
                    signs=("Patient, date", "Physician, date", "Interpreter or witness, date")),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def _harms(filed: Filed) -> Iterator[str]:
    given = {one.drug for session in order_of(filed).order.sessions for one in session.drugs}
    for one in filed.catalog.events.values():
        if given & set(one.drugs):
            seen = "; ".join(f"{claim.value} [{claim.source}]" for claim in one.seen_in)
            yield f"{one.name}: {seen}."


def discharge(filed: Filed, number: int) -> Leaf:
    """What goes home after a session: what was given, that every gate was met, whom to call."""
    session = session_of(filed, number)
    gone = session.discharged
    gates = tuple(f"{one.what}: {one.found}" for one in gone.gates) if gone else ()
    return Leaf(
        "discharge", f"Going home after session {number}", drugs(session.planned), filed.who, (),
        (
            Section("What you had", pairs=tuple(_given(filed, session))),
            Section("Before you went", items=gates, ticks=() if gone else tuple(watch_lines(filed, "discharge", session.planned))),
            *_said(filed, "discharge"),
            Section("The clinic's telephone", pairs=(Pair("Day", ""), Pair("Night and weekend", ""))),
            Section("Taken home by", pairs=(Pair("Name", (gone.escort or "") if gone else ""),), signs=("Nurse, time", "Patient or escort")),
        ),
        marks(filed), foot(filed), reading_size=True,
    )  # fmt: skip


def _given(filed: Filed, session: SessionState) -> Iterator[Pair]:
    for one in doses(session):
        certain = "" if one.is_certain else " at most; the volume that went in is not known"
        yield Pair(one.name, f"{show(one.dose.to_places(1))}{certain}")
    yield Pair("Started", instant(session.started.at if session.started else None, filed.zone))
    yield Pair("Ended", instant(session.ended_at, filed.zone))


def summary(filed: Filed) -> Leaf:
    """The series in one view: every session planned and delivered, what was seen, harms, scores and the response."""
    rows = tuple(_session_row(filed, one) for one in filed.state.sessions)
    head = ("", "Started", "Ordered", "Delivered", "Time", "State", "Lowest SpO2, BP")
    return Leaf(
        "summary", "Summary of the series", order_of(filed).order.regimen_name if filed.state.orders else "", filed.who, (),
        (
            Section("Sessions", table=Grid("", head, rows)),
            Section("Adverse events", items=tuple(_harm_line(filed)) or ("None on record.",)),
            Section("Scores", table=Grid("", ("Day", "Instrument", "For", "Value"), tuple(_score_rows(filed)))),
            Section("Response", sentences=tuple(_response_words(filed))),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def _session_row(filed: Filed, session: SessionState) -> tuple[str, ...]:
    given = "; ".join(
        f"{one.name} {show(one.dose.to_places(1))}" + ("" if one.is_certain else " at most") for one in doses(session)
    ) or ("none" if session.delivery in ("none begun", "not given") else "not known")
    long = (
        ""
        if session.started is None or session.ended_at is None
        else f"{round((session.ended_at - session.started.at).total_seconds() / 60)} min"
    )
    return (
        str(session.number), instant(session.started.at, filed.zone) if session.started else "not begun", drugs(session.planned), given, long,
        session.status + (f": {session.stopped_because}" if session.stopped_because else ""), _extremes(session),
    )  # fmt: skip


def _extremes(session: SessionState) -> str:
    seen: dict[str, list[object]] = {}
    low = []
    for what in ("vitals.spo2", "vitals.sbp"):
        values = [m.value for _, one in session.observed for m in one.found if m.what == what and m.value is not None]
        if values:
            low.append(show(min(values, key=lambda one: one.value)))
    return ", ".join(low) or ("not recorded" if not seen else "")


def _harm_line(filed: Filed) -> Iterator[str]:
    for _, one in filed.state.harms:
        where = f"session {one.session}" if one.session else "between sessions"
        yield f"{instant(one.began, filed.zone)}, {where}: {one.term.replace('-', ' ')}, grade {one.grade} ({one.standard}), {one.expected}, {one.related}: “{one.spoken}” {one.action}"


def _score_rows(filed: Filed) -> Iterator[tuple[str, ...]]:
    for _, one in sorted(filed.state.scores, key=lambda pair: pair[1].day):
        value = one.word or (f"{one.value:f}" if one.value is not None else f"missing: {one.why_missing}")
        yield show_date(one.day), one.instrument.upper(), one.purpose, value


def _found(filed: Filed) -> Response:
    today = filed.at.astimezone(filed.zone).date()
    return response(filed.state, filed.catalog, zone=filed.zone, today=today)


def _response_words(filed: Filed) -> Iterator[str]:
    one = _found(filed)
    if one.fall_percent is not None and one.baseline and one.baseline.value is not None and one.at and one.at.found:
        fall = round(float(one.fall_percent))
        moved = f"fell by {fall} %" if fall >= 0 else f"rose by {-fall} %"
        yield f"Pain ({one.instrument and one.instrument.upper()}) went from {float(one.baseline.value):.1f} (mean of {len(one.baseline.days)} days) to {one.at.found.value} on {show_date(one.at.found.day)}: it {moved}. It {one.said()}."
    else:
        yield f"Response at day 14: {one.said()}" + (f" ({one.because})." if one.because else ".")
    if one.global_change:
        yield f"In the patient's own words: {one.global_change}."
    lasted = relief(filed.state, one, zone=filed.zone)
    if lasted is not None and lasted.began:
        end = (
            f"and had ended by day {lasted.at_most}"
            if lasted.at_most is not None
            else "and had not ended when last asked"
        )
        yield f"Relief was seen up to day {lasted.more_than} {end}."


def referrer_letter(filed: Filed) -> Leaf:
    """To whoever sent the patient: what was done, what was delivered, what followed, what comes next."""
    referred = filed.state.referred
    given = tuple(
        f"{_session_row(filed, one)[1]}: {_session_row(filed, one)[3]}, {one.status}."
        for one in filed.state.sessions
        if one.has_begun
    )
    decided = [one.event for one in filed.records if isinstance(one.event, e.Decided)]
    following = tuple(f"{one.chosen.capitalize()}: {one.because}" for one in decided[-1:]) or ("Not decided yet.",)
    return Leaf(
        "referrer", "Report on treatment of neuropathic pain", "", filed.who, (),
        (
            Section("Why you sent the patient", sentences=(referred.reason if referred else "not recorded",)),
            Section("What was given", items=given or ("Nothing was given.",)),
            Section("What was noticed", items=tuple(_harm_line(filed)) or ("No adverse event on record.",)),
            Section("What followed", sentences=tuple(_response_words(filed))),
            *_said(filed, "referrer"),
            Section("What comes next", items=following),
            Section("Yours sincerely", signs=("Physician, date",)),
        ),
        marks(filed), foot(filed), letter_to=(referred.referrer if referred and referred.referrer else "The referring physician"),
    )  # fmt: skip


def payer_letter(filed: Filed) -> Leaf:
    """To whoever pays: the evidence both ways, what the patient has tried, what is asked, and no more than is known."""
    order = order_of(filed).order
    referred = filed.state.referred
    return Leaf(
        "payer", "Request for coverage of a treatment outside the label", order.regimen_name, filed.who, (),
        (
            *_said(filed, "payer"),
            Section("The patient", sentences=(referred.reason if referred else "",), pairs=(Pair("Pain", (referred.indication if referred else "").replace("-", " ")),)),
            Section("What is asked for", items=(f"{drugs(order.sessions[0])}, {len(order.sessions)} sessions from {instant(order.sessions[0].start, filed.zone)}.",)),
            *_evidence(filed),
            Section("How it will be judged", sentences=("Pain two weeks after the last session against the week before the first; a missing answer counts as no response.",)),
            Section("What has followed so far", sentences=tuple(_response_words(filed))),
            Section("Yours sincerely", signs=("Physician, date",)),
        ),
        marks(filed), foot(filed), letter_to="The medical reviewer",
    )  # fmt: skip
