"""Explanations put together: from stored rows, the registers and the definition to a tree, a sentence and what is not known."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition.model import Definition
from engagetree.findings import Explanation, Node, Point
from engagetree.formula import row_values
from engagetree.formula.columns import Column
from engagetree.formula.measure import FEWEST_TO_RANK
from engagetree.render.sentences import sentence
from engagetree.render.words import day, last_day, listing
from engagetree.scoring.calendar import Period
from engagetree.scoring.explain import easiest, tree
from engagetree.scoring.run import Prepared
from engagetree.stats.means import mean_of


@dataclass(frozen=True)
class Teller:
    """What is needed to explain rows of one scoring."""

    definition: Definition
    plan: Prepared
    version: str
    validation: str  # what came of holding this version against an outcome; empty: nobody has

    @property
    def validated(self) -> bool:
        return bool(self.validation)

    def period(self, key: str) -> Period:
        return next((p for p in self.plan.periods if p.key == key), self.plan.periods[-1])

    def as_of(self, key: str) -> datetime:
        """The end of a period, in the programme's zone."""
        return self.period(key).ends.astimezone(self.definition.tz)

    def person(self, history: pa.Table, key: str) -> Explanation:
        """One participant at the end of one period, with the history up to it. `history` holds all rows of that participant."""
        rows = [r for r in history.to_pylist() if r["period"] <= key]
        row, at = rows[-1], len(rows) - 1
        key = str(row["period"])  # who left has no later one
        made = tree(self.definition, history.slice(at, 1), lambda c: self.reason(c, row, key))
        if row["score"] is None:
            made = replace(made, points=None, headroom=None)
        return self._explanation(row["participant"], False, made, [row], key, tuple(self.point(r) for r in rows))

    def group(self, name: str, table: pa.Table, key: str, history: Sequence[Mapping[str, Any]]) -> Explanation:
        """A cohort, or everybody, as the mean of those who have a score."""
        rows = table.select(["cohort", "score"]).to_pylist()
        scored = table.filter(pc.is_valid(table["score"]))
        nobody = "nobody has a score yet"
        cohorts = sorted({r["cohort"] or "" for r in rows})
        made = tree(self.definition, scored if scored.num_rows else table.slice(0, 1), lambda c: self.reasons(c, cohorts, key))
        if not scored.num_rows:
            made = replace(made, value=None, points=None, headroom=None)
        points = tuple(self.mean_point(h) for h in history if h["period"] <= key)
        out = self._explanation(name, True, made, rows, key, points)
        return out if scored.num_rows else replace(out, reason=nobody)

    def _explanation(
        self, subject: str, many: bool, made: Node, rows: list[dict[str, Any]], key: str, history: tuple[Point, ...]
    ) -> Explanation:
        scored = [r for r in rows if r["score"] is not None]
        row = rows[0] if rows and not many else {}
        last = history[-1] if history else None
        score = (sum(r["score"] for r in scored) / len(scored)) if many and scored else row.get("score")
        band = self.definition.band(score)
        out = Explanation(
            subject=subject, is_cohort=many, n=len(rows), unscored=len(rows) - len(scored), cohort=row.get("cohort") or None,
            owner=row.get("owner"), period=key, as_of=self.as_of(key), version=self.version, validated=self.validated, score=score,
            low=last.low if many and last else row.get("low"), high=last.high if many and last else row.get("high"),
            band=band.key if band else None, coverage=row.get("coverage") if not many else None,
            reason="" if score is not None else self.too_little(row, made), sentence="",
            easiest=easiest(made) if score is not None else None,
            tree=made, history=history, unknown=self.not_known(made, row), validation=self.validation,
        )  # fmt: skip
        return replace(out, sentence=sentence(out, self.definition))

    def point(self, row: Mapping[str, Any]) -> Point:
        """A stored row as one point of a history."""
        return Point(
            row["period"], self.as_of(row["period"]), row["score"], row["low"], row["high"], row["band"], row["coverage"],
            row_values(row, self.definition),
        )  # fmt: skip

    def mean_point(self, row: Mapping[str, Any]) -> Point:
        """The mean of a group at the end of one period, with the range of a mean."""
        mean, n, spread = row["score"], row["n"], row["spread"]
        found = mean_of(n, mean, None if spread is None else spread**2, row.get("own"))
        band = self.definition.band(mean)
        return Point(
            row["period"], self.as_of(row["period"]), mean, found.low, found.high, band.key if band else None, None,
            row_values(row, self.definition),
        )  # fmt: skip

    def too_little(self, row: Mapping[str, Any], made: Node) -> str:
        """Why there is no score."""
        observed = sum(n.declared for n in made.children if n.value is not None)
        missing = [f"{n.label.lower()} ({n.reason})" for n in made.children if n.value is None]
        need = self.definition.min_coverage * 100
        found = f"{observed * 100:.0f} % of the weight is known, {need:.0f} % needed"
        return f"{found}; not known: {listing(missing)}" if missing else found

    def not_known(self, made: Node, row: Mapping[str, Any]) -> tuple[str, ...]:
        """A sentence for each driver that is not known although its signal is."""
        out = []
        for signal in made.children:
            if signal.value is not None:
                out += [f"{d.label} has no value: {d.reason}." for d in signal.children if d.value is None and d.reason]
        return tuple(out)

    def reasons(self, c: Column, cohorts: Sequence[str], key: str) -> str:
        """The same for several cohorts: each reason once."""
        return "; ".join(dict.fromkeys(self.reason(c, {"cohort": cohort}, key) for cohort in cohorts))

    def reason(self, c: Column, row: Mapping[str, Any], key: str) -> str:
        """Why a driver has no value: its source was down, nothing was offered or due yet, or nothing while this person was there."""
        offers, cohort, ends = self.plan.offers, row.get("cohort") or "", self.period(key).ends
        mine = [(offers.offered_at(i, cohort, c.due), i) for i in offers.by_cohort.get(cohort, ()) if offers.belongs(i, c)]
        hidden = [offers.hidden(i, cohort, c) for at, i in mine if at < ends]
        if c.driver.per in ("day", "week"):
            hidden += [o for o in offers.outages if o.source == c.driver.source and o.cohort in (None, cohort) and o.from_at < ends]
        down = hidden[0] if hidden and None not in hidden else None  # what was seen at least once is not unknown for that reason
        if down is not None:
            why = f" ({down.reason})" if down.reason else ""
            return f"{down.source} was down from {self._day(down.from_at)} to {self._day(down.until_at)}{why}"
        if c.driver.normalise == "percentile" and (c.driver.per == "total" or (row.get(c.offered) or 0) > 0):
            return f"a rank says nothing among fewer than {FEWEST_TO_RANK} people"
        if c.driver.while_present or c.driver.count == "presence" or c.driver.per == "hour_present":
            return (
                "not seen at anything yet"
                if c.driver.count == "presence" or c.driver.per == "hour_present"
                else "none met while present yet"
            )
        if c.driver.per in ("day", "week"):
            return "not on the roster yet"
        what = (c.driver.unit or listing(list(c.driver.offered))) if c.driver.is_share else c.driver.per
        later = [at for at, _ in mine if at >= ends]
        if mine and len(later) < len(mine):
            return f"no {what} offered since joining"
        first = last_day(min(later), self.definition.tz) if later and c.due else min(later, default=None)
        when = f": the first is on {self._day(first)}" if first else ""
        return f"no {what} {'due' if c.due else 'offered'} yet{when}"

    def _day(self, at: datetime) -> str:
        return day(at.astimezone(self.definition.tz))
