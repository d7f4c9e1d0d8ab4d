"""Importing as people do it: a preview, whole folders, files that arrive, answers to open questions; and a kill in the middle."""

from __future__ import annotations

import importlib
import json
import os
import signal
import subprocess
import time
from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from engagetree.errors import EngagetreeError
from engagetree.ingest import Answers, OpenQuestion, readers
from engagetree.ingest.readers import Reader
from engagetree.ingest.seen import Handle, Report
from engagetree.pipeline import take
from engagetree.workspace import create
from engagetree.workspace.arriving import arrivals, files_of

FIRST = Path("examples/first-programme")
EVENTS = "participant,at,kind,item\n"


@pytest.fixture
def work(tmp_path):
    with create(tmp_path / "w", FIRST / "programme.yml") as made:
        for name in ("roster", "items"):
            made.take(FIRST / f"{name}.csv")
        yield made


def asking() -> Reader:
    """A reader that cannot know the order of the date in its file; the programme, a year earlier, cannot either."""

    def stage(con, path, answers, scratch):
        if answers.order is None:
            raise OpenQuestion(
                path.name, "order", "05/03/2026 may be 5 March or 3 May", "Say it with --date-order day or --date-order month."
            )
        at = datetime(2026, 3, 5, 9, tzinfo=UTC) if answers.order == "day" else datetime(2026, 5, 3, 9, tzinfo=UTC)
        report = Report(path.name, "test")
        report.kept()
        report.note(f"zone {answers.zone}")
        report.act(2, Handle("email", "mara@example.org", "Mara Quell", "test"), at, "attend", "session-3")
        return report.staged(con, scratch)

    def never(con, path, zone, scratch):
        raise AssertionError("a reader that takes answers is asked with them")

    return Reader("asking", "a report that leaves something open", lambda p: p.suffix == ".ask", never, stage)


def test_an_open_question_is_asked_and_its_answer_makes_another_import(work, tmp_path):
    path = tmp_path / "m.ask"
    path.write_text("05/03/2026")
    with pytest.raises(OpenQuestion):
        take(work.lake, path, "Europe/Madrid", work.scratch, reader=asking())
    day = take(work.lake, path, "Europe/Madrid", work.scratch, reader=asking(), answers=Answers(order="day"))
    assert not day.known and "zone Europe/Madrid" in day.account.notes
    assert take(work.lake, path, "Europe/Madrid", work.scratch, reader=asking(), answers=Answers(order="day")).known
    month = take(work.lake, path, "Europe/Madrid", work.scratch, reader=asking(), answers=Answers(order="month", zone="Asia/Tokyo"))
    assert not month.known and "zone Asia/Tokyo" in month.account.notes
    assert work.lake.snapshot().rows("events") == 2
    with pytest.raises(EngagetreeError, match="is no time zone"):
        take(work.lake, path, "UTC", work.scratch, reader=asking(), answers=Answers(zone="Europe/Madird", day=date(2025, 3, 3)))


def test_the_shell_asks_with_the_option_that_answers_and_goes_on(work, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "cli")
    from shell import run_here

    known = {"asking": asking(), **readers()}
    monkeypatch.setattr(importlib.import_module("engagetree.ingest.readers"), "readers", lambda: known)
    path, other = tmp_path / "m.ask", tmp_path / "e.csv"
    path.write_text("05/03/2026")
    other.write_text(EVENTS + "p-mara,2025-03-03T09:00Z,attend,session-1\n")
    done = run_here("import", path, other, "-w", work.root)
    assert done.returncode == 2
    assert "A question about m.ask: 05/03/2026 may be" in done.stderr and "--date-order day" in done.stderr
    assert "1 file waits for an answer." in done.stdout and work.lake.snapshot().rows("events") == 1
    told = json.loads(run_here("import", path, "--json", "-w", work.root).stdout)
    assert told[0]["question"] == "order" and told[0]["option"] == "--date-order"
    assert run_here("import", path, "--date-order", "day", "-w", work.root).returncode == 0
    assert work.lake.snapshot().rows("events") == 2


def test_a_dry_run_says_what_it_is_what_it_becomes_and_who_is_known(work, tmp_path):
    """By hand: Mara by the roster's address, Theo by his id, a stranger open, and p-zoe on no roster."""
    (tmp_path / "who.csv").write_text("participant,cohort,joined_at,email\np-mara,A,2025-03-03,mara@example.org\n")
    work.take(tmp_path / "who.csv")
    acts = ["mara@example.org", "p-theo", "stranger@example.org", "p-zoe"]
    (tmp_path / "e.csv").write_text(EVENTS + "".join(f"{a},2025-03-03T09:0{k}Z,attend,session-1\n" for k, a in enumerate(acts)))
    head = work.ledger.head()
    p = work.take(tmp_path / "e.csv", dry_run=True).preview
    assert p.people == {"roster": 1, "open": 1, "id": 1, "on no roster": 1}
    assert (p.reader, p.kinds, p.tables) == ("table", {"attend": 4}, {"events": 4})
    assert [e["participant"] for e in p.events if e["participant"].startswith("p-")] == ["p-theo", "p-zoe"]
    assert "@" not in json.dumps(p.to_dict(), default=str) and "stranger@example.org" in json.dumps(p.to_dict(names=True), default=str)
    assert work.ledger.head() == head and {r.value for r in work.ledger.people()} == {"mara@example.org"}


