"""Every answer that was once silently wrong. Each test says what went wrong; the expected values are worked out by hand."""

import sys
from pathlib import Path

import pyarrow.parquet as pq
import pytest

sys.path.insert(0, str(Path(__file__).parents[1] / "scoring"))
from programme import World, act, alone, defined, in_workspace, item, on_engine, person

from engagetree.engine import connect

TASKS = {"offered": "task", "taken": "submit"}


def scores(world, folder):
    engine = connect()
    try:
        return on_engine(world, folder, engine)
    finally:
        engine.close()


def test_nothing_offered_was_100(tmp_path):
    """DuckDB's greatest() and least() skip nulls: clipping an unknown share to [0, 1] made 1 of it."""
    world = World(defined({"only": alone(**TASKS)}), [person("p")], [item("s", "session", "2025-03-03 10:00", "2025-03-03 11:00")])
    assert scores(world, tmp_path)["2025-03-03"]["p"]["only"] is None


def test_numbers_were_stored_as_other_types(tmp_path):
    """Sums of integers become 128 bits wide in DuckDB and were written as doubles; a sum of literals became a decimal."""
    signals = {k: {"weight": w, "drivers": {"only": {**TASKS}}} for k, w in (("a", 0.3), ("b", 0.7))}
    events = [act("p", "2025-03-03 10:30", "submit", "t"), act("p", "2025-03-03 10:31", "submit", "t")]
    scores(World(defined(signals), [person("p")], [item("t", "task", "2025-03-03 10:00")], events), tmp_path)
    tallies = pq.read_schema(tmp_path / "tallies-0.parquet")
    assert (str(tallies.field("n").type), str(tallies.field("fresh").type)) == ("int64", "int64")
    assert str(pq.read_schema(tmp_path / "scores-0.parquet").field("coverage").type) == "double"


def test_the_period_came_back_as_a_date(tmp_path):
    """DuckDB read the partition from the folder's name and made a date of it, so that no period was ever found."""
    work = in_workspace(World(defined({"only": alone(**TASKS)}), [person("p")], [item("t", "task", "2025-03-03 10:00")]), tmp_path)
    assert work.scores().rows()[0]["period"] == "2025-03-03" and work.bands()[0].period == "2025-03-03"


def test_the_very_last_event_did_not_count(tmp_path):
    """The programme's time ended *at* its last event, half-open, so that this event was outside of it."""
    world = World(
        defined({"only": alone(**TASKS)}),
        [person("p")],
        [item("t", "task", "2025-03-03 10:00")],
        [act("p", "2025-03-05 12:00", "submit", "t")],
    )
    assert in_workspace(world, tmp_path).scores().rows()[0]["score"] == 100


def test_what_was_due_at_midnight_on_sunday_was_never_due(tmp_path):
    """Due until Sunday 24:00, which is Monday 00:00: it fell into a week after the programme's end."""
    world = World(defined({"only": alone(**TASKS, when="due")}), [person("p")], [item("t", "task", "2025-03-03 10:00", "2025-03-10 00:00")])
    assert scores(world, tmp_path)["2025-03-03"]["p"]["only"] == 0


def test_an_item_that_nobody_announced_was_new_every_week(tmp_path):
    """Only announced items were looked up in earlier weeks: acts on any other counted as its first again and again."""
    touched = {"taken": "click", "measure": "items", "per": "total", "normalise": "target", "target": 10}
    events = [act("p", f"2025-03-{d:02} 10:00", "click", "page") for d in (3, 10, 17)]
    rows = scores(World(defined({"only": alone(**touched)}), [person("p")], [item("known", "page", "2025-03-03 09:00")], events), tmp_path)
    assert [rows[p]["p"]["only__only__taken"] for p in sorted(rows)] == [0, 0, 0]


@pytest.mark.parametrize("back", [4, 8])
def test_a_fall_was_never_clear_because_both_scores_share_most_of_their_data(back):
    """Two cumulative scores were compared as if independent. By hand: V·back/(age − back) with V from the range."""
    from engagetree.stats.change import margin

    assert margin(50, 62, back=back, age=20) == pytest.approx(max(3.0, 6 * (back / (20 - back)) ** 0.5))
