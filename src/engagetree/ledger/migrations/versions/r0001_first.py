"""The first schema: head, data files, imports, definitions, scorings, audit, facts.

Written out rather than taken from `schema.metadata`: that one will move on, this one may not.
"""

import sqlalchemy as sa
from alembic import op

revision = "r0001"
down_revision = None
branch_labels = None
depends_on = None

REFUSE_SQLITE = """
CREATE TRIGGER audit_no_{verb} BEFORE {verb} ON audit
BEGIN SELECT RAISE(ABORT, 'the audit log is only ever added to'); END
"""
REFUSE_POSTGRESQL = """
CREATE FUNCTION audit_only_grows() RETURNS trigger LANGUAGE plpgsql AS
$$ BEGIN RAISE EXCEPTION 'the audit log is only ever added to'; END $$;
CREATE TRIGGER audit_only_grows BEFORE UPDATE OR DELETE OR TRUNCATE ON audit EXECUTE FUNCTION audit_only_grows();
"""


def upgrade() -> None:
    """Makes the tables, the first head (number 0, no table), and the triggers that keep the audit log."""
    _state()
    _decisions()
    _audit()
    head = sa.table("head", sa.column("one"), sa.column("seq"), sa.column("versions", sa.JSON))
    op.bulk_insert(head, [{"one": 1, "seq": 0, "versions": {}}])


def _state() -> None:
    op.create_table(
        "head",
        sa.Column("one", sa.Integer, sa.CheckConstraint("one = 1"), primary_key=True, autoincrement=False),
        sa.Column("seq", sa.Integer, nullable=False),
        sa.Column("versions", sa.JSON, nullable=False),
    )
    op.create_table(
        "data_files",
        sa.Column("table", sa.String(120), primary_key=True),
        sa.Column("path", sa.String(400), primary_key=True),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("bytes", sa.BigInteger, nullable=False),
        sa.Column("rows", sa.BigInteger, nullable=False),
        sa.Column("added", sa.Integer, nullable=False),
        sa.Column("removed", sa.Integer),
    )
    op.create_table(
        "imports",
        sa.Column("seq", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("import_id", sa.String(32), nullable=False, unique=True),
        sa.Column("state", sa.String(8), sa.CheckConstraint("state IN ('writing', 'done', 'failed')"), nullable=False),
        sa.Column("what", sa.String(40), nullable=False),
        sa.Column("source", sa.Text, nullable=False),
        sa.Column("sha256", sa.String(64), nullable=False),
        sa.Column("reader", sa.String(200), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("started", sa.String(32), nullable=False),
        sa.Column("finished", sa.String(32)),
        sa.Column("account", sa.JSON, nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
        sa.Column("tables", sa.JSON, nullable=False),
    )
    op.create_index("ix_imports_state", "imports", ["state"])
    op.create_index("ix_imports_sha256", "imports", ["sha256"])


def _decisions() -> None:
    op.create_table(
        "definitions",
        sa.Column("fingerprint", sa.String(64), primary_key=True),
        sa.Column("text", sa.Text, nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("reason", sa.Text, nullable=False),
        sa.Column("in_use", sa.Boolean, nullable=False),
    )
    op.create_table(
        "scorings",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=True),
        sa.Column("fingerprint", sa.String(64), nullable=False),
        sa.Column("head", sa.Integer, nullable=False),
        sa.Column("as_of", sa.String(32), nullable=False),
        sa.Column("grain", sa.String(40), nullable=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("facts", sa.JSON, nullable=False),
    )
    op.create_index("ix_scorings_fingerprint", "scorings", ["fingerprint"])
    op.create_table("facts", sa.Column("key", sa.String(200), primary_key=True), sa.Column("value", sa.JSON, nullable=False))


def _audit() -> None:
    op.create_table(
        "audit",
        sa.Column("id", sa.Integer, primary_key=True, autoincrement=False),
        sa.Column("at", sa.String(32), nullable=False),
        sa.Column("who", sa.String(200), nullable=False),
        sa.Column("action", sa.String(40), nullable=False),
        sa.Column("detail", sa.Text, nullable=False),
        sa.Column("prev", sa.String(64), nullable=False),
        sa.Column("hash", sa.String(64), nullable=False),
    )
    if op.get_bind().dialect.name == "sqlite":
        for verb in ("UPDATE", "DELETE"):
            op.execute(REFUSE_SQLITE.format(verb=verb))
    elif op.get_bind().dialect.name == "postgresql":
        op.execute(REFUSE_POSTGRESQL)
