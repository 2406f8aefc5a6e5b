"""Who did or read what: a chained list that is only ever added to."""

from __future__ import annotations

import datetime as dt
import json

import msgspec
from sqlalchemy import Connection, func, insert, select

from assuage.course.chain import BEGINNING, seal
from assuage.registry.tables import audit

CHAIN = "audit"


class Noted(msgspec.Struct, frozen=True):
    """One line of the audit. `subject` is the id of a patient, course or account, never a name."""

    number: int
    at: dt.datetime
    actor: str
    what: str
    subject: str | None
    because: str | None
    detail: str | None


def content_of(one: Noted) -> bytes:
    """The bytes that are sealed: every column but the seal."""
    parts = [
        one.number,
        one.at.astimezone(dt.UTC).isoformat(),
        one.actor,
        one.what,
        one.subject,
        one.because,
        one.detail,
    ]
    return json.dumps(parts, ensure_ascii=False).encode()


class Note(msgspec.Struct, frozen=True):
    """What is to be noted; number and seal are given when it is."""

    at: dt.datetime
    actor: str
    what: str
    subject: str | None = None
    because: str | None = None
    detail: str | None = None


def note(connection: Connection, given: Note) -> None:
    """Add a line, in a transaction that is open. PostgreSQL writers wait for one another here, so that the chain has one end."""
    if connection.dialect.name == "postgresql":
        connection.execute(select(func.pg_advisory_xact_lock(func.hashtext(CHAIN))))
    last = connection.execute(select(audit.c.number, audit.c.seal).order_by(audit.c.number.desc()).limit(1)).first()
    number, before = (last.number + 1, last.seal) if last else (1, BEGINNING)
    one = Noted(number, given.at, given.actor, given.what, given.subject, given.because, given.detail)
    sealed = seal(before, course=CHAIN, number=number, content=content_of(one))
    connection.execute(insert(audit).values(seal=sealed, **msgspec.structs.asdict(one)))


def broken(connection: Connection) -> tuple[str, ...]:
    """Every place where the chain of the audit does not hold."""
    found = []
    before, expected = BEGINNING, 1
    for row in connection.execute(select(audit).order_by(audit.c.number)):
        one = Noted(row.number, row.at, row.actor, row.what, row.subject, row.because, row.detail)
        if one.number != expected:
            found.append(f"audit: line {one.number} where {expected} was expected")
        if seal(before, course=CHAIN, number=one.number, content=content_of(one)) != row.seal:
            found.append(f"audit: the seal of line {one.number} does not fit")
        before, expected = row.seal, one.number + 1
    return tuple(found)
