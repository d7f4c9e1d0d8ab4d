"""Imports can be withdrawn (the head that no longer has their rows); the one table that holds names and addresses."""

import sqlalchemy as sa
from alembic import op

revision = "r0003"
down_revision = "r0002"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Nothing was withdrawn so far, and nobody's name was kept."""
    op.add_column("imports", sa.Column("withdrawn", sa.Integer))
    op.create_table(
        "people",
        sa.Column("pseudonym", sa.String(40), primary_key=True),
        sa.Column("kind", sa.String(20), nullable=False),
        sa.Column("value", sa.Text, nullable=False),
        sa.Column("name", sa.Text),
        sa.Column("tool", sa.String(40), nullable=False),
        sa.Column("person", sa.Boolean, nullable=False),
        sa.Column("same_as", sa.String(40)),
        sa.Column("import_id", sa.String(32), nullable=False),
    )
