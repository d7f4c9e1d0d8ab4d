"""The figures of a report: for each a sentence, a drawing and a table whose numbers are the same.

Every number that a sentence names stands in its table.
"""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Point
from engagetree.render import words
from engagetree.render.breakdown import Part, breakdown, walk
from engagetree.render.figure import Cell, Figure
from engagetree.render.marks import bars, dots, svg
from engagetree.render.marks.chip import chip, labelled
from engagetree.render.marks.field import field
from engagetree.render.marks.forest import Estimate, forest
from engagetree.render.marks.histogram import histogram
from engagetree.render.marks.line import history
from engagetree.render.marks.stack import stack
from engagetree.render.sentences import sentence
from engagetree.render.sides import place
from engagetree.render.sides import sentence as compared
from engagetree.render.since import CAME, cells, heading
from engagetree.render.values import BandCounts, Mark
from engagetree.tree.opposites import ranges

NO_BAR = bars.bar(None, 0, "")
LATEST, RECENT = 12, 26  # periods in the table and in the drawing of a small history


def spread_figure(scores: Sequence[float | None], definition: Definition) -> Figure:
    """How scores are spread over the bands."""
    of, total = len(definition.bands), len(scores)
    counts = [sum(definition.band(s) == b for s in scores) for b in definition.bands]
    unknown = sum(s is None for s in scores)
    shares = words.shares([*counts, unknown])
    rows = [(labelled(i, of, b.label), words.band_range(i, definition), words.count(n), shares[i])
            for i, (b, n) in enumerate(zip(definition.bands, counts, strict=True))]  # fmt: skip
    rows.append((labelled(None, of, words.UNKNOWN_BAND), words.DASH, words.count(unknown), shares[-1]))
    rows.append((Markup("Everybody on the roster"), "0–100", words.count(total), words.shares([total])[0]))
    named = [f"{words.count(n)} {words.lower(b.label)}" for b, n in zip(reversed(definition.bands), reversed(counts), strict=True)]
    named[0] = named[0].replace(" ", " is " if counts[-1] == 1 else " are ", 1)
    said = f"Of {words.plural(total, 'person', 'people')} {words.listing(named)}" + (f"; {_waiting(unknown)}." if unknown else ".")
    drawn = svg.both(lambda w: histogram(scores, definition, w))
    return Figure(
        said, drawn, ("Band", ">Score", ">People", ">Share"), tuple(rows), "How many are in each band", (*("",) * (of + 1), "sum")
    )


def bands_figure(points: Sequence[BandCounts], definition: Definition, marks: Sequence[Mark] = ()) -> Figure:
    """The bands from period to period."""
    shown = [p for p in points if p.total][-26:]
    drawn = svg.both(lambda w: stack(shown, definition, w, marks))
    head = ("Until", *(f">{b.label}" for b in definition.bands), f">{words.UNKNOWN_BAND}", ">All")
    rows = tuple(
        (
            _day(p, definition),
            *(words.count(p.counts.get(b.key, 0)) for b in definition.bands),
            words.count(p.unknown),
            words.count(p.total),
        )
        for p in reversed(shown)
    )
    return Figure(_moved(shown, definition), drawn, head, rows, "How many were in each band, latest first")


def _moved(shown: Sequence[BandCounts], definition: Definition) -> str:
    """What the first and the last period differ in: the highest and the lowest band."""
    scored = [p for p in shown if sum(p.counts.values())]
    if len(scored) < 2:
        return "There is one period so far; change will show from the next."
    first, last, (top, low) = scored[0], scored[-1], (definition.bands[0], definition.bands[-1])
    ends = [
        f"{words.lower(b.label)} {words.count(first.counts.get(b.key, 0))} to {words.count(last.counts.get(b.key, 0))}" for b in (top, low)
    ]
    return f"From {_day(first, definition)} to {_day(last, definition)}: {', '.join(ends)}."


def breakdown_figure(explanation: Explanation, definition: Definition, drawn: bool = True) -> Figure:
    """The score field and the tree as an indented table: weight and points to gain side by side on one scale."""
    total = breakdown(explanation, definition)
    gain = "most room" if explanation.is_cohort else "easiest gain"
    picture = svg.both(lambda w: field(total.parts, w, gain)) if drawn and total.points is not None else Markup("")
    parts = list(walk(total))
    scale = max((p.weight or 0 for p in parts), default=0)
    owners = any(p.node.accountable for p in parts)
    levers = any(p.lever_text for p in parts)
    since = heading(explanation, definition)
    last = (*((f">{since}",) if since else ()), *(("One more act",) if levers else ()), *(("Accountable",) if owners else ()))
    head = ("Signal and driver", ">Value", "Taken of offered", "=Weight", ">Points", "=To gain", *last)
    rows = [_tree_row(p, scale, owners, gain, levers, since) for p in parts]
    kinds = [f"d{min(p.depth, 4)}" for p in parts]
    if total.came:
        rows.append((CAME, "", "", NO_BAR, "", NO_BAR, *cells(total.came, since), *("" for _ in last[1:])))
        kinds.append("d1")
    if total.points is not None:
        rows.append(
            (
                "Score",
                words.one(total.points),
                "",
                Markup("{} {}").format(total.weight_text, NO_BAR),
                words.one(total.points),
                Markup("{} {}").format(words.one(total.gain), NO_BAR),
                *cells(total.change, since),
                *("" for _ in last[bool(since) :]),
            )
        )
        kinds.append("sum")
    caption = f"Breakdown of {words.clean(explanation.subject)}: points and points to gain add up to 100"
    return Figure(sentence(explanation, definition), picture, head, tuple(rows), caption, tuple(kinds), open=True)


