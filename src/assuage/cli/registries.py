"""assuage registry: verify the chains, work out anew what is worked out, back up, make a key."""

from __future__ import annotations

import sqlite3
from pathlib import Path
from typing import Annotated

from cyclopts import Parameter

from assuage.cli.serve import EMBEDDED
from assuage.cli.users import Db
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem


def verify(*, db: Db = EMBEDDED) -> int:
    """Check every chain: of each course, of the clinic's own record, of the audit. Exit code 2 where one does not hold."""
    from assuage.registry import audit, clinic_record
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        found = list(registry.verify())
        with registry.reading() as connection:
            found += [*clinic_record.broken(connection), *audit.broken(connection)]
    finally:
        registry.close()
    for one in found:
        print(one)
    if found:
        note(
            f"{len(found)} place{'' if len(found) == 1 else 's'} where the record does not hold. Restore from a backup and find out who had the database."
        )
        return 2
    print("Every chain holds.")
    return 0


def rebuild(*, db: Db = EMBEDDED) -> None:
    """Throw away what is worked out from the events, and work it out again."""
    from assuage.registry.store import Registry

    registry = Registry.open(db)
    try:
        print(f"{registry.rebuild()} courses worked out anew.")
    finally:
        registry.close()


def backup(to: Annotated[str, Parameter(help="File to write; it must not exist.")], /, *, db: Db = EMBEDDED) -> None:
    """Copy an embedded registry while it is in use. Its key file is not copied: keep that in a backup of its own."""
    from assuage.registry.opening import address

    found = address(db)
    if found.get_backend_name() != "sqlite" or not found.database:
        raise PlanError(
            Problem(
                "a registry on PostgreSQL", "--db", "an embedded registry", "use the database's own backup: pg_dump"
            )
        )
    if Path(to).exists():
        raise PlanError(Problem(f"{to} exists", "the file to write", "a file that is not there", "choose another name"))
    if not Path(found.database).exists():
        raise PlanError(Problem(f"no registry {found.database}", "--db", "a registry that exists", "correct the name"))
    with sqlite3.connect(found.database) as source, sqlite3.connect(to) as target:
        source.backup(target)
    note(f"{to} is a copy of the registry as it stood. The key is in {found.database}.key, and only there.")


def key() -> None:
    """Make a key for a registry on PostgreSQL, to be given as ASSUAGE_KEY and kept apart from the database."""
    from assuage.registry.vault import new_key

    print(new_key().hex())
