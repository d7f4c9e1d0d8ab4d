"""Brings a ledger to the schema of this release. Alembic is loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

import sqlalchemy as sa

from engagetree.errors import WorkspaceError
from engagetree.ledger.connect import reading, writing

NEWEST = "r0003"
KNOWN = ("r0001", "r0002", "r0003")


def revision(engine: sa.Engine) -> str | None:
    """The schema that a ledger has, or None where it has none yet."""
    with reading(engine) as connection:
        if not sa.inspect(connection).has_table("alembic_version"):
            return None
        return connection.execute(sa.text("SELECT version_num FROM alembic_version")).scalar()


def migrate(engine: sa.Engine) -> None:
    """Upgrades in one transaction: killed in the middle, nothing has happened. A ledger of a newer release is refused."""
    have = revision(engine)
    if have == NEWEST:
        return
    if have is not None and have not in KNOWN:
        name = engine.url.render_as_string(hide_password=True)
        raise WorkspaceError(
            name, f"it was written by a newer engagetree (schema {have})", "Upgrade engagetree: pip install -U engagetree."
        )
    _upgrade(engine)


def _upgrade(engine: sa.Engine) -> None:
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent / "migrations").replace("%", "%%"))
    with writing(engine) as connection:
        config.attributes["connection"] = connection
        command.upgrade(config, "head")
