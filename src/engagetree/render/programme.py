"""The programme tree as it is printed: one list of lines, for the page, the notebook and the terminal alike.

An indented table with aligned bars; a small map beside it shows at a glance what is made of what (solid) and what is only thought to move
what (dashed). Weight and points of the score's own nodes are those of its breakdown, so what is printed adds up.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import measures, words
from engagetree.render.breakdown import Part, breakdown, easiest
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import bars, svg
from engagetree.render.marks.map import small_map
from engagetree.render.rounding import spread
from engagetree.tree.programme import Branch, Programme

ROLES = {"×": "multiplied", "above": "above the line", "below": "below the line"}


@dataclass(frozen=True)
class Line:
    """One node as it is printed. `guide` are its lines in a terminal; `share` and `gain` are points of the score, for bars."""

    branch: Branch
    depth: int
    guide: str
    value: str
    likely: str
    weight: str
    gain: str
    change: str
    tags: tuple[str, ...]
    why: str  # how it hangs there, or why it has no value
    accountable: str
    over: str
    share: float | None = None
    room: float | None = None

    @property
    def label(self) -> str:
        return words.clean(self.branch.label)

    @property
    def guessed(self) -> bool:
        return self.branch.edge == "guess"


def lines(tree: Programme, definition: Definition) -> list[Line]:
    """Every node in the order of the tree."""
    parts = _parts(tree, definition)
    return list(_lines(tree.root, parts, 0, "", "", ""))


def _parts(tree: Programme, definition: Definition) -> dict[str, Part]:
    """The printed numbers of the score's own nodes, by key."""
    if tree.explanation is None:
        return {}
    total = breakdown(tree.explanation, definition)
    out = {tree.score_key: total}
    for signal in total.parts:
        out[signal.node.key] = signal
        out |= {f"{signal.node.key}.{d.node.key}": d for d in signal.parts}
    return out


def _lines(
    b: Branch, parts: dict[str, Part], depth: int, guide: str, beneath: str, above: str, weight: str | None = None
) -> Iterator[Line]:
    yield _line(b, parts.get(b.key), depth, guide, above, weight)
    printed = _weights(b)
    for i, child in enumerate(b.children):
        last = i == len(b.children) - 1
        turn = f"{'└' if last else '├'}{'╌' if child.edge == 'guess' else '─'} "
        yield from _lines(
            child, parts, depth + 1, beneath + turn, beneath + ("   " if last else "│  "), b.accountable, printed.get(child.key)
        )


def _weights(b: Branch) -> dict[str, str]:
    """The shares of a sum's or a mean's parts, rounded so that they add up to 100 %."""
    known = [c for c in b.children if c.edge == "part" and c.weight is not None and c.points is None]
    if b.made not in ("sum", "mean") or len(known) < sum(c.edge == "part" for c in b.children):
        return {}
    shown = spread([100.0 * (c.weight or 0.0) for c in known], 100.0, 1)
    return {c.key: f"{words.count(w)}{words.SPACE}%".replace("-", words.MINUS) for c, w in zip(known, shown, strict=True)}


def _line(b: Branch, part: Part | None, depth: int, guide: str, above: str, weight: str | None) -> Line:
    known = b.value is not None
    scored = part is not None and known
    value = words.one(part.points) if scored and part and part.depth == 0 and part.points is not None else None
    return Line(
        b, depth, guide,
        "" if b.kind == "purpose" else value or measures.value(b.value, b.unit, b.numerator, b.denominator),
        measures.span(b.low, b.high, b.unit, b.denominator),
        _weight(b, part, weight), _gain(b, part),
        _change(b),
        _tags(b, part), _why(b), "" if b.accountable == above else words.clean(b.accountable),
        "" if b.again or part is not None else measures.over(b.since, b.until) if known else "",
        part.weight if scored and part and part.depth else None, part.gain if scored and part and part.depth else None,
    )  # fmt: skip


def _weight(b: Branch, part: Part | None, printed: str | None) -> str:
    if b.again:
        return ""
    if part is not None:
        return part.weight_text if part.depth else ""
    return printed or ("×" if b.role == "×" else "")


def _gain(b: Branch, part: Part | None) -> str:
    if b.again or b.value is None:
        return ""
    return part.gain_text if part is not None else measures.room(b.room, b.unit, b.denominator)


def _change(b: Branch) -> str:
    if b.again or b.kind == "purpose":
        return ""
    return measures.change(b.change, b.unit, b.denominator) or words.DASH


def _tags(b: Branch, part: Part | None) -> tuple[str, ...]:
    out = [measures.claim(b.influence)] if b.influence else [ROLES[b.role]] if b.role in ("above", "below") else []
    if b.again:
        return (*out, "see above")
    if part is not None and part.depth == 1:
        out += [t for t, on in (("most room", part.easiest), ("most weight", part.most_weight)) if on]
    if b.missed and b.threshold is not None:
        out.append(measures.threshold(b.threshold, b.unit, b.direction))
    return (*out, "does not add up") if b.mismatch else tuple(out)


def _why(b: Branch) -> str:
    """How it hangs there and what is not known, in words."""
    if b.kind == "purpose":
        return ""
    said = [words.clean(b.mismatch), words.clean(b.reason) if b.value is None else "", measures.ground(b.influence) if b.influence else ""]
    return "; ".join(s for s in said if s)


# ---- words


