"""What would bring somebody to a score: the fewest acts that are still possible."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import UTC, date, datetime, time, timedelta
from typing import TYPE_CHECKING, Any

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Definition
from engagetree.definition.propose import band
from engagetree.errors import EngagetreeError, NotFound
from engagetree.lake import Snapshot
from engagetree.pipeline import current
from engagetree.render.words import last_day
from engagetree.scoring.registers import members
from engagetree.tree.acts import Way, World
from engagetree.tree.reach import fewest, highest
from engagetree.tree.reached import Step
from engagetree.workspace import stored
from engagetree.workspace.planned import Planned
from engagetree.workspace.possible import Person, done_by
from engagetree.workspace.telling import Teller

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace


def reach(work: Workspace, participant: str, to: str | float, period: str | None = None, by: str | date | None = None) -> Planned:
    """The fewest acts that bring a participant to a score or into a band, by the end of the programme or of a day."""
    target = goal(work.used(), to)

    def read(snapshot: Snapshot) -> Planned:
        teller = work.teller(snapshot)
        key = stored.period_named(stored.periods_of(snapshot, teller.version), period)
        history = _rows(work, snapshot, teller, participant, key)
        row = history[-1]
        key = row["period"]
        now = teller.period(key).ends
        if teller.definition.window:
            found = f"the score looks back on the last {teller.definition.window} periods, so what was done before stops counting meanwhile"
            raise EngagetreeError("reach", found, "It is worked out for cumulative scores only.")
        until = _until(teller, row["cohort"] or "", now, by)
        person = replace(someone(snapshot, teller, [row], now, until)[participant], history=history)
        return _told(teller, person, row, target, key)

    return work.lake.read(read)


def goal(definition: Definition, to: str | float) -> float:
    """A score 0–100 as typed, or the lower end of a band."""
    try:
        target = float(to)
    except ValueError:
        try:
            name = band(definition, str(to))
        except NotFound as error:
            raise NotFound(f"{to}", "it is neither a score nor a band", error.do) from None
        return next(b.at_least for b in definition.bands if b.key == name)
    if not 0 <= target <= 100:
        raise EngagetreeError(f"score {to}", "a score is from 0 to 100", "Name one of those, or a band.")
    return target


def _rows(work: Workspace, snapshot: Snapshot, teller: Teller, participant: str, key: str) -> list[dict[str, Any]]:
    """The person's rows up to a period, the last one of it."""
    history = stored.person(snapshot, teller.version, participant)
    rows: list[dict[str, Any]] = [r for r in history.to_pylist() if r["period"] <= key]
    if not rows:
        raise work._unknown(teller, participant, history)
    if rows[-1]["period"] != key:
        last = last_day(teller.as_of(rows[-1]["period"]), teller.definition.tz)
        raise NotFound(
            f"participant {participant}",
            f"is not in the programme any more; the last score is of {last:%Y-%m-%d}",
            "Ask for an earlier period.",
        )
    return rows


def _until(teller: Teller, cohort: str, now: datetime, by: str | date | None) -> datetime:
    """The horizon: the end of the day that is asked for, else the end of the programme as the registers know it."""
    d, items = teller.definition, teller.plan.offers.by_cohort.get(cohort, ())
    known = [i.ends_at or i.opens_at for i in items if i.ends_at or i.opens_at]
    ends = d.ends or max([now, *(k + timedelta(microseconds=1) for k in known if k)])
    frames = [i.closes_at for i in items if i.kind == "course" and i.closes_at]
    ends = min([ends, *([max(frames)] if frames and d.ends is None else [])])
    if by is None:
        return ends
    try:
        day = by if isinstance(by, date) else date.fromisoformat(by)
    except ValueError:
        raise EngagetreeError(f"day {by}", "it is not a date", "Write it as 2025-04-20.") from None
    asked = datetime.combine(day + timedelta(days=1), time(), d.tz).astimezone(UTC)
    if asked <= now:
        raise EngagetreeError(
            f"day {by}",
            f"it is not after {last_day(now, d.tz):%Y-%m-%d}, up to which the score counts",
            "Name a later one.",
        )
    return min(asked, ends)


def someone(snapshot: Snapshot, teller: Teller, rows: list[dict[str, Any]], now: datetime, until: datetime) -> dict[str, Person]:
    """The people of these score rows, with what they can still do from `now` to `until`."""
    offers = replace(teller.plan.offers, ends=max(until, now))
    names = pa.array([r["participant"] for r in rows])
    roster = teller.plan.roster.filter(pc.is_in(teller.plan.roster["participant"], value_set=names))
    known = {r["participant"]: r for r in members(roster).to_pylist()}
    with stored.duck() as con:
        excusals = current(con, snapshot, "excusals").to_pylist()
    over = teller.definition.ends is not None and now >= teller.definition.ends
    bare = {
        r["participant"]: Person(
            teller.definition, offers, known[r["participant"]], r, [e for e in excusals if e["participant"] == r["participant"]],
            frozenset(), now, min(until, known[r["participant"]]["left_at"]), over or known[r["participant"]]["left_at"] <= now,
        )
        for r in rows
    }  # fmt: skip
    items = {i.item: i for p in bare.values() for i in p.items}
    done = done_by(snapshot, list(bare), list(items.values()), now)
    return {name: replace(p, done=frozenset(done[name])) for name, p in bare.items()}


def _told(teller: Teller, person: Person, row: dict[str, Any], target: float, key: str) -> Planned:
    world = person.world()
    found = fewest(world, target)
    zone = teller.definition.tz
    done = found.done if found else ()
    steps = tuple(Step(w.label, w.what, n, _most(w, done, world), w in world.visits) for w, n in done)
    score, signals = highest(world) or (None, {})
    return Planned(
        person.member["participant"], teller.definition, key, person.now.astimezone(zone), max(person.until, person.now).astimezone(zone),
        row["score"], world.now(), target, found.score if found else None, found.acts if found else None, steps, score, signals,
        person.over,
    )  # fmt: skip


def _most(way: Way, done: Sequence[tuple[Way, int]], world: World) -> int | None:
    """How often a way is possible in this plan."""
    if way.most is None:
        return None
    attended = {world.visits.index(w): n for w, n in done if w in world.visits}
    return way.most + sum(way.within.get(v, 0) * n for v, n in attended.items())
