"""What lies behind a number: the very events, and what was offered with whether it was taken."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

import pyarrow as pa

from engagetree.engine import literal, literals, parquet
from engagetree.formula.columns import PRESENCE, Column
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.pipeline import current
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.offers import EARLY, Item
from engagetree.scoring.presence import stays
from engagetree.scoring.registers import excuses
from engagetree.scoring.run import Prepared
from engagetree.workspace.stored import ask, duck

DAY = timedelta(days=1)

SHOWN = ("at", "kind", "item", "amount", "source", "import_id", "line")


def events(snapshot: Snapshot, plan: Prepared, participant: str, columns: Sequence[Column], since: datetime, until: datetime) -> pa.Table:
    """The events of one person that the drivers count, in [since, until), with the import and line that each came from."""
    files = snapshot.files("events", set(weeks_between(since, until)))
    kinds, items = set(), set()
    anywhere = False
    for c in columns:
        kinds |= {k for t in c.driver.taken for k in (PRESENCE if t == "present" else (t,))}
        if c.driver.per == "hour_present":
            kinds |= set(PRESENCE)
        wanted = c.driver.offered if c.driver.is_share else c.driver.on
        anywhere |= not wanted
        items |= {i.item for i in plan.offers.items if i.kind in wanted}
    names = ", ".join(f'"{n}"' for n in SHOWN)
    if not files:
        return pa.table({n: [] for n in SHOWN})
    there = "TRUE" if anywhere else f"list_contains({literals(sorted(items))}, item)"
    return ask(
        f'SELECT {names} FROM {acts(snapshot, files)} WHERE participant = {literal(participant)} AND "at" >= {literal(since)} '
        f'AND "at" < {literal(until)} AND list_contains({literals(sorted(kinds))}, kind) AND {there} ORDER BY "at", kind, item'
    )


Act = tuple[datetime, str, str | None, float | None]
"""(when, kind, item, amount) of one event of one person."""


@dataclass(frozen=True)
class Behind:
    """One person with everything they did while on the roster up to a moment, to say what became of each thing offered."""

    plan: Prepared
    row: Mapping[str, Any]
    acts: Sequence[Act]
    excusals: Sequence[Mapping[str, Any]]
    until: datetime

    def stays(self, item: Item) -> list[tuple[datetime, datetime]]:
        """When they were in a session."""
        if not item.opens_at or not item.ends_at or item.opens_at >= self.until:
            return []
        return stays([(at, kind, n) for at, kind, on, n in self.acts if on == item.item and kind in PRESENCE], item.opens_at, item.ends_at)

    def taken(self, item: Item, c: Column) -> datetime | None:
        """When they took an item first, not counting what they did before it opened."""
        wanted, opens = set(c.driver.taken) - set(PRESENCE), item.opens_at or EARLY
        found = [at for at, kind, on, _ in self.acts if on == item.item and kind in wanted and opens <= at < self.until]
        if "present" in c.driver.taken:
            found += [begins for begins, _ in self.stays(item)]
        return min(found, default=None)

    def note(self, item: Item, c: Column, taken: datetime | None) -> str:
        """Why an item does not count, in words; empty if it does."""
        cohort = self.row["cohort"] or ""
        if self.plan.offers.blind(item, cohort, c):
            return "source was down"
        if taken is not None:
            return ""
        if c.driver.while_present:
            session, opened = self.plan.offers.named[cohort].get(item.parent or ""), item.opens_at
            met = session is not None and opened is not None and any(a <= opened < b for a, b in self.stays(session))
            return "" if met else "not there"
        return "excused" if any(excuses(e, item) for e in self.excusals) else ""


def offered(
    snapshot: Snapshot, plan: Prepared, row: Mapping[str, Any], columns: Sequence[Column], since: datetime, until: datetime
) -> pa.Table:
    """What was offered to one person for these share drivers in [since, until), when, and when they took it (null: not taken).

    In order of time. Rows with a note do not count; the others are those behind *taken of offered*.
    """
    person = Behind(plan, row, _acts(snapshot, plan, row), _excusals(snapshot, str(row["participant"])), until)
    out, cohort = [], row["cohort"] or ""
    for c in columns:
        for i in plan.offers.by_cohort.get(cohort, ()) if c.driver.is_share else ():
            at = plan.offers.offered_at(i, cohort, c.due)
            if not plan.offers.belongs(i, c) or not max(since, row["joined_at"]) <= at < min(until, row["left_at"]):
                continue
            took = person.taken(i, c)
            shown = i.ends_at if c.due else i.opens_at
            out.append((c.driver.label, i.item, i.title, shown or at, took, person.note(i, c, took)))
    fields = [("driver", pa.string()), ("item", pa.string()), ("title", pa.string()), ("offered_at", pa.timestamp("us", "UTC")),
              ("taken_at", pa.timestamp("us", "UTC")), ("note", pa.string())]  # fmt: skip
    names = [n for n, _ in fields]
    rows = [dict(zip(names, r, strict=True)) for r in sorted(out, key=lambda r: (r[3], r[1]))]
    return pa.Table.from_pylist(rows, schema=pa.schema(fields))


def _acts(snapshot: Snapshot, plan: Prepared, row: Mapping[str, Any]) -> list[Act]:
    files = snapshot.files("events")
    if not files:
        return []
    first, last = max(row["joined_at"], plan.periods[0].starts - DAY), row["left_at"]
    found = ask(
        f'SELECT "at", kind, item, amount FROM {acts(snapshot, files)} WHERE participant = {literal(row["participant"])} '
        f'AND "at" >= {literal(first)} AND "at" < {literal(last)}'
    ).to_pylist()
    return [(r["at"], r["kind"], r["item"], r["amount"]) for r in found]


def _excusals(snapshot: Snapshot, participant: str) -> list[dict[str, Any]]:
    with duck() as con:
        return [e for e in current(con, snapshot, "excusals").to_pylist() if e["participant"] == participant]


def last_acts(snapshot: Snapshot, people: Sequence[str], until: str) -> dict[str, datetime]:
    """When each of these people was last seen doing anything, up to and including the period `until`."""
    files = snapshot.files("tallies", [p for p in snapshot.partitions("tallies") if p <= until])
    if not files or not people:
        return {}
    found = ask(
        f"SELECT participant, max(last_at) AS last FROM {parquet(files)} "
        f"WHERE list_contains({literals(list(people))}, participant) GROUP BY 1"
    ).to_pylist()
    return {r["participant"]: r["last"] for r in found}
