"""assuage user: accounts of a registry, made and closed by whoever has its files."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from typing import Annotated

from cyclopts import Parameter

from assuage.cli.page import Column, Page
from assuage.cli.serve import EMBEDDED
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem

Db = Annotated[str, Parameter(help="Registry: a file for the embedded database, or postgresql://USER@HOST/NAME.")]


def add(
    id: Annotated[str, Parameter(help="Id of the account: short, never given to another person.")],
    /,
    *,
    name: Annotated[str, Parameter(help="Name as it stands on papers.")],
    role: Annotated[str, Parameter(help="physician, pharmacist, nurse, researcher, administrator or auditor.")],
    db: Db = EMBEDDED,
) -> None:
    """Make an account. The password is asked for, or read as one line from the standard input; it is never a word of a command."""
    from assuage.course import Person
    from assuage.registry import accounts, audit
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        now = dt.datetime.now(dt.UTC)
        with registry.writing() as connection:
            accounts.create(connection, Person(id, name, role), at=now, password=_password())  # type: ignore[arg-type]
            audit.note(connection, audit.Note(now, "command line", "made an account", id))
    finally:
        registry.close()
    note(f"{name} can sign in as {id}.")


def list_all(*, db: Db = EMBEDDED) -> None:
    """Accounts with their roles."""
    from assuage.registry import accounts
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        with registry.reading() as connection:
            found = accounts.everyone(connection)
    finally:
        registry.close()
    page = Page()
    page.title(f"{len(found)} account{'' if len(found) == 1 else 's'}")
    rows = [
        (one.id, one.name, one.role, "closed" if one.disabled else "open", "yes" if one.has_totp else "no")
        for one in found
    ]
    page.listing(
        (Column("Account"), Column("Name"), Column("Role"), Column("State"), Column("Second factor")), rows, wide=60
    )
    page.print()


def password(id: Annotated[str, Parameter(help="Id of the account.")], /, *, db: Db = EMBEDDED) -> None:
    """Give an account another password and sign out its browsers."""
    from assuage.registry import accounts, audit, sign_ins
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        now = dt.datetime.now(dt.UTC)
        with registry.writing() as connection:
            _known(accounts.by_id(connection, id), id)
            accounts.set_password(connection, id, password=_password())
            sign_ins.end_all(connection, id, at=now)
            audit.note(connection, audit.Note(now, "command line", "changed a password", id))
    finally:
        registry.close()
    note(f"{id} has another password; its browsers are signed out.")


def disable(id: Annotated[str, Parameter(help="Id of the account.")], /, *, db: Db = EMBEDDED) -> None:
    """Close an account. What it recorded stays on record under its name."""
    from assuage.registry import accounts, audit, offices
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        now = dt.datetime.now(dt.UTC)
        with registry.writing() as connection:
            _known(accounts.by_id(connection, id), id)
            offices.close(connection, id, at=now)
            audit.note(connection, audit.Note(now, "command line", "closed an account", id))
    finally:
        registry.close()
    note(f"{id} is closed.")


def _known(found: object, id: str) -> None:
    if found is None:
        raise PlanError(
            Problem(f"no account {id}", "the registry", "an account on record", "list them: assuage user list")
        )


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise PlanError(Problem("two different passwords", "the prompt", "the same one twice", "run the command again"))
    return first
