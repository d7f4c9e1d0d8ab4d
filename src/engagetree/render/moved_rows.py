"""Why a score moved, as it is printed: one rounding for the sentence, the drawing, the table and the terminal.

The rows under the head add up to the printed change, and the rows under a row add up to it.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.moved_words import Act, what_was_taken
from engagetree.render.rounding import adding_up, nearest
from engagetree.tree.moved import Carried, Ends, NodeMove, Why

NOTHING = 1e-9
"""Points below which a part is the noise of adding up."""

BEHAVIOUR, FORMULA, COVERAGE, MIX = "behaviour", "formula", "coverage", "mix"

TITLES = {
    FORMULA: "The formula",
    COVERAGE: "What is known",
    MIX: "What goes together in the same people",
    "joined": "Joined",
    "left": "Left",
    "scored": "First score",
    "unscored": "No score any more",
}


@dataclass(frozen=True)
class Row:
    """One cause. `points` are printed ones, with one decimal; `before` and `after` are texts: values, or weights."""

    kind: str  # behaviour | formula | coverage | mix | joined | left | scored | unscored
    depth: int  # 1 beneath the score, 2 beneath that
    label: str
    exact: float
    points: float
    before: str = ""
    after: str = ""
    note: str = ""
    node: NodeMove | None = None
    act: Act | None = None  # of a driver: what its people did

    @property
    def points_text(self) -> str:
        return points(self.points)


@dataclass(frozen=True)
class Printed:
    """The two ends and everything between them."""

    before: float
    after: float
    rows: tuple[Row, ...]

    @property
    def change(self) -> float:
        return nearest(self.after - self.before, 1)

    @property
    def steps(self) -> tuple[Row, ...]:
        """The rows that lead from the one end to the other."""
        return tuple(r for r in self.rows if r.depth == 1)


def points(x: float) -> str:
    """A printed part: `+3.2`, `−3.2`, `none`."""
    return words.signed(x, 1) if nearest(x, 1) else "none"


def printed(why: Why, before: Definition, after: Definition) -> Printed | None:
    """The answer rounded so that it adds up; None where a side has no score and there is nothing to add up."""
    if why.before.score is None or why.after.score is None:
        return None
    ends = words.tenths(why.before.score, before.bands), words.tenths(why.after.score, after.bands)
    tops = [_signal(s) for s in why.signals]
    tops += [_under(kind, why) for kind in (FORMULA, COVERAGE, MIX) if _matters(kind, why)]
    tops += [
        (Row(c.kind, 1, TITLES[c.kind], c.effect, 0.0, note=f"{words.plural(c.n, 'person', 'people')}, mean {words.one(c.mean)}"), [])
        for c in why.comings
        if c.n
    ]
    shown = adding_up([t.exact for t, _ in tops], nearest(ends[1] - ends[0], 1))
    rows: list[Row] = []
    for (top, inner), points in zip(tops, shown, strict=True):
        beneath = [replace(r, points=p) for r, p in zip(inner, adding_up([r.exact for r in inner], points), strict=True)]
        if points or top.kind == BEHAVIOUR or any(r.points for r in beneath):
            rows += [replace(top, points=points), *beneath]
    named = [_taken(r, why, before, after) for r in rows]
    return Printed(*ends, tuple(named))


def _taken(row: Row, why: Why, before: Definition, after: Definition) -> Row:
    if row.kind != BEHAVIOUR or row.node is None or row.depth == 1:
        return row
    signal = next(s.key for s in why.signals if any(d is row.node for d in s.children))
    act = what_was_taken((signal, row.node.key), row.node, why, before, after)
    return replace(row, act=act, note=act.said or row.note)


def _matters(kind: str, why: Why) -> bool:
    return any(abs(getattr(n, kind)) > NOTHING for n in why.nodes())


def _signal(s: NodeMove) -> tuple[Row, list[Row]]:
    """What people did under a signal; a single driver says nothing that its signal does not, but names what was taken."""
    inner = [_row(BEHAVIOUR, 2, d, d.value) for d in s.children]
    return _row(BEHAVIOUR, 1, s, s.value), inner


def _under(kind: str, why: Why) -> tuple[Row, list[Row]]:
    """Everything of one kind: what each signal's own weight did, then what its drivers did."""
    inner = []
    for s in why.signals:
        own = getattr(s, kind) - sum(getattr(d, kind) for d in s.children)
        named = ((s, own, ""), *((d, getattr(d, kind), f"{words.clean(s.label)}: ") for d in s.children))
        inner += [_part(kind, n, part, above) for n, part, above in named if abs(part) > NOTHING]
    return Row(kind, 1, TITLES[kind], sum(r.exact for r in inner), 0.0), inner


