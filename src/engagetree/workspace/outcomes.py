"""What became of each participant: an imported outcome, or a later behaviour told by events. Whoever's is not known stays unknown."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.definition.outcomes import NOTHING, Outcome
from engagetree.engine import literal, literals, parquet, rows_of
from engagetree.errors import NotFound, near
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.pipeline import current
from engagetree.scoring.offers import LATE
from engagetree.scoring.run import Prepared

INSTANT = pa.timestamp("us", "UTC")
FOUND = pa.schema([("participant", pa.string()), ("y", pa.float64()), ("known_at", INSTANT)])


@dataclass(frozen=True)
class Known:
    """`rows`: participant, y (1 the good outcome, 0 not, null unknown) and since when it is known (null: no date). `notes` say what was
    left out; `trouble` why nothing can be used."""

    rows: pa.Table
    notes: tuple[str, ...] = ()
    trouble: str = ""


def asked(definition: Definition, name: str, inside: tuple[str, ...] | None, imported: list[str]) -> Outcome:
    """The outcome of this name, declared or only imported, with what is inside it. NotFound with near names for neither."""
    known = {o.key: o for o in definition.outcomes}
    made = known.get(name)
    if made is None:
        if name not in imported and imported:
            some = [*known, *imported]
            raise NotFound(
                f"outcome {name}", "there is no such outcome", near(name, some) or f"There are {', '.join(dict.fromkeys(some))}."
            )
        made = Outcome(name, name.replace("_", " ").replace("-", " ").capitalize())
    return made if inside is None else replace(made, inside=_inside(definition, inside))


def _inside(definition: Definition, names: tuple[str, ...]) -> tuple[str, ...]:
    signals = [s.key for s in definition.signals]
    if tuple(n.lower() for n in names) == (NOTHING,) and NOTHING not in signals:
        return ()
    known = [*signals, *(f"{s.key}.{d.key}" for s, d in definition.drivers())]
    for n in names:
        if n not in known:
            raise NotFound(
                f"signal {n}", "the definition has no such signal or driver", near(n, known) or f"There are {', '.join(signals)}."
            )
    return names


def names(con: Any, snapshot: Snapshot) -> list[str]:
    """The imported outcomes."""
    files = snapshot.files("outcomes")
    return [r["o"] for r in rows_of(con, f"SELECT DISTINCT outcome AS o FROM {parquet(files)} ORDER BY 1")] if files else []


def became(con: Any, snapshot: Snapshot, plan: Prepared, outcome: Outcome, reached: datetime) -> Known:
    """The outcome of everybody on the roster. `reached`: until when events are known."""
    con.register("roster", plan.roster)
    return _behaved(con, snapshot, plan, outcome, reached) if outcome.behaviour else _imported(con, snapshot, outcome)


# ---- imported


def _imported(con: Any, snapshot: Snapshot, outcome: Outcome) -> Known:
    con.register("results", current(con, snapshot, "outcomes"))
    mine = f'(SELECT participant, value, "at" FROM results WHERE outcome = {literal(outcome.key)})'
    count = rows_of(con, f"SELECT count(*) AS n, count(value) AS known, count(DISTINCT participant) AS people FROM {mine}")[0]
    if not count["n"]:
        return Known(FOUND.empty_table(), trouble=f"nobody has the outcome {outcome.key}: import a table of outcomes first")
    notes = _strangers(con, mine)
    if count["known"] < count["n"]:
        notes.append(f"{count['n'] - count['known']:,} outcomes have no value: unknown, and not a failure.")
    odd = rows_of(con, f"SELECT value FROM {mine} WHERE value NOT IN (0, 1) LIMIT 1")
    if odd and outcome.at_least is None:
        do = (
            f"an outcome is 1 or 0, and {odd[0]['value']:g} was found; say in the definition from which value on it is reached (`at_least`)"
        )
        return Known(FOUND.empty_table(), tuple(notes), do)
    good = f"value >= {outcome.at_least!r}" if outcome.at_least is not None else "value = 1"
    good = f"(CASE WHEN value IS NULL THEN NULL WHEN {good} THEN {outcome.good} ELSE {1 - outcome.good} END)::DOUBLE"
    if count["people"] < count["n"]:
        notes.append(f"{count['n'] - count['people']:,} earlier outcomes of the same people are left out: the latest counts.")
    found = con.sql(
        f'SELECT participant, {good} AS y, "at" AS known_at FROM {mine} WHERE participant IN (SELECT participant FROM roster) '
        'QUALIFY row_number() OVER (PARTITION BY participant ORDER BY "at" DESC NULLS LAST) = 1 ORDER BY participant'
    ).to_arrow_table()
    undated = rows_of_table(found, "known_at")
    if undated:
        notes.append(f"{undated:,} outcomes have no date: whether a score came before them cannot be checked, and they are used.")
    return Known(found.cast(FOUND), tuple(notes))


def _strangers(con: Any, mine: str) -> list[str]:
    found = rows_of(
        con, f"SELECT count(DISTINCT participant) AS n, min(participant, 3) AS some FROM {mine} WHERE participant NOT IN "
        "(SELECT participant FROM roster)",
    )[0]  # fmt: skip
    if not found["n"]:
        return []
    return [
        f"{found['n']:,} people with an outcome are on no roster ({', '.join(found['some'])}{', …' if found['n'] > 3 else ''}): left out."
    ]


def rows_of_table(table: pa.Table, name: str) -> int:
    """How many of a column are null."""
    return int(table[name].null_count)


# ---- a later behaviour


def _behaved(con: Any, snapshot: Snapshot, plan: Prepared, outcome: Outcome, reached: datetime) -> Known:
    b, spans = outcome.behaviour, plan.offers.spans
    assert b is not None
    con.register("spans", pa.table({"cohort": list(spans), "began": pa.array([a for a, _ in spans.values()], INSTANT),
                                    "ended": pa.array([e for _, e in spans.values()], INSTANT)}))  # fmt: skip
    con.execute(
        "CREATE OR REPLACE TEMP TABLE whoever AS SELECT participant, coalesce(person, participant) AS who, began, ended, "
        f"coalesce(left_at, {literal(LATE)}) AS left_at FROM roster r JOIN spans s ON s.cohort = coalesce(r.cohort, '')"
    )
    files = snapshot.files("events")
    if not files:
        return Known(FOUND.empty_table(), trouble="there are no events yet")
    mine = f"list_contains({literals(b.taken)}, e.kind)"
    did = f'(SELECT w.who, w.began, e."at" FROM {acts(snapshot, files)} e JOIN whoever w USING (participant) WHERE {mine})'
    if b.after == "end":
        until = f"(w.ended + INTERVAL {b.within} DAY)"
        done, over = f'a."at" >= w.ended AND a."at" < {until}', f"{until} <= {literal(reached)}"
        later = "those days are not over yet"
    else:
        done, over = "a.began >= w.ended", "EXISTS (SELECT 1 FROM spans s WHERE s.began >= w.ended)"
        later = "no cohort began after theirs had ended"
    found = con.sql(
        f"SELECT w.participant, (CASE WHEN NOT ({over}) THEN NULL WHEN w.participant IN (SELECT w.participant FROM whoever w JOIN {did} a "
        f"USING (who) WHERE {done}) THEN {outcome.good} ELSE {1 - outcome.good} END)::DOUBLE AS y, w.ended AS known_at FROM whoever w "
        "ORDER BY 1"
    ).to_arrow_table().cast(FOUND)  # fmt: skip
    open_ = rows_of_table(found, "y")
    notes = (f"Of {open_:,} people it is not known yet: {later}.",) if open_ else ()
    return Known(found, notes, f"of nobody it is known yet: {later}" if open_ == found.num_rows else "")