def sentence(tree: Programme, definition: Definition) -> str:
    """The score with its change and the most room; which metrics miss their threshold; what does not add up."""
    said = []
    top = next((b for _, b in tree.walk() if b.key == tree.score_key and not b.again), None)
    if tree.explanation is not None and top is not None and top.value is not None:
        total = breakdown(tree.explanation, definition)
        moved = measures.change(top.change, "points")
        since = f", {moved} since {since_words(tree, definition)}" if moved else ""
        gain = easiest(total)
        room = f"; {words.lower(words.clean(gain.node.label))} has the most room, {words.one(gain.gain)} points" if gain else ""
        said.append(f"{words.clean(top.label)} is {words.one(total.points)}{since}{room}.")
    missed = [words.clean(b.label) for _, b in tree.walk() if b.missed and not b.again]
    if missed:
        named = words.listing([*missed[:3], *([f"{len(missed) - 3} more"] if len(missed) > 3 else [])])
        said.append(f"{named} {'misses its threshold' if len(missed) == 1 else 'miss their thresholds'}.")
    return " ".join([*said, *(words.clean(m) for m in tree.mismatches)]) or f"{words.clean(tree.root.label)}."


def since_words(tree: Programme, definition: Definition) -> str:
    """The day that changes are against."""
    return words.date(words.last_day(tree.before_as_of, definition.tz)) if tree.before_as_of else ""


def guessed(tree: Programme) -> str:
    """What dashed means, when there is something dashed."""
    n = sum(b.edge == "guess" for _, b in tree.walk())
    if not n:
        return ""
    return f"{words.upper(words.small(n))} of these {'is a hypothesis' if n == 1 else 'are hypotheses'} (dashed), never added up."


# ---- the figure


def programme_figure(tree: Programme, definition: Definition, drawn: bool = True) -> Figure:
    """The tree as an indented table, with a small map of it."""
    shown = lines(tree, definition)
    scale = max((s.share or 0.0 for s in shown), default=0.0)
    since = since_words(tree, definition)
    head = ("Node", ">Value", ">Likely", "=Weight", "=To gain", ">Change", "Accountable", "Over")
    rows = tuple(_row(line, scale) for line in shown)
    kinds = tuple(f"t{min(line.depth, 8)}{'p' if line.branch.kind in ('score', 'purpose') else ''}" for line in shown)
    picture = svg.both(lambda w: small_map(tree.root, w)) if drawn and len(shown) > 1 else Markup("")
    who = f", cohort {words.clean(tree.cohort)}" if tree.cohort else ""
    change = f"; changes are since {since}" if since else ""
    caption = f"Programme tree{who} as of {words.date(words.last_day(tree.as_of, definition.tz))}{change}"
    return Figure(sentence(tree, definition), picture, head, rows, caption, kinds, open=True)


def _row(line: Line, scale: float) -> tuple[Cell, ...]:
    tags = Markup("").join(
        Markup(' <span class="tag{}">{}</span>').format(" guess" if line.guessed and i == 0 else "", t) for i, t in enumerate(line.tags)
    )
    weight = Markup("{} {}").format(line.weight, bars.bar(line.share, scale, "weight")) if line.weight else ""
    gain = Markup("{} {}").format(line.gain, bars.bar(line.room, scale, "gain")) if line.gain else ""
    who, over = (Markup('<span class="nw">{}</span>').format(x) if x else "" for x in (line.accountable, line.over))
    said = "; ".join(words.clean(x) for x in (line.branch.mismatch, line.branch.reason if line.branch.value is None else "") if x)
    beneath = Markup('<span class="why m">{}</span>').format(words.upper(said)) if said and line.branch.kind != "purpose" else ""
    label = Markup('<span class="nl">{}{}</span>{}').format(line.label, tags, beneath)
    return (label, line.value, line.likely, weight, gain, line.change, who, over)


def influences_figure(tree: Programme) -> Figure | None:
    """What is thought to move what, each with what it rests on; nothing where the tree has no influence."""
    found = [(b, parent) for parent, b in _pairs(tree.root) if b.influence is not None]
    rows = tuple(_hypothesis(b, parent) for b, parent in found)
    head = ("Node", "Claim", "Shows", "Standing", ">People", ">Effect", ">Likely", "Found by", ">Looked at")
    return Figure(guessed(tree), Markup(""), head, rows, "What is thought to move what", open=True) if rows else None


def _pairs(b: Branch) -> Iterator[tuple[Branch, Branch]]:
    for child in b.children:
        yield b, child
        yield from _pairs(child)


def _hypothesis(b: Branch, parent: Branch) -> tuple[Cell, ...]:
    edge = b.influence
    assert edge is not None
    e = edge.evidence
    ends = f"{measures.plain(e.interval[0])} to {measures.plain(e.interval[1])}" if e.interval else words.DASH
    effect = measures.plain(e.effect) if e.effect is not None else words.DASH
    shows = Markup('<span class="nw">{}</span>').format(measures.later(edge))
    claim, found = measures.claim(edge, f"“{words.clean(parent.label)}”"), words.clean(e.method) or words.DASH
    people = words.count(e.n) if e.n else words.DASH
    return (words.clean(b.label), claim, shows, e.status, people, effect, ends, found, measures.looked_at(edge))


def programme_html(tree: Programme, definition: Definition) -> Markup:
    """The tree, and beneath it what its hypotheses rest on."""
    guesses = influences_figure(tree)
    return programme_figure(tree, definition).html() + (guesses.html() if guesses else Markup(""))
