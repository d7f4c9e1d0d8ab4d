"""Why a score moved, as a figure: the sentence, a waterfall from the one number to the other, and the table of every cause."""

from __future__ import annotations

from markupsafe import Markup

from engagetree.definition.model import Definition
from engagetree.render import words
from engagetree.render.figure import Cell, Figure, standalone
from engagetree.render.figure import table as html_table
from engagetree.render.marks import svg
from engagetree.render.marks.steps import Step, steps
from engagetree.render.moved_rows import Printed, Row, group_heads, grouped, names, points, printed
from engagetree.tree.moved import Carried, Why


def why_figure(why: Why, before: Definition, after: Definition) -> Figure:
    """One value of three parts. Without a score on a side there is no drawing, and the table has values only."""
    shown = printed(why, before, after)
    ends = names(why, before, after)
    head = ("", *(f">{e}" for e in ends))
    if shown is None:
        bare = tuple((words.clean(n.label), words.one(n.value.before), words.one(n.value.after)) for n in why.nodes())
        kinds = tuple("d1" if n.level == "signal" else "d2" for n in why.nodes())
        return Figure(why.sentence, Markup(""), head, bare, _caption(why), kinds, open=True)
    named = [Step(r.label, r.points, r.points_text) for r in shown.steps if r.points]
    drawn = svg.both(lambda w: steps(shown.before, named, shown.after, w, ends))
    rows = (*(_row(r) for r in shown.rows), _sum(shown))
    kinds = (*(f"d{r.depth}" for r in shown.rows), "sum")
    return Figure(why.sentence, drawn, (*head, "What was taken of what was offered", ">Points"), rows, _caption(why), kinds, open=True)


def why_html(why: Why, before: Definition, after: Definition) -> Markup:
    """The figure with the groups of a mean beneath, for a notebook."""
    shown = printed(why, before, after)
    tables = [groups_table(by, shown.change, names(why, before, after)) for by in why.carried] if shown is not None else []
    title = Markup('<p class="head"><b>{}</b>').format(words.clean(why.after.subject))
    return standalone(Markup("").join([title, why_figure(why, before, after).html(), *tables]))


def groups_table(by: Carried, change: float, ends: tuple[str, str]) -> Markup:
    """Which groups carry the change: what moved within each, and what their shares did."""
    head = group_heads(by, ends)
    rows: list[tuple[Cell, ...]] = [
        (g.name, *g.people, *g.means, points(g.within), points(g.mix), points(g.points)) for g in grouped(by, change)
    ]
    rows.append(("All", "", "", "", "", "", "", points(change)))
    return html_table(head, tuple(rows), f"What each {words.clean(by.by)} did to the mean", (*("",) * (len(rows) - 1), "sum"))


def _row(row: Row) -> tuple[Cell, ...]:
    return row.label, row.before, row.after, row.note, row.points_text


def _sum(shown: Printed) -> tuple[Cell, ...]:
    return "Score", words.one(shown.before), words.one(shown.after), "", points(shown.change)


def _caption(why: Why) -> str:
    a, b = why.before, why.after
    sides = [f"{words.clean(e.subject)} in {e.period}, definition {words.clean(e.version_name or e.version)}" for e in (b, a)]
    return f"{sides[0]}, compared with {sides[1]}: points add up to the change"
