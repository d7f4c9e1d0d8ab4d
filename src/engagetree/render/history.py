"""One history under several versions of the definition: sentence, drawing and table, and the same in a terminal."""

from __future__ import annotations

from collections.abc import Sequence

from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.findings import Point
from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.lines import add, put, table
from engagetree.render.marks import svg
from engagetree.render.marks.series import Track, series
from engagetree.render.rounding import nearest
from engagetree.tree.history import History, Moment, Series
from engagetree.tree.versions import Switch

LATEST = 12
BLOCKS = "▁▂▃▄▅▆▇█"


def main(history: History) -> Series:
    """The series that the others are compared with: of the version in use, else the last one."""
    return next((s for s in history.series if s.version.in_use), history.series[-1])


# ---- in words


def sentence(history: History) -> str:
    """What each version says at the end, what the formula alone makes of it, and when the version in use changed."""
    return " ".join(s for s in (_compared(history), _bands(history), _changed(history), _lagging(history)) if s)


def _compared(history: History) -> str:
    ends = list(history.ends())
    if not ends:
        return "No period has ended under every version."
    one, at = main(history), words.date(words.last_day(ends[0][1].as_of, main(history).definition.tz))
    order = sorted(ends, key=lambda e: e[0] is not one)
    said = [f"{s.name}{' (in use)' if s.version.in_use else ''} says {_score(p, s)}" for s, p in order]
    return f"On {at} {'; '.join(said)}.{_apart(order)}"


def _apart(order: Sequence[tuple[Series, Point]]) -> str:
    """What the formula alone makes of the same acts, between exactly two; and whether the band is another."""
    if len(order) != 2:
        return ""
    (one, now), (other, then) = order
    by = _between(_tenths(then, other), _tenths(now, one))
    if by is None:
        return ""
    same = _band(now, one) == _band(then, other)
    band = f"both are {_band(now, one)}" if same else f"{_band(now, one)} instead of {_band(then, other)}"
    moved = f"makes {words.signed(by, 1)} from {other.name} to {one.name}" if by else "makes no difference"
    return f" The formula alone {moved}: {band}."


def _band(p: Point, s: Series) -> str:
    return words.lower(words.clean(words.band_label(p.band, s.definition)))


def _score(p: Point, s: Series) -> str:
    likely = words.likely(p.low, p.high)
    return f"{_number(p, s)}{f', {likely}' if likely else ''}" if p.score is not None else "no score"


def _tenths(p: Point | None, s: Series) -> float | None:
    """A score as it is printed; None where there is none."""
    return None if p is None or p.score is None else words.tenths(p.score, s.definition.bands)


def _number(p: Point | None, s: Series) -> str:
    return words.one(_tenths(p, s))


def _between(then: float | None, now: float | None) -> float | None:
    """What lies between two printed numbers; None where one is not known."""
    return None if then is None or now is None else nearest(now - then, 1)


def _bands(history: History) -> str:
    """How many the choice of formula puts into another band."""
    if history.people is None or history.other_band is None:
        return ""
    who = f"{words.count(history.other_band)} of {words.count(history.people)}" if history.other_band else "nobody"
    return f"Between the two, {who} would be in another band."


def _changed(history: History) -> str:
    """When the version in use changed last, and why."""
    found = [s for s in history.switches if s.before is not None]
    if not found:
        return ""
    last, zone = found[-1], main(history).definition.tz
    before = f", after {words.plural(len(found) - 1, 'earlier change')}" if len(found) > 1 else ""
    why = f": {words.clean(last.reason).rstrip('.')}" if last.reason else ""
    return f"The formula changed from {last.before} to {last.after} on {words.date(last.at.astimezone(zone))}{before}{why}."


def _lagging(history: History) -> str:
    names = [s.name for s in history.series if s.lags]
    return f"{words.listing(names)} {'is' if len(names) == 1 else 'are'} not up to date: `engagetree history` makes it so." if names else ""


# ---- the figure


def history_figure(history: History) -> Figure:
    """A line and two columns for each version; the difference where there are two; the version in use where it changed on the way."""
    shown, one = history.moments(), main(history)
    drawn = svg.both(lambda w: _drawn(history, shown, one, w))
    heads = [h for s in history.series for h in (f">{_head(s)}", ">Likely")]
    told = any(m.in_use for m in shown)
    head = ("Until", *heads, *_apart_head(history), *(("In use",) if told else ()))
    rows = tuple(_row(history, m, told, one.definition) for m in reversed(shown))
    caption = f"Scores of {words.clean(history.subject)} under {words.listing([s.name for s in history.series])}, latest first"
    return Figure(sentence(history), drawn, head, rows, caption)


