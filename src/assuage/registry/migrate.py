"""The tables of a registry brought to a version, up or down."""

from __future__ import annotations

from pathlib import Path

from alembic import command
from alembic.config import Config
from alembic.runtime.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, Engine

from assuage.errors import Problem, RegistryError

FOLDER = Path(__file__).parent / "migrations"
NEWEST = "head"
NOTHING = "base"


def _config(connection: Connection) -> Config:
    config = Config()
    config.set_main_option("script_location", str(FOLDER))
    config.attributes["connection"] = connection
    return config


def version_of(connection: Connection) -> str | None:
    """The version of the tables; none for an empty database."""
    return MigrationContext.configure(connection).get_current_revision()


def newest() -> str:
    """The version this program writes."""
    found = ScriptDirectory(str(FOLDER)).get_current_head()
    assert found is not None
    return found


def upgrade(engine: Engine, to: str = NEWEST) -> None:
    """Bring the tables up. Errors: `RegistryError` where they are newer than this program."""
    known = {one.revision for one in ScriptDirectory(str(FOLDER)).walk_revisions()}
    with engine.begin() as connection:
        now = version_of(connection)
        if now is not None and now not in known:
            raise RegistryError(Problem(f"tables of version {now}", str(engine.url), f"version {newest()} or older",
                                        "use the program that wrote them, or a newer one"))  # fmt: skip
        command.upgrade(_config(connection), to)


def downgrade(engine: Engine, to: str = NOTHING) -> None:
    """Take the tables back a version, or all the way. What they held is lost: for tests and for a step that failed."""
    with engine.begin() as connection:
        command.downgrade(_config(connection), to)
