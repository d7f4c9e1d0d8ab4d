"""Sums of binary fractions make 59.99999999999999 of a plain 60, and somebody who stood on the line fell into the band below."""

from __future__ import annotations

from pathlib import Path

from programme import World, act, alone, defined, item, on_engine, person

from engagetree.engine import connect


def test_three_of_five_under_renormalised_weights(tmp_path: Path) -> None:
    """Weights 0.1, 0.2 and 0.7, the last unknown; 3 of 5 in both that are known: (0.06 + 0.12)/0.3 is 60, in doubles 59.99999999999999."""
    assert 100 * (0.1 * 0.6 + 0.2 * 0.6) / (0.1 + 0.2) < 60
    signals = {f"s{k}": {**alone(offered=f"kind{k}", taken="do"), "weight": w} for k, w in enumerate((0.1, 0.2, 0.7))}
    items = [item(f"i{k}{n}", f"kind{k}", "2025-03-04 09:00") for k in range(2) for n in range(5)]
    events = [act("p", "2025-03-05 10:00", "do", f"i{k}{n}") for k in range(2) for n in range(3)]
    engine = connect()
    row = on_engine(World(defined(signals, min_coverage=0.3), [person("p")], items, events), tmp_path, engine)["2025-03-03"]["p"]
    engine.close()
    assert row["band"] == "solid"
