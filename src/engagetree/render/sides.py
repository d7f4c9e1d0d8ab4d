"""Side by side: two or more explanations in one sentence, one drawing and one table. Places are ranges where the data cannot tell."""

from __future__ import annotations

from collections.abc import Sequence

from rich.console import Console, RenderableType
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.findings import Explanation
from engagetree.render import words
from engagetree.render.breakdown import Part, breakdown
from engagetree.render.figure import Cell, Figure
from engagetree.render.lines import add, chip, put, table
from engagetree.render.marks import svg
from engagetree.render.marks.chip import chip as drawn_chip
from engagetree.render.marks.forest import Estimate, forest
from engagetree.render.rounding import nearest
from engagetree.render.sentences import pattern
from engagetree.tree.opposites import Opposite, Sides

FEW = 20
"""Below so many people a mean is said to be of few."""

PLACES = "A place is a range where the data cannot tell: places overlap unless the scores differ by more than their ranges allow."

MANY = 5
"""Places that a sentence names at most."""

OPPOSITE = "Same score, opposite reasons"

Place = tuple[int, int] | None


# ---- in words


def place(found: Place, n: int | None = None) -> str:
    """`3–17`, or `3–17 of 383`; one number where there is no doubt.

    >>> place((3, 17), 383), place((1, 1)), place(None)
    ('3–17 of 383', '1', '—')
    """
    if found is None:
        return words.DASH
    ends = words.count(found[0]) if found[0] == found[1] else f"{words.count(found[0])}–{words.count(found[1])}"
    return ends if n is None else f"{ends} of {words.count(n)}"


def sentence(items: Sequence[Explanation], places: Sequence[Place], pair: Sides | None, definition: Definition) -> str:
    """Two: how far apart and why, or that the same score has other reasons. More: who is clearly first and last, if anybody."""
    if pair is not None:
        return _two(items[0], items[1], pair, definition)
    known = [(e, p) for e, p in zip(items, places, strict=True) if e.score is not None and p is not None]
    if len(known) < 2:
        return "There is nothing to compare: fewer than two have a score."
    order = sorted(known, key=lambda k: -(k[0].score or 0))
    (first, at), (last, end) = order[0], order[-1]
    if all(p == (1, len(known)) for _, p in known):
        any_ = "either may be the higher" if len(known) == 2 else "any of them may be the highest"
        return f"No clear difference between the {words.small(len(known))}: {any_}."
    ends = [f"{_named(e)} is {word}, {_mean(e)}" for e, p, word in ((first, at, "highest"), (last, end, "lowest")) if p[0] == p[1]]
    unsure = [f"{_named(e)} ({place(p)})" for e, p in order if p[0] != p[1]]
    start = "; ".join(ends) or "Nobody is clearly highest or lowest"
    if len(unsure) > MANY:
        return f"{start}. The data cannot tell the places of {words.small(len(unsure))}: see the ranges."
    return f"{start}.{f' Places that the data cannot tell: {words.listing(unsure)}.' if unsure else ''}"


def _mean(e: Explanation) -> str:
    return " ".join(p for p in (words.one(e.score), f"({words.likely(e.low, e.high)})" if e.low is not None else "") if p)


def _named(e: Explanation) -> str:
    return words.clean(e.subject)


def _two(a: Explanation, b: Explanation, found: Sides, definition: Definition) -> str:
    x, y = (words.score(e.score, definition.bands) for e in (a, b))
    if found.same:
        start = f"Both have about {x}" if x == y else f"About the same score, {x} and {y}"
        return f"{start}. {_how(a)}; {_how(b)}.{_reasons(a, b, found, definition)}"
    high, low = (a, b) if found.difference > 0 else (b, a)
    by, most = _apart(high, low, definition)
    if not found.clear:
        return f"The data cannot tell who is higher, {_mean_of(a, definition)} or {_mean_of(b, definition)}. {_how(a)}; {_how(b)}."
    why = words.listing([f"{words.lower(label)} {words.signed(p, 1)}" for label, p in most])
    return f"{_named(high)} is {words.one(by)} above {_named(low)}, {_number(high)} to {_number(low)}: {why}. {_how(high)}; {_how(low)}."


def _mean_of(e: Explanation, definition: Definition) -> str:
    likely = words.likely(e.low, e.high)
    return f"{_named(e)} with {words.score(e.score, definition.bands)}{f' ({likely})' if likely else ''}"


def _number(e: Explanation) -> str:
    return words.one(e.score)


