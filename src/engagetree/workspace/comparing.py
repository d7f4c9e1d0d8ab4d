"""Side by side: cohorts, the values of any attribute, or any two people and slices; and who has the same score for opposite reasons."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass, field
from itertools import combinations
from typing import TYPE_CHECKING, Any, overload

import pyarrow as pa

from engagetree.definition.model import Definition
from engagetree.errors import EngagetreeError
from engagetree.formula import vector
from engagetree.lake import Snapshot
from engagetree.render.figure import Figure
from engagetree.tree.opposites import Means, Opposite, Sides, opposites, ranges, sides
from engagetree.workspace import stored
from engagetree.workspace.groups import explained, means_of, side_by_side, subject
from engagetree.workspace.result import Result
from engagetree.workspace.shown import Shown
from engagetree.workspace.slices import Slice, Where, slice_of
from engagetree.workspace.telling import Teller

if TYPE_CHECKING:
    from engagetree.workspace.workspace import Workspace


@dataclass(frozen=True)
class Compared(Sequence[Shown]):
    """What `Workspace.compare` gives: the explanations in their order, and what stands between them.

    `places` is the range of places of each among them (None: no score), `pair` the two sides where exactly two were named, `alike` pairs of
    groups (by index) with the same mean and opposite reasons, `opposite` people with the same score and opposite reasons.
    """

    items: tuple[Shown, ...]
    by: str | None
    about: str  # the slice that all of it is about; empty for everybody
    places: tuple[tuple[int, int] | None, ...]
    pair: Sides | None
    alike: tuple[tuple[int, int, Sides], ...]
    opposite: tuple[Opposite, ...]
    definition: Definition = field(repr=False, compare=False)

    @overload
    def __getitem__(self, i: int) -> Shown: ...
    @overload
    def __getitem__(self, i: slice) -> tuple[Shown, ...]: ...
    def __getitem__(self, i: int | slice) -> Shown | tuple[Shown, ...]:
        return self.items[i]

    def __len__(self) -> int:
        return len(self.items)

    def __iter__(self) -> Iterator[Shown]:
        return iter(self.items)

    @property
    def sentence(self) -> str:
        """What differs, in words."""
        from engagetree.render.sides import sentence

        return sentence(self.items, self.places, self.pair, self.definition)

    def findings(self) -> list[str]:
        """A sentence for each case of the same score with opposite reasons."""
        from engagetree.render.sides import findings

        return findings(self.items, self.alike, self.opposite, self.definition)

    def figure(self) -> Figure:
        """Sentence, drawing and table."""
        from engagetree.render.sides import sides_figure

        return sides_figure(self.items, self.places, self.pair, self.findings(), self.definition, self.by)

    def result(self) -> Result:
        """One row for each, as Arrow, pandas, Polars, CSV."""
        rows = []
        for e, place in zip(self.items, self.places, strict=True):
            at = {"place_from": None, "place_to": None} if place is None else {"place_from": place[0], "place_to": place[1]}
            flat = {k: getattr(e, k) for k in ("subject", "n", "unscored", "score", "low", "high", "band", "period", "version")}
            rows.append({**flat, **at, **{n.key: n.value for n in e.tree.children}})
        return Result(pa.Table.from_pylist(rows), f"Side by side{f', by {self.by}' if self.by else ''}")

    def to_dict(self) -> dict[str, Any]:
        """A plain dictionary for JSON."""
        groups = [{**e.to_dict(), "place": list(p) if p else None} for e, p in zip(self.items, self.places, strict=True)]
        return {
            "by": self.by, "about": self.about, "sentence": self.sentence, "groups": groups,
            "pair": asdict(self.pair) if self.pair else None, "findings": self.findings(), "opposite": [asdict(o) for o in self.opposite],
        }  # fmt: skip

    def __str__(self) -> str:
        from io import StringIO

        from rich.console import Console

        from engagetree.render.sides import show_sides

        out = StringIO()
        show_sides(Console(file=out, color_system=None), self.items, self.places, self.pair, self.findings(), self.definition, self.by)
        return out.getvalue().rstrip()

    def _repr_html_(self) -> str:
        return self.figure()._repr_html_()


def compare(work: Workspace, names: Sequence[str], by: str | None, where: Where, period: str | None) -> Compared:
    """See `Workspace.compare`."""
    if names and by is not None:
        raise EngagetreeError(f"--by {by}", "two things are named to be compared already", "Leave out the names, or --by.")

    if len(names) == 1:
        raise EngagetreeError(names[0], "one alone cannot be compared", "Say what to compare it with, or ask for it with `explain`.")

    def read(snapshot: Snapshot) -> Compared:
        teller = work.teller(snapshot)
        key = stored.period_named(stored.periods_of(snapshot, teller.version), period)
        part = slice_of(snapshot, where)
        if names:
            who = [subject(work, snapshot, teller, n, where) for n in names]
            found = [(explained(work, snapshot, teller, s, key), means_of(snapshot, teller, s, key)) for s in who]
        else:
            found = side_by_side(snapshot, teller, by or "cohort", part, key)
        shown, means = tuple(Shown.of(e, teller.definition) for e, _ in found), [m for _, m in found]
        pair = sides(*shown, (means[0], means[1])) if len(shown) == 2 and names else None
        people = () if names else opposite(snapshot, teller, part, key)
        return Compared(
            shown, None if names else by or "cohort", part.label, ranges(shown), pair,
            () if pair else alike(shown, means), people, teller.definition,
        )  # fmt: skip

    return work.lake.read(read)


def alike(shown: Sequence[Shown], means: Sequence[Means]) -> tuple[tuple[int, int, Sides], ...]:
    """Pairs with the same score and opposite reasons, the most opposite first."""
    pairs = combinations(range(len(shown)), 2)
    found = [(i, j, s) for i, j in pairs if (s := sides(shown[i], shown[j], (means[i], means[j]))) is not None and s.opposite]
    return tuple(sorted(found, key=lambda f: -max(abs(p) for _, p in f[2].parts)))


def opposite(snapshot: Snapshot, teller: Teller, part: Slice, key: str) -> tuple[Opposite, ...]:
    """People of a slice with the same score and opposite reasons."""
    table = stored.rows(snapshot, teller.version, [key], part.sql)
    signals = {s.key: vector(table, s.key) for s in teller.definition.signals}
    return opposites(table["participant"].to_pylist(), vector(table, "score"), signals)
