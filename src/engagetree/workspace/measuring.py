"""Counting for the metrics around the score: SQL over the lake's event files, cut to who was on the roster when.

People are told apart by `person` where the roster knows it, so that one who is in two cohorts counts once. Nobody who is on no roster
counts: staff, test accounts and robots are not on it.
"""

from __future__ import annotations

from collections.abc import Hashable, Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from functools import cached_property
from typing import Any

import pyarrow as pa

from engagetree.definition.metrics import Metric
from engagetree.engine import literal, literals, rows_of
from engagetree.lake import Snapshot
from engagetree.lake.acts import acts
from engagetree.pipeline import current
from engagetree.render.words import day as named
from engagetree.render.words import listing
from engagetree.scoring.calendar import weeks_between
from engagetree.scoring.offers import EARLY, LATE, Outage
from engagetree.scoring.registers import excuses
from engagetree.scoring.run import Prepared
from engagetree.stats.ratio import Sums
from engagetree.workspace.windows import Window

INSTANT = pa.timestamp("us", "UTC")
SPANS = pa.schema([("cohort", pa.string()), ("starts", INSTANT), ("ends", INSTANT)])
THINGS = pa.schema(
    [("item", pa.string()), ("cohort", pa.string()), ("kind", pa.string()), ("opens", INSTANT), ("closes", INSTANT), ("hidden", pa.bool_())]
)


