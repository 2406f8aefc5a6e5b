"""People with accounts: who they are, how they prove it, when they are kept out for a while."""

from __future__ import annotations

import datetime as dt
from typing import Any

import msgspec
import pyotp
from argon2 import PasswordHasher
from argon2.exceptions import InvalidHashError, VerificationError
from sqlalchemy import Connection, insert, select, update

from assuage.course import Person, Role
from assuage.course.people import ROLES
from assuage.errors import Problem, RegistryError
from assuage.registry.keys import Keys
from assuage.registry.tables import account

HASHER = PasswordHasher()
# Against guessing: after so many failures in a row the account waits, twice as long each time, at most so long.
FREE_FAILURES = 5
FIRST_WAIT, LONGEST_WAIT = dt.timedelta(seconds=30), dt.timedelta(hours=1)
SHORTEST_PASSWORD, LONGEST_PASSWORD = 12, 200
ISSUER = "assuage"
# The step of time-based codes, in seconds; a code of the step before or after counts too.
STEP, AROUND = 30, 1
# Compared with when there is no such account, so that an answer takes as long.
NOBODY = HASHER.hash("nobody has this password")


class Account(msgspec.Struct, frozen=True):
    """An account as it stands."""

    id: str
    name: str
    role: Role
    has_password: bool
    has_totp: bool
    is_password_given: bool
    locked_until: dt.datetime | None
    disabled: dt.datetime | None

    @property
    def person(self) -> Person:
        """The person as the record names them."""
        return Person(self.id, self.name, self.role)


class Refused(RegistryError):
    """Not signed in, or not proved. One sentence for every cause, so that nobody learns which accounts exist."""


def create(
    connection: Connection, person: Person, *, at: dt.datetime, password: str | None = None, subject: str | None = None
) -> None:
    """An account for a person; with a password, or for an identity provider's `subject`."""
    if person.role not in ROLES:
        raise RegistryError(Problem(f"the role {person.role}", "--role", f"one of {', '.join(ROLES)}", "choose one"))
    if by_id(connection, person.id) is not None:
        raise RegistryError(Problem(f"the account {person.id} exists", "the registry", "a new id", "choose another id"))
    connection.execute(insert(account).values(
        id=person.id, name=person.name, role=person.role, password=_hash(password) if password is not None else None,
        subject=subject, failed=0, created=at,
    ))  # fmt: skip


def set_password(connection: Connection, id: str, *, password: str, is_given: bool = False) -> None:
    """Another password; the account is no longer locked. `is_given`: by somebody else, to be changed at once."""
    connection.execute(
        update(account)
        .where(account.c.id == id)
        .values(password=_hash(password), is_password_given=is_given, failed=0, locked_until=None)
    )


def _hash(password: str) -> str:
    if not SHORTEST_PASSWORD <= len(password) <= LONGEST_PASSWORD:
        raise RegistryError(Problem(f"a password of {len(password)} signs", "the password",
                                    f"{SHORTEST_PASSWORD} to {LONGEST_PASSWORD} signs", "choose another one; a sentence is easy to keep"))  # fmt: skip
    return HASHER.hash(password)


def by_id(connection: Connection, id: str) -> Account | None:
    """The account of this id."""
    return _account(connection.execute(select(account).where(account.c.id == id)).first())


def by_subject(connection: Connection, subject: str) -> Account | None:
    """The account of this subject of the identity provider."""
    return _account(connection.execute(select(account).where(account.c.subject == subject)).first())


def everyone(connection: Connection) -> tuple[Account, ...]:
    """All accounts, by id."""
    found = (_account(row) for row in connection.execute(select(account).order_by(account.c.id)))
    return tuple(one for one in found if one is not None)


def _account(row: Any) -> Account | None:
    if row is None:
        return None
    return Account(
        row.id, row.name, row.role, row.password is not None, row.totp is not None, row.is_password_given,
        row.locked_until, row.disabled,
    )  # fmt: skip


def prove(connection: Connection, keys: Keys, id: str, secret: Secret, *, at: dt.datetime) -> Account:
    """The account, if password and code are right. Failures are counted, and after some the account waits.

    Errors    `Refused`, in one sentence for all causes; the failure itself is written in this transaction, so commit it
    """
    row = _let_try(connection, id, secret.password, at)
    step = _step_of(row, keys, secret.code, at)
    if not _matches(row.password, secret.password) or (row.totp is not None and step is None):
        _count_failure(connection, row, at)
        raise _refused()
    return _succeeded(connection, row, secret.password, step)


def prove_again(connection: Connection, id: str, *, password: str, at: dt.datetime) -> Account:
    """The account, if the password is right: for somebody who stands at a screen that is signed in already.

    The code of the second factor was asked for when the browser was signed in; within a sign-in the password alone says
    that it is still the same person, or that a second one stands beside. Failures count as at sign-in.

    Errors    `Refused`, in one sentence for all causes; the failure itself is written in this transaction, so commit it
    """
    row = _let_try(connection, id, password, at)
    if not _matches(row.password, password):
        _count_failure(connection, row, at)
        raise _refused()
    return _succeeded(connection, row, password, None)


def _let_try(connection: Connection, id: str, password: str, at: dt.datetime) -> Any:
    """The row of an account that may be tried now; anything else is refused, after as long."""
    wanted = select(account).where(account.c.id == id)
    row = connection.execute(wanted if connection.dialect.name == "sqlite" else wanted.with_for_update()).first()
    if row is None or row.password is None:
        _matches(NOBODY, password)
        raise _refused()
    if row.disabled is not None or (row.locked_until is not None and at < row.locked_until):
        _matches(row.password, password)
        raise _refused()
    return row


def _succeeded(connection: Connection, row: Any, password: str, step: int | None) -> Account:
    changes: dict[str, Any] = {"failed": 0, "locked_until": None}
    if step is not None:
        changes["totp_last"] = step
    if HASHER.check_needs_rehash(row.password):
        changes["password"] = HASHER.hash(password)
    connection.execute(update(account).where(account.c.id == row.id).values(**changes))
    found = by_id(connection, row.id)
    assert found is not None
    return found


class Secret(msgspec.Struct, frozen=True):
    """What somebody typed to prove who they are."""

    password: str
    code: str | None = None


def _refused() -> Refused:
    return Refused(Problem("name, password or code is not right, or the account has to wait", "signing in", "the right ones",
                           "try again; after several failures wait, or ask the administrator"))  # fmt: skip


def _matches(stored: str, password: str) -> bool:
    try:
        return HASHER.verify(stored, password)
    except (VerificationError, InvalidHashError):
        return False


def _step_of(row: Any, keys: Keys, code: str | None, at: dt.datetime) -> int | None:
    """The step of time whose code was given; none for a wrong code, or one that was used already."""
    if row.totp is None or not code:
        return None
    secret = keys.own_opened(row.totp, place=f"totp/{row.id}").decode()
    now = int(at.timestamp()) // STEP
    for step in range(now - AROUND, now + AROUND + 1):
        if pyotp.TOTP(secret).at(step * STEP) == code.strip() and (row.totp_last is None or step > row.totp_last):
            return step
    return None


def _count_failure(connection: Connection, row: Any, at: dt.datetime) -> None:
    failed = row.failed + 1
    until = None
    if failed >= FREE_FAILURES:
        until = at + min(FIRST_WAIT * 2 ** min(failed - FREE_FAILURES, 16), LONGEST_WAIT)
    connection.execute(update(account).where(account.c.id == row.id).values(failed=failed, locked_until=until))
