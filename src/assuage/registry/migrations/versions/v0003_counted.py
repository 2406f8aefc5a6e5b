"""What is counted of each course, kept with the version it holds for."""

from __future__ import annotations

import sqlalchemy as sa
from alembic import op

revision = "0003"
down_revision = "0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """An empty table: it fills when the clinic's page is first opened."""
    op.create_table(
        "counted",
        sa.Column("course", sa.Text(), sa.ForeignKey("course.id", name="fk_counted_course"), nullable=False),
        sa.Column("version", sa.Integer(), nullable=False),
        sa.Column("basis", sa.Text(), nullable=False),
        sa.Column("content", sa.LargeBinary(), nullable=False),
        sa.PrimaryKeyConstraint("course", name="pk_counted"),
    )


def downgrade() -> None:
    """Take the table away: it is worked out again."""
    op.drop_table("counted")
