"""A trend: sentence, drawing and table, and the same in a terminal. The mean, its range, and how the same people changed."""

from __future__ import annotations

from collections.abc import Iterable, Sequence

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.findings import Point
from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.lines import add, put, table
from engagetree.render.marks import svg
from engagetree.render.marks.line import history
from engagetree.render.marks.multiples import Panel, Value, multiples
from engagetree.render.rounding import nearest, spread
from engagetree.render.sides import short, titled
from engagetree.stats.means import Mean, Shift
from engagetree.tree.trends import Trend, TrendPoint

BLOCKS = "▁▂▃▄▅▆▇█"
NAMED, STRIP = 3, 40
FEW = 20
"""Below so many people a mean is said to be of few."""

ABOUT = (
    "Likely is the range of the mean for people like these: who happens to be there, and what is uncertain in each one's score "
    "(of one person the latter alone). "
    "Change is that of the people with a score at both ends, and its range that of their mean change."
)
ONE = "Likely is the range of the person's own score. A change is clear when it is larger than its uncertainty allows."
CHANCE = "Of twenty groups in which nothing changed, about one would look as if it had."


# ---- in words


def sentence(lines: Sequence[Trend], definition: Definition, by: str | None = None) -> str:
    """What stands at the end, how the same people changed, and what joiners and leavers did to the mean."""
    if by is not None:
        return _groups(lines, definition, by)
    line = lines[0]
    return " ".join(s for s in (_last(line, definition), _changed(line, definition), _mix(line)) if s)


def _last(line: Trend, definition: Definition) -> str:
    known = [p for p in line.points if p.score.value is not None]
    if not known:
        return "No score yet in any period."
    p = known[-1]
    likely = words.likely(p.score.low, p.score.high)
    return f"{words.one(p.score.value)} on {_day(p, definition)}{f', {likely}' if likely else ''}."


def _changed(line: Trend, definition: Definition) -> str:
    s = line.shift
    if len(line.points) < 2 or not line.back:
        return "There is one period so far; change will show from the next."
    if s is None or s.same is None:
        return f"Nobody had a score both then and now, {span(line, definition)} apart: no change can be told."
    people = f"{words.plural(s.n, 'person', 'people')} with a score at both ends"
    who = "" if line.is_person else f": {people} moved by {_by(_own(s))} on average"
    if not s.clear:
        return f"No clear change in {span(line, definition)}{who}{_range(s, ', likely ') if who else ''}."
    way, each = ("Up" if s.same > 0 else "Down"), abs(s.same) / line.back
    pace = f", {words.one(each)} a {_unit(definition)}" if line.back > 1 else ""
    return (
        f"{way} {words.one(abs(_own(s)))} in {span(line, definition)}{_range(s, ', likely ')}{pace}{f', by the {people}' if who else ''}."
    )


def _by(x: float) -> str:
    return "0.0" if nearest(x, 1) == 0 else words.signed(x, 1)


def _range(s: Shift, before: str = "") -> str:
    return "" if s.low is None or s.high is None else f"{before}{_by(s.low)} to {_by(s.high)}"


def _mix(line: Trend) -> str:
    """What joiners and leavers did: three numbers that add up to the printed change of the mean."""
    s = line.shift
    if line.is_person or s is None or s.same is None or not (s.joined or s.left):
        return ""
    whole, (own, came, went) = _parts(s)
    said = [f"{_by(own)} by them"]
    said += [f"{_by(came)} by {_names(s.joined, line.came)} who came"] if s.joined else []
    said += [f"{_by(went)} by {_names(s.left, line.went)} who went"] if s.left else []
    return f"The mean itself went from {words.one(s.before)} to {words.one(s.after)}, {_by(whole)}: {words.listing(said)}."


def _parts(s: Shift) -> tuple[float, tuple[float, ...]]:
    """The printed change of the mean, and the parts by those at both ends, joiners and leavers that add up to it."""
    whole = nearest(nearest(s.after or 0, 1) - nearest(s.before or 0, 1), 1)
    exact = [s.same or 0.0, s.joiners, s.leavers]
    moved = [i for i, there in enumerate((True, s.joined, s.left)) if there]
    exact[moved[0]] += whole - sum(exact)
    found = iter(spread([exact[i] for i in moved], whole, 1))
    return whole, tuple(next(found) if i in moved else 0.0 for i in range(3))


def _own(s: Shift) -> float:
    """The change of those at both ends as it is printed."""
    return _parts(s)[1][0]


def _names(n: int, some: Sequence[str]) -> str:
    """`2 (p-11 and p-28)`, `12`."""
    return f"{n} ({words.listing([words.clean(p) for p in some])})" if n <= NAMED and len(some) == n else words.count(n)


