"""Tallies become sums: what a period, or a window of them, adds for each person to what was taken, and to what only they were offered.

This is all that scoring asks of an engine. `totals` adds the sums up over time and makes scores of them.
"""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from engagetree.definition.model import Definition
from engagetree.formula.columns import Column, columns
from engagetree.scoring.fold import CLOCK, unbound
from engagetree.scoring.plan import Plan
from engagetree.tables import TALLIES, UTC

Table = Any

SEATS = pa.schema([("participant", pa.string()), ("seat", pa.int32()), ("cohort", pa.string()), ("joined_at", UTC), ("left_at", UTC)])
"""The roster by number: `seat` is the place in the arrays of `totals`; open ends are closed."""

EARLY_TALLIES = TALLIES.append(pa.field("due_key", pa.string()))
"""Tallies of items that fell due in a later period, with that period's name."""


ITEM_TIMES = ("opens_at", "open_at", "due_at")
"""When an item opened, counts as offered, and counts as due; open ends are closed."""


def punctual(definition: Definition) -> list[Column]:
    """Drivers that count only what was taken in time: the column `by_…` of `weights` says until when that is."""
    return [c for c in columns(definition) if c.driver.in_time]


def weights_schema(definition: Definition) -> pa.Schema:
    """One row an item and cohort: its times, and how much it weighs for each driver (0: not at all)."""
    numbers = [(f"w_{c.index}", pa.float64()) for c in columns(definition)]
    times = [(n, UTC) for n in (*ITEM_TIMES, *(f"by_{c.index}" for c in punctual(definition)))]
    return pa.schema([("item", pa.string()), ("cohort", pa.string()), *times, ("due_key", pa.string()), *numbers])


def totals(definition: Definition) -> list[str]:
    """Names of what is added up from tallies, each once: taken, and offered where that is the person's own doing."""
    return list(dict.fromkeys(n for c in columns(definition) for n in ((c.taken, c.offered, c.chances) if c.personal else (c.taken,))))


def step(definition: Definition) -> Plan:
    """The sums over what was done in the periods in `clock`, one row a `seat` and period `key`, a column for each of `totals`.

    Tables read: `clock`, `seats`, `weights`, and `tallies` of the periods, or of their windows.
    """
    seats, weights = unbound("seats", SEATS), unbound("weights", weights_schema(definition)).drop("due_key")
    rows = unbound("tallies", TALLIES).select("participant", "item", "kind", "n", "amount", "fresh", "first_at", "last_at", "period")
    rows = rows.filter(_.kind.isin(kinds(definition))).join(seats, "participant")
    rows = _in_time(definition, rows, rows.period)
    if definition.window:
        rows = rows.filter(_.period >= _.first_key, _.period <= _.key)
    rows = rows.left_join(weights, ["item", "cohort"])
    sums = {n: v for c in columns(definition) for n, v in _sums(definition, c, rows).items()}
    return Plan.of("added", rows.group_by("seat", "key").agg(**sums))


def due(definition: Definition) -> Plan:
    """The sums over what fell due in the periods in `clock` and had been taken before: only drivers that count what is due have any.

    Tables read: `clock`, `seats`, `weights`, and `taken_early`: fresh tallies of those items.
    """
    seats, weights = unbound("seats", SEATS), unbound("weights", weights_schema(definition)).drop("due_key")
    rows = unbound("taken_early", EARLY_TALLIES).join(seats, "participant")
    rows = _in_time(definition, rows, rows.due_key)
    rows = rows.filter(_.period < _.first_key, _.due_key >= _.first_key, _.due_key <= _.key).join(weights, ["item", "cohort"])
    first_now = (rows.due_at >= rows.window_starts) if definition.window else (rows.due_at >= rows.starts)
    sums = {c.taken: _taken(c, rows, _mine(definition, c, rows) & first_now) for c in columns(definition) if c.due}
    return Plan.of("fell_due", rows.group_by("seat", "key").agg(**sums))


