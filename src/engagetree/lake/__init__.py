"""The lake: Delta tables in a folder, seen only through the ledger's head."""

from engagetree.lake.change import Change
from engagetree.lake.snapshot import Snapshot
from engagetree.lake.store import Lake

__all__ = ["Change", "Lake", "Snapshot"]
