"""Acts that are in the data and that no driver counts, by kind and by the kind of item they were done on."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Definition
from engagetree.engine import literal, literals, parquet, rows_of
from engagetree.evidence.missing import Kind
from engagetree.evidence.verdict import FEWEST
from engagetree.formula import PRESENCE, Vector
from engagetree.lake.acts import listed
from engagetree.workspace.panels import Look, Panels

MOST = 8
"""Kinds that are tried, those that most people did."""

DERIVED = ("prompted:", "unmet:", "any:", "days:")
"""What folding makes of acts is no act of its own."""


@dataclass(frozen=True)
class Act:
    """A kind of act on a kind of item, empty where it was done on nothing that was announced."""

    kind: str
    on: str

    @property
    def words(self) -> str:
        return f"acts of the kind “{self.kind}”{f' on items of the kind “{self.on}”' if self.on else ''}"


def counted(definition: Definition, act: Act) -> bool:
    """Whether some driver counts it."""
    for _, d in definition.drivers():
        taken = {"present" if k in PRESENCE else k for k in d.taken}
        places = d.offered if d.is_share else d.on
        if act.kind in taken and (not places or act.on in places):
            return True
    return False


def uncounted(panels: Panels, looks: Mapping[int, Look]) -> list[Kind]:
    """How many a week everybody with a score and an outcome did of each, at each week looked at, one week below the other."""
    files = panels.snapshot.files("tallies")
    if not files or not looks:
        return []
    _acts(panels, looks, files)
    seen = rows_of(
        panels.con, "SELECT kind, on_kind, count(DISTINCT participant) AS people FROM uncounted GROUP BY 1, 2 ORDER BY 3 DESC, 1, 2"
    )
    acts = [Act(r["kind"], r["on_kind"]) for r in seen if r["people"] >= FEWEST]
    chosen = [a for a in acts if not counted(panels.definition, a)][:MOST]
    return [Kind(a.words, np.concatenate([_rate(panels.con, look, a) for look in looks.values()])) for a in chosen]


def _acts(panels: Panels, looks: Mapping[int, Look], files: list[str]) -> None:
    """The table `uncounted`: participant, week, kind, kind of item, n, over everything up to the end of the week."""
    con, periods = panels.con, panels.plan.keys
    con.register("looked_at", pa.concat_tables([_people(panels, k, look) for k, look in looks.items()]))
    items = panels.snapshot.files("items")
    on = f"(SELECT item, min(kind) AS on_kind FROM {listed(items)} GROUP BY item)" if items else "(SELECT NULL AS item, NULL AS on_kind)"
    derived = " AND ".join(f"NOT starts_with(t.kind, '{d}')" for d in DERIVED)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE uncounted AS SELECT t.participant, l.look, t.kind, coalesce(i.on_kind, '') AS on_kind, sum(t.n) AS n "
        f"FROM {parquet(files)} t JOIN looked_at l ON t.participant = l.participant AND t.period >= l.since AND t.period <= l.until "
        f"LEFT JOIN {on} i ON i.item = t.item WHERE {derived} AND list_contains({literals(periods)}, t.period) AND NOT list_contains("
        f"{literals(_everywhere(panels.definition))}, t.kind) GROUP BY ALL"
    )


def _everywhere(definition: Definition) -> list[str]:
    """Kinds that are counted whatever they are done on: most of the data, and none of it is needed here."""
    kinds = {k for _, d in definition.drivers() if not (d.offered if d.is_share else d.on) for k in d.taken}
    return sorted(kinds | ({"present"} if kinds & set(PRESENCE) else set()))


def _people(panels: Panels, k: int, look: Look) -> pa.Table:
    keys, window = panels.plan.keys, panels.definition.window
    at = np.array(list(panels.starts.values()), dtype=np.int64)[look.panel.cohort] + k - 1
    since = np.maximum(0, at - window + 1) if window else np.zeros_like(at)
    names = pa.array(keys, pa.string())
    return pa.table(
        {"participant": look.table["participant"], "look": pa.array(np.full(len(at), k)), "since": names.take(pa.array(since)),
         "until": names.take(pa.array(at))}
    )  # fmt: skip


def _rate(con: Any, look: Look, act: Act) -> Vector:
    k = look.panel.week
    mine = f"look = {k} AND kind = {literal(act.kind)} AND on_kind = {literal(act.on)}"
    found = con.sql(f"SELECT participant, n::DOUBLE AS n FROM uncounted WHERE {mine}").to_arrow_table()
    at = pc.index_in(look.table["participant"].combine_chunks(), value_set=found["participant"].combine_chunks())
    n: Vector = np.nan_to_num(pc.take(found["n"], at).to_numpy(zero_copy_only=False).astype(np.float64))
    weekly: Vector = n[look.panel.known] / k
    return weekly
