"""Drivers that count acts of which nothing was ever imported: their zero may be no zero."""

from __future__ import annotations

from engagetree.definition.model import Definition
from engagetree.engine import parquet
from engagetree.formula.columns import columns, members
from engagetree.lake import Snapshot
from engagetree.render.words import listing, lower
from engagetree.workspace.stored import ask


def unseen(snapshot: Snapshot, definition: Definition) -> str:
    """A sentence on the drivers that count acts, whatever was offered, when no source has delivered a single one; "" where there are none.

    A driver that holds acts against what was offered needs none: where nothing was offered it has no value, and where something was, its
    source is there.
    """
    files = snapshot.files("tallies")
    if not files:
        return ""
    kinds = set(ask(f"SELECT DISTINCT kind FROM {parquet(files)}")["kind"].to_pylist())
    silent = [c.driver for c in columns(definition) if not c.driver.is_share and not kinds & {c.act, *members(c.act)}]
    if not silent:
        return ""
    acts = listing([f"“{k}”" for k in sorted({k for d in silent for k in d.taken})], "or")
    one = len(silent) == 1
    return (
        f"No source has ever delivered an act {acts}: {listing([lower(d.label) for d in silent])} {'counts' if one else 'count'} 0 for "
        f"everybody. If nobody did it, that is right. If the tool that shows it was not imported, it is not known: import it, or take "
        f"{'this driver' if one else 'these drivers'} out."
    )
