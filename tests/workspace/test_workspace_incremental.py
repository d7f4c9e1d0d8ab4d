"""Piece by piece, in any order, with scorings in between: bit for bit the same scores as everything at once.

The answer comes from the product itself, scoring everything from nothing in a fresh workspace; `scoring/test_scoring_oracle.py` holds that
to a second implementation.
"""

from __future__ import annotations

import re
import tempfile
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programme import HEADERS, Row, World, history, in_workspace, workspace, write_csv
from worlds import worlds

from engagetree.errors import EngagetreeError
from engagetree.workspace import Workspace, create

Piece = tuple[str, list[Row]]


def plain(work: Workspace) -> dict[str, dict[str, Row]]:
    return {p: {who: dict(row) for who, row in rows.items()} for p, rows in history(work).items()}


def scored_or_not(work: Workspace, **as_of: Any) -> None:
    """Scores, unless there is nobody or nothing yet."""
    with suppress(EngagetreeError):
        work.score(**as_of)


@st.composite
def pieces(draw: st.DrawFn, world: World) -> list[Piece]:
    """Every table of the world cut into up to three files, all files in any order."""
    out: list[Piece] = []
    for name in HEADERS:
        parts: dict[int, list[Row]] = {}
        for row in getattr(world, name):
            parts.setdefault(draw(st.integers(0, 2)), []).append(row)
        out += [(name, rows) for rows in parts.values()]
    return draw(st.permutations(out))


@settings(max_examples=5, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_any_order_of_pieces_gives_the_same_scores(data: st.DataObject) -> None:
    world = data.draw(worlds())
    order = data.draw(pieces(world))
    stops = data.draw(st.sets(st.integers(0, max(0, len(order) - 1)), max_size=3))
    compare(world, order, stops)


def compare(world: World, order: list[Piece], stops: set[int]) -> None:
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with in_workspace(world, root / "whole") as whole, workspace(world, root / "pieces") as work:
            for k, (name, rows) in enumerate(order):
                work.take(write_csv(root / "files", name, rows, f"{k}-{name}"), as_=name)
                if k in stops:
                    scored_or_not(work)
            work.score()
            assert plain(work) == plain(whole)


HERE = Path(__file__).parents[2] / "examples" / "live-programme"
STAGES = [datetime(2025, 3, 17, tzinfo=UTC), datetime(2025, 4, 7, tzinfo=UTC), None]
"""Ends of the weeks after which somebody scores, the last with everything."""


@pytest.mark.parametrize("window", ["cumulative", "{trailing: 3}"])
def test_a_real_programme_in_stages(tmp_path: Path, window: str) -> None:
    """The live example (4,000 events) in three stages: a tenth of each stage's events comes one stage late, the roster says who left and who
    joined only when it has happened, excusals and the outage come last. In between the whole is looked at as of an earlier day, and back."""
    text = (HERE / "programme.yml").read_text("utf-8").replace("window: cumulative", f"window: {window}")
    (tmp_path / "programme.yml").write_text(text, "utf-8")
    maps = {name: HERE / f"{name}.map.yml" for name in ("meetings", "polls", "platform")}
    with create(tmp_path / "whole", tmp_path / "programme.yml") as whole, create(tmp_path / "stages", tmp_path / "programme.yml") as work:
        for name in ("roster", "items", "excusals", "outages", "room", *maps):
            whole.take(HERE / "data" / f"{name}.csv", mapping=maps.get(name))
        whole.score(STAGES[0])
        early = plain(whole)
        whole.score()
        work.take(HERE / "data" / "items.csv")
        for k, until in enumerate(STAGES):
            work.take(staged_roster(tmp_path / f"roster-{k}.csv", until))
            for name in ("room", *maps):
                for path in staged_events(tmp_path, name, k):
                    work.take(path, mapping=maps.get(name))
            work.score(until)
        for name in ("excusals", "outages"):
            work.take(HERE / "data" / f"{name}.csv")
        work.score()
        assert plain(work) == plain(whole)
        work.score(STAGES[0])
        assert plain(work) == early
        work.score()
        assert plain(work) == plain(whole)


def staged_roster(path: Path, until: datetime | None) -> Path:
    """The roster as it was known then: who joins later is missing, who leaves later has not left."""
    header, *lines = (HERE / "data" / "roster.csv").read_text("utf-8").splitlines()
    out = []
    for line in lines:
        who, cohort, joined, left, owner = line.split(",")
        if until and joined and datetime.fromisoformat(joined) >= until:
            continue
        out.append(",".join([who, cohort, joined, "" if until and left and datetime.fromisoformat(left) >= until else left, owner]))
    path.write_text("\n".join([header, *out]) + "\n", "utf-8")
    return path


def staged_events(folder: Path, name: str, stage: int) -> list[Path]:
    """The rows of one export that arrive at this stage; every tenth comes one stage late."""
    header, *lines = (HERE / "data" / f"{name}.csv").read_text("utf-8").splitlines()
    mine = [line for n, line in enumerate(lines) if min(_stage(line) + (n % 10 == 0), len(STAGES) - 1) == stage]
    path = folder / f"{name}-{stage}.csv"
    path.write_text("\n".join([header, *mine]) + "\n", "utf-8")
    return [path] if mine else []


def _stage(line: str) -> int:
    """The stage in which the act lies, by the date in its row: ISO, or days first."""
    iso = re.search(r"2025-(\d\d)-(\d\d)T", line)
    local = re.search(r"(\d\d)/(\d\d)/2025", line)
    month, day = (iso[1], iso[2]) if iso else (local[2], local[1]) if local else ("04", "30")
    return sum(s is not None and f"{s:%m-%d}" <= f"{month}-{day}" for s in STAGES)