def test_the_shell_previews_one_file_and_gives_a_line_for_each_of_many(work, tmp_path, monkeypatch):
    monkeypatch.syspath_prepend(Path(__file__).parents[1] / "cli")
    from shell import run_here

    (tmp_path / "in").mkdir()
    for k in range(8):
        (tmp_path / "in" / f"{k}.csv").write_text(EVENTS + f"mara@example.org,2025-03-03T09:0{k}Z,attend,session-1\n")
    one = run_here("import", tmp_path / "in" / "0.csv", "--dry-run", "-w", work.root).stdout
    assert "what it is: a CSV, Parquet or XLSX file" in one and "what it becomes: 1 attend (event)" in one
    assert "people: 1 handle: 1 open" in one and "@" not in one
    assert "mara@example.org" in run_here("import", tmp_path / "in" / "0.csv", "--dry-run", "--names", "-w", work.root).stdout
    many = run_here("import", tmp_path / "in", "-w", work.root)
    lines = [line for line in many.stdout.splitlines() if ".csv  table  1 read = 1 kept" in line]
    assert len(lines) == 8 and "Together: 8 read = 8 kept + 0 merged + 0 refused." in many.stdout
    assert "Importing files: 8 of 8 done." in many.stderr
    nothing = run_here("import", "-w", work.root)
    assert nothing.returncode == 2 and "Name files or folders to import" in nothing.stderr


def test_a_folder_of_mixed_files_is_its_files(tmp_path):
    (tmp_path / "deep").mkdir()
    for name in ("b.csv", "deep/a.csv", ".hidden", "deep/.DS_Store"):
        (tmp_path / name).write_text("x")
    assert files_of([tmp_path]) == [tmp_path / "b.csv", tmp_path / "deep" / "a.csv"]
    (tmp_path / "none").mkdir()
    with pytest.raises(EngagetreeError, match="no file in it"):
        files_of([tmp_path / "none"])


def test_what_arrives_is_taken_when_it_is_whole_and_once(tmp_path):
    """By hand: a file grows over three looks and is given at the fourth; a change later gives it again."""
    looks: list[str] = []

    def between(_: float) -> None:
        looks.append("look")
        if len(looks) <= 3:
            with (tmp_path / "slow.csv").open("a") as out:
                out.write("row\n")
        if len(looks) == 6:
            (tmp_path / "slow.csv").write_text("other rows altogether\n")
        if len(looks) > 20:
            raise KeyboardInterrupt

    (tmp_path / "whole.csv").write_text("row\n")
    (tmp_path / "half.csv.part").write_text("row\n")
    given = []
    with pytest.raises(KeyboardInterrupt):
        for path in arrivals(tmp_path, between, 0):
            given.append((path.name, len(looks)))
    assert [name for name, _ in given] == ["whole.csv", "slow.csv", "slow.csv"]
    assert given[0][1] == 1 and given[1][1] == 4 and given[2][1] == 7


def test_a_kill_in_the_middle_leaves_whole_files_only(work, tmp_path):
    """400 files of five acts; the command is killed when the first have landed: the lake has a multiple of five, the same command adds the rest."""
    import sys

    before = len(work.imports())
    folder = tmp_path / "exports"
    folder.mkdir()
    for k in range(400):
        rows = (f"p-mara,2025-03-{3 + k % 10:02}T{k // 50:02}:{k % 50:02}:{n:02}Z,attend,session-1\n" for n in range(5))
        (folder / f"{k:03}.csv").write_text(EVENTS + "".join(rows))
    command = [sys.executable, "-m", "engagetree.cli.app", "import", str(folder), "-w", str(work.root)]
    running = subprocess.Popen(command, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, start_new_session=True)
    until = time.monotonic() + 300  # a loaded machine starts it late
    while not work.lake.snapshot().rows("events") and time.monotonic() < until:
        time.sleep(0.05)
    os.killpg(running.pid, signal.SIGKILL)
    running.communicate()
    landed = work.lake.snapshot().rows("events")
    assert landed % 5 == 0 and 0 < landed < 2000
    assert len(work.imports()) - before == landed // 5
    assert work.lake.verify(deep=True) == []
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0 and "2,000 read" in done.stdout, done.stderr
    assert work.lake.snapshot().rows("events") == 2000
    assert len(work.imports()) - before == 400 and work.lake.verify(deep=True) == []


@pytest.mark.parametrize(("order", "day"), [("day", "2025-06-05"), ("month", "2025-05-06")])
def test_the_order_of_a_date_in_a_table_is_asked_and_answered(work, tmp_path, order, day):
    path = tmp_path / "e.csv"
    path.write_text(EVENTS + "p-mara,05/06/2025 10:00,attend,session-3\n")
    with pytest.raises(OpenQuestion, match="--date-order day or --date-order month"):
        work.take(path)
    p = work.take(path, answers=Answers(order=order, zone="UTC"), dry_run=True).preview
    assert [str(e["at"])[:10] for e in p.events] == [day]
