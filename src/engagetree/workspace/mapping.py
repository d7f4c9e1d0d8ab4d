"""A column map proposed with what the workspace knows: the programme's zone, and who is on the roster."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from engagetree.engine import duck
from engagetree.ingest import Proposal, propose
from engagetree.pipeline import current
from engagetree.workspace.file import DEFINITION, zone_of

if TYPE_CHECKING:
    from engagetree.lake import Snapshot
    from engagetree.workspace.workspace import Workspace


def propose_map(work: Workspace, path: str | Path, table: str | None, sheet: str | None) -> Proposal:
    """See `ingest.propose`."""
    return propose(path, table, zone=zone_of(work.root / DEFINITION), sheet=sheet, known=work.lake.read(_enrolled))


def _enrolled(snapshot: Snapshot) -> set[str]:
    with duck() as con:
        return set(current(con, snapshot, "roster")["participant"].to_pylist())
