"""What if: the scores of everybody under a changed definition, beside those that are stored. Nothing is stored."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from datetime import datetime
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc

from engagetree.definition import read as reading
from engagetree.definition.model import Definition
from engagetree.definition.propose import proposed
from engagetree.definition.version import differences
from engagetree.engine import quoted
from engagetree.errors import DefinitionError, EngagetreeError, NotFound
from engagetree.formula import Vector, vector
from engagetree.lake import Snapshot
from engagetree.pipeline import MOMENT, Progress, quiet
from engagetree.scoring.calendar import calendar
from engagetree.tree.change import SIGNALS, TALLIES, TOTALS, needs, stored_columns
from engagetree.tree.supposed import SupposedPeriod
from engagetree.tree.whatif import Supposed, after, banded, mean, suppose
from engagetree.workspace import stored
from engagetree.workspace.aside import aside
from engagetree.workspace.file import checked
from engagetree.workspace.supposed import Supposition
from engagetree.workspace.versions import ensure

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace

WHO = ("participant", "cohort", "owner", "period", "score")

MADE_FROM = {
    SIGNALS: "weighed anew from the stored signals; no event and no tally was read",
    TOTALS: "worked out anew from the stored totals of the drivers; no event and no tally was read",
    TALLIES: "scored anew in a copy that is gone now, because what the drivers count changes",
}
"""How the numbers after were made, in words."""


def proposal(
    work: Workspace,
    weights: Mapping[str, float] | None = None,
    bands: Mapping[str, float] | None = None,
    definition: str | Path | None = None,
    set: Mapping[str, Any] | None = None,
) -> str:
    """The text of the definition with these changes, on top of the one in use or of the one that is given (its text or its path)."""
    base = _base(work) if definition is None else _given(definition)
    return proposed(base, weights, bands, set) if weights or bands or set else base.text


def _base(work: Workspace) -> Definition:
    """The definition in use, by the file where that says the same: then comments and metrics that came later are kept."""
    used = work.used()
    with suppress(DefinitionError):
        file = work.definition()
        return file if file.fingerprint == used.fingerprint else used
    return used


def _given(definition: str | Path) -> Definition:
    if isinstance(definition, Path) or "\n" not in definition:
        return reading.read(Path(definition))
    return reading.parse(definition, "the definition that you suppose")


def what_if(work: Workspace, text: str, period: str | None = None, history: bool = False, progress: Progress = quiet) -> Supposition:
    """Everybody's score and band under the definition that `text` says, beside the stored ones."""
    old, new = work.used(), checked(reading.parse(text, "the definition that you suppose"))
    if new.fingerprint == old.fingerprint:
        raise EngagetreeError(
            "what if", "nothing would change: this is the definition in use", "Name a weight, a band or a value to change."
        )
    how = needs(old, new)
    if how == TALLIES:
        return _scored_aside(work, old, new, period, history, progress)

    def read(snapshot: Snapshot) -> Supposition:
        keys = stored.periods_of(snapshot, old.fingerprint)
        key = stored.period_named(keys, period)

        def one(k: str) -> tuple[pa.Table, Supposed]:
            if k == key:
                names = dict.fromkeys([*WHO, *stored_columns(old, SIGNALS), *stored_columns(old, how)])
                table = stored.rows(snapshot, old.fingerprint, [k], columns=", ".join(quoted(n) for n in names))
            else:  # of the other periods only means and counts are told
                table = stored.numbers(snapshot, old.fingerprint, k, ["score", *stored_columns(old, how)])
            return table, suppose(table, after(table, old, new, how), old.bands, new.bands)

        return _told(work, snapshot, (old, new), key, how, one, keys if history else [])

    return work.lake.read(read)


One = Callable[[str], tuple[pa.Table, Supposed]]
"""A period's rows, and their scores before and after."""


