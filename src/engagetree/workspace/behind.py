"""What lies behind a number: the very events, and what was offered with whether it was taken."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

import pyarrow as pa

from engagetree.engine import literal, literals, parquet
from engagetree.lake import Snapshot
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.columns import PRESENCE, Column
from engagetree.scoring.run import Prepared
from engagetree.workspace.stored import ask

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
        f'SELECT {names} FROM {parquet(files)} WHERE participant = {literal(participant)} AND "at" >= {literal(since)} '
        f'AND "at" < {literal(until)} AND list_contains({literals(sorted(kinds))}, kind) AND {there} ORDER BY "at", kind, item'
    )


def offered(plan: Prepared, row: dict[str, Any], columns: Sequence[Column], seen: pa.Table, until: datetime) -> pa.Table:
    """What was offered to one person for these share drivers, when, and when they took it (null: not taken), in order of time."""
    first: dict[tuple[str, str], datetime] = {}
    for e in seen.to_pylist():
        first.setdefault((e["item"], e["kind"]), e["at"])
    out = []
    for c in columns:
        if not c.driver.is_share:
            continue
        kinds = {k for t in c.driver.taken for k in (PRESENCE if t == "present" else (t,))}
        for i in plan.offers.by_cohort.get(row["cohort"] or "", ()):
            at = plan.offers.offered_at(i, row["cohort"] or "", c.due)
            if not plan.offers.belongs(i, c) or not row["joined_at"] <= at < min(until, row["left_at"]):
                continue
            took = min([first[i.item, k] for k in kinds if (i.item, k) in first], default=None)
            unseen = plan.offers.blind(i, row["cohort"] or "", c)
            out.append(
                {
                    "driver": c.driver.label,
                    "item": i.item,
                    "title": i.title,
                    "offered_at": i.ends_at or at if c.due else at,
                    "taken_at": took,
                    "note": "source was down" if unseen else "",
                }
            )
    fields = [("driver", pa.string()), ("item", pa.string()), ("title", pa.string()), ("offered_at", pa.timestamp("us", "UTC")),
              ("taken_at", pa.timestamp("us", "UTC")), ("note", pa.string())]  # fmt: skip
    return pa.Table.from_pylist(sorted(out, key=lambda r: (r["offered_at"], r["item"])), schema=pa.schema(fields))


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
