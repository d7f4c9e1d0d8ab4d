"""The fewest acts that bring somebody to a score, in words and as a table."""

from __future__ import annotations

from markupsafe import Markup
from rich.console import Console
from rich.text import Text

from engagetree.render import words
from engagetree.render.figure import Figure
from engagetree.render.lines import add, put, table
from engagetree.tree.reach import FAR
from engagetree.tree.reached import Reach, Step

COUNTED = "One act is one session attended from end to end, one item taken (a prompt answered, a task handed in), or one act of a rate."
ASSUMED = "What is registered will be offered, what is closed stays closed, and nobody else's acts matter."


def sentence(r: Reach) -> str:
    """What it takes, or why it is out of reach; with where the score goes without any further act."""
    name, target, day = words.clean(r.participant), _score(r, r.target), _until(r)
    if r.over:
        return f"{name} is at {_score(r, r.score)}, and nothing counts any more: the programme, or their time in it, has ended."
    if r.acts == 0:
        return f"{name} needs no further act for {target}: by {day} it comes to {_score(r, r.idle)}{_from(r)}."
    idle = f"with no further act {_score(r, r.idle)}" if r.idle is not None else "with no further act there is no score"
    if r.acts is None:
        return f"{name} cannot reach {target} by {day}: {_out_of_reach(r)}. Now {_score(r, r.score)}, {idle}."
    said = words.listing([f"{words.count(s.n)} × {_kind(s)}" for s in r.steps])
    then = f"That makes {_score(r, r.reached)}; now {_score(r, r.score)}, {idle}."
    return f"{target} takes {name} {words.plural(r.acts, 'act')} by {day}: {said}. {then}"


def _from(r: Reach) -> str:
    return f" (now {_score(r, r.score)})" if r.score is not None else ""


def _out_of_reach(r: Reach) -> str:
    if r.highest is None:
        return "too little will be known for a score"
    if r.highest >= r.target:
        return f"it would take more than {words.count(FAR)} acts"
    signals = {s.key: s for s in r.definition.signals}
    lost = {k: signals[k].weight * (100 - v) for k, v in r.ceiling.items()}
    most = max(lost, key=lambda k: lost[k])
    why = (
        f", because {words.lower(words.clean(signals[most].label))} can come to {words.one(r.ceiling[most])} at most"
        if lost[most] > 0
        else ""
    )
    return f"everything that is still possible makes {_score(r, r.highest)}{why}"


def _score(r: Reach, x: float | None) -> str:
    return words.DASH if x is None else words.count(words.tenths(x, r.definition.bands))


def _until(r: Reach) -> str:
    return words.date(words.last_day(r.until, r.definition.tz))


def _kind(s: Step) -> str:
    return f"{words.clean(s.what)} ({words.lower(words.clean(s.label))})" if s.label else words.clean(s.what)


def _of(s: Step) -> str:
    return "no limit" if s.of is None else words.count(s.of)


def show_reach(console: Console, r: Reach) -> None:
    """The sentence, the acts, and how they are counted."""
    put(console, Text(sentence(r)))
    if r.steps:
        made = table("Counts as", "Act", ">How often", ">Of")
        for s in r.steps:
            add(made, words.clean(s.label), words.clean(s.what), words.count(s.n), _of(s))
        put(console, made)
    if not r.over:
        put(console, Text(f"{COUNTED} {ASSUMED}", "dim"))


def reach_figure(r: Reach) -> Figure:
    """The same for a notebook."""
    rows = tuple((words.clean(s.label), words.clean(s.what), words.count(s.n), _of(s)) for s in r.steps)
    return Figure(
        sentence(r), Markup(""), ("Counts as", "Act", ">How often", ">Of"), rows, f"The fewest acts to {_score(r, r.target)}", open=True
    )
