"""Hand-worked cases of one programme: each test brings a cohort of its own, all are imported from CSV files and scored in one workspace.

    @case(people=[person("late", joined_at=…)], items=[…], events=[…])
    def test_…(scores): '''How the answer was worked out by hand.'''

The programme runs from Monday 3 to Sunday 30 March 2025 in UTC, by weeks (2025-03-03, -10, -17, -24), cumulative. Every driver below is the
only one of its signal, so a signal's value is the driver's; only `attendance` is the product of two.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from programme import Row, Scores, World, defined

LAST = "2025-03-24"

DRIVERS: dict[str, dict[str, Any]] = {
    "answered": {"offered": "prompt", "taken": ["answer", "vote"], "while_present": True, "source": "slido"},
    "replied": {"offered": "prompt", "taken": "answer"},
    "handed_in": {"offered": "task", "taken": "submit", "when": "due"},
    "begun": {"offered": "task", "taken": "submit"},
    "closing": {"offered": "step", "taken": "complete", "when": "due", "final": True},
    "pages": {"offered": "page", "taken": "open", "source": "lms"},
    "read": {"offered": "page", "taken": "open", "count": "length"},
    "comments": {"taken": "comment", "per": "week", "normalise": "target", "target": 2, "source": "forum"},
    "questions": {"taken": "question", "normalise": "saturating", "half": 3},
    "posts": {"taken": "post", "normalise": "range", "floor": 2, "target": 6},
    "likes": {"taken": "like", "normalise": "percentile"},
    "reactions": {"taken": "reaction", "normalise": "target", "target": 10, "cap": 3},
    "calls": {"taken": "call", "per": "day", "normalise": "target", "target": 0.5},
    "chat": {"taken": ["chat", "wave"], "per": "hour_present", "normalise": "target", "target": 4, "source": "slido"},
    "notes": {"taken": "note", "per": "session", "normalise": "target", "target": 1},
    "minutes": {"taken": "listen", "measure": "amount", "normalise": "target", "target": 60},
    "rhythm": {"taken": ["visit", "call"], "measure": "days", "normalise": "target", "target": 4},
    "breadth": {"taken": "explore", "measure": "items", "normalise": "target", "target": 4},
    "quizzes": {"taken": "try", "on": "quiz", "normalise": "target", "target": 2},
}
ATTENDANCE = {
    "reached": {"offered": "session", "taken": "present", "count": "length", "source": "zoom"},
    "stayed": {"offered": "session", "taken": "present", "count": "presence", "source": "zoom"},
}
SIGNALS = {
    "attendance": {"weight": 0.05, "combine": "product", "drivers": ATTENDANCE},
    **{key: {"weight": 0.05, "drivers": {"only": d}} for key, d in DRIVERS.items()},
}
DEFINITION = defined(SIGNALS, ends="2025-03-30", min_coverage=0)


class Book:
    """The world that all cases together make."""

    def __init__(self) -> None:
        self.world = World(DEFINITION)

    def add(self, **rows: list[Row]) -> None:
        self.world = self.world.joined(World(DEFINITION, **rows))


BOOK = Book()


def case(cohort: str, **rows: list[Row]) -> Callable[[Any], Any]:
    """Adds a case's rows to the book, all of them under its cohort; participants and items are named within it."""
    rows["roster"] = [{**r, "cohort": cohort} for r in rows.pop("people", [])]
    rows["items"] = [{**r, "cohort": cohort} for r in rows.get("items", [])]
    BOOK.add(**{n: [_within(cohort, r) for r in found] for n, found in rows.items()})

    def keep(test: Any) -> Any:
        test.cohort = cohort
        return test

    return keep


def _within(cohort: str, row: Row) -> Row:
    named = {k: f"{cohort}/{row[k]}" for k in ("participant", "item", "parent") if row.get(k) is not None}
    return {**row, **named}


@dataclass(frozen=True)
class Read:
    """What a case asks: `scores("late", "pages")` is a signal's value, `scores.of("late", "pages")` its (taken, offered)."""

    scores: Scores
    cohort: str

    def row(self, who: str, period: str = LAST) -> Row:
        return self.scores[period][f"{self.cohort}/{who}"]

    def __call__(self, who: str, signal: str, period: str = LAST) -> float | None:
        return self.row(who, period)[signal]

    def of(self, who: str, signal: str, period: str = LAST, driver: str = "only") -> tuple[float, float]:
        row = self.row(who, period)
        return row[f"{signal}__{driver}__taken"], row[f"{signal}__{driver}__offered"]

    def there(self, who: str) -> list[str]:
        """The periods in which somebody has a row."""
        return [p for p, rows in self.scores.items() if f"{self.cohort}/{who}" in rows]
