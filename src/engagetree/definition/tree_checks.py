"""The rules of the programme tree: it is one tree, nothing in it counts twice, and nobody has to guess what an edge says."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from itertools import pairwise

from engagetree.definition.checks import EXACT, drivers_of, normalised, signals_of
from engagetree.definition.metric_fields import COMPOSED
from engagetree.definition.metrics import UNITS
from engagetree.definition.shape import Row
from engagetree.definition.values import number
from engagetree.errors import Problem, near

Edge = tuple[str, str, Row, int, bool]
"""parent, child, the row that says so, its line, whether the parent is made of the child."""


@dataclass
class Graph:
    """The nodes and edges of a tree as written, the score's own included (their row is the tree itself, their line 0)."""

    tree: Row
    metrics: dict[str, Row]
    nodes: dict[str, Row] = field(default_factory=dict)
    edges: list[Edge] = field(default_factory=list)

    def below(self, key: str) -> list[Edge]:
        return [e for e in self.edges if e[0] == key]


def graph(row: Row) -> Graph | None:
    """The tree's graph, if there is a tree."""
    tree = row.get("tree")
    if not isinstance(tree, Row):
        return None
    made = Graph(tree, {m.key: m for m in row.get("metrics", [])})
    made.nodes = dict(made.metrics)
    made.nodes |= {s.key: s for s in signals_of(row)} | {f"{s.key}.{d.key}": d for s, d in drivers_of(row)}
    score = next((k for k, m in made.metrics.items() if m.get("kind") == "score"), None)
    if score is not None:
        made.edges += [(score, s.key, tree, 0, True) for s in signals_of(row)]
    made.edges += [(s.key, f"{s.key}.{d.key}", tree, 0, True) for s, d in drivers_of(row)]
    for c in tree.get("composes", []):
        made.edges += [(c.key, k, c, line, True) for k, _, line in c.get("of", ())]
        made.edges += [(c.key, c.get("over"), c, c.at("over"), True)] if c.get("over") else []
    for i in tree.get("influences", []):
        if i.get("from") and i.get("to"):
            made.edges.append((i.get("to"), i.get("from"), i, i.line, False))
    return made


def known(row: Row) -> Iterator[Problem]:
    """Every node that is named is a metric, a signal or a driver."""
    made = graph(row)
    if made is None:
        return
    root = made.tree.get("root")
    if root and root not in made.nodes:
        yield made.tree.error("root", f"there is no node `{root}`", _suggestion(root, made))
    for c in made.tree.get("composes", []):
        if c.key not in made.nodes:
            yield Problem(c.line, c.where, f"there is no node `{c.key}`", _suggestion(c.key, made))
        elif c.key not in made.metrics or made.metrics[c.key].get("kind") == "score":
            yield Problem(c.line, c.where, "the score and its signals are made of their own parts", "Remove it; the edge is there already.")
    for _, child, source, line, composed in made.edges:
        if line and child not in made.nodes:
            yield Problem(line if composed else source.at("from"), source.where, f"there is no node `{child}`", _suggestion(child, made))
    for parent, _, source, _, composed in made.edges:
        if not composed and parent not in made.nodes:
            yield source.error("to", f"there is no node `{parent}`", _suggestion(parent, made))


def _suggestion(key: str, made: Graph) -> str:
    return near(key, made.nodes) or f"Add it under `metrics`; there are {', '.join(k for k in made.nodes if '.' not in k)}."


def itself(row: Row) -> Iterator[Problem]:
    """No node is beneath itself, at once or by way of others."""
    made = graph(row)
    told: set[frozenset[str]] = set()
    for edge in made.edges if made else ():
        parent, child, source, line, _ = edge
        if parent == child:
            yield Problem(line, source.where, f"`{parent}` refers to itself", "Remove it, or name what was meant.")
            continue
        way = _way(made, child, parent) if made and line else None
        if way is not None and frozenset(way) not in told:
            told.add(frozenset(way))
            do = "A tree has a top: take out one of these edges. What feeds back belongs into the words of the evidence."
            yield Problem(line, source.where, f"goes round in a circle: {' → '.join([parent, *way])}", do)