@dataclass(frozen=True)
class Counter:
    """A DuckDB with the people of one cohort (or all), as of the end of one period. Close the connection after use."""

    con: Any
    snapshot: Snapshot
    plan: Prepared
    cohort: str | None
    at: int  # which period
    kept: dict[Hashable, str] = field(default_factory=dict)  # tables of this connection, by what they hold

    @property
    def until(self) -> datetime:
        return self.plan.periods[self.at].ends

    # ---- registers

    @cached_property
    def people(self) -> str:
        """Memberships of the cohort, under this name: (who, participant, cohort, joined, left_at), none longer than its cohort lasts."""
        offers = self.plan.offers
        spans = [{"cohort": c, "starts": a, "ends": b} for c, (a, b) in offers.spans.items()]
        self._keep("spans", pa.Table.from_pylist(spans, schema=SPANS))
        self._keep("roster", self.plan.roster)
        chosen = "TRUE" if self.cohort is None else f"cohort = {literal(self.cohort)}"
        self.con.execute(
            "CREATE OR REPLACE TEMP TABLE everybody AS SELECT * FROM (SELECT coalesce(r.person, r.participant) AS who, r.participant, "
            f"s.cohort, coalesce(r.joined_at, {literal(EARLY)}) AS joined, "
            f"least(coalesce(r.left_at, {literal(LATE)}), s.ends) AS left_at "
            "FROM roster r JOIN spans s ON s.cohort = coalesce(r.cohort, '')) WHERE joined < left_at"
        )
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE people AS SELECT * FROM everybody WHERE {chosen}")
        return "people"

    @cached_property
    def cohorts(self) -> set[str]:
        return {str(r["cohort"]) for r in self.all(f"SELECT DISTINCT cohort FROM {self.people}")}

    @cached_property
    def members(self) -> int:
        """People on the roster in the last moment of the period."""
        end = literal(self.until)
        found = self.one(f"SELECT count(DISTINCT who) AS n FROM {self.people} WHERE joined < {end} AND left_at >= {end}")
        return int(found["n"])

    def outages(self, m: Metric, w: Window) -> tuple[set[str], list[Outage]]:
        """Cohorts of which the metric's source saw nothing in some of the window, and why; all outages in it where it names no source."""
        found = [o for o in self.plan.offers.outages if o.from_at < w.until and o.until_at > w.since]
        found = [o for o in found if o.cohort is None or o.cohort in self.cohorts]
        if not m.source:
            return set(), found
        mine = [o for o in found if o.source == m.source]
        return {c for o in mine for c in (self.cohorts if o.cohort is None else {o.cohort})}, mine

    def told(self, outage: Outage) -> str:
        """An outage in words."""
        zone = self.plan.definition.tz
        ends = outage.until_at - timedelta(microseconds=1)
        why = f" ({outage.reason})" if outage.reason else ""
        who = f" for {outage.cohort}" if outage.cohort else ""
        return f"{outage.source} was down{who} from {named(outage.from_at.astimezone(zone))} to {named(ends.astimezone(zone))}{why}"

    # ---- acts

    def seen(self, without: Iterable[str] = ()) -> str:
        """The memberships without those of some cohorts: a table like `people`."""
        asked = ("seen", *sorted(without))
        if len(asked) == 1:
            return self.people
        if asked not in self.kept:
            self.kept[asked] = f"seen_{len(self.kept)}"
            chosen = f"NOT list_contains({literals(asked[1:])}, cohort)"
            self.con.execute(f"CREATE TEMP TABLE {self.kept[asked]} AS SELECT * FROM {self.people} WHERE {chosen}")
        return self.kept[asked]

    def _keep(self, name: str, table: pa.Table) -> str:
        self.con.register("__arriving", table)
        self.con.execute(f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT * FROM __arriving")
        self.con.unregister("__arriving")
        return name

    def acts(self, kinds: Sequence[str], on: Sequence[str], w: Window, people: str = "people") -> str:
        """Who did something of these kinds on which local day of the window (0 the first), and how often: a table (who, day, uses).

        Kept: several metrics of one programme ask for the same.
        """
        asked = (tuple(sorted(kinds)), tuple(sorted(on)), w.since, w.until, people)
        if asked not in self.kept:
            name, day = f"acts_{len(self.kept)}", w.number('e."at"')
            self.con.execute(
                f"CREATE TEMP TABLE {name} AS SELECT p.who, {day} AS day, count(*) AS uses FROM ({self._events(kinds, on, w)}) e "
                f'JOIN {people} p ON p.participant = e.participant AND e."at" >= p.joined AND e."at" < p.left_at GROUP BY ALL'
            )
            self.kept[asked] = name
        return self.kept[asked]

    def _events(self, kinds: Sequence[str], on: Sequence[str], w: Window) -> str:
        files = self.snapshot.files("events", set(weeks_between(w.since, w.until)))
        if not files:
            return 'SELECT NULL::VARCHAR AS participant, NULL::TIMESTAMPTZ AS "at", NULL::VARCHAR AS item WHERE FALSE'
        names = sorted({i.item for i in self.plan.offers.items if i.kind in on})
        where = f" AND list_contains({literals(names)}, item)" if on else ""
        return (
            f'SELECT participant, "at", item FROM {acts(self.snapshot, files)} WHERE list_contains({literals(counted(kinds))}, kind) '
            f'AND "at" >= {literal(w.since)} AND "at" < {literal(w.until)}{where}'
        )

    def one(self, query: str) -> dict[str, Any]:
        """The one row of a query."""
        return rows_of(self.con, query)[0]

    def all(self, query: str) -> list[dict[str, Any]]:
        return rows_of(self.con, query)

    def sums(self, query: str) -> Sums:
        """The sums of a query's columns y and x."""
        r = self.one(f"SELECT count(*) AS n, sum(y) AS y, sum(x) AS x, sum(y * y) AS yy, sum(x * y) AS xy, sum(x * x) AS xx FROM ({query})")
        return Sums(r["n"], *(float(r[k] or 0) for k in ("y", "x", "yy", "xy", "xx")))

    # ---- what was offered

    def things(self, name: str, kinds: Sequence[str], source: str = "") -> str:
        """Keep what was offered under a name: (item, cohort, kind, opens, closes, hidden); `hidden` where the source saw nothing of it."""
        offers, rows = self.plan.offers, []
        for cohort, items in offers.by_cohort.items():
            for i in (i for i in items if i.kind in kinds):
                opens = i.opens_at or offers.spans[cohort][0]
                hidden = offers.down(source or i.source, cohort, opens) or offers.blind(i, cohort)
                rows.append({"item": i.item, "cohort": cohort, "kind": i.kind, "opens": opens, "closes": i.ends_at, "hidden": hidden})
        return self._keep(name, pa.Table.from_pylist(rows, schema=THINGS))

    def excused(self, name: str, kinds: Sequence[str]) -> str:
        """Keep who was excused from what: (participant, item)."""
        rows = []
        self._keep("excusals", current(self.con, self.snapshot, "excusals"))
        found = self.all(f"SELECT e.*, p.cohort FROM excusals e JOIN {self.people} p USING (participant)")
        for e in found:
            items = (i for i in self.plan.offers.by_cohort.get(e["cohort"], ()) if i.kind in kinds and excuses(e, i))
            rows += [{"participant": e["participant"], "item": i.item} for i in items]
        return self._keep(name, pa.Table.from_pylist(rows, schema=pa.schema([("participant", pa.string()), ("item", pa.string())])))

    def visits(self, name: str, kinds: Sequence[str], since: datetime, until: datetime) -> str:
        """Keep who did something of these kinds on which item: (participant, item)."""
        w = Window(since, until, self.plan.definition.tz)
        self.con.execute(
            f"CREATE OR REPLACE TEMP TABLE {name} AS SELECT DISTINCT participant, item FROM ({self._events(kinds, (), w)}) "
            "WHERE item IS NOT NULL"
        )
        return name

    def answers(self, outcome: str, w: Window | None, others: bool = False) -> list[dict[str, Any]]:
        """How many people gave which value of an outcome (of several the latest), of those in the window: (value, n, first, last).

        `others` asks for everybody who is not in the cohort.
        """
        people = f"(SELECT * FROM everybody WHERE who NOT IN (SELECT who FROM {self.people}))" if others else self.people
        self._keep("outcomes", current(self.con, self.snapshot, "outcomes"))
        inside = "TRUE" if w is None else f'o."at" >= {literal(w.since)} AND o."at" < {literal(w.until)}'
        return self.all(
            'SELECT "value", count(*) AS n, min("at") AS first, max("at") AS last FROM (SELECT p.who, o."value", o."at" '
            f"FROM outcomes o JOIN {people} p USING (participant) WHERE o.outcome = {literal(outcome)} "
            f'AND o."value" IS NOT NULL AND {inside} QUALIFY row_number() OVER (PARTITION BY p.who '
            'ORDER BY o."at" DESC NULLS LAST, o.seq DESC, o.participant) = 1) GROUP BY "value" ORDER BY "value"'
        )

    def outcomes(self) -> list[str]:
        """Every outcome that there is."""
        return sorted({str(o) for o in current(self.con, self.snapshot, "outcomes")["outcome"].to_pylist()})


def counted(kinds: Sequence[str]) -> list[str]:
    """The kinds of event that say it: who joined was present.

    >>> counted(("present", "answer"))
    ['answer', 'join', 'present']
    """
    return sorted({k for kind in kinds for k in (("join", "present") if kind == "present" else (kind,))})


def acts_in_words(kinds: Sequence[str]) -> str:
    """The qualifying acts, named: `answer, comment or question`."""
    return listing(list(kinds), "or")