def _tree_row(part: Part, scale: float, owners: bool, easiest: str, levers: bool, since: str) -> tuple[Cell, ...]:
    weight = Markup("{} {}").format(part.weight_text, bars.bar(part.weight, scale, "weight"))
    gain = Markup("{} {}").format(part.gain_text, bars.bar(part.gain, scale, "gain")) if part.gain_text else ""
    offered = part.taken_text if part.known else words.upper(words.clean(part.node.reason or "not known"))
    who = (*cells(part.change, since), *((part.lever_text,) if levers else ()), *((words.clean(part.accountable),) if owners else ()))
    return (_label(part, easiest), part.value_text, offered, weight, part.points_text, gain, *who)


def _label(part: Part, easiest: str) -> Markup:
    tags = [t for t, on in (("most weight", part.most_weight), (easiest, part.easiest)) if on]
    return Markup("{}{}").format(
        words.clean(part.node.label), Markup("").join(Markup(' <span class="tag">{}</span>').format(t) for t in tags)
    )


def history_figure(explanation: Explanation, definition: Definition, marks: Sequence[Mark] = (), slim: bool = False) -> Figure:
    """The score from period to period with its range. `slim` draws it once, small, and lists the latest periods only."""
    points = [p for p in explanation.history if p.score is not None or p.coverage is not None]
    drawn = (
        history(points[-RECENT:], definition, svg.SLIM, only=True) if slim else svg.both(lambda w: history(points, definition, w, marks))
    )
    listed = points[-LATEST:] if slim else points
    rows = tuple(
        (_day(p, definition), words.score(p.score, definition.bands), words.span(p.low, p.high) or words.DASH) for p in reversed(listed)
    )
    some = f", latest {len(listed)} of {len(points)} periods" if len(listed) < len(points) else ", latest first"
    caption = f"Scores of {words.clean(explanation.subject)}{some}"
    return Figure(_then_and_now(listed, definition), drawn, ("Until", ">Score", ">Likely"), rows, caption)


def _then_and_now(points: Sequence[Point], definition: Definition) -> str:
    """The first and the last score that the table lists."""
    known = [p for p in points if p.score is not None]
    if not known:
        return "No score yet in any period."
    ends = [f"{words.score(p.score, definition.bands)} on {_day(p, definition)}" for p in (known[0], known[-1])]
    return f"{', '.join(ends if len(known) > 1 else ends[:1])}."


def dots_figure(explanation: Explanation, definition: Definition) -> Figure:
    """Where the score may lie, as twenty dots; only where the range crosses a cut is there something to decide."""
    if explanation.score is None or explanation.low is None or explanation.high is None:
        return Figure("", Markup(""), ("Band", ">Chance"), (), "No score, no chances")
    found = dots.shares(explanation.score, explanation.low, explanation.high, definition)
    said = ", ".join(
        f"{'about ' if not i else ''}{n} in {dots.N} {words.lower(definition.bands[r].label)}" for i, (r, n) in enumerate(found)
    )
    rows = tuple((labelled(r, len(definition.bands), definition.bands[r].label), f"{n} in {dots.N}") for r, n in found)
    drawn = dots.dots(explanation.score, explanation.low, explanation.high, definition)
    return Figure(
        f"{words.upper(said)}.", drawn, ("Band", ">Chance"), rows, f"Where the score of {words.clean(explanation.subject)} may lie"
    )


def cohorts_figure(cohorts: Sequence[Explanation], definition: Definition) -> Figure:
    """Cohorts beside each other, with the range of places of each."""
    order = sorted(cohorts, key=lambda c: (c.score is None, -(c.score or 0)))
    shown = [Estimate(c.subject, c.score, c.low, c.high, _said(c)) for c in order]
    cuts = [b.at_least for b in definition.bands if b.at_least > 0]
    at = ranges(order)
    head = (
        "Cohort",
        ">People",
        ">Without score",
        ">Mean",
        ">Likely",
        ">Place",
        "Band of the mean",
        *(f">{s.label}" for s in definition.signals),
        "Most room",
    )
    drawn = svg.both(lambda w: forest(shown, w, cuts))
    rows = tuple(_cohort_row(c, place(p), definition) for c, p in zip(order, at, strict=True))
    return Figure(
        compared(order, at, None, definition), drawn, head, rows, "Cohorts: mean score with its range, and the mean of each signal"
    )


def _cohort_row(c: Explanation, at: str, definition: Definition) -> tuple[Cell, ...]:
    values = {n.key: n.value for n in c.tree.children}
    room = next((f"{words.clean(n.label)}" for n in c.tree.children if n.key == c.easiest), words.DASH)
    where = (words.one(c.score), words.span(c.low, c.high) or words.DASH, at, chip(c.score, c.low, c.high, definition))
    each = (words.score(values.get(s.key)) for s in definition.signals)
    return (words.clean(c.subject), words.count(c.n), words.count(c.unscored), *where, *each, room)


def _said(c: Explanation) -> str:
    return (
        words.UNKNOWN_BAND if c.score is None else " ".join(p for p in (words.one(c.score), f"({words.span(c.low, c.high)})") if p != "()")
    )


def _waiting(n: int) -> str:
    return f"{words.count(n)} {'has' if n == 1 else 'have'} not enough data yet"


def _day(p: Point | BandCounts, definition: Definition) -> str:
    return words.date(words.last_day(p.as_of, definition.tz))