def _way(made: Graph, start: str, end: str) -> list[str] | None:
    """Nodes from `start` down to `end`, if there is a way."""
    left, came = [start], {start: ""}
    while left:
        at = left.pop()
        if at == end:
            out = [at]
            while came[out[-1]]:
                out.append(came[out[-1]])
            return out[::-1]
        for _, child, _, _, _ in made.below(at):
            if child not in came:
                came[child] = at
                left.append(child)
    return None


def once(row: Row) -> Iterator[Problem]:
    """What is a part of two wholes would count twice. (It may influence as many as it likes.)"""
    made = graph(row)
    first: dict[str, Edge] = {}
    for edge in made.edges if made else ():
        parent, child, source, line, composed = edge
        known = first.setdefault(child, edge) if composed else edge
        if known is not edge and known[0] != parent:
            where = f"line {known[3]}" if known[3] else "by itself"
            do = "Take it out of one of them, or make that edge an influence."
            yield Problem(line, source.where, f"`{child}` would count twice: it is a part of `{known[0]}` already ({where})", do)
    for m in made.metrics.values() if made else ():
        score = next((k for k, other in made.metrics.items() if other.get("kind") == "score"), None) if made else None
        if m.get("kind") == "signal" and score and m.get("signal"):
            do = f"Name `{m.get('signal')}` itself in the tree, and remove this metric."
            yield Problem(m.line, m.where, f"the signal stands in the tree already, beneath `{score}`", do)


def reached(row: Row) -> Iterator[Problem]:
    """Every metric hangs in the tree."""
    made = graph(row)
    if made is None or not _readable(made):
        return  # what is wrong with the edges themselves is told; the rest would be guessed
    seen, left = set(), [made.tree.get("root")]
    while left:
        at = left.pop()
        if at not in seen:
            seen.add(at)
            left += [child for _, child, _, _, _ in made.below(at)]
    for key, m in made.metrics.items():
        if key not in seen:
            do = "Say under `composes` or `influences` what it is a part of or may move, or remove it."
            yield Problem(m.line, m.where, f"cannot be reached from the root `{made.tree.get('root')}`", do)


def _readable(made: Graph) -> bool:
    """Whether every edge could be read and leads from a node to a node."""
    rows = [*made.tree.get("composes", []), *made.tree.get("influences", [])]
    read = all(
        r.has(n) == (r.get(n) is not None) for r in (made.tree, *rows) for n in ("root", "composes", "influences", "of", "from", "to")
    )
    return read and all(k in made.nodes for k in (made.tree.get("root"), *(n for e in made.edges for n in e[:2])))


def compositions(row: Row) -> Iterator[Problem]:
    """Each composition can be worked out, and its parts are of one kind."""
    made = graph(row)
    for c in made.tree.get("composes", []) if made else ():
        how, parts = c.get("by"), c.get("of")
        if how is None or parts is None:
            continue
        weights = [w for _, w, _ in parts]
        for f in COMPOSED:
            if how in f.needed and not c.has(f.name):
                yield c.error("by", f"`by: {how}` needs `{f.name}`", f"Add it. {f.says}")
            if f.only and how not in f.only and c.has(f.name):
                yield c.error(f.name, f"`{f.name}` has no effect with `by: {how}`", "Remove it, or write `by: ratio`.")
        if how == "ratio" and len(parts) != 1:
            yield c.error("of", f"a ratio has one node above the line, not {len(parts)}", "Name one in `of` and one in `over`.")
        if c.get("over") in [k for k, _, _ in parts]:
            yield c.error("over", f"`{c.get('over')}` stands above and below the line", "Divide by something else.")
        if how == "mean":
            yield from _weights(c, parts, weights)
        elif any(w is not None for w in weights):
            yield c.error("of", f"weights have no effect with `by: {how}`", "Write a list of keys, or `by: mean`.")
        yield from _alike(c, made) if made and how in ("sum", "mean") else ()
        yield from _numbers(c, made) if made else ()
    for m in made.metrics.values() if made else ():
        if m.get("kind") == "calculated" and m.key not in {c.key for c in made.tree.get("composes", [])}:  # type: ignore[union-attr]
            yield m.error("kind", "is made of its parts, but has none", "Say under `composes` what it is made of.")