def _groups(lines: Sequence[Trend], definition: Definition, by: str) -> str:
    known = [t for t in lines if t.shift is not None and t.shift.same is not None]
    if not known:
        return "Change will show when there are two periods with scores."
    if len(known) == 1:
        return f"{words.clean(known[0].name)}: {words.lower(_changed(known[0], definition))}"
    clear = sorted((t for t in known if t.shift and t.shift.clear), key=lambda t: -abs(t.shift.same or 0) if t.shift else 0)
    of = f"{words.plural(len(known), 'group')} by {words.clean(by)}"
    if not clear:
        return f"Of {of}, none moved clearly in {span(known[0], definition)}."
    said = [f"{words.clean(t.name)} {'up' if t.shift.same > 0 else 'down'} {words.one(abs(_own(t.shift)))}" for t in clear[:NAMED]
            if t.shift and t.shift.same]  # fmt: skip
    more = [f"{words.small(len(clear) - NAMED)} more"] if len(clear) > NAMED else []
    return f"Of {of}, {words.small(len(clear))} moved clearly in {span(known[0], definition)}: {words.listing([*said, *more])}."


def span(line: Trend, definition: Definition) -> str:
    """`four weeks`, `one session`."""
    return f"{words.small(line.back)} {_unit(definition)}{'' if line.back == 1 else 's'}"


def _unit(definition: Definition) -> str:
    return definition.period if definition.period in ("day", "week", "month", "session") else "period"


# ---- the figure


def trend_figure(lines: Sequence[Trend], definition: Definition, by: str | None, about: str) -> Figure:
    """One line with its cone and a small one for each signal; or a small one for each group, all on one axis."""
    if by is not None:
        return _groups_figure(lines, definition, by)
    line = lines[0]
    points = [_as_point(p, definition) for p in line.points]
    panels = [_panel(line, s.key, s.label) for s in definition.signals]
    drawn = svg.both(lambda w: history(points, definition, w) + multiples(panels, _ends(line.points, definition), (), w))
    head = ("Until", *(() if line.is_person else (">People",)), ">Score", ">Likely",
            *(() if line.is_person else (">Of just these people",)), *(f">{s.label}" for s in definition.signals))  # fmt: skip
    rows = tuple(_row(line, p, definition) for p in reversed(line.points))
    caption = f"Trend of {words.clean(about)}, latest first. {ONE if line.is_person else ABOUT}"
    return Figure(sentence(lines, definition), drawn, head, rows, caption)


def _row(line: Trend, p: TrendPoint, definition: Definition) -> tuple[Cell, ...]:
    group = (words.count(p.score.n),) if not line.is_person else ()
    own = (words.span(p.score.own_low, p.score.own_high) or words.DASH,) if not line.is_person else ()
    return (_day(p, definition), *group, words.one(p.score.value), words.span(p.score.low, p.score.high) or words.DASH, *own,
            *(_with_range(p.signals[s.key]) for s in definition.signals))  # fmt: skip


def _with_range(m: Mean) -> str:
    ends = words.span(m.low, m.high)
    return f"{words.score(m.value)}{f' ({ends})' if ends else ''}"


def _groups_figure(lines: Sequence[Trend], definition: Definition, by: str) -> Figure:
    keys = sorted({p.period for t in lines for p in t.points})
    panels = [Panel(t.name, _end(t), tuple(_value(t.at(k)) for k in keys)) for t in lines]
    ends = _ends([p for k in (keys[0], keys[-1]) for p in [next(p for t in lines for p in t.points if p.period == k)]], definition)
    cuts = [b.at_least for b in definition.bands if b.at_least > 0]
    drawn = svg.both(lambda w: multiples(panels, ends, cuts, w))
    head = (titled(by), ">People", ">Then", ">Now", ">Likely", ">In both", ">Their change", ">Likely", "Came and went")
    rows = tuple((short(t.name, by), *_cells(t)) for t in lines)
    return Figure(_groups(lines, definition, by), drawn, head, rows, f"Mean score by {words.clean(by)}. {ABOUT}{_chance(lines)}")


def _cells(t: Trend) -> tuple[str, ...]:
    p, s = t.last, t.shift
    before, n = (None, words.DASH) if s is None else (s.before, words.count(s.n))
    now = (None, "0", "") if p is None else (p.score.value, words.count(p.people), words.span(p.score.low, p.score.high))
    spread_of = _range(s) if s and s.low is not None else words.DASH
    return (now[1], words.one(before), words.one(now[0]), now[2] or words.DASH, n, _change(s), spread_of, _came(t))


def _change(s: Shift | None) -> str:
    if s is None or s.same is None:
        return words.DASH
    return _by(_own(s)) if s.clear else "no clear change"


