"""A what-if in a terminal and as figures: the sentence, where people go from band to band, how scores are spread, and who moves."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from markupsafe import Markup
from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.figure import Figure, standalone
from engagetree.render.lines import COLOURS, add, put
from engagetree.render.lines import table as new_table
from engagetree.render.marks import svg
from engagetree.render.marks.chip import labelled
from engagetree.render.marks.histogram import histogram
from engagetree.render.rounding import nearest
from engagetree.tree.supposed import WhatIf

LISTED = 20
BAR = 24
FEW = 20_000
"""People up to whom a drawing of their scores is made."""


def sentence(w: WhatIf) -> str:
    """What it would do, in one line: the means, and how many change band."""
    people = words.plural(w.n, "person", "people")
    if w.mean_before is None or w.mean_after is None:
        return f"{people}; nobody has a score on {'both sides' if w.mean_before == w.mean_after else 'one of the sides'}."
    a, b = nearest(w.mean_before, 1), nearest(w.mean_after, 1)
    by = words.signed(nearest(b - a, 1), 1)
    mean = f"stays {words.one(a)}" if by == "no change" else f"goes from {words.one(a)} to {words.one(b)} ({by})"
    return f"The mean of {people} {mean}; {_moves(w)}."


def _moves(w: WhatIf) -> str:
    parts = [
        (w.rise, "rise", "rises"),
        (w.fall, "fall", "falls"),
        (w.gain, "gain a score", "gains a score"),
        (w.lose, "lose theirs", "loses theirs"),
    ]
    said = [f"{words.count(n)} {one if n == 1 else many}" for n, many, one in parts if n]
    total = w.moved_count
    if not total:
        return "nobody changes band"
    if len(said) == 1 and w.rise + w.fall == total:
        return f"{said[0]} into another band"
    return f"{words.count(total)} {'changes' if total == 1 else 'change'} band: {words.listing(said)}"


def about(w: WhatIf) -> str:
    """From when and how it was made."""
    day = words.date(words.last_day(w.as_of, w.before.tz))
    return f"As of {day}, {w.made_from}. Nothing is stored."


def show_what_if(console: Console, w: WhatIf, top: int = LISTED) -> None:
    """The change in words, the bands before and after, who changes band, who moves most."""
    put(console, Text(f"What if: {'; '.join(words.clean(d) for d in w.differences)}", "bold"))
    put(console, Text(sentence(w)))
    put(console, Text(about(w), "dim"))
    for note in w.notes:
        put(console, Text(note))
    put(console, Text("\nFrom band (rows) to band (columns)", "bold"))
    put(console, _bands(w), lambda: _bands(w, slim=True))
    put(console, Text("\nScores before and after", "bold"))
    put(console, _spread(w))
    if w.moved_count:
        put(console, Text("\nWho changes band", "bold"))
        _people(console, w.moved.slice(0, top).to_pylist(), w)
        if w.moved_count > top:
            put(console, Text(f"{words.count(top)} of {words.count(w.moved_count)}; --all lists everybody.", "dim"))
    if w.movers.num_rows:
        put(console, Text("\nWho moves most", "bold"))
        _people(console, w.movers.to_pylist(), w)
    if w.history:
        put(console, Text("\nMean from period to period", "bold"))
        put(console, _history(w))


def _labels(d: Definition) -> list[str]:
    return [*(words.clean(b.label) for b in d.bands), words.UNKNOWN_BAND]


def _bands(w: WhatIf, slim: bool = False) -> Table:
    """Only rows and columns with somebody in them, and the sums."""
    before, after = _labels(w.before), _labels(w.after)
    sums = [sum(row[j] for row in w.transitions) for j in range(len(after))]
    shown = [j for j, _ in enumerate(after) if sums[j] or j < len(after) - 1]
    heads = (f">{after[j].replace(' ', chr(10)) if slim else after[j]}" for j in shown)
    made = new_table("", *heads, ">Before")
    for i, row in enumerate(w.transitions):
        if sum(row) or i < len(before) - 1:
            add(made, before[i], *(_cell(n, w, i, j) for j, n in ((j, row[j]) for j in shown)), words.count(sum(row)))
    made.add_section()
    add(made, "After", *(words.count(sums[j]) for j in shown), words.count(w.n))
    return made


def _cell(n: int, w: WhatIf, i: int, j: int) -> Text:
    stays = w.before.bands[i : i + 1] and w.after.bands[j : j + 1] and w.before.bands[i].key == w.after.bands[j].key
    return Text(words.count(n) if n else "·", "dim" if stays or not n else "bold")


def _spread(w: WhatIf) -> Table:
    made = new_table("=Score", ">Before", "", ">After", "")
    most = max((*w.tens_before, *w.tens_after, 1))
    for i in reversed(range(len(w.tens_before))):
        a, b = w.tens_before[i], w.tens_after[i]
        name = f"{10 * i}–{'100' if i == 9 else f'<{10 * i + 10}'}"
        add(made, name, words.count(a), Text("▭" * _long(a, most), "dim"), words.count(b), Text("█" * _long(b, most), "dim"))
    return made


def _long(n: int, most: int) -> int:
    return 0 if not n else max(1, round(BAR * n / most))


def _people(console: Console, rows: Sequence[Mapping[str, Any]], w: WhatIf) -> None:
    made = new_table("Participant", "Band before", "Band after", ">Before", ">After", ">Change", *(f">{s.label}" for s in w.before.signals))
    slim = new_table("Participant", "Band before", "Band after", ">Before", ">After", gap=1)
    for r in rows:
        chips = (_chip(r["band_before"], w.before), _chip(r["band_after"], w.after))
        before, after, change = numbers(r, w)
        values = (words.score(r[s.key]) for s in w.before.signals)
        add(made, words.clean(r["participant"]), *chips, before, after, change, *values)
        add(slim, words.clean(r["participant"]), *chips, before, after)
    put(console, made, lambda: slim)


def numbers(row: Mapping[str, Any], w: WhatIf) -> tuple[str, str, str]:
    """Before, after and change with one decimal, because a formula has no noise; the change is that between the two as printed."""
    before, after = (None if x is None else words.tenths(x, d.bands) for x, d in ((row["before"], w.before), (row["after"], w.after)))
    return words.one(before), words.one(after), moved(before, after)


def moved(before: float | None, after: float | None) -> str:
    """The change between two numbers as they are printed: `+3.4`, `no change`."""
    return words.DASH if before is None or after is None else words.signed(nearest(after, 1) - nearest(before, 1), 1)


def _chip(key: str | None, d: Definition) -> Text:
    i = words.rank(key, d)
    style = "dim" if i is None else COLOURS[round(i * 3 / max(1, len(d.bands) - 1))]
    return Text.assemble((words.glyph(i, len(d.bands)), style), " ", words.clean(words.band_label(key, d)))


def _history(w: WhatIf) -> Table:
    made = new_table("=Until", ">People", ">Before", ">After", ">Change", ">Change band")
    for p in w.history:
        until = words.date(words.last_day(p.as_of, w.before.tz))
        add(made, until, words.count(p.n), words.one(p.before), words.one(p.after), moved(p.before, p.after), words.count(p.moved))
    return made


# ---- as figures


def bands_figure(w: WhatIf) -> Figure:
    """From band to band as a table, with the two spreads of scores above it."""
    before, after = _labels(w.before), _labels(w.after)
    rows = []
    for i, row in enumerate(w.transitions):
        if sum(row) or i < len(before) - 1:
            name = labelled(i if i < len(w.before.bands) else None, len(w.before.bands), before[i])
            rows.append((name, *(words.count(n) if n else "·" for n in row), words.count(sum(row))))
    sums = [words.count(sum(row[j] for row in w.transitions)) for j in range(len(after))]
    rows.append(("After", *sums, words.count(w.n)))
    kinds = (*("" for _ in rows[:-1]), "sum")
    head = ("Band before", *(f">{name}" for name in after), ">Before")
    return Figure(sentence(w), _drawn(w), head, tuple(rows), "From band (rows) to band (columns)", kinds, open=True)


def _drawn(w: WhatIf) -> Markup:
    if w.n > FEW:
        return Markup("")
    sides = ((w.table["before"], w.before, "Before"), (w.table["after"], w.after, "After"))
    parts = [
        Markup('<p class="m">{}</p>{}').format(name, svg.both(lambda width: histogram(values, d, width)))  # noqa: B023
        for column, d, name in sides
        for values in [column.to_pylist()]
    ]
    return Markup("").join(parts)


def people_figure(w: WhatIf, top: int = LISTED) -> Figure:
    """Who changes band, or, where nobody does, who moves most."""
    rows = w.moved.slice(0, top).to_pylist() or w.movers.to_pylist()
    head = ("Participant", "Band before", "Band after", ">Before", ">After", ">Change")
    cells = tuple(
        (
            words.clean(r["participant"]), words.clean(words.band_label(r["band_before"], w.before)), _label(r["band_after"], w.after),
            *numbers(r, w),
        )
        for r in rows
    )  # fmt: skip
    some = f", {words.count(len(rows))} of {words.count(w.moved_count)}" if w.moved_count > len(rows) else ""
    return Figure("", Markup(""), head, cells, f"{'Who changes band' if w.moved_count else 'Who moves most'}{some}", open=True)


def _label(key: str | None, d: Definition) -> Markup:
    return labelled(words.rank(key, d), len(d.bands), words.band_label(key, d))


def what_if_html(w: WhatIf) -> str:
    """For a notebook: what is supposed, the sentence, bands and people."""
    head = Markup('<p class="head"><b>What if: {}</b></p>').format("; ".join(words.clean(d) for d in w.differences))
    foot = Markup("").join(Markup('<p class="m">{}</p>').format(line) for line in (about(w), *w.notes))
    return str(standalone(Markup("").join([head, bands_figure(w).html(), people_figure(w).html() if w.movers.num_rows else "", foot])))