def _told(
    work: Workspace, snapshot: Snapshot, pair: tuple[Definition, Definition], key: str, how: str, one: One, keys: list[str],
    notes: tuple[str, ...] = (),
) -> Supposition:  # fmt: skip
    (old, new), ends = pair, _ends(work, snapshot, pair[0])
    table, found = one(key)
    series = tuple(_point(k, ends(k), found if k == key else one(k)[1]) for k in keys)
    kept = table.select([n for n in (*WHO, *(s.key for s in old.signals)) if n != "score"])
    return Supposition.of(
        old, new, kept, found, key, ends(key), MADE_FROM[how],
        tuple(differences(old, new)), series, notes,
    )  # fmt: skip


def _ends(work: Workspace, snapshot: Snapshot, definition: Definition) -> Callable[[str], datetime]:
    """When a period ends, in the programme's zone. Its name says it, unless sessions divide time: no roster is read."""
    if definition.period == "session":
        return work.teller(snapshot).as_of
    until = datetime.fromisoformat(work.ledger.fact(f"scored-{definition.fingerprint}")["until"])

    def ends(key: str) -> datetime:
        starts = datetime.fromisoformat(key).replace(tzinfo=definition.tz)
        return calendar(definition.period, definition.tz, starts, max(until, starts + MOMENT))[0].ends.astimezone(definition.tz)

    return ends


def _point(key: str, as_of: Any, s: Supposed) -> SupposedPeriod:
    return SupposedPeriod(key, as_of, len(s.before), mean(s.before), mean(s.after), int(s.moved.sum()))


# ---- where what is counted changes


def _scored_aside(work: Workspace, old: Definition, new: Definition, period: str | None, history: bool, progress: Progress) -> Supposition:
    before = work.ledger.fact(f"scored-{old.fingerprint}")
    until = datetime.fromisoformat(before["until"]) if before else None
    with aside(work) as copy:
        for definition in (old, new):
            ensure(copy, definition, until, progress)
        notes = () if copy.ledger.fact(f"scored-{old.fingerprint}") == before else (
            "What was imported since the last scoring counts on both sides.",
        )  # fmt: skip

        def read(snapshot: Snapshot) -> Supposition:
            mine, theirs = (stored.periods_of(snapshot, d.fingerprint) for d in (old, new))
            key = stored.period_named(mine, period)
            if not theirs:
                raise NotFound("scores", "under this definition no period has begun", "Look at its `starts` and `ends`.")
            both = [k for k in mine if k in theirs]
            if key not in theirs and period is not None:
                raise NotFound(f"period {key}", "under this definition there is no such period", f"There are {theirs[0]} to {theirs[-1]}.")

            def one(k: str) -> tuple[pa.Table, Supposed]:
                return _beside(snapshot, old, new, k, k if k in theirs else theirs[-1])

            return _told(copy, snapshot, (old, new), key, TALLIES, one, both if history else [], notes)

        copy.ledger.add_definition(old.fingerprint, old.text, use=True)
        return copy.lake.read(read)


def _beside(snapshot: Snapshot, old: Definition, new: Definition, mine: str, theirs: str) -> tuple[pa.Table, Supposed]:
    """The rows of one period under both definitions, by participant; who is in one only has no score in the other."""
    wanted = ", ".join(quoted(n) for n in [*WHO, *(s.key for s in old.signals)])
    table = stored.rows(snapshot, old.fingerprint, [mine], columns=wanted)
    other = stored.rows(snapshot, new.fingerprint, [theirs], columns=", ".join(quoted(n) for n in WHO))
    at = pc.index_in(table["participant"], value_set=other["participant"]).combine_chunks()
    values: Vector = np.full(table.num_rows, np.nan)
    there = np.asarray(pc.is_valid(at))
    values[there] = vector(other, "score")[np.asarray(at.drop_null())]
    return table, Supposed(vector(table, "score"), values, banded(vector(table, "score"), old.bands), banded(values, new.bands))
