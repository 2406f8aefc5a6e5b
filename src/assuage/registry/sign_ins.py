"""Signed-in browsers, in the database: each can be revoked, each ends after some quiet and after a working day."""

from __future__ import annotations

import datetime as dt
import secrets

import msgspec
from sqlalchemy import Connection, insert, select, update

from assuage.registry import accounts
from assuage.registry.accounts import Account
from assuage.registry.tables import sign_in
from assuage.registry.vault import hashed

LONGEST = dt.timedelta(hours=12)
IDLE = dt.timedelta(minutes=20)
# A password given so lately need not be given again to sign.
PROOF_HOLDS = dt.timedelta(minutes=2)
# The last use is written at most so often.
WRITTEN_EVERY = dt.timedelta(seconds=30)


class SignIn(msgspec.Struct, frozen=True):
    """A browser that is signed in, and whose it is. `id` is the hash of its cookie."""

    id: str
    account: Account
    created: dt.datetime
    seen: dt.datetime
    proved: dt.datetime | None

    def is_proved(self, at: dt.datetime) -> bool:
        """Whether the password was given again just now."""
        return self.proved is not None and at - self.proved <= PROOF_HOLDS


def begin(connection: Connection, account: str, *, at: dt.datetime, from_where: str | None = None) -> str:
    """Sign a browser in. Get: the secret for its cookie, which is stored nowhere."""
    secret = secrets.token_urlsafe(32)
    connection.execute(insert(sign_in).values(
        id=hashed(secret), account=account, created=at, seen=at, expires=at + LONGEST, from_where=from_where,
    ))  # fmt: skip
    return secret


def found(connection: Connection, secret: str, *, at: dt.datetime) -> SignIn | None:
    """Whose cookie this is; none where it ended, was revoked or was quiet for too long, or the account is closed."""
    row = connection.execute(select(sign_in).where(sign_in.c.id == hashed(secret))).first()
    if row is None or row.revoked is not None or at >= row.expires or at - row.seen > IDLE:
        return None
    account = accounts.by_id(connection, row.account)
    if account is None or account.disabled is not None:
        return None
    return SignIn(row.id, account, row.created, row.seen, row.proved)


def renew(connection: Connection, one: SignIn, *, at: dt.datetime) -> str | None:
    """Another secret for a sign-in that goes on. Get: the secret; none where the sign-in has ended meanwhile."""
    secret = secrets.token_urlsafe(32)
    done = connection.execute(
        update(sign_in).where(sign_in.c.id == one.id, sign_in.c.revoked.is_(None)).values(id=hashed(secret), seen=at)
    )
    return secret if done.rowcount == 1 else None


class Browser(msgspec.Struct, frozen=True):
    """A browser that is signed in, as its owner sees it in a list."""

    id: str
    created: dt.datetime
    seen: dt.datetime
    from_where: str | None


def browsers(connection: Connection, account: str, *, at: dt.datetime) -> tuple[Browser, ...]:
    """Every browser of an account that would be let in now, last used first."""
    rows = connection.execute(
        select(sign_in)
        .where(sign_in.c.account == account, sign_in.c.revoked.is_(None), sign_in.c.expires > at)
        .where(sign_in.c.seen >= at - IDLE)
        .order_by(sign_in.c.seen.desc(), sign_in.c.created.desc())
    )
    return tuple(Browser(row.id, row.created, row.seen, row.from_where) for row in rows)


def end_one(connection: Connection, id: str, *, account: str, at: dt.datetime) -> bool:
    """Sign out one browser of an account. Get: whether it was one of theirs."""
    done = connection.execute(
        update(sign_in)
        .where(sign_in.c.id == id, sign_in.c.account == account, sign_in.c.revoked.is_(None))
        .values(revoked=at)
    )
    return done.rowcount == 1


def end_others(connection: Connection, account: str, *, but: str, at: dt.datetime) -> None:
    """Sign out every browser of an account but one."""
    connection.execute(
        update(sign_in)
        .where(sign_in.c.account == account, sign_in.c.id != but, sign_in.c.revoked.is_(None))
        .values(revoked=at)
    )


def touch(connection: Connection, one: SignIn, *, at: dt.datetime) -> None:
    """It was used now."""
    if at - one.seen >= WRITTEN_EVERY:
        connection.execute(update(sign_in).where(sign_in.c.id == one.id).values(seen=at))


def proved(connection: Connection, one: SignIn, *, at: dt.datetime) -> None:
    """The password was given again now."""
    connection.execute(update(sign_in).where(sign_in.c.id == one.id).values(proved=at))


def end(connection: Connection, id: str, *, at: dt.datetime) -> None:
    """Sign one browser out."""
    connection.execute(update(sign_in).where(sign_in.c.id == id).values(revoked=at))


def end_all(connection: Connection, account: str, *, at: dt.datetime) -> None:
    """Sign out every browser of an account."""
    connection.execute(
        update(sign_in).where(sign_in.c.account == account, sign_in.c.revoked.is_(None)).values(revoked=at)
    )
