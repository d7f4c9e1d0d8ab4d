"""What one person can still do, from the registers: what is open and not taken yet, what is to come, and what can be done without limit."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from collections.abc import Set as AbstractSet
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import numpy as np

from engagetree.definition.model import Definition
from engagetree.engine import literal, literals
from engagetree.formula.columns import PRESENCE, Column, columns
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.render.words import listing, lower
from engagetree.scoring.calendar import Period, calendar
from engagetree.scoring.offers import EARLY, FRAME, Item, Offers
from engagetree.scoring.registers import excuses
from engagetree.tree.acts import Effect, Way, World
from engagetree.workspace.stored import ask

Taken = AbstractSet[tuple[str, str]]
"""(item, kind of event) of what somebody did already."""

MOMENT = timedelta(microseconds=1)


@dataclass(frozen=True)
class Person:
    """One person at a moment: their totals, what they did with what is open, and until when acts count."""

    definition: Definition
    offers: Offers  # with `ends` at the horizon
    member: Mapping[str, Any]  # participant, cohort, joined_at, left_at
    row: Mapping[str, Any]  # the stored score
    excusals: Sequence[Mapping[str, Any]]
    done: Taken
    now: datetime
    until: datetime  # the horizon, or when they leave
    over: bool = False  # the programme has ended: nothing counts any more
    history: Sequence[Mapping[str, Any]] = ()  # all their rows up to now, for drivers that look back on some periods only

    @property
    def cohort(self) -> str:
        return self.member["cohort"] or ""

    @cached_property
    def columns(self) -> tuple[Column, ...]:
        return columns(self.definition)

    @cached_property
    def items(self) -> tuple[Item, ...]:
        """What is open or to come, in the order of time; excused ones are left out."""
        if self.over:
            return ()
        mine = [i for i in self.offers.by_cohort.get(self.cohort, ()) if i.kind != FRAME and self._open(i) and not self.excused(i)]
        return tuple(sorted(mine, key=lambda i: (i.opens_at or EARLY, i.ends_at or self.until, i.item)))

    def _open(self, item: Item) -> bool:
        session = self.offers.named[self.cohort].get(item.parent or "")
        ends = [e for e in (item.ends_at, session and session.ends_at) if e]
        return all(e > self.now for e in ends) and (item.opens_at or EARLY) < max(self.until, self.now + MOMENT)

    def excused(self, item: Item) -> bool:
        return any(excuses(e, item) for e in self.excusals)

    def took(self, item: Item, c: Column) -> bool:
        """Whether this driver counts the item as taken already."""
        return any((item.item, kind) in self.done for kind in c.driver.taken)

    def counts(self, item: Item, c: Column) -> bool:
        """Whether the item is offered for this driver to this person, at whatever time."""
        return self.offers.belongs(item, c) and not self.offers.blind(item, self.cohort, c)

    def offered_at(self, item: Item, c: Column) -> datetime:
        return self.offers.offered_at(item, self.cohort, c.due)

    def ahead(self, c: Column) -> Iterator[Item]:
        """Items that this driver offers from now to the horizon."""
        for i in self.offers.by_cohort.get(self.cohort, ()):
            if self.counts(i, c) and max(self.now, self.member["joined_at"]) <= self.offered_at(i, c) < self.until:
                yield i

    # ---- totals by the horizon, with no further act

    def totals(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Taken and offered of every driver by the horizon if nothing more is done."""
        taken, offered = self.stored()
        more = [self._more(c) for c in self.columns]
        lately = {c.index: self._lately(c) for c in self.columns if c.driver.last and not self.over}
        sums = [lately.get(i, (a + m[0], b + m[1])) for i, (a, b, m) in enumerate(zip(taken, offered, more, strict=True))]
        return tuple(a for a, _ in sums), tuple(b for _, b in sums)

    @cached_property
    def periods(self) -> tuple[Period, ...]:
        """Every period of the programme to the horizon."""
        ends = [i.ends_at for i in self.offers.items if i.kind == "session" and i.ends_at]
        return calendar(self.definition.period, self.definition.tz, self.offers.starts, max(self.until, self.now), ends)

    def since(self, c: Column) -> datetime:
        """Where the periods begin that a driver still counts at the horizon."""
        return self.periods[max(0, len(self.periods) - c.driver.last)].starts if c.driver.last else EARLY

    def _lately(self, c: Column) -> tuple[float, float]:
        """Taken and offered by the horizon of a driver that looks back on its last periods only: what was done before then has left it."""
        d, since = c.driver, max(self.since(c), self.member["joined_at"])
        taken = self._kept(c.taken, d.last)
        if d.per == "total":
            return taken, 1.0
        if d.per == "hour_present":
            return taken, self._kept(c.offered, d.last)
        if d.per in ("day", "week"):
            begins, ends = self.offers.curve(c, self.cohort)(np.array([m.timestamp() for m in (since, max(self.until, self.now))]))
            return taken, float(ends - begins)
        mine = (i for i in self.offers.by_cohort.get(self.cohort, ()) if self.counts(i, c) and not self.excused(i))
        return taken, float(sum(since <= self.offered_at(i, c) < self.until for i in mine))

    def _kept(self, name: str, last: int) -> float:
        """What of a sum over the `last` periods is left at the horizon. Each period's own part comes out of the sums that are stored."""
        stored = {r["period"]: float(r[name] or 0.0) for r in self.history}
        own: list[float] = []
        for i, p in enumerate(self.periods):
            if p.key > self.row["period"]:
                break
            before = stored.get(self.periods[i - 1].key, 0.0) if i else 0.0
            own.append(stored.get(p.key, 0.0) - before + (own[i - last] if i >= last else 0.0))
        return sum(own[max(0, len(self.periods) - last) :])

    def stored(self) -> tuple[tuple[float, ...], tuple[float, ...]]:
        """Taken and offered of every driver now."""
        taken, offered = (
            [float(self.row[n] or 0.0) for n in names] for names in zip(*((c.taken, c.offered) for c in self.columns), strict=True)
        )
        return tuple(taken), tuple(offered)

    def fixed(self) -> dict[int, float]:
        """The drivers that are ranks among others: their value as it stands, NaN where it is unknown."""
        ranks = {c.index: self.row[c.value] for c in self.columns if c.driver.normalise == "percentile"}
        return {i: float("nan") if v is None else float(v) for i, v in ranks.items()}

    def _more(self, c: Column) -> tuple[float, float]:
        d = c.driver
        if self.over or c.personal or (not d.is_share and d.per == "total"):
            return 0.0, 0.0
        if not d.is_share and d.per in ("day", "week"):
            at = np.array([m.timestamp() for m in (self.now, max(self.now, self.until))])
            now, then = self.offers.curve(c, self.cohort)(at)
            return 0.0, float(then - now)
        ahead = [(self.offers.weight(i, c), d.is_share and self.took(i, c), self.excused(i)) for i in self.ahead(c)]
        return sum(w for w, took, _ in ahead if took), sum(w for w, took, excused in ahead if took or not excused)

    # ---- ways to act

    @cached_property
    def sessions(self) -> tuple[Item, ...]:
        """Sessions still to come: what is attended by being present, or holds items that only those present meet."""
        kinds = {k for c in self.columns if c.driver.is_share and "present" in c.driver.taken for k in c.driver.offered}
        parents = {i.parent for c in self.columns if c.driver.while_present for i in self.items if self.offers.belongs(i, c)}
        mine = (i for i in self.items if i.opens_at and i.ends_at and self.now <= i.opens_at < self.until)
        return tuple(i for i in mine if i.kind in kinds or i.item in parents)

    def attending(self, session: Item, prompts: bool = True) -> tuple[Effect, ...]:
        """What a session from end to end adds; with `prompts` also what is met in it."""
        out = []
        for c in self.columns:
            d, w = c.driver, session.length
            if d.last and session.opens_at is not None and session.opens_at < self.since(c):
                continue  # over before the periods begin that it will count
            if d.is_share and "present" in d.taken and self.counts(session, c):
                out.append(Effect(c.index, w if d.count != "items" else 1.0, w if d.count == "presence" else 0.0))
            elif not d.is_share and "present" in d.taken and (not d.on or session.kind in d.on):
                out.append(Effect(c.index, w if d.measure == "amount" else 1.0, w / 3600 if d.per == "hour_present" else 0.0))
            elif not d.is_share and d.per == "hour_present" and not self.offers.down(d.source, self.cohort, session.opens_at):
                out.append(Effect(c.index, 0.0, w / 3600))
            elif d.while_present and prompts:
                met = sum(self.offers.weight(i, c) for i in self.items if i.parent == session.item and self.counts(i, c))
                out += [Effect(c.index, 0.0, met)] if met else []
        return tuple(out)

    def taking(self, item: Item) -> Iterator[tuple[str, tuple[Effect, ...]]]:
        """(kind of event, what it adds) for each way to take an item that some driver does not count yet, the one that adds most first."""
        kinds = dict.fromkeys(k for c in self.columns for k in c.driver.taken if k not in PRESENCE)
        found = [(k, self._taken_by(item, k)) for k in kinds]
        covered: set[int] = set()
        for kind, effects in sorted(found, key=lambda f: -len(f[1])):
            fresh = tuple(e for e in effects if not (e.column in covered and self.columns[e.column].driver.is_share))
            if any(self._once(self.columns[e.column]) for e in fresh):
                covered |= {e.column for e in fresh}
                yield kind, fresh

    def _taken_by(self, item: Item, kind: str) -> list[Effect]:
        out = []
        for c in self.columns:
            d = c.driver
            if kind not in d.taken:
                continue
            if d.is_share:
                at = self.offered_at(item, c)
                theirs = self.counts(item, c) and self.member["joined_at"] <= at < max(self.until, self.now)
                met = not d.while_present or any(s.item == item.parent for s in self.sessions)
                if d.count != "presence" and theirs and met and not self.took(item, c):
                    out.append(Effect(c.index, self.offers.weight(item, c)))
            elif (not d.on or item.kind in d.on) and (d.measure in ("acts", "amount") or (d.measure == "items" and not self.took(item, c))):
                out.append(Effect(c.index, 1.0))
        return out

    @staticmethod
    def _once(c: Column) -> bool:
        """Whether an item can be taken only once for this driver."""
        return c.driver.is_share or c.driver.measure == "items"

    def free(self) -> Iterator[tuple[str, tuple[Effect, ...]]]:
        """(kind of event, what one more adds) for acts that can be repeated; on each kind of item that makes a difference."""
        rates = [
            c
            for c in self.columns
            if not c.driver.is_share and c.driver.measure in ("acts", "amount") and c.driver.normalise != "percentile"
        ]
        places: list[str | None] = [None, *dict.fromkeys(k for c in rates for k in c.driver.on if any(i.kind == k for i in self.items))]
        seen: set[tuple[Effect, ...]] = set()
        for kind in dict.fromkeys(k for c in rates for k in c.driver.taken if k not in PRESENCE):
            for place in reversed(places):
                mine = tuple(Effect(c.index, 1.0) for c in rates if kind in c.driver.taken and (not c.driver.on or place in c.driver.on))
                if mine and mine not in seen and not any(set(mine) < set(s) for s in seen):
                    seen.add(mine)
                    yield kind, mine

    def days_left(self) -> int:
        """Local days from now to the horizon."""
        if self.until <= self.now:
            return 0
        first, last = (m.astimezone(self.definition.tz).date() for m in (self.now, self.until - MOMENT))
        return (last - first).days + 1

    def periods_left(self) -> int:
        if self.definition.period == "session":
            return max(1, len(self.sessions))
        return max(1, len(calendar(self.definition.period, self.definition.tz, self.now, self.until)))

    # ---- all of it

    def world(self) -> World:
        """Everything that is still possible."""
        taken, offered = self.totals()
        fixed = self.fixed()
        if self.over:
            return World(self.definition, taken, offered, fixed)
        made = _Ways(self)
        return World(self.definition, taken, offered, fixed, tuple(made.visits), tuple(made.ways), made.days)


