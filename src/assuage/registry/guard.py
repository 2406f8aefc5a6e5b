"""Triggers of the database itself against changing or deleting what was recorded, whoever is connected."""

from __future__ import annotations

from collections.abc import Iterator, Sequence

from assuage.registry.tables import ADDED_TO

SAID = "what was recorded is never changed: record a correction"


def created(dialect: str, tables: Sequence[str] = ADDED_TO) -> Iterator[str]:
    """Statements that make the triggers. Errors: none of ours; a dialect that is not known has no registry."""
    if dialect == "sqlite":
        for table in tables:
            for verb in ("UPDATE", "DELETE"):
                yield (
                    f"CREATE TRIGGER {table}_no_{verb.lower()} BEFORE {verb} ON {table}"
                    f" BEGIN SELECT RAISE(ABORT, '{SAID}'); END"
                )
        return
    assert dialect == "postgresql", dialect
    yield (
        "CREATE FUNCTION assuage_refuse_change() RETURNS trigger LANGUAGE plpgsql AS"
        f" $$ BEGIN RAISE EXCEPTION '{SAID}'; END $$"
    )
    for table in tables:
        yield (
            f"CREATE TRIGGER {table}_no_change BEFORE UPDATE OR DELETE ON {table}"
            " FOR EACH ROW EXECUTE FUNCTION assuage_refuse_change()"
        )
        yield (
            f"CREATE TRIGGER {table}_no_truncate BEFORE TRUNCATE ON {table}"
            " FOR EACH STATEMENT EXECUTE FUNCTION assuage_refuse_change()"
        )


def dropped(dialect: str, tables: Sequence[str] = ADDED_TO) -> Iterator[str]:
    """Statements that take the triggers away: for a migration back only."""
    if dialect == "sqlite":
        for table in tables:
            yield f"DROP TRIGGER {table}_no_update"
            yield f"DROP TRIGGER {table}_no_delete"
        return
    for table in tables:
        yield f"DROP TRIGGER {table}_no_change ON {table}"
        yield f"DROP TRIGGER {table}_no_truncate ON {table}"
    yield "DROP FUNCTION assuage_refuse_change()"
