"""Explanations with the change of every node since the period before."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.engine import literals
from engagetree.findings import Explanation, Node
from engagetree.lake import Snapshot
from engagetree.tree.combine import KINDS
from engagetree.tree.split import Side, Split, split
from engagetree.workspace import stored
from engagetree.workspace.between import Parts, Reader, Spot, between
from engagetree.workspace.telling import Teller

Told = Explanation


def group_since(snapshot: Snapshot, teller: Teller, where: str, told: Told) -> Told:
    """A group's mean: what moved among those with a score on both sides, and what those did who came or went."""
    then = _before(snapshot, teller, told.period)
    if then is None or told.score is None:
        return told
    reader = Reader(snapshot)
    a, b = (Spot(teller, told.subject, where, True, key) for key in (then, told.period))
    if not reader.scored(a).num_rows:
        return told
    found = between(reader, a, b)
    came = sum(c.effect for c in found.comings)
    made = _changed(told.tree, (), found.parts)
    made = replace(made, change=(made.change or 0.0) + came)
    return replace(told, tree=made, since=a.as_of, came=came)


def people_since(snapshot: Snapshot, teller: Teller, told: Sequence[Told]) -> list[Told]:
    """Participants, all at once; who has no score on one of the sides stays as they are."""
    out = list(told)
    for key in {t.period for t in told}:
        then = _before(snapshot, teller, key)
        mine = [i for i, t in enumerate(told) if t.period == key and t.score is not None]
        if then is None or not mine:
            continue
        rows = stored.rows(
            snapshot, teller.version, [then, key], f"list_contains({literals([told[i].subject for i in mine])}, participant)"
        )
        old, new = (rows.filter(pc.and_(pc.equal(rows["period"], k), pc.is_valid(rows["score"]))) for k in (then, key))
        both = [n for n in old["participant"].to_pylist() if n in set(new["participant"].to_pylist())]
        sides = (t.take(pc.index_in(pa.array(both, pa.string()), value_set=t["participant"].combine_chunks())) for t in (old, new))
        found, at = split(*(Side(teller.definition, t) for t in sides)), {n: i for i, n in enumerate(both)}
        for i in mine:
            if (place := at.get(told[i].subject)) is not None:
                made = _changed(told[i].tree, (), _row(found, place))
                out[i] = replace(told[i], tree=made, since=teller.as_of(then))
    return out


def _row(found: Split, at: int) -> Parts:
    return {key: float(v[at]) for key, v in found.parts.items() if key[1] in KINDS}


def _before(snapshot: Snapshot, teller: Teller, key: str) -> str | None:
    earlier = [k for k in stored.periods_of(snapshot, teller.version) if k < key]
    return earlier[-1] if earlier else None


def _changed(node: Node, path: tuple[str, ...], parts: Parts) -> Node:
    """A tree with its changes: a node's is that of everything under it."""
    children = tuple(_changed(c, (*path, c.key), parts) for c in node.children)
    own = sum(parts.get((path, k), 0.0) for k in KINDS)
    return replace(node, children=children, change=own + sum(c.change or 0.0 for c in children))
