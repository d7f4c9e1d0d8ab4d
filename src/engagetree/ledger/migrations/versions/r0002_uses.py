"""Uses: each time a version was put in use, with who, when and why. What was so far stands in the audit log and is taken from there."""

import json

import sqlalchemy as sa
from alembic import op

revision = "r0002"
down_revision = "r0001"
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Makes the table and fills it with what happened before it was there."""
    uses = op.create_table(
        "uses",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
    )
    connection = op.get_bind()
    kept = connection.execute(sa.text("SELECT fingerprint, reason FROM definitions")).all()
    reasons: dict[str, str] = {row.fingerprint: row.reason for row in kept}
    lines = connection.execute(sa.text("SELECT who, at, detail FROM audit WHERE action = 'definition in use' ORDER BY id")).all()
    before = [{"fingerprint": json.loads(d)["fingerprint"], "who": who, "at": at} for who, at, d in lines]
    if before:
        op.bulk_insert(uses, [{**row, "reason": reasons.get(row["fingerprint"], "")} for row in before])
