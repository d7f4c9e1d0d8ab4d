"""Why a score moved, in one sentence: how far, then what people did with what was offered to them, the largest part first.

Totals that are kept since the beginning are told as what was new: *answered 3 of the 12 new prompts, 9 of 11 before*.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from engagetree.definition.model import Definition, Driver
from engagetree.render import words
from engagetree.scoring.explain import EXPOSURE
from engagetree.tree.moved import Ends, NodeMove, Why
from engagetree.tree.pairs import NORMALISER, changed

if TYPE_CHECKING:
    from engagetree.render.moved_rows import Printed, Row

VERBS = {"answer": "answered", "submit": "handed in", "complete": "completed", "present": "attended", "join": "attended", "view": "opened"}
"""What people did, for the kinds of act that have a plain word; anything else is named by its driver's label."""

NAMED = 3
"""Causes that a sentence names at most."""

LEAST = 0.1
"""Of the largest cause: a smaller one is not named."""

Path = tuple[str, str]


def sentence(why: Why, before: Definition, after: Definition) -> str:
    """`Down 7.4: answered 3 of the 12 new prompts, 9 of 11 before (−5.1); …`. Its numbers are those of the printed table."""
    from engagetree.render.moved_rows import printed

    shown = printed(why, before, after)
    if shown is None:
        return f"No split: {words.clean(why.reason).rstrip('.')}."
    named = [f"{said} ({r.points_text})" for r in _largest(shown) if (said := _cause(r, why, before, after))]
    doubt = "" if why.clear is not False or not shown.change else _doubt(why)
    return f"{_head(why, shown)}{': ' if named else ''}{'; '.join(named)}.{doubt}{_carried(why, shown)}"


def _head(why: Why, shown: Printed) -> str:
    """How far: over time up or down, beside somebody above or below, under another version higher or lower."""
    by, a, b = shown.change, why.before, why.after
    far = f"{abs(by):.1f}"
    if a.subject != b.subject:
        return f"{far} {'above' if by > 0 else 'below'} {words.clean(a.subject)}" if by else f"The same as {words.clean(a.subject)}"
    if a.period == b.period or a.as_of == b.as_of:
        other = words.clean(a.version_name or a.version)
        return f"{far} {'higher' if by > 0 else 'lower'} than under {other}" if by else f"The same as under {other}"
    return f"{'Up' if by > 0 else 'Down'} {far}" if by else "No change"


def _doubt(why: Why) -> str:
    if why.same_people:
        return " No clear change: it is within the uncertainty of the score."
    return " No clear difference: their likely ranges overlap."


def _largest(shown: Printed) -> list[Row]:
    causes = [r for r in shown.rows if r.points and (r.depth == 2 if r.kind == "behaviour" else r.depth == 1)]
    causes.sort(key=lambda r: -abs(r.exact))
    return [r for r in causes[:NAMED] if abs(r.exact) >= LEAST * abs(causes[0].exact)]


def _cause(row: Row, why: Why, before: Definition, after: Definition) -> str:
    if row.kind == "behaviour":
        return str(row.act) if row.act and row.act.said else f"{words.lower(row.label)} from {row.before} to {row.after}"
    if row.kind == "formula":
        return f"the formula{_weights(why)}"
    if row.kind == "coverage":
        return _known(why)
    if row.kind == "mix":
        return "what goes together in the same people"
    n = next(c.n for c in why.comings if c.kind == row.kind)
    who = words.plural(n, "person", "people")
    has = "has" if n == 1 else "have"
    return {"joined": f"{who} joined", "left": f"{who} left", "scored": f"{who} got a first score"}.get(
        row.kind, f"{who} {has} no score any more"
    )


def _weights(why: Why) -> str:
    """The two weights that changed most, and a driver that is valued or counted in another way."""
    moved = [s for s in why.signals if s.weight.before != s.weight.after]
    moved.sort(key=lambda s: -abs((s.weight.after or 0.0) - (s.weight.before or 0.0)))
    told = [f"{words.lower(words.clean(s.label))} from {_share(s.weight.before)} to {_share(s.weight.after)}" for s in moved[:2]]
    drivers = [d for s in why.signals for d in s.children if d.formula and d.weight.before == d.weight.after]
    drivers.sort(key=lambda d: -abs(d.formula))
    told += [f"how “{words.clean(d.label)}” counts" for d in drivers[:1]]
    told = told or [words.clean(f) for f in why.formula[:2]]
    return f", {words.listing(told)}" if told else ""


def _share(x: float | None) -> str:
    return "nothing" if x is None else f"{words.count(100 * x)}{words.SPACE}%"


def _known(why: Why) -> str:
    """Which signals, or else drivers, came into the score or left it because of what is known."""
    for nodes in (why.signals, tuple(d for s in why.signals if s.coverage for d in s.children)):
        came = [words.lower(words.clean(n.label)) for n in nodes if n.value.before is None and n.value.after is not None]
        went = [words.lower(words.clean(n.label)) for n in nodes if n.value.after is None and n.value.before is not None]
        said = [f"{words.listing(xs)} {what}" for xs, what in ((came, "is known now"), (went, "is not known any more")) if xs]
        if said:
            return " and ".join(said).replace(" is ", " are ") if len(came) > 1 or len(went) > 1 else " and ".join(said)
    return "other things are known, so that weights are shared out otherwise"


