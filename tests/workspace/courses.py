"""Three cohorts of a course whose truth is known: an ability moves who comes, who hands in and who passes. Plain data, and CSV files of it."""

from __future__ import annotations

import csv
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import numpy as np
import yaml

from engagetree.workspace import Workspace, create

WEEKS = 6
STARTS = {"A": datetime(2025, 1, 6, tzinfo=UTC), "B": datetime(2025, 3, 3, tzinfo=UTC), "C": datetime(2025, 5, 5, tzinfo=UTC)}
"""Mondays, so that the k-th week of a cohort is the k-th week since its start."""

SIGNALS = {
    "attendance": (0.4, "session", "attend"),
    "contribution": (0.3, "post", "post"),
    "completion": (0.3, "task", "submit"),
}
MAP = """table: roster
columns: {participant: participant, person: person, cohort: cohort, joined_at: joined_at, left_at: left_at}
attributes: [region]
"""
HEADERS = {
    "items": ("item", "kind", "cohort", "opens_at", "closes_at"),
    "events": ("event_id", "participant", "at", "kind", "item"),
    "outcomes": ("participant", "outcome", "value", "at"),
}

Row = dict[str, Any]


def definition(**more: Any) -> dict[str, Any]:
    signals = {
        key: {"weight": w, "accountable": "x", "drivers": {"share": {"offered": kind, "taken": act}}}
        for key, (w, kind, act) in SIGNALS.items()
    }
    return {"programme": "courses", "zone": "UTC", "period": "week", "starts": "2025-01-06", "signals": signals, **more}


@dataclass(frozen=True)
class Courses:
    """Rows with our column names, and what is defined."""

    roster: list[Row]
    items: list[Row]
    events: list[Row]
    outcomes: list[Row]
    defined: dict[str, Any] = field(default_factory=definition)

    def with_(self, **changes: Any) -> Courses:
        return replace(self, **changes)

    def became(self, change: Callable[[Row], Row | None]) -> Courses:
        """With other outcomes; None leaves one out."""
        return replace(self, outcomes=[n for r in self.outcomes if (n := change(dict(r))) is not None])


def end(cohort: str) -> datetime:
    return STARTS[cohort] + timedelta(weeks=WEEKS)


def courses(people: int = 60, seed: int = 5, cohorts: Sequence[str] = tuple(STARTS), strength: float = 1.2) -> Courses:
    """`strength` is how much ability moves passing. Every tenth person of B was in A already; every eleventh leaves after three weeks."""
    rng, made = np.random.default_rng(seed), Courses([], [], [], [])
    for c in cohorts:
        start = STARTS[c]
        made.items.append(_item(f"course-{c}", "course", c, start, end(c)))
        for w in range(WEEKS):
            for k in range(2):
                day = start + timedelta(weeks=w, days=2 * k + 1)
                made.items.extend(_item(f"{kind}-{c}-{w}{k}", kind, c, day, day + timedelta(days=1)) for _, kind, _ in SIGNALS.values())
        for i in range(people):
            _person(made, rng, c, i, strength)
    return made


def _person(made: Courses, rng: np.random.Generator, c: str, i: int, strength: float) -> None:
    who, ability = f"{c.lower()}{i:03}", float(rng.normal())
    left = STARTS[c] + timedelta(weeks=3) if i % 11 == 10 else None
    person = f"a{i:03}" if c == "B" and i % 10 == 0 else who
    made.roster.append(
        {"participant": who, "person": person, "cohort": c, "joined_at": None, "left_at": left, "region": ("North", "South", "East")[i % 3]
         if i > 1 else "Moon"}
    )  # fmt: skip
    passes = rng.random() < 1 / (1 + np.exp(-strength * ability))
    for w in range(WEEKS):
        for k in range(2):
            day = STARTS[c] + timedelta(weeks=w, days=2 * k + 1, hours=9)
            for (_, kind, act), shift in zip(SIGNALS.values(), (0.3, -0.2, 2.0 if passes else -2.0), strict=True):
                if (left is None or day < left) and rng.random() < 1 / (1 + np.exp(-ability - shift)):
                    made.events.append({"participant": who, "at": day, "kind": act, "item": f"{kind}-{c}-{w}{k}"})
    made.outcomes.append({"participant": who, "outcome": "passed", "value": float(passes and left is None), "at": end(c)})


def _item(name: str, kind: str, cohort: str, opens: datetime, closes: datetime) -> Row:
    return {"item": name, "kind": kind, "cohort": cohort, "opens_at": opens, "closes_at": closes}


def imported(made: Courses, root: Path) -> Workspace:
    """A workspace with everything imported and scored."""
    root.mkdir(parents=True, exist_ok=True)
    (root / "definition.yml").write_text(yaml.safe_dump(made.defined, sort_keys=False), "utf-8")
    (root / "map.yml").write_text(MAP, "utf-8")
    work = create(root / "work", root / "definition.yml")
    work.take(
        _csv(root, "roster", ("participant", "person", "cohort", "joined_at", "left_at", "region"), made.roster), mapping=root / "map.yml"
    )
    for name, header in HEADERS.items():
        if rows := getattr(made, name):
            work.take(_csv(root, name, header, [{"event_id": str(n), **r} for n, r in enumerate(rows)]), as_=name)
    work.score()
    return work


def _csv(root: Path, name: str, header: Sequence[str], rows: Sequence[Row]) -> Path:
    path = root / f"{name}.csv"
    with path.open("w", newline="", encoding="utf-8") as out:
        writer = csv.writer(out)
        writer.writerow(header)
        for r in rows:
            cells = [r.get(h) for h in header]
            writer.writerow(["" if x is None else x.isoformat() if isinstance(x, datetime) else x for x in cells])
    return path


def by_hand(made: Courses, week: int, weights: dict[str, float]) -> dict[str, tuple[str, float, float]]:
    """participant → (cohort, score 0–100 of these signals, outcome) at the end of a week, counted here from the plain rows."""
    people = {r["participant"]: r for r in made.roster}
    value = {r["participant"]: r["value"] for r in made.outcomes}
    out = {}
    for who, r in people.items():
        until = STARTS[r["cohort"]] + timedelta(weeks=week)
        if (r["left_at"] is not None and r["left_at"] < until) or value.get(who) is None:
            continue
        total = 0.0
        for key, w in weights.items():
            _, kind, act = SIGNALS[key]
            offered = {i["item"] for i in made.items if i["kind"] == kind and i["cohort"] == r["cohort"] and i["opens_at"] < until}
            taken = {e["item"] for e in made.events if e["participant"] == who and e["kind"] == act and e["at"] < until}
            total += w * len(taken & offered) / len(offered)
        out[who] = (r["cohort"], 100 * total / sum(weights.values()), value[who])
    return out


def pairs_won(rows: Sequence[tuple[str, float, float]]) -> float:
    """AUC inside cohorts, averaged by people: every pair of one with and one without the outcome, counted."""
    total = n = 0.0
    for c in {r[0] for r in rows}:
        yes, no = ([s for k, s, y in rows if k == c and y == side] for side in (1.0, 0.0))
        if yes and no:
            won = sum(1.0 if a > b + 1e-9 else 0.5 if abs(a - b) < 1e-9 else 0.0 for a in yes for b in no)
            total += (len(yes) + len(no)) * won / len(yes) / len(no)
            n += len(yes) + len(no)
    return total / n
