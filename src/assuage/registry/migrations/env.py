"""How migrations run: on the connection that the registry hands over, table by table on SQLite."""

from __future__ import annotations

from alembic import context

from assuage.registry.tables import METADATA

context.configure(
    connection=context.config.attributes["connection"],
    target_metadata=METADATA,
    render_as_batch=True,
    transactional_ddl=True,
)
with context.begin_transaction():
    context.run_migrations()
