"""A prompt that is answered was met. Taking the larger of *met* and *answered* over the whole programme hid prompts that were met and left.

Somebody met four prompts in one session and answered none, and answered four of another session in which nobody saw them: 4 of 4, it said.
"""

from __future__ import annotations

from pathlib import Path

import pytest
from programme import World, act, alone, defined, item, on_engine, person

from engagetree.engine import connect

ITEMS = [
    item(f"{s}{n}", kind, f"2025-03-{day} 10:{n}0", f"2025-03-{day} 11:00" if kind == "session" else None, parent=None if kind == "session" else f"{s}0")
    for s, day in (("a", "04"), ("b", "11"))
    for n, kind in enumerate(("session", "prompt", "prompt", "prompt", "prompt"))
]  # fmt: skip


@pytest.mark.parametrize("window", ["cumulative", {"trailing": 2}])
@pytest.mark.parametrize("period", ["week", "month", "day"])
def test_met_and_left_beside_answered_and_not_seen(tmp_path: Path, period: str, window: object) -> None:
    """Eight prompts were met, four answered: 4 of 8, however time is cut. (Over the last two days only those of the second session: 4 of 4.)"""
    events = [act("p", "2025-03-04 10:00", "join", "a0"), *(act("p", f"2025-03-11 10:{n}1", "answer", f"b{n}") for n in range(1, 5))]
    driver = alone(offered="prompt", taken="answer", while_present=True)
    world = World(defined({"only": driver}, period=period, window=window), [person("p")], ITEMS, events)
    engine = connect()
    row = list(on_engine(world, tmp_path, engine).values())[-1]["p"]
    engine.close()
    answer = (4, 4) if period == "day" and window != "cumulative" else (4, 8)
    assert (row["only__only__taken"], row["only__only__offered"]) == answer


def test_answered_a_week_later(tmp_path: Path) -> None:
    """Met four on the 4th and answered one of them on the 12th: still four. Answered one of the session of the 11th, unseen: five."""
    events = [
        act("p", "2025-03-04 10:00", "join", "a0"),
        act("p", "2025-03-12 09:00", "answer", "a1"),
        act("p", "2025-03-12 09:00", "answer", "b1"),
    ]
    driver = alone(offered="prompt", taken="answer", while_present=True)
    engine = connect()
    found = on_engine(World(defined({"only": driver}), [person("p")], ITEMS, events), tmp_path, engine)
    engine.close()
    assert {w: (r["p"]["only__only__taken"], r["p"]["only__only__offered"]) for w, r in found.items()} == {
        "2025-03-03": (0, 4),
        "2025-03-10": (2, 5),
    }
