"""A patient's own link: for one course and one purpose, expiring, used once, revocable; only its hash is stored."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from sqlalchemy import Connection, insert, select, update

from assuage.registry.tables import link
from assuage.registry.vault import hashed

# How long a link opens its questions.
LASTS = dt.timedelta(days=10)


class Link(msgspec.Struct, frozen=True):
    """What a link opens. `id` is the hash of its token."""

    id: str
    course: str
    purpose: str
    expires: dt.datetime
    used: dt.datetime | None


def make(connection: Connection, course: str, *, purpose: str, at: dt.datetime) -> str:
    """A new link; earlier ones of the same purpose no longer open. Get: the token, which is stored nowhere."""
    connection.execute(
        update(link)
        .where(link.c.course == course, link.c.purpose == purpose, link.c.revoked.is_(None))
        .values(revoked=at)
    )
    token = secrets.token_urlsafe(24)
    connection.execute(
        insert(link).values(id=hashed(token), course=course, purpose=purpose, created=at, expires=at + LASTS)
    )
    return token


def found(connection: Connection, token: str, *, at: dt.datetime) -> Link | None:
    """What a token opens now; none where it is unknown, expired, used or revoked."""
    row = connection.execute(select(link).where(link.c.id == hashed(token))).first()
    if row is None or row.revoked is not None or row.used is not None or at >= row.expires:
        return None
    return Link(row.id, row.course, row.purpose, row.expires, row.used)


def used(connection: Connection, one: Link, *, at: dt.datetime) -> None:
    """It was answered: it opens nothing more."""
    connection.execute(update(link).where(link.c.id == one.id).values(used=at))
