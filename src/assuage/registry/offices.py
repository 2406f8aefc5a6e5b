"""What an administrator changes of an account: open or closed, role, identity elsewhere. One administrator always stays."""

from __future__ import annotations

import datetime as dt

from sqlalchemy import Connection, func, select, update

from assuage.course import Role
from assuage.course.people import ROLES
from assuage.errors import Problem, RegistryError
from assuage.registry import sign_ins
from assuage.registry.tables import account


def close(connection: Connection, id: str, *, at: dt.datetime) -> None:
    """No longer let in; every browser is signed out; what they recorded stays theirs."""
    _keep_one(connection, id)
    connection.execute(update(account).where(account.c.id == id).values(disabled=at))
    sign_ins.end_all(connection, id, at=at)


def reopen(connection: Connection, id: str) -> None:
    """Let in again, and no longer locked."""
    _known(connection, id)
    connection.execute(update(account).where(account.c.id == id).values(disabled=None, failed=0, locked_until=None))


def set_role(connection: Connection, id: str, *, role: str, at: dt.datetime) -> None:
    """Another role from now on; browsers are signed out. What is on record keeps the role it was recorded in."""
    if role not in ROLES:
        raise RegistryError(Problem(f"the role {role}", "the role", f"one of {', '.join(ROLES)}", "choose one"))
    if role != "administrator":
        _keep_one(connection, id)
    _known(connection, id)
    connection.execute(update(account).where(account.c.id == id).values(role=role))
    sign_ins.end_all(connection, id, at=at)


def link(connection: Connection, id: str, *, subject: str | None, at: dt.datetime) -> None:
    """The identity elsewhere that signs in as this account; none takes it away."""
    _known(connection, id)
    if subject is not None:
        other = connection.execute(
            select(account.c.id).where(account.c.subject == subject, account.c.id != id)
        ).scalar()
        if other is not None:
            raise RegistryError(Problem(f"an identity that belongs to {other}", "the identity elsewhere",
                                        "one that no account has", "take it from that account first"))  # fmt: skip
    connection.execute(update(account).where(account.c.id == id).values(subject=subject))
    sign_ins.end_all(connection, id, at=at)


def subject_of(connection: Connection, id: str) -> str | None:
    """The identity elsewhere of an account."""
    found: str | None = connection.execute(select(account.c.subject).where(account.c.id == id)).scalar()
    return found


def _known(connection: Connection, id: str) -> Role:
    role: Role | None = connection.execute(select(account.c.role).where(account.c.id == id)).scalar()
    if role is None:
        raise RegistryError(
            Problem(f"no account {id}", "the registry", "an account on record", "list them and choose one")
        )
    return role


def _keep_one(connection: Connection, id: str) -> None:
    """Refuse what would leave nobody to open accounts."""
    if _known(connection, id) != "administrator":
        return
    others = select(func.count()).where(
        account.c.role == "administrator", account.c.disabled.is_(None), account.c.id != id
    )
    if not connection.execute(others).scalar():
        raise RegistryError(Problem(f"{id} is the last administrator", "the registry", "one administrator at least",
                                    "make another administrator first"))  # fmt: skip
