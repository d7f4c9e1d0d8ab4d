"""Why a mean moved: those who are in both, those who came and went, and which groups carry the change. Exact in every part."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import pyarrow as pa
import pyarrow.compute as pc
from numpy.typing import NDArray

from engagetree.formula import Vector, vector

JOINED, LEFT, SCORED, UNSCORED = COMINGS = ("joined", "left", "scored", "unscored")
"""Who has a row only after, only before; who was there on both sides and has a score only after, only before."""


@dataclass(frozen=True)
class Coming:
    """People who are in one of two means only. `effect` is what they did to the mean, in points; `mean` is theirs, None for nobody."""

    kind: str
    n: int
    mean: float | None
    effect: float


@dataclass(frozen=True)
class Meeting:
    """Two sets of score rows matched by participant.

    after mean − before mean = (mean of the `stayed` after − theirs before) + the effects of the comings.
    """

    before: NDArray[np.int64]  # places of the rows with a score on both sides, one to one with `after`
    after: NDArray[np.int64]
    means: tuple[float, float]  # of everybody with a score, before and after
    stayed: tuple[float, float] | None  # the means of those with a score on both sides; None where there is nobody
    comings: tuple[Coming, ...]  # joined, left, scored, unscored


def meet(before: pa.Table, after: pa.Table) -> Meeting:
    """Match rows by `participant`; every table has at least one `score`.

    Who came moved the mean of those who stayed to that of everybody: their share × how far their mean is from the mean of those who stayed.
    Who went did so the other way round. Where nobody stayed, the middle of the two means takes the place of theirs.
    """
    at = _places(before, after)
    known, scored = at >= 0, [np.asarray(pc.is_valid(t["score"]).to_numpy(zero_copy_only=False)) for t in (before, after)]
    there = np.zeros(before.num_rows, dtype=bool)  # of the earlier rows: who has a later one
    there[at[known]] = True
    both = scored[1] & known
    both[known] &= scored[0][at[known]]
    later = np.flatnonzero(both)
    earlier = at[later]
    still = np.zeros(before.num_rows, dtype=bool)
    still[earlier] = True
    old, new = vector(before, "score"), vector(after, "score")
    means = float(old[scored[0]].mean()), float(new[scored[1]].mean())
    stayed = (float(old[earlier].mean()), float(new[later].mean())) if len(later) else None
    of = stayed or ((means[0] + means[1]) / 2,) * 2
    n = int(scored[0].sum()), int(scored[1].sum())
    comings = (
        _coming(JOINED, new[scored[1] & ~known], n[1], of[1], 1),
        _coming(LEFT, old[scored[0] & ~there], n[0], of[0], -1),
        _coming(SCORED, new[scored[1] & known & ~both], n[1], of[1], 1),
        _coming(UNSCORED, old[scored[0] & there & ~still], n[0], of[0], -1),
    )
    return Meeting(earlier, later, means, stayed, comings)


def _places(before: pa.Table, after: pa.Table) -> NDArray[np.int64]:
    """For each later row where its participant stands among the earlier ones, −1 for nowhere."""
    if before["participant"].equals(after["participant"]):
        return np.arange(after.num_rows)
    found = pc.index_in(after["participant"], value_set=before["participant"].combine_chunks())
    return np.asarray(found.fill_null(-1).to_numpy(zero_copy_only=False), dtype=np.int64)


def _coming(kind: str, scores: Vector, among: int, of: float, sign: int) -> Coming:
    n, mean = len(scores), float(scores.mean()) if len(scores) else None
    return Coming(kind, n, mean, 0.0 if mean is None else sign * n / among * (mean - of))


# ---- groups


@dataclass(frozen=True)
class Group:
    """One group's part in the change of a mean, in points.

    `within` is its middle share × the change of its own mean; `mix` the change of its share × how far its middle mean is from the middle of
    the two means. Over all groups both together are the change.
    """

    name: str | None
    before: int  # people with a score
    after: int
    mean_before: float | None
    mean_after: float | None
    within: float
    mix: float

    @property
    def change(self) -> float:
        return self.within + self.mix


def groups(before: pa.Table, after: pa.Table) -> tuple[Group, ...]:
    """Which groups carry the change of the mean, the largest part first.

    Both tables have the columns `group` and `score`; only rows with a score count, and each side has at least one. No group's name and an
    empty one are the same.
    """
    (names_a, at_a, old), (names_b, at_b, new) = _grouped(before), _grouped(after)
    names = sorted(set(names_a) | set(names_b), key=lambda n: (n is None, n or ""))
    place = {n: i for i, n in enumerate(names)}
    sides = ((names_a, at_a, old), (names_b, at_b, new))
    counts, means = zip(
        *(_by_group(np.array([place[n] for n in ns], dtype=np.int64)[at], xs, len(names)) for ns, at, xs in sides), strict=True
    )
    shares = [c / c.sum() for c in counts]
    level = (float(old.mean()) + float(new.mean())) / 2
    filled = [np.where(counts[s] > 0, means[s], means[1 - s]) for s in (0, 1)]
    within = (shares[0] + shares[1]) / 2 * (filled[1] - filled[0])
    mix = (shares[1] - shares[0]) * ((filled[0] + filled[1]) / 2 - level)

    def known(side: int, i: int) -> float | None:
        return float(means[side][i]) if counts[side][i] else None

    made = [
        Group(n, int(counts[0][i]), int(counts[1][i]), known(0, i), known(1, i), float(within[i]), float(mix[i]))
        for i, n in enumerate(names)
    ]
    return tuple(sorted(made, key=lambda g: (-abs(g.change), g.name is None, g.name or "")))


def _grouped(table: pa.Table) -> tuple[list[str | None], NDArray[np.int64], Vector]:
    """The names of the groups, which of them each row with a score is in, and the scores."""
    scored = table.filter(pc.is_valid(table["score"])).combine_chunks()
    coded = pc.dictionary_encode(pc.fill_null(scored["group"].cast(pa.string()), "")).combine_chunks()
    at = np.asarray(coded.indices.to_numpy(zero_copy_only=False), dtype=np.int64)
    return [n or None for n in coded.dictionary.to_pylist()], at, vector(scored, "score")


def _by_group(at: NDArray[np.int64], scores: Vector, many: int) -> tuple[Vector, Vector]:
    counts = np.bincount(at, minlength=many).astype(np.float64)
    sums = np.bincount(at, weights=scores, minlength=many)
    return counts, np.divide(sums, counts, out=np.zeros_like(sums), where=counts > 0)