def _how(e: Explanation) -> str:
    """`p-07: present but silent`."""
    return f"{_named(e)}: {words.lower(pattern(e))}"


def _apart(high: Explanation, low: Explanation, definition: Definition) -> tuple[float, list[tuple[str, float]]]:
    """The printed difference and the two signals that make most of it, in printed points."""
    a, b = breakdown(high, definition), breakdown(low, definition)
    gaps = [(words.clean(p.node.label), _points(p) - _points(q)) for p, q in _matched(a, b)]
    ahead = sorted((g for g in gaps if nearest(g[1], 1) > 0), key=lambda g: -g[1])
    return (a.points or 0) - (b.points or 0), ahead[:2]


def _reasons(a: Explanation, b: Explanation, found: Sides, definition: Definition) -> str:
    if found.opposite is None:
        return ""
    gaps = {p.node.key: _points(p) - _points(q) for p, q in _matched(breakdown(a, definition), breakdown(b, definition))}
    labels = {s.key: words.lower(words.clean(s.label)) for s in definition.signals}
    one, other = found.opposite
    return (
        f" The reasons are opposite: {_named(a)} has {words.one(gaps[one])} points more from {labels[one]}, "
        f"{_named(b)} {words.one(-gaps[other])} more from {labels[other]}."
    )


def _matched(a: Part, b: Part) -> list[tuple[Part, Part]]:
    """The signals of two breakdowns, in the order of the first."""
    other = {p.node.key: p for p in b.parts}
    return [(p, other[p.node.key]) for p in a.parts]


def _points(p: Part) -> float:
    return p.points or 0.0


def findings(
    items: Sequence[Explanation], alike: Sequence[tuple[int, int, Sides]], opposite: Sequence[Opposite], definition: Definition
) -> list[str]:
    """The same score for opposite reasons: between groups, then between people."""
    said = [_groups(items[i], items[j], s, definition) for i, j, s in alike[:3]]
    labels = {s.key: words.lower(words.clean(s.label)) for s in definition.signals}
    return said + [_people(o, labels) for o in opposite[:2]]


def _groups(a: Explanation, b: Explanation, found: Sides, definition: Definition) -> str:
    ends = [f"{_named(e)} ({words.score(e.score, definition.bands)})" for e in (a, b)]
    why = _reasons(a, b, found, definition).removeprefix(" The reasons are opposite: ")
    return f"{OPPOSITE}: {' and '.join(ends)}. {why} {_how(a)}; {_how(b)}."


def _people(o: Opposite, labels: dict[str, str]) -> str:
    n, (x, y) = len(o.scores), o.scores[0]
    who = "One person is" if n == 1 else f"{words.upper(words.small(n))} people are"
    other = "one with the same score is" if n == 1 else f"{words.small(n)} with the same scores are"
    return (
        f"{OPPOSITE}: {who.lower()} strong in {labels[o.one]} and weak in {labels[o.other]}, {other} the other way round. "
        f"The closest: {words.clean(o.first[0])} ({words.score(x)}) and {words.clean(o.second[0])} ({words.score(y)})."
    )


# ---- the figure


def sides_figure(
    items: Sequence[Explanation], places: Sequence[Place], pair: Sides | None, said: Sequence[str], definition: Definition, by: str | None
) -> Figure:
    """Means and scores with their ranges on one axis; of two the points of each signal side by side, which add up."""
    shown = [Estimate(e.subject, e.score, e.low, e.high, _estimate(e)) for e in items]
    drawn = svg.both(lambda w: forest(shown, w, [b.at_least for b in definition.bands if b.at_least > 0]))
    full = " ".join([sentence(items, places, pair, definition), *said])
    if pair is not None:
        head, rows = _pair(items[0], items[1], definition)
        caption = f"{_named(items[0])} and {_named(items[1])}: value and points of each signal; the points add up to the scores"
        return Figure(full, drawn, head, tuple(rows), caption, open=True)
    n = sum(p is not None for p in places)
    signals = (f">{s.label}" for s in definition.signals)
    head = (titled(by), ">People", "Band", ">Score", ">Likely", ">Place", *signals, "Most room")
    cells = tuple(
        (short(e.subject, by), *_row(e, p, n, definition, drawn_chip(e.score, e.low, e.high, definition))[1:])
        for e, p in zip(items, places, strict=True)
    )
    return Figure(full, drawn, head, cells, f"Side by side{f', by {words.clean(by)}' if by else ''}. {PLACES}")


