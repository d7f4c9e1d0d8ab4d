"""Alembic's folder: each change of the ledger's schema, in order."""
