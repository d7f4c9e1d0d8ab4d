"""Rows of scores with the range of each one's place."""

from __future__ import annotations

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.formula import vector
from engagetree.stats.ranks import places


def among(table: pa.Table, others: pa.Table) -> pa.Table:
    """The rows with `place_from` and `place_to` among others (rows of one period that hold these), 1 the highest; null without a score.

    Both are in the order of participants.
    """
    found = places(vector(others, "score"), vector(others, "low"), vector(others, "high"))
    keep = pc.is_in(others["participant"], table["participant"])
    for name, at in (("place_from", found.best), ("place_to", found.worst)):
        column = pa.array(at).filter(keep.combine_chunks())
        table = table.append_column(name, pc.if_else(pc.equal(column, 0), None, column))
    return table