@dataclass
class _Ways:
    """Items of a kind that add the same are one way with a number of times."""

    person: Person
    visits: list[Way] = field(default_factory=list)
    ways: list[Way] = field(default_factory=list)
    days: dict[int, int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        place = self._sessions()
        kinds: list[tuple[str, ...]] = []
        for item in self.person.items:
            for kind, effects in self.person.taking(item):
                met = any(self.person.columns[e.column].driver.while_present for e in effects)
                self._add(kind, item.kind, effects, place.get(item.parent or "") if met else None, kinds)
        for j, way in enumerate(self.ways):  # counted over all sessions that are alike; each holds as many
            self.ways[j] = replace(way, within={v: n // (self.visits[v].most or 1) for v, n in way.within.items()})
        for kind, effects in self.person.free():
            label, most = self._label(effects), self._capped(effects)
            self.ways.append(Way(label, kind, effects, most))
            kinds.append((kind,))
        self._active_days(kinds)

    def _sessions(self) -> dict[str, int]:
        """The place of each session among the visits: those that hold the same are alike."""
        alike: dict[tuple[object, ...], int] = {}
        place: dict[str, int] = {}
        for s in self.person.sessions:
            effects = self.person.attending(s)
            inside = sorted(
                (k, e) for i in self.person.items if i.parent == s.item for k, es in self.person.taking(i) for e in map(_plain, es)
            )
            key = (s.kind, effects, tuple(inside))
            if key not in alike:
                alike[key] = len(self.visits)
                self.visits.append(Way(self._label(effects) or s.kind, s.kind, effects, 0))
            at = place[s.item] = alike[key]
            self.visits[at] = replace(self.visits[at], most=(self.visits[at].most or 0) + 1)
        return place

    def _label(self, effects: Sequence[Effect]) -> str:
        gains = dict.fromkeys(self.person.columns[e.column].driver.label for e in effects if e.taken)
        return listing([label if i == 0 else lower(label) for i, label in enumerate(gains)])

    def _add(self, kind: str, what: str, effects: tuple[Effect, ...], visit: int | None, kinds: list[tuple[str, ...]]) -> None:
        at = next((j for j, w in enumerate(self.ways) if w.effects == effects and w.what == what), None)
        if at is None:
            at = len(self.ways)
            self.ways.append(Way(self._label(effects), what, effects, 0))
            kinds.append((kind,))
        way = self.ways[at]
        if visit is None:
            self.ways[at] = replace(way, most=(way.most or 0) + 1)
        else:  # items of alike sessions come alike: so many for each that is attended
            within = dict(way.within)
            within[visit] = within.get(visit, 0) + 1
            self.ways[at] = replace(way, within=within)

    def _capped(self, effects: Sequence[Effect]) -> int | None:
        """How often an act can count where a cap limits it: on each thing that is open, in each period that is left."""
        limits = []
        for e in effects:
            d = self.person.columns[e.column].driver
            if d.cap is not None:
                there = sum(not d.on or i.kind in d.on for i in self.person.items)
                limits.append(int(d.cap) * max(1, there) * self.person.periods_left())
        return min(limits, default=None)

    def _active_days(self, kinds: Iterable[tuple[str, ...]]) -> None:
        """Where every act makes a day active, days need no act of their own; elsewhere one more active day is an act."""
        left, used = self.person.days_left(), {k for ks in kinds for k in ks}
        for c in self.person.columns:
            d = c.driver
            if d.is_share or d.measure != "days" or d.normalise == "percentile" or not left:
                continue
            if used and used <= set(d.taken) and not self.visits:
                self.days[c.index] = left
            else:
                self.ways.append(Way(d.label, "active day", (Effect(c.index, 1.0),), left))


def _plain(e: Effect) -> tuple[int, float, float]:
    return e.column, e.taken, e.offered


def done_by(snapshot: Snapshot, people: Sequence[str], items: Sequence[Item], now: datetime) -> dict[str, set[tuple[str, str]]]:
    """What each of these people did already with these items, after they opened and before now; from one look at their events."""
    files = snapshot.files("events")
    out: dict[str, set[tuple[str, str]]] = {p: set() for p in people}
    if not (files and people and items):
        return out
    opens = {i.item: i.opens_at or EARLY for i in items}
    rows = ask(
        f'SELECT participant, item, kind, max("at") AS last FROM {acts(snapshot, files)} '
        f"WHERE list_contains({literals(list(people))}, participant) "
        f'AND list_contains({literals(sorted(opens))}, item) AND "at" < {literal(now)} GROUP BY ALL'
    ).to_pylist()
    for r in rows:
        if r["last"] >= opens[r["item"]]:
            out[r["participant"]].add((r["item"], r["kind"]))
    return out
