"""The flow sheet of a session: blank for the bedside when the power fails, or as it was filled, time down."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course.event import PortionGiven
from assuage.course.ledger import doses
from assuage.course.order import OrderedSession
from assuage.course.state import SessionState
from assuage.paper.clinic.flow_rows import Row, rows_of
from assuage.paper.clinic.leaf import Filed, Grid, Leaf, Pair, Section
from assuage.paper.clinic.making import making
from assuage.paper.clinic.telling import (
    DELIVERIES,
    allergies,
    clock,
    drugs,
    foot,
    instant,
    marks_of,
    order_numbered,
    rate_words,
    session_of,
    volume,
    watch_lines,
)
from assuage.paper.words import tie
from assuage.quantity import show

# Columns of the flow sheet, by what is observed, each with the unit of its values.
COLUMNS = {
    "vitals.sbp": ("BP systolic", "mm[Hg]"), "vitals.dbp": ("BP diastolic", "mm[Hg]"), "vitals.hr": ("Heart rate", "/min"),
    "vitals.rr": ("Breaths", "/min"), "vitals.spo2": ("SpO2", "%"), "moaa-s": ("MOAA/S", "{score}"), "nrs": ("Pain 0 to 10", "{score}"),
}  # fmt: skip
OWN = {
    "magnesium-sulfate": {"knee-jerk": ("Knee jerk", "")},
    "ketamine": {"dissociation": ("Mood, fear", "")},
    "lidocaine": {"early-signs": ("Lips, taste, ears", "")},
}
UNITS = {"mm[Hg]": ", mm Hg", "{score}": "", "": "", "/min": " per min"}
PUMPED = ("Rate, mL/h", "Volume in, mL")
BLANK_ROWS = 18


def flow_paper(filed: Filed, number: int, *, is_blank: bool) -> Leaf:
    """The flow sheet of a session, blank or as it was filled.

    Errors    `PlanError` where there is no such session
    Holds     what was wrong is struck through and stays; what came late says so; every value of the record is on it
    """
    session = session_of(filed, number)
    planned = session.planned
    held = order_numbered(filed, session.order)
    when = instant(planned.start, filed.zone) if planned.start else "day not set"
    large = (
        Pair("How" if planned.portions else "Rate", rate_words(planned)), Pair("Total volume", tie(show(planned.volume))), Pair("Time", tie(show(planned.duration))),
    )  # fmt: skip
    return Leaf(
        "flow sheet", f"Flow sheet, session {number} of {len(held.order.sessions)}" + (" (blank)" if is_blank else ""),
        f"{drugs(planned)}, {planned.route}; planned for {when}; order {held.order.number}.", filed.who, large,
        (
            _before(filed, session, is_blank=is_blank),
            Section("What was seen and done", table=_seen(filed, session, is_blank=is_blank)),
            *(_portions(filed, session, is_blank=is_blank) if planned.portions else ()),
            Section("Stop for", items=tuple(watch_lines(filed, "stop", planned)), is_shaded=True),
            Section("Antidote", items=tuple(watch_lines(filed, "antidote", planned)), is_shaded=True),
            _ended(filed, session, is_blank=is_blank),
        ),
        marks_of(filed, held, session), foot(filed),
    )  # fmt: skip


def _before(filed: Filed, session: SessionState, *, is_blank: bool) -> Section:
    """Empty boxes on the blank sheet; on a filled one, what was said at the start."""
    planned = session.planned
    if is_blank:
        ticks = (*watch_lines(filed, "baseline", planned), *watch_lines(filed, "kit", planned))
        asked = (
            Pair("Allergies", allergies(filed)),
            Pair("Weight today", ""),
            Pair("Site of the cannula or injection", ""),
        )
        signs = ("Started by, time", "Second person, time")
        return Section("Before the start", items=tuple(making(planned)), ticks=ticks, pairs=asked, signs=signs)
    begun = session.started
    if begun is None:
        return Section("Before the start", items=tuple(making(planned)), sentences=("Not begun.",))
    pairs = (
        Pair("Started", instant(begun.at, filed.zone)), Pair("Second person", f"{begun.second.name}, {begun.second.role}"),
        Pair("Identity by", ", ".join(begun.identity)), Pair("Ready", ", ".join(begun.ready)), Pair("Weight", volume(begun.weight)),
        Pair("Site", begun.site or "not known"),
    )  # fmt: skip
    return Section("Before the start", items=tuple(making(planned)), pairs=pairs)


def _columns(session: OrderedSession) -> dict[str, tuple[str, str]]:
    own: dict[str, tuple[str, str]] = {}
    for one in session.drugs:
        own |= OWN.get(one.drug, {})
    return {**COLUMNS, **own}


def _head(columns: dict[str, tuple[str, str]], *, is_pumped: bool) -> tuple[str, ...]:
    names = []
    for label, unit in columns.values():
        names.append(label + UNITS.get(unit, f", {unit}"))
    return ("Time", *names, *(PUMPED if is_pumped else ()), "What was done, initials")


def _seen(filed: Filed, session: SessionState, *, is_blank: bool) -> Grid:
    columns = _columns(session.planned)
    is_pumped = not session.planned.portions
    head = _head(columns, is_pumped=is_pumped)
    wide = (len(head) - 1,)
    if is_blank:
        return Grid(head, tuple(("",) * len(head) for _ in range(BLANK_ROWS)), is_roomy=True, wide=wide)
    units = {what: unit for what, (_, unit) in columns.items()}
    rows = tuple(rows_of(filed, session, units))
    struck = tuple(place for place, one in enumerate(rows) if one.is_struck)
    return Grid(head, tuple(_cells(one, columns, is_pumped=is_pumped) for one in rows), wide=wide, struck=struck)


def _cells(one: Row, columns: dict[str, tuple[str, str]], *, is_pumped: bool) -> tuple[str, ...]:
    pump = (one.rate, one.volume) if is_pumped else ()
    return (one.time, *(one.values.get(what, "") for what in columns), *pump, one.note)


def _portions(filed: Filed, session: SessionState, *, is_blank: bool) -> tuple[Section, ...]:
    given = {} if is_blank else {one.portion: one for one in session.portions}
    rows = tuple(
        (str(one.number), tie(show(one.after)), tie(show(one.dose)), tie(show(one.draw_up)), *_given(filed, given.get(one.number)))
        for one in session.planned.portions
    )  # fmt: skip
    head = ("Portion", "After the first", "Dose", "Draw up", "Pain before it", "Given", "Time, site, initials")
    return (Section("Portions", table=Grid(head, rows, is_roomy=is_blank, wide=(len(head) - 1,))),)


def _given(filed: Filed, one: PortionGiven | None) -> tuple[str, str, str]:
    if one is None:
        return "", "", ""
    pain = show(one.pain) if one.pain is not None else f"not rated: {one.why_no_pain or 'no reason given'}"
    return pain, tie(show(one.volume)), f"{clock(one.at, filed.zone)}, {one.site}"


def _ended(filed: Filed, session: SessionState, *, is_blank: bool) -> Section:
    if is_blank:
        labels = ("Volume of drug solution that went in", "Read from", "Left and discarded", "Flushed with", "Ended at")
        return Section(
            "At the end", pairs=tuple(Pair(label, "") for label in labels),
            ticks=tuple(watch_lines(filed, "discharge", session.planned)), signs=("Nurse", "Witness of what was discarded"),
        )  # fmt: skip
    return Section("At the end", pairs=tuple(_settled(filed, session)))


def _settled(filed: Filed, session: SessionState) -> Iterator[Pair]:
    """Delivery as given, not given or not known; and what that amounts to for each drug."""
    yield Pair("Delivery", DELIVERIES[session.delivery])
    for one in doses(session):
        yield Pair(one.name, tie(show(one.dose.to_places(1))) + ("" if one.is_certain else " at most"))
    settled = session.reconciled
    if settled is not None:
        yield Pair("Volume that went in", tie(volume(settled.volume)))
        yield Pair("Read from", settled.how)
        if settled.discarded is not None:
            yield Pair("Left and discarded", tie(show(settled.discarded)))
        if settled.witnessed_by is not None:
            yield Pair("Witness", f"{settled.witnessed_by.name}, {settled.witnessed_by.role}")
    if session.ended_at is not None:
        yield Pair("Ended", instant(session.ended_at, filed.zone))
    if session.stopped_because:
        yield Pair("Stopped because", session.stopped_because)