def _carried(why: Why, shown: Printed) -> str:
    """The group that carries most of the change of a mean, where one does."""
    from engagetree.render.moved_rows import grouped

    for by in why.carried[:1]:
        top = grouped(by, shown.change)[0]
        if shown.change and top.points / shown.change > 0.5:
            return f" Most of it comes from {words.clean(by.by)} {top.name} ({words.signed(top.points, 1)})."
    return ""


# ---- what was taken


@dataclass(frozen=True)
class Act:
    """What one driver's people did. `named`: the words say by themselves what was done, without the driver's label before them."""

    label: str
    said: str
    named: bool = False
    when: str = ""  # of what is compared with

    def __str__(self) -> str:
        said = f"{self.said} {self.when}".rstrip()
        return said if self.named or not said else f"{words.lower(words.clean(self.label))}: {said}"


def what_was_taken(path: Path, move: NodeMove, why: Why, before: Definition, after: Definition) -> Act:
    """Over time what was new, else both sides; no words where there is nothing to tell."""
    old, new = ({(s.key, d.key): d for s, d in x.drivers()}.get(path) for x in (before, after))
    d = new or old
    if d is None or None in (move.amount.before, move.amount.after, move.of.before, move.of.after, move.value.before, move.value.after):
        return Act(move.label, "")
    between = Act(d.label, f"{words.one(move.value.before)} before, {words.one(move.value.after)} now")
    if old is None or new is None or d.normalise == "percentile":
        return between
    if not why.same_people and why.is_cohort:
        return Act(d.label, f"{words.one(move.value.after)} against {words.one(move.value.before)}")
    if not set(changed(old, new)) <= set(NORMALISER):
        return between
    kept = before.window == after.window == 0 and not d.last
    if why.same_people and kept and why.after.as_of > why.before.as_of:
        return _new(d, move.amount, move.of)
    if (move.amount.moved, move.of.moved) == (0, 0):
        return Act(d.label, "")
    act = _act(d, f"{_did(d, move.amount.after, move.of.after)} against {_of(d, move.amount.before, move.of.before)}")
    return replace(act, when=_earlier(why, after)) if why.same_people else act


def _act(d: Driver, said: str) -> Act:
    verb = VERBS.get(d.taken[0]) if len(d.taken) == 1 and d.is_share and d.count == "items" and d.unit else None
    return Act(d.label, f"{verb} {said}" if verb else said, verb is not None)


def _new(d: Driver, amount: Ends, of: Ends) -> Act:
    """Of totals that are kept since the beginning, what came since; both totals where that is no share of its own."""
    taken, offered = amount.moved or 0.0, of.moved or 0.0
    earlier = f", {_of(d, amount.before, of.before)} before" if of.before else ""
    if offered <= 0 or taken < 0 or (d.is_share and taken > offered * (1 + 1e-9)):
        return _act(d, f"{_did(d, amount.after, of.after)} by now{earlier}")
    return _act(d, _did(d, taken, offered, "new ") + earlier)


def _did(d: Driver, taken: float | None, offered: float | None, new: str = "") -> str:
    """`3 of the 12 new prompts`, `2 in 1.5 new hours present`, `1 h of the new 3 h`."""
    amount, of = _quantity(d, taken), _quantity(d, offered)
    if not d.is_share:
        exposure = EXPOSURE.get(d.per, f"{d.per}s")
        return f"{amount} in {of} {new}{exposure}" if exposure else amount
    the, unit = "the " if new else "", words.clean(d.unit)
    if d.count != "items":
        return f"{amount} of {the}{new}{of}"
    if offered == 1:
        return f"{amount} of {of} {new}{unit.removesuffix('s')}".rstrip()
    some = f"none of {the}{of}" if taken == 0 else f"all {of}" if taken == offered else f"{amount} of {the}{of}"
    return f"{some} {new}{unit}".rstrip()


def _of(d: Driver, taken: float | None, offered: float | None) -> str:
    if not d.is_share and not EXPOSURE.get(d.per, "items"):
        return _quantity(d, taken)
    return f"{_quantity(d, taken)} {'of' if d.is_share else 'in'} {_quantity(d, offered)}"


def _quantity(d: Driver, x: float | None) -> str:
    return words.quantity(x or 0.0, "seconds" if d.is_share and d.count != "items" else d.unit)


def _earlier(why: Why, definition: Definition) -> str:
    """`the week before`, or until which day."""
    gap = (why.after.as_of - why.before.as_of).days
    usual = {"day": (0, 1), "week": (6, 8), "month": (27, 32)}.get(definition.period)
    if usual and usual[0] <= gap <= usual[1] and definition.window == 1:
        return f"the {definition.period} before"
    return "" if not gap else f"until {words.date(words.last_day(why.before.as_of, definition.tz))}"
