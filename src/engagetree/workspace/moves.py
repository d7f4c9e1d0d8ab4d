"""What every node and every group of a split did, with what was known of it on both sides."""

from __future__ import annotations

import json
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.findings import Node
from engagetree.formula import Column, columns, offered_of, vector
from engagetree.scoring.explain import tree
from engagetree.tree.combine import KINDS, OFFERED, TAKEN
from engagetree.tree.crowd import groups
from engagetree.tree.means import MIX
from engagetree.tree.moved import Carried, Ends, NodeMove
from engagetree.tree.pairs import Path, paired
from engagetree.workspace.between import Parts, Reader, Spot, matched

MOST_GROUPS = 30
"""A column of the roster with more values than this says who somebody is, and not which group they belong to."""


def signals(reader: Reader, a: Spot, b: Spot, parts: Parts) -> Iterator[NodeMove]:
    """Every node of both definitions. Of one group over time, values are of those with a score on both sides, as the parts are."""
    scored = all(reader.scored(s).num_rows for s in (a, b))
    tables = matched(reader, a, b) if scored else (reader.rows(a), reader.rows(b))
    trees = [{n.key: n for n in _tree(s, t).children} for s, t in zip((a, b), tables, strict=True)]
    counted = _counted(a, b, tables)
    for pair in paired(a.definition, b.definition):
        old, new = (t.get(pair.any.key) for t in trees)
        inside = [{d.key: d for d in (n.children if n else ())} for n in (old, new)]
        drivers = tuple(_move((pair.any.key, d.key), inside[0].get(d.key), inside[1].get(d.key), parts, counted) for d in pair.drivers)
        own = _move((pair.any.key,), old, new, parts, {})
        yield replace(own, children=drivers, **{k: getattr(own, k) + sum(getattr(d, k) for d in drivers) for k in (*KINDS, MIX)})


def _tree(s: Spot, table: pa.Table) -> Node:
    """The metric tree of the rows; of nobody one in which nothing is known."""
    names = sorted({c or "" for c in table["cohort"].unique().to_pylist()})
    return tree(s.definition, table, lambda c: s.teller.reasons(c, names, s.period))


def _move(path: Path, old: Node | None, new: Node | None, parts: Parts, counted: Mapping[Path, tuple[Ends, Ends]]) -> NodeMove:
    node = new or old
    assert node is not None
    behaviour, formula, coverage, mix = (parts.get((path, k), 0.0) for k in (*KINDS, MIX))
    amount, of = counted.get(path, (Ends(), Ends()))
    return NodeMove(
        node.key, node.label, node.level, behaviour, formula, coverage, mix,
        taken=parts.get((path, TAKEN)), offered=parts.get((path, OFFERED)),
        value=_ends(old, new, "value"), weight=_ends(old, new, "declared"), carried=_ends(old, new, "weight"),
        amount=amount, of=of, reason=new.reason if new else "it is no part of this version",
    )  # fmt: skip


def _ends(old: Node | None, new: Node | None, name: str) -> Ends:
    return Ends(*(None if n is None else getattr(n, name) for n in (old, new)))


def _counted(a: Spot, b: Spot, tables: tuple[pa.Table, pa.Table]) -> dict[Path, tuple[Ends, Ends]]:
    """What was taken and offered on both sides, summed over the rows."""
    sums = [{(c.signal.key, c.driver.key): _sums(c, t) for c in columns(s.definition)} for s, t in zip((a, b), tables, strict=True)]
    none = (None, None)
    return {
        p: tuple(Ends(sums[0].get(p, none)[i], sums[1].get(p, none)[i]) for i in (0, 1))  # type: ignore[misc]
        for p in dict.fromkeys([*sums[1], *sums[0]])
    }


def _sums(c: Column, table: pa.Table) -> tuple[float, float]:
    return float(np.nansum(vector(table, c.taken))), float(np.nansum(offered_of(c, table)))


# ---- groups


def carried(reader: Reader, a: Spot, b: Spot) -> Iterator[Carried]:
    """Which groups carry the change, by cohort, by owner, and by every other column of the roster that makes groups."""
    tables = [reader.scored(s) for s in (a, b)]
    for by in ("cohort", "owner"):
        yield from _by(by, [t[by] for t in tables], tables)
    for by, values in _attributes(b.teller.plan.roster).items():
        names = b.teller.plan.roster["participant"].combine_chunks()
        yield from _by(by, [values.take(pc.index_in(t["participant"], value_set=names)) for t in tables], tables)


def _by(by: str, names: list[Any], tables: list[pa.Table]) -> Iterator[Carried]:
    found = groups(*(pa.table({"group": n, "score": t["score"]}) for n, t in zip(names, tables, strict=True)))
    if 1 < len(found) <= MOST_GROUPS and any(g.before and g.after for g in found):
        yield Carried(by, found)


def _attributes(roster: pa.Table) -> dict[str, pa.Array]:
    """Every further column of the roster, one value a row of it."""
    coded = pc.dictionary_encode(roster["attributes"]).combine_chunks()
    each = [json.loads(text) if text else {} for text in coded.dictionary.to_pylist()]
    keys = dict.fromkeys(k for e in each for k in e)
    return {k: pa.array([_text(e.get(k)) for e in each], pa.string()).take(coded.indices) for k in keys}


def _text(value: object) -> str | None:
    return None if value is None else str(value)
