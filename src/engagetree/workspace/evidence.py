"""Whether the score deserves its name: stored scores held against what became of people later. Nothing about anybody is changed by it."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.definition.outcomes import Outcome
from engagetree.engine import connect_duckdb
from engagetree.errors import DefinitionError, NotFound
from engagetree.evidence.bands import in_order
from engagetree.evidence.ceiling import ceiling, near
from engagetree.evidence.panel import Panel
from engagetree.evidence.risk import cuts_of, lines, rates, twice
from engagetree.evidence.study import BANDS, PREDICTS, WHAT, BandLine, Study, WeekRow
from engagetree.evidence.terms import by_group, drawn, since
from engagetree.evidence.verdict import Finding, unanswered
from engagetree.evidence.weeks import calibrated, calibrates, chances, predicts, ranking, trusted
from engagetree.evidence.weighing import BEST, carries, gain, leaks, way, ways, weigh, weight_rows
from engagetree.lake import Snapshot
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.folds import recurring
from engagetree.workspace import outcomes
from engagetree.workspace.normalising import normalisers
from engagetree.workspace.panels import Panels, without
from engagetree.workspace.proposing import proposals
from engagetree.workspace.remembering import remember
from engagetree.workspace.slices import check

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

WEEK, LOOKS = 4, (4, 8, 12, 20)
"""The week that findings are about, and the weeks at which drivers are looked at, where the programme is long enough."""


def evidence(
    work: Workspace, outcome: str, leave_out: Sequence[str] | None, groups: str | None, week: int | None, best: bool = True
) -> Study:
    """Hold the version in use against an outcome, and remember what came of it."""
    used = work.used()
    with suppress(DefinitionError):  # outcomes are no part of a version: those in the file count
        used = replace(used, outcomes=work.definition().outcomes)

    def read(snapshot: Snapshot) -> Study:
        teller, con = work.teller(snapshot), connect_duckdb()
        try:
            if groups is not None:
                check(snapshot, groups)
            inside = None if leave_out is None else tuple(leave_out)
            asked = outcomes.asked(used, outcome, inside, outcomes.names(con, snapshot))
            known = outcomes.became(con, snapshot, teller.plan, asked, teller.plan.periods[-1].ends)
            begun = _Begun(work, used, asked, known.notes)
            kept = without(used, asked.inside or ())
            trouble = known.trouble or ("" if kept else "every signal is part of the outcome, so no score is left to validate")
            if trouble or kept is None:
                return begun.nothing(trouble)
            _people(con, teller.plan.roster, known.rows)
            return begun.study(Panels(con, snapshot, teller.plan, used, kept, asked, groups), week, best)
        finally:
            con.close()

    study = work.lake.read(read)
    if study.usable:
        remember(work, study)
    return study


def _people(con: Any, roster: pa.Table, rows: pa.Table) -> None:
    """Everybody on the roster with their outcome; `who` numbers persons, so that one in two cohorts is one."""
    con.register("became", rows)
    con.register("roster", roster)
    con.execute(
        "CREATE OR REPLACE TEMP TABLE people AS SELECT r.participant, "
        "dense_rank() OVER (ORDER BY coalesce(r.person, r.participant)) AS who, r.left_at, b.y, b.known_at "
        "FROM roster r LEFT JOIN became b USING (participant)"
    )


@dataclass(frozen=True)
class _Begun:
    """A study being made."""

    work: Workspace
    used: Definition
    outcome: Outcome
    notes: tuple[str, ...]

    def base(self) -> Definition:
        """The definition as people edit it, where the file says the same as the version in use."""
        with suppress(DefinitionError):
            file = self.work.definition()
            return file if file.fingerprint == self.used.fingerprint else self.used
        return self.used

    def nothing(self, reason: str) -> Study:
        """The study that there is none, with its reason in place of every number."""
        because = NoAnswer(reason)
        found = [unanswered(name, because) for name in (WHAT, BANDS, PREDICTS)]
        return self._study(0, (), tuple(found), notes=self.notes)

    def _study(self, week: int, looks: tuple[int, ...], findings: tuple[Finding, ...], **more: Any) -> Study:
        o, d = self.outcome, self.used
        labels = {s.key: s.label for s in d.signals} | {f"{s.key}.{x.key}": x.label for s, x in d.drivers()}
        return Study(
            o.key, o.hoped, d.fingerprint, datetime.now(UTC).astimezone(d.tz).date().isoformat(),
            tuple(labels[n] for n in o.inside or ()), o.inside is None, week, looks, findings, **more,
        )  # fmt: skip

    def study(self, panels: Panels, week: int | None, best: bool) -> Study:
        every = [p for k in range(1, panels.last + 1) if (p := panels.week(k)) is not None]
        told = [p for p in every if p.known.any()]
        if not told:
            return self.nothing(_why_nobody(every))
        at, looks = _chosen(week, told)
        deep = {k: p for k in looks if (p := panels.week(k, drivers=True)) is not None}
        return self._found(panels, told, deep, at, best)

    def _found(self, panels: Panels, told: list[Panel], deep: dict[int, Panel], at: int, best: bool) -> Study:
        here, bands, label = deep[at], self.used.bands, self.outcome.hoped
        rows, by_week = self._weeks(told)
        row = next(r for r in rows if r.week == at)
        calibration, points = calibrates(here, by_week[at])
        rate = {k: rates(p, bands) for k, p in deep.items()}
        weighed = weigh(list(deep.values()), panels.parts)
        without_it = f", {_left_out(self.outcome, self.used)}" if self.outcome.inside else ""
        weights, clear = gain(weighed, without_it)
        top = ceiling(weighed, list(deep)) if best else NoAnswer("no ceiling was asked for")
        all_ways = ways(weighed, list(deep))
        if not isinstance(top, NoAnswer):
            all_ways += [way(BEST, k, np.where((weighed.rows.week == k) | (k == 0), top, np.nan), weighed.rows) for k in (*deep, 0)]
        grouped = by_group(here, by_week[at])
        lines_drawn = drawn(here, bands, panels.cohorts, label)
        made, notes = proposals(self.base(), panels.kept, panels.parts, weighed.final if clear else None, lines_drawn, self.outcome.key)
        findings = (
            self._what(here), in_order(rate[at], name=BANDS), *(twice(here, c, label) for c in cuts_of(bands)[:1]),
            predicts(row, here, label),
            trusted(rows, lambda k: next(p.rarer for p in told if p.week == k)), calibration, weights, carries(weighed, panels.parts),
            normalisers(panels, here, self.outcome.inside or ()),
            near(weighed, top), *leaks(here, panels.parts), *grouped.findings, since(here, panels.cohorts),
            lines_drawn.finding,
        )  # fmt: skip
        named = tuple(_named(f, at, label) if f.name == BANDS else f for f in findings)
        band_rows: list[BandLine] = [line for k, r in rate.items() for line in lines(k, r, bands)]
        return self._study(
            at, tuple(deep), named, weeks=tuple(rows), bands=tuple(band_rows), curve=points,
            weights=weight_rows(weighed, panels.parts, here), ways=tuple(all_ways), group_by=panels.by or "", groups=grouped.rows,
            hidden=grouped.hidden, cuts=lines_drawn.rows, notes=(*self.notes, *_notes(here), *notes), proposals=made,
        )  # fmt: skip

    def _weeks(self, told: list[Panel]) -> tuple[list[WeekRow], dict[int, Any]]:
        rows, found = [], {}
        for p in told:
            chance = chances(p)
            rows.append(calibrated(ranking(p), p, chance))
            found[p.week] = chance
        return rows, found

    def _what(self, here: Panel) -> Finding:
        """What was held against what, and whether the outcome was kept out of the score."""
        o, n = self.outcome, int(here.known.sum())
        cohorts = len(np.unique(here.cohort[here.known]))
        rate = 100 * float(here.outcome[here.known].mean()) if n else 0.0
        who = f"{n:,} people in {cohorts} cohort{'s' if cohorts != 1 else ''} at the end of week {here.week}, {rate:.0f} % “{o.hoped}”"
        if o.inside is None:
            sentence = (
                f"Circularity was not ruled out: nothing says which signals are part of “{o.label}”, so the whole score is held against it "
                f"and may predict itself. Say it with --inside, or under `outcomes` in the definition. {who}."
            )
            return Finding(WHAT, None, None, None, n, "cannot tell", sentence)
        if o.inside:
            sentence = (
                f"Validated is the score {_left_out(o, self.used)}, which is part of “{o.label}”; the other weights stand for it: {who}."
            )
        else:
            sentence = f"Validated is the whole score: no signal is part of “{o.label}”: {who}."
        return Finding(WHAT, None, None, None, n, "holds", sentence)


def _notes(here: Panel) -> list[str]:
    out, k = [], here.known
    unknown = int((np.isfinite(here.score) & ~np.isfinite(here.outcome)).sum())
    if unknown:
        out.append(f"{unknown:,} people with a score at the end of week {here.week} have no outcome: left out, never taken as failures.")
    again = recurring(here.cohort[k], here.person[k]) if k.any() else 0
    if again:
        one = "person is" if again == 1 else "people are"
        out.append(f"{again:,} {one} in more than one cohort: counted as one, and never learnt from where they are tested.")
    out.append(
        "Only scores of weeks that ended before the outcome, and of people still on the roster then. Weeks count from a cohort's start."
    )
    return out


def _left_out(o: Outcome, d: Definition) -> str:
    labels = {s.key: s.label for s in d.signals} | {f"{s.key}.{x.key}": x.label for s, x in d.drivers()}
    names = [labels[n] for n in o.inside or ()]
    return f"without {names[0] if len(names) == 1 else ', '.join(names[:-1]) + ' and ' + names[-1]}"


def _named(f: Finding, week: int, label: str) -> Finding:
    """The same, saying in which week and of what."""
    sentence = f.sentence.replace("of the outcome, step by step", f"of “{label}”, step by step at the end of week {week} (smallest step)")
    return replace(f, sentence=sentence)


def _why_nobody(every: list[Panel]) -> str:
    if not every:
        return "no score is of a week that ended before the outcome, of somebody still on the roster then"
    if not any(np.isfinite(p.outcome).any() for p in every):
        return "nobody with a score has an outcome that came after it"
    return "nobody has both a score and an outcome"


def _chosen(week: int | None, told: list[Panel]) -> tuple[int, list[int]]:
    """The week that findings are about, and all weeks at which drivers are looked at."""
    there = [p.week for p in told]
    if week is not None and week not in there:
        raise NotFound(
            f"week {week}", "of nobody both score and outcome are known then", f"Weeks {there[0]} to {there[-1]} can be asked for."
        )
    most = max(int(p.known.sum()) for p in told)
    full = [p.week for p in told if p.known.sum() >= most / 2]
    at = week or (WEEK if WEEK in full else min(full, key=lambda k: abs(k - WEEK)))
    return at, sorted({at, *(k for k in LOOKS if k in full)})
