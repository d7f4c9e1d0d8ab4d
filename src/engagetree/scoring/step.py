"""Some periods further: the running totals of the period before, plus what the tallies add, give the scores.

Scoring all history is this step repeated; one more day is this step once. For a trailing window there is nothing to carry: the step
then reads the tallies of the whole window.
"""

from __future__ import annotations

from typing import Any

import ibis
import pyarrow as pa
from ibis import _

from engagetree.definition.model import Definition
from engagetree.formula.columns import Column, columns
from engagetree.scoring.fold import CLOCK, unbound
from engagetree.scoring.measure import measured, number
from engagetree.scoring.plan import Plan
from engagetree.tables import TALLIES, UTC

Table = Any

PEOPLE = [("participant", pa.string()), ("cohort", pa.string()), ("owner", pa.string()),
          ("joined_at", UTC), ("left_at", UTC), ("from_at", UTC), ("until_at", UTC)]  # fmt: skip


def curves(definition: Definition) -> list[tuple[str, Column, bool]]:
    """(suffix, column, chances?) of every curve of offers that the definition needs: what is not personal comes from the calendar."""
    out = []
    for c in columns(definition):
        if not c.personal and not (not c.driver.is_share and c.driver.per == "total"):
            out.append((f"{c.index}", c, False))
            if c.chances != c.offered:
                out.append((f"{c.index}c", c, True))
    return out


def frame_schema(definition: Definition) -> pa.Schema:
    """One row a participant: membership, and what the cohort had been offered when they joined (`base_`) and left (`left_`)."""
    numbers = [(f"{side}_{s}", pa.float64()) for s, *_ in curves(definition) for side in ("base", "left")]
    return pa.schema([*PEOPLE, *numbers])


def offers_schema(definition: Definition) -> pa.Schema:
    """One row a cohort and period: what had been offered by its end (`end_`) and by the start of the window (`start_`)."""
    numbers = [(f"{side}_{s}", pa.float64()) for s, *_ in curves(definition) for side in ("end", "start")]
    return pa.schema([("cohort", pa.string()), ("key", pa.string()), *numbers])


def weights_schema(definition: Definition) -> pa.Schema:
    """One row an item and cohort: when it counts as offered, and how much it weighs for each driver (0: not at all)."""
    numbers = [(f"w_{c.index}", pa.float64()) for c in columns(definition)]
    return pa.schema(
        [("item", pa.string()), ("cohort", pa.string()), ("open_at", UTC), ("due_at", UTC), ("due_key", pa.string()), *numbers]
    )


def excused_schema(definition: Definition) -> pa.Schema:
    """One row a participant and excused item: its weight for each driver and when it was taken all the same."""
    pairs = [(f"{side}_{c.index}", kind) for c in columns(definition) for side, kind in (("w", pa.float64()), ("took", UTC))]
    return pa.schema([("participant", pa.string()), ("open_at", UTC), ("due_at", UTC), *pairs])


def state_schema(definition: Definition) -> pa.Schema:
    """The running totals that one period hands to the next."""
    return pa.schema([("participant", pa.string()), *((name, pa.float64()) for name in totals(definition))])


def totals(definition: Definition) -> list[str]:
    """Names of the running totals, each once."""
    return list(dict.fromkeys(n for c in columns(definition) for n in ((c.taken, c.offered, c.chances) if c.personal else (c.taken,))))


