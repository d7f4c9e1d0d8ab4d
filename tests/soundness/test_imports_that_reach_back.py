"""What an import changes may lie before the times that stand in its rows. Where that was overlooked, old weeks kept wrong numbers for good.

Each case imports a first part, scores, imports the rest, scores; the answer is that of everything at once, and by hand beside it.
"""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

from programme import Row, Scores, World, act, defined, history, in_workspace, item, person, t, workspace, write_csv

from engagetree.engine import connect
from engagetree.pipeline import fold, score

SIGNALS = {
    "attendance": {
        "weight": 0.3,
        "combine": "product",
        "drivers": {
            "reached": {"offered": "session", "taken": "present", "count": "length"},
            "stayed": {"offered": "session", "taken": "present", "count": "presence"},
        },
    },
    "tasks": {"weight": 0.7, "drivers": {"only": {"offered": "task", "taken": "submit"}}},
}
Later = Callable[[], list[tuple[str, list[Row]]]]


def piecewise(root: Path, world: World, later: list[tuple[str, list[Row]]]) -> tuple[Scores, Scores]:
    """(piece by piece, all at once)."""
    everything = world
    with workspace(world, root / "pieces") as work:
        for name in ("roster", "items", "events", "excusals"):
            if rows := getattr(world, name):
                work.take(write_csv(root / "files", name, rows), as_=name)
        work.score()
        for k, (name, rows) in enumerate(later):
            work.take(write_csv(root / "files", name, rows, f"later-{k}"), as_=name)
            everything = everything.with_(**{name: [*getattr(everything, name), *rows]})
        work.score()
        pieces = history(work)
    with in_workspace(everything, root / "whole") as whole:
        return pieces, history(whole)


def test_a_leave_after_midnight_changes_the_day_before(tmp_path: Path) -> None:
    """A session from 23:30 to 00:30 belongs to the 4th. The leave of 00:00 comes with the export of the 5th: 1,800 s of 3,600, not 3,600."""
    items = [item("s", "session", "2025-03-04 23:30", "2025-03-05 00:30"), item("t", "task", "2025-03-06 09:00")]
    world = World(defined(SIGNALS, period="day"), [person("p")], items, [act("p", "2025-03-04 23:20", "join", "s")])
    pieces, whole = piecewise(tmp_path, world, [("events", [act("p", "2025-03-05 00:00", "leave", "s")])])
    assert pieces == whole
    assert pieces["2025-03-04"]["p"]["attendance"] == 50


def test_an_excusal_granted_after_the_day_it_is_for(tmp_path: Path) -> None:
    """The session of the 4th is excused on the 12th: `from_at` says when it was granted, not when the session was. 0 of 1 hour, then nothing."""
    items = [item("s", "session", "2025-03-04 10:00", "2025-03-04 11:00"), item("t", "task", "2025-03-11 09:00")]
    world = World(defined(SIGNALS), [person("p")], items, [act("p", "2025-03-11 10:00", "submit", "t")])
    granted = {"participant": "p", "item": "s", "from_at": t("2025-03-12 00:00"), "until_at": t("2025-03-13 00:00")}
    pieces, whole = piecewise(tmp_path, world, [("excusals", [granted])])
    assert pieces == whole
    assert [pieces[w]["p"]["attendance"] for w in pieces] == [None, None]


def test_an_item_announced_after_it_was_touched(tmp_path: Path) -> None:
    """Submitted on the 4th, once more on the 12th; then the task is announced, open from the 11th: what came before does not take it, what came
    after does. 1 of 1 in the second week."""
    events = [
        act("p", "2025-03-04 10:00", "submit", "t"),
        act("p", "2025-03-12 10:00", "submit", "t"),
        act("p", "2025-03-13 10:00", "submit", "t"),
    ]
    world = World(defined(SIGNALS), [person("p")], [item("other", "task", "2025-03-04 09:00")], events)
    pieces, whole = piecewise(tmp_path, world, [("items", [item("t", "task", "2025-03-11 09:00")])])
    assert pieces == whole
    assert (pieces["2025-03-10"]["p"]["tasks__only__taken"], pieces["2025-03-10"]["p"]["tasks__only__offered"]) == (1, 2)


def test_an_import_between_folding_and_scoring(tmp_path: Path) -> None:
    """Another process imports while a score is under way, after the folding. Its events were in no tally, but counted as scored: the next
    score had nothing to do, and they never came in."""
    world = World(defined(SIGNALS, ends="2025-03-09"), [person("p")], [item("t", "task", "2025-03-04 09:00")])
    with in_workspace(world, tmp_path) as work:
        engine = connect()
        definition = work.definition()
        fold(work.lake, definition, engine)
        work.take(write_csv(tmp_path / "files", "events", [act("p", "2025-03-05 10:00", "submit", "t")]), as_="events")
        score(work.lake, definition, engine)
        engine.close()
        work.score()
        assert work.scores().rows()[0]["tasks"] == 100
