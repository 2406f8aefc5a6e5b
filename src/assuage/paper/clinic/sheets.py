"""Papers of the order: the order as it stands, and the sheet to check it on without seeing it."""

from __future__ import annotations

from collections.abc import Iterator

from assuage.course.blind import as_stated, steps_of
from assuage.course.order import Order, OrderedSession
from assuage.course.state import OrderState
from assuage.paper.clinic.leaf import Filed, Grid, Leaf, Pair, Section
from assuage.paper.clinic.making import apart, making, rhythm, unmade
from assuage.paper.clinic.telling import (
    allergies,
    dose,
    drugs,
    foot,
    instant,
    kinds,
    last_order,
    marks_of,
    named,
    order_numbered,
    order_of,
    rate_words,
    watch_lines,
    which,
)
from assuage.paper.words import said, tie
from assuage.quantity import show
from assuage.screening import show_date

TITLES = {"draft": "DRAFT ORDER", "checked": "DRAFT ORDER", "signed": "SIGNED ORDER", "replaced": "REPLACED ORDER", "cancelled": "CANCELLED ORDER"}  # fmt: skip
WORKING_ROWS = 7


def order_paper(filed: Filed, number: int = 0) -> Leaf:
    """An order: every session, how each is made, who worked it out, checked and signed it, and what is watched.

    Give      what is filed; the number of an order, 0 for the one in force, or the last where none is
    Errors    `PlanError` where there is no such order
    """
    held = order_numbered(filed, number) if number else (last_order(filed) or order_of(filed))
    order = held.order
    signs = () if held.signed else ("Prescriber, date and time", "Second checker, date and time")
    return Leaf(
        "order sheet", f"{TITLES[held.standing]}: {order.regimen_name}", _lead(order), filed.who,
        tuple(Pair(_large(group, one.name, order), dose(one)) for group in kinds(order) for one in group[0].drugs),
        (
            Section("The patient", pairs=tuple(_patient(filed, order))),
            Section("Sessions", (rhythm(order, filed.zone),), table=_sessions(filed, held)),
            *(Section(f"{which(group)}: make and run", items=tuple(making(group[0]))) for group in kinds(order)),
            Section("Working", items=tuple(tie(one) for one in order.working)),
            Section("Stop for", items=tuple(watch_lines(filed, "stop", *order.sessions)), is_shaded=True),
            Section("Antidote and rescue", items=tuple(_rescue(filed, order))),
            Section("Who", pairs=tuple(_who(filed, held)), signs=signs),
        ),
        marks_of(filed, held), foot(filed),
    )  # fmt: skip


def _large(group: tuple[OrderedSession, ...], name: str, order: Order) -> str:
    return name if len(kinds(order)) == 1 else f"{which(group)}: {name}"


def _lead(order: Order) -> str:
    replaces = f" It replaces order {order.replaces}." if order.replaces else ""
    return f"Order {order.number} of this course, {order.standing}.{replaces}"


def _patient(filed: Filed, order: Order) -> Iterator[Pair]:
    yield Pair("Weight it was reckoned with", tie(said(order.weight)) if order.weight else "not known")
    yield Pair("Allergies", allergies(filed))
    held = next((one for number, one in filed.state.screenings if number == order.screening), None)
    yield Pair("Screening holds until", show_date(held.expires) if held and held.expires else "not known")


def _sessions(filed: Filed, held: OrderState) -> Grid:
    order = held.order
    rows = tuple(
        (
            str(one.number), _when(filed, held, one), gap, drugs(one), one.route, tie(show(one.volume)), rate_words(one), tie(show(one.duration)),
        )
        for one, gap in zip(order.sessions, apart(order), strict=True)
    )  # fmt: skip
    return Grid(
        ("", "When", "After the one before", "Drug and dose", "Route", "Total volume", "Rate", "Time"), rows, wide=(3,)
    )


def _when(filed: Filed, held: OrderState, one: OrderedSession) -> str:
    when = instant(one.start, filed.zone) if one.start else "day not set"
    mine = filed.state.session(one.number)
    is_cancelled = mine is not None and mine.order == held.order.number and mine.status == "cancelled"
    return f"{when} CANCELLED" if is_cancelled else when


def _rescue(filed: Filed, order: Order) -> Iterator[str]:
    yield from watch_lines(filed, "antidote", *order.sessions)
    yield from watch_lines(filed, "rescue", *order.sessions)


def _who(filed: Filed, held: OrderState) -> Iterator[Pair]:
    signed = held.signed
    yield Pair("Worked out by", named(filed, held.by))
    if held.agreed or signed:
        yield Pair("Checked blind by", named(filed, held.agreed[0]) if held.agreed else "nobody")
    else:
        yield Pair("Checked blind by", "nobody yet")
    if signed:
        yield Pair("Signed by", named(filed, held.signed_by))
        yield Pair("Signed at", instant(signed.at, filed.zone))
        yield Pair("In the words", tie(signed.words))
    else:
        yield Pair("Signed by", "nobody yet" if held.standing in ("draft", "checked") else "nobody")


def check_paper(filed: Filed) -> Leaf:
    """A sheet to work an order out on without seeing it: the regimen as it is stated, how it is made, and empty boxes.

    Holds     no number that follows for this patient is on it: no weight, dose, volume or rate
    """
    order = order_of(filed).order
    rows = tuple(
        (drug.name, _step(session), as_stated(filed.catalog, order, session, drug), "", "", "", "", "")
        for session, drug in steps_of(order)
    )
    head = ("Drug", "Step", "As stated", "Strength on the label", "Dose", "Draw up", "Total volume", "First rate")
    made = tuple(dict.fromkeys(unmade(session) for session, _ in steps_of(order)))
    empty = tuple(("",) for _ in range(WORKING_ROWS))
    return Leaf(
        "blind check", "Blind check",
        "Work it out from the chart and the vial in your hand. Do not look at the order before you have written everything.",
        filed.who, (),
        (
            Section("The regimen", sentences=(tie(order.regimen_name),), items=made),
            Section("Your own numbers", pairs=(Pair("Weight, date, how measured", ""),), table=Grid(head, rows, is_roomy=True)),
            Section("Working", table=Grid(("Write it out",), empty, is_roomy=True)),
            Section("Who", signs=("Checker, date and time",)),
        ),
        marks_of(filed, order_of(filed)), foot(filed),
    )  # fmt: skip


def _step(session: OrderedSession) -> str:
    return session.step.replace("-", " ")
