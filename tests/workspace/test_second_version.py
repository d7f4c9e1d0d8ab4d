"""A second version that measures the same acts is made of the first one's stored totals. It must be what scoring from tallies makes."""

from __future__ import annotations

from pathlib import Path

import pytest
import yaml
from programme import bring, history, in_workspace, workspace
from whole_programme import WORLD

CHANGES = {
    "weights": lambda d: {**d, "signals": _weighed(d["signals"])},
    "bands": lambda d: {**d, "bands": [{"key": "high", "label": "High", "at_least": 50}, {"key": "low", "label": "Low", "at_least": 0}]},
    "coverage": lambda d: {**d, "min_coverage": 0.9},
}


def _weighed(signals):
    """The same signals with their weights dealt out the other way round."""
    weights = [s["weight"] for s in signals.values()]
    return {k: {**s, "weight": w} for (k, s), w in zip(signals.items(), reversed(weights), strict=True)}


@pytest.mark.parametrize("change", CHANGES)
def test_equal_to_a_scoring_from_tallies(tmp_path: Path, change: str) -> None:
    """The answer comes from another workspace, which never had the first version."""
    second = {**CHANGES[change](dict(WORLD.definition)), "reason": "To compare."}
    work = in_workspace(WORLD, tmp_path / "first")
    before = history(work)
    (work.root / "programme.yml").write_text(yaml.safe_dump(second, sort_keys=False), "utf-8")
    work.score(WORLD.as_of)
    fresh = in_workspace(WORLD.with_(definition=second), tmp_path / "second")
    made = history(work)
    assert made == history(fresh)
    assert made != before


def test_what_comes_later_is_scored_from_tallies(tmp_path: Path) -> None:
    """Half of the events, a second version, then the rest: the same as all of it under the second version at once."""
    events = sorted(WORLD.events, key=lambda e: e["at"])
    half, rest = events[: len(events) // 2], events[len(events) // 2 :]
    second = {**CHANGES["weights"](dict(WORLD.definition)), "reason": "To compare."}
    work = workspace(WORLD, tmp_path / "first")
    bring(work, WORLD.with_(events=half), tmp_path / "files")
    work.score(WORLD.as_of)
    (work.root / "programme.yml").write_text(yaml.safe_dump(second, sort_keys=False), "utf-8")
    work.score(WORLD.as_of)
    bring(work, WORLD.with_(definition=second, events=rest), tmp_path / "rest", names=("events",))
    work.score(WORLD.as_of)
    assert history(work) == history(in_workspace(WORLD.with_(definition=second), tmp_path / "second"))
