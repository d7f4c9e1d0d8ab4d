"""What holds for every programme, on programmes made at random (`worlds.py`)."""

from __future__ import annotations

import tempfile
from pathlib import Path
from random import Random

import numpy as np
import pyarrow as pa
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programme import Row, Scores, World, on_engine, table
from worlds import PEOPLE, moments, worlds

from engagetree.definition.model import Definition
from engagetree.engine import connect
from engagetree.formula.measure import banded
from engagetree.scoring.explain import tree

ENDS = {"ends": "2025-04-10"}
"""A fixed end, so that one act more does not make the programme longer."""

FEW = settings(max_examples=10, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))


def scored(*several: World) -> list[Scores]:
    engine = connect()
    out = []
    try:
        for world in several:
            with tempfile.TemporaryDirectory() as folder:
                out.append(on_engine(world, Path(folder), engine))
    finally:
        engine.close()
    return out


def same(a: Scores, b: Scores) -> None:
    assert list(a) == list(b)
    for period, rows in a.items():
        assert sorted(rows) == sorted(b[period])
        for who, row in rows.items():
            other = b[period][who]
            assert row == {k: pytest.approx(v, abs=1e-9) if isinstance(v, float) else v for k, v in other.items()}, (period, who)


@FEW
@given(worlds(), st.randoms(use_true_random=False), st.data())
def test_order_strangers_and_one_act_more(world: World, random: Random, data: st.DataObject) -> None:
    """The order of rows changes nothing; nor does somebody else with acts of their own; an act more never lowers a signal of shares and rates."""
    world = world.with_(definition={**world.definition, **ENDS})
    act = data.draw(further_acts(world))
    base, shuffled, beside, more = scored(world, mixed(world, random), with_stranger(world), world.with_(events=[*world.events, act]))
    same(shuffled, base)
    same({p: {w: r for w, r in rows.items() if w != "stranger"} for p, rows in beside.items()}, base)
    for period, rows in base.items():
        for who, row in rows.items():
            for signal in world.definition["signals"]:
                before, after = row[signal], more[period][who][signal]
                assert before is None or after is None or after >= before - 1e-9, (period, who, signal)


@st.composite
def further_acts(draw: st.DrawFn, world: World) -> Row:
    """An act of somebody on something."""
    on = draw(st.sampled_from([*(i["item"] for i in world.items), None]))
    kind = draw(st.sampled_from(["answer", "comment", "click", "submit", "complete"]))
    return {"participant": draw(st.sampled_from(PEOPLE)), "at": draw(moments()), "kind": kind, "item": on, "amount": 1.0}


def mixed(world: World, random: Random) -> World:
    def shuffled(rows: list[Row]) -> list[Row]:
        rows = list(rows)
        random.shuffle(rows)
        return rows

    return world.with_(**{n: shuffled(getattr(world, n)) for n in ("roster", "items", "events", "excusals", "outages")})


def with_stranger(world: World) -> World:
    """Somebody in the same cohort who does what everybody else did."""
    acts = [{**e, "participant": "stranger"} for e in world.events]
    return world.with_(roster=[*world.roster, {"participant": "stranger", "cohort": "A"}], events=[*world.events, *acts])


@FEW
@given(worlds())
def test_parts_add_up_to_the_whole(world: World) -> None:
    """Points sum to the score and headroom to 100 − score; those of a mean's drivers to their signal; the range holds the score; the tree, which
    is worked out again from the stored totals, comes to the same number."""
    definition = world.parsed
    for rows in scored(world)[0].values():
        for row in rows.values():
            if row["score"] is None:
                assert (row["low"], row["high"], row["band"]) == (None, None, None)
                assert row["coverage"] < definition.min_coverage + 1e-9
                continue
            whole(definition, row)
            assert 0 <= row["low"] <= row["score"] <= row["high"] <= 100
            assert row["band"] == definition.band(row["score"]).key  # type: ignore[union-attr]
            assert row["coverage"] >= definition.min_coverage - 1e-9


def whole(definition: Definition, row: Row) -> None:
    made = tree(definition, pa.Table.from_pylist([row]))
    known = [n for n in made.children if n.value is not None]
    assert made.value == pytest.approx(row["score"], abs=1e-9)
    assert sum(n.points or 0 for n in known) == pytest.approx(row["score"], abs=1e-9)
    assert sum(n.headroom or 0 for n in known) == pytest.approx(100 - row["score"], abs=1e-9)
    assert sum(n.weight for n in known) == pytest.approx(1, abs=1e-9)
    for n in known:
        assert n.value == pytest.approx(row[n.key], abs=1e-9)
        if n.combine == "mean":
            drivers = [d for d in n.children if d.value is not None]
            assert sum(d.points or 0 for d in drivers) == pytest.approx(n.points, abs=1e-9)
            assert sum(d.weight for d in drivers) == pytest.approx(n.weight, abs=1e-9)


def test_the_band_stored_is_the_band_told() -> None:
    """One rule in two places: on arrays for everybody, and for one number. On, just below and just above each line."""
    definition = World(WORLD_OF_ONE).parsed
    lines = [b.at_least for b in definition.bands]
    scores = [
        s
        for line in lines
        for s in (line, line - 1e-12, line - 1e-10, line - 1e-8, line - 0.001, line + 1e-12, line + 0.5)
        if 0 <= s <= 100
    ]
    places = banded(definition.bands, np.array(scores))
    stored = {s: definition.bands[k].key if k >= 0 else None for s, k in zip(scores, places, strict=True)}
    told = {s: definition.band(s) for s in scores}
    assert stored == {s: b and b.key for s, b in told.items()}
    assert (stored[60.0], stored[60 - 1e-10], stored[60 - 1e-8]) == ("solid", "solid", "risk")


WORLD_OF_ONE = {
    "programme": "tested",
    "zone": "UTC",
    "period": "week",
    "signals": {"s": {"accountable": "x", "weight": 1, "drivers": {"d": {"offered": "task", "taken": "submit"}}}},
}


def test_worlds_are_no_empty_worlds() -> None:
    """The strategy is worth its time only if most programmes have scores, excusals and outages in them."""
    found: list[World] = []

    @settings(max_examples=40, deadline=None, derandomize=True, database=None, suppress_health_check=list(HealthCheck))
    @given(worlds())
    def collect(world: World) -> None:
        found.append(world)

    collect()
    assert sum(bool(w.events) for w in found) > 30
    assert sum(bool(w.excusals) for w in found) > 10
    assert sum(bool(w.outages) for w in found) > 10
    assert table("events", found[-1].events).num_rows == len(found[-1].events)
