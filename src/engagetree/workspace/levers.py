"""Which act comes next for each driver of a person, and what it would be worth: on what is open, else on what comes next."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from typing import Any

from engagetree.findings import Explanation
from engagetree.formula.columns import PRESENCE, Column
from engagetree.lake import Snapshot
from engagetree.render.words import listing
from engagetree.scoring.offers import LATE, Item
from engagetree.tree.acts import Effect, Way, World
from engagetree.tree.leverage import Lever, lever, with_levers
from engagetree.workspace.possible import Person
from engagetree.workspace.reaching import someone
from engagetree.workspace.telling import Teller


def levered(snapshot: Snapshot, teller: Teller, people: Sequence[tuple[Explanation, dict[str, Any]]]) -> list[Explanation]:
    """Explanations with the leverage of every driver; each comes with its stored row. One look at the events serves all of them."""
    scored = [row for e, row in people if e.score is not None]
    if not scored:
        return [e for e, _ in people]
    keys = {r["period"] for r in scored}
    found: dict[str, dict[tuple[str, str], Lever]] = {}
    for key in keys:
        mine = [r for r in scored if r["period"] == key]
        for name, person in someone(snapshot, teller, mine, teller.period(key).ends, LATE).items():
            found[name] = levers(person)
    return [replace(e, tree=with_levers(e.tree, found[e.subject])) if e.subject in found else e for e, _ in people]


def levers(person: Person) -> dict[tuple[str, str], Lever]:
    """The worth of one more act for every driver that an act can move."""
    world = _now(person)
    out = {}
    for c in person.columns:
        told = _next(person, c)
        found = lever(world, Way("", "", told[1]), told[0]) if told else None
        if found is not None:
            out[c.signal.key, c.driver.key] = found
    return out


def _now(person: Person) -> World:
    """The person's totals as they stand."""
    totals = [
        tuple(float(person.row[n] or 0.0) for n in names) for names in zip(*((c.taken, c.offered) for c in person.columns), strict=True)
    ]
    ranks = [c for c in person.columns if c.driver.normalise == "percentile"]
    fixed = {c.index: float("nan") if person.row[c.value] is None else float(person.row[c.value]) for c in ranks}
    return World(person.definition, totals[0], totals[1], fixed)


def _next(person: Person, c: Column) -> tuple[str, tuple[Effect, ...]] | None:
    """(which act it is, what it adds), everything else as it stands."""
    d = c.driver
    if d.normalise == "percentile":
        return None
    if "present" in d.taken:
        return _attended(person, c)
    if d.is_share:
        return _taken(person, c)
    if d.measure == "days":
        return "one more active day", (Effect(c.index, 1.0),)
    if d.measure == "items":
        return f"one more {listing(list(d.on), 'or') or 'item'}", (Effect(c.index, 1.0),)
    return f"one more {listing(list(d.taken), 'or')}", _repeated(person, c)


def _repeated(person: Person, c: Column) -> tuple[Effect, ...]:
    """An act of a rate counts for every rate that takes its kind anywhere."""
    kind = c.driver.taken[0]
    also = (k for k in person.columns if not k.driver.is_share and k.driver.measure in ("acts", "amount") and kind in k.driver.taken)
    return tuple(Effect(k.index, 1.0) for k in also if k is c or not k.driver.on)


def _attended(person: Person, c: Column) -> tuple[str, tuple[Effect, ...]] | None:
    """The next session from end to end; one of the usual length where none is registered."""
    kinds = listing(list(c.driver.offered), "or") or "session"
    coming = next((s for s in person.sessions if person.counts(s, c) or not c.driver.is_share), None)
    if coming is not None:
        effects = _offering(person, coming, person.attending(coming, prompts=False))
        return f"the next {coming.kind}{_silent(person, effects)}", effects
    usual = _usual(person, c)
    if usual is None:
        return None
    made = Item("", (c.driver.offered or ("session",))[0], person.member["cohort"], opens_at=person.now, seconds=usual)
    effects = _offering(person, made, person.attending(made, prompts=False))
    return f"a further {kinds}{_silent(person, effects)}", effects


def _silent(person: Person, effects: Sequence[Effect]) -> str:
    """Where acts are counted by the hour present, an hour without one lowers them: so it is said that nothing else is done in it."""
    return ", in silence" if any(person.columns[e.column].driver.per == "hour_present" for e in effects) else ""


def _offering(person: Person, session: Item, effects: tuple[Effect, ...]) -> tuple[Effect, ...]:
    """An item that was not offered yet also raises what is offered by the calendar."""
    out = []
    for e in effects:
        k = person.columns[e.column]
        more = person.offers.weight(session, k) if k.driver.is_share and not k.personal else 0.0
        out.append(replace(e, offered=e.offered + more))
    return tuple(out)


def _usual(person: Person, c: Column) -> float | None:
    """The mean weight of what was offered so far, in the measure of the driver."""
    if not c.driver.is_share or c.driver.count == "items":
        return 1.0
    offered, chances = person.row[c.offered], person.row[c.chances]
    if offered and chances:
        return float(offered) / float(chances)
    lengths = [i.length for i in person.offers.by_cohort.get(person.cohort, ()) if person.counts(i, c) and i.length]
    return sum(lengths) / len(lengths) if lengths else None


def _taken(person: Person, c: Column) -> tuple[str, tuple[Effect, ...]] | None:
    kind = next((k for k in c.driver.taken if k not in PRESENCE), "")
    mine = [i for i in person.items if person.counts(i, c) and not person.took(i, c)]
    if not c.driver.while_present:
        opened = [i for i in mine if person.member["joined_at"] <= person.offered_at(i, c) < person.now]
        if opened:
            return f"one {opened[0].kind} still open", _by_item(person, opened[0], kind, False)
    coming = sorted((i for i in mine if person.offered_at(i, c) >= person.now), key=lambda i: person.offered_at(i, c))
    if coming:
        return f"the next {coming[0].kind}", _by_item(person, coming[0], kind, True)
    usual = _usual(person, c)
    return None if usual is None else (f"a further {listing(list(c.driver.offered), 'or')}", (Effect(c.index, usual, usual),))


def _by_item(person: Person, item: Item, kind: str, offering: bool) -> tuple[Effect, ...]:
    """What taking the item adds to every driver that counts it; `offering` also what it adds to what is offered."""
    out = []
    for k in person.columns:
        d = k.driver
        if kind not in d.taken:
            continue
        if d.is_share and d.count != "presence" and person.counts(item, k) and not person.took(item, k):
            w = person.offers.weight(item, k)
            # An item that is offered for one driver already may fall due for another only later.
            ahead = offering or person.offered_at(item, k) >= person.now
            out.append(Effect(k.index, w, w if ahead or d.while_present else 0.0))
        elif not d.is_share and (not d.on or item.kind in d.on) and d.measure in ("acts", "amount", "items"):
            out.append(Effect(k.index, 1.0))
    return tuple(out)
