"""Papers of the order: the order as signed, the blind check, the flow sheet for the bedside and as it was filled."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course import event as e
from assuage.course.blind import steps_of
from assuage.course.event import Recorded
from assuage.course.order import OrderedSession
from assuage.course.people import Person
from assuage.course.state import SessionState
from assuage.paper.clinic.leaf import Filed, Grid, Leaf, Pair, Section
from assuage.paper.clinic.telling import (
    clock,
    dose,
    drugs,
    foot,
    instant,
    marks,
    order_of,
    session_of,
    watch_lines,
)
from assuage.paper.words import said
from assuage.quantity import Quantity, show

# Columns of the flow sheet, by what is observed; the last two are for every drug.
COLUMNS = {
    "vitals.sbp": "BP systolic", "vitals.dbp": "BP diastolic", "vitals.hr": "Heart rate", "vitals.rr": "Breaths", "vitals.spo2": "SpO2",
    "moaa-s": "MOAA/S", "nrs": "Pain 0 to 10",
}  # fmt: skip
OWN = {
    "magnesium-sulfate": {"knee-jerk": "Knee jerk"},
    "ketamine": {"dissociation": "Mood, fear"},
    "lidocaine": {"symptom": "Lips, ears, taste"},
}
BLANK_ROWS = 18
BLANK = ("", "", "")


def order_paper(filed: Filed) -> Leaf:
    """The order in force: every session, who worked it out, checked and signed it, and what is watched."""
    held = order_of(filed)
    order = held.order
    first = order.sessions[0]
    signed = held.signed
    standing = "SIGNED ORDER" if signed else "DRAFT: not valid until signed"
    rows = tuple(
        (
            str(one.number), instant(one.start, filed.zone), drugs(one), show(one.volume), show(one.rate) if one.rate else "portions",
            show(one.duration),
        )
        for one in order.sessions
    )  # fmt: skip
    people = (
        Pair("Worked out by", held.by), Pair("Checked blind by", held.agreed[0] if held.agreed else ""),
        Pair("Signed by", held.signed_by or ""), Pair("In the words", signed.words if signed else ""),
        Pair("Signed at", instant(signed.at, filed.zone) if signed else ""),
    )  # fmt: skip
    return Leaf(
        "order", f"{standing}: {order.regimen_name}", f"Order {order.number}, {order.standing}. Weight {said(order.weight) if order.weight else 'not known'}.",
        filed.who, tuple(Pair(one.name, dose(one)) for one in first.drugs),
        (
            Section("Sessions", table=Grid("", ("", "When", "Drug and dose", "Volume", "Rate", "Time"), rows)),
            Section("Draw up", items=tuple(_draw_up(first))),
            Section("Working", items=order.working),
            Section("Stop for", items=tuple(watch_lines(filed, "stop", first)), is_shaded=True),
            Section("Antidote and rescue", items=(*watch_lines(filed, "antidote", first), *watch_lines(filed, "rescue", first))),
            Section("Who", pairs=people, signs=() if signed else ("Prescriber, date and time", "Second checker, date and time")),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def _draw_up(session: OrderedSession) -> Iterator[str]:
    for one in session.drugs:
        yield f"{one.name} {dose(one)}: {show(one.draw_up)} of {one.presentation_name}, {one.vials} opened; {one.basis}."


def check_paper(filed: Filed) -> Leaf:
    """A sheet to work an order out on without seeing it: regimen and basis, and boxes."""
    order = order_of(filed).order
    rows = tuple(
        (f"{drug.name}, step {session.step}", drug.basis, "", "", "", "", "") for session, drug in steps_of(order)
    )
    head = ("Drug", "Ordered as", "Strength on the label", "Dose", "Draw up", "Total volume", "Rate")
    return Leaf(
        "check", "Blind check", "Work it out from the chart and the vial in your hand. Do not look at the order before you have written everything.",
        filed.who, (),
        (
            Section("The regimen", sentences=(order.regimen_name,)),
            Section("Your own numbers", table=Grid("", head, rows, is_roomy=True), pairs=(Pair("Weight, date, how measured", ""),)),
            Section("Working", table=Grid("", ("Write it out",), tuple(("",) for _ in range(6)), is_roomy=True)),
            Section("Who", signs=("Checker, date and time",)),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def flow_paper(filed: Filed, number: int, *, is_blank: bool) -> Leaf:
    """The flow sheet of a session: blank for the bedside when the power fails, or as it was filled, time down."""
    session = session_of(filed, number)
    planned = session.planned
    columns = _columns(planned)
    rows = _blank_rows(columns) if is_blank else tuple(_filled(filed, session, columns))
    first = planned.drugs[0]
    return Leaf(
        "flow", f"Flow sheet, session {number}" + (" (blank)" if is_blank else ""), drugs(planned),
        filed.who, (Pair("Rate", show(planned.rate) if planned.rate else "portions"), Pair("Volume", show(planned.volume)), Pair("Time", show(planned.duration))),
        (
            Section("Before the start", ticks=(*watch_lines(filed, "baseline", planned), *watch_lines(filed, "kit", planned)),
                    signs=("Started by, time", "Second person, time") if is_blank else ()),
            Section("What was seen and done", table=Grid("", ("Time", *columns.values(), "Rate", "Volume in", "Note, initials"), rows, is_roomy=is_blank)),
            *(_portions(session, is_blank=is_blank) if planned.portions else ()),
            Section("Stop for", items=tuple(watch_lines(filed, "stop", planned)), is_shaded=True),
            Section("Antidote", items=tuple(watch_lines(filed, "antidote", planned)), is_shaded=True),
            _ended(filed, session, is_blank=is_blank, name=first.name),
        ),
        marks(filed), foot(filed),
    )  # fmt: skip


def _columns(session: OrderedSession) -> dict[str, str]:
    own: dict[str, str] = {}
    for one in session.drugs:
        own |= OWN.get(one.drug, {})
    return {**COLUMNS, **own}


def _blank_rows(columns: dict[str, str]) -> tuple[tuple[str, ...], ...]:
    return tuple(("", *("" for _ in columns), *BLANK) for _ in range(BLANK_ROWS))


def _filled(filed: Filed, session: SessionState, columns: dict[str, str]) -> Iterator[tuple[str, ...]]:
    """Each record of the session as a row, late ones and corrected ones marked."""
    for one in filed.records:
        event = one.event
        if getattr(event, "session", None) != session.number or isinstance(
            event, e.Prepared | e.Called | e.Scored | e.Cancelled
        ):
            continue
        seen = (
            {m.what: (show(m.value) if m.value is not None else (m.word or "").replace("-", " ")) for m in event.found}
            if isinstance(event, e.Observed)
            else {}
        )
        yield (
            clock(event.at, filed.zone), *(_number(seen.get(what, "")) for what in columns), _rate(event), _volume(event), _note(one, filed),
        )  # fmt: skip


def _number(text: str) -> str:
    """A value without its unit: the unit stands for the whole column."""
    return text.split(" ")[0].split("/")[0] if text[:1].isdigit() else text


def _rate(event: e.Event) -> str:
    rate: Quantity | None = getattr(event, "rate", None)
    return show(rate) if rate is not None else ("0 mL/h" if isinstance(event, e.Paused | e.Stopped | e.Ended) else "")


def _volume(event: e.Event) -> str:
    found: Quantity | None = getattr(event, "volume", None)
    return show(found) if found is not None else ""


def _note(one: Recorded, filed: Filed) -> str:
    by = "".join(part[0] for part in one.by.name.split()) if isinstance(one.by, Person) else one.by.what
    event = one.event
    words = {
        e.Started: "started", e.Paused: "paused", e.Resumed: "goes on", e.Stopped: "stopped", e.Ended: "ended", e.Flushed: "flushed",
        e.RateChanged: "rate changed", e.Reconciled: "reconciled", e.Discharged: "went home", e.Harmed: "ADVERSE EVENT", e.PortionGiven: "portion",
    }.get(type(event), "")  # fmt: skip
    more = getattr(event, "because", None) or getattr(event, "note", None) or getattr(event, "spoken", None) or ""
    late = f"entered late, {clock(one.recorded, filed.zone)}" if one.is_late else ""
    mended = "CORRECTED, see the record" if one.number in filed.state.corrected else ""
    return "; ".join(part for part in (words, more, late, mended, by) if part)


def _portions(session: SessionState, *, is_blank: bool) -> tuple[Section, ...]:
    given = {one.portion: one for one in session.portions}
    rows = []
    for one in session.planned.portions:
        mine = given.get(one.number)
        pain = "" if mine is None or is_blank else (show(mine.pain) if mine.pain else mine.why_no_pain or "")
        rows.append(
            (
                str(one.number),
                show(one.after),
                show(one.dose),
                show(one.draw_up),
                pain,
                "" if is_blank or mine is None else show(mine.volume),
                "",
            )
        )
    head = ("Portion", "After", "Dose", "Draw up", "Pain before it", "Given", "Time, site, initials")
    return (Section("Portions", table=Grid("", head, tuple(rows), is_roomy=is_blank)),)


def _ended(filed: Filed, session: SessionState, *, is_blank: bool, name: str) -> Section:
    settled = session.reconciled
    if is_blank or settled is None:
        pairs = tuple(
            Pair(label, "")
            for label in (f"Volume of {name} solution that went in", "Read from", "Left and discarded", "Ended at")
        )
        return Section(
            "At the end",
            pairs=pairs,
            ticks=tuple(watch_lines(filed, "discharge", session.planned)),
            signs=("Nurse", "Witness of what was discarded"),
        )
    volume = show(settled.volume) if settled.volume is not None else "none"
    return Section(
        "At the end",
        pairs=(Pair("Delivery", settled.delivery), Pair("Volume that went in", volume), Pair("Read from", settled.how)),
    )