def kinds(definition: Definition) -> list[str]:
    """The kinds of tally that the definition counts."""
    out = {"present"} | {k for c in columns(definition) for k in (c.act, c.unmet, *c.driver.taken)}
    return sorted(out | {f"prompted:{k}" for c in columns(definition) if c.driver.while_present for k in c.driver.offered})


def _in_time(definition: Definition, rows: Table, period: Any) -> Table:
    """Each row beside the period that it counts in, or beside every period whose window may hold it."""
    times = unbound("clock", CLOCK).select("key", "first_key", "starts", "ends", "window_starts")
    return rows.cross_join(times) if definition.window else rows.join(times, [period == times.key])


def _sums(definition: Definition, c: Column, rows: Table) -> dict[str, Any]:
    if not c.driver.is_share:
        return _rate_sums(definition, c, rows)
    mine, took, given = _mine(definition, c, rows), rows.kind == c.act, rows[f"w_{c.index}"]
    out = {c.taken: _taken(c, rows, mine)}
    if c.driver.count == "presence":
        attended = mine & took & (given > number(0))
        out[c.offered] = ibis.ifelse(attended, given, number(0)).sum()
        out[c.chances] = ibis.ifelse(attended, number(1), number(0)).sum()
    elif c.driver.while_present:
        met = ibis.ifelse(
            rows.kind.isin([f"prompted:{k}" for k in c.driver.offered]) & (given >= number(0)), rows.n.cast("float64"), number(0)
        )
        unmet = ibis.ifelse((rows.kind == c.unmet) & (given > number(0)), given, number(0))
        out[c.offered] = ibis.ifelse(mine, met + unmet, number(0)).sum()
    return out


def _mine(definition: Definition, c: Column, rows: Table) -> Any:
    """Whether the item had been offered to this person by the end of the period, and since the start of the window."""
    at = rows.due_at if c.due else rows.open_at
    mine = (at >= rows.joined_at) & (at < rows.left_at) & (at < rows.ends)
    return mine & (at >= rows.window_starts) if definition.window else mine


def _taken(c: Column, rows: Table, mine: Any) -> Any:
    given = rows[f"w_{c.index}"]
    one = ibis.least(rows.amount, given) if c.driver.count == "presence" else given * rows.fresh.cast("float64")
    took = (rows.kind == c.act) & mine & (given > number(0))
    if c.driver.in_time:
        # A tally knows its first and its last act: where the first came before the item opened, the last one decides.
        acted = ibis.ifelse(rows.first_at >= rows.opens_at, rows.first_at, rows.last_at)
        took = took & (acted < rows[f"by_{c.index}"])
    return ibis.ifelse(took, one, number(0)).sum()


def _rate_sums(definition: Definition, c: Column, rows: Table) -> dict[str, Any]:
    d = c.driver
    counted = [c.act] if d.measure in ("days", "items") else list(d.taken)
    amount = {"acts": rows.n, "amount": rows.amount, "days": rows.n, "items": rows.fresh}[d.measure].cast("float64").fill_null(number(0))
    if d.cap is not None:
        amount = ibis.least(amount, number(d.cap))
    # An item that nobody announced has no weight: its acts count unless the driver names the kinds of item that it counts.
    known = rows[f"w_{c.index}"].fill_null(number(0 if d.on else 1)) > number(0)
    counts = rows.kind.isin(counted) & known
    out = {c.taken: ibis.ifelse(counts, amount, number(0)).sum()}
    if definition.window and d.measure == "items":
        # Fresh is what no period before holds; in a window, what was touched before it counts again.
        touched = counts & (rows.last_at >= rows.opens_at)
        out = {c.taken: ibis.ifelse(touched, rows.item, ibis.null("string")).nunique().cast("float64")}
    if c.personal:
        out[c.offered] = ibis.ifelse((rows.kind == "present") & (rows[f"w_{c.index}"] >= number(0)), rows.amount, number(0)).sum()
    return out


def number(value: float) -> Any:
    """A literal that is a double on every engine: Ibis writes a bare 0.3, which is a decimal to DuckDB, and so would be what is stored."""
    return ibis.literal(repr(float(value))).cast("float64")
