"""Imports can be withdrawn: the head that no longer has their rows."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was withdrawn so far."""
    op.add_column("imports", sa.Column("withdrawn", sa.Integer))
