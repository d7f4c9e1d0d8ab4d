"""Alembic runs inside the transaction that `migrate` began (BEGIN IMMEDIATE on SQLite): all of it or nothing."""

from alembic import context

from engagetree.ledger.schema import metadata

context.configure(connection=context.config.attributes["connection"], target_metadata=metadata, transactional_ddl=True)
with context.begin_transaction():
    context.run_migrations()
