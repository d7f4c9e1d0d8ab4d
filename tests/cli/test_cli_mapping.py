"""`engagetree map` as a newcomer meets it: piped, on a real terminal (a pseudo-terminal of the system), and for machines.

Expected lines are by hand; that a proposed map can be used is shown by importing with it, in a real workspace.
"""

from __future__ import annotations

import json
import os
import pty
import select
import time
from pathlib import Path

import pytest
import yaml
from shell import COMMAND, Run, environment

from engagetree.ingest.mapping import read

SETTLED = "Student ID,Date,Status,Session\np-mara,13/03/2025,Attended,session-1\np-theo,13/03/2025,No show,session-1\n"
OPEN = "Student ID,Date,Status,Session\np-mara,03/04/2025,Attended,session-1\np-theo,03/04/2025,Juggled,session-1\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "list.csv"
    path.write_text(SETTLED)
    return path


def on_terminal(answers: list[str], *words: object, cwd: Path) -> tuple[int, str]:
    """Types an answer at each prompt, Enter alone when there are no more; the exit code, and what stood on the screen."""
    pid, fd = pty.fork()
    if pid == 0:
        os.chdir(cwd)
        os.execve(COMMAND[0], [*COMMAND, *map(str, words)], environment(TERM="dumb"))
    seen, asked, until = b"", 0, time.monotonic() + 120
    while time.monotonic() < until:
        if not select.select([fd], [], [], 1)[0]:
            continue
        try:
            piece = os.read(fd, 1 << 16)
        except OSError:  # the other end is closed
            break
        seen += piece
        if seen.count(b"]: ") + seen.count(b"?: ") > asked and seen.rstrip().endswith(b"]:"):
            os.write(fd, ((answers.pop(0) if answers else "") + "\n").encode())
            asked = seen.count(b"]: ") + seen.count(b"?: ")
    os.close(fd)
    return os.waitstatus_to_exitcode(os.waitpid(pid, 0)[1]), seen.decode().replace("\r", "")


def test_a_file_that_leaves_nothing_open(file: Path, run: Run, tmp_path: Path) -> None:
    done = run("map", file)
    assert done.returncode == 0
    assert yaml.safe_load(done.stdout) == {
        "table": "events",
        "columns": {"participant": "Student ID", "at": "Date", "kind": "Status", "item": "Session"},
        "values": {"kind": {"Attended": "present", "No show": None}},
        "only": ["kind"],
        "times": {"format": "%d/%m/%Y"},
    }
    assert all("  # " in line for line in done.stdout.splitlines() if ": " in line and not line.lstrip().startswith("#"))
    assert "2 read = 1 kept as events + 0 merged + 1 refused" in done.stderr
    assert "line 3: kind is empty" in done.stderr and "2025-03-13 00:00:00" in done.stderr
    assert done.stderr.rstrip().endswith(f"engagetree import {file} --map map.yml")


def test_what_is_open_is_marked_and_the_verb_leaves_with_2(file: Path, run: Run) -> None:
    file.write_text(OPEN)
    done = run("map", file)
    assert done.returncode == 2
    assert "Juggled: juggled  # ? What is “Juggled” (1 row)?" in done.stdout
    assert '# format: "%d/%m/%Y"  # day first: 03/04/2025 is 3 April 2025' in done.stdout
    assert '# format: "%m/%d/%Y"  # month first: 03/04/2025 is 4 March 2025' in done.stdout
    assert "2 lines are open, marked # ?: values.kind.Juggled, times.order" in done.stderr


def test_the_map_imports_the_file(file: Path, run: Run, spring: Path, tmp_path: Path) -> None:
    out = tmp_path / "list.map.yml"
    done = run("map", file, "--out", out, "-w", spring)
    assert done.returncode == 0 and f"--map {out} -w {spring}" in done.stderr
    assert "the programme's, Europe/" in out.read_text(), "in a workspace its zone is named"
    told = json.loads(run("import", file, "--map", out, "-w", spring, "--dry-run", "--json").stdout)[0]
    assert (told["read"], told["kept"], told["refused"]) == (2, 1, 1)


