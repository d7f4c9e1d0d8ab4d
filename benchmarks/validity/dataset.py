"""What a dataset is to the benchmark: how it comes into a workspace, what its outcome is, and what the ceiling is learnt from."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import duckdb
import numpy as np
import yaml
from numpy.typing import NDArray

from engagetree.definition.templates import template
from engagetree.workspace import Workspace

Vector = NDArray[np.float64]
MAPS = Path(__file__).resolve().parent / "maps"


@dataclass(frozen=True)
class Outcome:
    """`key` as imported, and as people read it; `weeks` at whose end people are scored; `inside` the signals that are part of it: None where
    it cannot be ruled out that all are."""

    key: str
    label: str
    weeks: tuple[int, ...]
    inside: tuple[str, ...] | None = ()


@dataclass(frozen=True)
class Dataset:
    """`folder` in the data folder and the `files` needed in it; `unit` what a week is called in the table.

    `build(folder, place)` makes a scored workspace; `features(folder, week)` gives participant → row of `names`, the ceiling's.
    """

    folder: str
    title: str
    licence: str
    citation: str
    files: tuple[str, ...]
    definition: str
    """Which definition is scored, in words."""
    stated: str
    """The outcome and why it is this one: written before anything was measured."""
    outcomes: tuple[Outcome, ...]
    build: Callable[[Path, Path], Workspace]
    names: tuple[str, ...]
    features: Callable[[Path, int], Mapping[str, Sequence[float]]]
    unit: str = "week"

    def absent(self, data: Path) -> str:
        """Why it cannot be measured here, or nothing."""
        missing = [f for f in self.files if not (data / self.folder / f).exists()]
        return f"{self.folder}/{missing[0]} is not in the data folder" if missing else ""


def cut_to(name: str, keep: Mapping[str, Sequence[str]], **changes: Any) -> str:
    """A shipped template with only those drivers that the data can feed, as its user would leave out the others: weights as shipped, scaled
    to 1 again."""
    document = yaml.safe_load(template(name))
    signals = {k: s for k, s in document["signals"].items() if k in keep}
    for key, signal in signals.items():
        signal["drivers"] = {d: v for d, v in signal["drivers"].items() if d in keep[key]}
        if signal.get("combine", "mean") == "mean":
            for driver, weight in scaled({d: v.get("weight", 1.0) for d, v in signal["drivers"].items()}).items():
                signal["drivers"][driver]["weight"] = weight
    for key, weight in scaled({k: s["weight"] for k, s in signals.items()}).items():
        signals[key]["weight"] = weight
    return yaml.safe_dump({**document, "signals": signals, **changes}, sort_keys=False, allow_unicode=True)


def scaled(weights: Mapping[str, float]) -> dict[str, float]:
    """With a sum of exactly 1 at six digits."""
    total = sum(weights.values())
    out = {k: round(w / total, 6) for k, w in weights.items()}
    largest = max(out, key=lambda k: out[k])
    out[largest] = round(out[largest] + 1 - sum(out.values()), 9)
    return out


def write(con: duckdb.DuckDBPyConnection, sql: str, path: Path) -> Path:
    """The rows of a query as a CSV with our own column names."""
    con.execute(f"COPY ({sql}) TO '{path}' (HEADER)")
    return path


ACTS = ("days", "weeks", "items", "acts", "last_week", "last", "rel_days", "rel_items", "rel_acts")
"""What a ceiling is learnt from where events have times: days and weeks with an act, distinct things acted on, acts, acts in the last seven
days, last active day, and three of them relative to the 95th percentile of the cohort."""


def behaviour(con: duckdb.DuckDBPyConnection, acts: str, day: int, kinds: Sequence[str] = ()) -> dict[str, list[float]]:
    """`ACTS` and the acts of each kind, of everybody before a day. `acts`: a query of participant, cohort, d (day, may be broken), item, kind."""
    sums = "".join(f", count(*) FILTER (WHERE kind = '{k}')" for k in kinds)
    found = con.execute(
        f"WITH a AS (SELECT * FROM ({acts}) WHERE d < {day}) SELECT participant, any_value(cohort), count(DISTINCT floor(d)), "
        f"count(DISTINCT floor(d / 7)), count(DISTINCT item), count(*), count(*) FILTER (WHERE d >= {day - 7}), max(d){sums} "
        "FROM a GROUP BY 1 ORDER BY 1"
    ).fetchall()
    of: dict[str, list[list[float]]] = {}
    for _, cohort, *row in found:
        of.setdefault(cohort, []).append([row[0], row[2], row[3]])
    high = {c: [max(1.0, float(np.percentile([r[i] for r in rows], 95))) for i in range(3)] for c, rows in of.items()}
    out = {}
    for who, cohort, *row in found:
        days, weeks, items, n, lately, last, *rest = (float(x) for x in row)
        top = high[cohort]
        out[who] = [days, weeks, items, n, lately, last, days / top[0], items / top[1], n / top[2], *rest]
    return out
