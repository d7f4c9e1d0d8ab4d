"""Who was in which session for how many minutes: from the tallies, for everybody to whom it was offered, and what cannot be known."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Mapping
from datetime import datetime
from statistics import median
from typing import TYPE_CHECKING, Any, NamedTuple

import pyarrow as pa

from engagetree.engine import literals, parquet
from engagetree.errors import NotFound, near
from engagetree.formula.columns import PRESENCE
from engagetree.lake import Snapshot
from engagetree.lake.acts import HELD, meetings
from engagetree.pipeline import current
from engagetree.scoring.offers import Item
from engagetree.scoring.registers import excuses, members
from engagetree.workspace.stored import ask, duck

if TYPE_CHECKING:
    from engagetree.workspace.telling import Teller
    from engagetree.workspace.workspace import Workspace

MINUTE = 60.0

STAYS = pa.schema(
    [
        ("session", pa.string()),
        ("title", pa.string()),
        ("opens_at", pa.timestamp("us", "UTC")),
        ("held", pa.float64()),  # minutes from opening to close
        ("participant", pa.string()),
        ("cohort", pa.string()),
        ("minutes", pa.float64()),  # 0: was not there; null: nobody can know
        ("note", pa.string()),
    ]
)
"""A row for each session and each participant to whom it was offered."""

SESSIONS = pa.schema(
    [
        ("session", pa.string()),
        ("title", pa.string()),
        ("opens_at", pa.timestamp("us", "UTC")),
        ("held", pa.float64()),
        ("offered_to", pa.int64()),
        ("present", pa.int64()),
        ("median_minutes", pa.float64()),  # of those who were there
        ("unknown", pa.int64()),  # to whom it was offered, and nobody can know
        ("waiting", pa.int64()),  # names and addresses that were there, and wait for a decision on who that is
        ("nobody", pa.int64()),  # phones, devices and bots
    ]
)
"""A row for each session."""


class Stay(NamedTuple):
    """One row of STAYS."""

    session: str
    title: str | None
    opens_at: datetime
    held: float
    participant: str
    cohort: str
    minutes: float | None
    note: str


def stays(work: Workspace, snapshot: Snapshot, subject: str | None = None) -> pa.Table:
    """The stays of everybody, of one participant, or in one session. NotFound where the subject is neither."""
    teller = work.teller(snapshot)
    rows = list(_stays(snapshot, teller))
    if subject is not None:
        people, sessions = {r.participant for r in rows}, {r.session for r in rows}
        if subject not in people | sessions:
            do = near(subject, [*people, *sessions]) or "`engagetree attendance` lists the sessions."
            raise NotFound(f"attendance of {subject}", "nobody and no session of that name has any", do)
        rows = [r for r in rows if subject in (r.participant, r.session)]
    rows.sort(key=lambda r: (r.opens_at, r.session, -(r.minutes or 0), r.participant))
    return pa.Table.from_pylist([r._asdict() for r in rows], schema=STAYS)


def sessions(work: Workspace, snapshot: Snapshot) -> pa.Table:
    """Every session with how many were there."""
    strangers = _strangers(work, snapshot)
    grouped: dict[tuple[datetime, str], list[Stay]] = defaultdict(list)
    for stay in _stays(snapshot, work.teller(snapshot)):
        grouped[stay.opens_at, stay.session].append(stay)
    out = []
    for (opens, session), theirs in sorted(grouped.items()):
        there = [s.minutes for s in theirs if s.minutes]
        out.append(
            {
                "session": session, "title": theirs[0].title, "opens_at": opens, "held": theirs[0].held,
                "offered_to": sum(s.note != EXCUSED for s in theirs), "present": len(there),
                "median_minutes": median(there) if there else None, "unknown": sum(s.minutes is None for s in theirs),
                "waiting": strangers.get(session, {}).get("open", 0), "nobody": strangers.get(session, {}).get("nobody", 0),
            }
        )  # fmt: skip
    return pa.Table.from_pylist(out, schema=SESSIONS)


EXCUSED, DOWN = "excused", "source was down"


def _stays(snapshot: Snapshot, teller: Teller) -> Iterator[Stay]:
    plan, seen = teller.plan, _seconds(snapshot)
    excusals: dict[str, list[Mapping[str, Any]]] = defaultdict(list)
    with duck() as con:
        for e in current(con, snapshot, "excusals").to_pylist():
            excusals[e["participant"]].append(e)
    until = plan.periods[-1].ends
    held = {cohort: [i for i in items if _timed(i, until)] for cohort, items in plan.offers.by_cohort.items()}
    for who in members(plan.roster).to_pylist():
        name, cohort = who["participant"], who["cohort"] or ""
        for item in held.get(cohort, ()):
            opens = item.opens_at
            if opens is None or not who["joined_at"] <= opens < who["left_at"]:
                continue
            minutes: float | None = round(seen.get((name, item.item), 0.0) / MINUTE, 1)
            note = ""
            if not minutes and plan.offers.hidden(item, cohort) is not None:
                minutes, note = None, DOWN
            elif not minutes and any(excuses(e, item) for e in excusals[name]):
                note = EXCUSED
            yield Stay(item.item, item.title, opens, round(item.length / MINUTE, 1), name, cohort, minutes, note)


def _timed(item: Item, until: datetime) -> bool:
    return item.kind == HELD and item.opens_at is not None and item.ends_at is not None and item.opens_at < until


def _seconds(snapshot: Snapshot) -> dict[tuple[str, str], float]:
    files = snapshot.files("tallies")
    if not files:
        return {}
    found = ask(f"SELECT participant, item, sum(amount) AS s FROM {parquet(files)} WHERE kind = 'present' GROUP BY ALL").to_pylist()
    return {(r["participant"], r["item"]): r["s"] or 0.0 for r in found}


def _strangers(work: Workspace, snapshot: Snapshot) -> dict[str, dict[str, int]]:
    """Session → state → how many handles were seen there that are nobody's, or wait for a decision."""
    states = {k.row.pseudonym: k.state for k in work.people.known() if k.acts and k.state in ("open", "nobody")}
    files = snapshot.files("events")
    if not (states and files):
        return {}
    there = f"list_contains({literals(PRESENCE)}, e.kind) AND list_contains({literals(sorted(states))}, e.participant)"
    session = "coalesce(m.listed, e.item)"
    query = (
        f"SELECT DISTINCT {session} AS session, e.participant AS handle FROM {parquet(files)} e "
        f"LEFT JOIN {meetings(snapshot)} m ON m.item = e.item WHERE {there}"
    )
    counts: dict[str, dict[str, int]] = defaultdict(lambda: defaultdict(int))
    for r in ask(query).to_pylist():
        counts[r["session"]][states[r["handle"]]] += 1
    return counts