def titled(by: str | None) -> str:
    """A roster attribute as a heading: `studied_credits` is "Studied credits"."""
    return words.upper(words.clean(by).replace("_", " ")) if by else "Who"


def short(name: str, by: str | None) -> str:
    """A group's name under the heading of its attribute, which need not be said again."""
    return words.clean(name).removeprefix(f"{by} ") if by else words.clean(name)


def _estimate(e: Explanation) -> str:
    ends = words.span(e.low, e.high)
    return words.UNKNOWN_BAND if e.score is None else f"{words.one(e.score)}{f' ({ends})' if ends else ''}"


def _row(e: Explanation, found: Place, n: int, definition: Definition, band: Cell) -> tuple[Cell, ...]:
    values = {c.key: c for c in e.tree.children}
    most = values.get(e.easiest or "")
    room = f"{words.clean(most.label)}, {words.one(most.headroom)} points" if most else words.DASH
    return (_named(e), words.count(e.n), band, words.one(e.score), words.span(e.low, e.high) or words.DASH, place(found, n),
            *(words.score(values[s.key].value) for s in definition.signals), room)  # fmt: skip


def _pair(a: Explanation, b: Explanation, definition: Definition) -> tuple[tuple[str, ...], list[tuple[str, ...]]]:
    one, other = breakdown(a, definition), breakdown(b, definition)
    head: tuple[str, ...] = (
        "Signal",
        f">{_named(a)}",
        f">{_named(b)}",
        f">Points of {_named(a)}",
        f">Points of {_named(b)}",
        ">Difference",
    )
    rows: list[tuple[str, ...]] = [
        (words.clean(p.node.label), p.value_text, q.value_text, p.points_text, q.points_text, _gap(_points(p) - _points(q)))
        for p, q in _matched(one, other)
    ]
    whole = (one.points or 0) - (other.points or 0)
    rows.append(("Score", words.one(one.points), words.one(other.points), words.one(one.points), words.one(other.points), _gap(whole)))
    return head, rows


def _gap(x: float) -> str:
    return "0.0" if nearest(x, 1) == 0 else words.signed(x, 1)


# ---- in a terminal


def show_sides(
    console: Console,
    items: Sequence[Explanation],
    places: Sequence[Place],
    pair: Sides | None,
    said: Sequence[str],
    definition: Definition,
    by: str | None,
) -> None:
    """The sentence, a line for each with its place, of two the points of each signal, then what is alike for opposite reasons."""
    put(console, Text(sentence(items, places, pair, definition)))
    put(console, _listed(items, places, definition, by, True), lambda: _listed(items, places, definition, by, False))
    if pair is not None:
        head, rows = _pair(items[0], items[1], definition)
        made = table(*head)
        for row in rows:
            add(made, *row)
        put(console, Text(""))
        put(console, made)
    for line in said:
        put(console, Text(line))
    few = [f"{_named(e)} ({words.count(e.n - e.unscored)})" for e in items if e.is_cohort and e.n - e.unscored < FEW]
    if few:
        put(console, Text(f"Fewer than {FEW} people with a score: {words.listing(few)}. Their means say little yet.", style="dim"))
    put(console, Text(PLACES if len(items) > 1 else "There is one group, so there is nothing to compare it with.", style="dim"))


def _listed(items: Sequence[Explanation], places: Sequence[Place], definition: Definition, by: str | None, wide: bool) -> Table:
    groups, missing, n = any(e.is_cohort for e in items), any(e.unscored for e in items), sum(p is not None for p in places)
    signals = [f">{s.label if wide else s.label[:4]}" for s in definition.signals]
    mean = ">Mean score" if groups and wide else ">Score"
    made = table(titled(by), *([">People"] if groups else []), "Band", mean, "Likely", ">Place", *signals,
                 *(["Most room"] if wide else []), *([">Not scored"] if missing else []), gap=2 if wide else 1)  # fmt: skip
    for e, found in zip(items, places, strict=True):
        row = [str(c) for c in _row(e, found, n, definition, "")]
        band = chip(e.score, e.low if wide else None, e.high if wide else None, definition)
        row[5] = place(found, n if wide else None)
        cells: list[RenderableType] = [*([row[1]] if groups else []), band, *row[3 : 6 + len(signals)], *([row[-1]] if wide else [])]
        add(made, short(e.subject, by), *cells, *([words.count(e.unscored) if e.unscored else ""] if missing else []))
    return made
