"""The series in one view: every session planned and delivered, what was seen, harms, scores and the response."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course import event as e
from assuage.course.ledger import doses
from assuage.course.state import OrderState, SessionState
from assuage.paper.clinic.leaf import Filed, Grid, Leaf, Section
from assuage.paper.clinic.telling import DELIVERIES, drugs, foot, instant, last_order, marks
from assuage.paper.words import sentence, tie
from assuage.quantity import show
from assuage.response import Response, relief, response
from assuage.screening import show_date

LOWEST = {"vitals.spo2": "SpO2", "vitals.sbp": "BP systolic"}
MINUTE = 60
SCORED = ("Day", "Instrument", "For", "From", "Value")


def summary(filed: Filed) -> Leaf:
    """The series in one view.

    Holds     a session whose delivery nobody knows says so; a missing score stands there with its reason
    """
    held = last_order(filed)
    head = ("", "Started", "Ordered", "Delivered", "Time", "State", "Lowest values")
    scores = Grid(SCORED, tuple(_score_rows(filed)), wide=(SCORED.index("Value"),))
    return Leaf(
        "summary", "Summary of the series", tie(held.order.regimen_name) if held else "Nothing was ordered.", filed.who, (),
        (
            Section("Orders", items=tuple(_orders(filed)) or ("None.",)),
            Section("Sessions", table=Grid(head, tuple(_session_row(filed, one) for one in filed.state.sessions), wide=tuple(map(head.index, ("Delivered",))))),
            Section("Adverse events", items=tuple(harm_lines(filed)) or ("None on record.",)),
            Section("Scores", sentences=() if scores.rows else ("None on record.",), table=scores if scores.rows else None),
            Section("Response", sentences=tuple(response_words(filed))),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def _orders(filed: Filed) -> Iterator[str]:
    why = {one.event.order.number: one.event.because for one in filed.records if isinstance(one.event, e.Ordered)}
    for one in filed.state.orders:
        number = one.order.number
        because = f"; in place of order {one.order.replaces}: {why[number]}" if why.get(number) else ""
        yield sentence(f"Order {number}, {_standing(one)}{because}")
        yield from _cancelled(filed, number)


def _cancelled(filed: Filed, order: int) -> Iterator[str]:
    for one in (each.event for each in filed.records):
        if isinstance(one, e.Cancelled) and one.order == order:
            what = f"session {one.session} of order {order}" if one.session else f"order {order}"
            yield sentence(f"{instant(one.at, filed.zone)}, {what} cancelled: {one.because}")


def _standing(one: OrderState) -> str:
    return "draft, not signed" if one.standing in ("draft", "checked") else one.standing


def delivered(session: SessionState) -> str:
    """What went in: each drug with its dose, “at most” where nobody knows the volume; or that nothing did."""
    told = "; ".join(tie(f"{one.name} {show(one.dose.to_places(1))}") + ("" if one.is_certain else " at most") for one in doses(session))  # fmt: skip
    if session.delivery == "given":
        return told
    return f"{DELIVERIES[session.delivery]}{f' ({told})' if told else ''}"


def given_rows(filed: Filed) -> Iterator[str]:
    """One line for each session that has begun."""
    for one in filed.state.sessions:
        if one.started is not None:
            yield f"{instant(one.started.at, filed.zone)}: {delivered(one)}; {_state(one)}."


def _state(session: SessionState) -> str:
    return session.status + (f": {session.stopped_because}" if session.stopped_because else "")


def _session_row(filed: Filed, session: SessionState) -> tuple[str, ...]:
    begun, ended = session.started, session.ended_at
    long = tie(f"{round((ended - begun.at).total_seconds() / MINUTE)} min") if begun and ended else ""
    return (
        str(session.number), instant(begun.at, filed.zone) if begun else "not begun", drugs(session.planned), delivered(session), long,
        _state(session), _extremes(session),
    )  # fmt: skip


def _extremes(session: SessionState) -> str:
    low = []
    for what, words in LOWEST.items():
        values = [m.value for _, one in session.observed for m in one.found if m.what == what and m.value is not None]
        if values:
            low.append(tie(f"{words} {show(min(values, key=lambda one: one.value))}"))
    return ", ".join(low) or "not recorded"


def harm_lines(filed: Filed) -> Iterator[str]:
    """One line for each adverse event."""
    for _, one in filed.state.harms:
        where = f"session {one.session}" if one.session else "between sessions"
        serious = ", SERIOUS" if one.is_serious else ""
        yield (
            f"{instant(one.began, filed.zone)}, {where}: {one.term.replace('-', ' ')}, grade {one.grade} ({one.standard}){serious},"
            f" {one.expected}, {_related(one)}: “{one.spoken}” {one.action} Outcome: {one.outcome}."
        )


def _related(one: e.Harmed) -> str:
    return f"relation to the treatment {one.related}"


def _score_rows(filed: Filed) -> Iterator[tuple[str, ...]]:
    for _, one in sorted(filed.state.scores, key=lambda pair: pair[1].day):
        value = one.word or (
            f"{one.value:f}" if one.value is not None else f"missing: {one.why_missing or 'no reason given'}"
        )
        yield show_date(one.day), one.instrument.upper(), one.purpose, one.reported_by, value


def response_words(filed: Filed) -> Iterator[str]:
    """The response at day 14 in sentences: from what to what, and what it meets; missing is said as missing."""
    today = filed.at.astimezone(filed.zone).date()
    one = response(filed.state, filed.catalog, zone=filed.zone, today=today)
    yield _fall(one)
    if one.global_change:
        yield f"The patient's own judgement: {one.global_change}."
    lasted = relief(filed.state, one, zone=filed.zone)
    if lasted is not None and lasted.began:
        end = (
            f"and had ended by day {lasted.at_most}"
            if lasted.at_most is not None
            else "and had not ended when last asked"
        )
        yield f"Relief was seen up to day {lasted.more_than} {end}."


def _fall(one: Response) -> str:
    before, at = one.baseline, one.at
    if one.fall_percent is None or before is None or before.value is None or at is None or at.found is None:
        return f"Response at day 14: {one.said()}" + (f" ({one.because})." if one.because else ".")
    fall = round(float(one.fall_percent))
    moved = f"fell by {fall} %" if fall >= 0 else f"rose by {-fall} %"
    mean = f"{float(before.value):.1f}".removesuffix(".0")
    return tie(
        f"Pain ({(one.instrument or '').upper()}) went from {mean} (mean of {len(before.days)} days) to {at.found.value} on {show_date(at.found.day)}:"
        f" it {moved}. {one.sentence()}"
    )
