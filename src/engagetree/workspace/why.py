"""Why it moved: from a question about periods, versions, participants or cohorts to its two sides, what is between them, and words."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import TYPE_CHECKING

import pyarrow.compute as pc

from engagetree.definition.model import Definition
from engagetree.definition.version import differences
from engagetree.engine import literal
from engagetree.errors import EngagetreeError, NotFound, near
from engagetree.lake import Snapshot
from engagetree.pipeline import Progress, quiet
from engagetree.render.moved_words import sentence
from engagetree.scoring.offers import EARLY
from engagetree.stats.change import margin
from engagetree.tree.moved import End
from engagetree.workspace import groups, stored, versions
from engagetree.workspace.because import Because
from engagetree.workspace.between import Between, Reader, Spot, between
from engagetree.workspace.groups import EVERYBODY
from engagetree.workspace.histories import teller_of
from engagetree.workspace.moves import carried, signals

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

DAY = timedelta(days=1)


def why(
    work: Workspace, subject: str | None = None, frm: str | None = None, to: str | None = None, against: str | None = None,
    version: str | None = None, against_version: str | None = None, progress: Progress = quiet,
) -> Because:  # fmt: skip
    """See `Workspace.why`."""
    after = _version(work, version, progress)
    before = _version(work, against_version, progress) if against_version is not None else after
    return work.lake.read(lambda s: Asked(work, s, before, after).answer(subject, frm, to, against))


def _version(work: Workspace, name: str | None, progress: Progress) -> Definition:
    """The definition of a version with its scores brought up to date; the one in use as it stands."""
    return work.used() if name is None else versions.ensure(work, versions.definition_of(work, name), progress=progress)


@dataclass(frozen=True)
class Asked:
    """One question, answered from one state of the lake."""

    work: Workspace
    snapshot: Snapshot
    before: Definition
    after: Definition

    def answer(self, subject: str | None, frm: str | None, to: str | None, against: str | None) -> Because:
        """Find both sides, split what is between them, and say it."""
        b = self._spot(self.after, subject, to)
        a = self._before(b, against if against is not None else subject, frm, against is not None)
        if (a.name, a.period, a.definition.fingerprint) == (b.name, b.period, b.definition.fingerprint):
            raise EngagetreeError(
                f"{b.name} in {b.period}", "is compared with itself", "Name another period, participant, cohort or version."
            )
        reader = Reader(self.snapshot)
        return _told(self.work, reader, a, b)

    def _spot(self, definition: Definition, subject: str | None, period: str | None) -> Spot:
        teller, keys = teller_of(self.work, self.snapshot, definition), self._keys(definition)
        everybody = subject is None or subject.lower() == EVERYBODY.lower()
        who = groups.subject(self.work, self.snapshot, teller, None if everybody else subject)
        if who.history is None:
            return Spot(teller, who.name, who.slice.sql, True, stored.period_named(keys, period))
        mine = who.history["period"].to_pylist()
        key = mine[-1] if period is None else stored.period_named(keys, period)
        if key not in mine:
            raise _not_there(who.name, key, mine)
        return Spot(teller, who.name, f"participant = {literal(who.name)}", False, key)

    def _keys(self, definition: Definition) -> list[str]:
        return stored.periods_of(self.snapshot, definition.fingerprint)

    def _before(self, b: Spot, subject: str | None, frm: str | None, other: bool) -> Spot:
        """What is compared with: the named period, else the same moment for another subject or version, else the period before."""
        keys = self._keys(self.before)
        if frm is None and not other and self.before.fingerprint == self.after.fingerprint:
            at = keys.index(b.period)
            if not at:
                raise EngagetreeError(f"period {b.period}", "it is the first one: nothing came before", "Name another with --from or --to.")
            frm = keys[at - 1]
        elif frm is None:
            frm = self._same_moment(b, keys)
        return self._spot(self.before, subject, frm)

    def _same_moment(self, b: Spot, keys: list[str]) -> str:
        teller = teller_of(self.work, self.snapshot, self.before)
        found = next((k for k in keys if teller.as_of(k) == b.as_of), None)
        if found is None:
            raise NotFound(
                f"version {self.before.fingerprint}",
                f"it has no period that ends when {b.period} does",
                f"Name one of its own with --from: {keys[0]} to {keys[-1]}.",
            )
        return found


def _not_there(subject: str, key: str, mine: list[str]) -> NotFound:
    """A period in which somebody was not a member: since when, or until when they were."""
    if key < mine[0]:
        return NotFound(
            f"participant {subject}",
            f"was not in the programme yet in {key}: there since {mine[0]}",
            f"Compare with {mine[0]} or later.",
        )
    return NotFound(f"participant {subject}", f"is not counted in {key}: there from {mine[0]} to {mine[-1]}", near(key, mine))


# ---- the answer


def _told(work: Workspace, reader: Reader, a: Spot, b: Spot) -> Because:
    ends = _end(work, reader, a), _end(work, reader, b)
    scored = all(e.score is not None for e in ends)
    found = between(reader, a, b) if scored else Between({})
    out = Because(
        before=ends[0], after=ends[1], is_cohort=a.is_group or b.is_group, same_people=a.name == b.name,
        change=ends[1].score - ends[0].score if ends[0].score is not None and ends[1].score is not None else None,
        reason=_no_score(ends), clear=_clear(reader, a, b) if scored else None, signals=tuple(signals(reader, a, b, found.parts)),
        comings=found.comings, carried=tuple(carried(reader, a, b)) if scored and a.is_group and b.is_group else (),
        formula=_formula(a.definition, b.definition), definitions=(a.definition, b.definition),
    )  # fmt: skip
    return replace(out, sentence=sentence(out, a.definition, b.definition))


def _end(work: Workspace, reader: Reader, s: Spot) -> End:
    table, version = reader.rows(s), s.definition.fingerprint
    if not table.num_rows:
        raise NotFound(f"group {s.name}", f"nobody of it was in the programme in {s.period}", "Name another period.")
    name = next((v.name for v in versions.versions(work) if v.version == version), "programme.yml")
    score = pc.mean(table["score"]).as_py()
    reason = "" if score is not None else "nobody has a score yet" if s.is_group else s.teller.person(table, s.period).reason
    return End(s.name, s.period, s.as_of, version, table.num_rows, table["score"].null_count, score, reason, name)


def _no_score(ends: tuple[End, ...]) -> str:
    return "; ".join(f"{e.subject} has no score at the end of {e.period}: {e.reason}" for e in ends if e.score is None)


def _formula(a: Definition, b: Definition) -> tuple[str, ...]:
    """What the versions differ in, without words and bands, on which no score depends."""
    if a.fingerprint == b.fingerprint:
        return ()
    return tuple(d for d in differences(a, b) if "“" not in d and not d.startswith("band ") and " of band " not in d)


def _clear(reader: Reader, a: Spot, b: Spot) -> bool | None:
    """Whether the difference is larger than its uncertainty allows; None where nobody can say: for versions and for means."""
    if a.is_group or b.is_group or a.definition.fingerprint != b.definition.fingerprint:
        return None
    old, new = (reader.rows(s).to_pylist()[0] for s in (a, b))
    if a.name != b.name:
        return bool(old["high"] < new["low"] or new["high"] < old["low"])
    first, last = sorted((a, b), key=lambda s: s.as_of)
    later = new if last is b else old
    back, age = last.as_of - first.as_of, last.as_of - _began(last)
    period = last.teller.period(last.period)
    window = last.definition.window * (period.ends - period.starts)
    return bool(abs(new["score"] - old["score"]) > margin(later["low"], later["high"], back / DAY, age / DAY, window / DAY))


def _began(s: Spot) -> datetime:
    """Since when somebody has been offered anything."""
    roster = s.teller.plan.roster
    at = pc.index(roster["participant"], s.name).as_py()
    joined, cohort = roster["joined_at"][at].as_py(), roster["cohort"][at].as_py()
    start = s.teller.plan.offers.spans.get(cohort or "", (EARLY,))[0]
    return max(joined or EARLY, start, s.teller.plan.periods[0].starts)
