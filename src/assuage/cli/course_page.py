"""One course as text for a terminal: where it stands, what is due, and its story record by record."""

from __future__ import annotations

import datetime as dt
from collections.abc import Iterator

from assuage.cli.course_shown import Correction, Shown, ShownOrder, ShownRecord, ShownSession
from assuage.cli.page import Column, Page
from assuage.paper.clinic.telling import instant
from assuage.quantity import show

WIDE = 60
# Where the words of a record begin: after its number.
INDENT = 5
# Where records come from as a rule; another way is said.
AS_EVER = ("web", "demonstration")
SESSIONS = (Column("Session", is_whole=True), Column("Ordered for", is_whole=True), Column("State", is_whole=True), Column("Delivery"))  # fmt: skip


def course_page(one: Shown, zone: dt.tzinfo) -> Page:
    """The whole page."""
    page = Page()
    page.title(f"Course {one.course}: {one.stage}")
    page.pairs(_head(one))
    if not one.chain.holds:
        page.heading("The chain of this course does not hold", "do not rely on what follows")
        page.bullets(one.chain.places)
    _sessions(page, one, zone)
    page.heading("Due")
    page.bullets([f"{_due(each.what, each.session)}: {instant(each.at, zone)}{', done' if each.done else ''}" for each in one.due])  # fmt: skip
    if not one.due:
        page.paragraph("Nothing is due.")
    page.heading("On record")
    for record in one.story:
        _record(page, record, zone)
    if not one.story:
        page.paragraph("Nothing yet.")
    return page


def _head(one: Shown) -> tuple[tuple[str, str], ...]:
    marks = [word for word, is_so in (("restricted", one.is_restricted), ("made up", one.is_synthetic)) if is_so]
    orders = "; ".join(_order(each) for each in one.orders)
    return (
        ("Patient", ", ".join((one.patient, *marks))),
        ("For", (one.indication or "").replace("-", " ")),
        ("Order" if len(one.orders) == 1 else "Orders", orders or "none"),
        ("Closed", one.closed or ""),
        ("Shown", _which(one)),
        ("Seal", f"{one.seal.printed} (record {one.after_record})" if one.seal else "none: nothing is on record"),
        ("Times", f"in {one.zone}"),
    )


def _which(one: Shown) -> str:
    if one.after_record == one.version:
        return f"as it stands, {one.version} record{'' if one.version == 1 else 's'}"
    return f"as it stood after record {one.after_record} of {one.version}"


def _order(one: ShownOrder) -> str:
    checks = f", {one.checks} blind check{'' if one.checks == 1 else 's'}" if one.checks else ""
    signed = f", signed by {one.signed_by}" if one.signed_by else ""
    standing = "" if one.standing == "signed" else f", {one.standing}"
    return f"{one.number}, {one.regimen}{standing}, written by {one.by}{checks}{signed}"


def _sessions(page: Page, one: Shown, zone: dt.tzinfo) -> None:
    page.heading("Sessions")
    if not one.sessions:
        page.paragraph("None ordered.")
        return
    rows = [_session(each, zone) for each in one.sessions]
    page.listing(SESSIONS, rows, wide=WIDE)


def _session(one: ShownSession, zone: dt.tzinfo) -> tuple[str, ...]:
    volume = f" {show(one.volume)}" if one.volume is not None else ""
    return str(one.number), instant(one.ordered_for, zone), one.status, f"{one.delivery}{volume}"


def _due(what: str, session: int | None) -> str:
    words = f"{what} {session}" if session is not None and what == "session" else what
    after = f" after session {session}" if session is not None and what != "session" else ""
    return f"{words[0].upper()}{words[1:]}{after}"


def _record(page: Page, one: ShownRecord, zone: dt.tzinfo) -> None:
    surface = "" if one.surface in AS_EVER else f", from {one.surface}"
    page.pairs(((f"{one.number:>{INDENT - 2}}", f"{instant(one.at, zone)}, {one.who}{surface}"),))
    page.paragraph(f"[{one.told}]" if one.corrected else one.told, indent=INDENT)
    for line in _remarks(one, zone):
        page.paragraph(line, indent=INDENT)


def _remarks(one: ShownRecord, zone: dt.tzinfo) -> Iterator[str]:
    if one.is_late:
        yield f"RECORDED LATE, at {instant(one.recorded, zone)}."
    for warning in one.acknowledged:
        yield f"Despite “{warning.message}”: {warning.because}"
    if one.corrected is not None:
        yield _corrected(one.corrected)


def _corrected(one: Correction) -> str:
    because = one.because if one.because.endswith((".", "!", "?")) else f"{one.because}."
    if one.instead is None:
        return f"WRONG, taken back by record {one.by_record}: {because}"
    return f"WRONG, corrected by record {one.by_record}: {because} Read instead: {one.instead}"