def test_a_map_that_is_there_is_not_written_over(file: Path, run: Run, tmp_path: Path) -> None:
    out = tmp_path / "mine.yml"
    out.write_text("# mine\n")
    done = run("map", file, "--out", out)
    assert done.returncode == 1 and "it is there already" in done.stderr and out.read_text() == "# mine\n"


def test_for_machines(file: Path, run: Run) -> None:
    file.write_text(OPEN)
    done = run("map", file, "--json")
    told = json.loads(done.stdout)
    assert done.returncode == 2 and told["ready"] is False
    assert {k["key"]: k["options"][:2] for k in told["open"] if k["key"] == "times.order"} == {"times.order": ["day", "month"]}
    file.write_text(SETTLED)
    told = json.loads(run("map", file, "--json").stdout)
    ours = file.with_name("ours.csv")
    ours.write_text("participant,at,kind\np1,2025-03-01T10:00:00Z,present\n")
    known = run("map", ours, "--json")
    assert known.returncode == 0 and json.loads(known.stdout)["map"] is None and "our own names" in json.loads(known.stdout)["notes"][0]
    assert told["ready"] and told["dry_run"]["kept"] == 1 and told["dry_run"]["rows"][0]["kind"] == "present"


@pytest.mark.parametrize(
    ("text", "words", "code", "found"),
    [
        ("", [], 1, "the file is empty"),
        ("ana@x.org,2025-03-01\nben@x.org,2025-03-02\n", [], 1, "Put a line on top with names, such as: email,date"),
        ("participant,at,kind\np1,2025-03-01T10:00:00Z,present\n", [], 0, "it needs no map"),
        (SETTLED, ["--as", "evnts"], 1, "Did you mean “events”?"),
        (SETTLED, ["--zone", "Europe/Madird"], 1, "Europe/Madrid"),
    ],
)
def test_what_cannot_be_mapped_is_said(text: str, words: list[str], code: int, found: str, file: Path, run: Run) -> None:
    file.write_text(text)
    done = run("map", file, *words)
    assert done.returncode == code and found in done.stderr and not done.stdout


def test_no_address_is_shown_in_full(file: Path, run: Run) -> None:
    file.write_text("Email,Date,Status,Session\nana.lopez@x.org,13/03/2025,Attended,s1\n")
    done = run("map", file)
    assert done.returncode == 0 and "ana.lopez" not in done.stdout + done.stderr and "email:a…@x.org" in done.stderr


def test_on_a_terminal_it_asks(file: Path) -> None:
    file.write_text(OPEN)
    code, screen = on_terminal(["answer", "week", "day", ""], "map", "list.csv", cwd=file.parent)
    assert code == 0, screen
    assert "“week”: this is no answer here. One of day, month." in screen
    assert "2 read = 2 kept as events + 0 merged + 0 refused" in screen
    assert "engagetree import list.csv --map list.map.yml" in screen
    made = read(file.parent / "list.map.yml")
    assert made.formats == ("%d/%m/%Y",) and made.values == {"kind": {"Attended": "present", "Juggled": "answer"}}


def test_on_a_terminal_a_question_may_stay_open(file: Path) -> None:
    file.write_text(OPEN)
    code, screen = on_terminal(["?", "?", "-"], "map", "list.csv", cwd=file.parent)
    assert code == 2 and "# ? What is “Juggled”" in screen and list(file.parent.glob("*.yml")) == []


def test_the_message_for_an_unknown_header_names_the_verb(file: Path, run: Run, spring: Path) -> None:
    done = run("import", file, "-w", spring, "--dry-run")
    assert done.returncode == 1 and "Let `engagetree map FILE` propose a column map" in done.stderr


def test_in_python_a_workspace_knows_its_people(spring: Path, file: Path) -> None:
    import engagetree as et

    file.write_text("Ref,Date,Status,Session\np-mara,13/03/2025,Attended,s1\np-theo,13/03/2025,Attended,s1\n")
    with et.open(spring) as work:
        made = work.propose_map(file)
    assert made.data["columns"]["participant"] == "Ref" and not made.open