def _weights(c: Row, parts: tuple[tuple[str, float | None, int], ...], weights: list[float | None]) -> Iterator[Problem]:
    found = [w for w in weights if w is not None]
    if len(found) < len(weights):
        like = ", ".join(f"{k}: {number(w)}" for (k, _, _), w in zip(parts, normalised([1.0] * len(parts)), strict=True))
        yield c.error("of", "a mean needs the weight of each part", f"Write {{{like}}} or what they weigh.")
    elif any(w < 0 for w in found) or abs(sum(found) - 1) > EXACT:
        yield c.error("of", f"the weights sum to {number(sum(found))}, not to 1, or one is below 0", "Write them as parts of 1.")


def _alike(c: Row, made: Graph) -> Iterator[Problem]:
    """Only what has one unit can be added."""
    units = {k: _unit(made.nodes[k]) for k in (c.key, *(k for k, _, _ in c.get("of"))) if k in made.nodes}
    units = {k: u for k, u in units.items() if u}
    if c.key in made.metrics and made.metrics[c.key].get("kind") == "purpose":
        return
    for (a, mine), (b, other) in pairwise(units.items()):
        if mine != other:
            do = "Give them one unit, or use a ratio or a product."
            yield c.error("of", f"`{a}` is in {mine} and `{b}` in {other}: they cannot be added", do)
            return


def _unit(m: Row) -> str:
    return str(m.get("unit") or UNITS.get(m.get("kind", ""), "")) if m.has("kind") else "points"


def _numbers(c: Row, made: Graph) -> Iterator[Problem]:
    for key in (c.key, *(k for k, _, _ in c.get("of")), c.get("over")):
        if key in made.metrics and made.metrics[key].get("kind") == "purpose":
            do = "Let the parts influence it: what leads to a purpose is a hypothesis."
            yield Problem(c.line, c.where, f"`{key}` is a purpose without a number, so nothing can be worked out", do)


def without_tree(row: Row) -> Iterator[Problem]:
    """What is made of its parts needs a tree that names them."""
    if row.has("tree"):
        return
    for m in row.get("metrics", []):
        if m.get("kind") == "calculated":
            yield m.error("kind", "is made of its parts, but there is no `tree` that names them", "Add `tree` with `composes`.")


def evidence(row: Row) -> Iterator[Problem]:
    """Whoever says more than *believed* says how, from how many, and how much."""
    made = graph(row)
    for i in made.tree.get("influences", []) if made else ():
        e = i.get("evidence")
        if not isinstance(e, Row):
            continue
        missing = [n for n in ("method", "n", "effect", "interval") if not e.has(n)]
        if e.get("status") in ("observed", "tested", "refuted") and missing:
            do = "Add what was found, or write `status: believed`."
            yield e.error("status", f"`status: {e.get('status')}` needs {', '.join(f'`{n}`' for n in missing)}", do)
        effect, ends = e.get("effect"), e.get("interval")
        if effect is not None and ends is not None and not ends[0] <= effect <= ends[1]:
            found = f"`effect` {number(effect)} is not within `interval` {number(ends[0])} to {number(ends[1])}"
            yield e.error("effect", found, "Correct one of them.")


RULES: tuple[Callable[[Row], Iterator[Problem]], ...] = (known, itself, once, reached, compositions, without_tree, evidence)