def _part(kind: str, n: NodeMove, part: float, above: str) -> Row:
    label = above + (words.lower(words.clean(n.label)) if above else words.clean(n.label))
    weights = n.weight if kind == FORMULA else n.carried
    if kind == MIX:
        return Row(kind, 2, label, part, 0.0, node=n)
    if weights.before != weights.after:
        note = "share of the score" if kind == COVERAGE else "weight in the signal" if above else "weight"
        return Row(kind, 2, label, part, 0.0, _share(weights.before), _share(weights.after), note, n)
    note = "how it is counted" if kind == FORMULA and above else "how its drivers combine" if kind == FORMULA else ""
    return Row(kind, 2, label, part, 0.0, words.one(n.value.before), words.one(n.value.after), note, n)


def _row(kind: str, depth: int, n: NodeMove, ends: Ends) -> Row:
    before, after = (words.one(x) for x in (ends.before, ends.after))
    note = ""
    if ends.after is None:
        note = words.upper(words.clean(n.reason)) if n.reason else "not known"
    elif ends.before is None:
        note = "known now"
    return Row(kind, depth, words.clean(n.label), getattr(n, kind), 0.0, before, after, note, n)


def _share(x: float | None) -> str:
    return words.DASH if x is None else f"{words.count(nearest(100 * x, 1))}{words.SPACE}%"


# ---- groups

MOST = 8
"""Groups that are listed one by one."""


@dataclass(frozen=True)
class GroupRow:
    """One group as it is printed: within + mix = points, and the points of all rows are the printed change."""

    name: str
    people: tuple[str, str]
    means: tuple[str, str]
    within: float
    mix: float
    points: float


def names(why: Why, before: Definition, after: Definition) -> tuple[str, str]:
    """What sets the two ends apart, for a heading: their subjects, their versions, or their days."""
    a, b = why.before, why.after
    if a.subject != b.subject:
        return words.clean(a.subject), words.clean(b.subject)
    if a.as_of == b.as_of:
        return words.clean(a.version_name or a.version), words.clean(b.version_name or b.version)
    return words.day(words.last_day(a.as_of, before.tz)), words.day(words.last_day(b.as_of, after.tz))


def group_heads(by: Carried, ends: tuple[str, str]) -> tuple[str, ...]:
    """The headings of a table of groups."""
    a, b = ends
    return (words.upper(words.clean(by.by)), f">People {a}", f">{b}", f">Mean {a}", f">{b}", ">Within", ">Mix", ">Points")


def grouped(by: Carried, change: float) -> list[GroupRow]:
    """The groups with the largest parts, and all others as one row."""
    listed, others = by.groups[:MOST], by.groups[MOST:]
    parts = [(g.within, g.mix) for g in listed] + ([(sum(g.within for g in others), sum(g.mix for g in others))] if others else [])
    points = adding_up([a + b for a, b in parts], change)
    names = [words.clean(g.name) if g.name else f"no {words.clean(by.by)}" for g in listed]
    rows = []
    for i, (part, whole) in enumerate(zip(parts, points, strict=True)):
        within, mix = adding_up(part, whole)
        some = listed[i : i + 1] or others
        people = tuple(words.count(sum(getattr(g, side) for g in some)) for side in ("before", "after"))
        means = (words.one(some[0].mean_before), words.one(some[0].mean_after)) if i < len(listed) else (words.DASH, words.DASH)
        rows.append(GroupRow(names[i] if i < len(listed) else f"{len(others)} others", (people[0], people[1]), means, within, mix, whole))
    return rows
