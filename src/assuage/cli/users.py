"""assuage user: accounts of a registry, made and closed by whoever has its files."""

from __future__ import annotations

import datetime as dt
import getpass
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from assuage.cli.page import Column, Page
from assuage.cli.serve import EMBEDDED
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem

if TYPE_CHECKING:
    from assuage.registry.store import Registry

Db = Annotated[str, Parameter(help="Registry: a file for the embedded database, or postgresql://USER@HOST/NAME.")]
Id = Annotated[str, Parameter(help="Id of the account.")]
BY = "command line"


@contextmanager
def opened(db: str, *, may_make: bool = False) -> Iterator[Registry]:
    """A registry for one command; one that is not there is made only where the command begins one."""
    from assuage.registry.opening import address
    from assuage.registry.store import Registry

    found = address(db)
    if not may_make and found.get_backend_name() == "sqlite" and not Path(str(found.database)).exists():
        raise PlanError(Problem(f"no registry {found.database}", "--db", "a registry that exists", "correct the name"))
    registry = Registry.open(db)
    try:
        yield registry
    finally:
        registry.close()


def now() -> dt.datetime:
    """This instant."""
    return dt.datetime.now(dt.UTC)


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

    with opened(db, may_make=True) as registry:
        password, at = _password(), now()
        with registry.writing() as connection:
            accounts.create(connection, Person(id, name, role), at=at, password=password)  # type: ignore[arg-type]
            audit.note(connection, audit.Note(at, BY, "made an account", id))
    note(f"{name} can sign in as {id}.")


def list_all(*, db: Db = EMBEDDED) -> None:
    """Accounts with their roles."""
    from assuage.registry import accounts

    with opened(db) as registry, registry.reading() as connection:
        found = accounts.everyone(connection)
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


def password(id: Id, /, *, db: Db = EMBEDDED) -> None:
    """Give an account another password and sign out its browsers."""
    from assuage.registry import accounts, audit, sign_ins

    with opened(db) as registry:
        with registry.reading() as connection:
            _known(accounts.by_id(connection, id), id)
        new, at = _password(), now()
        with registry.writing() as connection:
            accounts.set_password(connection, id, password=new)
            sign_ins.end_all(connection, id, at=at)
            audit.note(connection, audit.Note(at, BY, "changed a password", id))
    note(f"{id} has another password; its browsers are signed out.")


def disable(id: Id, /, *, db: Db = EMBEDDED) -> None:
    """Close an account and sign out its browsers. What it recorded stays on record under its name."""
    from assuage.registry import audit, offices

    with opened(db) as registry, registry.writing() as connection:
        at = now()
        offices.close(connection, id, at=at)
        audit.note(connection, audit.Note(at, BY, "closed an account", id))
    note(f"{id} is closed.")


def enable(id: Id, /, *, db: Db = EMBEDDED) -> None:
    """Open an account again that was closed, or that waits after wrong passwords."""
    from assuage.registry import audit, offices

    with opened(db) as registry, registry.writing() as connection:
        offices.reopen(connection, id)
        audit.note(connection, audit.Note(now(), BY, "opened an account", id))
    note(f"{id} is open.")


def roles(
    id: Id,
    /,
    *,
    role: Annotated[str, Parameter(help="physician, pharmacist, nurse, researcher, administrator or auditor.")],
    db: Db = EMBEDDED,
) -> None:
    """Give an account another role from now on. What is on record keeps the role it was recorded in."""
    from assuage.registry import audit, offices

    with opened(db) as registry, registry.writing() as connection:
        at = now()
        offices.set_role(connection, id, role=role, at=at)
        audit.note(connection, audit.Note(at, BY, "changed a role", id))
    note(f"{id} is {role} from now on; its browsers are signed out.")


def totp(
    id: Id,
    /,
    *,
    remove: Annotated[
        bool, Parameter(negative="", show_default=False, help="Take it away: for an authenticator that was lost.")
    ] = False,
    db: Db = EMBEDDED,
) -> None:
    """Set a second factor: shows the picture for an authenticator, then asks for its code, which makes it count."""
    from assuage.registry import accounts, audit, second_factor, sign_ins

    with opened(db) as registry:
        with registry.writing() as connection:
            _known(accounts.by_id(connection, id), id)
            address = None if remove else second_factor.begin(connection, registry.keys, id)
        if address is not None:
            _shown(address)
        code = "" if remove else _line("Code that it shows now: ")
        with registry.writing() as connection:
            if remove:
                second_factor.drop(connection, id)
            elif not second_factor.confirm(connection, registry.keys, id, code=code, at=now()):
                raise PlanError(Problem("a code that is not right", "the code", "the one the authenticator shows now",
                                        "run the command again and read the new picture"))  # fmt: skip
            sign_ins.end_all(connection, id, at=now())
            audit.note(
                connection, audit.Note(now(), BY, "took a second factor away" if remove else "set a second factor", id)
            )
    note(
        f"{id} {'has no second factor any more' if remove else 'is asked for a code from now on'}; its browsers are signed out."
    )


def _shown(address: str) -> None:
    """The picture in the letters of a terminal, and the address for who cannot scan it."""
    import segno

    segno.make(address, micro=False).terminal(compact=True)
    print(address)


def _known(found: object, id: str) -> None:
    if found is None:
        raise PlanError(
            Problem(f"no account {id}", "the registry", "an account on record", "list them: assuage user list")
        )


def _line(question: str) -> str:
    return input(question) if sys.stdin.isatty() else sys.stdin.readline().rstrip("\n")


def _password() -> str:
    if not sys.stdin.isatty():
        return sys.stdin.readline().rstrip("\n")
    first = getpass.getpass("Password: ")
    if getpass.getpass("Once more: ") != first:
        raise PlanError(Problem("two different passwords", "the prompt", "the same one twice", "run the command again"))
    return first
