"""One course as it is shown: where it stands and its story, as data. The text and the JSON are both made from this."""

from __future__ import annotations

import datetime as dt
from collections.abc import Sequence
from typing import TYPE_CHECKING

import msgspec

from assuage.course import Course, Person, System, fold
from assuage.course.chain import head
from assuage.course.event import Acknowledged, Corrected, Recorded, Surface, kind_of
from assuage.course.state import Delivery, OrderState, SessionState, Standing, Status
from assuage.course.story import sentence, who
from assuage.errors import PlanError, Problem
from assuage.quantity import Quantity

if TYPE_CHECKING:
    from assuage.registry.store import Known


class ShownOrder(msgspec.Struct, frozen=True):
    """An order without its numbers, which are for the papers: so who looks here can still check it blind."""

    number: int
    regimen: str
    regimen_name: str
    standing: Standing
    by: str
    checks: int
    signed_by: str | None
    signed_at: dt.datetime | None


class ShownSession(msgspec.Struct, frozen=True):
    """A session as ordered and as it went. `volume` is what went in, once a person settled it."""

    number: int
    order: int
    ordered_for: dt.datetime | None
    status: Status
    delivery: Delivery
    volume: Quantity | None
    started: dt.datetime | None
    ended: dt.datetime | None


class ShownDue(msgspec.Struct, frozen=True):
    """What is due, of which session (none: of the course), when, and whether it is done."""

    what: str
    session: int | None
    at: dt.datetime
    done: bool


class Correction(msgspec.Struct, frozen=True):
    """What a later record says of this one: wrong, and what it should have said (none: nothing; it is taken back)."""

    by_record: int
    because: str
    instead: str | None


class ShownRecord(msgspec.Struct, frozen=True):
    """One record in words, with who put it there, when, the warnings that were gone over, and whether it stands."""

    number: int
    kind: str
    at: dt.datetime
    recorded: dt.datetime
    is_late: bool
    surface: Surface
    by: Person | System
    who: str
    told: str
    acknowledged: tuple[Acknowledged, ...]
    corrected: Correction | None
    seal: str


class Seal(msgspec.Struct, frozen=True):
    """The seal of the last record that is shown: whole, and as papers print it."""

    printed: str
    whole: str


class Chain(msgspec.Struct, frozen=True):
    """Whether the chain of the whole course holds now, and where it does not."""

    holds: bool
    places: tuple[str, ...]


class Shown(msgspec.Struct, frozen=True):
    """A course after record `after_record` of `version`; instants are in UTC, and told in `zone`."""

    course: str
    patient: str
    is_restricted: bool
    is_synthetic: bool
    zone: str
    version: int
    after_record: int
    stage: str
    indication: str | None
    closed: str | None
    orders: tuple[ShownOrder, ...]
    sessions: tuple[ShownSession, ...]
    due: tuple[ShownDue, ...]
    story: tuple[ShownRecord, ...]
    seal: Seal | None
    chain: Chain


class Beside(msgspec.Struct, frozen=True):
    """What stands beside the records of a course in the registry."""

    seals: tuple[str, ...]
    places: tuple[str, ...]
    is_restricted: bool
    is_synthetic: bool


def shown(known: Known, beside: Beside, *, at: int | None, zone: dt.tzinfo) -> Shown:
    """The course as it stands, or as it stood after record `at`: the fold of the records up to it.

    Errors    `PlanError` for a record that is not there
    """
    from assuage.registry.projection import due_of, stage_of

    records = known.records[: _last(known, at)]
    state = fold(records)
    seal = beside.seals[len(records) - 1] if records else None
    return Shown(
        course=known.id, patient=state.patient or known.patient, is_restricted=beside.is_restricted,
        is_synthetic=beside.is_synthetic, zone=str(zone), version=known.version, after_record=len(records), stage=stage_of(state),
        indication=state.referred.indication if state.referred else None, closed=state.closed,
        orders=tuple(_order(one, _names(records)) for one in state.orders),
        sessions=tuple(_session(one) for one in state.sessions),
        due=tuple(ShownDue(one.what, one.number or None, _utc(one.at), one.done) for one in due_of(state)),
        story=_story(records, beside.seals, zone),
        seal=Seal(head(seal), seal) if seal else None, chain=Chain(not beside.places, beside.places),
    )  # fmt: skip


def _last(known: Known, at: int | None) -> int:
    if at is None:
        return known.version
    if not 1 <= at <= known.version:
        what = f"1 to {known.version}" if known.version else "nothing: it has no record yet"
        raise PlanError(Problem(f"no record {at} of course {known.id}", "--at", what, "give one of these, or leave --at out"))  # fmt: skip
    return at


def zone_of_order(state: Course) -> str | None:
    """The time zone of the last order; none where nothing was ordered."""
    return state.orders[-1].order.time_zone if state.orders else None


def _names(records: Sequence[Recorded]) -> dict[str, str]:
    """The names of accounts as they stand on the record."""
    return {one.by.id: one.by.name for one in records if isinstance(one.by, Person)}


def _order(one: OrderState, names: dict[str, str]) -> ShownOrder:
    signed_by = names.get(one.signed_by, one.signed_by) if one.signed_by else None
    return ShownOrder(
        one.order.number, one.order.regimen, one.order.regimen_name, one.standing, names.get(one.by, one.by), len(one.checks),
        signed_by, _utc(one.signed.at) if one.signed else None,
    )  # fmt: skip


def _session(one: SessionState) -> ShownSession:
    return ShownSession(
        one.number, one.order, _maybe(one.planned.start), one.status, one.delivery,
        one.reconciled.volume if one.reconciled else None, _maybe(one.started.at if one.started else None), _maybe(one.ended_at),
    )  # fmt: skip


def _story(records: Sequence[Recorded], seals: Sequence[str], zone: dt.tzinfo) -> tuple[ShownRecord, ...]:
    mended = {
        one.event.number: Correction(
            one.number, one.event.because, sentence(one.event.instead, zone) if one.event.instead is not None else None
        )
        for one in records
        if isinstance(one.event, Corrected)
    }
    return tuple(
        ShownRecord(
            one.number, kind_of(one.event), _utc(one.event.at), _utc(one.recorded), one.is_late, one.surface, one.by, who(one),
            sentence(one.event, zone), one.acknowledged, mended.get(one.number), seal,
        )
        for one, seal in zip(records, seals, strict=False)
    )  # fmt: skip


def _utc(at: dt.datetime) -> dt.datetime:
    return at.astimezone(dt.UTC)


def _maybe(at: dt.datetime | None) -> dt.datetime | None:
    return None if at is None else _utc(at)