def _came(t: Trend) -> str:
    s = t.shift
    if s is None:
        return ""
    said = [f"{_names(s.joined, t.came)} came"] if s.joined else []
    return ", ".join([*said, *([f"{_names(s.left, t.went)} went"] if s.left else [])])


def _end(t: Trend) -> str:
    p = t.last
    if p is None:
        return "nobody now"
    return " ".join(filter(None, [words.one(p.score.value), f"({ends})" if (ends := words.span(p.score.low, p.score.high)) else ""]))


def _panel(line: Trend, key: str, label: str) -> Panel:
    values = tuple(_of(p.signals[key]) for p in line.points)
    return Panel(label, words.score(line.points[-1].signals[key].value), values)


def _value(p: TrendPoint | None) -> Value | None:
    return None if p is None else _of(p.score)


def _of(m: Mean) -> Value | None:
    return None if m.value is None else (m.value, m.low, m.high)


def _as_point(p: TrendPoint, definition: Definition) -> Point:
    band = definition.band(p.score.value)
    return Point(p.period, p.as_of, p.score.value, p.score.low, p.score.high, band.key if band else None, None)


def _ends(points: Sequence[TrendPoint], definition: Definition) -> tuple[str, str]:
    first, last = (words.day(words.last_day(p.as_of, definition.tz)) for p in (points[0], points[-1]))
    return first, last


def _day(p: TrendPoint, definition: Definition) -> str:
    return words.date(words.last_day(p.as_of, definition.tz))


def _chance(lines: Sequence[Trend]) -> str:
    return f" {CHANCE}" if len(lines) >= 5 else ""


# ---- in a terminal


def show_trend(console: Console, lines: Sequence[Trend], definition: Definition, by: str | None, about: str) -> None:
    """Whom it is about, the sentence, and a line of blocks with then, now and the change for each measure or group."""
    put(console, Text(words.clean(about if by is None else f"{about}, by {by}"), style="bold"))
    put(console, Text(sentence(lines, definition, by)))
    if not any(p.score.value is not None for t in lines for p in t.points):
        return
    make = _measures if by is None else _by_group
    put(console, make(lines, definition, by or "", True), lambda: make(lines, definition, by or "", False))
    few = [f"{words.clean(t.name)} ({words.count(t.last.score.n)})" for t in lines if not t.is_person and t.last and t.last.score.n < FEW]
    if few:
        put(console, Text(f"Fewer than {FEW} people: {words.listing(few)}. Their means say little yet.", style="dim"))
    put(console, Text(ONE if lines[0].is_person else ABOUT + _chance(lines), style="dim"))


def _measures(lines: Sequence[Trend], definition: Definition, by: str, wide: bool) -> Table:
    line = lines[0]
    change = "Change" if line.is_person else "Change of those at both"
    made = table("", *(["=Since the start"] if wide else []), f">{words.upper(span(line, definition))} ago", ">Now", ">Likely", change,
                 *([">Likely change"] if wide and not line.is_person else []))  # fmt: skip
    measures = [("Score", None), *((s.label, s.key) for s in definition.signals)]
    for label, key in measures:
        means = [p.score if key is None else p.signals[key] for p in line.points]
        s = line.shift if key is None else line.shifts.get(key)
        strip = [blocks(m.value for m in means)] if wide else []
        moved = "" if line.is_person and key is not None else _change(s)
        more = [(_range(s) if s else "") or words.DASH] if wide and not line.is_person else []
        add(made, Text(words.clean(label), "bold" if key is None else ""), *strip, words.one(s.before if s else None),
            words.one(means[-1].value), words.span(means[-1].low, means[-1].high) or words.DASH, moved, *more)  # fmt: skip
    return made


def _by_group(lines: Sequence[Trend], definition: Definition, by: str, wide: bool) -> Table:
    means = (">People", "=Since the start", ">Then", ">Now", ">Likely")
    head = [titled(by), *means, ">In both", "Their change", ">Likely change", "Came and went"]
    keep = range(len(head)) if wide else (0, 1, 3, 4, 5, 7)
    made = table(*(head[i] for i in keep))
    for t in lines:
        cells = _cells(t)
        row = [short(t.name, by), cells[0], blocks(p.score.value for p in t.points), *cells[1:]]
        add(made, *(row[i] for i in keep))
    return made


def blocks(values: Iterable[float | None]) -> str:
    """A line of blocks, one for each value on 0–100, the latest forty; a blank for what is not known.

    >>> blocks([0, 50, None, 100])
    '▁▅ █'
    """
    found = list(values)[-STRIP:]
    return "".join(" " if v is None else BLOCKS[min(7, int(v / 100 * 8))] for v in found)