def _head(s: Series) -> str:
    return f"{s.name}, in use" if s.version.in_use else s.name


def _row(history: History, m: Moment, told: bool, definition: Definition) -> tuple[Cell, ...]:
    cells = [c for s, p in zip(history.series, m.points, strict=True) for c in (_number(p, s), _span(p))]
    more = [_difference(history, m)] if len(history.series) == 2 else []
    return (_day(m, definition), *cells, *more, *((_used(m),) if told else ()))


def _span(p: Point | None) -> str:
    return (words.span(p.low, p.high) if p else "") or words.DASH


def _apart_head(history: History) -> tuple[str, ...]:
    """`v1 to v2` over the difference, where there are two; the version in use comes last."""
    return (f">{' to '.join(history.series[i].name for i in _other_first(history))}",) if len(history.series) == 2 else ()


def _other_first(history: History) -> tuple[int, int]:
    return (1, 0) if history.series[0] is main(history) else (0, 1)


def _difference(history: History, m: Moment) -> str:
    by = _between(*(_tenths(m.points[i], history.series[i]) for i in _other_first(history)))
    return words.DASH if by is None else words.signed(by, 1)


def _used(m: Moment) -> str:
    """`v2`, or `v1 to v2` in the period in which it changed."""
    return steps(m.switched) if m.switched else m.in_use or words.DASH


def steps(switched: Sequence[Switch]) -> str:
    """`v1 to v2`, `v1 to v2 to v1`; of more than two changes where they began and ended."""
    names = [str(switched[0].before), *(s.after for s in switched)]
    return " to ".join(names) if len(names) <= 3 else f"{names[0]} to {names[-1]} in {words.small(len(switched))} changes"


def _day(m: Moment, definition: Definition) -> str:
    return words.date(words.last_day(m.as_of, definition.tz))


def _drawn(history: History, shown: Sequence[Moment], one: Series, width: int) -> Markup:
    tracks = []
    for i, s in enumerate(history.series):
        values = tuple((p.score, p.low, p.high) if (p := m.points[i]) is not None and p.score is not None else None for m in shown)
        last = next((p for m in reversed(shown) if (p := m.points[i]) is not None and p.score is not None), None)
        tracks.append(Track(f"{s.name} {_number(last, s)}", values, s is one))
    marks = [(i - 0.5, steps(m.switched)) for i, m in enumerate(shown) if m.switched and i]
    if after := history.later():
        marks.append((float(len(shown)), f"{steps(after)}, {words.date(after[-1].at.astimezone(one.definition.tz))}"))
    return series([m.as_of for m in shown], tracks, marks, one.definition, width)


# ---- in a terminal


def show_history(console: Console, history: History, most: int | None = LATEST) -> None:
    """Subject, sentence, a line of blocks for each version, and the table, latest first."""
    put(console, Text(words.clean(history.subject), style="bold"))
    put(console, Text(sentence(history)))
    shown = history.moments()
    if len(shown) > 1:
        for i, s in enumerate(history.series):
            strip = "".join(_block(m.points[i]) for m in shown[-52:])
            put(console, Text.assemble((f"{s.name:<4}", "bold" if s.version.in_use else ""), strip))
    listed = list(reversed(shown))[:most]
    put(console, _table(history, listed, True), lambda: _table(history, listed, False))
    if len(listed) < len(shown):
        put(console, Text(f"{words.count(len(listed))} of {words.count(len(shown))} periods; --all lists every one.", style="dim"))


def _block(p: Point | None) -> str:
    return " " if p is None or p.score is None else BLOCKS[min(7, int(p.score / 100 * 8))]


def _table(history: History, shown: Sequence[Moment], wide: bool) -> Table:
    figure_head = [h for s in history.series for h in ((f">{_head(s)}", ">Likely") if wide else (f">{s.name}",))]
    told = any(m.in_use for m in shown)
    made = table("=Until", *figure_head, *_apart_head(history), *(("In use",) if told else ()))
    for m in shown:
        cells = _row(history, m, told, main(history).definition)
        keep = cells if wide else (cells[0], *cells[1 : 1 + 2 * len(history.series) : 2], *cells[1 + 2 * len(history.series) :])
        add(made, *(str(c) for c in keep))
    return made