def step(definition: Definition, carry: bool, due: bool, excused: bool, single: bool = False) -> Plan:
    """The scores of the periods in `clock`, which follow one another; `single` where there is only one.

    Tables read: `clock`, `frame`, `offers`, `weights`, `tallies` (of the periods, or of their windows), and where the flags say so
    `state` (totals carried from the period before), `taken_early` (fresh tallies of items that fall due now), `excused`.
    """
    plan = Plan()
    clock, frame = unbound("clock", CLOCK), unbound("frame", frame_schema(definition))
    # Who is a member before their cohort starts is carried along, but not yet counted.
    active = frame.cross_join(clock).filter(_.joined_at < _.ends, _.until_at > _.starts).mutate(counted=_.from_at < _.ends)
    active = plan.then("active", active)
    table = active.join(unbound("offers", offers_schema(definition)), ["cohort", "key"])
    added = plan.then("added", _added(definition, active, due)).rename(adder="participant", added_in="key")
    table = table.left_join(added, [("participant", "adder"), ("key", "added_in")])
    if excused:
        absent = plan.then("absent", _excused(definition, clock)).rename(absent="participant", absent_in="key")
        table = table.left_join(absent, [("participant", "absent"), ("key", "absent_in")])
    table = plan.then("joined", table)
    names = totals(definition)
    sums = {f"add_{n}": table[f"add_{n}"].fill_null(number(0)) for n in names}
    table = plan.then("offered", table.select(*WHO, **sums, **_offered(definition, table, excused)))
    grown = {n: table[f"add_{n}"] for n in names}
    hours = {c.offered for c in columns(definition) if c.personal and not c.driver.is_share}
    if carry:
        if not single:
            run = ibis.cumulative_window(group_by="participant", order_by="key")
            table = plan.then("running", table.mutate(**{f"add_{n}": table[f"add_{n}"].sum().over(run) for n in names}))
        state = unbound("state", state_schema(definition)).rename(was="participant", **{f"was_{n}": n for n in names})
        table = plan.then("carried", table.left_join(state, [("participant", "was")]))
        grown = {n: table[f"add_{n}"] + _carried(table[f"was_{n}"].fill_null(number(0)), n in hours) for n in names}
    # Added up in seconds, so that the same hours come out however time is cut.
    grown = {n: v / number(3600) if n in hours else v for n, v in grown.items()}
    others = [n for n in _offered_names(definition) if n not in names]
    table = plan.then("grown", table.select(*WHO, *others, **grown))
    measured(definition, plan, table)
    return plan


def _carried(was: Any, in_hours: bool) -> Any:
    """A total of the period before; hours as the whole seconds that they were made of."""
    return (was * number(3600)).round().cast("float64") if in_hours else was


EARLY_TALLIES = TALLIES.append(pa.field("due_key", pa.string()))
"""Tallies of items that fell due in a later period, with that period's name."""

WHO = ("participant", "cohort", "owner", "counted", "key")


def _offered_names(definition: Definition) -> list[str]:
    """Names of what is offered by the calendar, not by what the person did."""
    out = [c.chances if chances else c.offered for _, c, chances in curves(definition)]
    return out + [c.offered for c in columns(definition) if not c.driver.is_share and c.driver.per == "total"]


def _added(definition: Definition, active: Table, due: bool) -> Table:
    """Sums over tallies, one row a participant and period: what the period itself adds, or the whole of a trailing window."""
    who = active.select("participant", "cohort", "key", "first_key", "joined_at", "left_at", "starts", "ends", "window_starts")
    weights = unbound("weights", weights_schema(definition))
    named = ["participant", "item", "kind", "n", "amount", "fresh", "period"]
    tallies = unbound("tallies", TALLIES).select(*named).mutate(now=number(1)).rename(actor="participant")
    inside = [("actor", "participant"), ("period", "key")] if not definition.window else [("actor", "participant")]
    rows = tallies.join(who, inside)
    if definition.window:
        rows = rows.filter(_.period >= _.first_key, _.period <= _.key)
    rows = rows.left_join(weights, ["item", "cohort"]).select(*_needed(definition))
    if due:
        early = unbound("taken_early", EARLY_TALLIES).select(*named, "due_key").mutate(now=number(0))
        early = early.join(unbound("frame", frame_schema(definition)).select("participant", "cohort"), "participant")
        early = early.join(weights.drop("due_key"), ["item", "cohort"]).drop("cohort").rename(actor="participant")
        when = [("actor", "participant"), ("due_key", "key")] if not definition.window else [("actor", "participant")]
        early = early.join(who, when).filter(_.period < _.first_key, _.due_key >= _.first_key, _.due_key <= _.key)
        rows = rows.union(early.select(*_needed(definition)))
    sums: dict[str, Any] = {}
    for c in columns(definition):
        sums.update({f"add_{n}": v for n, v in _sums(definition, c, rows).items()})
    return rows.group_by("participant", "key").agg(**sums)


