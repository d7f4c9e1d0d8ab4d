"""Whether the score deserves its name: stored scores held against what became of people later. Nothing about anybody is changed by it."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from contextlib import suppress
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.definition.outcomes import Outcome
from engagetree.engine import Engine, connect, connect_duckdb
from engagetree.errors import DefinitionError, NotFound
from engagetree.evidence.bands import in_order
from engagetree.evidence.ceiling import ceiling, near
from engagetree.evidence.missing import missing
from engagetree.evidence.panel import Panel, stacked
from engagetree.evidence.risk import cuts_of, lines, rates, twice
from engagetree.evidence.study import BANDS, WHAT, BandLine, Study, WeekRow
from engagetree.evidence.terms import by_group, drawn, since
from engagetree.evidence.verdict import Finding
from engagetree.evidence.weeks import calibrated, calibrates, chances, ranking, ranks_people, trusted
from engagetree.evidence.weighing import carries, gain, leaks, ways, weigh, weight_rows
from engagetree.lake import Snapshot
from engagetree.stats.estimate import NoAnswer
from engagetree.stats.folds import recurring
from engagetree.workspace import outcomes
from engagetree.workspace.normalising import normalisers
from engagetree.workspace.panels import Look, Panels, without
from engagetree.workspace.proposing import proposals
from engagetree.workspace.remembering import remember
from engagetree.workspace.slices import check
from engagetree.workspace.uncounted import uncounted

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

WEEK, LOOKS = 4, (4, 8, 12, 20)
"""The week that findings are about, and the weeks at which drivers are looked at, where the programme is long enough."""

SOME = 50_000
"""People on whom other ways of counting are tried: more would not move a gain by what matters, and take as much longer."""


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
            panels = Panels(con, snapshot, teller.plan, used, kept, asked, groups)
            return begun.study(panels, week, best, lambda: connect(work.engine, work.root / "spill"))
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
        return self._study(0, (), (Finding(WHAT, None, None, None, 0, "cannot tell", f"Nothing can be said: {reason}."),), notes=self.notes)

    def _study(self, week: int, looks: tuple[int, ...], findings: tuple[Finding, ...], **more: Any) -> Study:
        o, d = self.outcome, self.used
        labels = {s.key: s.label for s in d.signals} | {f"{s.key}.{x.key}": x.label for s, x in d.drivers()}
        return Study(
            o.key, o.hoped, d.fingerprint, datetime.now(UTC).astimezone(d.tz).date().isoformat(),
            tuple(labels[n] for n in o.inside or ()), o.inside is None, week, looks, findings, **more,
        )  # fmt: skip

    def study(self, panels: Panels, week: int | None, best: bool, engine: Callable[[], Engine]) -> Study:
        seen = _Seen.of(panels)
        if not seen.rows:
            return self.nothing(seen.reason)
        at, weeks = _chosen(week, seen.rows)
        every = max(1, -(-panels.people // SOME))
        found = {k: made for k in weeks if (made := panels.look(k, every)) is not None}
        deep, looks = ({k: made[i] for k, made in found.items()} for i in (0, 1))
        return self._found(panels, seen, deep, looks, at, best, engine)  # type: ignore[arg-type]

    def _found(
        self, panels: Panels, seen: _Seen, deep: dict[int, Panel], looks: dict[int, Look], at: int, best: bool,
        engine: Callable[[], Engine],
    ) -> Study:  # fmt: skip
        here, bands, label = deep[at], self.used.bands, self.outcome.hoped
        rows, chance = seen.rows, chances(here)
        row = next(r for r in rows if r.week == at)
        calibration, points = calibrates(here, chance)
        rate = {k: rates(p, bands) for k, p in deep.items()}
        weighed = weigh(list(deep.values()), panels.parts)
        without_it = f", {_left_out(self.outcome, self.used)}" if self.outcome.inside else ""
        weights, clear = gain(weighed, without_it)
        top = ceiling(weighed, list(deep)) if best else NoAnswer("no ceiling was asked for")
        gap = near(weighed, top)
        grouped = by_group(here, chance)
        lines_drawn = drawn(here, bands, panels.cohorts, label)
        other, counting = normalisers(panels, looks, engine)
        some = stacked([look.panel for look in looks.values()])
        left = missing(some, panels.parts, weighed.folds, uncounted(panels, looks), gap, label)
        made, notes = proposals(
            self.base(), panels.kept, panels.parts, weighed.final if clear else None, lines_drawn, self.outcome.key, counting
        )
        ranks = ranks_people(row, here, label)
        findings = (
            self._what(here, ranks.number is not None), in_order(rate[at], name=BANDS),
            *(twice(here, c, label) for c in cuts_of(bands)[:1]),
            ranks, trusted(rows, lambda k: seen.rarer[k]), calibration, weights, carries(weighed, panels.parts), other,
            left, gap, *leaks(here, panels.parts), *grouped.findings, since(here, panels.cohorts), lines_drawn.finding,
        )  # fmt: skip
        named = tuple(_named(f, at, label) if f.name == BANDS else f for f in findings)
        band_rows: list[BandLine] = [line for k, r in rate.items() for line in lines(k, r, bands)]
        return self._study(
            at, tuple(deep), named, weeks=tuple(rows), bands=tuple(band_rows), curve=points,
            weights=weight_rows(weighed, panels.parts, here), ways=tuple(ways(weighed.with_ceiling(top), list(deep))),
            group_by=panels.by or "", groups=grouped.rows, hidden=grouped.hidden, cuts=lines_drawn.rows, proposals=made,
            notes=(*self.notes, *_notes(here), *_sampled(looks, here), *notes),
        )  # fmt: skip

    def _what(self, here: Panel, usable: bool) -> Finding:
        """What was held against what, and whether the outcome was kept out of the score."""
        o, n = self.outcome, int(here.known.sum())
        cohorts = len(np.unique(here.cohort[here.known]))
        yes = int(here.outcome[here.known].sum())
        rate = f"{100 * yes / n:.0f} %" if n >= 20 else f"{yes} of {n}"
        who = f"{n:,} people in {cohorts} cohort{'s' if cohorts != 1 else ''} at the end of week {here.week}, {rate} “{o.hoped}”"
        if not usable:
            without_it = f" {_left_out(o, self.used)}" if o.inside else ""
            return Finding(WHAT, None, None, None, n, "cannot tell", f"Nothing can be said of the score{without_it}: {who}; see below why.")
        if o.inside is None:
            sentence = (
                f"Circularity was not ruled out: nothing says which signals are part of “{o.label}”, so the whole score is held against it "
                f"and may only say again what it holds. Say it with --inside, or under `outcomes` in the definition. {who}."
            )
            return Finding(WHAT, None, None, None, n, "cannot tell", sentence)
        if o.inside:
            sentence = (
                f"Validated is the score {_left_out(o, self.used)}, which is part of “{o.label}”; the other weights stand for it: {who}."
            )
        else:
            sentence = f"Validated is the whole score: no signal is part of “{o.label}”: {who}."
        return Finding(WHAT, None, None, None, n, "holds", sentence)


@dataclass(frozen=True)
class _Seen:
    """What every week says by itself, one after the other: a week's people are let go before the next are read."""

    rows: list[WeekRow]
    rarer: dict[int, int]
    reason: str

    @classmethod
    def of(cls, panels: Panels) -> _Seen:
        rows: list[WeekRow] = []
        rarer: dict[int, int] = {}
        there = known = False
        for k in range(1, panels.last + 1):
            if (p := panels.week(k)) is None:
                continue
            there, known = True, known or bool(np.isfinite(p.outcome).any())
            if p.known.any():
                rows.append(calibrated(ranking(p), p, chances(p)))
                rarer[k] = p.rarer
        return cls(rows, rarer, _why_nobody(there, known))


def _sampled(looks: dict[int, Look], here: Panel) -> list[str]:
    n, whole = (len(np.unique(p.person[p.known])) for p in (looks[here.week].panel, here))
    return [f"Other ways of counting were tried on {n:,} of {whole:,} people, drawn by a fixed rule."] if n < whole else []


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


def _why_nobody(there: bool, known: bool) -> str:
    if not there:
        return "no score is of a week that ended before the outcome, of somebody still on the roster then"
    if not known:
        return "nobody with a score has an outcome that came after it"
    return "nobody has both a score and an outcome"


def _chosen(week: int | None, told: list[WeekRow]) -> tuple[int, list[int]]:
    """The week that findings are about, and all weeks at which drivers are looked at."""
    there = [r.week for r in told]
    if week is not None and week not in there:
        raise NotFound(
            f"week {week}", "of nobody both score and outcome are known then", f"Weeks {there[0]} to {there[-1]} can be asked for."
        )
    most = max(r.n for r in told)
    full = [r.week for r in told if r.n >= most / 2]
    at = week or (WEEK if WEEK in full else min(full, key=lambda k: abs(k - WEEK)))
    return at, sorted({at, *(k for k in LOOKS if k in full)})
