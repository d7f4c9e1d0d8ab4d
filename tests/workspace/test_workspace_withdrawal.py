"""An import taken back: the scores are as if it had never been.

The answer comes from the product itself: a fresh workspace that took only the files that still stand. The small cases are worked by hand.
"""

from __future__ import annotations

import tempfile
from contextlib import suppress
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from programme import HEADERS, Row, World, history, workspace, write_csv
from worlds import worlds

from engagetree.errors import EngagetreeError, NotFound
from engagetree.workspace import Workspace, create

Piece = tuple[str, list[Row]]


@st.composite
def overlapping(draw: st.DrawFn, world: World, other: World) -> list[Piece]:
    """Files of which every row is in one or two, and one of rows of another world that says other things of the same people."""
    out: list[Piece] = []
    for name in HEADERS:
        parts: dict[int, list[Row]] = {}
        for row in getattr(world, name):
            for at in draw(st.sets(st.integers(0, 2), min_size=1, max_size=2)):
                parts.setdefault(at, []).append(row)
        wrong = getattr(other, name)
        files = [*parts.values(), *([wrong] if wrong else [])]
        out += [(name, rows) for k, rows in enumerate(files) if rows not in files[:k]]  # the very same file twice is one import
    return draw(st.permutations(out))


def plain(work: Workspace) -> dict[str, dict[str, Row]]:
    with suppress(EngagetreeError):
        work.score()
        return {p: {who: dict(row) for who, row in rows.items()} for p, rows in history(work).items()}
    return {}


def taken(work: Workspace, folder: Path, pieces: list[Piece], only: set[int]) -> list[str]:
    """The files taken in order; the ids of their imports (those of `only`)."""
    ids = []
    for k, (name, rows) in enumerate(pieces):
        if k in only:
            ids.append(work.take(write_csv(folder, name, rows, f"{k}-{name}"), as_=name).import_id)
    return ids


@settings(max_examples=8, deadline=None, derandomize=True, suppress_health_check=list(HealthCheck))
@given(st.data())
def test_what_stands_is_as_if_the_rest_had_never_been(data: st.DataObject) -> None:
    world, other = data.draw(worlds()), data.draw(worlds())
    pieces = data.draw(overlapping(world, other))
    every = set(range(len(pieces)))
    gone = data.draw(st.sets(st.sampled_from(sorted(every)), min_size=1, max_size=max(1, len(pieces) // 2)))
    with tempfile.TemporaryDirectory() as folder:
        root = Path(folder)
        with workspace(world, root / "all") as work, workspace(world, root / "standing") as standing:
            ids = taken(work, root / "files", pieces, every)
            if data.draw(st.booleans()):
                plain(work)
            for k in data.draw(st.permutations(sorted(gone))):
                work.withdraw(ids[k])
            taken(standing, root / "files", pieces, every - gone)
            assert plain(work) == plain(standing)


EVENTS = "participant,at,kind,item\n"


@pytest.fixture
def work(tmp_path):
    with create(tmp_path / "w", Path("examples/first-programme/programme.yml")) as made:
        for name in ("roster", "items"):
            made.take(Path(f"examples/first-programme/{name}.csv"))
        yield made


def file(folder: Path, name: str, text: str) -> Path:
    (folder / name).write_text(text)
    return folder / name


def test_rows_that_a_later_file_said_too_stay(work, tmp_path):
    """By hand: two files share one row; the first is taken back, so that row stays and the other goes."""
    one = file(tmp_path, "one.csv", EVENTS + "p-mara,2025-03-03 10:00,attend,session-1\np-theo,2025-03-03 10:00,attend,session-1\n")
    two = file(tmp_path, "two.csv", EVENTS + "p-theo,2025-03-03 10:00,attend,session-1\n")
    first = work.take(one)
    assert work.take(two).account.merged == 1
    done = work.withdraw(first.import_id[:8])
    assert (done.went, done.came) == ({"events": 2}, {"events": 1})
    assert work.lake.snapshot().rows("events") == 1
    assert work.withdraw("two.csv").went == {"events": 1}
    assert work.lake.snapshot().rows("events") == 0


def test_what_was_withdrawn_can_come_again(work, tmp_path):
    one = file(tmp_path, "one.csv", EVENTS + "p-mara,2025-03-03 10:00,attend,session-1\n")
    work.take(one)
    work.withdraw("one.csv")
    again = work.take(one)
    assert not again.known and again.account.kept == 1
    rows = {r.import_id: r.withdrawn is not None for r in work.imports() if r.source == "one.csv"}
    assert sorted(rows.values()) == [False, True]


def test_the_register_says_what_it_said_before(work, tmp_path):
    """By hand: Mara moves from A to B by a file that is then taken back."""
    work.take(file(tmp_path, "move.csv", "participant,cohort,joined_at,owner\np-mara,B,2025-03-03,Ana\n"))
    work.take(Path("examples/first-programme/events.csv"))
    work.score()
    assert {r["participant"]: r["cohort"] for r in work.scores().rows()}["p-mara"] == "B"
    assert work.withdraw("move.csv").went == {"roster": 1}
    work.score()
    assert {r["participant"]: r["cohort"] for r in work.scores().rows()}["p-mara"] == "A"


def test_errors_say_what_there_is(work, tmp_path):
    work.take(Path("examples/first-programme/events.csv"))
    with pytest.raises(NotFound, match=r"Did you mean “events\.csv”"):
        work.withdraw("event.csv")
    work.withdraw("events.csv")
    with pytest.raises(NotFound, match="was withdrawn before"):
        work.withdraw("events.csv")
    for k in (1, 2):
        (tmp_path / f"{k}").mkdir()
        work.take(file(tmp_path / f"{k}", "same.csv", EVENTS + f"p-mara,2025-03-0{k + 2} 10:00,attend,session-1\n"))
    with pytest.raises(NotFound, match="2 imports are called that"):
        work.withdraw("same.csv")
    assert work.lake.verify(deep=True) == []