def _needed(definition: Definition) -> list[str]:
    times = ["open_at", "due_at", "joined_at", "left_at", "starts", "ends", "window_starts"]
    return ["participant", "key", "kind", "n", "amount", "fresh", "now", *times, *(f"w_{c.index}" for c in columns(definition))]


def _sums(definition: Definition, c: Column, rows: Table) -> dict[str, Any]:
    if not c.driver.is_share:
        return _rate_sums(c, rows)
    since = rows.window_starts if definition.window else rows.joined_at
    offered_at = rows.due_at if c.due else rows.open_at
    # `now` keeps what was taken early from counting before it falls due, and from counting twice.
    first_now = (offered_at >= rows.starts) if not definition.window else (offered_at >= rows.window_starts)
    mine = (offered_at >= ibis.greatest(rows.joined_at, since)) & (offered_at < ibis.least(rows.left_at, rows.ends))
    mine = mine & ((rows.now == number(1)) | first_now) if c.due else mine & (rows.now == number(1))
    given = rows[f"w_{c.index}"]
    weight = ibis.ifelse(mine & (given > number(0)), given, number(0))
    took = rows.kind == c.act
    if c.driver.count == "presence":
        seconds = ibis.ifelse(took & (weight > 0), ibis.least(rows.amount, weight), number(0))
        return {
            c.taken: seconds.sum(),
            c.offered: ibis.ifelse(took, weight, number(0)).sum(),
            c.chances: ibis.ifelse(took & (weight > 0), number(1), number(0)).sum(),
        }
    out = {c.taken: ibis.ifelse(took, weight * rows.fresh.cast("float64"), number(0)).sum()}
    if c.driver.while_present:
        met = rows.kind.isin([f"prompted:{k}" for k in c.driver.offered]) & mine & (given >= number(0))
        out[c.offered] = (ibis.ifelse(met, rows.n.cast("float64"), number(0)) + ibis.ifelse(rows.kind == c.unmet, weight, number(0))).sum()
    return out


def _rate_sums(c: Column, rows: Table) -> dict[str, Any]:
    d = c.driver
    kinds = [c.act] if d.measure in ("days", "items") else list(d.taken)
    amount = {"acts": rows.n, "amount": rows.amount, "days": rows.n, "items": rows.fresh}[d.measure].cast("float64").fill_null(number(0))
    if d.cap is not None:
        amount = ibis.least(amount, number(d.cap))
    counts = rows[f"w_{c.index}"].fill_null(number(0 if d.on else 1)) > 0
    out = {c.taken: ibis.ifelse(rows.kind.isin(kinds) & counts & (rows.now == number(1)), amount, number(0)).sum()}
    if c.personal:
        present = (rows.kind == "present") & (rows.now == number(1)) & (rows[f"w_{c.index}"] >= number(0))
        out[c.offered] = ibis.ifelse(present, rows.amount, number(0)).sum()
    return out


def _excused(definition: Definition, clock: Table) -> Table:
    """What leaves the denominator: excused, offered by now, and not taken all the same."""
    rows = unbound("excused", excused_schema(definition)).cross_join(clock)
    sums = {}
    for suffix, c, chances in curves(definition):
        at = rows.due_at if c.due else rows.open_at
        out = (at < rows.ends) & (at >= rows.window_starts) & (rows[f"took_{c.index}"] >= rows.ends) & (rows[f"w_{c.index}"] > 0)
        sums[f"excused_{suffix}"] = ibis.ifelse(out, number(1) if chances else rows[f"w_{c.index}"], number(0)).sum()
    return rows.group_by("participant", "key").agg(**sums)


def _offered(definition: Definition, table: Table, excused: bool) -> dict[str, Any]:
    out: dict[str, Any] = {}
    for suffix, c, chances in curves(definition):
        until = ibis.ifelse(table.left_at < table.ends, table[f"left_{suffix}"], table[f"end_{suffix}"])
        since = ibis.greatest(table[f"base_{suffix}"], table[f"start_{suffix}"])
        total = until - since - (table[f"excused_{suffix}"].fill_null(number(0)) if excused else number(0))
        out[c.chances if chances else c.offered] = ibis.greatest(total, number(0))
    for c in columns(definition):
        if not c.driver.is_share and c.driver.per == "total":
            out[c.offered] = number(1.0)
    return out
