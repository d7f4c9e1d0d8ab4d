"""Folding and scoring one period after the other on an engine. Files in, one file out; which files, the caller knows."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime, timedelta
from functools import cached_property, lru_cache
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from engagetree.definition.model import Definition
from engagetree.engine import Engine, literal
from engagetree.formula.columns import columns, derived_kinds
from engagetree.scoring import registers
from engagetree.scoring.calendar import Period, calendar
from engagetree.scoring.fold import fold
from engagetree.scoring.offers import FRAME, Item, Offers, Outage
from engagetree.scoring.plan import Plan
from engagetree.scoring.step import due, step, totals
from engagetree.scoring.totals import Totals, lately, restated
from engagetree.tables import EVENTS, TALLIES

EARLIEST = timedelta(hours=12)
"""Who joins a session longer before it opens than this has joined another one."""

ROWS_AT_ONCE = 200_000
"""Participants × periods in one statement: fewer, and planning a statement for each period would cost more than running it."""

ROW_GROUP = 122_880
"""Rows that are read together."""

WORDS = ("cohort", "owner", "band", "period")
"""Columns of few different values."""

FEWEST = 20_000
"""Participants below which a part of its own costs more than it saves."""


@dataclass(frozen=True)
class Prepared:
    """A definition and its registers, ready for any period."""

    definition: Definition
    periods: tuple[Period, ...]
    offers: Offers
    roster: pa.Table
    excused: Mapping[str, Sequence[registers.ExcusedItem]] = field(default_factory=dict)
    derived: tuple[str, ...] = ()
    within: str = ""  # a condition on `participant`: the part of the roster that this is about

    @property
    def keys(self) -> list[str]:
        """The names of the periods, in order."""
        return [p.key for p in self.periods]

    @cached_property
    def weights(self) -> pa.Table:
        return registers.weights(self.definition, self.offers, self.periods)

    @cached_property
    def has_prompts(self) -> bool:
        return any(i.parent for i in self.offers.items)

    @cached_property
    def due(self) -> tuple[tuple[float, Item], ...]:
        """(epoch seconds when due, item) of every item that some driver counts when due."""
        mine = [c for c in columns(self.definition) if c.due]
        rows = {
            (self.offers.offered_at(i, cohort, True).timestamp(), i.item): i
            for cohort, items in self.offers.by_cohort.items()
            for i in items
            if any(self.offers.belongs(i, c) for c in mine)
        }
        return tuple((at, item) for (at, _), item in sorted(rows.items(), key=lambda r: r[0]))

    def with_excusals(self, excusals: pa.Table, taken: Mapping[tuple[str, str, str], datetime]) -> Prepared:
        """The same, with excused items leaving the denominator unless they were taken all the same."""
        return replace(self, excused=registers.excused(self.definition, self.offers, self.roster, excusals, taken))

    def parts(self, most: int) -> list[Prepared]:
        """The same in up to `most` parts of the roster, each a range of participants, so that they can be worked on side by side.

        A single part where somebody's value depends on others', and where the roster is too small for it to matter.
        """
        count = min(most, self.roster.num_rows // FEWEST)
        if count < 2 or any(c.driver.normalise == "percentile" for c in columns(self.definition)):
            return [self]
        roster = self.roster.sort_by("participant")
        cuts = [round(k * roster.num_rows / count) for k in range(count + 1)]
        names = [literal(roster["participant"][c].as_py()) for c in cuts[1:-1]]
        low, high = ["", *(f"participant >= {n}" for n in names)], [*(f"participant < {n}" for n in names), ""]
        within = [" AND ".join(filter(None, pair)) for pair in zip(low, high, strict=True)]
        return [replace(self, roster=roster.slice(a, b - a), within=w) for a, b, w in zip(cuts, cuts[1:], within, strict=False)]

    def due_in(self, start: int, stop: int) -> list[Item]:
        """Items that fall due in the periods [start, stop) (for trailing windows: in them), which may have been taken earlier."""
        since = self.periods[start].starts if not self.definition.window else registers.window_start(self.definition, self.periods, start)
        return [item for at, item in self.due if since.timestamp() <= at < self.periods[stop - 1].ends.timestamp()]

    def early_from(self, start: int, stop: int) -> int:
        """The first period in which an item that falls due in [start, stop) could have been taken."""
        opened = [i.opens_at for i in self.due_in(start, stop)]
        return min((self.index_of(o) if o else 0 for o in opened), default=stop)

    def at_once(self, start: int) -> int:
        """Where to stop when periods from `start` on are scored in one statement: as many as make a bounded number of rows."""
        each: int = max(1, self.roster.num_rows) * max(1, self.definition.window)
        return min(len(self.periods), start + max(1, ROWS_AT_ONCE // each))

    def visits_end(self, i: int) -> tuple[datetime, datetime]:
        """The stretch of time whose events concern period `i`: its own, and stays in the sessions that open in it.

        Who joins early is there from the opening. A period that begins in the middle of a day has to know what that day held before.
        """
        p = self.periods[i]
        mine = [s for s in self.offers.items if s.opens_at and s.kind != FRAME and p.starts <= s.opens_at < p.ends and s.ends_at]
        short = [s for s in mine if s.length <= 7 * 86400]
        early = [s.opens_at - EARLIEST for s in short if s.opens_at and s.length <= 86400]
        begun = registers.day_begun(self.definition, self.periods, i)
        return min([begun, *early]), max([p.ends, *(s.ends_at for s in short if s.ends_at)])

    def index_of(self, moment: datetime) -> int:
        """The period that holds the moment; the first for one before it, the number of periods for one after the last."""
        return sum(1 for p in self.periods if p.ends <= moment)


def prepare(
    definition: Definition,
    items: tuple[Item, ...],
    roster: pa.Table,
    outages: tuple[Outage, ...],
    first: datetime,
    last: datetime,
    also_derived: Sequence[str] = (),
) -> Prepared:
    """Cut the programme's time into periods and work out what was offered to whom; [first, last) is the programme's time in UTC."""
    cohorts = tuple(sorted({c or "" for c in roster["cohort"].unique().to_pylist()}))
    ends = [i.ends_at for i in items if i.kind == "session" and i.ends_at]
    periods = calendar(definition.period, definition.tz, first, last, ends)
    offers = Offers(items, outages, cohorts, first, last, framed=definition.ends is None)
    derived = tuple(sorted({*derived_kinds(definition), *also_derived}))
    return Prepared(definition, periods, offers, roster, derived=derived)


@dataclass(frozen=True)
class Standing:
    """How events as they lie become events as they stand: a query over `lying` and these tables; none where they are the same."""

    query: str  # in DuckDB's words
    tables: Mapping[str, pa.Table]


class Folding:
    """Folds periods on an engine. `earlier` must hold the fresh tallies of the periods before."""

    def __init__(self, engine: Engine, prepared: Prepared, standing: Standing | None = None) -> None:
        self.engine, self.prepared, self.standing = engine, prepared, standing
        for name, table in (standing.tables if standing else {}).items():
            engine.table(name, table)
        engine.table("places", registers.places(prepared.offers))
        engine.table("members", registers.members(prepared.roster))
        self.sql = fold_sql(prepared.derived, prepared.has_prompts, engine.dialect)

    def look_back(self, i: int, events: Sequence[str]) -> int:
        """The first period whose tallies say whether an act of period `i` was the first on its item; `i` where none can matter."""
        self._look_at(events)
        p = self.prepared.periods[i]
        found = self.engine.arrow(
            "SELECT min(least(p.opens_at, coalesce(s.opens_at, p.opens_at))) AS oldest, "
            "max(CASE WHEN p.opens_at IS NULL THEN 1 ELSE 0 END) AS open "
            "FROM places p JOIN (SELECT DISTINCT item "
            "FROM events WHERE item IS NOT NULL) e ON p.item = e.item "
            "LEFT JOIN places s ON p.parent = s.item AND p.cohort = s.cohort"
        ).to_pylist()[0]
        if found["open"]:
            return 0
        oldest = found["oldest"]
        return i if oldest is None or oldest >= p.starts else self.prepared.index_of(oldest)

    def _look_at(self, events: Sequence[str]) -> None:
        if self.standing is None:
            self.engine.view("events", events, EVENTS, self.prepared.within)
            return
        self.engine.view("lying", events, EVENTS)
        where = f" WHERE {self.prepared.within}" if self.prepared.within else ""
        self.engine.make("events", in_dialect(f"SELECT * FROM ({self.standing.query}) AS standing{where}", self.engine.dialect))

    def one(self, i: int, earlier: Sequence[str], path: Path) -> int:
        """Fold period `i` from the events that `look_back` named; returns the number of tallies written."""
        self.engine.view("earlier", earlier, TALLIES, self.prepared.within)
        self.engine.table("clock", registers.clock(self.prepared.definition, self.prepared.periods, i, i + 1))
        key = literal(self.prepared.periods[i].key)
        return self.engine.write(f"SELECT *, {key} AS period FROM ({self.sql}) AS folded ORDER BY participant", path)


class Scoring:
    """Scores periods on an engine, in order."""

    def __init__(self, engine: Engine, prepared: Prepared) -> None:
        self.engine, self.prepared = engine, prepared
        definition, periods = prepared.definition, prepared.periods
        self.carry = not definition.window
        people = registers.people(prepared.offers, prepared.roster)
        starts = [registers.window_start(definition, periods, i).timestamp() for i in range(len(periods))]
        excused = registers.excused_of(people, prepared.excused)
        self.totals = Totals(definition, prepared.offers, people, periods, starts, excused)
        engine.table("seats", people.seats(prepared.offers.cohorts))
        engine.table("weights", prepared.weights)

    @property
    def back(self) -> int:
        """How many periods before the first one have to be known, beside the stored scores of the last of them."""
        return max(lately(self.prepared.definition).values(), default=1) - 1

    def start_from(self, start: int, scores: Sequence[str], tallies: Sequence[str]) -> None:
        """Take over the running totals of the period before `start` from its stored scores, and what its last `back` periods added."""
        names = totals(self.prepared.definition)
        self.engine.view(
            "before", scores, pa.schema([("participant", pa.string()), *((n, pa.float64()) for n in names)]), self.prepared.within
        )
        self.totals.resume(self.engine.arrow("SELECT * FROM before"))
        keys = self.prepared.keys[max(0, start - self.back) : start]
        if keys:
            sums = self._done(start - len(keys), keys, tallies)
            of_period = pc.index_in(sums["key"], value_set=pa.array(keys)).to_numpy(zero_copy_only=False)
            for i in range(len(keys)):
                self.totals.begin()
                self.totals.add_lately(sums, of_period == i)

    def some(self, start: int, tallies: Sequence[str], early: Sequence[str], targets: Sequence[Path]) -> int:
        """Score the periods from `start` on, one for each target file, from their tallies (of their whole windows, if these are trailing).

        `early` are tallies of these and all periods before, needed where items fall due that may have been taken before. Returns the
        number of scores written.
        """
        keys = [p.key for p in self.prepared.periods[start : start + len(targets)]]
        sums = [
            (t, pc.index_in(t["key"], value_set=pa.array(keys)).to_numpy(zero_copy_only=False))
            for t in self._sums(start, keys, tallies, early)
        ]
        rows = 0
        for i, target in enumerate(targets):
            if not self.carry:
                self.totals.clear()
            self.totals.begin()
            for table, of_period in sums:
                self.totals.add(table, of_period == i)
            made = self.totals.scores(start + i)
            store(made, target)
            rows += made.num_rows
        return rows

    def _sums(self, start: int, keys: Sequence[str], tallies: Sequence[str], early: Sequence[str]) -> list[pa.Table]:
        prepared, engine, stop = self.prepared, self.engine, start + len(keys)
        out = [self._done(start, keys, tallies)]
        if falls_due := sorted({d.item for d in prepared.due_in(start, stop)}):
            engine.view("earlier", early, TALLIES, prepared.within)
            engine.make(
                "taken_early",
                "SELECT e.*, w.due_key FROM earlier e JOIN seats s ON e.participant = s.participant "
                "JOIN weights w ON e.item = w.item AND s.cohort = w.cohort "
                f"WHERE e.fresh = 1 AND e.period < w.due_key AND e.item IN ({', '.join(literal(d) for d in falls_due)})",
            )
            out.append(engine.arrow(due_sql(_bare(prepared.definition), engine.dialect)))
        return out

    def _done(self, start: int, keys: Sequence[str], tallies: Sequence[str]) -> pa.Table:
        """What was done in the periods from `start` on, or in their windows."""
        prepared, engine = self.prepared, self.engine
        engine.view("tallies", tallies, TALLIES, prepared.within)
        engine.table("clock", registers.clock(prepared.definition, prepared.periods, start, start + len(keys)))
        return engine.arrow(step_sql(_bare(prepared.definition), engine.dialect))


def _bare(definition: Definition) -> Definition:
    """Only what is in the statement: it is the same one in every zone and for every version of the words."""
    named = replace(definition, programme="", title="", zone="UTC", period="", reason="", fingerprint="", text="", path="")
    return replace(named, starts=None, ends=None, metrics=(), tree=None)


def restate(definition: Definition, stored: str, path: Path) -> int:
    """Write a file of stored scores anew under another definition that measures the same acts; no tally is read."""
    made = restated(definition, pq.ParquetFile(stored).read())
    store(made, path)
    return int(made.num_rows)


def store(scores: pa.Table, path: Path) -> None:
    """Write scores as a parquet file whose row groups can be skipped by participant."""
    words = [f.name for f in scores.schema if f.name in WORDS]
    pq.write_table(scores, path, row_group_size=ROW_GROUP, use_dictionary=words, store_schema=False, compression="snappy")


@lru_cache(maxsize=64)
def in_dialect(query: str, dialect: str) -> str:
    """A query in DuckDB's words in those of another engine."""
    if dialect == "duckdb":
        return query
    import sqlglot

    return sqlglot.transpile(query, read="duckdb", write="spark" if dialect == "pyspark" else dialect)[0]


@lru_cache(maxsize=64)
def fold_sql(derived: tuple[str, ...], prompts: bool, dialect: str) -> str:
    """The statement that folds one period. To make it takes longer than to fold a small programme by it, so it is kept."""
    return Plan.of("tallies_now", fold(derived, prompts)).sql(dialect)


@lru_cache(maxsize=64)
def step_sql(definition: Definition, dialect: str) -> str:
    """The statement that sums what was done in some periods."""
    return step(definition).sql(dialect)


@lru_cache(maxsize=64)
def due_sql(definition: Definition, dialect: str) -> str:
    """The statement that sums what fell due in some periods and had been taken before."""
    return due(definition).sql(dialect)
