"""The first tables, with triggers against change."""

from __future__ import annotations

from alembic import op

from assuage.registry import guard
from assuage.registry.migrations.first_tables import ADDED_TO, METADATA

revision = "0001"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Every table, then the triggers."""
    METADATA.create_all(op.get_bind())
    for statement in guard.created(op.get_bind().dialect.name, ADDED_TO):
        op.execute(statement)


def downgrade() -> None:
    """Triggers first, then the tables."""
    for statement in guard.dropped(op.get_bind().dialect.name, ADDED_TO):
        op.execute(statement)
    METADATA.drop_all(op.get_bind())
