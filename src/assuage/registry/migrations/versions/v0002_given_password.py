"""Whether a password was given by somebody else, and is to be changed before anything is signed with it."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0002"
down_revision = "0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Passwords that stand were chosen by those who have them."""
    op.add_column("account", sa.Column("is_password_given", sa.Boolean(), nullable=False, server_default=sa.false()))


def downgrade() -> None:
    """Take the column away."""
    with op.batch_alter_table("account") as table:
        table.drop_column("is_password_given")
