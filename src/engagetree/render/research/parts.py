"""What a report is put together from: a block is a question with a figure below it, a section a dimension with its blocks."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from engagetree.render import words
from engagetree.render.figure import Cell, Figure
from engagetree.render.research import say
from engagetree.render.research.facts import Facts
from engagetree.research.model import Shown

NO_DRAWING = Markup("")
HEAD = ("Indicator", ">Value", "Between", ">Rests on", ">Missing", "What to know")
MOST = 60  # values of one table
DRAWN = 25  # boards, projects or studies of one drawing; all of them stand in the table


@dataclass(frozen=True)
class Block:
    """A question, its figure, and the keys of the indicators that it shows."""

    title: str
    figure: Figure
    shows: tuple[str, ...] = ()
    note: str = ""


@dataclass(frozen=True)
class Section:
    """A dimension: its question, the sentence that answers it, its blocks. `aside` stands in a box of its own."""

    key: str
    title: str
    lead: str
    blocks: tuple[Block, ...]
    aside: str = ""


def drawn(block: Block, rule: str) -> Markup:
    """A block as HTML, the rule of disclosure under its table."""
    f = block.figure
    note = Markup('<p class="m">{}</p>').format(block.note) if block.note else Markup("")
    said = Markup("<figcaption>{}</figcaption>").format(words.clean(f.sentence)) if f.sentence else Markup("")
    below = f.table() + Markup('<p class="m rule">{}</p>').format(words.clean(rule))
    if not f.svg:
        held = below
    else:
        held = Markup('<details><summary>Table<span class="vh">: {}</span></summary>{}</details>').format(words.clean(f.caption), below)
    return Markup('<h3>{}</h3><figure class="fig">{}{}{}{}</figure>').format(block.title, said, f.svg, note, held)


def rows_of(values: Iterable[Shown], facts: Facts, named: bool = True) -> tuple[tuple[Cell, ...], ...]:
    """A row for each value: what it is, the value, between what, on how many it rests, how many are missing, what to know."""
    return tuple(_row(v, facts, named) for v in values)


def _row(v: Shown, facts: Facts, named: bool) -> tuple[Cell, ...]:
    indicator = facts.indicators.get(v.indicator)
    label = words.clean(indicator.label if indicator else v.indicator)
    cell = facts.name(v.cell) if v.cell else ""
    name = (f"{label}: {cell}" if cell else label) if named else cell or label
    return (name, say.cell(v), say.interval(v, indicator), "" if v.n == v.value else say.base(v), say.missing(v), remarks(v, facts))


def remarks(v: Shown, facts: Facts) -> str:
    """Verdict, baseline, count method, reason and notes of a value, as one line; nothing of a withheld cell but the rule."""
    if v.withheld:
        return f"{say.WITHHELD}: {words.clean(v.withheld)}"
    method = say.counted_by(v, facts) if v.at("count_method") is None else ""
    against = f"against {facts.baseline(v.baseline)}" if v.baseline else ""
    reason = v.reason if not say.known(v) else ""
    told = [v.verdict, against, method, reason, *v.notes]
    return "; ".join(words.clean(t).rstrip(".") for t in told if t)


def lines(title: str, values: Sequence[Shown], facts: Facts, sentence: str = "", caption: str = "", svg: Markup = NO_DRAWING) -> Block:
    """A block that lists values."""
    head, rows = narrowed(HEAD, rows_of(values, facts))
    figure = Figure(sentence, svg, head, rows, caption or title)
    return Block(title, figure, tuple(dict.fromkeys(v.indicator for v in values)))


def narrowed(head: tuple[str, ...], rows: tuple[tuple[Cell, ...], ...]) -> tuple[tuple[str, ...], tuple[tuple[Cell, ...], ...]]:
    """A table without columns in which nothing stands."""
    kept = [i for i in range(len(head)) if i < 2 or any(row[i] for row in rows)]
    return tuple(head[i] for i in kept), tuple(tuple(row[i] for i in kept) for row in rows)


def rest(facts: Facts, dimension: str, used: Iterable[str], title: str = "Everything else that is measured here") -> tuple[Block, ...]:
    """What no figure of this dimension has shown: one's own indicators, and those that stand by themselves."""
    shown = set(used)
    keys = [i.key for i in facts.release.indicators if i.dimension == dimension and i.key not in shown]
    values = [v for key in keys for v in facts.all(key)]
    few = [v for key in keys for v in (given([facts.whole(key)]) or [v for v in facts.all(key) if len(v.cell) == 1])][:MOST]
    more = len(values) - len(few)
    if not few:
        return ()
    block = lines(title, few, facts, caption=f"Further indicators of {dimension}")
    return (
        (replace(block, note=f"{words.plural(more, 'further value')} by finer breakdown: in the workbook and the data files."),)
        if more
        else (block,)
    )


def not_drawn(n: int, what: str) -> str:
    """A sentence about those that stand in the table alone; none where all are drawn."""
    return f" The first {words.count(DRAWN)} of {words.count(n)} {what} are drawn." if n > DRAWN else ""


def given(values: Iterable[Shown | None]) -> list[Shown]:
    """Those that are there."""
    return [v for v in values if v is not None]
