"""Why a score moved, in a terminal: the sentence, every cause with what it did, and which groups carry the change."""

from __future__ import annotations

from rich.console import Console
from rich.table import Table
from rich.text import Text

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.lines import add, put, table
from engagetree.render.moved_rows import Printed, Row, group_heads, grouped, names, points, printed
from engagetree.tree.moved import Carried, End, Why

INDENT = "  "


def show_why(console: Console, why: Why, before: Definition, after: Definition) -> None:
    """Who and what is compared, the sentence, the causes as a tree whose numbers add up, then the groups of a mean."""
    put(console, _title(why, before, after))
    put(console, Text(words.clean(why.sentence)))
    shown = printed(why, before, after)
    if shown is None:
        put(console, _values(why, names(why, before, after)))
        return
    ends = names(why, before, after)
    put(console, causes(shown, ends, True), lambda: causes(shown, ends, False))
    for by in why.carried:
        put(console, Text())
        put(console, _groups(by, shown.change, ends))


def _title(why: Why, before: Definition, after: Definition) -> Text:
    a, b = why.before, why.after
    lines = [Text.assemble((words.clean(b.subject), "bold"), f"  {_score(b, after)}  {_when(b, after)}")]
    lines.append(Text(f"{'compared with' if a.subject != b.subject or a.version != b.version else 'before'}  "))
    who = f"{words.clean(a.subject)}  " if a.subject != b.subject else ""
    lines[1].append(f"{who}{_score(a, before)}  {_when(a, before)}", style="dim")
    return Text("\n").join(lines)


def _score(end: End, definition: Definition) -> str:
    return words.DASH if end.score is None else words.one(words.tenths(end.score, definition.bands))


def _when(end: End, definition: Definition) -> str:
    missing = f", {words.count(end.unscored)} without a score" if end.n > 1 and end.unscored else ""
    people = f" · {words.plural(end.n, 'person', 'people')}{missing}" if end.n > 1 else ""
    return f"as of {words.date(words.last_day(end.as_of, definition.tz))} · definition {words.clean(end.version_name)}{people}"


def causes(shown: Printed, ends: tuple[str, str], wide: bool) -> Table:
    """A line for each cause; on a narrow page what was taken stands beneath."""
    made = table("", *(f">{e}" for e in ends), *(("What was taken of what was offered",) if wide else ()), ">Points", gap=2 if wide else 1)
    for row in shown.rows:
        label = Text(INDENT * (row.depth - 1) + row.label, style="bold" if row.depth == 1 else "")
        if row.note and not wide:
            label.append(f"\n{INDENT * row.depth}{row.note}", style="dim")
        add(made, label, row.before, row.after, *((row.note,) if wide else ()), _points(row))
    made.add_section()
    add(
        made,
        Text("Score", style="bold"),
        words.one(shown.before),
        words.one(shown.after),
        *(("",) if wide else ()),
        points(shown.change),
    )
    return made


def _points(row: Row) -> Text:
    return Text(row.points_text, style="dim" if not row.points else "bold" if row.depth == 1 else "")


def _groups(by: Carried, change: float, ends: tuple[str, str]) -> Table:
    made = table(*group_heads(by, ends))
    for g in grouped(by, change):
        add(
            made,
            g.name,
            g.people[0],
            g.people[1],
            g.means[0],
            g.means[1],
            points(g.within),
            points(g.mix),
            points(g.points),
        )
    made.add_section()
    add(made, "All", "", "", "", "", "", "", points(change))
    return made


def _values(why: Why, ends: tuple[str, str]) -> Table:
    """Without a score on a side there is nothing to split: the values, as far as they are known."""
    made = table("", *(f">{e}" for e in ends), "")
    for s in why.signals:
        for depth, n in enumerate((s, *s.children)):
            label = Text(INDENT * min(depth, 1) + words.clean(n.label), style="" if depth else "bold")
            add(made, label, words.one(n.value.before), words.one(n.value.after), words.clean(n.reason) if n.value.after is None else "")
    return made
