"""A patient's own link: for one course and one purpose, expiring, used once, revocable.

Only a hash of its token is stored, under the registry's own key: who reads the table can open nothing with it, and who
writes to it cannot make a link.
"""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from sqlalchemy import ColumnElement, Connection, func, insert, select, update

from assuage.registry import tables
from assuage.registry.keys import Keys
from assuage.registry.tables import link
from assuage.registry.vault import hashed

# How long a link opens its questions.
LASTS = dt.timedelta(days=10)
# From one address so many links that open nothing may be tried in this time; more are not even looked up.
MOST_WRONG, WRONG_WITHIN = 20, dt.timedelta(minutes=10)
# What the audit says of one that opened nothing.
WRONG = "tried a link that opens nothing"


class Link(msgspec.Struct, frozen=True):
    """What a link opens. `id` is the hash of its token."""

    id: str
    course: str
    purpose: str
    expires: dt.datetime


def make(connection: Connection, keys: Keys, *, course: str, purpose: str, at: dt.datetime) -> str:
    """A new link; earlier ones of the same purpose no longer open. Get: the token, which is stored nowhere."""
    revoke(connection, course, purpose=purpose, at=at)
    token = secrets.token_urlsafe(24)
    connection.execute(
        insert(link).values(id=_id(keys, token), course=course, purpose=purpose, created=at, expires=at + LASTS)
    )
    return token


def revoke(connection: Connection, course: str, *, purpose: str, at: dt.datetime) -> int:
    """Close every link of a course for a purpose. Get: how many were open to be answered."""
    open = _open(at) & (link.c.course == course) & (link.c.purpose == purpose)
    count = connection.execute(select(func.count()).select_from(link).where(open)).scalar_one()
    connection.execute(
        update(link)
        .where(link.c.course == course, link.c.purpose == purpose, link.c.revoked.is_(None))
        .values(revoked=at)
    )
    return int(count)


def found(connection: Connection, keys: Keys, token: str, *, at: dt.datetime) -> Link | None:
    """What a token opens now; none where it is unknown, expired, used or revoked."""
    row = connection.execute(select(link).where(link.c.id == _id(keys, token), _open(at))).first()
    return Link(row.id, row.course, row.purpose, row.expires) if row is not None else None


def open_of(connection: Connection, course: str, *, at: dt.datetime) -> tuple[Link, ...]:
    """Links of a course that can still be answered."""
    rows = connection.execute(select(link).where(link.c.course == course, _open(at)).order_by(link.c.created)).all()
    return tuple(Link(row.id, row.course, row.purpose, row.expires) for row in rows)


def use(connection: Connection, one: Link, *, at: dt.datetime) -> bool:
    """Use a link up, in a transaction that is open. Get: false where somebody was sooner, and nothing may be recorded."""
    done = connection.execute(update(link).where(link.c.id == one.id, _open(at)).values(used=at))
    return done.rowcount == 1


def is_trying_too_often(connection: Connection, address: str, *, at: dt.datetime) -> bool:
    """Whether so many links that open nothing came from an address that no more of them are looked at for a while."""
    tried = select(func.count()).where(
        tables.audit.c.at > at - WRONG_WITHIN, tables.audit.c.what == WRONG, tables.audit.c.detail == address
    )
    return connection.execute(tried).scalar_one() >= MOST_WRONG


def _open(at: dt.datetime) -> ColumnElement[bool]:
    return link.c.revoked.is_(None) & link.c.used.is_(None) & (link.c.expires > at)


def _id(keys: Keys, token: str) -> str:
    return keys.mark(hashed(token), of="link")
