"""assuage registry: verify, work out anew, back up and restore, out to other programs and back, a key."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Annotated

from cyclopts import Parameter

from assuage.cli.facts import load
from assuage.cli.options import CatalogFolders
from assuage.cli.reading import read_clinic_file
from assuage.cli.serve import EMBEDDED
from assuage.cli.users import BY, Db, now, opened
from assuage.cli.writing import note
from assuage.errors import PlanError, Problem

if TYPE_CHECKING:
    from assuage.registry.tabular import Format

Form = Annotated[str, Parameter(help="jsonl, csv or parquet.")]


def verify(*, db: Db = EMBEDDED) -> int:
    """Check every chain and everything worked out from it. Exit code 2 where something does not hold."""
    from assuage.registry import audit, clinic_record

    with opened(db) as registry:
        found = list(registry.verify())
        with registry.reading() as connection:
            found += [*clinic_record.broken(connection), *audit.broken(connection)]
    for one in found:
        print(one)
    if found:
        note(
            f"{len(found)} place{'' if len(found) == 1 else 's'} where the record does not hold. What is only worked out is mended by"
            " assuage registry rebuild; for the rest restore a backup and find out who had the database."
        )
        return 2
    print("Every chain holds.")
    return 0


def rebuild(*, db: Db = EMBEDDED) -> None:
    """Throw away what is worked out from the events, and work it out again."""
    with opened(db) as registry:
        print(f"{registry.rebuild()} courses worked out anew.")


def backup(to: Annotated[str, Parameter(help="File to write; it must not exist.")], /, *, db: Db = EMBEDDED) -> None:
    """Copy a registry as it stands while it is in use. The key is never in the copy: keep it in a backup of its own."""
    from assuage.registry import backup as backups

    said = backups.copy(db, Path(to), at=now())
    note(f"{to} holds the registry as it stood: {said}. Without its key nobody can read it, you neither.")


def restore(source: Annotated[str, Parameter(help="File that assuage registry backup wrote.")], /, *, db: Db) -> None:
    """Bring a backup back into a database that is empty or not there yet, and check it. Its key must be there first."""
    from assuage.registry import backup as backups

    said = backups.restore(Path(source), db)
    with opened(db) as registry:
        found = registry.verify()
    if found:
        raise PlanError(*(Problem(one, source, "chains that hold", "use another backup") for one in found))
    note(f"{db} holds what was backed up: {said}. Every chain holds.")


def export(
    folder: Annotated[str, Parameter(help="Folder to write; empty, or not there yet.")],
    /,
    *,
    form: Form = "jsonl",
    db: Db = EMBEDDED,
) -> None:
    """Write everything for other programs, names included: whoever has the files can read them."""
    from assuage.registry import audit, exchange

    with opened(db) as registry:
        manifest = exchange.export(registry, Path(folder), _form(form), at=now())
        with registry.writing() as connection:
            audit.note(connection, audit.Note(now(), BY, "exported the registry"))
    rows = sum(count for count, _ in manifest.files.values())
    gone = len(manifest.erased_courses)
    note(f"{folder} holds {rows:,} rows in {len(manifest.files)} files, readable by anybody who has them."
         + (f" {gone} erased course{'' if gone == 1 else 's'} could not be read." if gone else ""))  # fmt: skip


def bring_in(
    folder: Annotated[str, Parameter(help="Folder that assuage registry export wrote.")], /, *, db: Db
) -> None:
    """Read an export into an empty registry, whole or not at all. Accounts come without passwords: give each a new one."""
    from assuage.registry import audit, incoming

    with opened(db, may_make=True) as registry:
        manifest = incoming.bring_in(registry, Path(folder))
        with registry.writing() as connection:
            audit.note(connection, audit.Note(now(), BY, "imported a registry"))
        found = registry.verify()
    if found:
        raise PlanError(*(Problem(one, folder, "chains that hold", "export it again") for one in found))
    note(f"{db} holds {manifest.files[f'events.{manifest.form}'][0]:,} events. Every chain holds.")


def research(
    folder: Annotated[str, Parameter(help="Folder to write; empty, or not there yet.")],
    /,
    *,
    form: Form = "csv",
    clinic: Annotated[
        str | None, Parameter(help="Clinic profile, for its time zone; without it the shipped example.")
    ] = None,
    catalog: CatalogFolders = (),
    db: Db = EMBEDDED,
) -> None:
    """Write what research may have: no names and no words, days moved for each patient, small counts hidden."""
    from assuage.registry import audit, deidentified

    setting = deidentified.Setting(load(catalog), read_clinic_file(clinic).zone, now())
    with opened(db) as registry:
        counts = deidentified.export(registry, Path(folder), _form(form), setting=setting)
        with registry.writing() as connection:
            audit.note(connection, audit.Note(now(), BY, "exported for research"))
    note(f"{folder} holds {', '.join(f'{count:,} {name}' for name, count in counts.items())}.")


def key() -> None:
    """Make a key for a registry on PostgreSQL, to be given as ASSUAGE_KEY and kept apart from the database."""
    from assuage.registry.vault import new_key

    print(new_key().hex())


def _form(text: str) -> Format:
    from assuage.registry.tabular import FORMATS

    for one in FORMATS:
        if one == text:
            return one
    raise PlanError(Problem(f"the format {text}", "--form", f"one of {', '.join(FORMATS)}", "choose one"))
